//! A conversation a row: its messages in a list of structs, or all of it as JSON in a text.

use super::Source;
use super::table::Batches;
use super::texts::{NoText, Texts, is_plain, is_text};
use crate::conversation::Cell;
use crate::conversation::read::row::{self, About, FIELDS, Said};
use crate::conversation::read::{Options, Record};
use crate::source::Diagnostic;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_schema::{DataType, Schema};
use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::Range;

/// Columns that hold one conversation as JSON a row.
pub(super) const JSON: [&str; 2] = ["json", "value"];
const TURNS: &str = "turns";
const META: &str = "meta";

/// How a row holds a conversation.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// A list of messages, and what is said beside it: in these columns.
    Turns { columns: Vec<usize> },
    /// JSON, in this column.
    Json(usize),
}

impl Shape {
    /// Told by names and types.
    pub fn of(schema: &Schema) -> Option<Self> {
        let place = |name: &str| schema.fields().iter().position(|field| field.name() == name);
        if place(TURNS).is_some_and(|at| is_list_of_structs(schema.field(at).data_type())) {
            let ours = |at: &usize| {
                let field = schema.field(*at);
                let is_meta = field.name() == META && matches!(field.data_type(), DataType::Struct(_));
                let is_field = FIELDS.contains(&field.name().as_str()) && is_plain(field.data_type());
                field.name() == TURNS || is_meta || is_field
            };
            return Some(Self::Turns { columns: (0..schema.fields().len()).filter(ours).collect() });
        }
        let is_text = |at: &usize| is_text(schema.field(*at).data_type());
        let alone = Some(0).filter(|_| schema.fields().len() == 1);
        JSON.into_iter().find_map(place).or(alone).filter(is_text).map(Self::Json)
    }
}

fn is_list_of_structs(kind: &DataType) -> bool {
    let (DataType::List(inner) | DataType::LargeList(inner)) = kind else { return false };
    matches!(inner.data_type(), DataType::Struct(_))
}

/// The conversations of a table with one a row.
pub(super) struct Nested<R> {
    batches: Batches<R>,
    options: Options,
    batch: Columns,
    rows: Range<usize>,
    /// A line of JSON may be more than one record.
    ready: std::vec::IntoIter<Record>,
}

impl<R: BufRead> Nested<R> {
    pub fn new(mut source: Source<R>, shape: Option<Shape>, options: &Options) -> Result<Self, Box<Diagnostic>> {
        source.select(&match shape {
            Some(Shape::Turns { columns }) => columns,
            Some(Shape::Json(column)) => vec![column],
            None => Vec::new(),
        })?;
        let (batch, ready) = (Columns::default(), Vec::new().into_iter());
        Ok(Self { batches: Batches::new(source), options: options.clone(), batch, rows: 0..0, ready })
    }

    pub fn next_record(&mut self) -> Option<Record> {
        loop {
            if let Some(record) = self.ready.next() {
                return Some(record);
            }
            if let Some(row) = self.rows.next() {
                self.ready = self.batch.records(row, self.batches.number(row), &self.options).into_iter();
                continue;
            }
            match self.batches.next()? {
                Ok(batch) => match Columns::of(&batch) {
                    Ok(columns) => (self.batch, self.rows) = (columns, 0..batch.num_rows()),
                    Err(what) => return Some(Record::Failed(super::broken(&what).line(self.batches.number(0)))),
                },
                Err(mistake) => return Some(Record::Failed(mistake)),
            }
        }
    }
}

/// One batch, its columns as texts.
#[derive(Default)]
struct Columns {
    json: Option<Texts>,
    fields: Vec<(&'static str, Texts)>,
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
    fn of(batch: &RecordBatch) -> Result<Self, String> {
        let mut columns = Self::default();
        for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let name = field.name().as_str();
            let own = FIELDS.iter().find(|field| **field == name);
            match (name, own, column.data_type()) {
                (TURNS, _, kind) if is_list_of_structs(kind) => columns.turns = Some(Turns::of(column)?),
                (META, _, DataType::Struct(_)) => columns.meta = texts(column.as_struct())?,
                (_, Some(field), _) => columns.fields.push((field, Texts::of(column)?)),
                _ => columns.json = Some(Texts::of(column)?),
            }
        }
        Ok(columns)
    }

