//! Tries rulebooks on many texts: `rules diff` and `rules test --coverage`.

use super::args::{FigureFormat, Given};
use super::asked::{Asked, Gathered, Source, masker};
use super::context::{Context, Contexts, read as read_file, unknown_rule};
use super::jobs::{Job, Jobs};
use super::terminal::Terminal;
use super::{Failure, Status, books, say, say_masked};
use crate::audit::{Auditor, Names, RuleInfo, Score, Scorecard};
use crate::conversation::Conversation;
use crate::conversation::read::Record;
use crate::cue::Scratch;
use crate::judge::{Finding, Options, judge};
use crate::pool;
use crate::report::{Masker, comparison_markdown, coverage_markdown, masked, sanitize};
use crate::rulebook::names;
use crate::settings::scorecards;
use crate::source::{Diagnostic, Level};
use crate::workshop::{Comparison, Coverage, Seen};
use jiff::tz::TimeZone;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `rules diff` was asked.
pub struct Question<'a> {
    pub old: &'a str,
    pub new: &'a str,
    pub inputs: &'a [PathBuf],
    pub format: FigureFormat,
    pub examples: usize,
    pub show_pii: bool,
    pub threads: Option<NonZeroUsize>,
    /// Patterns of the rules that count; none: all.
    pub select: Option<&'a [String]>,
    pub ignore: &'a [String],
}

/// Compares two rulebooks on texts. Exit status 1: they differ.
pub fn diff(question: &Question, terminal: &Terminal) -> Result<Status, Failure> {
    let (old, new, mut status) = rulebooks(question, terminal)?;
    let named = |patterns: &[String], id: &str| patterns.iter().any(|pattern| names(pattern, id));
    let asked = |id: &str| question.select.is_none_or(|select| named(select, id)) && !named(question.ignore, id);
    let mut comparison = Comparison::new(&old.rulebook, &new.rulebook, question.examples, asked);
    let given = Given { inputs: question.inputs.to_vec(), ..Given::default() };
    let masker = masker(&given, question.show_pii, terminal, &new);
    let before = |source: &Source| {
        let mut options = old.options(source.input.path(), terminal.locale(), None);
        options.clock.clone_from(&source.options.clock);
        Arc::new(options)
    };
    let (old, new) = (Marking::of(&old, terminal)?, Marking::of(&new, terminal)?);
    let auditors = (old.auditor(), new.auditor());
    let work = |scratch: &mut (Scratch, Scratch),
                source: &(Source, Arc<Options>),
                path: Option<&str>,
                conversation: Box<Conversation>| {
        let (_, old) = old.side(&auditors.0, &conversation, path, &source.1, &mut scratch.0);
        let (replies, new) = new.side(&auditors.1, &conversation, path, &source.0.options, &mut scratch.1);
        Judged { conversation, replies, old, new }
    };
    let take = |Judged { conversation, replies, old, new }| {
        comparison.add(&conversation, replies, &old.findings, &new.findings);
        for before in &old.scores {
            let same = |now: &&Score| (&now.scorecard, &now.agent) == (&before.scorecard, &before.agent);
            let marked = |score: &Score| Some((score.percent?.0, score.passed?));
            if let Some((then, now)) = marked(before).zip(new.scores.iter().find(same).and_then(marked)) {
                comparison.score(&before.scorecard, then, now);
            }
        }
    };
    let corpus = Corpus { given: &given, context: new.context, threads: question.threads, masker: &masker, terminal };
    status = status.max(corpus.each(before, Scratch::default, work, take)?);
    comparison.finish();
    masked(&mut comparison, &masker);
    let text = match question.format {
        FigureFormat::Markdown => sanitize(&comparison_markdown(&comparison, terminal.ui)).into_owned(),
        FigureFormat::Json => json(&comparison)?,
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if comparison.differs() { status.max(Status::Findings) } else { status })
}

/// The two rulebooks, and the exit status that their warnings give.
fn rulebooks(question: &Question, terminal: &Terminal) -> Result<(Arc<Context>, Arc<Context>, Status), Failure> {
    let (mut doubts, mut mistakes) = (Vec::new(), Vec::new());
    let mut book = |name| match books::named(name, terminal) {
        Ok((context, warnings)) => {
            doubts.extend(warnings);
            Some(context)
        }
        Err(found) => {
            mistakes.extend(found);
            None
        }
    };
    let (old, new) = (book(question.old), book(question.new));
    let status = say(terminal, &doubts);
    let (Some(old), Some(new)) = (old, new) else { return Err(mistakes.into()) };
    let ids = || old.rulebook.rules.iter().chain(&new.rulebook.rules).map(|rule| rule.id.as_str());
    let mut patterns = question.select.unwrap_or_default().iter().chain(question.ignore);
    match patterns.find(|pattern| !ids().any(|id| names(pattern, id))) {
        Some(pattern) => Err(unknown_rule(pattern, &new.rulebook, terminal.ui).into()),
        None => Ok((old, new, status)),
    }
}

/// A conversation under both rulebooks.
struct Judged {
    conversation: Box<Conversation>,
    replies: usize,
    old: Side,
    new: Side,
}

/// One rulebook's findings in a conversation, and the score they give.
struct Side {
    findings: Vec<Finding>,
    scores: Vec<Score>,
}

/// What scores are made with: the default scorecards, or those of the settings that a rulebook was named by.
struct Marking<'a> {
    context: &'a Arc<Context>,
    options: Options,
    zone: TimeZone,
    rules: Vec<RuleInfo>,
    cards: Vec<Scorecard>,
    masker: Masker,
}

