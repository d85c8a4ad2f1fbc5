//! The command line's commands and options, with their help.

pub use super::choices::*;
use super::promises_args::Promises;
pub use super::rule_args::Rules;
pub use super::shared_args::{Book, Given, Global, Unsaid};
use clap::{ArgGroup, Args, Parser, Subcommand};
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

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check drafts, templates and transcripts
    Check(Box<Check>),
    /// Audit whole transcripts: a row for each conversation, figures for each agent and rule
    Audit(Box<Audit>),
    /// Compare an audit with what people said about the same conversations
    Calibrate(Box<Calibrate>),
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
    /// Say why a rule does, or does not, find something in a text
    ExplainFinding {
        /// The rule's id, such as promise/vague-promise
        rule: String,
        #[command(flatten)]
        given: Box<Given>,
        /// Only what is said on this line of the file
        #[arg(long, value_name = "N")]
        line: Option<usize>,
        /// How it is written
        #[arg(short, long, value_enum, default_value = "pretty")]
        format: WhyFormat,
        /// Show private data as it is
        #[arg(long)]
        show_pii: bool,
        #[command(flatten)]
        book: Book,
    },
    /// List templates, and write them out for a workbench or help desk
    Templates {
        #[command(subcommand)]
        command: Templates,
        #[command(flatten)]
        book: Book,
    },
    /// Show what is recognised in each turn: acts and promises
    Acts(Acts),
    /// List every promise: who, what, until when, and what became of it
    Promises(Promises),
    /// Score the rules and cues against labelled replies
    Eval {
        /// JSONL files of labelled replies, or folders of them
        #[arg(required = true, value_name = "LABELS")]
        labels: Vec<PathBuf>,
        /// How the scores are written
        #[arg(short, long, value_enum, default_value = "markdown")]
        format: FigureFormat,
        /// List every disagreement with its text
        #[arg(long)]
        disagreements: bool,
        #[command(flatten)]
        book: Book,
    },
    /// Make a pack of rules from elsewhere: Vale, Alibaba Cloud, Amazon Connect, lists of words
    Import(Import),
    /// Show which times a text names, and when they are, as JSON
    When {
        /// The text
        text: String,
        /// The moment of speaking, RFC 3339 or `2026-11-22 10:00` [default: now]
        #[arg(long, alias = "as-of", value_name = "MOMENT")]
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
    #[command(flatten)]
    pub given: Given,
    /// Pass over named files that are no texts or templates, as in a folder, and be content if none is left; for hooks
    #[arg(long, help_heading = "Input")]
    pub skip_others: bool,

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

    /// Only findings on lines that are new or touched since the branch left this revision
    #[arg(long, value_name = "REV", requires = "inputs", conflicts_with_all = ["text", "fix", "diff"], help_heading = "What changed")]
    pub since: Option<String>,
    /// Only findings on staged lines; staged texts are read, not the files
    #[arg(long, requires = "inputs", conflicts_with_all = ["since", "text", "fix", "diff"], help_heading = "What changed")]
    pub staged: bool,

    /// File of the findings that were there before; they do not count [default: `baseline` in the settings]
    #[arg(long, value_name = "FILE", help_heading = "Waivers and baseline")]
    pub baseline: Option<PathBuf>,
    /// Write the baseline: all findings the first time, later only fewer of them
    #[arg(long, conflicts_with_all = ["fix", "diff", "text", "since", "staged"], help_heading = "Waivers and baseline")]
    pub write_baseline: bool,
    /// Let a baseline that is there grow
    #[arg(long, requires = "write_baseline", help_heading = "Waivers and baseline")]
    pub force: bool,

    /// Apply safe fixes to the files
    #[arg(long, help_heading = "Fixes")]
    pub fix: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long, help_heading = "Fixes")]
    pub diff: bool,
    /// Apply fixes that may change the meaning, too
    #[arg(long, help_heading = "Fixes")]
    pub unsafe_fixes: bool,

    /// Say instead why this rule finds nothing (`replylint explain-finding`)
    #[arg(long, value_name = "RULE", conflicts_with_all = ["fix", "diff"], help_heading = "Rules")]
    pub why_not: Option<String>,

    #[command(flatten)]
    pub book: Book,
    /// Judge every template anew, whatever is kept from earlier runs
    #[arg(long, help_heading = "Speed")]
    pub no_cache: bool,
    /// Threads for large inputs [default: all processors]
    #[arg(long, value_name = "N", help_heading = "Speed")]
    pub threads: Option<std::num::NonZeroUsize>,
}

#[derive(Debug, Args)]
pub struct Acts {
    /// Files, folders or globs; `-` is standard input [default: standard input]
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// A reply, given here instead of in a file
    #[arg(long, value_name = "REPLY", conflicts_with = "inputs")]
    pub text: Option<String>,
    /// How it is written [default: pretty on a terminal, else jsonl]
    #[arg(short, long, value_enum)]
    pub format: Option<ActsFormat>,
    /// When messages were written that state no time, RFC 3339 or `2026-11-22 10:00`: promised times count from it
    #[arg(long, alias = "as-of", value_name = "MOMENT")]
    pub at: Option<String>,
    #[command(flatten)]
    pub unsaid: Unsaid,
    /// Show private data as it is
    #[arg(long)]
    pub show_pii: bool,
    #[command(flatten)]
    pub book: Book,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("written").multiple(true)))]
