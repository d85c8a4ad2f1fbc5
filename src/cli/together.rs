//! What templates have to say to one another, once all of them have been judged: digests in, findings out, each with
//! its conversation read again to be shown.

use super::asked::Asked;
use super::cache;
use super::context::Context;
use super::inputs;
use crate::conversation::read::{self, Record};
use crate::conversation::{Conversation, Mode, Role, Turn};
use crate::judge::{Digest, Filed, Finding, Options, judge_together, waive};
use crate::report::Ui;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

/// A digest and what it takes to show a finding about it.
pub(super) struct Kept {
    pub path: Option<Arc<str>>,
    pub number: usize,
    pub whole: bool,
    pub digest: Digest,
    pub options: Arc<Options>,
    pub context: Arc<Context>,
    /// How its file was read, and what was read instead of it.
    pub read: Arc<read::Options>,
    pub bytes: Option<Arc<[u8]>>,
    /// The name of its own result.
    pub key: Option<u128>,
}

/// All digests of a run, in the order of the input.
#[derive(Default)]
pub(super) struct Together {
    kept: Vec<Kept>,
}

impl Together {
    pub(super) fn add(&mut self, kept: Vec<Kept>) {
        self.kept.extend(kept);
    }

    /// The findings, by conversation, in the order of the input, without what is waived in the texts themselves.
    pub(super) fn judge(self, asked: &Asked) -> Vec<Judged> {
        // Texts under different settings are different repositories.
        let mut books: Vec<(Arc<Context>, Vec<_>)> = Vec::new();
        for Kept { path, number, whole, digest, options, context, read, bytes, key } in self.kept {
            let file = (Filed { path, number, whole, digest, options }, Opening { read, bytes, key });
            match books.iter_mut().find(|(other, _)| Arc::ptr_eq(other, &context)) {
                Some((_, files)) => files.push(file),
                None => books.push((context, vec![file])),
            }
        }
        let mut shelf = Shelf { asked, path: None, read: Vec::new() };
        let mut judged = Vec::new();
        for (context, files) in books {
            let (filed, openings): (Vec<Filed>, Vec<Opening>) = files.into_iter().unzip();
            let mut found: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
            for (file, finding) in found_together(asked, &context, &filed, &openings) {
                found.entry(file).or_default().push(finding);
            }
            for (file, mut findings) in found {
                let Filed { path, number, options, .. } = &filed[file];
                let conversation = shelf.take(path.as_ref(), *number, &openings[file], &findings);
                for finding in &mut findings {
                    finding.cell = conversation.turns.get(finding.turn).and_then(|turn| turn.cell.as_deref().cloned());
                }
                let used_waivers = waive(&context.rulebook, &conversation, options, &mut findings);
                let (path, context) = (path.clone(), context.clone());
                judged.push(Judged { path, number: *number, context, conversation, findings, used_waivers });
            }
        }
        judged.sort_by(|one, other| (&one.path, one.number).cmp(&(&other.path, other.number)));
        judged
    }
}

/// A template and what was found about it beside others.
pub(super) struct Judged {
    pub path: Option<Arc<str>>,
    number: usize,
    pub context: Arc<Context>,
    pub conversation: Conversation,
    pub findings: Vec<Finding>,
    /// Waivers of the settings that were needed, by their numbers.
    pub used_waivers: Vec<usize>,
}

/// What templates have to say to one another, kept between runs while none of them changes.
fn found_together(asked: &Asked, context: &Context, filed: &[Filed], openings: &[Opening]) -> Vec<(usize, Finding)> {
    let named = filed.iter().zip(openings);
    let named = named.map(|(file, opening)| (opening.key, file.path.as_deref(), file.number, file.whole));
    let cache = asked.cache.as_ref().and_then(|cache| Some((cache, cache::together(named)?)));
    let known = cache.and_then(|(cache, key)| cache.get(key));
    known.unwrap_or_else(|| {
        let found = judge_together(&context.rulebook, filed);
        if let Some((cache, key)) = cache {
            cache.put(key, &found);
        }
        found
    })
}

/// How a file is opened again.
struct Opening {
    read: Arc<read::Options>,
    bytes: Option<Arc<[u8]>>,
    key: Option<u128>,
}

/// The conversations of the file that was asked for last.
struct Shelf<'a> {
    asked: &'a Asked,
    path: Option<Arc<str>>,
    read: Vec<(usize, Conversation)>,
}

impl Shelf<'_> {
    fn take(
        &mut self,
        path: Option<&Arc<str>>,
        number: usize,
        opening: &Opening,
        findings: &[Finding],
    ) -> Conversation {
        if path != self.path.as_ref() {
            self.read = path.map(|path| self.open(Path::new(&**path), opening)).unwrap_or_default();
            self.path = path.cloned();
        }
        match self.read.iter().find(|(other, _)| *other == number) {
            Some((_, conversation)) => conversation.clone(),
            None => stand_in(findings),
        }
    }

    fn open(&self, path: &Path, opening: &Opening) -> Vec<(usize, Conversation)> {
        let reader: Box<dyn BufRead + '_> = match &opening.bytes {
            Some(bytes) => Box::new(&**bytes),
            None => match inputs::open(path, Ui::default()) {
                Ok(file) => Box::new(file),
                Err(_) => return Vec::new(),
            },
        };
        let extension = path.extension().and_then(|extension| extension.to_str());
        let mut all = Vec::new();
        match read::open(reader, extension, &opening.read) {
            read::Input::Text(mut records) => {
                let conversations = std::iter::from_fn(|| records.pop_front()).filter_map(conversation);
                all.extend(conversations.enumerate());
            }
            read::Input::Lines(mut batches) => {
                while let Some(batch) = batches.next_batch(1 << 20) {
                    let conversations = batch.conversations(&opening.read).filter_map(conversation);
                    all.extend(conversations.map(|conversation| (conversation.chunk.lines_before, conversation)));
                }
            }
        }
        for (_, conversation) in &mut all {
            self.asked.complete(conversation);
        }
        all
    }
}

fn conversation(record: Record) -> Option<Conversation> {
    match record {
        Record::Conversation(conversation) => Some(*conversation),
        Record::Failed(_) | Record::Notice(_) => None,
    }
}

/// For what cannot be read again (standard input, a file that has just gone): the words, without their surroundings.
fn stand_in(findings: &[Finding]) -> Conversation {
    let turns = findings.iter().map(|finding| finding.turn + 1).max().unwrap_or_default();
    let turns = (0..turns).map(|_| Turn::new(Role::Agent, "")).collect();
    Conversation { mode: Mode::Template, turns, ..Conversation::default() }
}
