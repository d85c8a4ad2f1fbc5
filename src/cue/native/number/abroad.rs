//! Personal numbers abroad: telephone numbers with a country code or in the domestic notation of North America, Britain
//! and Hong Kong, and US social security numbers.

use super::context::{Named, NumberWords};
use super::{NumberHit, NumberKind};
use crate::source::Span;

/// Digits of a telephone number with its country code (ITU-T E.164, 6.1). Numbers with fewer than `USUAL` belong to a
/// few islands.
const FEWEST: usize = 8;
const MOST: usize = 15;
const USUAL: usize = 10;

/// Most groups of one number.
const GROUPS: usize = 8;

/// Every such number in a folded text, in order.
pub(super) fn find(text: &str, words: &NumberWords) -> Vec<NumberHit> {
    let mut found = Vec::new();
    for row in Row::all(text) {
        let mut first = 0;
        while first < row.groups.len() {
            let reading = row.signed(first, words).or_else(|| row.american(first, words));
            let reading = reading.or_else(|| row.social(first, words)).or_else(|| row.local(first, words));
            let Some(Reading { start, last, kind, sure }) = reading else {
                first += 1;
                continue;
            };
            let span = Span::new(start, row.groups[last].end);
            if words.allow(text, span, kind) {
                found.push(NumberHit { span, kind, sure, public: false });
            }
            first = last + 1;
        }
    }
    found
}

/// Whether these digits, written together, are a North American telephone number.
pub(super) fn is_american(figures: &str) -> bool {
    let figures = if figures.len() == 11 { figures.strip_prefix('1').unwrap_or("") } else { figures };
    // Area and exchange codes begin with 2 to 9. Codes ending in 00 or 11 are services; those with 9 in the middle are
    // reserved for longer numbers (North American Numbering Plan, ATIS-0300051 and ATIS-0300119).
    match figures.as_bytes() {
        [area @ b'2'..=b'9', middle, end, exchange @ b'2'..=b'9', second, third, _, _, _, _] => {
            let service = |middle: u8, end: u8| middle == b'1' && end == b'1';
            let place = *middle != b'9' && !(*middle == b'0' && *end == b'0') && !service(*middle, *end);
            // 37x and 96x are reserved.
            let kept = matches!((area, middle), (b'3', b'7') | (b'9', b'6'));
            place && !kept && exchange.is_ascii_digit() && !service(*second, *third)
        }
        _ => false,
    }
}

/// Whether these digits are a US social security number: no area 000, 666 or 900 to 999, no part all zeros (Social
/// Security Administration, POMS RM 10201.035).
fn is_social(figures: &str) -> bool {
    let part = |from: usize, to: usize| figures.get(from..to).unwrap_or("");
    figures.len() == 9
        && !matches!(part(0, 3), "000" | "666")
        && !figures.starts_with('9')
        && part(3, 5) != "00"
        && part(5, 9) != "0000"
}

/// Length of the country code at the start of the digits (ITU-T E.164, list of assigned codes).
fn country(figures: &str) -> Option<usize> {
    match *figures.as_bytes() {
        [b'1' | b'7', ..] => Some(1),
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => Some(2),
        [b'2', b'1'..=b'6' | b'9', ..]
        | [b'3', b'5' | b'7' | b'8', ..]
        | [b'4', b'2', ..]
        | [b'5', b'0' | b'9', ..]
        | [b'6', b'7'..=b'9', ..]
        | [b'8', b'0' | b'5' | b'7' | b'8', ..]
        | [b'9', b'6' | b'7' | b'9', ..] => Some(3),
        _ => None,
    }
}

/// A number: where it begins, its last group, its kind, and whether that is certain.
struct Reading {
    start: usize,
    last: usize,
    kind: NumberKind,
    sure: bool,
}

/// Groups of digits with only separators between them.
struct Row<'a> {
    text: &'a str,
    groups: Vec<Span>,
}

impl<'a> Row<'a> {
    /// All rows of a text with enough digits.
    fn all(text: &'a str) -> impl Iterator<Item = Self> {
        let bytes = text.as_bytes();
        let mut at = 0;
        std::iter::from_fn(move || {
            let mut groups = Vec::new();
            loop {
                let mut start = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
                groups.clear();
                let mut figures = 0;
                loop {
                    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                    if length == 0 {
                        break;
                    }
                    at = start + length;
                    groups.push(Span::new(start, at));
                    figures += length;
                    let gap = text[at..].chars().take(4).take_while(|&next| is_separator(next)).map(char::len_utf8);
                    start = at + gap.sum::<usize>();
                    if start == at || !is_gap(&text[at..start]) {
                        break;
                    }
                }
                if figures >= FEWEST {
                    return Some(Self { text, groups });
                }
            }
        })
    }

