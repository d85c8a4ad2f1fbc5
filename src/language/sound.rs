//! The sound of a text: each Han character is replaced by a sign for its syllable, so that homophones become equal.

/// For each Han character of the basic block, the number of its syllable. Made by `build/sound.rs`.
static TABLE: &[u8; HAN * ENTRY] = include_bytes!(concat!(env!("OUT_DIR"), "/sound.bin"));

const FIRST: u32 = 0x4E00;
const HAN: usize = 0x5200;
/// Bytes of an entry.
const ENTRY: usize = 2;
/// The signs are private-use characters; they take three bytes in UTF-8, as Han characters do.
const SIGNS: u32 = 0xE000;

/// The sign for a Han character's most common syllable, without its tone; other characters stay as they are.
#[inline]
pub fn sound(character: char) -> char {
    let entries = TABLE.as_chunks::<ENTRY>().0;
    let entry = (character as u32).checked_sub(FIRST).and_then(|at| entries.get(at as usize));
    match entry.map(|&bytes| u32::from(u16::from_le_bytes(bytes))) {
        None | Some(0) => character,
        Some(number) => char::from_u32(SIGNS + number).unwrap_or(character),
    }
}

/// Writes the sound of a folded text to `out`: the same number of bytes, each character at the same place.
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
