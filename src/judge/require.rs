//! `require`: offends when something owed is missing.

use super::case::Case;
use super::offence::Offence;
use super::trigger::{Held, Unknown, held};
use crate::conversation::{Mode, Role};
use crate::cue::CueId;
use crate::rulebook::check::{OncePer, Place, Require};

pub(super) fn ask(case: &Case, check: &Require<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    let transcript = case.conversation.mode == Mode::Transcript;
    let place = check.window.transcript.filter(|_| transcript);
    let span = match place {
        Some(Place::NextReplies(replies)) => replies.max(1),
        _ => 1,
    };
    let last = case.replies.len().saturating_sub(1);
    for (number, reply) in case.replies.iter().enumerate() {
        let Some(turn) = case.judged(reply).next() else { continue };
        let here = match place {
            Some(Place::First) => number == 0,
            // Only where nothing of the customer's is left unanswered behind it.
            Some(Place::Last) => {
                number == last
                    && !case.conversation.turns[reply.turns.end..].iter().any(|turn| turn.role == Role::Customer)
            }
            _ => true,
        };
        if !here {
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
        if window.iter().any(|reply| case.any(case.said(reply), &check.find.0)) {
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
