//! From phrases to moments: the beginning, the end and the deadline.
//!
//! - `from` is where the named time begins, `to` where it ends: a period, a day and a range of days end where the next
//!   day begins.
//! - `due` is the last moment in time for something promised with this phrase. A day ends one second before midnight, a
//!   working day with the working hours; English “before” a day is the second before it begins, Chinese 前 may include
//!   the day; days and weeks from now end with their last day, hours and minutes end exactly.

use std::borrow::Cow;
use std::cell::Cell;

use jiff::Zoned;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::{Offset, TimeZone};

use super::calendar::Calendar;
use super::english::is_end;
use super::model::{Amount, Bound, Clock, DayPart, Mention, Place, Point, Turn, Unit, Value, Way};
use super::point::single;
use super::span::Finder;
use super::stamp;
use super::stretch::{Stretch, Teller, midnight, second_before};

/// What phrases are relative to.
#[derive(Clone, Debug)]
pub struct Reference<'a> {
    /// The moment of speaking, in the zone of the speaker.
    pub at: Zoned,
    /// Working days and hours.
    pub calendar: &'a Calendar,
}

/// Reads `2026-11-22T10:00+08:00`, with or without seconds, offset and clock, and other forms that systems write
/// (`2026/3/1 9:15`, `2026年3月1日 上午9:15`, seconds since 1970, dates of mails). Without an offset, the time is in `zone`.
/// A time ending in `Z` is a moment without a local clock, so it is converted to `zone`.
///
/// # Errors
/// If the text is no moment, or one beyond the calendar.
pub fn moment(text: &str, zone: &TimeZone) -> Result<Zoned, jiff::Error> {
    stamped(text, zone).map(|(at, _)| at)
}

/// Like [`moment`], with whether the text has a time of day: a wait cannot be measured between mere days.
///
/// # Errors
/// Those of [`moment`].
pub fn stamped(text: &str, zone: &TimeZone) -> Result<(Zoned, bool), jiff::Error> {
    // Logs have one time a message, nearly all in one form, which needs no parser.
    if let Some(at) = usual(text, zone) {
        return Ok((at, true));
    }
    let parsed = Pieces::parse(text).and_then(|pieces| Ok((plain(&pieces, zone)?, pieces.time().is_some())));
    parsed.or_else(|error| stamp::read(text, zone).ok_or(error))
}

/// The moment of `2026-11-22 10:00:00`, also with a `T` and a `Z`; `None` for any other form.
fn usual(text: &str, zone: &TimeZone) -> Option<Zoned> {
    match text.strip_suffix('Z') {
        Some(text) => Some(figures(text.as_bytes())?.to_zoned(TimeZone::UTC).ok()?.with_time_zone(zone.clone())),
        None => figures(text.as_bytes())?.to_zoned(zone.clone()).ok(),
    }
}

fn figures(text: &[u8]) -> Option<DateTime> {
    const FORM: &[u8; 19] = b"0000-00-00 00:00:00";
    let fits = |(&sign, &form): (&u8, &u8)| match form {
        b'0' => sign.is_ascii_digit(),
        b' ' => matches!(sign, b' ' | b'T'),
        _ => sign == form,
    };
    if text.len() != FORM.len() || !text.iter().zip(FORM).all(fits) {
        return None;
    }
    let two = |at: usize| (text[at] - b'0').cast_signed() * 10 + (text[at + 1] - b'0').cast_signed();
    let year = i16::from(two(0)) * 100 + i16::from(two(2));
    let date = Date::new(year, two(5), two(8)).ok()?;
    Some(DateTime::from_parts(date, Time::new(two(11), two(14), two(17), 0).ok()?))
}

fn plain(pieces: &Pieces<'_>, zone: &TimeZone) -> Result<Zoned, jiff::Error> {
    let moment = pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight()));
    if matches!(pieces.offset(), Some(PiecesOffset::Zulu)) {
        return Ok(moment.to_zoned(TimeZone::UTC)?.with_time_zone(zone.clone()));
    }
    match pieces.to_numeric_offset() {
        Some(offset) => moment.to_zoned(TimeZone::fixed(offset)),
        None => moment.to_zoned(zone.clone()),
    }
}

