//! Arrow's own formats, message by message: streams from front to back, files by the offsets in their footer.

use super::ipc_body::{Sound, damaged, sound};
use super::store::{Fetch, Store};
use super::{BATCH, Lost, broken, too_large};
use crate::source::{Diagnostic, held, wording};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::{RecordBatchDecoder, read_dictionary};
use arrow_ipc::{Block, DictionaryBatch, Message, MessageHeader, MetadataVersion, root_as_footer, root_as_message};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use std::collections::{HashMap, VecDeque};
use std::io::{self, BufRead, Read};
use std::sync::Arc;

/// Largest metadata of a message, in bytes.
pub(super) const MESSAGE: usize = 16 << 20;
/// The start of a message, except in old versions.
const MARK: [u8; 4] = [0xFF; 4];
/// The end of a file.
const END: &[u8] = b"ARROW1";

/// Where messages come from.
enum Messages<R> {
    Stream(R),
    /// The blocks that are left: dictionaries first, then rows.
    File(Fetch, VecDeque<Block>),
}

/// An Arrow file or stream being read.
pub struct Ipc<R> {
    messages: Messages<R>,
    schema: SchemaRef,
    columns: Vec<usize>,
    dictionaries: HashMap<i64, ArrayRef>,
    /// Size of the dictionaries so far, in bytes.
    words: usize,
    ended: bool,
}

/// A message's metadata and body.
type Parts = (Vec<u8>, Vec<u8>);

impl<R: BufRead> Ipc<R> {
    /// Reads the schema of a stream.
    pub fn stream(reader: R) -> Result<Self, Box<Diagnostic>> {
        let mut stream = Self::new(Messages::Stream(reader));
        let (bytes, _) = stream.parts()?.ok_or_else(shapeless)?;
        let schema = parsed(&bytes)?.header_as_schema().and_then(|schema| held(|| fb_to_schema(schema)));
        stream.schema = Arc::new(schema.ok_or_else(shapeless)?);
        Ok(stream)
    }

    /// Reads the schema of a file, and where its blocks are.
    pub fn file(store: Arc<dyn Store>) -> Result<Self, Box<Diagnostic>> {
        let file = Fetch(store);
        let size = file.0.size();
        let end = size.checked_sub((END.len() + 4) as u64).ok_or_else(cut)?;
        let tail = file.fetch(end, END.len() + 4)?;
        let (length, mark) = tail.split_at(4);
        if mark != END {
            return Err(cut());
        }
        let length = number(length);
        if length > MESSAGE {
            return Err(too_large(wording!(
                "what the Arrow file says of itself is over the limit of {limit} bytes",
                limit = MESSAGE
            )));
        }
        let bytes = file.fetch(end.checked_sub(length as u64).ok_or_else(damaged)?, length)?;
        let footer = root_as_footer(&bytes).map_err(|_| damaged())?;
        let schema = footer.schema().and_then(|schema| held(|| fb_to_schema(schema)));
        let words = footer.dictionaries().into_iter().flatten();
        let blocks = words.chain(footer.recordBatches().into_iter().flatten()).copied().collect();
        let schema = Arc::new(schema.ok_or_else(shapeless)?);
        Ok(Self { schema, ..Self::new(Messages::File(file, blocks)) })
    }

    fn new(messages: Messages<R>) -> Self {
        let schema = Arc::new(Schema::empty());
        Self { messages, schema, columns: Vec::new(), dictionaries: HashMap::new(), words: 0, ended: false }
    }

    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    pub fn select(&mut self, columns: &[usize]) {
        self.columns = columns.to_vec();
    }

    pub fn next(&mut self) -> Option<Result<RecordBatch, Lost>> {
        while !self.ended {
            let (bytes, body) = match self.parts() {
                Ok(Some(parts)) => parts,
                Ok(None) => return None,
                Err(mistake) => return Some(Err((mistake, 0))),
            };
            match self.message(&bytes, body) {
                Ok(None) => {}
                Ok(Some(batch)) => return Some(Ok(batch)),
                Err((mistake, rows)) => {
                    // After a missing dictionary, texts would be wrong.
                    self.ended |= rows == 0;
                    return Some(Err((mistake, rows)));
                }
            }
        }
        None
    }

    fn message(&mut self, bytes: &[u8], body: Vec<u8>) -> Result<Option<RecordBatch>, Lost> {
        let no_rows = |mistake| (mistake, 0);
        let message = parsed(bytes).map_err(no_rows)?;
        let version = message.version();
        if let Some(batch) = message.header_as_record_batch() {
            let rows = u64::try_from(batch.length()).unwrap_or_default();
            let sound = sound(batch, body, BATCH).map_err(|mistake| (mistake, rows))?;
            return self.batch(&sound, batch, version).map(Some).map_err(|mistake| (mistake, rows));
        }
        if let Some(words) = message.header_as_dictionary_batch() {
            return self.dictionary(words, body, version).map(|()| None).map_err(no_rows);
        }
        Err(no_rows(broken(match message.header_type() {
            MessageHeader::Schema => wording!("the columns of the Arrow data change on the way"),
            _ => wording!("the Arrow data hold what is no table"),
        })))
    }

