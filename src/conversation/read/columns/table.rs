//! The conversations of a table of columns, batch by batch.

use super::batches::Batches;
use super::layout::{Layout, Shape};
use super::nested::{Nested, Piece};
use super::sheet::Cells;
use super::{Kept, Source};
use crate::conversation::read::log::{ColumnWords, Log};
use crate::conversation::read::{Options, Record};
use crate::source::Diagnostic;

/// The conversations of a columnar table.
pub struct Table<S>(Rows<S>);

enum Rows<S> {
    /// Read like a sheet, row by row.
    Cells(Box<Log<Cells<S>>>),
    /// Each row is a conversation.
    Nested(Box<Nested<S>>),
}

impl<S: Source> Table<S> {
    /// Determines the layout by names and types of columns.
    ///
    /// # Errors
    /// If it holds no conversations.
    pub fn of(mut source: S, kept: Kept, options: &Options) -> Result<Self, Box<Diagnostic>> {
        let schema = source.schema();
        let layout = Layout::of(&schema, kept, options)?;
        source.select(&layout.columns)?;
        let batches = Batches::of(source);
        if layout.shape != Shape::Sheet {
            return Ok(Self(Rows::Nested(Box::new(Nested::new(batches, layout.shape, kept, options)))));
        }
        let names = layout.columns.iter().map(|&at| schema.field(at).name().clone());
        let rows = Cells::new(batches, names, kept);
        let log = Log::new(rows, &options.columns, &ColumnWords::builtin(), options.clone());
        Ok(Self(Rows::Cells(Box::new(log))))
    }

    /// The next record.
    pub fn next_record(&mut self) -> Option<Record> {
        match &mut self.0 {
            Rows::Cells(log) => log.next_record(),
            Rows::Nested(nested) => nested.next_record(),
        }
    }

    /// The next rows, at most `most`, to be read on any thread. Where rows are messages, they are read here.
    pub fn next_piece(&mut self, most: usize) -> Option<Piece> {
        match &mut self.0 {
            Rows::Cells(log) => {
                let records: Vec<Record> = std::iter::from_fn(|| log.next_record()).take(most).collect();
                (!records.is_empty()).then_some(Piece::Read(records))
            }
            Rows::Nested(nested) => nested.next_piece(most),
        }
    }
}
