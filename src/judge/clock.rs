//! Points in time: when a turn was said, when a promise falls due, and the moment that deadlines are compared with.

use crate::conversation::Turn;
use crate::cue::Scan;
use crate::cue::native::promise::Promise;
pub use crate::language::time::rfc3339;
use crate::language::time::{
    Clock as Hour, Kind, Mention, Place, Point, Reference, Value, find_in, moment, resolve, stamped,
};
use crate::rulebook::builtin;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

/// Bytes before a time that are read with it.
const LEAD: usize = 24;
/// Bytes before an hour in which its day may have been named.
const EARLIER: usize = 120;
const NOON: u32 = 12 * 3600;

/// What time it is, and where.
pub struct Clock {
    /// The zone of times that state none.
    pub zone: TimeZone,
    /// The moment that deadlines are compared with (`--as-of`).
    pub as_of: Zoned,
    /// Whether the moment was set by `--as-of`: evidence after it is then ignored.
    pub asked: bool,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Clock").field(&self.as_of).finish()
    }
}

impl Clock {
    /// A clock that stands at `as_of`.
    pub const fn new(zone: TimeZone, as_of: Zoned) -> Self {
        Self { zone, as_of, asked: false }
    }

    /// When a turn was said; `None` if the input does not say, or not as a moment.
    pub fn said(&self, turn: &Turn) -> Option<Zoned> {
        self.moment(turn.time.as_deref()?)
    }

    /// Parses a time as inputs write it.
    pub fn moment(&self, text: &str) -> Option<Zoned> {
        moment(text.trim(), &self.zone).ok()
    }

    /// Parses a time as lists write it; a day alone gives its first moment and its last.
    pub fn moment_or_day(&self, text: &str) -> Option<(Zoned, Option<Zoned>)> {
        let (at, clock) = stamped(text.trim(), &self.zone).ok()?;
        if clock {
            return Some((at, None));
        }
        let end = at.tomorrow().and_then(|next| next.start_of_day()).and_then(|next| next.checked_sub(1.second()));
        Some((at, Some(end.ok()?)))
    }

    /// The first second of the day of a moment.
    pub fn day_of(&self, at: i64) -> i64 {
        let day = Timestamp::from_second(at).and_then(|at| at.to_zoned(self.zone.clone()).start_of_day());
        day.map_or(at, |day| day.timestamp().as_second())
    }

    /// The words that state a promise's time.
    pub fn mention(&self, promise: &Promise, scan: &Scan) -> Option<Mention> {
        let (start, end) = promise.time?;
        let (start, end) = (start as usize, end as usize);
        let (lexicon, _) = builtin::shared_times();
        // A word before it may say how it is to be read: "at 3 on Friday".
        let text = scan.folded.text.as_str();
        let before = (start.saturating_sub(LEAD)..=start).find(|&at| text.is_char_boundary(at)).unwrap_or(start);
        let before = before.max(scan.segments.clause(start).0);
        let found = find_in(text, lexicon, before..end).into_iter().find(|mention| mention.end > start)?;
        Some(on_that_day(found, text, scan.segments.sentence(start).0))
    }

    /// Whether the time of a promise counts from a condition and not from the message. A stated hour holds whatever
    /// must happen first (“if it is not there by six, I will call by 10 tomorrow”); a step of our own postpones a
    /// length of time, but no day.
    pub fn waits(promise: &Promise, mention: Option<&Mention>) -> bool {
        let stands = mention.is_some_and(|mention| match &mention.value {
            Value::Zoned(..) => true,
            Value::Point(point) | Value::Off(point, ..) => {
                promise.own_step || matches!(point.clock, Some(Hour::At { .. } | Hour::Open | Hour::Close))
            }
            Value::Between(..) => promise.own_step,
            _ => false,
        });
        promise.condition.is_some() && !stands
    }

    /// When a promise made at this moment falls due; `None` if that depends on a condition.
    pub fn due_of(&self, promise: &Promise, scan: &Scan, at: &Zoned) -> Option<Zoned> {
        let mention = self.mention(promise, scan)?;
        if Self::waits(promise, Some(&mention)) { None } else { self.due(&mention, at) }
    }

    /// When something falls due that was said at this moment with these words of time.
    pub fn due(&self, mention: &Mention, at: &Zoned) -> Option<Zoned> {
        let (_, calendar) = builtin::shared_times();
        resolve(mention, &Reference { at: at.clone(), calendar }).due
    }
}

/// An hour behind another one, whose day was named: “the fitter comes at nine tomorrow, by ten it is done”.
fn on_that_day(mention: Mention, text: &str, sentence: usize) -> Mention {
    let Value::Point(Point { place: None, clock: Some(Hour::At { second, open }) }) = mention.value else {
        return mention;
    };
    let from = mention.start.saturating_sub(EARLIER).max(sentence);
    let from = (from..=mention.start).find(|&at| text.is_char_boundary(at)).unwrap_or(mention.start);
    let (lexicon, _) = builtin::shared_times();
    let named = find_in(text, lexicon, from..mention.start).into_iter().rev().find_map(|earlier| match earlier.value {
        Value::Point(Point { place, clock: Some(Hour::At { second, open }) }) => Some((place, second, open)),
        Value::Point(Point { place, clock: Some(Hour::Part(_)) }) => Some((place, 0, true)),
        _ => None,
    });
    let Some((Some(place @ Place::Day(1..)), first, unsure)) = named else { return mention };
    // “At three in the afternoon, by five”: the same half of the day, if that is later.
    let later = |second: u32| second >= first;
    let (second, open) = match open && !unsure {
        true if later(second) => (second, false),
        true if later(second + NOON) => (second + NOON, false),
        _ => (second, open),
    };
    let clock = Some(Hour::At { second, open });
    Mention { kind: Kind::DateTime, value: Value::Point(Point { place: Some(place), clock }), ..mention }
}
