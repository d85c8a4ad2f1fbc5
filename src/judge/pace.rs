//! `pace`: offends when an answer comes too late, or never.

use super::case::Case;
use super::offence::Offence;
use super::spoken;
use super::trigger::Unknown;
use crate::conversation::{Lang, Mode, Role};
use crate::cue::CueId;
use crate::language::time::moment;
use crate::rulebook::builtin;
use crate::rulebook::check::{Gauge, Nth, Pace};
use crate::rulebook::{Length, Unit};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Zoned};

/// Days that are looked at, one by one, to count working time.
const MOST_DAYS: usize = 1000;

/// Seconds after which a conversation that does not state its channel may be no chat.
const LIVE: i64 = 12 * 60 * 60;

/// A wait: from a message to the one that ends it.
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
            match over(case, &gap, check) {
                Some(true) => out.push(case.whole(gap.from)),
                Some(false) => {}
                None => unknown.push(Unknown::NoEnd),
            }
            continue;
        };
        let Some(limit) = limit else { continue };
        let Some((from, until)) = over_at(case, gap.from).zip(said(case, to)) else {
            unknown.push(Unknown::NoTimes);
            continue;
        };
        // Nobody answers a chat the next day: without its channel it may as well be a letter.
        if case.conversation.channel.is_none() && until.duration_since(&from).as_secs() > LIVE {
            unknown.push(Unknown::NoChannel);
            continue;
        }
        if let Some(wait) = beyond(&from, &until, limit) {
            let place = if check.to == Role::Agent { to } else { gap.from };
            let shown = if case.is_judged(place) { place } else { gap.from };
            out.push(
                case.whole(shown).value("count", wait.said(case.options.locale)).value("limit", limited(case, limit)),
            );
        }
    }
}

/// The first turns of the waits that there were: the occasions on which the rule is asked.
pub(super) fn occasions(case: &Case, check: &Pace<CueId>) -> Vec<usize> {
    if check.measure != Gauge::Wait {
        return spoken::occasions(case, check);
    }
    let place = |gap: Gap| gap.to.filter(|_| check.to == Role::Agent).unwrap_or(gap.from);
    gaps(case, check).into_iter().map(place).collect()
}

/// What a rule allows in this conversation's channel; none where it only asks for an answer at all.
pub(super) fn limit(case: &Case, rule: &str, check: &Pace<CueId>) -> Option<Length> {
    let channel = case.conversation.channel.as_deref().map(crate::language::fold_str);
    let of = |name: &str| {
        let set = case.options.paces.get(rule).and_then(|paces| paces.get(name));
        set.or_else(|| check.max.get(name)).copied()
    };
    let own = channel.and_then(|channel| of(channel.trim()));
    // A call by whatever name.
    own.or_else(|| of("call").filter(|_| case.call)).or_else(|| of("default"))
}

/// The waits of a conversation.
fn gaps(case: &Case, check: &Pace<CueId>) -> Vec<Gap> {
    if case.conversation.mode != Mode::Transcript {
        return Vec::new();
    }
    let mut gaps: Vec<Gap> = Vec::new();
    // A message that waits, and whether anybody of `to` has spoken before.
    let (mut waiting, mut answered) = (None, false);
    for turn in 0..case.scans.len() {
        let role = case.turn(turn).role;
        if role == check.to && Some(turn) != waiting {
            if let Some(from) = waiting.take()
                && wanted(check, answered)
            {
                gaps.push(Gap { from, to: Some(turn) });
            }
            answered = true;
        }
        if role != check.from {
            continue;
        }
        let here = [turn];
        if case.any(here, &check.unless) {
            // Thanks and goodbye wait for nothing; what was asked before is settled.
            waiting = None;
        } else if waiting.is_none() && check.find.as_ref().is_none_or(|names| case.any(here, &names.0)) {
            waiting = Some(turn);
        }
    }
    if let Some(from) = waiting
        && wanted(check, answered)
    {
        gaps.push(Gap { from, to: None });
    }
    gaps
}

fn wanted(check: &Pace<CueId>, answered: bool) -> bool {
    match check.nth {
        Nth::First => !answered,
        Nth::Later => answered,
        Nth::Any => true,
    }
}

/// Whether a wait without an answer is an offence; none where nothing tells whether the conversation was over.
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

/// When a message was said. Times without a zone are all of one zone: only their distance counts.
pub(super) fn said(case: &Case, turn: usize) -> Option<Zoned> {
    read(case, case.turn(turn).time.as_deref()?)
}

/// When it was over: of a call, whose messages take time, where that is told.
fn over_at(case: &Case, turn: usize) -> Option<Zoned> {
    let end = case.turn(turn).end.as_deref().and_then(|end| read(case, end));
    end.or_else(|| said(case, turn))
}

/// A time as it is written. In a call it may also count from the beginning: `83.5`, `01:23`, `00:01:23.5`.
pub(super) fn read(case: &Case, time: &str) -> Option<Zoned> {
    let time = time.trim();
    moment(time, &TimeZone::UTC).ok().or_else(|| {
        let offset = if case.call { offset(time)? } else { return None };
        Some(jiff::Timestamp::from_millisecond(offset).ok()?.to_zoned(TimeZone::UTC))
    })
}

