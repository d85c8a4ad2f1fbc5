//! Where a clause holds two promises: “I'll call by noon and I'll write by five”.

use super::room::Room;
use super::token::{Kind, Token};

impl Room<'_> {
    /// Splits the clause before “and will …”, if it has one.
    pub(super) fn split(&self) -> Option<(Self, Self)> {
        let opens = |token: &Token| matches!(token.kind, Kind::Future | Kind::Passive | Kind::Shall);
        // “And you'll hear from us”: the word includes its future. A part that begins with “and” is not split again.
        let yours = |token: &Token| matches!(token.kind, Kind::Contact | Kind::Receive) && self.ascii(token.start);
        let mut acted = false;
        for (index, pair) in self.tokens.windows(2).enumerate() {
            acted |= pair[0].kind.acts();
            // “All right? Two days then”, with only a space between.
            if pair[0].kind == Kind::Question
                && self.text[pair[0].end as usize..pair[1].start as usize].starts_with(' ')
            {
                return Some(self.parted(pair[0].end, index + 1));
            }
            // “… and someone will …” has a subject of its own.
            let other = matches!(pair[1].kind, Kind::Anonymous | Kind::Other)
                && self.tokens.get(index + 2).is_some_and(|next| opens(next) && self.touch(pair[1].end, next.start));
            // “We will ship it today and the parcel will arrive on Monday.”
            let thing = pair[1].kind == Kind::Matter
                && self.tokens.get(index + 2).is_some_and(opens)
                && self.times.first().is_some_and(|when| when.end <= pair[0].start);
            let own = acted && self.timed_apart(pair);
            if index > 0
                && pair[0].kind == Kind::Link
                && (acted && (opens(&pair[1]) || other || thing) || yours(&pair[1]) || own)
            {
                return Some(self.parted(pair[0].start, index));
            }
        }
        None
    }

    /// Whether “and” joins two deeds, each with a time of its own: “I'll call by noon and email you by five”. Behind
    /// “and I'll”, the time of the first suffices.
    fn timed_apart(&self, pair: &[Token]) -> bool {
        let [link, next] = pair else { return false };
        let before = self.times.first().is_some_and(|when| when.end <= link.start);
        let behind = self.times.last().is_some_and(|when| when.start >= link.end);
        before && (next.kind == Kind::WeWill || behind && next.kind.acts())
    }

    /// Splits the clause at a byte; the second part begins with the token `index`.
    fn parted(&self, at: u32, index: usize) -> (Self, Self) {
        let cut = self.times.partition_point(|when| when.start < at);
        let head = Self { end: at, tokens: &self.tokens[..index], times: &self.times[..cut], ..*self };
        let (tokens, times) = (&self.tokens[index..], &self.times[cut..]);
        (head, Self { start: at, tokens, times, new_sentence: false, ..*self })
    }
}