/// The moments of a phrase; `None` for what is unknown or does not exist.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolved {
    /// Where the named time begins.
    pub from: Option<Zoned>,
    /// Where it ends.
    pub to: Option<Zoned>,
    /// The last moment in time for it.
    pub due: Option<Zoned>,
    /// The calendar lacks data for a year that it needed: working days were counted Monday to Friday, a lunar day was
    /// not found.
    pub unknown_year: bool,
}

/// The moments of a mention, relative to `reference`.
#[must_use]
pub fn resolve(mention: &Mention, reference: &Reference<'_>) -> Resolved {
    if let Value::Zoned(point, minutes) = &mention.value {
        return elsewhere(mention, point, *minutes, reference);
    }
    let now = reference.at.datetime();
    let finder = Finder { calendar: reference.calendar, today: now.date(), unknown: Cell::new(false) };
    let teller = Teller { finder: &finder, now };
    let Moments { from, to, due } = teller.tell(mention).unwrap_or_default();
    let zone = reference.at.time_zone();
    let zoned = |moment: Option<DateTime>| moment.and_then(|m| m.to_zoned(zone.clone()).ok());
    Resolved { from: zoned(from), to: zoned(to), due: zoned(due), unknown_year: finder.unknown.get() }
}

/// An hour in a named zone, shown in that of the reference.
fn elsewhere(mention: &Mention, point: &Point, minutes: i32, reference: &Reference<'_>) -> Resolved {
    let Ok(offset) = Offset::from_seconds(minutes * 60) else { return Resolved::default() };
    let at = reference.at.with_time_zone(TimeZone::fixed(offset));
    let there = Mention { value: Value::Point(point.clone()), ..mention.clone() };
    let told = resolve(&there, &Reference { at, calendar: reference.calendar });
    let here = |moment: Option<Zoned>| moment.map(|moment| moment.with_time_zone(reference.at.time_zone().clone()));
    Resolved { from: here(told.from), to: here(told.to), due: here(told.due), ..told }
}

/// RFC 3339 with seconds and offset. Local times from before there were zones have offsets with seconds, which the
/// format lacks: these are cut to whole minutes.
#[must_use]
pub fn rfc3339(moment: &Zoned) -> String {
    let seconds = moment.offset().seconds();
    let whole = Offset::from_seconds(seconds - seconds % 60).ok().filter(|_| seconds % 60 != 0);
    let moment =
        whole.map_or(Cow::Borrowed(moment), |offset| Cow::Owned(moment.with_time_zone(TimeZone::fixed(offset))));
    let at = moment.datetime();
    let Some(year) = u32::try_from(at.year()).ok() else {
        return moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    };
    let seconds = moment.offset().seconds();
    let part = |part: i8| u32::from(part.unsigned_abs());
    let (hours, minutes) = (seconds.unsigned_abs() / 3600, seconds.unsigned_abs() / 60 % 60);
    let mut written = String::with_capacity("2026-11-22T10:00:00+08:00".len());
    // Every finding has a time: a form that is read anew for each costs more than these digits.
    let parts = [
        (year / 100, None),
        (year % 100, None),
        (part(at.month()), Some('-')),
        (part(at.day()), Some('-')),
        (part(at.hour()), Some('T')),
        (part(at.minute()), Some(':')),
        (part(at.second()), Some(':')),
        (hours, Some(if seconds < 0 { '-' } else { '+' })),
        (minutes, Some(':')),
    ];
    for (value, sign) in parts {
        written.extend(sign);
        written.extend([value / 10, value % 10].map(|figure| char::from_digit(figure, 10).unwrap_or('0')));
    }
    written
}

#[derive(Default)]
struct Moments {
    from: Option<DateTime>,
    to: Option<DateTime>,
    due: Option<DateTime>,
}

