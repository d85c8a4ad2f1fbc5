//! From byte offsets to lines and columns, the one place where columns are made.

use serde::{Deserialize, Serialize};

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
        let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at + 1);
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

#[cfg(test)]
mod tests {
    use super::*;

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
