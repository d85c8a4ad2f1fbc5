//! How much a finding matters, and how far a fix may be trusted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Style: shown, never in the way.
    Advice,
    /// Duties and promises.
    Warning,
    /// What a sane company never sends.
    Error,
}

/// Whether a fix may be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Safety {
    /// Keeps the meaning: applied by `--fix`.
    Safe,
    /// May change the meaning: applied by `--unsafe-fixes`.
    Unsafe,
    /// Needs a person to fill it in: shown, never applied.
    Ask,
}
