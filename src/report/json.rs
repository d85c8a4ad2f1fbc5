//! For machines: `json`, one document written as it grows, and `jsonl`, one record a line.

use super::figures::SCHEMA;
use super::records::Finding;
use super::view::View;
use super::{ConversationReport, Masker, Report, Summary};
use serde::Serialize;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// One document.
#[derive(Debug)]
pub struct Json {
    masker: Masker,
    rulebook: String,
    first: bool,
}

/// One record a line.
#[derive(Debug)]
pub struct JsonLines {
    masker: Masker,
    rulebook: String,
}

impl Json {
    /// A report on findings by the rulebook of this hash.
    pub fn new(masker: Masker, rulebook: impl Into<String>) -> Self {
        Self { masker, rulebook: rulebook.into(), first: true }
    }
}

impl JsonLines {
    /// A report on findings by the rulebook of this hash.
    pub fn new(masker: Masker, rulebook: impl Into<String>) -> Self {
        Self { masker, rulebook: rulebook.into() }
    }
}

impl Report for Json {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\"schema\":{SCHEMA},\"findings\":[")
    }

    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let mut view = View::new(report.conversation, &self.masker);
        for finding in report.findings {
            out.write_all(if std::mem::take(&mut self.first) { b"\n" } else { b",\n" })?;
            write_value(out, &Finding::new(finding, &mut view, &self.rulebook))?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let summary = summary.masked(&self.masker);
        out.write_all(b"\n],\n\"skipped\":")?;
        write_all(out, summary.skipped_records())?;
        out.write_all(b",\n\"failed\":")?;
        write_all(out, summary.failed_records())?;
        out.write_all(b",\n\"notEvaluated\":")?;
        write_all(out, summary.not_evaluated_records())?;
        out.write_all(b",\n\"summary\":")?;
        write_value(out, &summary.figures())?;
        out.write_all(b"}\n")
    }
}

impl Report for JsonLines {
    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let mut view = View::new(report.conversation, &self.masker);
        report
            .findings
            .iter()
            .try_for_each(|finding| write_line(out, &Finding::new(finding, &mut view, &self.rulebook)))
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let summary = summary.masked(&self.masker);
        summary.skipped_records().try_for_each(|record| write_line(out, &record))?;
        summary.failed_records().try_for_each(|record| write_line(out, &record))?;
        summary.not_evaluated_records().try_for_each(|record| write_line(out, &record))?;
        write_line(out, &summary.figures())
    }
}

/// Appends a record to the lines of a result file; unlike a report, it is not sanitised for a terminal.
///
/// # Errors
/// When the record cannot be written as JSON.
pub fn json_line(lines: &mut Vec<u8>, record: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *lines, record)?;
    lines.push(b'\n');
    Ok(())
}

/// Writes one record and the end of its line, sanitised for terminals.
pub(super) fn write_line(out: &mut dyn Write, record: &impl Serialize) -> io::Result<()> {
    write_value(out, record)?;
    out.write_all(b"\n")
}

fn write_all(out: &mut dyn Write, records: impl Iterator<Item = impl Serialize>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (number, record) in records.enumerate() {
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        write_value(out, &record)?;
    }
    out.write_all(b"]")
}

/// Writes one value, sanitised for terminals.
pub(super) fn write_value(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    // serde_json writes a value in many small pieces, which are cheaper to buffer here.
    let mut written = Vec::with_capacity(1 << 10);
    let mut serializer = serde_json::Serializer::with_formatter(&mut written, Escaping);
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(&written)
}

/// Escapes control characters, most of which JSON lets through: a terminal would obey them.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.chars().all(|character| super::sanitize::visible(character) == character) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut written = 0;
        for (at, character) in fragment.char_indices() {
            if super::sanitize::visible(character) == character {
                continue;
            }
            writer.write_all(&fragment.as_bytes()[written..at])?;
            written = at + character.len_utf8();
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        writer.write_all(&fragment.as_bytes()[written..])
    }
}
