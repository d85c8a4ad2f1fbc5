//! Validates and decompresses the body of an Arrow message before the library sees it, which trusts what it says.

use super::bytes::{Packed, unpack};
use super::{broken, too_large};
use crate::source::{Diagnostic, wording};
use arrow_buffer::Buffer;
use arrow_ipc::{
    Buffer as Place, CompressionType, DictionaryBatch, DictionaryBatchArgs, FieldNode, RecordBatch, RecordBatchArgs,
};
use flatbuffers::{FlatBufferBuilder, WIPOffset};

/// Most rows that one byte can stand for: one bit each.
const ROWS_A_BYTE: usize = 8;
/// Alignment of the parts of a body.
const ALIGNED: usize = 64;

/// A body without compressed parts, all of which are complete.
pub(super) struct Sound {
    /// The bytes.
    pub body: Buffer,
    /// The new metadata, if parts were compressed.
    plain: Option<Plain>,
}

struct Plain {
    rows: i64,
    nodes: Vec<FieldNode>,
    places: Vec<Place>,
    variadic: Vec<i64>,
    bytes: Vec<u8>,
}

/// Validates and decompresses a batch; refuses more than `limit` bytes.
pub(super) fn sound(batch: RecordBatch<'_>, body: Vec<u8>, limit: usize) -> Result<Sound, Box<Diagnostic>> {
    let places: Vec<Place> = batch.buffers().into_iter().flatten().copied().collect();
    let nodes: Vec<FieldNode> = batch.nodes().into_iter().flatten().copied().collect();
    let variadic: Vec<i64> = batch.variadicBufferCounts().into_iter().flatten().collect();
    let within = |place: &Place| {
        let (start, length) = (usize::try_from(place.offset()).ok()?, usize::try_from(place.length()).ok()?);
        body.get(start..start.checked_add(length)?)
    };
    let parts: Vec<&[u8]> = places.iter().map(within).collect::<Option<_>>().ok_or_else(damaged)?;
    let counted = variadic.iter().all(|count| usize::try_from(*count).is_ok_and(|count| count <= places.len()));
    if !counted || nodes.iter().any(|node| node.length() < 0 || !(0..=node.length()).contains(&node.null_count())) {
        return Err(damaged());
    }
    let mut plain = None;
    if let Some(packed) = batch.compression() {
        let how = match packed.codec() {
            CompressionType::LZ4_FRAME => Packed::Lz4Frame,
            CompressionType::ZSTD => Packed::Zstd,
            _ => return Err(broken(wording!("the Arrow data are packed in an unknown way; lz4 and zstd are read"))),
        };
        let (mut bytes, mut moved) = (Vec::new(), Vec::with_capacity(parts.len()));
        for part in parts {
            let start = bytes.len();
            append(&mut bytes, part, how, limit)?;
            moved.push(Place::new(signed(start), signed(bytes.len() - start)));
            bytes.resize(bytes.len().next_multiple_of(ALIGNED), 0);
        }
        plain = Some((bytes, moved));
    }
    let (body, plain) = match plain {
        None => (body, None),
        Some((bytes, places)) => {
            let plain = Plain { rows: batch.length(), nodes: nodes.clone(), places, variadic, bytes: Vec::new() };
            (bytes, Some(plain.described()))
        }
    };
    let most = body.len().saturating_mul(ROWS_A_BYTE).saturating_add(ALIGNED);
    let few = |rows: i64| usize::try_from(rows).is_ok_and(|rows| rows <= most);
    if !few(batch.length()) || !nodes.iter().all(|node| few(node.length())) {
        return Err(too_large(wording!("a batch says that it has more rows than there is room for")));
    }
    Ok(Sound { body: buffer(body), plain })
}

