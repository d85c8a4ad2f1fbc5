//! Tables of messages: rows in, conversations out, with the columns told by their names. Memory holds one conversation.

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
    /// Its place, from 1: a line of a text, a row of a sheet. 0 where names of columns stand nowhere.
    pub line: usize,
    /// Its cells as text.
    pub cells: Vec<String>,
    /// What it is a row of.
    pub of: Of,
    /// Columns of whose cells there is more to know.
    pub marks: Vec<(usize, Mark)>,
}

/// What there is to know of a cell beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It is merged with the one above, whose words it repeats.
    Above,
    /// A formula that was saved without what it comes to.
    Unvalued,
    /// A number of a workbook that counts its days from 1904.
    Since1904,
}

impl Mark {
    /// All of them.
    const ALL: [Self; 3] = [Self::Above, Self::Unvalued, Self::Since1904];
}

impl Row {
    /// Whether this is marked of a column.
    fn is(&self, mark: Mark, column: Option<usize>) -> bool {
        column.is_some_and(|column| self.marks.contains(&(column, mark)))
    }
}

/// What rows are of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// A text.
    #[default]
    Lines,
    /// A sheet of a workbook, by its name. Each has its own columns.
    Sheet(Arc<str>),
    /// Columns, which have no cells with names.
    Columns,
}

/// Something that yields rows. The first one holds the names of the columns.
pub trait Rows {
    /// The next row; an error is a row that could not be read, and reading may go on behind it.
    fn next_row(&mut self) -> Option<Result<Row, crate::source::Diagnostic>>;

    /// Worth saying about the whole, such as a guessed encoding; once.
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
