//! Reads one clause from left to right: who acts, and whether a request, a condition or the past governs the words.

use super::model::{Owner, Subject, Who};
use super::room::Room;
use super::time::When;
use super::token::{Kind, Token, last};

/// The state inside one clause.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // Each is one word that was seen.
pub(super) struct Line {
    pub(super) block: Block,
    pub(super) subject: Option<Subject>,
    /// A subject that later ones do not displace.
    pub(super) actor: Option<(u32, u32)>,
    /// The end of a “by” that awaits its actor.
    pub(super) by: Option<u32>,
    /// A word of the future, or a time in its place.
    pub(super) marker: bool,
    /// An actual word of the future, not only a time.
    pub(super) future: bool,
    /// The word of the future can also be an object marker.
    pub(super) shall: bool,
    pub(super) for_you: bool,
    /// The last "for you".
    pub(super) to_you: Option<(u32, u32)>,
    /// The end of the last word of the future or vague time.
    pub(super) marked: u32,
    /// The end of the last word of the future.
    pub(super) will: u32,
    pub(super) go: bool,
    /// Behind a request, the writer's side acts again.
    pub(super) anew: bool,
    /// A condition leads to the consequence: “if it is lost, then …”.
    pub(super) then: bool,
    pub(super) held: bool,
    pub(super) expected: bool,
    /// Where the promise begins, if there is one.
    pub(super) from: Option<u32>,
    pub(super) condition: Option<u32>,
    /// The condition opens with a word such as “if”.
    pub(super) supposed: bool,
    pub(super) condition_end: u32,
    /// The start of a condition behind the verb.
    pub(super) behind: Option<u32>,
    /// The end of the word that set `block`.
    pub(super) governed: u32,
    /// Times before this byte belong to something else.
    pub(super) times_from: u32,
    pub(super) offer: Option<u32>,
    pub(super) channel: Option<(u32, u32)>,
    /// The vague time, and whether it means “within the chat”.
    pub(super) vague: Option<((u32, u32), bool)>,
    /// A time that counts back from something.
    pub(super) back: Option<When>,
    pub(super) hit: Option<Token>,
    /// A verb that “after” made a step before the promised one.
    pub(super) step: Option<Token>,
    pub(super) hit_subject: Option<Subject>,
    /// Where the customer's part begins again, which ends the promise.
    pub(super) stop: Option<u32>,
}

/// What governs the following words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Block {
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
    /// A purpose or a doubt: to the end of the clause.
    Sealed,
}

impl Line {
    pub(super) fn new(block: Block, held: bool) -> Self {
        Self { block, held, ..Self::default() }
    }

