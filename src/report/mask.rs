//! Masks private data (telephone, identity and card numbers, e-mail addresses) before anything is shown.

#[cfg(feature = "cli")]
use super::sanitize::visible;
use crate::conversation::{Conversation, Hide, ReadOut, joined_spans};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Finds private data in a text: spans, in order.
pub type Finder = dyn Fn(&str) -> Arc<[Span]> + Send + Sync;

/// Finds messages in which private data may be read out in parts: their numbers, in order.
pub type Together = dyn Fn(&Conversation) -> Vec<ReadOut> + Send + Sync;

/// Stands for a pause between two messages of one speaker.
const PAUSE: &str = "_";

/// Finds private data and masks it, if masking is on.
#[derive(Default)]
pub struct Masker {
    find: Option<Box<Finder>>,
    together: Option<Box<Together>>,
}

impl Masker {
    /// Masks what `find` finds.
    pub fn new<F: Into<Arc<[Span]>>>(find: impl Fn(&str) -> F + Send + Sync + 'static) -> Self {
        Self { find: Some(Box::new(move |text| find(text).into())), together: None }
    }

    /// Also masks what is found across the messages that `together` finds, taken as one text.
    #[must_use]
    pub fn across(self, together: impl Fn(&Conversation) -> Vec<ReadOut> + Send + Sync + 'static) -> Self {
        Self { together: Some(Box::new(together)), ..self }
    }

    /// Masks nothing (`--show-pii`, or text that the user has just typed).
    pub const fn off() -> Self {
        Self { find: None, together: None }
    }

    /// The stretches of `text` whose letters and digits are masked, in order.
    pub fn hidden(&self, text: &str) -> Vec<Span> {
        let Some(find) = &self.find else { return Vec::new() };
        let mut spans: Vec<Span> = find(text).iter().filter_map(|&span| hidden_part(text, span)).collect();
        spans.sort_unstable();
        spans
    }

    /// `text` with its private data masked.
    pub fn mask(&self, text: &str) -> String {
        mask(text, Span::new(0, text.len()), &self.hidden(text))
    }
}

impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Masker").field("on", &self.find.is_some()).finish_non_exhaustive()
    }
}

impl Hide for Masker {
    fn hides(&self) -> bool {
        self.find.is_some()
    }

    fn hidden(&self, text: &str) -> Vec<Span> {
        Self::hidden(self, text)
    }

    fn spread(&self, conversation: &Conversation) -> BTreeMap<usize, Vec<Span>> {
        let mut spread: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
        for ReadOut { turns, echoes } in self.together.iter().flat_map(|together| together(conversation)) {
            let (mut joined, mut places) = (String::new(), Vec::new());
            for (turn, from) in turns {
                let text = &conversation.turns[turn].text[from..];
                let text = text.trim_end_matches(|mark: char| !mark.is_alphanumeric());
                if !joined.is_empty() {
                    joined.push_str(PAUSE);
                }
                places.push((turn, from, joined.len()..joined.len() + text.len()));
                joined.push_str(text);
            }
            for private in Self::hidden(self, &joined) {
                for (turn, from, place) in &places {
                    let (start, end) = (private.start.max(place.start), private.end.min(place.end));
                    if start < end {
                        spread
                            .entry(*turn)
                            .or_default()
                            .push(Span::new(from + start - place.start, from + end - place.start));
                    }
                }
            }
            // What is masked in one place is masked wherever it is repeated.
            let said = places.iter().filter_map(|(turn, ..)| Some((*turn, joined_spans(spread.get(turn)?.clone()))));
            let said: BTreeMap<usize, Vec<Span>> = said.collect();
            for [(again, figure), (turn, place)] in echoes {
                let hidden = said.get(&turn).map(Vec::as_slice).unwrap_or_default();
                let next = hidden.partition_point(|hidden| hidden.end < place.end);
                if hidden.get(next).is_some_and(|hidden| hidden.start <= place.start) {
                    spread.entry(again).or_default().push(figure);
                }
            }
        }
        spread
    }

