//! Times of rows: date and time of day from two columns are joined, and numbers from spreadsheets are converted.

use crate::conversation::Turn;
use crate::conversation::read::roles::fold;
use jiff::ToSpan;
use jiff::civil::Date;

/// Day numbers of spreadsheets (counted from the end of 1899) that count as dates: 2000 to 2099.
const DAYS: std::ops::Range<f64> = 36_526.0..73_051.0;
/// Days from the end of 1899 to the beginning of 1904.
const FROM_1904: f64 = 1_462.0;
/// Seconds from its beginning within which the first message of a call comes.
const BEGINNING: i32 = 120;
/// A time of day that goes back by more seconds has passed midnight.
const MIDNIGHT: i32 = 12 * 60 * 60;
/// Longest date or time, in bytes.
const LONGEST: usize = 80;

/// Whether the times of a conversation are times of day; in a call they may be offsets from its beginning. The first
/// one that could be either decides, since a chat just after midnight looks the same.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clocks(Option<bool>);

impl Clocks {
    /// Joins a date and a time: a mere time of day is put on that date.
    pub fn joined(&mut self, day: Option<String>, time: Option<String>) -> Option<String> {
        match (day, time) {
            (Some(day), Some(time)) => Some(self.on(self::day(&day), &time).unwrap_or(time)),
            (day, time) => time.or(day),
        }
    }

