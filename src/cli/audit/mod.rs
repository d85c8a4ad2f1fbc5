//! `replylint audit`: reads inputs on all processors; writes rows, findings and figures in the order of the input.

mod again;
mod agent_sheets;
mod outgoing;
mod outputs;
mod progress;
mod reports;
mod returned;
mod review;
mod run;
pub mod sheet;
mod sources;
pub mod store;
mod written;

use super::args::{self, Global};
use super::context::{Context, Contexts, packs, read as read_file};
use super::inputs::Input;
use super::promises::{self, Reading};
use super::terminal::Terminal;
use super::{Failure, Status, inputs, say, shelf, write};
use crate::audit::sample::Plan;
use crate::audit::{Entry, Names, Outcomes, RuleInfo};
use crate::conversation::Mode;
use crate::conversation::read::{self, Limits};
use crate::judge::{Clock, rfc3339};
use crate::pool;
use crate::report::{self, Ui};
use crate::rulebook::Pack;
use crate::settings::{clock, scorecards, time_zone};
use crate::source::{Diagnostic, Encoding};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Runs the command.
pub fn run(asked: &args::Audit, global: &Global, terminal: &Terminal) -> Result<Status, Failure> {
    let reviews = !asked.review.is_empty();
    let done = if reviews { review::run(asked, global.quiet, terminal) } else { audited(asked, global, terminal) };
    done.map_err(|failure| match failure {
        Failure::Io(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let help = if reviews { "output.full-help" } else { "output.full-resume" };
            write::failed(&error, Some(&asked.out), help, terminal.ui).into()
        }
        other => other,
    })
}

fn audited(asked: &args::Audit, global: &Global, terminal: &Terminal) -> Result<Status, Failure> {
    let ui = terminal.ui;
    if asked.out.exists() && !asked.out.is_dir() {
        let message = ui.text("output.not-folder", &[("path", &asked.out.display().to_string())]);
        let mistake = Diagnostic::error("output/not-folder", message);
        return Err(mistake.help(ui.text("output.not-folder-help", &[])).into());
    }
    let refused = written::refusal(&asked.out, ui).map_err(|error| write::unwritable(&asked.out, &error, ui))?;
    if let Some(refused) = refused.filter(|_| !asked.force) {
        return Err(refused.into());
    }
    let plans = plans(&asked.sample, ui)?;
    let mut contexts = Contexts::new(&asked.book, terminal);
    let context = contexts.of(asked.inputs.first().map(std::path::PathBuf::as_path))?;
    let mut status = say(terminal, &contexts.warnings);
    let (mut files, missing) = inputs::list(&asked.inputs, inputs::LOGS, ui);
    // The output of an earlier audit is not input.
    files.retain(|file| file.path().is_none_or(|path| !path.starts_with(&asked.out)));
    let settled = settle(asked, plans, &context, global.quiet, terminal)?;
    status = status.max(inputs::tell(&asked.inputs, &files, missing, inputs::LOGS, terminal));
    if files.is_empty() {
        return Ok(status);
    }
    // The ledger reads the inputs a second time.
    let _stored = if asked.promises { inputs::store_stdin(&mut files)? } else { None };
    let mut names = inputs::names(&files, &settled.newcomers, &settled.masker);
    status = status.max(run::run(&settled, &files, &mut names)?);
    // An audit that was refused leaves nothing to report.
    if !asked.out.join("summary.json").is_file() {
        return Ok(status);
    }
    let entries = match settled.clock.as_ref().filter(|_| asked.promises) {
        Some(clock) => {
            let (entries, heard) = ledger(asked, (&files, clock), &settled, &context, &mut names)?;
            status = status.max(heard);
            let outcomes = Outcomes::of(&entries.iter().collect::<Vec<_>>(), &rfc3339(&clock.as_of));
            outputs::promised(&asked.out, &outcomes)?;
            if !global.quiet {
                super::promises::told(&outcomes, terminal.ui);
            }
            Some(entries)
        }
        None => None,
    };
    report(asked, &context, &settled, &names, entries.as_deref())?;
    Ok(status)
}

