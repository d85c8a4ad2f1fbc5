//! Times of messages as inputs write them: moments, and in calls seconds from the beginning.

use crate::language::time::stamped;
use jiff::Zoned;
use jiff::tz::TimeZone;

/// A time as it is written, with whether it tells more than the day. In a call it may also count from the beginning:
/// `83.5`, `01:23`, `00:01:23.5`.
pub(super) fn read(call: bool, time: &str) -> Option<(Zoned, bool)> {
    let time = time.trim();
    stamped(time, &TimeZone::UTC).ok().or_else(|| {
        let offset = if call { offset(time)? } else { return None };
        Some((jiff::Timestamp::from_millisecond(offset).ok()?.to_zoned(TimeZone::UTC), true))
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