    fn show(&self, text: &str, window: Span, hidden: &[Span]) -> String {
        mask(text, window, hidden)
    }
}

/// The part `window` of `text`, with the `hidden` stretches of `text` (sorted) starred out.
pub fn mask(text: &str, window: Span, hidden: &[Span]) -> String {
    let part = window.of(text);
    if hidden.is_empty() {
        return part.to_owned();
    }
    part.char_indices().map(|(at, character)| shown(character, window.start + at, hidden)).collect()
}

/// One character, safe for a terminal: starred out if it is private.
#[cfg(feature = "cli")]
pub(super) fn shown_safely(character: char, at: usize, hidden: &[Span]) -> char {
    visible(shown(character, at, hidden))
}

/// Stars are as wide as what they mask, so that labels stay under their words. Separators stay: `138-****-1234`.
fn shown(character: char, at: usize, hidden: &[Span]) -> char {
    let next = hidden.partition_point(|span| span.end <= at);
    let inside = hidden.get(next).is_some_and(|span| span.start <= at);
    match unicode_width::UnicodeWidthChar::width(character) {
        _ if !inside || !character.is_alphanumeric() => character,
        Some(2) => '\u{FF0A}',
        _ => '*',
    }
}

/// The part of a private stretch to mask: enough to protect, little enough to recognise one's own case.
fn hidden_part(text: &str, span: Span) -> Option<Span> {
    let private = text.get(span.start..span.end)?;
    let letters: Vec<(usize, char)> = private.char_indices().filter(|(_, c)| c.is_alphanumeric()).collect();
    let (first, last) = if let Some(at) = private.find('@') {
        let local = letters.iter().take_while(|(offset, _)| *offset < at).count();
        (usize::from(local > 1), letters.len() - local)
    } else {
        match letters.len() {
            0..7 => (0, 0),
            7..11 => (2, 2),
            _ => (3, 4),
        }
    };
    let hidden = letters.get(first..letters.len() - last).filter(|hidden| !hidden.is_empty())?;
    let (start, (end, character)) = (hidden[0].0, hidden[hidden.len() - 1]);
    Some(Span::new(span.start + start, span.start + end + character.len_utf8()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A stand-in for the engine's recognisers: runs of 7 or more digits, and words with an `@`.
    pub fn find(text: &str) -> Vec<Span> {
        static PATTERN: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new(r"[\d０-９][\d０-９-]{6,}|[\w.]+@[\w.]+").unwrap());
        PATTERN.find_iter(text).map(|found| found.range().into()).collect()
    }

    #[test]
    fn what_is_private_is_starred_out_and_keeps_its_width() {
        let masker = Masker::new(find);
        for (text, masked) in [
            ("电话13812341234。", "电话138****1234。"),
            ("１３８１２３４１２３４", "１３８＊＊＊＊１２３４"),
            ("138-1234-1234", "138-****-1234"),
            ("110105194912310021", "110***********0021"),
            ("信箱zhang.san@qq.com", "信＊*****.***@qq.com"),
            ("8888666", "88***66"),
            ("没有", "没有"),
        ] {
            use unicode_width::UnicodeWidthStr;
            let shown = masker.mask(text);
            assert_eq!(shown, masked);
            assert_eq!(shown.width(), text.width(), "{shown}");
        }
        assert_eq!(Masker::off().mask("13812341234"), "13812341234");
    }

    #[test]
    fn a_window_hides_what_begins_before_it() {
        let text = "电话13812341234。";
        let hidden = Masker::new(find).hidden(text);
        assert_eq!(mask(text, Span::new(10, text.len()), &hidden), "***1234。");
    }

    #[test]
    fn spans_that_do_not_fit_are_passed_over() {
        assert_eq!(Masker::new(|_| vec![Span::new(1, 900)]).mask("短"), "短");
    }
}
