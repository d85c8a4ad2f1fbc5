//! How to judge: the part of the settings that concerns the judge.

use super::{Clock, House};
use crate::conversation::Lang;
use crate::cue::Lists;
use crate::rulebook::{Length, Rule, Severity};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the settings change about a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Override {
    /// Nothing.
    #[default]
    AsIs,
    /// It is switched off.
    Off,
    /// It has another severity.
    Severity(Severity),
}

/// How to judge.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Language of messages and help.
    pub locale: Lang,
    /// Language of the texts; `None`: by each turn's script.
    pub lang: Option<Lang>,
    /// For each rule of the rulebook, in order; rules beyond the end are unchanged.
    pub overrides: Vec<Override>,
    /// Lists of the settings that guards and rules name (`brand.channels`, `house.standard-phrases`), folded.
    pub lists: Lists,
    /// The current time, if known: without it no deadline is compared.
    pub clock: Option<Arc<Clock>>,
    /// Longest waits by rule and channel that the settings change.
    pub paces: BTreeMap<String, BTreeMap<String, Length>>,
    /// Waivers of the settings that apply to the text.
    pub waivers: Vec<Waiver>,
    /// For each [`RemarkKind`](super::RemarkKind), in order; kinds beyond the end are unchanged.
    pub remarks: Vec<Override>,
    /// Variables that every template may use (`slots.declared`).
    pub declared_slots: Vec<String>,
    /// The dialect of placeholders, if the settings name one (`slots.dialect`).
    pub dialect: Option<String>,
    /// Report every occurrence, even for rules that report one per reply: the caller will drop some of them.
    pub each: bool,
    /// Agreed facts, and what templates must state.
    pub house: Arc<House>,
}

impl Options {
    /// Whether the rule at this index is enabled.
    pub fn is_on(&self, number: usize) -> bool {
        self.overrides.get(number) != Some(&Override::Off)
    }

    /// The severity of the rule at this index; `None` if it is off.
    pub fn severity(&self, number: usize, rule: &Rule) -> Option<Severity> {
        severity(self.overrides.get(number), rule.severity)
    }
}

/// A severity after the settings' override; `None` if it is off.
pub(super) fn severity(said: Option<&Override>, default: Severity) -> Option<Severity> {
    match said {
        Some(Override::Off) => None,
        Some(Override::Severity(severity)) => Some(*severity),
        Some(Override::AsIs) | None => Some(default),
    }
}

/// A waiver of the settings whose paths match the file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Waiver {
    /// Its index among the waivers of the settings.
    pub number: usize,
    /// The rule, the pack, or a pattern such as `wording/*`.
    pub rule: String,
    /// The words that the finding must be about, if it says so.
    pub quote: Option<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Its last day, `YYYY-MM-DD`.
    pub expires: Option<String>,
}
