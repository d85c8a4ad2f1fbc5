//! Any sheet as rows of text, for readers of other things than templates and chats.

use super::log::{Csv, Rows};
use crate::source::{Diagnostic, Encoding, Level, unguarded, wording};

/// A row of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// The sheet's name, in a workbook.
    pub sheet: Option<String>,
    /// Its line or row number, from 1.
    pub line: usize,
    /// Its cells by column; a missing one is empty.
    pub cells: Vec<String>,
}

/// Rows and the diagnostics about them. An error means that a part could not be read.
#[derive(Debug, Default)]
pub struct SheetRows {
    /// In order.
    pub rows: Vec<SheetRow>,
    /// Guessed encodings, unreadable rows, formulas.
    pub said: Vec<Diagnostic>,
}

/// Most rows and columns of such a sheet; the rest is left out with a diagnostic.
const MOST_ROWS: usize = 200_000;
#[cfg(feature = "xlsx")]
const MOST_COLUMNS: usize = 200;
/// Longest row of a text, in bytes.
const LONGEST: usize = 1 << 20;

/// Reads CSV, TSV or a workbook, detected by the first bytes.
pub fn rows(bytes: &[u8], declared: Option<Encoding>) -> SheetRows {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return workbook(bytes);
    }
    let mut reader = Csv::new(bytes, declared, LONGEST);
    let mut found = SheetRows::default();
    found.said.extend(reader.notice());
    while let Some(row) = reader.next_row() {
        if found.rows.len() >= MOST_ROWS {
            found.said.push(too_many());
            break;
        }
        match row {
            Ok(row) => {
                let cells = row.cells.iter().map(|cell| unguarded(cell).to_owned()).collect();
                found.rows.push(SheetRow { sheet: None, line: row.line, cells });
            }
            Err(mistake) => found.said.push(Diagnostic { level: Level::Error, ..mistake }),
        }
    }
    found
}

fn too_many() -> Diagnostic {
    Diagnostic::error(
        "input/too-large",
        wording!("the sheet has more than {limit} rows; the rest is left out", limit = MOST_ROWS),
    )
}

#[cfg(not(feature = "xlsx"))]
fn workbook(_: &[u8]) -> SheetRows {
    let mistake = Diagnostic::error("input/xlsx-unsupported", wording!("this build reads no workbooks"));
    SheetRows { rows: Vec::new(), said: vec![mistake] }
}

#[cfg(feature = "xlsx")]
fn workbook(bytes: &[u8]) -> SheetRows {
    let mut found = SheetRows::default();
    let mut formulas = (0_usize, String::new());
    let outcome = super::xlsx::each_cell(bytes, super::xlsx::EDITED, super::xlsx::DAYS, &mut |cell| {
        if cell.formula {
            formulas.0 += 1;
            if formulas.0 == 1 {
                formulas.1 = format!("{}{}", super::sheet::letters(cell.column), cell.row + 1);
            }
        }
        if cell.text.is_empty() || cell.column >= MOST_COLUMNS {
            return true;
        }
        let same = |row: &SheetRow| row.line == cell.row + 1 && row.sheet.as_deref() == Some(cell.sheet);
        if !found.rows.last().is_some_and(same) {
            if found.rows.len() >= MOST_ROWS {
                found.said.push(too_many());
                return false;
            }
            found.rows.push(SheetRow { sheet: Some(cell.sheet.to_owned()), line: cell.row + 1, cells: Vec::new() });
        }
        if let Some(row) = found.rows.last_mut() {
            row.cells.resize(row.cells.len().max(cell.column + 1), String::new());
            row.cells[cell.column] = cell.text;
        }
        true
    });
    found.said.extend(outcome.err().map(|mistake| *mistake));
    if formulas.0 > 0 {
        let message =
            wording!("{formulas} cells are formulas (the first is {first})", formulas = formulas.0, first = formulas.1);
        let notice = Diagnostic::warning("input/formula", message);
        found.said.push(notice.help(wording!("what they came to when the file was saved is taken as text")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_text_and_keep_their_places() {
        let found = rows("word,better\n'=1+1,x\n\n\"a\nb\",c\n".as_bytes(), None);
        let cells: Vec<(usize, Vec<&str>)> =
            found.rows.iter().map(|row| (row.line, row.cells.iter().map(String::as_str).collect())).collect();
        assert_eq!(cells, [(1, vec!["word", "better"]), (2, vec!["=1+1", "x"]), (4, vec!["a\nb", "c"])]);
    }
}
