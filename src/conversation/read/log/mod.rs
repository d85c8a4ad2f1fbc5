//! Tables of messages: rows in, conversations out, with columns found by name. Memory holds one conversation.

mod arrange;
mod columns;
mod delimited;
mod group;
mod head;
mod layout;
mod moments;
mod open;

pub use arrange::{Part, Shelf};
pub use columns::{ColumnMap, ColumnWords, Field};
pub use delimited::Csv;
pub use group::Log;
pub(super) use layout::is_of_messages;
#[cfg(feature = "arrow")]
pub(super) use layout::{Layout as SheetLayout, tell};

use std::sync::Arc;

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Its line or row number, from 1; 0 for a header that is in no file.
    pub line: usize,
    /// Its cells as text.
    pub cells: Vec<String>,
    /// What it is a row of.
    pub of: Of,
    /// Columns with more to know about their cells.
    pub marks: Vec<(usize, Mark)>,
}

/// What is known about a cell beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It is merged with the cell above and repeats its text.
    Above,
    /// A formula that was saved without its result.
    Unvalued,
    /// A number of a workbook that counts its days from 1904.
    Since1904,
}

impl Mark {
    /// All of them.
    const ALL: [Self; 3] = [Self::Above, Self::Unvalued, Self::Since1904];
}

impl Row {
    /// Whether a column has this mark.
    fn is(&self, mark: Mark, column: Option<usize>) -> bool {
        column.is_some_and(|column| self.marks.contains(&(column, mark)))
    }
}

/// What a row belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// A text file.
    #[default]
    Lines,
    /// A sheet of a workbook, by its name. Each has its own header.
    Sheet(Arc<str>),
    /// A columnar table, whose cells have no names.
    Columns,
}

/// A source of rows, of which the first is the header.
pub trait Rows {
    /// The next row; after an error, which is about one row, reading may continue.
    fn next_row(&mut self) -> Option<Result<Row, crate::source::Diagnostic>>;

    /// A notice about the whole, such as a guessed encoding; returned once.
    fn notice(&mut self) -> Option<crate::source::Diagnostic> {
        None
    }
}

impl<R: Rows + ?Sized> Rows for Box<R> {
    fn next_row(&mut self) -> Option<Result<Row, crate::source::Diagnostic>> {
        (**self).next_row()
    }

    fn notice(&mut self) -> Option<crate::source::Diagnostic> {
        (**self).notice()
    }
}
