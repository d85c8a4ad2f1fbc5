//! A clause with its tokens and times: its bounds, its parts, whether it is a question.

use super::model::{Owner, Subject, Who};
use super::time::When;
use super::token::{Kind, Token};
use crate::language::is_letter;

/// Times looked at before a place; more never matter.
const RECENT: usize = 8;
/// Tokens looked at behind a place.
const BEHIND: usize = 64;

/// Tokens looked at between two places.
const BETWEEN: usize = 8;

/// A clause with its tokens and times.
#[derive(Clone, Copy)]
pub(super) struct Room<'a> {
    pub text: &'a str,
    /// Length of the whole text in bytes, without the space around it.
    pub(super) said: usize,
    pub start: u32,
    pub end: u32,
    pub tokens: &'a [Token],
    pub times: &'a [When],
    /// Softening words of the whole text, including those inside other words.
    pub soft: &'a [(u32, u32)],
    /// Steps that the house takes before it answers, of the whole text, including those inside other words.
    pub steps: &'a [(u32, u32)],
    /// Words at the end of a clause that only lead on, of the whole text.
    pub tails: &'a [(u32, u32)],
    /// Actors of the whole text, including those inside other words: the writer's side, named others, unnamed others.
    pub actors: [&'a [(u32, u32)]; 3],
    /// "For a moment", of the whole text.
    pub moments: &'a [(u32, u32)],
    /// What our side has to do first, of the whole text.
    pub waits: &'a [(u32, u32)],
    /// What times count back from, of the whole text.
    pub anchors: &'a [(u32, u32)],
    /// What will be acted on, of the whole text, including what is another word here: "refund".
    pub matters: &'a [(u32, u32)],
    pub new_sentence: bool,
}

