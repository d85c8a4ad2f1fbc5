//! A workbook of conversations as rows. The library passes cells to a callback, so a separate thread reads ahead.

use super::Options;
use super::log::{ColumnWords, Mark, Of, Row, Rows, is_of_messages};
use super::xlsx::{AnyCell, CLOCKS, Limits, each_cell};
use crate::conversation::Mode;
use crate::source::{Diagnostic, held, wording};
use calamine::Dimensions;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// More than for files that people edit: a day's chats are large. Rows are passed on one by one, but shared texts are
/// held.
const LOGS: Limits = Limits { unpacked: 1 << 30, shared: 128 << 20, merged: true };
/// Most columns of a sheet.
const COLUMNS: usize = 1_000;
/// Rows read ahead.
const AHEAD: usize = 256;
/// Merged cells tracked at a time, and the longest text of one that is repeated, in bytes: an id or a name.
const MERGED: usize = 16;
const REPEATED: usize = 256;

/// The rows of all sheets.
pub struct Workbook {
    read: Receiver<Read>,
    notices: VecDeque<Diagnostic>,
}

/// A message of the reading thread.
enum Read {
    Row(Row),
    Failed(Diagnostic),
    Notice(Diagnostic),
}

impl Workbook {
    /// Starts reading.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let (send, read_ahead) = sync_channel(AHEAD);
        let reading = thread::Builder::new().name("workbook".to_owned());
        // If no thread can be started, the workbook has no rows; the sender reports why.
        let failed = send.clone();
        if let Err(error) = reading.spawn(move || read(&bytes, &send)) {
            let _ = failed.send(Read::Failed(Diagnostic::error("input/unreadable", error.to_string())));
        }
        Self { read: read_ahead, notices: VecDeque::new() }
    }
}

impl Rows for Workbook {
    fn next_row(&mut self) -> Option<Result<Row, Diagnostic>> {
        loop {
            match self.read.recv().ok()? {
                Read::Row(row) => return Some(Ok(row)),
                Read::Failed(mistake) => return Some(Err(mistake)),
                Read::Notice(notice) => self.notices.push_back(notice),
            }
        }
    }

    fn notice(&mut self) -> Option<Diagnostic> {
        self.notices.pop_front()
    }
}

/// Tracks cells merged over several rows: the first one's text applies to all.
#[derive(Default)]
struct Above {
    /// Those ahead, by first row.
    merged: VecDeque<Dimensions>,
    /// Those open: column, last row, text.
    open: Vec<(usize, usize, String)>,
}

impl Above {
    fn of(merged: &[Dimensions]) -> Self {
        let mut tall: Vec<Dimensions> = merged.iter().filter(|place| place.end.0 > place.start.0).copied().collect();
        tall.sort_by_key(|place| place.start);
        Self { merged: tall.into(), open: Vec::new() }
    }

    /// Fills in texts from merged cells above.
    fn complete(&mut self, row: &mut Row) {
        let number = row.line - 1;
        self.open.retain(|(_, last, _)| *last >= number);
        for (column, _, words) in &self.open {
            row.cells.resize(row.cells.len().max(column + 1), String::new());
            if row.cells[*column].trim().is_empty() {
                row.cells[*column].clone_from(words);
                row.marks.push((*column, Mark::Above));
            }
        }
        while let Some(place) = self.merged.front().copied().filter(|place| place.start.0 as usize <= number) {
            self.merged.pop_front();
            let column = place.start.1 as usize;
            let words = row.cells.get(column).filter(|_| place.start.0 as usize == number && self.open.len() < MERGED);
            if let Some(words) = words.filter(|words| !words.trim().is_empty()) {
                let words = if words.len() <= REPEATED { words.clone() } else { String::new() };
                self.open.push((column, place.end.0 as usize, words));
            }
        }
    }
}

/// Whether a workbook holds conversations: as the user says, otherwise by the first row of its first sheet.
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
    // Errors are reported by the actual reading.
    let _ = held(|| each_cell(bytes, super::xlsx::EDITED, CLOCKS, &mut take));
    first.is_some_and(|(_, cells)| is_of_messages(&cells, &options.columns, &ColumnWords::builtin()))
}

/// Sends all rows, until the receiver is gone.
fn read(bytes: &[u8], to: &SyncSender<Read>) {
    let mut open: Option<Row> = None;
    let mut sheet: Option<Arc<str>> = None;
    let mut above = Above::default();
    let mut take = |cell: AnyCell<'_>| {
        let line = cell.row + 1;
        let next = sheet.as_deref() != Some(cell.sheet);
        if (next || open.as_ref().is_none_or(|row| row.line != line)) && !send(open.take(), &mut above, to) {
            return false;
        }
        if next {
            above = Above::of(cell.merged);
            if cell.hidden && to.send(Read::Notice(hidden(cell.sheet))).is_err() {
                return false;
            }
        }
        let name = if next { sheet.insert(Arc::from(cell.sheet)) } else { sheet.get_or_insert_default() };
        let row = open.get_or_insert_with(|| Row { line, of: Of::Sheet(name.clone()), ..Row::default() });
        if cell.column < COLUMNS {
            if cell.formula && cell.text.is_empty() {
                row.marks.push((cell.column, Mark::Unvalued));
            }
            if cell.since_1904 {
                row.marks.push((cell.column, Mark::Since1904));
            }
            row.cells.resize(row.cells.len().max(cell.column + 1), String::new());
            row.cells[cell.column] = cell.text;
        }
        true
    };
    let outcome = held(|| each_cell(bytes, LOGS, CLOCKS, &mut take));
    // If the receiver is gone, nothing is lost.
    send(open, &mut above, to);
    let mistake = match outcome {
        Some(Ok(())) => return,
        Some(Err(mistake)) => *mistake,
        None => Diagnostic::error("input/bad-xlsx", wording!("not a workbook that can be read: it is damaged")),
    };
    let _ = to.send(Read::Failed(mistake));
}

/// Sends a row, unless it is empty; returns whether the receiver is still there.
fn send(row: Option<Row>, above: &mut Above, to: &SyncSender<Read>) -> bool {
    let filled = |row: &Row| row.cells.iter().any(|cell| !cell.trim().is_empty()) || !row.marks.is_empty();
    let Some(mut row) = row.filter(filled) else { return true };
    above.complete(&mut row);
    to.send(Read::Row(row)).is_ok()
}

/// A notice: the sheet is hidden, but its rows count.
fn hidden(sheet: &str) -> Diagnostic {
    let message = wording!("sheet {name} is hidden, and is read like the others", name = sheet);
    let notice = Diagnostic::warning("input/hidden-sheet", message);
    notice.help(wording!("delete it from the workbook if its conversations are not to count"))
}
