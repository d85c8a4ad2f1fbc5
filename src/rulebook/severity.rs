//! How much a finding matters, and how far a fix may be trusted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

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

impl Severity {
    /// All of them, weakest first.
    pub const ALL: [Self; 3] = [Self::Advice, Self::Warning, Self::Error];
}

/// A count for each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BySeverity([u64; 3]);

impl Index<Severity> for BySeverity {
    type Output = u64;

    fn index(&self, severity: Severity) -> &u64 {
        &self.0[severity as usize]
    }
}

impl IndexMut<Severity> for BySeverity {
    fn index_mut(&mut self, severity: Severity) -> &mut u64 {
        &mut self.0[severity as usize]
    }
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
