//! Replies: runs of agent messages without a customer message in between. Duties are owed by replies, not by messages.

use super::{Conversation, Role};
use std::ops::Range;

/// A run of turns of one side, an agent's or a bot's. Bot and system turns within an agent's run do not end it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// From its first turn to behind its last; may contain bot and system turns.
    pub turns: Range<usize>,
    /// From the first customer turn that it answers to behind the last; may contain others.
    answered: Range<usize>,
    /// Its side: `agent` or `bot`.
    pub by: Role,
}

impl Reply {
    /// The turns of its own side.
    pub fn own_turns<'a>(&self, conversation: &'a Conversation) -> impl Iterator<Item = usize> + 'a {
        let (turns, by) = (self.turns.clone(), self.by);
        turns.filter(move |&turn| conversation.turns[turn].role == by)
    }

    /// The customer turns that it answers: the run before it.
    pub fn answers<'a>(&self, conversation: &'a Conversation) -> impl Iterator<Item = usize> + 'a {
        self.answered.clone().filter(|&turn| conversation.turns[turn].role == Role::Customer)
    }
}

/// All replies of a conversation, in order.
pub fn replies(conversation: &Conversation) -> Vec<Reply> {
    runs(conversation, Role::Agent, 0)
}

/// Bot replies with no agent after them: what an agent takes over is the agent's to answer for.
pub fn bot_replies(conversation: &Conversation) -> Vec<Reply> {
    let agent = conversation.turns.iter().rposition(|turn| turn.role == Role::Agent);
    runs(conversation, Role::Bot, agent.map_or(0, |agent| agent + 1))
}

/// The runs of a side's turns, from a turn on.
fn runs(conversation: &Conversation, by: Role, from: usize) -> Vec<Reply> {
    let mut found: Vec<Reply> = Vec::new();
    let mut open = false;
    // The last run of the customer's turns, and whether it has been answered.
    let (mut asked, mut over) = (0..0, true);
    for (index, turn) in conversation.turns.iter().enumerate() {
        if turn.role == Role::Customer {
            asked = if std::mem::take(&mut over) { index } else { asked.start }..index + 1;
            open = false;
            continue;
        }
        if turn.role == by && index >= from {
            match found.last_mut().filter(|_| open) {
                Some(reply) => reply.turns.end = index + 1,
                None => found.push(Reply { turns: index..index + 1, answered: asked.clone(), by }),
            }
            open = true;
        }
        over |= turn.role == by || turn.role == Role::Agent;
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
        assert_eq!(found[0].own_turns(&conversation).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(found[0].answers(&conversation).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(found[1].answers(&conversation).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn a_bot_answers_for_what_no_agent_takes_over() {
        let roles = [Role::Bot, Role::Agent, Role::Customer, Role::Bot, Role::Bot, Role::Customer, Role::Bot];
        let turns = roles.into_iter().map(|role| Turn::new(role, "x")).collect();
        let conversation = Conversation { turns, ..Conversation::default() };
        let found = bot_replies(&conversation);
        assert_eq!(found.iter().map(|reply| reply.turns.clone()).collect::<Vec<_>>(), [3..5, 6..7]);
        assert_eq!(found[1].answers(&conversation).collect::<Vec<_>>(), [5]);
    }
}
