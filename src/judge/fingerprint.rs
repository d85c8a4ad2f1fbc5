//! Fingerprints: a stable name for a finding that survives moved lines, other paths and other locales.

use crate::source::Span;
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_128;

/// Counts equal findings of one conversation, so that each gets its own name.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: HashMap<u128, u32>,
}

/// The name of what is said about a place of a file that is no reply: of a waiver, of a baseline's entry.
pub fn fingerprint(rule: &str, text: &str, span: Span) -> String {
    Fingerprints::default().of(rule, text, span.start, span.end)
}

/// Characters on either side that belong to the name.
const AROUND: usize = 16;

impl Fingerprints {
    /// The name of a finding of `rule` at `start..end` of a folded text.
    pub(super) fn of(&mut self, rule: &str, folded: &str, start: usize, end: usize) -> String {
        // Not beyond the line: an edit of the next one makes no new finding of this one.
        let inside = |character: &char| !matches!(character, '\n' | '\r');
        let before: String = folded[..start].chars().rev().take(AROUND).take_while(inside).collect();
        let behind: String = folded[end..].chars().take(AROUND).take_while(inside).collect();
        let mut key = [rule, &folded[start..end], &before, &behind].join("\u{1f}").into_bytes();
        // Digits are masked: a name must not tell a telephone number to whoever can hash ten digits.
        key[rule.len()..].iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|digit| *digit = b'0');
        let hash = xxh3_128(&key);
        let ordinal = self.seen.entry(hash).or_default();
        let mut name = hash;
        if *ordinal > 0 {
            key.extend_from_slice(format!("\u{1f}{ordinal}").as_bytes());
            name = xxh3_128(&key);
        }
        *ordinal += 1;
        format!("v1:{name:032x}")
    }
}
