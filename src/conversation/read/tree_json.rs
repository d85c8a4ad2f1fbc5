//! JSON as values with their places.

use super::json_text;
use super::tree::{DEEPEST, Document, Leaf, Node, repeated};
use crate::conversation::Origin;
use crate::source::{Diagnostic, LineIndex, Span, Wording, wording};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Parses `text`. Parts stay raw until they are looked at, which keeps every place.
///
/// # Errors
/// If it is no JSON.
pub(super) fn read(text: &str) -> Result<Document, Box<Diagnostic>> {
    let mut document = Document::default();
    let raw = serde_json::from_str::<&RawValue>(text).map_err(|error| Box::new(broken(&error, text)))?;
    let node = node(raw, text, 0, &mut document.mistakes)?;
    document.nodes.push(node);
    Ok(document)
}

/// The parser's error with its place, but without its quotation of the text.
fn broken(error: &serde_json::Error, text: &str) -> Diagnostic {
    let message = error.to_string();
    let what = Wording::Library(message.split(" at line ").next().unwrap_or_default().to_owned());
    let lines = LineIndex::new(text);
    let mut at = (lines.start_of(error.line().saturating_sub(1)) + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    Diagnostic::error("input/bad-json", wording!("not JSON: {what}", what)).label(Span::new(at, at), wording!("here"))
}

fn node(raw: &RawValue, text: &str, depth: usize, mistakes: &mut Vec<Diagnostic>) -> Result<Node, Box<Diagnostic>> {
    let written = raw.get();
    let span = Span::within(text, written);
    let start = span.start;
    let refuse = |code, message: Wording| Box::new(Diagnostic::error(code, message).label(span, ""));
    if depth > DEEPEST {
        let place = Span::new(start, start + 1);
        return Err(Box::new(Diagnostic::error("input/too-deep", wording!("nested too deeply")).label(place, "")));
    }
    match written.as_bytes().first() {
        Some(b'"') => {
            let decoded = json_text::decode(written, start);
            let (text, origin) = decoded.ok_or_else(|| refuse("input/bad-json", wording!("a lone surrogate")))?;
            Ok(Node::Leaf(Leaf { text, origin, string: true, cell: None }))
        }
        Some(b'{') => {
            let Entries(parts) =
                serde_json::from_str(written).map_err(|_| refuse("input/bad-json", wording!("not an object")))?;
            let mut entries = Vec::with_capacity(parts.len());
            for (key, value) in parts {
                let Node::Leaf(key) = node(key, text, depth + 1, mistakes)? else { continue };
                entries.push((key, node(value, text, depth + 1, mistakes)?));
            }
            repeated(&entries, mistakes);
            Ok(Node::Map(entries, span))
        }
        Some(b'[') => {
            let Items(parts) =
                serde_json::from_str(written).map_err(|_| refuse("input/bad-json", wording!("not an array")))?;
            let nodes = parts.into_iter().map(|part| node(part, text, depth + 1, mistakes));
            Ok(Node::List(nodes.collect::<Result<_, _>>()?))
        }
        _ => {
            let text = if written == "null" { "" } else { written };
            Ok(Node::Leaf(Leaf { text: text.to_owned(), origin: Origin::at(start), string: false, cell: None }))
        }
    }
}

/// The entries of an object as written, including repeated keys.
struct Entries<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<(&'de RawValue, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(Reader).map(Self)
    }
}

struct Items<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<&'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(items)
            }
        }
        deserializer.deserialize_seq(Reader).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_places() {
        let text = "{\"a\": [\"尽\\n快\", 7, null], \"b\": {\"c\": true}}";
        let document = read(text).unwrap();
        let Some(Node::List(list)) = document.nodes[0].get("a") else { panic!("{document:?}") };
        let leaf = list[0].leaf().unwrap();
        assert_eq!((leaf.text.as_str(), leaf.string), ("尽\n快", true));
        assert!(text[leaf.origin.chunk_offset(4).unwrap()..].starts_with('快'));
        assert_eq!(list[1].leaf().unwrap().text, "7");
        let truth = document.nodes[0].get("b").and_then(|map| map.get("c")).and_then(Node::leaf).unwrap();
        assert_eq!(truth.span().unwrap().of(text), "true");
    }

    #[test]
    fn repeated_keys_and_broken_text_are_marked() {
        let text = "{\"a\": 1,\n \"a\": 2}";
        let mistakes = read(text).unwrap().mistakes;
        assert_eq!((mistakes[0].code, mistakes[0].labels[0].span.start), ("input/duplicate-key", 11));
        let error = read("{\"您\": \n 1,, }").unwrap_err();
        assert_eq!((error.code, error.labels[0].span.start), ("input/bad-json", 12));
    }

    #[test]
    fn nesting_bombs_are_refused() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = [open.repeat(100_000), "1".to_owned(), close.repeat(100_000)].concat();
            assert!(read(&text).is_err());
        }
    }
}
