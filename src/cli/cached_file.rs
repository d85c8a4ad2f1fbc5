//! A small file is one job: one thread opens, reads and judges it, and the result is cached under a hash of its bytes.
//! An unchanged file is neither read as templates nor judged again.

use super::asked::{Asked, Source};
use super::cache::Cache;
use super::cache_key::Namer;
use super::jobs::{Digests, Done, Job, Jobs, Outcome};
use super::open;
use crate::conversation::{Chunk, Conversation};
use crate::cue::Scratch;
use crate::judge::{Digest, Finding, Unknown};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read;
use std::sync::Arc;

/// Largest file that is one job. A larger one is split between threads and not cached.
const SMALL: u64 = 1 << 20;

/// What one thread takes at a time.
pub(super) enum Piece<'a> {
    /// A file, not yet opened, and what computes its cache key.
    File(&'a Source, Option<Namer>),
    /// A part of an input that is open.
    Part(Job<'a>),
}

/// The work of a source: one job per file if there are many files, else piece by piece.
pub(super) fn pieces<'a>(
    source: &'a Source,
    asked: &'a Asked,
    many: bool,
    namer: Option<Namer>,
) -> impl Iterator<Item = Piece<'a>> {
    let whole = (many && is_small(source)).then(|| Piece::File(source, namer));
    let parts = whole.is_none().then(|| Jobs::new(source, asked).map(Piece::Part));
    whole.into_iter().chain(parts.into_iter().flatten())
}

impl<'a> Piece<'a> {
    /// Judges it.
    ///
    /// # Errors
    /// Returns the source if it has to be read piece by piece after all.
    pub fn run(self, asked: &Asked, scratch: &mut Scratch) -> Result<Done<'a>, &'a Source> {
        match self {
            Self::File(source, namer) => file(source, namer, asked, scratch).ok_or(source),
            Self::Part(job) => Ok(job.run(asked, scratch)),
        }
    }
}

/// The result of a file; `None` if it has to be read piece by piece.
pub(super) fn file<'a>(
    source: &'a Source,
    namer: Option<Namer>,
    asked: &Asked,
    scratch: &mut Scratch,
) -> Option<Done<'a>> {
    let bytes = bytes(source)?;
    let name = namer.and_then(|namer| namer.name(&bytes));
    let cache = asked.cache.as_ref().zip(name);
    if let Some((cache, name)) = cache
        && let Some(kept) = kept(source, name, cache, &bytes)
    {
        return Some(kept);
    }
    let mut done = Done::new(source, source.shown());
    done.name = name;
    let input = open::bytes(&bytes, source.input.path(), &source.read)?;
    Jobs::of(source, input).for_each(|job| job.judge(asked, scratch, &mut done));
    if let Some((cache, name)) = cache
        && let Some(stored) = stored(&done, &bytes)
    {
        cache.put(name, stored);
    }
    Some(done)
}

/// Only the digests of a file's templates, for a file that is compared with but not judged.
pub(super) fn beside<'a>(source: &'a Source, namer: Option<Namer>, asked: &Asked, scratch: &mut Scratch) -> Done<'a> {
    let known = || {
        let name = namer?.name(&bytes(source)?)?;
        let digests = digests(name, asked.cache.as_ref()?)?;
        Some((name, digests))
    };
    if let Some((name, digests)) = known() {
        let mut done = Done::new(source, source.shown());
        (done.name, done.digests) = (Some(name), Digests::Known(digests));
        return done;
    }
    let small = is_small(source).then(|| file(source, namer, asked, scratch)).flatten();
    small.unwrap_or_else(|| {
        let mut done = Done::new(source, source.shown());
        Jobs::new(source, asked).for_each(|job| job.judge(asked, scratch, &mut done));
        done
    })
}

/// The cached digests of a file.
pub(super) fn digests(name: u128, cache: &Cache) -> Option<Vec<(usize, Digest)>> {
    postcard::from_bytes(halves(cache.get(name)?)?.1).ok()
}

fn is_small(source: &Source) -> bool {
    match (&source.bytes, source.input.path()) {
        (Some(bytes), _) => bytes.len() as u64 <= SMALL,
        (None, Some(path)) => path.metadata().is_ok_and(|about| about.is_file() && about.len() <= SMALL),
        (None, None) => false,
    }
}

fn bytes(source: &Source) -> Option<Arc<[u8]>> {
    if let Some(bytes) = &source.bytes {
        return Some(bytes.clone());
    }
    let path = source.input.path()?;
    let about = path.metadata().ok().filter(|about| about.is_file() && about.len() <= SMALL)?;
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).ok()? + 1);
    File::open(path).ok()?.take(SMALL + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= SMALL).then(|| bytes.into())
}

