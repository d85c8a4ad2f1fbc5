//! When a message was said, and how long the next one took: in calendar time, working time and working days.

use super::case::Case;
use crate::conversation::Lang;
use crate::rulebook::{Length, Unit, builtin};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Zoned};

/// Seconds by which a clock may run backwards: two systems, or rounded minutes.
pub(crate) const JITTER: i64 = 60;
/// Most days that are counted one by one for working time.
const MOST_DAYS: usize = 1000;

/// When a message was said. Times without a zone all get the same one: only differences matter.
pub(super) fn said<'a>(case: &'a Case, turn: usize) -> Option<&'a Zoned> {
    case.time(turn).map(|(at, _)| at)
}

/// Whether the time of a message includes the time of day.
pub(super) fn is_clocked(case: &Case, turn: usize) -> bool {
    case.time(turn).is_some_and(|(_, clock)| *clock)
}

/// The wait, if it was longer than allowed. Clocks that run backwards give none.
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

/// A wait in the unit people use.
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
    use crate::language::time::stamped;
    use jiff::tz::TimeZone;

    fn at(text: &str) -> Zoned {
        stamped(text, &TimeZone::UTC).unwrap().0
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