impl Teller<'_> {
    fn tell(&self, mention: &Mention) -> Option<Moments> {
        match &mention.value {
            Value::Vague | Value::Recurring | Value::Zoned(..) => None,
            Value::Amount(amount) => self.amount(amount, mention),
            Value::Shift(amount, way) => self.shift(amount, *way, mention.bound),
            Value::Window(amount, way) => self.window(amount, *way),
            Value::Point(point) => self.bounded(point, mention.bound),
            Value::Between(first, second) => {
                let (first, second) = self.between(first, second)?;
                Some(Moments { from: Some(first.from), to: Some(second.to), due: Some(second.last) })
            }
            Value::Off(point, amount, way) => self.off(point, amount, *way, mention.bound),
        }
    }

    /// A length of time from now.
    fn amount(&self, amount: &Amount, mention: &Mention) -> Option<Moments> {
        let to = self.after(self.now, amount, Way::Ahead, true)?;
        let ranged = amount.0.iter().any(|part| part.least < part.most);
        let from =
            if ranged && mention.bound.is_none() { self.after(self.now, amount, Way::Ahead, false)? } else { self.now };
        let due = if mention.service { None } else { Some(last_of(to, amount)) };
        Some(Moments { from: Some(from), to: Some(to), due })
    }

    fn shift(&self, amount: &Amount, way: Way, bound: Option<Bound>) -> Option<Moments> {
        let there = self.after(self.now, amount, way, true)?;
        if way == Way::Back {
            let from = if amount.is_days() { midnight(there.date()) } else { there };
            let to = if amount.is_days() { midnight(there.date().tomorrow().ok()?) } else { there };
            return Some(Moments { from: Some(from), to: Some(to), due: None });
        }
        let due = Some(last_of(there, amount));
        if bound == Some(Bound::Since) {
            return Some(Moments { from: Some(there), ..Moments::default() });
        }
        if !amount.is_days() {
            return Some(Moments { from: Some(there), to: Some(there), due });
        }
        let least = self.after(self.now, amount, way, false)?;
        let to = midnight(there.date().tomorrow().ok()?);
        Some(Moments { from: Some(midnight(least.date())), to: Some(to), due })
    }

    /// 过去三天, 未来三天: whole days without today; hours from now.
    fn window(&self, amount: &Amount, way: Way) -> Option<Moments> {
        let days = amount.is_days();
        let today = midnight(self.finder.today);
        match way {
            Way::Back => {
                let end = if days { today } else { self.now };
                let from = self.after(end, amount, way, true)?;
                let from = if days { midnight(from.date()) } else { from };
                Some(Moments { from: Some(from), to: Some(end), due: None })
            }
            Way::Ahead => {
                let from = if days { midnight(self.finder.today.tomorrow().ok()?) } else { self.now };
                let work = amount.0.iter().any(|part| part.unit == Unit::Workday);
                let to = self.after(if work { self.now } else { from }, amount, way, true)?;
                let due = if days && !work { second_before(to)? } else { to };
                Some(Moments { from: Some(from), to: Some(to), due: Some(due) })
            }
        }
    }

    /// 15:00前半小时, two days before Friday.
    fn off(&self, point: &Point, amount: &Amount, way: Way, bound: Option<Bound>) -> Option<Moments> {
        let base = self.point(point, self.finder.today, self.now)?;
        let there = self.after(base.from, amount, way, true)?;
        let (from, to, last) = if point.clock.is_some() {
            (there, there, there)
        } else {
            let to = midnight(there.date().tomorrow().ok()?);
            (midnight(there.date()), to, second_before(to)?)
        };
        // Half an hour before three, said at a quarter to three, is as soon as possible.
        let due = if last < self.now && base.last > self.now { base.last } else { last };
        let whole = Moments { from: Some(from), to: Some(to), due: Some(due) };
        Some(match bound {
            None => whole,
            Some(Bound::Within) if way == Way::Back => {
                Moments { from: Some(from), to: Some(base.from), due: Some(base.last) }
            }
            Some(Bound::Within) => Moments { from: Some(base.from), ..whole },
            Some(Bound::After | Bound::Since) => Moments { to: None, due: None, ..whole },
            Some(_) => Moments { from: None, ..whole },
        })
    }

    fn bounded(&self, point: &Point, bound: Option<Bound>) -> Option<Moments> {
        // On a Wednesday, 周三前 means the next one.
        let week = matches!(point.place, Some(Place::Week { shift: None, weekend: false, .. }));
        let next = week && matches!(bound, Some(Bound::Before | Bound::UpTo)) && point.clock.is_none();
        let after = if next { self.finder.today.tomorrow().map_or(self.now, midnight) } else { self.now };
        let stretch = self.point(point, self.finder.today, after)?;
        let Stretch { from, to, last, .. } = stretch;
        let day = point.clock.is_none() && point.place.as_ref().is_none_or(single);
        let exact = matches!(point.clock, Some(Clock::At { .. } | Clock::Open | Clock::Close));
        let none = Moments::default();
        Some(match bound {
            None => Moments { from: Some(from), to: Some(to), due: Some(last) },
            Some(Bound::Within) => Moments { from: Some(from.max(self.now)), to: Some(to), due: Some(last) },
            Some(Bound::By) => Moments { to: Some(to), due: Some(last), ..none },
            Some(bound @ (Bound::Before | Bound::UpTo)) => {
                let (to, due) = match point.clock {
                    Some(Clock::Part(part)) => {
                        let edge = before_part(part, from, to);
                        (edge, edge)
                    }
                    _ if exact => (from, last),
                    // “Before the weekend” is before it begins; 周末前 may be before it ends.
                    _ if point.place.as_ref().is_some_and(|place| is_end(place, bound)) => (to, last),
                    _ => (from, second_before(from)?),
                };
                let due = if bound == Bound::UpTo && counts_whole(point) { due.max(last) } else { due };
                // 今天之前 cannot mean yesterday: for a period that has begun, its end is meant.
                let due = if due < self.now && last > self.now { last } else { due };
                Moments { to: Some(to), due: Some(due), ..none }
            }
            Some(Bound::After) => {
                let feast = matches!(point.place, Some(Place::Feast { .. }));
                // 国庆后 is after all its days off.
                let off = if feast { self.finder.days_off(from.date()) } else { None };
                let to = off.map_or(to, |(_, end)| midnight(end));
                Moments { from: Some(if day && !feast { from } else { to }), ..none }
            }
            Some(Bound::Since) => Moments { from: Some(from), ..none },
        })
    }
}

