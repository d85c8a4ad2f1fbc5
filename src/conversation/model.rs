//! Conversation, turn, role: the model that all readers fill and all rules see.

use super::kinds::{Kind, Lang, Mode, Role, SourceKind, lang_of};
use super::metadata::{Field, Metadata};
use crate::source::{LineIndex, Places, Position, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The part of the decoded input that a conversation was read from: a whole file, a line of a JSONL file, a record of a
/// sheet. The conversations of a file share it with its line index, so cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// The decoded text.
    pub text: Arc<str>,
    /// Number of lines of the file before it.
    pub lines_before: usize,
    lines: Arc<OnceLock<LineIndex>>,
}

impl Chunk {
    /// A chunk that begins after this many lines of its file.
    pub fn new(text: impl Into<Arc<str>>, lines_before: usize) -> Self {
        Self { text: text.into(), lines_before, lines: Arc::default() }
    }

    /// Looks up many positions in the file in turn.
    pub fn places(&self) -> Places<'_> {
        Places::new(&self.text, self.lines_before, &self.lines)
    }

    /// The place in the file of byte `offset` of this chunk.
    pub fn position(&self, offset: usize) -> Position {
        let lines = self.lines.get_or_init(|| LineIndex::new(&self.text));
        let mut position = lines.position(&self.text, offset);
        position.line += self.lines_before;
        position
    }
}

/// A cell of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The sheet's name; `None` where the file is the sheet, as in CSV.
    pub sheet: Option<Arc<str>>,
    /// Column and row as spreadsheets show them, such as `B17`.
    pub name: String,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sheet {
            Some(sheet) => write!(f, "{sheet}!{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// The place of a turn's text in its chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// None: given on the command line, or made up.
    #[default]
    Unmapped,
    /// From this byte of the chunk on.
    Mapped {
        /// Byte of the chunk at which the text begins.
        offset: usize,
        /// Where text and chunk diverge (escapes, dropped line prefixes): from byte `.0` of the text on, it is at byte
        /// `.1` of the chunk. Sorted; empty if they never diverge.
        shifts: Vec<(usize, usize)>,
    },
}

impl Origin {
    /// Text that is at byte `offset` of the chunk, unchanged.
    pub fn at(offset: usize) -> Self {
        Self::Mapped { offset, shifts: Vec::new() }
    }

    /// The byte of the chunk for byte `at` of the turn's text.
    pub fn chunk_offset(&self, at: usize) -> Option<usize> {
        let Self::Mapped { offset, shifts } = self else { return None };
        let after = shifts.partition_point(|&(text, _)| text <= at);
        Some(match after.checked_sub(1).map(|index| shifts[index]) {
            Some((text, chunk)) => chunk + (at - text),
            None => offset + at,
        })
    }
}

/// One message.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Turn {
    /// The speaker's role.
    pub role: Role,
    /// The text.
    pub text: String,
    /// When, as written in the input; `None` when unknown.
    pub time: Option<String>,
    /// When it ended, as written; for calls, whose messages take time.
    pub end: Option<String>,
    /// The input's own id of the message.
    pub id: Option<String>,
    /// The speaker's name in the input.
    pub name: Option<String>,
    /// The agent who answers for it, if not the conversation's.
    pub agent: Option<String>,
    /// How it was made.
    pub source: Option<SourceKind>,
    /// Its medium.
    pub kind: Kind,
    /// Where its text is in the chunk.
    pub origin: Origin,
    /// The cell of its text, in a sheet.
    pub cell: Option<Box<Cell>>,
    /// Context only (`--customer`, `--history`): read, never judged.
    pub context: bool,
}

impl Turn {
    /// A turn with only a role and a text.
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), ..Self::default() }
    }

    /// The agent of this turn, if the turn names one.
    pub fn speaker(&self) -> Option<&str> {
        [&self.agent, &self.name].into_iter().flatten().map(|name| name.trim()).find(|name| !name.is_empty())
    }
}

