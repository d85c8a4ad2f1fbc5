//! What can be typed: commands, options and the help that teaches them.

#![expect(clippy::doc_markdown, reason = "these comments are the help, which is no Markdown")]

use super::ledger_args::Promises;
use crate::conversation::{Lang, Mode};
use crate::rulebook::Severity;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Check what a customer-service team says: drafts, script templates and chats.
#[derive(Debug, Parser)]
#[command(name = "replylint", version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Exit status: 0 nothing at or above --fail-on, 1 findings, 2 something could not be done.\n\
    Start with: replylint check --text \"We will get back to you soon.\"")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: Global,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Language of messages [default: from LC_ALL, LC_MESSAGES, LANG]
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub locale: Option<Language>,
    /// When to colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: When,
    /// Never colour (as NO_COLOR does)
    #[arg(long, global = true, conflicts_with = "color")]
    pub no_color: bool,
    /// Say more: why each rule matters, what was not evaluated
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Say less: no summary on standard error
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check drafts, templates and transcripts
    Check(Box<Check>),
    /// Audit whole transcripts: a row for each conversation, figures for each agent and rule
    Audit(Box<Audit>),
    /// List, explain and test the rules
    Rules {
        #[command(subcommand)]
        command: Rules,
        #[command(flatten)]
        book: Book,
    },
    /// Show the settings in force and where each value comes from
    Config {
        /// The file or folder that the settings are for
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Print the JSON Schema of replylint.toml instead
        #[arg(long)]
        schema: bool,
        #[command(flatten)]
        book: Book,
    },
    /// Show what is recognised in each turn: acts and promises
    Acts {
        /// Files, folders or globs; `-` is standard input [default: standard input]
        #[arg(value_name = "INPUT")]
        inputs: Vec<PathBuf>,
        /// A reply, given here instead of in a file
        #[arg(long, value_name = "REPLY", conflicts_with = "inputs")]
        text: Option<String>,
        /// How it is written [default: pretty on a terminal, else jsonl]
        #[arg(short, long, value_enum)]
        format: Option<ActsFormat>,
        /// Time zone of times without one [default: TZ, else the system's]
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        #[command(flatten)]
        book: Book,
    },
    /// List every promise: who, what, until when, and what became of it
    Promises(Promises),
    /// Score the rules and cues against labelled replies
    Eval {
        /// JSONL files of labelled replies, or folders of them
        #[arg(required = true, value_name = "LABELS")]
        labels: Vec<PathBuf>,
        /// How the scores are written
        #[arg(short, long, value_enum, default_value = "markdown")]
        format: EvalFormat,
        /// List every disagreement with its text
        #[arg(long)]
        disagreements: bool,
        #[command(flatten)]
        book: Book,
    },
    /// Show which times a text names, and when they are, as JSON
    When {
        /// The text
        text: String,
        /// The moment of speaking, RFC 3339 or `2026-11-22 10:00` [default: now]
        #[arg(long, value_name = "MOMENT")]
        at: Option<String>,
        /// Time zone of the moment, such as Asia/Shanghai [default: TZ, else the system's]
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
    },
    /// Write a commented replylint.toml and a first pack of your own
    Init {
        /// The folder to write to
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Replace files that are there
        #[arg(long)]
        force: bool,
    },
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Files, folders or globs; `-` is standard input [default: standard input, where it is piped]
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// A draft, given here instead of in a file
    #[arg(long, value_name = "DRAFT", conflicts_with = "inputs", allow_hyphen_values = true)]
    pub text: Option<String>,

    /// What the customer said last
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true, help_heading = "What the reply answers")]
    pub customer: Option<String>,
    /// The chat so far, in any form that can be checked
    #[arg(long, value_name = "FILE", help_heading = "What the reply answers")]
    pub history: Option<PathBuf>,
    /// What it is about, where the customer's words are not at hand (`replylint rules scenarios`)
    #[arg(long, value_name = "NAME", help_heading = "What the reply answers")]
    pub scenario: Option<String>,
    /// What kind of text the input is [default: guessed]
    #[arg(long, value_enum, help_heading = "What the reply answers")]
    pub kind: Option<KindArg>,
    /// Language of the texts [default: each turn's, by its script]
    #[arg(long, value_enum, value_name = "LANG", help_heading = "What the reply answers")]
    pub lang: Option<Language>,
    /// The moment that promised times and the days of templates are compared with [default: now]
    #[arg(long, value_name = "MOMENT", help_heading = "What the reply answers")]
    pub as_of: Option<String>,
    /// Encoding of the inputs, such as gb18030 or big5 [default: UTF-8, else guessed and said]
    #[arg(long, value_name = "NAME", help_heading = "What the reply answers")]
    pub encoding: Option<String>,

    /// How findings are written to standard output [default: pretty]
    #[arg(short, long, value_enum, help_heading = "Output")]
    pub format: Option<Format>,
    /// A format and the file to write it to, such as `sarif=out.sarif`; without a file, standard output (repeatable)
    #[arg(long, value_name = "FORMAT[=FILE]", conflicts_with = "diff", help_heading = "Output")]
    pub output: Vec<String>,
    /// Show all findings of a draft, not only the two that matter most
    #[arg(short, long, help_heading = "Output")]
    pub all: bool,
    /// Show private data as it is
    #[arg(long, help_heading = "Output")]
    pub show_pii: bool,
    /// Least severity that makes the exit status 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "warning", help_heading = "Output")]
    pub fail_on: FailOn,

    /// Apply safe fixes to the files
    #[arg(long, help_heading = "Fixes")]
    pub fix: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long, help_heading = "Fixes")]
    pub diff: bool,
    /// Apply fixes that may change the meaning, too
    #[arg(long, help_heading = "Fixes")]
    pub unsafe_fixes: bool,

    #[command(flatten)]
    pub book: Book,
    /// Threads for large inputs [default: all processors]
    #[arg(long, value_name = "N", help_heading = "Speed")]
    pub threads: Option<std::num::NonZeroUsize>,
}

