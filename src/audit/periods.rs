//! Weeks and months, summed from days, with all the figures that a day has.

use super::figures::{Figures, Group};
use super::tally::Tally;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Weeks, each by its Monday, in order.
pub(super) fn weeks(figures: &Figures) -> BTreeMap<String, Tally> {
    periods(figures, monday)
}

/// Months, in order.
pub(super) fn months(figures: &Figures) -> BTreeMap<String, Tally> {
    periods(figures, month)
}

fn periods(figures: &Figures, name: fn(&str) -> Option<String>) -> BTreeMap<String, Tally> {
    let mut sums: BTreeMap<String, Tally> = BTreeMap::new();
    for (day, tally) in figures.group(Group::Day).in_order() {
        if let Some(period) = day.and_then(|day| name(day)) {
            sums.entry(period).or_default().merge(tally);
        }
    }
    sums
}

/// The month of a day.
pub(super) fn month(day: &str) -> Option<String> {
    day.get(..7).map(ToOwned::to_owned)
}

/// The Monday of a day's week.
pub(super) fn monday(day: &str) -> Option<String> {
    let day: Date = day.parse().ok()?;
    let since = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(since.days()).ok().map(|monday| monday.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_its_monday() {
        let of = |day| monday(day).unwrap();
        assert_eq!([of("2026-03-01"), of("2026-03-02"), of("2026-01-01")], ["2026-02-23", "2026-03-02", "2025-12-29"]);
        assert_eq!(monday("soon"), None);
    }
}
