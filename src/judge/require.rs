//! `require`: offends when something owed is missing.

use super::case::Case;
use super::forbid::slot_called;
use super::offence::Offence;
use super::scope::beside;
use super::silence::Silence;
use super::stretch::Stretch;
use super::trigger::{Held, Unknown, asked, held, may_hold};
use crate::conversation::{Mode, Reply, Role, bot_replies};
use crate::cue::CueId;
use crate::rulebook::Rule;
use crate::rulebook::check::{Check, OncePer, Place, Require, When};
use std::borrow::Cow;

pub(super) fn ask(case: &Case, check: &Require<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    // Of several messages, where the cues it needs stand nowhere, every reply would say so.
    if case.notes.is_none() && case.conversation.turns.len() > 1 && !may_hold(case, &check.when) {
        return;
    }
    let transcript = case.conversation.mode == Mode::Transcript;
    let place = check.window.transcript.filter(|_| transcript);
    let span = match place {
        Some(Place::NextReplies(replies)) => replies.max(1),
        _ => 1,
    };
    let replies = replies(case, check);
    // Where the first reply begins for which it was owed.
    let mut since = None;
    for (number, reply) in replies.iter().enumerate() {
        let Some(turn) = case.judged(reply).next() else { continue };
        let at = || case.whole(turn).at;
        if !is_here(case, &replies, place, number) {
            case.note(|| Silence::at(at(), if place == Some(Place::First) { "not-first" } else { "not-last" }));
            continue;
        }
        if !asked(case, &check.when, reply, unknown) {
            continue;
        }
        let since = *since.get_or_insert(reply.turns.start);
        let window = window(case, &replies[number..], span, &check.minus);
        let said = || window.iter().flat_map(|reply| case.said(reply));
        if let Some(paid) = first(case, said(), &check.find.0).or_else(|| slot(case, said(), &check.slots)) {
            case.note(|| Silence::at(at(), "paid").by(Some(paid)));
            continue;
        }
        if check.once_per != OncePer::Reply {
            let from = if check.once_per == OncePer::Matter { since } else { 0 };
            let before = (from..reply.turns.start).filter(|&turn| case.turn(turn).role == reply.by);
            if let Some(paid) = first(case, before, &check.find.0) {
                case.note(|| Silence::at(at(), "paid-earlier").by(Some(paid)));
                continue;
            }
            if out.iter().any(|offence| offence.at.turn < turn) {
                case.note(|| Silence::at(at(), "once-per-episode"));
                continue;
            }
        }
        // The first reply with content owes it.
        let mut owing = window.iter().filter(|reply| window.len() > 1 && counts(case, reply, &check.minus));
        let turn = owing.find_map(|reply| case.judged(reply).next()).unwrap_or(turn);
        if out.last().is_none_or(|last| last.at.turn != turn) {
            out.push(case.whole(turn));
        }
    }
}

/// The replies of the roles that owe it, in order.
fn replies<'a>(case: &'a Case, check: &Require<CueId>) -> Cow<'a, [Reply]> {
    if !check.roles.contains(&Role::Bot) {
        return Cow::Borrowed(&case.replies);
    }
    let agents = case.replies.iter().filter(|reply| owes(check, reply.by)).cloned();
    agents.chain(bot_replies(case.conversation)).collect()
}

fn owes(check: &Require<CueId>, role: Role) -> bool {
    if check.roles.is_empty() { role == Role::Agent } else { check.roles.contains(&role) }
}

/// These replies up to the one that makes `span` replies with content.
fn window<'a>(case: &Case, replies: &'a [Reply], span: usize, minus: &[CueId]) -> &'a [Reply] {
    let mut left = span;
    let end = replies.iter().position(|reply| {
        left -= usize::from(left > 0 && (span == 1 || counts(case, reply, minus)));
        left == 0
    });
    &replies[..end.map_or(replies.len(), |last| last + 1)]
}

/// Whether a reply contains anything but these cues.
fn counts(case: &Case, reply: &Reply, minus: &[CueId]) -> bool {
    minus.is_empty() || case.said(reply).any(|turn| beside(case, case.whole_stretch(turn), minus, 1) > 0)
}

/// The first hit of any of these cues in these turns.
fn first(case: &Case, turns: impl IntoIterator<Item = usize>, cues: &[CueId]) -> Option<Stretch> {
    turns.into_iter().find_map(|turn| case.hits(turn, cues).next().map(|hit| Stretch::of(turn, hit)))
}

/// Whether the duty falls on the reply at this place.
fn is_here(case: &Case, replies: &[Reply], place: Option<Place>, number: usize) -> bool {
    match place {
        Some(Place::First) => number == 0,
        // Only if nothing the customer says after it is unanswered.
        Some(Place::Last) => {
            let behind = &case.conversation.turns[replies[number].turns.end..];
            number + 1 == replies.len() && !behind.iter().any(|turn| turn.role == Role::Customer)
        }
        _ => true,
    }
}

/// Whether a rule applies only under a condition or at a place, so that there may be no occasion for it.
pub fn is_conditional(rule: &Rule) -> bool {
    matches!(rule.check, Check::Pace(_)) || condition(&rule.check).is_some()
}

/// The first judged turns of the agents' replies that a rule applies to; `None` for one that always applies.
pub(super) fn occasions(case: &Case, rule: &str, check: &Check<CueId>) -> Option<Vec<usize>> {
    if let Check::Pace(check) = check {
        return Some(super::pace::occasions(case, rule, check));
    }
    let (when, place) = condition(check)?;
    if !may_hold(case, when) {
        return Some(Vec::new());
    }
    let place = place.filter(|_| case.conversation.mode == Mode::Transcript);
    let asked = case.replies.iter().enumerate().filter_map(|(number, reply)| {
        let turn = case.judged(reply).next()?;
        (is_here(case, &case.replies, place, number) && held(case, when, reply) == Held::Yes).then_some(turn)
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
        | Check::Pace(_)
        | Check::Meta(_) => {
            return None;
        }
    };
    (!when.any.is_empty() || !when.all.is_empty() || place.is_some()).then_some((when, place))
}

/// The first placeholder with one of these words in its name.
fn slot(case: &Case, turns: impl IntoIterator<Item = usize>, words: &[String]) -> Option<Stretch> {
    turns.into_iter().find_map(|turn| slot_called(case, turn, None, words))
}
