//! Guards text in spreadsheets: what would be read as a formula gets an apostrophe before it, and loses it on the way
//! back.

use std::borrow::Cow;

/// Whether a spreadsheet may read the text as a formula; it ignores white space before it.
fn begins_a_formula(text: &str) -> bool {
    let acts = |first: char| {
        matches!(
            first,
            '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}' | '\u{2212}' | '|' | '%'
        )
    };
    text.starts_with(['\t', '\r', '\n', '\0'])
        || text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control()).starts_with(acts)
}

/// The text, with an apostrophe before it if it could be read as a formula or already begins with such an apostrophe.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if begins_a_formula(text.trim_start_matches('\'')) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text without the apostrophe that [`guarded`] put before it.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if begins_a_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_words() {
        for text in ["=1+1", "@SUM(A1)", "\r=1", " =1", "\u{ff0b}1", "\u{ff0d}1", "\u{ff20}A", "\u{a0}=1", "\n=cmd"] {
            assert_eq!(guarded(text), format!("'{text}"), "{text:?}");
        }
        for text in ["您好", "a=1", "12345", "（-1）", ""] {
            assert_eq!(guarded(text), text);
        }
    }

    #[test]
    fn what_is_guarded_comes_back() {
        for text in ["=1+1", "\u{ff1d}1", " -x", "'=1", "''@a", "|x", "%x", "\t=", "您好", "'t Hof", "a=1", "", "'"] {
            assert_eq!(unguarded(&guarded(text)), text, "{text:?}");
        }
        assert_eq!((guarded("=1"), guarded("'=1"), guarded("'t")), ("'=1".into(), "''=1".into(), "'t".into()));
    }
}
