//! Who acts in a clause: its subject, whoever is sent, and which of two gives way.

use super::line::{Block, Line};
use super::model::{Owner, Subject, Who};
use super::room::Room;
use super::token::{Kind, Token};

impl Line {
    /// Reads a word that names who acts, or what is acted on.
    pub(super) fn subject(&mut self, room: &Room, token: Token, next: Option<&Token>) {
        let (who, owner) = match token.kind {
            Kind::Agent => (Who::Agent, Owner::Named),
            Kind::Matter => (Who::Agent, Owner::Implied),
            Kind::Other => (Who::Other, Owner::Named),
            _ => (Who::Other, Owner::Anonymous),
        };
        let by = self.by.take().is_some_and(|by| room.near(by, token.start.max(by), 3)) && token.kind != Kind::Matter;
        if by && self.hit.is_some() {
            self.hit_subject = Some(Subject { who, owner });
        }
        if self.hit.is_some() || self.block == Block::Negated {
            return;
        }
        if by || self.yields(room, token, next) {
            if by && self.block == Block::Free && matches!(token.kind, Kind::Agent | Kind::Anonymous) {
                // “By a specialist” names who will act; “by the seller” names who usually does.
                self.mark(token, true);
            }
            self.actor = (token.kind != Kind::Matter).then_some((token.start, token.end));
            self.subject = Some(Subject { who, owner });
        }
        // A third party in a request may be its object; the writer's side starts afresh.
        let opens = token.kind == Kind::Agent || !matches!(self.block, Block::Request | Block::You);
        if token.kind == Kind::Agent && self.block == Block::Able
            || opens && matches!(self.block, Block::You | Block::Request)
            || self.block == Block::If && token.kind != Kind::Matter
        {
            self.anew = token.kind == Kind::Agent && self.asked(room, token);
            self.release(token.start);
        }
        if self.block == Block::Free {
            self.begin(token);
        }
    }

    /// “Send somebody”, “have somebody”: that person is the one who acts.
    pub(super) fn sends(&mut self, room: &Room, token: Token, next: Option<&Token>) {
        if self.hit.is_some() {
            return;
        }
        let nobody = Subject { who: Who::Other, owner: Owner::Anonymous };
        self.go = true;
        self.subject = room.actor(token).filter(|actor| actor.who == Who::Other).or(Some(nobody));
        self.actor = Some((token.start, token.end));
        self.begin(token);
        // “Somebody round” can be a means or the action.
        let acted = room.behind(token.end).any(|other| other.kind.acts());
        if !acted && next.is_some_and(|next| next.kind == Kind::Channel && room.touch(token.end, next.start)) {
            self.hit(token);
        }
    }

    /// Whether the current subject gives way to this one: “our warehouse”, “I asked and the warehouse will”, but not “I
    /// have the warehouse send it”.
    fn yields(&self, room: &Room, token: Token, next: Option<&Token>) -> bool {
        let Some((_, firm)) = self.actor else { return true };
        let coming = |next: &Token| {
            matches!(next.kind, Kind::Future | Kind::WeWill | Kind::Passive | Kind::Shall | Kind::Expected)
        };
        match token.kind {
            Kind::Matter => false,
            // “Someone from the warehouse” still names nobody.
            Kind::Other if self.subject.is_some_and(|subject| subject.owner == Owner::Anonymous) => false,
            Kind::Other => room.touch(firm, token.start) || next.is_some_and(coming),
            _ => true,
        }
    }
}
