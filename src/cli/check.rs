//! `replylint check`: reads, judges on all processors, and reports in the order of the input.

use super::args::{Check, FailOn, Format, Global};
use super::clock::clock;
use super::context::{Context, Contexts};
use super::inputs::{self, Input};
use super::jobs::{Done, Job, Jobs, Outcome, Source, unreadable};
use super::outputs::{self, Sinks};
use super::terminal::Terminal;
use super::together::Together;
use super::{Status, fixing, pool, reports, say, say_masked};
use crate::conversation::read::{self, Limits, Record, RoleLabels};
use crate::conversation::{Conversation, Mode, Role, Turn};
use crate::cue::Scratch;
use crate::judge::{Clock, Finding, Unknown, rfc3339};
use crate::report::{ConversationReport, Masker, NotEvaluated, Setback, Summary};
use crate::source::{Diagnostic, Encoding, Level};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

/// More threads than any machine has processors only cost memory.
const MOST_THREADS: usize = 1024;

/// Runs the command.
pub fn run(check: &Check, global: &Global, terminal: &Terminal) -> io::Result<Status> {
    let outputs = match outputs::settle(check, terminal.ui) {
        Ok(outputs) => outputs,
        Err(mistake) => return Ok(say(terminal, &[mistake])),
    };
    let mut contexts = Contexts::new(&check.book, terminal);
    let mut asked = match Asked::new(check, terminal, &mut contexts) {
        Ok(asked) => asked,
        Err(mistakes) => {
            let masker = contexts.of(None).map_or_else(|_| Masker::off(), |here| masker(check, terminal, &here));
            return Ok(say_masked(terminal, &mistakes, &masker));
        }
    };
    let (mut inputs, missing) = match (&check.text, check.inputs.is_empty()) {
        (Some(_), _) => (vec![Input::Stdin], Vec::new()),
        (None, true) if !io::IsTerminal::is_terminal(&io::stdin()) => (vec![Input::Stdin], Vec::new()),
        (None, true) => {
            let message = terminal.ui.text("cli.no-input", &[]);
            let mistake = Diagnostic::error("cli/no-input", message).help(terminal.ui.text("cli.no-input-help", &[]));
            return Ok(say(terminal, &[mistake]));
        }
        (None, false) => inputs::list(&check.inputs, terminal.ui),
    };
    if let Err(mistake) = outputs::keep_apart(&outputs, &mut inputs, terminal.ui) {
        return Ok(say(terminal, &[mistake]));
    }
    // Settings are settled, and their mistakes said, before any text is read.
    let (mut sources, mut unread) = (Vec::new(), Vec::new());
    let mut mistakes = Vec::new();
    for input in inputs {
        let path = input.path().map(ToOwned::to_owned);
        match contexts.of(path.as_deref()) {
            Ok(context) => {
                let mut options = context.options(path.as_deref(), terminal.locale(), check.lang.map(Into::into));
                match clock(check.as_of.as_deref(), None, &context, terminal) {
                    Ok(clock) => options.clock = Some(clock),
                    Err(mistake) => return Ok(say(terminal, &[*mistake])),
                }
                sources.push(Source { input, context, options: Arc::new(options) });
            }
            Err(found) => {
                mistakes.extend(found);
                let message = terminal.ui.text("cli.settings-broken", &[]);
                unread.push((path, Diagnostic::error("input/settings-broken", message)));
            }
        }
    }
    mistakes.splice(0..0, contexts.warnings.drain(..));
    mistakes.extend(missing.iter().map(|(_, mistake)| mistake.clone()));
    let trouble = say(terminal, &mistakes);
    let unread = unread.into_iter().map(|(path, mistake)| (path.map(|path| path.display().to_string()), mistake));
    let unread: Vec<_> = unread.chain(missing.into_iter().map(|(path, mistake)| (Some(path), mistake))).collect();
    let context = sources.first().map_or_else(|| contexts.of(None), |source| Ok(source.context.clone()));
    let Ok(context) = context else { return Ok(Status::Trouble) };
    if check.diff {
        return Ok(fixing::diff(check, terminal, &sources, &asked)?.max(trouble));
    }
    let filter = check.fix && sources.iter().any(|source| source.input == Input::Stdin);
    let shown = outputs.iter().find(|output| output.file.is_none()).map(|output| output.format);
    if let Some(format) = shown.filter(|format| filter && !format.is_for_people()) {
        return Ok(say(terminal, &[outputs::two("--fix", &outputs::name(format), terminal.ui)]));
    }
    let view = reports::View { check, global, terminal, context: &context, sources: &sources, filter };
    let sinks =
        match Sinks::open(&outputs, || reports::shown(filter), |output| reports::make(&view, output), terminal.ui) {
            Ok(sinks) => sinks,
            Err(mistakes) => return Ok(say(terminal, &mistakes)),
        };
    let unfixed = if check.fix { fixing::run(check, global, terminal, &sources, &mut asked)? } else { Vec::new() };
    let figures = shown.is_none_or(Format::is_log) && !global.quiet;
    let mut run = Run::new(check, terminal, sinks, masker(check, terminal, &context), trouble);
    let clock = sources.first().and_then(|source| source.options.clock.clone());
    run.dated = dated(&context, clock.as_deref());
    for (path, mistake) in &unread {
        run.count_failed(path.as_deref(), mistake);
    }
    for (path, mistake) in unfixed {
        run.failed(path.as_deref(), mistake)?;
    }
    run.sinks.each(|report, out| report.begin(out))?;
    let jobs = sources.iter().flat_map(|source| Jobs::new(source, &asked));
    let single = sources.len() == 1 && matches!(sources[0].input, Input::Stdin) && check.text.is_some();
    let threads = if single { 1 } else { threads(check.threads) };
    let judged = |scratch: &mut Scratch, job: Job| job.run(&asked, scratch);
    pool::ordered(threads, jobs, Scratch::default, judged, |done| run.take(done))?;
    run.finish(&asked, figures, global.verbose)
}

