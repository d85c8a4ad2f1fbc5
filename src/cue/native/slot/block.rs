//! Tags that enclose something: `{% if x %} … {% endif %}`, `{{#if x}} … {{/if}}`. One without the other is broken.

use super::{Form, SlotHit, SlotKind, SlotWords};

/// Deepest nesting that is followed.
const DEEPEST: usize = 100;

/// Marks opening tags that nothing closes, and closing tags that close nothing.
pub(super) fn match_up(text: &str, found: &mut [SlotHit], words: &SlotWords) {
    let mut open: Vec<(usize, &str)> = Vec::new();
    for index in 0..found.len() {
        let hit = found[index];
        if hit.form != Form::Tag || hit.kind != SlotKind::Closed {
            continue;
        }
        match read(hit.span.of(text), words) {
            Tag::Opens(name) if open.len() < DEEPEST => open.push((index, name)),
            Tag::Closes(name) => match open.iter().rposition(|(_, opened)| *opened == name) {
                Some(at) => {
                    for (lost, _) in open.drain(at + 1..) {
                        found[lost].kind = SlotKind::Unclosed;
                    }
                    open.pop();
                }
                None => found[index].kind = SlotKind::Unopened,
            },
            _ => {}
        }
    }
    for (lost, _) in open {
        found[lost].kind = SlotKind::Unclosed;
    }
}

enum Tag<'a> {
    Opens(&'a str),
    Closes(&'a str),
    Stands,
}

fn read<'a>(tag: &'a str, words: &SlotWords) -> Tag<'a> {
    let inside = tag.trim_matches(['{', '}', '%', '-', '~', ' ', '\n', '\t']);
    let word = inside.split([' ', '(', '\t', '\n']).next().unwrap_or_default();
    if !tag.starts_with("{%") {
        let name = word.trim_start_matches(['#', '/', '^']);
        return match word.as_bytes().first() {
            Some(b'#' | b'^') => Tag::Opens(name),
            Some(b'/') => Tag::Closes(name),
            _ => Tag::Stands,
        };
    }
    let encloses = |name: &str| words.block.tags.iter().any(|tag| tag == name);
    match word.strip_prefix("end") {
        Some(name) if encloses(name) => Tag::Closes(name),
        _ if encloses(word) => Tag::Opens(word),
        _ => Tag::Stands,
    }
}
