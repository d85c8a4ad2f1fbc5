//! How far a corpus covers a rulebook: how often each rule and each cue was found, and which never were.

use crate::conversation::{Conversation, Kind};
use crate::cue::{Lists, Scratch};
use crate::judge::Finding;
use crate::rulebook::Rulebook;
use serde::Serialize;
use std::collections::BTreeMap;

/// How often something was found, and in how many conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fired {
    /// Times in all.
    pub times: u64,
    /// Conversations with at least one.
    pub conversations: u64,
}

/// A corpus's coverage of a rulebook.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Version of this format.
    pub schema: u32,
    /// Conversations that were read.
    pub conversations: u64,
    /// Messages in them.
    pub turns: u64,
    /// Every rule, found or not.
    pub rules: BTreeMap<String, Fired>,
    /// Every cue, found or not.
    pub cues: BTreeMap<String, Fired>,
}

impl Coverage {
    /// Zero counts for these rules and cues.
    pub fn new(rules: impl Iterator<Item = String>, cues: impl Iterator<Item = String>) -> Self {
        let none = |name| (name, Fired::default());
        Self { schema: 1, rules: rules.map(none).collect(), cues: cues.map(none).collect(), ..Self::default() }
    }

    /// Adds a conversation's counts. Cues are searched in all turns, whether or not a rule needs them.
    pub fn add(&mut self, seen: &Seen) {
        self.conversations += 1;
        self.turns += seen.turns;
        for (rule, times) in &seen.rules {
            note(&mut self.rules, rule, *times);
        }
        for (cue, times) in &seen.cues {
            note(&mut self.cues, cue, *times);
        }
    }
}

fn note(fired: &mut BTreeMap<String, Fired>, name: &str, times: u64) {
    if let Some(fired) = fired.get_mut(name) {
        fired.times += times;
        fired.conversations += 1;
    }
}

/// Counts for one conversation.
#[derive(Debug, Default)]
pub struct Seen {
    turns: u64,
    rules: BTreeMap<String, u64>,
    cues: BTreeMap<String, u64>,
}

impl Seen {
    /// Counts rules and cues in a conversation. `scratch` is a thorough one.
    pub fn of(
        rulebook: &Rulebook,
        conversation: &Conversation,
        findings: &[Finding],
        lists: &Lists,
        scratch: &mut Scratch,
    ) -> Self {
        let mut seen = Self { turns: conversation.turns.len() as u64, ..Self::default() };
        for finding in findings {
            *seen.rules.entry(finding.rule.clone()).or_default() += 1;
        }
        for turn in conversation.turns.iter().filter(|turn| turn.kind == Kind::Text) {
            let scan = rulebook.program.scan(scratch, &turn.text, turn.role, lists);
            for hit in scan.all() {
                *seen.cues.entry(rulebook.program.name(hit.cue).to_owned()).or_default() += 1;
            }
            scratch.recycle(scan);
        }
        seen
    }
}