    pub(super) fn word(&mut self, room: &Room, token: Token, next: Option<&Token>) {
        use Block::{Able, Done, Free, If, Negated, Request, Sealed, You};
        if self.block == Sealed || room.is_event(token) {
            return;
        }
        match token.kind {
            Kind::Purpose | Kind::Doubt | Kind::General => self.seal(token),
            Kind::Agent | Kind::Other | Kind::Anonymous | Kind::Matter => self.subject(room, token, next),
            Kind::By => self.by = Some(token.end),
            Kind::You if !self.marker && self.hit.is_none() && matches!(self.block, Free | If | Able) => {
                self.govern(You, token);
            }
            Kind::Request => self.govern(Request, token),
            Kind::Hold => {
                self.held = true;
                if matches!(self.block, You | Request) {
                    self.release(token.end);
                }
            }
            Kind::If if self.block == Free && self.hit.is_none() => {
                (self.block, self.supposed) = (If, true);
                self.condition = Some(token.start);
            }
            Kind::About if self.block == Free && self.hit.is_none() => {
                (self.block, self.back) = (If, room.counted_back(token));
            }
            // "We will call once we have it", but not "… and if you need anything".
            Kind::If if self.hit.is_some() && room.ascii(token.start) && !room.linked(token) => {
                self.behind.get_or_insert(token.start);
            }
            Kind::Then => self.then(room, token, next),
            Kind::After => self.after(room, token, next),
            // "Before Friday" is no "before".
            Kind::Done if self.block == Free && !self.marker && !room.timed_until(token.start) => {
                self.govern(Done, token);
            }
            // “To have moved the stop”: here the ambiguous word was an object marker.
            Kind::Perfect if self.shall && self.block == Free && self.hit.is_none() => self.govern(Done, token),
            Kind::Able if self.block == Free && !self.marker => self.block = Able,
            Kind::Negator if self.block == Free || self.block == Able => self.block = Negated,
            Kind::Future if self.revives() => {
                if matches!(self.block, If | Done | Negated) {
                    self.times_from = token.start;
                }
                self.block = Free;
                self.shall = false;
                self.mark(token, true);
            }
            Kind::WeWill => {
                self.subject(room, Token { kind: Kind::Agent, ..token }, next);
                self.word(room, Token { kind: Kind::Future, ..token }, next);
            }
            Kind::Passive => {
                self.word(room, Token { kind: Kind::Future, ..token }, next);
                self.word(room, Token { kind: Kind::Outcome, ..token }, next);
            }
            Kind::Shall if self.block == Free => {
                self.shall = true;
                self.mark(token, true);
            }
            // “What I found is that it is expected today” is about the future.
            Kind::Expected if matches!(self.block, Free | Done) && self.hit.is_none() => {
                if self.block == Done {
                    self.times_from = token.start;
                    self.block = Free;
                }
                self.expected = true;
                self.mark(token, false);
            }
            Kind::Now | Kind::Soon | Kind::Prompt => self.soon(room, token),
            Kind::ForYou => self.for_you(room, token),
            // “Send me the number I'll go and look”: well behind the request, the writer acts.
            Kind::Go if matches!(self.block, Free | If | You) || self.asked(room, token) => {
                if self.block == Request {
                    self.release(token.start);
                }
                self.block = Free;
                self.go = true;
                self.vague = self.vague.or_else(|| room.soft(token.end).map(|place| (place, true)));
                self.begin(token);
            }
            // “On 3 May they sent somebody” is about the past.
            Kind::Sends if self.block == Free && !room.dated_until(token.start) => self.sends(room, token, next),
            Kind::UnderWay if self.block == Free && !room.times.is_empty() => {
                self.subject = room.actor(token).or(self.subject);
                self.mark(token, true);
                self.hit(token);
            }
            Kind::UnderWay => self.word(room, Token { kind: Kind::Done, ..token }, next),
            Kind::Channel if self.block == Free => self.channel = Some((token.start, token.end)),
            Kind::Receive if self.block == Free => {
                self.mark(token, true);
                self.subject = Some(Subject { who: Who::Other, owner: Owner::Anonymous });
                self.hit(token);
            }
            // “Send me a picture I'll have a look”: the word includes the writer's side.
            Kind::Favour if self.block == Request && room.actor(token).is_some_and(Subject::ours) => {
                self.release(token.start);
                self.act(room, token, next);
            }
            kind if kind.acts() => self.act(room, token, next),
            _ => {}
        }
    }

    /// Everything before this word was a condition.
    fn after(&mut self, room: &Room, token: Token, next: Option<&Token>) {
        // “I'll write once it is complete”, as Chinese orders it: the first verb is the step, the next what is promised.
        let stepped = |hit: &Token| !room.ascii(hit.start) && room.touch(hit.end, token.start);
        if let Some(hit) = self.hit.filter(stepped)
            && next.is_some_and(|next| next.kind == Kind::ForYou || next.kind.acts())
        {
            (self.step, self.hit) = (Some(hit), None);
            // “Soon” in front of the step is no part of it.
            self.will = self.will.max(self.marked.min(hit.start));
        }
        self.condition_end = token.end;
        // “We will, once it is here, …”: the condition begins behind the word of the future.
        let start = room.trim(self.will.max(room.start).min(token.start), token.end).0;
        let start = Some(start).filter(|&start| start < token.start);
        self.condition = self.condition.or(start).filter(|_| self.hit.is_none());
        // “Once you have sent it back, we …”: the customer's step is a condition, too.
        let ours = |next: &Token| matches!(next.kind, Kind::ForYou | Kind::Favour | Kind::Delivery);
        let yours = self.block == Block::You && self.hit.is_none() && next.is_some_and(ours);
        if matches!(self.block, Block::If | Block::Done | Block::Negated) || yours {
            self.times_from = token.end;
            self.block = Block::Free;
        }
    }

