//! Markdown code, in which braces and percent signs are no placeholders.

use crate::source::Span;

/// Longest inline code, in bytes: a stray backtick must not hide the rest of a text.
const INLINE: usize = 200;

/// Stretches of code between backticks, in order.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = memchr::memchr(b'`', &bytes[at..]) {
        let start = at + step;
        let ticks = bytes[start..].iter().take_while(|&&byte| byte == b'`').count();
        let inside = start + ticks;
        let end = if ticks >= 3 {
            // An open fence runs to the end of the text, as in Markdown.
            text[inside..].find("```").map_or(text.len(), |length| inside + length + 3)
        } else {
            let window = &bytes[inside..bytes.len().min(inside + INLINE)];
            let line = window.iter().position(|&byte| byte == b'\n').map_or(window, |end| &window[..end]);
            let Some(length) = memchr::memchr(b'`', line) else {
                at = inside;
                continue;
            };
            inside + length + ticks
        };
        at = end.min(bytes.len());
        found.push(Span::new(start, at));
    }
    found
}