impl<'a> Marking<'a> {
    fn of(context: &'a Arc<Context>, terminal: &Terminal) -> Result<Self, Vec<Diagnostic>> {
        let options = context.options(None, terminal.locale(), None);
        let rules = RuleInfo::all(&context.rulebook, &options);
        let read = &mut |path: &Path| read_file(path, terminal.ui);
        let (cards, _) = scorecards(&[], &context.settings, &rules, terminal.ui, read)?;
        Ok(Self { context, options, zone: TimeZone::UTC, rules, cards, masker: Masker::off() })
    }

    fn auditor(&self) -> Auditor<'_> {
        let rules = (&self.rules[..], &self.cards[..]);
        Auditor::new((&self.context.rulebook, &self.options), &self.zone, rules, &self.masker)
    }

    /// This rulebook's findings in a conversation, and how many replies that has.
    fn side(
        &self,
        auditor: &Auditor,
        conversation: &Conversation,
        path: Option<&str>,
        options: &Options,
        scratch: &mut Scratch,
    ) -> (usize, Side) {
        let scores = auditor.row(conversation.clone(), path, scratch).public(&mut Names::default()).scores;
        let verdict = judge(&self.context.rulebook, conversation, path, options, scratch);
        (verdict.replies, Side { findings: verdict.findings, scores })
    }
}

/// Counts how often rules and cues are found in texts; only those that `wanted` names, if it names any.
pub fn coverage(
    inputs: &[PathBuf],
    context: &Arc<Context>,
    wanted: &dyn Fn(&str) -> bool,
    format: FigureFormat,
    terminal: &Terminal,
) -> Result<Status, Failure> {
    let rulebook = &context.rulebook;
    let rules = rulebook.rules.iter().map(|rule| rule.id.clone()).filter(|id| wanted(id));
    let cues = rulebook.program.names().map(str::to_owned).filter(|name| wanted(name));
    let mut coverage = Coverage::new(rules, cues);
    let given = Given { inputs: inputs.to_vec(), ..Given::default() };
    let masker = masker(&given, false, terminal, context);
    let work = |scratch: &mut (Scratch, Scratch),
                source: &(Source, ()),
                path: Option<&str>,
                conversation: Box<Conversation>| {
        let options = &source.0.options;
        let verdict = judge(rulebook, &conversation, path, options, &mut scratch.0);
        Seen::of(rulebook, &conversation, &verdict.findings, &options.lists, &mut scratch.1)
    };
    let corpus = Corpus { given: &given, context, threads: None, masker: &masker, terminal };
    let status = corpus.each(|_| (), Scratch::thorough, work, |seen| coverage.add(&seen))?;
    let text = match format {
        FigureFormat::Markdown => sanitize(&coverage_markdown(&coverage, terminal.ui)).into_owned(),
        FigureFormat::Json => json(&coverage)?,
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(status)
}

fn json(value: &impl serde::Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(value).map(|text| text + "\n")
}

/// Texts to go through under one rulebook, on all processors, in the order of the input.
struct Corpus<'a> {
    given: &'a Given,
    context: &'a Arc<Context>,
    threads: Option<NonZeroUsize>,
    masker: &'a Masker,
    terminal: &'a Terminal,
}

impl Corpus<'_> {
    /// Calls `work` for each conversation on some thread, and `take` with the results in order. `more` is what an input
    /// needs besides its settings, `scratch` makes a thread's second scratch. Reports what cannot be read and goes on.
    fn each<M: Sync, O: Send>(
        &self,
        more: impl Fn(&Source) -> M,
        scratch: impl Fn() -> Scratch + Sync,
        work: impl Fn(&mut (Scratch, Scratch), &(Source, M), Option<&str>, Box<Conversation>) -> O + Sync,
        mut take: impl FnMut(O),
    ) -> Result<Status, Failure> {
        let plain = super::args::Book { no_config: true, ..super::args::Book::default() };
        let mut contexts = Contexts::new(&plain, self.terminal);
        let asked = Asked::new(self.given, self.terminal, &mut contexts)?;
        let Gathered { sources, unread, mistakes } =
            asked.gather(self.given, &mut contexts, self.terminal, |_| Ok(()))?;
        let mut status = say(self.terminal, &mistakes);
        if !unread.is_empty() {
            status = Status::Trouble;
        }
        // Every text is judged by the rulebook in question, whatever settings lie beside it.
        let sources: Vec<(Source, M)> = sources
            .into_iter()
            .map(|source| {
                let mut options = self.context.options(source.input.path(), self.terminal.locale(), None);
                options.clock.clone_from(&source.options.clock);
                let source = Source { context: self.context.clone(), options: Arc::new(options), ..source };
                let more = more(&source);
                (source, more)
            })
            .collect();
        let numbered = sources.iter().enumerate();
        let jobs = numbered.flat_map(|(number, (source, _))| Jobs::new(source, &asked).map(move |job| (number, job)));
        let judged = |scratch: &mut (Scratch, Scratch), (number, job): (usize, Job)| {
            let source = &sources[number];
            let path = job.path.clone();
            let (mut done, mut said) = (Vec::new(), Vec::new());
            job.each(&asked, |record| match record {
                Record::Conversation(conversation) => done.push(work(scratch, source, path.as_deref(), conversation)),
                Record::Failed(mistake) | Record::Notice(mistake) => {
                    said.push(mistake.path(path.as_deref().unwrap_or("<stdin>")));
                }
            });
            (done, said)
        };
        pool::ordered(
            pool::threads(self.threads),
            jobs,
            || (Scratch::default(), scratch()),
            judged,
            |(done, said): (Vec<O>, Vec<Diagnostic>)| {
                if said.iter().any(|mistake| mistake.level == Level::Error) {
                    status = Status::Trouble;
                }
                say_masked(self.terminal, &said, self.masker);
                done.into_iter().for_each(&mut take);
                Ok::<(), io::Error>(())
            },
        )?;
        Ok(status)
    }
}
