//! What a thread works with while it scans.

use super::class::Class;
use super::guard::Trace;
use super::lesser::Index;
use super::program::Program;
use super::scan::Scan;
use super::sequence::Places;
use super::watch::Due;
use super::weigh::Pans;
use crate::language::Layer;
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One thread's own working memory. Costs little to make and much less to keep.
#[derive(Default)]
pub struct Scratch {
    /// Places by class, for the turn at hand.
    pub(super) places: Places,
    /// Where the characters of the turn at hand stand.
    pub(super) index: Index,
    /// Literals, as they were found.
    pub(super) found: Vec<(Class, u32, u32)>,
    /// Patterns to try.
    pub(super) due: Due,
    pub(super) candidates: Vec<(u32, u32)>,
    pub(super) kept: Vec<(u32, u32)>,
    pub(super) words_found: Vec<(u32, u32)>,
    /// What the words with points come to, by the roles that are listened to.
    pub(super) pans: BTreeMap<u8, Pans>,
    pub(super) skeleton: Layer,
    /// The sound of the text.
    pub(super) sounded: String,
    /// The first characters of words that may be disguised, as bits by the lower half of the character.
    pub(super) leads: Vec<u64>,
    /// Compiled when first needed.
    pub(super) regexes: Vec<Option<Regex>>,
    pub(super) spare: Vec<Scan>,
    /// Looks for every cue, whether or not anything asks for it in this role's turns.
    pub(super) everything: bool,
    /// When set, every dropped candidate is noted here.
    pub(super) trace: Option<Vec<Trace>>,
    #[cfg(feature = "words")]
    pub(super) words: std::sync::Arc<crate::language::Words>,
}

impl Scratch {
    /// Looks for every cue, whether or not anything asks for it: for tests of cues.
    pub fn thorough() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Looks for every cue and notes every candidate that is dropped: for whoever asks why not.
    pub fn explaining() -> Self {
        Self { trace: Some(Vec::new()), ..Self::thorough() }
    }

    /// What was dropped since this was last asked.
    pub fn dropped(&mut self) -> Vec<Trace> {
        self.trace.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes a scan back, so that its memory serves again.
    pub fn recycle(&mut self, scan: Arc<Scan>) {
        if self.spare.len() < 64
            && let Ok(scan) = Arc::try_unwrap(scan)
        {
            self.spare.push(scan);
        }
    }

    /// A new text is at hand.
    pub(super) fn begin(&mut self, program: &Program) {
        if self.places.classes() != program.classes as usize {
            *self = Self {
                spare: std::mem::take(&mut self.spare),
                trace: self.trace.take(),
                everything: self.everything,
                ..Self::default()
            };
            self.places.resize(program.classes as usize);
            self.leads.resize(1 << 10, 0);
            for &lead in &program.leads {
                self.leads[(lead as usize >> 6) % (1 << 10)] |= 1 << (lead as usize & 63);
            }
            self.due.resize(program.watchers.len());
            self.regexes.resize_with(program.regexes.len(), || None);
        }
        self.places.clear();
        self.index.clear();
        self.pans.values_mut().for_each(Pans::clear);
        self.due.reset(program.watchers.always());
    }
}
