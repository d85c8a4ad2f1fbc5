//! What figures say about a rule, for readers without the rulebook.

use crate::judge::{Options, Override, is_conditional};
use crate::rulebook::{Localised, Rule, Rulebook, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule, for readers without the rulebook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleInfo {
    /// Its id.
    pub rule: String,
    /// How much it matters, after the settings.
    pub severity: Severity,
    /// A short title.
    #[serde(default)]
    pub title: Localised,
    /// What is wrong; may hold `{quote}`.
    pub message: Localised,
    /// What to write.
    pub help: Localised,
    /// Why it matters.
    pub why: Localised,
    /// Whether it has a condition: its rate is then over the cases in which the condition was met.
    pub conditional: bool,
}

impl RuleInfo {
    /// A rule's information, with the severity that the settings give it.
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

    /// The rules that are on.
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
