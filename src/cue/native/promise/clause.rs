//! Reads clause by clause: what one clause carries over to the next, and what they say together.

use super::line::{Block, Line};
use super::model::{Deadline, Promise, Subject, Who};
use super::room::Room;
use super::token::{Kind, Token};

/// The state between clauses.
#[derive(Default)]
pub(super) struct Reader {
    found: Vec<Promise>,
    /// The last clause asked to hold on.
    held: bool,
    /// How many of the last promises have no word of the future: a question behind them makes them offers.
    weak: usize,
    /// The last clause said nothing but “one moment”.
    brief: bool,
    /// The last promise is one to look something up while the customer holds on.
    paused: bool,
    /// Where what belongs to that promise ends: “I'll redo it, a new label, all right?”
    reach: u32,
    /// An offer to act in the last clause, which “it takes two days” makes a promise.
    offer: Option<u32>,
    /// The rest of the sentence states a rule of the house.
    house: bool,
    /// What “and” continues: a purpose or a request.
    bound: Block,
    /// A purpose whose verb comes in the next clause: “so that X@ can look into it”.
    aims: bool,
    /// “We will” with the verb in the next clause.
    open: Option<Open>,
    /// A clause that is only a condition, and whether that is a step of the house.
    waits: Option<((u32, u32), bool)>,
    /// That condition outlasts a request behind it; what ends a request with “after” does not.
    lasting: bool,
    /// A clause that is only a time: “by five on Friday, we will …”.
    early: Option<(u32, u32)>,
}

#[derive(Clone, Copy)]
struct Open {
    start: u32,
    subject: Option<Subject>,
}

impl Reader {
    pub(super) fn clause(&mut self, room: &Room) {
        if room.new_sentence {
            self.house = false;
            self.bound = Block::Free;
            self.aims = false;
            self.open = None;
            self.offer = None;
            self.waits = None;
            self.early = None;
        }
        let has = |kind: Kind| room.tokens.iter().any(|token| token.kind == kind);
        let acts = room.tokens.iter().any(|token| token.kind.acts());
        if room.tokens.is_empty() && room.times.is_empty() && !room.says() {
            return;
        }
        if let Some((when, event)) = room.only_event() {
            if room.closes() && !room.new_sentence && self.touches(room) {
                self.late((when.start, when.end), room.trimmed().1);
                self.found.last_mut().map(|last| last.condition.get_or_insert(event));
            }
            (self.early, self.waits) = (Some((when.start, when.end)), Some((event, false)));
            return;
        }
        if let Some(when) = room.only_time().filter(|_| !(room.closes() && room.is_estimate())) {
            if room.closes() && !room.new_sentence && self.touches(room) {
                self.late((when.start, when.end), room.trimmed().1);
            }
            self.early = Some((when.start, when.end));
            return;
        }
        if room.asks() {
            // “It should be with you in two days, is that all right?” does not ask for permission to act.
            if let Some(told) = room.foretold() {
                self.clause(&told);
                self.leave(&told, None);
                return;
            }
            if !acts && self.weak > 0 && self.touches(room) && room.is_tail() {
                self.found.truncate(self.found.len() - self.weak);
                self.weak = 0;
            }
            self.leave(room, None);
            return;
        }
        let coming = [Kind::Future, Kind::WeWill, Kind::Passive].into_iter().any(has);
        // A courier named in a rule of the house is part of it.
        let named = [Kind::Agent, Kind::Anonymous, Kind::Request, Kind::Soon].into_iter().any(has)
            || coming && (has(Kind::Other) || has(Kind::Matter));
        self.trailing(room);
        self.house = has(Kind::HouseRule) || has(Kind::Tariff) && !coming || self.house && !named;
        // Behind a request, a word that can be a future or an object marker begins the next request.
        let goes_on =
            |token: &Token| token.kind == Kind::Link || token.kind == Kind::Shall && self.bound == Block::Request;
        let linked = room.tokens.first().is_some_and(goes_on);
        // “It is being looked into and you'll hear from us”: what the customer will hear is still to come.
        let heard = |token: &Token| matches!(token.kind, Kind::Contact | Kind::Receive) && room.ascii(token.start);
        let anew = self.bound == Block::Done && room.tokens.get(1).is_some_and(heard) || room.names_another();
        let bound = if linked && !anew { self.bound } else { Block::Free };
        let aims = std::mem::take(&mut self.aims);
        let mut line = Line::new(if aims { Block::Sealed } else { bound }, self.held);
        let open = self.open.take();
        if let Some(open) = open
            && !room.tokens.first().is_some_and(|token| matches!(token.kind, Kind::You | Kind::Request))
        {
            (line.subject, line.marker, line.future, line.from) = (open.subject, true, true, Some(open.start));
        }
        for (index, token) in room.tokens.iter().enumerate() {
            line.word(room, *token, room.tokens.get(index + 1));
        }
        if let (None, Some(step)) = (line.hit, line.step.take()) {
            (line.hit, line.condition, line.condition_end) = (Some(step), None, 0);
        }
        if !self.house {
            self.settle(room, &line, linked, open.is_some());
        }
        self.leave(room, Some(&line));
    }

