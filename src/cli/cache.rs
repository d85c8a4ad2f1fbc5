//! The cache between runs: results, one file per working folder, and compiled rulebooks of own packs. A file that
//! cannot be read or is damaged is ignored.

use super::write;
use crate::settings::Shelf;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Fewer files than this are judged faster than a cache is read.
const FEW: usize = 20;
/// Most bytes of results in one file.
const MOST: usize = 128 << 20;
/// Bytes of results that may stay although the last run did not use them.
const SPARE: usize = 32 << 20;
/// Most bytes of all files together; the oldest is deleted first.
const MOST_OF_ALL: u64 = 256 << 20;
const MAGIC: &[u8; 8] = b"rplcach2";

/// Results by cache key.
#[derive(Debug)]
pub struct Cache {
    path: PathBuf,
    /// All results, one after another.
    bytes: Vec<u8>,
    /// Where each lies, sorted by key.
    places: Vec<Place>,
    /// Bytes in front of the results.
    head: usize,
    fresh: Mutex<Fresh>,
}

/// A result's key, its start and its length in bytes.
type Place = (u128, u32, u32);

/// What this run adds, and what it has used.
#[derive(Debug, Default)]
struct Fresh {
    results: BTreeMap<u128, Vec<u8>>,
    used: Vec<u128>,
}

/// What stands in front of the results.
#[derive(Serialize, Deserialize)]
struct Index {
    places: Vec<Place>,
}

impl Cache {
    /// The cache for a run over this many inputs; `None` if they are too few, or there is nowhere to write.
    pub fn open(inputs: usize) -> Option<Self> {
        if inputs < FEW {
            return None;
        }
        let here = std::env::current_dir().ok()?;
        let name = xxh3_128(here.as_os_str().as_encoded_bytes());
        let path = usual()?.join(format!("{name:032x}.bin"));
        let bytes = std::fs::read(&path).unwrap_or_default();
        let (bytes, (places, head)) = match read(&bytes) {
            Some(index) => (bytes, index),
            None => Default::default(),
        };
        Some(Self { path, bytes, places, head, fresh: Mutex::default() })
    }

    /// The result cached under this key.
    pub fn get(&self, name: u128) -> Option<&[u8]> {
        let stored = self.old(name)?;
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).used.push(name);
        Some(stored)
    }

    /// Keeps a result for the next run.
    pub fn put(&self, name: u128, stored: Vec<u8>) {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).results.insert(name, stored);
    }

    /// Writes what is new. If that fails, the next run is only slower.
    pub fn close(self) {
        let fresh = std::mem::take(&mut *self.fresh.lock().unwrap_or_else(PoisonError::into_inner));
        if fresh.results.is_empty() {
            return;
        }
        let written = self.packed(&fresh, MOST, SPARE).map(|file| write::private(&self.path, &file));
        if matches!(written, Some(Ok(()))) {
            tidy(&self.path, MOST_OF_ALL);
        }
    }

    /// The file's new contents: results that this run added and used, at most `most` bytes. Unused ones may be needed
    /// again, for another branch or folder: keeps as many bytes of them as were used, or `spare` if
    /// that is more.
    fn packed<'a>(&'a self, fresh: &'a Fresh, most: usize, spare: usize) -> Option<Vec<u8>> {
        let (mut kept, mut size) = (BTreeMap::new(), 0);
        let mut keep = |found: &mut dyn Iterator<Item = (u128, &'a [u8])>, most: usize| {
            for (name, stored) in found {
                if size + stored.len() <= most
                    && let Entry::Vacant(free) = kept.entry(name)
                {
                    size += free.insert(stored).len();
                }
            }
            size
        };
        keep(&mut fresh.results.iter().map(|(&name, stored)| (name, stored.as_slice())), most);
        let needed = keep(&mut fresh.used.iter().filter_map(|&name| Some((name, self.old(name)?))), most);
        let rest = self.places.iter().filter_map(|place| Some((place.0, self.at(place)?)));
        keep(&mut { rest }, most.min(needed + needed.max(spare)));
        let (mut body, mut places) = (Vec::with_capacity(size), Vec::with_capacity(kept.len()));
        for (name, stored) in kept {
            places.push((name, u32::try_from(body.len()).ok()?, u32::try_from(stored.len()).ok()?));
            body.extend_from_slice(stored);
        }
        let index = postcard::to_stdvec(&Index { places }).ok()?;
        let length = (index.len() as u64).to_le_bytes();
        Some(sealed(&[&length[..], &index, &body].concat()))
    }

    fn old(&self, name: u128) -> Option<&[u8]> {
        let found = self.places.binary_search_by_key(&name, |place| place.0).ok()?;
        self.at(&self.places[found])
    }

    fn at(&self, &(_, start, length): &Place) -> Option<&[u8]> {
        self.bytes.get(self.head..)?.get(start as usize..)?.get(..length as usize)
    }
}