impl Room<'_> {
    /// Whether this word also names what will be acted on.
    pub(super) fn is_matter(&self, token: Token) -> bool {
        self.matters.binary_search(&(token.start, token.end)).is_ok()
    }

    /// The softening word that ends at this byte.
    pub(super) fn soft(&self, end: u32) -> Option<(u32, u32)> {
        let index = self.soft.partition_point(|place| place.1 < end);
        self.soft.get(index).copied().filter(|place| place.1 == end)
    }

    /// Who acts, inside a longer word: “I'm sending”, “send a colleague”.
    pub(super) fn actor(&self, token: Token) -> Option<Subject> {
        let kinds = [(Who::Agent, Owner::Named), (Who::Other, Owner::Named), (Who::Other, Owner::Anonymous)];
        let inside = |places: &[(u32, u32)]| {
            let first = places.partition_point(|place| place.0 < token.start);
            places[first..]
                .iter()
                .take_while(|place| place.0 < token.end)
                .filter(|place| place.1 <= token.end)
                .last()
                .copied()
        };
        let found = self.actors.into_iter().zip(kinds).filter_map(|(places, kind)| Some((inside(places)?, kind)));
        // “I have the warehouse” names two; the last one acts.
        found.max_by_key(|(place, _)| *place).map(|(_, (who, owner))| Subject { who, owner })
    }

    /// Whether a condition is a step of the house, so that it waits for nobody else.
    pub(super) fn own_step(&self, (start, end): (u32, u32)) -> bool {
        let first = self.steps.partition_point(|step| step.0 < start);
        let Some(&step) = self.steps.get(first).filter(|step| step.1 <= end) else { return false };
        let inside = self.tokens.iter().filter(|token| start <= token.start && token.start < end);
        let apart = |token: &Token| token.end <= step.0 || step.1 <= token.start;
        let mut yours = inside.filter(|token| token.kind == Kind::You || token.kind == Kind::Outcome && apart(token));
        yours.next().is_none()
    }

    /// `end` without the particles and connectives before it, but not below `floor`: “we will pass it on then …”.
    pub(super) fn without_tail(&self, floor: u32, end: u32) -> u32 {
        let mut end = end;
        loop {
            let before = self.tails.partition_point(|tail| tail.1 < end);
            let Some(&(start, _)) = self.tails.get(before).filter(|tail| tail.1 == end && tail.0 > floor) else {
                return end;
            };
            let shorter = self.trim(floor, start).1;
            if shorter <= floor {
                return end;
            }
            end = shorter;
        }
    }

    /// The action without its subject and particles: 帮您查询下 of 妹子帮您查询下哦.
    pub(super) fn deed(&self, action: Token) -> (u32, u32) {
        let mut start = action.start;
        while !self.ascii(start) {
            let first = self.actors[0].partition_point(|place| place.0 < start);
            let own = self.actors[0][first..].iter().take_while(|place| place.0 == start).map(|place| place.1).max();
            match own.filter(|&end| end < action.end) {
                Some(end) => start = end,
                None => break,
            }
        }
        (start, self.without_tail(start, action.end))
    }

    /// `end`, or an earlier place behind `floor` where a particle leads over to the customer's part without
    /// punctuation.
    pub(super) fn until_you(&self, floor: u32, end: u32) -> u32 {
        let yours = |tail: &(u32, u32)| {
            let next = self.tokens.partition_point(|token| token.start < tail.1);
            let next = self.tokens.get(next).filter(|token| self.touch(tail.1, token.start));
            !self.ascii(tail.0)
                && next.is_some_and(|token| matches!(token.kind, Kind::You | Kind::Request | Kind::Hold))
        };
        let first = self.tails.partition_point(|tail| tail.0 <= floor);
        let mut behind = self.tails[first..].iter().take_while(|tail| tail.1 < end);
        behind.find(|tail| yours(tail)).map_or(end, |tail| tail.0)
    }

    /// Whether the words between two bytes say that it takes a moment.
    pub(super) fn briefly(&self, start: u32, end: u32) -> bool {
        let first = self.moments.partition_point(|moment| moment.0 < start);
        self.moments.get(first).is_some_and(|moment| moment.1 <= end)
    }

    /// Whether “and” stands directly before a token.
    pub(super) fn linked(&self, token: Token) -> bool {
        let before = self.tokens.partition_point(|other| other.start < token.start);
        let last = before.checked_sub(1).map(|index| self.tokens[index]);
        last.is_some_and(|last| last.kind == Kind::Link && self.touch(last.end, token.start))
    }

    /// Whether an English verb needs another: “have the”, “while I”.
    pub(super) fn leads(&self, action: Token) -> bool {
        let said = &self.text[action.start as usize..action.end as usize];
        said.ends_with(" i") || ["have ", "get "].iter().any(|word| said.starts_with(word))
    }

    /// A step that our side has to take first, where it is all that the clause says.
    pub(super) fn only_wait(&self) -> Option<(u32, u32)> {
        let wait = |token: &&Token| token.kind == Kind::Soon && self.is_wait((token.start, token.end));
        let wait = self.tokens.iter().find(wait)?;
        Some((wait.start, self.trimmed().1)).filter(|(start, end)| start < end)
    }

    /// The whole clause where it is an English condition: "once we have it", "provided it is unused".
    pub(super) fn conditions(&self) -> Option<(u32, u32)> {
        let (start, end) = self.trimmed();
        let first = self.tokens.first().filter(|token| token.start == start && token.kind == Kind::If)?;
        // "If you have any questions" belongs to no promise.
        let plain = self.ascii(start) && !self.text[start as usize..].starts_with("if ");
        let asks = self.tokens.iter().any(|token| token.kind == Kind::Request);
        (plain && !asks && first.end < end).then_some((start, end))
    }

    /// Whether a vague time only says that our side has a step to take first.
    pub(super) fn is_wait(&self, (start, end): (u32, u32)) -> bool {
        let first = self.waits.partition_point(|wait| wait.1 <= start);
        self.waits.get(first).is_some_and(|wait| wait.0 < end)
    }

    /// A step that our side has to take first, in this clause before a byte.
    pub(super) fn own_wait(&self, until: u32) -> Option<(u32, u32)> {
        let first = self.waits.partition_point(|wait| wait.0 < self.start);
        self.waits.get(first).copied().filter(|wait| wait.1 <= until)
    }

    /// Whether the action behind a byte is over: “I put it on record” ends with a word that says so.
    pub(super) fn is_over(&self, from: u32) -> bool {
        let last = self.without_tail(from, self.trimmed().1);
        // Tokens do not overlap, so their ends are sorted, too.
        let at = self.tokens.partition_point(|token| token.end < last);
        let ends = |token: &Token| token.kind == Kind::Perfect && token.start >= from && token.end == last;
        self.tokens.get(at).is_some_and(ends)
    }

    /// The next tokens from a byte on. Real text never needs more; hostile text would cost time.
    pub(super) fn behind(&self, from: u32) -> impl Iterator<Item = &Token> {
        let first = self.tokens.partition_point(|token| token.start < from);
        self.tokens[first..].iter().take(BEHIND)
    }

    /// Whether a time ends right at this byte.
    pub(super) fn timed_until(&self, at: u32) -> bool {
        let before = self.times.partition_point(|when| when.start < at);
        before.checked_sub(1).is_some_and(|index| self.times[index].end == at)
    }

    /// The last times before this byte. Real text never needs more; hostile text would cost time.
    pub(super) fn recent(&self, at: u32) -> &[When] {
        let before = self.times.partition_point(|when| when.start < at);
        &self.times[before.saturating_sub(RECENT)..before]
    }

    /// Whether a date before this byte may be past.
    pub(super) fn dated_until(&self, at: u32) -> bool {
        self.recent(at).iter().any(|when| !when.ahead)
    }

    /// Where it ends that the customer will be told what a look-up finds, behind the look-up.
    pub(super) fn told(&self, lookup: Token, end: u32) -> Option<u32> {
        let first = self.tokens.partition_point(|token| token.start < lookup.start);
        let mut behind = self.tokens[first..].iter().take(BETWEEN).take_while(|token| token.start < end).skip(1);
        let leads = |kind: Kind| {
            matches!(kind, Kind::Link | Kind::Then | Kind::Lookup | Kind::Favour | Kind::Matter | Kind::Other)
        };
        behind.find(|token| !leads(token.kind)).filter(|token| self.is_told(token)).map(|token| token.end)
    }

    /// Whether this is done towards the customer: "let you know", "come back to you".
    pub(super) fn is_told(&self, token: &Token) -> bool {
        let said = &self.text[token.start as usize..token.end as usize];
        token.kind == Kind::Contact || token.kind == Kind::Action && said.ends_with(" you")
    }

    /// Whether the clause is a question.
    pub(super) fn asks(&self) -> bool {
        self.text[self.start as usize..self.end as usize].trim_end().ends_with('?')
            || self.tokens.iter().any(|token| token.kind == Kind::Question)
    }

    /// The part before a final question, where that is an estimate, or someone else's action by a given time: then the
    /// question only asks whether it suits.
    pub(super) fn foretold(&self) -> Option<Self> {
        let at = self.tokens.iter().position(|token| token.kind == Kind::Question)?;
        let end = self.tokens[at].start;
        let before = &self.tokens[..at];
        let has = |kinds: &[Kind]| before.iter().any(|token| kinds.contains(&token.kind));
        let when = self.times.iter().find(|when| when.ahead && when.end <= end)?;
        let others =
            before.iter().any(|token| matches!(token.kind, Kind::Other | Kind::Anonymous) && token.start >= when.end);
        let sure = before.iter().any(|token| token.kind.acts()) && !has(&[Kind::Doubt, Kind::Able, Kind::You]);
        let cut = self.times.partition_point(|when| when.start < end);
        (sure && (has(&[Kind::Expected]) || others)).then(|| Self {
            end,
            tokens: before,
            times: &self.times[..cut],
            new_sentence: false,
            ..*self
        })
    }

    /// Whether it continues with “and” and an actor that no list knows: “and Kim will …”.
    pub(super) fn names_another(&self) -> bool {
        let [link, will, ..] = self.tokens else { return false };
        let opens = link.kind == Kind::Link && will.kind == Kind::Future && self.ascii(link.start);
        opens && self.speaks(link.end, will.start) && self.near(link.end, will.start, 32)
    }

    /// Whether it says only an expected time.
    pub(super) fn is_estimate(&self) -> bool {
        let (start, end) = self.trimmed();
        let [when] = self.times else { return false };
        let [first, ..] = self.tokens else { return false };
        let behind = |token: &&Token| token.start >= when.end && matches!(token.kind, Kind::After | Kind::Soon);
        let rest = self.tokens[1..].iter();
        first.kind == Kind::Expected
            && self.near(start, first.start.max(start), 4)
            && when.start >= first.end
            && self.near(first.end, when.start, 2)
            && self.near(when.end.min(end), end, 5)
            && rest.filter(behind).count() + 1 == self.tokens.len()
    }

    /// Whether the result of the look-up follows: “I checked for you, the order has gone through”.
    pub(super) fn is_found(&self, from: u32) -> bool {
        let first = self.tokens.partition_point(|token| token.start < from);
        let mut behind = self.tokens[first..].iter().take(BETWEEN).filter(|token| token.kind != Kind::Matter);
        behind.next().is_some_and(|token| token.kind == Kind::Done) && behind.any(|token| token.kind == Kind::Perfect)
    }

    /// Whether a request leaves room for the writer's own part: its object is named, and nobody else follows.
    pub(super) fn hands_back(&self, governed: u32, at: u32) -> bool {
        let first = self.tokens.partition_point(|token| token.start < governed);
        let end = self.tokens.partition_point(|token| token.start < at);
        let given = |token: &Token| {
            matches!(token.kind, Kind::Matter | Kind::Channel | Kind::Perfect | Kind::Outcome) && token.end <= at
        };
        let few = governed <= at && end.saturating_sub(first) <= BETWEEN;
        few && !self.near(governed, at, 4) && self.tokens[first.min(end)..end].iter().all(given)
    }

    /// Whether it holds a letter or digit.
    pub(super) fn says(&self) -> bool {
        self.text[self.start as usize..self.end as usize].contains(char::is_alphanumeric)
    }

    /// Whether the character here is ASCII.
    pub(super) fn ascii(&self, at: u32) -> bool {
        self.text[at as usize..].starts_with(|first: char| first.is_ascii())
    }

    /// Whether there is a letter between two bytes.
    pub(super) fn speaks(&self, from: u32, to: u32) -> bool {
        from < to && self.text[from as usize..to as usize].contains(char::is_alphabetic)
    }

    /// Whether nothing but a space stands between two bytes.
    pub(super) fn touch(&self, from: u32, to: u32) -> bool {
        to <= from || self.text[from as usize..to as usize].trim().is_empty()
    }

    /// Whether at most `most` characters stand between two bytes.
    pub(super) fn near(&self, from: u32, to: u32, most: usize) -> bool {
        (to - from) as usize <= 4 * most && self.text[from as usize..to as usize].chars().count() <= most
    }

    /// Whether it is too short to be a question of its own.
    pub(super) fn is_tail(&self) -> bool {
        self.text[self.start as usize..self.end as usize].chars().take(9).count() <= 8
    }

    /// The time, where the clause says nothing else: “by five on Friday,”.
    pub(super) fn only_time(&self) -> Option<&When> {
        let (start, end) = self.trimmed();
        let when = self.times.first().filter(|_| self.times.len() == 1)?;
        let apart = |token: &Token| token.end <= when.start || when.end <= token.start;
        let slight = |token: &Token| matches!(token.kind, Kind::Link | Kind::Then | Kind::Expected | Kind::Agent);
        let alone = self.tokens.iter().filter(|token| apart(token)).all(slight);
        let (before, behind) = (start.min(when.start), end.max(when.end));
        let close = self.near(before, when.start, 4) && self.near(when.end.min(behind), behind, 1);
        (alone && close && !self.is_only(when) && !self.asks()).then_some(when)
    }

    /// Whether the sentence ends with the clause.
    pub(super) fn closes(&self) -> bool {
        let last = self.text[self.start as usize..self.end as usize].trim_end().chars().next_back();
        !last.is_some_and(|last| matches!(last, ',' | '\u{3001}')) || self.end as usize == self.text.len()
    }

    /// Whether nothing else is said in the whole text.
    pub(super) fn is_only(&self, when: &When) -> bool {
        let (start, end) = self.trimmed();
        let whole = when.length && self.said <= (end - start) as usize + 6;
        whole && (when.start - start.min(when.start)) + (end - end.min(when.end)) <= 12 && self.tokens.len() <= 1
    }

    /// The clause without the spaces and marks around it.
    pub(super) fn trimmed(&self) -> (u32, u32) {
        self.trim(self.start, self.end)
    }

    pub(super) fn trim(&self, start: u32, end: u32) -> (u32, u32) {
        let part = &self.text[start as usize..end as usize];
        let mark = |character: char| !is_letter(character) && !matches!(character, '[' | ']' | ')');
        let front = part.len() - part.trim_start_matches(mark).len();
        let back = part.trim_end_matches(mark).len();
        (start + front.min(back) as u32, start + back as u32)
    }
}
