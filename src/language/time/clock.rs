//! Hours of the clock and parts of the day: 下午三点半, 15:30, 5 pm, 今晚.

use super::model::{Clock, DayPart, Turn, Unit};
use super::number::Style;
use super::scan::Scan;
use super::sense::{Left, Mark, Sense};

pub(crate) const NOON: u32 = 12 * 3600;

/// An hour as it was read.
#[derive(Clone, Copy)]
struct Hour {
    /// Seconds from midnight.
    second: u32,
    /// Whether it may still be in the morning or in the evening.
    open: bool,
}

impl Hour {
    fn fixed(second: u32) -> Self {
        Self { second, open: false }
    }

    fn clock(self) -> Clock {
        Clock::At { second: self.second, open: self.open }
    }
}

impl Scan<'_> {
    /// An hour or a part of the day. With `company` (a day before it), short words count, too.
    pub(crate) fn clock(self, at: usize, company: bool) -> Option<(Clock, usize)> {
        if let Some((part, brief, end)) = self.part(at) {
            let next = self.past(end, &[Mark::Of, Mark::About]);
            if let Some((hour, after)) = self.hour(next, true) {
                // 早一点 and 晚一点 mean a little earlier and a little later.
                let little = brief && hour.second % 3600 == 0 && self.little(next, after);
                if !little {
                    return Some((turned(part, hour.second, hour.open), after));
                }
            }
            if let Some(found) = self.last_hour(end, Some(part)) {
                return Some(found);
            }
            return (!brief || company).then_some((Clock::Part(part), end));
        }
        if let Some((second, end)) = self.word(at, |sense| match sense {
            Sense::Clock(second) => Some(*second),
            _ => None,
        }) {
            return Some((Hour::fixed(second).clock(), end));
        }
        for (mark, clock) in [(Mark::Close, Clock::Close), (Mark::Open, Clock::Open), (Mark::Now, Clock::Now)] {
            if let Some(end) = self.mark(at, mark) {
                return Some((clock, end));
            }
        }
        let spoken = self.spoken(at).or_else(|| self.military(at).filter(|_| company));
        let (hour, end) = spoken.or_else(|| self.hour(at, company))?;
        // The part of the day after the hour: 3:00 in the afternoon.
        if let Some((part, false, after)) = self.part(self.gap(end))
            && self.byte(self.gap(end)).is_ascii()
        {
            return Some((turned(part, hour.second, hour.open), after));
        }
        Some((hour.clock(), end))
    }

    /// Two hours, of which the first has no mark of its own: 早上五到六点, 9-18点, 2-4pm.
    pub(crate) fn clock_range(self, at: usize, and: bool) -> Option<(Clock, Clock, usize)> {
        let part = self.part(at);
        let next = part.map_or(at, |(_, _, end)| self.gap(end));
        let (first, end) = self.integer(next)?;
        let first = u32::try_from(first.within(0, 24)?).ok()? * 3600;
        let (_, end) = self.marks(end, if and { &[Mark::To, Mark::With] } else { &[Mark::To] })?;
        let (second, end) = self.hour(self.gap(end), true)?;
        let ascii = self.byte(end - 1).is_ascii_alphabetic();
        let (first, second) = match part {
            Some((part, _, _)) => (turned(part, first, true), turned(part, second.second, second.open)),
            None if ascii && second.second >= NOON && first < second.second - NOON => {
                (Hour::fixed(first + NOON).clock(), second.clock())
            }
            None => (Clock::At { second: first, open: second.open && first > 0 && first < NOON }, second.clock()),
        };
        Some((first, second, end))
    }

    /// half past three, quarter to five, ten past nine
    fn spoken(self, at: usize) -> Option<(Hour, usize)> {
        let rest = self.rest(at);
        let named = [("half ", 30), ("a quarter ", 15), ("quarter ", 15)];
        let said = named.into_iter().find(|(word, _)| rest.starts_with(word));
        let (minutes, next) = match said {
            Some((word, minutes)) => (minutes, at + word.len()),
            None if self.byte(at).is_ascii_alphabetic() => {
                let (number, end) = self.integer(at)?;
                (u32::try_from(number.within(1, 29)?).ok()?, self.gap(end))
            }
            None => return None,
        };
        let past = self.rest(next).starts_with("past ");
        let to = self.rest(next).starts_with("to ") && said.is_some_and(|(_, minutes)| minutes == 15);
        let (number, end) = self.integer(next + if past { 5 } else { 3 }).filter(|_| past || to)?;
        let hour = u32::try_from(number.within(1, 12)?).ok()? * 3600;
        let second = if past { hour + minutes * 60 } else { hour - minutes * 60 };
        let second = if second < 3600 { second + NOON } else { second };
        Some(self.meridiem(second, end).unwrap_or((Hour { second, open: second < NOON }, end)))
    }

    /// 1700 hours
    fn military(self, at: usize) -> Option<(Hour, usize)> {
        let (number, end) = self.integer(at)?;
        let value = u32::try_from(number.within(0, 2400)?).ok()?;
        let (unit, end) = self.unit(self.gap(end))?;
        let fits = number.style == Style::Figures && number.figures == 4 && value % 100 < 60 && unit == Unit::Hour;
        fits.then_some((Hour::fixed(value / 100 * 3600 + value % 100 * 60), end))
    }

    /// A part of the day; `true` if its word is so short that it needs company.
    pub(crate) fn part(self, at: usize) -> Option<(DayPart, bool, usize)> {
        let ((part, brief), end) = self.word(at, |sense| match sense {
            Sense::Part(part, brief) => Some((*part, *brief)),
            _ => None,
        })?;
        self.block(at).is_none_or(|block| block <= end).then_some((part, brief, end))
    }

    /// An hour with its mark, colon, “o'clock”, am or pm.
    fn hour(self, at: usize, company: bool) -> Option<(Hour, usize)> {
        let (hour, end) = self.integer(at)?;
        let value = u32::try_from(hour.within(0, 24)?).ok()?;
        if hour.figures > 2 {
            return None;
        }
        if self.byte(end) == b':' && hour.style == Style::Figures {
            return self.figures(at, value, end, hour.leading_zero);
        }
        if hour.style == Style::Figures
            && let Some(found) = self.meridiem(value * 3600, end)
        {
            return Some(found);
        }
        if self.byte(at).is_ascii_alphabetic()
            && let Some((second, end)) = self.plain_hour(at)
            && let Some(found) = self.meridiem(second, end)
        {
            return Some(found);
        }
        if let Some((_, end)) = self.marks(end, &[Mark::Oclock]).filter(|_| value <= 12) {
            let open = Hour { second: value * 3600, open: value < 12 };
            return Some(self.meridiem(value * 3600, end).unwrap_or((open, end)));
        }
        let (_, mark) = self.marks(end, &[Mark::HourMark])?;
        // 四点下班, but not 四点下次.
        if self.spoiled(mark, Left::HourMark) && self.mark(mark, Mark::Close).is_none() {
            return None;
        }
        let tail = self.minutes(mark);
        // 零点五 is a fraction.
        if tail.is_none() && self.integer(mark).is_some() {
            return None;
        }
        // 三点 alone may be three remarks, 一点 a little and 一时 a while: they need a day before them, or minutes or a bound
        // behind.
        let plain = hour.style == Style::Figures || !(1..=3).contains(&value);
        let sure = company || tail.is_some() || plain || value > 1 && self.bound_follows(mark);
        let (minutes, end) = tail.unwrap_or((0, mark));
        let second = value * 3600 + minutes;
        (sure && second <= 24 * 3600).then_some((Hour { second, open: (1..12).contains(&value) }, end))
    }

    /// The rest of 15:30 or 15:30:10.
    fn figures(self, at: usize, hour: u32, colon: usize, zero: bool) -> Option<(Hour, usize)> {
        let two = |at: usize| -> Option<u32> {
            let (number, end) = self.integer(at)?;
            (end == at + 2 && number.style == Style::Figures)
                .then(|| u32::try_from(number.within(0, 59)?).ok())
                .flatten()
        };
        let mut second = hour * 3600 + two(colon + 1)? * 60;
        let mut end = colon + 3;
        if self.byte(end) == b':'
            && let Some(extra) = two(end + 1)
        {
            second += extra;
            end += 3;
        }
        if at > 1 && self.byte(at - 1) == b':' || second > 24 * 3600 {
            return None;
        }
        let written = Hour { second, open: !zero && (1..12).contains(&hour) };
        Some(self.meridiem(second, end).unwrap_or((written, end)))
    }

    /// An hour in seconds with am or pm behind it.
    fn meridiem(self, second: u32, end: usize) -> Option<(Hour, usize)> {
        let (mark, end) = self.marks(end, &[Mark::Ante, Mark::Post])?;
        let hour = second / 3600;
        let second = match (mark, hour) {
            (Mark::Ante, 12) => second - NOON,
            (Mark::Post, 1..12) => second + NOON,
            (_, 0) => return None,
            _ => second,
        };
        Some((Hour::fixed(second), end))
    }

    /// Minutes behind 点, in seconds, and where they end: 半, 一刻, 二十分, 整. 点钟 counts as zero minutes, a mere 点 as none.
    fn minutes(self, at: usize) -> Option<(u32, usize)> {
        let none = self.bytes_before_are_clock(at).then_some((0, at));
        if let Some((_, end)) = self.marks(at, &[Mark::Sharp]) {
            return Some((0, end));
        }
        if let Some(end) = self.mark(at, Mark::Half) {
            return Some((30 * 60, end));
        }
        let next = self.past(at, &[Mark::ClockOver]);
        let Some((number, end)) = self.integer(next) else {
            return none;
        };
        let Some(value) = number.within(0, 59).and_then(|n| u32::try_from(n).ok()) else {
            return none;
        };
        if let Some((_, end)) = self.marks(end, &[Mark::QuarterMark]).filter(|_| value <= 3) {
            return Some((value * 15 * 60, end));
        }
        if let Some((_, end)) = self.marks(end, &[Mark::MinuteMark]) {
            let seconds = self.integer(self.gap(end)).and_then(|(number, end)| {
                let value = u32::try_from(number.within(0, 59)?).ok()?;
                let (_, end) = self.marks(end, &[Mark::SecondMark])?;
                Some((value, end))
            });
            let (extra, end) = seconds.unwrap_or((0, end));
            return Some((value * 60 + extra, end));
        }
        // 九点二十, 九点零五: without 分, only two digits or a full ten, and with no unit behind.
        let long = value >= 10 && number.least.is_none() || number.leading_zero;
        let counted = self.unit(self.gap(end)).is_some()
            || self.marks(end, &[Mark::Measure, Mark::HourMark, Mark::DayMark, Mark::To]).is_some();
        if long && next == at && !counted && self.closes(end) {
            return Some((value * 60, end));
        }
        none
    }

    /// Whether the mark before `at` is 点钟, which is always an hour.
    fn bytes_before_are_clock(self, at: usize) -> bool {
        let short = self.word(at.saturating_sub(3), |sense| match sense {
            Sense::Mark(Mark::HourMark) => Some(()),
            _ => None,
        });
        short.is_none_or(|((), end)| end != at)
    }

    /// Whether a bound, a connective or “about” follows, as it does behind an hour.
    fn bound_follows(self, at: usize) -> bool {
        use Mark as M;
        self.marks(at, &[M::Before, M::BeforeUntil, M::After, M::AfterFrom, M::Around, M::To, M::SpanEnd])
            .is_some_and(|(_, end)| self.block(self.gap(at)).is_none_or(|block| block <= end))
    }

    /// Whether the hour in this range is merely 一点, “a little”.
    fn little(self, at: usize, end: usize) -> bool {
        let one = self.word(at, |sense| (*sense == Sense::Digit(1)).then_some(()));
        one.is_some_and(|((), next)| self.mark(next, Mark::HourMark) == Some(end) && !self.bound_follows(end))
    }
}

/// Puts an hour into a part of the day: 3 in the afternoon is 15:00.
pub(crate) fn turned(part: DayPart, second: u32, open: bool) -> Clock {
    let hour = second / 3600;
    let second = match part.turn {
        Turn::Am if hour == 12 && part.from == 0 => second - NOON,
        Turn::Pm if open => second + NOON,
        Turn::Night if open && hour >= 5 => second + NOON,
        // 今晚零点 is the coming midnight.
        Turn::Night if hour == 0 => second + 24 * 3600,
        Turn::Night if hour == 12 => second + NOON,
        Turn::Noon if open && hour <= 3 => second + NOON,
        _ => second,
    };
    // 12:30 at night is half an hour into the next day, for which 24:30 does not exist.
    let second = if second > 24 * 3600 { second - 24 * 3600 } else { second };
    Hour::fixed(second).clock()
}
