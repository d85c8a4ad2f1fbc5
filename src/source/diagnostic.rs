//! A mistake in an input, a pack or a configuration, as a plain value that any room can make.

use super::{LineIndex, Span, Wording, wording};
use std::fmt;

/// How bad it is. An error: something could not be done. A warning: it was done, but deserves a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something could not be done: exit status 2.
    Error,
    /// Done, but worth a look.
    Warning,
    /// Information on how something was done.
    Note,
}

/// A marked place with a word of explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where, in the diagnostic's text.
    pub span: Span,
    /// What is wrong there; empty where the place says enough.
    pub text: Wording,
}

/// What went wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub level: Level,
    /// A stable name such as `pack/unknown-cue`.
    pub code: &'static str,
    /// One line: what is wrong.
    pub message: Wording,
    /// What to do.
    pub help: Option<Wording>,
    /// The file (or other name) it is about, as shown to people.
    pub path: Option<String>,
    /// The text that the labels point into, shared between the diagnostics of one file.
    pub text: Option<std::sync::Arc<str>>,
    /// Marked places in `text`.
    pub labels: Vec<Label>,
    /// Line of the input, from 1, where there is no text to draw in.
    pub line: Option<usize>,
}

impl Diagnostic {
    /// An error with this stable code.
    pub fn error(code: &'static str, message: impl Into<Wording>) -> Self {
        Self {
            level: Level::Error,
            code,
            message: message.into(),
            help: None,
            path: None,
            text: None,
            labels: Vec::new(),
            line: None,
        }
    }

    /// A warning with this stable code.
    pub fn warning(code: &'static str, message: impl Into<Wording>) -> Self {
        Self { level: Level::Warning, ..Self::error(code, message) }
    }

    /// A note on how something was understood, shown on request.
    pub fn note(code: &'static str, message: impl Into<Wording>) -> Self {
        Self { level: Level::Note, ..Self::error(code, message) }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<Wording>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the file.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Names the line, from 1.
    #[must_use]
    pub fn line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// Gives the text to draw in.
    #[must_use]
    pub fn text(mut self, text: impl Into<std::sync::Arc<str>>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Marks a place.
    #[must_use]
    pub fn label(mut self, span: impl Into<Span>, text: impl Into<Wording>) -> Self {
        self.labels.push(Label { span: span.into(), text: text.into() });
        self
    }
}

impl Diagnostic {
    /// The line of the input, from 1: that of the first label, otherwise the one that was set.
    pub fn first_line(&self) -> Option<usize> {
        let drawn = self.labels.first().zip(self.text.as_deref());
        drawn.map(|(label, text)| LineIndex::new(text).position(text, label.span.start).line).or(self.line)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}:")?;
            if let Some(line) = self.line {
                write!(f, "{line}:")?;
            }
            write!(f, " ")?;
        }
        write!(f, "{}", self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// The known name nearest to a misspelt one, if any is near enough to be worth saying.
pub fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(given, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// Turns serde's message into ours, with the nearest known name as help where one is misspelt.
pub fn explained(message: &str) -> (Wording, Option<Wording>) {
    if let Some(field) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return (wording!("missing field `{field}`", field), None);
    }
    let library = |text: &str| Wording::Library(text.to_owned());
    let Some((what, expected)) = message.split_once(", expected ") else { return (library(message), None) };
    // The Rust name of a table means nothing to the user.
    let expected = if expected.starts_with("struct ") { "a table" } else { expected };
    if let Some(given) = what.strip_prefix("invalid type: ") {
        let (given, expected) = (library(given), library(expected));
        return (wording!("invalid type: {given}, expected {expected}", given, expected), None);
    }
    let Some(Misnamed { field, given, known }) = Misnamed::of(message) else { return (library(message), None) };
    let said = if field {
        wording!("unknown field “{given}”", given)
    } else {
        wording!("unknown variant “{given}”", given)
    };
    let help = match did_you_mean(given, known.iter().copied()) {
        Some(near) => wording!("did you mean “{near}”?", near),
        None => wording!("known here: {names}", names = known.join(", ")),
    };
    (said, Some(help))
}

/// A name that serde does not know, read from its message.
pub struct Misnamed<'a> {
    /// Whether it is the name of a field, and not a value.
    pub field: bool,
    /// The name.
    pub given: &'a str,
    /// The names that serde knows there.
    pub known: Vec<&'a str>,
}

impl<'a> Misnamed<'a> {
    /// From “unknown field `given`, expected one of `known`, `known`”.
    pub fn of(message: &'a str) -> Option<Self> {
        let field = message.strip_prefix("unknown field `");
        let mut names = field.or_else(|| message.strip_prefix("unknown variant `"))?.split('`').step_by(2);
        Some(Self { field: field.is_some(), given: names.next()?, known: names.collect() })
    }
}
