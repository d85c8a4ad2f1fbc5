//! Conversations in columns, in memory or in files: batch by batch, row by row, with texts read in place.

mod batches;
#[cfg(feature = "parquet")]
pub(super) mod files;
mod layout;
mod nested;
mod sheet;
mod table;
mod texts;

pub use nested::Piece;
pub use table::Table;

use crate::source::{Diagnostic, Wording};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

/// A source of batches of rows.
pub trait Source {
    /// Names and types of the columns.
    fn schema(&self) -> SchemaRef;

    /// Limits the following batches to these columns.
    ///
    /// # Errors
    /// If they cannot be read.
    fn select(&mut self, columns: &[usize]) -> Result<(), Box<Diagnostic>>;

    /// The next batch, with the selected columns.
    fn next(&mut self) -> Option<Result<RecordBatch, Lost>>;
}

/// An error, and the number of rows lost with it.
pub type Lost = (Box<Diagnostic>, u64);

/// Where a table is kept, which decides what its rows and places mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In a file: the place of a finding is its row.
    File,
    /// In memory: the place of a finding is within the text of its cell; a column `_line` has the row's line; a single
    /// column holds conversations as JSON, and `text` without a role is a reply.
    Memory,
}

fn broken(what: Wording) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("input/bad-columns", what))
}
