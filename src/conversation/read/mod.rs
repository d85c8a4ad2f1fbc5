//! Readers turn text into conversations, one file for each format; no reader opens a file or reads a clock.

mod batch;
#[cfg(feature = "arrow")]
pub mod columns;
mod csv;
mod draft;
mod format_map;
mod guess;
mod html;
mod input;
mod json_chat;
mod json_text;
mod jsonl;
pub mod log;
mod mail;
mod markdown;
mod pasted;
mod record;
mod roles;
pub mod row;
mod sheet;
mod sheet_rows;
mod speakers;
mod style;
mod table;
mod template;
mod time;
mod tree;
mod tree_json;
mod tree_toml;
mod tree_yaml;
#[cfg(feature = "xlsx")]
mod workbook;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use batch::{Batch, Batches, Records};
#[cfg(feature = "parquet")]
pub use columns::files::Store;
pub use format_map::{Export, FormatMap, formats};
pub use guess::guess;
pub use input::{Input, Reader, Texts, open};
#[cfg(feature = "parquet")]
pub use input::{is_stored, open_stored};
pub use roles::RoleLabels;
pub(super) use roles::fold;
pub use sheet_rows::{SheetRow, SheetRows, rows};
pub use tree::{Document, Leaf, Node};

use batch::broken;

use super::kinds::lang_of;
use super::{Conversation, Mode};
use crate::source::{Diagnostic, Encoding};
use std::sync::Arc;

/// The format of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The whole text is one reply.
    Draft,
    /// One reply with placeholders, after front matter.
    Template,
    /// A document with several templates.
    Markdown,
    /// A table of templates, or an array of conversations.
    Json,
    /// A table of templates.
    Yaml,
    /// A table of templates.
    Toml,
    /// One reply, written in HTML.
    Html,
    /// One conversation a line.
    Jsonl,
    /// A chat copied from a window.
    Pasted,
}

/// Limits beyond which an input is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest text: a draft, a template, a page of templates, a pasted chat.
    pub text_bytes: usize,
    /// Longest line of a JSONL file.
    pub record_bytes: usize,
    /// Largest file with several texts that is read at once: a workbook, JSON, any UTF-16 file.
    pub file_bytes: usize,
}

/// Longest text by default: judging a text takes some fifty times its size in memory.
pub const TEXT_BYTES: u64 = 16 << 20;
/// Largest file that is read at once, unless texts may be longer.
const FILE_BYTES: usize = 256 << 20;

impl Limits {
    /// The limits for texts of at most this many bytes.
    pub fn of_texts(bytes: u64) -> Self {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        Self { text_bytes: bytes, record_bytes: bytes, file_bytes: bytes.max(FILE_BYTES) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::of_texts(TEXT_BYTES)
    }
}

/// What the user said about the input. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The kind of text.
    pub kind: Option<Mode>,
    /// The encoding.
    pub encoding: Option<Encoding>,
    /// When to refuse.
    pub limits: Limits,
    /// Words for roles.
    pub labels: Arc<RoleLabels>,
    /// The meaning of columns or keys.
    pub map: Option<Arc<FormatMap>>,
    /// The channel of conversations that name none.
    pub channel: Option<Arc<str>>,
    /// The columns of tables of conversations.
    pub columns: Arc<log::ColumnMap>,
    /// The file was found in a folder, not named: if it does not look like ours, it is skipped.
    pub found: bool,
    /// Whether to say how the input was understood.
    pub verbose: bool,
    /// Storage for sorting tables whose rows are mixed; `None`: read rows in their order.
    pub shelf: Option<Arc<dyn log::Shelf>>,
}

/// A result of reading. Conversations and failures add up to the rows of the input; notices are extra.
#[derive(Debug)]
pub enum Record {
    /// A conversation.
    Conversation(Box<Conversation>),
    /// A row (or the whole input) that could not be read; the diagnostic has its line.
    Failed(Diagnostic),
    /// A notice. Its level is error if something other than a row is wrong, such as a template's front matter.
    Notice(Diagnostic),
}

/// Parses YAML into values with their places.
///
/// # Errors
/// If it is no YAML.
pub fn yaml(text: &str) -> Result<Document, Box<Diagnostic>> {
    tree_yaml::read(text, 0)
}

/// Parses JSON into values with their places.
///
/// # Errors
/// If it is no JSON.
pub fn json(text: &str) -> Result<Document, Box<Diagnostic>> {
    tree_json::read(text)
}

impl Record {
    /// Sets the channel, if the conversation names none.
    fn on(mut self, channel: Option<&Arc<str>>) -> Self {
        if let (Self::Conversation(conversation), Some(channel)) = (&mut self, channel)
            && conversation.channel.as_ref().is_none_or(|own| own.trim().is_empty())
        {
            conversation.channel = Some(channel.to_string());
        }
        self
    }

    fn conversation(conversation: Conversation) -> Self {
        Self::Conversation(Box::new(conversation))
    }
}
