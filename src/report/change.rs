//! A finding for colleagues who do not read diffs: where it is, what is wrong, what to write, and the corrected line.

use super::ci::{Ci, Offer, Said, cell, offers};
use super::view::View;
use super::{ChangeKind, Ui, sanitize_line};
use crate::conversation::Conversation;
use crate::judge::Finding;
use crate::rulebook::Severity;
use crate::source;

/// Longest line that is shown before and after, in bytes.
const LINE: usize = 600;

/// A finding in words that are safe to show anywhere.
pub(super) struct Change {
    pub path: String,
    /// `None` if the place in the file is unknown.
    pub line: Option<usize>,
    /// Sheet and cell, if the file is a workbook.
    pub cell: Option<String>,
    pub severity: Severity,
    /// Only sheets have a column for it.
    #[cfg(feature = "xlsx")]
    pub rule: String,
    pub quote: String,
    pub said: Said,
    /// The line before and after the fix.
    pub rewritten: Option<(String, String)>,
}

impl Change {
    pub(super) fn new(ci: &Ci, view: &mut View<'_>, finding: &Finding) -> Self {
        let path = finding.path.as_deref().map_or_else(|| "<stdin>".to_owned(), |path| ci.root.path(path));
        Self {
            path: sanitize_line(&path).into_owned(),
            line: finding.location.map(|location| location.start.line),
            cell: cell(view, finding),
            severity: finding.severity,
            #[cfg(feature = "xlsx")]
            rule: sanitize_line(&finding.rule).into_owned(),
            quote: sanitize_line(&view.finding_quote(finding)).into_owned(),
            said: Said::new(view, finding),
            rewritten: offers(view, finding).first().and_then(|offer| rewritten(view, offer)),
        }
    }
}

/// The word for a kind of change.
pub(super) fn kind(kind: ChangeKind, ui: Ui) -> String {
    let key = match kind {
        ChangeKind::Added => "change.added",
        ChangeKind::Changed => "change.changed",
        ChangeKind::Renamed => "change.renamed",
        ChangeKind::Deleted => "change.deleted",
    };
    ui.text(key, &[])
}

/// The word for a severity.
pub(super) fn word(severity: Severity, ui: Ui) -> String {
    ui.text(&format!("severity.{}", source::word(severity)), &[])
}

/// The lines that a fix touches, before and after; `None` if they are too long to read.
fn rewritten(view: &View<'_>, offer: &Offer) -> Option<(String, String)> {
    let Conversation { chunk, .. } = view.conversation;
    let text = &chunk.text;
    let (first, last) = (offer.edits.first()?.0, offer.edits.last()?.0);
    let from = text[..first.start].rfind('\n').map_or(0, |at| at + 1);
    let to = text[last.end..].find('\n').map_or(text.len(), |at| last.end + at);
    if to - from > LINE {
        return None;
    }
    let (mut new, mut done) = (String::new(), from);
    for (span, replacement) in &offer.edits {
        new.push_str(&text[done..span.start]);
        new.push_str(replacement);
        done = span.end;
    }
    new.push_str(&text[done..to]);
    let shown = |text: &str| sanitize_line(view.plain(text).trim_end()).into_owned();
    Some((shown(&text[from..to]), shown(&new)))
}