/// How many threads to work on.
pub fn threads(asked: Option<NonZeroUsize>) -> usize {
    let asked = asked.or_else(|| std::thread::available_parallelism().ok());
    asked.map_or(1, |threads| threads.get().min(MOST_THREADS))
}

/// What was asked, settled.
pub struct Asked {
    pub read: read::Options,
    /// What is read instead of standard input: `--text`, or what was fixed.
    pub given: Option<Vec<u8>>,
    /// Turns that come before a draft: the chat so far and what the customer said last.
    before: Vec<Turn>,
    scenario: Option<String>,
}

impl Asked {
    fn new(check: &Check, terminal: &Terminal, contexts: &mut Contexts) -> Result<Self, Vec<Diagnostic>> {
        let ui = terminal.ui;
        let context = contexts.of(None)?;
        let encoding = encoding(check.encoding.as_deref(), ui).map_err(|mistake| vec![*mistake])?;
        let bytes = usize::try_from(context.settings.text_bytes.value).unwrap_or(usize::MAX);
        let labels = RoleLabels::builtin();
        let limits = Limits { text_bytes: bytes, record_bytes: bytes };
        let read = read::Options { kind: check.kind.map(Into::into), encoding, limits, labels: Arc::new(labels) };
        let mut before = match &check.history {
            Some(path) => history(path, &read, ui)?,
            None => Vec::new(),
        };
        before.extend(check.customer.iter().map(|words| Turn::new(Role::Customer, words)));
        for turn in &mut before {
            turn.context = true;
        }
        let scenario = match &check.scenario {
            None => None,
            Some(name) => Some(scenario(name, &context, terminal)?),
        };
        let given = check.text.as_ref().map(|text| text.clone().into_bytes());
        Ok(Self { read, given, before, scenario })
    }

    /// Files are read, and nothing was said about them.
    pub fn files(read: read::Options) -> Self {
        Self { read, given: None, before: Vec::new(), scenario: None }
    }

