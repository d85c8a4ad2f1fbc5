//! The words of time of one or more languages, indexed.

use serde::{Deserialize, Serialize};

use crate::source::packed;

use super::book;
use super::sense::Sense;

/// Words and their meanings, indexed by first character. Stored with its index, so that loading is only reading.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lexicon {
    /// Sorted by text.
    words: Vec<Word>,
    /// For each kind of feast that needs certain words behind it: these words.
    needs: Vec<Vec<String>>,
    /// An open-addressing hash table from a first character to its words.
    heads: Vec<Head>,
    /// One bit for each character of the basic plane with which a phrase may begin.
    #[serde(with = "packed")]
    starts: Vec<u64>,
}

/// A mistake in a file of words, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexiconError {
    /// The index of the text.
    pub text: usize,
    /// The byte range in it.
    pub span: std::ops::Range<usize>,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for LexiconError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "text {}, byte {}: {}", self.text, self.span.start, self.message)
    }
}

impl std::error::Error for LexiconError {}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Word {
    text: String,
    sense: Sense,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Head {
    first: u32,
    from: u16,
    to: u16,
}

impl Lexicon {
    /// Reads files of words such as `rules/language/time-*.toml`.
    ///
    /// # Errors
    /// If a text is malformed; the error has the place.
    pub fn from_toml(texts: &[&str]) -> Result<Lexicon, LexiconError> {
        let mut words = Vec::new();
        let mut needs = vec![Vec::new()];
        for (index, text) in texts.iter().enumerate() {
            let read =
                book::read(text, &mut needs).map_err(|(span, message)| LexiconError { text: index, span, message })?;
            words.extend(read.into_iter().map(|(text, sense)| Word { text, sense }));
        }
        words.sort_by(|a, b| a.text.cmp(&b.text));
        words.dedup();
        Ok(Lexicon::index(words, needs))
    }

    fn index(words: Vec<Word>, needs: Vec<Vec<String>>) -> Lexicon {
        let first = |word: &Word| word.text.chars().next().map_or(0, u32::from);
        let mut heads = vec![Head::default(); (words.len() * 2).max(64).next_power_of_two()];
        let mut starts = vec![0u64; 1024];
        let mut from = 0;
        while from < words.len() {
            let head = first(&words[from]);
            let to = from + words[from..].iter().take_while(|word| first(word) == head).count();
            let mut slot = place(head, heads.len());
            while heads[slot].first != 0 {
                slot = (slot + 1) & (heads.len() - 1);
            }
            let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
            heads[slot] = Head { first: head, from: narrow(from), to: narrow(to) };
            if head < 0x1_0000 && words[from..to].iter().any(|word| word.sense.begins()) {
                starts[head as usize / 64] |= 1 << (head % 64);
            }
            from = to;
        }
        for digit in u32::from('0')..=u32::from('9') {
            starts[digit as usize / 64] |= 1 << (digit % 64);
        }
        Lexicon { words, needs, heads, starts }
    }

    /// Whether a phrase may begin with this character.
    pub(crate) fn may_start(&self, first: char) -> bool {
        let code = first as usize;
        self.starts.get(code / 64).is_some_and(|bits| bits >> (code % 64) & 1 == 1)
    }

    /// Every word at the beginning of `rest`, shortest first: its number and length. Word boundaries are not checked.
    pub(crate) fn at(&self, rest: &str) -> impl Iterator<Item = (u16, usize)> {
        let range = rest.chars().next().map_or(0..0, |first| self.range(first));
        let start = range.start;
        self.words[range].iter().enumerate().filter_map(move |(offset, word)| {
            let fits = rest.as_bytes().starts_with(word.text.as_bytes());
            fits.then(|| (u16::try_from(start + offset).unwrap_or(u16::MAX), word.text.len()))
        })
    }

    /// The meaning of a word.
    pub(crate) fn sense(&self, word: u16) -> &Sense {
        &self.words[usize::from(word)].sense
    }

    /// Whether a feast with this condition may stand before `rest`.
    pub(crate) fn met(&self, need: u16, rest: &str) -> bool {
        let words = self.needs.get(usize::from(need));
        words.is_none_or(|words| words.is_empty() || words.iter().any(|word| rest.starts_with(word.as_str())))
    }

    fn range(&self, first: char) -> std::ops::Range<usize> {
        let code = u32::from(first);
        if self.heads.is_empty() {
            return 0..0;
        }
        let mut slot = place(code, self.heads.len());
        loop {
            let head = self.heads[slot];
            if head.first == code {
                return usize::from(head.from)..usize::from(head.to);
            }
            if head.first == 0 {
                return 0..0;
            }
            slot = (slot + 1) & (self.heads.len() - 1);
        }
    }
}

/// The slot of a character in a table of `size` (a power of two) slots.
fn place(code: u32, size: usize) -> usize {
    (code.wrapping_mul(0x9E37_79B1) >> 12) as usize & (size - 1)
}
