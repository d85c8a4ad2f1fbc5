//! Placeholders in `[]`, `【】` and `<<>>`. The brackets alone mean nothing; the words inside decide.

use super::{Form, SlotKind, SlotWords, Step, head, is_name, name_run, name_run_before};
use crate::source::Span;

/// Longest content, in bytes.
const INSIDE: usize = 96;

/// At `[` or `【`.
pub(super) fn open(text: &str, at: usize, words: &SlotWords) -> Step {
    let square = text.as_bytes()[at] == b'[';
    let inside = at + if square { 1 } else { '【'.len_utf8() };
    let rest = &text[inside..];
    let window = head(rest, INSIDE);
    let Some((length, closer)) = window.match_indices(['[', ']', '【', '】', '\n', '{']).next() else {
        return unclosed(text, at, inside, words);
    };
    let content = &rest[..length];
    if !matches!(closer, "]" | "】") {
        return unclosed(text, at, inside, words);
    }
    let end = inside + length + closer.len();
    let after = &text[end..];
    // Not a link [text](url) or [text][1], a label 【订单号】：, or a heading at the start of a line.
    let link = square && after.starts_with(['(', '[', ':']) && !after.starts_with("[[");
    let linked = link && !(after.starts_with('[') && bracketed(after).is_some_and(|next| words.is_inside(next)));
    let before = text[..at].trim_end_matches([' ', '\u{3000}', '*', '#']);
    let headed = !square && (before.is_empty() || before.ends_with('\n')) && !words.made_of_people(content.trim());
    if linked || after.starts_with([':', '：']) || headed || !words.is_inside(content) {
        return Step::to(inside);
    }
    let kind = if square == (closer == "]") { SlotKind::Closed } else { SlotKind::Unclosed };
    Step::hit(Span::new(at, end), kind, Some(trimmed(content, inside)), Form::Bracket)
}

/// At a `]` or `】` without an opening bracket: a placeholder only if a free-standing name precedes it.
pub(super) fn close(text: &str, at: usize, words: &SlotWords) -> Step {
    let end = at + if text.as_bytes()[at] == b']' { 1 } else { '】'.len_utf8() };
    let name = name_run_before(&text[..at], 16);
    let start = at - name.len();
    // An opening bracket before it: the pair was examined already and is no placeholder.
    let opened = text[..start].ends_with(['[', '【', '(', '「', '『', ' ', '-']);
    if opened || !words.made_of_names(name) || text[end..].starts_with(['(', ':']) {
        return Step::to(end);
    }
    let mut step = Step::hit(Span::new(start, end), SlotKind::Unopened, Some(Span::new(start, at)), Form::Bracket);
    step.next = end;
    step
}

/// At `<<`.
pub(super) fn angle(text: &str, at: usize) -> Step {
    let inside = at + 2;
    let rest = &text[inside..];
    let window = head(rest, INSIDE);
    let Some(length) = window.find(['<', '>', '\n']) else { return Step::to(inside) };
    let content = window[..length].trim();
    let named = content.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && content.chars().all(|character| is_name(character) || matches!(character, ' ' | '-'));
    if !named || !rest[length..].starts_with(">>") {
        return Step::to(inside);
    }
    let span = Span::new(at, inside + length + 2);
    Step::hit(span, SlotKind::Closed, Some(trimmed(&window[..length], inside)), Form::Angle)
}

/// At `#`: `#name#`. Hashtags look the same, so only known names count.
pub(super) fn hashes(text: &str, at: usize, words: &SlotWords) -> Step {
    let inside = at + 1;
    let name = name_run(&text[inside..], 40);
    let end = inside + name.len() + 1;
    let latin = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let glued = text[..at].ends_with(|last: char| last.is_ascii_alphanumeric() || last == '#' || last == '&');
    let closed = text[inside + name.len()..].starts_with('#') && !text[end.min(text.len())..].starts_with('#');
    if name.is_empty() || glued || !closed || !(latin || words.made_of_names(name)) {
        return Step::to(inside);
    }
    Step::hit(Span::new(at, end), SlotKind::Closed, Some(Span::new(inside, end - 1)), Form::Hashes)
}

/// `【姓名，您好`: a bracket that is never closed, directly before a name and nothing else.
fn unclosed(text: &str, at: usize, inside: usize, words: &SlotWords) -> Step {
    let name = name_run(&text[inside..], 16);
    let after = &text[inside + name.len()..];
    if after.starts_with([']', '】', '[', '【', ':', '：', '{']) || !words.is_inside(name) {
        return Step::to(inside);
    }
    let name = Span::new(inside, inside + name.len());
    Step::hit(Span::new(at, name.end), SlotKind::Unclosed, Some(name), Form::Bracket)
}

/// The content of the brackets at the start of `text`.
fn bracketed(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('[')?;
    head(inside, INSIDE).split_once(']').map(|(content, _)| content)
}

fn trimmed(content: &str, start: usize) -> Span {
    let lead = content.len() - content.trim_start().len();
    Span::new(start + lead, start + lead + content.trim().len())
}
