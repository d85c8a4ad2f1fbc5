//! Shared by the formats for CI: a finding's wording, its fixes' places in the file, and unreadable input.

use super::json::write_value;
use super::view::View;
use super::{Masker, Root, Setback, Summary, Ui, sanitize_line};
use crate::conversation::Conversation;
use crate::judge::{Finding, fix};
use crate::rulebook::Safety;
use crate::source::{LineIndex, Span};
use serde::Serialize;
use std::io::{self, Write};

/// What every format for CI needs to know.
#[derive(Debug)]
pub struct Ci {
    /// Masks private data.
    pub masker: Masker,
    /// The program's words.
    pub ui: Ui,
    /// The folder that paths are relative to.
    pub root: Root,
}

/// A finding in words that are safe to show anywhere.
pub(super) struct Said {
    pub message: String,
    pub help: String,
}

impl Said {
    pub(super) fn new(view: &mut View<'_>, finding: &Finding) -> Self {
        let mut safe = |text: &str| sanitize_line(&view.sentence(text, finding)).into_owned();
        Self { message: safe(&finding.message), help: safe(&finding.help) }
    }

    /// With the cell before the message, if the text is in a workbook: for formats that only have lines.
    pub(super) fn placed(view: &mut View<'_>, finding: &Finding) -> Self {
        let said = Self::new(view, finding);
        match cell(view, finding) {
            Some(cell) => Self { message: format!("{cell}: {}", said.message), ..said },
            None => said,
        }
    }

    /// On one line.
    pub(super) fn line(&self) -> String {
        if self.help.is_empty() { self.message.clone() } else { format!("{} → {}", self.message, self.help) }
    }

    /// On two lines, the second of which says what to write.
    pub(super) fn lines(&self, ui: Ui) -> String {
        if self.help.is_empty() {
            return self.message.clone();
        }
        format!("{}\n{}{}", self.message, ui.text("report.help", &[]), self.help)
    }
}

/// The cell of a finding, if its file has no lines.
pub(super) fn cell(view: &View<'_>, finding: &Finding) -> Option<String> {
    let cell = finding.cell.as_ref().filter(|_| finding.location.is_none())?;
    Some(sanitize_line(&view.plain(&cell.to_string())).into_owned())
}

/// A fix that may be offered, placed in the text of the file.
pub(super) struct Offer {
    pub safety: Safety,
    /// Places in the conversation's chunk and what to write there, in order.
    pub edits: Vec<(Span, String)>,
}

/// The fixes of a finding that another program may apply: complete, and without private data in their text.
pub(super) fn offers(view: &View<'_>, finding: &Finding) -> Vec<Offer> {
    let complete = finding.fixes.iter().filter(|fix| fix.safety != Safety::Ask);
    let open = complete.filter(|fix| fix.edits.iter().all(|edit| view.public(&edit.text)));
    let placed = open.filter_map(|fix| Some((fix.safety, fix::placed(view.conversation, fix)?)));
    placed.map(|(safety, change)| Offer { safety, edits: change.edits }).collect()
}

/// A line of the file and a column in UTF-8 bytes, both from 1.
#[derive(Clone, Copy, Serialize)]
pub(super) struct BytePosition {
    pub line: usize,
    pub column: usize,
}

/// The lines of a conversation's chunk, computed when first asked for.
pub(super) struct ByteLines<'a> {
    conversation: &'a Conversation,
    lines: Option<LineIndex>,
}

impl<'a> ByteLines<'a> {
    pub(super) const fn new(conversation: &'a Conversation) -> Self {
        Self { conversation, lines: None }
    }

    /// The place of a byte of the chunk.
    pub(super) fn position(&mut self, at: usize) -> BytePosition {
        let chunk = &self.conversation.chunk;
        let lines = self.lines.get_or_insert_with(|| LineIndex::new(&chunk.text));
        let line = lines.line_of(at);
        BytePosition { line: chunk.lines_before + line + 1, column: at - lines.start_of(line) + 1 }
    }

    /// Both ends of a place in a turn; `None` if it is not in the file.
    pub(super) fn range(&mut self, turn: usize, span: Span) -> Option<[BytePosition; 2]> {
        let origin = &self.conversation.turns.get(turn)?.origin;
        let (start, end) = (origin.chunk_offset(span.start)?, origin.chunk_offset(span.end)?);
        Some([self.position(start), self.position(end)])
    }
}

/// Input that could not be read, for the formats for CI.
pub(super) struct Failure {
    pub path: Option<String>,
    pub line: Option<usize>,
    pub reason: String,
    pub message: String,
}

/// Unreadable input, with private data masked.
pub(super) fn failures(summary: &Summary, masker: &Masker) -> Vec<Failure> {
    let summary = summary.masked(masker);
    let failure = |setback: &Setback| Failure {
        path: setback.path.clone(),
        line: setback.line,
        reason: setback.reason.clone(),
        message: match setback.count {
            1 => sanitize_line(&setback.message).into_owned(),
            count => format!("{} ({count})", sanitize_line(&setback.message)),
        },
    };
    summary.failed.records().map(failure).collect()
}

/// A list that is written as it grows.
#[derive(Debug, Default)]
pub(super) struct List {
    begun: bool,
}

impl List {
    pub(super) fn push(&mut self, out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
        out.write_all(if std::mem::replace(&mut self.begun, true) { b",\n" } else { b"\n" })?;
        write_value(out, value)
    }
}

/// A message with placeholders left empty: the rule's message for any words.
pub fn open_message(message: &str) -> String {
    let mut parts = message.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |open, part| open + "…" + part.split_once('}').map_or(part, |(_, rest)| rest))
}
