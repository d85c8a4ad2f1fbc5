//! `replylint when`: the times that a text names.

use super::terminal::Terminal;
use super::{Failure, Status};
use crate::language::fold_str;
use crate::language::time::{Reference, moment, when};
use crate::rulebook::builtin;
use crate::settings::{not_a_moment, time_zone};
use jiff::Zoned;
use std::io::{self, Write};

/// Prints a JSON array, one entry a phrase of time.
pub fn run(text: &str, at: Option<&str>, zone: Option<&str>, terminal: &Terminal) -> Result<Status, Failure> {
    let ui = terminal.ui;
    let asked = zone.is_some();
    let zone = time_zone(zone, ui)?;
    let given = at;
    let at = match given.map(|at| moment(at, &zone)) {
        None => Zoned::now().with_time_zone(zone),
        // A zone given on the command line is used for output, whatever the moment's offset.
        Some(Ok(at)) if asked => at.with_time_zone(zone),
        Some(Ok(at)) => at,
        Some(Err(_)) => return Err(not_a_moment(given.unwrap_or_default(), ui).into()),
    };
    let (lexicon, calendar) = builtin::shared_times();
    let found = when(text, &fold_str(text), lexicon, &Reference { at, calendar });
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &found)?;
    writeln!(out)?;
    Ok(Status::Clean)
}
