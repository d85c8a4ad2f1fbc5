//! From byte offsets to lines and columns; no other file makes columns.

use memchr::memchr_iter;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A place as people count: line and column from 1, columns in characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Where each line of a text begins. A line ends with LF; the CR of a CRLF belongs to its end.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Reads `text` once.
    pub fn new(text: &str) -> Self {
        let breaks = memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The 0-based line that holds byte `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Byte offset at which the 0-based `line` begins.
    pub fn start_of(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or_else(|| self.starts.last().copied().unwrap_or(0))
    }

    /// Number of lines; a final line break opens one more, empty line.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never true: even an empty text has one line.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Line and character column of byte `offset` (clamped to the text).
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset);
        let column = text[self.start_of(line)..offset].chars().count() + 1;
        Position { line: line + 1, column }
    }
}

/// Positions of many places in one text: lines are indexed once, and columns are counted from the last place, not from
/// the beginning of a line that may be the whole text.
#[derive(Debug)]
pub struct Places<'a> {
    text: &'a str,
    lines_before: usize,
    lines: &'a OnceLock<LineIndex>,
    last: (usize, Position),
}

impl<'a> Places<'a> {
    /// Places in `text`, which begins `lines_before` lines into its file. `lines` is filled when the first is asked for,
    /// and shared with other users of the text.
    pub const fn new(text: &'a str, lines_before: usize, lines: &'a OnceLock<LineIndex>) -> Self {
        Self { text, lines_before, lines, last: (0, Position { line: 1, column: 1 }) }
    }

    /// Line of the file and character column of byte `offset` (clamped to the text).
    pub fn position(&mut self, offset: usize) -> Position {
        let text = self.text;
        let lines = self.lines.get_or_init(|| LineIndex::new(text));
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = lines.line_of(offset);
        let (from, last) = self.last;
        let column = if last.line != line + 1 {
            text[lines.start_of(line)..offset].chars().count() + 1
        } else if from <= offset {
            last.column + text[from..offset].chars().count()
        } else {
            last.column - text[offset..from].chars().count()
        };
        let position = Position { line: line + 1, column };
        self.last = (offset, position);
        Position { line: position.line + self.lines_before, ..position }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_places_are_those_of_each_alone() {
        let text = "抱歉😀尽快\r\nok 好的\n\n再见";
        let lines = OnceLock::new();
        let (index, mut places) = (LineIndex::new(text), Places::new(text, 0, &lines));
        for step in [1, 5, 7, 11] {
            for offset in (0..text.len() + 3).map(|at| at * step % (text.len() + 3)) {
                assert_eq!(places.position(offset), index.position(text, offset), "{offset}");
            }
        }
    }

    #[test]
    fn columns_count_characters_and_lines_end_with_lf() {
        let text = "抱歉😀尽快\r\nok";
        let index = LineIndex::new(text);
        let at = text.find('尽').unwrap();
        assert_eq!(at, 10);
        assert_eq!(index.position(text, at), Position { line: 1, column: 4 });
        assert_eq!(index.position(text, text.len()), Position { line: 2, column: 3 });
        assert_eq!(index.position(text, usize::MAX), Position { line: 2, column: 3 });
        assert_eq!(index.position(text, at + 1), Position { line: 1, column: 4 });
    }
}
