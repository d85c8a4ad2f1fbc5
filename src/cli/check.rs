//! `replylint check`: reads, judges on all processors, and reports in the order of the input.

use super::args::{Check, FailOn, Format, Global, WhyFormat};
use super::asked::{Asked, Gathered, Source, masker};
use super::cache::Cache;
use super::cache_key::Names;
use super::cached_file::{Piece, pieces};
use super::compare_templates::{Judged, Together};
use super::context::{Baselines, Context, Contexts};
use super::git::Changes;
use super::inputs::{self, Input};
use super::jobs::{Done, Jobs, Outcome, UNTIMED};
use super::outputs::{self, Output, Sinks};
use super::repeats::Repeats;
use super::suppressions::Accepted;
use super::terminal::Terminal;
use super::why::{self, Question};
use super::{Failure, Status, fixing, reports, say, say_masked, unchanged_templates};
use crate::conversation::{Conversation, Mode};
use crate::cue::Scratch;
use crate::judge::{Clock, Finding, rfc3339};
use crate::pool;
use crate::report::{ConversationReport, Masker, NotEvaluated, Setback, Summary, sanitize_line};
use crate::source::{Diagnostic, Level};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

/// From so many files on, each is one piece of work; with fewer, files are shared out between threads.
const MANY: usize = 20;

/// Runs the command.
pub fn run(check: &Check, global: &Global, terminal: &Terminal) -> Result<Status, Failure> {
    if let Some(rule) = &check.why_not {
        return why_not(check, rule, terminal);
    }
    let outputs = outputs::settle(check, terminal.ui)?;
    let named = check.baseline.clone();
    let baselines = if check.write_baseline { Baselines::Written(named) } else { Baselines::Read(named) };
    let mut contexts = Contexts::with_baselines(&check.book, terminal, baselines).anew(check.no_cache);
    let plan = Plan::new(check, &outputs, &mut contexts, terminal)?;
    let Plan { mut asked, changes, sources, beside, unread, context, status } = plan;
    let clock = sources.first().and_then(|source| source.options.clock.clone());
    let today = clock.as_ref().map(|clock| clock.as_of.date()).unwrap_or_default();
    let mut accepted = Accepted::new(check, &sources, today);
    if check.diff {
        return Ok(fixing::diff(check, terminal, &sources, &asked, &mut accepted)?.max(status));
    }
    let filter = check.fix && sources.iter().any(|source| source.input == Input::Stdin);
    let shown = outputs.iter().find(|output| output.file.is_none()).map(|output| output.format);
    if let Some(format) = shown.filter(|format| filter && !format.is_for_people()) {
        return Err(outputs::two("--fix", &outputs::name(format), terminal.ui).into());
    }
    let view = reports::View { check, global, terminal, context: &context, sources: &sources, filter };
    let sinks = Sinks::open(&outputs, || reports::shown(filter), |output| reports::make(&view, output), terminal.ui)?;
    let unfixed = if check.fix { fixing::run(check, global, terminal, &sources, &mut asked)? } else { Vec::new() };
    let dated = dated(&context, clock.as_deref());
    let as_of = dated.1.clone().filter(|_| accepted.is_dated());
    let changed = changes.as_ref().map(|changes| changes.moves(&check.given.inputs, terminal.ui));
    let mut run = Run {
        check,
        terminal,
        sinks,
        accepted,
        changes,
        masker: masker(&check.given, check.show_pii, terminal, &context),
        summary: Summary { as_of, changed, ..Summary::default() },
        not_evaluated: BTreeMap::new(),
        repeats: Repeats::default(),
        dated,
        together: Together::default(),
        told: BTreeSet::new(),
        met: false,
        status,
    };
    for (path, mistake) in &unread {
        run.count_failed(path.as_deref(), mistake);
    }
    for (path, mistake) in unfixed {
        run.failed(path.as_deref(), mistake)?;
    }
    run.sinks.each(|report, out| report.begin(out))?;
    asked.cache = if check.no_cache { None } else { Cache::open(sources.len() + beside.len()) };
    run.judge(&sources, &beside, &asked)?;
    run.nothing(&sources)?;
    let figures = shown.is_none_or(Format::is_log) && !global.quiet;
    let status = run.finish(&asked, figures, global)?;
    asked.cache.take().into_iter().for_each(Cache::close);
    // The process ends here: freeing a rulebook would take a tenth of a draft's time.
    std::mem::forget((sources, contexts));
    Ok(status)
}

