//! A row of an audit that could not be read, as `rejects.jsonl` holds it.

use super::{Masker, Ui};
use crate::conversation::Hide;
use crate::source::Diagnostic;
use serde::Serialize;

/// A row that could not be read.
#[derive(Debug, Serialize)]
pub struct Rejected<'a> {
    schema: u8,
    r#type: &'static str,
    path: Option<&'a str>,
    line: Option<usize>,
    reason: &'static str,
    message: String,
}

impl<'a> Rejected<'a> {
    /// The record of it, with private data masked.
    pub fn new(path: Option<&'a str>, mistake: &Diagnostic, ui: Ui, masker: &Masker) -> Self {
        let (line, reason) = (mistake.first_line(), mistake.code);
        Self { schema: 1, r#type: "rejected", path, line, reason, message: masker.name(&ui.wording(&mistake.message)) }
    }
}
