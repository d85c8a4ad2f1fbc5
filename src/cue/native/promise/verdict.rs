//! Decides whether the action of a clause is a promise, and with which attributes.

use super::line::{Block, Line};
use super::model::{Deadline, Owner, Promise, Subject, Who};
use super::room::Room;
use super::time::When;
use super::token::{Kind, Token};

impl Line {
    pub(super) fn act(&mut self, room: &Room, token: Token, next: Option<&Token>) {
        if self.hit.is_some() || !matches!(self.block, Block::Free | Block::Able) {
            return;
        }
        let happens = matches!(token.kind, Kind::Outcome | Kind::Contact);
        let recent = room.recent(token.start);
        let fits = |when: &&When| when.end <= token.start && when.start >= self.times_from;
        let timed = recent.iter().filter(fits).any(|when| when.ahead || happens && self.block == Block::Able);
        if self.block == Block::Able {
            if happens && timed {
                self.hit(token);
            } else if self.for_you && self.offer.is_none() {
                self.offer = self.from;
            }
            return;
        }
        let close = recent.iter().filter(fits).any(|when| room.near(when.end, token.start, 6));
        let agent = self.subject.is_some_and(Subject::ours);
        let beside = |kinds: &[Kind], gap: u32| {
            next.is_some_and(|next| kinds.contains(&next.kind) && next.start <= token.end + gap)
        };
        let softened = beside(&[Kind::Now, Kind::Prompt], 3);
        // “Cancelled it for you” reports something done, unless “soon” or “will” says otherwise.
        // The verb of a favour may be the first half of a longer one.
        let half = matches!(token.kind, Kind::Favour | Kind::Delivery);
        let found = matches!(token.kind, Kind::Lookup | Kind::Favour | Kind::Action) && room.is_found(token.end);
        let told = !self.marker
            && (beside(&[Kind::Perfect], if half { 3 } else { 0 }) || self.go && room.is_over(token.end) || found);
        let evidence = if self.expected && !self.future && !happens {
            recent.iter().any(|when| fits(&when))
        } else {
            self.marker
                || self.for_you
                || self.go
                || self.then
                || matches!(token.kind, Kind::Favour | Kind::Delivery | Kind::Contact)
                || timed && (happens || token.kind == Kind::Action && (self.for_you || close))
                || agent && self.anew && !happens && self.actor.is_some_and(|actor| room.near(actor.1, token.start, 4))
                || agent && token.kind == Kind::Lookup && (softened || self.held || room.briefly(token.start, room.end))
        };
        if evidence && !told {
            self.hit(token);
        } else if !told && room.is_matter(token) {
            // “Your refund will arrive”: here it is what the promise is about, not what is done.
            self.subject(room, Token { kind: Kind::Matter, ..token }, next);
        }
    }