/// The places of results, and where the first begins; `None` if the file is damaged.
fn read(file: &[u8]) -> Option<(Vec<Place>, usize)> {
    let whole = unsealed(file)?;
    let (length, rest) = whole.split_first_chunk::<8>()?;
    let index = rest.get(..usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let Index { places } = postcard::from_bytes(index).ok()?;
    Some((places, file.len() - rest.len() + index.len()))
}

/// The contents with a checksum in front.
fn sealed(whole: &[u8]) -> Vec<u8> {
    [&MAGIC[..], &xxh3_64(whole).to_le_bytes(), whole].concat()
}

/// The contents; `None` if the checksum does not match.
fn unsealed(file: &[u8]) -> Option<&[u8]> {
    let (sum, whole) = file.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
    (u64::from_le_bytes(*sum) == xxh3_64(whole)).then_some(whole)
}

/// Rulebooks of a team's own packs, one file each: compiling one takes longer than checking a draft.
#[derive(Debug)]
pub struct Rulebooks(PathBuf);

impl Rulebooks {
    /// `None` if there is nowhere to write.
    pub fn open() -> Option<Self> {
        usual().map(Self)
    }

    fn path(&self, name: &str) -> PathBuf {
        let name = xxh3_128(format!("rulebook {name} {}", program()).as_bytes());
        self.0.join(format!("{name:032x}.bin"))
    }
}

impl Shelf for Rulebooks {
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        unsealed(&std::fs::read(self.path(name)).ok()?).map(<[u8]>::to_vec)
    }

    fn put(&self, name: &str, stored: &[u8]) {
        let path = self.path(name);
        if write::private(&path, &sealed(stored)).is_ok() {
            tidy(&path, MOST_OF_ALL);
        }
    }
}

/// Identifies this build: another may judge differently.
pub(super) fn program() -> &'static str {
    static PROGRAM: LazyLock<String> = LazyLock::new(|| {
        let file = std::env::current_exe().and_then(std::fs::metadata);
        let made = file.map(|file| {
            let at = file.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            (file.len(), at)
        });
        format!("{} {:?}", env!("CARGO_PKG_VERSION"), made.ok())
    });
    &PROGRAM
}

/// Deletes the oldest files beside the one at `path` until all together have at most `most` bytes.
fn tidy(path: &Path, most: u64) {
    let Some(Ok(folder)) = path.parent().map(std::fs::read_dir) else { return };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for entry in folder.flatten() {
        let about = entry.metadata().ok().filter(|about| about.is_file() && is_ours(&entry.path()));
        let Some((modified, size)) = about.and_then(|about| Some((about.modified().ok()?, about.len()))) else {
            continue;
        };
        files.push((modified, size, entry.path()));
    }
    files.sort_unstable();
    let mut all: u64 = files.iter().map(|(_, size, _)| size).sum();
    for (_, size, other) in files.iter().filter(|(_, _, other)| other != path) {
        if all <= most {
            break;
        }
        std::fs::remove_file(other).ok();
        all -= size;
    }
}

/// Whether a file is named as caches are.
fn is_ours(path: &Path) -> bool {
    let hexadecimal = |name: &str| name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    path.extension().is_some_and(|extension| extension == "bin")
        && path.file_stem().and_then(|name| name.to_str()).is_some_and(hexadecimal)
}

/// Where caches are kept on this system: `REPLYLINT_CACHE_DIR`, else a folder of the user's.
fn usual() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let below = |folder: PathBuf| folder.join("replylint");
    set("REPLYLINT_CACHE_DIR")
        .or_else(|| set("XDG_CACHE_HOME").map(below))
        .or_else(|| set("LOCALAPPDATA").map(below))
        .or_else(|| set("HOME").map(|home| home.join(".cache").join("replylint")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_stays_and_the_rest_has_a_bound() {
        let mut cache =
            Cache { path: PathBuf::new(), bytes: Vec::new(), places: Vec::new(), head: 0, fresh: Mutex::default() };
        let names = |cache: &Cache| cache.places.iter().map(|place| place.0).collect::<Vec<_>>();
        let mut next = |results: std::ops::Range<u128>, used: &[u128], most, spare| {
            let results = results.map(|name| (name, vec![u8::try_from(name).unwrap(); 10])).collect();
            cache.bytes = cache.packed(&Fresh { results, used: used.to_vec() }, most, spare).unwrap();
            (cache.places, cache.head) = read(&cache.bytes).unwrap();
            assert!(
                cache.places.iter().all(|place| cache.get(place.0).unwrap() == [u8::try_from(place.0).unwrap(); 10])
            );
            names(&cache)
        };
        assert_eq!(next(0..4, &[], 1000, 0), [0, 1, 2, 3]);
        // Unused results: as many bytes as were used, or the spare ones.
        assert_eq!(next(9..10, &[3, 3], 1000, 0), [0, 1, 3, 9]);
        assert_eq!(next(8..9, &[9], 1000, 30), [0, 1, 3, 8, 9]);
        assert_eq!(next(7..8, &[9], 30, 30), [0, 7, 9]);
        assert_eq!(next(1..6, &[9], 30, 30), [1, 2, 3]);
    }

    #[test]
    fn the_oldest_go_first_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let name = |letter: &str| folder.path().join(format!("{}.bin", letter.repeat(32)));
        for (age, path) in [(30, name("a")), (20, name("b")), (10, name("c")), (99, folder.path().join("mine.bin"))] {
            let file = std::fs::File::create(path).unwrap();
            file.set_len(100).unwrap();
            file.set_modified(SystemTime::now() - std::time::Duration::from_secs(age)).unwrap();
        }
        tidy(&name("a"), 200);
        let left = |letter| name(letter).exists();
        assert!(left("a") && !left("b") && left("c") && folder.path().join("mine.bin").exists());
    }
}
