//! A cursor over a folded text: words of the lexicon, spaces, borders of numbers.

use super::lexicon::Lexicon;
use super::memo::Memo;
use super::sense::{Left, Mark, Sense};

/// A text and the words to read it with. Every reader takes a byte offset and, if its thing stands there, returns it
/// with the offset behind it.
#[derive(Clone, Copy)]
pub(crate) struct Scan<'a> {
    pub(crate) text: &'a str,
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) memo: &'a Memo,
}

impl<'a> Scan<'a> {
    /// The longest word at `at` that `pick` accepts.
    pub(crate) fn word<T>(self, at: usize, pick: impl Fn(&Sense) -> Option<T>) -> Option<(T, usize)> {
        let mut best = None;
        self.memo.words(self.lexicon, self.text, at, |word, len| {
            if let Some(value) = pick(self.lexicon.sense(word))
                && self.whole(at + len)
            {
                best = Some((value, at + len));
            }
        });
        best
    }

    /// A Latin word must not be followed by a letter.
    fn whole(self, end: usize) -> bool {
        !self.byte(end - 1).is_ascii_alphabetic() || !self.byte(end).is_ascii_alphabetic()
    }

    /// Whether a phrase may begin at `at`: with a word that can be a whole time, or with one that has another word or a
    /// digit behind it. This rules out most places.
    pub(crate) fn begins(self, at: usize) -> bool {
        if self.byte(at).is_ascii_digit() {
            return true;
        }
        let mut found = false;
        let (mut ends, mut count) = ([0; 8], 0);
        self.memo.words(self.lexicon, self.text, at, |word, len| {
            let sense = self.lexicon.sense(word);
            if sense.is_whole() {
                found = true;
            } else if sense.begins() && count < ends.len() {
                ends[count] = at + len;
                count += 1;
            }
        });
        found || ends[..count].iter().any(|end| self.known(self.gap(*end)))
    }

    /// Whether a word of the lexicon or a digit stands at `at`.
    fn known(self, at: usize) -> bool {
        let mut known = self.byte(at).is_ascii_digit();
        self.memo.words(self.lexicon, self.text, at, |_, _| known = true);
        known
    }

    /// The end of this mark, if it stands at `at`.
    pub(crate) fn mark(self, at: usize, mark: Mark) -> Option<usize> {
        self.word(at, |sense| (*sense == Sense::Mark(mark)).then_some(())).map(|((), end)| end)
    }

    /// The longest of these marks and its end, after spaces.
    pub(crate) fn marks(self, at: usize, marks: &[Mark]) -> Option<(Mark, usize)> {
        self.word(self.gap(at), |sense| match sense {
            Sense::Mark(mark) if marks.contains(mark) => Some(*mark),
            _ => None,
        })
    }

    /// Skips an optional mark and the spaces around it.
    pub(crate) fn past(self, at: usize, marks: &[Mark]) -> usize {
        self.marks(at, marks).map_or_else(|| self.gap(at), |(_, end)| self.gap(end))
    }

    /// The end of a longer word that only looks like a time.
    pub(crate) fn block(self, at: usize) -> Option<usize> {
        self.word(at, |sense| matches!(sense, Sense::Block | Sense::Vague).then_some(())).map(|((), end)| end)
    }

    /// The end of a look-alike, within which no phrase may begin.
    pub(crate) fn blocked(self, at: usize) -> Option<usize> {
        self.word(at, |sense| (*sense == Sense::Block).then_some(())).map(|((), end)| end)
    }

    /// The end of a title in 《》.
    pub(crate) fn title(self, at: usize) -> Option<usize> {
        let inside = self.rest(at).char_indices().take(40);
        inside.filter(|(_, c)| *c == '》').map(|(offset, _)| at + offset).next()
    }

    /// Skips the rest of a number or Latin word: no phrase begins inside it.
    pub(crate) fn word_end(self, at: usize) -> usize {
        let same: fn(&u8) -> bool =
            if self.byte(at).is_ascii_digit() { u8::is_ascii_digit } else { u8::is_ascii_alphabetic };
        at + self.rest(at).bytes().take_while(same).count()
    }

    /// Whether the words behind show that it was no time.
    pub(crate) fn spoiled(self, at: usize, left: Left) -> bool {
        self.word(at, |sense| (*sense == Sense::NotAfter(left)).then_some(())).is_some()
    }

    /// Skips spaces on the same line, at most two: more are a gap.
    pub(crate) fn gap(self, at: usize) -> usize {
        let bytes = &self.text.as_bytes()[at..];
        let blanks = bytes.iter().take(3).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if blanks <= 2 { at + blanks } else { at }
    }

    pub(crate) fn rest(self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or("")
    }

    pub(crate) fn byte(self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// Whether a phrase may begin here: not inside a word, a number or a code.
    pub(crate) fn opens(self, at: usize) -> bool {
        if !self.byte(at).is_ascii_alphanumeric() || at == 0 {
            return true;
        }
        let before = self.byte(at - 1);
        let joint = matches!(before, b'-' | b'.' | b'/' | b':' | b'_' | b'#' | b'*' | b'+' | b'$');
        !before.is_ascii_alphanumeric()
            && !(joint && (matches!(before, b'#' | b'*' | b'$') || at > 1 && self.byte(at - 2).is_ascii_alphanumeric()))
    }

    /// Whether a phrase may end here.
    pub(crate) fn closes(self, at: usize) -> bool {
        let last = if at == 0 { 0 } else { self.byte(at - 1) };
        let next = self.byte(at);
        if last.is_ascii_alphabetic() {
            return !next.is_ascii_alphanumeric();
        }
        if !last.is_ascii_digit() {
            return true;
        }
        let code = next.is_ascii_alphanumeric() || matches!(next, b'%' | b'*' | b'_' | b'#');
        let joint = matches!(next, b'-' | b'.' | b'/' | b':' | b',');
        !(code || joint && self.byte(at + 1).is_ascii_digit())
    }
}
