//! Pages of Parquet columns, decompressed here because the library trusts the size that a page claims.

use super::bytes::{Packed, unpack};
use super::store::Fetch;
use super::{BATCH, ROWS};
use crate::source::{Wording, wording};
use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Largest decompressed page, in bytes.
const PAGE: usize = 64 << 20;
/// Largest page in an encoding whose values may repeat prefixes, and so expand once more.
const PREFIXED: usize = 2 << 20;
/// Memory for the levels of one value in a list, in bytes.
const LEVELS: usize = 24;

/// The memory budget for pages in use.
#[derive(Default)]
pub(super) struct Room {
    taken: usize,
    /// By column: the size of its dictionary and of its current page.
    held: BTreeMap<usize, (usize, usize)>,
}

impl Room {
    fn take(&mut self, column: usize, size: usize, dictionary: bool) -> Result<()> {
        self.taken = self.taken.saturating_add(size);
        let held = self.held.entry(column).or_default();
        *(if dictionary { &mut held.0 } else { &mut held.1 }) = size;
        if self.taken > BATCH {
            return Err(wrong(wording!("{rows} rows unpack to more than {limit} bytes", rows = ROWS, limit = BATCH)));
        }
        Ok(())
    }

    /// After a batch, only pages that continue into the next count.
    pub fn free(&mut self) {
        self.taken = self.held.values().map(|(dictionary, page)| dictionary + page).sum();
    }
}

/// A row group.
pub(super) struct Group {
    pub file: Fetch,
    pub about: Arc<ParquetMetaData>,
    pub number: usize,
    pub room: Arc<Mutex<Room>>,
}

impl Group {
    fn own(&self) -> &RowGroupMetaData {
        self.about.row_group(self.number)
    }
}

impl RowGroups for Group {
    fn num_rows(&self) -> usize {
        usize::try_from(self.own().num_rows()).unwrap_or_default()
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        let about = self.own().column(column);
        let packed = packed(about)?;
        // Compression is removed from the metadata, so that the library passes the pages on as they are.
        let plain = about.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
        let inner = SerializedPageReader::new(Arc::new(self.file.clone()), &plain, self.num_rows(), None)?;
        let repeated = about.column_descr().max_rep_level() > 0;
        let pages = Pages { inner, packed, repeated, column, room: self.room.clone() };
        Ok(Box::new(Chunk(Some(Box::new(pages)))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(std::iter::once(self.own()))
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.about
    }
}

fn packed(about: &ColumnChunkMetaData) -> Result<Option<Packed>> {
    let places = [Some(about.data_page_offset()), about.dictionary_page_offset(), Some(about.compressed_size())];
    if places.into_iter().flatten().any(|place| place < 0) {
        return Err(wrong(wording!("a column stands before the beginning of the file")));
    }
    Ok(Some(match about.compression() {
        Compression::UNCOMPRESSED => return Ok(None),
        Compression::SNAPPY => Packed::Snappy,
        Compression::GZIP(_) => Packed::Gzip,
        Compression::ZSTD(_) => Packed::Zstd,
        Compression::LZ4_RAW => Packed::Lz4Block,
        other => {
            return Err(wrong(wording!(
                "columns packed by {other} are not read; snappy, gzip, zstd and lz4_raw are: write the file again with one of these",
                other = other.to_string()
            )));
        }
    }))
}

struct Chunk(Option<Box<dyn PageReader>>);

impl Iterator for Chunk {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for Chunk {}

struct Pages {
    inner: SerializedPageReader<Fetch>,
    packed: Option<Packed>,
    /// Whether a row can have several values.
    repeated: bool,
    column: usize,
    room: Arc<Mutex<Room>>,
}

impl Pages {
    /// The decompressed page, if there is room for it.
    fn plain(&self, page: Page) -> Result<Page> {
        let encoding = page.encoding();
        let limit = if encoding == Encoding::DELTA_BYTE_ARRAY { PREFIXED } else { PAGE };
        let values = page.num_values() as usize;
        let (levels, is_packed) = match &page {
            Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, is_compressed, .. } => {
                ((*def_levels_byte_len as usize).saturating_add(*rep_levels_byte_len as usize), *is_compressed)
            }
            _ => (0, true),
        };
        let packed = page.buffer();
        if levels > packed.len() {
            return Err(wrong(wording!("a page is shorter than it says")));
        }
        let plain = match self.packed.filter(|_| is_packed) {
            Some(how) if packed.len() > levels => {
                let rest = unpack(&packed[levels..], how, limit).map_err(|error| wrong(error.into()))?;
                if levels == 0 { rest.into() } else { [&packed[..levels], &rest].concat().into() }
            }
            _ => packed.clone(),
        };
        if plain.len() > limit.saturating_add(levels) {
            return Err(wrong(wording!("a page is over the limit of {limit} bytes", limit)));
        }
        let levels = if self.repeated { values.saturating_mul(LEVELS) } else { 0 };
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        room.take(self.column, plain.len().saturating_add(levels), page.is_dictionary_page())?;
        Ok(with(page, plain))
    }
}

fn with(page: Page, bytes: ::bytes::Bytes) -> Page {
    let mut page = page;
    match &mut page {
        Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => *buf = bytes,
        Page::DataPageV2 { buf, is_compressed, .. } => {
            *buf = bytes;
            *is_compressed = false;
        }
    }
    page
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.inner.get_next_page()?;
        page.map(|page| self.plain(page)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.inner.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.inner.at_record_boundary()
    }
}

fn wrong(what: Wording) -> ParquetError {
    ParquetError::External(what.into())
}
