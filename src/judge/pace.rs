//! `pace`: offends when an answer comes too late, or never.

use super::case::Case;
use super::offence::Offence;
use super::spoken;
use super::stamp::read;
use super::trigger::Unknown;
use super::wait::{JITTER, Wait, beyond, is_clocked, limited, said};
use crate::conversation::{Mode, Role, SourceKind};
use crate::cue::CueId;
use crate::rulebook::check::{Gauge, Nth, Pace};
use crate::rulebook::{Length, Unit};
use jiff::Zoned;

/// A longer gap in a conversation without a channel suggests that it is no chat.
const LIVE: i64 = 12 * 60 * 60;

/// How many earlier messages are searched for one with a time.
const LOOK_BACK: usize = 8;

/// A wait, from one message to the one that ends it.
struct Gap {
    from: usize,
    to: Option<usize>,
}

pub(super) fn ask(case: &Case, rule: &str, check: &Pace<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    let limit = limit(case, rule, check);
    if check.measure != Gauge::Wait {
        return spoken::ask(case, check, limit, out, unknown);
    }
    for gap in gaps(case, check) {
        let Some(to) = gap.to else {
            if let Some((last, limit)) = waited(case, &gap, check).zip(limit)
                && let Ok(Some(wait)) = measure(case, (gap.from, last), limit)
            {
                let count = wait.said(case.options.locale);
                out.push(case.whole(gap.from).value("count", count).value("limit", limited(case, limit)));
            }
            match over(case, &gap, check) {
                Some(true) => out.push(case.whole(gap.from)),
                Some(false) => {}
                None => unknown.push(Unknown::NoEnd),
            }
            continue;
        };
        let Some(limit) = limit else { continue };
        match measure(case, (gap.from, to), limit) {
            Ok(None) => {}
            Ok(Some(wait)) => {
                let place = place(case, check, &gap);
                let shown = if case.is_judged(place) { place } else { gap.from };
                let count = wait.said(case.options.locale);
                out.push(case.whole(shown).value("count", count).value("limit", limited(case, limit)));
            }
            Err(reason) => unknown.push(reason),
        }
    }
}

/// The wait between two messages if it was too long, or why it is unknown.
fn measure(case: &Case, (from, to): (usize, usize), limit: Length) -> Result<Option<Wait>, Unknown> {
    let told = || is_clocked(case, from) && is_clocked(case, to);
    if limit.unit != Unit::WorkDays && !told() {
        return Err(Unknown::NoTimes);
    }
    let (begun, until) = over_at(case, from).zip(said(case, to)).ok_or(Unknown::NoTimes)?;
    let before = (0..from).rev().take(LOOK_BACK).find_map(|turn| said(case, turn));
    let backwards = |first: &Zoned, second: &Zoned| first.duration_since(second).as_secs() > JITTER;
    if backwards(&begun, until) || before.is_some_and(|before| backwards(before, &begun)) {
        return Err(Unknown::NoOrder);
    }
    // Nobody answers a chat the next day: without a channel, this may as well be a letter.
    if case.conversation.channel.is_none() && until.duration_since(&begun).as_secs() > LIVE {
        return Err(Unknown::NoChannel);
    }
    Ok(beyond(&begun, until, limit))
}

/// The turn a wait is reported on: the answer, unless another agent had the conversation before. Nobody answers for the
/// time before a handover.
fn place(case: &Case, check: &Pace<CueId>, gap: &Gap) -> usize {
    let Some(to) = gap.to.filter(|_| check.to == Role::Agent) else { return gap.from };
    let before = (0..gap.from).rev().find(|&turn| role(case, turn) == Role::Agent);
    let speaker = |turn: usize| case.turn(turn).speaker();
    match before.and_then(speaker).zip(speaker(to)) {
        Some((before, now)) if before != now => gap.from,
        _ => to,
    }
}

/// The first turns of all waits: the occasions for the rule.
pub(super) fn occasions(case: &Case, rule: &str, check: &Pace<CueId>) -> Vec<usize> {
    if check.measure != Gauge::Wait {
        return spoken::occasions(case, check);
    }
    let limit = limit(case, rule, check);
    // An unknown wait is no occasion, as it would count as clean.
    let known = |gap: &Gap| match gap.to {
        // How long the last message waited is known only if it was too long already.
        None if !check.unanswered => waited(case, gap, check)
            .zip(limit)
            .is_some_and(|(last, limit)| matches!(measure(case, (gap.from, last), limit), Ok(Some(_)))),
        None => over(case, gap, check).is_some(),
        Some(to) => limit.is_none_or(|limit| measure(case, (gap.from, to), limit).is_ok()),
    };
    gaps(case, check).into_iter().filter(known).map(|gap| place(case, check, &gap)).collect()
}

