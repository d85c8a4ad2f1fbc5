//! `order`: offends when what must come first comes second.

use super::case::Case;
use super::offence::Offence;
use super::scope::scopes;
use super::silence::Silence;
use super::stretch::Stretch;
use crate::cue::CueId;
use crate::rulebook::check::Order;

pub(super) fn ask(case: &Case, check: &Order<CueId>, out: &mut Vec<Offence>) {
    if !case.may_say(&check.then.0) {
        return;
    }
    for scope in scopes(case, check.within) {
        let places = |cues: &[CueId]| {
            let mut found: Vec<Stretch> = scope.hits(case, cues).map(|(turn, hit)| Stretch::of(turn, hit)).collect();
            found.sort_unstable();
            found
        };
        let first = places(&check.first.0).first().copied();
        // Report one misplaced thing once, however often it is said.
        let Some(&then) = places(&check.then.0).iter().find(|place| case.is_judged(place.turn)) else { continue };
        match first {
            Some(first) if first > then => out.push(Offence::new(then)),
            Some(first) => case.note(|| Silence::at(then, "in-order").by(Some(first))),
            None => case.note(|| Silence::at(then, "no-first")),
        }
    }
}
