//! Folding: width, case and Traditional to Simplified, one character to one character, so that offsets stay simple.

use super::{Layer, Segments, segment::Segmenter};
use std::sync::LazyLock;

/// The folded form of a character.
#[inline]
pub fn fold_char(character: char) -> char {
    match TABLE.get(character as usize) {
        Some(&entry) => decode(entry),
        None => character,
    }
}

/// What a text holds, as bits: tells which recognisers have nothing to do.
pub mod holds {
    /// A character that can end or open something: a sentence, a clause, a quotation.
    pub const MARK: u32 = 1 << 16;
    /// A character that only Simplified Chinese writes.
    pub const SIMPLIFIED: u32 = 1 << 17;
    /// A character that only Traditional Chinese writes.
    pub const TRADITIONAL: u32 = 1 << 18;
    /// A capital letter of ASCII, full-width ones included.
    pub const CAPITAL: u32 = 1 << 19;
    /// A digit.
    pub const DIGIT: u32 = 1 << 20;
    /// `@`.
    pub const AT: u32 = 1 << 21;
    /// A bracket, underscore or sign that placeholders are made of.
    pub const SLOT: u32 = 1 << 22;
    /// A point or colon: there may be an address.
    pub const POINT: u32 = 1 << 23;
    /// A Latin letter.
    pub const LATIN: u32 = 1 << 24;
    /// A character of no alphabet or script: noise between letters.
    pub const NOISE: u32 = 1 << 25;
}

/// Folds `text` into `layer`, finding sentences and clauses on the way.
pub fn fold(text: &str, layer: &mut Layer, segments: &mut Segments) {
    layer.clear();
    layer.text.reserve(text.len());
    let table = &*TABLE;
    let mut flags = 0;
    let mut segmenter = Segmenter::new(segments);
    let mut characters = text.char_indices();
    // Most characters fold to themselves: they are copied in runs.
    let mut run = 0;
    while let Some((at, character)) = characters.next() {
        let (folded, entry) = match table.get(character as usize) {
            Some(&entry) => (decode(entry), entry),
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

/// Pairs (Traditional, Simplified) and the characters of one script only.
pub(super) static HAN: &str = include_str!("../../rules/language/han.txt");

/// Lines of one section of the Han table.
pub(super) fn section(name: &str) -> impl Iterator<Item = &'static str> {
    let heading = move |line: &&str| line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) != Some(name);
    HAN.lines().skip_while(heading).skip(1).take_while(|line| !line.starts_with('['))
}

/// For each character of the basic plane: what it folds to, and what it tells (`holds`).
static TABLE: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut table: Vec<u32> = (0..=0xFFFF).collect();
    let mut set = |from: u32, to: char| {
        if let Some(entry) = table.get_mut(from as usize) {
            *entry = u32::from(to);
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
    // Typographic apostrophes.
    set(0x2018, '\'');
    set(0x2019, '\'');
    for line in section("fold") {
        let mut characters = line.chars();
        while let (Some(traditional), Some(simplified)) = (characters.next(), characters.next()) {
            set(u32::from(traditional), simplified);
        }
    }
    for (code, entry) in (0_u32..).zip(table.iter_mut()) {
        *entry |= told(code, decode(*entry));
    }
    for (name, flag) in [("simplified-only", holds::SIMPLIFIED), ("traditional-only", holds::TRADITIONAL)] {
        for character in section(name).flat_map(str::chars) {
            if let Some(entry) = table.get_mut(character as usize) {
                *entry |= flag;
            }
        }
    }
    table
});

/// What a character tells, scripts aside.
fn told(code: u32, folded: char) -> u32 {
    let mut flags = 0;
    if super::segment::is_mark(folded) {
        flags |= holds::MARK;
    }
    if (0x41..=0x5A).contains(&code) || (0xFF21..=0xFF3A).contains(&code) {
        flags |= holds::CAPITAL;
    }
    flags |= match folded {
        '0'..='9' => holds::DIGIT,
        'a'..='z' => holds::LATIN,
        '@' => holds::AT,
        '.' | ':' => holds::POINT,
        '{' | '}' | '[' | ']' | '<' | '>' | '_' | '%' | '$' | '#' | '*' | '\u{3010}' | '\u{3011}' | '\u{d7}' => {
            holds::SLOT
        }
        _ => 0,
    };
    // Most characters are Han, and that is known without a look at the tables of Unicode.
    if !super::is_han(folded) && !folded.is_alphanumeric() {
        flags |= holds::NOISE;
    }
    flags
}

/// Whether a folded character is a letter, a digit or a Han character: one look at a table.
#[inline]
pub fn is_letter(character: char) -> bool {
    flags_of(character) & holds::NOISE == 0
}

/// What a single character tells.
#[inline]
pub(super) fn flags_of(character: char) -> u32 {
    TABLE.get(character as usize).copied().unwrap_or(holds::NOISE)
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
