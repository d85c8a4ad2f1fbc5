//! `forbid` and `prefer`: offend when a hit is there.

use super::case::Case;
use super::offence::Offence;
use super::silence::{Silence, word};
use super::trigger::{Unknown, asked};
use crate::cue::native::promise::Promise;
use crate::cue::{CueId, Hit, Scan};
use crate::language::is_letter;
use crate::rulebook::check::{Forbid, Prefer, Underline, Where};
use crate::source::Span;

pub(super) fn ask(case: &Case, check: &Forbid<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    if !case.may_say(&check.find.0) {
        return;
    }
    for reply in &case.replies {
        if !case.judged(reply).any(|turn| case.any([turn], &check.find.0)) {
            continue;
        }
        if !asked(case, &check.when, reply, unknown) {
            continue;
        }
        let (mut found, mut last) = (false, None);
        for turn in case.judged(reply) {
            for hit in case.hits(turn, &check.find.0) {
                let at = (turn, hit.start, hit.end);
                // Cues of both languages may see the same mark.
                if last == Some(at) {
                    continue;
                }
                if found && check.once && !case.options.each {
                    case.note(|| Silence::at(at, "once"));
                    continue;
                }
                if !matches(case, turn, hit, &check.with) {
                    continue;
                }
                let held = held(case, turn, hit, &check.unless_holding).map(|other| ("unless-holding", other));
                let near = || near(case, turn, hit, &check.unless_near).map(|other| ("unless-near", other));
                if let Some((reason, other)) = held.or_else(near) {
                    case.note(|| {
                        let cue = case.rulebook.program.name(other.cue);
                        Silence::at(at, reason).value("cue", cue).by(Some((turn, other.start, other.end)))
                    });
                    continue;
                }
                let sentence = case.scans[turn].segments.sentence(hit.start as usize);
                if let Some(place) = slot_called(case, turn, Some(sentence), &check.unless_slots) {
                    case.note(|| Silence::at(at, "unless-slots").by(Some(place)));
                    continue;
                }
                (found, last) = (true, Some(at));
                out.push(offence(case, turn, hit, check.label));
            }
        }
    }
}

pub(super) fn prefer(case: &Case, check: &Prefer<CueId>, out: &mut Vec<Offence>) {
    if !case.may_say(&check.find.0) {
        return;
    }
    for turn in (0..case.scans.len()).filter(|&turn| case.is_judged(turn)) {
        for hit in case.hits(turn, &check.find.0) {
            let said = &case.scans[turn].folded.text[hit.start as usize..hit.end as usize];
            let Some(better) = check.instead.get(said) else {
                case.note(|| Silence::at((turn, hit.start, hit.end), "instead"));
                continue;
            };
            let mut offence = Offence::new(turn, hit.start, hit.end).value("better", better);
            offence.replacement = Some((better.clone(), check.fix));
            out.push(offence);
        }
    }
}

/// The promise that a hit is, if it is one.
fn promise<'a>(case: &'a Case, turn: usize, hit: Hit) -> Option<&'a Promise> {
    case.scans[turn].promise_at(hit.start, hit.end)
}

/// Whether a hit has the attributes that are asked for. A hit without attributes has none of them.
pub(super) fn matches(case: &Case, turn: usize, hit: Hit, with: &Where) -> bool {
    if *with == Where::default() {
        return true;
    }
    let at = (turn, hit.start, hit.end);
    let Some(promise) = promise(case, turn, hit) else {
        case.note(|| Silence::at(at, "no-promise"));
        return false;
    };
    let is = |key: &'static str, fits: bool, wanted: &dyn Fn() -> String, has: &dyn Fn() -> String| {
        if !fits {
            case.note(|| Silence::at(at, "where").value("key", key).value("has", has()).value("wanted", wanted()));
        }
        fits
    };
    // “Once we have checked” puts nothing off to anybody else.
    let conditional = promise.condition.is_some() && !promise.own_step;
    let same = |wanted: Option<bool>, has: bool| wanted.is_none_or(|wanted| wanted == has);
    let flag = |flag: Option<bool>| flag.unwrap_or_default().to_string();
    is("deadline", with.deadline.is_none_or(|wanted| wanted == promise.deadline), &|| word(with.deadline), &|| {
        word(promise.deadline)
    }) && is("who", with.who.is_none_or(|wanted| wanted == promise.who), &|| word(with.who), &|| word(promise.who))
        && is("owner", with.owner.is_none_or(|wanted| wanted == promise.owner), &|| word(with.owner), &|| {
            word(promise.owner)
        })
        && is("immediate", same(with.immediate, promise.immediate), &|| flag(with.immediate), &|| {
            promise.immediate.to_string()
        })
        && is("conditional", same(with.conditional, conditional), &|| flag(with.conditional), &|| {
            conditional.to_string()
        })
}

/// The first of these cues that stands in a hit.
fn held(case: &Case, turn: usize, hit: Hit, cues: &[CueId]) -> Option<Hit> {
    case.hits_over(turn, cues, hit.start, hit.end).next()
}

fn near(case: &Case, turn: usize, hit: Hit, cues: &[CueId]) -> Option<Hit> {
    let (from, to) = case.scans[turn].segments.sentence(hit.start as usize);
    let inside = |other: &Hit| from <= other.start as usize && other.end as usize <= to;
    case.hits_over(turn, cues, from as u32, to as u32).find(inside)
}

/// The first placeholder of a turn, or of a stretch of it, whose name holds one of these words.
pub(super) fn slot_called(
    case: &Case,
    turn: usize,
    within: Option<(usize, usize)>,
    words: &[String],
) -> Option<(usize, u32, u32)> {
    if words.is_empty() {
        return None;
    }
    let scan = &case.scans[turn];
    let inside = |span: Span| within.is_none_or(|(start, end)| start <= span.start && span.end <= end);
    let named = |name: Span| words.iter().any(|word| name.of(&scan.folded.text).contains(word.as_str()));
    let slot = scan.slots.iter().find(|slot| inside(slot.span) && slot.name.is_some_and(named))?;
    Some((turn, slot.span.start as u32, slot.span.end as u32))
}

/// What of a hit is quoted. Its last words may only vouch for the first, in a clause that says something else: “you did
/// not look, now I …”. A quotation ends with a clause, with the one in which most was hit.
pub(super) fn quotation(case: &Case, turn: usize, hit: Hit) -> (u32, u32) {
    let Scan { segments, folded, .. } = &*case.scans[turn];
    let (start, end) = (hit.start as usize, hit.end as usize);
    let (from, to) = segments.clause(end.saturating_sub(1));
    // Addresses and numbers have marks of their own.
    if from <= start || case.rulebook.program.may_be_recognised(hit.cue) {
        return (hit.start, hit.end);
    }
    let letters = |from: usize, to: usize| folded.text[from..to].chars().filter(|&one| is_letter(one)).count();
    let until = if 2 * letters(from, end) < letters(from, to) { from } else { to };
    let said = folded.text[start..until].trim_end_matches(|last| !is_letter(last));
    if said.is_empty() { (hit.start, hit.end) } else { (hit.start, (start + said.len()) as u32) }
}

fn offence(case: &Case, turn: usize, hit: Hit, label: Option<Underline>) -> Offence {
    let promise = promise(case, turn, hit);
    let part = match label {
        Some(Underline::Deadline) => promise.and_then(|promise| promise.time),
        Some(Underline::Action) => promise.and_then(|promise| promise.action),
        None => None,
    };
    let (start, end) = part.unwrap_or_else(|| quotation(case, turn, hit));
    Offence::new(turn, start, end)
}
