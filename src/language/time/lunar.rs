//! The lunar calendar and the solar terms, from tables.

use jiff::civil::Date;
use jiff::{Span, civil::Weekday};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::model::FeastRule;

/// The months of one lunar year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LunarYear {
    first: Date,
    months: Vec<u8>,
    /// The place of the leap month in the list, from 1; 0 if there is none.
    leap: u8,
}

/// The day of the month of each of the 24 solar terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Terms(Vec<u8>);

impl LunarYear {
    pub(crate) fn new(first: Date, months: &[u8], leap: u8) -> Option<LunarYear> {
        let count = if leap == 0 { 12 } else { 13 };
        let fits =
            months.len() == count && usize::from(leap) <= count && months.iter().all(|days| matches!(days, 29 | 30));
        fits.then(|| LunarYear { first, months: months.to_vec(), leap })
    }

    /// A day of a month that is no leap month; day 0 is its last.
    fn date(&self, month: u8, day: u8) -> Option<Date> {
        let index = usize::from(month) - 1 + usize::from(self.leap > 0 && month >= self.leap);
        let length = *self.months.get(index)?;
        let day = if day == 0 { length } else { day };
        let before: i64 = self.months[..index].iter().map(|days| i64::from(*days)).sum();
        let days = Span::new().try_days(before + i64::from(day) - 1).ok()?;
        (day <= length).then(|| self.first.checked_add(days).ok()).flatten()
    }
}

impl Terms {
    pub(crate) fn new(days: &[u8]) -> Option<Terms> {
        let fits = days.len() == 24 && days.iter().all(|day| (1..=31).contains(day));
        fits.then(|| Terms(days.to_vec()))
    }
}

impl Calendar {
    /// A day of the lunar calendar; none if there is no such day or the year has no table.
    pub(crate) fn lunar_date(&self, year: i16, month: u8, day: u8) -> Option<Date> {
        if month == 0 {
            return None;
        }
        self.lunar.get(&year)?.date(month, day)
    }

    /// Whether the tables reach this year.
    pub(crate) fn knows_moon(&self, year: i16) -> bool {
        self.lunar.contains_key(&year)
    }

    /// The day of a feast in a year of the common calendar.
    pub(crate) fn feast(&self, rule: FeastRule, year: i16) -> Option<Date> {
        match rule {
            FeastRule::Fixed(month, day) => Date::new(year, signed(month)?, signed(day)?).ok(),
            FeastRule::Nth(month, nth, day) => {
                let first = Date::new(year, signed(month)?, 1).ok()?;
                let weekday = Weekday::from_monday_one_offset(signed(day)?).ok()?;
                first.nth_weekday_of_month(signed(nth)?, weekday).ok()
            }
            // The last months of a lunar year lie in the next year of the common calendar.
            FeastRule::Lunar(month, day) => [year, year - 1]
                .into_iter()
                .filter_map(|moon| self.lunar_date(moon, month, day))
                .find(|date| date.year() == year),
            FeastRule::Term(term) => {
                let day = *self.terms.get(&year)?.0.get(usize::from(term) - 1)?;
                Date::new(year, signed(term.div_ceil(2))?, signed(day)?).ok()
            }
        }
    }
}

fn signed(n: u8) -> Option<i8> {
    i8::try_from(n).ok()
}