/// The limit for this conversation's channel; `None` if any answer will do, however late.
pub(super) fn limit(case: &Case, rule: &str, check: &Pace<CueId>) -> Option<Length> {
    let channel = case.conversation.channel.as_deref().map(crate::language::fold_str);
    let of = |name: &str| {
        let set = case.options.paces.get(rule).and_then(|paces| paces.get(name));
        set.or_else(|| check.max.get(name)).copied()
    };
    let own = channel.and_then(|channel| of(channel.trim()));
    // A call may go by any name.
    own.or_else(|| of("call").filter(|_| case.call)).or_else(|| of("default"))
}

/// Who says a message. Messages sent automatically in an agent's name count as a bot's.
fn role(case: &Case, turn: usize) -> Role {
    let turn = case.turn(turn);
    let automatic = matches!(turn.source, Some(SourceKind::Auto | SourceKind::Bot));
    if automatic && turn.role == Role::Agent { Role::Bot } else { turn.role }
}

/// The waits of a conversation.
fn gaps(case: &Case, check: &Pace<CueId>) -> Vec<Gap> {
    if case.conversation.mode != Mode::Transcript {
        return Vec::new();
    }
    let mut gaps: Vec<Gap> = Vec::new();
    // A message that waits for an answer, and the last one of `to`.
    let (mut waiting, mut answer) = (None, None);
    for turn in 0..case.scans.len() {
        let role = role(case, turn);
        if role == check.to && Some(turn) != waiting {
            if let Some(from) = waiting.take()
                && wanted(check, answer.is_some())
            {
                gaps.push(Gap { from, to: Some(turn) });
            }
            answer = Some(turn);
        }
        if role != check.from {
            continue;
        }
        let here = [turn];
        if case.any(here, &check.unless) {
            // Thanks and goodbye need no answer; earlier questions are settled.
            waiting = None;
        } else if is_back(case, check, turn) {
            waiting = None;
        } else if waiting.is_none()
            && check.find.as_ref().is_none_or(|names| case.any(here, &names.0))
            && !is_idle(case, check, turn, answer)
        {
            waiting = Some(turn);
        }
    }
    if let Some(from) = waiting
        && wanted(check, answer.is_some())
    {
        gaps.push(Gap { from, to: None });
    }
    gaps
}

/// Whether a message continues after the words that begin a wait: somebody who says “one moment” and asks something has
/// not left.
fn is_back(case: &Case, check: &Pace<CueId>, turn: usize) -> bool {
    let Some(names) = check.find.as_ref().filter(|_| !check.back.is_empty()) else { return false };
    let Some(last) = case.hits(turn, &names.0).map(|hit| hit.end).max() else { return false };
    case.hits(turn, &check.back).any(|hit| hit.end > last)
}

/// Whether a message only takes note of what was said: an “okay” to which nobody owes an answer, unless it is one itself.
fn is_idle(case: &Case, check: &Pace<CueId>, turn: usize, answer: Option<usize>) -> bool {
    case.any([turn], &check.idle) && answer.is_some_and(|before| !case.any([before], &check.open))
}

fn wanted(check: &Pace<CueId>, answered: bool) -> bool {
    match check.nth {
        Nth::First => !answered,
        Nth::Later => answered,
        Nth::Any => true,
    }
}

/// The last message of a side that has gone on waiting: until then at least nobody answered. Without any answer at all
/// the conversation is nobody's.
fn waited(case: &Case, gap: &Gap, check: &Pace<CueId>) -> Option<usize> {
    let waits = gap.to.is_none() && !check.unanswered && check.nth == Nth::Later;
    let still = |turn: &usize| role(case, *turn) == check.from && said(case, *turn).is_some();
    (gap.from + 1..case.scans.len()).rev().filter(|_| waits).find(still)
}

/// Whether a wait without an answer is an offence; `None` if it is unknown whether the conversation had ended.
fn over(case: &Case, gap: &Gap, check: &Pace<CueId>) -> Option<bool> {
    if !check.unanswered {
        return Some(false);
    }
    let behind = &case.conversation.turns[gap.from + 1..];
    let ended = case.conversation.closed_by.is_some()
        || case.conversation.meta.contains_key("closed-by")
        || behind.iter().any(|turn| turn.role == Role::System);
    ended.then_some(true)
}

/// When a message ended: in a call its end, if known; else its time.
fn over_at(case: &Case, turn: usize) -> Option<Zoned> {
    let end = case.turn(turn).end.as_deref().and_then(|end| read(case.call, end));
    end.map(|(at, _)| at).or_else(|| said(case, turn).cloned())
}
