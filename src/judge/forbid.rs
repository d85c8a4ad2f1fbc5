//! `forbid` and `prefer`: offend when a hit is there.

use super::case::Case;
use super::offence::Offence;
use super::trigger::{Held, Unknown, held};
use crate::cue::native::promise::Promise;
use crate::cue::{CueId, Hit};
use crate::rulebook::check::{Forbid, Prefer, Underline, Where};

pub(super) fn ask(case: &Case, check: &Forbid<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    for reply in &case.replies {
        if !case.judged(reply).any(|turn| case.any([turn], &check.find.0)) {
            continue;
        }
        match held(case, &check.when, reply) {
            Held::Yes => {}
            Held::No => continue,
            Held::Unknown(reason) => {
                unknown.push(reason);
                continue;
            }
        }
        let mut found = false;
        for turn in case.judged(reply) {
            for hit in case.hits(turn, &check.find.0) {
                if found && check.once
                    || !matches(case, turn, hit, &check.with)
                    || near(case, turn, hit, &check.unless_near)
                {
                    continue;
                }
                found = true;
                out.push(offence(case, turn, hit, check.label));
            }
        }
    }
}

pub(super) fn prefer(case: &Case, check: &Prefer<CueId>, out: &mut Vec<Offence>) {
    for turn in (0..case.scans.len()).filter(|&turn| case.is_judged(turn)) {
        for hit in case.hits(turn, &check.find.0) {
            let said = &case.scans[turn].folded.text[hit.start as usize..hit.end as usize];
            let Some(better) = check.instead.get(said) else { continue };
            let mut offence = Offence::new(turn, hit.start, hit.end).value("better", better);
            offence.replacement = Some((better.clone(), check.fix));
            out.push(offence);
        }
    }
}

/// The promise that a hit is, if it is one.
fn promise<'a>(case: &'a Case, turn: usize, hit: Hit) -> Option<&'a Promise> {
    case.scans[turn].promises.iter().find(|promise| promise.span == (hit.start, hit.end))
}

/// Whether a hit has the attributes that are asked for. A hit without attributes has none of them.
pub(super) fn matches(case: &Case, turn: usize, hit: Hit, with: &Where) -> bool {
    if *with == Where::default() {
        return true;
    }
    promise(case, turn, hit).is_some_and(|promise| {
        with.deadline.is_none_or(|wanted| wanted == promise.deadline)
            && with.who.is_none_or(|wanted| wanted == promise.who)
            && with.owner.is_none_or(|wanted| wanted == promise.owner)
            && with.immediate.is_none_or(|wanted| wanted == promise.immediate)
            && with.conditional.is_none_or(|wanted| wanted == promise.condition.is_some())
    })
}

fn near(case: &Case, turn: usize, hit: Hit, cues: &[CueId]) -> bool {
    let (from, to) = case.scans[turn].segments.sentence(hit.start as usize);
    case.hits(turn, cues).any(|other| from <= other.start as usize && other.end as usize <= to)
}

fn offence(case: &Case, turn: usize, hit: Hit, label: Option<Underline>) -> Offence {
    let promise = promise(case, turn, hit);
    let part = match label {
        Some(Underline::Deadline) => promise.and_then(|promise| promise.time),
        Some(Underline::Action) => promise.and_then(|promise| promise.action),
        None => None,
    };
    let (start, end) = part.unwrap_or((hit.start, hit.end));
    Offence::new(turn, start, end)
}
