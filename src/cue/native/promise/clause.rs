//! Reading a clause from left to right: what governs it, who acts, whether that is a promise.

use super::model::{Deadline, Owner, Promise, Who};
use super::time::When;
use super::token::{Kind, Token};

/// A clause with its words.
#[derive(Clone, Copy)]
pub(super) struct Room<'a> {
    pub text: &'a str,
    pub start: u32,
    pub end: u32,
    pub tokens: &'a [Token],
    pub times: &'a [When],
    pub new_sentence: bool,
}

/// Reads clause by clause and remembers what one leaves for the next.
#[derive(Default)]
pub(super) struct Reader {
    found: Vec<Promise>,
    /// The last clause asked to hold on.
    held: bool,
    /// The last promise has no word of the future: a question behind it makes it an offer.
    weak: bool,
    /// An offer to act in the last clause: "it takes two days" makes it a promise.
    offer: Option<u32>,
    /// A rule of the house governs the rest of the sentence.
    house: bool,
    /// "And" goes on with a purpose or a request.
    bound: Block,
    /// "We will" whose verb comes in the next clause.
    open: Option<Open>,
}

/// What governs the words to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Block {
    #[default]
    Free,
    /// The customer acts.
    You,
    /// The customer is asked to act.
    Request,
    /// A condition.
    If,
    /// The past or the present.
    Done,
    /// An offer.
    Able,
    Negated,
    /// A purpose, a doubt: to the end of the clause.
    Sealed,
}

#[derive(Clone, Copy)]
struct Subject {
    who: Who,
    owner: Owner,
}

#[derive(Clone, Copy)]
struct Open {
    start: u32,
    subject: Option<Subject>,
}

/// The state inside one clause.
struct Line {
    block: Block,
    subject: Option<Subject>,
    /// A word of the future, or a time that stands for one.
    marker: bool,
    /// A real word of the future, not only a time.
    future: bool,
    for_you: bool,
    go: bool,
    held: bool,
    expected: bool,
    /// Where the promise would begin.
    from: Option<u32>,
    condition: Option<u32>,
    condition_end: u32,
    /// Times before this belong to something else.
    times_from: u32,
    offer: Option<u32>,
    channel: Option<(u32, u32)>,
    /// The vague time and whether it means "within the chat".
    vague: Option<((u32, u32), bool)>,
    hit: Option<Token>,
    hit_subject: Option<Subject>,
    /// Where the customer's part begins again.
    stop: Option<u32>,
}

impl Reader {
    pub(super) fn clause(&mut self, room: &Room) {
        if room.new_sentence {
            self.house = false;
            self.bound = Block::Free;
            self.open = None;
            self.offer = None;
        }
        let has = |kind: Kind| room.tokens.iter().any(|token| token.kind == kind);
        let acts = room.tokens.iter().any(|token| token.kind.acts());
        if room.asks() {
            if !acts && self.weak && self.touches(room) {
                self.found.pop();
            }
            self.leave(room, None);
            return;
        }
        self.house = has(Kind::HouseRule) || self.house && !has(Kind::Agent);
        let linked = room.tokens.first().is_some_and(|token| token.kind == Kind::Link);
        let mut line = Line::new(if linked { self.bound } else { Block::Free }, self.held);
        let open = self.open.take();
        if let Some(open) = open
            && !room.tokens.first().is_some_and(|token| matches!(token.kind, Kind::You | Kind::Request))
        {
            (line.subject, line.marker, line.future, line.from) = (open.subject, true, true, Some(open.start));
        }
        for (index, token) in room.tokens.iter().enumerate() {
            line.word(room, *token, room.tokens.get(index + 1));
        }
        if !self.house {
            self.settle(room, &line, linked, open.is_some());
        }
        self.leave(room, Some(&line));
    }

    pub(super) fn finish(self) -> Vec<Promise> {
        self.found
    }

