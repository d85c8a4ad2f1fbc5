//! The review sheet as a workbook: findings with columns for agents and reviewers to fill in, with drop-down choices.

use super::Ui;
use super::audit_book::Rows;
use super::table::Cell;
use super::workbook::{Book, Column};
use crate::audit::ConversationResult;
use crate::audit::review::{COLUMNS, Sheet, going_out};
use std::collections::BTreeSet;
use std::io;

/// Most lines: people fill them in.
pub const MOST_LINES: usize = 100_000;

/// The workbook: findings of the sampled conversations or, without a sample, all warnings and errors and whatever cost
/// points.
///
/// # Errors
/// When the rows cannot be read or the workbook cannot be made.
pub fn book(rows: &Rows<'_>, drawn: Option<&BTreeSet<u64>>, ui: Ui) -> io::Result<Book> {
    let lines = rows()?.flat_map(|row| lines(&row, drawn, ui).map(|(_, cells)| cells).collect::<Vec<_>>());
    sheet(lines, ui)
}

/// The lines of a row, each with the agent who answers for it.
pub fn lines<'a>(
    row: &'a ConversationResult,
    drawn: Option<&'a BTreeSet<u64>>,
    ui: Ui,
) -> impl Iterator<Item = (Option<&'a str>, Vec<Cell>)> + 'a {
    let form = Sheet::builtin();
    going_out(row, drawn).into_iter().map(move |place| {
        let found = &row.findings[place];
        let cells = form.cells(row, found, ui.locale());
        (found.agent.as_deref(), cells.iter().map(|cell| Cell::text(Some(cell))).collect())
    })
}

/// A workbook of these lines, with drop-down lists.
///
/// # Errors
/// When the workbook cannot be made.
pub fn sheet(lines: impl IntoIterator<Item = Vec<Cell>>, ui: Ui) -> io::Result<Book> {
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
    let mut book = Book::default();
    book.sheet(&ui.text("book.review", &[]), &columns, lines.into_iter().take(MOST_LINES))?;
    Ok(book)
}