    /// A time of day on a date; none if it is no time of day.
    fn on(&mut self, day: Option<Date>, text: &str) -> Option<String> {
        let clock = clock(text)?;
        let counts = if clock.to_minutes { clock.seconds < 3_600 } else { clock.seconds < BEGINNING };
        let clocks = *self.0.get_or_insert(!counts || clock.half);
        day.filter(|_| clocks).map(|day| format!("{day} {}", text.trim()))
    }
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clock {
    seconds: i32,
    to_minutes: bool,
    /// Whether a word says morning or afternoon.
    half: bool,
}

/// Reads two or three numbers separated by colons, perhaps with a word before or behind.
fn clock(text: &str) -> Option<Clock> {
    if text.len() > LONGEST {
        return None;
    }
    let folded = fold(text);
    let plain = folded.trim_matches(|next: char| !next.is_ascii_digit());
    let half = plain.len() < folded.len();
    let parts: Vec<&str> = plain.split(':').map(str::trim).collect();
    // Seconds may have a fraction.
    let parts = parts.iter().map(|part| part.split_once('.').map_or(*part, |(whole, _)| whole));
    let short = |part: &str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
    let figures: Vec<i32> = parts.map(|part| part.parse().ok().filter(|_| short(part))).collect::<Option<_>>()?;
    let sign = folded.contains(['-', '+', '/']);
    match figures[..] {
        [hours @ 0..24, minutes @ 0..60] if !sign => {
            Some(Clock { seconds: hours * 3_600 + minutes * 60, to_minutes: true, half })
        }
        [hours @ 0..24, minutes @ 0..60, seconds @ 0..60] if !sign => {
            Some(Clock { seconds: hours * 3_600 + minutes * 60 + seconds, to_minutes: false, half })
        }
        _ => None,
    }
}

/// The date of a text, which may also have a time of day. With a `Z` it is a moment, whose date depends on the zone.
fn day(text: &str) -> Option<Date> {
    if text.len() > LONGEST || text.trim_end().ends_with(['Z', 'z']) {
        return None;
    }
    let folded = fold(text);
    let mut figures = folded.split(|next: char| !next.is_ascii_digit()).filter(|figures| !figures.is_empty());
    let year = figures.next()?;
    if let (8, Some(month), Some(day)) = (year.len(), year.get(4..6), year.get(6..)) {
        return Date::new(year[..4].parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    }
    let (month, day) = (figures.next()?, figures.next()?);
    if year.len() != 4 || !folded.starts_with(year) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Converts a spreadsheet's number for a moment: days, with the time of day as fraction. `whole`: also whole days,
/// which elsewhere could be any number. `since_1904`: days are counted from that year.
#[allow(clippy::cast_possible_truncation, reason = "at most a hundred years of seconds")]
pub(super) fn serial(text: &str, whole: bool, since_1904: bool) -> Option<String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if text.len() > 24 || !plain || !(whole || text.contains('.')) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    let is_clock = (0.0..1.0).contains(&number) && text.contains('.');
    let number = if since_1904 && !is_clock { number + FROM_1904 } else { number };
    if !is_clock && !DAYS.contains(&number) {
        return None;
    }
    let seconds = ((number * 86_400.0).round() as i64).seconds();
    let at = Date::constant(1899, 12, 30).at(0, 0, 0, 0).checked_add(seconds).ok()?;
    let form = match (is_clock, text.contains('.')) {
        (true, _) => "%H:%M:%S",
        (false, true) => "%Y-%m-%d %H:%M:%S",
        (false, false) => "%Y-%m-%d",
    };
    Some(at.strftime(form).to_string())
}

/// Gives messages with only a time of day the date of `start`, and the first one its time, if none has any.
pub(super) fn begin(turns: &mut [Turn], start: &str) {
    if let Some(mut day) = day(start) {
        let mut clocks = Clocks::default();
        let behind_day = start.trim().split_once([' ', 'T', 't']).map(|(_, clock)| clock);
        let mut last = behind_day.and_then(clock);
        for time in turns.iter_mut().filter_map(|turn| turn.time.as_mut()) {
            let now = clock(time);
            let (Some(before), Some(after)) = (last, now) else {
                last = now.or(last);
                *time = clocks.on(Some(day), time).unwrap_or_else(|| std::mem::take(time));
                continue;
            };
            if before.seconds - after.seconds > MIDNIGHT && !before.half && !after.half {
                day = day.tomorrow().unwrap_or(day);
            }
            last = now;
            *time = clocks.on(Some(day), time).unwrap_or_else(|| std::mem::take(time));
        }
    }
    if turns.iter().all(|turn| turn.time.is_none())
        && let Some(first) = turns.first_mut()
    {
        first.time = Some(start.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Role;

    #[test]
    fn a_day_and_a_clock_are_one_time() {
        let text = |text: &str| Some(text.to_owned());
        for (day, time, whole) in [
            ("2026-03-02", "09:00:00", "2026-03-02 09:00:00"),
            ("20260302", "9:05", "2026-03-02 9:05"),
            ("2026年3月2日 星期一", "09：00：00.5", "2026-03-02 09：00：00.5"),
            ("2026/3/2 0:00", "上午9:05", "2026-03-02 上午9:05"),
            ("2026-03-02", "12:05 AM", "2026-03-02 12:05 AM"),
            ("2026-03-02", "2026-03-03 08:00", "2026-03-03 08:00"),
            ("2026-03-02", "3日 9:00", "3日 9:00"),
            ("2026-03-02", "12.5", "12.5"),
            ("2026-02-30", "09:00", "09:00"),
            ("02/03/2026", "09:00", "09:00"),
            ("2026-03-01T23:00:00Z", "07:00", "07:00"),
        ] {
            assert_eq!(Clocks::default().joined(text(day), text(time)), text(whole), "{day} {time}");
        }
        assert_eq!(Clocks::default().joined(text("2026-03-02"), None), text("2026-03-02"));
        // Offsets from the beginning of a call, whatever comes later.
        let mut call = Clocks::default();
        for time in ["00:03", "01:23"] {
            assert_eq!(call.joined(text("2026-03-02"), text(time)), text(time));
        }
    }

    #[test]
    fn a_number_of_a_spreadsheet_is_a_moment_where_it_can_be() {
        for (number, whole, at) in [
            ("46083.375", false, Some("2026-03-02 09:00:00")),
            ("46083.37534722222", false, Some("2026-03-02 09:00:30")),
            ("46083", true, Some("2026-03-02")),
            ("46083", false, None),
            ("0.375", false, Some("09:00:00")),
            ("12.5", true, None),
            ("1772413200", true, None),
            ("4.6.2", true, None),
        ] {
            assert_eq!(serial(number, whole, false).as_deref(), at, "{number}");
        }
    }

    #[test]
    fn a_chat_passes_midnight() {
        let said = |time: &str| Turn { time: Some(time.to_owned()), ..Turn::new(Role::Agent, "") };
        let mut turns = [said("23:59:50"), said("00:00:10"), said("00:01:00")];
        begin(&mut turns, "2026-03-02 23:59:00");
        let times: Vec<&str> = turns.iter().filter_map(|turn| turn.time.as_deref()).collect();
        assert_eq!(times, ["2026-03-02 23:59:50", "2026-03-03 00:00:10", "2026-03-03 00:01:00"]);
        let mut turns = [Turn::new(Role::Agent, ""), Turn::new(Role::Agent, "")];
        begin(&mut turns, "2026-03-02 09:00");
        assert_eq!((turns[0].time.as_deref(), &turns[1].time), (Some("2026-03-02 09:00"), &None));
    }
}
