//! The compiled cues: what the scanner runs. Plain data, so that the default rulebook's can be prepared ahead.

use super::class::{Class, CueId, Roles, bit};
use super::cues::Cues;
use super::known::{Known, Private};
use super::lesser::Lesser;
use super::matcher::Matcher;
use super::part::{Kind, Part, Pattern};
use super::raw::Native;
use super::scan::Scan;
use super::watch::Watchers;
use super::weigh::{Scales, Sum};
use crate::conversation::{Lang, Role};
use crate::language::Lookalikes;
use crate::source::packed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// All cues of a rulebook, ready to scan with.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Program {
    /// In evaluation order; class number = place.
    pub(super) cues: Cues,
    /// Their names.
    pub(super) cue_names: Vec<String>,
    /// Number of classes: the cues' and, behind them, the word classes'.
    pub(super) classes: u32,
    /// Literals on the folded text.
    pub(super) folded: Matcher,
    /// Literals on the skeleton, for cues that see through disguise.
    pub(super) skeleton: Matcher,
    /// Literals on the sound, for cues that hear through homophones.
    pub(super) sound: Matcher,
    /// Their classes.
    #[serde(with = "packed")]
    pub(super) heard: Vec<Class>,
    /// Words that have points, by the roles that are listened to, as bits.
    pub(super) scales: BTreeMap<u8, Scales>,
    /// Words that are looked for only when a cue is awake that needs them.
    pub(super) lesser: Lesser,
    /// First characters of the words in the skeleton, as they may be written; sorted.
    pub(super) leads: Vec<char>,
    /// Regular expressions with the cue that they belong to.
    pub(super) regexes: Vec<Pattern>,
    /// Which patterns of cues are tried once which class has a hit.
    pub(super) watchers: Watchers,
    /// The cue of negators, if there is one.
    pub(super) negator: Option<Class>,
    /// The cue of words that report somebody else's speech.
    pub(super) reported: Option<Class>,
    /// For each class, the roles (one bit each) in whose turns anything asks for it.
    #[serde(with = "packed")]
    pub(super) needed: Vec<u8>,
    /// For each cue, the roles in whose turns a rule asks for it itself, not only for what is made of it.
    #[serde(with = "packed")]
    pub(super) asked: Vec<u8>,
    /// Words the recognisers need.
    pub tables: Tables,
    /// What it found in texts that came by before.
    #[serde(skip)]
    pub(super) known: Known,
    /// What was private in them.
    #[serde(skip)]
    pub(super) private: Private,
    /// Numbers of the cues, sorted by their names; made when first asked for.
    #[serde(skip)]
    pub(super) by_name: OnceLock<Vec<u16>>,
    /// The cues of `LEDGER`; the same.
    #[serde(skip)]
    pub(super) ledger: OnceLock<Vec<Option<CueId>>>,
}

/// Word lists for readers and recognisers, from `rules/language`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tables {
    /// Characters that stand for others.
    pub lookalikes: Lookalikes,
    /// What blanks look like and what does not.
    pub slots: super::native::slot::SlotWords,
    /// What stands beside numbers that are nobody's.
    pub numbers: super::native::number::NumberWords,
    /// What is no word in a call, and how figures are read aloud.
    pub speech: super::SpeechWords,
    /// How common words are: asked when cues are compiled, and never again.
    #[serde(skip)]
    pub frequency: super::Frequency,
}

impl Program {
    /// Looks, in each role's turns, only for what `wanted` cues are made of: a grammar of promises has nothing to
    /// do in what customers say.
    pub fn focus(&mut self, wanted: impl IntoIterator<Item = (CueId, Roles)>) {
        self.known = Known::default();
        self.needed = vec![0; self.classes as usize];
        for (cue, roles) in wanted {
            if let Some(needed) = self.needed.get_mut(usize::from(cue.0)) {
                *needed |= roles.0;
            }
        }
        self.asked = self.needed[..self.cues.len()].to_vec();
        for class in [self.negator, self.reported].into_iter().flatten() {
            self.needed[class as usize] = u8::MAX;
        }
        for regex in &self.regexes {
            if let Some(class) = regex.literals {
                self.needed[class as usize] = u8::MAX;
            }
        }
        // A cue comes after its parts: from the last to the first, what it needs is known when it is reached.
        for index in (0..self.cues.len()).rev() {
            for part in &self.cues.get(index).parts {
                let mask = self.needed[index] & part.mask();
                for class in part.classes() {
                    self.needed[class as usize] |= mask;
                }
            }
        }
    }

