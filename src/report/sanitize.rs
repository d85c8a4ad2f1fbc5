//! The gate before every terminal: what a text holds is shown, but cannot act.

use std::borrow::Cow;

/// Stands for characters that are not shown themselves.
const STAND_IN: char = '\u{FFFD}';

/// Makes a text of several lines safe to print. Line breaks (LF, CRLF) and tabs stay.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    clean(text, true)
}

/// Makes a text safe to print on one line: line breaks become visible, and tabs blank.
pub fn sanitize_line(text: &str) -> Cow<'_, str> {
    clean(text, false)
}

/// What to show for one character on one line: itself, or a visible stand-in one column wide.
pub(super) fn visible(character: char) -> char {
    match character {
        // Nearly all characters.
        ' '..='~' | '\u{4e00}'..='\u{9fff}' => character,
        '\t' => ' ',
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(STAND_IN),
        '\u{7F}' => '\u{2421}',
        // C1: a terminal that reads 8-bit controls takes U+009B for ESC [.
        '\u{80}'..='\u{9F}' => STAND_IN,
        _ if acts_unseen(character) => STAND_IN,
        _ => character,
    }
}

/// Invisible characters that change direction, width or order.
fn acts_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Zero-width joiner: combines the emoji on either side, and is harmless there.
const JOINER: char = '\u{200D}';

/// Whether `character` joins the emoji before and behind it.
pub(super) fn joins(before: Option<char>, character: char, next: Option<char>) -> bool {
    let picture = |other: char| matches!(other, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}');
    // A variation selector may follow the emoji.
    let drawn = |other: char| picture(other) || other == '\u{FE0F}';
    character == JOINER && before.is_some_and(drawn) && next.is_some_and(picture)
}

/// Whether a text has nothing but what is shown as it is. Reports hold little else, so that bytes are looked at, and
/// characters only where bytes do not tell.
fn is_tame(text: &str, lines: bool) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        at += match (first, bytes.get(at + 1)) {
            (b' '..=b'~', _) => 1,
            (b'\n' | b'\t', _) if lines => 1,
            // Han characters, their punctuation, and wide forms.
            (0xE4, Some(0xB8..)) | (0xE5..=0xE9, _) | (0xE3, Some(0x80)) | (0xEF, Some(0xBC)) => 3,
            _ => match text[at..].chars().next() {
                Some(character) if visible(character) == character => character.len_utf8(),
                _ => return false,
            },
        };
    }
    true
}

fn clean(text: &str, lines: bool) -> Cow<'_, str> {
    if is_tame(text, lines) {
        return Cow::Borrowed(text);
    }
    let mut characters = text.char_indices().peekable();
    let mut cleaned: Option<String> = None;
    let mut before = None;
    while let Some((at, character)) = characters.next() {
        let kept = match character {
            '\n' | '\t' if lines => character,
            '\r' if lines && characters.peek().is_some_and(|&(_, next)| next == '\n') => character,
            _ if joins(before, character, characters.peek().map(|&(_, next)| next)) => character,
            _ => visible(character),
        };
        before = Some(character);
        if kept != character && cleaned.is_none() {
            cleaned = Some(String::from(&text[..at]));
        }
        if let Some(cleaned) = &mut cleaned {
            // The CR of a CRLF is dropped: the LF ends the line.
            if kept != '\r' {
                cleaned.push(kept);
            }
        } else if kept == '\r' {
            cleaned = Some(String::from(&text[..at]));
        }
    }
    cleaned.map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a draft may hold to attack a terminal: titles, links, clipboards, colours, cursor moves, hidden order.
    pub const HOSTILE: [&str; 40] = [
        "\x1b[31mred\x1b[0m",
        "\x1b[2J",
        "\x1b[H",
        "\x1b[1A\x1b[2K",
        "\x1b]0;title\x07",
        "\x1b]0;title\x1b\\",
        "\x1b]8;;http://evil\x1b\\x\x1b]8;;\x1b\\",
        "\x1b]52;c;ZXZpbA==\x07",
        "\x1b]1337;File=:AA\x07",
        "\x1bP+q\x1b\\",
        "\x1b_G\x1b\\",
        "\x1b^x\x1b\\",
        "\x1bc",
        "\x1b7\x1b8",
        "\x1b[?1049h",
        "\x1b[6n",
        "\x1b[>c",
        "\x1b#8",
        "\x1b(0",
        "\u{9b}31m",
        "\u{9d}0;t\u{9c}",
        "\u{90}q\u{9c}",
        "\u{85}",
        "\u{8e}",
        "\x07\x07",
        "\x08\x08ok",
        "\x0b\x0c",
        "\x0e\x0f",
        "\x00",
        "\x7f",
        "ok\roverwritten",
        "\u{202e}txt.exe",
        "\u{202a}a\u{202c}",
        "\u{2066}a\u{2069}",
        "\u{200e}\u{200f}",
        "a\u{200b}b\u{200c}c\u{200d}d",
        "\u{feff}bom",
        "\u{2028}\u{2029}",
        "\u{e0041}\u{e007f}",
        "\u{61c}\u{180e}\u{2060}\u{ad}",
    ];

    /// Fails if `output` holds control characters other than line feeds.
    #[track_caller]
    pub fn assert_tame(output: &str) {
        let wild = output.chars().find(|&c| c != '\n' && (c.is_control() || acts_unseen(c)));
        assert_eq!(wild, None, "{output:?}");
    }

    #[test]
    fn nothing_but_text_and_line_feeds_comes_through() {
        for text in HOSTILE {
            assert_tame(&sanitize(text));
            assert_tame(&sanitize_line(text));
            let characters = sanitize_line(text).chars().count();
            assert_eq!(characters, text.chars().count(), "{text:?} changed its number of characters");
        }
    }

    #[test]
    fn emoji_that_are_joined_stay_so() {
        for text in [
            "\u{1F468}\u{200d}\u{1F469}\u{200d}\u{1F467}",
            "\u{1F3F3}\u{fe0f}\u{200d}\u{1F308}",
            "\u{1F9D1}\u{1F3FD}\u{200d}\u{2695}\u{fe0f}",
        ] {
            assert!(matches!(sanitize_line(text), Cow::Borrowed(_)), "{text}");
        }
        assert_eq!(
            sanitize("a\u{200d}\u{1F467}\u{200d}b\u{1F467}\u{200d}"),
            "a\u{fffd}\u{1F467}\u{fffd}b\u{1F467}\u{fffd}"
        );
    }

    #[test]
    fn ordinary_text_is_not_copied_and_line_ends_are_kept() {
        let text = "您好，\n\t抱歉😀 café";
        assert!(matches!(sanitize(text), Cow::Borrowed(_)));
        assert_eq!(sanitize("a\r\nb\r\n\x1bc\rd"), "a\nb\n␛c␍d");
        assert_eq!(sanitize_line("a\r\nb\tc"), "a␍␊b c");
    }
}
