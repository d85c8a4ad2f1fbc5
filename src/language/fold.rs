//! Folding: width, case and Traditional to Simplified, one character to one character, so that offsets stay simple.

use super::{Layer, Segments, segment::Segmenter};
use std::sync::LazyLock;

/// The folded form of a character.
#[inline]
pub fn fold_char(character: char) -> char {
    match TABLE.get(character as usize) {
        // Every entry is made from a `char` below 0x10000.
        Some(&code) => char::from_u32(u32::from(code)).unwrap_or(character),
        None => character,
    }
}

/// Folds `text` into `layer`, finding sentences and clauses on the way.
pub fn fold(text: &str, layer: &mut Layer, segments: &mut Segments) {
    layer.clear();
    layer.text.reserve(text.len());
    let table = &*TABLE;
    let mut segmenter = Segmenter::new(segments);
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let folded = match table.get(character as usize) {
            Some(&code) => char::from_u32(u32::from(code)).unwrap_or(character),
            None => character,
        };
        let here = layer.text.len();
        layer.push(folded, at);
        // Han characters, most of the text, never end anything.
        if !('\u{3400}'..'\u{a000}').contains(&folded) && !folded.is_ascii_lowercase() {
            let next = characters.peek().map(|&(_, next)| next);
            segmenter.mark(folded, next, here, layer.text.len());
        }
        segmenter.previous = folded;
    }
    segmenter.finish(layer.text.len());
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

/// Pairs (Traditional, Simplified) and the characters of one script only.
pub(super) static HAN: &str = include_str!("../../rules/language/han.txt");

/// Lines of one section of the Han table.
pub(super) fn section(name: &str) -> impl Iterator<Item = &'static str> {
    let heading = move |line: &&str| line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) != Some(name);
    HAN.lines().skip_while(heading).skip(1).take_while(|line| !line.starts_with('['))
}

static TABLE: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table: Vec<u16> = (0..=u16::MAX).collect();
    let mut set = |from: u32, to: char| {
        if let (Some(entry), Ok(code)) = (table.get_mut(from as usize), u16::try_from(u32::from(to))) {
            *entry = code;
        }
    };
    // Letters with a one-character lower case: Latin, Greek, Cyrillic, Armenian.
    for code in 0..0x590_u32 {
        if let Some(character) = char::from_u32(code) {
            let mut lower = character.to_lowercase();
            if let (Some(one), None) = (lower.next(), lower.next()) {
                set(code, one);
            }
        }
    }
    // Full-width forms stand 0xFEE0 above ASCII.
    for code in 0xFF01..=0xFF5E_u32 {
        if let Some(ascii) = char::from_u32(code - 0xFEE0) {
            set(code, ascii.to_ascii_lowercase());
        }
    }
    set(0x3000, ' ');
    set(0x00A0, ' ');
    // Typographic apostrophes: "we’ll" is "we'll".
    set(0x2018, '\'');
    set(0x2019, '\'');
    for line in section("fold") {
        let mut characters = line.chars();
        while let (Some(traditional), Some(simplified)) = (characters.next(), characters.next()) {
            set(u32::from(traditional), simplified);
        }
    }
    table
});

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
