//! YAML as values with their places. Aliases are expanded within a budget: nine lines can ask for a billion laughs.

use super::tree::{DEEPEST, Document, Leaf, Node, align, repeated};
use crate::conversation::Origin;
use crate::source::{Diagnostic, Span, Wording, wording};
use granit_parser::{Event, Parser, ScalarStyle, ScanError};
use std::collections::HashMap;

/// Most values of a file, with aliases counted each time they are used.
const MOST: usize = 2_000_000;

/// Parses `text`, which begins at byte `start` of the chunk.
///
/// # Errors
/// If it is no YAML.
pub(super) fn read(text: &str, start: usize) -> Result<Document, Box<Diagnostic>> {
    let mut builder = Builder { start, ..Builder::default() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Box::new(broken(&error, text, start)))?;
        let place = span.start.byte_offset().zip(span.end.byte_offset());
        let place = place.map_or(Span::new(0, 0), |(from, to)| Span::new(from, to.max(from)));
        builder.take(event, place, text)?;
    }
    Ok(builder.document)
}

fn broken(error: &ScanError, text: &str, start: usize) -> Diagnostic {
    let mut at = error.marker().byte_offset().unwrap_or(0).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let what = Wording::Library(error.info());
    Diagnostic::error("input/bad-yaml", wording!("not YAML: {what}", what))
        .label(Span::new(start + at, start + at), wording!("here"))
}

#[derive(Default)]
struct Builder {
    start: usize,
    document: Document,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    count: usize,
}

/// A list or map being read.
struct Open {
    anchor: usize,
    at: usize,
    /// The count of values when it began.
    before: usize,
    parts: Parts,
}

enum Parts {
    List(Vec<Node>),
    Map(Vec<(Leaf, Node)>, Option<Leaf>),
}

impl Builder {
    fn take(&mut self, event: Event<'_>, place: Span, text: &str) -> Result<(), Box<Diagnostic>> {
        let at = self.start + place.start;
        match event {
            Event::Scalar(value, style, anchor, _) => {
                self.count += 1;
                let leaf = leaf(&value, style, place, text, self.start);
                let node = Node::Leaf(leaf);
                if anchor > 0 {
                    self.anchors.insert(anchor, (node.clone(), 1));
                }
                self.put(node, at)?;
            }
            Event::SequenceStart(_, anchor, _) => self.begin(anchor, at, Parts::List(Vec::new()))?,
            Event::MappingStart(_, anchor, _) => self.begin(anchor, at, Parts::Map(Vec::new(), None))?,
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                let end = (self.start + place.end).max(open.at);
                let node = match open.parts {
                    Parts::List(items) => Node::List(items),
                    Parts::Map(entries, _) => {
                        repeated(&entries, &mut self.document.mistakes);
                        Node::Map(merged(entries), Span::new(open.at, end))
                    }
                };
                if open.anchor > 0 {
                    self.anchors.insert(open.anchor, (node.clone(), self.count - open.before));
                }
                self.put(node, open.at)?;
            }
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor) else {
                    return Err(refuse("input/bad-yaml", wording!("an alias of something that it is part of"), at));
                };
                self.count += size;
                let node = node.clone();
                self.put(node, at)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, anchor: usize, at: usize, parts: Parts) -> Result<(), Box<Diagnostic>> {
        if self.open.len() > DEEPEST {
            return Err(refuse("input/too-deep", wording!("nested too deeply"), at));
        }
        self.open.push(Open { anchor, at, before: self.count, parts });
        Ok(())
    }

    fn put(&mut self, node: Node, at: usize) -> Result<(), Box<Diagnostic>> {
        if self.count > MOST {
            return Err(refuse("input/too-large", wording!("the aliases come to too many values"), at));
        }
        match self.open.last_mut().map(|open| &mut open.parts) {
            None => self.document.nodes.push(node),
            Some(Parts::List(items)) => items.push(node),
            Some(Parts::Map(entries, key)) => match key.take() {
                Some(name) => entries.push((name, node)),
                // A key that is no text matches no name.
                None => *key = Some(if let Node::Leaf(leaf) = node { leaf } else { Leaf::default() }),
            },
        }
        Ok(())
    }
}

fn refuse(code: &'static str, message: Wording, at: usize) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, message).label(Span::new(at, at), ""))
}

