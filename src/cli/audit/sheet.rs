//! Sheets that people fill in and return: CSV that a spreadsheet reads as text, in any language.

use crate::conversation::read::SheetRow;
use crate::conversation::read::log::{Csv, Rows};
use crate::report::sanitize;
use crate::source::{Diagnostic, guarded, wording};
use std::io::{self, BufRead, Write};

/// Marks a file as UTF-8: otherwise Excel garbles Chinese.
const BOM: &str = "\u{feff}";
/// Most bytes of a returned line.
const LONGEST: usize = 1 << 20;

/// Writes the header.
pub fn begin(out: &mut impl Write, header: &[String]) -> io::Result<()> {
    out.write_all(BOM.as_bytes())?;
    line(out, header)
}

/// Writes a line. No cell can become a formula.
pub fn line(out: &mut impl Write, cells: &[impl AsRef<str>]) -> io::Result<()> {
    for (place, cell) in cells.iter().enumerate() {
        out.write_all(if place > 0 { b",\"" } else { b"\"" })?;
        let clean = sanitize(cell.as_ref());
        // A quotation mark is doubled.
        for (part, words) in guarded(&clean).split('"').enumerate() {
            out.write_all(if part > 0 { b"\"\"" } else { b"" })?;
            out.write_all(words.as_bytes())?;
        }
        out.write_all(b"\"")?;
    }
    out.write_all(b"\r\n")
}

/// A line: its number and its cells.
pub type Line = (usize, Vec<String>);

/// The lines of a returned sheet, each with its cells by column.
pub struct Lines<'r> {
    rows: Box<dyn Iterator<Item = Result<Line, Diagnostic>> + 'r>,
    header: Vec<String>,
    /// The headers as written.
    written: Vec<String>,
}

impl<'r> Lines<'r> {
    /// Reads the header of a text; `name` says what a column is called.
    pub fn new(reader: Box<dyn BufRead + 'r>, name: impl Fn(&str) -> String) -> Result<Self, Diagnostic> {
        let mut rows = Csv::new(reader, None, LONGEST);
        let next = move || rows.next_row().map(|row| row.map(|row| (row.line, row.cells)));
        Self::of(Box::new(std::iter::from_fn(next)), name)
    }

    /// Like [`new`](Self::new), for the first sheet of a workbook.
    pub fn of_workbook(rows: Vec<SheetRow>, name: impl Fn(&str) -> String) -> Result<Self, Diagnostic> {
        let first = rows.first().and_then(|row| row.sheet.clone());
        let rows = rows.into_iter().filter(move |row| row.sheet == first);
        Self::of(Box::new(rows.map(|row| Ok((row.line, row.cells)))), name)
    }

    fn of(
        mut rows: Box<dyn Iterator<Item = Result<Line, Diagnostic>> + 'r>,
        name: impl Fn(&str) -> String,
    ) -> Result<Self, Diagnostic> {
        match rows.next() {
            Some(Ok((_, written))) => {
                Ok(Self { rows, header: written.iter().map(|cell| name(cell)).collect(), written })
            }
            Some(Err(mistake)) => Err(mistake),
            None => Err(Diagnostic::error("input/empty", wording!("the sheet is empty"))),
        }
    }

    /// Whether there is such a column.
    pub fn has(&self, column: &str) -> bool {
        self.header.iter().any(|name| name == column)
    }

    /// The headers, as written, of columns other than these.
    pub fn untaken(&self, columns: &[&str]) -> Vec<&str> {
        let other = self.header.iter().zip(&self.written).filter(|(name, _)| !columns.contains(&name.as_str()));
        other
            .map(|(_, written)| written.trim().trim_start_matches('\u{feff}'))
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// The next line.
    pub fn next_line(&mut self) -> Option<Result<Line, Diagnostic>> {
        self.rows.next()
    }

    /// The text of a column.
    pub fn cell<'c>(&self, (_, cells): &'c Line, column: &str) -> Option<&'c str> {
        let place = self.header.iter().position(|name| name == column)?;
        cells.get(place).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_is_a_formula() {
        let mut out = Vec::new();
        begin(&mut out, &["a".to_owned(), "b".to_owned()]).unwrap();
        line(&mut out, &["=1+1".to_owned(), "say \"hi\",\n-".to_owned()]).unwrap();
        let mut lines = Lines::new(Box::new(&out[..]), ToOwned::to_owned).unwrap();
        let row = lines.next_line().unwrap().unwrap();
        assert_eq!(lines.cell(&row, "a"), Some("'=1+1"));
        assert_eq!(lines.cell(&row, "b"), Some("say \"hi\",\n-"));
        assert!(lines.next_line().is_none());
    }
}
