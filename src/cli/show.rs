//! `replylint config`: the settings in force.

use super::args::Book;
use super::context::Contexts;
use super::terminal::Terminal;
use super::{Status, say};
use crate::report::sanitize;
use crate::settings;
use std::io::{self, Write};
use std::path::Path;

/// Prints the settings for `path`, or their schema.
pub fn config(path: &Path, schema: bool, book: &Book, terminal: &Terminal) -> io::Result<Status> {
    let mut out = io::stdout().lock();
    if schema {
        let schema = serde_json::to_string_pretty(&settings::schema()).map_err(io::Error::other)?;
        return writeln!(out, "{schema}").map(|()| Status::Clean);
    }
    match Contexts::new(book, terminal).of(Some(path)) {
        Ok(context) => write!(out, "{}", sanitize(&context.settings.show())).map(|()| Status::Clean),
        Err(mistakes) => Ok(say(terminal, &mistakes)),
    }
}