/// Decompresses a part, which begins with its size.
fn append(bytes: &mut Vec<u8>, part: &[u8], how: Packed, limit: usize) -> Result<(), Box<Diagnostic>> {
    if part.is_empty() {
        return Ok(());
    }
    let (size, packed) = part.split_first_chunk::<8>().ok_or_else(damaged)?;
    let size = i64::from_le_bytes(*size);
    if size == -1 {
        bytes.extend_from_slice(packed);
        return Ok(());
    }
    let size = usize::try_from(size).map_err(|_| damaged())?;
    if size > limit.saturating_sub(bytes.len()) {
        return Err(too_large(wording!("a batch of rows unpacks to more than {limit} bytes", limit)));
    }
    if size == 0 {
        return Ok(());
    }
    let plain = unpack(packed, how, size).map_err(|_| damaged())?;
    if plain.len() != size {
        return Err(damaged());
    }
    bytes.extend_from_slice(&plain);
    Ok(())
}

fn signed(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

impl Plain {
    fn described(mut self) -> Self {
        let mut builder = FlatBufferBuilder::new();
        let batch = self.write(&mut builder);
        builder.finish(batch, None);
        self.bytes = builder.finished_data().to_vec();
        self
    }

    fn write<'b>(&self, builder: &mut FlatBufferBuilder<'b>) -> WIPOffset<RecordBatch<'b>> {
        let nodes = Some(builder.create_vector(&self.nodes));
        let buffers = Some(builder.create_vector(&self.places));
        let variadic = Some(builder.create_vector(&self.variadic)).filter(|_| !self.variadic.is_empty());
        let args =
            RecordBatchArgs { length: self.rows, nodes, buffers, compression: None, variadicBufferCounts: variadic };
        RecordBatch::create(builder, &args)
    }
}

impl Sound {
    /// The batch's new metadata, if it changed.
    pub fn batch(&self) -> Result<Option<RecordBatch<'_>>, Box<Diagnostic>> {
        self.plain
            .as_ref()
            .map(|plain| flatbuffers::root::<RecordBatch<'_>>(&plain.bytes).map_err(|_| damaged()))
            .transpose()
    }

    /// A dictionary's new metadata, if it changed, as bytes.
    pub fn dictionary(&self, words: DictionaryBatch<'_>) -> Option<Vec<u8>> {
        let plain = self.plain.as_ref()?;
        let mut builder = FlatBufferBuilder::new();
        let data = Some(plain.write(&mut builder));
        let args = DictionaryBatchArgs { id: words.id(), data, isDelta: words.isDelta() };
        let written = DictionaryBatch::create(&mut builder, &args);
        builder.finish(written, None);
        Some(builder.finished_data().to_vec())
    }
}

pub(super) fn damaged() -> Box<Diagnostic> {
    broken(wording!("the Arrow data are damaged: a part of them cannot be read"))
}

/// Bytes aligned as the library needs them.
fn buffer(bytes: Vec<u8>) -> Buffer {
    Buffer::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_takes_the_room_that_it_says_and_no_more() {
        let packed = |size: i64, text: &[u8]| {
            let bytes = ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest);
            [&size.to_le_bytes()[..], &bytes].concat()
        };
        let appended = |part: &[u8], limit| {
            let mut bytes = vec![b'.'];
            append(&mut bytes, part, Packed::Zstd, limit).map(|()| bytes).map_err(|mistake| mistake.code)
        };
        assert_eq!(appended(&packed(5, b"hello"), 10).unwrap(), b".hello");
        assert_eq!(appended(&[&(-1_i64).to_le_bytes()[..], b"plain"].concat(), 10).unwrap(), b".plain");
        assert_eq!(appended(&0_i64.to_le_bytes(), 10).unwrap(), b".");
        assert_eq!(appended(&packed(5, b"hello"), 5), Err("input/too-large"));
        for (size, text) in [(4, &b"hello"[..]), (6, b"hello"), (i64::MIN, b"hello")] {
            assert_eq!(appended(&packed(size, text), 10), Err("input/bad-columns"), "{size}");
        }
        assert_eq!(appended(&packed(i64::MAX, b"hello"), 10), Err("input/too-large"));
        assert_eq!(appended(b"short", 10), Err("input/bad-columns"));
    }
}
