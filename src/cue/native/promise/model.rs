//! The parts of a promise: who acts, what is done, by which means, and until when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How firm the time of a promise is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Deadline {
    /// A date, clock time or number of hours, days or working days.
    Specific,
    /// A word such as "soon".
    Vague,
    /// No word of time at all.
    #[default]
    None,
}

/// Who acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The writer, or the house.
    #[default]
    Agent,
    /// A third party: a specialist, a department, the courier.
    Other,
}

/// Whether anybody can be held to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// Someone is named.
    Named,
    /// Nobody is named, but it is clearly the writer's side.
    #[default]
    Implied,
    /// "Somebody will …".
    Anonymous,
}

/// A commitment to a future action. Offsets are bytes of the folded text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// The whole promise.
    pub span: (u32, u32),
    /// Whose action.
    pub who: Who,
    /// Whether anybody can be held to it.
    pub owner: Owner,
    /// The action.
    pub action: Option<(u32, u32)>,
    /// The means: telephone, message, …
    pub channel: Option<(u32, u32)>,
    /// What must happen first.
    pub condition: Option<(u32, u32)>,
    /// The condition is a step of the house (“once we have checked”), which excuses no delay.
    pub own_step: bool,
    /// To be done within the chat.
    pub immediate: bool,
    /// How firm the time is.
    pub deadline: Deadline,
    /// The words of time.
    pub time: Option<(u32, u32)>,
}

/// The subject of a clause.
#[derive(Clone, Copy)]
pub(super) struct Subject {
    pub who: Who,
    pub owner: Owner,
}

impl Subject {
    /// Whether it is the writer's own side, by name.
    pub(super) fn ours(self) -> bool {
        self.who == Who::Agent && self.owner == Owner::Named
    }
}
