//! Shared by the XML formats: elements whose text and attributes hold only characters that XML 1.0 allows.

use super::sanitize_line;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io::{self, Write};

/// Writes elements to an output passed in for each call.
pub(super) struct Xml<'a>(Writer<&'a mut dyn Write>);

impl<'a> Xml<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self(Writer::new(out))
    }

    /// The first line of a document.
    pub(super) fn declare(&mut self) -> io::Result<()> {
        self.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        self.line()
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.0.write_event(Event::Start(start(name, attributes)))
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.0.write_event(Event::Empty(start(name, attributes)))?;
        self.line()
    }

    /// Text, its line breaks kept.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        let text = text.split('\n').map(legal).collect::<Vec<_>>().join("\n");
        self.0.write_event(Event::Text(BytesText::new(&text)))
    }

    /// Closes an element.
    pub(super) fn close(&mut self, name: &str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))?;
        self.line()
    }

    fn line(&mut self) -> io::Result<()> {
        self.0.get_mut().write_all(b"\n")
    }
}

fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for (name, value) in attributes {
        element.push_attribute((*name, &*legal(value)));
    }
    element
}

/// Replaces what a terminal would obey, and the two further characters that XML cannot express.
fn legal(text: &str) -> String {
    sanitize_line(text).replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}