#[derive(Debug, Args)]
pub struct Audit {
    /// Files, folders or globs; `-` is standard input
    #[arg(value_name = "INPUT", required = true)]
    pub inputs: Vec<PathBuf>,
    /// The folder to write to
    #[arg(short, long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Go on where an audit of the same inputs was stopped
    #[arg(long)]
    pub resume: bool,
    /// How often what is done is made safe, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 1000, hide = true)]
    pub checkpoint: u64,
    /// Language of the texts [default: each turn's, by its script]
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Language>,
    /// Encoding of the inputs, such as gb18030 or big5 [default: UTF-8, else guessed and said]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Time zone of times without one, and of days [default: calendar.zone, else TZ, else the system's]
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Write private data as it is
    #[arg(long)]
    pub show_pii: bool,
    #[command(flatten)]
    pub book: Book,
    /// Threads [default: all processors]
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
}

/// Which rules.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub struct Book {
    /// Settings file to use instead of the nearest replylint.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use no settings file
    #[arg(long, global = true, conflicts_with = "config")]
    pub no_config: bool,
    /// A pack to use on top: a file, or an industry of ours such as industry/banking (repeat for several)
    #[arg(long, global = true, value_name = "PACK")]
    pub pack: Vec<PathBuf>,
    /// Ask only these rules, such as `promise/*` (repeat, or join with commas)
    #[arg(long, global = true, value_name = "RULE", value_delimiter = ',')]
    pub select: Option<Vec<String>>,
    /// Do not ask these rules
    #[arg(long, global = true, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum Rules {
    /// One line a rule
    List,
    /// The closed list of scenarios
    Scenarios,
    /// The industry packs that can be added, with their rules
    Industries,
    /// What a rule is about, why, and examples
    Explain {
        /// Its id, such as promise/vague-promise
        id: String,
    },
    /// Run the examples that rules and cues carry
    Test {
        /// A pack: a file or an industry of ours; default: the whole rulebook
        #[arg(value_name = "PACK")]
        file: Option<PathBuf>,
    },
    /// The JSON Schema of packs, for editors
    Schema,
}

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
}

impl Format {
    /// Whether it is drawn or worded for whoever sits at the terminal.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Pretty | Self::Concise)
    }

    /// Whether the figures of a run may stand beside it.
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
pub enum EvalFormat {
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
