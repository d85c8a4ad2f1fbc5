//! What Python gives, as conversations: a text, lines of JSON, or Arrow arrays, whose columns are read where they lie.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, BinaryViewArray, LargeBinaryArray, StructArray};
use arrow_schema::{ArrowError, DataType};
use pyo3_arrow::ffi::ArrayReader;
use replylint::conversation::read::log::{ColumnMap, ColumnWords, Log, Of, Row, Rows};
use replylint::conversation::read::row::{self, About, FIELDS, Said};
use replylint::conversation::read::{self, Batch, Input, Options, Record};
use replylint::conversation::{Mode, Origin};
use replylint::source::Diagnostic;
use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of JSON that a thread takes at a time.
const BYTES: usize = 256 << 10;
/// Rows of a table that a thread takes at a time.
const ROWS: usize = 128;
/// A column of this name says at which line of its file a row stood; without it rows are counted.
const LINE: &str = "_line";
/// The code of what is no row that failed, but the end of all rows.
pub const BROKEN: &str = "input/unreadable";

/// Columns that hold one conversation as JSON a row, where there are others beside them.
const JSON: [&str; 2] = ["json", "value"];

/// What is given, piece by piece.
pub enum Source<'a> {
    /// A text as the command line would read it.
    Text(Input<&'a [u8]>),
    /// Conversations that were no text before: places in it are nobody's.
    Objects(Input<&'a [u8]>),
    /// Rows that are conversations.
    Table(Table),
    /// Rows that are messages.
    Messages(Box<Log<Messages>>),
}

impl<'a> Source<'a> {
    /// A text: its format is guessed.
    pub fn text(text: &'a [u8], options: &Options) -> Self {
        Self::Text(read::open(text, None, options))
    }

    /// Conversations as lines of JSON.
    pub fn objects(lines: &'a [u8], options: &Options) -> Self {
        Self::Objects(read::open(lines, Some("jsonl"), options))
    }

    /// A table or a column. How it holds conversations is told by the names of its columns.
    ///
    /// # Errors
    /// When no column holds words.
    pub fn arrow(reader: Box<dyn ArrayReader + Send>, options: &Options) -> Result<Self, String> {
        let layout = Layout::of(reader.field().data_type())?;
        let table = Table { reader, layout, batch: None, at: 0, rows: 0 };
        if table.layout != Layout::Messages {
            return Ok(Self::Table(table));
        }
        let rows = Messages { table, header: false };
        Ok(Self::Messages(Box::new(Log::new(rows, &ColumnMap::new(), &ColumnWords::builtin(), options.clone()))))
    }
}

/// A piece of work for one thread.
pub enum Work {
    Lines(Box<Batch>, bool),
    Records(Vec<Record>),
    Rows(Arc<Columns>, Range<usize>),
}

impl Work {
    /// Calls `take` for each record.
    pub fn each(self, options: &Options, mut take: impl FnMut(Record)) {
        match self {
            Self::Lines(batch, placed) => batch.conversations(options).for_each(|mut record| {
                if let Record::Conversation(conversation) = &mut record
                    && !placed
                {
                    conversation.turns.iter_mut().for_each(|turn| turn.origin = Origin::Unmapped);
                }
                take(record);
            }),
            Self::Records(records) => records.into_iter().for_each(take),
            Self::Rows(columns, rows) => rows.for_each(|row| columns.records(row, options, &mut take)),
        }
    }
}

impl Iterator for Source<'_> {
    type Item = Work;

    fn next(&mut self) -> Option<Work> {
        match self {
            Self::Text(Input::Lines(batches)) => Some(Work::Lines(Box::new(batches.next_batch(BYTES)?), true)),
            Self::Objects(Input::Lines(batches)) => Some(Work::Lines(Box::new(batches.next_batch(BYTES)?), false)),
            Self::Text(Input::Text(records)) | Self::Objects(Input::Text(records)) => {
                Some(Work::Records(vec![records.pop_front()?]))
            }
            Self::Table(table) => table.next(),
            Self::Messages(log) => {
                let records: Vec<Record> = std::iter::from_fn(|| log.next_record()).take(ROWS).collect();
                (!records.is_empty()).then_some(Work::Records(records))
            }
        }
    }
}