    /// Decides what the clause has said.
    fn settle(&mut self, room: &Room, line: &Line, linked: bool, opened: bool) {
        if let Some(action) = line.hit {
            let own = line.for_you || line.go || line.marker_here(room) || line.subject.is_some() && !opened;
            if linked && !own && self.touches(room) {
                self.extend(room);
            } else {
                let promise = line.promise(room, action, self.held);
                self.weak = !line.future;
                self.found.push(promise);
            }
            return;
        }
        let Some(when) = room.times.iter().find(|when| when.ahead) else { return };
        let takes = room.tokens.iter().rev().find(|token| token.kind == Kind::Takes && token.end <= when.start);
        let near = |token: &Token| room.text[token.end as usize..when.start as usize].chars().count() <= 4;
        let closed = matches!(line.block, Block::You | Block::Request | Block::Negated | Block::Sealed);
        let duration = takes.is_some_and(near) && !closed;
        if duration || room.is_only(when) {
            let start = self.offer.unwrap_or_else(|| room.trimmed().0);
            let time = Some((when.start, when.end));
            let span = (start, room.trimmed().1);
            self.weak = false;
            self.found.push(Promise { span, deadline: Deadline::Specific, time, ..Promise::default() });
        }
    }

    /// What the next clause needs to know.
    fn leave(&mut self, room: &Room, line: Option<&Line>) {
        self.held = room.tokens.iter().any(|token| token.kind == Kind::Hold);
        let Some(line) = line else {
            (self.offer, self.bound) = (None, Block::Free);
            return;
        };
        self.offer = line.offer;
        let purpose = room.tokens.iter().any(|token| token.kind == Kind::Purpose);
        self.bound = match line.block {
            Block::Sealed if purpose => Block::Sealed,
            Block::Request | Block::You => Block::Request,
            _ => Block::Free,
        };
        let unfinished = line.hit.is_none() && line.future && line.block == Block::Free;
        self.open = if unfinished && room.end > room.start {
            line.from.map(|start| Open { start, subject: line.subject })
        } else {
            None
        };
    }

    /// Whether the last promise ends right before this clause.
    fn touches(&self, room: &Room) -> bool {
        let Some(last) = self.found.last() else { return false };
        let between = room.text.get(last.span.1 as usize..room.start as usize).unwrap_or("");
        between.chars().count() <= 4
    }

    fn extend(&mut self, room: &Room) {
        if let Some(last) = self.found.last_mut() {
            last.span.1 = room.trimmed().1;
        }
    }
}

impl Line {
    fn new(block: Block, held: bool) -> Self {
        Self {
            block,
            subject: None,
            marker: false,
            future: false,
            for_you: false,
            go: false,
            held,
            expected: false,
            from: None,
            condition: None,
            condition_end: 0,
            times_from: 0,
            offer: None,
            channel: None,
            vague: None,
            hit: None,
            hit_subject: None,
            stop: None,
        }
    }

    #[expect(clippy::collapsible_match, reason = "a kind of word has one arm, which no other sees")]
    fn word(&mut self, room: &Room, token: Token, next: Option<&Token>) {
        use Block::{Able, Done, Free, If, Negated, Request, Sealed, You};
        if self.block == Sealed {
            return;
        }
        match token.kind {
            Kind::Purpose | Kind::Doubt | Kind::General => self.seal(token),
            Kind::Agent | Kind::Other | Kind::Anonymous => self.subject(token),
            Kind::You => {
                if !self.marker && self.hit.is_none() && matches!(self.block, Free | If | Able) {
                    self.govern(You, token);
                }
            }
            Kind::Request => self.govern(Request, token),
            Kind::Hold => {
                self.held = true;
                if matches!(self.block, You | Request) {
                    self.release(token.end);
                }
            }
            Kind::If => {
                if self.block == Free && self.hit.is_none() {
                    self.block = If;
                    self.condition = Some(token.start);
                }
            }
            Kind::After => {
                self.condition_end = token.end;
                self.condition = self.condition.or(Some(room.trimmed().0)).filter(|_| self.hit.is_none());
                if matches!(self.block, If | Done | Negated) {
                    self.block = Free;
                }
            }
            Kind::Done if self.block == Free && !self.marker => self.govern(Done, token),
            Kind::Able if self.block == Free && !self.marker => self.block = Able,
            Kind::Negator if self.block == Free || self.block == Able => self.block = Negated,
            Kind::Future => {
                if matches!(self.block, Free | If | Done | Able | Negated)
                    || self.block == You && (self.condition_end > 0 || self.subject.is_some())
                    || self.block == Request && self.subject.is_some()
                {
                    if matches!(self.block, If | Done | Negated) {
                        self.times_from = token.start;
                    }
                    self.block = Free;
                    self.mark(token, true);
                }
            }
            Kind::Shall if self.block == Free => self.mark(token, true),
            Kind::Expected if self.block == Free => {
                self.expected = true;
                self.mark(token, false);
            }
            Kind::Now | Kind::Soon => self.soon(token),
            Kind::ForYou => {
                if matches!(self.block, Free | Able) {
                    self.for_you = true;
                    self.begin(token);
                }
            }
            Kind::Go if matches!(self.block, Free | If | You) => {
                self.block = Free;
                self.go = true;
                self.begin(token);
            }
            Kind::Channel => {
                if self.block == Free {
                    self.channel = Some((token.start, token.end));
                }
            }
            kind if kind.acts() => self.act(room, token, next),
            _ => {}
        }
    }

