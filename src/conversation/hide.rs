//! What of a conversation is private: told by whoever shows it, asked by whoever quotes from it.

use super::Conversation;
use crate::source::Span;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// Knows what is private, and how it is hidden.
pub trait Hide: Sync {
    /// Whether anything is hidden at all.
    fn hides(&self) -> bool;

    /// The stretches of a text that are to be hidden, in order.
    fn hidden(&self, text: &str) -> Vec<Span>;

    /// The stretches of messages that are private only together, such as a number that is read out over several; by
    /// the numbers of the messages.
    fn spread(&self, conversation: &Conversation) -> BTreeMap<usize, Vec<Span>>;

    /// A part of a text with these stretches of the text hidden.
    fn show(&self, text: &str, window: Span, hidden: &[Span]) -> String;
}

/// What is private in the messages of a conversation.
pub struct HiddenTurns<'a> {
    hide: &'a dyn Hide,
    conversation: &'a Conversation,
    spread: OnceCell<BTreeMap<usize, Vec<Span>>>,
}

impl<'a> HiddenTurns<'a> {
    /// In the messages of this conversation.
    pub fn new(hide: &'a dyn Hide, conversation: &'a Conversation) -> Self {
        Self { hide, conversation, spread: OnceCell::new() }
    }

    /// The stretches of a message that are to be hidden, in order; none where there is no such message.
    pub fn of(&self, turn: usize) -> Vec<Span> {
        let text = self.conversation.turns.get(turn).map(|turn| &turn.text);
        let Some(text) = text.filter(|_| self.hide.hides()) else { return Vec::new() };
        if let Some(known) = self.conversation.private.get(&turn) {
            return known.clone();
        }
        let mut hidden = self.hide.hidden(text);
        if let Some(spread) = self.spread.get_or_init(|| self.hide.spread(self.conversation)).get(&turn) {
            hidden.extend(spread);
            hidden.sort_unstable();
            hidden.dedup_by(|next, last| {
                let joins = next.start <= last.end;
                if joins {
                    last.end = last.end.max(next.end);
                }
                joins
            });
        }
        hidden
    }
}
