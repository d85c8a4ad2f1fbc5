//! Numbers that are read out over several messages: “138”, “mm”, “1234”, “right”, “5678”.

use super::SpeechWords;
use crate::conversation::{Conversation, ReadOut, Role};
use crate::cue::Program;
use crate::source::Span;

/// Most messages of one number.
const MESSAGES: usize = 20;
/// Characters at the end of a message in which its last digit is looked for.
const END: usize = 32;
/// Most letters of what the listener says in between, unless it repeats digits.
const LISTENING: usize = 16;
/// Limits for messages that repeat digits: their length in bytes, their digits, the digits of the number compared with
/// them, and the places in it that they may repeat. They are small, so that many such messages cost little.
const ECHO: usize = 256;
const AGAIN: usize = 32;
const FIGURES: usize = 400;
const PLACES: usize = 2;
/// Most letters before a speaker goes on after a repetition: “对 然后”.
const LED_IN: usize = 6;
/// Fewest digits in a row that count as a repetition: a single one is often no digit at all.
const FEWEST: usize = 2;

impl Program {
    /// Messages of a call over which somebody may be reading out one number: messages of one speaker that end and begin
    /// with digits, while the other side only listens or repeats them.
    pub fn read_out(&self, conversation: &Conversation) -> Vec<ReadOut> {
        if !self.is_call(conversation.channel.as_deref()) {
            return Vec::new();
        }
        let said = conversation.turns.iter().map(|turn| (turn.role, turn.text.as_str()));
        let said: Vec<(Role, &str)> = said.collect();
        [Role::Customer, Role::Agent].iter().flat_map(|role| self.tables.speech.read_out(*role, &said)).collect()
    }
}

/// A number that is being read out.
#[derive(Default)]
struct Open {
    /// Its messages, each with the byte at which the number goes on.
    turns: Vec<(usize, usize)>,
    /// Those of them that say something else first, by index.
    led: Vec<usize>,
    /// Messages of the listener.
    others: Vec<usize>,
    /// Whether the last of these repeat digits.
    echoed: bool,
}

impl SpeechWords {
    fn read_out(&self, speaker: Role, said: &[(Role, &str)]) -> Vec<ReadOut> {
        let (mut found, mut open) = (Vec::new(), Open::default());
        for (turn, &(role, text)) in said.iter().enumerate() {
            if open.turns.is_empty() && role != speaker || !matches!(role, Role::Customer | Role::Agent) {
                continue;
            }
            let goes_on = if role == speaker {
                let from = self.goes_on_from(text, &open);
                let (ends, hesitates) = (self.ends(text), self.joined(text, 0) == text.len());
                if let Some(from) = from {
                    open.led.extend((from > 0).then_some(open.turns.len()));
                    open.turns.push((turn, from));
                    open.echoed = false;
                } else if !hesitates {
                    self.close(&mut found, &mut open, said);
                    open.turns.extend(ends.then_some((turn, 0)));
                }
                ends || hesitates
            } else {
                open.others.push(turn);
                open.echoed |= text.len() <= ECHO && self.rows(text, AGAIN).iter().any(|row| row.len() >= FEWEST);
                self.begins(text) && self.ends(text)
                    || text.chars().filter(|character| character.is_alphanumeric()).count() <= LISTENING
            };
            if !goes_on {
                self.close(&mut found, &mut open, said);
            }
        }
        self.close(&mut found, &mut open, said);
        found
    }

    /// The byte at which a message continues the open number. After a repetition the speaker may confirm it first.
    fn goes_on_from(&self, text: &str, open: &Open) -> Option<usize> {
        if open.turns.is_empty() || open.turns.len() >= MESSAGES {
            return None;
        }
        if self.begins(text) {
            return Some(0);
        }
        let mut words = 0;
        for (at, character) in text.char_indices().filter(|_| open.echoed) {
            if self.figure(text, at).is_some() {
                return Some(at);
            }
            words += usize::from(character.is_alphanumeric());
            if words > LED_IN {
                break;
            }
        }
        None
    }

    /// Ends the open number. A single message is examined on its own elsewhere. A message that says something else
    /// first may begin another number.
    fn close(&self, found: &mut Vec<ReadOut>, open: &mut Open, said: &[(Role, &str)]) {
        let Open { turns, led, others, .. } = std::mem::take(open);
        // Only the last two, since each costs another look.
        for from in std::iter::once(0).chain(led.into_iter().rev().take(2)).filter(|from| turns.len() > from + 1) {
            let turns = turns[from..].to_vec();
            found.push(ReadOut { echoes: self.echoes(&turns, &others, said), turns });
        }
    }

    /// Where `others` repeat digits of `turns`.
    fn echoes(&self, turns: &[(usize, usize)], others: &[usize], said: &[(Role, &str)]) -> Vec<[(usize, Span); 2]> {
        let mut others = others.iter().filter(|&&turn| said[turn].1.len() <= ECHO).peekable();
        let (mut number, mut places) = (String::new(), Vec::new());
        if others.peek().is_none() {
            return Vec::new();
        }
        for &(turn, _) in turns {
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

    /// The first `most` digits of a text, in rows separated by words.
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

    /// Whether a text begins with a digit.
    fn begins(&self, text: &str) -> bool {
        let at = self.joined(text, 0);
        at < text.len() && self.figure(text, at).is_some()
    }

    /// Whether a text ends with a digit.
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
        words()
            .read_out(speaker, said)
            .into_iter()
            .map(|read| read.turns.into_iter().map(|(turn, _)| turn).collect())
            .collect()
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
        assert_eq!(read.turns, [(0, 0), (2, 0), (4, 0)]);
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
        // After a repetition the speaker may agree first, or begin again.
        let said =
            [(Customer, "一三八"), (Agent, "一三八"), (Customer, "对 然后1234"), (Agent, "嗯"), (Customer, "5678")];
        assert_eq!(runs(Customer, &said), [vec![0, 2, 4], vec![2, 4]]);
        let said = [(Customer, "一三八"), (Agent, "嗯"), (Customer, "电话1234"), (Agent, "嗯"), (Customer, "5678")];
        assert_eq!(runs(Customer, &said), [vec![2, 4]]);
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
