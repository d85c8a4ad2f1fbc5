//! How to judge: the settings, as far as they reach the judge.

use super::{Clock, House};
use crate::conversation::Lang;
use crate::cue::Lists;
use crate::rulebook::{Length, Rule, Severity};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the settings have to say about a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Override {
    /// Nothing.
    #[default]
    AsIs,
    /// It is switched off.
    Off,
    /// It matters more, or less.
    Severity(Severity),
}

/// How to judge.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Language of messages and help.
    pub locale: Lang,
    /// Language of the texts; `None`: told from each turn's script.
    pub lang: Option<Lang>,
    /// For each rule of the rulebook, in order; rules beyond the end are as they are.
    pub overrides: Vec<Override>,
    /// Lists of the settings that guards and rules name (`brand.channels`, `house.standard-phrases`), folded.
    pub lists: Lists,
    /// The time, where it is known: without it no deadline is compared with anything.
    pub clock: Option<Arc<Clock>>,
    /// Longest waits by rule and channel, where the settings have others than the rule.
    pub paces: BTreeMap<String, BTreeMap<String, Length>>,
    /// Waivers of the settings that hold for the text.
    pub waivers: Vec<Waiver>,
    /// For each [`RemarkKind`](super::RemarkKind), in order; kinds beyond the end are as they are.
    pub remarks: Vec<Override>,
    /// Variables that every template may use (`slots.declared`).
    pub declared_slots: Vec<String>,
    /// How placeholders are written, where the settings say so (`slots.dialect`).
    pub dialect: Option<String>,
    /// Report every place, also for rules that report one a reply: whoever asks for this drops some of them later.
    pub each: bool,
    /// Facts that were agreed, what templates owe.
    pub house: Arc<House>,
}

impl Options {
    /// Whether the rule at this place in the rulebook is asked.
    pub fn is_on(&self, number: usize) -> bool {
        self.overrides.get(number) != Some(&Override::Off)
    }

    /// How much the rule at this place in the rulebook matters; `None` where it is not asked.
    pub fn severity(&self, number: usize, rule: &Rule) -> Option<Severity> {
        severity(self.overrides.get(number), rule.severity)
    }
}

/// What the settings make of a severity; `None` where they switch it off.
pub(super) fn severity(said: Option<&Override>, default: Severity) -> Option<Severity> {
    match said {
        Some(Override::Off) => None,
        Some(Override::Severity(severity)) => Some(*severity),
        Some(Override::AsIs) | None => Some(default),
    }
}

/// A waiver of the settings, for a file that its paths fit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Waiver {
    /// Its place among the waivers of the settings.
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
