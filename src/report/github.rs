//! Workflow commands: GitHub shows each as an annotation at its line, in the log and in the pull request.

use super::ci::{Ci, Said, failures};
use super::view::View;
use super::{ConversationReport, Report, Summary, sanitize_line};
use crate::rulebook::Severity;
use std::io::{self, Write};

/// One workflow command a finding.
#[derive(Debug)]
pub struct Github {
    ci: Ci,
}

impl Github {
    /// A report for the log of a job.
    pub const fn new(ci: Ci) -> Self {
        Self { ci }
    }
}

impl Report for Github {
    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let mut view = View::new(report.conversation, &self.ci.masker);
        for finding in report.findings.iter().filter(|finding| finding.counts()) {
            let mut properties: Vec<(&str, String)> = Vec::new();
            properties.extend(finding.path.as_deref().map(|path| ("file", self.ci.root.path(path))));
            if let Some(location) = finding.location {
                let (start, end) = (location.start, location.end);
                properties.extend([("line", start.line.to_string()), ("endLine", end.line.to_string())]);
                // GitHub refuses columns for a place that ends on another line.
                if start.line == end.line {
                    properties.extend([("col", start.column.to_string()), ("endColumn", end.column.to_string())]);
                }
            }
            properties.push(("title", finding.rule.clone()));
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "notice",
            };
            write_command(out, command, &properties, &Said::placed(&mut view, finding).lines(self.ci.ui))?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        for failure in failures(summary, &self.ci.masker) {
            let mut properties: Vec<(&str, String)> = Vec::new();
            properties.extend(failure.path.map(|path| ("file", self.ci.root.path(&path))));
            properties.extend(failure.line.map(|line| ("line", line.to_string())));
            properties.push(("title", failure.reason));
            write_command(out, "error", &properties, &failure.message)?;
        }
        Ok(())
    }
}

fn write_command(out: &mut dyn Write, command: &str, properties: &[(&str, String)], message: &str) -> io::Result<()> {
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(&sanitize_line(value)))).collect();
    writeln!(out, "::{command} {}::{}", properties.join(","), data(message))
}

/// The text after the second `::`, escaped. Only line breaks in it could begin a new command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value between commas, escaped.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
