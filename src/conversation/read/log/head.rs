//! A table's header, and the meaning of the rows below it.

use super::columns::Columns;
use super::layout::Layout;
use super::moments::serial;
use super::open::{Doubt, fill};
use super::{Field, Mark, Of, Row};
use crate::conversation::read::sheet;
use crate::conversation::{Cell, Chunk, Conversation, Mode, Role};
use crate::source::{Diagnostic, Wording, wording};
use std::sync::Arc;

/// What is wrong with a row, and a hint.
pub(super) type Refused = (Wording, Option<Wording>);

/// The header row.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub columns: Columns,
    pub layout: Layout,
    /// Number of cells up to the last name; a row of text with more was split wrongly.
    pub width: usize,
}

impl Head {
    /// Checks the cells of a row.
    pub fn whole(&self, row: &Row) -> Result<(), Refused> {
        let more = || row.cells.get(self.width..).is_some_and(|more| more.iter().any(|cell| !cell.trim().is_empty()));
        if row.of == Of::Lines && more() {
            let message = wording!(
                "{count} cells, and {names} columns have names: all behind the one too many are out of place",
                count = row.cells.len(),
                names = self.width
            );
            let help = wording!("a text with the delimiter in it has to stand in quotation marks");
            return Err((message, Some(help)));
        }
        let formula = row.marks.iter().find(|(column, mark)| *mark == Mark::Unvalued && self.columns.is_known(*column));
        if let Some((column, _)) = formula {
            let cell = format!("{}{}", sheet::letters(*column), row.line);
            let message = wording!("{cell} is a formula that was saved without what it comes to", cell);
            return Err((message, Some(wording!("open the workbook in a spreadsheet program and save it there"))));
        }
        Ok(())
    }

    /// The speaker's role in a row, with a doubt if only an ambiguous name is known.
    pub fn who(
        &self,
        row: &Row,
        role_of: &mut dyn FnMut(&str) -> Option<Role>,
    ) -> Result<(Role, Option<Doubt>), Refused> {
        let cell = |field| self.columns.cell(&row.cells, field);
        let (word, stated) = match (cell(Field::Role), cell(Field::Name)) {
            (Some(word), _) => (word, true),
            (None, Some(name)) => (name, self.columns.has(Field::Role)),
            (None, None) => return Err((wording!("nobody says it: the role is empty"), None)),
        };
        if let Some(role) = role_of(word) {
            return Ok((role, None));
        }
        let agent = cell(Field::Agent);
        match (stated, agent == Some(word)) {
            (false, true) => Ok((Role::Agent, None)),
            (false, false) => Ok((Role::System, Some(Doubt::new(word, agent, row.line, row.of.clone())))),
            (true, _) => Err(unknown(word)),
        }
    }

    /// A row's time.
    pub fn time(&self, row: &Row, field: Field) -> Option<String> {
        let text = self.columns.cell(&row.cells, field)?;
        let since_1904 = row.is(Mark::Since1904, self.columns.place(field));
        let read = || serial(text, field == Field::Date, since_1904);
        let of_sheet = matches!(row.of, Of::Sheet(_)).then(read).flatten();
        Some(of_sheet.unwrap_or_else(|| text.to_owned()))
    }

    /// What a row says about its conversation.
    pub fn about(&self, row: &Row) -> Conversation {
        let cell = |field| self.columns.cell(&row.cells, field).map(ToOwned::to_owned);
        let mut conversation = Conversation {
            id: cell(Field::Conversation),
            mode: Mode::Transcript,
            agent: cell(Field::Agent).filter(|_| self.layout != Layout::Messages),
            chunk: Chunk::new("", row.line - 1),
            ..Conversation::default()
        };
        let others = self.columns.others(&row.cells).map(|(name, value)| (name.to_owned(), value.to_owned()));
        conversation.meta.extend(others);
        fill(&mut conversation, &self.columns, &row.cells);
        conversation
    }

    /// The cell of a row's text, as shown to people.
    pub fn cell_of(&self, row: &Row, field: Field) -> Option<Box<Cell>> {
        let name = || Some(format!("{}{}", sheet::letters(self.columns.place(field)?), row.line));
        let (sheet, name) = match &row.of {
            Of::Lines => (None, name()?),
            Of::Sheet(sheet) => (Some(Arc::clone(sheet)), name()?),
            Of::Columns => (None, format!("row:{}", row.line)),
        };
        Some(Box::new(Cell { sheet, name }))
    }

    /// The note on a table of messages in which nothing tells conversations apart.
    pub fn one(&self) -> Option<Diagnostic> {
        let one = self.layout == Layout::Messages && !self.columns.has(Field::Conversation);
        one.then(|| {
            let message = wording!("no column tells one conversation from the next: all rows are taken as one");
            let help = wording!("name it in [audit.columns], such as conversation = \"Session\"");
            Diagnostic::warning("input/one-conversation", message).help(help)
        })
    }

    /// The note on how columns were understood.
    pub fn understood(&self, shown: &str) -> Wording {
        if self.layout == Layout::Messages && !self.columns.has(Field::Role) {
            return wording!("columns: {shown}; who is customer and who is agent is told by the names", shown);
        }
        wording!("columns: {shown}", shown)
    }
}

/// The error for a word that names no role.
pub(super) fn unknown(word: &str) -> Refused {
    let word = match word.char_indices().nth(20) {
        // A number cut in half would no longer be recognised and masked, so it is dropped whole.
        Some((cut, next)) if next.is_alphanumeric() => word[..cut].trim_end_matches(|last: char| last.is_numeric()),
        Some((cut, _)) => &word[..cut],
        None => word,
    };
    let word = word.to_owned();
    let help = wording!("say in [audit.roles] who is meant, such as customer = [\"{word}\"]", word);
    (wording!("unknown role \"{word}\": customer, agent, bot or system", word), Some(help))
}
