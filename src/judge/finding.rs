//! A finding: what a rule reports about a place in a conversation. Plain data; the report decides how it is shown.

use super::{BaselineState, Suppression, SuppressionStatus};
use crate::conversation::{Cell, Role};
use crate::rulebook::{Safety, Severity};
use crate::source::{Position, Span};
use serde::{Deserialize, Serialize};

/// One replacement in a turn's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Turn, from 0.
    pub turn: usize,
    /// What to replace, in UTF-8 bytes of the turn's text; empty for an insertion.
    pub span: Span,
    /// What to write instead.
    pub text: String,
}

/// Edits that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// The replacements, in order, not overlapping.
    pub edits: Vec<Edit>,
    /// Whether they may be applied.
    pub safety: Safety,
}

/// Another place that belongs to the finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Turn, from 0.
    pub turn: usize,
    /// UTF-8 bytes of that turn's text.
    pub span: Span,
    /// How it is related.
    pub message: String,
    /// Its file, if it is in another conversation than the finding.
    pub path: Option<String>,
    /// Its place in that file.
    pub location: Option<Location>,
    /// The words there, if they are in another conversation.
    pub quote: Option<String>,
}

/// Start and end of a finding in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// A place in a file as people read it: `refund.md:42`, `phrases.xlsx!Sheet1!C4`.
pub fn shown_place(path: &str, line: Option<usize>, cell: Option<&Cell>) -> String {
    match (line, cell) {
        (Some(line), _) => format!("{path}:{line}"),
        (None, Some(cell)) => format!("{path}!{cell}"),
        (None, None) => path.to_owned(),
    }
}

/// What a rule reports about a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule's id, `<pack>/<offence>`.
    pub rule: String,
    /// How much it matters, after the settings' overrides.
    pub severity: Severity,
    /// What is wrong, in the chosen locale; holds the words of the text as they are (not masked, not escaped).
    pub message: String,
    /// What to write instead, in the chosen locale; may be empty.
    pub help: String,
    /// The input's path as given; `None` for `--text`.
    pub path: Option<String>,
    /// The conversation's id.
    pub conversation: Option<String>,
    /// Turn, from 0.
    pub turn: usize,
    /// Role of the turn.
    pub role: Role,
    /// Place in the turn's text, UTF-8 bytes; empty where `outside` says more.
    pub span: Span,
    /// Place in the conversation's chunk, for what stands beside the text: its metadata.
    pub outside: Option<Span>,
    /// Place in the file; `None` where it cannot be mapped.
    pub location: Option<Location>,
    /// The cell that it stands in, if the input is a sheet.
    pub cell: Option<Cell>,
    /// The words themselves (not masked, not escaped).
    pub quote: String,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Ways to fix it.
    pub fixes: Vec<Fix>,
    /// Stable name of this finding, `v1:` and 32 hexadecimal digits: rule, masked quote, 16 masked folded
    /// characters of its line on either side and the ordinal among equals. Not the path, line, message or locale.
    pub fingerprint: String,
    /// Fingerprints under the rule's former ids, so that a baseline survives a renamed rule.
    pub former_fingerprints: Vec<String>,
    /// Paths and fingerprints under which a full run would report this: a run over changes may report another template.
    /// A baseline that has all of them knows this finding.
    pub told_elsewhere: Vec<(String, String)>,
    /// Why it does not count, or who has asked that it should not; see [`Finding::counts`].
    pub suppression: Option<Suppression>,
    /// What the baseline says about it; `None` without a baseline.
    pub baseline_state: Option<BaselineState>,
}

impl Finding {
    /// Whether it is shown to people and decides the exit status. Waived and baseline findings do not count; an appeal
    /// that is undecided or was rejected changes nothing.
    pub fn counts(&self) -> bool {
        self.suppression.as_ref().is_none_or(|suppression| suppression.status != SuppressionStatus::Accepted)
    }
}
