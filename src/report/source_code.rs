//! The part of a text that a diagnostic is drawn in: cut to a window, sanitised, with labels moved along.
//!
//! miette's own sources rescan the whole text for every label, print a line of 3 MB whole, count columns in bytes
//! and panic on a span past the end. Here only what is shown is ever read, and all of it is small.

use super::mask::shown_safely;
use super::sanitize::joins;
use crate::source::{LineIndex, Span};
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthChar;

/// Lines of one label that are drawn; more would push what matters off the screen.
const LINES: usize = 5;

/// What to cut out of a text, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut<'a> {
    /// The text.
    pub text: &'a str,
    /// Its lines; those of an empty text to draw it as one line, with signs for line breaks.
    pub lines: &'a LineIndex,
    /// Stretches to star out, in order.
    pub hidden: &'a [Span],
    /// Number of the text's first line, from 0.
    pub first_line: usize,
    /// Lines to show around each label.
    pub context: usize,
    /// Columns of a line that are shown; a longer line is cut to a window around its label.
    pub columns: usize,
}

/// A marked place and its label.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub span: Span,
    pub text: Option<String>,
}

/// An excerpt: small, safe to print, with its labels.
#[derive(Debug, Default)]
pub(super) struct Snippet {
    text: String,
    segments: Vec<Segment>,
    labels: Vec<LabeledSpan>,
    name: Option<String>,
}

/// Consecutive lines.
#[derive(Debug)]
struct Segment {
    start: usize,
    end: usize,
    line: usize,
    lines: usize,
    primary: bool,
}

impl Snippet {
    /// Cuts `marks` out of a text. The first mark is the main one; `name` is the heading.
    pub(super) fn new(cut: &Cut<'_>, marks: &[Mark], name: Option<String>) -> Self {
        let mut snippet = Self { name, ..Self::default() };
        let marks: Vec<Mark> = marks.iter().map(|mark| cut.clamp(mark)).collect();
        let mut ranges: Vec<(usize, usize)> = marks.iter().map(|mark| cut.lines_of(mark.span)).collect();
        ranges.sort_unstable();
        ranges.dedup_by(|next, last| {
            let joined = next.0 <= last.1 + 1;
            if joined {
                last.1 = last.1.max(next.1);
            }
            joined
        });
        // Maps places in the text to places in the excerpt, for the few characters shown.
        let mut map: Vec<(usize, usize)> = Vec::new();
        for (first, last) in ranges {
            let start = snippet.text.len();
            for line in first..=last {
                cut.draw_line(line, &marks, &mut snippet.text, &mut map);
            }
            let lines = cut.lines_of(marks[0].span);
            let primary = first <= lines.0 && lines.0 <= last;
            let (line, lines) = (cut.first_line + first, last - first + 1);
            snippet.segments.push(Segment { start, end: snippet.text.len(), line, lines, primary });
        }
        for (number, mark) in marks.into_iter().enumerate() {
            let place = |at: usize| {
                let next = map.partition_point(|&(raw, _)| raw < at);
                map.get(next).or(map.last()).map_or(0, |&(_, drawn)| drawn)
            };
            let (start, end) = (place(mark.span.start), place(mark.span.end));
            let (length, text) = (end.saturating_sub(start), mark.text);
            snippet.labels.push(if number == 0 {
                LabeledSpan::new_primary_with_span(text, (start, length))
            } else {
                LabeledSpan::new_with_span(text, (start, length))
            });
        }
        snippet
    }

    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.labels.iter().cloned()
    }
}

