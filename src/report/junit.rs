//! `JUnit`'s XML, which shows findings as tests: a suite for each file, a test for each finding, failed if it fails the
//! run.

use super::ci::{Ci, Failure, Said, cell, failures};
use super::view::View;
use super::xml::Xml;
use super::{ConversationReport, Report, Summary};
use crate::judge::Finding;
use crate::rulebook::Severity;
use std::io::{self, Write};

/// The name for text that is not in a file.
const NO_FILE: &str = "<stdin>";
/// Tests of one suite; a file with more gets several, so that memory stays bounded.
const SUITE: usize = 10_000;

/// `JUnit`'s XML.
#[derive(Debug)]
pub struct Junit {
    ci: Ci,
    /// The least severity that fails the run.
    fails: Option<Severity>,
    /// The suite being filled, kept because its totals precede its tests.
    suite: Vec<Case>,
    file: String,
    suites: u64,
}

#[derive(Debug)]
struct Case {
    name: String,
    kind: String,
    message: String,
    text: String,
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    Broken,
    Skipped,
}

impl Junit {
    /// A report in which findings of this severity and above are failures.
    pub const fn new(ci: Ci, fails: Option<Severity>) -> Self {
        Self { ci, fails, suite: Vec::new(), file: String::new(), suites: 0 }
    }

    fn push(&mut self, out: &mut dyn Write, path: Option<&str>, case: Case) -> io::Result<()> {
        let path = path.map_or_else(|| NO_FILE.to_owned(), |path| self.ci.root.path(path));
        if self.file != path || self.suite.len() >= SUITE {
            self.flush(out)?;
            self.file = path;
        }
        self.suite.push(case);
        Ok(())
    }

    fn case(&self, view: &mut View<'_>, finding: &Finding) -> Case {
        let said = Said::placed(view, finding);
        let place = match (finding.location, cell(view, finding)) {
            (Some(at), _) => format!(" {}:{}", at.start.line, at.start.column),
            (None, Some(cell)) => format!(" {cell}"),
            (None, None) => String::new(),
        };
        let outcome = match self.fails {
            _ if !finding.counts() => Outcome::Skipped,
            Some(least) if finding.severity >= least => Outcome::Failed,
            _ => Outcome::Passed,
        };
        Case {
            name: format!("{}{place}", finding.rule),
            kind: finding.rule.clone(),
            text: said.lines(self.ci.ui),
            message: said.message,
            outcome,
        }
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let cases = std::mem::take(&mut self.suite);
        if cases.is_empty() {
            return Ok(());
        }
        let count = |outcome| cases.iter().filter(|case| case.outcome == outcome).count().to_string();
        let (tests, [failed, broken, skipped]) =
            (cases.len().to_string(), [Outcome::Failed, Outcome::Broken, Outcome::Skipped].map(count));
        let mut xml = Xml::new(out);
        let figures = [("tests", &*tests), ("failures", &*failed), ("errors", &*broken), ("skipped", &*skipped)];
        xml.open("testsuite", &[&[("name", &*self.file)][..], &figures].concat())?;
        for case in &cases {
            xml.open("testcase", &[("name", &case.name), ("classname", &self.file), ("file", &self.file)])?;
            let said = [("message", &*case.message), ("type", &*case.kind)];
            match case.outcome {
                Outcome::Passed if case.text.is_empty() => {}
                Outcome::Passed => {
                    xml.open("system-out", &[])?;
                    xml.text(&case.text)?;
                    xml.close("system-out")?;
                }
                Outcome::Skipped => xml.empty("skipped", &said[..1])?,
                Outcome::Failed | Outcome::Broken => {
                    let element = if case.outcome == Outcome::Failed { "failure" } else { "error" };
                    xml.open(element, &said)?;
                    xml.text(&case.text)?;
                    xml.close(element)?;
                }
            }
            xml.close("testcase")?;
        }
        self.suites += 1;
        xml.close("testsuite")
    }
}

impl Report for Junit {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut xml = Xml::new(out);
        xml.declare()?;
        xml.open("testsuites", &[("name", "replylint")])
    }

    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let masker = std::mem::take(&mut self.ci.masker);
        let mut view = View::new(report.conversation, &masker);
        let written = report.findings.iter().try_for_each(|finding| {
            let case = self.case(&mut view, finding);
            self.push(out, finding.path.as_deref(), case)
        });
        self.ci.masker = masker;
        written
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        for Failure { path, line, reason, message } in failures(summary, &self.ci.masker) {
            let name = line.map_or_else(|| reason.clone(), |line| format!("{reason} {line}"));
            let case = Case { name, kind: reason, text: message.clone(), message, outcome: Outcome::Broken };
            self.push(out, path.as_deref(), case)?;
        }
        self.flush(out)?;
        if self.suites == 0 {
            // A report without tests would look as if nothing had run.
            let name = summary.lines(self.ci.ui, true).into_iter().next().unwrap_or_default();
            let (kind, message, text) = Default::default();
            "replylint".clone_into(&mut self.file);
            self.suite.push(Case { name, kind, message, text, outcome: Outcome::Passed });
            self.flush(out)?;
        }
        Xml::new(out).close("testsuites")
    }
}
