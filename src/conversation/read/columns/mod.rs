//! Conversations kept as columns, in Parquet and in Arrow's own files: batch by batch, each within limits.

mod bytes;
mod footer;
mod ipc;
mod ipc_body;
mod nested;
mod pages;
mod parquet;
mod store;
mod table;
mod texts;

pub use store::Store;
pub(super) use table::Table;

use super::Options;
use crate::source::Diagnostic;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use std::io::BufRead;
use std::sync::Arc;

/// Rows that are unpacked at a time, where the file leaves it to the reader.
const ROWS: usize = 256;
/// Most bytes of one batch of rows, unpacked.
const BATCH: usize = 256 << 20;

/// What a file of columns begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Parquet, which is read from its end.
    Parquet,
    /// Arrow's file format, too.
    ArrowFile,
    /// Arrow's stream format.
    ArrowStream,
}

/// Whether these are the first bytes of a file of columns.
pub(super) fn kind(head: &[u8]) -> Option<Kind> {
    if head.starts_with(b"PAR1") || head.starts_with(b"PARE") {
        return Some(Kind::Parquet);
    }
    if head.starts_with(b"ARROW1") {
        return Some(Kind::ArrowFile);
    }
    let length = head.strip_prefix(&[0xFF; 4])?.first_chunk::<4>()?;
    // Its first message describes the columns.
    (8..=ipc::MESSAGE).contains(&(u32::from_le_bytes(*length) as usize)).then_some(Kind::ArrowStream)
}

/// Conversations of a file that is read from its end.
pub(super) fn stored<R: BufRead>(store: Arc<dyn Store>, options: &Options) -> Result<Table<R>, Box<Diagnostic>> {
    let mut head = [0; 4];
    let read = store.read_at(0, &mut head).map_err(|error| Box::new(super::broken(&error)))?;
    let source = match kind(&head[..read]) {
        Some(Kind::Parquet) => Source::Parquet(Box::new(parquet::Parquet::open(store)?)),
        _ => Source::Arrow(Box::new(ipc::Ipc::file(store)?)),
    };
    Table::of(source, options)
}

/// Conversations of Arrow's stream format.
pub(super) fn streamed<R: BufRead>(reader: R, options: &Options) -> Result<Table<R>, Box<Diagnostic>> {
    Table::of(Source::Arrow(Box::new(ipc::Ipc::stream(reader)?)), options)
}

/// What is wrong, and how many rows cannot be read for it.
type Lost = (Box<Diagnostic>, u64);

/// Where batches come from.
enum Source<R> {
    Parquet(Box<parquet::Parquet>),
    Arrow(Box<ipc::Ipc<R>>),
}

impl<R: BufRead> Source<R> {
    fn schema(&self) -> SchemaRef {
        match self {
            Self::Parquet(parquet) => parquet.schema(),
            Self::Arrow(stream) => stream.schema(),
        }
    }

    /// Only these columns are read.
    fn select(&mut self, columns: &[usize]) -> Result<(), Box<Diagnostic>> {
        match self {
            Self::Parquet(parquet) => parquet.select(columns),
            Self::Arrow(stream) => {
                stream.select(columns);
                Ok(())
            }
        }
    }

    /// The next batch; or a mistake, and how many rows it costs.
    fn next(&mut self) -> Option<Result<RecordBatch, Lost>> {
        match self {
            Self::Parquet(parquet) => parquet.next(),
            Self::Arrow(stream) => stream.next(),
        }
    }
}

fn broken(what: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("input/bad-columns", what.to_owned()))
}

fn too_large(what: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("input/too-large", what))
}
