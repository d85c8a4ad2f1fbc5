//! Batches of rows, with the number of rows before each.

use super::{Lost, Source};
use crate::source::{Diagnostic, wording};
use arrow_array::RecordBatch;

/// Batches of rows, with the number of rows before each.
pub(super) struct Batches<S> {
    source: S,
    pub before: u64,
    read: u64,
}

impl<S: Source> Batches<S> {
    pub fn of(source: S) -> Self {
        Self { source, before: 0, read: 0 }
    }

    /// The next batch, or an error that covers all rows lost with it.
    pub fn next(&mut self) -> Option<Result<RecordBatch, Diagnostic>> {
        self.before = self.read;
        match self.source.next()? {
            Ok(batch) => {
                self.read += batch.num_rows() as u64;
                Some(Ok(batch))
            }
            Err(lost) => Some(Err(self.lost(lost))),
        }
    }

    fn lost(&mut self, (mistake, rows): Lost) -> Diagnostic {
        let first = number(self.before, 0);
        self.read = self.read.saturating_add(rows);
        let mistake = mistake.line(first);
        if rows == 0 || mistake.help.is_some() {
            return mistake;
        }
        let last = self.read;
        mistake.help(wording!("rows {first} to {last} are not read", first, last))
    }
}

/// The number of a row, from 1, given the rows before its batch.
pub(super) fn number(before: u64, row: usize) -> usize {
    usize::try_from(before).unwrap_or(usize::MAX).saturating_add(row).saturating_add(1)
}
