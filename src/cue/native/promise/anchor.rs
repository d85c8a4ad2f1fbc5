//! Times that count back from an event: half an hour before the visit. Nobody knows from the words when that is.

use super::room::Room;
use super::time::When;
use super::token::{Kind, Token};

/// Tokens looked at beside a time: more never matter in real text and cost time in hostile text.
const LOOKED_AT: usize = 64;

impl Room<'_> {
    /// What a length of time counts back from, where it does.
    pub(super) fn event(&self, when: &When) -> Option<(u32, u32)> {
        if self.anchors.is_empty() || !when.amount {
            return None;
        }
        self.event_before(when).or_else(|| self.event_behind(when))
    }

    /// The event is named first, as in Chinese.
    fn event_before(&self, when: &When) -> Option<(u32, u32)> {
        let until = self.anchors.partition_point(|anchor| anchor.1 <= when.start);
        let beside = |anchor: &&(u32, u32)| anchor.1 == when.start && !self.ascii(anchor.0) && self.is_free(**anchor);
        let anchor = self.anchors[until.saturating_sub(2)..until].iter().find(beside)?;
        let before = self.tokens[..self.tokens.partition_point(|token| token.start < anchor.0)].iter();
        // The last word of the event is no word of what is promised.
        let ours = |token: &Token| token.kind == Kind::Agent || !token.kind.acts() && token.end < anchor.0;
        let last = before.rev().take(LOOKED_AT).find(|token| ours(token));
        let (start, end) = self.trim(last.map_or(self.start, |token| token.end.min(anchor.1)), anchor.1);
        (start < end).then_some((start, end))
    }

    /// The event is named behind, as in English.
    fn event_behind(&self, when: &When) -> Option<(u32, u32)> {
        let first = self.anchors.partition_point(|anchor| anchor.0 < when.end);
        let beside =
            |anchor: &&(u32, u32)| anchor.1 <= self.end && self.ascii(anchor.0) && self.touch(when.end, anchor.0);
        let anchor = self.anchors.get(first).filter(beside).filter(|anchor| self.is_free(**anchor))?;
        let goes_on = |pair: &[Token]| {
            let [one, next] = pair else { return false };
            let begins = one.kind == Kind::WeWill || one.kind == Kind::Agent && next.kind == Kind::Future;
            begins && one.start > anchor.1
        };
        let next = self.tokens.partition_point(|token| token.start < anchor.1);
        let mut behind = self.tokens[next..].windows(2).take(LOOKED_AT);
        let end = behind.find(|pair| goes_on(pair)).map_or(self.end, |pair| pair[0].start);
        let (start, end) = self.trim(anchor.0, end);
        (start < end).then_some((start, end))
    }

    /// The time that counts back from what this word leads on to: "five minutes before …".
    pub(super) fn counted_back(&self, token: Token) -> Option<When> {
        let before = self.times.partition_point(|when| when.start < token.start);
        let when = before.checked_sub(1).map(|index| self.times[index])?;
        let beside = when.end <= token.start && self.touch(when.end, token.start);
        (beside && self.event_behind(&when).is_some()).then_some(when)
    }

    /// Whether this word names the event that a time counts back from: nobody promises that.
    pub(super) fn is_event(&self, token: Token) -> bool {
        let first = self.anchors.partition_point(|anchor| anchor.0 < token.end);
        let Some(anchor) = self.anchors.get(first).filter(|anchor| anchor.0 == token.end) else { return false };
        let next = self.times.partition_point(|when| when.start < anchor.1);
        !self.ascii(anchor.0) && self.times.get(next).is_some_and(|when| when.amount && when.start == anchor.1)
    }

    /// A clause that says nothing but such a time: "half an hour before the visit, …".
    pub(super) fn only_event(&self) -> Option<(When, (u32, u32))> {
        let [when] = self.times else { return None };
        let place = self.event(when)?;
        let (start, end) = self.trimmed();
        let whole = (when.start.min(place.0).max(start), when.end.max(place.1).min(end));
        let slight = |token: &Token| matches!(token.kind, Kind::Link | Kind::Then | Kind::Expected);
        let inside = |token: &Token| place.0 <= token.start && token.end <= place.1;
        let alone = self.tokens.iter().all(|token| inside(token) || slight(token) || when.start <= token.start);
        let quiet = !self.tokens.iter().any(|token| token.start >= when.end && !inside(token) && token.kind.acts());
        let close = self.near(start, whole.0, 2) && self.near(whole.1, end, 1);
        (alone && quiet && close && !self.asks()).then_some((*when, place))
    }

    /// Whether no time is made of this word: "before 3 pm".
    fn is_free(&self, (start, end): (u32, u32)) -> bool {
        let next = self.times.partition_point(|when| when.end <= start);
        self.times.get(next).is_none_or(|when| when.start >= end)
    }
}
