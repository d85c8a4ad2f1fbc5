//! Passport numbers: up to nine letters and digits (ICAO Doc 9303, part 4) behind a word for passport.

use super::context::NumberWords;
use crate::source::Span;

/// How many bytes behind that word the number may begin.
const NEAR: usize = 40;

/// Every such number in a folded text, in order.
pub(super) fn find(text: &str, words: &NumberWords) -> Vec<Span> {
    words.passports(text).filter_map(|at| behind(text, at)).collect()
}

/// The number behind a word that ends at byte `at`.
fn behind(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let mut from = at;
    loop {
        let start = from + bytes[from..].iter().position(u8::is_ascii_alphanumeric)?;
        let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        from = start + length;
        let told = text[at..start].contains(['。', '!', '?', ';', '\n', '*']);
        if start > at + NEAR || told {
            return None;
        }
        let token = &text[start..from];
        let figures = token.bytes().filter(u8::is_ascii_digit).count();
        // Skip the rest of the word: “Passport no”, “passport number is”.
        if figures == 0 {
            continue;
        }
        let ends = !text[from..].starts_with(['*', '-', '_', '@', '.', ':', '/']) || text[from..].starts_with(". ");
        let ends = ends || &text[from..] == ".";
        // Eight digits are more often a date, and 350x450 is a size.
        let lettered = token.starts_with(|first: char| first.is_ascii_alphabetic());
        let shaped = matches!(length, 7..=9) && figures >= 5 && (lettered || length == 9 && figures + 1 != length);
        return (shaped && ends).then(|| Span::new(start, from));
    }
}
