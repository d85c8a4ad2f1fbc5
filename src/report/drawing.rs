//! The only caller of miette, and the notes below its drawings.

use super::Style;
use super::source_code::Snippet;
use super::style::Paint;
use std::fmt;
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A diagnostic for miette, with everything in it already safe to print.
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
        // miette leaves trailing blanks and an empty line below its title.
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

/// A named note below a drawing, wrapped. miette's own is called `help` in every language.
pub(super) fn write_note(out: &mut dyn Write, style: &Style, name: &str, text: &str) -> io::Result<()> {
    let indent = 2 + name.width();
    let all = style.width.max(40) - indent;
    let mut written = format!("  {}", style.paint(Paint::Advice, name));
    let blank = |written: &mut String, count| written.extend(std::iter::repeat_n(' ', count));
    // Blanks are written with the word after them, so that none ends a line.
    let (mut left, mut blanks) = (all, 0);
    for piece in pieces(text) {
        let word = piece.trim_end();
        let width = word.width();
        if blanks + width > left && left < all {
            written.push('\n');
            blank(&mut written, indent);
            (left, blanks) = (all, 0);
        }
        blank(&mut written, blanks);
        written.push_str(word);
        left = left.saturating_sub(blanks + width);
        blanks = piece.len() - word.len();
    }
    written.push('\n');
    out.write_all(written.as_bytes())
}

/// Where a line may break: after a blank, and between wide characters, but not before closing punctuation.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let closing = |character| {
        matches!(character, '，' | '。' | '！' | '？' | '；' | '：' | '、' | '”' | '’' | '）' | '》' | '】' | '」')
    };
    let opening = |character| matches!(character, '“' | '‘' | '（' | '《' | '【' | '「');
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
