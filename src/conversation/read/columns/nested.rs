//! Tables with one conversation a row: messages in a list of structs, all of it as JSON, or a single reply.

use super::batches::{Batches, number};
use super::layout::{META, Shape, TEXT, TURNS, is_line};
use super::texts::{NoText, Texts, is_plain, line};
use super::{Kept, Source, broken};
use crate::conversation::read::jsonl;
use crate::conversation::read::row::{self, About, FIELDS, Said};
use crate::conversation::read::{Options, Record};
use crate::conversation::{Cell, Mode, Origin};
use crate::source::{Diagnostic, Wording, wording};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Some rows of a table.
pub enum Piece {
    /// Records that are read already.
    Read(Vec<Record>),
    /// Rows of a batch, which pieces share.
    Rows(Arc<Columns>, Range<usize>),
}

impl Piece {
    /// Calls `take` with the records of each row.
    pub fn each(self, options: &Options, mut take: impl FnMut(Record)) {
        let channel = options.channel.as_ref();
        let mut take = |record: Record| take(record.on(channel));
        match self {
            Self::Read(records) => records.into_iter().for_each(take),
            Self::Rows(columns, rows) => {
                rows.for_each(|row| columns.records(row, options).into_iter().for_each(&mut take));
            }
        }
    }
}

/// The conversations of a table with one a row.
pub(super) struct Nested<S> {
    batches: Batches<S>,
    shape: Shape,
    kept: Kept,
    options: Options,
    batch: Option<Arc<Columns>>,
    rows: Range<usize>,
    /// Records left of a line of JSON, which may have several.
    ready: std::vec::IntoIter<Record>,
}

impl<S: Source> Nested<S> {
    pub fn new(batches: Batches<S>, shape: Shape, kept: Kept, options: &Options) -> Self {
        let ready = Vec::new().into_iter();
        Self { batches, shape, kept, options: options.clone(), batch: None, rows: 0..0, ready }
    }

    pub fn next_record(&mut self) -> Option<Record> {
        loop {
            if let Some(record) = self.ready.next() {
                return Some(record);
            }
            self.ready = match self.next_piece(1)? {
                Piece::Read(records) => records.into_iter(),
                Piece::Rows(columns, rows) => columns.records(rows.start, &self.options).into_iter(),
            };
        }
    }

    pub fn next_piece(&mut self, most: usize) -> Option<Piece> {
        loop {
            if let (Some(batch), false) = (&self.batch, self.rows.is_empty()) {
                let end = self.rows.end.min(self.rows.start.saturating_add(most.max(1)));
                let rows = std::mem::replace(&mut self.rows.start, end)..end;
                return Some(Piece::Rows(batch.clone(), rows));
            }
            let failed = |mistake| Some(Piece::Read(vec![Record::Failed(mistake)]));
            match self.batches.next()? {
                Ok(batch) => match Columns::of(&batch, self.shape, self.kept, self.batches.before) {
                    Ok(columns) => (self.batch, self.rows) = (Some(Arc::new(columns)), 0..batch.num_rows()),
                    Err(what) => return failed(broken(what).line(number(self.batches.before, 0))),
                },
                Err(mistake) => return failed(mistake),
            }
        }
    }
}

/// A batch with its columns as texts.
pub struct Columns {
    kept: Kept,
    before: u64,
    lines: Option<Texts>,
    fields: Vec<(&'static str, Texts)>,
    meta: Meta,
    content: Content,
}

/// Other data of a conversation.
enum Meta {
    /// A column for each name.
    Fields(Vec<(String, Texts)>),
    /// Names and values in each row.
    Pairs(Box<Pairs>),
}

/// Names and values, and the range of each row.
struct Pairs {
    ranges: Vec<Option<Range<usize>>>,
    names: Texts,
    values: Texts,
}

/// The text of a row.
enum Content {
    Json(Texts),
    Turns(Turns),
    Reply(Texts),
}

/// The messages of all rows of a batch.
struct Turns {
    ranges: Vec<Option<Range<usize>>>,
    /// By name of the field.
    fields: Vec<(String, Texts)>,
}

impl Columns {
    fn of(batch: &RecordBatch, shape: Shape, kept: Kept, before: u64) -> Result<Self, Wording> {
        let (mut lines, mut fields, mut meta, mut content) = (None, Vec::new(), Meta::Fields(Vec::new()), None);
        for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            match (shape, field.name().as_str()) {
                (_, name) if is_line(name, kept) => lines = Some(Texts::of(column)?),
                (Shape::Json, _) => content = Some(Content::Json(Texts::of(column)?)),
                (Shape::Turns, TURNS) => content = Some(Content::Turns(Turns::of(column)?)),
                (Shape::Draft, TEXT) => content = Some(Content::Reply(Texts::of(column)?)),
                (_, META) => meta = Meta::of(column)?,
                (_, name) => {
                    if let Some(own) = FIELDS.iter().find(|field| **field == name) {
                        fields.push((*own, Texts::of(column)?));
                    }
                }
            }
        }
        let content = content.ok_or(wording!("the column with the words is missing"))?;
        Ok(Self { kept, before, lines, fields, meta, content })
    }

