//! Results that are kept between runs: what was judged of a template once is not judged again while nothing that it
//! hangs on has changed. A cache that cannot be read, or is not whole, is no cache; nothing else follows from it.

use super::jobs::Source;
use super::write;
use crate::conversation::{Conversation, Mode};
use crate::rulebook::Check;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;
use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_128};

/// Fewer files are judged sooner than a cache is read.
const FEW: usize = 20;
/// Bytes of results that are kept at most; what was not asked for goes first.
const MOST: usize = 64 << 20;
const MAGIC: &[u8; 8] = b"rplcache";

/// Results by what they hang on.
#[derive(Debug)]
pub struct Cache {
    path: PathBuf,
    /// All results, one behind the other.
    bytes: Vec<u8>,
    /// Where each lies.
    index: Places,
    fresh: Mutex<Fresh>,
}

/// Where each result lies: start and length, in bytes.
type Places = HashMap<u128, (u32, u32)>;

/// What this run adds.
#[derive(Debug, Default)]
struct Fresh {
    results: BTreeMap<u128, Vec<u8>>,
    used: Vec<u128>,
}

/// The file: keys with places, and a name for the whole.
#[derive(Serialize, Deserialize)]
struct Index {
    entries: Vec<(u128, u32, u32)>,
}

impl Cache {
    /// The cache for a run over these inputs; `None` where none is worth it, or nowhere can be written.
    pub fn open(inputs: usize) -> Option<Self> {
        if inputs < FEW {
            return None;
        }
        let path = usual()?.join("results.bin");
        let (bytes, index) = std::fs::read(&path).ok().and_then(|file| read(&file)).unwrap_or_default();
        Some(Self { path, bytes, index, fresh: Mutex::default() })
    }

    /// What was found last time.
    pub fn get<T: DeserializeOwned>(&self, key: u128) -> Option<T> {
        let &(start, length) = self.index.get(&key)?;
        let stored = self.bytes.get(start as usize..)?.get(..length as usize)?;
        let found = postcard::from_bytes(stored).ok()?;
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).used.push(key);
        Some(found)
    }

    /// Keeps what was found now.
    pub fn put(&self, key: u128, found: &impl Serialize) {
        if let Ok(stored) = postcard::to_stdvec(found) {
            self.fresh.lock().unwrap_or_else(PoisonError::into_inner).results.insert(key, stored);
        }
    }

    /// Writes what is new. That it cannot be written costs time on the next run, and nothing else.
    pub fn close(self) {
        let fresh = self.fresh.into_inner().unwrap_or_else(PoisonError::into_inner);
        if fresh.results.is_empty() {
            return;
        }
        let size: usize = fresh.results.values().map(Vec::len).sum();
        let mut kept: Vec<(u128, &[u8])> =
            fresh.results.iter().map(|(&key, stored)| (key, stored.as_slice())).collect();
        let old = |key: &u128| {
            let &(start, length) = self.index.get(key)?;
            Some((*key, self.bytes.get(start as usize..)?.get(..length as usize)?))
        };
        if size + self.bytes.len() > MOST {
            kept.extend(fresh.used.iter().filter_map(old));
        } else {
            kept.extend(self.index.keys().filter(|key| !fresh.results.contains_key(key)).filter_map(old));
        }
        kept.sort_unstable_by_key(|(key, _)| *key);
        kept.dedup_by_key(|(key, _)| *key);
        let (mut body, mut entries) = (Vec::new(), Vec::with_capacity(kept.len()));
        for (key, stored) in kept {
            let (Ok(start), Ok(length)) = (u32::try_from(body.len()), u32::try_from(stored.len())) else { return };
            entries.push((key, start, length));
            body.extend_from_slice(stored);
        }
        let Ok(index) = postcard::to_stdvec(&Index { entries }) else { return };
        let length = u64::try_from(index.len()).unwrap_or_default().to_le_bytes();
        let whole = [&length[..], &index, &body].concat();
        let sum = xxh3_64(&whole).to_le_bytes();
        write::private(&self.path, &[&MAGIC[..], &sum, &whole].concat()).ok();
    }
}

