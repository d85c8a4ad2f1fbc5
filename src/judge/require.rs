//! `require`: offends when something owed is missing.

use super::case::Case;
use super::offence::Offence;
use super::trigger::{Held, Unknown, held};
use crate::conversation::{Mode, Reply, Role};
use crate::cue::CueId;
use crate::rulebook::Rule;
use crate::rulebook::check::{Check, OncePer, Place, Require, When};

pub(super) fn ask(case: &Case, check: &Require<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    let transcript = case.conversation.mode == Mode::Transcript;
    let place = check.window.transcript.filter(|_| transcript);
    let span = match place {
        Some(Place::NextReplies(replies)) => replies.max(1),
        _ => 1,
    };
    for (number, reply) in case.replies.iter().enumerate() {
        let Some(turn) = case.judged(reply).next() else { continue };
        if !is_here(case, place, number) {
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
        let window = &case.replies[number..(number + span).min(case.replies.len())];
        let paid = |reply: &Reply| case.any(case.said(reply), &check.find.0) || has_slot(case, reply, &check.slots);
        if window.iter().any(paid) {
            continue;
        }
        if check.once_per == OncePer::Episode {
            let before = (0..reply.turns.start).filter(|&turn| case.turn(turn).role == Role::Agent);
            if case.any(before, &check.find.0) || out.iter().any(|offence| offence.turn < turn) {
                continue;
            }
        }
        out.push(case.whole(turn));
    }
}

/// Whether the duty is owed at this reply's place.
fn is_here(case: &Case, place: Option<Place>, number: usize) -> bool {
    match place {
        Some(Place::First) => number == 0,
        // Only where nothing of the customer's is left unanswered behind it.
        Some(Place::Last) => {
            let behind = &case.conversation.turns[case.replies[number].turns.end..];
            number + 1 == case.replies.len() && !behind.iter().any(|turn| turn.role == Role::Customer)
        }
        _ => true,
    }
}

/// Whether a rule is asked only under a condition or at a place, so that there may be no occasion for it.
pub fn is_conditional(rule: &Rule) -> bool {
    condition(&rule.check).is_some()
}

/// The first judged turns of the replies in which a rule is asked; `None` for one that is always asked.
pub(super) fn occasions(case: &Case, check: &Check<CueId>) -> Option<Vec<usize>> {
    let (when, place) = condition(check)?;
    let place = place.filter(|_| case.conversation.mode == Mode::Transcript);
    let asked = case.replies.iter().enumerate().filter_map(|(number, reply)| {
        let turn = case.judged(reply).next()?;
        (is_here(case, place, number) && held(case, when, reply) == Held::Yes).then_some(turn)
    });
    Some(asked.collect())
}

fn condition(check: &Check<CueId>) -> Option<(&When<CueId>, Option<Place>)> {
    let (when, place) = match check {
        Check::Require(check) => (&check.when, check.window.transcript),
        Check::Forbid(check) => (&check.when, None),
        Check::Pair(check) => (&check.when, None),
        Check::Limit(check) => (&check.when, None),
        Check::Prefer(_)
        | Check::Order(_)
        | Check::Agree(_)
        | Check::Repeat(_)
        | Check::Slot(_)
        | Check::Keep(_)
        | Check::Meta(_) => {
            return None;
        }
    };
    (!when.any.is_empty() || place.is_some()).then_some((when, place))
}

/// Whether a reply leaves a placeholder open with one of these words in its name.
fn has_slot(case: &Case, reply: &Reply, words: &[String]) -> bool {
    let named = |turn: usize| {
        let scan = &case.scans[turn];
        let names = scan.slots.iter().filter_map(|slot| slot.name);
        names.map(|name| name.of(&scan.folded.text)).any(|name| words.iter().any(|word| name.contains(word.as_str())))
    };
    !words.is_empty() && case.said(reply).any(named)
}
