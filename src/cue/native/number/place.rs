//! Postal addresses with a door number: 世纪大道100号3栋502室, “12 Elm Street”. They are only masked: the name of the street
//! and every number, so that what is left still reads as an address. Works on folded text.

use super::office::tail;
use crate::source::Span;
use serde::{Deserialize, Serialize};

/// The table `[addresses]` of `rules/language/numbers.toml`. Folded words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceWords {
    /// What streets and villages end in.
    streets: Vec<String>,
    /// Words that end like a street and are none.
    not_streets: Vec<String>,
    /// What housing estates and blocks end in.
    estates: Vec<String>,
    /// What stands behind a number of a house, a floor or a room.
    doors: Vec<String>,
    /// The same as Traditional texts write them.
    traditional_doors: Vec<String>,
    /// Of these, the ones that only a house has.
    sure_doors: Vec<String>,
    /// Behind a number, these say that it counts something.
    counted: Vec<String>,
    /// Behind 12号, these make it a day or a thing.
    not_doors: Vec<String>,
    /// The name of a street does not reach before one of these characters.
    before_names: String,
    /// Parts of a long street: 四段.
    parts: Vec<String>,
    /// Words before an address that anybody may know.
    public: Vec<String>,
    /// What English streets are called.
    roads: Vec<String>,
    /// Words that are no name of a street.
    not_names: Vec<String>,
    /// What may follow an English street.
    behind_roads: Vec<String>,
}

/// Most digits and letters of a number.
const LONGEST: usize = 8;
/// Longest name of a street, in characters.
const NAME: usize = 4;
/// Most words of an English street's name.
const WORDS: usize = 3;
/// The largest number of a day.
const DAYS: u32 = 31;
/// How far before an address it may be called one for the public, in columns.
const NEAR: usize = 18;

/// A number, with what stands behind it if that is a word for a door.
#[derive(Clone, Copy)]
struct Number<'t> {
    span: Span,
    door: Option<&'t str>,
    /// Whether it counts something: 460户.
    counts: bool,
}

impl Number<'_> {
    fn end(&self) -> usize {
        self.span.end + self.door.map_or(0, str::len)
    }
}

/// What to mask of every address in a folded text.
pub(super) fn find(text: &str, words: &PlaceWords) -> Vec<Span> {
    let numbers: Vec<Number<'_>> = numbers(text, words).collect();
    let mut found = Vec::new();
    let mut first = 0;
    while first < numbers.len() {
        let mut last = first;
        while numbers.get(last + 1).is_some_and(|next| follows(text, &numbers[last], next)) {
            last += 1;
        }
        let chain = &numbers[first..=last];
        if chain[0].door.is_some() {
            chinese(text, chain, words, &mut found);
        } else {
            english(text, chain[0].span, words, &mut found);
        }
        first = last + 1;
    }
    found
}

fn numbers<'t>(text: &'t str, words: &'t PlaceWords) -> impl Iterator<Item = Number<'t>> {
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + bytes[from..].iter().position(u8::is_ascii_digit)?;
            let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
            let length = bytes[start..].iter().take_while(|byte| part(byte)).count();
            from = start + length;
            let glued = start > 0 && (part(&bytes[start - 1]) || matches!(bytes[start - 1], b'.' | b'/' | b':' | b'_'));
            let token = text[start..from].trim_end_matches('-');
            if glued || token.len() > LONGEST {
                continue;
            }
            let rest = &text[start + token.len()..];
            let door = words.doors.iter().filter(|door| rest.starts_with(door.as_str())).max_by_key(|door| door.len());
            let counts = words.counted.iter().any(|unit| rest.starts_with(unit.as_str()));
            let span = Span::new(start, start + token.len());
            return Some(Number { span, door: door.map(String::as_str), counts });
        }
    })
}

/// Whether a number goes on with the address of the one before it: 3栋502室, or 3单元502 without a word.
fn follows(text: &str, one: &Number<'_>, next: &Number<'_>) -> bool {
    let Some(between) = text.get(one.end()..next.span.start) else { return false };
    let room = next.span.end - next.span.start;
    match next.door {
        _ if one.door.is_none() => false,
        Some(_) => matches!(between, "" | " " | "," | "-"),
        None => matches!(between, "" | "-") && matches!(room, 3 | 4) && !next.counts,
    }
}

