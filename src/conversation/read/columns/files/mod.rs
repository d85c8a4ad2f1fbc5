//! Parquet and Arrow files: their metadata is validated, and data is decompressed within limits.

mod bytes;
mod footer;
mod ipc;
mod ipc_body;
mod pages;
mod parquet;
mod store;

pub use store::Store;

use super::{Kept, Lost, Source, Table, broken};
use crate::conversation::read::Options;
use crate::source::{Diagnostic, Wording};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use std::io::BufRead;
use std::sync::Arc;

/// Rows that are read at a time, where the reader may choose.
const ROWS: usize = 256;
/// Largest decompressed batch of rows, in bytes.
const BATCH: usize = 256 << 20;

/// The kind of a columnar file, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Parquet, which is read from its end.
    Parquet,
    /// Arrow's file format, which is also read from its end.
    ArrowFile,
    /// Arrow's stream format.
    ArrowStream,
}

/// The kind of a columnar file that begins with these bytes, if it is one.
pub fn kind(head: &[u8]) -> Option<Kind> {
    if head.starts_with(b"PAR1") || head.starts_with(b"PARE") {
        return Some(Kind::Parquet);
    }
    if head.starts_with(b"ARROW1") {
        return Some(Kind::ArrowFile);
    }
    let length = head.strip_prefix(&[0xFF; 4])?.first_chunk::<4>()?;
    // A stream begins with the length of its first message, the schema.
    (8..=ipc::MESSAGE).contains(&(u32::from_le_bytes(*length) as usize)).then_some(Kind::ArrowStream)
}

/// Opens a file that is read from its end.
pub fn stored<R: BufRead>(store: Arc<dyn Store>, options: &Options) -> Result<Table<File<R>>, Box<Diagnostic>> {
    let mut head = [0; 4];
    let read = store.read_at(0, &mut head).map_err(|error| Box::new(crate::conversation::read::broken(&error)))?;
    let file = match kind(&head[..read]) {
        Some(Kind::Parquet) => File::Parquet(Box::new(parquet::Parquet::open(store)?)),
        _ => File::Arrow(Box::new(ipc::Ipc::file(store)?)),
    };
    Table::of(file, Kept::File, options)
}

/// Opens a stream in Arrow's stream format.
pub fn streamed<R: BufRead>(reader: R, options: &Options) -> Result<Table<File<R>>, Box<Diagnostic>> {
    Table::of(File::Arrow(Box::new(ipc::Ipc::stream(reader)?)), Kept::File, options)
}

/// A columnar file being read.
pub enum File<R> {
    /// Parquet.
    Parquet(Box<parquet::Parquet>),
    /// Arrow's file or stream.
    Arrow(Box<ipc::Ipc<R>>),
}

impl<R: BufRead> Source for File<R> {
    fn schema(&self) -> SchemaRef {
        match self {
            Self::Parquet(parquet) => parquet.schema(),
            Self::Arrow(stream) => stream.schema(),
        }
    }

    fn select(&mut self, columns: &[usize]) -> Result<(), Box<Diagnostic>> {
        match self {
            Self::Parquet(parquet) => parquet.select(columns),
            Self::Arrow(stream) => {
                stream.select(columns);
                Ok(())
            }
        }
    }

    fn next(&mut self) -> Option<Result<RecordBatch, Lost>> {
        match self {
            Self::Parquet(parquet) => parquet.next(),
            Self::Arrow(stream) => stream.next(),
        }
    }
}

fn too_large(what: Wording) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("input/too-large", what))
}
