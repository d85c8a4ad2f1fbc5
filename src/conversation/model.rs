//! Conversation, turn, role: the one model that every reader fills and every rule sees.

use super::kinds::{Kind, Lang, Mode, Role, SourceKind, lang_of};
use super::metadata::{Field, Metadata};
use crate::source::{LineIndex, Places, Position, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The stretch of decoded input that a conversation was read from: a whole file, one line of a JSONL file, one record of
/// a sheet. The conversations of one file share it, and its lines are found once: cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// The decoded text.
    pub text: Arc<str>,
    /// Lines of the file before it.
    pub lines_before: usize,
    lines: Arc<OnceLock<LineIndex>>,
}

impl Chunk {
    /// A stretch of a file that begins after this many lines.
    pub fn new(text: impl Into<Arc<str>>, lines_before: usize) -> Self {
        Self { text: text.into(), lines_before, lines: Arc::default() }
    }

    /// Many places in the file, found one after another.
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

/// Where a turn's text stands in its chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Nowhere: given on the command line, or made up.
    #[default]
    Unmapped,
    /// From this byte of the chunk on.
    Mapped {
        /// Byte of the chunk at which the text begins.
        offset: usize,
        /// Where text and chunk drift apart (escapes, dropped line prefixes): from byte `.0` of the text
        /// on, the text stands at byte `.1` of the chunk. Sorted; empty when they run side by side.
        shifts: Vec<(usize, usize)>,
    },
}

impl Origin {
    /// Text that stands unchanged at byte `offset` of the chunk.
    pub fn at(offset: usize) -> Self {
        Self::Mapped { offset, shifts: Vec::new() }
    }

    /// Byte of the chunk for byte `at` of the turn's text.
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
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub text: String,
    /// When, as written in the input; `None` when unknown.
    pub time: Option<String>,
    /// When it was over, as written in the input: of calls, whose messages take time.
    pub end: Option<String>,
    /// The input's own id of the message.
    pub id: Option<String>,
    /// Name shown in the input.
    pub name: Option<String>,
    /// The agent who answers for it, when it differs from the conversation's.
    pub agent: Option<String>,
    /// How it came about.
    pub source: Option<SourceKind>,
    /// Words or something else.
    pub kind: Kind,
    /// Where the text stands in the chunk.
    pub origin: Origin,
    /// The cell that the text stands in, where the input is a sheet.
    pub cell: Option<Box<Cell>>,
    /// Context only (`--customer`, `--history`): read, never judged.
    pub context: bool,
}

impl Turn {
    /// A turn of this role with this text, nothing else known.
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), ..Self::default() }
    }

    /// Who of several agents says it, where the turn tells.
    pub fn speaker(&self) -> Option<&str> {
        [&self.agent, &self.name].into_iter().flatten().map(|name| name.trim()).find(|name| !name.is_empty())
    }
}

/// What was said, by whom, in which order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Conversation {
    /// The input's own id.
    pub id: Option<String>,
    /// Draft, template or transcript.
    pub mode: Mode,
    /// The language, when the input or the user states it.
    pub lang: Option<Lang>,
    /// The scenario's id, when stated: it beats what the customer's words suggest.
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
    /// Slot names that a template declares; `None` when it declares none at all.
    pub slots: Option<Vec<String>>,
    /// How its placeholders are written, where its format says so: a dialect of `rules/language/slots.toml`.
    pub dialect: Option<String>,
    /// Whether the text stands inside another syntax (JSON, YAML, CSV, HTML), where not every character means itself.
    pub quoted: bool,
    /// Where the words of a template in HTML lead: they are not part of its text.
    pub links: Vec<Link>,
    /// What a template says about itself; the fields above that it sets are set from here.
    pub metadata: Metadata,
    /// Everything else that a transcript's input says about it.
    pub meta: BTreeMap<String, String>,
    /// What of the chunk belongs to it, above its text too; `None`: all of it.
    pub block: Option<Span>,
    /// Comments that say which rules it need not keep; they are not part of its texts.
    pub waivers: Vec<WaiverComment>,
    /// What is private in some of its turns, by their numbers, where that was found out ahead (`HiddenTurns`).
    pub private: BTreeMap<usize, Vec<Span>>,
    /// The input it was read from. Many conversations share it, so whoever stores them stores it apart.
    #[serde(skip)]
    pub chunk: Chunk,
}

/// A link of HTML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its words, in bytes of the first turn's text; empty for a picture.
    pub words: Span,
    /// Where it leads, as written.
    pub to: String,
}

/// A comment that says which rules a text need not keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverComment {
    /// Rules and packs, each with its place in the chunk. None: the comment cannot be understood.
    pub names: Vec<(String, Span)>,
    /// Why.
    pub reason: Option<String>,
    /// The whole comment, in the chunk.
    pub span: Span,
    /// The lines that it holds for, in the chunk; `None`: the whole template.
    pub lines: Option<Span>,
}

impl Conversation {
    /// One reply that has not been sent, at the start of its chunk.
    pub fn draft(text: impl Into<String>) -> Self {
        let text = text.into();
        let chunk = Chunk::new(text.as_str(), 0);
        let turn = Turn { origin: Origin::at(0), ..Turn::new(Role::Agent, text) };
        Self { turns: vec![turn], chunk, ..Self::default() }
    }

    /// The sheet of a workbook that it stands in.
    pub fn sheet(&self) -> Option<&str> {
        self.turns.iter().find_map(|turn| turn.cell.as_ref()?.sheet.as_deref())
    }

    /// Line and column of byte `at` of a turn's text in the file; `None` when the turn is not from a file.
    pub fn position(&self, turn: usize, at: usize) -> Option<Position> {
        let offset = self.turns.get(turn)?.origin.chunk_offset(at)?;
        Some(self.chunk.position(offset))
    }

    /// Makes this a template that says this about itself.
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
