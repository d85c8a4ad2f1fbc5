//! The inputs of an audit in pieces: what one thread takes at a time, and how far into the input it reaches.

use super::progress::Progress;
use crate::cli::inputs::{self, Input};
use crate::cli::jobs::unreadable;
use crate::conversation::read::{self, Batch, Record};
use crate::report::Ui;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead};
use std::sync::Arc;

/// Bytes of JSONL that one thread takes at a time.
const BATCH: usize = 256 << 10;

/// How far an audit has come: everything before it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Which input, from 0.
    pub input: usize,
    /// Line of it from 1, or how many records of it were taken.
    pub at: usize,
}

/// A piece of work for one thread.
pub struct Piece {
    /// The input's path; none for standard input.
    pub path: Option<Arc<str>>,
    /// The work.
    pub work: Work,
    /// Rows before this line were done in an earlier run.
    pub from: usize,
    /// Where the next piece begins.
    pub next: Position,
}

pub enum Work {
    Lines(Box<Batch>),
    Record(Record),
}

type Reader<'a> = Box<dyn BufRead + 'a>;

/// The pieces of all inputs, from a position on.
pub struct Pieces<'a> {
    inputs: &'a [Input],
    options: &'a read::Options,
    progress: &'a Progress,
    ui: Ui,
    start: Position,
    input: usize,
    taken: usize,
    open: Option<(Option<Arc<str>>, read::Input<Reader<'a>>)>,
}

impl<'a> Pieces<'a> {
    /// What lies behind `start`.
    pub fn new(
        inputs: &'a [Input],
        options: &'a read::Options,
        progress: &'a Progress,
        ui: Ui,
        start: Position,
    ) -> Self {
        Self { inputs, options, progress, ui, start, input: start.input, taken: 0, open: None }
    }

    fn open(&self) -> Option<(Option<Arc<str>>, read::Input<Reader<'a>>)> {
        let Some(path) = self.inputs.get(self.input)?.path() else {
            let reader = io::BufReader::with_capacity(1 << 18, io::stdin());
            return Some((None, read::open(Box::new(self.progress.watch(reader)), None, self.options)));
        };
        let shown = path.display().to_string();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let input = match inputs::open(path, self.ui) {
            Ok(file) => {
                let reader: Reader<'a> = Box::new(self.progress.watch(file));
                read::open(reader, extension, self.options)
            }
            Err(error) => read::Input::Text([Record::Failed(unreadable(&shown, &error, self.ui))].into()),
        };
        Some((Some(shown.into()), input))
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            if self.open.is_none() {
                self.open = Some(self.open()?);
                self.taken = 0;
            }
            let (path, input) = self.open.as_mut()?;
            let work = match input {
                read::Input::Lines(batches) => batches.next_batch(BATCH).map(|batch| Work::Lines(Box::new(batch))),
                read::Input::Text(records) => records.pop_front().map(Work::Record),
            };
            let Some(work) = work else {
                self.open = None;
                self.input += 1;
                continue;
            };
            self.taken = match &work {
                Work::Lines(batch) => batch.next_line(),
                Work::Record(_) => self.taken + 1,
            };
            let next = Position { input: self.input, at: self.taken };
            if next <= self.start {
                continue;
            }
            let from = if self.input == self.start.input { self.start.at } else { 0 };
            return Some(Piece { path: path.clone(), work, from, next });
        }
    }
}
