//! Decides what a scan has to look at: which patterns a hit makes due, and which words may be disguised.

use super::class::Class;
use super::frequency::Frequency;
use super::matcher::Matcher;
use super::part::{Cue, Element, Kind, Pattern};
use super::raw::{Hiding, Native};
use crate::language::Lookalikes;
use crate::source::packed;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The patterns to try for each hit. Patterns are numbered in evaluation order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Watchers {
    /// Where each class's range of `watching` begins, and one more.
    #[serde(with = "packed")]
    first: Vec<u32>,
    /// For each class, the patterns to try once it has a hit.
    #[serde(with = "packed")]
    watching: Vec<u32>,
    /// The patterns to try in every text.
    #[serde(with = "packed")]
    always: Vec<u32>,
    /// The number of each cue's first pattern, and one more.
    #[serde(with = "packed")]
    patterns: Vec<u32>,
    /// For each pattern, its cue.
    #[serde(with = "packed")]
    owners: Vec<u16>,
}

impl Watchers {
    pub fn new(cues: &[Cue], keys: &Keys) -> Self {
        let mut found = Self::default();
        let mut watching = vec![Vec::new(); keys.hits.len()];
        for (cue, index) in cues.iter().zip(0_u16..) {
            found.patterns.push(found.owners.len() as u32);
            for kind in cue.parts.iter().flat_map(|part| &part.patterns) {
                let number = found.owners.len() as u32;
                found.owners.push(index);
                let waking = keys.of(kind);
                for &class in waking {
                    watching[class as usize].push(number);
                }
                if waking.is_empty() {
                    found.always.push(number);
                }
            }
        }
        found.patterns.push(found.owners.len() as u32);
        for mut numbers in watching {
            found.first.push(found.watching.len() as u32);
            numbers.dedup();
            found.watching.append(&mut numbers);
        }
        found.first.push(found.watching.len() as u32);
        found
    }

    /// Number of patterns.
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// The patterns to try in every text.
    pub fn always(&self) -> &[u32] {
        &self.always
    }

    /// The patterns to try once a class has a hit.
    #[inline]
    pub fn of(&self, class: Class) -> &[u32] {
        &self.watching[self.first[class as usize] as usize..self.first[class as usize + 1] as usize]
    }

    /// The cue of a pattern, the number of its first pattern, and one past its last.
    #[inline]
    pub fn owner(&self, pattern: u32) -> (u16, u32, u32) {
        let cue = self.owners[pattern as usize];
        (cue, self.patterns[usize::from(cue)], self.patterns[usize::from(cue) + 1])
    }
}

/// Patterns to try, one bit each, taken in order.
#[derive(Default)]
pub(super) struct Due {
    bits: Vec<u64>,
    /// No bit is set before this word.
    at: usize,
}

impl Due {
    pub fn resize(&mut self, patterns: usize) {
        self.bits.resize(patterns.div_ceil(64), 0);
    }

    /// Clears everything but these.
    pub fn reset(&mut self, patterns: &[u32]) {
        self.bits.fill(0);
        self.at = self.bits.len();
        self.add(patterns);
    }

    /// Adds patterns.
    #[inline]
    pub fn add(&mut self, patterns: &[u32]) {
        for &pattern in patterns {
            let word = pattern as usize / 64;
            self.bits[word] |= 1 << (pattern % 64);
            self.at = self.at.min(word);
        }
    }

    /// The next pattern.
    #[inline]
    pub fn next(&mut self) -> Option<u32> {
        while let Some(&word) = self.bits.get(self.at) {
            if word != 0 {
                return Some(self.at as u32 * 64 + word.trailing_zeros());
            }
            self.at += 1;
        }
        None
    }

    /// Takes the next pattern if it is one before `end`.
    #[inline]
    pub fn take_before(&mut self, end: u32) -> Option<u32> {
        let next = self.next().filter(|&next| next < end)?;
        self.bits[self.at] &= self.bits[self.at] - 1;
        Some(next)
    }
}

/// Which class must have a hit before a pattern is tried, chosen by how rare its hits are.
pub(super) struct Keys<'a> {
    words: &'a BTreeMap<Class, (Hiding, Vec<String>)>,
    regexes: &'a [Pattern],
    /// For each class, approximate hits per million characters.
    hits: Vec<u64>,
}

impl<'a> Keys<'a> {
    pub fn new(
        cues: &[Cue],
        classes: Class,
        words: &'a BTreeMap<Class, (Hiding, Vec<String>)>,
        regexes: &'a [Pattern],
        frequency: &Frequency,
    ) -> Self {
        let mut keys = Self { words, regexes, hits: vec![0; classes as usize] };
        for (&class, (_, words)) in words {
            keys.hits[class as usize] = words.iter().map(|word| frequency.of(word)).sum();
        }
        // A cue comes after its parts.
        for (at, cue) in cues.iter().enumerate() {
            let kinds = cue.parts.iter().flat_map(|part| &part.patterns);
            keys.hits[at] = kinds.map(|kind| keys.sum(keys.of(kind)).max(1)).sum();
        }
        keys
    }

    fn sum(&self, classes: &[Class]) -> u64 {
        classes.iter().map(|&class| self.hits[class as usize]).sum()
    }

    /// The classes of which a pattern needs a hit.
    fn of<'b>(&'b self, kind: &'b Kind) -> &'b [Class] {
        match kind {
            Kind::Class(class) => std::slice::from_ref(class),
            Kind::Sequence(elements, _) => self.rarest(elements),
            Kind::Regex(number) => self.regexes[*number as usize].literals.as_slice(),
            Kind::Run(_, trigger) | Kind::Like(_, trigger) => std::slice::from_ref(trigger),
            // Any part of a promise, or a word that capitals must hold.
            Kind::Native(Native::Promise | Native::Capitals, needs) => needs,
            Kind::Native(..) | Kind::Weigh { .. } => &[],
        }
    }

    /// The rarest required element of a sequence.
    fn rarest<'b>(&self, elements: &'b [Element]) -> &'b [Class] {
        let fixed = elements.iter().filter_map(|element| match element {
            Element::Any { classes, optional: false } => Some(classes.as_slice()),
            _ => None,
        });
        fixed.min_by_key(|classes| self.sum(classes)).unwrap_or(&[])
    }

    /// Classes whose words must be searched for in every text, because a hit makes a cue due. All others (common
    /// elements of sequences, words of guards) are searched for only when a cue needs them.
    pub fn waking(&self, cues: &[Cue]) -> BTreeSet<Class> {
        let kinds = cues.iter().flat_map(|cue| &cue.parts).flat_map(|part| &part.patterns);
        let classes = kinds.flat_map(|kind| self.of(kind).to_vec());
        // A disguised word cannot be found by comparing bytes.
        let hiding = self.words.iter().filter(|(_, (hiding, _))| *hiding != Hiding::default());
        classes.chain(hiding.map(|(&class, _)| class)).collect()
    }
}

/// Characters with which a disguised word may begin.
pub(super) fn leads(skeleton: &Matcher, lookalikes: &Lookalikes) -> Vec<char> {
    let mut leads: Vec<char> = skeleton.texts().filter_map(|text| text.chars().next()).collect();
    let meant = |whole: &char| leads.contains(whole);
    let single = lookalikes.single.iter().filter(|(_, whole)| meant(whole)).map(|&(seen, _)| seen);
    let split = lookalikes.split.iter().filter(|(_, whole)| meant(whole)).filter_map(|(parts, _)| parts.chars().next());
    let more: Vec<char> = single.chain(split).collect();
    leads.extend(more);
    leads.sort_unstable();
    leads.dedup();
    leads
}
