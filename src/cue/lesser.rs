//! Words that are searched for only when a cue needs them: the common elements of sequences, and guards. They are the
//! most frequent words of a language, and most texts never need them.

use super::class::Class;
use super::literal::{Standing, pair};
use crate::source::packed;
use serde::{Deserialize, Serialize};

/// The words of each class, flat. Classes whose words are in the main trie have none here.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Lesser {
    /// Where each class's groups begin, and one more; classes past the end have none.
    #[serde(with = "packed")]
    first: Vec<u32>,
    /// A group's first character (a bit of `Index::held`), sorted within a class.
    #[serde(with = "packed")]
    leads: Vec<u16>,
    /// For each group, where its words end in `words`.
    #[serde(with = "packed")]
    ends: Vec<u32>,
    /// For each class, where its bits begin in `firsts`, plus one; 0: it has too few groups.
    #[serde(with = "packed")]
    sieves: Vec<u32>,
    /// For classes with many groups: their first characters as bits, `SIEVE` words of 64 a class.
    #[serde(with = "packed")]
    firsts: Vec<u64>,
    /// For each word, the bit of `Index::held` that a text with it must have.
    #[serde(with = "packed")]
    hints: Vec<u16>,
    /// For each word, where it ends in `texts`, and its `Standing`.
    #[serde(with = "packed")]
    words: Vec<u32>,
    texts: String,
}

impl Lesser {
    /// Builds the table from words with their classes and how they must stand.
    pub fn new(mut words: Vec<(Class, String, Standing)>) -> Self {
        let first = |text: &str| text.chars().next().map(one);
        words.sort_unstable_by(|a, b| (a.0, first(&a.1), &a.1, a.2).cmp(&(b.0, first(&b.1), &b.1, b.2)));
        let mut lesser = Self::default();
        for (class, text, standing) in words {
            let mut characters = text.chars();
            let Some(first) = characters.next() else { continue };
            let new = lesser.first.len() <= class as usize;
            if new {
                lesser.first.resize(class as usize + 1, lesser.leads.len() as u32);
            }
            // Words are sorted, so those with the same first character are neighbours.
            if new || lesser.leads.last() != Some(&one(first)) {
                lesser.leads.push(one(first));
                lesser.ends.push(0);
            }
            lesser.texts.push_str(&text);
            lesser.words.push(standing.with(lesser.texts.len() as u32));
            lesser.hints.push(characters.next().map_or_else(|| one(first), |second| two(first, second)));
            if let Some(end) = lesser.ends.last_mut() {
                *end = lesser.words.len() as u32;
            }
        }
        lesser.first.push(lesser.leads.len() as u32);
        for ends in lesser.first.windows(2) {
            let leads = &lesser.leads[ends[0] as usize..ends[1] as usize];
            if leads.len() < MANY {
                lesser.sieves.push(0);
                continue;
            }
            let from = lesser.firsts.len();
            lesser.sieves.push(from as u32 + 1);
            lesser.firsts.resize(from + SIEVE, 0);
            for &hint in leads {
                hold(&mut lesser.firsts[from..], sieve(hint));
            }
        }
        lesser
    }

    /// Whether the words of a class are here.
    #[inline]
    pub fn has(&self, class: Class) -> bool {
        self.first.get(class as usize..).is_some_and(|rest| matches!(rest, [from, to, ..] if from < to))
    }

    /// Finds all places of a class's words, sorted by start. `out` must be empty; `index` is the text's.
    pub fn find(&self, class: Class, text: &str, index: &mut Index, out: &mut Vec<(u32, u32)>) {
        index.make(text);
        let (from, to) = (self.first[class as usize] as usize, self.first[class as usize + 1] as usize);
        let leads = &self.leads[from..to];
        let bits = self.sieves[class as usize] as usize;
        if bits != 0 && index.firsts.len() < 2 * leads.len() {
            // The class has more first characters than the text: go by those of the text.
            let bits = &self.firsts[bits - 1..bits - 1 + SIEVE];
            for &first in &index.firsts {
                let hashed = sieve(first);
                if bits[usize::from(hashed) / 64] >> (hashed % 64) & 1 == 1
                    && let Ok(group) = leads.binary_search(&first)
                {
                    self.group(from + group, text, index, out);
                }
            }
        } else {
            for (group, &first) in leads.iter().enumerate() {
                if index.has(first) {
                    self.group(from + group, text, index, out);
                }
            }
        }
        if out.len() > 1 {
            out.sort_unstable();
            out.dedup();
        }
    }

    /// Finds the words of one group.
    fn group(&self, group: usize, text: &str, index: &Index, out: &mut Vec<(u32, u32)>) {
        let from = group.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        for (&hint, word) in self.hints[from..self.ends[group] as usize].iter().zip(from..) {
            if index.has(hint) {
                let start = word.checked_sub(1).map_or(0, |before| Standing::of(self.words[before]).0);
                let (end, standing) = Standing::of(self.words[word]);
                index.find(text.as_bytes(), &self.texts[start as usize..end as usize], hint, standing, out);
            }
        }
    }
}

/// Fewest groups for which a class has a sieve.
const MANY: usize = 12;

