//! The lunar calendar and the solar terms, from tables.

use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The months of one lunar year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LunarYear {
    first: Date,
    months: Vec<u8>,
    /// The leap month's index in the list, from 1; 0 if there is none.
    leap: u8,
}

/// The day of the month of each of the 24 solar terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Terms(pub(crate) Vec<u8>);

impl LunarYear {
    pub(crate) fn new(first: Date, months: &[u8], leap: u8) -> Option<LunarYear> {
        let count = if leap == 0 { 12 } else { 13 };
        let fits =
            months.len() == count && usize::from(leap) <= count && months.iter().all(|days| matches!(days, 29 | 30));
        fits.then(|| LunarYear { first, months: months.to_vec(), leap })
    }

    /// The date of a day in a month that is no leap month; day 0 is the month's last.
    pub(crate) fn date(&self, month: u8, day: u8) -> Option<Date> {
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