/// Results and their places; `None` where the file is not whole.
fn read(file: &[u8]) -> Option<(Vec<u8>, Places)> {
    let rest = file.strip_prefix(MAGIC)?;
    let (sum, whole) = rest.split_first_chunk::<8>()?;
    if u64::from_le_bytes(*sum) != xxh3_64(whole) {
        return None;
    }
    let (length, rest) = whole.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok().filter(|&length| length <= rest.len())?;
    let (index, body) = rest.split_at(length);
    let index: Index = postcard::from_bytes(index).ok()?;
    let index = index.entries.into_iter().map(|(key, start, length)| (key, (start, length))).collect();
    Some((body.to_vec(), index))
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

/// Names results: everything that a verdict hangs on goes into a key.
#[derive(Clone, Copy, Debug)]
pub struct Keys(u128);

impl Keys {
    /// For the texts of a source; `None` where its results hang on more than can be named.
    pub fn of(source: &Source, about: &dyn fmt::Debug) -> Option<Self> {
        let rules = &source.context.rulebook.rules;
        // What is kept or broken by now hangs on the second.
        if rules.iter().any(|rule| matches!(rule.check, Check::Keep(_)) && rule.is_for(Mode::Template)) {
            return None;
        }
        let mut all = Named(Xxh3::new());
        let day = source.options.clock.as_ref().map(|clock| clock.as_of.date());
        let options = crate::judge::Options { clock: None, ..(*source.options).clone() };
        let read = &source.read;
        write!(
            all,
            "{}|{}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}",
            program(),
            source.context.rulebook.hash,
            day,
            options,
            source.input,
            read.kind,
            read.encoding,
            read.limits,
            read.map,
            about,
        )
        .ok()?;
        write!(all, "|{}|{}", read.found, read.verbose).ok()?;
        Some(Self(all.0.digest128()))
    }

    /// For a template: `number` of its file.
    pub fn key(self, conversation: &Conversation, number: usize, text: u128) -> Option<u128> {
        let named = [self.0, text, number as u128, conversation.chunk.lines_before as u128];
        let bytes: Vec<u8> = named.iter().flat_map(|part| part.to_le_bytes()).collect();
        (conversation.mode == Mode::Template).then(|| xxh3_128(&bytes))
    }
}

/// Names what templates have to say to one another: by what each hangs on, and where it stands among the others. `None`
/// where one of them has no name.
pub fn together<'a>(files: impl Iterator<Item = (Option<u128>, Option<&'a str>, usize, bool)>) -> Option<u128> {
    let mut all = Named(Xxh3::new());
    for (key, path, number, whole) in files {
        write!(all, "{:x} {path:?} {number} {whole}|", key?).ok()?;
    }
    Some(all.0.digest128())
}

/// The hash of the text that templates stand in, made once for those of one file.
#[derive(Debug, Default)]
pub struct TextHash(Option<(Arc<str>, u128)>);

impl TextHash {
    /// The hash of this text.
    pub fn of(&mut self, text: &Arc<str>) -> u128 {
        match &self.0 {
            Some((known, hash)) if Arc::ptr_eq(known, text) => *hash,
            _ => self.0.insert((text.clone(), xxh3_128(text.as_bytes()))).1,
        }
    }
}

/// This very program: another build may judge otherwise.
fn program() -> &'static str {
    static PROGRAM: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let file = std::env::current_exe().and_then(std::fs::metadata);
        let made = file.map(|file| {
            let at = file.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            (file.len(), at)
        });
        format!("{} {:?}", env!("CARGO_PKG_VERSION"), made.ok())
    });
    &PROGRAM
}

/// A hash that is written to.
struct Named(Xxh3);

impl fmt::Write for Named {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
