//! Tables as Parquet, with typed columns, so that readers need not guess numbers and times.

use super::sanitize;
use super::table::{Cell, Type};
use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use jiff::Timestamp;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows buffered before they are written.
const ROWS: usize = 4_096;
/// Bytes buffered for a row group.
const GROUP: usize = 16 << 20;
/// The zone of moments; a moment's original offset is not kept.
const ZONE: &str = "UTC";

/// Writes a table as Parquet. `rows` is consumed lazily; some thousand rows are buffered.
///
/// # Errors
/// When nothing can be written.
pub fn parquet(
    out: &mut (dyn Write + Send),
    columns: &[(&str, Type)],
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> io::Result<()> {
    let fields = columns.iter().map(|(name, kind)| Field::new(*name, data_type(*kind), true));
    let schema: SchemaRef = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let how = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(out, schema.clone(), Some(how)).map_err(io::Error::other)?;
    let mut building: Vec<Building> = columns.iter().map(|(_, kind)| Building::new(*kind)).collect();
    let mut waiting = 0;
    let mut rows = rows.into_iter();
    loop {
        let row = rows.next();
        if let Some(row) = &row {
            building.iter_mut().zip(row).for_each(|(column, cell)| column.append(cell));
            waiting += 1;
        }
        if waiting == ROWS || (row.is_none() && waiting > 0) {
            let arrays = building.iter_mut().map(Building::finish).collect();
            let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(io::Error::other)?;
            writer.write(&batch).map_err(io::Error::other)?;
            if writer.in_progress_size() > GROUP {
                writer.flush().map_err(io::Error::other)?;
            }
            waiting = 0;
        }
        if row.is_none() {
            break;
        }
    }
    writer.close().map(drop).map_err(io::Error::other)
}

fn data_type(kind: Type) -> DataType {
    match kind {
        Type::Text => DataType::Utf8,
        Type::Count => DataType::Int64,
        Type::Number => DataType::Float64,
        Type::Moment => DataType::Timestamp(TimeUnit::Millisecond, Some(ZONE.into())),
        Type::Truth => DataType::Boolean,
    }
}

/// A column that is being filled.
enum Building {
    Text(StringBuilder),
    Count(Int64Builder),
    Number(Float64Builder),
    Moment(TimestampMillisecondBuilder),
    Truth(BooleanBuilder),
}

impl Building {
    fn new(kind: Type) -> Self {
        match kind {
            Type::Text => Self::Text(StringBuilder::new()),
            Type::Count => Self::Count(Int64Builder::new()),
            Type::Number => Self::Number(Float64Builder::new()),
            Type::Moment => Self::Moment(TimestampMillisecondBuilder::new().with_timezone(ZONE)),
            Type::Truth => Self::Truth(BooleanBuilder::new()),
        }
    }

    /// Adds a cell; a cell of another type becomes empty.
    fn append(&mut self, cell: &Cell) {
        match self {
            Self::Text(column) => column.append_option(match cell {
                Cell::Text(text) => Some(sanitize(text)),
                _ => None,
            }),
            Self::Count(column) => column.append_option(match cell {
                Cell::Count(number) => Some(*number),
                _ => None,
            }),
            Self::Number(column) => column.append_option(match cell {
                Cell::Number(number) | Cell::Share(number) => Some(*number),
                _ => None,
            }),
            Self::Moment(column) => column.append_option(match cell {
                // A time that does not parse is kept, as written, in the JSON lines.
                Cell::Moment(moment) => moment.parse().ok().map(Timestamp::as_millisecond),
                _ => None,
            }),
            Self::Truth(column) => column.append_option(match cell {
                Cell::Truth(truth) => Some(*truth),
                _ => None,
            }),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Count(column) => Arc::new(column.finish()),
            Self::Number(column) => Arc::new(column.finish()),
            Self::Moment(column) => Arc::new(column.finish()),
            Self::Truth(column) => Arc::new(column.finish()),
        }
    }
}