    /// A verb that no list knows, in an unmistakable frame: “we will … for you”, “we will soon …”.
    pub(super) fn unlisted(&self, room: &Room) -> Option<Token> {
        let (first, last) = room.trimmed();
        // “Mm-hm” may stand before it, an unknown subject may not.
        let begins = self.from.is_some_and(|from| from <= first || room.near(first, from, 3));
        let vouched = self.subject.is_some() || begins && !self.shall;
        if self.block != Block::Free || !self.marker || !vouched {
            return None;
        }
        // “The fitter will be there at nine”: subject and time suffice.
        let beside = |when: &When| when.start >= self.marked && room.near(self.marked, when.start, 2);
        let coming = |when: &&When| when.ahead || self.future && !self.shall && beside(when);
        let when = room.times.iter().filter(coming).find(|when| when.start >= self.times_from);
        let held = self.actor.is_some() && !self.shall && (self.future || room.ascii(first));
        if held && when.is_some_and(|when| room.speaks(self.marked, when.start) || room.speaks(when.end, last)) {
            return Some(Token { kind: Kind::Action, start: self.marked, end: last });
        }
        if self.expected {
            return None;
        }
        let later = self.future || self.vague.is_some_and(|(_, now)| !now);
        let kind = if later { Kind::Action } else { Kind::Favour };
        let told =
            |from: u32| !self.future && room.tokens.iter().any(|it| it.kind == Kind::Perfect && it.start >= from);
        if let Some((start, end)) = self.to_you.filter(|place| !room.ascii(place.0)) {
            if room.speaks(end, last) {
                return (!told(end)).then_some(Token { kind, start: end, end: last });
            }
            if self.future && room.speaks(self.marked, start) {
                return Some(Token { kind, start: self.marked, end: last });
            }
        }
        let anonymous = self.subject.is_some_and(|subject| subject.owner == Owner::Anonymous);
        // “Someone will …”, “there will be someone …”: the subject stands next to the word of the future.
        if let Some((from, end)) = self.actor.filter(|_| anonymous && self.future) {
            let start = end.max(self.marked);
            if (end <= self.marked || room.near(self.marked, from.max(self.marked), 1)) && room.speaks(start, last) {
                return Some(Token { kind, start, end: last });
            }
        }
        if self.vows(room) && room.speaks(self.marked, last) && !room.near(self.marked, last, 3) {
            return Some(Token { kind: Kind::Action, start: self.marked, end: last });
        }
        let (place, _) = self.vague.filter(|&(_, now)| self.future && !now)?;
        let ours = self.subject.is_none_or(Subject::ours);
        let behind = self.marked.max(place.1);
        let (start, end) = match room.speaks(behind, last) {
            true => (behind, last),
            false if self.will < place.0 && room.speaks(self.will, place.0) => room.trim(self.will, place.0),
            false => (place.0, last),
        };
        ours.then_some(Token { kind, start, end })
    }

    /// “We will”, “the hotel will”: our side directly before a word of the future.
    fn vows(&self, room: &Room) -> bool {
        let ours = self.subject.is_some_and(Subject::ours);
        let beside = |(start, end): (u32, u32)| end >= self.marked || room.near(end, self.marked.max(start), 3);
        ours && self.future && !room.ascii(room.trimmed().0) && self.actor.is_some_and(beside)
    }

    /// An English action from the verb on that no list knows: “I'll download it to see what …”, but not “I'll, if …”.
    fn verb(&self, room: &Room, action: Token) -> Token {
        if self.will == 0 || self.will >= action.start || !room.ascii(action.start) {
            return action;
        }
        let slight = |token: &Token| matches!(token.kind, Kind::Link | Kind::Prompt);
        let mut start = room.trim(self.will, action.start).0;
        for token in room.behind(self.will).take_while(|token| token.start < action.start) {
            match token.kind {
                _ if slight(token) && room.touch(start, token.start) => start = room.trim(token.end, action.start).0,
                Kind::Matter | Kind::Other | Kind::Anonymous | Kind::Link | Kind::By | Kind::You | Kind::ForYou => {}
                _ => return action,
            }
        }
        let timed = room.times.iter().any(|when| self.will <= when.start && when.start < action.start);
        if timed || !room.speaks(start, action.start) { action } else { Token { start, ..action } }
    }

    /// The condition: up to the word that closes it, or else up to byte `until`.
    pub(super) fn waits(&self, room: &Room, until: u32) -> Option<(u32, u32)> {
        let from = self.condition?;
        let end = if from < self.condition_end { self.condition_end } else { until };
        // A word such as 后 alone says nothing to wait for.
        (from < end && !room.near(from, end, 1)).then_some((from, end))
    }

    /// The condition of a promise: before the action, behind it, or a step that our side takes first.
    fn condition(&self, room: &Room, (start, action, end): (u32, u32, u32)) -> Option<(u32, u32)> {
        let before = self.waits(room, room.trim(room.start, start.max(room.start)).1);
        before
            .or_else(|| self.behind.filter(|&from| from < end).map(|from| (from, end)))
            .or_else(|| room.own_wait(action))
    }

    /// Whether this clause, not an earlier one, has a word of the future or a time in its place.
    pub(super) fn marker_here(&self, room: &Room) -> bool {
        self.marker && self.from.is_some_and(|from| from >= room.start)
    }

