//! The compiled cues that the scanner runs. Plain data, so that those of the default rulebook can be stored.

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

/// All cues of a rulebook, ready to scan.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Program {
    /// In evaluation order; the index is the cue's class.
    pub(super) cues: Cues,
    /// Their names.
    pub(super) cue_names: Vec<String>,
    /// Number of classes: those of the cues, then those of words.
    pub(super) classes: u32,
    /// Literals for the folded text.
    pub(super) folded: Matcher,
    /// Literals for the skeleton, which undoes disguises.
    pub(super) skeleton: Matcher,
    /// Literals for the sound, which finds homophones.
    pub(super) sound: Matcher,
    /// The classes of these.
    #[serde(with = "packed")]
    pub(super) heard: Vec<Class>,
    /// Weighed words, by the roles whose turns count, as bits.
    pub(super) scales: BTreeMap<u8, Scales>,
    /// Words that are searched for only when a cue needs them.
    pub(super) lesser: Lesser,
    /// First characters of skeleton words, with their look-alikes; sorted.
    pub(super) leads: Vec<char>,
    /// Regular expressions, each with its cue.
    pub(super) regexes: Vec<Pattern>,
    /// The patterns to try once a class has a hit.
    pub(super) watchers: Watchers,
    /// The cue of negators, if there is one.
    pub(super) negator: Option<Class>,
    /// The cue of words that report what others said.
    pub(super) reported: Option<Class>,
    /// For each class, the roles (one bit each) in whose turns it is needed.
    #[serde(with = "packed")]
    pub(super) needed: Vec<u8>,
    /// For each cue, the roles in whose turns a rule uses the cue itself, not only something made of it.
    #[serde(with = "packed")]
    pub(super) asked: Vec<u8>,
    /// Words the recognisers need.
    pub tables: Tables,
    /// Cached scans.
    #[serde(skip)]
    pub(super) known: Known,
    /// Cached private data.
    #[serde(skip)]
    pub(super) private: Private,
    /// Cues sorted by name; made when first needed.
    #[serde(skip)]
    pub(super) by_name: OnceLock<Vec<u16>>,
    /// The cues of `LEDGER`; made when first needed.
    #[serde(skip)]
    pub(super) ledger: OnceLock<Vec<Option<CueId>>>,
}

/// Word lists for readers and recognisers, from `rules/language`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tables {
    /// Look-alike characters.
    pub lookalikes: Lookalikes,
    /// Words around placeholders.
    pub slots: super::native::slot::SlotWords,
    /// Words around numbers.
    pub numbers: super::native::number::NumberWords,
    /// Fillers and pauses of calls, and spoken digits.
    pub speech: super::SpeechWords,
    /// How common words are; used only when cues are compiled.
    #[serde(skip)]
    pub frequency: super::Frequency,
}

impl Program {
    /// Limits the scan, in each role's turns, to what the `wanted` cues are made of: customers' turns, for example,
    /// need no grammar of promises.
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
        // Backwards: a cue comes after its parts, so all that need a part are known when it is reached.
        for index in (0..self.cues.len()).rev() {
            for part in &self.cues.get(index).parts {
                let mask = self.needed[index] & part.mask();
                for class in part.classes() {
                    self.needed[class as usize] |= mask;
                }
            }
        }
    }

    /// Whether an ordinary scan, not a thorough one, finds this cue in this role's turns.
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

    /// The cues that a cue is made of, without those of its guards.
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

    /// Every cue that another one uses, guards included.
    pub fn referred(&self) -> impl Iterator<Item = CueId> {
        let parts = self.cues.iter().flat_map(|cue| &cue.parts);
        let guards = [self.negator, self.reported].into_iter().flatten();
        let classes = parts.flat_map(Part::classes).chain(guards);
        classes.filter_map(|class| {
            u16::try_from(class).ok().filter(|&class| usize::from(class) < self.cues.len()).map(CueId)
        })
    }

    /// The points of a cue's weighed words around a byte of a scanned text; `None` if it has none.
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

    /// Whether hits of a cue, or parts of them, may come from a recogniser.
    pub fn may_be_recognised(&self, cue: CueId) -> bool {
        self.may_be(cue, &|_| true)
    }

    fn may_be(&self, cue: CueId, wanted: &impl Fn(Native) -> bool) -> bool {
        let mut patterns = self.cues.get(usize::from(cue.0)).parts.iter().flat_map(|part| &part.patterns);
        patterns.any(|kind| kind.native().is_some_and(wanted))
            || self.made_of(cue).into_iter().any(|part| self.may_be(part, wanted))
    }

    /// The names of all cues, in evaluation order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cue_names.iter().map(String::as_str)
    }

    /// Numbers of literals and of regular expressions.
    pub fn size(&self) -> (usize, usize) {
        (self.folded.len() + self.skeleton.len(), self.regexes.len())
    }

    /// The literals for the folded text, for benchmarks; empty in a stored program.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.folded.texts()
    }
}