fn leaf(value: &str, style: ScalarStyle, place: Span, text: &str, start: usize) -> Leaf {
    let string = style != ScalarStyle::Plain || !is_plain_value(value);
    let written = text.get(place.start..place.end).unwrap_or_default();
    let mut skipped = 0;
    if written.starts_with(['|', '>']) {
        skipped = written.find('\n').map_or(0, |line| line + 1);
    } else if written.starts_with(['"', '\'']) && !matches!(style, ScalarStyle::Plain) {
        skipped = 1;
    }
    let (written, at) = (&written[skipped..], start + place.start + skipped);
    let origin = if written == value { Origin::at(at) } else { align(value, written, at) };
    Leaf { text: value.to_owned(), origin, string, cell: None }
}

/// Whether it is a number, boolean or null in YAML's core schema.
fn is_plain_value(value: &str) -> bool {
    matches!(value, "" | "~" | "null" | "Null" | "NULL" | "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        || value.parse::<f64>().is_ok_and(f64::is_finite)
}

/// `<<: *defaults`: merged entries count unless the key is set again.
fn merged(entries: Vec<(Leaf, Node)>) -> Vec<(Leaf, Node)> {
    if !entries.iter().any(|(key, _)| key.text == "<<") {
        return entries;
    }
    let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(key, _)| key.text == "<<");
    for (_, node) in merges {
        let maps = if let Node::List(maps) = node { maps } else { vec![node] };
        for (key, value) in maps.iter().flat_map(Node::entries) {
            if !own.iter().any(|(name, _)| name.text == key.text) {
                own.push((key.clone(), value.clone()));
            }
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(node: &Node, found: &mut Vec<Leaf>) {
        match node {
            Node::Leaf(leaf) => found.push(leaf.clone()),
            Node::List(items) => items.iter().for_each(|item| leaves(item, found)),
            Node::Map(entries, _) => entries.iter().for_each(|(_, value)| leaves(value, found)),
        }
    }

    #[test]
    fn every_style_keeps_its_places() {
        let text = "a: 您好\nb: \"抱歉\\n尽快\"\nc: '稍''等'\nd: |\n  第一行\n  第二行\ne: >-\n  one\n  two\nf: 7\n";
        let document = read(text, 0).unwrap();
        let mut found = Vec::new();
        leaves(&document.nodes[0], &mut found);
        let texts = found.iter().map(|leaf| leaf.text.as_str()).collect::<Vec<_>>();
        assert_eq!(texts, ["您好", "抱歉\n尽快", "稍'等", "第一行\n第二行\n", "one two", "7"]);
        for (leaf, character) in found.iter().zip(['好', '尽', '等', '二', 't', '7']) {
            let at = leaf.origin.chunk_offset(leaf.text.find(character).unwrap()).unwrap();
            assert!(text[at..].starts_with(character), "{character}: {}", &text[at..]);
        }
        assert!(!found[5].string && found[0].string);
    }

    #[test]
    fn aliases_merges_and_documents() {
        let text = "x: &d\n  owner: a\ny:\n  <<: *d\n  text: b\n---\nz: 1\n";
        let document = read(text, 0).unwrap();
        assert_eq!(document.nodes.len(), 2);
        let owner = document.nodes[0].get("y").and_then(|node| node.get("owner")).and_then(Node::leaf);
        assert_eq!(owner.unwrap().text, "a");
    }

    #[test]
    fn bombs_repeats_and_broken_text_are_refused() {
        let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for level in 1..12 {
            let before = level - 1;
            let nine = vec![format!("*a{before}"); 9].join(", ");
            laughs = format!("{laughs}a{level}: &a{level} [{nine}]\n");
        }
        assert_eq!(read(&laughs, 0).unwrap_err().code, "input/too-large");
        assert!(read(&"[".repeat(1_000_000), 0).is_err());
        assert!(read(&"- ".repeat(100_000), 0).is_err());
        let repeated = read("a: 1\nb: 2\na: 3\n", 0).unwrap().mistakes;
        assert_eq!(repeated[0].labels[0].span, Span::new(10, 11));
        let error = read("a: \"open\nb: [1\n", 5).unwrap_err();
        assert_eq!(error.code, "input/bad-yaml");
        assert!(error.message.to_string().len() > "not YAML: ".len(), "{}", error.message);
    }
}
