//! Turns a record of a sheet or export into templates: one for each text in it, with the record's data.

use super::format_map::{FormatMap, keys, plain, resolve, words};
use super::html;
use super::tree::{Leaf, Node};
use crate::conversation::{Chunk, Conversation, Field, Metadata, Mode, Origin, Role, Turn, Value, waivers_of_html};
use crate::source::{Diagnostic, Level, Span};

/// A text of a record.
pub(super) struct Said<'a> {
    leaf: &'a Leaf,
    /// The language that its column or key is named after.
    language: Option<String>,
    /// Whether its name says HTML.
    html: bool,
}

impl Said<'_> {
    pub(super) fn text(&self) -> &str {
        &self.leaf.text
    }
}

/// The texts of a record: those in the map, otherwise under the usual names.
pub(super) fn texts<'a>(record: &'a Node, map: Option<&FormatMap>) -> Vec<Said<'a>> {
    let paths = map.map_or(&[][..], |map| &map.text);
    for path in paths {
        let html = path.contains("html");
        let found = resolve(record, path).into_iter().flat_map(|node| said(node, html)).collect::<Vec<_>>();
        if !found.is_empty() {
            return found;
        }
    }
    if !paths.is_empty() {
        return Vec::new();
    }
    let words = words();
    let named = keys(record).filter_map(|(name, _, value)| Some((words.rank(&name)?, name, value)));
    let mut named = named.collect::<Vec<_>>();
    named.sort_by_key(|(rank, ..)| *rank);
    let mut found: Vec<Said> = Vec::new();
    let mut best = None;
    for (rank, name, value) in named {
        if best.is_some_and(|best| best != rank) {
            break;
        }
        found.extend(said(value, name.contains("html")));
        best = best.or((!found.is_empty()).then_some(rank));
    }
    if found.is_empty() {
        let columns = keys(record).filter_map(|(name, _, value)| Some((words.language_of(&name)?, value)));
        for (language, value) in columns {
            let texts = value.leaf().filter(|leaf| leaf.string && !leaf.text.trim().is_empty());
            found.extend(texts.map(|leaf| Said { leaf, language: Some(language.to_owned()), html: false }));
        }
    }
    found
}

/// The texts of a value: itself, the items of a list, or the languages of a map.
fn said(node: &Node, html: bool) -> Vec<Said<'_>> {
    let one = |leaf: &'_ Leaf| leaf.string && !leaf.text.trim().is_empty();
    match node {
        Node::Leaf(leaf) if one(leaf) => vec![Said { leaf, language: None, html }],
        Node::Leaf(_) => Vec::new(),
        Node::List(items) => {
            let leaves = items.iter().filter_map(Node::leaf).filter(|leaf| one(leaf));
            leaves.map(|leaf| Said { leaf, language: None, html }).collect()
        }
        Node::Map(..) => {
            let by_language = keys(node).filter_map(|(name, _, value)| {
                let language = words().language_of(&name)?.to_owned();
                let leaf = value.leaf().filter(|leaf| one(leaf))?;
                Some(Said { leaf, language: Some(language), html })
            });
            by_language.collect()
        }
    }
}

/// The context of a record: the keys and groups above it.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    /// The key it is under, if that is a name of its own.
    pub(super) key: Option<Leaf>,
    /// Metadata that applies to all records here.
    pub(super) shared: Vec<(String, Leaf)>,
}

/// The templates of a record.
pub(super) fn templates(
    record: &Node,
    map: Option<&FormatMap>,
    around: &Around,
    mode: Mode,
    chunk: &Chunk,
) -> Vec<Conversation> {
    let texts = texts(record, map);
    let metadata = metadata(record, map, around);
    let one = |said: &Said| template(said, &metadata, map, mode, chunk);
    texts.iter().map(one).collect()
}

/// A template with nothing but its text.
pub(super) fn bare(leaf: &Leaf, around: &Around, map: Option<&FormatMap>, mode: Mode, chunk: &Chunk) -> Conversation {
    let metadata = metadata(&Node::List(Vec::new()), map, around);
    template(&Said { leaf, language: None, html: false }, &metadata, map, mode, chunk)
}

