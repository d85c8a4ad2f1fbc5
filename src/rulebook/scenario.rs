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
    /// What teams call it, too: folded.
    pub also: Vec<String>,
    /// The parts that a reply in it owes, such as `apology`.
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

impl Scenario {
    /// Whether this is what it is called.
    pub fn is_called(&self, name: &str) -> bool {
        let name = fold_str(name.trim());
        let named = [&self.id, &self.names.zh, &self.names.en].into_iter().any(|own| fold_str(own) == name);
        named || self.also.contains(&name)
    }
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
    Ok(file.scenario.into_iter().map(|(id, Entry { names, also, owes })| Scenario { id, names, also, owes }).collect())
}
