//! The work of a check in pieces: what one thread takes at a time, and its result.

use super::asked::{Asked, Source};
use super::context::Context;
use super::inputs::unreadable;
use super::open::{self, Opened};
use super::{remarks, repeats};
use crate::conversation::read::{self, Batch, Record};
use crate::conversation::{Conversation, HiddenTurns, Mode, Origin};
use crate::cue::Scratch;
use crate::judge::{Digest, Finding, Unknown, is_time, judge};
use crate::report::{Ui, unknown_scenario};
use crate::source::{Diagnostic, Span, wording};
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::sync::Arc;

/// The warning about a time that cannot be read, told once a file.
pub(super) const UNTIMED: &str = "input/unreadable-time";
/// Bytes of JSONL that one thread takes at a time.
const BATCH: usize = 256 << 10;

/// A piece of work for one thread.
pub(super) struct Job<'a> {
    pub(super) source: &'a Source,
    pub(super) path: Option<Arc<str>>,
    pub(super) work: Work,
}

pub(super) enum Work {
    Lines(Box<Batch>),
    /// A record, and how many conversations of the file stand before it.
    Record(Record, usize),
}

/// The work of one source, piece by piece.
pub(super) struct Jobs<'a> {
    source: &'a Source,
    path: Option<Arc<str>>,
    input: Option<Opened<'a>>,
    conversations: usize,
}

impl<'a> Jobs<'a> {
    pub(super) fn new(source: &'a Source, asked: &'a Asked) -> Self {
        let input = match opened(source, asked) {
            Ok(input) => input,
            Err(mistake) => read::Input::Text([Record::Failed(mistake)].into()),
        };
        Self::of(source, input)
    }

    /// The work of a source that is open.
    pub(super) fn of(source: &'a Source, input: Opened<'a>) -> Self {
        Self { source, path: source.shown(), input: Some(input), conversations: 0 }
    }
}

fn opened<'a>(source: &'a Source, asked: &'a Asked) -> Result<Opened<'a>, Diagnostic> {
    let Some(path) = source.input.path() else {
        let reader: Box<dyn BufRead> = match &asked.given {
            Some(bytes) => Box::new(&bytes[..]),
            None => {
                source.input.stdin().map_err(|error| unreadable("<stdin>", &error, Ui::new(source.options.locale)))?
            }
        };
        let opened = open::reader(reader, None, &source.read);
        return opened.map_err(|error| unreadable("<stdin>", &error, Ui::new(source.options.locale)));
    };
    let extension = path.extension().and_then(|extension| extension.to_str());
    if let Some(bytes) = &source.bytes {
        return Ok(read::open(Box::new(&**bytes), extension, &source.read));
    }
    let ui = Ui::new(source.options.locale);
    let opened = open::file(path, &source.read, ui, &open::nobody());
    opened.map_err(|error| unreadable(&path.display().to_string(), &error, ui))
}

impl<'a> Iterator for Jobs<'a> {
    type Item = Job<'a>;

    fn next(&mut self) -> Option<Job<'a>> {
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
        Some(Job { source: self.source, path: self.path.clone(), work })
    }
}

/// The result of a job.
pub(super) struct Done<'a> {
    pub(super) source: &'a Source,
    pub(super) path: Option<Arc<str>>,
    /// In the order of the input.
    pub(super) outcomes: Vec<Outcome>,
    pub(super) conversations: u64,
    pub(super) turns: u64,
    pub(super) replies: u64,
    /// The ids of its transcripts, as they are counted.
    pub(super) ids: Vec<u64>,
    pub(super) not_evaluated: BTreeMap<(usize, Unknown), u64>,
    /// Waivers of the settings that matched, by their numbers.
    pub(super) used_waivers: Vec<usize>,
    /// The digests of its templates.
    pub(super) digests: Digests,
    /// The cache key of its file's result, if it has one.
    pub(super) name: Option<u128>,
    /// Whether every conversation read was a template.
    pub(super) templates: bool,
    /// Whether a time that cannot be read has been told.
    untimed: bool,
}

pub(super) enum Outcome {
    Findings(Box<Conversation>, Vec<Finding>),
    /// Remarks about the waivers in a text, placed in its file.
    Remarks(Box<Conversation>, Vec<Finding>),
    Failed(Diagnostic),
    Notice(Diagnostic),
}

/// Digests of templates, each with its number in its file.
pub(super) enum Digests {
    Known(Vec<(usize, Digest)>),
    /// They are in the cache, and not loaded yet.
    Kept,
}

impl<'a> Done<'a> {
    pub(super) fn new(source: &'a Source, path: Option<Arc<str>>) -> Self {
        Self {
            source,
            path,
            outcomes: Vec::new(),
            conversations: 0,
            turns: 0,
            replies: 0,
            ids: Vec::new(),
            not_evaluated: BTreeMap::new(),
            used_waivers: Vec::new(),
            digests: Digests::Known(Vec::new()),
            name: None,
            templates: true,
            untimed: false,
        }
    }