/// What is read, and how: resolved, with all mistakes reported, before any text is read.
struct Plan {
    asked: Asked,
    /// The changes, if only those are checked.
    changes: Option<Changes>,
    sources: Vec<Source>,
    /// Unchanged files to compare with.
    beside: Vec<Source>,
    /// Inputs that cannot be read, by path.
    unread: Vec<(Option<String>, Diagnostic)>,
    /// Of the first source.
    context: Arc<Context>,
    /// The exit status so far.
    status: Status,
}

impl Plan {
    fn new(check: &Check, outputs: &[Output], contexts: &mut Contexts, terminal: &Terminal) -> Result<Self, Failure> {
        let (given, ui) = (&check.given, terminal.ui);
        let mut asked = Asked::new(given, terminal, contexts).map_err(|mistakes| {
            // Diagnostics may quote a history, so they are masked.
            let here = contexts.of(None);
            let masker = here.map_or_else(|_| Masker::off(), |here| masker(given, check.show_pii, terminal, &here));
            say_masked(terminal, &mistakes, &masker);
            Failure::Told(Vec::new())
        })?;
        asked.each = check.write_baseline || check.since.is_some() || check.staged;
        asked.hides = !check.show_pii;
        let mut changes = Changes::asked(check, ui)?;
        let apart = |inputs: &mut Vec<Input>| {
            if check.skip_others {
                inputs::pass_over(inputs);
            }
            outputs::keep_apart(outputs.iter().filter_map(|output| output.file.as_deref()), inputs, ui)
        };
        let gathered = match &changes {
            Some(changes) => asked.gather_from(changes.listed(check, ui)?, given, contexts, terminal, apart)?,
            None => asked.gather(given, contexts, terminal, apart)?,
        };
        let Gathered { sources, mut unread, mut mistakes } = gathered;
        let mut status = Status::Clean;
        if unread.is_empty() && !is_narrowed(check) {
            let files = sources.iter().filter_map(|source| source.input.path());
            let empty = inputs::empty(&given.inputs, &files, inputs::TEMPLATES, ui);
            mistakes.extend(empty.iter().map(|(_, said)| said.clone()));
            if sources.is_empty() {
                unread.extend(empty.into_iter().map(|(path, said)| (Some(path), said)));
                status = Status::Trouble;
            }
        }
        status = status.max(say(terminal, &mistakes));
        let context = sources.first().map_or_else(|| contexts.of(None), |source| Ok(source.context.clone()))?;
        if check.write_baseline
            && !sources.is_empty()
            && !sources.iter().any(|source| source.context.settings.baseline.value.is_some())
        {
            let mistake = Diagnostic::error("cli/no-baseline", ui.text("baseline.no-file", &[]));
            return Err(mistake.help(ui.text("baseline.no-file-help", &[])).into());
        }
        let beside = unchanged_templates::of(check, changes.as_mut(), &sources, &mut asked, contexts, terminal)?;
        Ok(Self { asked, changes, sources, beside, unread, context, status })
    }
}

/// Whether a run without any input is fine.
fn is_narrowed(check: &Check) -> bool {
    check.skip_others || check.since.is_some() || check.staged
}

/// Explains why a rule finds nothing.
fn why_not(check: &Check, rule: &str, terminal: &Terminal) -> Result<Status, Failure> {
    let machine = matches!(check.format, Some(Format::Json | Format::Jsonl));
    let format = if machine { WhyFormat::Jsonl } else { WhyFormat::Pretty };
    let question = Question { rule, line: None, format, show_pii: check.show_pii };
    why::run(&question, &check.given, &check.book, terminal)
}

