//! From periods in words to days of the calendar.

use std::cell::Cell;

use jiff::Span;
use jiff::civil::{Date, Weekday};

use super::calendar::Calendar;
use super::model::{FeastRule, Place, Slice, Step, Unit};

/// First day, and the day after the last.
pub(crate) type Days = (Date, Date);

/// Finds days; sets `unknown` if it needed a year without data.
pub(crate) struct Finder<'a> {
    pub(crate) calendar: &'a Calendar,
    pub(crate) today: Date,
    pub(crate) unknown: Cell<bool>,
}

impl Finder<'_> {
    /// The possible meanings of a place, earliest first: one, or, where the year, month or week is left open, one for
    /// each near `pivot`; each with whether it needed a year without data. Sets `unknown` if a meaning is missing for
    /// lack of data.
    pub(crate) fn candidates(&self, place: &Place, pivot: Date) -> Vec<(Days, bool)> {
        let step = open_step(place);
        let first = match step {
            None | Some(Unit::Week) => pivot,
            _ => pivot.first_of_month(),
        };
        let (from, to) = match step {
            None => (0, 0),
            Some(Unit::Week) => (0, 2),
            Some(Unit::Month) => (0, 12),
            Some(_) => (-1, 8),
        };
        let before = self.unknown.get();
        let mut lost = false;
        let days = (from..=to)
            .filter_map(|n| {
                self.unknown.set(false);
                let days = self.fixed(place, add(first, step.unwrap_or(Unit::Day), n)?);
                let unknown = self.unknown.get();
                lost |= unknown && days.is_none();
                Some((days?, unknown))
            })
            .collect();
        self.unknown.set(before || lost);
        days
    }

    /// The days off around a day, if its year is known.
    pub(crate) fn days_off(&self, date: Date) -> Option<Days> {
        if !self.calendar.knows(date.year()) {
            self.unknown.set(true);
            return None;
        }
        self.calendar.days_off(date)
    }

    /// The days of a place; missing parts are taken from `pivot`.
    fn fixed(&self, place: &Place, pivot: Date) -> Option<Days> {
        match place {
            Place::Day(days) => one(add(self.today, Unit::Day, *days)?),
            Place::Workday(days) => {
                let (date, known) = self.calendar.workday_after(self.today, *days)?;
                self.unknown.set(self.unknown.get() || !known);
                one(date)
            }
            Place::Date { year, month, day, lunar } => self.date(*year, *month, *day, *lunar, pivot),
            Place::Week { shift, day, weekend } => {
                let base = if shift.is_some() { self.today } else { pivot };
                let monday = add(monday(base)?, Unit::Week, shift.unwrap_or(0))?;
                if *weekend {
                    return Some((add(monday, Unit::Day, 5)?, add(monday, Unit::Day, 7)?));
                }
                match day {
                    Some(day) => one(add(monday, Unit::Day, i32::from(*day) - 1)?),
                    None => Some((monday, add(monday, Unit::Day, 7)?)),
                }
            }
            Place::Period(unit, shift) => {
                let months = if *unit == Unit::HalfYear { 6 } else { 3 };
                let month = (i32::from(self.today.month()) - 1) / months * months + 1;
                let first = Date::new(self.today.year(), i8::try_from(month).ok()?, 1).ok()?;
                let from = add(first, Unit::Month, shift.checked_mul(months)?)?;
                Some((from, add(from, Unit::Month, months)?))
            }
            Place::Feast { rule, year, run } => {
                let year = self.year(*year, pivot)?;
                let date = self.calendar.feast(*rule, year);
                if date.is_none() && matches!(rule, FeastRule::Lunar(..) | FeastRule::Term(_)) {
                    self.unknown.set(true);
                }
                if *run {
                    self.unknown.set(self.unknown.get() || !self.calendar.knows(year));
                    return self.calendar.days_off(date?);
                }
                one(date?)
            }
            Place::Slice(of, slice) => self.slice(self.fixed(of, pivot)?, *slice),
            Place::Years(from, to) => Some((
                Date::new(i16::try_from(*from).ok()?, 1, 1).ok()?,
                Date::new(i16::try_from(*to).ok()?, 1, 1).ok()?,
            )),
        }
    }

    fn year(&self, year: Option<Step>, pivot: Date) -> Option<i16> {
        let year = match year {
            None => i32::from(pivot.year()),
            Some(Step::Number(year)) => year,
            Some(Step::Shift(shift)) => i32::from(self.today.year()).checked_add(shift)?,
        };
        i16::try_from(year).ok()
    }

    fn date(&self, year: Option<Step>, month: Option<Step>, day: Option<u8>, lunar: bool, pivot: Date) -> Option<Days> {
        let mut from_year = self.year(year, pivot)?;
        let month = match month {
            Some(Step::Number(month)) => Some(i8::try_from(month).ok()?),
            Some(Step::Shift(shift)) => {
                let there = add(self.today.first_of_month(), Unit::Month, shift)?;
                if year.is_none() {
                    from_year = there.year();
                }
                Some(there.month())
            }
            None if day.is_some() => Some(pivot.month()),
            None => None,
        };
        let day = day.map(i8::try_from).transpose().ok()?;
        if lunar {
            return self.moon(from_year, month?, day);
        }
        match (month, day) {
            (Some(month), Some(day)) => one(Date::new(from_year, month, day).ok()?),
            (Some(month), None) => {
                let from = Date::new(from_year, month, 1).ok()?;
                Some((from, add(from, Unit::Month, 1)?))
            }
            _ => {
                let from = Date::new(from_year, 1, 1).ok()?;
                Some((from, add(from, Unit::Year, 1)?))
            }
        }
    }

    fn moon(&self, year: i16, month: i8, day: Option<i8>) -> Option<Days> {
        if !self.calendar.knows_moon(year) {
            self.unknown.set(true);
            return None;
        }
        let month = u8::try_from(month).ok()?;
        if let Some(day) = day {
            return one(self.calendar.lunar_date(year, month, u8::try_from(day).ok()?)?);
        }
        let last = self.calendar.lunar_date(year, month, 0)?;
        let first = self.calendar.lunar_date(year, month, 1)?;
        Some((first, last.tomorrow().ok()?))
    }

    fn slice(&self, (from, to): Days, slice: Slice) -> Option<Days> {
        let length = from.until(to).ok()?.get_days();
        match slice {
            Slice::Nth(nth, unit) => {
                let (start, nth) = self.edge_unit((from, to), unit, nth)?;
                let first = self.unit_add(start, unit, nth)?;
                let next = self.unit_add(start, unit, nth + 1)?;
                (first >= add(from, Unit::Day, -6)? && first < to).then_some((first, next))
            }
            Slice::Weekday(nth, day) => {
                let back = nth < 0;
                let base = if back { to } else { from };
                let monday = monday(base)?;
                let mut date = add(monday, Unit::Day, i32::from(day) - 1)?;
                if back {
                    if date >= to {
                        date = add(date, Unit::Week, -1)?;
                    }
                    date = add(date, Unit::Week, nth + 1)?;
                } else {
                    if date < from {
                        date = add(date, Unit::Week, 1)?;
                    }
                    date = add(date, Unit::Week, nth - 1)?;
                }
                (date >= from && date < to).then(|| one(date)).flatten()
            }
            Slice::First(count, unit) => {
                let (start, _) = self.edge_unit((from, to), unit, 1)?;
                Some((start, self.unit_add(start, unit, i32::try_from(count).ok()?)?))
            }
            Slice::Last(count, unit) => {
                let (start, nth) = self.edge_unit((from, to), unit, -1)?;
                let end = self.unit_add(start, unit, nth + 1)?;
                Some((self.unit_add(end, unit, -i32::try_from(count).ok()?)?, end))
            }
            Slice::Behind(nth) => {
                let first = self.unit_add(to.yesterday().ok()?, Unit::Workday, nth)?;
                one(first)
            }
            Slice::Later(weeks) => {
                // Weeks are not counted from a day that is over.
                let later = |date: Date| add(date, Unit::Week, weeks);
                if to <= self.today { None } else { Some((later(from)?, later(to)?)) }
            }
            Slice::Half(second) => {
                let middle = match length {
                    360.. => add(from, Unit::Month, 6)?,
                    7 => add(from, Unit::Day, 3)?,
                    28..=31 => add(from, Unit::Day, 15)?,
                    _ => add(from, Unit::Day, length / 2)?,
                };
                Some(if second { (middle, to) } else { (from, middle) })
            }
            Slice::Third(which) => {
                let ten = if length < 28 { length / 3 } else { 10 };
                let (first, second) = (add(from, Unit::Day, ten)?, add(from, Unit::Day, 2 * ten)?);
                Some(match which {
                    1 => (from, first),
                    2 => (first, second),
                    _ => (second, to),
                })
            }
            Slice::Season(season) => {
                let from = add(from, Unit::Month, i32::from(season) * 3 - 1)?;
                Some((from, add(from, Unit::Month, 3)?))
            }
        }
    }

    /// The first day of the first (or last) unit of a period, and the distance of the n-th from it. A week belongs to
    /// the period that has its Thursday.
    fn edge_unit(&self, (from, to): Days, unit: Unit, nth: i32) -> Option<(Date, i32)> {
        let back = nth < 0;
        let start = match (unit, back) {
            (Unit::Week, false) => {
                let monday = monday(from)?;
                if add(monday, Unit::Day, 3)? < from { add(monday, Unit::Week, 1)? } else { monday }
            }
            (Unit::Week, true) => {
                let monday = monday(to.yesterday().ok()?)?;
                if add(monday, Unit::Day, 3)? >= to { add(monday, Unit::Week, -1)? } else { monday }
            }
            (Unit::Workday, false) => from.yesterday().ok()?,
            (Unit::Workday, true) => to,
            (_, false) => from,
            (_, true) => self.unit_add(to, unit, -1)?,
        };
        Some((start, if back { nth + 1 } else { nth - 1 }))
    }

    fn unit_add(&self, date: Date, unit: Unit, n: i32) -> Option<Date> {
        if unit == Unit::Workday {
            let (date, known) = self.calendar.workday_after(date, n)?;
            self.unknown.set(self.unknown.get() || !known);
            return Some(date);
        }
        add(date, unit, n)
    }
}

