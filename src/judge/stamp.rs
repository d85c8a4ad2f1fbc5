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