/// How a table holds conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// A conversation a row, as JSON; in this column, or the array itself.
    Json(Option<usize>),
    /// A conversation a row, its messages a list.
    Conversations,
    /// A reply a row.
    Drafts,
    /// A message a row.
    Messages,
}

impl Layout {
    fn of(kind: &DataType) -> Result<Self, String> {
        let is_text = |kind: &DataType| {
            use DataType::{Binary, BinaryView, LargeBinary, LargeUtf8, Utf8, Utf8View};
            matches!(kind, Utf8 | LargeUtf8 | Utf8View | Binary | LargeBinary | BinaryView)
        };
        let DataType::Struct(fields) = kind else {
            let wanted = "a table, or a column of texts that are one conversation in JSON each";
            return if is_text(kind) { Ok(Self::Json(None)) } else { Err(format!("not {kind}, but {wanted}")) };
        };
        let place = |name: &str| fields.iter().position(|field| field.name() == name);
        let json = || JSON.into_iter().find_map(place).filter(|&at| is_text(fields[at].data_type()));
        let mut own = fields.iter().enumerate().filter(|(_, field)| field.name() != LINE);
        let alone = own.next().filter(|_| own.next().is_none()).map(|(at, _)| at);
        Ok(match () {
            () if place("turns").is_some() => Self::Conversations,
            () if place("role").is_some() => Self::Messages,
            () if place("text").is_some() => Self::Drafts,
            () => match json().or(alone.filter(|&at| is_text(fields[at].data_type()))) {
                Some(at) => Self::Json(Some(at)),
                None => Self::Messages,
            },
        })
    }
}

/// The rows of a stream of arrays.
pub struct Table {
    reader: Box<dyn ArrayReader + Send>,
    layout: Layout,
    batch: Option<Arc<Columns>>,
    /// The next row of the batch.
    at: usize,
    /// Rows before the batch.
    rows: usize,
}

impl Table {
    fn next(&mut self) -> Option<Work> {
        loop {
            if let Some(batch) = self.batch.as_ref().filter(|batch| self.at < batch.rows) {
                let end = batch.rows.min(self.at + ROWS);
                let rows = self.at..end;
                self.at = end;
                return Some(Work::Rows(batch.clone(), rows));
            }
            match self.advance()? {
                Ok(()) => {}
                Err(mistake) => return Some(Work::Records(vec![Record::Failed(mistake)])),
            }
        }
    }

    /// The next batch.
    fn advance(&mut self) -> Option<Result<(), Diagnostic>> {
        self.rows += self.batch.take().map_or(0, |batch| batch.rows);
        self.at = 0;
        let broken = |error: &dyn std::fmt::Display| Diagnostic::error(BROKEN, error.to_string());
        let read: Result<ArrayRef, ArrowError> = self.reader.next()?;
        let columns = read.map_err(|error| broken(&error));
        let columns =
            columns.and_then(|array| Columns::of(&array, self.layout, self.rows).map_err(|message| broken(&message)));
        Some(columns.map(|columns| self.batch = Some(Arc::new(columns))))
    }
}

/// One batch, its columns as texts.
pub struct Columns {
    layout: Layout,
    rows: usize,
    /// Rows before it, and the column that knows better.
    before: usize,
    lines: Option<Texts>,
    names: Vec<String>,
    texts: Vec<Texts>,
    meta: Vec<(String, Texts)>,
    turns: Option<Turns>,
}

/// The messages of all rows of a batch.
struct Turns {
    ranges: Vec<Option<Range<usize>>>,
    /// By the name of the field.
    fields: Vec<(String, Texts)>,
}

