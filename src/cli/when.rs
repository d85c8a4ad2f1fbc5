//! `replylint when`: the times that a text names.

use super::terminal::Terminal;
use super::{Status, say};
use crate::language::fold_str;
use crate::language::time::{Reference, moment, when};
use crate::rulebook::builtin;
use crate::settings::not_a_moment;
use crate::source::Diagnostic;
use jiff::Zoned;
use jiff::tz::TimeZone;
use std::io::{self, Write};

/// Prints a JSON array, one entry a phrase of time.
pub fn run(text: &str, at: Option<&str>, zone: Option<&str>, terminal: &Terminal) -> io::Result<Status> {
    let ui = terminal.ui;
    let asked = zone.is_some();
    let zone = match zone {
        None => TimeZone::system(),
        Some(name) => {
            let Ok(zone) = TimeZone::get(name) else {
                let error = Diagnostic::error("cli/zone", ui.text("settings.zone", &[("zone", name)]));
                return Ok(say(terminal, &[error.help(ui.text("settings.zone-help", &[]))]));
            };
            zone
        }
    };
    let given = at;
    let at = match given.map(|at| moment(at, &zone)) {
        None => Zoned::now().with_time_zone(zone),
        // A zone that is asked for is the one to tell times in, whatever the offset of the moment.
        Some(Ok(at)) if asked => at.with_time_zone(zone),
        Some(Ok(at)) => at,
        Some(Err(_)) => return Ok(say(terminal, &[*not_a_moment(given.unwrap_or_default(), ui)])),
    };
    let (lexicon, calendar) = builtin::shared_times();
    let found = when(text, &fold_str(text), lexicon, &Reference { at, calendar });
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &found).map_err(io::Error::from)?;
    writeln!(out).map(|()| Status::Clean)
}
