//! One line a finding: `path:line:column: severity[rule] message → help`.

use super::style::Paint;
use super::view::View;
use super::{ConversationReport, DiagnosticForm, Masker, Report, Style, Ui, sanitize_line, write_diagnostics};
use crate::judge::{Finding, SuppressionStatus};
use crate::rulebook::Severity;
use crate::source::Diagnostic;
use std::io::{self, Write};

/// One line a finding, for editors, logs and `grep`.
#[derive(Debug)]
pub struct Concise {
    style: Style,
    ui: Ui,
    masker: Masker,
}

impl Concise {
    /// A report in this style.
    pub const fn new(style: Style, ui: Ui, masker: Masker) -> Self {
        Self { style, ui, masker }
    }
}

impl Report for Concise {
    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let mut view = View::new(report.conversation, &self.masker);
        let mut counting = report.findings.iter().filter(|finding| finding.counts());
        counting.try_for_each(|finding| write_line(out, &self.style, self.ui, &mut view, finding))
    }

    fn diagnostic(&mut self, out: &mut dyn Write, diagnostic: &Diagnostic) -> io::Result<()> {
        let one = std::slice::from_ref(diagnostic);
        write_diagnostics(out, one, DiagnosticForm::Concise, &self.style, self.ui, &self.masker)
    }
}

/// Writes the one line of a finding.
pub(super) fn write_line(
    out: &mut dyn Write,
    style: &Style,
    ui: Ui,
    view: &mut View<'_>,
    finding: &Finding,
) -> io::Result<()> {
    let (key, paint) = severity(finding.severity);
    let severity = style.paint(paint, &ui.text(key, &[]));
    let place = place(view, finding);
    let message = view.sentence(&finding.message, finding);
    let (rule, message) = (sanitize_line(&finding.rule), sanitize_line(&message));
    write!(out, "{}{}{severity}[{rule}] {message}", sanitize_line(&place), if place.is_empty() { "" } else { ": " })?;
    if !finding.help.is_empty() {
        write!(out, " → {}", sanitize_line(&view.sentence(&finding.help, finding)))?;
    }
    if let Some(appeal) = appeal(ui, view, finding) {
        write!(out, " ({})", sanitize_line(&appeal))?;
    }
    writeln!(out)
}

/// The word for a severity and its colour.
pub(super) fn severity(severity: Severity) -> (&'static str, Paint) {
    match severity {
        Severity::Error => ("severity.error", Paint::Error),
        Severity::Warning => ("severity.warning", Paint::Warning),
        Severity::Advice => ("severity.advice", Paint::Advice),
    }
}

/// The state of an appeal against a finding that still counts.
pub(super) fn appeal(ui: Ui, view: &View<'_>, finding: &Finding) -> Option<String> {
    let suppression = finding.suppression.as_ref()?;
    let state = ui.text(
        match suppression.status {
            SuppressionStatus::Accepted => return None,
            SuppressionStatus::UnderReview => "report.appeal-under-review",
            SuppressionStatus::Rejected => "report.appeal-rejected",
        },
        &[],
    );
    let said = [&suppression.owner, &suppression.reason].into_iter().flatten().map(|said| view.plain(said));
    Some(std::iter::once(state).chain(said).collect::<Vec<_>>().join(" · "))
}

/// The place, as people count: `path:line:column`, or `path:conversation#turn` (turns from 1) without a line.
pub(super) fn place(view: &View<'_>, finding: &Finding) -> String {
    let path = finding.path.as_deref().unwrap_or_default();
    if let (None, Some(cell), Some(path)) = (finding.location, &finding.cell, &finding.path) {
        let sheet = cell.sheet.as_deref().map(|name| format!("{}!", view.plain(name))).unwrap_or_default();
        return format!("{path}!{sheet}{}", cell.name);
    }
    let colon = if finding.path.is_some() { ":" } else { "" };
    match (finding.location, &finding.conversation) {
        (Some(location), _) => format!("{path}{colon}{}:{}", location.start.line, location.start.column),
        (None, Some(id)) => format!("{path}{colon}{}#{}", view.plain(id), finding.turn + 1),
        (None, None) if view.conversation.turns.len() > 1 => format!("{path}{colon}#{}", finding.turn + 1),
        (None, None) => path.to_owned(),
    }
}
