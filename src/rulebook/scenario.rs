//! Scenarios: the closed list of what a conversation can be about, and what each owes.

use super::raw::Localised;
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
    owes: Vec<String>,
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
    Ok(file.scenario.into_iter().map(|(id, Entry { names, owes })| Scenario { id, names, owes }).collect())
}