    /// Adds what was said on the command line to what was read.
    pub fn complete(&self, conversation: &mut Conversation) {
        if self.scenario.is_some() {
            conversation.scenario.clone_from(&self.scenario);
        }
        if conversation.mode != Mode::Transcript && !self.before.is_empty() {
            conversation.turns.splice(0..0, self.before.iter().cloned());
        }
    }
}

/// The encoding of this name, if one is named.
pub fn encoding(label: Option<&str>, ui: crate::report::Ui) -> Result<Option<Encoding>, Box<Diagnostic>> {
    let Some(label) = label else { return Ok(None) };
    let known = encoding_rs::Encoding::for_label(label.as_bytes());
    known.map(Some).ok_or_else(|| {
        let message = ui.text("cli.unknown-encoding", &[("name", label)]);
        let mistake = Diagnostic::error("cli/unknown-encoding", message);
        Box::new(mistake.help(ui.text("cli.unknown-encoding-help", &[])))
    })
}

fn history(path: &Path, options: &read::Options, ui: crate::report::Ui) -> Result<Vec<Turn>, Vec<Diagnostic>> {
    let shown = path.display().to_string();
    let options = read::Options { kind: Some(Mode::Transcript), ..options.clone() };
    let extension = path.extension().and_then(|extension| extension.to_str());
    let file = inputs::open(path, ui).map_err(|error| vec![unreadable(&shown, &error, ui)])?;
    let mut turns = Vec::new();
    for record in read::Reader::new(file, extension, options) {
        match record {
            Record::Conversation(conversation) => turns.extend(conversation.turns),
            Record::Failed(mistake) => return Err(vec![mistake.path(shown)]),
            Record::Notice(_) => {}
        }
    }
    Ok(turns)
}

fn scenario(name: &str, context: &Context, terminal: &Terminal) -> Result<String, Vec<Diagnostic>> {
    if let Some(scenario) = context.rulebook.scenario(name) {
        return Ok(scenario.id.clone());
    }
    let message = terminal.ui.text("cli.unknown-scenario", &[("name", name)]);
    let error = Diagnostic::error("cli/unknown-scenario", message);
    let known = context.rulebook.scenarios.iter().map(|scenario| scenario.id.as_str());
    Err(vec![match crate::source::did_you_mean(name, known) {
        Some(near) => error.help(terminal.ui.text("settings.did-you-mean", &[("name", near)])),
        None => error.help(terminal.ui.text("cli.list-scenarios", &[])),
    }])
}

/// One run: where its findings go and what they come to.
struct Run<'a> {
    check: &'a Check,
    terminal: &'a Terminal,
    sinks: Sinks,
    /// For what is said about inputs.
    masker: Masker,
    summary: Summary,
    not_evaluated: BTreeMap<(String, &'static str), u64>,
    /// Rules that compare with the clock, and the moment they compare with.
    dated: (BTreeSet<String>, Option<String>),
    together: Together,
    /// What the run comes to so far.
    status: Status,
}

impl<'a> Run<'a> {
    fn new(check: &'a Check, terminal: &'a Terminal, sinks: Sinks, masker: Masker, status: Status) -> Self {
        let (summary, not_evaluated, together) = (Summary::default(), BTreeMap::new(), Together::default());
        Self { check, terminal, sinks, masker, summary, not_evaluated, together, dated: <_>::default(), status }
    }

    fn take(&mut self, done: Done) -> io::Result<()> {
        self.summary.conversations += done.conversations;
        self.summary.turns += done.turns;
        self.summary.replies += done.replies;
        if let Some(context) = &done.context {
            for ((rule, reason), count) in done.not_evaluated {
                let key = (context.rulebook.rules[rule].id.clone(), reason_key(reason));
                *self.not_evaluated.entry(key).or_default() += count;
            }
        }
        self.together.add(done.digests);
        for outcome in done.outcomes {
            match outcome {
                Outcome::Findings(conversation, findings) => self.findings(&conversation, &findings)?,
                Outcome::Failed(mistake) => self.failed(done.path.as_deref(), mistake)?,
                Outcome::Notice(notice) => self.notice(done.path.as_deref(), notice)?,
            }
        }
        Ok(())
    }