    fn subject(&mut self, token: Token) {
        if self.hit.is_some() || self.block == Block::Negated {
            return;
        }
        let (who, owner) = match token.kind {
            Kind::Agent => (Who::Agent, Owner::Named),
            Kind::Other => (Who::Other, Owner::Named),
            _ => (Who::Other, Owner::Anonymous),
        };
        self.subject = Some(Subject { who, owner });
        // A third party in a request may be its object; the writer's side begins anew.
        let opens = who == Who::Agent || !matches!(self.block, Block::Request | Block::You);
        if opens && matches!(self.block, Block::You | Block::Request | Block::If) {
            self.release(token.start);
        }
        if self.block == Block::Free {
            self.begin(token);
        }
    }

    fn soon(&mut self, token: Token) {
        match self.block {
            Block::Free => {}
            Block::Done | Block::Able => {
                self.times_from = token.start;
                self.block = Block::Free;
            }
            _ => return,
        }
        if self.vague.is_none_or(|(_, now)| now) {
            self.vague = Some(((token.start, token.end), token.kind == Kind::Now));
        }
        self.mark(token, false);
    }

    fn act(&mut self, room: &Room, token: Token, next: Option<&Token>) {
        let timed =
            room.times.iter().any(|when| when.ahead && when.end <= token.start && when.start >= self.times_from);
        let happens = token.kind == Kind::Outcome;
        if self.block == Block::Able {
            if happens && timed {
                self.hit(token);
            } else if self.for_you && self.offer.is_none() {
                self.offer = self.from;
            }
            return;
        }
        if self.block != Block::Free || self.hit.is_some() {
            return;
        }
        let agent = self.subject.is_some_and(|subject| subject.who == Who::Agent);
        let softened = next.is_some_and(|next| next.kind == Kind::Now && next.start <= token.end + 3);
        let evidence = if self.expected && !self.future && !happens {
            timed
        } else {
            self.marker
                || self.for_you
                || self.go
                || token.kind == Kind::Favour
                || timed && token.kind != Kind::Lookup
                || agent && token.kind == Kind::Lookup && (softened || self.held)
        };
        if evidence {
            self.hit(token);
        }
    }

    fn hit(&mut self, token: Token) {
        self.begin(token);
        self.hit = Some(token);
        self.hit_subject = self.subject;
    }

    fn mark(&mut self, token: Token, future: bool) {
        self.marker = true;
        self.future |= future;
        self.begin(token);
    }

    fn begin(&mut self, token: Token) {
        self.from.get_or_insert(token.start);
    }

    /// The customer's part, or what is over, begins here.
    fn govern(&mut self, block: Block, token: Token) {
        if self.hit.is_some() {
            self.stop.get_or_insert(token.start);
        } else {
            self.from = None;
        }
        self.block = block;
    }

