//! The Markdown that the catalogue needs: escaped text, tables, anchors.

use std::fmt::Write;

/// Characters that mean something in Markdown.
const SPECIAL: &str = "\\`*_[]<>#|~$&";

/// Text escaped to appear literally, on one line. Marks of examples become bold.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.trim_end().chars() {
        match character {
            // Tags, because asterisks fail beside Chinese punctuation.
            '\u{27e6}' => out.push_str("<b>"),
            '\u{27e7}' => out.push_str("</b>"),
            '\n' => out.push_str("<br>"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // By number, as invisible characters are easily lost.
            character if character.is_control() || is_invisible(character) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "&#x{:x};", u32::from(character));
            }
            character => {
                if SPECIAL.contains(character) {
                    out.push('\\');
                }
                out.push(character);
            }
        }
    }
    out
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A row of a table.
pub fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<&str> = cells.into_iter().collect();
    format!("| {} |\n", cells.join(" | "))
}

/// The line below the heading of a table with this many columns.
pub fn rule(columns: usize) -> String {
    row(std::iter::repeat_n("---", columns))
}

/// The anchor of a heading.
pub fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|character| character.is_alphanumeric() || *character == '-');
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_as_it_is() {
        assert_eq!(plain("a|b *c* <d>\n⟦尽快⟧ {x}"), "a\\|b \\*c\\* &lt;d\\><br><b>尽快</b> {x}");
        assert_eq!(plain("微\u{200b}信 R&D\n"), "微&#x200b;信 R&amp;D");
        assert_eq!(anchor("promise/vague-promise"), "promisevague-promise");
    }
}
