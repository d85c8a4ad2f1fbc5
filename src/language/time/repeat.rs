//! Repeated times: 每天, 每周一下午八点, 每月5号, every Monday at 9 am.

use super::model::Unit;
use super::scan::Scan;
use super::sense::{Mark, Sense};

impl Scan<'_> {
    /// The end of a repeated time, whose value does not matter.
    pub(crate) fn recurring(self, at: usize) -> Option<usize> {
        let Some((_, end)) = self.marks(at, &[Mark::Every]) else {
            return self.opening_hours(at);
        };
        if self.block(at).is_some_and(|block| block > end) && !self.repeats(end) {
            return None;
        }
        let mut end = self.each(self.gap(end))?;
        // 每月最后一天
        if let Some((_, after)) = self.nth(Unit::Year, self.past(end, &[Mark::Of])) {
            end = after;
        }
        // The day within that period, the hour, the hours.
        for _ in 0..3 {
            let next = self.past(end, &[Mark::Of, Mark::At, Mark::Comma]);
            let to = self.marks(end, &[Mark::To]).map(|(_, end)| self.gap(end));
            let next = to.unwrap_or(next);
            let range = self.between(next, true, false).map(|(_, _, end)| end);
            let point = || self.point(next, true).map(|(_, end)| end);
            let Some(after) = range.or_else(point) else {
                break;
            };
            end = after;
        }
        // 每月15日前
        if let Some((_, after)) = self.tail(end) {
            end = after;
        }
        Some(end)
    }

    fn repeats(self, at: usize) -> bool {
        self.each(self.gap(at)).is_some()
    }

    /// The repeated unit. The end.
    fn each(self, at: usize) -> Option<usize> {
        let head = self.mark(self.past(at, &[Mark::Measure]), Mark::WeekHead);
        if let Some((_, end)) = head.and_then(|end| self.weekday_figure(end)) {
            return Some(end);
        }
        if let Some(end) = self.word(at, |sense| matches!(sense, Sense::Weekday(..) | Sense::Part(..)).then_some(())) {
            return Some(end.1);
        }
        if let Some((Unit::Week, 3, end)) = self.edge(at) {
            return Some(end);
        }
        let next = self.integer(at).map_or(at, |(_, end)| self.gap(end));
        let next = self.past(next, &[Mark::Measure]);
        if let Some((unit, end)) = self.unit(next) {
            return (unit > Unit::Second).then_some(end);
        }
        let end = self.mark(next, Mark::DayMark)?;
        self.block(next).is_none_or(|block| block <= end).then_some(end)
    }
}
