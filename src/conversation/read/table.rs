//! JSON, YAML and TOML documents: templates are found by their keys, conversations by their turns.

use super::format_map::{FormatMap, plain, words};
use super::record::{Around, bare, doubts, templates, texts};
use super::tree::{Document, Leaf, Node};
use super::{Format, Options, Record, format_map, json_chat, tree_json, tree_toml, tree_yaml};
use crate::conversation::{Chunk, Field, Mode};
use crate::source::{Diagnostic, Span, wording};
use std::sync::Arc;

/// Reads a document. Without templates in it, a file that was found in a folder is skipped.
pub(super) fn read(text: String, format: Format, options: &Options) -> Vec<Record> {
    let document = match format {
        Format::Yaml => tree_yaml::read(&text, 0),
        Format::Toml => Ok(tree_toml::read(&text, 0)),
        _ => tree_json::read(&text),
    };
    let shared: Arc<str> = text.into();
    let drawn = |mistake: Diagnostic| mistake.text(Arc::clone(&shared));
    let document = match document {
        Ok(document) => document,
        Err(mistake) => return vec![Record::Failed(drawn(*mistake))],
    };
    let chunk = Chunk::new(Arc::clone(&shared), 0);
    let mut walk = Walk { options, chunk, records: Vec::new(), format };
    let Document { nodes, mistakes } = document;
    let loose = options.kind == Some(Mode::Template) || options.map.is_some();
    // In a named file, texts without a key of their own are a last resort.
    for loose in if loose || options.found { vec![loose] } else { vec![false, true] } {
        if walk.records.is_empty() {
            let ours = nodes.iter().filter(|node| !walk.is_somebody_elses(node)).collect::<Vec<_>>();
            for node in ours {
                walk.node(node, &Around::default(), loose);
            }
        }
    }
    let found = walk.records;
    if found.is_empty() {
        // A broken document may be one of templates.
        let broken = mistakes.into_iter().map(|mistake| Record::Failed(drawn(mistake))).take(1).collect::<Vec<_>>();
        return if broken.is_empty() { nothing(options) } else { broken };
    }
    mistakes.into_iter().map(|mistake| Record::Notice(drawn(mistake))).chain(found).collect()
}

/// An error: a named file with nothing recognised must not pass as clean.
pub(super) fn nothing(options: &Options) -> Vec<Record> {
    if options.found {
        return Vec::new();
    }
    let mistake =
        Diagnostic::error("input/no-templates", wording!("no templates or conversations are recognised in it"));
    let help = wording!("say what is what with --format-map NAME or a [[format]] table in replylint.toml");
    vec![Record::Failed(mistake.help(help))]
}

struct Walk<'a> {
    options: &'a Options,
    chunk: Chunk,
    records: Vec<Record>,
    format: Format,
}

impl Walk<'_> {
    /// Rule packs, settings and manifests hold texts, too; they are skipped unless the user says otherwise.
    fn is_somebody_elses(&self, node: &Node) -> bool {
        self.options.kind.is_none()
            && self.options.map.is_none()
            && node.entries().iter().any(|(key, _)| words().not_ours.contains(&key.text))
    }

    /// `loose`: whether a text without a key of its own is a template.
    fn node(&mut self, node: &Node, around: &Around, loose: bool) {
        match node {
            Node::Map(entries, span) => {
                if let (Some(Node::List(_)), Format::Json) = (node.get("turns"), self.format) {
                    let raw = span.of(&self.chunk.text);
                    self.records.push(json_chat::object(raw, &self.chunk, self.options));
                    return;
                }
                let map = self.map_of(node);
                if self.is_record(node, map.as_deref(), loose) {
                    self.record(node, map.as_deref(), around);
                    return;
                }
                for (key, value) in entries {
                    let container = words().container.contains(&plain(&key.text));
                    let around = Around { key: (!container).then(|| key.clone()), shared: around.shared.clone() };
                    self.node(value, &around, loose || container);
                }
            }
            Node::List(items) => {
                let around = Around { key: None, shared: around.shared.clone() };
                for item in items {
                    self.node(item, &around, loose);
                }
            }
            Node::Leaf(leaf) => {
                if loose && leaf.string && is_sentence(&leaf.text) {
                    let map = self.options.map.as_deref();
                    let template = bare(leaf, around, map, self.mode(), &self.chunk);
                    self.records.push(Record::conversation(template));
                }
            }
        }
    }

    /// The format of a record: the given one, or the one its keys match.
    fn map_of(&self, node: &Node) -> Option<Arc<FormatMap>> {
        if let Some(map) = &self.options.map {
            return Some(Arc::clone(map));
        }
        let mut told = format_map::formats().iter().filter(|map| map.tells(node) && !texts(node, Some(map)).is_empty());
        told.next().cloned()
    }

    fn is_record(&self, node: &Node, map: Option<&FormatMap>, loose: bool) -> bool {
        let found = texts(node, map);
        if found.is_empty() {
            return false;
        }
        if map.is_some() || loose || !self.options.found {
            return true;
        }
        // Folders are full of JSON and YAML: next to the text there must be a name for it.
        let named = node.entries().iter().any(|(key, _)| {
            matches!(
                Field::of(&key.text),
                Some(Field::Id | Field::Title | Field::Scenario | Field::Shortcode | Field::Owner)
            )
        });
        // A line of JSONL can be nothing else; a text of only placeholders counts, too.
        named && (self.format == Format::Jsonl || found.iter().all(|said| is_sentence(said.text())))
    }

    fn record(&mut self, node: &Node, map: Option<&FormatMap>, around: &Around) {
        if map.is_some_and(|map| map.is_internal(node)) {
            self.records.extend(self.options.verbose.then(|| Record::Notice(internal())));
            return;
        }
        // A comment after its last value still belongs to it.
        let text = &self.chunk.text;
        let to_end =
            |own: Span| Span::new(own.start, text[own.end..].find('\n').map_or(text.len(), |end| own.end + end));
        let block = node.extent().filter(|own| text.get(own.start..own.end).is_some()).map(to_end);
        for mut template in templates(node, map, around, self.mode(), &self.chunk) {
            template.block = block;
            self.records.extend(doubts(&template).into_iter().map(Record::Notice));
            self.records.push(Record::conversation(template));
        }
    }

    fn mode(&self) -> Mode {
        self.options.kind.filter(|kind| *kind != Mode::Transcript).unwrap_or(Mode::Template)
    }
}

fn internal() -> Diagnostic {
    Diagnostic::note("input/internal", wording!("a note for colleagues, which customers do not see: not checked"))
}

/// Whether a text is more than a word or code: Han characters, or several words.
pub(super) fn is_sentence(text: &str) -> bool {
    let han = text.chars().filter(|&character| is_han(character)).take(4).count();
    han >= 2 || text.split_whitespace().nth(2).is_some()
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// Reads a line of JSONL without turns.
pub(super) fn line(text: &str, chunk: &Chunk, options: &Options) -> Vec<Record> {
    let Ok(document) = tree_json::read(text) else { return Vec::new() };
    let mut walk = Walk { options, chunk: chunk.clone(), records: Vec::new(), format: Format::Jsonl };
    for node in &document.nodes {
        walk.node(node, &Around { key: None::<Leaf>, shared: Vec::new() }, false);
    }
    walk.records
}
