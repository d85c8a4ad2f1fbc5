//! Days with hours, and ranges between them.

use super::clock::turned;
use super::model::{Clock, DayPart, Place, Point, Slice, Step, Unit};
use super::scan::Scan;
use super::sense::{Mark, Sense};

impl Scan<'_> {
    /// A day, an hour, or both.
    pub(crate) fn point(self, at: usize, company: bool) -> Option<(Point, usize)> {
        if let Some(((days, part), end)) = self.word(at, |sense| match sense {
            Sense::DayPart(days, part) => Some((*days, *part)),
            _ => None,
        }) {
            let place = Some(Place::Day(days));
            let shared = self.clock_in(part, self.past(end, &[Mark::Of, Mark::At]));
            let shared = shared.or_else(|| self.last_hour(end, Some(part)));
            let (clock, end) = shared.unwrap_or((Clock::Part(part), end));
            return Some((Point { place, clock: Some(clock) }, end));
        }
        if let Some((place, end)) = self.place(at, company) {
            let iso = self.byte(end) == b't' && self.byte(end - 1).is_ascii_digit();
            let next = if iso { end + 1 } else { self.past(end, &[Mark::Of, Mark::Comma, Mark::At, Mark::About]) };
            // A bound may stand in between: tomorrow by 5 pm, Friday before noon.
            let next = if next > end && matches!(self.byte(end), b' ' | b',') {
                self.marks(next, &[Mark::Latest, Mark::BeforeBefore])
                    .filter(|_| self.byte(next).is_ascii())
                    .map_or(next, |(_, end)| self.gap(end))
            } else {
                next
            };
            if single(&place)
                && let Some((clock, after)) = self.clock(next, true)
                && clock != Clock::Now
            {
                return Some((Point { place: Some(place), clock: Some(clock) }, after));
            }
            if single(&place)
                && let Some((clock, after)) = self.last_hour(end, None)
            {
                return Some((Point { place: Some(place), clock: Some(clock) }, after));
            }
            return Some((Point { place: Some(place), clock: None }, end));
        }
        let (clock, end) = self.clock(at, company && self.byte(at).is_ascii_digit())?;
        // English puts the hour first: 5 pm tomorrow, 3 pm on Monday.
        let next = self.past(end, &[Mark::At, Mark::Of, Mark::Comma]);
        if self.byte(next).is_ascii_alphanumeric()
            && next > end
            && let Some((place, after)) = self.place(next, true)
            && single(&place)
        {
            return Some((Point { place: Some(place), clock: Some(clock) }, after));
        }
        Some((Point { place: None, clock: Some(clock) }, end))
    }

    /// From one point to another.
    pub(crate) fn between(self, at: usize, company: bool, from: bool) -> Option<(Point, Point, usize)> {
        let (first, second, end) = self.pair(at, company, from)?;
        let end = self.marks(end, &[Mark::SpanEnd]).map_or(end, |(_, end)| end);
        Some((first, second, end))
    }

    fn pair(self, at: usize, company: bool, from: bool) -> Option<(Point, Point, usize)> {
        if let Some((first, second, end)) = self.clock_range(at, from) {
            // between 2 and 4 pm tomorrow
            let next = self.past(end, &[Mark::At, Mark::Of, Mark::Comma]);
            let english = next > end && self.byte(next).is_ascii_alphanumeric();
            let day = if english { self.place(next, true).filter(|(place, _)| single(place)) } else { None };
            let (place, end) = day.map_or((None, end), |(place, end)| (Some(place), end));
            let at = |clock| Point { place: place.clone(), clock: Some(clock) };
            return Some((at(first), at(second), end));
        }
        if let Some(found) = self.word(at, |sense| match sense {
            Sense::Days(from, to) => Some((*from, *to)),
            _ => None,
        }) {
            let ((from, to), end) = found;
            let day = |days| Point { place: Some(Place::Day(days)), clock: None };
            return Some((day(from), day(to), end));
        }
        if let Some((place, end)) = self.place(at, company) {
            let next = self.past(end, &[Mark::Of]);
            // tomorrow between 2 and 4 pm
            let between = self.marks(end, &[Mark::From]).map(|(_, end)| self.gap(end));
            let hours = self.clock_range(next, false);
            let hours = hours.or_else(|| self.clock_range(between?, true));
            if let Some((first, second, end)) = hours.filter(|_| single(&place)) {
                let at = |clock| Point { place: Some(place.clone()), clock: Some(clock) };
                return Some((at(first), at(second), end));
            }
            // 12月1-3日: one month for both.
            if let Some((first, second, end)) = self.days_of(&place, next) {
                let at = |place| Point { place: Some(place), clock: None };
                return Some((at(first), at(second), end));
            }
        }
        let found = self.point(at, company);
        if let Some((first, end)) = found
            && let Some((mark, next)) = self.marks(end, &[Mark::To, Mark::With])
            && let Some((mut second, after)) = self.point(self.gap(next), true)
            && (mark == Mark::To || from || self.marks(after, &[Mark::SpanEnd]).is_some())
            && alike(&first, &second)
        {
            inherit(&first, &mut second);
            let mut first = first;
            // between 9 am and 11 am on Friday
            if self.byte(after - 1).is_ascii() && first.place.is_none() && matches!(first.clock, Some(Clock::At { .. }))
            {
                first.place.clone_from(&second.place);
            }
            return Some((first, second, after));
        }
        // 1995-1997年, 10-12日, 3到5月: the first lacks its unit.
        let (number, end) = self.integer(at)?;
        let (_, next) = self.marks(end, &[Mark::To])?;
        let (place, end) = self.place(self.gap(next), true)?;
        let first = elided(&place, number.whole()?)?;
        let at = |place| Point { place: Some(place), clock: None };
        Some((at(first), at(place), end))
    }

    /// Two days of a month that stands before both.
    fn days_of(self, place: &Place, at: usize) -> Option<(Place, Place, usize)> {
        let Place::Date { year, month: Some(month), day: None, lunar: false } = place else { return None };
        let (first, end) = self.integer(at)?;
        let (_, next) = self.marks(end, &[Mark::To])?;
        let (second, end) = self.integer(self.gap(next))?;
        let (_, end) = self.marks(end, &[Mark::DayMark])?;
        let (first, second) = (first.within(1, 31)?, second.within(1, 31)?);
        let day = |day: i32| {
            let day = u8::try_from(day).ok();
            Place::Date { year: *year, month: Some(*month), day, lunar: false }
        };
        (first < second).then(|| (day(first), day(second), end))
    }

    /// a week from Friday, two weeks on Monday
    pub(crate) fn weeks_from(self, at: usize) -> Option<(Point, usize)> {
        if !self.byte(at).is_ascii() {
            return None;
        }
        let (amount, end) = self.amount(at)?;
        let [part] = amount.0[..] else { return None };
        let weeks =
            i32::try_from(part.most / 1000).ok().filter(|_| part.unit == Unit::Week && part.most % 1000 == 0)?;
        let next = self.gap(end);
        let word = ["from ", "on "].into_iter().find(|word| self.rest(next).starts_with(word))?;
        let (place, end) = self.place(next + word.len(), true)?;
        let day = matches!(place, Place::Day(_) | Place::Week { day: Some(_), .. } | Place::Date { day: Some(_), .. });
        let place = Place::Slice(Box::new(place), Slice::Later(weeks));
        day.then_some((Point { place: Some(place), clock: None }, end))
    }

    /// 周一至周五 9:00-18:00, 工作日9:00-18:00: hours of service. The end.
    pub(crate) fn opening_hours(self, at: usize) -> Option<usize> {
        let head = self.word(at, |sense| {
            matches!(sense, Sense::Mark(Mark::WeekHead) | Sense::Weekday(..) | Sense::Unit(Unit::Workday)).then_some(())
        });
        head?;
        let end = if let Some((Unit::Workday, end)) = self.unit(at) {
            end
        } else {
            let (Place::Week { day: Some(_), .. }, end) = self.place(at, false)? else {
                return None;
            };
            let (_, next) = self.marks(end, &[Mark::To])?;
            let (Place::Week { day: Some(_), .. }, end) = self.place(self.gap(next), true)? else {
                return None;
            };
            end
        };
        let next = self.past(end, &[Mark::Of, Mark::Comma, Mark::At]);
        let from = self.marks(end, &[Mark::From]).map(|(_, end)| self.gap(end));
        let (first, _, end) = self.between(from.unwrap_or(next), true, from.is_some())?;
        first.place.is_none().then_some(end)
    }

    /// An hour in a part of the day that belongs to the day's word: 今晚6点.
    fn clock_in(self, part: DayPart, at: usize) -> Option<(Clock, usize)> {
        let (clock, end) = self.clock(at, true)?;
        match clock {
            Clock::At { second, open } => Some((turned(part, second, open), end)),
            _ => None,
        }
    }
}

