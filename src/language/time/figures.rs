//! Dates in digits: 2026-11-27, 2026/11/27, 2026.11.27, 12/1, 27/11/2026.

use super::model::{Place, Step};
use super::scan::Scan;
use super::sense::Mark;

impl Scan<'_> {
    /// A date in digits. The month comes first, unless that is impossible or the year comes first.
    pub(crate) fn figure_date(self, at: usize) -> Option<(Place, usize)> {
        let (first, first_len, end) = self.figure_run(at)?;
        let sign = self.byte(end);
        if !matches!(sign, b'-' | b'/' | b'.') {
            return None;
        }
        let (second, second_len, end) = self.figure_run(end + 1)?;
        if second_len > 2 {
            return None;
        }
        let third = (self.byte(end) == sign).then(|| self.figure_run(end + 1)).flatten();
        let Some((third, third_len, after)) = third else {
            // 11/20-11/25: another date follows. 12.5日前, 11.30前: a day or a bound follows.
            let ranged =
                self.byte(end) == b'-' && self.figure_run(end + 1).is_some_and(|(_, _, next)| self.byte(next) == b'/');
            let slash = sign == b'/' && (self.closes(end) || ranged) && self.unit(end).is_none();
            let day = if sign == b'.' { self.mark(end, Mark::DayMark) } else { None };
            let bound = self.marks(end, &[Mark::Before, Mark::BeforeUntil]).filter(|_| self.byte(end) != b' ');
            let dotted = sign == b'.' && (day.is_some() || bound.is_some());
            let plain = first_len <= 2 && (slash || dotted);
            return plain.then(|| date(None, first, second, day.unwrap_or(end))).flatten();
        };
        match (first_len, third_len) {
            (4, 1 | 2) => date(Some(first), second, third, after),
            (1 | 2, 4) => date(Some(third), first, second, after).or_else(|| date(Some(third), second, first, after)),
            // 12/4/26: with slashes, nobody puts a year from 2001 to 2012 first.
            (1 | 2, 2) if sign == b'/' && first <= 12 => date(Some(century(third)), first, second, after)
                .or_else(|| date(Some(century(third)), second, first, after)),
            (2, 2) if sign != b'.' => date(Some(century(first)), second, third, after),
            (2, 1) if sign == b'/' => date(Some(century(first)), second, third, after),
            _ => None,
        }
    }

    fn figure_run(self, at: usize) -> Option<(i32, usize, usize)> {
        let len = self.rest(at).bytes().take_while(u8::is_ascii_digit).take(5).count();
        let value = self.rest(at)[..len].parse().ok()?;
        (len < 5).then_some((value, len, at + len))
    }
}

/// The full year for two digits.
pub(crate) fn century(year: i32) -> i32 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

fn date(year: Option<i32>, month: i32, day: i32, end: usize) -> Option<(Place, usize)> {
    let day = u8::try_from(day).ok().filter(|day| (1..=31).contains(day))?;
    let fits = (1..=12).contains(&month) && year.is_none_or(|year| year >= 1000);
    let place =
        Place::Date { year: year.map(Step::Number), month: Some(Step::Number(month)), day: Some(day), lunar: false };
    fits.then_some((place, end))
}
