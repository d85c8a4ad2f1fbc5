//! A row: an audit's result for one conversation. Owned, and read back from `conversations.jsonl` as written.

use super::Points;
use crate::conversation::Role;
use crate::rulebook::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One audited conversation. In a file, its private data is masked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ConversationResult {
    /// Version of the record.
    pub schema: u8,
    /// Its place among all conversations of the audit, from 0.
    pub number: u64,
    /// The input's path as given; none for standard input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Line (of a spreadsheet: row) at which it begins, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The input's own id.
    pub conversation: Option<String>,
    /// The agent whom the conversation names.
    pub agent: Option<String>,
    /// The agent's team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Chat, letter, call, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The customer's rating, as the input has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<String>,
    /// The scenario, as the input has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// The day on which it began, `YYYY-MM-DD`, in the configured zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// When it began, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// When it ended, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Messages.
    pub turns: u64,
    /// Messages with a time that cannot be read; what depends on it was not judged.
    #[serde(skip_serializing_if = "is_none")]
    pub unreadable_times: u64,
    /// Messages that are, by their clock, more than a minute earlier than one before them; waits beside them were not
    /// measured.
    #[serde(skip_serializing_if = "is_none")]
    pub backward_times: u64,
    /// The first unreadable time, for the warning; not in the file.
    #[serde(skip)]
    pub unreadable: Option<UnreadableTime>,
    /// Runs of agent messages that were judged.
    pub replies: u64,
    /// Why it cannot be sampled or scored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid: Option<Invalid>,
    /// Each agent's part, in the order of their first words. An agent answers for their own turns only.
    pub parts: Vec<Part>,
    /// What was found, in the order of its places.
    pub findings: Vec<Found>,
    /// Rules that could not be evaluated, and so are not clean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_evaluated: Vec<String>,
    /// One for each scorecard and agent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<Score>,
    /// What the customer complains of, by cue.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// Words of the customer's complaints, each once; only with the dictionary (`words`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Acts of the customer that a scorecard asks for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customer_acts: Vec<String>,
    /// Hash of the rulebook.
    pub rulebook: String,
}

/// A time that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableTime {
    /// Line of its message in the input, or its row in a table, from 1.
    pub line: usize,
    /// As it is written.
    pub text: String,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Why a conversation says nothing about an agent's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Invalid {
    /// It has no messages.
    Empty,
    /// No agent spoke: nothing is judged.
    NoAgent,
    /// No agent spoke although the customer asked for a person: not judged, but reported.
    NobodyCame,
    /// The customer said nothing: judged, but not drawn for review.
    NoCustomer,
}

impl Invalid {
    /// Whether it is left out of every figure.
    pub fn is_skipped(self) -> bool {
        matches!(self, Self::Empty | Self::NoAgent | Self::NobodyCame)
    }
}

/// One agent's part of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Part {
    /// The agent; none where the input names none.
    pub agent: Option<String>,
    /// Messages.
    pub turns: u64,
    /// Replies that this agent began.
    pub replies: u64,
    /// Rules with a condition that was met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<String>,
    /// Acts of this agent that a scorecard asks for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<String>,
}

/// One finding with what is needed to show it without its conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The rule.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to write instead; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The message, from 0.
    pub turn: u64,
    /// Who said it.
    pub role: Role,
    /// The agent who answers for it.
    pub agent: Option<String>,
    /// When it was said, RFC 3339 where that is known, else as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// First byte of the words in the message's text, in UTF-8.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// Words before, at most 24 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub before: String,
    /// The words, at most 200 characters and then `…`.
    pub quote: String,
    /// Words behind, at most 24 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
    /// The customer's last words before it, at most 80 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_said: Option<String>,
    /// Stable name of the finding.
    pub fingerprint: String,
    /// What a person said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
}

/// What a person said about a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Review {
    /// What was decided; `suspected` while an appeal is open, and where the agent accepts the finding.
    pub outcome: FatalState,
    /// Whether the agent appealed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub appeal: bool,
    /// Whether the agent accepts the finding, and nobody has decided on it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reviewer: String,
    /// When, as the reviewer wrote it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub when: String,
}

impl Review {
    /// Whether the agent accepts the finding: nobody else leaves neither a decision nor an appeal.
    pub fn is_accepted(&self) -> bool {
        !self.appeal && self.outcome == FatalState::Suspected
    }
}

impl Found {
    /// Whether it counts: nobody has said that it is wrong.
    pub fn stands(&self) -> bool {
        self.state() != FatalState::Dismissed
    }

    /// What is known about it.
    pub fn state(&self) -> FatalState {
        self.review.as_ref().map_or(FatalState::Suspected, |review| review.outcome)
    }
}

/// What a scorecard gives one agent for one conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Score {
    /// The scorecard's id.
    pub scorecard: String,
    /// The agent.
    pub agent: Option<String>,
    /// Points earned, of `possible`.
    pub earned: Points,
    /// Points that applied here and that a machine can judge.
    pub possible: Points,
    /// Bonus points, on top.
    #[serde(skip_serializing_if = "Points::is_zero")]
    pub bonus: Points,
    /// Points that only a human can give; not given yet.
    #[serde(skip_serializing_if = "Points::is_zero")]
    pub human: Points,
    /// The machine's score, 0 to 100; none where nothing applied.
    pub percent: Option<Points>,
    /// The grade's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// Whether it is at or above the pass mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed: Option<bool>,
    /// Items that cost or earned points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemResult>,
    /// Items that did not apply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_applicable: Vec<String>,
    /// Red lines that may have been crossed. They change no score before a person confirms them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fatal: Vec<Fatal>,
}

/// An item that cost or earned points.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ItemResult {
    /// The item's id, `<section>/<item>`.
    pub item: String,
    /// How often it counted: findings that share words, and those of one rule in one sentence, count once.
    pub hits: u64,
    /// Points: below zero they were lost, above zero they came on top.
    pub points: Points,
    /// Its evidence: indices into the row's `findings`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<u64>,
}

/// What a red line protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FatalKind {
    /// The customer's experience (客户致命).
    Customer,
    /// The business (业务致命).
    Business,
    /// The law and the house's duties (合规致命).
    Compliance,
}

/// The state of a red line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FatalState {
    /// The machine saw it; nobody has looked yet (疑似·待复核).
    #[default]
    Suspected,
    /// A named person confirms it.
    Confirmed,
    /// A named person rejects it.
    Dismissed,
}

/// A red line that may have been crossed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fatal {
    /// The item's id.
    pub item: String,
    /// What it protects.
    pub kind: FatalKind,
    /// Whether a person has looked.
    pub state: FatalState,
    /// The evidence: indices into the row's `findings`.
    pub findings: Vec<u64>,
}

/// A line of `findings.jsonl`: a finding with the facts of its conversation.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingLine<'a> {
    schema: u8,
    r#type: &'static str,
    /// The conversation's place in the audit.
    number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    conversation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<&'a str>,
    #[serde(flatten)]
    found: &'a Found,
    rulebook: &'a str,
}

impl<'a> FindingLine<'a> {
    /// The line of a finding of this row.
    pub fn new(row: &'a ConversationResult, found: &'a Found) -> Self {
        Self {
            schema: row.schema,
            r#type: "finding",
            number: row.number,
            path: row.path.as_deref(),
            sheet: row.sheet.as_deref(),
            line: row.line,
            conversation: row.conversation.as_deref(),
            team: row.team.as_deref(),
            channel: row.channel.as_deref(),
            day: row.day.as_deref(),
            found,
            rulebook: &row.rulebook,
        }
    }
}
