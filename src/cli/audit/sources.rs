//! The inputs of an audit in pieces: what one thread takes at a time, and how far into the input it reaches.

use super::progress::Progress;
use crate::cli::inputs::{Input, unreadable};
use crate::cli::open::{self, Opened, Watched};
use crate::conversation::read::{self, Batch, Record, Texts};
use crate::report::Ui;
use serde::{Deserialize, Serialize};
use std::io::BufRead;
use std::sync::Arc;

/// Bytes of JSONL that one thread takes at a time.
const BATCH: usize = 256 << 10;
/// Bytes of messages of a table that one thread takes at a time.
const CONVERSATIONS: usize = 64 << 10;

/// How far an audit has come: everything before it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Which input, from 0.
    pub input: usize,
    /// Its next line, from 1, or the number of its records taken so far.
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
    /// Whether all of it was done in an earlier run.
    pub known: bool,
}

pub enum Work {
    Lines(Box<Batch>),
    Records(Vec<Record>),
}

/// The pieces of all inputs, from a position on.
pub struct Pieces<'a> {
    inputs: &'a [Input],
    options: &'a read::Options,
    progress: &'a Progress,
    ui: Ui,
    start: Position,
    /// Whether pieces done before are produced once more.
    again: bool,
    input: usize,
    taken: usize,
    open: Option<(Option<Arc<str>>, Opened<'a>)>,
}

impl<'a> Pieces<'a> {
    /// Pieces from `start` on; with `again`, earlier ones come first, marked as known.
    pub fn new(
        inputs: &'a [Input],
        options: &'a read::Options,
        progress: &'a Progress,
        ui: Ui,
        start: Position,
        again: bool,
    ) -> Self {
        let input = if again { 0 } else { start.input };
        Self { inputs, options, progress, ui, start, again, input, taken: 0, open: None }
    }

    fn open(&self) -> Option<(Option<Arc<str>>, Opened<'a>)> {
        let input = self.inputs.get(self.input)?;
        let path = input.path();
        let opened = if let Some(path) = path {
            open::file(path, self.options, self.ui, &self.progress.seen())
        } else {
            let watched = |reader| Box::new(Watched { reader, seen: self.progress.seen() });
            input.stdin().and_then(|reader| open::reader(watched(reader), None, self.options))
        };
        let shown = path.map(|path| path.display().to_string());
        let opened = opened.unwrap_or_else(|error| {
            let mistake = unreadable(shown.as_deref().unwrap_or("<stdin>"), &error, self.ui);
            Opened::Text([Record::Failed(mistake)].into())
        });
        Some((shown.map(Into::into), opened))
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
            let (path, open) = self.open.as_mut()?;
            let work = match open {
                Opened::Lines(batches) => batches.next_batch(BATCH).map(|batch| {
                    self.taken = batch.next_line();
                    Work::Lines(Box::new(batch))
                }),
                Opened::Text(texts) => {
                    let records = some(texts);
                    self.taken += records.len();
                    (!records.is_empty()).then_some(Work::Records(records))
                }
            };
            let Some(work) = work else {
                self.open = None;
                self.input += 1;
                continue;
            };
            let next = Position { input: self.input, at: self.taken };
            let known = next <= self.start;
            if known && !self.again {
                continue;
            }
            let from = if self.input == self.start.input { self.start.at } else { 0 };
            return Some(Piece { path: path.clone(), work, from, next, known });
        }
    }
}

/// The next conversations of a table: as many as one thread takes.
fn some<R: BufRead>(texts: &mut Texts<R>) -> Vec<Record> {
    let (mut records, mut size) = (Vec::new(), 0);
    while size < CONVERSATIONS
        && let Some(record) = texts.pop_front()
    {
        size += match &record {
            Record::Conversation(conversation) => {
                conversation.turns.iter().map(|turn| turn.text.len() + 64).sum::<usize>()
            }
            Record::Failed(_) | Record::Notice(_) => 256,
        };
        records.push(record);
    }
    records
}