    /// The records of a row.
    fn records(&self, row: usize, options: &Options) -> Vec<Record> {
        let told = self.lines.as_ref().and_then(|lines| line(lines, row));
        let number = told.unwrap_or_else(|| number(self.before, row));
        let mut records = match self.read(row, number, options) {
            Ok(records) => records,
            Err(what) => return vec![Record::Failed(Diagnostic::error("input/bad-conversation", what).line(number))],
        };
        if self.kept == Kept::File {
            // Offsets within a value mean nothing in the file: give the row.
            for record in &mut records {
                let Record::Conversation(conversation) = record else { continue };
                for turn in &mut conversation.turns {
                    turn.origin = Origin::Unmapped;
                    turn.cell = Some(Box::new(Cell { sheet: None, name: format!("row:{number}") }));
                }
            }
        }
        records
    }

    fn read(&self, row: usize, number: usize, options: &Options) -> Result<Vec<Record>, Wording> {
        let no_text = |NoText| wording!("not UTF-8");
        let within = |size: usize| {
            let limit = options.limits.record_bytes;
            if size > limit { Err(wording!("{size} bytes are over the limit of {limit}", size, limit)) } else { Ok(()) }
        };
        let conversation = match &self.content {
            Content::Json(json) => {
                let text = json.bytes(row).ok_or(wording!("no text: the value is null"))?;
                within(text.len())?;
                // Treated like an empty line of a file.
                let empty = text.trim_ascii().is_empty();
                return Ok(if empty { Vec::new() } else { jsonl::json(text, number, options) });
            }
            Content::Turns(turns) => {
                let range = turns.ranges.get(row).cloned().flatten().ok_or(wording!("no `turns`"))?;
                within(range.clone().map(|at| turns.size(at)).sum())?;
                let said = range.map(|at| turns.said(at)).collect::<Result<Vec<_>, NoText>>().map_err(no_text)?;
                row::conversation(self.about(row).map_err(no_text)?, said.into_iter(), number, options)?
            }
            Content::Reply(texts) => {
                let text = texts.text(row).map_err(no_text)?;
                within(text.map_or(0, str::len))?;
                let said = Said { role: Some("agent"), text, ..Said::default() };
                let options = Options { kind: options.kind.or(Some(Mode::Draft)), ..options.clone() };
                row::conversation(self.about(row).map_err(no_text)?, std::iter::once(said), number, &options)?
            }
        };
        Ok(vec![Record::Conversation(Box::new(conversation))])
    }

    /// The other data of a row.
    fn about(&self, row: usize) -> Result<About, NoText> {
        let mut about = About::default();
        for (name, texts) in &self.fields {
            about.fields.extend(texts.text(row)?.map(|value| (*name, value.to_owned())));
        }
        match &self.meta {
            Meta::Fields(fields) => {
                for (name, texts) in fields {
                    about.meta.extend(texts.text(row)?.map(|value| (name.clone(), value.to_owned())));
                }
            }
            Meta::Pairs(pairs) => {
                let Pairs { ranges, names, values } = &**pairs;
                for at in ranges.get(row).cloned().flatten().unwrap_or_default() {
                    let pair = names.text(at)?.zip(values.text(at)?);
                    about.meta.extend(pair.map(|(name, value)| (name.to_owned(), value.to_owned())));
                }
            }
        }
        Ok(about)
    }
}

impl Meta {
    fn of(column: &ArrayRef) -> Result<Self, Wording> {
        let Some(map) = column.as_map_opt() else {
            return Ok(Self::Fields(column.as_struct_opt().map(texts).transpose()?.unwrap_or_default()));
        };
        let (names, values) = (Texts::of(map.keys())?, Texts::of(map.values())?);
        Ok(Self::Pairs(Box::new(Pairs { ranges: ranges(map.value_offsets(), column), names, values })))
    }
}

impl Turns {
    fn of(column: &ArrayRef) -> Result<Self, Wording> {
        let (ranges, values) = if let Some(list) = column.as_list_opt::<i32>() {
            (ranges(list.value_offsets(), column), list.values())
        } else if let Some(list) = column.as_list_opt::<i64>() {
            (ranges(list.value_offsets(), column), list.values())
        } else {
            return Err(wording!("`turns` is no list"));
        };
        let turns = values.as_struct_opt().ok_or(wording!("`turns` is no list of structs"))?;
        Ok(Self { ranges, fields: texts(turns)? })
    }

    fn size(&self, at: usize) -> usize {
        self.fields.iter().filter_map(|(_, texts)| texts.bytes(at)).map(<[u8]>::len).sum()
    }

    fn said(&self, at: usize) -> Result<Said<'_>, NoText> {
        let mut said = Said::default();
        for (name, texts) in &self.fields {
            if let Some(place) = said.field(name) {
                *place = texts.text(at)?;
            }
        }
        Ok(said)
    }
}

/// The range of values of each row; none for a null.
fn ranges<N: Copy + TryInto<usize>>(offsets: &[N], column: &ArrayRef) -> Vec<Option<Range<usize>>> {
    let ends: Vec<usize> = offsets.iter().filter_map(|&at| at.try_into().ok()).collect();
    let rows = ends.windows(2).enumerate();
    rows.map(|(row, ends)| column.is_valid(row).then_some(ends[0]..ends[1])).collect()
}

/// The columns of a struct that can be read as texts, with their names.
fn texts(columns: &StructArray) -> Result<Vec<(String, Texts)>, Wording> {
    let named: BTreeMap<&str, &ArrayRef> =
        columns.fields().iter().map(|field| field.name().as_str()).zip(columns.columns()).collect();
    let plain = named.into_iter().filter(|(_, column)| is_plain(column.data_type()));
    plain.map(|(name, column)| Ok((name.to_owned(), Texts::of(column)?))).collect()
}
