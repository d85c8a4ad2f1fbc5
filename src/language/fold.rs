//! Folding: width, case and Traditional to Simplified, one character to one character, so that offsets stay simple.

use super::{Layer, Segments, holds, segment::Segmenter};

/// The folded form of a character.
#[inline]
pub fn fold_char(character: char) -> char {
    entry(character).map_or(character, decode)
}

/// Folds `text` into `layer`, finding sentences and clauses on the way.
pub fn fold(text: &str, layer: &mut Layer, segments: &mut Segments) {
    layer.clear();
    layer.text.reserve(text.len());
    let mut flags = 0;
    let mut segmenter = Segmenter::new(segments);
    let mut characters = text.char_indices();
    // Most characters fold to themselves: they are copied in runs.
    let mut run = 0;
    while let Some((at, character)) = characters.next() {
        let (folded, entry) = match entry(character) {
            Some(entry) => (decode(entry), entry),
            None => (character, holds::NOISE),
        };
        flags |= entry;
        if folded != character {
            layer.push_str(&text[run..at], run);
            layer.push(folded, at);
            run = at + character.len_utf8();
        }
        if entry & holds::MARK != 0 {
            let next = characters.clone().next().map(|(_, next)| next);
            let end = layer.text.len() + (at + character.len_utf8()).saturating_sub(run);
            segmenter.mark(folded, next, end - folded.len_utf8(), end);
        }
        segmenter.previous = folded;
    }
    layer.push_str(&text[run..], run);
    segmenter.finish(layer.text.len());
    segments.flags = flags;
}

/// The lower half of an entry is a character, made from a `char` below 0x10000.
#[inline]
fn decode(entry: u32) -> char {
    char::from_u32(entry & 0xFFFF).unwrap_or('\u{fffd}')
}

/// The folded form of a short text, such as a phrase of a pack.
pub fn fold_str(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// Folds the literal characters of a regular expression; characters that fold into one with a meaning are escaped.
pub fn fold_pattern(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    for character in pattern.chars() {
        let folded = if character.is_ascii() { character } else { fold_char(character) };
        if folded != character && regex_syntax::is_meta_character(folded) {
            out.push('\\');
        }
        out.push(folded);
    }
    out
}

/// For each character of the basic plane: what it folds to, and what it tells (`holds`). Made by `build/fold.rs`.
static TABLE: &[u8; 0x1_0000 * ENTRY] = include_bytes!(concat!(env!("OUT_DIR"), "/fold.bin"));

/// Bytes of an entry.
const ENTRY: usize = 4;

#[inline]
fn entry(character: char) -> Option<u32> {
    TABLE.as_chunks::<ENTRY>().0.get(character as usize).map(|&bytes| u32::from_le_bytes(bytes))
}

/// Whether a folded character is a letter, a digit or a Han character: one look at a table.
#[inline]
pub fn is_letter(character: char) -> bool {
    flags_of(character) & holds::NOISE == 0
}

/// What a single character tells.
#[inline]
pub(super) fn flags_of(character: char) -> u32 {
    entry(character).unwrap_or(holds::NOISE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Layer {
        let mut layer = Layer::default();
        fold(text, &mut layer, &mut Segments::default());
        layer
    }

    #[test]
    fn folds_width_case_and_script_and_keeps_the_way_back() {
        let text = "ＡＢＣ，請您聯繫客服！We’ll";
        let layer = folded(text);
        assert_eq!(layer.text, "abc,请您联系客服!we'll");
        let at = layer.text.find("联系").unwrap();
        let original = &text[layer.start(at)..layer.end(at + "联系".len(), text)];
        assert_eq!(original, "聯繫");
        assert_eq!(layer.end(layer.text.len(), text), text.len());
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for code in 0..0x1_0000_u32 {
            if let Some(character) = char::from_u32(code) {
                let once = fold_char(character);
                assert_eq!(fold_char(once), once, "{character}");
            }
        }
    }

    #[test]
    fn a_pattern_keeps_its_meaning() {
        assert_eq!(fold_pattern("什麼？"), r"什么\?");
        assert_eq!(fold_pattern(r"\d+（元）"), r"\d+\(元\)");
    }
}
