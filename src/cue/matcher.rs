//! Many literals in one automaton: a charwise double array over a text layer.

use super::program::Class;
use daachorse::CharwiseDoubleArrayAhoCorasick;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Literals with the classes that each is a hit of.
#[derive(Default, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub(super) struct Matcher {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    literals: Vec<Literal>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Literal {
    text: String,
    /// Whether an ASCII letter or digit must not stand right before it, right behind it.
    left: bool,
    right: bool,
    classes: Vec<Class>,
    /// Classes for which it is the beginning of a word: their hits go on to the word's end.
    prefixes: Vec<Class>,
    /// Classes for which it may stand inside a word.
    infixes: Vec<Class>,
}

/// Literals while they are collected, with their classes.
#[derive(Debug, Default)]
pub(super) struct Collector {
    literals: BTreeMap<String, Literal>,
}

impl Collector {
    /// Adds a literal; a `*` at its end makes it the beginning of a word in a script with spaces.
    pub(super) fn add(&mut self, text: &str, class: Class) {
        let (text, prefix) = match text.strip_suffix('*') {
            Some(stem) if !stem.is_empty() => (stem, true),
            _ => (text, false),
        };
        if text.is_empty() {
            return;
        }
        let literal = self.literals.entry(text.to_owned()).or_insert_with(|| literal(text));
        let classes = if prefix { &mut literal.prefixes } else { &mut literal.classes };
        if !classes.contains(&class) {
            classes.push(class);
        }
    }

    /// Adds a literal that may stand inside a word.
    pub(super) fn add_infix(&mut self, text: &str, class: Class) {
        let literal = self.literals.entry(text.to_owned()).or_insert_with(|| literal(text));
        if !literal.infixes.contains(&class) {
            literal.infixes.push(class);
        }
    }

    pub(super) fn build(self) -> Result<Matcher, String> {
        let literals: Vec<Literal> = self.literals.into_values().collect();
        if literals.is_empty() {
            return Ok(Matcher::default());
        }
        let patterns = literals.iter().zip(0_u32..).map(|(literal, index)| (literal.text.as_str(), index));
        let automaton = CharwiseDoubleArrayAhoCorasick::with_values(patterns).map_err(|error| error.to_string())?;
        Ok(Matcher { automaton: Some(automaton), literals })
    }
}

fn literal(text: &str) -> Literal {
    Literal {
        text: text.to_owned(),
        left: text.starts_with(|first: char| first.is_ascii_alphanumeric()),
        right: text.ends_with(|last: char| last.is_ascii_alphanumeric()),
        classes: Vec::new(),
        prefixes: Vec::new(),
        infixes: Vec::new(),
    }
}

impl Matcher {
    pub(super) fn len(&self) -> usize {
        self.literals.len()
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.literals.iter().map(|literal| literal.text.as_str())
    }

    /// Calls `found(class, start, end)` for every literal in `text`, overlapping ones too, in order of their ends.
    pub(super) fn each(&self, text: &str, mut found: impl FnMut(Class, usize, usize)) {
        let Some(automaton) = &self.automaton else { return };
        let bytes = text.as_bytes();
        for hit in automaton.find_overlapping_iter(text) {
            let literal = &self.literals[hit.value() as usize];
            let (start, end) = (hit.start(), hit.end());
            for &class in &literal.infixes {
                found(class, start, end);
            }
            if literal.left && start.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphanumeric()) {
                continue;
            }
            for &class in &literal.prefixes {
                let letters = bytes[end..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                found(class, start, end + letters);
            }
            if literal.right && bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
                continue;
            }
            for &class in &literal.classes {
                found(class, start, end);
            }
        }
    }
}

/// How a matcher is stored: the automaton as the bytes of its own format.
#[derive(Serialize, Deserialize)]
struct Stored {
    automaton: Vec<u8>,
    literals: Vec<Literal>,
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matcher").field("literals", &self.literals.len()).finish_non_exhaustive()
    }
}

impl Clone for Matcher {
    fn clone(&self) -> Self {
        Self { automaton: self.automaton.clone(), literals: self.literals.clone() }
    }
}

impl From<Matcher> for Stored {
    fn from(matcher: Matcher) -> Self {
        let automaton = matcher.automaton.map(|automaton| automaton.serialize()).unwrap_or_default();
        Self { automaton, literals: matcher.literals }
    }
}

impl TryFrom<Stored> for Matcher {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        if stored.automaton.is_empty() {
            return Ok(Self { automaton: None, literals: stored.literals });
        }
        let (automaton, _) =
            CharwiseDoubleArrayAhoCorasick::deserialize(&stored.automaton).map_err(|error| error.to_string())?;
        Ok(Self { automaton: Some(automaton), literals: stored.literals })
    }
}
