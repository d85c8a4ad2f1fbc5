//! Compares templates once all of them have been judged: digests in, findings out, each with its conversation read
//! again for display.

use super::asked::{Asked, Source};
use super::cache_key;
use super::cached_file::{self, Texts};
use super::context::Context;
use super::git::Changes;
use super::jobs::{Digests, Done, Jobs};
use crate::conversation::read::Record;
use crate::conversation::{Conversation, Mode, Role, Turn};
use crate::cue::Scratch;
use crate::judge::{Digest, Filed, Finding, judge_together, waive};
use crate::pool;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// All digests of a run, in the order of the input.
#[derive(Default)]
pub(super) struct Together<'a> {
    files: Vec<File<'a>>,
}

/// The digests of a file, or of a part of one.
struct File<'a> {
    source: &'a Source,
    path: Option<Arc<str>>,
    name: Option<u128>,
    digests: Digests,
    /// Whether it is unchanged, in a run over changes only.
    old: bool,
}

/// A template and what comparing it with others found.
pub(super) struct Judged {
    pub path: Option<Arc<str>>,
    number: usize,
    pub context: Arc<Context>,
    pub conversation: Conversation,
    pub findings: Vec<Finding>,
    /// Waivers of the settings that matched, by their numbers.
    pub used_waivers: Vec<usize>,
}

impl<'a> Together<'a> {
    pub(super) fn add(&mut self, done: &mut Done<'a>) {
        self.put(done, false);
    }

    /// Adds templates that others are only compared with.
    pub(super) fn add_old(&mut self, done: &mut Done<'a>) {
        self.put(done, true);
    }

    /// Whether there is anything to compare.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    fn put(&mut self, done: &mut Done<'a>, old: bool) {
        let digests = std::mem::replace(&mut done.digests, Digests::Known(Vec::new()));
        if !matches!(&digests, Digests::Known(digests) if digests.is_empty()) {
            self.files.push(File { source: done.source, path: done.path.clone(), name: done.name, digests, old });
        }
    }

    /// The findings by conversation, in the order of the input, without those waived in the texts. With `changes`,
    /// unchanged templates are only compared with.
    pub(super) fn judge(self, asked: &Asked, threads: Option<NonZeroUsize>, changes: Option<&Changes>) -> Vec<Judged> {
        // Texts under different settings are different repositories.
        let mut books: Vec<Vec<File>> = Vec::new();
        for file in self.files {
            let same = |book: &&mut Vec<File>| Arc::ptr_eq(&book[0].source.context, &file.source.context);
            match books.iter_mut().find(same) {
                Some(book) => book.push(file),
                None => books.push(vec![file]),
            }
        }
        let mut judged: Vec<Judged> = Vec::new();
        for book in books {
            // Findings of a run over changes hold for those changes only, so they are not cached.
            let name = cache_key::together(book.iter().map(|file| file.name)).filter(|_| changes.is_none());
            let cache = asked.cache.as_ref().zip(name);
            if let Some(known) = cache.and_then(|(cache, name)| known(&book, cache.get(name)?)) {
                judged.extend(known);
                continue;
            }
            let found = anew(&book, asked, pool::threads(threads), changes);
            if let Some((cache, name)) = cache
                && let Some(stored) = stored(&found)
            {
                cache.put(name, stored);
            }
            judged.extend(found.into_iter().map(|(_, judged)| judged));
        }
        judged.sort_by(|one, other| (&one.path, one.number).cmp(&(&other.path, other.number)));
        judged
    }
}

