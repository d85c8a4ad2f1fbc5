//! Conversations kept as columns, in memory or in files: batch by batch, a row at a time, texts read where they lie.

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

/// Where batches of rows come from.
pub trait Source {
    /// Names and types of the columns.
    fn schema(&self) -> SchemaRef;

    /// Only these columns are wanted from here on.
    ///
    /// # Errors
    /// When they cannot be read.
    fn select(&mut self, columns: &[usize]) -> Result<(), Box<Diagnostic>>;

    /// The next batch, of the columns that are wanted.
    fn next(&mut self) -> Option<Result<RecordBatch, Lost>>;
}

/// What is wrong, and how many rows cannot be read for it.
pub type Lost = (Box<Diagnostic>, u64);

/// Where a table is kept, and so what its rows mean to whoever reads of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In a file: a finding's place is its row.
    File,
    /// In a program's memory: a place is one in the text of the cell; a column `_line` says where a row stood; a lone
    /// column holds a conversation as JSON a row, and `text` without a role a reply.
    Memory,
}

fn broken(what: Wording) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("input/bad-columns", what))
}