/// One run: where its findings go, and its totals.
struct Run<'a> {
    check: &'a Check,
    terminal: &'a Terminal,
    sinks: Sinks,
    /// Waivers, baselines and appeals.
    accepted: Accepted,
    /// The changes, if only those are checked.
    changes: Option<Changes>,
    /// Masks diagnostics about inputs.
    masker: Masker,
    summary: Summary,
    not_evaluated: BTreeMap<(String, &'static str), u64>,
    /// Ids of transcripts.
    repeats: Repeats,
    /// Rules that compare with the clock, and the moment they compare with.
    dated: (BTreeSet<String>, Option<String>),
    together: Together<'a>,
    /// What is told once a file.
    told: BTreeSet<(&'static str, Option<String>)>,
    /// Whether anything was read, or reported as unreadable.
    met: bool,
    /// The exit status so far.
    status: Status,
}

impl<'a> Run<'a> {
    /// Judges all sources; the unchanged files in `beside` are only compared with.
    fn judge(&mut self, sources: &'a [Source], beside: &'a [Source], asked: &'a Asked) -> io::Result<()> {
        let single = sources.len() == 1 && matches!(sources[0].input, Input::Stdin) && self.check.given.text.is_some();
        let threads = if single { 1 } else { pool::threads(self.check.threads) };
        let mut names = asked.cache.as_ref().map(|_| Names::new(asked));
        let many = sources.len() + beside.len() >= MANY;
        let work = sources.iter().flat_map(|source| {
            let namer = names.as_mut().and_then(|names| names.of(source));
            pieces(source, asked, many, namer)
        });
        let mut scratch = Scratch::default();
        let judge = |scratch: &mut Scratch, piece| Piece::run(piece, asked, scratch);
        pool::ordered(threads, work, Scratch::default, judge, |done| match done {
            Ok(done) => self.take(done),
            Err(source) => Jobs::new(source, asked).try_for_each(|job| self.take(job.run(asked, &mut scratch))),
        })?;
        if !self.together.is_empty() {
            unchanged_templates::add(beside, asked, threads, &mut self.together);
        }
        Ok(())
    }

    fn take(&mut self, mut done: Done<'a>) -> io::Result<()> {
        self.summary.conversations += done.conversations;
        self.summary.turns += done.turns;
        self.summary.replies += done.replies;
        done.ids.drain(..).for_each(|id| self.repeats.add(id));
        let is_note = |outcome: &Outcome| matches!(outcome, Outcome::Notice(notice) if notice.level == Level::Note);
        self.met |= done.conversations > 0 || !done.outcomes.iter().all(is_note);
        let context = &done.source.context;
        self.accepted.note(context, &done.used_waivers, done.not_evaluated.keys().map(|(rule, _)| *rule));
        for ((rule, reason), count) in std::mem::take(&mut done.not_evaluated) {
            if let Some(rule) = context.rulebook.rules.get(rule) {
                *self.not_evaluated.entry((rule.id.clone(), reason.key())).or_default() += count;
            }
        }
        self.together.add(&mut done);
        for outcome in done.outcomes {
            match outcome {
                Outcome::Findings(conversation, mut findings) => {
                    self.accepted.take(context, done.path.as_deref(), &mut findings, &self.masker);
                    self.changed(done.path.as_deref(), &conversation, &mut findings);
                    if !findings.is_empty() {
                        self.findings(&conversation, &findings)?;
                    }
                }
                Outcome::Remarks(file, mut findings) => {
                    self.changed(done.path.as_deref(), &file, &mut findings);
                    if !findings.is_empty() {
                        self.findings(&file, &findings)?;
                    }
                }
                Outcome::Failed(mistake) => self.failed(done.path.as_deref(), mistake)?,
                Outcome::Notice(notice) => self.notice(done.path.as_deref(), notice)?,
            }
        }
        Ok(())
    }

    /// Drops findings on unchanged lines.
    fn changed(&self, path: Option<&str>, conversation: &Conversation, findings: &mut Vec<Finding>) {
        let (Some(changes), Some(path)) = (&self.changes, path) else { return };
        let changed = changes.of_shown(path);
        findings.retain(|finding| changed.is_some_and(|changed| changed.touches_finding(conversation, finding)));
    }

    fn findings(&mut self, conversation: &Conversation, findings: &[Finding]) -> io::Result<()> {
        self.summary.add_findings(conversation, findings);
        self.unwritten(conversation, findings)?;
        if self.summary.as_of.is_none() && findings.iter().any(|finding| self.dated.0.contains(&finding.rule)) {
            self.summary.as_of.clone_from(&self.dated.1);
        }
        if self.check.fail_on.fails(findings) {
            self.status = self.status.max(Status::Findings);
        }
        self.sinks.each(|report, out| report.conversation(out, &ConversationReport { conversation, findings }))
    }

    /// Reports once for each workbook, and each file of chats, that its fixes are left to people.
    fn unwritten(&mut self, conversation: &Conversation, findings: &[Finding]) -> io::Result<()> {
        let sent = conversation.mode == Mode::Transcript;
        let in_workbook = |finding: &Finding| finding.cell.is_some() && finding.location.is_none();
        let kept = |finding: &&Finding| !finding.fixes.is_empty() && (sent || in_workbook(finding));
        let Some(one) = findings.iter().find(kept).filter(|_| self.check.fix) else { return Ok(()) };
        let path = one.path.clone();
        let (code, key) = if sent { ("fix/transcript", "fix.transcript") } else { ("fix/workbook", "fix.workbook") };
        let notice = Diagnostic::warning(code, self.terminal.ui.text(key, &[]));
        if self.told.insert((notice.code, path.clone())) { self.said(path.as_deref(), notice) } else { Ok(()) }
    }

    /// Reports folders of files none of which is a text for us: they may be the wrong ones.
    fn nothing(&mut self, sources: &[Source]) -> io::Result<()> {
        if self.met || sources.is_empty() || !sources.iter().all(Source::is_found) || is_narrowed(self.check) {
            return Ok(());
        }
        for named in &self.check.given.inputs {
            let (path, said) = inputs::nothing(named, inputs::TEMPLATES, self.terminal.ui);
            self.broken(Some(&path), &said);
            self.said(Some(&path), said)?;
        }
        Ok(())
    }

    /// Reports and counts a row that could not be read; the run goes on.
    fn failed(&mut self, path: Option<&str>, mistake: Diagnostic) -> io::Result<()> {
        self.count_failed(path, &mistake);
        self.said(path, mistake)
    }

    /// Counts a part of the input that could not be read and has been reported.
    fn count_failed(&mut self, path: Option<&str>, mistake: &Diagnostic) {
        self.accepted.failed(path);
        self.broken(path, mistake);
    }

    /// Whatever makes the exit status 2 is reported in every format.
    fn broken(&mut self, path: Option<&str>, mistake: &Diagnostic) {
        self.status = Status::Trouble;
        self.summary.failed.push(Setback {
            path: path.map(ToOwned::to_owned),
            line: mistake.first_line(),
            reason: mistake.code.to_owned(),
            message: self.terminal.ui.wording(&mistake.message),
            ..Setback::default()
        });
    }

    /// Reports a notice about an input.
    fn notice(&mut self, path: Option<&str>, notice: Diagnostic) -> io::Result<()> {
        if notice.level == Level::Error {
            self.broken(path, &notice);
        }
        if notice.code == UNTIMED && !self.told.insert((UNTIMED, path.map(ToOwned::to_owned))) {
            return Ok(());
        }
        self.said(path, notice)
    }

    fn said(&mut self, path: Option<&str>, notice: Diagnostic) -> io::Result<()> {
        let notice = match (path, &notice.path) {
            (Some(path), None) => notice.path(path),
            (None, None) => notice.path(if self.check.given.text.is_some() { "--text" } else { "<stdin>" }),
            _ => notice,
        };
        self.sinks.flush()?;
        say_masked(self.terminal, &[notice], &self.masker);
        Ok(())
    }

    fn finish(mut self, asked: &Asked, figures: bool, global: &Global) -> io::Result<Status> {
        for Judged { path, context, conversation, mut findings, used_waivers, .. } in
            std::mem::take(&mut self.together).judge(asked, self.check.threads, self.changes.as_ref())
        {
            self.accepted.note(&context, &used_waivers, std::iter::empty());
            self.accepted.take(&context, path.as_deref(), &mut findings, &self.masker);
            if !findings.is_empty() {
                self.findings(&conversation, &findings)?;
            }
        }
        let ui = self.terminal.ui;
        if let Some(repeats) = self.repeats.warning(ui, asked.read.shelf.is_some()) {
            self.sinks.flush()?;
            say(self.terminal, &[repeats]);
        }
        for (file, findings) in self.accepted.remarks(ui) {
            self.findings(&file, &findings)?;
        }
        if self.check.write_baseline {
            let said = self.accepted.write(ui)?;
            self.sinks.flush()?;
            for line in said.iter().filter(|_| !global.quiet) {
                let _ = writeln!(io::stderr(), "{}", sanitize_line(line));
            }
        }
        let rows = std::mem::take(&mut self.not_evaluated).into_iter();
        let rows = rows.map(|((rule, reason), count)| NotEvaluated { rule, reason: ui.text(reason, &[]), count });
        self.summary.not_evaluated = rows.collect();
        self.summary.exit_status = self.status as u8;
        let said = self.sinks.finish(&self.summary)?;
        if figures {
            for line in self.summary.lines(ui, global.verbose) {
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

impl FailOn {
    /// Whether findings of this severity fail the run.
    pub fn fails(self, findings: &[Finding]) -> bool {
        self.least().is_some_and(|least| findings.iter().any(|finding| finding.counts() && finding.severity >= least))
    }
}
