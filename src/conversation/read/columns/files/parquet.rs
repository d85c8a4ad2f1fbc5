//! Parquet, row group by row group; only the needed columns are read, page by page.

use super::pages::{Group, Room};
use super::store::{Fetch, Store};
use super::{Lost, ROWS, broken, footer, too_large};
use crate::source::{Diagnostic, held, wording};
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, FieldRef, Fields, SchemaRef};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use parquet::arrow::{FieldLevels, ProjectionMask, parquet_to_arrow_field_levels, parquet_to_arrow_schema};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use std::sync::{Arc, Mutex, PoisonError};

/// The format's mark at both ends; `PARE` if the footer is encrypted.
const MARK: &[u8] = b"PAR1";
const SECRET: &[u8] = b"PARE";
/// Largest footer, in bytes.
const FOOTER: usize = 32 << 20;
/// Most rows that one byte of the file can stand for.
const ROWS_A_BYTE: u64 = 64;

/// A Parquet file that is being read.
pub struct Parquet {
    file: Fetch,
    about: Arc<ParquetMetaData>,
    schema: SchemaRef,
    levels: Option<Arc<FieldLevels>>,
    room: Arc<Mutex<Room>>,
    /// The next row group; the current one, with the number of rows left in it.
    group: usize,
    open: Option<(ParquetRecordBatchReader, u64)>,
}

impl Parquet {
    /// Reads the footer.
    pub fn open(store: Arc<dyn Store>) -> Result<Self, Box<Diagnostic>> {
        let file = Fetch(store);
        let size = file.0.size();
        if size < 12 {
            return Err(broken(wording!("not a whole Parquet file: it ends too early")));
        }
        let end = file.fetch(size - 8, 8)?;
        let (length, mark) = end.split_at(4);
        if mark == SECRET {
            return Err(broken(wording!("a Parquet file that is encrypted")));
        }
        let length = length.first_chunk::<4>().map_or(0, |length| u32::from_le_bytes(*length)) as usize;
        if mark != MARK {
            return Err(broken(wording!("not a whole Parquet file: its end is missing")));
        }
        if length > FOOTER {
            return Err(too_large(wording!(
                "what the file says of itself is over the limit of {limit} bytes",
                limit = FOOTER
            )));
        }
        let start =
            (size - 8).checked_sub(length as u64).ok_or_else(|| broken(wording!("the Parquet file is damaged")))?;
        let bytes = file.fetch(start, length)?;
        if !footer::is_sound(&bytes) {
            return Err(broken(wording!("the Parquet file is damaged: what it says of itself cannot be read")));
        }
        let read = held(|| {
            let about = ParquetMetaDataReader::decode_metadata(&bytes)?;
            let own = about.file_metadata();
            let schema = parquet_to_arrow_schema(own.schema_descr(), own.key_value_metadata())?;
            Ok((about, schema))
        });
        let (about, schema) = settled(read)?;
        let rows = about.row_groups().iter().map(|group| u64::try_from(group.num_rows()).unwrap_or(u64::MAX));
        if rows.fold(0, u64::saturating_add) > size.saturating_mul(ROWS_A_BYTE) {
            return Err(too_large(wording!("the file says that it has far more rows than there is room for")));
        }
        let (schema, room) = (Arc::new(schema), Arc::new(Mutex::new(Room::default())));
        Ok(Self { file, about: Arc::new(about), schema, levels: None, room, group: 0, open: None })
    }

    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    pub fn select(&mut self, columns: &[usize]) -> Result<(), Box<Diagnostic>> {
        let descriptor = self.about.file_metadata().schema_descr_ptr();
        let mask = ProjectionMask::roots(&descriptor, columns.iter().copied());
        let wanted: Fields = self.schema.fields().iter().map(viewed).collect();
        let levels = held(|| parquet_to_arrow_field_levels(&descriptor, mask, Some(&wanted)));
        self.levels = Some(Arc::new(settled(levels)?));
        Ok(())
    }

    pub fn next(&mut self) -> Option<Result<RecordBatch, Lost>> {
        loop {
            if let Some((reader, left)) = &mut self.open {
                let read = held(|| reader.next());
                self.room.lock().unwrap_or_else(PoisonError::into_inner).free();
                match read {
                    Some(Some(Ok(batch))) if *left > 0 => {
                        let rows = batch.num_rows().min(usize::try_from(*left).unwrap_or(usize::MAX));
                        *left -= rows as u64;
                        return Some(Ok(batch.slice(0, rows)));
                    }
                    Some(Some(Err(error))) => {
                        let lost = (mistake(&error.to_string()), *left);
                        self.open = None;
                        return Some(Err(lost));
                    }
                    None => {
                        let lost = (damaged(), *left);
                        self.open = None;
                        return Some(Err(lost));
                    }
                    _ => self.open = None,
                }
            }
            let levels = self.levels.clone()?;
            if self.group >= self.about.num_row_groups() {
                return None;
            }
            let number = self.group;
            self.group += 1;
            let rows = u64::try_from(self.about.row_group(number).num_rows()).unwrap_or_default();
            let room = Arc::new(Mutex::new(Room::default()));
            let group = Group { file: self.file.clone(), about: self.about.clone(), number, room: room.clone() };
            self.room = room;
            let reader = held(|| ParquetRecordBatchReader::try_new_with_row_groups(&levels, &group, ROWS, None));
            match settled(reader) {
                Ok(reader) => self.open = Some((reader, rows)),
                Err(mistake) => return Some(Err((mistake, rows))),
            }
        }
    }
}

fn settled<T>(done: Option<Result<T, ParquetError>>) -> Result<T, Box<Diagnostic>> {
    done.ok_or_else(damaged)?.map_err(|error| mistake(&error.to_string()))
}

fn damaged() -> Box<Diagnostic> {
    broken(wording!("the Parquet file is damaged: a part of it cannot be read"))
}

fn mistake(error: &str) -> Box<Diagnostic> {
    // Our own message, unwrapped from those of two libraries.
    let what = error.rsplit("External: ").next().and_then(|what| what.lines().next()).unwrap_or_default();
    let what: String = what.chars().take(200).collect();
    broken(wording!("the Parquet file cannot be read: {what}", what))
}

/// The type with string views, so that a text used a thousand times is in memory once.
fn viewed(field: &FieldRef) -> FieldRef {
    let kind = match field.data_type() {
        DataType::Dictionary(_, values) => view(values),
        other => view(other),
    };
    Arc::new(Field::clone(field).with_data_type(kind))
}

fn view(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::List(inner) => DataType::List(viewed(inner)),
        DataType::LargeList(inner) => DataType::LargeList(viewed(inner)),
        DataType::FixedSizeList(inner, size) => DataType::FixedSizeList(viewed(inner), *size),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(viewed).collect()),
        DataType::Map(entries, sorted) => DataType::Map(viewed(entries), *sorted),
        other => other.clone(),
    }
}
