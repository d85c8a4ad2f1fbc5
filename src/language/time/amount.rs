//! Lengths of time: 3–5个工作日, 两个半小时, 8天又20小时, half an hour.

use super::model::{Amount, Part, Unit};
use super::number::{Number, Style};
use super::scan::Scan;
use super::sense::{Left, Mark, Sense};

impl Scan<'_> {
    /// A length of time.
    pub(crate) fn amount(self, at: usize) -> Option<(Amount, usize)> {
        let (first, mut end) = self.piece(at, None)?;
        let mut parts = vec![first];
        loop {
            let joined = self.marks(end, &[Mark::Plus]);
            let next = joined.map_or_else(|| self.gap(end), |(_, next)| self.gap(next));
            let last = parts[parts.len() - 1].unit;
            let Some((part, after)) = self.piece(next, Some(last)) else {
                break;
            };
            let used = parts.iter().any(|other| other.unit == part.unit);
            if used || joined.is_none() && part.unit > last {
                break;
            }
            parts.push(part);
            end = after;
        }
        Some((Amount(parts), end))
    }

    /// Some days, hours … without a number: 几天, a few days. The end.
    pub(crate) fn several(self, at: usize) -> Option<usize> {
        let (_, end) = self.marks(at, &[Mark::Several])?;
        let (_, end) = self.unit(self.past(end, &[Mark::Measure]))?;
        Some(end)
    }

    /// A unit of time.
    pub(crate) fn unit(self, at: usize) -> Option<(Unit, usize)> {
        let (unit, end) = self.word(at, |sense| match sense {
            Sense::Unit(unit) => Some(*unit),
            _ => None,
        })?;
        (!self.spoiled(end, Left::Unit)).then_some((unit, end))
    }

    /// A number and a unit. Behind a larger unit, the short names of the clock count as units, too.
    fn piece(self, at: usize, before: Option<Unit>) -> Option<(Part, usize)> {
        if let Some(end) = self.mark(at, Mark::Half) {
            let (unit, end) = self.unit(self.past(end, &[Mark::Measure, Mark::Article]))?;
            return (unit != Unit::Second).then_some((part(500, 500, unit), end));
        }
        // a fortnight, two fortnights
        let count = self.mark(at, Mark::Article).map(|end| (1000, end));
        let count = count.or_else(|| self.number(at).map(|(number, end)| (number.milli, end)));
        if let Some((milli, end)) = count
            && let Some(end) = self.mark(self.gap(end), Mark::Fortnight)
        {
            let milli = milli.saturating_mul(2);
            return Some((part(milli, milli, Unit::Week), end));
        }
        if let Some(end) = self.mark(at, Mark::Article) {
            let (unit, end) = self.unit(self.gap(end))?;
            // an hour and a half
            let half = self
                .marks(end, &[Mark::Plus])
                .and_then(|(_, end)| self.mark(self.past(end, &[Mark::Article]), Mark::Half));
            let milli = if half.is_some() { 1500 } else { 1000 };
            let found = (part(milli, milli, unit), half.unwrap_or(end));
            return (unit > Unit::Minute).then_some(found);
        }
        let (first, end) = self.number(at)?;
        let range = self.marks(end, &[Mark::To, Mark::With]).and_then(|(_, next)| {
            let (second, end) = self.number(self.gap(next))?;
            let (unit, end) = self.measured(&second, end, before)?;
            (first.milli <= unit.most).then_some((part(first.milli, unit.most, unit.unit), end))
        });
        if range.is_some() {
            return range;
        }
        // 3天-5天: both numbers have the unit.
        let (one, end) = self.measured(&first, end, before)?;
        if let Some((_, next)) = self.marks(end, &[Mark::To])
            && let Some((second, after)) = self.number(self.gap(next))
            && let Some((two, after)) = self.measured(&second, after, before)
            && two.unit == one.unit
            && two.most > one.most
        {
            return Some((part(one.least, two.most, one.unit), after));
        }
        Some((one, end))
    }

    /// The unit after a number.
    fn measured(self, number: &Number, at: usize, before: Option<Unit>) -> Option<(Part, usize)> {
        // within one (1) business day
        let at = self.repeated(at);
        let more = self.marks(at, &[Mark::More]).map_or(at, |(_, end)| end);
        // 十几分钟 is up to twenty.
        let teens = more > at
            && number.milli > 0
            && number.milli.is_multiple_of(10_000)
            && self.mark(at, Mark::Several) == Some(more);
        let measure = self.mark(self.gap(more), Mark::Measure);
        let next = measure.map_or_else(|| self.gap(more), |end| self.gap(end));
        let half = measure.and_then(|_| self.mark(next, Mark::Half));
        let place = self.mark(half.unwrap_or(next), Mark::Hyphen).or(half).unwrap_or(next);
        let (unit, mut end) = self
            .unit(place)
            .filter(|(unit, end)| counted(self, number, *unit, place, *end, measure.is_some()))
            .or_else(|| self.short_unit(place, before))?;
        let mut extra = if half.is_some() { 500 } else { 0 };
        if half.is_none() && (measure.is_none() || unit == Unit::Month) {
            if let Some(after) = self.mark(end, Mark::Half) {
                extra = 500;
                end = after;
            } else if let Some((_, after)) = self.marks(end, &[Mark::More])
                && self.byte(end) != b' '
                && self.mark(end, Mark::Several).is_none()
                && self.block(end).is_none()
            {
                end = after;
            }
        }
        let least = number.least.unwrap_or(number.milli).saturating_add(extra);
        let most = match (number.least, number.style) {
            (Some(_), Style::Spelled) => (number.milli / 1000 % 10) * 1000,
            _ => number.milli,
        };
        let extra = if teens { extra + 10_000 } else { extra };
        Some((part(least, most.saturating_add(extra), unit), end))
    }

    /// Skips a number in brackets that repeats the one before: one (1).
    fn repeated(self, at: usize) -> usize {
        let open = self.gap(at);
        let figures = self.rest(open + 1).bytes().take(4).take_while(u8::is_ascii_digit).count();
        let close = open + 1 + figures;
        if figures > 0 && self.byte(open) == b'(' && self.byte(close) == b')' { close + 1 } else { at }
    }

    /// 时 and 分 behind days and hours, 日 before 内 and 后. Elsewhere these are an hour of the clock, a mark at school and
    /// a day of the month.
    fn short_unit(self, at: usize, before: Option<Unit>) -> Option<(Unit, usize)> {
        if let Some(before) = before {
            for (mark, unit) in
                [(Mark::HourMark, Unit::Hour), (Mark::MinuteMark, Unit::Minute), (Mark::SecondMark, Unit::Second)]
            {
                if let Some(end) = self.mark(at, mark).filter(|_| unit < before) {
                    return Some((unit, end));
                }
            }
        }
        let end = self.mark(at, Mark::DayMark)?;
        let (mark, after) = self.marks(end, &[Mark::Within, Mark::Hence])?;
        let free = self.block(self.gap(end)).is_none_or(|block| block <= after);
        (free && (mark == Mark::Within || before.is_none())).then_some((Unit::Day, end))
    }
}

/// Whether a number and a unit are a length: 2026年 and 3月 name a year and a month.
fn counted(scan: Scan<'_>, number: &Number, unit: Unit, at: usize, end: usize, measured: bool) -> bool {
    match unit {
        Unit::Year if !measured && scan.mark(at, Mark::YearMark) == Some(end) => {
            let spelled = number.style == Style::Spelled && number.least.is_none();
            !(number.leading_zero || spelled || number.whole().is_none_or(|n| n >= 1000)) || number.milli > 9_999_000
        }
        Unit::Month => measured || scan.mark(at, Mark::MonthMark) != Some(end),
        // 三季度 is the third of the year.
        Unit::Quarter => measured || scan.byte(at).is_ascii(),
        // 一个周三 is a day; 一周六天 is not.
        Unit::Week => {
            let day = scan.weekday_figure(end).filter(|_| !scan.byte(at).is_ascii());
            day.is_none_or(|(_, end)| scan.unit(end).is_some())
        }
        _ => true,
    }
}

fn part(least: u64, most: u64, unit: Unit) -> Part {
    Part { least, most, unit }
}