    /// `+44 7911 123456`, `+1 (415) 555-2671`, `(+44) 20 7946 0958`, `0044 20 7946 0958`.
    fn signed(&self, first: usize, words: &NumberWords) -> Option<Reading> {
        let head = &self.text[..self.groups[first].start];
        let (mut start, sign) = match head.strip_suffix('(').unwrap_or(head).strip_suffix('+') {
            Some(before) => (before.len(), true),
            None => (self.groups[first].start, false),
        };
        let dialled = self.group(first).strip_prefix("00").filter(|_| !sign && first + 1 < self.groups.len());
        if !sign && dialled.is_none() || !is_free(&self.text[..start]) {
            return None;
        }
        let mut figures = dialled.unwrap_or(self.group(first)).to_owned();
        let code = country(&figures)?;
        let mut best = None;
        for last in first..self.groups.len().min(first + GROUPS) {
            // The zero in +44 (0)20 is dialled only within the country.
            let trunk = last > first && self.group(last).starts_with('0') && self.between(last - 1).ends_with('(');
            if last > first {
                figures.push_str(self.group(last).strip_prefix('0').filter(|_| trunk).unwrap_or(self.group(last)));
            }
            if figures.len() > MOST {
                break;
            }
            let fits = figures.len() >= FEWEST
                && (code > 1 || !figures.starts_with('1') || figures.len() == 11 && is_american(&figures));
            // +20250101 is a count or a date.
            let usual = figures.len() >= USUAL || last > first;
            if fits && usual && self.ends(last) {
                best = Some((last, figures.len(), words.is_hotline(&figures)));
            }
        }
        let (last, length, hotline) = best?;
        if hotline {
            return None;
        }
        start -= usize::from(self.text[..start].ends_with('(') && self.between(first).starts_with(')'));
        let span = Span::new(start, self.groups[last].end);
        let sure = sign && length >= USUAL || words.says_phone(self.text, span);
        Some(Reading { start, last, kind: NumberKind::Abroad, sure })
    }

    /// `(415) 555-2671`, `415-555-2671`, `1 415.555.2671`; digits without separators only where the words say
    /// “telephone”.
    fn american(&self, first: usize, words: &NumberWords) -> Option<Reading> {
        let leading = usize::from(self.group(first) == "1");
        let from = first + leading;
        let lengths: Vec<usize> = self.groups[from..].iter().take(3).map(|group| group.len()).collect();
        let (last, grouped) = match lengths[..] {
            [3, 3, 4] => (from + 2, true),
            [10 | 11, ..] if leading == 0 => (first, false),
            _ => return None,
        };
        let figures: String = (from..=last).map(|index| self.group(index)).collect();
        let opened = self.text[..self.groups[from].start].ends_with('(');
        let start = self.groups[first].start - usize::from(opened && leading == 0);
        let national = if figures.len() == 10 { format!("1{figures}") } else { figures.clone() };
        if !is_american(&figures) || words.is_hotline(&national) || !is_free(&self.text[..start]) || !self.ends(last) {
            return None;
        }
        let span = Span::new(start, self.groups[last].end);
        if !grouped {
            let sure = words.says_phone(self.text, span) && !words.is_measured(self.text, span);
            let hidden = sure || words.named(self.text, span) == Named::Person;
            return hidden.then_some(Reading { start, last, kind: NumberKind::Abroad, sure });
        }
        let (before, behind) = (self.between(from), self.between(from + 1));
        let shape = match before {
            ") " | ")" | ")-" => opened && matches!(behind, "-" | " " | "." | "–" | "\u{2011}"),
            "-" | "." | " " | "–" | "\u{2011}" => !opened && (before == behind || behind == "-"),
            _ => false,
        };
        let sure = before != " " || words.named(self.text, span) == Named::Person;
        shape.then_some(Reading { start, last, kind: NumberKind::Abroad, sure })
    }

    /// `123-45-6789`; with spaces or without separators only where the words say so.
    fn social(&self, first: usize, words: &NumberWords) -> Option<Reading> {
        let lengths: Vec<usize> = self.groups[first..].iter().take(3).map(|group| group.len()).collect();
        let last = match lengths[..] {
            [3, 2, 4] if self.between(first) == self.between(first + 1) => first + 2,
            [9, ..] => first,
            _ => return None,
        };
        let figures: String = (first..=last).map(|index| self.group(index)).collect();
        let start = self.groups[first].start;
        if !is_social(&figures) || !is_free(&self.text[..start]) || !self.ends(last) {
            return None;
        }
        let span = Span::new(start, self.groups[last].end);
        let written = last > first && matches!(self.between(first), "-" | "–" | "\u{2011}");
        (written || words.says_social(self.text, span)).then_some(Reading {
            start,
            last,
            kind: NumberKind::Identity,
            sure: true,
        })
    }

