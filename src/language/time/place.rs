//! Days, weeks, periods relative to now, and feasts; the longest reading wins.

use super::model::{Place, Slice, Step, Unit};
use super::scan::Scan;
use super::sense::{Mark, Sense};
use super::slice::third;

impl Scan<'_> {
    /// Any period of the calendar, in its longest reading.
    pub(crate) fn place(self, at: usize, company: bool) -> Option<(Place, usize)> {
        self.memo.place(at, company, || self.any_place(at, company))
    }

    fn any_place(self, at: usize, company: bool) -> Option<(Place, usize)> {
        let first = self.byte(at);
        let letter = first.is_ascii_alphabetic();
        let readings = [
            if first.is_ascii_digit() { self.figure_date(at) } else { None },
            self.day_word(at),
            if letter { None } else { self.week(at) },
            if letter { None } else { self.period(at) },
            if letter { None } else { self.era_date(at) },
            self.feast(at, None),
            if letter { None } else { self.calendar_date(at, company) },
            if first.is_ascii() { self.english_place(at, company) } else { None },
        ];
        let mut best: Option<(Place, usize)> = None;
        for reading in readings.into_iter().flatten() {
            if best.as_ref().is_none_or(|(_, end)| reading.1 > *end) {
                best = Some(reading);
            }
        }
        let (place, end) = best?;
        let (place, end) = self.sliced(place, end);
        let (place, end) = self.behind(place, end);
        let dated = matches!(place, Place::Feast { .. } | Place::Date { day: Some(_), .. });
        Some((place, self.apposition(end, dated).unwrap_or(end)))
    }

    /// 明天, 下个工作日
    fn day_word(self, at: usize) -> Option<(Place, usize)> {
        let (days, end) = self.word(at, |sense| match sense {
            Sense::Day(days) => Some(*days),
            _ => None,
        })?;
        Some((Place::Day(days), end))
    }

    /// 周五, 下周五, 这周末, 上上个星期
    fn week(self, at: usize) -> Option<(Place, usize)> {
        let (shift, end) = self.shift(at).map_or((None, at), |(n, end)| (Some(n), end));
        if shift == Some(0)
            && let Some((Unit::Week, 3, end)) = self.edge(end)
        {
            return Some((Place::Week { shift, day: None, weekend: true }, end));
        }
        let next = self.past(end, &[Mark::Measure]);
        if let Some((Unit::Week, 3, end)) = self.edge(next) {
            return Some((Place::Week { shift, day: None, weekend: true }, end));
        }
        let end = self.mark(next, Mark::WeekHead)?;
        if let Some((day, end)) = self.weekday_figure(end) {
            return Some((Place::Week { shift, day: Some(day), weekend: false }, end));
        }
        shift.is_some().then_some((Place::Week { shift, day: None, weekend: false }, end))
    }

    /// The digit in 周五, or 日 in 周日.
    pub(crate) fn weekday_figure(self, at: usize) -> Option<(u8, usize)> {
        let (day, end) = self.word(at, |sense| match sense {
            Sense::Digit(day @ 1..=6) => Some(*day),
            Sense::Mark(Mark::Sunday) => Some(7),
            _ => None,
        })?;
        let word = self.block(at).is_some_and(|block| block > end);
        (!word).then_some((day, end))
    }

    /// 这, 上个, 下下
    pub(crate) fn shift(self, at: usize) -> Option<(i32, usize)> {
        self.word(at, |sense| match sense {
            Sense::Shift(n) => Some(*n),
            _ => None,
        })
    }

    pub(crate) fn edge(self, at: usize) -> Option<(Unit, u8, usize)> {
        self.word(at, |sense| match sense {
            Sense::Edge(unit, which) => Some((*unit, *which)),
            _ => None,
        })
        .map(|((unit, which), end)| (unit, which, end))
    }

    /// 本季度, 上个半年, 上半年, 下个工作日, 月底
    fn period(self, at: usize) -> Option<(Place, usize)> {
        if let Some((unit, which, end)) = self.edge(at)
            && unit != Unit::Week
        {
            return Some((Place::Slice(Box::new(current(unit, 0)), third(unit, which)), end));
        }
        // 下旬: of this month.
        if let Some((which, end)) = self.word(at, |sense| match sense {
            Sense::Third(which) => Some(*which),
            _ => None,
        }) {
            return Some((Place::Slice(Box::new(current(Unit::Month, 0)), Slice::Third(which)), end));
        }
        if let Some((shift, end)) = self.shift(at) {
            let measure = self.mark(self.gap(end), Mark::Measure);
            let next = self.gap(measure.unwrap_or(end));
            if let Some((unit, which, end)) = self.edge(next)
                && unit != Unit::Week
            {
                return Some((Place::Slice(Box::new(current(unit, shift)), third(unit, which)), end));
            }
            if let Some((unit, end)) = self.unit(next) {
                match unit {
                    Unit::Workday => return Some((Place::Workday(shift), end)),
                    Unit::Month | Unit::Quarter | Unit::Year => {
                        return Some((current(unit, shift), end));
                    }
                    Unit::HalfYear if measure.is_some() => {
                        return Some((Place::Period(unit, shift), end));
                    }
                    _ => {}
                }
            }
        }
        let mut best = None;
        for (mark, second) in [(Mark::HalfFirst, false), (Mark::HalfSecond, true)] {
            if let Some(end) = self.mark(at, mark)
                && let Some((unit, after)) = self.unit(end)
                && matches!(unit, Unit::Week | Unit::Month | Unit::Year | Unit::Quarter)
                && self.mark(end, Mark::WeekHead).and_then(|end| self.weekday_figure(end)).is_none()
            {
                best = Some((Place::Slice(Box::new(current(unit, 0)), Slice::Half(second)), after));
            }
        }
        best.or_else(|| {
            // 第三季度, 三季度末: the year is not named.
            let (quarter, end) = self.quarter(at)?;
            Some((Place::Slice(Box::new(any_year()), quarter), end))
        })
    }

    /// 国庆后第一个工作日: a working day after a holiday.
    fn behind(self, place: Place, end: usize) -> (Place, usize) {
        let Place::Feast { rule, year, .. } = place else { return (place, end) };
        let found = self.marks(end, &[Mark::After]).and_then(|(_, end)| {
            let (mark, end) = self.marks(self.past(end, &[Mark::Of]), &[Mark::Ordinal, Mark::First])?;
            let (number, next) =
                self.integer(end).map_or((1, end), |(number, next)| (number.within(1, 30).unwrap_or(0), next));
            let (unit, end) = self.unit(self.past(next, &[Mark::Measure]))?;
            (unit == Unit::Workday && number > 0 && (mark == Mark::Ordinal || number == 1)).then_some((number, end))
        });
        match found {
            Some((number, end)) => {
                let feast = Box::new(Place::Feast { rule, year, run: true });
                (Place::Slice(feast, Slice::Behind(number)), end)
            }
            None => (place, end),
        }
    }

    /// 国庆节, 国庆假期
    pub(crate) fn feast(self, at: usize, year: Option<Step>) -> Option<(Place, usize)> {
        let ((rule, need), end) = self.word(at, |sense| match sense {
            Sense::Feast(rule, need) => Some((*rule, *need)),
            _ => None,
        })?;
        if !self.lexicon.met(need, self.rest(self.gap(end))) {
            return None;
        }
        let run = self.mark(end, Mark::HolidayRun);
        let place = Place::Feast { rule, year, run: run.is_some() };
        Some((place, run.unwrap_or(end)))
    }

    /// A weekday next to a date: 10月12号,星期一 or 11月27日(周五). The end.
    fn apposition(self, end: usize, dated: bool) -> Option<usize> {
        // 国庆节当天
        if let Some((0, after)) = self.word(end, |sense| match sense {
            Sense::Day(days) => Some(*days),
            _ => None,
        }) {
            return dated.then_some(after);
        }
        let open = self.marks(end, &[Mark::WeekdayOpen]);
        let next = open.map_or(end, |(_, end)| self.gap(end));
        let head = self.mark(next, Mark::WeekHead)?;
        let (_, day) = self.weekday_figure(head)?;
        let bracket = self.byte(next.saturating_sub(1)) == b'(';
        match self.marks(day, &[Mark::WeekdayClose]) {
            Some((_, close)) if bracket => Some(close),
            _ => (!bracket).then_some(day),
        }
    }
}

pub(crate) fn date(year: Option<Step>, month: Option<Step>, day: Option<u8>, lunar: bool) -> Place {
    Place::Date { year, month, day, lunar }
}

/// A year that is not named.
fn any_year() -> Place {
    date(None, None, None, false)
}

/// The period of a unit, `shift` from the current one.
pub(crate) fn current(unit: Unit, shift: i32) -> Place {
    match unit {
        Unit::Year => date(Some(Step::Shift(shift)), None, None, false),
        Unit::Month => date(None, Some(Step::Shift(shift)), None, false),
        Unit::Week => Place::Week { shift: Some(shift), day: None, weekend: false },
        _ => Place::Period(unit, shift),
    }
}
