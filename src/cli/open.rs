//! Opens an input: decompresses it if it is packed, and allows random access to formats that need it.

use super::inputs;
use super::unpack::{is_packed, unpack};
use crate::conversation::read;
use crate::report::Ui;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::Arc;

/// Called with the number of bytes read.
pub type Seen = Arc<dyn Fn(u64) + Send + Sync>;

/// An input that is open.
pub type Opened<'a> = read::Input<Box<dyn BufRead + 'a>>;

/// Opens a file.
///
/// # Errors
/// When it cannot be opened or unpacked.
pub fn file(path: &Path, options: &read::Options, ui: Ui, seen: &Seen) -> io::Result<Opened<'static>> {
    #[cfg_attr(not(feature = "parquet"), expect(unused_mut, reason = "only such a file is looked into"))]
    let mut file = inputs::open(path, ui)?;
    #[cfg(feature = "parquet")]
    if read::is_stored(file.fill_buf()?) {
        return Ok(stored::open(file.into_inner(), seen.clone(), options));
    }
    reader(Box::new(Watched { reader: file, seen: seen.clone() }), Some(path), options)
}

/// Opens a stream. `path` is where it comes from.
///
/// # Errors
/// When it cannot be unpacked.
pub fn reader<'a>(
    reader: Box<dyn BufRead + 'a>,
    path: Option<&Path>,
    options: &read::Options,
) -> io::Result<Opened<'a>> {
    #[cfg_attr(not(feature = "parquet"), expect(unused_mut, reason = "only such a file is looked into"))]
    let mut reader = unpack(reader)?;
    #[cfg(feature = "parquet")]
    if read::is_stored(reader.fill_buf()?) {
        // Parquet is read from its end, so the stream is stored first.
        let mut file = tempfile::tempfile()?;
        io::copy(&mut reader, &mut file)?;
        return Ok(stored::open(file, nobody(), options));
    }
    Ok(read::open(reader, extension(path), options))
}

/// Opens a file in memory; `None` if it is packed, as it may be much larger than it looks.
pub fn bytes<'a>(bytes: &'a [u8], path: Option<&Path>, options: &read::Options) -> Option<Opened<'a>> {
    #[cfg(feature = "parquet")]
    if read::is_stored(bytes) {
        return None;
    }
    (!is_packed(bytes)).then(|| read::open(Box::new(bytes) as Box<dyn BufRead>, extension(path), options))
}

/// A callback that ignores progress.
pub fn nobody() -> Seen {
    Arc::new(|_| ())
}

/// The extension of what is inside: `csv` of `log.csv.gz`.
fn extension(path: Option<&Path>) -> Option<&str> {
    let path = path?;
    let last = path.extension()?.to_str()?;
    if last.eq_ignore_ascii_case("gz") || last.eq_ignore_ascii_case("zst") {
        return Path::new(path.file_stem()?).extension()?.to_str();
    }
    Some(last)
}

/// A reader that reports how much was read.
pub struct Watched<R> {
    /// What is read.
    pub reader: R,
    /// The callback.
    pub seen: Seen,
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        (self.seen)(read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Watched<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        (self.seen)(amount as u64);
        self.reader.consume(amount);
    }
}

#[cfg(feature = "parquet")]
mod stored {
    use super::{Opened, Seen};
    use crate::conversation::read::{self, Store};
    use std::fs::File;
    use std::io::{self, Read, Seek, SeekFrom};
    use std::sync::{Arc, Mutex, PoisonError};

    /// A file with random access.
    struct Stored {
        file: Mutex<File>,
        size: u64,
        seen: Seen,
    }

    pub fn open<'a>(file: File, seen: Seen, options: &read::Options) -> Opened<'a> {
        let size = file.metadata().map_or(0, |about| about.len());
        read::open_stored(Arc::new(Stored { file: Mutex::new(file), size, seen }), options)
    }

    impl Store for Stored {
        fn size(&self) -> u64 {
            self.size
        }

        fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(at))?;
            let read = file.read(into)?;
            (self.seen)(read as u64);
            Ok(read)
        }
    }
}
