//! When a rule is asked at all: conditions on what was said, by whom, and on what is known of the conversation.

use crate::conversation::Role;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What must hold before a rule is asked at all.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, bound = "C: Serialize + DeserializeOwned")]
pub struct When<C> {
    /// Any one of these is enough. Empty: always.
    #[serde(default)]
    pub any: Vec<Trigger<C>>,
    /// Each of these must hold, too.
    #[serde(default)]
    pub all: Vec<Trigger<C>>,
    /// None of these may hold.
    #[serde(default)]
    pub unless: Vec<Trigger<C>>,
}

impl<C> When<C> {
    /// All its conditions.
    pub fn triggers(&self) -> impl Iterator<Item = &Trigger<C>> {
        self.any.iter().chain(&self.all).chain(&self.unless)
    }
}

impl<C> Default for When<C> {
    fn default() -> Self {
        Self { any: Vec::new(), all: Vec::new(), unless: Vec::new() }
    }
}

/// One condition; exactly one key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub enum Trigger<C> {
    /// The customer's messages before the reply hold this cue; `any`: the customer said something.
    Customer(C),
    /// The reply holds this cue.
    Reply(C),
    /// The agent said this in an earlier reply.
    Earlier(C),
    /// The customer said this at any time before the reply.
    Ever(C),
    /// The customer merely answers: the agent's message before the customer's holds this cue, and what the customer
    /// said since is at most eight words (Han characters count as words).
    Answers(C),
    /// A message of the platform holds this cue.
    System(C),
    /// Somebody of this role has spoken before.
    After(Role),
    /// The reply is the first of an agent (`true`), or a later one (`false`).
    First(bool),
    /// Somebody of this role closed the chat.
    ClosedBy(Role),
    /// The stated scenario owes this part (`rules/scenarios.toml`).
    Owes(String),
    /// The stated scenario is this one.
    Scenario(String),
    /// The text goes out by this channel, as its metadata or its input says: `sms`, `wechat`, `email`.
    Channel(String),
}
