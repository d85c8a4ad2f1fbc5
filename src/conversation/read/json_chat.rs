//! One conversation as a JSON object; unknown fields are ignored.

use super::{Options, Record, RoleLabels, json_text, row};
use crate::conversation::{Chunk, Conversation, Kind, Mode, Origin, Role, Turn};
use crate::source::{Diagnostic, Span, Wording, wording};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Values stay raw until they are needed, which keeps every offset and allocates nothing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawConversation<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    lang: Option<&'a RawValue>,
    agent: Option<&'a RawValue>,
    team: Option<&'a RawValue>,
    channel: Option<&'a RawValue>,
    customer: Option<&'a RawValue>,
    ticket: Option<&'a RawValue>,
    scenario: Option<&'a RawValue>,
    closed_by: Option<&'a RawValue>,
    meta: Option<&'a RawValue>,
    pub turns: Option<Vec<RawTurn<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct RawTurn<'a> {
    #[serde(borrow)]
    role: Option<&'a RawValue>,
    text: Option<&'a RawValue>,
    time: Option<&'a RawValue>,
    end: Option<&'a RawValue>,
    id: Option<&'a RawValue>,
    name: Option<&'a RawValue>,
    agent: Option<&'a RawValue>,
    source: Option<&'a RawValue>,
    kind: Option<&'a RawValue>,
}

/// Reads an object within a larger document; `raw` must be a slice of the chunk's text.
pub(super) fn object(raw: &str, chunk: &Chunk, options: &Options) -> Record {
    let start = Span::within(&chunk.text, raw).start;
    let failed = |code, message| Record::Failed(Diagnostic::error(code, message).line(chunk.position(start).line));
    let read = match serde_json::from_str::<RawConversation>(raw) {
        Ok(read) => read,
        Err(error) => return failed("input/bad-json", explain(&error, raw)),
    };
    match build(&read, &chunk.text, &options.labels) {
        Ok(mut conversation) => {
            conversation.mode = options.kind.unwrap_or(Mode::Transcript);
            conversation.chunk = chunk.clone();
            Record::conversation(conversation)
        }
        Err(message) => failed("input/bad-conversation", message),
    }
}

/// Builds the conversation; values must be slices of `line`.
pub(super) fn build(raw: &RawConversation, line: &str, labels: &RoleLabels) -> Result<Conversation, Wording> {
    let turns = raw.turns.as_ref().ok_or(wording!("no `turns`"))?;
    let mut meta = meta(raw.meta)?;
    for (key, value) in [("customer", raw.customer), ("ticket", raw.ticket)] {
        if let Some(value) = scalar(value, key)? {
            meta.insert(key.to_owned(), value);
        }
    }
    let lang = scalar(raw.lang, "lang")?;
    let closed_by = scalar(raw.closed_by, "closedBy")?;
    // Values that the model has no word for are kept as written: a rule may need the script or a timeout.
    for (key, value) in [("language", &lang), ("closed-by", &closed_by)] {
        if let Some(value) = value {
            meta.entry(key.to_owned()).or_insert_with(|| value.clone());
        }
    }
    let turns = turns.iter().enumerate();
    let turns = turns.map(|(index, raw)| turn(raw, line, labels).map_err(|what| row::at(index, what)));
    Ok(Conversation {
        id: scalar(raw.id, "id")?,
        lang: lang.as_deref().and_then(super::lang_of),
        scenario: scalar(raw.scenario, "scenario")?,
        agent: scalar(raw.agent, "agent")?,
        team: scalar(raw.team, "team")?,
        channel: scalar(raw.channel, "channel")?,
        closed_by: closed_by.and_then(|word| labels.role_of(&word)),
        turns: turns.collect::<Result<_, _>>()?,
        meta,
        ..Conversation::default()
    })
}

fn turn(raw: &RawTurn, line: &str, labels: &RoleLabels) -> Result<Turn, Wording> {
    let word = |raw: &RawValue| json_text::plain(raw.get()).unwrap_or_default();
    let kind = raw.kind.map_or(Ok(Kind::Text), |kind| row::kind(&word(kind)))?;
    let (text, origin) = match raw.text {
        Some(text) if text.get().starts_with('"') => {
            let start = Span::within(line, text.get()).start;
            json_text::decode(text.get(), start).ok_or(wording!("a lone surrogate in `text`"))?
        }
        Some(_) => return Err(wording!("`text` is not a string")),
        None if kind != Kind::Text => (String::new(), Origin::Unmapped),
        None => return Err(wording!("no `text`")),
    };
    Ok(Turn {
        role: role(raw.role.ok_or(wording!("no `role`"))?, labels)?,
        text,
        time: scalar(raw.time, "time")?,
        end: scalar(raw.end, "end")?,
        id: scalar(raw.id, "id")?,
        name: scalar(raw.name, "name")?,
        agent: scalar(raw.agent, "agent")?,
        source: raw.source.map(|source| row::source(&word(source))).transpose()?,
        kind,
        origin,
        ..Turn::default()
    })
}

fn role(raw: &RawValue, labels: &RoleLabels) -> Result<Role, Wording> {
    match raw.get() {
        "\"agent\"" => Ok(Role::Agent),
        "\"customer\"" => Ok(Role::Customer),
        _ => row::role(&scalar(Some(raw), "role")?.unwrap_or_default(), labels),
    }
}

fn meta(raw: Option<&RawValue>) -> Result<BTreeMap<String, String>, Wording> {
    let Some(raw) = raw else { return Ok(BTreeMap::new()) };
    let map = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw.get())
        .map_err(|_| wording!("`meta` is not an object"))?;
    let text = |value: &RawValue| match value.get() {
        string if string.starts_with('"') => json_text::plain(string),
        other => Some(other.to_owned()),
    };
    map.into_iter().map(|(key, value)| Ok((key, text(value).ok_or(wording!("a lone surrogate in `meta`"))?))).collect()
}

/// A string, number or boolean as text: exports write ids and times in any of these.
fn scalar(raw: Option<&RawValue>, field: &str) -> Result<Option<String>, Wording> {
    match raw.map(RawValue::get) {
        None => Ok(None),
        Some(text) if text.starts_with('"') => {
            json_text::plain(text).map(Some).ok_or_else(|| wording!("a lone surrogate in `{field}`", field))
        }
        Some(text) if text.starts_with(['{', '[']) => Err(wording!("`{field}` is not a plain value", field)),
        Some(text) => Ok(Some(text.to_owned())),
    }
}

/// The kind and place of a JSON error. The parser's message is not used for wrong values, because it quotes them and
/// they may be private.
pub(super) fn explain(error: &serde_json::Error, line: &str) -> Wording {
    let column = line.char_indices().take_while(|(at, _)| *at + 1 < error.column()).count() + 1;
    if error.is_data() {
        return wording!(
            "not a conversation at column {column}: an object with `turns`, a list of objects, is expected",
            column
        );
    }
    let message = error.to_string();
    let what = Wording::Library(message.split(" at line ").next().unwrap_or_default().to_owned());
    wording!("not JSON at column {column}: {what}", column, what)
}
