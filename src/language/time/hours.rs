//! Hours without a mark, in English figures and words: 9 tomorrow morning, by ten thirty on Friday, at three.

use super::clock::{NOON, turned};
use super::model::{Bound, Clock, DayPart, Kind, Mention, Point, Value};
use super::number::Style;
use super::phrase::plain;
use super::point::single;
use super::scan::Scan;
use super::sense::Mark;

/// Words behind which a mere number at the end of a clause is an hour.
const AT: [&str; 6] = ["at", "by", "before", "until", "till", "around"];

impl Scan<'_> {
    /// An hour by its number alone, in seconds: 9, nine, nine thirty.
    pub(crate) fn plain_hour(self, at: usize) -> Option<(u32, usize)> {
        let (number, end) = self.integer(at)?;
        let second = u32::try_from(number.within(1, 12)?).ok()? * 3600;
        let spoken = number.style == Style::Spoken && self.byte(at).is_ascii_alphabetic();
        if !spoken && (number.style != Style::Figures || number.figures > 2) {
            return None;
        }
        let next = self.gap(end);
        if spoken
            && next > end
            && self.byte(next).is_ascii_alphabetic()
            && let Some((number, end)) = self.integer(next)
            && let Some(minutes) = number.within(10, 59)
            && self.unit(self.gap(end)).is_none()
        {
            return Some((second + u32::try_from(minutes).ok()? * 60, end));
        }
        Some((second, end))
    }

    /// 9 tomorrow morning, three on Friday, 7 in the evening: with the day or its part behind the hour.
    pub(crate) fn bare_hour(self, at: usize) -> Option<(Point, usize)> {
        let (second, end) = self.plain_hour(at)?;
        let open = second < NOON;
        let part = self.part(self.gap(end)).filter(|(_, brief, _)| !brief && self.byte(self.gap(end)).is_ascii());
        if let Some((part, _, after)) = part {
            let clock = Some(turned(part, second, open));
            let next = self.past(after, &[Mark::At]);
            let place = if next > after { self.place(next, true).filter(|(place, _)| single(place)) } else { None };
            let (place, end) = place.map_or((None, after), |(place, end)| (Some(place), end));
            return Some((Point { place, clock }, end));
        }
        let next = self.past(end, &[Mark::At]);
        if next == end || !self.byte(next).is_ascii_alphabetic() {
            return None;
        }
        let (Point { place: Some(place), clock }, end) = self.point(next, true)? else { return None };
        let clock = match clock {
            None => by_day(second),
            Some(Clock::Part(part)) => turned(part, second, open),
            Some(_) => return None,
        };
        single(&place).then_some((Point { place: Some(place), clock: Some(clock) }, end))
    }

    /// “… at ten”, “… by six”: an hour behind its day, at the end of a clause.
    pub(crate) fn last_hour(self, end: usize, part: Option<DayPart>) -> Option<(Clock, usize)> {
        let word = self.gap(end);
        let next = AT.iter().find_map(|at| Some(self.gap(word + self.rest(word).strip_prefix(at).map(|_| at.len())?)));
        let next = next.filter(|&next| word > end && self.byte(next - 1) == b' ')?;
        let (second, end) = self.plain_hour(next)?;
        let clock = part.map_or_else(|| by_day(second), |part| turned(part, second, second < NOON));
        self.ends_clause(end).then_some((clock, end))
    }

    /// “At 3”, “by six”: an hour without day or mark, at the end of a clause.
    pub(crate) fn at_three(self, start: usize, word: usize, bound: Option<Bound>) -> Option<Mention> {
        let known = self.text.get(start..word).is_some_and(|word| AT.contains(&word));
        let (second, end) = self.plain_hour(self.gap(word)).filter(|_| known)?;
        let kind = if bound.is_some() { Kind::Range } else { Kind::Time };
        let value = Value::Point(Point { place: None, clock: Some(by_day(second)) });
        self.ends_clause(end).then(|| Mention { bound, ..plain(start, end, kind, value) })
    }

    fn ends_clause(self, end: usize) -> bool {
        let last = self.rest(end).trim_start_matches(' ').bytes().next();
        last.is_none_or(|last| matches!(last, b'.' | b',' | b';' | b'!' | b'?' | b')' | b'\n')) && self.closes(end)
    }
}

/// An hour without a mark: from one to six it is after noon.
fn by_day(second: u32) -> Clock {
    match second / 3600 {
        1..=6 => Clock::At { second: second + NOON, open: false },
        hour => Clock::At { second, open: hour < 12 },
    }
}