/// The part that was left open: the year, the month or the week.
fn open_step(place: &Place) -> Option<Unit> {
    match place {
        Place::Date { year: None, month: None, day: Some(_), lunar: false } => Some(Unit::Month),
        Place::Date { year: None, month: Some(Step::Shift(_)), .. } => None,
        Place::Date { year: None, .. } | Place::Feast { year: None, .. } => Some(Unit::Year),
        Place::Week { shift: None, .. } => Some(Unit::Week),
        Place::Slice(of, _) => open_step(of),
        _ => None,
    }
}

/// The day this many units away, within the calendar's range.
pub(crate) fn add(date: Date, unit: Unit, n: i32) -> Option<Date> {
    let span = match unit {
        Unit::Day => Span::new().try_days(n),
        Unit::Week => Span::new().try_weeks(n),
        Unit::Month => Span::new().try_months(n),
        Unit::Quarter => Span::new().try_months(n.checked_mul(3)?),
        Unit::HalfYear => Span::new().try_months(n.checked_mul(6)?),
        Unit::Year => Span::new().try_years(n),
        _ => return None,
    };
    date.checked_add(span.ok()?).ok()
}

fn monday(date: Date) -> Option<Date> {
    let back = i32::from(date.weekday().since(Weekday::Monday));
    add(date, Unit::Day, -back)
}

fn one(date: Date) -> Option<Days> {
    Some((date, date.tomorrow().ok()?))
}
