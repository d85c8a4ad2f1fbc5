//! Parts of a longer period: 2026年第一周, 11月底, 去年的前10天, 四月的最后一个星期一.

use super::model::{Place, Slice, Unit};
use super::scan::Scan;
use super::sense::{Mark, Sense};

impl Scan<'_> {
    /// The parts named behind a period: 2026年第一周, 11月底, 去年的前10天.
    pub(crate) fn sliced(self, place: Place, end: usize) -> (Place, usize) {
        let (mut place, mut end) = (place, end);
        while let Some((slice, after)) = self.slice(&place, end) {
            place = Place::Slice(Box::new(place), slice);
            end = after;
        }
        (place, end)
    }

    fn slice(self, place: &Place, end: usize) -> Option<(Slice, usize)> {
        let size = match place {
            Place::Date { month: None, day: None, .. } => Unit::Year,
            Place::Date { day: None, .. } => Unit::Month,
            Place::Period(unit, _) | Place::Slice(_, Slice::Nth(_, unit)) => *unit,
            Place::Week { day: None, weekend: false, .. } => Unit::Week,
            _ => return None,
        };
        let next = self.past(end, &[Mark::Of]);
        // Of 2026年底, the word 年底 was read as far as the unit: 底 is left.
        if let Some((slice, after)) = self.bare_edge(size, end) {
            return Some((slice, after));
        }
        if let Some((third, after)) = self.word(next, |sense| match sense {
            Sense::Third(third) if size == Unit::Month => Some(Slice::Third(*third)),
            Sense::Season(season) if size == Unit::Year => Some(Slice::Season(*season)),
            Sense::Edge(unit, which) if *unit <= size && *unit != Unit::Week => Some(third(*unit, *which)),
            _ => None,
        }) {
            return Some((third, after));
        }
        for (mark, second) in [(Mark::HalfFirst, false), (Mark::HalfSecond, true)] {
            if let Some(after) = self.mark(next, mark)
                && let Some((unit, after)) = self.unit(after)
                && unit == size
            {
                return Some((Slice::Half(second), after));
            }
        }
        if size == Unit::Year
            && let Some(quarter) = self.quarter(next)
        {
            return Some(quarter);
        }
        self.nth(size, next)
    }

    /// 第三季度, 三季度
    pub(crate) fn quarter(self, at: usize) -> Option<(Slice, usize)> {
        let next = self.past(at, &[Mark::Ordinal]);
        let (number, end) = self.integer(next)?;
        let number = number.within(1, 4)?;
        let (unit, end) = self.unit(self.past(end, &[Mark::Measure]))?;
        (unit == Unit::Quarter && !self.byte(end - 1).is_ascii()).then_some((Slice::Nth(number, Unit::Quarter), end))
    }

    /// 第一周, 最后3天, 前两个月, 最后一个星期一
    pub(crate) fn nth(self, size: Unit, at: usize) -> Option<(Slice, usize)> {
        let (mark, end) = self.marks(at, &[Mark::Ordinal, Mark::Last, Mark::First])?;
        let (number, end) = self.integer(self.gap(end))?;
        let number = number.within(1, 366)?;
        let next = self.past(end, &[Mark::Measure]);
        if let Some(head) = self.mark(next, Mark::WeekHead)
            && let Some((day, end)) = self.weekday_figure(head)
        {
            let nth = if mark == Mark::Last { -number } else { number };
            return (mark != Mark::First).then_some((Slice::Weekday(nth, day), end));
        }
        let (unit, end) = self.unit(next)?;
        if unit >= size || unit < Unit::Day {
            return None;
        }
        let count = u32::try_from(number).ok()?;
        let slice = match mark {
            Mark::Ordinal => Slice::Nth(number, unit),
            Mark::Last if number == 1 => Slice::Nth(-1, unit),
            Mark::Last => Slice::Last(count, unit),
            _ => Slice::First(count, unit),
        };
        Some((slice, end))
    }

    /// 底, 初 or 中 directly behind 月 or 年, which belong to the period before.
    fn bare_edge(self, size: Unit, end: usize) -> Option<(Slice, usize)> {
        let last = self.text[..end].chars().next_back()?.len_utf8();
        let (unit, which, after) = self.edge(end - last)?;
        (unit == size && after > end).then(|| (third(unit, which), after))
    }
}

/// The beginning (1), middle (2) or end (3) of a unit.
pub(crate) fn third(unit: Unit, which: u8) -> Slice {
    match (unit, which) {
        (Unit::Year | Unit::Quarter, 1) => Slice::First(1, Unit::Month),
        (Unit::Year, 2) => Slice::Nth(6, Unit::Month),
        (Unit::Year | Unit::Quarter, 3) => Slice::Nth(-1, Unit::Month),
        (Unit::Week, 1) => Slice::First(1, Unit::Day),
        _ => Slice::Third(which),
    }
}