/// How conversations are sampled for review.
fn plans(named: &[String], ui: Ui) -> Result<Vec<Plan>, Diagnostic> {
    let plan = |plan: &String| {
        Plan::parse(plan).ok_or_else(|| {
            let known = Plan::NAMES.join(", ");
            let mistake = Diagnostic::error("cli/plan", ui.text("audit.plan", &[("plan", plan)]));
            mistake.help(ui.text("audit.plan-help", &[("names", &known)]))
        })
    };
    named.iter().map(plan).collect()
}

/// Everything that is settled before anything is read.
fn settle<'a>(
    asked: &'a args::Audit,
    plans: Vec<Plan>,
    context: &'a Arc<Context>,
    quiet: bool,
    terminal: &'a Terminal,
) -> Result<run::Settled<'a>, Failure> {
    let (ui, settings) = (terminal.ui, &context.settings);
    let zone = time_zone(asked.unsaid.zone.as_deref().or(settings.zone.value.as_deref()), ui)?;
    let mut read = reading(context, super::asked::encoding(asked.unsaid.encoding.as_deref(), ui)?);
    read.channel = asked.unsaid.channel.as_deref().map(Into::into);
    read.shelf = shelf::of(asked.unsaid.group);
    let mut options = context.options(None, terminal.locale(), asked.lang.map(Into::into));
    // One moment for the rules and the ledger. Without `--as-of` rules are not asked: figures would depend on the day.
    let now = || clock(asked.as_of.as_deref(), asked.unsaid.zone.as_deref(), settings, ui);
    let clock = (asked.promises || asked.as_of.is_some()).then(now).transpose()?;
    options.clock = clock.clone().filter(|_| asked.as_of.is_some());
    let rules = RuleInfo::all(&context.rulebook, &options);
    let (cards, doubts) = scorecards(&asked.scorecard, settings, &rules, ui, &mut |path: &Path| read_file(path, ui))?;
    say(terminal, &doubts);
    Ok(run::Settled {
        rulebook: &context.rulebook,
        options,
        zone,
        clock,
        masker: context.masker(asked.show_pii),
        read,
        rules,
        cards,
        least_cases: settings.least_cases.value,
        seed: asked.seed,
        plans,
        newcomers: settings.newcomers.value.clone(),
        threads: pool::threads(asked.threads),
        out: &asked.out,
        resume: asked.resume,
        checkpoint: Duration::from_millis(asked.checkpoint),
        quiet,
        terminal,
    })
}

/// Writes the requested reports.
fn report(
    asked: &args::Audit,
    context: &Context,
    settled: &run::Settled<'_>,
    names: &Names,
    promises: Option<&[Entry]>,
) -> io::Result<()> {
    if asked.no_reports {
        // The ledger is not one of the reports that --no-reports leaves out: it was asked for.
        return promises.map_or(Ok(()), |entries| reports::promises(&asked.out, entries));
    }
    let ui = settled.terminal.ui;
    let packs = own_packs(context, ui);
    let run::Settled { out, read, masker, threads, .. } = settled;
    reports::write(&reports::Reports { out, read, masker, names, promises, packs: &packs, ui, threads: *threads })
}

/// How transcripts are read.
fn reading(context: &Context, encoding: Option<Encoding>) -> read::Options {
    read::Options {
        kind: Some(Mode::Transcript),
        encoding,
        limits: Limits::of_texts(context.settings.text_bytes.value),
        labels: context.labels(),
        columns: context.columns(),
        ..read::Options::default()
    }
}

/// The packs of the rulebook, for their examples.
fn own_packs(context: &Context, ui: Ui) -> Vec<Pack> {
    let packs = packs(&context.settings, ui).unwrap_or_default();
    packs.into_iter().filter_map(|pack| Pack::read(pack).ok()).collect()
}

/// The promise ledger; reads the inputs a second time.
fn ledger(
    asked: &args::Audit,
    (files, clock): (&[Input], &Arc<Clock>),
    settled: &run::Settled<'_>,
    context: &Arc<Context>,
    names: &mut Names,
) -> Result<(Vec<Entry>, Status), Failure> {
    let run::Settled { read, masker, terminal, .. } = settled;
    let (ledger, heard) = promises::listed(asked.contacts.as_deref(), clock, terminal)?;
    let reading = Reading { files, options: read, context, clock, masker };
    let (ledger, status) = reading.gather(ledger, names, None, terminal)?;
    let entries = ledger.close(clock);
    let entries = entries.iter().map(|entry| report::ledger::public(entry, masker, names)).collect();
    Ok((entries, status.max(heard)))
}
