//! Numbers that are read out over several messages: “138”, “mm”, “1234”, “right”, “5678”.

use super::SpeechWords;
use crate::conversation::{Conversation, ReadOut, Role};
use crate::cue::Program;
use crate::source::Span;

/// Most messages of one number.
const MESSAGES: usize = 20;
/// Characters at the end of a message among which its last figure is looked for.
const END: usize = 32;
/// Most letters of what the other side says meanwhile, where it is no echo.
const LISTENING: usize = 16;
/// Longest message that says figures again, in bytes, most figures in it, most figures of one number that are compared
/// with them, and most places of it where they may be from: so few that it does not matter how many messages do.
const ECHO: usize = 256;
const AGAIN: usize = 32;
const FIGURES: usize = 400;
const PLACES: usize = 2;
/// Fewest figures in a row that are an echo: one alone is often no figure at all.
const FEWEST: usize = 2;

impl Program {
    /// Messages of a call over which somebody may be reading out one number, each with those that go on from it: a
    /// speaker's messages that end and begin with figures, the other side only listening or saying them again.
    pub fn read_out(&self, conversation: &Conversation) -> Vec<ReadOut> {
        if !self.is_call(conversation.channel.as_deref()) {
            return Vec::new();
        }
        let said = conversation.turns.iter().map(|turn| (turn.role, turn.text.as_str()));
        let said: Vec<(Role, &str)> = said.collect();
        [Role::Customer, Role::Agent].iter().flat_map(|role| self.tables.speech.read_out(*role, &said)).collect()
    }
}

impl SpeechWords {
    fn read_out(&self, speaker: Role, said: &[(Role, &str)]) -> Vec<ReadOut> {
        let (mut found, mut open, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let mut close = |open: &mut Vec<usize>, others: &mut Vec<usize>| {
            let (turns, others) = (std::mem::take(open), std::mem::take(others));
            // A single message is looked at by itself.
            if turns.len() > 1 {
                found.push(ReadOut { echoes: self.echoes(&turns, &others, said), turns });
            }
        };
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
                    close(&mut open, &mut others);
                    open.extend(ends.then_some(turn));
                }
                ends || hesitates
            } else {
                others.push(turn);
                self.begins(text) && self.ends(text)
                    || text.chars().filter(|character| character.is_alphanumeric()).count() <= LISTENING
            };
            if !goes_on {
                close(&mut open, &mut others);
            }
        }
        close(&mut open, &mut others);
        found
    }

    /// Where `others` say the figures of `turns` again.
    fn echoes(&self, turns: &[usize], others: &[usize], said: &[(Role, &str)]) -> Vec<[(usize, Span); 2]> {
        let mut others = others.iter().filter(|&&turn| said[turn].1.len() <= ECHO).peekable();
        let (mut number, mut places) = (String::new(), Vec::new());
        if others.peek().is_none() {
            return Vec::new();
        }
        for &turn in turns {
            for (value, span) in self.rows(said[turn].1, FIGURES - number.len()).into_iter().flatten() {
                number.push(value);
                places.push((turn, span));
            }
        }
        let mut echoes = Vec::new();
        for &turn in others {
            for row in self.rows(said[turn].1, AGAIN).into_iter().filter(|row| row.len() >= FEWEST) {
                let again: String = row.iter().map(|(value, _)| value).collect();
                for (at, _) in number.match_indices(&again).take(PLACES) {
                    echoes.extend(row.iter().zip(&places[at..]).map(|((_, span), place)| [(turn, *span), *place]));
                }
            }
        }
        echoes
    }

    /// The figures of a text, in rows between which something is said; the first `most` of them.
    fn rows(&self, text: &str, most: usize) -> Vec<Vec<(char, Span)>> {
        let (mut rows, mut apart, mut at, mut count) = (Vec::new(), true, 0, 0);
        while let Some(character) = text[at..].chars().next().filter(|_| count < most) {
            let Some((figure, times)) = self.figure(text, at) else {
                apart = true;
                at += character.len_utf8();
                continue;
            };
            if std::mem::take(&mut apart) {
                rows.push(Vec::new());
            }
            let row = rows.last_mut().into_iter();
            let times = times.min(most - count);
            row.for_each(|row| row.extend((0..times).map(|_| (figure.value, Span::new(figure.start, figure.end)))));
            count += times;
            at = self.joined(text, figure.end);
        }
        rows
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> SpeechWords {
        SpeechWords::from_toml(include_str!("../../../rules/language/speech.toml")).unwrap()
    }

    fn runs(speaker: Role, said: &[(Role, &str)]) -> Vec<Vec<usize>> {
        words().read_out(speaker, said).into_iter().map(|read| read.turns).collect()
    }

    #[test]
    fn figures_that_are_said_again_are_known_by_their_values() {
        use Role::{Agent, Customer};
        let said = [
            (Customer, "我的号是一三八零零"),
            (Agent, "幺三八，double oh对吧"),
            (Customer, "幺二"),
            (Agent, "等一下"),
            (Customer, "三四五六"),
        ];
        let [read] = words().read_out(Customer, &said).try_into().unwrap();
        assert_eq!(read.turns, [0, 2, 4]);
        let told = read.echoes.iter().map(|[(again, figure), (turn, place)]| {
            ((*again, figure.of(said[*again].1)), (*turn, place.of(said[*turn].1)))
        });
        let told: Vec<_> = told.collect();
        assert_eq!(told[..3], [((1, "幺"), (0, "一")), ((1, "三"), (0, "三")), ((1, "八"), (0, "八"))]);
        assert_eq!(told[3..], [((1, "double oh"), (0, "零")), ((1, "double oh"), (0, "零"))]);
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