    pub(super) fn finish(self) -> Vec<Promise> {
        self.found
    }

    /// Adds the promise of a clause, if there is one.
    fn settle(&mut self, room: &Room, line: &Line, linked: bool, opened: bool) {
        let has = |kind: Kind| room.tokens.iter().any(|token| token.kind == kind);
        if let Some(action) = line.hit {
            let own = line.for_you || line.go || line.marker_here(room) || line.subject.is_some() && !opened;
            if (linked || opened) && !own && self.touches(room) {
                if !self.joins(room, line) {
                    self.extend(room, line);
                }
            } else {
                let mut promise = line.promise(room, action, self.held);
                let waits = action.kind == Kind::Favour && room.ascii(action.start) && room.leads(action);
                self.paused = self.held || line.held || self.brief || waits;
                let looks_up =
                    matches!(action.kind, Kind::Lookup | Kind::Favour | Kind::Action) && line.vague.is_none();
                if let Some(told) = room.told(action, promise.span.1).filter(|_| looks_up) {
                    tells(&mut promise, told, self.paused);
                }
                let estimate = has(Kind::Expected) || promise.who == Who::Other;
                let firm = line.future || estimate && promise.deadline == Deadline::Specific;
                let before = if self.touches(room) { self.weak } else { 0 };
                self.weak = if firm { 0 } else { before + 1 };
                self.push(promise);
            }
            return;
        }
        let acts = room.tokens.iter().any(|token| token.kind.acts());
        if linked && acts && line.block == Block::Free && self.touches(room) {
            if !self.joins(room, line) {
                self.extend(room, line);
            }
            return;
        }
        if let Some(action) = line.unlisted(room) {
            if (linked || opened) && self.touches(room) {
                self.extend(room, line);
            } else {
                self.weak = 0;
                self.push(line.promise(room, action, self.held));
            }
            return;
        }
        if line.expected && line.block == Block::Free && room.is_estimate() {
            let time = room.times.first().map(|when| (when.start, when.end));
            self.weak = 0;
            self.push(Promise { span: room.trimmed(), deadline: Deadline::Specific, time, ..Promise::default() });
            return;
        }
        let Some(when) = room.times.iter().find(|when| when.ahead) else { return };
        let takes = room.tokens.iter().rev().find(|token| token.kind == Kind::Takes && token.end <= when.start);
        let near = |token: &Token| room.near(token.end, when.start, 4);
        let closed = matches!(line.block, Block::You | Block::Request | Block::Negated | Block::Sealed);
        let duration = takes.is_some_and(near) && !closed;
        if duration || room.is_only(when) {
            let start = self.offer.unwrap_or_else(|| room.trimmed().0);
            let time = Some((when.start, when.end));
            let span = (start, room.trimmed().1);
            self.weak = 0;
            self.push(Promise { span, deadline: Deadline::Specific, time, ..Promise::default() });
        }
    }

    /// “We will refund it, once we have it”: the condition follows.
    fn trailing(&mut self, room: &Room) {
        let condition = room.conditions().filter(|_| room.closes() && !room.new_sentence && self.touches(room));
        if let (Some(place), Some(last)) = (condition, self.found.last_mut())
            && last.condition.is_none()
        {
            (last.condition, last.own_step) = (Some(place), room.own_step(place));
        }
    }

    /// “I'll see to it, within three days”: the time follows.
    fn late(&mut self, when: (u32, u32), end: u32) {
        if let Some(last) = self.found.last_mut().filter(|last| last.deadline != Deadline::Specific) {
            (last.deadline, last.time, last.immediate, last.span.1) = (Deadline::Specific, Some(when), false, end);
        }
    }

    /// Adds a promise; promises never overlap.
    fn push(&mut self, mut promise: Promise) {
        if let Some(when) = self.early.take().filter(|_| promise.deadline != Deadline::Specific) {
            (promise.deadline, promise.time, promise.immediate) = (Deadline::Specific, Some(when), false);
            promise.span.0 = promise.span.0.min(when.0);
        }
        if let (None, Some((condition, own_step))) = (promise.condition, self.waits) {
            (promise.condition, promise.own_step) = (Some(condition), own_step);
        }
        let free = self.found.last().map_or(0, |last| last.span.1);
        promise.span.0 = promise.span.0.max(free);
        if promise.span.0 < promise.span.1 {
            self.found.push(promise);
        }
    }