pub struct Calibrate {
    /// The folder of an audit, or its conversations.jsonl
    pub machine: PathBuf,
    /// What people said: CSV or JSONL with conversation, reviewer, and score, passed or rules
    pub human: PathBuf,
    /// The scorecard to compare [default: the first of each conversation]
    #[arg(long, value_name = "ID")]
    pub scorecard: Option<String>,
    /// What counts where several people judged: `majority`, `unanimous`, `any` who objects, or a reviewer's name
    #[arg(long, value_name = "WHO", default_value = "majority")]
    pub reference: String,
    /// How it is written
    #[arg(short, long, value_enum, default_value = "markdown")]
    pub format: FigureFormat,
    /// Write what they do not agree on to this CSV, to be talked about
    #[arg(short, long, alias = "output", value_name = "FILE", group = "written")]
    pub out: Option<PathBuf>,
    /// Write each conversation's human score and machine score side by side to this CSV
    #[arg(long, value_name = "FILE", group = "written")]
    pub scores: Option<PathBuf>,
    /// Replace these files if they are there
    #[arg(long, requires = "written")]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct Audit {
    /// Files, folders or globs; `-` is standard input
    #[arg(value_name = "INPUT", required_unless_present = "review")]
    pub inputs: Vec<PathBuf>,
    /// The folder to write to; with --review, the one of an audit that was made
    #[arg(short, long, alias = "output", value_name = "FOLDER")]
    pub out: PathBuf,
    /// Keep the promise ledger, too: the inputs are read once more
    #[arg(long)]
    pub promises: bool,
    /// The moment that promised times are compared with, by the ledger [default: now] and by rules [default: not asked]
    #[arg(long, alias = "at", value_name = "MOMENT")]
    pub as_of: Option<String>,
    /// Calls, mails and tickets that the conversations do not show: CSV or JSONL with customer or ticket, time, channel
    #[arg(long, value_name = "FILE", requires = "promises")]
    pub contacts: Option<PathBuf>,
    /// Write only the results and review.csv: no pages, no workbooks, no findings.csv, no Parquet
    #[arg(long)]
    pub no_reports: bool,
    /// A scorecard: `chat`, `call`, `letter`, `none`, or a TOML file (repeat for several) [default: audit.scorecards,
    /// else the three by channel]
    #[arg(long, value_name = "CARD")]
    pub scorecard: Vec<PathBuf>,
    /// Draw conversations for people: random:50, or so many of each agent, team, channel, day, agent-month, score, rule;
    /// must:100 for complaints, low ratings and the like (repeat for several)
    #[arg(long, value_name = "PLAN")]
    pub sample: Vec<String>,
    /// The seed of what is drawn
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// A review.xlsx or review.csv that came back: recompute the audit in --out by it (repeat for several)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["inputs", "sample", "resume"])]
    pub review: Vec<PathBuf>,
    /// Go on where an audit of the same inputs was stopped
    #[arg(long)]
    pub resume: bool,
    /// Write over an audit that people have reviewed: what they decided is lost
    #[arg(long, conflicts_with = "review")]
    pub force: bool,
    /// How often what is done is made safe, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 1000, hide = true)]
    pub checkpoint: u64,
    /// Language of the texts [default: each turn's, by its script]
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Language>,
    #[command(flatten)]
    pub unsaid: Unsaid,
    /// Write private data as it is
    #[arg(long)]
    pub show_pii: bool,
    #[command(flatten)]
    pub book: Book,
    /// Threads [default: all processors]
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
}

/// Rules from elsewhere.
#[derive(Debug, Args)]
pub struct Import {
    /// Where they come from, if it is not told by the files (`vale`, `aliyun`, `connect`, `words`), then files or folders
    #[arg(required = true, value_name = "[FORMAT] INPUT")]
    pub inputs: Vec<PathBuf>,
    /// The pack to write
    #[arg(short, long, value_name = "PACK")]
    pub output: PathBuf,
    /// Replace the pack if it is there
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Subcommand)]
pub enum Templates {
    /// One line a template: where it stands and what it is called
    List {
        #[command(flatten)]
        from: Sources,
    },
    /// Write templates to a sheet (.csv, .tsv, .xlsx) or an export (.json)
    Export {
        #[command(flatten)]
        from: Sources,
        /// The file to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// The format to write, such as qianniu or zendesk [default: table or json]
        #[arg(long, value_name = "NAME")]
        to: Option<String>,
        /// Replace the file if it is there
        #[arg(long)]
        force: bool,
    },
    /// The formats that are known by name
    Formats,
}

/// Where templates are read from.
#[derive(Debug, Args)]
pub struct Sources {
    /// Files, folders or globs
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Encoding of the inputs [default: UTF-8, else guessed and said]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// What the columns or keys of the inputs mean [default: told from them]
    #[arg(long, value_name = "NAME")]
    pub format_map: Option<String>,
}
