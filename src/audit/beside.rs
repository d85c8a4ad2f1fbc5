//! Adds what judging does not give to a row: the customer's words before each finding, and times that cannot be read.

use super::row::{ConversationResult, UnreadableTime};
use crate::conversation::{Conversation, HiddenTurns, Hide, Role};
use crate::judge::offset;
use crate::language::time::moment;
use crate::source::Span;
use jiff::tz::TimeZone;

/// Characters kept of the customer's words.
const LAST: usize = 80;

/// Fills these fields of the row.
pub(super) fn tell(
    row: &mut ConversationResult,
    conversation: &Conversation,
    (call, zone): (bool, &TimeZone),
    hide: &dyn Hide,
) {
    let private = HiddenTurns::new(hide, conversation);
    let mut said: Option<(usize, String)> = None;
    for found in &mut row.findings {
        let turn = usize::try_from(found.turn).unwrap_or(usize::MAX).min(conversation.turns.len());
        let words = |turn: &crate::conversation::Turn| turn.role == Role::Customer && !turn.text.trim().is_empty();
        let Some(place) = conversation.turns[..turn].iter().rposition(words) else { continue };
        if said.as_ref().is_none_or(|(at, _)| *at != place) {
            said = Some((place, last_words(&conversation.turns[place].text, &private.of(place), hide)));
        }
        found.customer_said = said.as_ref().map(|(_, words)| words.clone());
    }
    // Few rows have any: only these are searched for the first.
    if row.unreadable_times > 0 {
        let unreadable = conversation.turns.iter().enumerate().filter_map(|(number, turn)| {
            let time = turn.time.as_ref().filter(|time| !is_readable(time, call, zone))?;
            Some((number, time))
        });
        let all: Vec<(usize, &String)> = unreadable.collect();
        row.unreadable_times = all.len() as u64;
        row.unreadable =
            all.first().map(|(turn, time)| UnreadableTime { line: line(conversation, *turn), text: hide.name(time) });
    }
}

/// The line of a message, or its row in a table; where neither is known, the line on which the conversation begins.
fn line(conversation: &Conversation, turn: usize) -> usize {
    let row = || {
        let cell = conversation.turns[turn].cell.as_ref()?;
        cell.name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).parse().ok()
    };
    let line = conversation.position(turn, 0).map(|at| at.line).or_else(row);
    line.unwrap_or(conversation.chunk.lines_before + 1)
}

/// Whether a time can be read; in a call it may be an offset from the start. An empty one is not reported as
/// unreadable.
fn is_readable(time: &str, call: bool, zone: &TimeZone) -> bool {
    let time = time.trim();
    time.is_empty() || moment(time, zone).is_ok() || (call && offset(time).is_some())
}

/// The end of a text, on one line.
fn last_words(text: &str, hidden: &[Span], hide: &dyn Hide) -> String {
    let text = text.trim_end();
    let start = text.char_indices().rev().nth(LAST - 1).map_or(0, |(at, _)| at);
    let shown = hide.show(text, Span::new(start, text.len()), hidden);
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    if start > 0 { format!("…{line}") } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    struct Stars;

    impl Hide for Stars {
        fn hides(&self) -> bool {
            true
        }

        fn hidden(&self, text: &str) -> Vec<Span> {
            text.find("138").map(|at| Span::new(at, at + 11)).into_iter().collect()
        }

        fn spread(&self, _: &Conversation) -> BTreeMap<usize, Vec<Span>> {
            BTreeMap::new()
        }

        fn show(&self, text: &str, window: Span, hidden: &[Span]) -> String {
            match hidden.first() {
                Some(hidden) => text[window.start..hidden.start].to_owned() + "*" + &text[hidden.end..window.end],
                None => text[window.start..window.end].to_owned(),
            }
        }
    }

    #[test]
    fn the_end_of_a_text_is_told_and_nothing_private() {
        let words = |text: &str| last_words(text, &Stars.hidden(text), &Stars);
        assert_eq!(words("坏了\n电话13812345678 "), "坏了 电话*");
        let long = words(&"很".repeat(200));
        assert_eq!((long.chars().next(), long.chars().count()), (Some('…'), LAST + 1));
    }

    #[test]
    fn a_time_that_counts_from_the_beginning_is_one_of_a_call() {
        let readable = |time, call| is_readable(time, call, &TimeZone::UTC);
        assert!(readable("2026-03-01 10:00", false) && readable("  ", false) && readable("01:23.5", true));
        assert!(!readable("45000.5", false) && !readable("2026-13-45", true) && !readable("not a time", true));
    }
}
