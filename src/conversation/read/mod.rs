//! Readers: text in, conversations out, one file a format; no reader opens a file or looks at a clock.

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

/// How a text says who said what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The whole text is one reply.
    Draft,
    /// One reply with slots, under front matter.
    Template,
    /// A document with many templates.
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
    /// A chat as it was copied from a window.
    Pasted,
}

/// How much of one input is read before it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest text: a draft, a template, a page with many, a pasted chat.
    pub text_bytes: usize,
    /// Longest line of a JSONL file.
    pub record_bytes: usize,
    /// Largest file with many texts that is read whole: a workbook, JSON, any UTF-16 file.
    pub file_bytes: usize,
}

/// Longest text, unless told otherwise: a text that is judged takes up some fifty times its size.
pub const TEXT_BYTES: u64 = 16 << 20;
/// Largest file that is read whole, unless texts may be longer.
const FILE_BYTES: usize = 256 << 20;

impl Limits {
    /// Texts of at most this many bytes.
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
    /// Draft, template or transcript, where the user said so.
    pub kind: Option<Mode>,
    /// The encoding, where the user said so.
    pub encoding: Option<Encoding>,
    /// When to refuse.
    pub limits: Limits,
    /// Words for the roles.
    pub labels: Arc<RoleLabels>,
    /// What the columns or keys mean, where the user or the settings say so.
    pub map: Option<Arc<FormatMap>>,
    /// The channel of conversations that name none, where the user said so.
    pub channel: Option<Arc<str>>,
    /// What the columns of a table of conversations hold, where the settings say so.
    pub columns: Arc<log::ColumnMap>,
    /// The file was found in a folder, not named: what does not look like ours is left alone.
    pub found: bool,
    /// Whether to say how the input was understood.
    pub verbose: bool,
    /// Where tables are sorted by conversation, when their rows are mixed; none where they are read as they stand.
    pub shelf: Option<Arc<dyn log::Shelf>>,
}

/// One thing read. Conversations and failures are the input's rows and add up; notices come on top.
#[derive(Debug)]
pub enum Record {
    /// Read.
    Conversation(Box<Conversation>),
    /// This row (or the whole input) could not be read; the diagnostic has its line.
    Failed(Diagnostic),
    /// Worth saying. Of level error where something beside the rows is wrong, such as a template's front matter.
    Notice(Diagnostic),
}

/// Reads a whole text as values with their places.
///
/// # Errors
/// Where it is no YAML.
pub fn yaml(text: &str) -> Result<Document, Box<Diagnostic>> {
    tree_yaml::read(text, 0)
}

/// Reads a whole text as values with their places.
///
/// # Errors
/// Where it is no JSON.
pub fn json(text: &str) -> Result<Document, Box<Diagnostic>> {
    tree_json::read(text)
}

impl Record {
    /// The same on a channel, where it names none itself.
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
