//! `replylint config`: the settings in force.

use super::args::Book;
use super::context::Contexts;
use super::terminal::Terminal;
use super::{Failure, Status};
use crate::report::sanitize;
use crate::settings;
use crate::source::Diagnostic;
use std::io::{self, Write};
use std::path::Path;

/// Prints the settings for `path`, or their schema.
pub fn config(path: &Path, schema: bool, book: &Book, terminal: &Terminal) -> Result<Status, Failure> {
    let mut out = io::stdout().lock();
    if schema {
        writeln!(out, "{}", serde_json::to_string_pretty(&settings::schema())?)?;
        return Ok(Status::Clean);
    }
    if !path.exists() {
        let message = terminal.ui.text("cli.missing", &[("path", &path.display().to_string())]);
        return Err(Diagnostic::error("input/missing", message).into());
    }
    let context = Contexts::new(book, terminal).of(Some(path))?;
    write!(out, "{}", sanitize(&context.settings.show()))?;
    Ok(Status::Clean)
}
