//! Properties of single characters: the folded form, and what kinds they are of (`holds`).

use super::holds;

/// The folded form of a character.
#[inline]
pub fn fold_char(character: char) -> char {
    entry(character).map_or(character, decode)
}

/// The folded form of a short text, such as a phrase of a pack.
pub fn fold_str(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// The lower half of an entry is the folded character; it was made from a `char` below 0x10000.
#[inline]
pub(super) fn decode(entry: u32) -> char {
    char::from_u32(entry & 0xFFFF).unwrap_or('\u{fffd}')
}

/// For each character of the basic plane: its folded form and its kinds (`holds`). Made by `build/fold.rs`.
static TABLE: &[u8; 0x1_0000 * ENTRY] = include_bytes!(concat!(env!("OUT_DIR"), "/fold.bin"));

/// Bytes of an entry.
const ENTRY: usize = 4;

#[inline]
pub(super) fn entry(character: char) -> Option<u32> {
    let at = |code: usize| TABLE.as_chunks::<ENTRY>().0.get(code).map(|&bytes| u32::from_le_bytes(bytes));
    at(character as usize).or_else(|| at(plain(character as usize)?))
}

/// The plain letter or digit of a mathematical style (`𝓥`, `𝐯`, `𝟙`).
#[cold]
fn plain(code: usize) -> Option<usize> {
    match code {
        0x1D400..=0x1D6A3 => Some(0x61 + (code - 0x1D400) % 26),
        0x1D7CE..=0x1D7FF => Some(0x30 + (code - 0x1D7CE) % 10),
        _ => None,
    }
}

/// Whether a folded character is a letter, a digit or Han: one look-up in a table.
#[inline]
pub fn is_letter(character: char) -> bool {
    flags_of(character) & holds::NOISE == 0
}

/// The kinds that a character is of (`holds`).
#[inline]
pub(super) fn flags_of(character: char) -> u32 {
    entry(character).unwrap_or(holds::NOISE)
}
