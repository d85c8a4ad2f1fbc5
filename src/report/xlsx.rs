//! The summary of a change as a spreadsheet: one row a finding, with room for an owner and a status. Cells are text,
//! never formulas.

use super::change::{Change, kind, word};
use super::ci::{Ci, failures};
use super::view::View;
use super::{ChangedFile, ConversationReport, Report, Summary, Ui};
use crate::rulebook::Severity;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Most rows of a sheet, without its header.
const ROWS: usize = 1_048_575;
/// Most characters of a cell.
const CELL: usize = 32_767;

/// Columns: the key of the heading, and a readable width.
const COLUMNS: [(&str, f64); 9] = [
    ("change.file", 32.0),
    ("change.line-head", 12.0),
    ("change.severity", 10.0),
    ("change.rule", 28.0),
    ("change.quote-head", 32.0),
    ("change.wrong", 40.0),
    ("change.write", 48.0),
    ("change.rewritten", 48.0),
    ("change.done", 16.0),
];

/// The columns of the sheet of changed files.
const CHANGED: [(&str, f64); 4] =
    [("change.kind", 10.0), ("change.file", 40.0), ("change.former", 40.0), ("change.found", 10.0)];

/// A summary as a spreadsheet.
pub struct Xlsx {
    ci: Ci,
    rows: Vec<[String; 8]>,
    left_out: u64,
}

impl Xlsx {
    /// A spreadsheet for a file.
    pub const fn new(ci: Ci) -> Self {
        Self { ci, rows: Vec::new(), left_out: 0 }
    }

    fn push(&mut self, row: [String; 8]) {
        if self.rows.len() < ROWS { self.rows.push(row) } else { self.left_out += 1 }
    }

    /// The changed files, each with the number of its findings.
    fn changed(&self, changed: &[ChangedFile]) -> Vec<[String; 4]> {
        let path = |path: &str| super::sanitize_line(&self.ci.root.path(path)).into_owned();
        let mut found: BTreeMap<&str, u64> = BTreeMap::new();
        for row in &self.rows {
            *found.entry(&row[0]).or_default() += 1;
        }
        let row = |file: &ChangedFile| {
            let (here, former) = (path(&file.path), file.former.as_deref().map(path).unwrap_or_default());
            let count = found.get(here.as_str()).copied().unwrap_or_default();
            [kind(file.kind, self.ci.ui), here, former, count.to_string()]
        };
        changed.iter().take(ROWS).map(row).collect()
    }
}

impl Report for Xlsx {
    fn conversation(&mut self, _out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let masker = std::mem::take(&mut self.ci.masker);
        let mut view = View::new(report.conversation, &masker);
        for finding in report.findings.iter().filter(|finding| finding.counts()) {
            let change = Change::new(&self.ci, &mut view, finding);
            self.push([
                change.path,
                change.line.map(|line| line.to_string()).or(change.cell).unwrap_or_default(),
                word(change.severity, self.ci.ui),
                change.rule,
                change.quote,
                change.said.message,
                change.said.help,
                change.rewritten.map(|(_, new)| new).unwrap_or_default(),
            ]);
        }
        self.ci.masker = masker;
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        for failure in failures(summary, &self.ci.masker) {
            let path = failure.path.as_deref().map(|path| self.ci.root.path(path)).unwrap_or_default();
            let path = super::sanitize_line(&path).into_owned();
            let line = failure.line.map(|line| line.to_string()).unwrap_or_default();
            let severity = word(Severity::Error, self.ci.ui);
            let none = String::new;
            self.push([path, line, severity, failure.reason, none(), failure.message, none(), none()]);
        }
        let changed = summary.changed.as_deref().map(|changed| self.changed(changed));
        let book = written(&self.rows, changed, self.ci.ui).map_err(io::Error::other)?;
        out.write_all(&book)
    }

    fn left_out(&self) -> Option<(&'static str, u64, usize)> {
        (self.left_out > 0).then_some(("xlsx", self.left_out, ROWS))
    }
}

fn written(rows: &[[String; 8]], changed: Option<Vec<[String; 4]>>, ui: Ui) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // A fixed date, so that the same input gives the same bytes.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap().set_align(FormatAlign::Top));
    let sheet: &mut Worksheet = book.add_worksheet();
    for (column, (key, width)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, ui.text(key, &[]), &bold)?;
        sheet.set_column_width(column, width)?;
    }
    for (number, row) in (1..).zip(rows) {
        for (column, text) in (0..).zip(row) {
            sheet.write_string_with_format(number, column, cell(text), &wrapped)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let last = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    sheet.autofilter(0, 0, last, 8)?;
    if let Some(changed) = changed {
        let sheet = book.add_worksheet();
        sheet.set_name(ui.text("change.moves", &[]))?;
        for (column, (key, width)) in (0..).zip(CHANGED) {
            sheet.write_string_with_format(0, column, ui.text(key, &[]), &bold)?;
            sheet.set_column_width(column, width)?;
        }
        for (number, row) in (1..).zip(&changed) {
            for (column, text) in (0..).zip(row) {
                sheet.write_string_with_format(number, column, cell(text), &wrapped)?;
            }
        }
        sheet.set_freeze_panes(1, 0)?;
    }
    book.save_to_buffer()
}

/// A text cut to fit a cell. Excel counts UTF-16 units.
fn cell(text: &str) -> String {
    let mut units = 0;
    let fits = |character: &char| {
        units += character.len_utf16();
        units < CELL
    };
    let kept: String = text.chars().take_while(fits).collect();
    if kept.len() < text.len() { kept + "…" } else { kept }
}
