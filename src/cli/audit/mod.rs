//! `replylint audit`: reads all of it, on all processors, and writes rows, findings and figures in the order of the input.

mod progress;
mod run;
mod sources;
mod store;

use super::args::{self, Global};
use super::context::Contexts;
use super::terminal::Terminal;
use super::{Status, check, inputs, say};
use crate::conversation::Mode;
use crate::conversation::read::{self, Limits, RoleLabels};
use crate::report::Masker;
use crate::source::Diagnostic;
use jiff::tz::TimeZone;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Runs the command.
pub fn run(asked: &args::Audit, global: &Global, terminal: &Terminal) -> io::Result<Status> {
    let ui = terminal.ui;
    let mut contexts = Contexts::new(&asked.book, terminal);
    let context = match contexts.of(asked.inputs.first().map(std::path::PathBuf::as_path)) {
        Ok(context) => context,
        Err(mistakes) => return Ok(say(terminal, &mistakes)),
    };
    let mut status = say(terminal, &contexts.warnings);
    let zone = asked.zone.as_ref().or(context.settings.zone.value.as_ref());
    let Ok(zone) = zone.map_or_else(|| Ok(TimeZone::system()), |zone| TimeZone::get(zone)) else {
        let message = ui.text("settings.zone", &[("zone", zone.map_or("", String::as_str))]);
        return Ok(say(terminal, &[Diagnostic::error("cli/zone", message)]));
    };
    let encoding = match check::encoding(asked.encoding.as_deref(), ui) {
        Ok(encoding) => encoding,
        Err(mistake) => return Ok(say(terminal, &[*mistake])),
    };
    let bytes = usize::try_from(context.settings.text_bytes.value).unwrap_or(usize::MAX);
    let read = read::Options {
        kind: Some(Mode::Transcript),
        encoding,
        limits: Limits { text_bytes: bytes, record_bytes: bytes },
        labels: Arc::new(RoleLabels::builtin()),
        ..read::Options::default()
    };
    let (files, missing) = inputs::list(&asked.inputs, inputs::Wanted::Texts, ui);
    let mistakes: Vec<Diagnostic> = missing.into_iter().map(|(_, mistake)| mistake).collect();
    status = status.max(say(terminal, &mistakes));
    if files.is_empty() {
        return Ok(status);
    }
    let options = context.options(None, terminal.locale(), asked.lang.map(Into::into));
    let masker = if asked.show_pii {
        Masker::off()
    } else {
        let context = context.clone();
        Masker::new(move |text| context.rulebook.program.private(text))
    };
    let settled = run::Settled {
        rulebook: &context.rulebook,
        options,
        zone,
        masker,
        read,
        threads: check::threads(asked.threads),
        out: &asked.out,
        resume: asked.resume,
        checkpoint: Duration::from_millis(asked.checkpoint),
        quiet: global.quiet,
        terminal,
    };
    Ok(status.max(run::run(&settled, &files)?))
}
