//! Sentences, clauses and quotations, found while a text is folded. All offsets are bytes of the folded text.

/// Sentences and clauses of a folded text, which cover it without gaps, and its quotations.
#[derive(Clone, Debug, Default)]
pub struct Segments {
    /// Ends of sentences (one past the last byte).
    sentences: Vec<u32>,
    /// Ends of clauses; every end of a sentence is one, too.
    clauses: Vec<u32>,
    /// Quotations, without their marks.
    quotes: Vec<(u32, u32)>,
    /// Ends of clauses that are mere spaces before a Han character.
    spaces: Vec<u32>,
    /// Those of them with a Han character on either side.
    breaths: Vec<u32>,
    /// The kinds of characters in the text (`holds`).
    pub(super) flags: u32,
}

impl Segments {
    /// The sentence that holds byte `at`.
    pub fn sentence(&self, at: usize) -> (usize, usize) {
        around(&self.sentences, at)
    }

    /// The end of the sentence that holds byte `at`, or an earlier space between Han characters, which in chats may
    /// stand for a full stop.
    pub fn breath(&self, at: usize) -> usize {
        let (_, end) = self.sentence(at);
        let next = self.breaths.partition_point(|&space| space as usize <= at);
        self.breaths.get(next).map_or(end, |&space| end.min(space as usize))
    }

    /// The clause that holds byte `at`.
    pub fn clause(&self, at: usize) -> (usize, usize) {
        around(&self.clauses, at)
    }

    /// All sentences in order.
    pub fn sentences(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        walk(&self.sentences)
    }

    /// All clauses in order.
    pub fn clauses(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        walk(&self.clauses)
    }

    /// Whether the stretch lies inside a quotation.
    pub fn quoted(&self, start: usize, end: usize) -> bool {
        let before = self.quotes.partition_point(|&(open, _)| open as usize <= start);
        before.checked_sub(1).is_some_and(|index| end <= self.quotes[index].1 as usize)
    }

    /// The next border of a quotation behind byte `at`, if it comes before `end`; otherwise `end`.
    pub fn quote_border(&self, at: usize, end: usize) -> usize {
        let before = self.quotes.partition_point(|&(open, _)| open as usize <= at);
        let closing = before.checked_sub(1).map(|index| self.quotes[index].1 as usize).filter(|&close| at < close);
        let border = closing.or_else(|| self.quotes.get(before).map(|quote| quote.0 as usize));
        border.map_or(end, |border| border.min(end))
    }

    /// Places behind spaces before Han characters: chats are often written without full stops.
    pub fn spaces(&self) -> impl Iterator<Item = usize> + '_ {
        self.spaces.iter().map(|&at| at as usize)
    }

    /// Whether the text has characters of any of these kinds (`holds`).
    pub fn holds(&self, flags: u32) -> bool {
        self.flags & flags != 0
    }

    /// Adds ends of clauses and sentences.
    pub fn part(&mut self, clauses: &[usize], sentences: &[usize]) {
        let ends = |own: &mut Vec<u32>, more: &mut dyn Iterator<Item = &usize>| {
            own.extend(more.map(|&at| narrow(at)));
            own.sort_unstable();
            own.dedup();
        };
        ends(&mut self.sentences, &mut sentences.iter());
        ends(&mut self.clauses, &mut clauses.iter().chain(sentences));
    }

    /// Approximate size in bytes.
    pub fn memory(&self) -> usize {
        let ends = [&self.sentences, &self.clauses, &self.spaces, &self.breaths];
        ends.iter().map(|ends| size_of_val(ends.as_slice())).sum::<usize>() + size_of_val(self.quotes.as_slice())
    }

    fn clear(&mut self) {
        self.flags = 0;
        self.sentences.clear();
        self.clauses.clear();
        self.quotes.clear();
        self.spaces.clear();
        self.breaths.clear();
    }
}

/// Longest quotation in bytes: an opening mark without a closing one must not swallow a letter.
const LONGEST_QUOTE: usize = 600;

/// Finds the parts as characters pass by.
pub(super) struct Segmenter<'a> {
    out: &'a mut Segments,
    /// The previous character, folded.
    pub(super) previous: char,
    open: Option<(char, usize)>,
}