    fn seal(&mut self, token: Token) {
        if self.hit.is_some() {
            self.stop.get_or_insert(token.start);
        }
        self.block = Block::Sealed;
    }

    fn release(&mut self, from: u32) {
        if self.block != Block::If {
            self.from = None;
        }
        self.times_from = from;
        self.block = Block::Free;
    }

    /// Whether the clause itself, not an earlier one, has a word of time or future.
    fn marker_here(&self, room: &Room) -> bool {
        self.marker && self.from.is_some_and(|from| from >= room.start)
    }

    fn promise(&self, room: &Room, action: Token, held: bool) -> Promise {
        let (_, last) = room.trimmed();
        let end = self.stop.filter(|&stop| stop > action.end).map_or(last, |stop| room.trim(action.start, stop).1);
        let start = self.from.unwrap_or(action.start).min(action.start);
        let firm = room.times.iter().find(|when| when.start >= self.times_from && when.start < end.max(action.end));
        let lookup = matches!(action.kind, Kind::Lookup | Kind::Favour);
        let (deadline, time) = match (firm, self.vague) {
            (Some(when), _) => (Deadline::Specific, Some((when.start, when.end))),
            (None, Some((place, _))) => (Deadline::Vague, Some(place)),
            (None, None) if lookup && (held || self.held) && !self.future => (Deadline::Vague, None),
            (None, None) => (Deadline::None, None),
        };
        let later = firm.is_some() || self.vague.is_some_and(|(_, now)| !now);
        let plain = !self.future || room.text[action.start as usize..].starts_with(|c: char| c.is_ascii());
        let subject = self.hit_subject.unwrap_or(Subject { who: Who::Agent, owner: Owner::Implied });
        Promise {
            span: (start, end.max(action.end)),
            who: subject.who,
            owner: subject.owner,
            action: Some((action.start, action.end)),
            channel: self.channel,
            condition: self.condition.filter(|&from| from < self.condition_end).map(|from| (from, self.condition_end)),
            immediate: lookup && !later && (plain || self.vague.is_some() || held),
            deadline,
            time,
        }
    }
}

impl Room<'_> {
    /// The part before "and will …" and the part from there on.
    pub(super) fn split(&self) -> Option<(Self, Self)> {
        let opens = |token: &Token| matches!(token.kind, Kind::Future | Kind::Shall);
        let mut acted = false;
        for (index, pair) in self.tokens.windows(2).enumerate() {
            acted |= pair[0].kind.acts();
            if acted && pair[0].kind == Kind::Link && opens(&pair[1]) {
                let at = pair[0].start;
                let cut = self.times.partition_point(|when| when.start < at);
                let head = Self { end: at, tokens: &self.tokens[..index], times: &self.times[..cut], ..*self };
                let tail = Self {
                    start: at,
                    tokens: &self.tokens[index..],
                    times: &self.times[cut..],
                    new_sentence: false,
                    ..*self
                };
                return Some((head, tail));
            }
        }
        None
    }

    /// Whether the clause is a question.
    fn asks(&self) -> bool {
        self.text[self.start as usize..self.end as usize].trim_end().ends_with('?')
            || self.tokens.iter().any(|token| token.kind == Kind::Question)
    }

    /// Whether nothing else is said in the whole text.
    fn is_only(&self, when: &When) -> bool {
        let (start, end) = self.trimmed();
        let whole = self.text.trim().len() <= (end - start) as usize + 6;
        whole && (when.start - start.min(when.start)) + (end - end.min(when.end)) <= 12 && self.tokens.len() <= 1
    }

    /// The clause without the spaces and marks around it.
    fn trimmed(&self) -> (u32, u32) {
        self.trim(self.start, self.end)
    }

    fn trim(&self, start: u32, end: u32) -> (u32, u32) {
        let part = &self.text[start as usize..end as usize];
        let mark = |character: char| !character.is_alphanumeric() && !matches!(character, '[' | ']' | ')');
        let front = part.len() - part.trim_start_matches(mark).len();
        let back = part.trim_end_matches(mark).len();
        (start + front.min(back) as u32, start + back as u32)
    }
}
