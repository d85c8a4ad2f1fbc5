//! A length of time before or after an hour or a day: 15:00前半小时, two days before Friday.

use super::model::{Amount, Clock, Place, Point, Unit, Value, Way};
use super::point::single;
use super::scan::Scan;
use super::sense::Mark;

impl Scan<'_> {
    /// The length behind a point and its 前, 后 or 提前; whether it is “within” that length; the end.
    pub(crate) fn moved(self, point: &Point, end: usize) -> Option<(Value, bool, usize)> {
        let (mark, after) =
            self.marks(end, &[Mark::Early]).or_else(|| self.tail(end)).filter(|_| !self.byte(end).is_ascii())?;
        let way = match mark {
            Mark::Early | Mark::Before => Way::Back,
            Mark::After => Way::Ahead,
            _ => return None,
        };
        let (amount, end) = self.amount(after)?;
        let within = self.marks(end, &[Mark::Within]);
        if self.side(end).is_some() || !fits(point, &amount) {
            return None;
        }
        Some((Value::Off(point.clone(), amount, way), within.is_some(), within.map_or(end, |(_, end)| end)))
    }

    /// “Half an hour before 3 pm”.
    pub(crate) fn away(self, at: usize) -> Option<(Value, usize)> {
        if !self.byte(at).is_ascii() {
            return None;
        }
        let (amount, end) = self.amount(at)?;
        let (mark, next) = self.marks(end, &[Mark::BeforeBefore, Mark::AfterBefore])?;
        let way = if mark == Mark::BeforeBefore { Way::Back } else { Way::Ahead };
        let next = self.gap(next);
        let (point, end) = self.bare_hour(next).or_else(|| self.point(next, true))?;
        fits(&point, &amount).then_some((Value::Off(point, amount, way), end))
    }
}

/// Hours and minutes are counted from an hour, days and weeks from a day; not from today, of which 前三天 may be a part.
fn fits(point: &Point, amount: &Amount) -> bool {
    let exact = amount.0.iter().all(|part| part.least == part.most);
    exact
        && match (&point.place, point.clock) {
            (_, Some(Clock::At { .. } | Clock::Open | Clock::Close)) => {
                amount.0.iter().all(|part| part.unit < Unit::Day)
            }
            (Some(Place::Day(_)), None) => false,
            (Some(place), None) => single(place) && amount.is_days(),
            _ => false,
        }
}
