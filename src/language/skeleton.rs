//! The skeleton: a folded text without what people insert to hide a word.

use super::{Layer, is_han};
use crate::source::{Diagnostic, wording};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Look-alike characters, and characters written as their parts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Lookalikes {
    /// Sorted pairs of what is seen and what is meant; single folded characters.
    pub single: Vec<(char, char)>,
    /// The parts in order, and the character they make.
    pub split: Vec<(String, char)>,
}

impl Lookalikes {
    /// Reads the table, `rules/language/lookalikes.toml`.
    ///
    /// # Errors
    /// If it is malformed; the diagnostic has the place.
    pub fn from_toml(text: &str) -> Result<Self, Box<Diagnostic>> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            single: BTreeMap<char, char>,
            split: BTreeMap<String, char>,
        }
        let raw: Raw = toml::from_str(text).map_err(|error| {
            let diagnostic = Diagnostic::error("language/lookalikes", error.message()).text(text);
            Box::new(diagnostic.label(error.span().unwrap_or(0..0), wording!("here")))
        })?;
        Ok(Self { single: raw.single.into_iter().collect(), split: raw.split.into_iter().collect() })
    }
}

/// Builds the skeleton of a folded text. Removed: zero-width characters, separators and emoji between letters,
/// repetitions of a character, and the Latin reading behind a Han character, `(gè)`. Look-alikes are replaced. Offsets
/// of the skeleton map to the *folded* text.
pub fn skeleton(folded: &str, lookalikes: &Lookalikes, layer: &mut Layer) {
    layer.clear();
    for (meant, at) in (Bones { folded, lookalikes, previous: '\0', at: 0 }) {
        layer.push(meant, at);
    }
}

/// The skeleton of a folded text from byte `at` on, character by character.
pub fn bones<'a>(folded: &'a str, at: usize, lookalikes: &'a Lookalikes) -> impl Iterator<Item = char> + Clone + 'a {
    Bones { folded, lookalikes, previous: '\0', at }.map(|(meant, _)| meant)
}

/// Iterates over a folded text and yields what stays, with its byte.
#[derive(Clone)]
struct Bones<'a> {
    folded: &'a str,
    lookalikes: &'a Lookalikes,
    previous: char,
    at: usize,
}

impl Iterator for Bones<'_> {
    type Item = (char, usize);

    fn next(&mut self) -> Option<(char, usize)> {
        let Self { folded, lookalikes, .. } = *self;
        loop {
            let at = self.at;
            let character = folded[at..].chars().next()?;
            if character == '('
                && is_han(self.previous)
                && let Some(length) = reading(&folded[at..])
            {
                self.at += length;
                continue;
            }
            self.at += character.len_utf8();
            if is_noise(character) {
                continue;
            }
            let whole = lookalikes
                .split
                .iter()
                .find(|(parts, _)| parts.starts_with(character) && folded[at..].starts_with(parts.as_str()));
            if let Some((parts, whole)) = whole {
                self.at = at + parts.len();
                self.previous = *whole;
                return Some((*whole, at));
            }
            let meant = match lookalikes.single.binary_search_by_key(&character, |&(seen, _)| seen) {
                Ok(index) => lookalikes.single[index].1,
                Err(_) => character,
            };
            // A repeated Han character adds nothing; a repeated digit or letter may make another number or word.
            let again = meant == self.previous && is_han(meant);
            self.previous = meant;
            if !again {
                return Some((meant, at));
            }
        }
    }
}

/// What may separate the characters of a hidden word. Ends of sentences may not.
fn is_noise(character: char) -> bool {
    match character {
        '\n' | '!' | '?' | ';' | '\u{3002}' | ',' | ':' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '%'
        | '$' | '#' | '@' | '\u{201c}' | '\u{201d}' | '+' | '=' | '&' => false,
        _ => super::character::flags_of(character) & super::holds::NOISE != 0,
    }
}

/// Length in bytes of a bracketed Latin reading with a tone, such as `(gè)`, at the start of `text`.
fn reading(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('(')?;
    let close = inside.find(')').filter(|&close| (1..=12).contains(&close))?;
    let inside = &inside[..close];
    let latin = inside.chars().all(|character| character.is_alphabetic() && !is_han(character));
    latin.then_some(close + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let lookalikes = Lookalikes { single: vec![('薇', '微')], split: vec![("彳敚".into(), '微')] };
        let mut layer = Layer::default();
        skeleton(text, &lookalikes, &mut layer);
        layer.text
    }

    #[test]
    fn sees_through_what_stands_between() {
        assert_eq!(of("加我微 . 信"), "加我微信");
        assert_eq!(of("微\u{200b}信"), "微信");
        assert_eq!(of("薇❤信"), "微信");
        assert_eq!(of("这個(gè)月"), "这個月");
        assert_eq!(of("微微微信信"), "微信");
        assert_eq!(of("微。信"), "微。信");
        assert_eq!(of("1100"), "1100");
    }
}