fn chinese(text: &str, chain: &[Number<'_>], words: &PlaceWords, found: &mut Vec<Span>) {
    let (first, last) = (chain[0], chain[chain.len() - 1]);
    let before = text[..first.span.start].trim_end_matches(' ');
    let before = words.parts.iter().find_map(|part| before.strip_suffix(part.as_str())).unwrap_or(before);
    let ends = |list: &[String]| list.iter().filter(|word| before.ends_with(word.as_str())).map(String::len).max();
    let street = ends(&words.streets).filter(|_| ends(&words.not_streets).is_none());
    let estate = ends(&words.estates);
    let sure =
        chain.iter().any(|number| number.door.is_some_and(|door| words.sure_doors.iter().any(|own| own == door)));
    // 中山路12号 is a door, 中山路12号下午 may be a day.
    let rest = text[last.end()..].trim_start_matches(' ');
    let small = first.span.of(text).parse::<u32>().is_ok_and(|number| number <= DAYS);
    let day = (small || !sure) && words.not_doors.iter().any(|word| rest.starts_with(word.as_str()));
    let told = match (street, estate) {
        (Some(_), _) => chain.len() > 1 || !day,
        (None, Some(_)) => sure && !day,
        (None, None) => sure && chain.len() > 1 && !day,
    };
    if !told || words.is_public(&text[..first.span.start]) {
        return;
    }
    if let Some(word) = street.or(estate) {
        let stem = &before[..before.len() - word];
        let named = |c: &char| !c.is_ascii() && c.is_alphanumeric() && !words.before_names.contains(*c);
        let length: usize = stem.chars().rev().take_while(named).take(NAME).map(char::len_utf8).sum();
        if length > 0 {
            found.push(Span::new(stem.len() - length, stem.len()));
        }
    }
    found.extend(chain.iter().map(|number| number.span));
}

fn english(text: &str, number: Span, words: &PlaceWords, found: &mut Vec<Span>) {
    let is = |list: &[String], word: &str| list.iter().any(|own| own == word);
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '\'' || c == '.';
    let mut names = Vec::new();
    let mut at = number.end;
    loop {
        let Some(rest) = text[at..].strip_prefix(' ') else { return };
        let word = rest.split(|c| !letter(c)).next().unwrap_or_default();
        let plain = word.trim_end_matches('.');
        let span = Span::new(at + 1, at + 1 + plain.len());
        at += 1 + word.len();
        if !names.is_empty() && is(&words.roads, plain) {
            let behind = text[span.end..].trim_start_matches('.');
            let next = behind.trim_start_matches(' ');
            let next_word = next.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let ends = !next.starts_with(|c: char| c.is_ascii_alphanumeric()) || is(&words.behind_roads, next_word);
            if ends && !words.is_public(&text[..number.start]) {
                found.push(number);
                found.append(&mut names);
            }
            return;
        }
        if plain.is_empty() || names.len() == WORDS || is(&words.not_names, plain) {
            return;
        }
        names.push(span);
    }
}

/// Whether an unfolded text may hold one: a number before a word for a door, or before words of letters of which one is
/// a street.
pub(super) fn may_hold(text: &str, words: &PlaceWords) -> bool {
    let bytes = text.as_bytes();
    let mut digit = false;
    for (at, &byte) in bytes.iter().enumerate() {
        if digit && !byte.is_ascii_digit() {
            let rest = &bytes[at..];
            match byte {
                b' ' if rest.get(1).is_some_and(u8::is_ascii_alphabetic) && leads_to_a_road(rest, words) => {
                    return true;
                }
                b'A'..=b'z' | b'-' => continue,
                // In either script; full-width digits end in these bytes, too.
                0x80.. if words.begins_a_door(rest) => return true,
                _ => {}
            }
        }
        digit = byte.is_ascii_digit() || (0x90..=0x99).contains(&byte) && at > 1 && bytes[at - 2..at] == [0xEF, 0xBC];
    }
    false
}

fn leads_to_a_road(rest: &[u8], words: &PlaceWords) -> bool {
    let near = &rest[..rest.len().min(48)];
    let mut parts = near.split(|byte| !byte.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).take(WORDS + 1);
    parts.any(|part| words.roads.iter().any(|road| road.as_bytes().eq_ignore_ascii_case(part)))
}

impl PlaceWords {
    /// Whether these bytes, which are not folded yet, begin with a word for a door.
    fn begins_a_door(&self, rest: &[u8]) -> bool {
        self.doors.iter().chain(&self.traditional_doors).any(|door| rest.starts_with(door.as_bytes()))
    }

    /// Whether the words before an address say that anybody may know it, such as a shop's.
    fn is_public(&self, before: &str) -> bool {
        let near = tail(before, NEAR);
        let near = near.rfind(['。', '!', '?', ';', '\n']).map_or(near, |at| &near[at..]);
        self.public.iter().any(|word| near.contains(word.as_str()))
    }
}
