//! A conversation whose rows are being read: collects messages and data, and assigns roles to names.

use super::Of;
use super::columns::{Columns, Field};
use super::moments::{Clocks, begin};
use crate::conversation::read::roles::fold;
use crate::conversation::{Conversation, Role, Turn};
use crate::source::{Wording, wording};
use std::collections::BTreeSet;

/// Most messages of a conversation; further ones are refused.
const MOST_TURNS: usize = 20_000;
/// The key in `meta` for the beginning of the conversation.
pub(super) const START: &str = "start";
/// Fields that go into `meta`, with their keys.
const META: [(Field, &str); 4] =
    [(Field::Customer, "customer"), (Field::Ticket, "ticket"), (Field::Rating, "rating"), (Field::Start, START)];

/// A conversation being read.
pub(super) struct Open {
    /// The id that its rows share.
    pub key: Option<String>,
    pub conversation: Conversation,
    pub clocks: Clocks,
    bytes: usize,
    doubts: Vec<Doubt>,
}

/// A message whose speaker's name does not tell the role.
pub(super) struct Doubt {
    turn: usize,
    pub name: String,
    /// The agent responsible, if it is an agent's.
    pub agent: Option<String>,
    /// Its row.
    pub line: usize,
    pub of: Of,
}

impl Doubt {
    /// A message in a row.
    pub fn new(name: &str, agent: Option<&str>, line: usize, of: Of) -> Self {
        Self { turn: 0, name: name.to_owned(), agent: agent.map(ToOwned::to_owned), line, of }
    }
}

impl Open {
    pub fn new(key: Option<String>, conversation: Conversation) -> Self {
        Self { key, conversation, clocks: Clocks::default(), bytes: 0, doubts: Vec::new() }
    }

    /// Adds a message.
    pub fn push(&mut self, turn: Turn, doubt: Option<Doubt>, most_bytes: usize) -> Result<(), Wording> {
        let turns = &mut self.conversation.turns;
        if turns.len() == MOST_TURNS || self.bytes + turn.text.len() > most_bytes {
            return Err(wording!("the conversation is too long: the message is left out"));
        }
        self.bytes += turn.text.len();
        self.doubts.extend(doubt.map(|doubt| Doubt { turn: turns.len(), ..doubt }));
        if self.conversation.agent.is_none() {
            self.conversation.agent.clone_from(&turn.agent);
        }
        turns.push(turn);
        Ok(())
    }

    /// The conversation, if it has messages, and the messages whose role stays unknown.
    pub fn close(mut self) -> (Option<Conversation>, Vec<Doubt>) {
        let unknown = self.settle();
        let left_out: BTreeSet<usize> = unknown.iter().map(|doubt| doubt.turn).collect();
        let mut conversation = self.conversation;
        let mut number = 0..;
        conversation.turns.retain(|_| number.next().is_none_or(|turn| !left_out.contains(&turn)));
        newest_last(&mut conversation.turns);
        if let Some(start) = conversation.meta.get(START) {
            begin(&mut conversation.turns, start);
        }
        ((!conversation.turns.is_empty()).then_some(conversation), unknown)
    }

    /// If one name is unknown and one side known, that name is the other side, as in pasted chats.
    fn settle(&mut self) -> Vec<Doubt> {
        let doubts = std::mem::take(&mut self.doubts);
        if doubts.is_empty() {
            return doubts;
        }
        let turns = &mut self.conversation.turns;
        let names: BTreeSet<String> = doubts.iter().map(|doubt| fold(&doubt.name)).collect();
        let doubtful: BTreeSet<usize> = doubts.iter().map(|doubt| doubt.turn).collect();
        let known = turns.iter().enumerate().filter(|(turn, _)| !doubtful.contains(turn)).map(|(_, turn)| turn.role);
        let sides: BTreeSet<Role> = known.filter(|role| matches!(role, Role::Customer | Role::Agent)).collect();
        let other = match (names.len(), sides.contains(&Role::Customer), sides.contains(&Role::Agent)) {
            (1, false, true) => Role::Customer,
            (1, true, false) => Role::Agent,
            _ => return doubts,
        };
        for doubt in doubts {
            let Some(turn) = turns.get_mut(doubt.turn) else { continue };
            turn.role = other;
            turn.agent = doubt.agent.filter(|_| other == Role::Agent);
            if self.conversation.agent.is_none() {
                self.conversation.agent.clone_from(&turn.agent);
            }
        }
        Vec::new()
    }
}

/// Adds data of a row that no earlier row had: a rating, for example, may be on the first or the last message.
pub(super) fn fill(conversation: &mut Conversation, columns: &Columns, cells: &[String]) {
    let cell = |field| columns.cell(cells, field).map(ToOwned::to_owned);
    for (field, own) in [
        (Field::Team, &mut conversation.team),
        (Field::Channel, &mut conversation.channel),
        (Field::Scenario, &mut conversation.scenario),
    ] {
        if own.is_none() {
            *own = cell(field);
        }
    }
    for (field, name) in META {
        if columns.has(field) && !conversation.meta.contains_key(name) {
            conversation.meta.extend(cell(field).map(|value| (name.to_owned(), value)));
        }
    }
}

/// Reverses messages that come newest first, as in some exports.
fn newest_last(turns: &mut [Turn]) {
    let times: Option<Vec<&str>> = turns.iter().map(|turn| turn.time.as_deref()).collect();
    let falls = times.is_some_and(|times| {
        times.len() > 1 && times[0] > times[times.len() - 1] && times.is_sorted_by(|one, other| one >= other)
    });
    if falls {
        turns.reverse();
    }
}