    /// Keeps what the next clause needs.
    fn leave(&mut self, room: &Room, line: Option<&Line>) {
        self.early = None;
        self.held = room.tokens.iter().any(|token| token.kind == Kind::Hold);
        let brief = |token: &Token| matches!(token.kind, Kind::Now | Kind::Hold);
        self.brief = !room.tokens.is_empty() && room.tokens.iter().all(brief);
        // “I'll have a look, one moment”: the time follows.
        if self.held
            && self.touches(room)
            && let Some(last) = self.found.last_mut().filter(|last| last.immediate && last.deadline == Deadline::None)
        {
            last.deadline = Deadline::Vague;
        }
        let Some(line) = line else {
            (self.offer, self.bound, self.waits) = (None, Block::Free, None);
            return;
        };
        self.offer = line.offer;
        // A clause with nothing but verbs and links continues the last promise.
        let own = |token: &Token| !token.kind.acts() && !matches!(token.kind, Kind::Link | Kind::Perfect);
        if self.touches(room) && !room.tokens.iter().any(own) {
            self.reach = room.trimmed().1;
        }
        let waits = line.waits(room, room.trimmed().1).map(|place| (place, room.own_step(place)));
        let own = || room.only_wait().map(|place| (place, true));
        // “If it is not there by then, please tell us, and we …”: the request stands in between.
        let kept = self.waits.filter(|_| self.lasting && matches!(line.block, Block::Request | Block::You));
        self.lasting = waits.map_or(kept.is_some(), |_| line.supposed || line.block != Block::Request);
        self.waits = waits.or_else(own).or(kept).filter(|_| line.hit.is_none());
        let last = room.tokens.iter().rev().find(|token| token.kind == Kind::Purpose);
        self.aims = last.is_some_and(|token| room.near(token.end, room.trimmed().1.max(token.end), 3));
        let purpose = last.is_some();
        self.bound = match line.block {
            Block::Sealed if purpose => Block::Sealed,
            Block::Request | Block::You => Block::Request,
            Block::Done if line.hit.is_none() => Block::Done,
            _ => Block::Free,
        };
        // “We will try harder and …” continues; “will be locked, …”, with no one acting, is complete.
        let (_, last) = room.trimmed();
        let spoken = line.subject.is_none() && !room.near(line.marked.max(line.condition_end).min(last), last, 2);
        let unfinished = line.hit.is_none() && line.future && line.block == Block::Free && !spoken;
        self.open = if unfinished && room.end > room.start {
            line.from.map(|start| Open { start, subject: line.subject })
        } else {
            None
        };
    }

    /// Whether the last promise ends right before this clause.
    fn touches(&self, room: &Room) -> bool {
        let Some(last) = self.found.last() else { return false };
        let end = last.span.1.max(self.reach);
        end <= room.start && room.near(end, room.start, 4)
    }

    /// “… and email you by five”: a second deed with a time of its own is a promise of its own, by the same actor.
    fn joins(&mut self, room: &Room, line: &Line) -> bool {
        let Some(last) = self.found.last().filter(|last| last.deadline == Deadline::Specific) else { return false };
        let (who, owner, condition, own_step) = (last.who, last.owner, last.condition, last.own_step);
        let timed = room.times.iter().any(|when| when.start >= line.times_from);
        let action = line.hit.or_else(|| room.tokens.iter().find(|token| token.kind.acts()).copied());
        let Some(action) = action.filter(|_| timed) else { return false };
        let mut promise = line.promise(room, action, false);
        if line.subject.is_none() {
            (promise.who, promise.owner) = (who, owner);
        }
        if promise.condition.is_none() {
            (promise.condition, promise.own_step) = (condition, own_step);
        }
        self.weak = 0;
        self.push(promise);
        true
    }

    /// “And …”: extends the last promise over this clause.
    fn extend(&mut self, room: &Room, line: &Line) {
        let Some(last) = self.found.last_mut() else { return };
        let (start, end) = room.trimmed();
        last.span.1 = room.without_tail(start, end);
        if let Some(told) = line.hit.filter(|hit| room.is_told(hit) && last.time.is_none()) {
            tells(last, told.end, self.paused);
        }
        if last.deadline == Deadline::Specific {
            return;
        }
        let firm = room.times.iter().find(|when| when.start >= line.times_from);
        if let Some(when) = firm.filter(|_| last.time.is_none()) {
            (last.deadline, last.time) = (Deadline::Specific, Some((when.start, when.end)));
            last.immediate = false;
        } else if let (Deadline::None, Some((time, _))) = (last.deadline, line.vague) {
            (last.deadline, last.time) = (Deadline::Vague, Some(time));
        }
    }
}

/// "I'll check and let you know": two things to do, and the customer is told of the second later, unless asked to hold on.
fn tells(promise: &mut Promise, end: u32, paused: bool) {
    if let Some(action) = &mut promise.action {
        action.1 = end.max(action.1).min(promise.span.1);
    }
    if promise.immediate && !paused {
        promise.immediate = false;
        if promise.deadline == Deadline::Vague {
            promise.deadline = Deadline::None;
        }
    }
}
