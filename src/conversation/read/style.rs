//! Matches a line of a pasted chat against a line style: speaker, time, and where the text begins.

use super::roles::fold_char;
use super::time;

/// A parsed line style.
#[derive(Debug)]
pub(super) struct Style {
    parts: Vec<Part>,
    /// Other texts may match it.
    pub(super) loose: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Name,
    Time,
    Text,
    Space,
    /// Two spaces or more.
    Gap,
    Tab,
    Sign(char),
    /// Any other sign.
    Exact(char),
}

/// The parts of a line, as byte ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: (usize, usize),
    pub(super) time: Option<(usize, usize)>,
    /// Where the text begins; `None` if it is on the following lines.
    pub(super) text: Option<usize>,
}

/// Longest name of a speaker, in characters.
const NAME: usize = 32;

impl Style {
    /// Parses `<name>`, `<time>`, `<text>`, spaces and signs.
    pub(super) fn new(mut written: &str) -> Self {
        let mut parts = Vec::new();
        while let Some(first) = written.chars().next() {
            let named = [("<name>", Part::Name), ("<time>", Part::Time), ("<text>", Part::Text)];
            let found = named.into_iter().find(|(word, _)| written.starts_with(word));
            let (length, part) = match found {
                Some((word, part)) => (word.len(), part),
                None if written.starts_with("  ") => (2, Part::Gap),
                None if first == ' ' => (1, Part::Space),
                None if first == '\t' => (1, Part::Tab),
                None if fold_char(first) != first => (first.len_utf8(), Part::Exact(first)),
                None => (first.len_utf8(), Part::Sign(first)),
            };
            parts.push(part);
            written = &written[length..];
        }
        let loose = parts.iter().any(|part| matches!(part, Part::Gap | Part::Exact(_)));
        Self { parts, loose }
    }

    /// Matches `line`, if it has this style.
    pub(super) fn read(&self, line: &str, time_words: &[String]) -> Option<Line> {
        let mut found = Line::default();
        let start = line.len() - line.trim_start_matches(['\u{200e}', '\u{200f}', '\u{feff}', ' ']).len();
        fits(&self.parts, line, start, time_words, &mut found).then_some(found)
    }
}

fn fits(parts: &[Part], line: &str, at: usize, words: &[String], found: &mut Line) -> bool {
    let rest = &line[at..];
    let Some((part, next)) = parts.split_first() else { return rest.trim_end().is_empty() };
    match part {
        Part::Text => {
            found.text = Some(at);
            true
        }
        Part::Space => {
            let spaces = spaces(rest);
            spaces > 0 && fits(next, line, at + spaces, words, found)
        }
        Part::Gap => {
            let length = spaces(rest);
            rest[..length].chars().nth(1).is_some() && fits(next, line, at + length, words, found)
        }
        Part::Tab => rest.starts_with('\t') && fits(next, line, at + 1, words, found),
        Part::Sign(sign) | Part::Exact(sign) => {
            let before = spaces(rest);
            let same = |next: char| next == *sign || matches!(part, Part::Sign(_)) && fold_char(next) == *sign;
            let Some(character) = rest[before..].chars().next().filter(|&next| same(next)) else {
                return false;
            };
            let after = before + character.len_utf8();
            fits(next, line, at + after + spaces(&rest[after..]), words, found)
        }
        Part::Time => {
            let Some(length) = time::length(rest, words) else { return false };
            found.time = Some((at, at + length));
            fits(next, line, at + length, words, found)
        }
        Part::Name => {
            let ends =
                rest.char_indices().take(NAME).map(|(start, character)| (start + character.len_utf8(), character));
            for (end, character) in ends {
                if matches!(character, '，' | '。' | '！' | '？' | '；' | '、' | '?' | '!' | ';' | '“' | '”' | '"')
                {
                    return false;
                }
                let name = rest[..end].trim_end();
                let plain =
                    !name.is_empty() && name.len() == end && !name.starts_with(['[', '(', '【', '（', ':', '：']);
                if plain && fits(next, line, at + end, words, found) {
                    found.name = (at, at + end);
                    return true;
                }
            }
            false
        }
    }
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t', '\u{3000}', '\u{a0}', '\u{202f}']).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::read::RoleLabels;

    #[test]
    fn the_usual_exports_are_read() {
        let labels = RoleLabels::from_toml(include_str!("../../../rules/language/roles.toml")).unwrap();
        let styles = labels.styles.iter().map(|style| Style::new(style)).collect::<Vec<_>>();
        for (line, name, time, text) in [
            ("客户: 在吗", "客户", "", Some("在吗")),
            ("客户：在吗", "客户", "", Some("在吗")),
            ("[2026-01-02 10:03] 客服小王：在的", "客服小王", "2026-01-02 10:03", Some("在的")),
            ("小王 10:03:22", "小王", "10:03:22", None),
            ("花花旗舰店:小美 2026-01-02 10:03:22", "花花旗舰店:小美", "2026-01-02 10:03:22", None),
            ("tb1234 (2026-01-02 10:03:22):", "tb1234", "2026-01-02 10:03:22", Some("")),
            ("小王 2026/1/2 10:03:22", "小王", "2026/1/2 10:03:22", None),
            ("Agent Name (10:03 AM): hi", "Agent Name", "10:03 AM", Some("hi")),
            ("(10:03:22 AM) Sam: hi: there", "Sam", "10:03:22 AM", Some("hi: there")),
            ("\u{200e}[12/11/26, 10:03:22] Ann Lee: hi", "Ann Lee", "12/11/26, 10:03:22", Some("hi")),
            ("12/11/26, 10:03 - Ann: hi", "Ann", "12/11/26, 10:03", Some("hi")),
            ("2026-01-02 10:03:22 小王", "小王", "2026-01-02 10:03:22", None),
            ("10:03 AM | Sam: hi", "Sam", "10:03 AM", Some("hi")),
            ("10:03\t小雨\t在吗 10:05", "小雨", "10:03", Some("在吗 10:05")),
            ("上午10:03\tAnn Lee\thi: there", "Ann Lee", "上午10:03", Some("hi: there")),
            ("Ann, [12.03.2026 10:03]", "Ann", "12.03.2026 10:03", None),
            ("Ann Lee  10:03 AM", "Ann Lee", "10:03 AM", None),
            ("**客户：**在吗", "客户", "", Some("在吗")),
            ("**Customer**: hi", "Customer", "", Some("hi")),
            ("【客户】在吗：有人吗", "客户", "", Some("在吗：有人吗")),
            ("【客户】：在吗", "客户", "", Some("在吗")),
        ] {
            let found = styles.iter().find_map(|style| style.read(line, &labels.time_words));
            let found = found.unwrap_or_else(|| panic!("{line}"));
            assert_eq!(&line[found.name.0..found.name.1], name, "{line}");
            assert_eq!(found.time.map_or("", |(start, end)| &line[start..end]), time, "{line}");
            assert_eq!(found.text.map(|at| &line[at..]), text, "{line}");
        }
    }
}
