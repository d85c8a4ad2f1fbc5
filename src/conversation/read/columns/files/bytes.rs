//! Decompression that never yields more than allowed, whatever the data claims.

use crate::source::wording;
use std::io::{self, Read};

/// The compression of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packed {
    Snappy,
    Gzip,
    Zstd,
    /// A block of LZ4.
    Lz4Block,
    /// A frame of LZ4, which marks its own end.
    Lz4Frame,
}

/// Decompresses; more than `limit` bytes are an error.
pub(super) fn unpack(bytes: &[u8], how: Packed, limit: usize) -> io::Result<Vec<u8>> {
    match how {
        Packed::Snappy => {
            let size = snap::raw::decompress_len(bytes)?;
            within(size, limit)?;
            let mut out = vec![0; size];
            let written = snap::raw::Decoder::new().decompress(bytes, &mut out)?;
            out.truncate(written);
            Ok(out)
        }
        Packed::Gzip => read(flate2::read::MultiGzDecoder::new(bytes), limit),
        Packed::Zstd => read(ruzstd::decoding::StreamingDecoder::new(bytes).map_err(io::Error::other)?, limit),
        Packed::Lz4Frame => read(lz4_flex::frame::FrameDecoder::new(bytes), limit),
        Packed::Lz4Block => {
            // A block does not state its size, but no byte of it can yield more than 255.
            let mut out = vec![0; limit.min(bytes.len().saturating_mul(255).saturating_add(16))];
            let written = lz4_flex::block::decompress_into(bytes, &mut out).map_err(io::Error::other)?;
            out.truncate(written);
            out.shrink_to_fit();
            Ok(out)
        }
    }
}

fn read(reader: impl Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut out)?;
    within(out.len(), limit)?;
    Ok(out)
}

fn within(size: usize, limit: usize) -> io::Result<()> {
    let message = || wording!("it unpacks to more than {limit} bytes", limit);
    if size > limit { Err(io::Error::new(io::ErrorKind::InvalidData, message())) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn all_ways_of_packing_end_at_the_limit() {
        let plain = "亲，马上为您查。".repeat(1000).into_bytes();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&plain).unwrap();
        let mut frame = lz4_flex::frame::FrameEncoder::new(Vec::new());
        frame.write_all(&plain).unwrap();
        let packed = [
            (Packed::Snappy, snap::raw::Encoder::new().compress_vec(&plain).unwrap()),
            (Packed::Gzip, gzip.finish().unwrap()),
            (Packed::Zstd, ruzstd::encoding::compress_to_vec(&plain[..], ruzstd::encoding::CompressionLevel::Fastest)),
            (Packed::Lz4Frame, frame.finish().unwrap()),
            (Packed::Lz4Block, lz4_flex::block::compress(&plain)),
        ];
        for (how, bytes) in packed {
            assert_eq!(unpack(&bytes, how, plain.len()).unwrap(), plain, "{how:?}");
            assert!(unpack(&bytes, how, plain.len() - 1).is_err(), "{how:?}");
            assert!(unpack(&bytes[..bytes.len() / 2], how, plain.len()).is_err(), "{how:?}");
        }
        assert!(unpack(&[0xFF; 9], Packed::Snappy, 1 << 20).is_err());
    }
}
