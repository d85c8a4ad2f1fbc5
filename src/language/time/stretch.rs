//! From days and hours in words to stretches between two moments.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

use super::model::{Clock, Place, Point};
use super::span::Finder;

/// A named time: its beginning, its end and its last moment.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    pub(super) from: DateTime,
    pub(super) to: DateTime,
    pub(super) last: DateTime,
    /// Whether it needed a year without data.
    pub(super) unknown: bool,
}

impl Stretch {
    fn instant(at: DateTime) -> Stretch {
        Stretch { from: at, to: at, last: at, unknown: false }
    }
}

/// Finds moments as seen from `now`.
pub(super) struct Teller<'a> {
    pub(super) finder: &'a Finder<'a>,
    pub(super) now: DateTime,
}

impl Teller<'_> {
    /// The first reading that is not over, or else the last one.
    pub(super) fn point(&self, point: &Point, pivot: Date, after: DateTime) -> Option<Stretch> {
        let before = self.finder.unknown.get();
        let stretches = self.stretches(point, pivot, after);
        let lost = self.finder.unknown.get();
        let next = stretches.iter().find(|stretch| stretch.last >= after);
        // If the coming year is missing from a table, the past one is no answer.
        let found = if lost && !before { next } else { next.or(stretches.last()) }.copied();
        let unknown = found.map_or(lost, |stretch| stretch.unknown);
        self.finder.unknown.set(before || unknown);
        found
    }

    /// This day or the first working day after it.
    fn workday(&self, date: Date) -> Option<Date> {
        let (day, known) = self.finder.calendar.workday_after(date.yesterday().ok()?, 1)?;
        self.finder.unknown.set(self.finder.unknown.get() || !known);
        Some(day)
    }

    /// All readings of a point, earliest first.
    fn stretches(&self, point: &Point, pivot: Date, after: DateTime) -> Vec<Stretch> {
        let Some(place) = &point.place else {
            // What opens and closes does so on working days.
            let work = matches!(point.clock, Some(Clock::Open | Clock::Close));
            let next = |date: Date| if work { self.workday(date) } else { Some(date) };
            let first = next(pivot);
            let days = [first, first.and_then(|first| next(first.tomorrow().ok()?))];
            return days.into_iter().flatten().flat_map(|day| self.hours(day, point.clock, after)).collect();
        };
        let days = self.finder.candidates(place, pivot);
        let several = days.len() > 1;
        days.into_iter()
            .filter_map(|((from, to), unknown)| {
                if point.clock.is_some() {
                    let hours = self.hours(from, point.clock, after);
                    // Tomorrow at three is in the afternoon; of today, the coming one is meant.
                    let night = matches!(point.clock, Some(Clock::At { second: 3600..25_200, open: true }));
                    let hours = if night && from != self.now.date() { &hours[1..] } else { &hours };
                    let open = hours.iter().find(|hour| several || hour.last >= after);
                    return open.or(hours.first()).copied();
                }
                let end = midnight(to);
                let last = match place {
                    Place::Workday(_) => from.to_datetime(self.finder.calendar.close),
                    _ => second_before(end)?,
                };
                Some(Stretch { from: midnight(from), to: end, last, unknown })
            })
            .collect()
    }

    /// An hour on a day: both readings if morning or evening is open.
    fn hours(&self, day: Date, clock: Option<Clock>, after: DateTime) -> Vec<Stretch> {
        let at = |second: u32| {
            let moment = midnight(day).checked_add(SignedDuration::from_secs(second.into()));
            moment.ok().map(Stretch::instant)
        };
        let calendar = self.finder.calendar;
        let exact = |time: Time| vec![Stretch::instant(day.to_datetime(time))];
        match clock {
            None => Vec::new(),
            Some(Clock::Open) => exact(calendar.open),
            Some(Clock::Close) => exact(calendar.close),
            Some(Clock::Now) => vec![Stretch::instant(after)],
            // 24:00 belongs to the day that it ends.
            Some(Clock::At { second: 86_400, .. }) => {
                let last = day.at(23, 59, 59, 0);
                at(86_400).into_iter().map(|end| Stretch { last, ..end }).collect()
            }
            Some(Clock::At { second, open }) => {
                let later = if open { at(second + 12 * 3600) } else { None };
                at(second).into_iter().chain(later).collect()
            }
            Some(Clock::Part(part)) => {
                let edge = |minute: u16| at(u32::from(minute) * 60).map(|edge| edge.from);
                let (Some(from), Some(to)) = (edge(part.from), edge(part.to)) else {
                    return Vec::new();
                };
                let last = if part.to == 24 * 60 { second_before(to).unwrap_or(to) } else { to };
                vec![Stretch { from, to, last, unknown: false }]
            }
        }
    }

    /// The first pair of ends that is not over.
    pub(super) fn between(&self, first: &Point, second: &Point) -> Option<(Stretch, Stretch)> {
        let mut found = None;
        for from in self.stretches(first, self.finder.today, self.now) {
            let pivot = from.from.date();
            let ends = self.stretches(second, pivot, from.from);
            let Some(to) = ends.into_iter().find(|to| to.last > from.from) else {
                continue;
            };
            found = Some((from, to));
            if to.last >= self.now {
                break;
            }
        }
        let (from, to) = found?;
        self.finder.unknown.set(from.unknown || to.unknown);
        Some((from, to))
    }
}

pub(super) fn midnight(date: Date) -> DateTime {
    date.to_datetime(Time::midnight())
}

pub(super) fn second_before(moment: DateTime) -> Option<DateTime> {
    moment.checked_sub(SignedDuration::from_secs(1)).ok()
}