/// Whether 前 may include what is named: 6月11日前, 周五前 and 今晚前 are said of the day and the evening, too, and nobody
/// is late in a case of doubt. A feast is an event, before which something is to be done; noon is an hour.
fn counts_whole(point: &Point) -> bool {
    match point.clock {
        Some(Clock::Part(part)) => part.turn != Turn::Noon,
        Some(_) => false,
        None => point.place.as_ref().is_some_and(|place| single(place) && !matches!(place, Place::Feast { .. })),
    }
}

/// 中午前 is before 12, 上午前 before the morning ends, 晚上前 before the evening begins.
fn before_part(part: DayPart, from: DateTime, to: DateTime) -> DateTime {
    match part.turn {
        Turn::Noon => from.date().at(12, 0, 0, 0),
        // 午夜前: until midnight, not until the hour before it.
        Turn::Night if part.from >= 23 * 60 => to,
        Turn::Am => to,
        Turn::Pm | Turn::Night => from,
    }
}

/// The last moment of the day or working day in which an amount ends.
fn last_of(end: DateTime, amount: &Amount) -> DateTime {
    let work = amount.0.iter().any(|part| part.unit == Unit::Workday);
    if work || !amount.is_days() { end } else { end.date().at(23, 59, 59, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_and_written_by_hand_are_as_the_library_has_them() {
        for zone in ["UTC", "Asia/Shanghai", "America/New_York"].map(|name| TimeZone::get(name).unwrap()) {
            for text in ["1890-03-01 09:15:59", "2026-03-08T02:30:00", "2024-02-29 23:59:59", "2026-11-01T05:30:00Z"] {
                let pieces = Pieces::parse(text).unwrap();
                let at = usual(text, &zone).unwrap();
                assert_eq!(at, plain(&pieces, &zone).unwrap(), "{text}");
                if at.offset().seconds() % 60 == 0 {
                    assert_eq!(rfc3339(&at), at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(), "{text}");
                }
            }
        }
        for text in ["2026-02-29 00:00:00", "2026-03-01 24:00:00", "2026-03-01 9:15:00", "2026/03/01 09:15:00", "Z"] {
            assert_eq!(usual(text, &TimeZone::UTC), None, "{text}");
        }
    }
}
