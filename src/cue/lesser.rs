//! Words that are looked for only when a cue is awake that needs them: the lesser elements of sequences, and guards.
//! They are the most frequent words of a language, and nearly always nobody asks.

use super::matcher::Standing;
use super::program::Class;
use serde::{Deserialize, Serialize};

/// The words of each class; most classes have none, because their words are looked for in every text.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Lesser(Vec<Words>);

/// The words of one class.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Words {
    /// The list of an `Index` in which each word's first character is: small, because all of it is read.
    lists: Vec<u16>,
    words: Vec<Word>,
}

/// A word and how it must stand.
#[derive(Debug, Serialize, Deserialize)]
struct Word {
    text: String,
    standing: Standing,
    /// Whether a letter or digit of ASCII must not stand right before, right behind.
    left: bool,
    right: bool,
}

impl Lesser {
    /// Adds a word; `edges` says whether it begins, and ends, with a letter or digit of ASCII.
    pub fn add(&mut self, class: Class, text: &str, standing: Standing, (left, right): (bool, bool)) {
        let Some(first) = text.chars().next() else { return };
        if self.0.len() <= class as usize {
            self.0.resize_with(class as usize + 1, Words::default);
        }
        let words = &mut self.0[class as usize];
        words.lists.push(list(first));
        words.words.push(Word { text: text.to_owned(), standing, left, right });
    }

    /// The words of a class, if it is one to be asked for.
    #[inline]
    pub fn of(&self, class: Class) -> Option<&Words> {
        self.0.get(class as usize).filter(|words| !words.lists.is_empty())
    }
}

/// Number of lists of an index.
const LISTS: usize = 1024;

/// Where in a text each character stands, by a hash: made once a text, when the first lesser word is asked for.
#[derive(Default)]
pub(super) struct Index {
    made: bool,
    /// The first place of each list, plus one; 0: none.
    heads: Vec<u32>,
    /// For each character of the text: its byte, and the next place of its list, plus one.
    places: Vec<(u32, u32)>,
}

impl Index {
    /// Forgets the text.
    pub fn clear(&mut self) {
        self.made = false;
    }

    /// Adds all places of words to `out`, in order of their starts.
    pub fn find(&mut self, text: &str, words: &Words, out: &mut Vec<(u32, u32)>) {
        if !self.made {
            self.make(text);
        }
        for (&list, word) in words.lists.iter().zip(&words.words) {
            let mut next = self.heads[usize::from(list)];
            while let Some(&(start, behind)) = (next as usize).checked_sub(1).and_then(|at| self.places.get(at)) {
                next = behind;
                out.extend(word.end(text.as_bytes(), start as usize).map(|end| (start, end as u32)));
            }
        }
        if !out.is_sorted() {
            out.sort_unstable();
        }
        out.dedup();
    }

    fn make(&mut self, text: &str) {
        self.made = true;
        self.heads.clear();
        self.heads.resize(LISTS, 0);
        self.places.clear();
        self.places.extend(text.char_indices().map(|(at, character)| (at as u32, u32::from(list(character)))));
        // From the last to the first, so that every list is in order.
        for at in (0..self.places.len()).rev() {
            let head = &mut self.heads[self.places[at].1 as usize];
            self.places[at].1 = *head;
            *head = at as u32 + 1;
        }
    }
}

impl Word {
    /// The end of the word that begins at byte `start`, if it stands there as it must.
    #[inline]
    fn end(&self, text: &[u8], start: usize) -> Option<usize> {
        let letter = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let end = start + self.text.len();
        // The last byte differs more often than the first, which is known, and spares a call.
        if *text.get(end - 1)? != *self.text.as_bytes().last()?
            || text[start..end] != *self.text.as_bytes()
            || self.left && start > 0 && letter(start - 1)
        {
            return None;
        }
        match self.standing {
            Standing::Word if self.right && letter(end) => None,
            Standing::Word | Standing::Infix => Some(end),
            Standing::Prefix => Some(end + text[end..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count()),
        }
    }
}

#[inline]
fn list(character: char) -> u16 {
    ((character as usize ^ (character as usize >> 10)) % LISTS) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, word: &str, standing: Standing) -> Vec<(u32, u32)> {
        let mut lesser = Lesser::default();
        lesser.add(3, word, standing, (word.is_ascii(), word.is_ascii()));
        let mut out = Vec::new();
        Index::default().find(text, lesser.of(3).unwrap(), &mut out);
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