/// Messages in order, and what is known about them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Conversation {
    /// The input's own id.
    pub id: Option<String>,
    /// Draft, template or transcript.
    pub mode: Mode,
    /// The language, when the input or the user states it.
    pub lang: Option<Lang>,
    /// The scenario's id, if stated; it overrides what the customer's words suggest.
    pub scenario: Option<String>,
    /// The agent who answers for turns that name none.
    pub agent: Option<String>,
    /// Team of the agent.
    pub team: Option<String>,
    /// Chat, e-mail, letter, call, …
    pub channel: Option<String>,
    /// Who closed it.
    pub closed_by: Option<Role>,
    /// The messages in order.
    pub turns: Vec<Turn>,
    /// Placeholders that a template declares; `None` if it has no such list.
    pub slots: Option<Vec<String>>,
    /// The dialect of its placeholders (`rules/language/slots.toml`), if its format implies one.
    pub dialect: Option<String>,
    /// Whether the text is embedded in another syntax (JSON, YAML, CSV, HTML), in which some characters are escaped.
    pub quoted: bool,
    /// Targets of links in an HTML template, which are not part of its text.
    pub links: Vec<Link>,
    /// Metadata of a template; some of the fields above are set from it.
    pub metadata: Metadata,
    /// Other data of a transcript.
    pub meta: BTreeMap<String, String>,
    /// The part of the chunk that belongs to it, including what is above its text; `None`: all of it.
    pub block: Option<Span>,
    /// Waiver comments, which were taken out of its text.
    pub waivers: Vec<WaiverComment>,
    /// Private stretches of turns, by index, if found in advance (`HiddenTurns`).
    pub private: BTreeMap<usize, Vec<Span>>,
    /// The input it was read from. Conversations share it, so store it apart.
    #[serde(skip)]
    pub chunk: Chunk,
}

/// A link of HTML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its text, in bytes of the first turn's text; empty for a picture.
    pub words: Span,
    /// Its target, as written.
    pub to: String,
}

/// A waiver comment: which rules a text need not keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverComment {
    /// Rules and packs with their places in the chunk; empty if the comment is malformed.
    pub names: Vec<(String, Span)>,
    /// Why.
    pub reason: Option<String>,
    /// The whole comment, in the chunk.
    pub span: Span,
    /// The lines it applies to, in the chunk; `None`: the whole template.
    pub lines: Option<Span>,
}

impl Conversation {
    /// A draft at the start of its chunk.
    pub fn draft(text: impl Into<String>) -> Self {
        let text = text.into();
        let chunk = Chunk::new(text.as_str(), 0);
        let turn = Turn { origin: Origin::at(0), ..Turn::new(Role::Agent, text) };
        Self { turns: vec![turn], chunk, ..Self::default() }
    }

    /// The workbook's sheet it is in.
    pub fn sheet(&self) -> Option<&str> {
        self.turns.iter().find_map(|turn| turn.cell.as_ref()?.sheet.as_deref())
    }

    /// Line and column in the file of byte `at` of a turn's text; `None` if the turn is not from a file.
    pub fn position(&self, turn: usize, at: usize) -> Option<Position> {
        let offset = self.turns.get(turn)?.origin.chunk_offset(at)?;
        Some(self.chunk.position(offset))
    }

    /// Makes it a template with this metadata.
    pub fn describe(&mut self, metadata: Metadata) {
        let text = |field| metadata.text(field).map(ToOwned::to_owned);
        self.mode = Mode::Template;
        self.id = text(Field::Id).or_else(|| self.id.take());
        self.scenario = text(Field::Scenario).or_else(|| self.scenario.take());
        self.channel = text(Field::Channel).or_else(|| self.channel.take());
        self.lang = metadata.text(Field::Language).and_then(lang_of).or(self.lang);
        if let Some(slots) = metadata.fields.get(&Field::Slots) {
            self.slots = Some(slots.iter().map(|slot| slot.text.clone()).collect());
        }
        self.metadata = metadata;
    }
}
