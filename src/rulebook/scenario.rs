//! Scenarios: the closed list of what a conversation can be about, and what each owes.

use super::raw::Localised;
use crate::language::fold_str;
use crate::source::{Diagnostic, wording};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a conversation is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scenario {
    /// Its id, such as `chase-refund`.
    pub id: String,
    /// Its names.
    pub names: Localised,
    /// All its names, its id included, folded.
    called: Vec<String>,
    /// The parts that a reply owes in this scenario, such as `apology`.
    pub owes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scenario: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    names: Localised,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    owes: Vec<String>,
}

/// The scenario with this name.
pub(super) fn find<'a>(scenarios: &'a [Scenario], name: &str) -> Option<&'a Scenario> {
    let name = fold_str(name.trim());
    scenarios.iter().find(|scenario| scenario.called.contains(&name))
}

/// Reads the list.
pub(super) fn read(path: &str, text: &str) -> Result<Vec<Scenario>, Diagnostic> {
    let file: File = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        Diagnostic::error("pack/scenarios", error.message().to_owned())
            .path(path)
            .text(text)
            .label(span, wording!("here"))
    })?;
    let scenario = |(id, Entry { names, also, owes }): (String, Entry)| {
        let own = [&id, &names.zh, &names.en].into_iter();
        let called = own.chain(&also).map(|name| fold_str(name)).collect();
        Scenario { id, names, called, owes }
    };
    Ok(file.scenario.into_iter().map(scenario).collect())
}
