//! Days that differ from year to year: lunar days, solar terms, the n-th weekday of a month.

use super::calendar::Calendar;
use super::model::FeastRule;
use jiff::civil::{Date, Weekday};

impl Calendar {
    /// The common date of a lunar day; `None` if there is no such day, or no table for the year.
    pub(crate) fn lunar_date(&self, year: i16, month: u8, day: u8) -> Option<Date> {
        if month == 0 {
            return None;
        }
        self.lunar.get(&year)?.date(month, day)
    }

    /// Whether the tables cover this year.
    pub(crate) fn knows_moon(&self, year: i16) -> bool {
        self.lunar.contains_key(&year)
    }

    /// The date of a feast in a year of the common calendar.
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
