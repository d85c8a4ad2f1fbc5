//! `forbid` and `prefer`: offend on a hit.

use super::case::Case;
use super::means::{Means, means};
use super::offence::Offence;
use super::silence::Silence;
use super::stretch::Stretch;
use super::trigger::{Unknown, asked};
use crate::conversation::{Reply, Role};
use crate::cue::native::promise::{Deadline, Promise};
use crate::cue::{CueId, Hit, Scan};
use crate::language::is_letter;
use crate::rulebook::check::{Forbid, Prefer, Underline, Where};
use crate::source::{Span, word};
use serde::Serialize;

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
                let at = Stretch::of(turn, hit);
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
                        Silence::at(at, reason).value("cue", cue).by(Some(Stretch::of(turn, other)))
                    });
                    continue;
                }
                if let Some(time) = timed(case, reply, (turn, hit), &check.unless_timed) {
                    case.note(|| Silence::at(at, "unless-timed").by(Some(time)));
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
                case.note(|| Silence::at(Stretch::of(turn, hit), "instead"));
                continue;
            };
            let mut offence = Offence::new(Stretch::of(turn, hit)).value("better", better);
            offence.replacement = Some((better.clone(), check.fix));
            out.push(offence);
        }
    }
}

/// The promise at a hit, if it is one.
fn promise<'a>(case: &'a Case, turn: usize, hit: Hit) -> Option<&'a Promise> {
    case.scans[turn].promise_at(hit.start, hit.end)
}

/// Whether a hit has the attributes asked for. A hit without attributes matches no request for one.
pub(super) fn matches(case: &Case, turn: usize, hit: Hit, with: &Where) -> bool {
    if *with == Where::default() {
        return true;
    }
    let at = Stretch::of(turn, hit);
    let Some(promise) = promise(case, turn, hit) else {
        case.note(|| Silence::at(at, "no-promise"));
        return false;
    };
    // “Once we have checked” is our own step, not a condition that others have to meet.
    let conditional = promise.condition.is_some() && !promise.own_step;
    fits(case, at, "deadline", with.deadline, promise.deadline)
        && fits(case, at, "who", with.who, promise.who)
        && fits(case, at, "owner", with.owner, promise.owner)
        && fits(case, at, "immediate", with.immediate, promise.immediate)
        && fits(case, at, "conditional", with.conditional, conditional)
}

/// Whether an attribute is the one asked for; records the reason if not.
fn fits<T: Copy + PartialEq + Serialize>(case: &Case, at: Stretch, key: &str, wanted: Option<T>, has: T) -> bool {
    let Some(wanted) = wanted.filter(|wanted| *wanted != has) else { return true };
    case.note(|| Silence::at(at, "where").value("key", key).value("has", word(has)).value("wanted", word(wanted)));
    false
}

/// The first hit of these cues inside a hit.
fn held(case: &Case, turn: usize, hit: Hit, cues: &[CueId]) -> Option<Hit> {
    case.hits_over(turn, cues, hit.start, hit.end).next()
}

fn near(case: &Case, turn: usize, hit: Hit, cues: &[CueId]) -> Option<Hit> {
    let (from, to) = case.scans[turn].segments.sentence(hit.start as usize);
    let inside = |other: &Hit| from <= other.start as usize && other.end as usize <= to;
    case.hits_over(turn, cues, from as u32, to as u32).find(inside)
}

/// Most times of a conversation that are asked about for one promise.
const TIMES: usize = 64;

/// A time in the reply, or in an earlier one, that also says when this promise will be kept. “I'll ring you later” is not
/// timed by the hour at which something else was promised.
fn timed(case: &Case, reply: &Reply, (turn, hit): (usize, Hit), cues: &[CueId]) -> Option<Stretch> {
    if !case.may_say(cues) {
        return None;
    }
    let ledger = case.rulebook.program.ledger();
    let means_of = |turn: usize, promise: &Promise| means(&case.scans[turn], promise, ledger).0;
    let way = promise(case, turn, hit).map(|promise| means_of(turn, promise));
    let named = way.filter(|way| matches!(way, Means::Call | Means::Elsewhere | Means::Visit));
    let others = |turn: usize, time: Hit| {
        let holds = |promise: &&Promise| promise.span.0 < time.end && time.start < promise.span.1;
        let told = case.scans[turn].promises.iter().find(holds).filter(|told| told.deadline == Deadline::Specific);
        let told = told.map(|told| means_of(turn, told));
        // “You'll hear from us by six” times a call, too.
        named.is_some_and(|way| told.is_some_and(|told| told != way && told != Means::Open))
    };
    let earlier = (0..reply.turns.start).filter(|&turn| case.turn(turn).role == Role::Agent);
    let times = earlier.chain(case.said(reply)).flat_map(|turn| case.hits(turn, cues).map(move |time| (turn, time)));
    let (turn, time) = times.take(TIMES).find(|&(turn, time)| !others(turn, time))?;
    Some(Stretch::of(turn, time))
}

/// The first placeholder in a turn, or in a stretch of it, whose name contains one of these words.
pub(super) fn slot_called(
    case: &Case,
    turn: usize,
    within: Option<(usize, usize)>,
    words: &[String],
) -> Option<Stretch> {
    if words.is_empty() {
        return None;
    }
    let scan = &case.scans[turn];
    let inside = |span: Span| within.is_none_or(|(start, end)| start <= span.start && span.end <= end);
    let named = |name: Span| words.iter().any(|word| name.of(&scan.folded.text).contains(word.as_str()));
    let slot = scan.slots.iter().find(|slot| inside(slot.span) && slot.name.is_some_and(named))?;
    Some(Stretch::new(turn, slot.span.start, slot.span.end))
}

/// The quotation for a hit, which ends with a whole clause. If less than half of the last clause is hit, that clause
/// says something else (“you did not look, now I …”), and the quotation ends before it.
pub(super) fn quotation(case: &Case, turn: usize, hit: Hit) -> Stretch {
    let Scan { segments, folded, .. } = &*case.scans[turn];
    let (start, end) = (hit.start as usize, hit.end as usize);
    let (from, to) = segments.clause(end.saturating_sub(1));
    // Addresses and numbers have boundaries of their own.
    if from <= start || case.rulebook.program.may_be_recognised(hit.cue) {
        return Stretch::of(turn, hit);
    }
    let letters = |from: usize, to: usize| folded.text[from..to].chars().filter(|&one| is_letter(one)).count();
    let until = if 2 * letters(from, end) < letters(from, to) { from } else { to };
    let said = folded.text[start..until].trim_end_matches(|last| !is_letter(last));
    Stretch::new(turn, start, if said.is_empty() { end } else { start + said.len() })
}

fn offence(case: &Case, turn: usize, hit: Hit, label: Option<Underline>) -> Offence {
    let promise = promise(case, turn, hit);
    let part = match label {
        Some(Underline::Deadline) => promise.and_then(|promise| promise.time),
        Some(Underline::Action) => promise.and_then(|promise| promise.action),
        None => None,
    };
    let at = part.map(|(start, end)| Stretch { turn, start, end });
    Offence::new(at.unwrap_or_else(|| quotation(case, turn, hit)))
}
