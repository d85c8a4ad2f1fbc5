//! The work of a check in pieces: what one thread takes at a time, and what comes of it.

use super::asked::Asked;
use super::cache::{Keys, TextHash};
use super::context::Context;
use super::inputs::{self, Input};
use super::remarks;
use super::together::Kept;
use crate::conversation::Conversation;
use crate::conversation::read::{self, Batch, Record};
use crate::cue::Scratch;
use crate::judge::{Finding, Options, Unknown, judge};
use crate::report::{Ui, unknown_scenario};
use crate::source::Diagnostic;
use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

/// Bytes of JSONL that one thread takes at a time.
const BATCH: usize = 256 << 10;

pub(super) fn unreadable(path: &str, error: &io::Error, ui: crate::report::Ui) -> Diagnostic {
    let reason = error.to_string();
    Diagnostic::error("input/unreadable", ui.text("settings.unreadable", &[("path", path), ("reason", &reason)]))
}

/// An input and what holds for it.
pub struct Source {
    pub input: Input,
    pub context: Arc<Context>,
    pub options: Arc<Options>,
    /// What to read instead of the file.
    pub bytes: Option<Arc<[u8]>>,
    /// How to read it.
    pub read: Arc<read::Options>,
}

impl Input {
    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdin => None,
            Self::Named(path) | Self::Found(path) => Some(path),
        }
    }
}

/// A piece of work for one thread.
pub(super) struct Job {
    pub(super) path: Option<Arc<str>>,
    /// Whether the folder around it is read, too.
    whole: bool,
    pub(super) context: Arc<Context>,
    pub(super) options: Arc<Options>,
    pub(super) read: Arc<read::Options>,
    bytes: Option<Arc<[u8]>>,
    /// The name of its result.
    key: Option<u128>,
    pub(super) work: Work,
}

pub(super) enum Work {
    Lines(Box<Batch>),
    /// A record, and how many conversations of the file stand before it.
    Record(Record, usize),
}

/// The work of one source, piece by piece.
pub(super) struct Jobs<'a> {
    pub(super) source: &'a Source,
    pub(super) path: Option<Arc<str>>,
    pub(super) input: Option<read::Input<Box<dyn BufRead + 'a>>>,
    conversations: usize,
    keys: Option<Keys>,
    texts: TextHash,
}

impl<'a> Jobs<'a> {
    pub(super) fn new(source: &'a Source, asked: &'a Asked) -> Self {
        let path = source.input.path().map(|path| Arc::from(path.display().to_string()));
        let input = match open(source, asked) {
            Ok(input) => input,
            Err(mistake) => read::Input::Text([Record::Failed(mistake)].into()),
        };
        let keys = asked.keys(source);
        Self { source, path, input: Some(input), conversations: 0, keys, texts: TextHash::default() }
    }
}

fn open<'a>(source: &'a Source, asked: &'a Asked) -> Result<read::Input<Box<dyn BufRead + 'a>>, Diagnostic> {
    let Some(path) = source.input.path() else {
        let reader: Box<dyn BufRead> = match &asked.given {
            Some(bytes) => Box::new(&bytes[..]),
            None => Box::new(io::BufReader::with_capacity(1 << 18, io::stdin())),
        };
        return Ok(read::open(reader, None, &source.read));
    };
    let extension = path.extension().and_then(|extension| extension.to_str());
    if let Some(bytes) = &source.bytes {
        return Ok(read::open(Box::new(&**bytes), extension, &source.read));
    }
    let ui = crate::report::Ui::new(source.options.locale);
    let file = inputs::open(path, ui).map_err(|error| unreadable(&path.display().to_string(), &error, ui))?;
    Ok(read::open(Box::new(file), extension, &source.read))
}

impl Iterator for Jobs<'_> {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        let work = match self.input.as_mut()? {
            read::Input::Lines(batches) => batches.next_batch(BATCH).map(|batch| Work::Lines(Box::new(batch))),
            read::Input::Text(records) => records.pop_front().map(|record| {
                let before = self.conversations;
                self.conversations += usize::from(matches!(record, Record::Conversation(_)));
                Work::Record(record, before)
            }),
        };
        let Some(work) = work else {
            self.input = None;
            return None;
        };
        let (context, options) = (self.source.context.clone(), self.source.options.clone());
        let whole = matches!(self.source.input, Input::Found(_));
        let (read, bytes) = (self.source.read.clone(), self.source.bytes.clone());
        let key = match (&work, self.keys) {
            (Work::Record(Record::Conversation(template), number), Some(keys)) => {
                keys.key(template, *number, self.texts.of(&template.chunk.text))
            }
            _ => None,
        };
        Some(Job { path: self.path.clone(), whole, context, options, read, bytes, key, work })
    }
}