fn template(said: &Said, metadata: &Metadata, map: Option<&FormatMap>, mode: Mode, chunk: &Chunk) -> Conversation {
    let mut metadata = metadata.clone();
    if let Some(language) = said.language.as_ref().filter(|_| metadata.get(Field::Language).is_none()) {
        metadata.set(Field::Language, [Value::new(language, None)]);
    }
    let mut conversation = Conversation::default();
    conversation.describe(metadata);
    // A sheet's scenario is usually a sentence: it is looked up, and not being in the list is no mistake.
    conversation.scenario = None;
    conversation.mode = mode;
    conversation.dialect = map.and_then(|map| map.dialect.clone());
    let leaf = said.leaf;
    let is_html = map.and_then(|map| map.html).unwrap_or(said.html || html::looks_like_html(&leaf.text));
    let (text, origin) = if is_html {
        conversation.waivers = waivers_of_html(&leaf.text, &leaf.origin);
        let plain = html::plain(&leaf.text);
        let origin = plain.origin(&leaf.origin);
        conversation.links = plain.links;
        (plain.text, origin)
    } else {
        (leaf.text.trim_end().to_owned(), leaf.origin.clone())
    };
    conversation.turns = vec![Turn { origin, cell: leaf.cell.clone(), ..Turn::new(Role::Agent, text) }];
    // Without a file to point into, a message about an HTML comment must show it.
    let shown = leaf.origin == Origin::Unmapped && !conversation.waivers.is_empty();
    conversation.chunk = if shown { Chunk::new(leaf.text.as_str(), 0) } else { chunk.clone() };
    conversation.quoted = true;
    conversation
}

fn metadata(record: &Node, map: Option<&FormatMap>, around: &Around) -> Metadata {
    let mut metadata = Metadata::default();
    let words = words();
    for (name, key, value) in keys(record) {
        if words.rank(&name).is_some() || words.language_of(&name).is_some() {
            continue;
        }
        let ours = map.and_then(|map| map.field_of(&key.text)).unwrap_or(&key.text);
        let values = values(ours, value);
        if words.group.contains(&name) {
            metadata.put("group", values);
        } else if !values.is_empty() {
            metadata.put(ours, values);
        }
    }
    // Fields that the map finds by a path, not a key of the record.
    for (ours, paths) in map.iter().flat_map(|map| &map.fields) {
        for path in paths.iter().filter(|path| path.contains(['.', '['])) {
            let values = resolve(record, path).into_iter().flat_map(|node| values(ours, node)).collect::<Vec<_>>();
            if !values.is_empty() {
                metadata.put(ours, values);
            }
        }
    }
    for (name, leaf) in &around.shared {
        if Field::of(name).is_none_or(|field| metadata.get(field).is_none()) {
            metadata.put(name, [value(leaf)]);
        }
    }
    if let Some(key) = around.key.as_ref().filter(|_| metadata.get(Field::Id).is_none()) {
        metadata.set(Field::Id, [value(key)]);
    }
    metadata
}

/// A key's values. Names of placeholders may be joined in one text.
fn values(name: &str, node: &Node) -> Vec<Value> {
    let is_names = Field::of(name) == Some(Field::Slots) || words().available.contains(&plain(name));
    match node {
        Node::Leaf(leaf) if is_names => {
            let between = [',', ';', '|', ' ', '\n', '\t', '\u{3001}', '\u{ff0c}', '\u{ff1b}'];
            let parts = leaf.text.split(between).map(str::trim).filter(|part| !part.is_empty());
            parts.map(|part| Value::new(part, leaf.span())).collect()
        }
        Node::Leaf(leaf) if leaf.text.trim().is_empty() => Vec::new(),
        Node::Leaf(leaf) => vec![value(leaf)],
        Node::List(items) => items.iter().filter_map(Node::leaf).map(value).collect(),
        Node::Map(..) => Vec::new(),
    }
}

fn value(leaf: &Leaf) -> Value {
    let lead = leaf.text.len() - leaf.text.trim_start().len();
    let text = leaf.text.trim();
    let place = |at: usize| leaf.origin.chunk_offset(at);
    let span = place(lead).zip(place(lead + text.len())).map(|(start, end)| Span::new(start, end.max(start)));
    Value::new(text, span)
}

/// Dates in the metadata of a file's templates that are no dates.
pub(super) fn doubts(conversation: &Conversation) -> Vec<Diagnostic> {
    let doubts = conversation.metadata.doubts().into_iter();
    // An export may have languages that are not checked.
    let dates = doubts.filter(|doubt| doubt.field != Field::Language);
    let said = dates.map(|doubt| {
        let mistake = Diagnostic::error("template/metadata", doubt.message);
        let mistake = Diagnostic { level: Level::Warning, ..mistake };
        match doubt.span {
            Some(span)
                if conversation.chunk.lines_before == 0
                    && matches!(conversation.turns[0].origin, Origin::Mapped { .. }) =>
            {
                mistake.text(conversation.chunk.text.clone()).label(span, doubt.label)
            }
            _ => mistake.help(doubt.label),
        }
    });
    said.collect()
}
