//! Numbers that are read out over several messages: “138”, “mm”, “1234”, “right”, “5678”.

use super::SpeechWords;
use crate::conversation::{Conversation, Role};
use crate::cue::Program;

/// Most messages of one number.
const MESSAGES: usize = 20;
/// Characters at the end of a message among which its last figure is looked for.
const END: usize = 32;
/// Most letters of what the other side says meanwhile, where it is no echo.
const LISTENING: usize = 16;

impl Program {
    /// Messages of a call over which somebody may be reading out one number, each with those that go on from it: a
    /// speaker's messages that end and begin with figures, the other side only listening or saying them again.
    pub fn read_out(&self, conversation: &Conversation) -> Vec<Vec<usize>> {
        if !self.is_call(conversation.channel.as_deref()) {
            return Vec::new();
        }
        let said = conversation.turns.iter().map(|turn| (turn.role, turn.text.as_str()));
        let said: Vec<(Role, &str)> = said.collect();
        [Role::Customer, Role::Agent].iter().flat_map(|role| self.tables.speech.read_out(*role, &said)).collect()
    }
}

impl SpeechWords {
    fn read_out(&self, speaker: Role, said: &[(Role, &str)]) -> Vec<Vec<usize>> {
        let (mut found, mut open) = (Vec::new(), Vec::new());
        for (turn, &(role, text)) in said.iter().enumerate() {
            if open.is_empty() && role != speaker || !matches!(role, Role::Customer | Role::Agent) {
                continue;
            }
            let goes_on = if role == speaker {
                let more = !open.is_empty() && open.len() < MESSAGES && self.begins(text);
                let (ends, hesitates) = (self.ends(text), self.joined(text, 0) == text.len());
                if more {
                    open.push(turn);
                } else if !hesitates {
                    close(&mut found, &mut open);
                    open.extend(ends.then_some(turn));
                }
                ends || hesitates
            } else {
                self.begins(text) && self.ends(text)
                    || text.chars().filter(|character| character.is_alphanumeric()).count() <= LISTENING
            };
            if !goes_on {
                close(&mut found, &mut open);
            }
        }
        close(&mut found, &mut open);
        found
    }

    /// Whether a text begins with a figure.
    fn begins(&self, text: &str) -> bool {
        let at = self.joined(text, 0);
        at < text.len() && self.figure(text, at).is_some()
    }

    /// Whether a text ends with a figure.
    fn ends(&self, text: &str) -> bool {
        let text = text.trim_end_matches(|character: char| !character.is_alphanumeric());
        let mut at = text.char_indices().rev().take(END).last().map_or(0, |(at, _)| at);
        let mut end = None;
        while let Some(character) = text[at..].chars().next() {
            let figure = self.figure(text, at).map(|(figure, _)| figure.end);
            end = figure.or(end);
            at = figure.unwrap_or(at + character.len_utf8());
        }
        end.is_some_and(|end| self.joined(text, end) == text.len())
    }
}

/// A single message is looked at by itself.
fn close(found: &mut Vec<Vec<usize>>, open: &mut Vec<usize>) {
    let run = std::mem::take(open);
    if run.len() > 1 {
        found.push(run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(speaker: Role, said: &[(Role, &str)]) -> Vec<Vec<usize>> {
        let words = SpeechWords::from_toml(include_str!("../../../rules/language/speech.toml")).unwrap();
        words.read_out(speaker, said)
    }

    #[test]
    fn messages_that_go_on_with_figures_belong_together() {
        use Role::{Agent, Bot, Customer};
        let said = [
            (Customer, "我的电话是一三八"),
            (Agent, "嗯"),
            (Customer, "1234，"),
            (Agent, "幺二三四"),
            (Bot, "正在录音"),
            (Customer, "呃"),
            (Customer, "嗯 5678 就这个"),
            (Agent, "好的我记下了"),
            (Customer, "9"),
        ];
        assert_eq!(runs(Customer, &said), [vec![0, 2, 6]]);
        assert!(runs(Agent, &said).is_empty());
        let said = [(Agent, "one three eight"), (Customer, "right"), (Agent, "double oh one three")];
        assert_eq!(runs(Agent, &said), [[0, 2]]);
        let answered = "这边帮您查一下刚才的那个订单现在到哪里了请稍等";
        for between in [(Agent, answered), (Customer, "我再看看"), (Customer, "")] {
            let said = [(Customer, "一三八"), between, (Customer, "一二三四")];
            assert_eq!(runs(Customer, &said).is_empty(), !between.1.is_empty(), "{between:?}");
        }
    }

    #[test]
    fn hostile_messages_take_no_time() {
        let long = "一".repeat(100_000);
        let said: Vec<(Role, &str)> = (0..2_000).map(|_| (Role::Customer, "一 ")).collect();
        assert_eq!(runs(Role::Customer, &said).len(), 100);
        assert_eq!(runs(Role::Customer, &[(Role::Customer, &long), (Role::Customer, &long)]), [[0, 1]]);
    }
}
