//! Folding: width, case and Traditional to Simplified, one character to one character, so that offsets stay simple.

use super::character::{decode, entry, fold_char};
use super::{Layer, Segments, holds, segment::Segmenter};

/// Folds `text` into `layer`, and finds sentences and clauses on the way.
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

/// Finds the sentences, clauses and quotations of a text that is folded already.
pub fn segment(folded: &str) -> Segments {
    let mut segments = Segments::default();
    fold(folded, &mut Layer::default(), &mut segments);
    segments
}

/// Folds the literal characters of a regular expression; one that folds into a metacharacter is escaped.
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
