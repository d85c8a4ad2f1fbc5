//! How a table holds conversations, by its header.

use super::columns::Columns;
use super::{ColumnMap, ColumnWords, Field};
use crate::source::{Diagnostic, wording};

/// How a table holds conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One row a message.
    #[default]
    Messages,
    /// A whole chat in a cell.
    Chats,
    /// A question and its answer in a row.
    Pairs,
}

/// Whether this is the header of a table with one message a row.
pub fn is_of_messages(header: &[String], map: &ColumnMap, words: &ColumnWords) -> bool {
    let told = tell(header, map, words);
    // Tables of templates have names and texts, too.
    told.is_ok_and(|(columns, layout)| layout == Layout::Messages && columns.has(Field::Role))
}

/// Determines columns and layout.
///
/// # Errors
/// If no column is known to hold text; the error lists the columns that are there and those that were looked for.
pub fn tell(header: &[String], map: &ColumnMap, words: &ColumnWords) -> Result<(Columns, Layout), Diagnostic> {
    let columns = Columns::tell(header, map, words).map_err(|name| {
        Diagnostic::error("input/columns", wording!("there is no column \"{name}\", which [audit.columns] names", name))
            .help(wording!("there are: {names}", names = names(header)))
    })?;
    let has = |field| columns.has(field);
    let layout = if has(Field::Text) && (has(Field::Role) || has(Field::Name)) {
        Layout::Messages
    } else if has(Field::Answer) {
        Layout::Pairs
    } else if has(Field::Text) {
        Layout::Chats
    } else {
        let message = wording!("which column holds the words is not known: {names}", names = names(header));
        let help = wording!(
            "name columns in [audit.columns]: text and role; or question and answer; or text with whole chats"
        );
        return Err(Diagnostic::error("input/columns", message).help(help));
    };
    Ok((columns, layout))
}

/// The columns that are there, as far as people would read.
fn names(header: &[String]) -> String {
    let names: Vec<String> = header.iter().take(40).map(|name| name.trim().chars().take(60).collect()).collect();
    names.join(", ")
}
