//! Why a finding that is there does not count: a waiver, a baseline, an appeal that was upheld, or another finding that
//! says the same.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where it is said that a finding does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SuppressionKind {
    /// A waiver in the text's own comments.
    Inline,
    /// A waiver in the settings.
    Config,
    /// An entry of the baseline.
    Baseline,
    /// An appeal against the finding.
    Appeal,
    /// The finding of a more special rule over the same words; `reason` names the rule.
    SameWords,
}

/// What has become of the wish that it should not count. The words are SARIF's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SuppressionStatus {
    /// Granted: the finding does not count.
    #[default]
    Accepted,
    /// Somebody is looking at it; until then the finding counts.
    UnderReview,
    /// Refused: the finding counts.
    Rejected,
}

/// Why a finding does not count, or who has said that it should not.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Suppression {
    /// Where it is said.
    pub kind: SuppressionKind,
    /// What has become of it.
    pub status: SuppressionStatus,
    /// Why.
    pub reason: Option<String>,
    /// Who answers for a waiver, or who has decided an appeal.
    pub owner: Option<String>,
    /// The day from which (an appeal) or up to which (a waiver) it holds, `YYYY-MM-DD`.
    pub date: Option<String>,
}

impl Suppression {
    /// One that holds, with nothing more to say about it.
    pub const fn accepted(kind: SuppressionKind) -> Self {
        Self { kind, status: SuppressionStatus::Accepted, reason: None, owner: None, date: None }
    }
}

/// What a baseline says about a finding. The words are SARIF's; an entry without a finding is `baseline/stale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BaselineState {
    /// It is not in the baseline.
    New,
    /// It is.
    Unchanged,
}