/// Words of 64 bits in a sieve.
const SIEVE: usize = 32;

/// The sieve bit of a first character.
#[inline]
fn sieve(hint: u16) -> u16 {
    (hint ^ hint >> 9) % (64 * SIEVE as u16)
}

/// Number of lists of an index.
const LISTS: usize = 256;

/// Bits in `Index::held` for characters, and as many again for pairs.
const HINTS: usize = 1 << 14;

/// For each character of a text, where it stands at the beginning of a possible word: linked lists by hash, made once a
/// text, when the first lesser word is needed.
#[derive(Default)]
pub(super) struct Index {
    made: bool,
    /// The characters and pairs of the text, one bit each.
    held: Vec<u64>,
    /// The distinct characters at which a word may begin (`one`).
    firsts: Vec<u16>,
    /// The first entry of each list in `places`, plus one; 0: none.
    heads: Vec<u32>,
    /// One entry for each place where a word may begin: its byte, the next entry of its list plus one, and the bit of
    /// the pair that begins there (`two`).
    places: Vec<(u32, u32, u16)>,
}

impl Index {
    /// Forgets the text.
    pub fn clear(&mut self) {
        self.made = false;
    }

    /// Whether the text may hold the character or pair of this bit.
    #[inline]
    fn has(&self, hint: u16) -> bool {
        self.held[usize::from(hint) / 64] >> (hint % 64) & 1 == 1
    }

    /// Adds all places of a word; `hint` is its entry in `Lesser::hints`.
    #[inline]
    fn find(&self, text: &[u8], word: &str, hint: u16, standing: Standing, out: &mut Vec<(u32, u32)>) {
        let single = usize::from(hint) < HINTS;
        let letter = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let shut = standing == Standing::Word && word.ends_with(|last: char| last.is_ascii_alphanumeric());
        let mut next = word.chars().next().map_or(0, |first| self.heads[list(first)]);
        while let Some(&(start, behind, pair)) = (next as usize).checked_sub(1).and_then(|at| self.places.get(at)) {
            next = behind;
            if pair != hint && !single {
                continue;
            }
            let end = start as usize + word.len();
            if text.get(start as usize..end) != Some(word.as_bytes()) || shut && letter(end) {
                continue;
            }
            let more = match standing {
                Standing::Word | Standing::Infix => 0,
                Standing::Prefix => text[end..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count(),
            };
            out.push((start, (end + more) as u32));
        }
    }

    /// Indexes the text, unless that was done.
    fn make(&mut self, text: &str) {
        if std::mem::replace(&mut self.made, true) {
            return;
        }
        self.held.clear();
        self.held.resize(2 * HINTS / 64, 0);
        self.heads.clear();
        self.heads.resize(LISTS, 0);
        self.places.clear();
        self.firsts.clear();
        let (mut previous, mut begun) = ('\0', false);
        for (at, character) in text.char_indices() {
            // No word begins inside an English word: one that begins with a letter has none before it.
            let begins = !(character.is_ascii_alphanumeric() && previous.is_ascii_alphanumeric());
            let pair = two(previous, character);
            hold(&mut self.held, pair);
            if let Some(last) = self.places.last_mut().filter(|_| begun) {
                last.2 = pair;
            }
            begun = begins;
            if begins {
                if !self.has(one(character)) {
                    self.firsts.push(one(character));
                }
                hold(&mut self.held, one(character));
                self.places.push((at as u32, list(character) as u32, 0));
            }
            previous = character;
        }
        // Backwards, so that every list comes out in order.
        for at in (0..self.places.len()).rev() {
            let head = &mut self.heads[self.places[at].1 as usize];
            self.places[at].1 = *head;
            *head = at as u32 + 1;
        }
    }
}

#[inline]
fn hold(held: &mut [u64], hint: u16) {
    held[usize::from(hint) / 64] |= 1 << (hint % 64);
}

/// The bit of a word of one character.
#[inline]
fn one(character: char) -> u16 {
    (character as usize % HINTS) as u16
}

/// The bit of a longer word.
#[inline]
fn two(first: char, second: char) -> u16 {
    (HINTS + pair(first, second) % HINTS) as u16
}

#[inline]
fn list(character: char) -> usize {
    (character as usize ^ (character as usize >> 8)) % LISTS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, word: &str, standing: Standing) -> Vec<(u32, u32)> {
        let lesser = Lesser::new(vec![(3, word.to_owned(), standing), (5, "x".to_owned(), standing)]);
        assert_eq!([0, 2, 3, 4, 5, 6].map(|class| lesser.has(class)), [false, false, true, false, true, false]);
        let mut out = Vec::new();
        lesser.find(3, text, &mut Index::default(), &mut out);
        out
    }

    #[test]
    fn words_are_found_where_they_may_stand() {
        assert_eq!(found("您好,问您好", "您好", Standing::Word), [(0, 6), (10, 16)]);
        assert_eq!(found("canned can can't", "can", Standing::Word), [(7, 10), (11, 14)]);
        assert_eq!(found("we apologise", "apologi", Standing::Prefix), [(3, 12)]);
        assert_eq!(found("", "can", Standing::Word), []);
    }
}
