//! Removes invisible characters that break up words.

use super::Layer;

/// The text without invisible characters between letters, with the mapping back; `None` if it has none. Joiners within
/// emoji stay.
pub fn bare(text: &str) -> Option<Layer> {
    if !text.contains(is_invisible) {
        return None;
    }
    let mut layer = Layer::default();
    let (mut copied, mut before) = (0, '\0');
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if !is_invisible(character) {
            before = character;
            continue;
        }
        let mut end = at + character.len_utf8();
        while let Some((next, more)) = characters.next_if(|&(_, next)| is_invisible(next)) {
            end = next + more.len_utf8();
        }
        // The signs of numbers and mailboxes count as part of them.
        let written = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '@' | '.' | '_' | '+');
        if written(before) && characters.peek().is_some_and(|&(_, next)| written(next)) {
            layer.push_str(&text[copied..at], copied);
            copied = end;
        }
    }
    if copied == 0 {
        return None;
    }
    layer.push_str(&text[copied..], copied);
    Some(layer)
}

/// Zero-width spaces and joiners, directional marks, soft hyphens.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_parts_no_word() {
        let text = "抱\u{200b}\u{feff}歉, sor\u{ad}ry";
        let layer = bare(text).unwrap();
        assert_eq!(layer.text, "抱歉, sorry");
        assert_eq!(&text[layer.start(0)..layer.end("抱歉".len(), text)], "抱\u{200b}\u{feff}歉");
    }

    #[test]
    fn an_emoji_keeps_its_joiners() {
        for text in ["👨\u{200d}👩", "好\u{200b}", "\u{feff}好", "好的"] {
            assert!(bare(text).is_none(), "{text}");
        }
    }
}
