//! Whether later words are about what was promised: the same thing by name, or shared words that carry matter.

use super::pledge::{Pledge, Sign, SignKind};
use super::receipt;
use crate::language::{fold_str, is_han};

/// Whether a sign is about the thing that was promised.
pub(super) fn about(pledge: &Pledge, sign: &Sign) -> bool {
    let report = sign.kind == SignKind::Report;
    // What is under way is not done, and what was sent off has not arrived.
    let sent = || pledge.action.as_deref().is_some_and(receipt::arrives) && !receipt::arrives(&sign.matter);
    if report && (sign.underway || sent()) {
        return false;
    }
    // “The invoice has not come” is not about the refund, whatever letters they share.
    receipt::same_thing(&pledge.quote, &sign.matter).unwrap_or_else(|| {
        pledge.action.as_deref().map_or(!report, |action| related(action, &sign.matter))
            || alike(&pledge.quote, &sign.matter)
    })
}

/// Whether two texts share a pair of Han characters or a longer word, apart from those that carry no matter.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let one = fold_str(one);
    let letters: Vec<char> = one.chars().collect();
    let pair = |pair: &[char]| {
        pair.iter().all(|&letter| is_han(letter))
            && other.contains(&pair.iter().collect::<String>())
            && !pair.iter().all(|&letter| says_nothing(letter))
    };
    letters.windows(2).any(pair) || words(&one).any(|word| other.contains(word))
}

/// Like [`alike`], but for an action one Han character is enough (still not *sent*).
fn related(action: &str, other: &str) -> bool {
    let action = fold_str(action);
    action.chars().any(|letter| is_han(letter) && other.contains(letter) && !says_nothing(letter))
        || words(&action).any(|word| other.contains(word))
}

/// Words in Latin letters that carry matter, stemmed to four letters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| word.len() >= 4);
    words.map(|word| &word[..4]).filter(|stem| !receipt::is_particle(stem))
}

fn says_nothing(letter: char) -> bool {
    receipt::is_particle(letter.encode_utf8(&mut [0; 4]))
}
