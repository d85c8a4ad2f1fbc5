//! The sound of a text: each Han character replaced by a sign for its syllable, so that words that are said alike are
//! written alike.

/// For each Han character of the basic block the number of its syllable. Made by `build/sound.rs`.
static TABLE: &[u8; HAN * ENTRY] = include_bytes!(concat!(env!("OUT_DIR"), "/sound.bin"));

const FIRST: u32 = 0x4E00;
const HAN: usize = 0x5200;
/// Bytes of an entry.
const ENTRY: usize = 2;
/// Signs for syllables stand where Unicode leaves room for private use; like the characters they stand for, each has
/// three bytes in UTF-8.
const SIGNS: u32 = 0xE000;

/// The sign for the most common syllable of a Han character, tones aside; every other character as it is.
#[inline]
pub fn sound(character: char) -> char {
    let entries = TABLE.as_chunks::<ENTRY>().0;
    let entry = (character as u32).checked_sub(FIRST).and_then(|at| entries.get(at as usize));
    match entry.map(|&bytes| u32::from(u16::from_le_bytes(bytes))) {
        None | Some(0) => character,
        Some(number) => char::from_u32(SIGNS + number).unwrap_or(character),
    }
}

/// Writes the sound of a folded text to `out`: as many bytes, each character at the same place.
pub fn sounds(folded: &str, out: &mut String) {
    out.clear();
    out.extend(folded.chars().map(sound));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let mut out = String::new();
        sounds(text, &mut out);
        out
    }

    #[test]
    fn what_is_said_alike_is_written_alike_at_the_same_place() {
        for alike in ["薇芯", "威信", "维新", "为信"] {
            assert_eq!(of(alike), of("微信"), "{alike}");
        }
        assert_ne!(of("卫星"), of("微信"));
        let text = "加v信,好的😀吗";
        assert_eq!(of(text).len(), text.len());
        assert!(text.char_indices().zip(of(text).char_indices()).all(|((one, _), (other, _))| one == other));
    }
}