    /// Judges a record and adds the result. `number` is its index in its file.
    fn add(&mut self, record: Record, number: Option<usize>, asked: &Asked, scratch: &mut Scratch) {
        let mut conversation = match record {
            Record::Failed(mistake) => return self.outcomes.push(Outcome::Failed(mistake)),
            Record::Notice(notice) => return self.outcomes.push(Outcome::Notice(notice)),
            Record::Conversation(conversation) => conversation,
        };
        let Source { context, options, .. } = self.source;
        self.templates &= conversation.mode == Mode::Template;
        let verdict = judge(&context.rulebook, &conversation, self.path.as_deref(), options, scratch);
        self.conversations += 1;
        // Chats copied from a window seldom tell the date, and one warning a piece is enough.
        if !self.untimed
            && is_written(self.source)
            && let Some(notice) = untimed(&conversation, context)
        {
            self.untimed = true;
            self.outcomes.push(Outcome::Notice(notice));
        }
        self.ids.extend(repeats::of(&conversation, self.path.as_deref()));
        self.turns += verdict.turns as u64;
        self.replies += verdict.replies as u64;
        self.used_waivers.extend(verdict.used_waivers);
        for key in verdict.not_evaluated {
            *self.not_evaluated.entry(key).or_default() += 1;
        }
        if let (Some(digest), Digests::Known(digests)) = (verdict.digest, &mut self.digests) {
            digests.push((number.unwrap_or(conversation.chunk.lines_before), digest));
        }
        let about = (!verdict.remarks.is_empty()).then(|| {
            let (path, ui) = (self.path.as_deref(), Ui::new(options.locale));
            let (chunk, remarks) = (&conversation.chunk, &verdict.remarks);
            let unmapped = conversation.turns.iter().find(|turn| turn.origin == Origin::Unmapped);
            let (file, found) = match unmapped.and_then(|turn| turn.cell.as_ref()) {
                Some(cell) => remarks::in_cell(chunk, cell, path, remarks, ui),
                None => remarks::findings(chunk, path, remarks, ui),
            };
            Outcome::Remarks(Box::new(file), found)
        });
        if !verdict.findings.is_empty() {
            if asked.hides {
                conversation.private = private(&conversation, &verdict.findings, context);
            }
            self.outcomes.push(Outcome::Findings(conversation, verdict.findings));
        }
        self.outcomes.extend(about);
    }
}

/// Whether programs write such files, with times for programs.
fn is_written(source: &Source) -> bool {
    let extension = source.input.path().and_then(|path| path.extension()).and_then(|extension| extension.to_str());
    extension.is_some_and(|name| !["txt", "md", "markdown", "log"].contains(&name.to_ascii_lowercase().as_str()))
}

/// A warning for a message's time that cannot be read: what depends on it is not checked.
fn untimed(conversation: &Conversation, context: &Context) -> Option<Diagnostic> {
    let call = context.rulebook.program.is_call(conversation.channel.as_deref());
    let times =
        conversation.turns.iter().filter_map(|turn| turn.time.as_deref().filter(|time| !time.trim().is_empty()));
    let time = times.into_iter().find(|time| !is_time(call, time))?;
    let message = wording!("the time “{time}” cannot be read; what depends on it is not checked", time);
    let help = wording!("write times as 2026-03-02 09:15:00");
    Some(Diagnostic::warning(UNTIMED, message).line(conversation.chunk.lines_before + 1).help(help))
}

/// Private data in the turns with findings. Found here, on many threads, and kept: reports are written by one thread.
fn private(conversation: &Conversation, findings: &[Finding], context: &Arc<Context>) -> BTreeMap<usize, Vec<Span>> {
    let masker = context.masker(false);
    let turns = HiddenTurns::new(&masker, conversation);
    let related = findings.iter().flat_map(|finding| finding.related.iter().map(|related| related.turn));
    let spoken_of: BTreeSet<usize> = findings.iter().map(|finding| finding.turn).chain(related).collect();
    spoken_of.into_iter().map(|turn| (turn, turns.of(turn))).collect()
}

impl<'a> Job<'a> {
    /// Calls `take` for each record, after adding the command line's context to conversations.
    pub(super) fn each(self, asked: &Asked, mut take: impl FnMut(Record)) {
        let Source { context, options, read, .. } = self.source;
        let mut complete = |record| {
            let Record::Conversation(mut conversation) = record else { return take(record) };
            asked.complete(&mut conversation);
            // Rules that depend on the scenario would be silent, so report it.
            if let Some(name) = context.rulebook.settle_scenario(&mut conversation) {
                take(Record::Notice(unknown_scenario(&name, Ui::new(options.locale))));
            }
            take(Record::Conversation(conversation));
        };
        match self.work {
            Work::Lines(batch) => batch.conversations(read).for_each(&mut complete),
            Work::Record(record, _) => complete(record),
        }
    }

    /// Its index among the conversations of its file; lines carry the number of lines before them instead.
    pub(super) fn number(&self) -> Option<usize> {
        match self.work {
            Work::Record(_, before) => Some(before),
            Work::Lines(_) => None,
        }
    }

    /// Judges it and adds the result.
    pub(super) fn judge(self, asked: &Asked, scratch: &mut Scratch, done: &mut Done) {
        let number = self.number();
        self.each(asked, |record| done.add(record, number, asked, scratch));
    }

    pub(super) fn run(self, asked: &Asked, scratch: &mut Scratch) -> Done<'a> {
        let mut done = Done::new(self.source, self.path.clone());
        self.judge(asked, scratch, &mut done);
        done
    }
}
