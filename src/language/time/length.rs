//! Lengths of time, moments that far away, and stretches up to or from now.

use super::model::{Amount, Part, Unit, Value, Way};
use super::scan::Scan;
use super::sense::Mark;

impl Scan<'_> {
    /// A length, or the moment that far away: 3天, 3天后, 2 days ago.
    pub(crate) fn length(self, at: usize) -> Option<(Value, usize)> {
        // 第一个工作日 is a day.
        let before = self.text[..at].char_indices().next_back();
        if before.is_some_and(|(before, _)| self.mark(before, Mark::Ordinal) == Some(at)) {
            return None;
        }
        let (amount, end) = self.amount(at)?;
        if let Some((mark, after)) = self.marks(end, &[Mark::Ago, Mark::Hence])
            && self.block(self.gap(end)).is_none_or(|block| block <= after)
        {
            let way = if mark == Mark::Ago { Way::Back } else { Way::Ahead };
            return Some((Value::Shift(amount, way), after));
        }
        Some((Value::Amount(amount), end))
    }

    /// The end of a mark before or behind a length: 后, 之前.
    pub(crate) fn side(self, at: usize) -> Option<usize> {
        self.marks(at, &[Mark::Ago, Mark::Hence]).map(|(_, end)| end)
    }

    /// 过去十年, 未来3天, 之后5分钟, 上个小时
    pub(crate) fn window(self, at: usize) -> Option<(Value, usize)> {
        // 付款后3天: 后 belongs to the word before it.
        let bound = self.text[..at].chars().next_back().is_some_and(char::is_alphabetic) && self.side(at).is_some();
        if !bound
            && let Some((mark, end)) = self.marks(at, &[Mark::Past, Mark::Ahead])
            && let Some((amount, end)) = self.amount(self.past(end, &[Mark::Of]))
        {
            let way = if mark == Mark::Past { Way::Back } else { Way::Ahead };
            return Some((Value::Window(amount, way), end));
        }
        // 上门前一小时: likewise.
        if bound {
            return None;
        }
        let (shift, end) = self.shift(at)?;
        let way = match shift {
            -1 => Way::Back,
            1 => Way::Ahead,
            _ => return None,
        };
        let next = self.past(end, &[Mark::Measure]);
        // 上半年 is the first half of this year.
        if self.mark(next, Mark::Half).is_some() {
            return None;
        }
        // 上六天 may mean six days of work.
        if let Some((amount, end)) = self.amount(next)
            && amount.0.iter().all(|part| part.unit != Unit::Day)
        {
            return Some((Value::Window(amount, way), end));
        }
        let (unit, end) = self.unit(next)?;
        let one = Part { least: 1000, most: 1000, unit };
        (unit < Unit::Day).then_some((Value::Window(Amount(vec![one]), way), end))
    }
}
