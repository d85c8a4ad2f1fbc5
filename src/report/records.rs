//! The records of the machine formats, schema version 1: keys are added, never changed or taken away.

use super::figures::{Figures, NotEvaluatedRecord, SCHEMA, SetbackRecord};
use super::view::View;
use crate::conversation::Role;
use crate::judge;
use crate::rulebook::{Safety, Severity};
use crate::source;
use schemars::JsonSchema;
use serde::Serialize;

/// JSON Schema of what `--format json` (one document) and `--format jsonl` (one record a line) write.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Output)
}

/// What `replylint check` writes for machines: a document, or one record a line.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is made")]
#[schemars(title = "replylint findings")]
enum Output {
    /// `--format json`: everything in one.
    Document(Box<Document>),
    /// `--format jsonl`: a finding.
    Finding(Box<Finding>),
    /// `--format jsonl`: input that was skipped or failed.
    Setback(Box<SetbackRecord>),
    /// `--format jsonl`: a rule that could not be asked.
    NotEvaluated(NotEvaluatedRecord),
    /// `--format jsonl`: the figures, last.
    Summary(Figures),
}

/// All records in one, as [`super::Json`] writes it piece by piece.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "only its schema is made")]
struct Document {
    /// Version of the records.
    #[schemars(extend("const" = 1))]
    schema: u8,
    /// What was found.
    findings: Vec<Finding>,
    /// Input that was left out on purpose.
    skipped: Vec<SetbackRecord>,
    /// Input that could not be read.
    failed: Vec<SetbackRecord>,
    /// Rules that could not be asked.
    not_evaluated: Vec<NotEvaluatedRecord>,
    /// The figures.
    summary: Figures,
}

/// UTF-8 bytes of the decoded turn text, half-open.
#[derive(Clone, Copy, Serialize, JsonSchema)]
struct Span {
    /// First byte.
    start: usize,
    /// One past the last byte.
    end: usize,
}

/// A place in the file, counted from 1.
#[derive(Clone, Copy, Serialize, JsonSchema)]
struct Position {
    /// Line.
    line: usize,
    /// Column in characters (Unicode scalar values).
    column: usize,
}

/// Start and end in the file.
#[derive(Clone, Copy, Serialize, JsonSchema)]
struct Location {
    /// First character.
    start: Position,
    /// One past the last character.
    end: Position,
}

/// A cell of a sheet.
#[derive(Serialize, JsonSchema)]
struct Cell {
    /// The sheet's name; `null` where the file is the sheet, as in CSV.
    sheet: Option<String>,
    /// Column and row, such as `B17`.
    name: String,
}

/// Another place that belongs to a finding.
#[derive(Serialize, JsonSchema)]
struct Related {
    /// Turn of the conversation, from 0.
    turn: usize,
    /// Place in that turn's text.
    span: Span,
    /// Its file, where it is in another conversation than the finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Its place in that file.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    /// The words there; private data is starred out.
    quote: String,
    /// What it has to do with it.
    message: String,
}

/// One replacement.
#[derive(Serialize, JsonSchema)]
struct Edit {
    /// Turn of the conversation, from 0.
    turn: usize,
    /// What to replace; empty for an insertion.
    span: Span,
    /// What to write instead.
    text: String,
}

/// Replacements that belong together. A fix whose text holds private data is left out.
#[derive(Serialize, JsonSchema)]
struct Fix {
    /// The replacements, in order, not overlapping.
    edits: Vec<Edit>,
    /// Whether they may be applied.
    safety: Safety,
}

/// Why a finding does not count, or who has said that it should not.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Suppression {
    /// Where it is said: a comment of the text, the settings, the baseline, or an appeal.
    kind: judge::SuppressionKind,
    /// Only what is accepted does not count.
    status: judge::SuppressionStatus,
    /// Why.
    reason: Option<String>,
    /// Who answers for a waiver, or who has decided an appeal.
    owner: Option<String>,
    /// The last day of a waiver, or the day of an appeal, `YYYY-MM-DD`.
    date: Option<String>,
}