/// Compares the templates of a book. Each result has the index of its file.
fn anew(book: &[File], asked: &Asked, threads: usize, changes: Option<&Changes>) -> Vec<(usize, Judged)> {
    let context = &book[0].source.context;
    let (mut filed, mut places) = (Vec::new(), Vec::new());
    for (place, file) in book.iter().enumerate() {
        let digests = match &file.digests {
            Digests::Known(digests) => digests.clone(),
            Digests::Kept => recalled(file, asked),
        };
        let changed = changes.zip(file.path.as_deref()).map(|(changes, path)| changes.of_shown(path));
        for (number, digest) in digests {
            let touched =
                || changed.is_none_or(|changed| changed.is_some_and(|one| one.touches_template(number, &digest)));
            let old = file.old || !touched();
            let (path, options) = (file.path.clone(), file.source.options.clone());
            filed.push(Filed { path, number, whole: file.source.is_found(), old, digest, options });
            places.push(place);
        }
    }
    let mut found: BTreeMap<usize, BTreeMap<usize, Vec<Finding>>> = BTreeMap::new();
    for (template, finding) in judge_together(&context.rulebook, &filed) {
        let of_file = found.entry(places[template]).or_default();
        of_file.entry(filed[template].number).or_default().push(finding);
    }
    // Files are read again to show what was found in them; many of them at once.
    let show = |(): &mut (), (place, found): (usize, BTreeMap<usize, Vec<Finding>>)| {
        let file = &book[place];
        let mut texts = conversations(file.source, asked);
        let judged = found.into_iter().map(|(number, mut findings)| {
            let conversation = texts.remove(&number).unwrap_or_else(|| stand_in(&findings));
            for finding in &mut findings {
                finding.cell = conversation.turns.get(finding.turn).and_then(|turn| turn.cell.as_deref().cloned());
            }
            let used_waivers = waive(&context.rulebook, &conversation, &file.source.options, &mut findings);
            let (path, context) = (file.path.clone(), context.clone());
            (place, Judged { path, number, context, conversation, findings, used_waivers })
        });
        judged.collect::<Vec<_>>()
    };
    let mut judged = Vec::new();
    let all = pool::ordered(
        threads,
        found.into_iter(),
        || (),
        show,
        |some| {
            judged.extend(some);
            Ok::<(), std::convert::Infallible>(())
        },
    );
    match all {
        Ok(()) => judged,
    }
}

/// The cached digests of a file; if they are lost, it is judged again.
fn recalled(file: &File, asked: &Asked) -> Vec<(usize, Digest)> {
    let kept = file.name.zip(asked.cache.as_ref()).and_then(|(name, cache)| cached_file::digests(name, cache));
    kept.unwrap_or_else(|| {
        let mut done = Done::new(file.source, file.path.clone());
        Jobs::new(file.source, asked).for_each(|job| job.judge(asked, &mut Scratch::default(), &mut done));
        match done.digests {
            Digests::Known(digests) => digests,
            Digests::Kept => Vec::new(),
        }
    })
}

/// The conversations of a source by number. Standard input cannot be read twice.
fn conversations(source: &Source, asked: &Asked) -> BTreeMap<usize, Conversation> {
    let mut all = BTreeMap::new();
    if source.input.path().is_none() && asked.given.is_none() {
        return all;
    }
    for job in Jobs::new(source, asked) {
        let number = job.number();
        job.each(asked, |record| {
            if let Record::Conversation(conversation) = record {
                all.insert(number.unwrap_or(conversation.chunk.lines_before), *conversation);
            }
        });
    }
    all
}

/// A book's findings as cached: written from borrowed parts, read as owned ones.
#[derive(Serialize, Deserialize)]
struct Kept<C, F, W> {
    texts: Texts,
    judged: Vec<KeptTemplate<C, F, W>>,
}

/// A template and what was found about it.
#[derive(Serialize, Deserialize)]
struct KeptTemplate<C, F, W> {
    /// The place of its file in the book.
    place: usize,
    /// Its number in the file.
    number: usize,
    /// The number of its text.
    text: usize,
    conversation: C,
    findings: F,
    used_waivers: W,
}

fn stored(found: &[(usize, Judged)]) -> Option<Vec<u8>> {
    let mut texts = Texts::default();
    let judged = found.iter().map(|(place, judged)| {
        let Judged { number, conversation, findings, used_waivers, .. } = judged;
        let text = texts.put(&conversation.chunk, None);
        KeptTemplate { place: *place, number: *number, text, conversation, findings, used_waivers }
    });
    let judged = judged.collect();
    postcard::to_stdvec(&Kept { texts, judged }).ok()
}

fn known(book: &[File], stored: &[u8]) -> Option<Vec<Judged>> {
    let Kept { texts, judged }: Kept<Conversation, Vec<Finding>, Vec<usize>> = postcard::from_bytes(stored).ok()?;
    let chunks = texts.chunks(None)?;
    let judged = judged.into_iter().map(|kept| {
        let KeptTemplate { place, number, text, mut conversation, findings, used_waivers } = kept;
        let File { source, path, .. } = book.get(place)?;
        conversation.chunk = chunks.get(text)?.clone();
        let (path, context) = (path.clone(), source.context.clone());
        Some(Judged { path, number, context, conversation, findings, used_waivers })
    });
    judged.collect()
}

/// Stands in for a conversation that cannot be read again (standard input, a deleted file): only the quoted words.
fn stand_in(findings: &[Finding]) -> Conversation {
    let turns = findings.iter().map(|finding| finding.turn + 1).max().unwrap_or_default();
    let turns = (0..turns).map(|_| Turn::new(Role::Agent, "")).collect();
    Conversation { mode: Mode::Template, turns, ..Conversation::default() }
}
