//! A thread's working memory for scans.

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

/// A thread's working memory for scans: cheap to make, cheaper to use again.
#[derive(Default)]
pub struct Scratch {
    /// Places by class in the current text.
    pub(super) places: Places,
    /// The index of the current text.
    pub(super) index: Index,
    /// Literal hits, in the order found.
    pub(super) found: Vec<(Class, u32, u32)>,
    /// Patterns to try.
    pub(super) due: Due,
    pub(super) candidates: Vec<(u32, u32)>,
    pub(super) kept: Vec<(u32, u32)>,
    pub(super) words_found: Vec<(u32, u32)>,
    /// Points of weighed words, by the roles whose turns count.
    pub(super) pans: BTreeMap<u8, Pans>,
    pub(super) skeleton: Layer,
    /// The sound of the text.
    pub(super) sounded: String,
    /// First characters of words that may be disguised: bits by the lower half of the character.
    pub(super) leads: Vec<u64>,
    /// Regular expressions, compiled when first needed.
    pub(super) regexes: Vec<Option<Regex>>,
    pub(super) spare: Vec<Scan>,
    /// Looks for all cues, needed or not.
    pub(super) everything: bool,
    /// If set, dropped candidates are recorded here.
    pub(super) trace: Option<Vec<Trace>>,
    #[cfg(feature = "words")]
    pub(super) words: std::sync::Arc<crate::language::Words>,
}

impl Scratch {
    /// Looks for all cues, whether or not a rule needs them.
    pub fn thorough() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Looks for all cues and records dropped candidates, for `--why-not`.
    pub fn explaining() -> Self {
        Self { trace: Some(Vec::new()), ..Self::thorough() }
    }

    /// The candidates dropped since the last call.
    pub fn dropped(&mut self) -> Vec<Trace> {
        self.trace.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes a scan's memory back for the next one.
    pub fn recycle(&mut self, scan: Arc<Scan>) {
        if self.spare.len() < 64
            && let Ok(scan) = Arc::try_unwrap(scan)
        {
            self.spare.push(scan);
        }
    }

    /// Prepares for a new text.
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
