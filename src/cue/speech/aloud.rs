//! Numbers that are read aloud: figure by figure, through pauses and fillers.

use super::{SpeechWords, beginning, is_comma, spaces, word_end};
use crate::cue::native::number::{is_private, is_private_abroad};
use crate::language::{Layer, fold_char};

/// A figure as it is said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figure {
    pub value: char,
    pub start: usize,
    pub end: usize,
    /// Whether it is a word, not a digit.
    spoken: bool,
    /// Whether something stands between it and the one before.
    apart: bool,
}

/// Fewest figures of a number worth reading.
const FEWEST: usize = 10;
/// Most figures that are looked at together, and most of a number.
const MOST: usize = 40;
const LONGEST: usize = 19;
impl SpeechWords {
    /// A text with the personal numbers that are read aloud in it in figures, and nothing else changed; none where there
    /// is no such number.
    pub(in crate::cue) fn figures(&self, text: &str) -> Option<Layer> {
        if !self.may_read(text) {
            return None;
        }
        let mut layer = Layer::default();
        let (mut at, mut copied) = (0, 0);
        while let Some(character) = text[at..].chars().next() {
            match self.number(text, at) {
                Some(Ok(figures)) => {
                    layer.push_str(&text[copied..figures[0].start], copied);
                    for figure in &figures {
                        layer.push_wide(figure.value, figure.start, figure.end);
                    }
                    at = figures[figures.len() - 1].end;
                    copied = at;
                }
                Some(Err(end)) => at = end,
                None => at += character.len_utf8(),
            }
        }
        // A number ends behind its first byte: nothing was copied where there is none.
        (copied > 0).then(|| {
            layer.push_str(&text[copied..], copied);
            layer
        })
    }

    /// Whether there are as many figures as the shortest number needs, together or not: nearly no text has them.
    fn may_read(&self, text: &str) -> bool {
        let leads = self.leads.get_or_init(|| {
            let mut leads = vec![0_u64; 1 << 10];
            for character in ('0'..='9').chain(self.firsts.iter().copied()) {
                leads[(character as usize & 0xFFFF) / 64] |= 1 << (character as usize % 64);
            }
            leads
        });
        let leads = |character: char| leads[(character as usize & 0xFFFF) / 64] >> (character as usize % 64) & 1 == 1;
        let (mut figures, mut glued) = (0, false);
        for (at, character) in text.char_indices() {
            let letter = character.is_ascii_alphanumeric();
            let folded = if character.is_ascii() { character.to_ascii_lowercase() } else { fold_char(character) };
            // A word of letters begins behind none.
            let inside = glued && folded.is_ascii_alphabetic();
            if leads(folded)
                && !inside
                && let Some((_, times)) = self.figure(text, at)
            {
                figures += times;
                if figures >= FEWEST {
                    return true;
                }
            }
            glued = letter;
        }
        false
    }

    /// The personal number that is read aloud from byte `at` on; `Err` with where to look again for figures that are
    /// none, `None` where no figures begin.
    pub(super) fn number(&self, text: &str, at: usize) -> Option<Result<Vec<Figure>, usize>> {
        let bytes = text.as_bytes();
        // Inside a word or a number none begins.
        if bytes[at].is_ascii()
            && (!bytes[at].is_ascii_alphanumeric() || at > 0 && bytes[at - 1].is_ascii_alphanumeric())
        {
            return None;
        }
        let (first, times) = self.figure(text, at)?;
        let figures = self.run(text, first, times);
        let spoken = figures.iter().any(|figure| figure.spoken);
        let single = figures.iter().skip(1).all(|figure| figure.apart);
        let end = figures[figures.len() - 1].end;
        let noisy =
            text[at..end].chars().any(|character| !character.is_ascii_digit() && !matches!(character, ' ' | '-'));
        // Digits in groups are read as they are written.
        if figures.len() < FEWEST || !(spoken || single || noisy) {
            return Some(Err(end));
        }
        let begins = |start: usize| start < 3 || figures[start].apart;
        let values: String = figures.iter().map(|figure| figure.value).collect();
        for start in (0..=figures.len() - FEWEST).filter(|&start| begins(start)) {
            if start == 0 && is_private_abroad(&values) {
                return Some(Ok(figures));
            }
            let longest = (figures.len() - start).min(LONGEST);
            let fits = |length: &usize| is_private(&values[start..start + length]);
            if let Some(length) = (FEWEST..=longest).rev().find(fits) {
                return Some(Ok(figures[start..start + length].to_vec()));
            }
        }
        // Where the look ended, a number may have begun.
        let next = if figures.len() == MOST { figures[MOST - LONGEST].start } else { end };
        Some(Err(next.max(at + 1)))
    }

    /// The figures that go on from a first one, through pauses and fillers.
    fn run(&self, text: &str, first: Figure, times: usize) -> Vec<Figure> {
        let mut figures = vec![first; times];
        while figures.len() < MOST {
            let end = figures[figures.len() - 1].end;
            let next = self.joined(text, end);
            let Some((figure, times)) = self.figure(text, next) else { break };
            // An X ends an identity number and begins nothing.
            if figure.value == 'x' && figures.len() != 17 || figures[figures.len() - 1].value == 'x' {
                break;
            }
            figures.push(Figure { apart: next > end, ..figure });
            figures.extend(std::iter::repeat_n(figure, times - 1));
        }
        figures.truncate(MOST);
        figures
    }

    /// Where the next figure may stand: behind separators, pauses and fillers.
    pub(super) fn joined(&self, text: &str, from: usize) -> usize {
        let mut at = from;
        // Nobody hesitates longer than that over one figure.
        for _ in 0..8 {
            let rest = &text[at..];
            let Some(character) = rest.chars().next() else { break };
            let decimal = character == '.' && rest[1..].starts_with(|next: char| next.is_ascii_digit());
            if let Some((_, end)) = self.sound(text, at).filter(|_| self.figure(text, at).is_none()) {
                at = end;
            } else if character.is_whitespace() && character != '\n'
                || is_comma(character)
                || character == '-'
                || decimal
            {
                at += character.len_utf8();
            } else {
                break;
            }
        }
        at
    }

    /// A figure at byte `at`, and how often it is meant: “double oh” is two.
    pub(super) fn figure(&self, text: &str, at: usize) -> Option<(Figure, usize)> {
        let character = text[at..].chars().next()?;
        let folded = fold_char(character);
        if folded.is_ascii_digit() {
            let end = at + character.len_utf8();
            return Some((Figure { value: folded, start: at, end, spoken: false, apart: false }, 1));
        }
        self.firsts.binary_search(&folded).ok()?;
        if let Some((times, end)) =
            beginning(&self.times, folded).iter().find_map(|(word, times)| Some((*times, word_end(text, at, word)?)))
        {
            let next = end + spaces(&text[end..]);
            let (value, end) = self.named(text, next)?;
            return Some((Figure { value, start: at, end, spoken: true, apart: false }, times.max(1)));
        }
        let (value, end) = self.named(text, at)?;
        Some((Figure { value, start: at, end, spoken: true, apart: false }, 1))
    }

    fn named(&self, text: &str, at: usize) -> Option<(char, usize)> {
        let first = fold_char(text[at..].chars().next()?);
        beginning(&self.figures, first).iter().find_map(|(word, value)| Some((*value, word_end(text, at, word)?)))
    }
}
