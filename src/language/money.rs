//! Sums of money: a number next to a currency word or sign.

use serde::Deserialize;
use std::sync::LazyLock;

/// A sum, in hundredths.
pub type Money = u64;

/// Currency words (`rules/language/money.toml`).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Words {
    units: Vec<String>,
    signs: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    // A test makes sure that this table is valid.
    toml::from_str(include_str!("../../rules/language/money.toml")).unwrap_or_default()
});

/// Every sum in a folded text with its range, in order.
pub fn find(text: &str) -> Vec<((usize, usize), Money)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|step| at + step) {
        let (hundredths, end) = number(bytes, start);
        at = end;
        let behind = text[end..].trim_start_matches(' ');
        let gap = text.len() - end - behind.len();
        let unit = WORDS.units.iter().filter(|unit| behind.starts_with(unit.as_str())).map(String::len).max();
        let before = text[..start].trim_end_matches(' ');
        let sign = WORDS.signs.iter().filter(|sign| before.ends_with(sign.as_str())).map(String::len).max();
        let Some(money) = hundredths.filter(|_| unit.is_some() || sign.is_some()) else { continue };
        let start = sign.map_or(start, |length| before.len() - length);
        found.push(((start, unit.map_or(end, |length| end + gap + length)), money));
    }
    found
}

/// A number with thousands separators and up to two decimals, in hundredths; `None` if it is too large. Also where it
/// ends.
fn number(bytes: &[u8], start: usize) -> (Option<Money>, usize) {
    let (mut whole, mut end) = (Some(0_u64), start);
    loop {
        match bytes.get(end) {
            Some(&digit) if digit.is_ascii_digit() => {
                whole = whole.and_then(|value| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
                end += 1;
            }
            Some(b',') if bytes.len() >= end + 4 && bytes[end + 1..end + 4].iter().all(u8::is_ascii_digit) => end += 1,
            _ => break,
        }
    }
    let (mut cents, mut places) = (0, 0);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1;
        while let Some(digit) = bytes.get(end).filter(|digit| digit.is_ascii_digit()) {
            if places < 2 {
                cents = cents * 10 + u64::from(digit - b'0');
                places += 1;
            }
            end += 1;
        }
    }
    let cents = if places == 1 { cents * 10 } else { cents };
    (whole.and_then(|whole| whole.checked_mul(100)?.checked_add(cents)), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_found() {
        let sums = |text: &str| {
            find(text).iter().map(|&((start, end), money)| (text[start..end].to_owned(), money)).collect::<Vec<_>>()
        };
        assert_eq!(
            sums("运费12元，满 1,299.5 元减¥30"),
            [("12元".to_owned(), 1200), ("1,299.5 元".to_owned(), 129_950), ("¥30".to_owned(), 3000)]
        );
        assert_eq!(sums("postage is $ 4.99, 3 days"), [("$ 4.99".to_owned(), 499)]);
        assert_eq!(sums("订单12345，3天，99999999999999999999元"), []);
        assert!(!WORDS.units.is_empty() && !WORDS.signs.is_empty());
    }
}
