//! Replies: runs of agent messages with no customer message between, the unit that duties are owed in.

use super::{Conversation, Role};
use std::ops::Range;

/// A run of agent turns. Bot and system turns inside it do not end it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// First turn up to, not including, the turn after the last one; may contain bot and system turns.
    pub turns: Range<usize>,
}

impl Reply {
    /// The agent's own turns of the reply.
    pub fn agent_turns<'a>(&self, conversation: &'a Conversation) -> impl Iterator<Item = usize> + 'a {
        let turns = self.turns.clone();
        turns.filter(|&turn| conversation.turns[turn].role == Role::Agent)
    }

    /// The customer turns that it answers: the run before it, in order.
    pub fn answers<'a>(&self, conversation: &'a Conversation) -> impl Iterator<Item = usize> + 'a {
        let before = &conversation.turns[..self.turns.start];
        let end = before.iter().rposition(|turn| turn.role == Role::Customer).map_or(0, |last| last + 1);
        let start = before[..end].iter().rposition(|turn| turn.role == Role::Agent).map_or(0, |agent| agent + 1);
        (start..end).filter(|&turn| conversation.turns[turn].role == Role::Customer)
    }
}

/// All replies of a conversation, in order.
pub fn replies(conversation: &Conversation) -> Vec<Reply> {
    let mut found: Vec<Reply> = Vec::new();
    let mut open = false;
    for (index, turn) in conversation.turns.iter().enumerate() {
        match turn.role {
            Role::Agent if open => {
                if let Some(reply) = found.last_mut() {
                    reply.turns.end = index + 1;
                }
            }
            Role::Agent => {
                found.push(Reply { turns: index..index + 1 });
                open = true;
            }
            Role::Customer => open = false,
            Role::Bot | Role::System => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::Turn;
    use super::*;

    #[test]
    fn a_reply_is_a_run_of_agent_turns() {
        let roles =
            [Role::Customer, Role::Customer, Role::Agent, Role::System, Role::Agent, Role::Customer, Role::Agent];
        let turns = roles.into_iter().map(|role| Turn::new(role, "x")).collect();
        let conversation = Conversation { turns, ..Conversation::default() };
        let found = replies(&conversation);
        assert_eq!(found.iter().map(|reply| reply.turns.clone()).collect::<Vec<_>>(), [2..5, 6..7]);
        assert_eq!(found[0].agent_turns(&conversation).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(found[0].answers(&conversation).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(found[1].answers(&conversation).collect::<Vec<_>>(), [5]);
    }
}
