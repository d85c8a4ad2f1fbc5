//! Fingerprints: a stable name for a finding that survives moved lines, other paths and other locales.

use crate::source::Span;
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_128;

/// Numbers equal findings of one conversation, so that each gets its own fingerprint.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: HashMap<u128, u32>,
}

/// The fingerprint of a remark about a file that is not a reply: about a waiver or a baseline's entry.
pub fn fingerprint(rule: &str, text: &str, span: Span) -> String {
    Fingerprints::default().of(rule, text, span.start, span.end)
}

/// Characters on either side that enter the fingerprint.
const AROUND: usize = 16;

impl Fingerprints {
    /// The fingerprint of a finding of `rule` at `start..end` of a folded text.
    pub(super) fn of(&mut self, rule: &str, folded: &str, start: usize, end: usize) -> String {
        // Stops at the line's ends, so that editing the next line does not change the fingerprint.
        let inside = |character: &char| !matches!(character, '\n' | '\r');
        let before: String = folded[..start].chars().rev().take(AROUND).take_while(inside).collect();
        let behind: String = folded[end..].chars().take(AROUND).take_while(inside).collect();
        let mut key = [rule, &folded[start..end], &before, &behind].join("\u{1f}").into_bytes();
        // Digits are masked: otherwise a telephone number could be found by hashing every possible one.
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
