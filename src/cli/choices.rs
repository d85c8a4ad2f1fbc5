//! The closed choices that options have, and what each means to the rest of the program.

#![expect(clippy::doc_markdown, reason = "these comments are the help, which is no Markdown")]

use crate::conversation::{Lang, Mode};
use crate::rulebook::Severity;
use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Chinese
    Zh,
    /// English
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}

/// How the rows of a conversation stand in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Group {
    /// Together
    #[default]
    Adjacent,
    /// Anywhere: sort them first
    Sort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal that shows colours
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    /// A reply that has not been sent
    Draft,
    /// A script to be filled in and reused
    Template,
    /// A chat that has happened
    Transcript,
}

impl From<KindArg> for Mode {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Draft => Self::Draft,
            KindArg::Template => Self::Template,
            KindArg::Transcript => Self::Transcript,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Drawn under the words, for people
    Pretty,
    /// One line a finding
    Concise,
    /// One JSON document
    Json,
    /// One JSON record a line
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands: annotations on GitHub
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// The reviewdog diagnostic format, one document
    Rdjson,
    /// The same, one diagnostic a line
    Rdjsonl,
    /// JUnit's XML
    Junit,
    /// Checkstyle's XML
    Checkstyle,
    /// A summary for colleagues, as Markdown
    Markdown,
    /// The same as a spreadsheet; needs a file
    #[cfg(feature = "xlsx")]
    Xlsx,
}

impl Format {
    /// Whether it is meant for a person at the terminal.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Pretty | Self::Concise)
    }

    /// Whether the run's totals may be printed beside it.
    pub fn is_log(self) -> bool {
        self.is_for_people() || self == Self::Github
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ActsFormat {
    /// The words underlined, for people
    Pretty,
    /// One JSON record a turn
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WhyFormat {
    /// For people
    Pretty,
    /// One JSON record a conversation
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FigureFormat {
    /// Tables for people
    Markdown,
    /// One JSON document
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Only errors
    Error,
    /// Errors and warnings
    Warning,
    /// Anything found
    Advice,
    /// Nothing found fails
    Never,
}

impl FailOn {
    /// The least severity that fails; `None`: none does.
    pub fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Advice => Some(Severity::Advice),
            Self::Never => None,
        }
    }
}
