//! Presents columns as rows of cells below a header, so that the reader of sheets can read them.

use super::batches::{Batches, number};
use super::layout::is_line;
use super::texts::{NoText, Texts, line};
use super::{Kept, Source, broken};
use crate::conversation::read::log::{Of, Row, Rows};
use crate::source::{Diagnostic, wording};
use std::ops::Range;

/// Rows of cells.
pub(super) struct Cells<S> {
    batches: Batches<S>,
    names: Option<Vec<String>>,
    /// The column with the lines of rows.
    lines: Option<usize>,
    batch: Vec<Texts>,
    at: Range<usize>,
}

impl<S> Cells<S> {
    pub fn new(batches: Batches<S>, names: impl Iterator<Item = String>, kept: Kept) -> Self {
        let mut names: Vec<String> = names.collect();
        let lines = names.iter().position(|name| is_line(name, kept));
        lines.map(|lines| names.remove(lines));
        Self { batches, names: Some(names), lines, batch: Vec::new(), at: 0..0 }
    }
}

impl<S: Source> Rows for Cells<S> {
    fn next_row(&mut self) -> Option<Result<Row, Diagnostic>> {
        if let Some(cells) = self.names.take() {
            return Some(Ok(Row { cells, of: Of::Columns, ..Row::default() }));
        }
        let row = loop {
            if let Some(row) = self.at.next() {
                break row;
            }
            let batch = match self.batches.next()? {
                Ok(batch) => batch,
                Err(mistake) => return Some(Err(mistake)),
            };
            self.batch = match batch.columns().iter().map(Texts::of).collect() {
                Ok(texts) => texts,
                Err(what) => return Some(Err(*broken(what))),
            };
            self.at = 0..batch.num_rows();
        };
        let told = self.lines.and_then(|lines| line(self.batch.get(lines)?, row));
        let line = told.unwrap_or_else(|| number(self.batches.before, row));
        let words = self.batch.iter().enumerate().filter(|(at, _)| Some(*at) != self.lines);
        let cells = words.map(|(_, texts)| Ok(texts.text(row)?.unwrap_or_default().to_owned()));
        Some(match cells.collect::<Result<_, NoText>>() {
            Ok(cells) => Ok(Row { line, cells, of: Of::Columns, ..Row::default() }),
            Err(NoText) => Err(Diagnostic::error("input/not-text", wording!("not UTF-8")).line(line)),
        })
    }
}
