//! Adds lengths of time to moments.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{SignedDuration, Span};

use super::model::{Amount, Unit, Way};
use super::stretch::Teller;

impl Teller<'_> {
    /// The moment `amount` away from `start`: first calendar units, then working days, then the clock. `most` takes the
    /// higher number of a range.
    pub(super) fn after(&self, start: DateTime, amount: &Amount, way: Way, most: bool) -> Option<DateTime> {
        let mut months = 0i64;
        let mut days = 0i64;
        let mut work = None;
        let mut seconds = 0i64;
        let mut hours = 0i64;
        for part in &amount.0 {
            let milli = i64::try_from(if most { part.most } else { part.least }).ok()?;
            let times = |factor: i64| milli.checked_mul(factor).map(|n| n / 1000);
            // A fraction of a month is taken of thirty days, a fraction of a day of 24 hours.
            let split = |total: i64, size: i64| (total / 1000, total % 1000 * size / 1000);
            match part.unit {
                Unit::Second => seconds = seconds.checked_add(times(1)?)?,
                Unit::Minute => seconds = seconds.checked_add(times(60)?)?,
                Unit::QuarterHour => seconds = seconds.checked_add(times(900)?)?,
                Unit::Workhour if way == Way::Ahead => hours = hours.checked_add(times(3600)?)?,
                Unit::Hour | Unit::Workhour => seconds = seconds.checked_add(times(3600)?)?,
                Unit::Day => {
                    let (whole, rest) = split(milli, 86_400);
                    days = days.checked_add(whole)?;
                    seconds = seconds.checked_add(rest)?;
                }
                Unit::Week => {
                    let (whole, rest) = split(milli.checked_mul(7)?, 86_400);
                    days = days.checked_add(whole)?;
                    seconds = seconds.checked_add(rest)?;
                }
                Unit::Workday => work = Some(i32::try_from(milli.checked_add(999)? / 1000).ok()?),
                Unit::Month | Unit::Quarter | Unit::HalfYear | Unit::Year => {
                    let factor = match part.unit {
                        Unit::Month => 1,
                        Unit::Quarter => 3,
                        Unit::HalfYear => 6,
                        _ => 12,
                    };
                    let (whole, rest) = split(milli.checked_mul(factor)?, 30);
                    months = months.checked_add(whole)?;
                    days = days.checked_add(rest)?;
                }
            }
        }
        let sign = if way == Way::Back { -1 } else { 1 };
        let span = Span::new().try_months(sign * months).ok()?.try_days(sign * days).ok()?;
        let mut moment = start.checked_add(span).ok()?;
        if let Some(work) = work {
            let count = if way == Way::Back { -work } else { work };
            let (day, known) = self.finder.calendar.workday_after(moment.date(), count)?;
            self.finder.unknown.set(self.finder.unknown.get() || !known);
            moment = day.to_datetime(self.finder.calendar.close);
        }
        let moment = moment.checked_add(SignedDuration::from_secs(sign * seconds)).ok()?;
        if hours > 0 { self.at_work(moment, hours) } else { Some(moment) }
    }

    /// This many working seconds later.
    fn at_work(&self, start: DateTime, seconds: i64) -> Option<DateTime> {
        let calendar = self.finder.calendar;
        let next = |date: Date| {
            let (day, known) = calendar.workday_after(date, 1)?;
            self.finder.unknown.set(self.finder.unknown.get() || !known);
            Some(day.to_datetime(calendar.open))
        };
        let today = start.date();
        let worked =
            calendar.is_workday(today).unwrap_or(!matches!(today.weekday(), Weekday::Saturday | Weekday::Sunday));
        let mut at = if !worked || start.time() >= calendar.close {
            next(today)?
        } else {
            start.max(today.to_datetime(calendar.open))
        };
        let mut left = seconds;
        // A thousand working days: nobody promises more.
        for _ in 0..1000 {
            let close = at.date().to_datetime(calendar.close);
            let here = close.duration_since(at).as_secs();
            if left <= here {
                return at.checked_add(SignedDuration::from_secs(left)).ok();
            }
            left -= here;
            at = next(at.date())?;
        }
        None
    }
}
