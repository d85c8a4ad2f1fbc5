//! What Python gives, piece by piece: a text, lines of JSON, or Arrow arrays, which the library reads as columns.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use pyo3_arrow::ffi::ArrayReader;
use replylint::conversation::Origin;
use replylint::conversation::read::columns::{self, Kept, Lost, Piece, Table};
use replylint::conversation::read::{self, Batch, Input, Options, Record};
use replylint::source::Diagnostic;
use std::sync::Arc;

/// Bytes of JSON that a thread takes at a time.
const BYTES: usize = 256 << 10;
/// Rows of a table that a thread takes at a time.
const ROWS: usize = 128;
/// The code of what is no row that failed, but the end of all rows.
pub const BROKEN: &str = "input/unreadable";

/// What is given.
pub enum Source<'a> {
    /// A text as the command line would read it.
    Text(Input<&'a [u8]>),
    /// Conversations that were no text before: places in it are nobody's.
    Objects(Input<&'a [u8]>),
    /// Columns.
    Table(Box<Table<Arrays>>),
}

/// Why a table cannot be read.
pub enum Refused {
    /// It is none.
    Kind(String),
    /// Its columns hold no conversations.
    Columns(Box<Diagnostic>),
}

impl<'a> Source<'a> {
    /// A text: its format is guessed.
    pub fn text(text: &'a [u8], options: &Options) -> Self {
        Self::Text(read::open(text, None, options))
    }

    /// Conversations as lines of JSON.
    pub fn objects(lines: &'a [u8], options: &Options) -> Self {
        Self::Objects(read::open(lines, Some("jsonl"), options))
    }

    /// A table, or a column of conversations in JSON.
    ///
    /// # Errors
    /// When it holds none.
    pub fn arrow(reader: Box<dyn ArrayReader + Send>, options: &Options) -> Result<Self, Refused> {
        let arrays = Arrays::of(reader)?;
        let table = Table::of(arrays, Kept::Memory, options).map_err(Refused::Columns)?;
        Ok(Self::Table(Box::new(table)))
    }
}

/// A piece of work for one thread.
pub enum Work {
    Lines(Box<Batch>, bool),
    Records(Vec<Record>),
    Rows(Piece),
}

impl Work {
    /// Calls `take` for each record.
    pub fn each(self, options: &Options, mut take: impl FnMut(Record)) {
        match self {
            Self::Lines(batch, placed) => batch.conversations(options).for_each(|mut record| {
                if let Record::Conversation(conversation) = &mut record
                    && !placed
                {
                    conversation.turns.iter_mut().for_each(|turn| turn.origin = Origin::Unmapped);
                }
                take(record);
            }),
            Self::Records(records) => records.into_iter().for_each(take),
            Self::Rows(piece) => piece.each(options, take),
        }
    }
}

impl Iterator for Source<'_> {
    type Item = Work;

    fn next(&mut self) -> Option<Work> {
        match self {
            Self::Text(Input::Lines(batches)) => Some(Work::Lines(Box::new(batches.next_batch(BYTES)?), true)),
            Self::Objects(Input::Lines(batches)) => Some(Work::Lines(Box::new(batches.next_batch(BYTES)?), false)),
            Self::Text(Input::Text(records)) | Self::Objects(Input::Text(records)) => {
                Some(Work::Records(vec![records.pop_front()?]))
            }
            Self::Table(table) => table.next_piece(ROWS).map(Work::Rows),
        }
    }
}

/// Arrays of a stream as batches of rows.
pub struct Arrays {
    reader: Box<dyn ArrayReader + Send>,
    schema: SchemaRef,
    wanted: Vec<usize>,
    /// Each array is a column of its own, not a table.
    lone: bool,
}

impl Arrays {
    fn of(reader: Box<dyn ArrayReader + Send>) -> Result<Self, Refused> {
        use DataType::{Binary, BinaryView, LargeBinary, LargeUtf8, Utf8, Utf8View};
        let field = reader.field();
        let (fields, lone) = match field.data_type() {
            // What a schema says of nulls is not believed.
            DataType::Struct(fields) => {
                (fields.iter().map(|field| Field::clone(field).with_nullable(true)).collect(), false)
            }
            text @ (Utf8 | LargeUtf8 | Utf8View | Binary | LargeBinary | BinaryView) => {
                (vec![Field::new("json", text.clone(), true)], true)
            }
            other => {
                let wanted = "a table, or a column of texts that are one conversation in JSON each";
                return Err(Refused::Kind(format!("not {other}, but {wanted}")));
            }
        };
        Ok(Self { reader, schema: Arc::new(Schema::new(fields)), wanted: Vec::new(), lone })
    }

    fn batch(&self, array: &ArrayRef) -> Result<RecordBatch, ArrowError> {
        let columns = match array.as_struct_opt() {
            Some(table) if !self.lone => table.columns().to_vec(),
            _ => vec![array.clone()],
        };
        let rows = RecordBatchOptions::new().with_row_count(Some(array.len()));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), columns, &rows)?;
        batch.project(&self.wanted)
    }
}

impl columns::Source for Arrays {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn select(&mut self, columns: &[usize]) -> Result<(), Box<Diagnostic>> {
        self.wanted = columns.to_vec();
        Ok(())
    }

    fn next(&mut self) -> Option<Result<RecordBatch, Lost>> {
        let batch = self.reader.next()?.and_then(|array| self.batch(&array));
        Some(batch.map_err(|error| (Box::new(Diagnostic::error(BROKEN, error.to_string())), 0)))
    }
}
