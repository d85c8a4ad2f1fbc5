//! Checkstyle's XML, which many tools read: an element for each file, with an element for each finding.

use super::ci::{Ci, Said, failures};
use super::view::View;
use super::xml::Xml;
use super::{ConversationReport, Report, Root, Summary};
use crate::rulebook::Severity;
use std::io::{self, Write};

/// The name for text that is not in a file.
const NO_FILE: &str = "<stdin>";

/// Checkstyle's XML.
#[derive(Debug)]
pub struct Checkstyle {
    ci: Ci,
    open: Open,
}

/// The file whose element is open.
#[derive(Debug, Default)]
struct Open(Option<String>);

impl Checkstyle {
    /// A report in Checkstyle's XML.
    pub const fn new(ci: Ci) -> Self {
        Self { ci, open: Open(None) }
    }
}

impl Open {
    /// Opens the element of a file, unless it is open.
    fn file(&mut self, xml: &mut Xml<'_>, root: &Root, path: Option<&str>) -> io::Result<()> {
        let path = path.map_or_else(|| NO_FILE.to_owned(), |path| root.path(path));
        if self.0.as_ref() == Some(&path) {
            return Ok(());
        }
        self.end(xml)?;
        xml.open("file", &[("name", &path)])?;
        self.0 = Some(path);
        Ok(())
    }

    fn end(&mut self, xml: &mut Xml<'_>) -> io::Result<()> {
        if self.0.take().is_some() { xml.close("file") } else { Ok(()) }
    }
}

impl Report for Checkstyle {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut xml = Xml::new(out);
        xml.declare()?;
        xml.open("checkstyle", &[("version", "10.0")])
    }

    fn conversation(&mut self, out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let mut xml = Xml::new(out);
        let mut view = View::new(report.conversation, &self.ci.masker);
        for finding in report.findings.iter().filter(|finding| finding.counts()) {
            self.open.file(&mut xml, &self.ci.root, finding.path.as_deref())?;
            let message = Said::placed(&mut view, finding).line();
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "info",
            };
            let source = format!("replylint.{}", finding.rule);
            let mut attributes = vec![("severity", severity), ("message", &message), ("source", &source)];
            let place = finding.location.map(|location| [location.start.line, location.start.column]);
            let place = place.map(|place| place.map(|number| number.to_string()));
            if let Some([line, column]) = &place {
                attributes.splice(0..0, [("line", &**line), ("column", &**column)]);
            }
            xml.empty("error", &attributes)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let mut xml = Xml::new(out);
        for failure in failures(summary, &self.ci.masker) {
            self.open.file(&mut xml, &self.ci.root, failure.path.as_deref())?;
            let (line, source) = (failure.line.unwrap_or(1).to_string(), format!("replylint.{}", failure.reason));
            let attributes =
                [("line", &*line), ("severity", "error"), ("message", &*failure.message), ("source", &*source)];
            xml.empty("error", &attributes)?;
        }
        self.open.end(&mut xml)?;
        xml.close("checkstyle")
    }
}
