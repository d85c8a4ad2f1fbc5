//! `review.csv`: the findings that go out to people. Written along with the rows, so that nothing is read back, unless
//! a sample decides at the end which they are.

use super::sheet;
use super::store::{Part, Store, rows_where};
use crate::audit::ConversationResult;
use crate::audit::review::{COLUMNS, Sheet, going_out};
use crate::conversation::Lang;
use crate::report::review_book::MOST_LINES;
use std::collections::BTreeSet;
use std::io;

/// The sheet that is being written.
pub struct Outgoing {
    locale: Lang,
    /// The conversations sampled for review, if there is a sample.
    drawn: Option<BTreeSet<u64>>,
    /// Lines so far, without the header.
    lines: usize,
    buffer: Vec<u8>,
}

impl Outgoing {
    /// A sheet without lines yet. Without `drawn` it gets every warning and error and whatever cost points.
    pub fn new(locale: Lang, drawn: Option<BTreeSet<u64>>) -> Self {
        Self { locale, drawn, lines: 0, buffer: Vec::new() }
    }

    /// Writes the header.
    pub fn begin(&mut self, store: &mut Store) -> io::Result<()> {
        let form = Sheet::builtin();
        let header = COLUMNS.iter().chain(&["fingerprint"]).map(|column| form.header(column, self.locale));
        self.buffer.clear();
        sheet::begin(&mut self.buffer, &header.collect::<Vec<_>>())?;
        store.write(Part::Review, &self.buffer)
    }

    /// Writes the lines of a row.
    pub fn add(&mut self, row: &ConversationResult, store: &mut Store) -> io::Result<()> {
        self.buffer.clear();
        for place in self.places(row) {
            let cells = Sheet::builtin().cells(row, &row.findings[place], self.locale);
            sheet::line(&mut self.buffer, &cells)?;
        }
        store.write(Part::Review, &self.buffer)
    }

    /// Counts the lines of a row that were written before the audit was stopped.
    pub fn pass(&mut self, row: &ConversationResult) {
        self.places(row);
    }

    /// The findings of a row that go out, as far as there is room; they are counted.
    fn places(&mut self, row: &ConversationResult) -> Vec<usize> {
        let mut places = going_out(row, self.drawn.as_ref());
        places.truncate(MOST_LINES - self.lines);
        self.lines += places.len();
        places
    }

    /// Writes the lines of all drawn rows, which only the end of an audit knows.
    pub fn fill(&mut self, store: &mut Store) -> io::Result<()> {
        let drawn = self.drawn.clone().unwrap_or_default();
        let rows = store.rows()?;
        rows_where(&rows, &|number| drawn.contains(&number), &mut |row| self.add(&row, store))
    }
}
