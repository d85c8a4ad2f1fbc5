//! Fingerprints: a stable name for a finding that survives moved lines, other paths and other locales.

use crate::source::Span;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_128;

/// Numbers equal findings of one conversation, so that each gets its own fingerprint.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: HashMap<u128, u32, RandomState>,
}

/// The fingerprint of a remark about a file that is not a reply: about a waiver or a baseline's entry.
pub fn fingerprint(rule: &str, text: &str, span: Span) -> String {
    Fingerprints::default().of(rule, text, span.start, span.end)
}

/// Characters on either side that enter the fingerprint.
const AROUND: usize = 16;
/// Stands between the parts of what is hashed.
const PARTS: u8 = 0x1f;

impl Fingerprints {
    /// The fingerprint of a finding of `rule` at `start..end` of a folded text.
    pub(super) fn of(&mut self, rule: &str, folded: &str, start: usize, end: usize) -> String {
        // Stops at the line's ends, so that editing the next line does not change the fingerprint.
        let inside = |(_, character): &(usize, char)| !matches!(character, '\n' | '\r');
        let before = folded[..start].char_indices().rev().take(AROUND).take_while(inside).last();
        let behind = folded[end..].char_indices().take(AROUND).take_while(inside).last();
        let behind = behind.map_or(end, |(at, last)| end + at + last.len_utf8());
        let mut key = Vec::with_capacity(rule.len() + end - start + 8 * AROUND);
        key.extend_from_slice(rule.as_bytes());
        key.push(PARTS);
        key.extend_from_slice(&folded.as_bytes()[start..end]);
        key.push(PARTS);
        // Nearest first, as fingerprints have always had it.
        for character in folded[before.map_or(start, |(at, _)| at)..start].chars().rev() {
            key.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        key.push(PARTS);
        key.extend_from_slice(&folded.as_bytes()[end..behind]);
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
