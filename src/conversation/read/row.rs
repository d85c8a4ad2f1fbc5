//! Builds conversations from rows that are parsed already: a table in memory, a line of a column.

use super::{Options, RoleLabels, lang_of};
use crate::conversation::{Chunk, Conversation, Kind, Mode, Role, SourceKind, Turn};
use crate::source::{Wording, wording};
use std::collections::BTreeMap;

/// A row's data about its conversation, apart from messages: the fields of JSONL, by name.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Names and values, without `meta`. Unknown names are ignored.
    pub fields: Vec<(&'static str, String)>,
    /// Everything else.
    pub meta: BTreeMap<String, String>,
}

/// The names of these fields.
pub const FIELDS: [&str; 9] = ["id", "lang", "agent", "team", "channel", "customer", "ticket", "scenario", "closedBy"];

/// One message of a row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// The role, or a label for it.
    pub role: Option<&'a str>,
    /// The text.
    pub text: Option<&'a str>,
    /// When it was said.
    pub time: Option<&'a str>,
    /// When it ended.
    pub end: Option<&'a str>,
    /// The input's own id of the message.
    pub id: Option<&'a str>,
    /// The name shown.
    pub name: Option<&'a str>,
    /// The agent who answers for it.
    pub agent: Option<&'a str>,
    /// How it was made.
    pub source: Option<&'a str>,
    /// Its medium.
    pub kind: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// The field with this name in JSONL.
    #[cfg(feature = "arrow")]
    pub(super) fn field(&mut self, name: &str) -> Option<&mut Option<&'a str>> {
        Some(match name {
            "role" => &mut self.role,
            "text" => &mut self.text,
            "time" => &mut self.time,
            "end" => &mut self.end,
            "id" => &mut self.id,
            "name" => &mut self.name,
            "agent" => &mut self.agent,
            "source" => &mut self.source,
            "kind" => &mut self.kind,
            _ => return None,
        })
    }
}

/// Builds a conversation; `number` is its row, from 1. It has no text to point into.
///
/// # Errors
/// The mistake in a message, with its number.
pub fn conversation<'a>(
    about: About,
    said: impl Iterator<Item = Said<'a>>,
    number: usize,
    options: &Options,
) -> Result<Conversation, Wording> {
    let labels = &options.labels;
    let turns = said.enumerate().map(|(index, said)| turn(said, labels).map_err(|what| at(index, what)));
    let mut conversation = Conversation { turns: turns.collect::<Result<_, _>>()?, ..Conversation::default() };
    let mut meta = about.meta;
    for (name, value) in about.fields {
        match name {
            "id" => conversation.id = Some(value),
            "agent" => conversation.agent = Some(value),
            "team" => conversation.team = Some(value),
            "channel" => conversation.channel = Some(value),
            "scenario" => conversation.scenario = Some(value),
            "customer" | "ticket" => drop(meta.insert(name.to_owned(), value)),
            "lang" => {
                conversation.lang = lang_of(&value);
                meta.entry("language".to_owned()).or_insert(value);
            }
            "closedBy" => {
                conversation.closed_by = labels.role_of(&value);
                meta.entry("closed-by".to_owned()).or_insert(value);
            }
            _ => {}
        }
    }
    conversation.meta = meta;
    conversation.mode = options.kind.unwrap_or(Mode::Transcript);
    conversation.chunk = Chunk::new("", number - 1);
    Ok(conversation)
}

/// A mistake in a message, with its number from 1.
pub(super) fn at(index: usize, what: Wording) -> Wording {
    wording!("turn {turn}: {what}", turn = index + 1, what = what)
}

fn turn(said: Said, labels: &RoleLabels) -> Result<Turn, Wording> {
    let kind = said.kind.map_or(Ok(Kind::Text), kind)?;
    let text = match said.text {
        Some(text) => text.to_owned(),
        None if kind != Kind::Text => String::new(),
        None => return Err(wording!("no `text`")),
    };
    let plain = |value: Option<&str>| value.map(ToOwned::to_owned);
    Ok(Turn {
        role: role(said.role.ok_or(wording!("no `role`"))?, labels)?,
        text,
        time: plain(said.time),
        end: plain(said.end),
        id: plain(said.id),
        name: plain(said.name),
        agent: plain(said.agent),
        source: said.source.map(source).transpose()?,
        kind,
        ..Turn::default()
    })
}

/// The medium of a message.
pub(super) fn kind(word: &str) -> Result<Kind, Wording> {
    match word {
        "text" => Ok(Kind::Text),
        "image" => Ok(Kind::Image),
        "voice" => Ok(Kind::Voice),
        "card" => Ok(Kind::Card),
        "recalled" => Ok(Kind::Recalled),
        _ => Err(wording!("unknown `kind`: text, image, voice, card or recalled")),
    }
}

/// A role by its name or a label.
pub(super) fn role(word: &str, labels: &RoleLabels) -> Result<Role, Wording> {
    match word {
        "agent" => Ok(Role::Agent),
        "customer" => Ok(Role::Customer),
        "bot" => Ok(Role::Bot),
        "system" => Ok(Role::System),
        _ => labels.role_stated(word).ok_or_else(|| {
            let shown = word.chars().take(20).collect::<String>();
            wording!("unknown role \"{shown}\": customer, agent, bot or system", shown)
        }),
    }
}

/// The way a message was made.
pub(super) fn source(word: &str) -> Result<SourceKind, Wording> {
    match word {
        "typed" => Ok(SourceKind::Typed),
        "canned" => Ok(SourceKind::Canned),
        "auto" => Ok(SourceKind::Auto),
        "bot" => Ok(SourceKind::Bot),
        _ => Err(wording!("unknown `source`: typed, canned, auto or bot")),
    }
}
