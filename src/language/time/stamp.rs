//! Moments as systems write them next to messages: year first in the usual orders, seconds since 1970, dates of mails.
//! Ambiguous ones such as 03/04/2026 are refused.

use crate::language::fold_str;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use regex::Regex;
use serde::Deserialize;
use std::sync::LazyLock;

/// Longest text that is examined, in bytes.
const LONGEST: usize = 80;
/// The years in which seconds since 1970 may lie; other numbers mean something else.
const SECONDS: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// Digits and separators, once the marks of a language have been replaced by them.
static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?<year>\d{4})\s*(?:-|/|\.)\s*(?<month>\d{1,2})\s*(?:-|/|\.)\s*(?<day>\d{1,2})",
        r"(?:[\st,]+(?<before>am|pm)?\s*(?<hour>\d{1,2}):(?:(?<minute>\d{1,2})(?::(?:(?<second>\d{1,2})(?:[.,](?<part>\d{1,9}))?)?)?)?",
        r"\s*(?<behind>am|pm)?\s*(?<zone>z|[+-]\d{2}(?::?\d{2})?)?)?\s*$",
    ))
    .ok()
});

/// Digits without any separators.
static COMPACT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})[ t]?(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?$").ok()
});

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Marks {
    year: Vec<String>,
    month: Vec<String>,
    day: Vec<String>,
    hour: Vec<String>,
    minute: Vec<String>,
    second: Vec<String>,
    am: Vec<String>,
    pm: Vec<String>,
    utc: Vec<String>,
    passed_over: Vec<String>,
}

/// Marks of languages, and what replaces them.
static MARKS: LazyLock<Vec<(String, &str)>> = LazyLock::new(|| {
    let marks: Marks = toml::from_str(include_str!("../../../rules/language/timestamps.toml")).unwrap_or_default();
    let Marks { year, month, day, hour, minute, second, am, pm, utc, passed_over } = marks;
    let all = [
        (passed_over, " "),
        (year, "-"),
        (month, "-"),
        (day, " "),
        (hour, ":"),
        (minute, ":"),
        (second, " "),
        (am, "am"),
        (pm, "pm"),
        (utc, "z"),
    ];
    all.into_iter().flat_map(|(words, sign)| words.into_iter().map(move |word| (word, sign))).collect()
});

/// The moment, if the text is one, and whether it has a time of day. Without a zone, it is in `zone`.
pub(super) fn read(text: &str, zone: &TimeZone) -> Option<(Zoned, bool)> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    if let Some(at) = since_1970(text) {
        return Some((at.to_zoned(zone.clone()), true));
    }
    let mut plain = fold_str(text);
    for (word, sign) in MARKS.iter() {
        if plain.contains(word) {
            plain = plain.replace(word, sign);
        }
    }
    // The brackets left by a removed weekday.
    let plain = plain.replace("( )", " ");
    written(plain.trim(), zone).or_else(|| Some((jiff::fmt::rfc2822::parse(text).ok()?, true)))
}

fn since_1970(text: &str) -> Option<Timestamp> {
    if !matches!(text.len(), 10 | 13) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let (seconds, parts) = if text.len() == 13 { (number / 1000, number % 1000) } else { (number, 0) };
    let at = Timestamp::new(seconds, i32::try_from(parts).ok()? * 1_000_000).ok()?;
    SECONDS.contains(&seconds).then_some(at)
}

fn written(plain: &str, zone: &TimeZone) -> Option<(Zoned, bool)> {
    let found = [&FORM, &COMPACT].into_iter().find_map(|form| form.as_ref()?.captures(plain))?;
    let text = |name: &str| found.name(name).map(|group| group.as_str());
    let number = |name: &str| text(name).map_or(Some(0), |figures| figures.parse::<i8>().ok());
    let date = Date::new(text("year")?.parse().ok()?, number("month")?, number("day")?).ok()?;
    let clock = text("hour").is_some();
    let hour = match (text("before").or(text("behind")), number("hour")?) {
        (Some("pm"), hour @ 1..12) => hour + 12,
        (Some("am"), 12) => 0,
        (_, hour) => hour,
    };
    let part = text("part").map_or(Some(0), |part| format!("{part:0<9}").parse().ok())?;
    let time = Time::new(hour, number("minute")?, number("second")?, part).ok()?;
    let at = DateTime::from_parts(date, time);
    let zoned = match text("zone") {
        None => at.to_zoned(zone.clone()),
        Some("z") => at.to_zoned(TimeZone::UTC).map(|at| at.with_time_zone(zone.clone())),
        Some(offset) => at.to_zoned(TimeZone::fixed(self::offset(offset)?)),
    };
    Some((zoned.ok()?, clock))
}

/// `+0800`, `+08:00` or `+08`.
fn offset(text: &str) -> Option<Offset> {
    let figures: String = text.chars().filter(char::is_ascii_digit).collect();
    let hours: i32 = figures.get(..2)?.parse().ok()?;
    let minutes: i32 = figures.get(2..4).map_or(Some(0), |minutes| minutes.parse().ok())?;
    let seconds = hours * 3600 + minutes * 60;
    if minutes > 59 {
        return None;
    }
    Offset::from_seconds(if text.starts_with('-') { -seconds } else { seconds }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systems_write_is_a_moment() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let shown = |text: &str| read(text, &zone).map(|(at, _)| at.timestamp().to_string());
        for text in [
            "2026/3/1 9:15",
            "2026/03/01 09:15:00",
            "2026-3-1 9:15",
            "2026.03.01 09:15:00",
            "2026年3月1日 09:15",
            "2026年3月1日上午9时15分",
            "2026年03月01日 星期日 9点15分00秒",
            "2026/3/1（周日）09:15:00",
            "2026-03-01 (星期日) 09:15",
            "2026-03-01 上午9:15",
            "２０２６-03-01 09：15",
            "2026-03-01 09:15:00 +0800",
            "2026-03-01 01:15:00 UTC",
            "2026-03-01 9:15 AM",
            "2026-03-01T09:15:00.000",
            "20260301091500",
            "20260301 0915",
            "1772327700",
            "1772327700000",
            "Sun, 01 Mar 2026 09:15:00 +0800",
        ] {
            assert_eq!(shown(text).as_deref(), Some("2026-03-01T01:15:00Z"), "{text}");
        }
        for text in ["20260301091500", "Sun, 01 Mar 2026 09:15:00 +0800", "1772327700"] {
            assert!(crate::language::time::stamped(text, &zone).is_ok_and(|(_, clock)| clock), "{text}");
        }
        assert_eq!(shown("2026年3月1日 下午3:15").as_deref(), Some("2026-03-01T07:15:00Z"));
        assert_eq!(shown("2026/3/1 12:05 AM").as_deref(), Some("2026-02-28T16:05:00Z"));
        for text in [
            "03/04/2026 9:15",
            "2026/13/1",
            "2026-02-30 10:00",
            "2026-03-01 9:159",
            "2026-03-01 9:15 +0860",
            "12:30",
            "9999999999999",
            "",
            "2026",
            "abc",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_alone_tells_no_clock() {
        let clock = |text: &str| read(text, &TimeZone::UTC).map(|(_, clock)| clock);
        assert_eq!(
            (clock("2026/3/1"), clock("2026年3月1日"), clock("2026/3/1 0:00")),
            (Some(false), Some(false), Some(true))
        );
    }
}
