//! Decodes JSON strings, with the place of every byte.

use crate::conversation::Origin;
use memchr::memchr;

/// Decodes the string literal `raw`, quotes included, which begins at byte `start` of its line. `None` if an escape is
/// no character: a lone surrogate.
pub(super) fn decode(raw: &str, start: usize) -> Option<(String, Origin)> {
    let body = raw.get(1..raw.len().checked_sub(1)?)?;
    let offset = start + 1;
    let mut shifts = Vec::new();
    let text = unescape(body, |text, read| shifts.push((text, offset + read)))?;
    Some((text, Origin::Mapped { offset, shifts }))
}

/// Decodes a string literal without its places.
pub(super) fn plain(raw: &str) -> Option<String> {
    unescape(raw.get(1..raw.len().checked_sub(1)?)?, |_, _| ())
}

/// After every escape, passes to `shift` the offsets in text and body that correspond from there on.
fn unescape(body: &str, mut shift: impl FnMut(usize, usize)) -> Option<String> {
    let Some(first) = memchr(b'\\', body.as_bytes()) else { return Some(body.to_owned()) };
    let mut text = String::with_capacity(body.len());
    let (mut copied, mut next) = (0, Some(first));
    while let Some(at) = next {
        text.push_str(&body[copied..at]);
        let (character, length) = escape(&body[at..])?;
        text.push(character);
        copied = at + length;
        shift(text.len(), copied);
        next = memchr(b'\\', &body.as_bytes()[copied..]).map(|step| copied + step);
    }
    text.push_str(&body[copied..]);
    Some(text)
}

/// The character for an escape at the start of `text`, and the escape's length.
fn escape(text: &str) -> Option<(char, usize)> {
    let plain = match text.as_bytes().get(1)? {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => return unicode(text),
        &other => char::from(other),
    };
    Some((plain, 2))
}

fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    let first = unit(2)?;
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, 6));
    }
    let second = unit(8).filter(|second| text.get(6..8) == Some("\\u") && (0xDC00..0xE000).contains(second))?;
    Some((char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))?, 12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_maps_to_its_place_in_the_line() {
        let line = r#"{"text":"a\"b\u5c3d快\ud83d\ude00\n好\/"}"#;
        let (text, origin) = decode(&line[8..line.len() - 1], 8).unwrap();
        assert_eq!(text, "a\"b尽快😀\n好/");
        let places = ["a", "\\\"", "b", "\\u5c3d", "快", "\\ud83d\\ude00", "\\n", "好", "\\/"];
        for ((at, _), place) in text.char_indices().zip(places) {
            assert!(line[origin.chunk_offset(at).unwrap()..].starts_with(place), "{place}");
        }
        assert_eq!(&line[origin.chunk_offset(text.len()).unwrap()..], "\"}");
    }

    #[test]
    fn lone_surrogates_are_no_text() {
        for raw in [r#""\ud83d""#, r#""\ude00""#, r#""\ud83d\u0041""#, r#""\ud83dx""#, r#""\ud83d\ud83d""#] {
            assert_eq!(decode(raw, 0), None, "{raw}");
        }
    }
}
