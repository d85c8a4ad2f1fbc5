//! Arguments of `replylint promises`.

use super::shared_args::{Book, Unsaid};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Promises {
    /// Files, folders or globs; `-` is standard input [default: standard input]
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// File to write; its name tells the format [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How it is written [default: by the name of the output, else jsonl]
    #[arg(short, long, value_enum)]
    pub format: Option<PromisesFormat>,
    /// The moment that promised times are compared with [default: now]
    #[arg(long, alias = "at", value_name = "MOMENT")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub unsaid: Unsaid,
    /// Calls, mails and tickets that the conversations do not show: CSV or JSONL with customer or ticket, time, channel
    #[arg(long, value_name = "FILE")]
    pub contacts: Option<PathBuf>,
    /// Show private data as it is
    #[arg(long)]
    pub show_pii: bool,
    #[command(flatten)]
    pub book: Book,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PromisesFormat {
    /// One JSON record a promise
    Jsonl,
    /// For spreadsheets
    Csv,
    /// A workbook
    Xlsx,
    /// For programs that read columns
    #[cfg(feature = "parquet")]
    Parquet,
    /// A calendar of what is still to be seen to
    Ics,
}

impl PromisesFormat {
    /// Whether it is no text, and belongs into a file.
    pub fn is_binary(self) -> bool {
        #[cfg(feature = "parquet")]
        if self == Self::Parquet {
            return true;
        }
        self == Self::Xlsx
    }
}
