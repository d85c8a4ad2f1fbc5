//! Scripts: Han characters, characters of Simplified or Traditional Chinese only, the language of a text.

use super::character::flags_of;
use super::holds;
use crate::conversation::Lang;

/// Whether it is a Han character.
#[inline]
pub fn is_han(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}' | '\u{f900}'..='\u{faff}')
}

/// Whether it occurs in Simplified Chinese only.
#[inline]
pub fn is_simplified_only(character: char) -> bool {
    flags_of(character) & holds::SIMPLIFIED != 0
}

/// Whether it occurs in Traditional Chinese only.
#[inline]
pub fn is_traditional_only(character: char) -> bool {
    flags_of(character) & holds::TRADITIONAL != 0
}

/// Whether more characters of a text are Traditional-only than Simplified-only.
pub fn is_traditional(text: &str) -> bool {
    let count = |only: fn(char) -> bool| text.chars().filter(|&character| only(character)).count();
    count(is_traditional_only) > count(is_simplified_only)
}

/// The language of a text by its script: Chinese if at least a third of its letters are Han, since one of these says
/// about as much as three Latin letters. `None` without any letters.
pub fn language_of(text: &str) -> Option<Lang> {
    let (mut han, mut latin) = (0_usize, 0_usize);
    for character in text.chars() {
        if is_han(character) {
            han += 1;
        } else if character.is_ascii_alphabetic()
            || (!character.is_ascii() && character < '\u{2000}' && character.is_alphabetic())
        {
            latin += 1;
        }
    }
    match (han, latin) {
        (0, 0) => None,
        _ if han * 6 >= latin => Some(Lang::Zh),
        _ => Some(Lang::En),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_languages() {
        assert!(is_simplified_only('们') && !is_simplified_only('您') && !is_simplified_only('后'));
        assert!(is_traditional_only('們') && !is_traditional_only('您') && !is_traditional_only('著'));
        assert!(is_traditional("我們会儘快") && !is_traditional("我们會尽快") && !is_traditional("您好"));
        assert_eq!(language_of("亲，iPhone已发货"), Some(Lang::Zh));
        assert_eq!(language_of("sorry亲"), Some(Lang::Zh));
        assert_eq!(language_of("Please wait, 亲"), Some(Lang::En));
        assert_eq!(language_of("😀 123"), None);
    }
}