impl Cut<'_> {
    /// Moves a mark onto character boundaries inside the text, and limits it to a few lines.
    fn clamp(&self, mark: &Mark) -> Mark {
        let floor = |mut at: usize| {
            at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = floor(mark.span.start);
        let last_line = (self.lines.line_of(start) + LINES - 1).min(self.lines.len() - 1);
        let end = floor(mark.span.end).min(self.line(last_line).end).max(start);
        Mark { span: Span::new(start, end), text: mark.text.clone() }
    }

    fn lines_of(&self, span: Span) -> (usize, usize) {
        let first = self.lines.line_of(span.start);
        let last = self.lines.line_of(span.end.saturating_sub(1).max(span.start));
        (first.saturating_sub(self.context), (last + self.context).min(self.last_line()).max(last))
    }

    /// The last line worth drawing: not the empty one after a final line break.
    fn last_line(&self) -> usize {
        let last = self.lines.len() - 1;
        if last > 0 && self.lines.start_of(last) >= self.text.len() { last - 1 } else { last }
    }

    /// A line without its line break.
    fn line(&self, line: usize) -> Span {
        let start = self.lines.start_of(line).min(self.text.len());
        if line + 1 >= self.lines.len() {
            return Span::new(start, self.text.len());
        }
        let text = &self.text[start..self.lines.start_of(line + 1)];
        let text = text.strip_suffix('\n').unwrap_or(text);
        Span::new(start, start + text.strip_suffix('\r').unwrap_or(text).len())
    }

    /// Draws a line, or the window of it around its marks.
    fn draw_line(&self, line: usize, marks: &[Mark], drawn: &mut String, map: &mut Vec<(usize, usize)>) {
        let line = self.line(line);
        let on_line = |span: Span| span.start <= line.end && span.end >= line.start;
        let focus = marks.iter().map(|mark| mark.span.start.max(line.start)).zip(marks);
        let focus = focus.filter(|(_, mark)| on_line(mark.span)).map(|(at, _)| at).min().unwrap_or(line.start);
        let window = self.window(line, focus);
        map.push((line.start, drawn.len()));
        if window.start > line.start {
            drawn.push('…');
        }
        let mut characters = window.of(self.text).char_indices().peekable();
        let mut before = None;
        while let Some((offset, character)) = characters.next() {
            map.push((window.start + offset, drawn.len()));
            let joins = joins(before, character, characters.peek().map(|&(_, next)| next));
            drawn.push(if joins { character } else { shown_safely(character, window.start + offset, self.hidden) });
            before = Some(character);
        }
        map.push((window.end, drawn.len()));
        if window.end < line.end {
            drawn.push('…');
            map.push((line.end, drawn.len()));
        }
        drawn.push('\n');
    }

    /// The whole line if it fits; else as much as fits, from a little before `focus`.
    fn window(&self, line: Span, focus: usize) -> Span {
        let text = self.text;
        let end = |start: usize, columns: usize| {
            let mut used = 0;
            let cut = text[start..line.end].char_indices().find(|(_, character)| {
                used += columns_of(*character);
                used > columns
            });
            cut.map_or(line.end, |(offset, _)| start + offset)
        };
        if end(line.start, self.columns) == line.end {
            return line;
        }
        let mut before = 0;
        let start = text[line.start..focus].char_indices().rev().take_while(|(_, character)| {
            before += columns_of(*character);
            before <= self.columns / 3
        });
        let start = start.last().map_or(focus, |(offset, _)| line.start + offset);
        Span::new(start, end(start, self.columns))
    }
}

fn columns_of(character: char) -> usize {
    // Characters of no width count, too, as a million of them still make a long line.
    character.width().unwrap_or(1).max(1)
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let segment = self.segments.iter().find(|segment| segment.start <= start && end <= segment.end);
        let segment = segment.ok_or(MietteError::OutOfBounds)?;
        let data = &self.text.as_bytes()[segment.start..segment.end];
        let place = (segment.start, data.len()).into();
        Ok(Box::new(match self.name.as_ref().filter(|_| segment.primary) {
            Some(name) => MietteSpanContents::new_named(name.clone(), data, place, segment.line, 0, segment.lines),
            None => MietteSpanContents::new(data, place, segment.line, 0, segment.lines),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, marks: &[(usize, usize)], columns: usize) -> (String, Vec<String>) {
        let lines = LineIndex::new(text);
        let cut = Cut { text, lines: &lines, hidden: &[], first_line: 0, context: 0, columns };
        let marks: Vec<Mark> =
            marks.iter().map(|&(start, end)| Mark { span: Span { start, end }, text: None }).collect();
        let snippet = Snippet::new(&cut, &marks, None);
        let labels = snippet.labels().map(|label| snippet.text[label.offset()..][..label.len()].to_owned()).collect();
        (snippet.text.clone(), labels)
    }

    #[test]
    fn labels_follow_their_words() {
        let text = "您好\r\n抱歉😀尽快\x1b回\r\n再见";
        let at = text.find('尽').unwrap();
        assert_eq!(cut(text, &[(at, at + 6)], 60), ("抱歉😀尽快␛回\n".into(), vec!["尽快".into()]));
        let (drawn, labels) = cut(text, &[(0, 6), (text.len() - 6, text.len())], 60);
        assert_eq!((drawn.as_str(), labels.join(" ").as_str()), ("您好\n再见\n", "您好 再见"));
    }

    #[test]
    fn a_long_line_is_cut_to_a_window_around_its_label() {
        let text = format!("{}尽快{}", "啊".repeat(500_000), "呀".repeat(500_000));
        let at = 1_500_000;
        let (drawn, labels) = cut(&text, &[(at, at + 6)], 60);
        assert_eq!(drawn, format!("…{}尽快{}…\n", "啊".repeat(10), "呀".repeat(18)));
        assert_eq!(labels, ["尽快"]);
        let (drawn, labels) = cut(&text, &[(0, text.len())], 60);
        assert_eq!(drawn, format!("{}…\n", "啊".repeat(30)));
        assert_eq!(labels, [format!("{}…", "啊".repeat(30))]);
        let (_, labels) = cut(&text, &[(at, at + 6), (text.len(), text.len())], 60);
        assert_eq!(labels, ["尽快", ""]);
    }

    #[test]
    fn spans_that_do_not_fit_are_clamped() {
        for text in ["", "\n", "好", "好\n", "\r\n\r\n", "a\r"] {
            for (start, end) in [(0, 0), (0, 900), (900, 901), (1, 2), (2, 1)] {
                let (drawn, _) = cut(text, &[(start, end)], 60);
                assert!(drawn.ends_with('\n'), "{text:?} {start} {end}");
            }
        }
        let (drawn, labels) = cut(&"一\n".repeat(100), &[(0, 400)], 60);
        assert_eq!((drawn.len(), labels[0].len()), (LINES * 4, LINES * 4 - 1));
    }
}
