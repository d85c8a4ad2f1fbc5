//! Tags that come in pairs: `{% if x %} … {% endif %}`, `{{#if x}} … {{/if}}`. One without the other is broken.

use super::{Form, SlotHit, SlotKind, SlotWords};
use std::collections::BTreeMap;

/// Deepest nesting that is followed.
const DEEPEST: usize = 100;

/// Marks opening tags without an end, end tags without a beginning, and middle tags outside a block. Comments become
/// one hit, and raw text holds no placeholders.
pub(super) fn match_up(text: &str, found: &mut Vec<SlotHit>, words: &SlotWords) {
    take_literally(text, found, words);
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
            Tag::Between(of) if !open.iter().any(|(_, opened)| of.iter().any(|name| name == opened)) => {
                found[index].kind = SlotKind::Unopened;
            }
            _ => {}
        }
    }
    for (lost, _) in open {
        found[lost].kind = SlotKind::Unclosed;
    }
}

/// Joins each comment to one hit, and drops hits between the tags of raw text.
fn take_literally(text: &str, found: &mut Vec<SlotHit>, words: &SlotWords) {
    let names = |hit: &SlotHit, closes: bool| match read(hit.span.of(text), words) {
        _ if hit.form != Form::Tag || hit.kind != SlotKind::Closed => None,
        Tag::Opens(name) if !closes => Some(name),
        Tag::Closes(name) if closes => Some(name),
        _ => None,
    };
    let literal = |name: &&str| words.block.literal.iter().chain(&words.block.unsent).any(|known| known == name);
    if !found.iter().any(|hit| names(hit, false).as_ref().is_some_and(literal)) {
        return;
    }
    let mut kept: Vec<SlotHit> = Vec::with_capacity(found.len());
    // The end tags of each name in reverse, so that each is visited once.
    let mut ends: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, hit) in found.iter().enumerate().rev() {
        if let Some(name) = names(hit, true).filter(literal) {
            ends.entry(name).or_default().push(index);
        }
    }
    let mut index = 0;
    while let Some(hit) = found.get(index) {
        kept.push(*hit);
        index += 1;
        let Some(name) = names(hit, false).filter(literal) else { continue };
        let Some(ends) = ends.get_mut(name) else { continue };
        while ends.pop_if(|end| *end < index).is_some() {}
        let Some(end) = ends.pop() else { continue };
        if words.block.unsent.iter().any(|known| known == name) {
            if let Some(comment) = kept.last_mut() {
                comment.span.end = found[end].span.end;
                comment.form = Form::Comment;
            }
            index = end + 1;
        } else {
            index = end;
        }
    }
    *found = kept;
}

enum Tag<'a> {
    Opens(&'a str),
    Closes(&'a str),
    /// A middle tag such as `{% else %}`, with the blocks that it may stand in.
    Between(&'a [String]),
    Stands,
}

fn read<'a>(tag: &'a str, words: &'a SlotWords) -> Tag<'a> {
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
        _ => words.block.between.get(word).map_or(Tag::Stands, |of| Tag::Between(of)),
    }
}
