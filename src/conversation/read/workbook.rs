//! A workbook of conversations as rows. A thread of its own reads ahead: cells come out of the library only where it stands.

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

/// A day's chats are more than anybody edits; cells are passed on row by row, but the texts they share are held.
const LOGS: Limits = Limits { unpacked: 1 << 30, shared: 128 << 20, merged: true };
/// Most columns of a sheet.
const COLUMNS: usize = 1_000;
/// Rows that are read ahead.
const AHEAD: usize = 256;
/// Merged cells that are followed at a time, and the longest text of one that is said again, in bytes: an id or a name.
const MERGED: usize = 16;
const REPEATED: usize = 256;

/// The rows of all sheets.
pub struct Workbook {
    read: Receiver<Read>,
    notices: VecDeque<Diagnostic>,
}

/// What comes of reading.
enum Read {
    Row(Row),
    Failed(Diagnostic),
    Notice(Diagnostic),
}

impl Workbook {
    /// Begins to read.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let (send, read_ahead) = sync_channel(AHEAD);
        let reading = thread::Builder::new().name("workbook".to_owned());
        // Without a thread there is nobody to send, and the workbook has no rows; the sender says why.
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

/// Cells that are merged with those below: what stands in the first holds for all.
#[derive(Default)]
struct Above {
    /// By their first row.
    merged: VecDeque<Dimensions>,
    /// Column, last row and words.
    open: Vec<(usize, usize, String)>,
}

impl Above {
    fn of(merged: &[Dimensions]) -> Self {
        let mut tall: Vec<Dimensions> = merged.iter().filter(|place| place.end.0 > place.start.0).copied().collect();
        tall.sort_by_key(|place| place.start);
        Self { merged: tall.into(), open: Vec::new() }
    }

    /// Fills in what stands above.
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
    // When nobody listens any more, nothing is lost.
    send(open, &mut above, to);
    let mistake = match outcome {
        Some(Ok(())) => return,
        Some(Err(mistake)) => *mistake,
        None => Diagnostic::error("input/bad-xlsx", wording!("not a workbook that can be read: it is damaged")),
    };
    let _ = to.send(Read::Failed(mistake));
}

/// Sends a row in which something stands; whether anybody listens.
fn send(row: Option<Row>, above: &mut Above, to: &SyncSender<Read>) -> bool {
    let filled = |row: &Row| row.cells.iter().any(|cell| !cell.trim().is_empty()) || !row.marks.is_empty();
    let Some(mut row) = row.filter(filled) else { return true };
    above.complete(&mut row);
    to.send(Read::Row(row)).is_ok()
}

/// Nobody sees its rows in the workbook, and all the same they count.
fn hidden(sheet: &str) -> Diagnostic {
    let message = wording!("sheet {name} is hidden, and is read like the others", name = sheet);
    let notice = Diagnostic::warning("input/hidden-sheet", message);
    notice.help(wording!("delete it from the workbook if its conversations are not to count"))
}
