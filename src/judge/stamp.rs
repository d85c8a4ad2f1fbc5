//! Times of messages as inputs write them: moments or, in calls, seconds from the beginning.

use crate::language::time::stamped;
use jiff::Zoned;
use jiff::tz::TimeZone;

/// Parses a time; also returns whether it includes the time of day. In a call it may count from the beginning: `83.5`,
/// `01:23`, `00:01:23.5`.
pub(super) fn read(call: bool, time: &str) -> Option<(Zoned, bool)> {
    let time = time.trim();
    stamped(time, &TimeZone::UTC).ok().or_else(|| {
        let offset = if call { offset(time)? } else { return None };
        Some((jiff::Timestamp::from_millisecond(offset).ok()?.to_zoned(TimeZone::UTC), true))
    })
}

/// Whether the time of a message can be read. Most are written in one way, which is told by its digits alone.
pub fn is_time(call: bool, time: &str) -> bool {
    let time = time.trim();
    is_usual(time.as_bytes()) || read(call, time).is_some() || offset(time).is_some()
}

/// `2026-03-02 09:15`, perhaps with seconds, on a day that every month has.
fn is_usual(time: &[u8]) -> bool {
    let form = b"0000-00-00 00:00:00";
    let same = |(&form, &byte): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b' ' => matches!(byte, b' ' | b'T'),
        sign => byte == sign,
    };
    let two = |at: usize| (time[at] - b'0') * 10 + (time[at + 1] - b'0');
    matches!(time.len(), 16 | 19)
        && form.iter().zip(time).all(same)
        && (1..=12).contains(&two(5))
        && (1..=28).contains(&two(8))
        && two(11) < 24
        && two(14) < 60
        && (time.len() == 16 || two(17) < 60)
}

/// Milliseconds from the beginning, if a time of a call counts from there.
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
