//! Gzip and Zstandard: recognised by their first bytes, decompressed as a stream, refused beyond a ratio of sizes.

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// Magic bytes of packed files.
const GZIP: &[u8] = &[0x1F, 0x8B];
const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];
/// Largest ratio of unpacked to packed size, which applies beyond the first `FREE` bytes.
const RATIO: u64 = 200;
const FREE: u64 = 64 << 20;

/// Whether what begins like this is packed.
pub fn is_packed(head: &[u8]) -> bool {
    head.starts_with(GZIP) || head.starts_with(ZSTD)
}

/// `reader`, unpacked if it is packed.
pub fn unpack<'a>(mut reader: Box<dyn BufRead + 'a>) -> io::Result<Box<dyn BufRead + 'a>> {
    let head = reader.fill_buf()?;
    let (gzip, zstd) = (head.starts_with(GZIP), head.starts_with(ZSTD));
    if !gzip && !zstd {
        return Ok(reader);
    }
    let packed = Rc::new(Cell::new(0));
    let reader = Counted { reader, packed: packed.clone() };
    let unpacked: Box<dyn Read + 'a> =
        if gzip { Box::new(MultiGzDecoder::new(reader)) } else { Box::new(Frames { rest: Some(reader), frame: None }) };
    Ok(Box::new(BufReader::with_capacity(1 << 18, Bounded { unpacked, packed, size: 0 })))
}

/// Counts what is read.
struct Counted<R> {
    reader: R,
    packed: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.packed.set(self.packed.get() + read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.packed.set(self.packed.get() + amount as u64);
        self.reader.consume(amount);
    }
}

/// Refuses a decompression bomb.
struct Bounded<'a> {
    unpacked: Box<dyn Read + 'a>,
    packed: Rc<Cell<u64>>,
    size: u64,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.unpacked.read(buffer)?;
        self.size += read as u64;
        if self.size > FREE + self.packed.get().saturating_mul(RATIO) {
            let message = format!("it unpacks to more than {RATIO} times its size");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(read)
    }
}

/// Zstandard frames, one after another.
struct Frames<R: BufRead> {
    rest: Option<R>,
    frame: Option<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let broken = |error: &dyn std::fmt::Display| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
        loop {
            if let Some(mut rest) = self.rest.take() {
                if rest.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.frame = Some(StreamingDecoder::new(rest).map_err(|error| broken(&error))?);
            }
            let Some(frame) = &mut self.frame else { return Ok(0) };
            let read = frame.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            self.rest = self.frame.take().map(StreamingDecoder::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        unpack(Box::new(bytes))?.read_to_end(&mut all)?;
        Ok(all)
    }

    #[test]
    fn packed_parts_are_joined_and_what_is_not_packed_stays() {
        let two = [gzip(b"one\n"), gzip(b"two\n")].concat();
        assert_eq!(read(&two).unwrap(), b"one\ntwo\n");
        assert_eq!(read(b"plain").unwrap(), b"plain");
        let zstd = ruzstd::encoding::compress_to_vec(&b"one\n"[..], ruzstd::encoding::CompressionLevel::Fastest);
        assert_eq!(read(&[zstd.clone(), zstd].concat()).unwrap(), b"one\none\n");
    }

    #[test]
    fn a_cut_file_and_a_bomb_are_errors() {
        let whole = gzip(&b"a line of a log\n".repeat(1000));
        assert!(read(&whole[..whole.len() - 9]).is_err());
        let bomb = gzip(&vec![0; 200 << 20]);
        let error = unpack(Box::new(&bomb[..])).map(|mut reader| io::copy(&mut reader, &mut io::sink())).unwrap();
        assert!(error.unwrap_err().to_string().contains("200 times"));
    }
}
