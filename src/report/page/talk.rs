//! A conversation as a report shows it: turns in pieces, findings marked, private data masked.

use crate::audit::{ConversationResult, Owners};
use crate::conversation::{Conversation, HiddenTurns, Hide, Role};
use crate::report::Masker;
use crate::report::mask;
use crate::source::Span;
use serde::Serialize;
use std::collections::BTreeMap;

/// Most turns, and most bytes of one.
const TURNS: usize = 200;
const BYTES: usize = 8_000;

/// A conversation to read.
#[derive(Clone, Debug, Serialize)]
pub struct Talk {
    /// Its turns.
    pub turns: Vec<TalkTurn>,
    /// Whether something was left out.
    pub cut: bool,
}

/// A turn to read.
#[derive(Clone, Debug, Serialize)]
pub struct TalkTurn {
    role: Role,
    name: Option<String>,
    time: Option<String>,
    /// Words with the finding they belong to (its index in the row), −1 for none.
    pub parts: Vec<(String, i64)>,
}

impl Talk {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        self.turns.iter().flat_map(|turn| &turn.parts).map(|(words, _)| words.len() + 8).sum()
    }
}

/// The conversation of a row.
pub fn talk(conversation: &Conversation, row: &ConversationResult, masker: &Masker) -> Talk {
    let mut cut = conversation.turns.len() > TURNS;
    let private = HiddenTurns::new(masker, conversation);
    let owners = Owners::of(conversation);
    // The row knows how each agent is shown: two whose masked names look the same stay two here.
    let speaking: BTreeMap<&String, &String> = owners
        .speaking(conversation)
        .into_iter()
        .zip(&row.parts)
        .filter_map(|(real, part)| real.zip(part.agent.as_ref()))
        .collect();
    let turns = conversation.turns.iter().take(TURNS).enumerate().map(|(number, turn)| {
        let text = turn.text.as_str();
        let hidden = private.of(number);
        let mut end = text.len().min(BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        cut |= end < text.len();
        let mut marks: Vec<(usize, usize, i64)> = row
            .findings
            .iter()
            .zip(0..)
            .filter(|(found, _)| found.turn == number as u64)
            .filter_map(|(found, index)| {
                let place = |at: u64| usize::try_from(at).ok().filter(|&at| text.is_char_boundary(at));
                Some((place(found.start)?, place(found.end)?.min(end), index))
            })
            .collect();
        marks.sort_unstable();
        let show = |from: usize, to: usize| mask(text, Span::new(from, to), &hidden);
        let (mut parts, mut at) = (Vec::new(), 0);
        for (from, to, index) in marks {
            // A finding inside another's mark is listed below it.
            if from < at || from >= to {
                continue;
            }
            if at < from {
                parts.push((show(at, from), -1));
            }
            parts.push((show(from, to), index));
            at = to;
        }
        if at < end {
            parts.push((show(at, end), -1));
        }
        let shown = |name: &String| {
            let agent = speaking.get(name).filter(|_| turn.role == Role::Agent);
            agent.map_or_else(|| masker.name(name), |shown| (*shown).clone())
        };
        let name = turn.name.as_ref().or(turn.agent.as_ref()).map(shown);
        TalkTurn { role: turn.role, name, time: turn.time.as_ref().map(|time| masker.name(time)), parts }
    });
    let turns = turns.collect();
    Talk { turns, cut }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Found;
    use crate::conversation::Turn;
    use crate::rulebook::Severity;

    fn found(turn: u64, start: u64, end: u64) -> Found {
        serde_json::from_value(serde_json::json!({
            "rule": "a/b", "severity": Severity::Error, "message": "", "turn": turn, "role": "agent", "agent": null,
            "start": start, "end": end, "quote": "", "fingerprint": "",
        }))
        .unwrap()
    }

    #[test]
    fn words_are_marked_and_private_data_is_hidden() {
        let turns = vec![Turn::new(Role::Agent, "电话13812345678，尽快回复")];
        let conversation = Conversation { turns, ..Conversation::default() };
        let digits = |text: &str| {
            let from = text.find("138").unwrap();
            vec![Span::new(from, from + 11)]
        };
        let findings = vec![found(0, 20, 26), found(0, 20, 23), found(0, 21, 22), found(9, 0, 1)];
        let row = ConversationResult { findings, ..ConversationResult::default() };
        let talk = talk(&conversation, &row, &Masker::new(digits));
        assert_eq!(
            talk.turns[0].parts,
            [("电话138****5678，".to_owned(), -1), ("尽".to_owned(), 1), ("快回复".to_owned(), -1)]
        );
    }
}
