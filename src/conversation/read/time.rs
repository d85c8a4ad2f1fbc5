//! Finds dates and times as chat exports write them, and tells them from other numbers; they are kept as written.

use super::roles::fold_char;

/// Longest date and time, in characters.
const LONGEST: usize = 48;

/// Length in bytes of the date and time at the start of `text`. It must have exactly one time of day (`10:03`,
/// `10:03:22`), which excludes opening hours, prices and plain dates.
pub(super) fn length(text: &str, words: &[String]) -> Option<usize> {
    // Times are short: a line of nothing but months need not be read to its end.
    let text = text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end]);
    let mut scan = Scan { text, at: 0, words };
    let (mut clocks, mut dates, mut end) = (0, 0, 0);
    loop {
        let before = scan.at;
        let figures = scan.figures();
        if figures > 0 {
            match scan.mark() {
                // One digit for minutes is none: `1:5` is a score.
                Some(':') if figures <= 2 && scan.clock() => clocks += 1,
                Some(sign @ ('-' | '/' | '.')) if figures <= 4 && scan.date(sign) => dates += 1,
                _ if figures <= 4 => {
                    scan.spaces();
                    let worded = scan.word() || (before > 0 && scan.month_before(before));
                    if !worded {
                        break;
                    }
                }
                _ => break,
            }
        } else if !scan.word() {
            break;
        }
        end = scan.at;
        scan.gap();
    }
    (clocks == 1 && dates <= 1).then_some(end)
}

/// Whether `line` is only a date, as exports have above the messages of a day.
pub(super) fn is_day(line: &str, words: &[String]) -> bool {
    let line = line.trim();
    // The weekday, shortened to a character or two.
    let bracket = line.strip_suffix([')', '\u{ff09}']).and_then(|rest| rest.rsplit_once(['(', '\u{ff08}']));
    let text = bracket.filter(|(_, week)| week.chars().count() <= 3).map_or(line, |(day, _)| day.trim_end());
    let text = text.trim_matches(['-', '\u{2014}', '\u{2500}', ' ']);
    let mut scan = Scan { text, at: 0, words };
    // A date has two numbers, or one and the month's name.
    let (mut figures, mut named) = (0, false);
    while !scan.rest().is_empty() && scan.at < LONGEST * 3 {
        let found = scan.figures();
        if found > 0 {
            figures += 1;
            if let Some(sign @ ('-' | '/' | '.')) = scan.mark() {
                let from = scan.at;
                // `3.5` is a price.
                named |= scan.date(sign) && scan.text[from..scan.at].matches(sign).count() > 1;
            }
        } else if scan.word() {
            named = true;
        } else {
            return false;
        }
        scan.gap();
    }
    figures > 0 && named && scan.rest().is_empty()
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    words: &'a [String],
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn mark(&self) -> Option<char> {
        self.rest().chars().next().map(fold_char)
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool, most: usize) -> usize {
        let mut count = 0;
        while count < most {
            let Some(next) = self.rest().chars().next().filter(|&next| wanted(fold_char(next))) else { break };
            self.at += next.len_utf8();
            count += 1;
        }
        count
    }

    fn figures(&mut self) -> usize {
        self.take(|next| next.is_ascii_digit(), 9)
    }

    fn spaces(&mut self) {
        self.take(|next| next == ' ', 2);
    }

    /// Behind the hour: minutes, then optionally seconds with a fraction, then a zone.
    fn clock(&mut self) -> bool {
        self.take(|next| next == ':', 1);
        if self.figures() != 2 {
            return false;
        }
        let seconds = self.mark() == Some(':');
        if seconds {
            self.take(|next| next == ':', 1);
            if self.figures() != 2 {
                return false;
            }
        }
        let back = self.at;
        if self.take(|next| next == '.' || next == ',', 1) == 1 && self.figures() == 0 {
            self.at = back;
        }
        let back = self.at;
        // Without seconds, a minus is the dash of `9:00-12:00`.
        let signed = self.take(|next| next == '+' || (seconds && next == '-'), 1) == 1;
        if signed && self.take(|next| next.is_ascii_digit() || next == ':', 5) < 4 {
            self.at = back;
        }
        self.take(|next| next == 'z', 1);
        true
    }

    /// Behind the first number of a date.
    fn date(&mut self, sign: char) -> bool {
        self.take(|next| next == sign, 1);
        if !(1..=2).contains(&self.figures()) {
            return false;
        }
        if self.mark() == Some(sign) {
            self.take(|next| next == sign, 1);
            if self.figures() == 0 {
                return false;
            }
        }
        // The T in 2026-01-02T10:03.
        let back = self.at;
        if self.take(|next| next == 't', 1) == 1 && !self.mark().is_some_and(|next| next.is_ascii_digit()) {
            self.at = back;
        }
        true
    }

    fn word(&mut self) -> bool {
        let found = self.words.iter().find(|word| {
            let mut rest = self.rest().chars();
            let same = word.chars().all(|wanted| rest.next().map(fold_char) == Some(wanted));
            same && (!word.ends_with(|last: char| last.is_ascii_alphabetic())
                || !rest.next().is_some_and(|next| next.is_ascii_alphabetic()))
        });
        let Some(characters) = found.map(|word| word.chars().count()) else { return false };
        self.take(|_| true, characters) > 0
    }

    /// Whether a word precedes the number at `start`, as in `Jan 2`.
    fn month_before(&self, start: usize) -> bool {
        let before = self.text[..start].trim_end_matches([' ', ',']);
        let folded = before.chars().map(fold_char).collect::<String>();
        let year = before.ends_with(|last: char| last.is_ascii_digit());
        year || self.words.iter().any(|word| folded.ends_with(word.as_str()))
    }

    fn gap(&mut self) {
        self.take(|next| next == ' ' || next == ',', 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::read::RoleLabels;

    #[test]
    fn times_of_exports_are_read_and_other_figures_are_not() {
        let labels = RoleLabels::from_toml(include_str!("../../../rules/language/roles.toml")).unwrap();
        let read = |text| length(text, &labels.time_words);
        for time in [
            "10:03",
            "10:03:22",
            "2026-01-02 10:03",
            "2026/1/2 10:03:22",
            "2026-01-02T10:03:22Z",
            "2026-01-02T10:03:22+08:00",
            "2026年1月2日 10:03",
            "2026年1月2日 上午10:03",
            "12/11/26, 10:03:22",
            "10:03 AM",
            "Jan 2, 2026 10:03 AM",
            "2 Jan 2026, 10:03",
            "昨天 10:03",
            "星期五 10:03",
            "2026-01-02 10:03:22.123",
        ] {
            assert_eq!(read(time), Some(time.len()), "{time}");
        }
        for day in ["2026/03/12（四）", "2026.03.12 星期四", "2026年3月12日", "— 12 March 2026 —", "Thursday, March 12"]
        {
            assert!(is_day(day, &labels.time_words), "{day}");
        }
        for other in ["3天", "12", "今天", "2026-03-12 发货", "3.5", "10:03", "", "（四）"] {
            assert!(!is_day(other, &labels.time_words), "{other}");
        }
        for other in ["9:00-18:00", "2026-01-02", "12345", "1:5", "3.5", "周一", "100 10:03", ""] {
            assert_ne!(read(other), Some(other.len().max(1)), "{other}");
        }
    }
}