    pub(super) fn promise(&self, room: &Room, action: Token, held: bool) -> Promise {
        let (_, last) = room.trimmed();
        // A particle may have been found with the mark behind it.
        let spoken = room.trim(action.start, action.end).1;
        let action = Token { end: if spoken > action.start { spoken } else { action.end }, ..action };
        let end = self.stop.filter(|&stop| stop > action.end).map_or(last, |stop| room.trim(action.start, stop).1);
        let lead = room.times.iter().find(|when| when.start >= self.times_from && when.end <= action.start);
        // A verb that covers the rest of the promise ends with it.
        let floor = if action.end >= end { action.start } else { action.end };
        let end = room.until_you(floor, end.max(action.end));
        let end = room.without_tail(floor, end);
        let action = self.verb(room, whole(room, Token { end: action.end.min(end), ..action }, end));
        let start = self.from.unwrap_or(action.start).min(lead.map_or(action.start, |when| when.start));
        let times_to = self.behind.unwrap_or(end).min(end).max(action.end);
        let firm = room.times.iter().find(|when| when.start >= self.times_from && when.start < times_to);
        let firm = firm.or(self.back.as_ref());
        let lookup = matches!(action.kind, Kind::Lookup | Kind::Favour);
        let brief = (lookup || !self.future) && room.briefly(start, end.max(action.end));
        let (deadline, time) = match (firm, self.vague.map(|(place, _)| place).or_else(|| room.soft(action.end))) {
            (Some(when), _) => (Deadline::Specific, Some((when.start, when.end))),
            (None, Some(place)) => (Deadline::Vague, Some(place)),
            (None, None) if brief || lookup && !self.future && (held || self.held) => (Deadline::Vague, None),
            (None, None) => (Deadline::None, None),
        };
        // “I'll refund you this minute” is done while the customer waits.
        let lookup = lookup || action.kind == Kind::Delivery && self.vague.is_some_and(|(_, now)| now);
        let later = firm.is_some() || self.vague.is_some_and(|(_, now)| !now);
        let plain = brief || !self.future || room.ascii(action.start);
        let condition = self.condition(room, (start, action.start, end.max(action.end)));
        let condition = condition.or_else(|| firm.and_then(|when| room.event(when)));
        // “Send it by private message and then we will …”: that is the customer's means.
        let near = |place: &(u32, u32)| place.0 >= start || room.near(place.1.min(start), start, 3);
        let subject = self.hit_subject.or(self.subject).unwrap_or(Subject { who: Who::Agent, owner: Owner::Implied });
        Promise {
            span: (start, end.max(action.end)),
            who: subject.who,
            owner: subject.owner,
            action: Some(room.deed(action)),
            channel: self.channel.filter(near),
            condition,
            own_step: condition.is_some_and(|place| room.own_step(place) || room.own_wait(action.start) == Some(place)),
            immediate: (lookup || brief) && !later && (plain || self.vague.is_some() || held),
            deadline,
            time,
        }
    }
}

/// A verb with its complement: the second half of the word, what somebody is sent to do, what the wait is for.
fn whole(room: &Room, action: Token, end: u32) -> Token {
    let mut at = room.tokens.partition_point(|token| token.start < action.end);
    if room.ascii(action.start) {
        // "Have the technician call you", "bear with me while I check".
        let leads = matches!(action.kind, Kind::Action | Kind::Favour) && room.leads(action);
        let next = room.tokens[at..].iter().take(3).find(|token| token.kind.acts() && token.start < end);
        return match next.filter(|_| leads) {
            Some(next) if action.kind == Kind::Favour => Token { kind: action.kind, ..*next },
            Some(next) => Token { end: next.end.min(end), ..action },
            None => action,
        };
    }
    let mut whole = action;
    while let Some(next) = room.tokens.get(at).filter(|next| next.kind.acts() && room.touch(whole.end, next.start)) {
        whole.end = next.end.min(end).max(whole.end);
        at += 1;
    }
    if room.near(whole.end.min(end), end, 3) { Token { end, ..whole } } else { whole }
}
