//! Mistakes in packs, settings and inputs, drawn in their text; and the one door to miette.

use super::source_code::{Cut, Mark, Snippet};
use super::style::Paint;
use super::{Masker, Style, Ui, mask, sanitize_line};
use crate::source::{Diagnostic, Level, LineIndex, Position, Span};
use std::fmt;
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

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
    // The mistakes of one file share its text: its lines are found once.
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
        };
        let marks = diagnostic.labels.iter().map(|label| {
            let text = Some(self.safe(&label.text)).filter(|text| !text.is_empty());
            Mark { span: label.span, text }
        });
        let marks: Vec<Mark> = marks.collect();
        let drawable = diagnostic.text.is_some() && !marks.is_empty();
        let columns = style.width.saturating_sub(12).clamp(40, 120);
        let cut = Cut { text: self.text, lines: self.lines, hidden: self.hidden, first_line: 0, context: 1, columns };
        let place = Some(self.place()).filter(|place| !place.is_empty());
        let message = self.safe(&diagnostic.message);
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
            write_note(out, style, &ui.text("report.mend", &[]), &self.safe(help))?;
        }
        writeln!(out)
    }

    fn line(&self, out: &mut dyn Write, style: &Style, ui: Ui) -> io::Result<()> {
        let (level, paint) = match self.diagnostic.level {
            Level::Error => ("level.error", Paint::Error),
            Level::Warning => ("level.warning", Paint::Warning),
        };
        let place = self.place();
        let level = style.paint(paint, &ui.text(level, &[]));
        let (colon, message) = (if place.is_empty() { "" } else { ": " }, self.safe(&self.diagnostic.message));
        write!(out, "{place}{colon}{level}[{}] {message}", self.diagnostic.code)?;
        match &self.diagnostic.help {
            Some(help) => writeln!(out, " → {}", self.safe(help)),
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

    fn safe(&self, text: &str) -> String {
        sanitize_line(&self.masker.mask(text)).into_owned()
    }
}

/// What miette draws: everything in it is safe to print already.
#[derive(Debug)]
pub(super) struct Drawing {
    pub title: String,
    pub link: Option<String>,
    pub message: String,
    pub severity: miette::Severity,
    pub snippet: Option<Snippet>,
}

impl Drawing {
    pub(super) fn write(&self, out: &mut dyn Write, style: &Style) -> io::Result<()> {
        let handler = miette::GraphicalReportHandler::new_themed(style.theme())
            .with_width(style.width.max(40))
            .with_context_lines(0)
            .with_urls(self.link.is_some())
            .with_link_display_text("")
            .without_cause_chain()
            .without_primary_span_start()
            .without_syntax_highlighting();
        let mut drawn = String::new();
        handler.render_report(&mut drawn, self).map_err(io::Error::other)?;
        // miette leaves blanks at the ends of lines and an empty line below its title.
        for line in drawn.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl miette::Diagnostic for Drawing {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.title))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.link.as_ref().map(|link| Box::new(link) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        self.snippet.as_ref().map(|snippet| Box::new(snippet.labels()) as Box<dyn Iterator<Item = _>>)
    }
}

/// A named note below a drawing, wrapped. miette's own would say `help` in every language.
pub(super) fn write_note(out: &mut dyn Write, style: &Style, name: &str, text: &str) -> io::Result<()> {
    let indent = 2 + name.width();
    let mut left = style.width.max(40) - indent;
    write!(out, "  {}", style.paint(Paint::Advice, name))?;
    // Blanks are written with the word behind them, so that none ends a line.
    let mut blanks = 0;
    for piece in pieces(text) {
        let word = piece.trim_end();
        if blanks + word.width() > left && left < style.width.max(40) - indent {
            write!(out, "\n{:indent$}", "")?;
            (left, blanks) = (style.width.max(40) - indent, 0);
        }
        write!(out, "{:blanks$}{word}", "")?;
        left = left.saturating_sub(blanks + word.width());
        blanks = piece.len() - word.len();
    }
    writeln!(out)
}

/// Where a line may break: after a blank, and between wide characters, but not before closing punctuation.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let closing = |character: char| "，。！？；：、”’）》】」".contains(character);
    let opening = |character: char| "“‘（《【「".contains(character);
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut last = rest.chars().next()?;
        let wide = |character: char| character.width() == Some(2) || closing(character) || opening(character);
        let end = rest.char_indices().skip(1).find(|&(_, next)| {
            let breaks =
                (last == ' ' && next != ' ') || (!opening(last) && !closing(next) && (wide(last) || wide(next)));
            last = next;
            breaks
        });
        let (piece, tail) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        rest = tail;
        Some(piece)
    })
}
