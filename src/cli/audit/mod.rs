//! `replylint audit`: reads all of it, on all processors, and writes rows, findings and figures in the order of the input.

mod again;
mod agent_sheets;
mod outputs;
mod progress;
mod reports;
mod returned;
mod review;
mod run;
pub mod sheet;
mod shelf;
mod sources;
pub mod store;
mod written;

use super::args::{self, Global, Group};
use super::context::{Context, Contexts, packs, read as read_file};
use super::inputs::Input;
use super::terminal::Terminal;
use super::{Status, inputs, promises, say};
use crate::audit::sample::Plan;
use crate::audit::{Entry, Names, RuleInfo};
use crate::conversation::Mode;
use crate::conversation::read::{self, Limits};
use crate::pool;
use crate::report::{self, Masker, Ui};
use crate::rulebook::Pack;
use crate::settings::{clock, scorecards};
use crate::source::{Diagnostic, Encoding};
use jiff::tz::TimeZone;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Runs the command.
pub fn run(asked: &args::Audit, global: &Global, terminal: &Terminal) -> io::Result<Status> {
    let ui = terminal.ui;
    if !asked.review.is_empty() {
        return review::run(asked, global.quiet, terminal);
    }
    if let Some(refused) = written::refusal(&asked.out, ui)?.filter(|_| !asked.force) {
        return Ok(say(terminal, &[refused]));
    }
    let mut plans = Vec::new();
    for plan in &asked.sample {
        let Some(plan) = Plan::parse(plan) else {
            let message = ui.text("audit.plan", &[("plan", plan)]);
            let known = Plan::NAMES.join(", ");
            let mistake = Diagnostic::error("cli/plan", message).help(ui.text("audit.plan-help", &[("names", &known)]));
            return Ok(say(terminal, &[mistake]));
        };
        plans.push(plan);
    }
    let mut contexts = Contexts::new(&asked.book, terminal);
    let context = match contexts.of(asked.inputs.first().map(std::path::PathBuf::as_path)) {
        Ok(context) => context,
        Err(mistakes) => return Ok(say(terminal, &mistakes)),
    };
    let mut status = say(terminal, &contexts.warnings);
    let zone = asked.unsaid.zone.as_ref().or(context.settings.zone.value.as_ref());
    let Ok(zone) = zone.map_or_else(|| Ok(TimeZone::system()), |zone| TimeZone::get(zone)) else {
        let message = ui.text("settings.zone", &[("zone", zone.map_or("", String::as_str))]);
        return Ok(say(terminal, &[Diagnostic::error("cli/zone", message)]));
    };
    let encoding = match super::asked::encoding(asked.encoding.as_deref(), ui) {
        Ok(encoding) => encoding,
        Err(mistake) => return Ok(say(terminal, &[*mistake])),
    };
    let mut read = reading(&context, encoding);
    read.channel = asked.unsaid.channel.as_deref().map(Into::into);
    if asked.group == Group::Sort {
        read.shelf = Some(Arc::new(shelf::Temporary));
    }
    let (mut files, missing) = inputs::list(&asked.inputs, inputs::LOGS, ui);
    // What an earlier audit wrote is no transcript.
    files.retain(|file| file.path().is_none_or(|path| !path.starts_with(&asked.out)));
    let mistakes: Vec<Diagnostic> = missing.into_iter().map(|(_, mistake)| mistake).collect();
    status = status.max(say(terminal, &mistakes));
    if files.is_empty() {
        return Ok(status);
    }
    let mut options = context.options(None, terminal.locale(), asked.lang.map(Into::into));
    if asked.as_of.is_some() {
        // The rules see the same moment as the ledger.
        match clock(asked.as_of.as_deref(), asked.unsaid.zone.as_deref(), &context.settings, ui) {
            Ok(clock) => options.clock = Some(clock),
            Err(mistake) => return Ok(say(terminal, &[*mistake])),
        }
    }
    let masker = super::asked::hider(asked.show_pii, &context);
    let how = read.clone();
    let rules = RuleInfo::all(&context.rulebook, &options);
    let (cards, doubts) =
        match scorecards(&asked.scorecard, &context.settings, &rules, ui, &mut |path| read_file(path, ui)) {
            Ok(cards) => cards,
            Err(mistakes) => return Ok(say(terminal, &mistakes)),
        };
    say(terminal, &doubts);
    let settled = run::Settled {
        rulebook: &context.rulebook,
        options,
        zone,
        masker,
        read,
        rules,
        cards,
        least_cases: context.settings.least_cases.value,
        seed: asked.seed,
        plans,
        newcomers: context.settings.newcomers.value.clone(),
        threads: pool::threads(asked.threads),
        out: &asked.out,
        resume: asked.resume,
        checkpoint: Duration::from_millis(asked.checkpoint),
        quiet: global.quiet,
        terminal,
    };
    let mut names = super::inputs::names(&files, &settled.newcomers, &settled.masker);
    status = status.max(run::run(&settled, &files, &mut names)?);
    // An audit that was refused leaves nothing to report.
    if !asked.out.join("summary.json").is_file() {
        return Ok(status);
    }
    let (entries, trouble) = match ledger(asked, (&files, &how), &context, (&settled.masker, &mut names), terminal)? {
        Ok(found) => found,
        Err(mistake) => return Ok(say(terminal, &[*mistake])),
    };
    report(asked, &context, &how, (&settled, &names), entries.as_deref())?;
    Ok(status.max(trouble))
}

/// The reports, as far as they are asked for.
fn report(
    asked: &args::Audit,
    context: &Context,
    read: &read::Options,
    (settled, names): (&run::Settled<'_>, &Names),
    promises: Option<&[Entry]>,
) -> io::Result<()> {
    if asked.no_reports {
        // The promises are no report of the rows: they were asked for.
        return promises.map_or(Ok(()), |entries| reports::promises(&asked.out, entries));
    }
    let ui = settled.terminal.ui;
    let packs = own_packs(context, ui);
    let (out, masker, threads) = (&asked.out, &settled.masker, settled.threads);
    reports::write(&reports::Reports { out, read, masker, names, promises, packs: &packs, ui, threads })
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

/// The promise ledger, where it was asked for: it reads the inputs once more.
#[allow(clippy::type_complexity, reason = "what came of it, or a mistake in what was asked")]
fn ledger(
    asked: &args::Audit,
    (files, read): (&[Input], &read::Options),
    context: &Arc<Context>,
    (masker, names): (&Masker, &mut Names),
    terminal: &Terminal,
) -> io::Result<Result<(Option<Vec<Entry>>, Status), Box<Diagnostic>>> {
    if !asked.promises {
        return Ok(Ok((None, Status::Clean)));
    }
    let clock = match clock(asked.as_of.as_deref(), asked.unsaid.zone.as_deref(), &context.settings, terminal.ui) {
        Ok(clock) => clock,
        Err(mistake) => return Ok(Err(mistake)),
    };
    let (ledger, heard) = match promises::listed(asked.contacts.as_deref(), &clock, terminal) {
        Ok(found) => found,
        Err(mistake) => return Ok(Err(mistake)),
    };
    let (ledger, status) = promises::gather((files, read), ledger, context, &clock, (masker, names), terminal)?;
    let entries = ledger.close(&clock);
    let entries = entries.iter().map(|entry| report::ledger::public(entry, masker, names)).collect();
    Ok(Ok((Some(entries), status.max(heard))))
}
