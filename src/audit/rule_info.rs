//! What the figures tell of a rule, for whoever reads them without the rulebook.

use crate::judge::{Options, Override, is_conditional};
use crate::rulebook::{Localised, Rule, Rulebook, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule of the rulebook, for whoever reads the figures without it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleInfo {
    /// Its id.
    pub rule: String,
    /// How much it matters, after the settings.
    pub severity: Severity,
    /// A few words that name it.
    #[serde(default)]
    pub title: Localised,
    /// What is wrong; may hold `{quote}`.
    pub message: Localised,
    /// What to write.
    pub help: Localised,
    /// Why it matters.
    pub why: Localised,
    /// Whether it is asked only under a condition: then its rate is over the cases in which the condition was met.
    pub conditional: bool,
}

impl RuleInfo {
    /// What there is to tell about a rule that is asked with this severity.
    pub fn of(rule: &Rule, severity: Severity) -> Self {
        Self {
            rule: rule.id.clone(),
            severity,
            title: rule.title.clone(),
            message: rule.message.clone(),
            help: rule.help.clone(),
            why: rule.why.clone(),
            conditional: is_conditional(rule),
        }
    }

    /// The rules of a rulebook that these options ask.
    pub fn all(rulebook: &Rulebook, options: &Options) -> Vec<Self> {
        let severity = |(number, rule): (usize, &Rule)| match options.overrides.get(number) {
            Some(Override::Off) => None,
            Some(Override::Severity(severity)) => Some(*severity),
            Some(Override::AsIs) | None => Some(rule.severity),
        };
        let rules = rulebook.rules.iter().enumerate();
        rules.filter_map(|(number, rule)| Some(Self::of(rule, severity((number, rule))?))).collect()
    }
}
