//! Which agent answers for which turn of a conversation.

use crate::conversation::{Conversation, Role, Turn};
use std::collections::BTreeSet;

/// The agent who answers for each turn.
pub struct Owners<'a>(Vec<Option<&'a String>>);

impl<'a> Owners<'a> {
    /// The owners of this conversation's turns.
    pub fn of(conversation: &'a Conversation) -> Self {
        let turns = &conversation.turns;
        let first = turns.iter().find(|turn| turn.role == Role::Agent);
        let mut last = None;
        let owners = turns.iter().map(|turn| {
            if turn.role == Role::Agent {
                last = Some(turn);
            }
            // A bot's words belong to no agent. A customer's wait belongs to the agent who had the conversation then,
            // or else to the first one.
            if turn.role == Role::Bot { None } else { name(conversation, last.or(first)) }
        });
        Self(owners.collect())
    }

    /// The agent who answers for a turn.
    pub fn get(&self, turn: usize) -> Option<&'a String> {
        self.0.get(turn).copied().flatten()
    }

    /// The agents who said something, in the order of their first words, which is that of a row's parts.
    pub fn speaking(&self, conversation: &Conversation) -> Vec<Option<&'a String>> {
        let mut known = BTreeSet::new();
        let turns = conversation.turns.iter().enumerate().filter(|(_, turn)| turn.role == Role::Agent && !turn.context);
        turns.map(|(number, _)| self.get(number)).filter(|agent| known.insert(*agent)).collect()
    }
}

fn name<'a>(conversation: &'a Conversation, turn: Option<&'a Turn>) -> Option<&'a String> {
    let names = [
        turn.and_then(|turn| turn.agent.as_ref()),
        conversation.agent.as_ref(),
        turn.and_then(|turn| turn.name.as_ref()),
    ];
    names.into_iter().flatten().find(|name| !name.trim().is_empty())
}
