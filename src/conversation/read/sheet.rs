//! Sheets of quick replies in any file format: a header, then one template a row.

use super::format_map::{self, FormatMap, plain, words};
use super::record::{Around, doubts, templates, texts};
use super::table::is_sentence;
use super::tree::{Leaf, Node};
use super::{Options, Record};
use crate::conversation::{Cell, Chunk, Mode, is_waiver, take_cell_waivers};
use crate::source::{Diagnostic, Span, Wording, wording};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows in which the header is looked for.
const HEAD: usize = 20;

/// A row: its cells with columns from 0, and its range in the file.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) cells: Vec<(usize, Leaf)>,
    pub(super) chunk: Chunk,
}

/// A sheet being read, row by row.
#[derive(Debug)]
pub(super) struct Sheet {
    name: Option<Arc<str>>,
    map: Option<Arc<FormatMap>>,
    /// The header, once found.
    heads: Option<BTreeMap<usize, Leaf>>,
    /// Rows before the header is found.
    waiting: Vec<Row>,
    /// The last values of group columns: a group is written once, above its templates.
    groups: BTreeMap<usize, Leaf>,
    /// Whether further rows are ignored.
    closed: bool,
    pub(super) texts: usize,
}

impl Sheet {
    pub(super) fn new(name: Option<Arc<str>>, options: &Options) -> Self {
        let map = options.map.clone();
        let (heads, waiting, groups) = (None, Vec::new(), BTreeMap::new());
        Self { name, map, heads, waiting, groups, closed: false, texts: 0 }
    }

    /// Takes the next row; returns the templates that can be read by now.
    pub(super) fn take(&mut self, row: Row, options: &Options) -> Vec<Record> {
        if self.closed {
            return Vec::new();
        }
        if self.heads.is_some() {
            return self.row(row, options);
        }
        let wanted = self.map.as_ref().and_then(|map| map.header_row);
        let is_head = match wanted {
            Some(number) => row.number == number,
            None => self.names_a_text(&row),
        };
        if is_head {
            return self.head(&row, options);
        }
        if wanted.is_none() {
            self.waiting.push(row);
        }
        if self.waiting.len() > HEAD { self.without_head(options) } else { Vec::new() }
    }

    /// Ends the sheet.
    pub(super) fn end(&mut self, options: &Options) -> Vec<Record> {
        if self.heads.is_none() && !self.closed { self.without_head(options) } else { Vec::new() }
    }

    fn names_a_text(&self, row: &Row) -> bool {
        let names = Node::Map(
            row.cells.iter().map(|(_, cell)| (cell.clone(), Node::Leaf(cell.clone()))).collect(),
            Span::new(0, 0),
        );
        // Header cells are short; templates themselves may begin with the same words.
        let short = row.cells.iter().all(|(_, cell)| cell.text.chars().count() <= 40);
        short && !texts(&names, self.map.as_deref()).is_empty()
    }

    fn head(&mut self, row: &Row, options: &Options) -> Vec<Record> {
        self.waiting.clear();
        let heads =
            row.cells.iter().filter(|(_, cell)| !cell.text.trim().is_empty()).cloned().collect::<BTreeMap<_, _>>();
        let node =
            Node::Map(heads.values().map(|head| (head.clone(), Node::Leaf(head.clone()))).collect(), Span::new(0, 0));
        if self.map.is_none() {
            self.map = format_map::formats()
                .iter()
                .find(|map| map.tells(&node) && !texts(&node, Some(map)).is_empty())
                .cloned();
        }
        let roles = heads.values().any(|head| words().role.contains(&plain(&head.text)));
        if roles && options.kind != Some(Mode::Template) && options.map.is_none() {
            self.closed = true;
            let mistake = Diagnostic::error(
                "input/chat-sheet",
                wording!("a sheet of chats, one message a row, holds no templates"),
            );
            let mistake = mistake.help(wording!(
                "say --kind transcript, with the names of the columns in its first row; or --kind template"
            ));
            return vec![Record::Failed(mistake)];
        }
        let mut said = Vec::new();
        if options.verbose {
            let names = heads.values().map(|head| head.text.trim()).collect::<Vec<_>>().join(", ");
            let format = self.map.as_ref().map_or("columns by their names", |map| map.name.as_str());
            said.push(Record::Notice(self.note(wording!("read as {format}: {names}", format, names))));
        }
        self.heads = Some(heads);
        said
    }