impl<'a> Segmenter<'a> {
    pub(super) fn new(out: &'a mut Segments) -> Self {
        out.clear();
        Self { out, previous: '\n', open: None }
    }

    /// Processes a folded character at `start..end`; `next` is the original character behind it. `build/fold.rs`
    /// decides for which characters this is called.
    pub(super) fn mark(&mut self, character: char, next: Option<char>, start: usize, end: usize) {
        let digit_before = self.previous.is_ascii_digit();
        let digit_behind = next.is_some_and(|next| super::fold_char(next).is_ascii_digit());
        match character {
            '\u{3002}' | '!' | '?' | ';' | '\n' | '\u{2026}' | '\u{ff61}' => self.sentence(end),
            // A full stop ends a sentence before a space, a Han character or the end; not in 3.5, t.tt, e.g.
            '.' if !next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '.' || next == '/') => {
                self.sentence(end);
            }
            ',' | ':' if digit_before && digit_behind => {}
            ',' | ':' | '~' => self.clause(end),
            ' ' | '\t' if next.is_some_and(super::is_han) && !self.previous.is_ascii_alphanumeric() => {
                self.clause(end);
                push(&mut self.out.spaces, end);
                if super::is_han(self.previous) {
                    push(&mut self.out.breaths, end);
                }
            }
            '\u{201c}' | '\u{300c}' | '\u{300e}' | '\u{300a}' => self.open = Some((closing(character), end)),
            '"' if self.open.is_none_or(|(close, _)| close != '"') => self.open = Some(('"', end)),
            _ => {}
        }
        if let Some((close, from)) = self.open {
            if character == close && from <= start {
                if start - from <= LONGEST_QUOTE {
                    self.out.quotes.push((narrow(from), narrow(start)));
                }
                self.open = None;
            } else if character == '\n' {
                self.open = None;
            }
        }
    }

    pub(super) fn finish(&mut self, end: usize) {
        self.sentence(end);
    }

    fn sentence(&mut self, end: usize) {
        push(&mut self.out.sentences, end);
        push(&mut self.out.clauses, end);
    }

    fn clause(&mut self, end: usize) {
        push(&mut self.out.clauses, end);
    }
}

fn closing(open: char) -> char {
    match open {
        '\u{201c}' => '\u{201d}',
        '\u{300c}' => '\u{300d}',
        '\u{300e}' => '\u{300f}',
        _ => '\u{300b}',
    }
}

fn push(ends: &mut Vec<u32>, end: usize) {
    let end = narrow(end);
    if ends.last() != Some(&end) {
        ends.push(end);
    }
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn around(ends: &[u32], at: usize) -> (usize, usize) {
    let index = ends.partition_point(|&end| end as usize <= at).min(ends.len().saturating_sub(1));
    let start = index.checked_sub(1).map_or(0, |before| ends[before] as usize);
    (start, ends.get(index).map_or(start, |&end| end as usize))
}

fn walk(ends: &[u32]) -> impl Iterator<Item = (usize, usize)> + '_ {
    ends.iter().scan(0, |start, &end| {
        let part = (*start, end as usize);
        *start = end as usize;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use crate::language::segment;

    fn sentences(text: &str) -> Vec<&str> {
        let segments = segment(text);
        segments.sentences().map(|(start, end)| &text[start..end]).collect()
    }

    #[test]
    fn points_end_sentences_but_not_numbers_or_addresses() {
        assert_eq!(sentences("请登录t.tt查看.谢谢"), ["请登录t.tt查看.", "谢谢"]);
        assert_eq!(sentences("共3.5元。ok. thanks"), ["共3.5元。", "ok.", " thanks"]);
    }

    #[test]
    fn a_space_between_han_characters_ends_a_clause() {
        let text = "好的 马上查,18:00前回您";
        let clauses: Vec<_> = segment(text).clauses().map(|(start, end)| &text[start..end]).collect();
        assert_eq!(clauses, ["好的 ", "马上查,", "18:00前回您"]);
    }

    #[test]
    fn quotations_need_both_marks() {
        let text = "您说“没人管”,我记下了“";
        let segments = segment(text);
        let at = text.find("没人管").unwrap();
        assert!(segments.quoted(at, at + 9));
        let at = text.find("记下").unwrap();
        assert!(!segments.quoted(at, at + 6));
    }
}
