//! TOML as values with their places.

use super::tree::{DEEPEST, Document, Leaf, Node, align};
use crate::conversation::Origin;
use crate::source::{Diagnostic, Span, Wording, wording};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Parses `text`, which begins at byte `start` of the chunk. Mistakes are reported, and the rest is read.
pub(super) fn read(text: &str, start: usize) -> Document {
    let mut document = Document::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let mistake = Diagnostic::error(
            "input/bad-toml",
            wording!("not TOML: {message}", message = Wording::Library(error.message().to_owned())),
        );
        document.mistakes.push(mistake.label(Span::new(start + span.start, start + span.end), wording!("here")));
    }
    // The parser returns its errors unsorted.
    document.mistakes.sort_by_key(|mistake| mistake.labels.first().map(|label| label.span));
    let span = table.span();
    document.nodes.push(map(table.get_ref(), &span, text, start, 0));
    document
}

fn map(table: &DeTable<'_>, span: &Range<usize>, text: &str, start: usize, depth: usize) -> Node {
    let entries = table.iter().filter(|_| depth < DEEPEST).map(|(key, value)| {
        let name = leaf(key.get_ref(), &key.span(), text, start);
        (name, node(value, text, start, depth + 1))
    });
    let mut entries = entries.collect::<Vec<_>>();
    // In the order written; the parser sorts them by name.
    entries.sort_by_key(|(key, _)| key.origin.chunk_offset(0));
    Node::Map(entries, Span::new(start + span.start, start + span.end))
}

fn node(value: &Spanned<DeValue<'_>>, text: &str, start: usize, depth: usize) -> Node {
    let span = value.span();
    match value.get_ref() {
        DeValue::String(string) => Node::Leaf(leaf(string, &span, text, start)),
        DeValue::Table(table) => map(table, &span, text, start, depth),
        DeValue::Array(items) => {
            let items = items.iter().filter(|_| depth < DEEPEST);
            Node::List(items.map(|item| node(item, text, start, depth + 1)).collect())
        }
        _ => {
            let written = text.get(span.clone()).unwrap_or_default().trim().to_owned();
            Node::Leaf(Leaf { text: written, origin: Origin::at(start + span.start), ..Leaf::default() })
        }
    }
}

/// A string or key, aligned with its source between the quotation marks.
fn leaf(string: &str, span: &Range<usize>, text: &str, start: usize) -> Leaf {
    let written = text.get(span.clone()).unwrap_or_default();
    let mut skipped =
        ["\"\"\"", "'''", "\"", "'"].iter().find(|quote| written.starts_with(**quote)).map_or(0, |q| q.len());
    if skipped == 3 {
        // A line break directly after the opening marks is not part of the text.
        let rest = &written[3..];
        skipped += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    }
    let (written, at) = (written.get(skipped..).unwrap_or_default(), start + span.start + skipped);
    let origin = if written.starts_with(string) { Origin::at(at) } else { align(string, written, at) };
    Leaf { text: string.to_owned(), origin, string: true, cell: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_every_kind_keep_their_places() {
        let text =
            "[t.a]\nx = \"抱\\n歉\"\ny = '尽快'\nz = \"\"\"\n第一行\n第二行\\\n   接着\"\"\"\n\"键\" = 2027-05-31\n";
        let document = read(text, 0);
        let table = document.nodes[0].get("t").and_then(|node| node.get("a")).unwrap();
        for (key, value, character) in
            [("x", "抱\n歉", '歉'), ("y", "尽快", '快'), ("z", "第一行\n第二行接着", '着'), ("键", "2027-05-31", '5')]
        {
            let leaf = table.get(key).and_then(Node::leaf).unwrap();
            assert_eq!(leaf.text, value);
            let at = leaf.origin.chunk_offset(value.find(character).unwrap()).unwrap();
            assert!(text[at..].starts_with(character), "{key}");
        }
        let keys = table.entries().iter().map(|(key, _)| key.text.as_str()).collect::<Vec<_>>();
        assert_eq!(keys, ["x", "y", "z", "键"]);
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_is_read() {
        let document = read("a = 1\na = 2\nb = \nc = \"好\"\n", 0);
        assert!(document.mistakes.len() >= 2);
        assert!(document.nodes[0].get("c").is_some());
        read(&format!("x = {}", "[".repeat(100_000)), 0);
    }
}
