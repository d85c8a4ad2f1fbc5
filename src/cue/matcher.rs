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
    literals: Literals,
}

/// The literals, flat: a hit in text must not cost a walk through memory.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Literals {
    /// Where each literal's uses begin; one more at the end.
    first: Vec<u32>,
    /// A class and how the literal must stand.
    uses: Vec<(Class, Standing)>,
    /// Whether a letter or digit must not stand right before, right behind (`LEFT`, `RIGHT`).
    edges: Vec<u8>,
    /// Joined, each behind the one before.
    texts: String,
    ends: Vec<u32>,
}

/// How a literal must stand in a script with spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Standing {
    /// A whole word.
    Word,
    /// The beginning of a word: the hit goes on to the word's end.
    Prefix,
    /// Anywhere.
    Infix,
}

const LEFT: u8 = 1;
const RIGHT: u8 = 2;

/// Literals while they are collected, with their uses.
#[derive(Debug, Default)]
pub(super) struct Collector {
    literals: BTreeMap<String, Vec<(Class, Standing)>>,
}

impl Collector {
    /// Adds a literal; a `*` at its end makes it the beginning of a word in a script with spaces.
    pub(super) fn add(&mut self, text: &str, class: Class) {
        match text.strip_suffix('*') {
            Some(stem) if !stem.is_empty() => self.put(stem, class, Standing::Prefix),
            _ => self.put(text, class, Standing::Word),
        }
    }

    /// Adds a literal that may stand inside a word.
    pub(super) fn add_infix(&mut self, text: &str, class: Class) {
        self.put(text, class, Standing::Infix);
    }

    fn put(&mut self, text: &str, class: Class, standing: Standing) {
        if text.is_empty() {
            return;
        }
        let uses = self.literals.entry(text.to_owned()).or_default();
        if !uses.contains(&(class, standing)) {
            uses.push((class, standing));
        }
    }

    pub(super) fn build(self) -> Result<Matcher, String> {
        if self.literals.is_empty() {
            return Ok(Matcher::default());
        }
        let patterns = self.literals.keys().zip(0_u32..);
        let automaton = CharwiseDoubleArrayAhoCorasick::with_values(patterns).map_err(|error| error.to_string())?;
        let mut literals = Literals { first: vec![0], ..Literals::default() };
        for (text, uses) in self.literals {
            let left = text.starts_with(|first: char| first.is_ascii_alphanumeric());
            let right = text.ends_with(|last: char| last.is_ascii_alphanumeric());
            literals.edges.push(u8::from(left) * LEFT + u8::from(right) * RIGHT);
            literals.uses.extend(uses);
            literals.first.push(literals.uses.len() as u32);
            literals.texts.push_str(&text);
            literals.ends.push(literals.texts.len() as u32);
        }
        Ok(Matcher { automaton: Some(automaton), literals })
    }
}

impl Matcher {
    pub(super) fn len(&self) -> usize {
        self.literals.ends.len()
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let ends = &self.literals.ends;
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, &end)| &self.literals.texts[start as usize..end as usize])
    }

    /// Calls `found(class, start, end)` for every literal in `text`, overlapping ones too, in order of their ends.
    #[inline]
    pub(super) fn each(&self, text: &str, mut found: impl FnMut(Class, usize, usize)) {
        let Some(automaton) = &self.automaton else { return };
        let bytes = text.as_bytes();
        let literals = &self.literals;
        for hit in automaton.find_overlapping_iter(text) {
            let index = hit.value() as usize;
            let (start, end) = (hit.start(), hit.end());
            let edges = literals.edges[index];
            let open =
                edges & LEFT == 0 || start.checked_sub(1).is_none_or(|before| !bytes[before].is_ascii_alphanumeric());
            let shut = edges & RIGHT == 0 || bytes.get(end).is_none_or(|next| !next.is_ascii_alphanumeric());
            for &(class, standing) in &literals.uses[literals.first[index] as usize..literals.first[index + 1] as usize]
            {
                match standing {
                    Standing::Word if open && shut => found(class, start, end),
                    Standing::Prefix if open => {
                        let letters = bytes[end..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                        found(class, start, end + letters);
                    }
                    Standing::Infix => found(class, start, end),
                    Standing::Word | Standing::Prefix => {}
                }
            }
        }
    }
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matcher").field("literals", &self.len()).finish_non_exhaustive()
    }
}

impl Clone for Matcher {
    fn clone(&self) -> Self {
        Self { automaton: self.automaton.clone(), literals: self.literals.clone() }
    }
}

/// How a matcher is stored: the automaton as the bytes of its own format.
#[derive(Serialize, Deserialize)]
struct Stored {
    automaton: Vec<u8>,
    literals: Literals,
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
