//! Characters of one script only, which folding hides; they are looked for in the unfolded text.

use crate::source::Span;

/// The characters that are `wanted` in the unfolded text, in bytes of the folded text.
pub fn only(text: &str, folded: &str, wanted: fn(char) -> bool) -> Vec<Span> {
    let found = text.chars().zip(folded.char_indices()).filter(|&(written, _)| wanted(written));
    found.map(|(_, (at, seen))| Span::new(at, at + seen.len_utf8())).collect()
}

/// Sorted spans of the text as bytes of the folded text, which has the same number of characters.
pub fn refolded<'a>(text: &'a str, folded: &'a str, spans: &[Span]) -> Vec<Span> {
    if spans.is_empty() {
        return Vec::new();
    }
    let starts = |string: &'a str| string.char_indices().map(|(at, _)| at).chain([string.len()]);
    let mut pairs = starts(text).zip(starts(folded)).peekable();
    let mut to = |wanted: usize| {
        while pairs.next_if(|&(at, _)| at < wanted).is_some() {}
        pairs.peek().map_or(folded.len(), |&(_, at)| at)
    };
    let mut moved = |span: &Span| {
        let start = to(span.start);
        Span::new(start, to(span.end))
    };
    spans.iter().map(&mut moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_one_script() {
        assert_eq!(only("我们們", "我们们", crate::language::is_simplified_only), [Span::new(3, 6)]);
        assert_eq!(only("我们們", "我们们", crate::language::is_traditional_only), [Span::new(6, 9)]);
    }

    #[test]
    fn spans_move_with_their_characters() {
        let text = "，ABCD，EFGH";
        assert_eq!(
            refolded(text, ",abcd,efgh", &[Span::new(3, 7), Span::new(10, 14)]),
            [Span::new(1, 5), Span::new(6, 10)]
        );
    }
}
