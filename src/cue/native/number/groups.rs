//! Numbers as written: groups of digits joined by single spaces or hyphens.

use crate::source::Span;

/// A run of groups of digits.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    text: &'a str,
    groups: Vec<Span>,
}

/// Fewest digits of a run worth reading.
const FEWEST: usize = 8;

impl<'a> Groups<'a> {
    /// All runs of `text` with enough digits.
    pub(super) fn runs(text: &'a str) -> impl Iterator<Item = Self> {
        let bytes = text.as_bytes();
        let mut at = 0;
        std::iter::from_fn(move || {
            let mut groups: Vec<Span> = Vec::new();
            loop {
                let start = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
                groups.clear();
                let mut figures = 0;
                let mut from = start;
                loop {
                    let length = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                    if length == 0 {
                        break;
                    }
                    groups.push(Span::new(from, from + length));
                    figures += length;
                    at = from + length;
                    if !matches!(bytes.get(at), Some(b' ' | b'-')) {
                        break;
                    }
                    from = at + 1;
                }
                if figures >= FEWEST {
                    return Some(Self { text, groups });
                }
            }
        })
    }

    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// From the first digit of one group to the last of another, with a plus sign before it.
    pub(super) fn span(&self, first: usize, last: usize) -> Span {
        let (start, end) = (self.groups[first].start, self.groups[last].end);
        let plus = usize::from(self.text.as_bytes()[..start].ends_with(b"+"));
        let check = usize::from(end - start == 17 && matches!(self.text.as_bytes().get(end), Some(b'x')));
        Span::new(start - plus, end + check)
    }

    pub(super) fn group(&self, index: usize) -> &'a str {
        self.groups.get(index).map_or("", |group| group.of(self.text))
    }

    /// Lengths of the groups from `first` on.
    pub(super) fn lengths(&self, first: usize) -> impl Iterator<Item = usize> + '_ {
        self.groups[first..].iter().map(|group| group.len())
    }

    /// The digits of groups `first` to `last`.
    pub(super) fn figures(&self, first: usize, last: usize) -> String {
        (first..=last).map(|index| self.group(index)).collect()
    }

    /// Whether a plus sign stands before the group.
    pub(super) fn signed(&self, index: usize) -> bool {
        self.before(index) == Some(b'+')
    }

    /// Whether nothing is attached to the start of a group.
    pub(super) fn clean_before(&self, first: usize) -> bool {
        let head = unpaused(&self.text[..self.groups[first].start]);
        // A slash behind another number separates the two; any other slash belongs to a path.
        let listed = head.as_bytes().iter().rev().skip(1).take_while(|byte| byte.is_ascii_digit()).take(FEWEST).count();
        let path = head.ends_with('/') && listed < FEWEST;
        let glued = path || head.as_bytes().last().is_some_and(|&byte| is_glue(byte) || matches!(byte, b'.' | b'@'));
        !glued && !head.ends_with("* ") && !head.ends_with('×')
    }

    /// Whether these groups stand alone: no letter, digit, mask, point, path or further hyphenated group is attached.
    pub(super) fn alone(&self, first: usize, last: usize) -> bool {
        let end = self.groups[last].end;
        let rest = self.text.as_bytes().get(end..).unwrap_or_default();
        // Behind a pause, something else is said.
        let pauses = rest.iter().take_while(|&&byte| byte == b'_').count();
        let rest = if rest.get(pauses).copied().is_some_and(is_glue) { rest } else { &rest[pauses..] };
        let decimal = rest.first() == Some(&b'.') && rest.get(1).is_some_and(u8::is_ascii_digit);
        // “1234 ****” continues in masked form.
        let after = rest.first().copied().is_some_and(is_glue) || rest.starts_with(b" *");
        // A dialling code, `**21*138…#`, holds the number in full.
        let dialled = rest.first() == Some(&b'#') && self.before(first) == Some(b'*');
        (dialled || self.clean_before(first)) && !after && !decimal && !self.text[end..].starts_with('×')
    }

    fn before(&self, index: usize) -> Option<u8> {
        self.text.as_bytes()[..self.groups[index].start].last().copied()
    }

    /// Whether the check letter X follows the last group.
    pub(super) fn check_letter(&self, last: usize) -> bool {
        let rest = &self.text.as_bytes()[self.groups[last].end..];
        rest.first() == Some(&b'x') && !rest.get(1).is_some_and(u8::is_ascii_alphanumeric)
    }
}

/// Without the pauses of a call at its end, unless they hold an ASCII word to what comes behind.
fn unpaused(head: &str) -> &str {
    let before = head.trim_end_matches('_');
    if before.as_bytes().last().copied().is_some_and(is_glue) { head } else { before }
}

fn is_glue(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'_' | b'=' | b'&' | b'-')
}