impl Columns {
    fn of(array: &ArrayRef, layout: Layout, before: usize) -> Result<Self, String> {
        let rows = array.len();
        let mut columns =
            Self { layout, rows, before, lines: None, names: vec![], texts: vec![], meta: vec![], turns: None };
        if layout == Layout::Json(None) {
            columns.texts.push(Texts::of(array)?);
            return Ok(columns);
        }
        let table = array.as_struct_opt().ok_or("not a table")?;
        for (number, (name, column)) in named(table).enumerate() {
            let texts = || Texts::of(column).map_err(|error| format!("column `{name}`: {error}"));
            match (layout, name) {
                (_, LINE) => columns.lines = Some(texts()?),
                (Layout::Json(own), _) if own != Some(number) => {}
                (Layout::Conversations, "turns") => columns.turns = Some(Turns::of(column)?),
                (Layout::Conversations | Layout::Drafts, "meta") => {
                    let meta = column.as_struct_opt().ok_or("column `meta`: not a struct")?;
                    let texts = named(meta).map(|(name, column)| Ok((name.to_owned(), Texts::of(column)?)));
                    columns.meta = texts.collect::<Result<_, String>>()?;
                }
                (Layout::Conversations | Layout::Drafts, name) if name != "text" && !FIELDS.contains(&name) => {}
                _ => {
                    columns.texts.push(texts()?);
                    columns.names.push(name.to_owned());
                }
            }
        }
        Ok(columns)
    }

    /// The line of a row, from 1.
    fn line(&self, row: usize) -> usize {
        let told = self.lines.as_ref().and_then(|lines| lines.text(row, &Cell::default())?.parse().ok());
        told.filter(|&line| line > 0).unwrap_or(self.before + row + 1)
    }

    fn records(&self, row: usize, options: &Options, take: &mut impl FnMut(Record)) {
        let line = self.line(row);
        let failed = |message: String| Record::Failed(Diagnostic::error("input/bad-conversation", message).line(line));
        if let Layout::Json(_) = self.layout {
            match self.texts.first().and_then(|column| column.bytes(row)) {
                None => take(failed("no text: the value is null".to_owned())),
                Some(text) if text.len() > options.limits.record_bytes => {
                    take(failed(format!("{} bytes are over the limit of {}", text.len(), options.limits.record_bytes)));
                }
                // As an empty line of a file.
                Some(text) if text.trim_ascii().is_empty() => {}
                Some(text) => row::json(text, line, options).into_iter().for_each(take),
            }
            return;
        }
        let broken = Cell::new(false);
        let mut about = About::default();
        let mut text = None;
        for (name, column) in self.names.iter().zip(&self.texts) {
            let value = column.text(row, &broken);
            match (FIELDS.iter().find(|field| **field == *name), value) {
                (Some(field), Some(value)) => about.fields.push((field, value.to_owned())),
                (None, value) => text = value,
                _ => {}
            }
        }
        let meta =
            self.meta.iter().filter_map(|(name, column)| Some((name.clone(), column.text(row, &broken)?.into())));
        about.meta = meta.collect();
        let read = match (self.layout, &self.turns) {
            (Layout::Drafts, _) => {
                let said = Said { role: Some("agent"), text, ..Said::default() };
                let options = Options { kind: options.kind.or(Some(Mode::Draft)), ..options.clone() };
                row::conversation(about, std::iter::once(said), line, &options)
            }
            (_, Some(turns)) => match &turns.ranges[row] {
                Some(range) => row::conversation(about, range.clone().map(|at| turns.said(at, &broken)), line, options),
                None => Err("no `turns`".to_owned()),
            },
            (_, None) => Err("no `turns`".to_owned()),
        };
        take(match read {
            _ if broken.get() => failed("not UTF-8".to_owned()),
            Ok(conversation) => Record::Conversation(Box::new(conversation)),
            Err(message) => failed(message),
        });
    }
}

impl Turns {
    fn of(column: &ArrayRef) -> Result<Self, String> {
        let wrong = || format!("column `turns`: not {}, but a list of structs", column.data_type());
        let (offsets, values): (Vec<usize>, &ArrayRef) = if let Some(list) = column.as_list_opt::<i32>() {
            (list.value_offsets().iter().filter_map(|at| (*at).try_into().ok()).collect(), list.values())
        } else if let Some(list) = column.as_list_opt::<i64>() {
            (list.value_offsets().iter().filter_map(|at| (*at).try_into().ok()).collect(), list.values())
        } else {
            return Err(wrong());
        };
        let ranges = offsets.windows(2).enumerate();
        let ranges = ranges.map(|(row, ends)| column.is_valid(row).then_some(ends[0]..ends[1])).collect();
        let turns = values.as_struct_opt().ok_or_else(wrong)?;
        let texts = named(turns).map(|(name, column)| match Texts::of(column) {
            Ok(texts) => Ok((name.to_owned(), texts)),
            Err(error) => Err(format!("`{name}` of `turns`: {error}")),
        });
        Ok(Self { ranges, fields: texts.collect::<Result<_, String>>()? })
    }

