//! Interface for masking: implemented by `report::Masker`, called by rooms that quote text.

use super::Conversation;
use crate::source::Span;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// Finds private data and masks it.
pub trait Hide: Sync {
    /// Whether anything is hidden at all.
    fn hides(&self) -> bool;

    /// The private stretches of a text, in order.
    fn hidden(&self, text: &str) -> Vec<Span>;

    /// Stretches of messages that are private only together, such as a number read out over several; by index of the
    /// message.
    fn spread(&self, conversation: &Conversation) -> BTreeMap<usize, Vec<Span>>;

    /// The `window` of a text, with these stretches of the text masked.
    fn show(&self, text: &str, window: Span, hidden: &[Span]) -> String;

    /// A name or id with private data masked; here even a telephone number attached to letters counts, which in a
    /// sentence would be an order number.
    fn name(&self, text: &str) -> String {
        if !self.hides() {
            return text.to_owned();
        }
        let mut hidden = self.hidden(text);
        for Span { start, end } in numbers(text) {
            let own = self.hidden(&text[start..end]).into_iter();
            hidden.extend(own.map(|span| Span::new(span.start + start, span.end + start)));
        }
        self.show(text, Span::new(0, text.len()), &joined_spans(hidden))
    }
}

/// A number with fewer digits is nobody's: a Hong Kong identity card has as many.
pub const FEWEST_DIGITS: usize = 6;

/// Runs of digits in a name as long as telephone or identity numbers. Longer ones are order numbers, one in ten of
/// which would pass for a card.
fn numbers(text: &str) -> Vec<Span> {
    let figure = |character: char| character.is_ascii_digit() || matches!(character, '\u{ff10}'..='\u{ff19}');
    let first = |run: &Span, ascii: char, wide: char| run.of(text).starts_with([ascii, wide]);
    let count = |run: &Span| run.of(text).chars().filter(|&character| figure(character)).count();
    let (mut runs, mut at): (Vec<Span>, usize) = (Vec::new(), 0);
    while let Some(start) = text[at..].find(figure).map(|start| at + start) {
        at = text[start..].find(|character| !figure(character)).map_or(text.len(), |length| start + length);
        runs.push(Span::new(start, at));
    }
    // 138-1234-5678.
    let parted = runs.windows(3).filter(|groups| {
        let beside = |pair: &[Span]| matches!(&text[pair[0].end..pair[1].start], "-" | " ");
        let sum = groups.iter().map(count).sum::<usize>();
        groups.windows(2).all(beside) && sum == 11 && first(&groups[0], '1', '\u{ff11}')
    });
    let parted: Vec<Span> = parted.map(|groups| Span::new(groups[0].start, groups[2].end)).collect();
    runs.retain(|run| match count(run) {
        FEWEST_DIGITS..=12 | 18 => true,
        // With the country code.
        13 => first(run, '8', '\u{ff18}'),
        _ => false,
    });
    runs.extend(parted);
    runs
}

/// Sorts stretches and merges those that overlap or touch.
pub fn joined_spans(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
    spans
}

/// Messages in which one number may be read out piece by piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOut {
    /// The speaker's messages by index, in order, each with the byte at which the number goes on.
    pub turns: Vec<(usize, usize)>,
    /// Digits of these messages that the other side repeats: first the repetition, then the original.
    pub echoes: Vec<[(usize, Span); 2]>,
}

/// The private stretches in the messages of a conversation.
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

    /// The private stretches of a message, in order; empty if there is no such message.
    pub fn of(&self, turn: usize) -> Vec<Span> {
        let text = self.conversation.turns.get(turn).map(|turn| &turn.text);
        let Some(text) = text.filter(|_| self.hide.hides()) else { return Vec::new() };
        if let Some(known) = self.conversation.private.get(&turn) {
            return known.clone();
        }
        let mut hidden = self.hide.hidden(text);
        if let Some(spread) = self.spread.get_or_init(|| self.hide.spread(self.conversation)).get(&turn) {
            hidden.extend(spread);
            hidden = joined_spans(hidden);
        }
        hidden
    }
}
