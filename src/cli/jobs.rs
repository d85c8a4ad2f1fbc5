//! The work of a check in pieces: what one thread takes at a time, and what comes of it.

use super::check::Asked;
use super::context::Context;
use super::inputs::{self, Input};
use super::together::Kept;
use crate::conversation::read::{self, Batch, Record};
use crate::conversation::{Conversation, Field, Lang};
use crate::cue::Scratch;
use crate::judge::{Finding, Options, Unknown, judge};
use crate::report::Ui;
use crate::source::Diagnostic;
use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

fn unknown_scenario(name: &str, locale: Lang) -> Diagnostic {
    let ui = Ui::new(locale);
    let notice = Diagnostic::warning("input/unknown-scenario", ui.text("cli.unknown-scenario", &[("name", name)]));
    notice.help(ui.text("cli.list-scenarios", &[]))
}

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
}

impl<'a> Jobs<'a> {
    pub(super) fn new(source: &'a Source, asked: &'a Asked) -> Self {
        let path = source.input.path().map(|path| Arc::from(path.display().to_string()));
        let input = match open(source, asked) {
            Ok(input) => input,
            Err(mistake) => read::Input::Text([Record::Failed(mistake)].into()),
        };
        Self { source, path, input: Some(input), conversations: 0 }
    }
}

fn open<'a>(source: &'a Source, asked: &'a Asked) -> Result<read::Input<Box<dyn BufRead + 'a>>, Diagnostic> {
    let Some(path) = source.input.path() else {
        let reader: Box<dyn BufRead> = match &asked.given {
            Some(bytes) => Box::new(&bytes[..]),
            None => Box::new(io::BufReader::with_capacity(1 << 18, io::stdin())),
        };
        return Ok(read::open(reader, None, &asked.read));
    };
    let ui = crate::report::Ui::new(source.options.locale);
    let file = inputs::open(path, ui).map_err(|error| unreadable(&path.display().to_string(), &error, ui))?;
    Ok(read::open(Box::new(file), path.extension().and_then(|extension| extension.to_str()), &asked.read))
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
        Some(Job { path: self.path.clone(), whole, context, options, work })
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
    /// What its templates have to say to others.
    pub(super) digests: Vec<Kept>,
}

pub(super) enum Outcome {
    Findings(Box<Conversation>, Vec<Finding>),
    Failed(Diagnostic),
    Notice(Diagnostic),
}

impl Job {
    pub(super) fn run(self, asked: &Asked, scratch: &mut Scratch) -> Done {
        let Self { path, whole, context, options, work } = self;
        let lines = matches!(work, Work::Lines(_));
        let mut done = Done { path: path.clone(), context: Some(context.clone()), ..Done::default() };
        let mut take = |record, number: usize| match record {
            Record::Failed(mistake) => done.outcomes.push(Outcome::Failed(mistake)),
            Record::Notice(notice) => done.outcomes.push(Outcome::Notice(notice)),
            Record::Conversation(mut conversation) => {
                done.turns += conversation.turns.len() as u64;
                asked.complete(&mut conversation);
                if let Some(name) = &conversation.scenario {
                    match context.rulebook.scenario(name) {
                        Some(scenario) => conversation.scenario = Some(scenario.id.clone()),
                        // Duties that depend on it would be silent: that must be seen.
                        // A template says where its scenario stands: a rule points at it.
                        None if conversation.metadata.get(Field::Scenario).is_some() => {}
                        None => done.outcomes.push(Outcome::Notice(unknown_scenario(name, options.locale))),
                    }
                }
                let verdict = judge(&context.rulebook, &conversation, path.as_deref(), &options, scratch);
                done.conversations += 1;
                done.replies += verdict.replies as u64;
                for key in verdict.not_evaluated {
                    *done.not_evaluated.entry(key).or_default() += 1;
                }
                if let Some(digest) = verdict.digest {
                    let number = if lines { conversation.chunk.lines_before } else { number };
                    let (path, options, context) = (path.clone(), options.clone(), context.clone());
                    done.digests.push(Kept { path, number, whole, digest, options, context });
                }
                if !verdict.findings.is_empty() {
                    done.outcomes.push(Outcome::Findings(conversation, verdict.findings));
                }
            }
        };
        match work {
            Work::Lines(batch) => batch.conversations(&asked.read).for_each(|record| take(record, 0)),
            Work::Record(record, number) => take(record, number),
        }
        done
    }
}
