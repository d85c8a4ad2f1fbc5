//! Numbers that are read aloud: digit by digit, with pauses and fillers in between.

use super::{SpeechWords, beginning, is_comma, spaces, word_end};
use crate::cue::literal::pair;
use crate::cue::matcher::{has, set};
use crate::cue::native::number::{is_private, is_private_abroad};
use crate::language::{Layer, fold_char};

/// A spoken digit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figure {
    pub value: char,
    pub start: usize,
    pub end: usize,
    /// Whether it was a word, not a written digit.
    spoken: bool,
    /// Whether something stands between it and the one before.
    apart: bool,
}

/// Fewest digits of a number worth reading.
const FEWEST: usize = 10;
/// Most digits of a number, and most that are examined together.
const MOST: usize = 40;
const LONGEST: usize = 19;
/// Whether a digit may begin with two given characters. False positives happen, false negatives never.
#[derive(Clone, Debug)]
pub(super) struct Leads {
    /// Digits and one-character words, by their lower 16 bits.
    single: Vec<u64>,
    /// The first two characters of longer words, by a hash.
    pairs: Vec<u64>,
}

impl Leads {
    fn of(figures: &[(String, char)], times: &[(String, usize)]) -> Self {
        let mut leads = Self { single: vec![0; 1 << 10], pairs: vec![0; 1 << 10] };
        let words = figures.iter().map(|(word, _)| word.as_str()).chain(times.iter().map(|(word, _)| word.as_str()));
        for mut characters in words.map(str::chars) {
            match (characters.next(), characters.next()) {
                (Some(first), Some(second)) => set(&mut leads.pairs, pair(first, second)),
                (Some(first), None) => set(&mut leads.single, first as usize),
                (None, _) => {}
            }
        }
        ('0'..='9').for_each(|digit| set(&mut leads.single, digit as usize));
        leads
    }

    #[inline]
    fn open(&self, first: char, second: char) -> bool {
        has(&self.single, first as usize) || has(&self.pairs, pair(first, second))
    }
}

impl SpeechWords {
    /// The text with spoken personal numbers written in digits; `None` if it has none.
    pub(in crate::cue) fn figures(&self, text: &str) -> Option<Layer> {
        if self.is_id(text) || !self.may_read(text) {
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
        // A number never ends at byte 0, so nothing copied means that none was found.
        (copied > 0).then(|| {
            layer.push_str(&text[copied..], copied);
            layer
        })
    }

    /// Whether the text is an id: runs of letters and digits between hyphens, none of which can be read aloud. Ids are
    /// looked through by the thousand, and their digits are left to the ordinary recognisers.
    fn is_id(&self, text: &str) -> bool {
        let (mut start, mut alone) = (0, 0);
        let runs = text.split('-').all(|run| {
            let at = start;
            start += run.len() + 1;
            let bytes = run.as_bytes();
            alone += usize::from(bytes.len() == 1);
            let ends_card = |pair: &[u8]| pair[0].is_ascii_digit() && pair[1].eq_ignore_ascii_case(&b'x');
            bytes.iter().all(u8::is_ascii_alphanumeric)
                && !bytes.windows(2).any(ends_card)
                && bytes.first().is_none_or(|first| first.is_ascii_digit() || self.figure(text, at).is_none())
        });
        // Digits that stand alone may be one number.
        runs && alone < FEWEST
    }

    /// Whether the text has as many digits as the shortest number, in any places; hardly any text has.
    fn may_read(&self, text: &str) -> bool {
        let leads = self.leads.get_or_init(|| Leads::of(&self.figures, &self.times));
        let fold =
            |character: char| if character.is_ascii() { character.to_ascii_lowercase() } else { fold_char(character) };
        let (mut figures, mut glued) = (0, false);
        let mut characters = text.char_indices().peekable();
        let mut folded = characters.peek().map_or('\0', |&(_, first)| fold(first));
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map_or('\0', |&(_, next)| fold(next));
            let folded = std::mem::replace(&mut folded, next);
            let letter = character.is_ascii_alphanumeric();
            // No word begins directly behind a letter.
            let inside = glued && folded.is_ascii_alphabetic();
            if leads.open(folded, next)
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

    /// The spoken personal number at byte `at`; `Err` with where to continue if the digits there are none, `None` if
    /// there are no digits.
    pub(super) fn number(&self, text: &str, at: usize) -> Option<Result<Vec<Figure>, usize>> {
        let bytes = text.as_bytes();
        // No number begins inside a word or another number.
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
        // Written groups of digits are left to the ordinary recognisers.
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
        // Where the examination stopped, a number may have begun.
        let next = if figures.len() == MOST { figures[MOST - LONGEST].start } else { end };
        Some(Err(next.max(at + 1)))
    }

    /// The digits that follow a first one, through pauses and fillers.
    fn run(&self, text: &str, first: Figure, times: usize) -> Vec<Figure> {
        let mut figures = vec![first; times];
        while figures.len() < MOST {
            let end = figures[figures.len() - 1].end;
            let next = self.joined(text, end);
            let Some((figure, times)) = self.figure(text, next) else { break };
            // An X only ends an identity number.
            if figure.value == 'x' && figures.len() != 17 || figures[figures.len() - 1].value == 'x' {
                break;
            }
            figures.push(Figure { apart: next > end, ..figure });
            figures.extend(std::iter::repeat_n(figure, times - 1));
        }
        figures.truncate(MOST);
        figures
    }

    /// Where the next digit may stand: behind separators, pauses and fillers.
    pub(super) fn joined(&self, text: &str, from: usize) -> usize {
        let mut at = from;
        // A bound for hostile text: nobody hesitates longer over one digit.
        for _ in 0..8 {
            let rest = &text[at..];
            let Some(character) = rest.chars().next().filter(|character| !character.is_ascii_digit()) else { break };
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

    /// The digit at byte `at`, and how often it counts: “double oh” is two.
    pub(super) fn figure(&self, text: &str, at: usize) -> Option<(Figure, usize)> {
        let character = text[at..].chars().next()?;
        let folded = if character.is_ascii_digit() { character } else { fold_char(character) };
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
