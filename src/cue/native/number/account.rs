//! Accounts of messengers behind the messenger's name, such as `加微信abc_123` and `line id: mary_1990`. They are only
//! masked, since a name of letters and digits is weak evidence. Works on folded text.

use super::office::tail;
use crate::source::Span;
use serde::{Deserialize, Serialize};

/// The table `[accounts]` of `rules/language/numbers.toml`. Folded words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountWords {
    /// Names of messengers.
    apps: Vec<String>,
    /// What may stand between such a name and the account.
    links: Vec<String>,
    /// Of these, the ones that say that an account follows.
    naming: Vec<String>,
    /// Words before a messenger's name that make the account one for the public.
    public: Vec<String>,
}

/// How far before the messenger's name its account may be called the house's, in columns.
const NEAR: usize = 14;
/// Most links between the messenger and the account.
const LINKS: usize = 6;
/// Lengths of accounts.
const SHORTEST: usize = 5;
const LONGEST: usize = 20;
/// Most digits of an account without letters.
const FIGURES: usize = 11;

/// Every such account in a folded text.
pub(super) fn find(text: &str, words: &AccountWords) -> Vec<Span> {
    let mut found = Vec::new();
    for app in &words.apps {
        for (at, _) in text.match_indices(app.as_str()) {
            let (before, behind) = (&text[..at], at + app.len());
            let glued = app.starts_with(is_letter) && before.ends_with(is_letter);
            let near = tail(before, NEAR);
            let public = words.public.iter().any(|word| near.contains(word.as_str()));
            if !glued && !public {
                found.extend(account(text, behind, words));
            }
        }
    }
    found
}

/// The account that the words from byte `at` on lead to.
fn account(text: &str, at: usize, words: &AccountWords) -> Option<Span> {
    let (mut start, mut named) = (at, false);
    for _ in 0..LINKS {
        let rest = &text[start..];
        let Some(link) =
            words.links.iter().filter(|link| rest.starts_with(link.as_str())).max_by_key(|link| link.len())
        else {
            break;
        };
        named |= words.naming.contains(link);
        start += link.len();
    }
    let token = text[start..].split(|c: char| !is_letter(c) && c != '_' && c != '-').next().unwrap_or_default();
    let token = token.trim_end_matches('-');
    // Behind the messenger's own name or a word of letters, this would be the rest of that word.
    if text[..start].ends_with(is_letter) && token.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let figures = token.bytes().filter(u8::is_ascii_digit).count();
    let length = token.len();
    let fits = match figures {
        // A word alone may be any: the account of 微信 is told by 微信号 only.
        0 => named && length > SHORTEST && length <= LONGEST,
        _ if figures == length => {
            (SHORTEST..=FIGURES).contains(&length) && !token.starts_with('0') && !is_firm(token) && !is_day(token)
        }
        _ => (SHORTEST + 1..=LONGEST).contains(&length) && token.starts_with(|c: char| c.is_ascii_alphabetic()),
    };
    fits.then(|| Span::new(start, start + length))
}

/// Whether the digits are a firm's account of QQ.
fn is_firm(figures: &str) -> bool {
    figures.len() >= 9 && (figures.starts_with("800") || figures.starts_with("400"))
}

/// Whether the digits are a day: 20260301.
fn is_day(figures: &str) -> bool {
    let month = figures.get(4..6).and_then(|month| month.parse::<u8>().ok());
    figures.len() == 8 && ["19", "20"].contains(&&figures[..2]) && month.is_some_and(|month| (1..=12).contains(&month))
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// Whether an unfolded text, with digits or without, may hold one: a word of letters and digits, or a messenger that
/// Chinese names in characters.
pub(super) fn may_hold(text: &str, words: &AccountWords, digits: bool) -> bool {
    let bytes = text.as_bytes();
    let mixed = (digits || memchr::memchr(b'_', bytes).is_some())
        && bytes.chunk_by(|one, two| is_part(*one) == is_part(*two)).any(|run| {
            run.len() >= SHORTEST && is_part(run[0]) && run.iter().any(|byte| byte.is_ascii_digit() || *byte == b'_')
        });
    mixed || words.apps.iter().any(|app| !app.is_ascii() && text.contains(app.as_str()))
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
