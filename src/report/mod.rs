//! Output formats for findings and figures, one file each. Nothing here reads a file, the clock or the environment.

#[cfg(feature = "cli")]
pub mod audit_book;
#[cfg(feature = "cli")]
mod change;
#[cfg(feature = "cli")]
mod checkstyle;
#[cfg(feature = "cli")]
mod ci;
#[cfg(all(feature = "cli", feature = "parquet"))]
pub mod columns;
#[cfg(feature = "cli")]
mod comparison;
#[cfg(feature = "cli")]
mod concise;
#[cfg(feature = "cli")]
mod diagnostics;
#[cfg(feature = "cli")]
mod diff;
#[cfg(feature = "cli")]
mod drawing;
mod figures;
#[cfg(feature = "cli")]
mod github;
#[cfg(feature = "cli")]
mod gitlab;
mod json;
#[cfg(feature = "cli")]
mod junit;
pub mod ledger;
#[cfg(feature = "cli")]
mod markdown;
mod mask;
#[cfg(feature = "cli")]
pub mod page;
#[cfg(feature = "cli")]
mod pretty;
#[cfg(feature = "cli")]
pub mod promises;
#[cfg(feature = "cli")]
mod rdjson;
mod records;
mod rejected;
#[cfg(feature = "cli")]
pub mod review_book;
#[cfg(feature = "cli")]
mod root;
mod sanitize;
#[cfg(feature = "cli")]
mod sarif;
#[cfg(feature = "cli")]
mod source_code;
mod style;
mod summary;
#[cfg(feature = "cli")]
mod summary_sheets;
#[cfg(feature = "cli")]
pub mod table;
#[cfg(all(test, feature = "cli"))]
mod tests;
mod ui;
mod view;
#[cfg(feature = "cli")]
mod why;
#[cfg(feature = "cli")]
pub mod workbook;
#[cfg(all(feature = "cli", feature = "xlsx"))]
mod xlsx;
#[cfg(feature = "cli")]
mod xml;

#[cfg(feature = "cli")]
pub use checkstyle::Checkstyle;
#[cfg(feature = "cli")]
pub use ci::{Ci, open_message};
#[cfg(feature = "cli")]
pub use comparison::{comparison_markdown, coverage_markdown, masked};
#[cfg(feature = "cli")]
pub use concise::Concise;
#[cfg(feature = "cli")]
pub use diagnostics::{DiagnosticForm, write_diagnostics};
#[cfg(feature = "cli")]
pub use diff::write_diff;
#[cfg(feature = "cli")]
pub use github::Github;
#[cfg(feature = "cli")]
pub use gitlab::Gitlab;
pub use json::{Json, JsonLines, json_line};
#[cfg(feature = "cli")]
pub use junit::Junit;
#[cfg(feature = "cli")]
pub use markdown::Markdown;
pub use mask::{Finder, Masker, mask};
#[cfg(feature = "cli")]
pub use pretty::Pretty;
#[cfg(feature = "cli")]
pub use rdjson::{Rdjson, RdjsonLines};
pub use records::schema;
pub use rejected::Rejected;
#[cfg(feature = "cli")]
pub use root::Root;
pub use sanitize::{sanitize, sanitize_line};
#[cfg(feature = "cli")]
pub use sarif::Sarif;
pub use style::Style;
pub use summary::{ChangeKind, ChangedFile, Counts, NotEvaluated, Setback, Setbacks, Summary};
pub use ui::{Locale, Ui, unknown_scenario};
#[cfg(feature = "cli")]
pub use why::WhyView;
#[cfg(all(feature = "cli", feature = "xlsx"))]
pub use xlsx::Xlsx;

use crate::conversation::Conversation;
use crate::judge::Finding;
use crate::source::Diagnostic;
use std::io::{self, Write};

/// A conversation and its findings.
#[derive(Clone, Copy, Debug)]
pub struct ConversationReport<'a> {
    /// What was judged.
    pub conversation: &'a Conversation,
    /// The findings, in the order of their places.
    pub findings: &'a [Finding],
}

/// An output format. Conversations are written as they come, so memory does not grow with their number.
pub trait Report {
    /// Written before everything else.
    fn begin(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// One conversation with its findings.
    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()>;

    /// A mistake in the input. Machine formats leave it out here and have a `failed` record at the end.
    fn diagnostic(&mut self, _out: &mut dyn Write, _diagnostic: &Diagnostic) -> io::Result<()> {
        Ok(())
    }

    /// Written after everything else. Formats for people write nothing here: see [`Summary::lines`].
    fn finish(&mut self, _out: &mut dyn Write, _summary: &Summary) -> io::Result<()> {
        Ok(())
    }

    /// The format's name, how many findings it had to leave out, and how many it can hold.
    fn left_out(&self) -> Option<(&'static str, u64, usize)> {
        None
    }
}
