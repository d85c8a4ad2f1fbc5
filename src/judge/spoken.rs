//! `pace` of calls: silences and interruptions, from when messages began and ended.

use super::case::Case;
use super::offence::Offence;
use super::stamp::read;
use super::trigger::Unknown;
use super::wait::{beyond, limited, said};
use crate::conversation::{Mode, Role};
use crate::cue::CueId;
use crate::language::is_letter;
use crate::rulebook::Length;
use crate::rulebook::check::{Gauge, Pace};
use jiff::Zoned;

/// A message of a call that was spoken.
struct Spoken {
    turn: usize,
    start: Zoned,
    end: Option<Zoned>,
}

pub(super) fn ask(
    case: &Case,
    check: &Pace<CueId>,
    limit: Option<Length>,
    out: &mut Vec<Offence>,
    unknown: &mut Vec<Unknown>,
) {
    let (Some(limit), Mode::Transcript) = (limit, case.conversation.mode) else { return };
    let turns = match spoken(case, check) {
        Ok(turns) => turns,
        Err(reason) => return unknown.push(reason),
    };
    // The message that ended last so far: of anybody's, and of those of `from`.
    let (mut anybody, mut theirs): (Option<&Spoken>, Option<&Spoken>) = (None, None);
    for one in &turns {
        let wait = match check.measure {
            _ if !is_answer(case, check, one) => None,
            Gauge::Overlap => {
                let end = theirs.and_then(|other| other.end.as_ref());
                let until = end.map(|end| one.end.as_ref().map_or(end, |own| own.min(end)));
                let wait = until.and_then(|until| beyond(&one.start, until, limit));
                wait.filter(|_| says_something(case, check, one.turn))
            }
            Gauge::Silence | Gauge::Wait => {
                let before = anybody.filter(|other| !case.any([other.turn], &check.unless));
                before.and_then(|other| beyond(other.end.as_ref()?, &one.start, limit))
            }
        };
        if let Some(wait) = wait {
            out.push(
                case.whole(one.turn)
                    .value("count", wait.said(case.options.locale))
                    .value("limit", limited(case, limit)),
            );
        }
        anybody = Some(later(anybody, one));
        if case.turn(one.turn).role == check.from {
            theirs = Some(later(theirs, one));
        }
    }
}

/// The messages that could have been late or early.
pub(super) fn occasions(case: &Case, check: &Pace<CueId>) -> Vec<usize> {
    let asked = case.call && !check.max.is_empty() && case.conversation.mode == Mode::Transcript;
    let turns = if asked { spoken(case, check).unwrap_or_default() } else { Vec::new() };
    turns.iter().skip(1).filter(|one| is_answer(case, check, one)).map(|one| one.turn).collect()
}

fn is_answer(case: &Case, check: &Pace<CueId>, one: &Spoken) -> bool {
    case.turn(one.turn).role == check.to && (check.to != Role::Agent || case.is_judged(one.turn))
}

/// The messages of both sides with their times; an error if too many times are missing.
fn spoken(case: &Case, check: &Pace<CueId>) -> Result<Vec<Spoken>, Unknown> {
    let mut found = Vec::new();
    for (number, turn) in case.conversation.turns.iter().enumerate() {
        if turn.role != check.from && turn.role != check.to {
            continue;
        }
        let start = said(case, number).ok_or(Unknown::NoTimes)?.clone();
        let end = turn.end.as_deref().and_then(|end| read(case.call, end)).map(|(at, _)| at);
        // An end before the start is ignored.
        found.push(Spoken { turn: number, end: end.filter(|end| *end >= start), start });
    }
    if found.iter().rev().skip(1).any(|one| one.end.is_none()) {
        return Err(Unknown::NoEnds);
    }
    found.sort_by_key(|one| (one.start.timestamp(), one.turn));
    Ok(found)
}

/// The one of two messages that ended later.
fn later<'a>(one: Option<&'a Spoken>, other: &'a Spoken) -> &'a Spoken {
    let end = |spoken: &Spoken| spoken.end.as_ref().map(Zoned::timestamp);
    one.filter(|one| end(one) > end(other)).unwrap_or(other)
}

/// Whether a message says more than “yes, yes”.
fn says_something(case: &Case, check: &Pace<CueId>, turn: usize) -> bool {
    let mut hits: Vec<(usize, usize)> =
        case.hits(turn, &check.unless).map(|hit| (hit.start as usize, hit.end as usize)).collect();
    hits.sort_unstable();
    let mut letters = case.scans[turn].folded.text.char_indices().filter(|&(_, letter)| is_letter(letter));
    letters.any(|(at, _)| !hits.iter().any(|&(start, end)| start <= at && at < end))
}
