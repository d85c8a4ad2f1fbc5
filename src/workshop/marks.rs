//! Marks in examples: `⟦` and `⟧` around the words that offend.

use crate::source::Span;

/// A text without its marks, and their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// The marked places, in bytes of `text`.
    pub spans: Vec<Span>,
}

/// Removes the marks.
pub fn unmark(marked: &str) -> Marked {
    let mut out = Marked::default();
    let mut open = None;
    for character in marked.chars() {
        match character {
            '\u{27e6}' => open = Some(out.text.len()),
            '\u{27e7}' => out.spans.extend(open.take().map(|start| Span::new(start, out.text.len()))),
            _ => out.text.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_spans() {
        let marked = unmark("我们⟦尽快⟧回复,⟦稍后⟧再说");
        assert_eq!(marked.text, "我们尽快回复,稍后再说");
        assert_eq!(marked.spans.iter().map(|span| span.of(&marked.text)).collect::<Vec<_>>(), ["尽快", "稍后"]);
    }
}