/// Milliseconds from the beginning, where a time of a call counts from there.
#[allow(clippy::cast_possible_truncation, reason = "at most a few hours, in milliseconds")]
pub(crate) fn offset(time: &str) -> Option<i64> {
    let parts: Vec<&str> = time.split(':').collect();
    let plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if parts.len() > 3 || !parts.iter().all(plain) {
        return None;
    }
    let seconds = parts.iter().try_fold(0.0, |sum, part| Some(sum * 60.0 + part.parse::<f64>().ok()?))?;
    (seconds < 1e6).then_some((seconds * 1000.0).round() as i64)
}

/// How long it took, if that was longer than allowed. Clocks that run backwards tell nothing.
pub(super) fn beyond(from: &Zoned, until: &Zoned, limit: Length) -> Option<Wait> {
    let exact = until.duration_since(from);
    let seconds = exact.as_secs();
    let amount = i64::from(limit.amount);
    match limit.unit {
        Unit::Seconds => (exact > SignedDuration::from_secs(amount)).then_some(Wait::Seconds(seconds)),
        Unit::WorkSeconds => {
            let work = work_seconds(from.datetime(), until.datetime());
            (work > amount).then_some(Wait::Seconds(seconds))
        }
        Unit::WorkDays => {
            let days = work_days(from.datetime(), until.datetime());
            (days > amount).then_some(Wait::WorkDays(days))
        }
    }
}

/// A wait as people say it.
pub(super) enum Wait {
    Seconds(i64),
    WorkDays(i64),
}

impl Wait {
    /// In the language of the messages.
    pub fn said(&self, locale: Lang) -> String {
        let words = builtin::length_words(locale);
        match *self {
            Self::Seconds(seconds) => words.seconds(seconds.unsigned_abs()),
            Self::WorkDays(days) => words.workdays(days.unsigned_abs()),
        }
    }
}

/// A limit in the language of the messages.
pub(super) fn limited(case: &Case, limit: Length) -> String {
    builtin::length_words(case.options.locale).length(limit)
}

/// Working days after the day of `from`, up to that of `until`.
fn work_days(from: DateTime, until: DateTime) -> i64 {
    let mut days = 0;
    let mut date = from.date();
    for _ in 0..MOST_DAYS {
        let Ok(next) = date.tomorrow() else { break };
        if next > until.date() {
            break;
        }
        date = next;
        days += i64::from(is_workday(date));
    }
    days
}

/// Seconds within working hours.
fn work_seconds(from: DateTime, until: DateTime) -> i64 {
    let (_, calendar) = builtin::shared_times();
    let mut seconds = 0;
    let mut date = from.date();
    for _ in 0..MOST_DAYS {
        if date > until.date() {
            break;
        }
        if is_workday(date) {
            let open = date.to_datetime(calendar.open).max(from);
            let close = date.to_datetime(calendar.close).min(until);
            if open < close {
                seconds += close.duration_since(open).as_secs();
            }
        }
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    seconds
}

fn is_workday(date: jiff::civil::Date) -> bool {
    let weekday = date.weekday().to_monday_zero_offset() < 5;
    builtin::shared_times().1.is_workday(date).unwrap_or(weekday)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Zoned {
        moment(text, &TimeZone::UTC).unwrap()
    }

    fn wait(from: &str, until: &str, limit: &str) -> Option<String> {
        beyond(&at(from), &at(until), Length::parse(limit).unwrap()).map(|wait| wait.said(Lang::En))
    }

    #[test]
    fn waits_are_measured_in_calendar_and_in_working_time() {
        assert_eq!(wait("2026-03-02 10:00:00", "2026-03-02 10:03:00", "3m"), None);
        assert_eq!(wait("2026-03-02 10:00:00", "2026-03-02 10:03:01", "3m").as_deref(), Some("3 min 1 s"));
        assert_eq!(wait("2026-03-02 10:00", "2026-03-04 12:30", "24h").as_deref(), Some("2 d 2 h"));
        // Friday evening to Monday morning: an hour and a half of work.
        assert_eq!(wait("2026-03-06 17:00", "2026-03-09 09:30", "2 workhours"), None);
        assert!(wait("2026-03-06 17:00", "2026-03-09 11:30", "2 workhours").is_some());
        assert_eq!(wait("2026-03-06 17:00", "2026-03-10 09:30", "2 workdays"), None);
        assert_eq!(wait("2026-03-06 17:00", "2026-03-11 09:30", "2 workdays").as_deref(), Some("3 workdays"));
    }

    #[test]
    fn waits_are_said_in_the_language_of_the_messages() {
        assert_eq!(Wait::Seconds(325).said(Lang::Zh), "5分钟25秒");
        assert_eq!(Wait::Seconds(3600).said(Lang::Zh), "1小时");
        assert_eq!(Wait::Seconds(0).said(Lang::Zh), "0秒");
        assert_eq!(Wait::WorkDays(3).said(Lang::Zh), "3个工作日");
    }

    #[test]
    fn a_clock_that_runs_backwards_tells_nothing() {
        for limit in ["3m", "2 workhours", "1 workday"] {
            assert_eq!(wait("2026-03-04 10:00", "2026-03-02 10:00", limit), None);
        }
    }
}
