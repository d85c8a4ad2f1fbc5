//! The inputs of an audit in pieces: what one thread takes at a time, and how far into the input it reaches.

use super::progress::Progress;
use super::unpack::unpack;
use crate::cli::inputs::{self, Input};
use crate::cli::jobs::unreadable;
use crate::conversation::read::log::{ColumnMap, ColumnWords, Csv, Log, Rows};
use crate::conversation::read::{self, Batch, Record};
use crate::report::Ui;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

/// File names that are read in folders, packed or not.
pub const EXTENSIONS: &[&str] = &["txt", "md", "jsonl", "ndjson", "csv", "tsv", "gz", "zst"];

/// Bytes of JSONL that one thread takes at a time.
const BATCH: usize = 256 << 10;
/// Bytes of messages of a table that one thread takes at a time.
const CONVERSATIONS: usize = 64 << 10;

/// How far an audit has come: everything before it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Which input, from 0.
    pub input: usize,
    /// The next line of it from 1, or how many records of it were taken.
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
    Records(Vec<Record>),
}

/// How inputs are read.
pub struct Reading {
    pub options: read::Options,
    pub columns: ColumnMap,
    pub words: ColumnWords,
}

type Reader<'a> = Box<dyn BufRead + 'a>;

enum Open<'a> {
    Text(read::Input<Reader<'a>>),
    Log(Box<Log<Box<dyn Rows + 'a>>>),
}

/// The pieces of all inputs, from a position on.
pub struct Pieces<'a> {
    inputs: &'a [Input],
    reading: &'a Reading,
    progress: &'a Progress,
    ui: Ui,
    start: Position,
    input: usize,
    taken: usize,
    open: Option<(Option<Arc<str>>, Open<'a>)>,
}

impl<'a> Pieces<'a> {
    /// What lies behind `start`.
    pub fn new(inputs: &'a [Input], reading: &'a Reading, progress: &'a Progress, ui: Ui, start: Position) -> Self {
        Self { inputs, reading, progress, ui, start, input: start.input, taken: 0, open: None }
    }

    fn open(&self) -> Option<(Option<Arc<str>>, Open<'a>)> {
        let Some(path) = self.inputs.get(self.input)?.path() else {
            let reader = io::BufReader::with_capacity(1 << 18, io::stdin());
            let opened = self.reader(Box::new(self.progress.watch(reader)), None);
            return Some((None, opened.unwrap_or_else(|error| failed("<stdin>", &error, self.ui))));
        };
        let shown = path.display().to_string();
        let opened = inputs::open(path, self.ui);
        let opened = opened.and_then(|file| self.reader(Box::new(self.progress.watch(file)), Some(path)));
        let open = opened.unwrap_or_else(|error| failed(&shown, &error, self.ui));
        Some((Some(shown.into()), open))
    }

    fn reader(&self, reader: Reader<'a>, path: Option<&Path>) -> io::Result<Open<'a>> {
        let Reading { options, columns, words } = self.reading;
        let mut reader = unpack(reader)?;
        let extension = extension(path);
        let is = |name: &str| extension.is_some_and(|extension| extension.eq_ignore_ascii_case(name));
        if is("csv") || is("tsv") {
            if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(reader.fill_buf()?)
                && encoding != encoding_rs::UTF_8
            {
                reader = narrowed(reader, encoding, options.limits.text_bytes)?;
            }
            let rows: Box<dyn Rows + 'a> = Box::new(Csv::new(reader, options.encoding, options.limits.record_bytes));
            return Ok(Open::Log(Box::new(Log::new(rows, columns, words, options.clone()))));
        }
        Ok(Open::Text(read::open(reader, extension, options)))
    }
}

/// UTF-16 has no lines of its own to be cut at: it is read whole.
fn narrowed(reader: Reader<'_>, encoding: crate::source::Encoding, limit: usize) -> io::Result<Reader<'static>> {
    let mut bytes = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("the text is over the limit of {limit} bytes")));
    }
    let (text, _, _) = encoding.decode(&bytes);
    Ok(Box::new(Cursor::new(text.into_owned().into_bytes())))
}

fn failed<'a>(path: &str, error: &io::Error, ui: Ui) -> Open<'a> {
    Open::Text(read::Input::Text([Record::Failed(unreadable(path, error, ui))].into()))
}

/// The extension of what is inside: `csv` of `log.csv.gz`.
fn extension(path: Option<&Path>) -> Option<&str> {
    let path = path?;
    let last = path.extension()?.to_str()?;
    if last.eq_ignore_ascii_case("gz") || last.eq_ignore_ascii_case("zst") {
        return Path::new(path.file_stem()?).extension()?.to_str();
    }
    Some(last)
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
                Open::Text(read::Input::Lines(batches)) => batches.next_batch(BATCH).map(|batch| {
                    self.taken = batch.next_line();
                    Work::Lines(Box::new(batch))
                }),
                Open::Text(read::Input::Text(records)) => records.pop_front().map(|record| {
                    self.taken += 1;
                    Work::Records(vec![record])
                }),
                Open::Log(log) => {
                    let records = some(log);
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
            if next <= self.start {
                continue;
            }
            let from = if self.input == self.start.input { self.start.at } else { 0 };
            return Some(Piece { path: path.clone(), work, from, next });
        }
    }
}

/// The next conversations of a table: as many as one thread takes.
fn some(log: &mut Log<Box<dyn Rows + '_>>) -> Vec<Record> {
    let (mut records, mut size) = (Vec::new(), 0);
    while size < CONVERSATIONS
        && let Some(record) = log.next_record()
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
