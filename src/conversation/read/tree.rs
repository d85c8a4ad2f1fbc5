//! Values with their places: the common form of JSON, YAML, TOML and sheets.

use crate::conversation::{Cell, Origin};
use crate::source::{Diagnostic, Span, wording};

/// Deepest nesting that is read.
pub(super) const DEEPEST: usize = 64;

/// A value.
#[derive(Clone, Debug)]
pub enum Node {
    /// A text, number or boolean.
    Leaf(Leaf),
    /// Values in order.
    List(Vec<Node>),
    /// Named values in order, and the span of the whole.
    Map(Vec<(Leaf, Node)>, Span),
}

/// A scalar value.
#[derive(Clone, Debug, Default)]
pub struct Leaf {
    /// The value, with escapes and quotes resolved.
    pub text: String,
    /// Its place in the chunk.
    pub origin: Origin,
    /// Whether it is text, not a number, boolean or null.
    pub string: bool,
    /// Its cell, in a sheet.
    pub cell: Option<Box<Cell>>,
}

/// A parsed document.
#[derive(Debug, Default)]
pub struct Document {
    /// The value; several if a file holds several documents.
    pub nodes: Vec<Node>,
    /// Other mistakes: repeated keys. Labels point into the chunk.
    pub mistakes: Vec<Diagnostic>,
}

impl Leaf {
    /// Its span in the chunk, without quotes.
    pub fn span(&self) -> Option<Span> {
        let (start, end) = (self.origin.chunk_offset(0)?, self.origin.chunk_offset(self.text.len())?);
        Some(Span::new(start, end.max(start)))
    }
}

impl Node {
    /// The scalar, if it is one.
    pub fn leaf(&self) -> Option<&Leaf> {
        if let Self::Leaf(leaf) = self { Some(leaf) } else { None }
    }

    /// The entries of a map; empty for other values.
    pub fn entries(&self) -> &[(Leaf, Node)] {
        if let Self::Map(entries, _) = self { entries } else { &[] }
    }

    /// The items of a list; empty for other values.
    pub fn items(&self) -> &[Node] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// Its span, if known; that of a list is its first item's with a place.
    pub fn place(&self) -> Option<Span> {
        match self {
            Self::Leaf(leaf) => leaf.span(),
            Self::Map(_, span) => Some(*span),
            Self::List(items) => items.iter().find_map(Self::place),
        }
    }

    /// The span of all its keys and values.
    pub(super) fn extent(&self) -> Option<Span> {
        let parts: Vec<Span> = match self {
            Self::Leaf(leaf) => leaf.span().into_iter().collect(),
            Self::List(items) => items.iter().filter_map(Self::extent).collect(),
            Self::Map(entries, _) => {
                entries.iter().flat_map(|(key, value)| [key.span(), value.extent()]).flatten().collect()
            }
        };
        let (start, end) = (parts.iter().map(|part| part.start).min()?, parts.iter().map(|part| part.end).max()?);
        Some(Span::new(start, end))
    }

    /// The value under exactly this key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| name.text == key).map(|(_, value)| value)
    }
}

/// Reports keys that a map has twice.
pub(super) fn repeated(entries: &[(Leaf, Node)], mistakes: &mut Vec<Diagnostic>) {
    // Long maps of texts are common: sorting a copy avoids quadratic time.
    let mut keys = entries.iter().map(|(key, _)| key).collect::<Vec<_>>();
    keys.sort_by(|one, other| one.text.cmp(&other.text));
    for pair in keys.windows(2).filter(|pair| pair[0].text == pair[1].text) {
        let shown = pair[1].text.chars().take(40).collect::<String>();
        let mistake = Diagnostic::error("input/duplicate-key", wording!("`{shown}` stands twice", shown));
        let mistake = mistake.help(wording!("only one of them would be used; take the other out"));
        mistakes.push(match (pair[0].span(), pair[1].span()) {
            (Some(first), Some(second)) => {
                mistake.label(second, wording!("here again")).label(first, wording!("first here"))
            }
            _ => mistake,
        });
    }
}

/// Aligns decoded `text` with its written form, which begins at byte `start` of the chunk, skipping escapes, folded
/// lines and indentation.
pub(super) fn align(text: &str, written: &str, start: usize) -> Origin {
    let mut shifts: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut drift) = (0, 0_isize);
    for (index, character) in text.char_indices() {
        let Some((found, length)) = stand(written, at, character) else { break };
        let now = found.cast_signed() - index.cast_signed();
        if now != drift {
            shifts.push((index, start + found));
            drift = now;
        }
        at = found + length;
    }
    if shifts.first().is_none_or(|&(text, _)| text > 0) {
        return Origin::Mapped { offset: start, shifts };
    }
    let offset = shifts[0].1;
    Origin::Mapped { offset, shifts }
}

/// Where `character` is written at or after `at`, and the length of what stands for it.
fn stand(written: &str, at: usize, character: char) -> Option<(usize, usize)> {
    let rest = written.get(at..)?;
    let escape = |rest: &str| match rest.as_bytes() {
        [b'\\', b'\n' | b'\r', ..] => None,
        [b'\\', b'x', ..] => Some(4),
        [b'\\', b'u', ..] => Some(if u32::from(character) > 0xFFFF && rest.get(6..8) == Some("\\u") { 12 } else { 6 }),
        [b'\\', b'U', ..] => Some(10),
        [b'\\', next, ..] if next.is_ascii() => Some(2),
        _ => None,
    };
    let escaped = |rest: &str| escape(rest).filter(|length| rest.len() >= *length);
    if let Some(length) = escaped(rest).filter(|_| !rest.starts_with(character) || character == '\\') {
        return Some((at, length));
    }
    if rest.starts_with(character) {
        return Some((at, character.len_utf8()));
    }
    if character.is_whitespace() {
        // In a folded line, all the white space stands for this character.
        let length = rest.len() - rest.trim_start().len();
        return Some((at, length));
    }
    let mut step = 0;
    for next in rest.chars() {
        let rest = &rest[step..];
        if rest.starts_with(character) {
            return Some((at + step, character.len_utf8()));
        }
        if let Some(length) = escaped(rest) {
            return Some((at + step, length));
        }
        if !(next.is_whitespace() || matches!(next, '\\' | '\'' | '"' | '>' | '|' | '-' | '+')) {
            return None;
        }
        step += next.len_utf8();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn aligned(text: &str, written: &str, places: &[(char, &str)]) {
        let origin = align(text, written, 0);
        for (character, from) in places {
            let at = text.find(*character).unwrap();
            let found = origin.chunk_offset(at).unwrap();
            assert!(written[found..].starts_with(from), "{character}: {:?}", &written[found..]);
        }
    }

    #[test]
    fn escapes_folds_and_indentation_are_stepped_over() {
        aligned("您好\n请稍等", "您好\n    请稍等", &[('好', "好"), ('请', "请"), ('等', "等")]);
        aligned("one two", "one\n   two", &[('t', "two")]);
        aligned("a\"尽快\n好", r#"a\"\u5c3d快\n好"#, &[('尽', "\\u5c3d"), ('快', "快"), ('好', "好")]);
        aligned("it's 好", "it''s 好", &[('s', "s 好"), ('好', "好")]);
        aligned("a好", "|\n  a好", &[('a', "a好"), ('好', "好")]);
        assert_eq!(align("", "", 3).chunk_offset(0), Some(3));
    }

    #[test]
    fn what_does_not_fit_ends_the_search() {
        let origin = align(&"好".repeat(1000), &" ".repeat(1_000_000), 0);
        assert_eq!(origin.chunk_offset(0), Some(0));
    }
}
