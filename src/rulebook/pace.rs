//! The keys of `pace`: who waits for whom, after which words, and for how long.

use super::Length;
use super::check::Names;
use crate::conversation::Role;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which waits `pace` looks at.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Nth {
    /// Only the one before anybody of `to` has spoken.
    First,
    /// Those after that.
    Later,
    /// All.
    #[default]
    Any,
}

/// What `pace` measures.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Gauge {
    /// From a message to its answer.
    #[default]
    Wait,
    /// In a call: how long neither of the two spoke before a message of `to`.
    Silence,
    /// In a call: how long a message of `to` went on over one of `from`.
    Overlap,
}

/// `pace`. Only for transcripts.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Pace<C> {
    /// Whose message begins the wait.
    pub from: Role,
    /// Whose message ends it. A bot's answer does not count for an agent's.
    pub to: Role,
    /// What is measured. Silences and overlaps need the `end` of messages.
    #[serde(default)]
    pub measure: Gauge,
    /// Only messages with one of these begin a wait. Default: all.
    pub find: Option<Names<C>>,
    /// Which waits.
    #[serde(default)]
    pub nth: Nth,
    /// The longest wait by channel, `default` for all others: `90s`, `3m`, `24h`, `2 workhours`, `15 workdays`.
    /// Without any, only an answer that never comes offends.
    #[serde(default)]
    pub max: BTreeMap<String, Length>,
    /// A message in which one of these stands behind `find` begins no wait: whoever sent it is back already.
    #[serde(default)]
    pub back: Vec<C>,
    /// A message with one of these begins no wait and ends what was open. A silence behind one is announced; an overlap
    /// that says nothing else is listening.
    #[serde(default)]
    pub unless: Vec<C>,
    /// A message with one of these, such as “okay”, begins no wait: it asks for nothing.
    #[serde(default)]
    pub idle: Vec<C>,
    /// … unless the last message of `to` before it has one of these, such as a question: then it is an answer.
    #[serde(default)]
    pub open: Vec<C>,
    /// Offends also when no answer comes before the end of the conversation.
    #[serde(default)]
    pub unanswered: bool,
}
