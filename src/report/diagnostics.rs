//! Mistakes in packs, settings and inputs, drawn in their text.

use super::drawing::{Drawing, write_note};
use super::source_code::{Cut, Mark, Snippet};
use super::style::Paint;
use super::{Masker, Style, Ui, sanitize_line};
use crate::source::{Diagnostic, Level, LineIndex, Position, Span, Wording};
use std::io::{self, Write};

/// How mistakes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiagnosticForm {
    /// Drawn in the text.
    Graphical,
    /// One line each.
    Concise,
}

/// Writes mistakes in the order of their files and places.
pub fn write_diagnostics(
    out: &mut dyn Write,
    diagnostics: &[Diagnostic],
    form: DiagnosticForm,
    style: &Style,
    ui: Ui,
    masker: &Masker,
) -> io::Result<()> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| {
        let place = diagnostic.labels.first().map(|label| label.span.start);
        (diagnostic.path.clone(), diagnostic.line, place, diagnostic.code)
    });
    // Mistakes of one file share its text, so its lines are computed once.
    let mut last: Option<(*const u8, LineIndex, Vec<Span>)> = None;
    for diagnostic in sorted {
        let text = diagnostic.text.as_deref().unwrap_or_default();
        if last.as_ref().is_none_or(|(pointer, ..)| *pointer != text.as_ptr()) {
            last = Some((text.as_ptr(), LineIndex::new(text), masker.hidden(text)));
        }
        let Some((_, lines, hidden)) = &last else { continue };
        let shown = Shown { diagnostic, text, lines, hidden, masker };
        match form {
            DiagnosticForm::Graphical => shown.draw(out, style, ui)?,
            DiagnosticForm::Concise => shown.line(out, style, ui)?,
        }
    }
    Ok(())
}

struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    text: &'a str,
    lines: &'a LineIndex,
    hidden: &'a [Span],
    masker: &'a Masker,
}

impl Shown<'_> {
    fn draw(&self, out: &mut dyn Write, style: &Style, ui: Ui) -> io::Result<()> {
        let diagnostic = self.diagnostic;
        let (level, severity) = match diagnostic.level {
            Level::Error => ("level.error", miette::Severity::Error),
            Level::Warning => ("level.warning", miette::Severity::Warning),
            Level::Note => ("level.note", miette::Severity::Advice),
        };
        let marks = diagnostic.labels.iter().map(|label| {
            let text = Some(self.safe(&label.text, ui)).filter(|text| !text.is_empty());
            Mark { span: label.span, text }
        });
        let marks: Vec<Mark> = marks.collect();
        let drawable = diagnostic.text.is_some() && !marks.is_empty();
        let columns = style.width.saturating_sub(12).clamp(40, 120);
        let cut = Cut { text: self.text, lines: self.lines, hidden: self.hidden, first_line: 0, context: 1, columns };
        let place = Some(self.place()).filter(|place| !place.is_empty());
        let message = self.safe(&diagnostic.message, ui);
        Drawing {
            title: format!("{}[{}]", ui.text(level, &[]), diagnostic.code),
            link: None,
            message: if let (Some(place), false) = (&place, drawable) {
                format!("{place}: {message}")
            } else {
                message
            },
            severity,
            snippet: drawable.then(|| Snippet::new(&cut, &marks, place)),
        }
        .write(out, style)?;
        if let Some(help) = &diagnostic.help {
            write_note(out, style, &ui.text("report.mend", &[]), &self.safe(help, ui))?;
        }
        writeln!(out)
    }

    fn line(&self, out: &mut dyn Write, style: &Style, ui: Ui) -> io::Result<()> {
        let (level, paint) = match self.diagnostic.level {
            Level::Error => ("level.error", Paint::Error),
            Level::Warning => ("level.warning", Paint::Warning),
            Level::Note => ("level.note", Paint::Advice),
        };
        let place = self.place();
        let level = style.paint(paint, &ui.text(level, &[]));
        let (colon, message) = (if place.is_empty() { "" } else { ": " }, self.safe(&self.diagnostic.message, ui));
        write!(out, "{place}{colon}{level}[{}] {message}", self.diagnostic.code)?;
        match &self.diagnostic.help {
            Some(help) => writeln!(out, " → {}", self.safe(help, ui)),
            None => writeln!(out),
        }
    }

    fn place(&self) -> String {
        let mut place = sanitize_line(self.diagnostic.path.as_deref().unwrap_or_default()).into_owned();
        if let (Some(label), Some(_)) = (self.diagnostic.labels.first(), &self.diagnostic.text) {
            let Position { line, column } = self.lines.position(self.text, label.span.start);
            place = format!("{place}:{line}:{column}");
        } else if let Some(line) = self.diagnostic.line {
            place = format!("{place}:{line}");
        }
        place.trim_start_matches(':').to_owned()
    }

    fn safe(&self, wording: &Wording, ui: Ui) -> String {
        sanitize_line(&self.masker.mask(&ui.wording(wording))).into_owned()
    }
}