    /// Whether a scan that is not thorough tells this cue in this role's turns.
    pub fn looks_for(&self, cue: CueId, role: Role) -> bool {
        self.asked.get(usize::from(cue.0)).is_some_and(|asked| asked & bit(role) != 0)
    }

    /// The cues of [`super::LEDGER`], in its order.
    pub fn ledger(&self) -> &[Option<CueId>] {
        self.ledger.get_or_init(|| super::LEDGER.iter().map(|name| self.cue(name)).collect())
    }

    /// The cue of this name.
    pub fn cue(&self, name: &str) -> Option<CueId> {
        let names = self.by_name.get_or_init(|| {
            let mut numbers: Vec<u16> = (0_u16..).take(self.cues.len()).collect();
            numbers.sort_unstable_by_key(|&number| &self.cue_names[usize::from(number)]);
            numbers
        });
        let known = |&number: &u16| self.cue_names[usize::from(number)].as_str();
        names.binary_search_by_key(&name, known).ok().map(|at| CueId(names[at]))
    }

    /// The name of a cue.
    pub fn name(&self, cue: CueId) -> &str {
        &self.cue_names[usize::from(cue.0)]
    }

    /// The languages in which a cue is defined.
    pub fn languages(&self, cue: CueId) -> &[Lang] {
        &self.cues.get(usize::from(cue.0)).langs
    }

    /// The cues that a cue is made of, guards aside.
    pub fn made_of(&self, cue: CueId) -> Vec<CueId> {
        let patterns = self.cues.get(usize::from(cue.0)).parts.iter().flat_map(|part| &part.patterns);
        let classes = patterns.flat_map(Kind::classes);
        let named =
            classes.filter_map(|class| u16::try_from(class).ok().filter(|&class| usize::from(class) < self.cues.len()));
        let mut found: Vec<CueId> = named.map(CueId).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Every cue that another one looks at, guards included.
    pub fn referred(&self) -> impl Iterator<Item = CueId> {
        let parts = self.cues.iter().flat_map(|cue| &cue.parts);
        let guards = [self.negator, self.reported].into_iter().flatten();
        let classes = parts.flat_map(Part::classes).chain(guards);
        classes.filter_map(|class| {
            u16::try_from(class).ok().filter(|&class| usize::from(class) < self.cues.len()).map(CueId)
        })
    }

    /// What the weighed words of a cue come to around a byte of a scanned text; nothing where it has none.
    pub fn sum_at(&self, cue: CueId, scan: &Scan, at: u32) -> Option<Sum> {
        let patterns = self.cues.get(usize::from(cue.0)).parts.iter().flat_map(|part| &part.patterns);
        let sums = patterns.filter_map(|kind| match kind {
            Kind::Weigh { roles, scale, .. } => {
                Some(self.scales.get(roles)?.sum(*scale, &scan.folded.text, &scan.segments, at))
            }
            _ => None,
        });
        sums.max_by_key(|sum| sum.points - sum.least)
    }

    /// Whether hits of a cue may be promises, which have attributes.
    pub fn may_promise(&self, cue: CueId) -> bool {
        self.may_be(cue, &Native::is_promise)
    }

    /// Whether a recogniser may have found hits of a cue, or a part of them.
    pub fn may_be_recognised(&self, cue: CueId) -> bool {
        self.may_be(cue, &|_| true)
    }

    fn may_be(&self, cue: CueId, wanted: &impl Fn(Native) -> bool) -> bool {
        let mut patterns = self.cues.get(usize::from(cue.0)).parts.iter().flat_map(|part| &part.patterns);
        patterns.any(|kind| kind.native().is_some_and(wanted))
            || self.made_of(cue).into_iter().any(|part| self.may_be(part, wanted))
    }

    /// All cues' names, in evaluation order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cue_names.iter().map(String::as_str)
    }

    /// Number of literals and of regular expressions.
    pub fn size(&self) -> (usize, usize) {
        (self.folded.len() + self.skeleton.len(), self.regexes.len())
    }

    /// The literals on the folded text, for comparison with the bare automaton; none of a program that was stored.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.folded.texts()
    }
}
