//! What became of the promises of an audit, counted: lasting ones apart from those that are done within the chat.

use super::{Entry, Share};
use crate::judge::Outcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Promises by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Kept in time.
    pub kept: u64,
    /// Kept too late.
    pub late: u64,
    /// Not kept.
    pub broken: u64,
    /// Not due yet.
    pub open: u64,
    /// The data does not tell.
    pub unknown: u64,
}

/// The promises of an audit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Outcomes {
    /// The moment that due times were compared with.
    pub as_of: String,
    /// Promises that outlast the chat.
    pub lasting: Counts,
    /// Promises to do something within the chat, such as to look something up.
    pub in_chat: Counts,
    /// Of the lasting promises whose outcome is known, those that were kept in time.
    pub kept: Share,
}

impl Counts {
    fn of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Self {
        let mut counts = Self::default();
        for entry in entries {
            *match entry.outcome {
                Outcome::Kept => &mut counts.kept,
                Outcome::Late => &mut counts.late,
                Outcome::Broken => &mut counts.broken,
                Outcome::Open => &mut counts.open,
                Outcome::Unknown => &mut counts.unknown,
            } += 1;
        }
        counts
    }

    /// All of them.
    pub const fn all(self) -> u64 {
        self.kept + self.late + self.broken + self.open + self.unknown
    }
}

impl Outcomes {
    /// Counts these promises, which were compared with this moment.
    pub fn of(entries: &[&Entry], as_of: &str) -> Self {
        let counted =
            |immediate: bool| Counts::of(entries.iter().copied().filter(|entry| entry.immediate == immediate));
        let (lasting, in_chat) = (counted(false), counted(true));
        let known = lasting.kept + lasting.late + lasting.broken;
        Self { as_of: as_of.to_owned(), lasting, in_chat, kept: Share::new(lasting.kept, known) }
    }
}