/// A file's cached result; its digests follow it.
#[derive(Serialize, Deserialize)]
struct Kept<C, F> {
    conversations: u64,
    turns: u64,
    replies: u64,
    not_evaluated: Vec<((usize, Unknown), u64)>,
    used_waivers: Vec<usize>,
    texts: Texts,
    told: Vec<Told<C, F>>,
    /// Whether there are digests at all.
    digests: bool,
}

/// A conversation with findings.
#[derive(Serialize, Deserialize)]
struct Told<C, F> {
    /// Whether they are remarks about waivers.
    remarks: bool,
    /// The number of its text.
    text: usize,
    conversation: C,
    findings: F,
}

/// The texts that conversations stand in, each stored once.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Texts {
    /// With the number of lines before it; `None`: the whole file.
    texts: Vec<(Option<Arc<str>>, usize)>,
    /// The text added last.
    #[serde(skip)]
    last: Option<Arc<str>>,
}

impl Texts {
    /// Stores a text and returns its number. `file`, the whole file, is not stored.
    pub fn put(&mut self, chunk: &Chunk, file: Option<&[u8]>) -> usize {
        let again = self.last.as_ref().is_some_and(|last| Arc::ptr_eq(last, &chunk.text));
        if !again || self.texts.last().is_none_or(|last| last.1 != chunk.lines_before) {
            let text = (Some(chunk.text.as_bytes()) != file).then(|| chunk.text.clone());
            self.texts.push((text, chunk.lines_before));
            self.last = Some(chunk.text.clone());
        }
        self.texts.len() - 1
    }

    /// The texts as they were stored; `None` if `file` is not the same.
    pub fn chunks(self, file: Option<&[u8]>) -> Option<Vec<Chunk>> {
        let chunk = |(text, before): (Option<Arc<str>>, usize)| match text {
            Some(text) => Some(Chunk::new(text, before)),
            None => Some(Chunk::new(std::str::from_utf8(file?).ok()?, before)),
        };
        self.texts.into_iter().map(chunk).collect()
    }
}

/// What is cached of a file; `None` if it has diagnostics, which every run must report, or more than templates.
fn stored(done: &Done, bytes: &[u8]) -> Option<Vec<u8>> {
    let Digests::Known(digests) = &done.digests else { return None };
    let mut texts = Texts::default();
    let mut told = Vec::with_capacity(done.outcomes.len());
    for outcome in &done.outcomes {
        let (remarks, conversation, findings) = match outcome {
            Outcome::Findings(conversation, findings) => (false, conversation, findings),
            Outcome::Remarks(file, findings) => (true, file, findings),
            Outcome::Failed(_) | Outcome::Notice(_) => return None,
        };
        let text = texts.put(&conversation.chunk, Some(bytes));
        told.push(Told { remarks, text, conversation: &**conversation, findings });
    }
    let kept = Kept {
        conversations: done.conversations,
        turns: done.turns,
        replies: done.replies,
        not_evaluated: done.not_evaluated.iter().map(|(key, count)| (*key, *count)).collect(),
        used_waivers: done.used_waivers.clone(),
        texts,
        told,
        digests: !digests.is_empty(),
    };
    let kept = postcard::to_stdvec(&kept).ok().filter(|_| done.templates)?;
    let length = u32::try_from(kept.len()).ok()?.to_le_bytes();
    Some([&length[..], &kept, &postcard::to_stdvec(digests).ok()?].concat())
}

/// Splits a cached entry into the result and its digests.
fn halves(stored: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = stored.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

fn kept<'a>(source: &'a Source, name: u128, cache: &Cache, bytes: &[u8]) -> Option<Done<'a>> {
    let kept: Kept<Box<Conversation>, Vec<Finding>> = postcard::from_bytes(halves(cache.get(name)?)?.0).ok()?;
    let chunks = kept.texts.chunks(Some(bytes))?;
    let mut done = Done::new(source, source.shown());
    for Told { remarks, text, mut conversation, findings } in kept.told {
        conversation.chunk = chunks.get(text)?.clone();
        let outcome = if remarks { Outcome::Remarks } else { Outcome::Findings };
        done.outcomes.push(outcome(conversation, findings));
    }
    (done.conversations, done.turns, done.replies) = (kept.conversations, kept.turns, kept.replies);
    done.not_evaluated = kept.not_evaluated.into_iter().collect();
    done.used_waivers = kept.used_waivers;
    done.name = Some(name);
    if kept.digests {
        done.digests = Digests::Kept;
    }
    Some(done)
}
