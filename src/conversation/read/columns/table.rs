//! A table of columns as conversations: a message a row as in a sheet, or a conversation a row with a list of messages.

use super::nested::{JSON, Nested, Shape};
use super::texts::{NoText, Texts, is_plain};
use super::{Lost, Source};
use crate::conversation::read::log::{ColumnWords, Log, Of, Row, Rows, used};
use crate::conversation::read::{Options, Record};
use crate::source::Diagnostic;
use arrow_array::RecordBatch;
use arrow_schema::Schema;
use std::io::BufRead;

/// The conversations of a table.
pub struct Table<R>(Layout<R>);

enum Layout<R> {
    Messages(Box<Log<Cells<R>>>),
    Conversations(Box<Nested<R>>),
}

impl<R: BufRead> Table<R> {
    /// Tells by names and types of the columns how they hold conversations.
    pub(super) fn of(mut source: Source<R>, options: &Options) -> Result<Self, Box<Diagnostic>> {
        let schema = source.schema();
        let shape = Shape::of(&schema);
        // A list of messages is a conversation, whatever stands beside it; JSON is looked for where nothing else is.
        if let Some(Shape::Turns { .. }) = shape {
            return Nested::new(source, shape, options).map(|nested| Self(Layout::Conversations(Box::new(nested))));
        }
        let words = ColumnWords::builtin();
        let plain: Vec<usize> =
            (0..schema.fields().len()).filter(|&at| is_plain(schema.field(at).data_type())).collect();
        let names = |places: &[usize]| places.iter().map(|&at| schema.field(at).name().clone()).collect::<Vec<_>>();
        let (places, names) = match used(&names(&plain), &options.columns, &words) {
            Ok(read) => {
                let places: Vec<usize> = read.iter().map(|&at| plain[at]).collect();
                let names = names(&places);
                (places, names)
            }
            Err(_) if shape.is_some() => {
                return Nested::new(source, shape, options).map(|nested| Self(Layout::Conversations(Box::new(nested))));
            }
            // Told with the mistake are all that are there, and what they should be.
            Err(_) => return Err(unknown(&schema, options, &words)),
        };
        source.select(&places)?;
        let rows = Cells { batches: Batches::new(source), names: Some(names), batch: Vec::new(), at: 0..0 };
        Ok(Self(Layout::Messages(Box::new(Log::new(rows, &options.columns, &words, options.clone())))))
    }

    /// The next conversation, or what became of a row.
    pub fn next_record(&mut self) -> Option<Record> {
        match &mut self.0 {
            Layout::Messages(log) => log.next_record(),
            Layout::Conversations(nested) => nested.next_record(),
        }
    }
}

/// No column holds words: what is there, and what was looked for.
fn unknown(schema: &Schema, options: &Options, words: &ColumnWords) -> Box<Diagnostic> {
    let header = schema.fields().iter().map(|field| format!("{} ({})", short(field.name()), kind(field.data_type())));
    let header: Vec<String> = header.collect();
    let Err(mistake) = used(&header, &options.columns, words) else { return super::broken("no column holds text") };
    let help = mistake.help.clone().unwrap_or_default();
    let lists = "or a column `turns`, a list of structs with role, text and time";
    Box::new(mistake.help(format!("{help}; {lists}; or JSONL in a column {}", JSON.join(" or "))))
}

fn short(name: &str) -> String {
    name.chars().take(60).collect()
}

fn kind(kind: &arrow_schema::DataType) -> String {
    kind.to_string().chars().take(40).collect()
}

/// Batches of rows, and how many rows stand before them.
pub(super) struct Batches<R> {
    source: Source<R>,
    before: u64,
    read: u64,
}

impl<R: BufRead> Batches<R> {
    pub fn new(source: Source<R>) -> Self {
        Self { source, before: 0, read: 0 }
    }

    /// The next batch; or what is wrong, told of the rows that it costs.
    pub fn next(&mut self) -> Option<Result<RecordBatch, Diagnostic>> {
        self.before = self.read;
        match self.source.next()? {
            Ok(batch) => {
                self.read += batch.num_rows() as u64;
                Some(Ok(batch))
            }
            Err((mistake, rows)) => Some(Err(self.lost((mistake, rows)))),
        }
    }

    /// The number of a row of the batch, from 1.
    pub fn number(&self, row: usize) -> usize {
        usize::try_from(self.before).unwrap_or(usize::MAX).saturating_add(row).saturating_add(1)
    }

    fn lost(&mut self, (mistake, rows): Lost) -> Diagnostic {
        let first = self.number(0);
        self.read = self.read.saturating_add(rows);
        let mistake = mistake.line(first);
        if rows == 0 || mistake.help.is_some() {
            return mistake;
        }
        let last = self.read;
        mistake.help(format!("rows {first} to {last} are not read"))
    }
}

/// Rows of cells, the names of their columns first.
struct Cells<R> {
    batches: Batches<R>,
    names: Option<Vec<String>>,
    batch: Vec<Texts>,
    at: std::ops::Range<usize>,
}

impl<R: BufRead> Rows for Cells<R> {
    fn next_row(&mut self) -> Option<Result<Row, Diagnostic>> {
        if let Some(cells) = self.names.take() {
            return Some(Ok(Row { line: 0, cells, of: Of::Columns }));
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
                Err(what) => return Some(Err(*super::broken(&what))),
            };
            self.at = 0..batch.num_rows();
        };
        let line = self.batches.number(row);
        let cells = self.batch.iter().map(|texts| Ok(texts.text(row)?.unwrap_or_default().to_owned()));
        Some(match cells.collect::<Result<_, NoText>>() {
            Ok(cells) => Ok(Row { line, cells, of: Of::Columns }),
            Err(NoText) => Err(Diagnostic::error("input/not-text", "not UTF-8").line(line)),
        })
    }
}
