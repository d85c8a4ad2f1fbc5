//! Dates written in Chinese: years, months, days, eras, decades.

use super::figures::century;
use super::model::{Place, Step, Unit};
use super::number::Style;
use super::place::date;
use super::scan::Scan;
use super::sense::{Left, Mark, Sense};

impl Scan<'_> {
    /// 康熙三年五月, 十九世纪七十年代, 九十年代
    pub(crate) fn era_date(self, at: usize) -> Option<(Place, usize)> {
        if let Some((first, end)) = self.word(at, |sense| match sense {
            Sense::Era(first) => Some(*first),
            _ => None,
        }) {
            let (nth, end) = match self.mark(end, Mark::EraFirst) {
                Some(end) => (1, end),
                None => self.integer(self.gap(end)).and_then(|(n, end)| Some((n.within(1, 200)?, end)))?,
            };
            let (_, end) = self.marks(end, &[Mark::YearMark])?;
            return Some(self.in_year(Step::Number(first + nth - 1), false, end));
        }
        let (number, end) = self.integer(at)?;
        if let Some((_, end)) = self.marks(end, &[Mark::Century]) {
            let from = (number.within(1, 30)? - 1) * 100;
            let decade = self.integer(self.gap(end)).and_then(|(number, end)| {
                let decade = number.within(0, 90).filter(|n| n % 10 == 0)?;
                Some((decade, self.marks(end, &[Mark::Decade])?.1))
            });
            return Some(match decade {
                Some((decade, end)) => (Place::Years(from + decade, from + decade + 10), end),
                None => (Place::Years(from + 1, from + 101), end),
            });
        }
        let (_, end) = self.marks(end, &[Mark::Decade])?;
        let decade = number.within(0, 90).filter(|n| n % 10 == 0)?;
        let from = if decade < 30 { 2000 } else { 1900 } + decade;
        Some((Place::Years(from, from + 10), end))
    }

    /// 2026年11月27日, also with parts left out.
    pub(crate) fn calendar_date(self, at: usize, company: bool) -> Option<(Place, usize)> {
        let lunar = self.mark(at, Mark::Lunar);
        let start = self.gap(lunar.or_else(|| self.mark(at, Mark::Solar)).unwrap_or(at));
        if let Some((year, end)) = self.year(start) {
            return Some(self.in_year(year, lunar.is_some(), end));
        }
        if let Some((month, day, moon, end)) = self.month_day(start) {
            return Some((date(None, Some(month), day, moon || lunar.is_some()), end));
        }
        if lunar.is_some() {
            return None;
        }
        if let Some((day, end)) = self.lunar_day(start) {
            // 初三 is also a grade at school: it needs the context of a day.
            return company.then_some((date(None, None, Some(day), true), end));
        }
        // A day behind a month that does not exist is no day.
        let before = self.text[..start].char_indices().next_back().map_or(0, |(at, _)| at);
        if self.mark(before, Mark::MonthMark) == Some(start) {
            return None;
        }
        let (day, end) = self.day_of_month(start)?;
        Some((date(None, None, Some(day), false), end))
    }

    /// A year, whatever follows it.
    fn year(self, at: usize) -> Option<(Step, usize)> {
        if let Some((shift, end)) = self.word(at, |sense| match sense {
            Sense::Year(shift) => Some(*shift),
            _ => None,
        }) {
            return Some((Step::Shift(shift), end));
        }
        let (number, end) = self.integer(at)?;
        let (_, after) = self.marks(end, &[Mark::YearMark])?;
        let value = number.whole()?;
        let year = match (number.style, number.figures) {
            (Style::Figures | Style::Spelled, 4) if value >= 1000 => value,
            (Style::Figures, 3) if value >= 100 && self.month_day(self.gap(after)).is_some() => value,
            (Style::Figures | Style::Spelled, 2) => {
                let spelled = number.style == Style::Spelled && number.least.is_none();
                let sure = number.leading_zero
                    || spelled
                    || self.month_day(self.gap(after)).is_some_and(|(_, _, _, end)| end > after);
                if !sure {
                    return None;
                }
                century(value)
            }
            (Style::Spoken, _) if (1000..3000).contains(&value) => value,
            _ => return None,
        };
        Some((Step::Number(year), after))
    }

    /// The month, day or feast behind a year.
    fn in_year(self, year: Step, lunar: bool, end: usize) -> (Place, usize) {
        let next = self.past(end, &[Mark::Of]);
        let moon = self.mark(next, Mark::Lunar);
        let (next, lunar) = moon.map_or((next, lunar), |end| (self.gap(end), true));
        if let Some((month, day, moon, after)) = self.month_day(next) {
            return (date(Some(year), Some(month), day, moon || lunar), after);
        }
        if let Some(feast) = self.feast(next, Some(year)) {
            return feast;
        }
        (date(Some(year), None, None, lunar), end)
    }

    /// A month, with or without a day; whether they are lunar.
    fn month_day(self, at: usize) -> Option<(Step, Option<u8>, bool, usize)> {
        let (month, mut lunar, end) = self.month(at)?;
        let next = self.past(end, &[Mark::Of]);
        if let Some((day, end)) = self.lunar_day(next) {
            return Some((month, Some(day), true, end));
        }
        if let Some((day, end)) = self.day_of_month(self.gap(end)) {
            return Some((month, Some(day), lunar, end));
        }
        // 八月十五, 正月三十: without 日.
        if let Some((number, after)) = self.integer(self.gap(end))
            && number.least.is_none()
            && (number.style == Style::Spoken || number.style == Style::Figures && number.figures == 2)
            && let Some(day) = number.within(if lunar { 1 } else { 10 }, if lunar { 30 } else { 31 })
            && self.unit(self.gap(after)).is_none()
            && self.closes(after)
            && self
                .marks(after, &[Mark::Measure, Mark::More, Mark::HourMark, Mark::MonthMark, Mark::YearMark])
                .is_none()
        {
            lunar |= false;
            return Some((month, u8::try_from(day).ok(), lunar, after));
        }
        Some((month, None, lunar, end))
    }

    fn month(self, at: usize) -> Option<(Step, bool, usize)> {
        if let Some((month, end)) = self.word(at, |sense| match sense {
            Sense::LunarMonth(month) => Some(*month),
            _ => None,
        }) {
            return Some((Step::Number(month.into()), true, end));
        }
        if let Some((shift, end)) = self.shift(at) {
            let (unit, end) = self.unit(self.past(end, &[Mark::Measure]))?;
            return (unit == Unit::Month && !self.byte(at).is_ascii()).then_some((Step::Shift(shift), false, end));
        }
        let (number, end) = self.integer(at)?;
        let (_, end) = self.marks(end, &[Mark::MonthMark])?;
        Some((Step::Number(number.within(1, 12)?), false, end))
    }

    /// 15日, 15号, but not 15号楼
    fn day_of_month(self, at: usize) -> Option<(u8, usize)> {
        let (number, end) = self.integer(at)?;
        let (_, end) = self.marks(end, &[Mark::DayMark])?;
        let day = u8::try_from(number.within(1, 31)?).ok()?;
        (!self.spoiled(end, Left::DayMark) && number.least.is_none() && number.figures < 3).then_some((day, end))
    }

    /// 初五
    fn lunar_day(self, at: usize) -> Option<(u8, usize)> {
        let end = self.mark(at, Mark::LunarDay)?;
        let (number, end) = self.integer(end)?;
        Some((u8::try_from(number.within(1, 10)?).ok()?, end))
    }
}
