//! Random access to a file, on a disk or in memory.

use super::broken;
use crate::source::{Diagnostic, wording};
use ::bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::io::{self, BufReader, Read};
use std::sync::Arc;

/// Largest compressed page, in bytes.
const FETCH: usize = 64 << 20;

/// Bytes that can be read at any offset.
pub trait Store: Send + Sync {
    /// Their number.
    fn size(&self) -> u64;

    /// Reads some bytes from `at` on; none only at the end.
    ///
    /// # Errors
    /// If reading fails.
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize>;
}

impl Store for Vec<u8> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut rest = usize::try_from(at).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        rest.read(into)
    }
}

/// A store for the library. It never allocates for bytes that are not there.
#[derive(Clone)]
pub(super) struct Fetch(pub Arc<dyn Store>);

impl Fetch {
    pub fn fetch(&self, at: u64, length: usize) -> std::result::Result<Vec<u8>, Box<Diagnostic>> {
        if at.checked_add(length as u64).is_none_or(|end| end > self.0.size()) {
            return Err(broken(wording!("the file ends before its data")));
        }
        let mut bytes = vec![0; length];
        let mut reader = At { store: self.0.clone(), at };
        reader.read_exact(&mut bytes).map_err(|error| Box::new(crate::conversation::read::broken(&error)))?;
        Ok(bytes)
    }
}

impl Length for Fetch {
    fn len(&self) -> u64 {
        self.0.size()
    }
}

impl ChunkReader for Fetch {
    type T = BufReader<At>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(1 << 10, At { store: self.0.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if length > FETCH {
            return Err(ParquetError::External(
                wording!("a part of it is over the limit of {limit} bytes", limit = FETCH).into(),
            ));
        }
        self.fetch(start, length).map(Bytes::from).map_err(|mistake| ParquetError::External(mistake.message.into()))
    }
}

/// A reader that starts at an offset.
pub(super) struct At {
    store: Arc<dyn Store>,
    at: u64,
}

impl Read for At {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.store.read_at(self.at, into)?;
        self.at += read as u64;
        Ok(read)
    }
}