/// What came of a job.
#[derive(Default)]
pub(super) struct Done {
    pub(super) path: Option<Arc<str>>,
    /// In the order of the input.
    pub(super) outcomes: Vec<Outcome>,
    pub(super) conversations: u64,
    pub(super) turns: u64,
    pub(super) replies: u64,
    pub(super) not_evaluated: BTreeMap<(usize, Unknown), u64>,
    pub(super) context: Option<Arc<Context>>,
    /// Waivers of the settings that were needed, by their numbers.
    pub(super) used_waivers: Vec<usize>,
    /// What its templates have to say to others.
    pub(super) digests: Vec<Kept>,
}

pub(super) enum Outcome {
    Findings(Box<Conversation>, Vec<Finding>),
    /// What is wrong with the waivers in a text, told of its file.
    Remarks(Box<Conversation>, Vec<Finding>),
    Failed(Diagnostic),
    Notice(Diagnostic),
}

impl Job {
    /// Calls `take` for each record; conversations come with what was said about them on the command line.
    pub(super) fn each(self, asked: &Asked, mut take: impl FnMut(Record)) {
        let Self { context, options, read, work, .. } = self;
        let mut complete = |record| {
            let Record::Conversation(mut conversation) = record else { return take(record) };
            asked.complete(&mut conversation);
            // Duties that depend on it would be silent: that must be seen.
            if let Some(name) = context.rulebook.settle_scenario(&mut conversation) {
                take(Record::Notice(unknown_scenario(&name, Ui::new(options.locale))));
            }
            take(Record::Conversation(conversation));
        };
        match work {
            Work::Lines(batch) => batch.conversations(&read).for_each(&mut complete),
            Work::Record(record, _) => complete(record),
        }
    }

    pub(super) fn run(self, asked: &Asked, scratch: &mut Scratch) -> Done {
        let (path, context, options) = (self.path.clone(), self.context.clone(), self.options.clone());
        let (whole, read, bytes, key) = (self.whole, self.read.clone(), self.bytes.clone(), self.key);
        let before = match &self.work {
            Work::Record(_, before) => Some(*before),
            Work::Lines(_) => None,
        };
        let mut done = Done { path: path.clone(), context: Some(context.clone()), ..Done::default() };
        self.each(asked, |record| match record {
            Record::Failed(mistake) => done.outcomes.push(Outcome::Failed(mistake)),
            Record::Notice(notice) => done.outcomes.push(Outcome::Notice(notice)),
            Record::Conversation(conversation) => {
                // What was given as context is no part of the input.
                done.turns += conversation.turns.iter().filter(|turn| !turn.context).count() as u64;
                let cache = asked.cache.as_ref().zip(key);
                let verdict = cache.and_then(|(cache, key)| cache.get(key)).unwrap_or_else(|| {
                    let verdict = judge(&context.rulebook, &conversation, path.as_deref(), &options, scratch);
                    if let Some((cache, key)) = cache {
                        cache.put(key, &verdict);
                    }
                    verdict
                });
                done.conversations += 1;
                done.replies += verdict.replies as u64;
                done.used_waivers.extend(verdict.used_waivers);
                for key in verdict.not_evaluated {
                    *done.not_evaluated.entry(key).or_default() += 1;
                }
                if let Some(digest) = verdict.digest {
                    let number = before.unwrap_or(conversation.chunk.lines_before);
                    let (path, options, context) = (path.clone(), options.clone(), context.clone());
                    let (read, bytes) = (read.clone(), bytes.clone());
                    done.digests.push(Kept { path, number, whole, digest, options, context, read, bytes, key });
                }
                let about = (!verdict.remarks.is_empty()).then(|| {
                    let (path, ui) = (path.as_deref(), Ui::new(options.locale));
                    let (file, found) = remarks::findings(&conversation.chunk, path, &verdict.remarks, ui);
                    Outcome::Remarks(Box::new(file), found)
                });
                if !verdict.findings.is_empty() {
                    done.outcomes.push(Outcome::Findings(conversation, verdict.findings));
                }
                done.outcomes.extend(about);
            }
        });
        done
    }
}