    fn said<'a>(&'a self, at: usize, broken: &Cell<bool>) -> Said<'a> {
        let mut said = Said::default();
        for (name, texts) in &self.fields {
            let place = match name.as_str() {
                "role" => &mut said.role,
                "text" => &mut said.text,
                "time" => &mut said.time,
                "end" => &mut said.end,
                "id" => &mut said.id,
                "name" => &mut said.name,
                "agent" => &mut said.agent,
                "source" => &mut said.source,
                "kind" => &mut said.kind,
                _ => continue,
            };
            *place = texts.text(at, broken);
        }
        said
    }
}

fn named(table: &StructArray) -> impl Iterator<Item = (&str, &ArrayRef)> {
    table.fields().iter().map(|field| field.name().as_str()).zip(table.columns())
}

/// A column of texts as it lies in memory. Whoever made it has promised UTF-8; whether it is, is looked at here.
enum Texts {
    Short(BinaryArray),
    Long(LargeBinaryArray),
    Views(BinaryViewArray),
    /// Nobody says anything.
    None,
}

impl Texts {
    fn of(array: &ArrayRef) -> Result<Self, String> {
        let error = |error: ArrowError| error.to_string();
        // The same bytes under another name; offsets are looked at, bytes are not.
        let retyped = |kind| array.to_data().into_builder().data_type(kind).build().map_err(error);
        Ok(match array.data_type() {
            DataType::Null => Self::None,
            DataType::Utf8 | DataType::Binary => Self::Short(retyped(DataType::Binary)?.into()),
            DataType::LargeUtf8 | DataType::LargeBinary => Self::Long(retyped(DataType::LargeBinary)?.into()),
            DataType::Utf8View | DataType::BinaryView => Self::Views(retyped(DataType::BinaryView)?.into()),
            // Numbers, times, categories.
            other if !other.is_nested() && arrow_cast::can_cast_types(other, &DataType::Utf8) => {
                return Self::of(&arrow_cast::cast(array, &DataType::Utf8).map_err(error)?);
            }
            other => return Err(format!("{other} is no text")),
        })
    }

    fn bytes(&self, at: usize) -> Option<&[u8]> {
        match self {
            Self::Short(array) => array.is_valid(at).then(|| array.value(at)),
            Self::Long(array) => array.is_valid(at).then(|| array.value(at)),
            Self::Views(array) => array.is_valid(at).then(|| array.value(at)),
            Self::None => None,
        }
    }

    /// A text; notes where it is none.
    fn text(&self, at: usize, broken: &Cell<bool>) -> Option<&str> {
        let text = std::str::from_utf8(self.bytes(at)?);
        if text.is_err() {
            broken.set(true);
        }
        text.ok()
    }
}

/// A table of messages as rows of cells, the names of its columns first: read as the command line reads a sheet.
pub struct Messages {
    table: Table,
    header: bool,
}

impl Rows for Messages {
    fn next_row(&mut self) -> Option<Result<Row, Diagnostic>> {
        if !std::mem::replace(&mut self.header, true) {
            let field = self.table.reader.field();
            let DataType::Struct(fields) = field.data_type() else { return None };
            let names = fields.iter().map(|field| field.name().clone()).filter(|name| name != LINE);
            return Some(Ok(Row { line: 0, cells: names.collect(), of: Of::Columns }));
        }
        while self.table.batch.as_ref().is_none_or(|batch| self.table.at >= batch.rows) {
            if let Err(mistake) = self.table.advance()? {
                return Some(Err(mistake));
            }
        }
        let batch = self.table.batch.as_ref()?;
        let row = self.table.at;
        self.table.at += 1;
        let broken = Cell::new(false);
        let cell = |texts: &Texts| texts.text(row, &broken).unwrap_or_default().to_owned();
        let cells = batch.texts.iter().map(cell).collect();
        let line = batch.line(row);
        Some(if broken.get() {
            Err(Diagnostic::error("input/not-text", "not UTF-8").line(line))
        } else {
            Ok(Row { line, cells, of: Of::Columns })
        })
    }
}