    /// Without a header, the column with the most text is taken, if there is one.
    fn without_head(&mut self, options: &Options) -> Vec<Record> {
        let rows = std::mem::take(&mut self.waiting);
        let mut sentences: BTreeMap<usize, usize> = BTreeMap::new();
        for (column, cell) in rows.iter().flat_map(|row| &row.cells).filter(|(_, cell)| is_sentence(&cell.text)) {
            *sentences.entry(*column).or_default() += cell.text.chars().count();
        }
        let text = sentences
            .into_iter()
            .max_by_key(|&(column, length)| (length, usize::MAX - column))
            .map(|(column, _)| column);
        let Some(column) = text.filter(|_| !options.found && self.map.as_ref().is_none_or(|map| map.text.is_empty()))
        else {
            self.closed = true;
            return Vec::new();
        };
        let mut said = Vec::new();
        if options.verbose {
            said.push(Record::Notice(
                self.note(wording!("no row names the columns; column {column} is read", column = letters(column))),
            ));
        }
        let name = Leaf { text: words().text.first().cloned().unwrap_or_default(), string: true, ..Leaf::default() };
        self.heads = Some([(column, name)].into());
        said.extend(rows.into_iter().flat_map(|row| self.row(row, options)).collect::<Vec<_>>());
        said
    }

    fn row(&mut self, row: Row, options: &Options) -> Vec<Record> {
        let Some(heads) = &self.heads else { return Vec::new() };
        let mut cells: BTreeMap<usize, Leaf> = row.cells.into_iter().collect();
        for (column, head) in heads {
            let is_group = words().group.contains(&plain(&head.text))
                || self.map.as_ref().is_some_and(|map| map.field_of(&head.text) == Some("group"));
            if !is_group {
                continue;
            }
            match cells.get(column).filter(|cell| !cell.text.trim().is_empty()) {
                Some(cell) => drop(self.groups.insert(*column, cell.clone())),
                None => drop(self.groups.get(column).and_then(|group| cells.insert(*column, group.clone()))),
            }
        }
        let entries = heads.iter().filter_map(|(column, head)| {
            let mut cell = cells.get(column)?.clone();
            cell.cell =
                Some(Box::new(Cell { sheet: self.name.clone(), name: format!("{}{}", letters(*column), row.number) }));
            // An empty cell says nothing, not even that there are no placeholders.
            (!cell.text.trim().is_empty()).then(|| (head.clone(), Node::Leaf(cell)))
        });
        let record = Node::Map(entries.collect(), Span::new(0, 0));
        let mode = options.kind.filter(|kind| *kind != Mode::Transcript).unwrap_or(Mode::Template);
        let mut found = templates(&record, self.map.as_deref(), &Around::default(), mode, &row.chunk);
        let said = |cell: &str| {
            found.iter().flat_map(|one| &one.turns).any(|turn| turn.cell.as_ref().is_some_and(|own| own.name == cell))
        };
        let beside = cells.iter().filter(|(_, cell)| cell.text.contains("replylint:") && is_waiver(&cell.text));
        let beside = beside.map(|(column, _)| format!("{}{}", letters(*column), row.number)).find(|cell| !said(cell));
        let beside = beside.map(|cell| self.note_beside(&cell, row.number)).map(Record::Notice);
        found.iter_mut().for_each(take_cell_waivers);
        // A text that consists only of a waiver, for example.
        found.retain(|one| one.turns.iter().any(|turn| !turn.text.trim().is_empty()));
        self.texts += found.len();
        let doubts = found
            .iter()
            .flat_map(doubts)
            .map(Record::Notice)
            .take(usize::from(!found.is_empty()) * 8)
            .collect::<Vec<_>>();
        beside.into_iter().chain(doubts).chain(found.into_iter().map(Record::conversation)).collect()
    }

    /// Whether a column holds texts.
    #[cfg(feature = "xlsx")]
    pub(super) fn is_text(&self, column: usize) -> bool {
        let Some(head) = self.heads.as_ref().and_then(|heads| heads.get(&column)) else { return false };
        let node = Node::Map(vec![(head.clone(), Node::Leaf(head.clone()))], Span::new(0, 0));
        !texts(&node, self.map.as_deref()).is_empty()
    }

    /// A warning for a waiver in a cell where it has no effect.
    fn note_beside(&self, cell: &str, number: usize) -> Diagnostic {
        let message = wording!("{cell}: a waiver is read only in the cell of its text", cell);
        let notice = Diagnostic::warning("input/waiver-not-read", self.note(message).message);
        let notice = notice.help(wording!("move it into that cell, or put it into replylint.toml"));
        if self.name.is_none() { notice.line(number) } else { notice }
    }

    pub(super) fn note(&self, message: Wording) -> Diagnostic {
        let message = match &self.name {
            Some(name) => wording!("sheet {name}: {message}", name, message),
            None => message,
        };
        Diagnostic::note("input/columns", message)
    }
}

/// A column's name in spreadsheets: A, B, …, Z, AA.
pub(super) fn letters(column: usize) -> String {
    let mut left = column + 1;
    let mut name = Vec::new();
    while left > 0 {
        name.push(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0));
        left = (left - 1) / 26;
    }
    name.iter().rev().map(|&byte| char::from(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_that_people_see() {
        for (column, name) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
        {
            assert_eq!(letters(column), name);
        }
    }
}
