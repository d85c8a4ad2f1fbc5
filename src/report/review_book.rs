//! The review sheet as a workbook: findings with columns that agents and reviewers fill in, each with its words to choose.

use super::Ui;
use super::audit_book::Rows;
use super::table::Cell;
use super::workbook::{Book, Column};
use crate::audit::review::{COLUMNS, Sheet};
use crate::rulebook::Severity;
use std::collections::BTreeSet;
use std::io;

/// Most lines: people fill it in.
pub const MOST_LINES: usize = 100_000;

/// The workbook. It holds the findings of the drawn conversations, or all warnings and errors where none were drawn.
///
/// # Errors
/// When the rows cannot be read or the workbook cannot be made.
pub fn book(rows: &Rows<'_>, drawn: Option<&BTreeSet<u64>>, ui: Ui) -> io::Result<Book> {
    let form = Sheet::builtin();
    let columns = COLUMNS.iter().chain(&["fingerprint"]).map(|column| {
        let heading = form.header(column, ui.locale());
        let shape = match *column {
            "message" | "customer-said" | "quote" | "help" => Column::wide(heading, 36.0),
            "reason" => Column::wide(heading, 28.0),
            "rule" | "conversation" | "time" => Column::new(heading, 22.0),
            _ => Column::new(heading, 11.0),
        };
        shape.choosing(form.choices(column, ui.locale()))
    });
    let columns: Vec<Column> = columns.collect();
    let lines = rows()?.flat_map(|row| {
        let wanted = |severity: Severity| match drawn {
            Some(drawn) => drawn.contains(&row.number),
            None => severity >= Severity::Warning,
        };
        let found = row.findings.iter().filter(|found| wanted(found.severity));
        let cells = |cells: Vec<String>| cells.iter().map(|cell| Cell::text(Some(cell))).collect();
        found.map(|found| cells(form.cells(&row, found, ui.locale()))).collect::<Vec<Vec<Cell>>>()
    });
    let mut book = Book::default();
    book.sheet(&ui.text("book.review", &[]), &columns, lines.take(MOST_LINES))?;
    Ok(book)
}
