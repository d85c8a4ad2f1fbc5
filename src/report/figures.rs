//! The trailing records of the machine formats: what was skipped, failed or not evaluated, and the totals.

use super::{Counts, NotEvaluated, Setback, Summary};
use schemars::JsonSchema;
use serde::Serialize;

/// Version of the records.
pub(super) const SCHEMA: u8 = 1;

/// Input that was skipped or failed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetbackRecord {
    /// Version of the record.
    #[schemars(extend("const" = 1))]
    schema: u8,
    /// Kind of the record.
    #[schemars(extend("enum" = ["skipped", "failed"]))]
    r#type: &'static str,
    /// What and why.
    #[serde(flatten)]
    setback: Setback,
}

/// A rule that could not be asked.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotEvaluatedRecord {
    /// Version of the record.
    #[schemars(extend("const" = 1))]
    schema: u8,
    /// Kind of the record.
    #[schemars(extend("const" = "notEvaluated"))]
    r#type: &'static str,
    /// Which and why.
    #[serde(flatten)]
    rule: NotEvaluated,
}

/// The figures: `input` is `conversations` + `skipped` + `failed`.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Figures {
    /// Version of the record.
    #[schemars(extend("const" = 1))]
    schema: u8,
    /// Kind of the record.
    #[schemars(extend("const" = "summary"))]
    r#type: &'static str,
    /// Parts of the input.
    input: u64,
    /// Conversations that were judged.
    conversations: u64,
    /// Their turns.
    turns: u64,
    /// Their replies.
    replies: u64,
    /// Findings by severity; those that do not count are left out.
    findings: Counts,
    /// Findings that do not count: waived, in the baseline, or dropped after an appeal.
    suppressed: u64,
    /// Findings with a safe fix that `--fix` can write.
    fixable: u64,
    /// Parts of the input that were left out on purpose.
    skipped: u64,
    /// Parts of the input that could not be read.
    failed: u64,
    /// How often a rule could not be asked.
    not_evaluated: u64,
    /// The moment that deadlines were compared with; `null` where no dated rule was on.
    as_of: Option<String>,
}

impl Summary {
    pub(super) fn skipped_records(&self) -> impl Iterator<Item = SetbackRecord> {
        self.skipped.records().map(|setback| SetbackRecord::new("skipped", setback))
    }

    pub(super) fn failed_records(&self) -> impl Iterator<Item = SetbackRecord> {
        self.failed.records().map(|setback| SetbackRecord::new("failed", setback))
    }

    pub(super) fn not_evaluated_records(&self) -> impl Iterator<Item = NotEvaluatedRecord> {
        let record =
            |rule: &NotEvaluated| NotEvaluatedRecord { schema: SCHEMA, r#type: "notEvaluated", rule: rule.clone() };
        self.not_evaluated.iter().map(record)
    }

    pub(super) fn figures(&self) -> Figures {
        let (skipped, failed) = (self.skipped.count(), self.failed.count());
        Figures {
            schema: SCHEMA,
            r#type: "summary",
            input: self.conversations + skipped + failed,
            conversations: self.conversations,
            turns: self.turns,
            replies: self.replies,
            findings: self.findings,
            suppressed: self.suppressed,
            fixable: self.fixable,
            skipped,
            failed,
            not_evaluated: self.not_evaluated.iter().map(|rule| rule.count).sum(),
            as_of: self.as_of.clone(),
        }
    }
}

impl SetbackRecord {
    fn new(kind: &'static str, setback: &Setback) -> Self {
        Self { schema: SCHEMA, r#type: kind, setback: setback.clone() }
    }
}
