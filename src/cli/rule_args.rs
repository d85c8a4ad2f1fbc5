//! Arguments of `replylint rules`.

use super::choices::FigureFormat;
use clap::Subcommand;
use std::path::PathBuf;

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
        /// Count in these texts, too, how often each rule and each cue is found, and which never are (repeatable)
        #[arg(long, value_name = "INPUT")]
        coverage: Vec<PathBuf>,
        /// How the counts are written
        #[arg(short, long, value_enum, default_value = "markdown", requires = "coverage")]
        format: FigureFormat,
    },
    /// What a changed rulebook changes: findings gained and lost in texts, rule by rule
    Diff {
        /// Before: `default`, a pack, a folder of packs, or a replylint.toml
        old: String,
        /// After: the same
        new: String,
        /// Files, folders or globs; `-` is standard input
        #[arg(required = true, value_name = "INPUT")]
        inputs: Vec<PathBuf>,
        /// How it is written
        #[arg(short, long, value_enum, default_value = "markdown")]
        format: FigureFormat,
        /// Most examples of what each rule gained, and of what it lost
        #[arg(long, value_name = "N", default_value = "3")]
        examples: usize,
        /// Show private data as it is
        #[arg(long)]
        show_pii: bool,
        /// Threads [default: all processors]
        #[arg(long, value_name = "N")]
        threads: Option<std::num::NonZeroUsize>,
    },
    /// Write the rules to a sheet (.xlsx, .csv), a row a word, to be edited
    Export {
        /// The file to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Replace the file if it is there
        #[arg(long)]
        force: bool,
    },
    /// Make a pack of what an edited sheet says beyond the rules in force
    Import {
        /// The sheet
        sheet: PathBuf,
        /// The pack to write
        #[arg(short, long, value_name = "PACK")]
        output: PathBuf,
        /// Replace the pack if it is there
        #[arg(long)]
        force: bool,
    },
    /// The JSON Schema of packs, for editors
    Schema,
}
