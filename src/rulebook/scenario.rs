//! Scenarios: the closed list of what a conversation can be about, and what each owes.

use super::Rulebook;
use super::raw::Localised;
use crate::conversation::{Conversation, Field};
use crate::source::Diagnostic;
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

impl Rulebook {
    /// Gives a conversation's scenario its id. Returns a name that is none of the list: duties that depend on it would be
    /// silent.
    pub fn settle_scenario(&self, conversation: &mut Conversation) -> Option<String> {
        // What a sheet calls a scenario is most often a sentence; where it is a name of the list, it counts.
        if conversation.scenario.is_none() {
            let said = conversation.metadata.text(Field::Scenario);
            conversation.scenario = said.and_then(|name| self.scenario(name)).map(|known| known.id.clone());
        }
        let name = conversation.scenario.as_ref()?;
        let Some(known) = self.scenario(name) else {
            // A template says where its scenario stands: a rule points at it.
            return Some(name.clone()).filter(|_| conversation.metadata.get(Field::Scenario).is_none());
        };
        conversation.scenario = Some(known.id.clone());
        None
    }
}

/// Reads the list.
pub(super) fn read(path: &str, text: &str) -> Result<Vec<Scenario>, Diagnostic> {
    let file: File = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        Diagnostic::error("pack/scenarios", error.message().to_owned()).path(path).text(text).label(span, "here")
    })?;
    Ok(file.scenario.into_iter().map(|(id, Entry { names, owes })| Scenario { id, names, owes }).collect())
}