    /// British `07911 123456`; Hong Kong's `9123 4567` where the words say “telephone”.
    fn local(&self, first: usize, words: &NumberWords) -> Option<Reading> {
        let lengths: Vec<usize> = self.groups[first..].iter().take(3).map(|group| group.len()).collect();
        let figures = self.group(first);
        let start = self.groups[first].start;
        let spaced = |count: usize| (first..first + count).all(|index| self.between(index) == " ");
        let free = |last: usize| is_free(&self.text[..start]) && self.ends(last);
        let mobile = figures.starts_with("07") && !figures.starts_with("070");
        let british = match lengths[..] {
            [5, 3, 3] if mobile && spaced(2) => Some(first + 2),
            [5, 6, ..] if mobile && spaced(1) => Some(first + 1),
            _ => None,
        };
        if let Some(last) = british {
            return free(last).then_some(Reading { start, last, kind: NumberKind::Abroad, sure: true });
        }
        // Hong Kong mobile numbers (OFCA, Numbering Plan for Telecommunications Services).
        let last = match lengths[..] {
            [4, 4, ..] if spaced(1) => first + 1,
            [8, ..] => first,
            _ => return None,
        };
        let span = Span::new(start, self.groups[last].end);
        if !figures.starts_with(['5', '6', '7', '9']) || !free(last) || words.is_measured(self.text, span) {
            return None;
        }
        let sure = words.says_phone(self.text, span);
        let hidden = sure || words.named(self.text, span) == Named::Person;
        hidden.then_some(Reading { start, last, kind: NumberKind::Abroad, sure })
    }

    fn group(&self, index: usize) -> &'a str {
        self.groups.get(index).map_or("", |group| group.of(self.text))
    }

    /// The text between a group and the next; empty behind the last.
    fn between(&self, index: usize) -> &'a str {
        match (self.groups.get(index), self.groups.get(index + 1)) {
            (Some(group), Some(next)) => &self.text[group.end..next.start],
            _ => "",
        }
    }

    /// Whether the number ends at a group: no letter, mask, point, path or further group is attached.
    fn ends(&self, last: usize) -> bool {
        let rest = &self.text[self.groups[last].end..];
        let mut next = rest.chars();
        let glued = next.next().is_some_and(|mark| mark.is_ascii_alphanumeric() || "*_=&@-/×".contains(mark));
        let goes_on = rest.starts_with(['.', ',']) && next.next().is_some_and(|next| next.is_ascii_digit());
        !glued && !goes_on && !rest.starts_with(" *")
    }
}

/// Whether the text before a number leaves it free-standing.
fn is_free(before: &str) -> bool {
    let glued = |mark: char| mark.is_ascii_alphanumeric() || "+-–_/.*=&@#$¥￥€£×".contains(mark);
    !before.ends_with(glued) && !before.ends_with("* ")
}

fn is_separator(character: char) -> bool {
    matches!(character, ' ' | '-' | '.' | '(' | ')' | '\u{a0}' | '\u{2011}' | '–')
}

/// Whether a gap is a separator within numbers: `) `, ` (`, ` - `, but not a full stop and a space.
fn is_gap(gap: &str) -> bool {
    let marks = gap.chars().filter(|mark| matches!(mark, '-' | '.' | '\u{2011}' | '–')).count();
    gap.chars().count() <= 3 && marks <= 1 && (gap == "." || !gap.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_the_numbering_plans() {
        for number in ["4155552671", "14155552671", "2125551234"] {
            assert!(is_american(number), "{number}");
        }
        for none in ["1155552671", "4151552671", "8005552671", "9115552671", "4195112671", "3705552671", "415555267"] {
            assert!(!is_american(none), "{none}");
        }
        for number in ["123456789", "899010001"] {
            assert!(is_social(number), "{number}");
        }
        for none in ["000456789", "666456789", "900456789", "123006789", "123450000", "12345678"] {
            assert!(!is_social(none), "{none}");
        }
        assert_eq!(
            ["14", "44", "852", "86", "99", "0", "210"].map(country),
            [Some(1), Some(2), Some(3), Some(2), Some(3), None, Some(3)]
        );
    }
}