    /// “For you”, which can also end a request.
    fn for_you(&mut self, room: &Room, token: Token) {
        let back = self.block == Block::Request && room.hands_back(self.governed, token.start);
        if back {
            self.release(token.start);
        }
        if back || matches!(self.block, Block::Free | Block::Able) {
            self.for_you = true;
            self.to_you = Some((token.start, token.end));
            self.begin(token);
        }
    }

    /// Whether a request precedes this word, with its object named.
    pub(super) fn asked(&self, room: &Room, token: Token) -> bool {
        self.block == Block::Request && !room.near(self.governed, token.start.max(self.governed), 3)
    }

    /// Whether “will” overrides the governing word: “already”, “if”, “can”. It does not override a request by itself.
    fn revives(&self) -> bool {
        match self.block {
            Block::Sealed => false,
            Block::You => self.condition_end > 0 || self.subject.is_some(),
            Block::Request => self.subject.is_some(),
            _ => true,
        }
    }

    /// “Once you have paid, then we send it”: what follows must be the house's to do, or it stays the customer's.
    fn then(&mut self, room: &Room, token: Token, next: Option<&Token>) {
        use Block::{Free, If, Request, You};
        let start = last(room.text, token.end);
        let long = start > token.start;
        let single = |token: &Token| last(room.text, token.end) == token.start;
        let ours = |next: &Token| match next.kind {
            Kind::Agent
            | Kind::WeWill
            | Kind::ForYou
            | Kind::Favour
            | Kind::Delivery
            | Kind::Contact
            | Kind::Outcome => true,
            Kind::Action => single(next),
            _ => false,
        };
        let closed = self.condition_end > 0 && room.near(self.condition_end.min(start), start, 1);
        let opened = matches!(self.block, If | You | Request) || self.block == Free && (long || closed);
        if self.hit.is_none() && opened && next.is_some_and(|next| ours(next) && room.touch(token.end, next.start)) {
            if long {
                (self.subject, self.actor) = (None, None);
            }
            self.condition = self.condition.or(Some(room.trimmed().0));
            self.condition_end = if closed { self.condition_end } else { start };
            (self.times_from, self.block, self.from, self.then) = (token.end, Free, None, true);
            self.begin(Token { start, ..token });
        } else if long {
            self.word(room, Token { kind: Kind::After, ..token }, next);
        }
    }

    fn soon(&mut self, room: &Room, token: Token) {
        if token.kind == Kind::Prompt {
            // Reports say that something was done “promptly”: only a word of the future makes it a promise.
            if self.block != Block::Free {
                return;
            }
            self.vague.get_or_insert(((token.start, token.end), true));
            return;
        }
        match self.block {
            Block::Free => {}
            // “Is already hurrying to”: a manner, not a time.
            Block::Done if room.touch(self.governed, token.start) => return,
            Block::Done => {
                self.times_from = token.start;
                self.block = Block::Free;
            }
            _ => return,
        }
        // “When we have checked, soon”: the time is “soon”, not the step before it.
        if self.vague.is_none_or(|(place, now)| now || room.is_wait(place)) {
            self.vague = Some(((token.start, token.end), token.kind == Kind::Now));
        }
        self.mark(token, false);
    }

    pub(super) fn hit(&mut self, token: Token) {
        self.begin(token);
        self.hit = Some(token);
        // A “by” whose actor is in no list.
        let other = self.by.take().map(|_| Subject { who: Who::Other, owner: Owner::Named });
        self.hit_subject = other.or(self.subject);
    }

    pub(super) fn mark(&mut self, token: Token, future: bool) {
        self.marker = true;
        self.future |= future;
        self.marked = token.end;
        if future {
            self.will = token.end;
        }
        self.begin(token);
    }

    pub(super) fn begin(&mut self, token: Token) {
        self.from.get_or_insert(token.start);
    }

    /// From here on the customer acts, or the past is told.
    fn govern(&mut self, block: Block, token: Token) {
        if self.hit.is_some() {
            self.stop.get_or_insert(token.start);
        } else {
            self.from = None;
        }
        self.governed = token.end;
        self.block = block;
    }

    fn seal(&mut self, token: Token) {
        if self.hit.is_some() {
            self.stop.get_or_insert(token.start);
        }
        self.block = Block::Sealed;
    }

    pub(super) fn release(&mut self, from: u32) {
        if self.block != Block::If {
            self.from = None;
        }
        self.times_from = from;
        self.block = Block::Free;
    }
}
