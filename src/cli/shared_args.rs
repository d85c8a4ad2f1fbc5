//! Options that several commands share.

#![expect(clippy::doc_markdown, reason = "these comments are the help, which is no Markdown")]

use super::choices::{Group, KindArg, Language, When};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use std::path::PathBuf;

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

/// A text, and what it answers.
#[derive(Debug, Default, Args)]
pub struct Given {
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
    #[arg(long, value_enum, help_heading = "Input")]
    pub kind: Option<KindArg>,
    /// Channel of conversations that name none, such as call or chat
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new(), help_heading = "Input")]
    pub channel: Option<String>,
    /// Language of the texts [default: each turn's, by its script]
    #[arg(long, value_enum, value_name = "LANG", help_heading = "Input")]
    pub lang: Option<Language>,
    /// The moment, or day, that promised times, days of templates and waivers are compared with [default: now]
    #[arg(long, alias = "at", value_name = "MOMENT", help_heading = "What the reply answers")]
    pub as_of: Option<String>,
    /// Encoding of the inputs, such as gb18030 or big5 [default: UTF-8, else guessed and said]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub encoding: Option<String>,
    /// How the rows of a conversation stand in a table
    #[arg(long, value_enum, value_name = "HOW", default_value = "adjacent", help_heading = "Input")]
    pub group: Group,
    /// What the columns of a sheet or the keys of an export mean, such as qianniu or zendesk [default: told from them]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub format_map: Option<String>,
}

/// What holds for inputs and conversations that do not say it themselves.
#[derive(Debug, Args)]
pub struct Unsaid {
    /// Encoding of the inputs, such as gb18030 or big5 [default: UTF-8, else guessed and said]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// How the rows of a conversation stand in a table
    #[arg(long, value_enum, value_name = "HOW", default_value = "adjacent")]
    pub group: Group,
    /// Channel of conversations that name none, such as call or chat
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub channel: Option<String>,
    /// Time zone of times without one, and of days [default: calendar.zone, TZ, the system's]
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
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
