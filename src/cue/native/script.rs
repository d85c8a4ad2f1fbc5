//! What can only be seen in the text as it is written: characters of one script only, words in capitals.

use crate::language::{is_simplified_only, is_traditional_only};
use crate::source::Span;

/// Characters of one script only, in bytes of the folded text, where the text holds some of the other script, too;
/// nothing in a text of one script, which is nearly every text.
pub fn mixed(text: &str, folded: &str, simplified: bool) -> Vec<Span> {
    let (mut one, mut other) = (false, false);
    for character in text.chars() {
        one = one || is_simplified_only(character);
        other = other || is_traditional_only(character);
        if one && other {
            let wanted = if simplified { is_simplified_only } else { is_traditional_only };
            let found = text.chars().zip(folded.char_indices()).filter(|&(written, _)| wanted(written));
            return found.map(|(_, (at, seen))| Span::new(at, at + seen.len_utf8())).collect();
        }
    }
    Vec::new()
}

/// Spans of the text (in order) as bytes of the folded text, which has as many characters.
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
    fn only_mixed_text_has_hits() {
        assert!(mixed("我们尽快", "我们尽快", true).is_empty());
        assert_eq!(mixed("我們们", "我们们", true), [Span::new(6, 9)]);
        assert_eq!(mixed("我們们", "我们们", false), [Span::new(3, 6)]);
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
