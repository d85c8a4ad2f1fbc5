//! Arrow's own formats, message by message: a file is a stream between two marks, so both are read from front to back.

use super::ipc_body::{Sound, sound};
use super::{BATCH, Kind, Lost, broken, too_large};
use crate::source::{Diagnostic, held};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::{RecordBatchDecoder, read_dictionary};
use arrow_ipc::{DictionaryBatch, Message, MessageHeader, MetadataVersion, root_as_message};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use std::collections::HashMap;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

/// Most bytes that describe a message.
pub(super) const MESSAGE: usize = 16 << 20;
/// What a message begins with, unless it is an old one.
const MARK: [u8; 4] = [0xFF; 4];
/// How the file format begins.
const FILE: usize = 8;

/// A stream that is being read.
pub(super) struct Stream<R> {
    reader: R,
    kind: Kind,
    schema: SchemaRef,
    columns: Vec<usize>,
    dictionaries: HashMap<i64, ArrayRef>,
    /// Bytes of dictionaries so far.
    words: usize,
    ended: bool,
}

/// What describes a message, and its body.
type Parts = (Vec<u8>, Vec<u8>);

impl<R: BufRead> Stream<R> {
    /// Reads the names and types of the columns.
    pub fn open(mut reader: R, kind: Kind) -> Result<Self, Box<Diagnostic>> {
        if kind == Kind::ArrowFile {
            part(&mut reader, FILE)?;
        }
        let schema = Arc::new(Schema::empty());
        let (columns, dictionaries) = (Vec::new(), HashMap::new());
        let mut stream = Self { reader, kind, schema, columns, dictionaries, words: 0, ended: false };
        let (bytes, _) = stream.parts()?.ok_or_else(|| broken("the Arrow data describe no columns"))?;
        let schema = parsed(&bytes)?.header_as_schema();
        let schema = schema.and_then(|schema| held(|| fb_to_schema(schema)));
        stream.schema = Arc::new(schema.ok_or_else(|| broken("the Arrow data describe no columns"))?);
        Ok(stream)
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
                    // Behind a dictionary that is missing, texts would be others.
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
            MessageHeader::Schema => "the columns of the Arrow data change on the way",
            _ => "the Arrow data hold what is no table",
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
            return Err(too_large(format!("the words that columns refer to are over the limit of {BATCH} bytes")));
        }
        let plain = sound.dictionary(words);
        let plain = plain.as_deref().map_or(Ok(words), |plain| flatbuffers::root::<DictionaryBatch<'_>>(plain));
        let plain = plain.map_err(|_| damaged())?;
        let (schema, dictionaries) = (self.schema.clone(), &mut self.dictionaries);
        settled(held(|| read_dictionary(&sound.body, plain, &schema, dictionaries, &version)))
    }

    /// The next message, if there is one.
    fn parts(&mut self) -> Result<Option<Parts>, Box<Diagnostic>> {
        let read = self.read_parts();
        self.ended |= !matches!(read, Ok(Some(_)));
        read
    }

    fn read_parts(&mut self) -> Result<Option<Parts>, Box<Diagnostic>> {
        // A stream may just end; a file says that it does.
        if self.reader.fill_buf().map_err(unread)?.is_empty() && self.kind == Kind::ArrowStream {
            return Ok(None);
        }
        let mut length = part(&mut self.reader, 4)?;
        if length == MARK {
            length = part(&mut self.reader, 4)?;
        }
        let length = length.first_chunk::<4>().map_or(0, |length| u32::from_le_bytes(*length)) as usize;
        if length == 0 {
            return Ok(None);
        }
        if length > MESSAGE {
            return Err(too_large(format!("what an Arrow message says of itself is over the limit of {MESSAGE} bytes")));
        }
        let bytes = part(&mut self.reader, length)?;
        let body = usize::try_from(parsed(&bytes)?.bodyLength()).map_err(|_| damaged())?;
        if body > BATCH {
            let mistake = too_large(format!("a batch of rows is over the limit of {BATCH} bytes"));
            return Err(Box::new(mistake.help("write the file in smaller batches, of some thousand rows each")));
        }
        let body = part(&mut self.reader, body)?;
        Ok(Some((bytes, body)))
    }
}

/// So many bytes. Room is made for what comes, not for what is announced.
fn part(reader: &mut impl Read, length: usize) -> Result<Vec<u8>, Box<Diagnostic>> {
    let mut bytes = Vec::new();
    reader.by_ref().take(length as u64).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() < length {
        return Err(broken("the Arrow data end too early"));
    }
    Ok(bytes)
}

fn unread(error: io::Error) -> Box<Diagnostic> {
    Box::new(crate::conversation::read::broken(&error))
}

fn parsed(bytes: &[u8]) -> Result<Message<'_>, Box<Diagnostic>> {
    root_as_message(bytes).map_err(|_| damaged())
}

fn settled<T>(read: Option<Result<T, ArrowError>>) -> Result<T, Box<Diagnostic>> {
    read.ok_or_else(damaged)?.map_err(|error| {
        let what: String = error.to_string().lines().next().unwrap_or_default().chars().take(200).collect();
        broken(&format!("the Arrow data cannot be read: {what}"))
    })
}

pub(super) fn damaged() -> Box<Diagnostic> {
    broken("the Arrow data are damaged: a part of them cannot be read")
}

/// Bytes as the library keeps them.
pub(super) fn buffer(bytes: Vec<u8>) -> Buffer {
    Buffer::from_vec(bytes)
}
