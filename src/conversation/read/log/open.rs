//! A conversation whose rows are being read: what each adds to it, and whose words those are that only a name tells.

use super::Of;
use super::columns::{Columns, Field};
use super::moments::{Clocks, begin};
use crate::conversation::read::roles::fold;
use crate::conversation::{Conversation, Role, Turn};
use crate::source::{Wording, wording};
use std::collections::BTreeSet;

/// Most messages of one conversation; the rest are rejected, for nobody talks that long.
const MOST_TURNS: usize = 20_000;
/// Where a conversation's `meta` has when it began.
pub(super) const START: &str = "start";
/// What is said of a conversation beside its messages, and where its `meta` has it.
const META: [(Field, &str); 4] =
    [(Field::Customer, "customer"), (Field::Ticket, "ticket"), (Field::Rating, "rating"), (Field::Start, START)];

/// Such a conversation.
pub(super) struct Open {
    /// What its rows have in common.
    pub key: Option<String>,
    pub conversation: Conversation,
    pub clocks: Clocks,
    bytes: usize,
    doubts: Vec<Doubt>,
}

/// A message of a name that does not give its side away.
pub(super) struct Doubt {
    turn: usize,
    pub name: String,
    /// Who answers for it, if it is an agent's.
    pub agent: Option<String>,
    /// The row.
    pub line: usize,
    pub of: Of,
}

impl Doubt {
    /// Of a row's message.
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

    /// The conversation, if anything is said in it, and the messages of which nobody knows whose they are.
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

    /// Where one name alone is unknown and one side alone is known, it is the other side, as in a chat that was pasted.
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

/// Adds what a row says about its conversation and no row before it did: a rating stands beside the last message as often
/// as beside the first.
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

/// Some exports begin with the newest message.
fn newest_last(turns: &mut [Turn]) {
    let times: Option<Vec<&str>> = turns.iter().map(|turn| turn.time.as_deref()).collect();
    let falls = times.is_some_and(|times| {
        times.len() > 1 && times[0] > times[times.len() - 1] && times.is_sorted_by(|one, other| one >= other)
    });
    if falls {
        turns.reverse();
    }
}