    fn findings(&mut self, conversation: &Conversation, findings: &[Finding]) -> io::Result<()> {
        self.summary.add_findings(findings);
        if self.summary.as_of.is_none() && findings.iter().any(|finding| self.dated.0.contains(&finding.rule)) {
            self.summary.as_of.clone_from(&self.dated.1);
        }
        if self.check.fail_on.fails(findings) {
            self.status = self.status.max(Status::Findings);
        }
        self.sinks.each(|report, out| report.conversation(out, &ConversationReport { conversation, findings }))
    }

    /// A row that could not be read: said at once, counted, and the run goes on.
    fn failed(&mut self, path: Option<&str>, mistake: Diagnostic) -> io::Result<()> {
        self.count_failed(path, &mistake);
        self.notice(path, mistake)
    }

    /// A part of the input that could not be read and that has been said.
    fn count_failed(&mut self, path: Option<&str>, mistake: &Diagnostic) {
        self.status = Status::Trouble;
        self.summary.failed.push(Setback {
            path: path.map(ToOwned::to_owned),
            line: mistake.line,
            reason: mistake.code.to_owned(),
            message: mistake.message.clone(),
            ..Setback::default()
        });
    }

    /// Something worth saying about an input.
    fn notice(&mut self, path: Option<&str>, notice: Diagnostic) -> io::Result<()> {
        if notice.level == Level::Error {
            self.status = Status::Trouble;
        }
        let notice = match (path, &notice.path) {
            (Some(path), None) => notice.path(path),
            (None, None) => notice.path("<stdin>"),
            _ => notice,
        };
        self.sinks.flush()?;
        say_masked(self.terminal, &[notice], &self.masker);
        Ok(())
    }

    fn finish(mut self, asked: &Asked, figures: bool, verbose: bool) -> io::Result<Status> {
        for (conversation, findings) in std::mem::take(&mut self.together).judge(asked) {
            self.findings(&conversation, &findings)?;
        }
        let ui = self.terminal.ui;
        let rows = std::mem::take(&mut self.not_evaluated).into_iter();
        let rows = rows.map(|((rule, reason), count)| NotEvaluated { rule, reason: ui.text(reason, &[]), count });
        self.summary.not_evaluated = rows.collect();
        self.summary.exit_status = self.status as u8;
        let said = self.sinks.finish(&self.summary)?;
        if figures {
            for line in self.summary.lines(ui, verbose) {
                let _ = writeln!(io::stderr(), "{line}");
            }
        }
        Ok(self.status.max(say(self.terminal, &said)))
    }
}

/// Rules whose findings depend on the moment, which the output then names.
fn dated(context: &Context, clock: Option<&Clock>) -> (BTreeSet<String>, Option<String>) {
    let dated = context.rulebook.rules.iter().filter(|rule| rule.is_dated());
    (dated.map(|rule| rule.id.clone()).collect(), clock.map(|clock| rfc3339(&clock.as_of)))
}

fn reason_key(reason: Unknown) -> &'static str {
    match reason {
        Unknown::NoCustomer => "unknown.no-customer",
        Unknown::NoEnd => "unknown.no-end",
        Unknown::NoTime => "unknown.no-time",
    }
}

/// Private data is hidden, but not from somebody who has just typed it.
pub fn masker(check: &Check, terminal: &Terminal, context: &Arc<Context>) -> Masker {
    let typed = check.text.is_some() || check.inputs.is_empty() || check.inputs == [Path::new("-")];
    if typed && terminal.person { Masker::off() } else { hider(check, context) }
}

/// The same for a file, which may be read by others.
pub fn hider(check: &Check, context: &Arc<Context>) -> Masker {
    if check.show_pii {
        return Masker::off();
    }
    let context = context.clone();
    Masker::new(move |text| context.rulebook.program.private(text))
}

impl FailOn {
    /// Whether findings of this severity fail the run.
    pub fn fails(self, findings: &[Finding]) -> bool {
        self.least().is_some_and(|least| findings.iter().any(|finding| finding.counts() && finding.severity >= least))
    }
}