/// What a rule has to say about a place.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding {
    /// Version of the record.
    #[schemars(extend("const" = 1))]
    schema: u8,
    /// Kind of the record.
    #[schemars(extend("const" = "finding"))]
    r#type: &'static str,
    /// The rule's id, `<pack>/<offence>`.
    rule: String,
    /// How much it matters.
    severity: Severity,
    /// What is wrong.
    message: String,
    /// What to write instead; may be empty.
    help: String,
    /// The input's path as given; `null` for `--text` and standard input.
    path: Option<String>,
    /// The conversation's id.
    conversation: Option<String>,
    /// Turn of the conversation, from 0.
    turn: usize,
    /// Who says that turn.
    role: Role,
    /// Place in the turn's text.
    span: Span,
    /// Place in the file; `null` where it cannot be mapped.
    location: Option<Location>,
    /// The cell, where the input is a sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<Cell>,
    /// The words, at most 200 characters and then `…`; private data is starred out.
    quote: String,
    /// Other places that belong to it.
    related: Vec<Related>,
    /// Ways out.
    fixes: Vec<Fix>,
    /// Stable name of the finding.
    fingerprint: String,
    /// Hash of the rulebook that it was judged by.
    rulebook: String,
    /// Why it does not count, or who has said that it should not; `null` for most.
    suppression: Option<Suppression>,
    /// What the baseline says about it; `null` where there is none.
    baseline_state: Option<judge::BaselineState>,
}

impl Finding {
    pub(super) fn new(finding: &judge::Finding, view: &mut View<'_>, rulebook: &str) -> Self {
        Self {
            schema: SCHEMA,
            r#type: "finding",
            rule: finding.rule.clone(),
            severity: finding.severity,
            message: view.sentence(&finding.message, finding),
            help: view.sentence(&finding.help, finding),
            path: finding.path.clone(),
            conversation: finding.conversation.as_deref().map(|id| view.plain(id)),
            turn: finding.turn,
            role: finding.role,
            span: span(finding.span),
            location: finding.location.map(location),
            cell: finding.cell.as_ref().map(|cell| Cell {
                sheet: cell.sheet.as_deref().map(|name| view.plain(name)),
                name: cell.name.clone(),
            }),
            quote: view.finding_quote(finding),
            related: finding.related.iter().map(|related| self::related(related, view)).collect(),
            fixes: finding.fixes.iter().filter_map(|given| fix(given, view)).collect(),
            fingerprint: finding.fingerprint.clone(),
            rulebook: rulebook.to_owned(),
            suppression: finding.suppression.as_ref().map(|given| Suppression::new(given, view)),
            baseline_state: finding.baseline_state,
        }
    }
}

impl Suppression {
    fn new(given: &judge::Suppression, view: &View<'_>) -> Self {
        let plain = |text: &Option<String>| text.as_deref().map(|text| view.plain(text));
        Self {
            kind: given.kind,
            status: given.status,
            reason: plain(&given.reason),
            owner: plain(&given.owner),
            date: given.date.clone(),
        }
    }
}

fn span(span: source::Span) -> Span {
    Span { start: span.start, end: span.end }
}

fn location(location: judge::Location) -> Location {
    let position = |at: source::Position| Position { line: at.line, column: at.column };
    Location { start: position(location.start), end: position(location.end) }
}

fn related(related: &judge::Related, view: &mut View<'_>) -> Related {
    let (quote, message) = (view.related_quote(related), view.plain(&related.message));
    let (path, location) = (related.path.clone(), related.location.map(location));
    Related { turn: related.turn, span: span(related.span), path, location, quote, message }
}

/// A starred-out replacement must never be written into a text, so such a fix is left out.
fn fix(given: &judge::Fix, view: &View<'_>) -> Option<Fix> {
    let edit = |edit: &judge::Edit| {
        let clean = view.public(&edit.text);
        clean.then(|| Edit { turn: edit.turn, span: span(edit.span), text: edit.text.clone() })
    };
    Some(Fix { edits: given.edits.iter().map(edit).collect::<Option<_>>()?, safety: given.safety })
}