    fn records(&self, row: usize, number: usize, options: &Options) -> Vec<Record> {
        let failed =
            |what: String| vec![Record::Failed(Diagnostic::error("input/bad-conversation", what).line(number))];
        let mut records = match &self.json {
            Some(json) => match json.bytes(row) {
                None => return failed("no text: the value is null".to_owned()),
                Some(text) if text.len() > options.limits.record_bytes => {
                    let limit = options.limits.record_bytes;
                    return failed(format!("{} bytes are over the limit of {limit}", text.len()));
                }
                // As an empty line of a file.
                Some(text) if text.trim_ascii().is_empty() => return Vec::new(),
                Some(text) => row::json(text, number, options),
            },
            None => match self.conversation(row, number, options) {
                Ok(record) => vec![record],
                Err(what) => return failed(what),
            },
        };
        // Places in a value are no places in the file: the row is.
        for record in &mut records {
            let Record::Conversation(conversation) = record else { continue };
            for turn in &mut conversation.turns {
                turn.origin = crate::conversation::Origin::Unmapped;
                turn.cell = Some(Box::new(Cell { sheet: None, name: format!("row:{number}") }));
            }
        }
        records
    }

    fn conversation(&self, row: usize, number: usize, options: &Options) -> Result<Record, String> {
        let turns = self.turns.as_ref().and_then(|turns| Some((turns, turns.ranges.get(row)?.clone()?)));
        let (turns, range) = turns.ok_or("no `turns`")?;
        let no_text = |NoText| "not UTF-8".to_owned();
        let mut about = About::default();
        for (name, texts) in &self.fields {
            if let Some(value) = texts.text(row).map_err(no_text)? {
                about.fields.push((name, value.to_owned()));
            }
        }
        for (name, texts) in &self.meta {
            if let Some(value) = texts.text(row).map_err(no_text)? {
                about.meta.insert(name.clone(), value.to_owned());
            }
        }
        let size: usize = range.clone().map(|at| turns.size(at)).sum();
        if size > options.limits.record_bytes {
            return Err(format!("{size} bytes are over the limit of {}", options.limits.record_bytes));
        }
        let said: Vec<Said<'_>> = range.map(|at| turns.said(at)).collect::<Result<_, NoText>>().map_err(no_text)?;
        let conversation = row::conversation(about, said.into_iter(), number, options)?;
        Ok(Record::Conversation(Box::new(conversation)))
    }
}

impl Turns {
    fn of(column: &ArrayRef) -> Result<Self, String> {
        let (ends, values): (Vec<usize>, &ArrayRef) = if let Some(list) = column.as_list_opt::<i32>() {
            (list.value_offsets().iter().filter_map(|at| (*at).try_into().ok()).collect(), list.values())
        } else if let Some(list) = column.as_list_opt::<i64>() {
            (list.value_offsets().iter().filter_map(|at| (*at).try_into().ok()).collect(), list.values())
        } else {
            return Err("`turns` is no list".to_owned());
        };
        let ranges = ends.windows(2).enumerate();
        let ranges = ranges.map(|(row, ends)| column.is_valid(row).then_some(ends[0]..ends[1])).collect();
        let turns = values.as_struct_opt().ok_or("`turns` is no list of structs")?;
        Ok(Self { ranges, fields: texts(turns)? })
    }

    fn size(&self, at: usize) -> usize {
        self.fields.iter().filter_map(|(_, texts)| texts.bytes(at)).map(<[u8]>::len).sum()
    }

    fn said(&self, at: usize) -> Result<Said<'_>, NoText> {
        let mut said = Said::default();
        for (name, texts) in &self.fields {
            let place = match name.as_str() {
                "role" => &mut said.role,
                "text" => &mut said.text,
                "time" => &mut said.time,
                "id" => &mut said.id,
                "name" => &mut said.name,
                "agent" => &mut said.agent,
                "source" => &mut said.source,
                "kind" => &mut said.kind,
                _ => continue,
            };
            *place = texts.text(at)?;
        }
        Ok(said)
    }
}

/// The columns of a struct that can be read as texts, by their names.
fn texts(columns: &StructArray) -> Result<Vec<(String, Texts)>, String> {
    let named: BTreeMap<&str, &ArrayRef> =
        columns.fields().iter().map(|field| field.name().as_str()).zip(columns.columns()).collect();
    let plain = named.into_iter().filter(|(_, column)| is_plain(column.data_type()));
    plain.map(|(name, column)| Ok((name.to_owned(), Texts::of(column)?))).collect()
}
