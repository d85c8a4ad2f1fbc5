//! Finds many literals at once: a double-array trie over the bytes of a text layer, walked only where a literal can
//! begin.

use super::class::Class;
use super::lesser::Lesser;
use super::literal::{Standing, pair};
use crate::source::packed;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::{BTreeMap, BTreeSet};
use yada::DoubleArray;
use yada::builder::DoubleArrayBuilder;

/// Literals, and the classes to which each belongs.
#[derive(Default)]
pub(super) struct Matcher {
    trie: Option<Trie>,
    literals: Literals,
    /// Length of the longest literal, in characters.
    longest: u16,
    /// Where a literal may begin: directly behind an ASCII letter or digit, and elsewhere.
    inside: Gate,
    outside: Gate,
}

/// Maps the bytes of a literal to its number.
type Trie = DoubleArray<Vec<u8>>;

/// Whether a literal may begin with two given characters. False positives happen, false negatives never. It rules out
/// most places of a text and fits into the nearest cache.
#[derive(Default, Serialize, Deserialize)]
struct Gate {
    /// Literals of one character, by its lower 16 bits.
    #[serde(with = "packed")]
    single: Vec<u64>,
    /// First two characters of the others, by a hash of 18 bits.
    #[serde(with = "packed")]
    pairs: Vec<u64>,
}

impl Gate {
    fn of<'a>(literals: impl Iterator<Item = &'a str>) -> Self {
        let mut gate = Self { single: vec![0; SINGLE], pairs: vec![0; PAIRS] };
        for literal in literals {
            let mut characters = literal.chars();
            match (characters.next(), characters.next()) {
                (Some(first), Some(second)) => set(&mut gate.pairs, pair(first, second)),
                (Some(first), None) => set(&mut gate.single, first as usize),
                (None, _) => {}
            }
        }
        gate
    }

    #[inline]
    fn opens(&self, first: char, second: char) -> bool {
        has(&self.pairs, pair(first, second)) || has(&self.single, first as usize)
    }
}

/// Words of 64 bits in `Gate::single` and in `Gate::pairs`.
const SINGLE: usize = 1 << 10;
const PAIRS: usize = 1 << 12;

/// Sets the bit `at`, modulo the number of bits, which is a power of two.
pub(super) fn set(bits: &mut [u64], at: usize) {
    let words = bits.len();
    bits[(at >> 6) & (words - 1)] |= 1 << (at & 63);
}

/// Whether a bit is set.
#[inline]
pub(super) fn has(bits: &[u64], at: usize) -> bool {
    !bits.is_empty() && bits[(at >> 6) & (bits.len() - 1)] >> (at & 63) & 1 == 1
}

/// The literals in flat arrays, so that a hit costs no walk through memory.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Literals {
    /// Where each literal's uses begin, and one more at the end.
    #[serde(with = "packed")]
    first: Vec<u32>,
    /// A class and the literal's `Standing` in it, packed.
    #[serde(with = "packed")]
    uses: Vec<u32>,
    /// Whether an ASCII letter or digit must not stand directly before or behind (`LEFT`, `RIGHT`).
    #[serde(with = "packed")]
    edges: Vec<u8>,
    /// The literals themselves; empty in a stored program, which does not need them.
    #[serde(skip)]
    texts: Vec<String>,
}

const LEFT: u8 = 1;
const RIGHT: u8 = 2;

/// Whether a text begins and ends with an ASCII letter or digit.
fn edges(text: &str) -> (bool, bool) {
    let letter = |character: char| character.is_ascii_alphanumeric();
    (text.starts_with(letter), text.ends_with(letter))
}

/// Literals and their uses, being collected.
#[derive(Debug, Default)]
pub(super) struct Collector {
    literals: BTreeMap<String, Vec<(Class, Standing)>>,
}

impl Collector {
    /// Adds a literal; a `*` at its end makes it a prefix in scripts with spaces.
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

    /// Takes out the words of all classes but these; they are searched for only when needed.
    pub(super) fn lesser(&mut self, kept: &BTreeSet<Class>) -> Lesser {
        let mut lesser = Vec::new();
        for (text, uses) in &mut self.literals {
            let taken = uses.iter().filter(|(class, _)| !kept.contains(class));
            lesser.extend(taken.map(|&(class, standing)| (class, text.clone(), standing)));
            uses.retain(|(class, _)| kept.contains(class));
        }
        self.literals.retain(|_, uses| !uses.is_empty());
        Lesser::new(lesser)
    }