    fn batch(
        &self,
        sound: &Sound,
        batch: arrow_ipc::RecordBatch<'_>,
        version: MetadataVersion,
    ) -> Result<RecordBatch, Box<Diagnostic>> {
        let plain = sound.batch()?;
        let read = held(|| {
            RecordBatchDecoder::try_new(
                &sound.body,
                plain.unwrap_or(batch),
                self.schema.clone(),
                &self.dictionaries,
                &version,
            )?
            .with_projection(Some(&self.columns))
            .with_require_alignment(false)
            .read_record_batch()
        });
        settled(read)
    }

    fn dictionary(
        &mut self,
        words: DictionaryBatch<'_>,
        body: Vec<u8>,
        version: MetadataVersion,
    ) -> Result<(), Box<Diagnostic>> {
        let data = words.data().ok_or_else(damaged)?;
        let sound = sound(data, body, BATCH)?;
        self.words = self.words.saturating_add(sound.body.len());
        if self.words > BATCH {
            return Err(too_large(wording!(
                "the words that columns refer to are over the limit of {limit} bytes",
                limit = BATCH
            )));
        }
        let plain = sound.dictionary(words);
        let plain = plain.as_deref().map_or(Ok(words), flatbuffers::root::<DictionaryBatch<'_>>);
        let plain = plain.map_err(|_| damaged())?;
        let (schema, dictionaries) = (self.schema.clone(), &mut self.dictionaries);
        settled(held(|| read_dictionary(&sound.body, plain, &schema, dictionaries, &version)))
    }

    /// The next message, if there is one.
    fn parts(&mut self) -> Result<Option<Parts>, Box<Diagnostic>> {
        let read = match &mut self.messages {
            Messages::Stream(reader) => next_of_stream(reader),
            Messages::File(file, blocks) => blocks.pop_front().map(|block| at(file, &block)).transpose(),
        };
        self.ended |= !matches!(read, Ok(Some(_)));
        read
    }
}

fn next_of_stream(reader: &mut impl BufRead) -> Result<Option<Parts>, Box<Diagnostic>> {
    // A stream may end without a mark.
    if reader.fill_buf().map_err(|error| unread(&error))?.is_empty() {
        return Ok(None);
    }
    let mut length = part(reader, 4)?;
    if length == MARK {
        length = part(reader, 4)?;
    }
    let length = number(&length);
    if length == 0 {
        return Ok(None);
    }
    let bytes = part(reader, described(length)?)?;
    let body = usize::try_from(parsed(&bytes)?.bodyLength()).map_err(|_| damaged())?;
    let body = part(reader, bounded(body)?)?;
    Ok(Some((bytes, body)))
}

fn at(file: &Fetch, block: &Block) -> Result<Parts, Box<Diagnostic>> {
    let start = u64::try_from(block.offset()).map_err(|_| damaged())?;
    let length = described(usize::try_from(block.metaDataLength()).map_err(|_| damaged())?)?;
    let body = bounded(usize::try_from(block.bodyLength()).map_err(|_| damaged())?)?;
    let mut bytes = file.fetch(start, length)?;
    let skip = if bytes.starts_with(&MARK) { 8 } else { 4 };
    bytes.drain(..skip.min(length));
    let body = file.fetch(start.checked_add(length as u64).ok_or_else(damaged)?, body)?;
    Ok((bytes, body))
}

fn described(length: usize) -> Result<usize, Box<Diagnostic>> {
    if length > MESSAGE {
        return Err(too_large(wording!(
            "what an Arrow message says of itself is over the limit of {limit} bytes",
            limit = MESSAGE
        )));
    }
    Ok(length)
}

fn bounded(body: usize) -> Result<usize, Box<Diagnostic>> {
    if body > BATCH {
        let mistake = too_large(wording!("a batch of rows is over the limit of {limit} bytes", limit = BATCH));
        return Err(Box::new(mistake.help(wording!("write the file in smaller batches, of some thousand rows each"))));
    }
    Ok(body)
}

fn number(bytes: &[u8]) -> usize {
    bytes.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes)) as usize
}

fn cut() -> Box<Diagnostic> {
    broken(wording!("not a whole Arrow file: its end is missing"))
}

fn shapeless() -> Box<Diagnostic> {
    broken(wording!("the Arrow data describe no columns"))
}

/// Reads `length` bytes. Memory grows with what arrives, not with what is announced.
fn part(reader: &mut impl Read, length: usize) -> Result<Vec<u8>, Box<Diagnostic>> {
    let mut bytes = Vec::new();
    reader.by_ref().take(length as u64).read_to_end(&mut bytes).map_err(|error| unread(&error))?;
    if bytes.len() < length {
        return Err(broken(wording!("the Arrow data end too early")));
    }
    Ok(bytes)
}

fn unread(error: &io::Error) -> Box<Diagnostic> {
    Box::new(crate::conversation::read::broken(error))
}

fn parsed(bytes: &[u8]) -> Result<Message<'_>, Box<Diagnostic>> {
    root_as_message(bytes).map_err(|_| damaged())
}

fn settled<T>(read: Option<Result<T, ArrowError>>) -> Result<T, Box<Diagnostic>> {
    read.ok_or_else(damaged)?.map_err(|error| {
        let what: String = error.to_string().lines().next().unwrap_or_default().chars().take(200).collect();
        broken(wording!("the Arrow data cannot be read: {what}", what))
    })
}
