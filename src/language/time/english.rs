//! Days, weeks, months and their ends, written in English.

use super::model::{Bound, Clock, Place, Slice, Step, Unit};
use super::number::Style;
use super::place::{current, date};
use super::scan::Scan;
use super::sense::{Mark, Sense};
use super::slice::third;

impl Scan<'_> {
    /// A period of the calendar in English. `company`: a word such as on, by or next stands before it.
    pub(crate) fn english_place(self, at: usize, company: bool) -> Option<(Place, usize)> {
        self.end_of(at)
            .or_else(|| self.edge_word(at))
            .or_else(|| self.weekday(at, company))
            .or_else(|| self.month_name(at, company))
            .or_else(|| self.day_first(at, company))
            .or_else(|| self.coming_unit(at, company))
    }

    /// “Year end”: the end of the year in one word.
    fn edge_word(self, at: usize) -> Option<(Place, usize)> {
        let (unit, which, end) = self.edge(at).filter(|(unit, ..)| *unit != Unit::Week)?;
        Some((Place::Slice(Box::new(current(unit, 0)), third(unit, which)), end))
    }

    /// end of the month, beginning of next week, end of November
    fn end_of(self, at: usize) -> Option<(Place, usize)> {
        let (mark, end) = self.marks(at, &[Mark::EndOf, Mark::MiddleOf, Mark::StartOf])?;
        let which = match mark {
            Mark::StartOf => 1,
            Mark::MiddleOf => 2,
            _ => 3,
        };
        let next = self.past(end, &[Mark::The, Mark::Hyphen]);
        if let Some((place, end)) = self.month_name(next, true) {
            let Place::Date { day: None, .. } = place else {
                return None;
            };
            return Some((Place::Slice(Box::new(place), third(Unit::Month, which)), end));
        }
        let (said, next) = self.shift(next).map_or((None, next), |(n, end)| (Some(n), self.gap(end)));
        let (unit, end) = self.unit(next)?;
        let shift = said.unwrap_or(0);
        match unit {
            // A working week ends on Friday.
            Unit::Week => {
                let day = Some([1, 3, 5][usize::from(which) - 1]);
                Some((Place::Week { shift: said, day, weekend: false }, end))
            }
            Unit::Month | Unit::Quarter | Unit::Year => {
                let place = Box::new(current(unit, shift));
                Some((Place::Slice(place, third(unit, which)), end))
            }
            _ => None,
        }
    }

    /// Friday, next Friday, Friday of next week, Fri
    fn weekday(self, at: usize, company: bool) -> Option<(Place, usize)> {
        let (shift, next) = self.shift(at).map_or((None, at), |(n, end)| (Some(n), self.gap(end)));
        let named = if company { self.past(next, &[Mark::The]) } else { next };
        if let Some((_, end)) = self.marks(named, &[Mark::Weekend]) {
            let known = shift.is_some() || company;
            return known.then_some((Place::Week { shift, day: None, weekend: true }, end));
        }
        let ((day, brief), end) = self.word(next, |sense| match sense {
            Sense::Weekday(day, brief) => Some((*day, *brief)),
            _ => None,
        })?;
        if brief
            && !company
            && shift.is_none()
            && !matches!(self.clock(self.gap(end), true), Some((Clock::At { .. }, _)))
        {
            return None;
        }
        let later = self.past(end, &[Mark::Of]);
        if shift.is_none()
            && let Some((shift, after)) = self.shift(later)
            && let Some((Unit::Week, after)) = self.unit(self.gap(after))
        {
            return Some((Place::Week { shift: Some(shift), day: Some(day), weekend: false }, after));
        }
        // Friday, 27 November: the date decides.
        let after = self.past(end, &[Mark::Comma]);
        if shift.is_none()
            && let Some(found) = self.month_name(after, false).or_else(|| self.day_first(after, false))
            && !matches!(found.0, Place::Date { day: None, .. })
        {
            return Some(found);
        }
        Some((Place::Week { shift, day: Some(day), weekend: false }, end))
    }

    /// November 27, 2026; November 27th; November 2026; (in) November
    fn month_name(self, at: usize, company: bool) -> Option<(Place, usize)> {
        let (shift, next) = self.shift(at).map_or((None, at), |(n, end)| (Some(n), self.gap(end)));
        let (month, end) = self.month_word(next)?;
        if let Some(shift) = shift {
            let year = if shift == 0 { None } else { Some(Step::Shift(shift)) };
            return Some((date(year, Some(month), None, false), end));
        }
        if let Some((day, after)) = self.day_number(self.past(end, &[Mark::The])) {
            let (year, after) = self.year_number(after).map_or((None, after), |(y, end)| (Some(y), end));
            return Some((date(year, Some(month), Some(day), false), after));
        }
        if let Some((year, after)) = self.year_number(end) {
            return Some((date(Some(year), Some(month), None, false), after));
        }
        company.then_some((date(None, Some(month), None, false), end))
    }

    /// 27 November 2026, the 27th of November, (by) the 27th
    fn day_first(self, at: usize, company: bool) -> Option<(Place, usize)> {
        let the = self.mark(at, Mark::The);
        let next = self.gap(the.unwrap_or(at));
        let (day, end) = self.day_number(next)?;
        if let Some((month, after)) = self.month_word(self.past(end, &[Mark::Of])) {
            let (year, after) = self.year_number(after).map_or((None, after), |(y, end)| (Some(y), end));
            return Some((date(year, Some(month), Some(day), false), after));
        }
        let tail = self.byte(end - 1).is_ascii_alphabetic() && self.byte(next).is_ascii_digit();
        (tail && company).then_some((date(None, None, Some(day), false), end))
    }

    /// next week, this month, next business day
    fn coming_unit(self, at: usize, company: bool) -> Option<(Place, usize)> {
        if !self.byte(at).is_ascii_alphabetic() {
            return None;
        }
        let (shift, end) = match self.shift(at) {
            Some(found) => found,
            None if company => (0, self.mark(at, Mark::The)?),
            None => return None,
        };
        let (unit, end) = self.unit(self.gap(end))?;
        let place = match unit {
            Unit::Workday => Place::Workday(shift),
            Unit::Day if shift != 0 => Place::Day(shift),
            Unit::Week | Unit::Month | Unit::Quarter | Unit::Year => current(unit, shift),
            _ => return None,
        };
        Some((place, end))
    }

    fn month_word(self, at: usize) -> Option<(Step, usize)> {
        let (month, end) = self.word(at, |sense| match sense {
            Sense::Month(month) => Some(*month),
            _ => None,
        })?;
        let end = if self.byte(end) == b'.' && self.byte(end + 1) == b' ' { end + 1 } else { end };
        Some((Step::Number(month.into()), end))
    }

    /// 27, 27th, fifth
    fn day_number(self, at: usize) -> Option<(u8, usize)> {
        if let Some(found) = self.word(at, |sense| match sense {
            Sense::Ordinal(day) => Some(*day),
            _ => None,
        }) {
            return Some(found);
        }
        let (number, end) = self.integer(at)?;
        let day = u8::try_from(number.within(1, 31)?).ok()?;
        if number.style != Style::Figures {
            return None;
        }
        let tail = self.mark(end, Mark::OrdinalTail);
        (tail.is_some() || self.closes(end)).then_some((day, tail.unwrap_or(end)))
    }

    /// A year of four digits, after an optional comma.
    fn year_number(self, at: usize) -> Option<(Step, usize)> {
        let (number, end) = self.integer(self.past(at, &[Mark::Comma]))?;
        let year = number.within(1900, 2999)?;
        (number.style == Style::Figures && number.figures == 4 && self.closes(end)).then_some((Step::Number(year), end))
    }
}

/// Whether a place is the end of something, so that “before” means before it ends.
pub(crate) fn is_end(place: &Place, bound: Bound) -> bool {
    match place {
        Place::Slice(_, Slice::Third(3)) => true,
        Place::Slice(_, Slice::Nth(-1, unit)) => *unit >= Unit::Month,
        Place::Week { weekend, .. } => *weekend && bound == Bound::UpTo,
        _ => false,
    }
}