/// Whether a place is a single day, which an hour can follow.
pub(crate) fn single(place: &Place) -> bool {
    match place {
        Place::Day(_) | Place::Workday(_) | Place::Feast { run: false, .. } => true,
        Place::Date { day, .. } => day.is_some(),
        Place::Week { day, weekend, .. } => day.is_some() || *weekend,
        Place::Slice(_, slice) => {
            matches!(slice, Slice::Weekday(..) | Slice::Nth(_, Unit::Day) | Slice::Behind(_) | Slice::Later(_))
        }
        _ => false,
    }
}

/// The first of two, of which only a number was written.
fn elided(second: &Place, number: i32) -> Option<Place> {
    let Place::Date { year, month, day, lunar } = second else {
        return None;
    };
    let (year, month, day) = match (year, month, day) {
        (None, None, Some(_)) => (None, None, Some(u8::try_from(number).ok()?)),
        (year, Some(_), None) => (*year, Some(Step::Number(number)), None),
        (Some(_), None, None) if (1000..3000).contains(&number) => (Some(Step::Number(number)), None, None),
        _ => return None,
    };
    let fits = day.is_none_or(|day| (1..=31).contains(&day))
        && month.is_none_or(|month| matches!(month, Step::Number(1..=12)));
    fits.then_some(Place::Date { year, month, day, lunar: *lunar })
}

/// Copies what the second end of a range shares with the first and leaves out.
fn inherit(first: &Point, second: &mut Point) {
    if second.place.is_some() {
        return;
    }
    second.place.clone_from(&first.place);
    let (Some(Clock::At { second: from, .. }), Some(Clock::At { second: to, open })) =
        (&first.clock, &mut second.clock)
    else {
        return;
    };
    if *open && *to <= *from && *to + 12 * 3600 > *from {
        *to += 12 * 3600;
        *open = false;
    }
}

/// Whether two points can be the ends of one range.
fn alike(first: &Point, second: &Point) -> bool {
    match (&first.clock, &second.clock) {
        (None, None) | (Some(_), Some(_)) => true,
        (Some(_), None) => second.place.is_some() && first.place.is_some(),
        (None, Some(_)) => second.place.is_some() && first.place != second.place,
    }
}
