//! GitLab's code quality report: a list whose fingerprints tell old findings from new ones.

use super::ci::{Ci, List, Said, failures};
use super::view::View;
use super::{ConversationReport, Report, Summary};
use crate::rulebook::Severity;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{self, Write};
use xxhash_rust::xxh3::xxh3_128;

/// The name for text that is not in a file; GitLab requires one.
const NO_FILE: &str = "<stdin>";

/// GitLab's code quality report.
#[derive(Debug)]
pub struct Gitlab {
    ci: Ci,
    list: List,
    names: Names,
}

/// Makes fingerprints unique among the entries.
#[derive(Debug, Default)]
struct Names {
    /// Fingerprints of the current file, and how often each was seen.
    seen: HashMap<u128, u32>,
    path: Option<String>,
}

impl Gitlab {
    /// A report for a job's artefacts.
    pub fn new(ci: Ci) -> Self {
        Self { ci, list: List::default(), names: Names::default() }
    }
}

impl Names {
    /// A hash of the finding's fingerprint (which does not depend on its line), its file, and a number among equals.
    /// Files come one after another, so only those of one file are kept.
    fn fingerprint(&mut self, path: &str, name: &str) -> String {
        if self.path.as_deref() != Some(path) {
            self.path = Some(path.to_owned());
            self.seen.clear();
        }
        let key = format!("{path}\u{1f}{name}");
        let ordinal = self.seen.entry(xxh3_128(key.as_bytes())).or_default();
        *ordinal += 1;
        format!("{:032x}", xxh3_128(format!("{key}\u{1f}{ordinal}").as_bytes()))
    }
}

impl Report for Gitlab {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let mut view = View::new(report.conversation, &self.ci.masker);
        for finding in report.findings.iter().filter(|finding| finding.counts()) {
            let path = finding.path.as_deref().map_or_else(|| NO_FILE.to_owned(), |path| self.ci.root.path(path));
            let fingerprint = self.names.fingerprint(&path, &finding.fingerprint);
            let severity = match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Advice => "info",
            };
            let description = Said::placed(&mut view, finding).line();
            let lines = finding.location.map_or([1, 1], |location| [location.start.line, location.end.line]);
            self.list.push(out, &entry(&finding.rule, severity, &description, &fingerprint, &path, lines))?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        for failure in failures(summary, &self.ci.masker) {
            let path = failure.path.as_deref().map_or_else(|| NO_FILE.to_owned(), |path| self.ci.root.path(path));
            let line = failure.line.unwrap_or(1);
            let fingerprint = self.names.fingerprint(&path, &format!("{}\u{1f}{line}", failure.reason));
            let entry = entry(&failure.reason, "blocker", &failure.message, &fingerprint, &path, [line, line]);
            self.list.push(out, &entry)?;
        }
        out.write_all(b"\n]\n")
    }
}

fn entry(
    name: &str,
    severity: &str,
    description: &str,
    fingerprint: &str,
    path: &str,
    [begin, end]: [usize; 2],
) -> Value {
    json!({
        "check_name": name,
        "severity": severity,
        "description": description,
        "fingerprint": fingerprint,
        "location": { "path": path, "lines": { "begin": begin, "end": end } },
    })
}
