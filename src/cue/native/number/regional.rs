//! Identity cards of Hong Kong (`A123456(3)`) and Taiwan (a letter and nine digits), by their check digits.
//!
//! Taiwan's is published by its Ministry of the Interior (國民身分證統一編號編碼原則), Hong Kong's in the Immigration Department's
//! interface specification for identity card numbers; Wikipedia describes both.

use super::context::NumberWords;
use crate::source::Span;

/// Every such number in a folded text, in order. Without brackets (`A1234563`) only where the words say identity card:
/// one serial number in eleven has a correct check digit.
pub(super) fn find(text: &str, words: &NumberWords) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let letters = bytes[at..at + step].iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let figures = bytes[at + step..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let start = at + step - letters;
        at += step + figures;
        let clean = start == 0 || !matches!(bytes[start - 1], b'0'..=b'9' | b'-' | b'_' | b'/' | b'.');
        let end = match (letters, figures) {
            (1 | 2, 6) => {
                closed(&bytes[at..]).or_else(|| open(&bytes[at..], text, start, words)).map(|length| at + length)
            }
            (1 | 2, 7) if open(&bytes[at - 1..], text, start, words).is_some() => Some(at),
            (1, 9) => (!bytes.get(at).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'-')).then_some(at),
            _ => None,
        };
        if let Some(end) = end.filter(|&end| clean && is_identity(&bytes[start..end])) {
            found.push(Span::new(start, end));
            at = end;
        }
    }
    found
}

/// Whether these bytes are exactly such a number.
fn is_identity(card: &[u8]) -> bool {
    if card.len() == 10 && card[1].is_ascii_digit() && card.last().is_some_and(u8::is_ascii_digit) {
        return is_of_taiwan(card);
    }
    let body: Vec<u8> = card.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    let Some(&check) = body.last() else { return false };
    let body = &body[..body.len() - 1];
    // A single letter is padded with a blank, which counts as 36; letters count from 10.
    let value = |byte: u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { u32::from(byte - b'a') + 10 };
    let blank = if body.len() == 7 { 36 * 9 } else { 0 };
    let sum: u32 = body.iter().rev().zip(2..).map(|(&byte, weight)| value(byte) * weight).sum::<u32>() + blank;
    b"0a987654321"[(sum % 11) as usize] == check
}

/// The length of `(3)`, with or without a space before it.
fn closed(rest: &[u8]) -> Option<usize> {
    let space = usize::from(rest.first() == Some(&b' '));
    match rest[space..] {
        [b'(', b'0'..=b'9' | b'a', b')', ..] => Some(space + 3),
        _ => None,
    }
}

/// The length of a check character without brackets, where the number ends there and the words say what it is.
fn open(rest: &[u8], text: &str, start: usize, words: &NumberWords) -> Option<usize> {
    let check = matches!(rest.first(), Some(b'0'..=b'9' | b'a'));
    let ends = !rest.get(1).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'-');
    (check && ends && words.says_card(text, Span::new(start, start))).then_some(1)
}

fn is_of_taiwan(card: &[u8]) -> bool {
    /// The code of each letter's place of registration, from `a`.
    const PLACES: [u32; 26] =
        [10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33];
    // The second character: 1 and 2 are citizens, 8 and 9 residents.
    if !card[0].is_ascii_lowercase() || !matches!(card[1], b'1' | b'2' | b'8' | b'9') {
        return false;
    }
    let place = PLACES[usize::from(card[0] - b'a')];
    let figures = card[1..].iter().map(|&figure| u32::from(figure - b'0'));
    let weights = [8, 7, 6, 5, 4, 3, 2, 1, 1];
    let sum = place / 10 + place % 10 * 9 + figures.zip(weights).map(|(figure, weight)| figure * weight).sum::<u32>();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let words = include_str!("../../../../rules/language/numbers.toml");
        find(text, &NumberWords::from_toml(words).unwrap()).into_iter().map(|span| span.of(text)).collect()
    }

    #[test]
    fn cards_with_a_right_check_digit() {
        assert_eq!(found("hkid a123456(3),对吗"), ["a123456(3)"]);
        assert_eq!(found("ab987654(3)和 g123456 (a)"), ["ab987654(3)", "g123456 (a)"]);
        assert_eq!(found("身分證a123456789"), ["a123456789"]);
        assert_eq!(found("身份证a1234563,hkid: g123456a."), ["a1234563", "g123456a"]);
        for fine in [
            "a123456(4)",
            "a123456",
            "a123456788",
            "订单x-a123456789",
            "a1234567890",
            "k123456(3)件",
            "abc123456(3)",
            "型号a1234563",
            "身份证a1234564",
            "身份证a12345634",
        ] {
            assert_eq!(found(fine), [""; 0], "{fine}");
        }
    }
}
