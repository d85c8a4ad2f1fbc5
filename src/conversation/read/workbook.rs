//! A workbook of conversations as rows. A thread of its own reads ahead: cells come out of the library only where it stands.

use super::Options;
use super::log::{ColumnWords, Of, Row, Rows, is_of_messages};
use super::xlsx::{AnyCell, CLOCKS, Limits, each_cell};
use crate::conversation::Mode;
use crate::source::{Diagnostic, held, wording};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// A day's chats are more than anybody edits; cells are passed on row by row, but the texts they share are held.
const LOGS: Limits = Limits { unpacked: 1 << 30, shared: 128 << 20 };
/// Most columns of a sheet.
const COLUMNS: usize = 1_000;
/// Rows that are read ahead.
const AHEAD: usize = 256;

/// The rows of all sheets.
pub struct Workbook {
    rows: Receiver<Result<Row, Diagnostic>>,
}

impl Workbook {
    /// Begins to read.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let (send, rows) = sync_channel(AHEAD);
        let reading = thread::Builder::new().name("workbook".to_owned());
        // Without a thread there is nobody to send, and the workbook has no rows; the sender says why.
        let failed = send.clone();
        if let Err(error) = reading.spawn(move || read(&bytes, &send)) {
            let _ = failed.send(Err(Diagnostic::error("input/unreadable", error.to_string())));
        }
        Self { rows }
    }
}

impl Rows for Workbook {
    fn next_row(&mut self) -> Option<Result<Row, Diagnostic>> {
        self.rows.recv().ok()
    }
}

/// Whether a workbook is one of conversations: by the user's word, else by the first row of its first sheet.
pub(super) fn holds_chats(bytes: &[u8], options: &Options) -> bool {
    if let Some(kind) = options.kind {
        return kind == Mode::Transcript;
    }
    if options.map.is_some() {
        return false;
    }
    let mut first: Option<(usize, Vec<String>)> = None;
    let mut take = |cell: AnyCell<'_>| {
        let (row, cells) = first.get_or_insert_with(|| (cell.row, Vec::new()));
        if cell.row == *row {
            cells.push(cell.text);
        }
        cell.row == *row
    };
    // What is wrong with it is said by whoever reads it.
    let _ = held(|| each_cell(bytes, super::xlsx::EDITED, CLOCKS, &mut take));
    first.is_some_and(|(_, cells)| is_of_messages(&cells, &options.columns, &ColumnWords::builtin()))
}

/// Sends row after row, until nobody wants more.
fn read(bytes: &[u8], rows: &SyncSender<Result<Row, Diagnostic>>) {
    let mut open: Option<Row> = None;
    let mut sheet: Arc<str> = Arc::from("");
    let filled = |row: &Row| row.cells.iter().any(|cell| !cell.trim().is_empty());
    let mut take = |cell: AnyCell<'_>| {
        if *sheet != *cell.sheet {
            sheet = Arc::from(cell.sheet);
        }
        let line = cell.row + 1;
        let of = Of::Sheet(sheet.clone());
        if open.as_ref().is_none_or(|row| row.line != line || row.of != of) {
            let done = open.replace(Row { line, cells: Vec::new(), of });
            if done.filter(filled).is_some_and(|row| rows.send(Ok(row)).is_err()) {
                return false;
            }
        }
        if let Some(row) = open.as_mut().filter(|_| cell.column < COLUMNS) {
            row.cells.resize(row.cells.len().max(cell.column + 1), String::new());
            row.cells[cell.column] = cell.text;
        }
        true
    };
    let outcome = held(|| each_cell(bytes, LOGS, CLOCKS, &mut take));
    // When nobody listens any more, nothing is lost.
    let _ = open.filter(filled).map(|row| rows.send(Ok(row)));
    let mistake = match outcome {
        Some(Ok(())) => return,
        Some(Err(mistake)) => *mistake,
        None => Diagnostic::error("input/bad-xlsx", wording!("not a workbook that can be read: it is damaged")),
    };
    let _ = rows.send(Err(mistake));
}