    pub(super) fn build(self) -> Result<Matcher, String> {
        if self.literals.is_empty() {
            return Ok(Matcher::default());
        }
        let records: Vec<(&str, u32)> = self.literals.keys().map(String::as_str).zip(0..).collect();
        let stored = DoubleArrayBuilder::build(&records).map_err(|error| error.to_string())?;
        let trie = Trie::new(stored).map_err(|error| error.to_string())?;
        let mut literals = Literals { first: vec![0], ..Literals::default() };
        for (text, uses) in self.literals {
            let (left, right) = edges(&text);
            literals.edges.push(u8::from(left) * LEFT + u8::from(right) * RIGHT);
            literals.uses.extend(uses.into_iter().map(|(class, standing)| standing.with(class)));
            literals.first.push(literals.uses.len() as u32);
            literals.texts.push(text);
        }
        Ok(Matcher::new(trie, literals))
    }
}

impl Matcher {
    pub(super) fn len(&self) -> usize {
        self.literals.edges.len()
    }

    /// The literals; empty in a stored program.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.literals.texts.iter().map(String::as_str)
    }

    fn new(trie: Trie, literals: Literals) -> Self {
        let mut matcher = Self { trie: Some(trie), literals, ..Self::default() };
        let starts_words = |index: usize| {
            let anywhere = |&both: &u32| Standing::of(both).1 == Standing::Infix;
            matcher.literals.edges[index] & LEFT != 0 && !matcher.literals.uses(index).iter().any(anywhere)
        };
        let inner = matcher.texts().enumerate().filter(|&(index, _)| !starts_words(index)).map(|(_, text)| text);
        let (inside, outside) = (Gate::of(inner), Gate::of(matcher.texts()));
        let longest = matcher.texts().map(|text| text.chars().count()).max().unwrap_or(0);
        matcher.longest = u16::try_from(longest).unwrap_or(u16::MAX);
        (matcher.inside, matcher.outside) = (inside, outside);
        matcher
    }

    /// Whether a literal begins at these characters, word boundaries aside.
    pub(super) fn begins(&self, characters: impl Iterator<Item = char> + Clone) -> bool {
        let Some(trie) = &self.trie else { return false };
        let mut ahead = characters.clone();
        let (first, second) = (ahead.next().unwrap_or('\0'), ahead.next().unwrap_or('\0'));
        if !self.outside.opens(first, second) {
            return false;
        }
        let start: String = characters.take(usize::from(self.longest)).collect();
        trie.common_prefix_search(&start).next().is_some()
    }

    /// Whether the text may hold the literal, by its first characters: a cheap filter.
    pub(super) fn may_be_in(&self, mut characters: impl Iterator<Item = char>) -> bool {
        let mut previous = characters.next().unwrap_or('\0');
        characters.any(|character| self.outside.opens(std::mem::replace(&mut previous, character), character))
    }

    /// Calls `found(class, start, end)` for every literal in `text`, overlapping ones too, in order of starts.
    #[inline]
    pub(super) fn each(&self, text: &str, mut found: impl FnMut(Class, usize, usize)) {
        let Some(trie) = &self.trie else { return };
        let bytes = text.as_bytes();
        let literals = &self.literals;
        let mut characters = text.char_indices();
        let mut here = characters.next();
        let mut word = false;
        while let Some((start, first)) = here {
            here = characters.next();
            let second = here.map_or('\0', |(_, second)| second);
            let gate = if word { &self.inside } else { &self.outside };
            let open = !word;
            word = first.is_ascii_alphanumeric();
            if !gate.opens(first, second) {
                continue;
            }
            for (index, length) in trie.common_prefix_search(&bytes[start..]) {
                let index = index as usize;
                let end = start + length;
                let edges = literals.edges[index];
                let open = open || edges & LEFT == 0;
                let shut = edges & RIGHT == 0 || bytes.get(end).is_none_or(|next| !next.is_ascii_alphanumeric());
                for (class, standing) in literals.uses(index).iter().copied().map(Standing::of) {
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
}

impl Literals {
    #[inline]
    fn uses(&self, index: usize) -> &[u32] {
        &self.uses[self.first[index] as usize..self.first[index + 1] as usize]
    }
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matcher").field("literals", &self.len()).finish_non_exhaustive()
    }
}

/// The stored form of a matcher.
#[derive(Serialize, Deserialize)]
struct Stored<'a, L, G> {
    trie: &'a [u8],
    literals: L,
    longest: u16,
    inside: G,
    outside: G,
}

impl Serialize for Matcher {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let trie = self.trie.as_ref().map_or(&[][..], |trie| &trie.0);
        let (literals, inside, outside) = (&self.literals, &self.inside, &self.outside);
        Stored { trie, literals, longest: self.longest, inside, outside }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Matcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::<Literals, Gate>::deserialize(deserializer)?;
        let trie = (!stored.trie.is_empty()).then(|| Trie::new(stored.trie.to_vec()));
        let Stored { literals, longest, inside, outside, .. } = stored;
        Ok(Self { trie: trie.transpose().map_err(de::Error::custom)?, literals, longest, inside, outside })
    }
}
