//! The reviewdog diagnostic format: `rdjson`, one document, and `rdjsonl`, one diagnostic a line. Columns are bytes.

use super::ci::{ByteLines, Ci, List, Offer, Said, failures, offers};
use super::json::write_value;
use super::view::View;
use super::{ConversationReport, Report, Summary};
use crate::judge::Finding;
use crate::rulebook::Severity;
use serde_json::{Value, json};
use std::io::{self, Write};

/// The name for text that is not in a file; the format requires one.
const NO_FILE: &str = "<stdin>";

/// One document.
#[derive(Debug)]
pub struct Rdjson {
    ci: Ci,
    list: List,
}

/// One diagnostic a line.
#[derive(Debug)]
pub struct RdjsonLines {
    ci: Ci,
}

impl Rdjson {
    /// A report for reviewdog.
    pub fn new(ci: Ci) -> Self {
        Self { ci, list: List::default() }
    }
}

impl RdjsonLines {
    /// A report for reviewdog.
    pub const fn new(ci: Ci) -> Self {
        Self { ci }
    }
}

impl Report for Rdjson {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"source\":{\"name\":\"replylint\"},\"diagnostics\":[")
    }

    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let list = &mut self.list;
        each(&self.ci, report, |diagnostic| list.push(out, &diagnostic))
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        failed(&self.ci, summary).try_for_each(|diagnostic| self.list.push(out, &diagnostic))?;
        out.write_all(b"\n]}\n")
    }
}

impl Report for RdjsonLines {
    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        each(&self.ci, report, |diagnostic| write_line(out, diagnostic))
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        failed(&self.ci, summary).try_for_each(|diagnostic| write_line(out, diagnostic))
    }
}

fn write_line(out: &mut dyn Write, mut diagnostic: Value) -> io::Result<()> {
    // Each line stands alone, so it names its source.
    diagnostic["source"] = json!({ "name": "replylint" });
    write_value(out, &diagnostic)?;
    out.write_all(b"\n")
}

fn each(ci: &Ci, report: &ConversationReport<'_>, mut push: impl FnMut(Value) -> io::Result<()>) -> io::Result<()> {
    let mut view = View::new(report.conversation, &ci.masker);
    let mut lines = ByteLines::new(report.conversation);
    let mut counting = report.findings.iter().filter(|finding| finding.counts());
    counting.try_for_each(|finding| push(diagnostic(ci, &mut view, &mut lines, finding)))
}

fn diagnostic(ci: &Ci, view: &mut View<'_>, lines: &mut ByteLines<'_>, finding: &Finding) -> Value {
    let path = finding.path.as_deref().map_or_else(|| NO_FILE.to_owned(), |path| ci.root.path(path));
    let severity = match finding.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Advice => "INFO",
    };
    let mut diagnostic = json!({
        "message": Said::placed(view, finding).lines(ci.ui),
        "location": { "path": path },
        "severity": severity,
        "code": { "value": finding.rule },
    });
    let range = match finding.outside {
        Some(place) => Some([lines.position(place.start), lines.position(place.end)]),
        None => lines.range(finding.turn, finding.span),
    };
    if let Some([start, end]) = range {
        diagnostic["location"]["range"] = json!({ "start": start, "end": end });
    }
    let related: Vec<Value> = finding
        .related
        .iter()
        .filter_map(|related| {
            // In another file only the line is known, as columns here are bytes.
            let range = match (&related.quote, related.location) {
                (None, _) => {
                    let [start, end] = lines.range(related.turn, related.span)?;
                    json!({ "start": start, "end": end })
                }
                (Some(_), at) => json!({ "start": { "line": at?.start.line } }),
            };
            let path = related.path.as_deref().map_or_else(|| path.clone(), |path| ci.root.path(path));
            let location = json!({ "path": path, "range": range });
            let message = super::sanitize_line(&view.related_quote(related)).into_owned();
            Some(json!({ "message": message, "location": location }))
        })
        .collect();
    if !related.is_empty() {
        diagnostic["related_locations"] = related.into();
    }
    let suggestions: Vec<Value> = offers(view, finding).iter().filter_map(|offer| suggestion(lines, offer)).collect();
    if !suggestions.is_empty() {
        diagnostic["suggestions"] = suggestions.into();
    }
    diagnostic
}

/// A suggestion is a single replacement; a fix with several edits must not be split.
fn suggestion(lines: &mut ByteLines<'_>, offer: &Offer) -> Option<Value> {
    let [(span, text)] = offer.edits.as_slice() else { return None };
    let (start, end) = (lines.position(span.start), lines.position(span.end));
    Some(json!({ "range": { "start": start, "end": end }, "text": text }))
}

fn failed(ci: &Ci, summary: &Summary) -> impl Iterator<Item = Value> {
    failures(summary, &ci.masker).into_iter().map(|failure| {
        let path = failure.path.map_or_else(|| NO_FILE.to_owned(), |path| ci.root.path(&path));
        let mut diagnostic = json!({
            "message": failure.message,
            "location": { "path": path },
            "severity": "ERROR",
            "code": { "value": failure.reason },
        });
        if let Some(line) = failure.line {
            diagnostic["location"]["range"] = json!({ "start": { "line": line } });
        }
        diagnostic
    })
}
