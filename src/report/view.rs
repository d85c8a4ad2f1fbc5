//! A conversation as a report may show it: private data masked, and lines computed once for all findings.

use super::mask::{self, Masker};
use crate::conversation::{Conversation, HiddenTurns, Origin};
use crate::judge::{Finding, Related, shortened};
use crate::source::{LineIndex, Span};
use std::collections::BTreeMap;

/// Longest quotation shown, in characters; the span gives the full extent.
pub(super) const QUOTE: usize = 200;

/// A conversation and what has been computed about its turns so far.
pub(super) struct View<'a> {
    pub conversation: &'a Conversation,
    masker: &'a Masker,
    private: HiddenTurns<'a>,
    turns: BTreeMap<usize, Turn>,
}

/// What has been computed about a turn.
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only what draws needs lines"))]
pub(super) struct Turn {
    /// Stretches to star out, in order.
    pub hidden: Vec<Span>,
    /// The lines it is drawn with.
    pub lines: LineIndex,
    /// Whether its line breaks are line breaks of the file (in JSON they are not).
    pub parallel: bool,
}

impl<'a> View<'a> {
    pub(super) fn new(conversation: &'a Conversation, masker: &'a Masker) -> Self {
        Self { conversation, masker, private: HiddenTurns::new(masker, conversation), turns: BTreeMap::new() }
    }

    /// A turn's text; empty if there is no such turn.
    pub(super) fn text(&self, turn: usize) -> &'a str {
        self.conversation.turns.get(turn).map_or("", |turn| &turn.text)
    }

    /// The computed data of a turn.
    pub(super) fn turn(&mut self, number: usize) -> &Turn {
        let (conversation, private) = (self.conversation, &self.private);
        self.turns.entry(number).or_insert_with(|| {
            let Some(turn) = conversation.turns.get(number) else {
                return Turn { hidden: Vec::new(), lines: LineIndex::new(""), parallel: true };
            };
            let parallel = runs_along(&turn.text, &turn.origin, &conversation.chunk.text);
            let lines = LineIndex::new(if parallel { &turn.text } else { "" });
            Turn { hidden: private.of(number), lines, parallel }
        })
    }

    /// Words of a turn, masked and shortened.
    pub(super) fn quote(&mut self, turn: usize, span: Span) -> String {
        let text = self.text(turn);
        let cut = Span::new(span.start, span.start + shorten(span.of(text), QUOTE).len());
        let mut quote = mask::mask(text, cut, &self.turn(turn).hidden);
        if cut.end < span.end.min(text.len()) {
            quote.push('…');
        }
        quote
    }

    /// The words of a finding's related place.
    pub(super) fn related_quote(&mut self, related: &Related) -> String {
        match &related.quote {
            Some(quote) => self.plain(quote),
            None => self.quote(related.turn, related.span),
        }
    }

    /// The chunk's line around a place outside the text, the place in that line, and what to star out.
    #[cfg(feature = "cli")]
    pub(super) fn line_beside(&self, place: Span) -> (&'a str, Span, Vec<Span>) {
        let chunk = &*self.conversation.chunk.text;
        let (before, behind) = (chunk.get(..place.start), chunk.get(place.end..));
        let (Some(before), Some(behind)) = (before, behind) else { return ("", Span::default(), Vec::new()) };
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = &chunk[start..place.end + behind.find('\n').unwrap_or(behind.len())];
        (line, Span::new(place.start - start, place.end - start), self.masker.hidden(line))
    }

    /// The words that a finding is about.
    pub(super) fn finding_quote(&mut self, finding: &Finding) -> String {
        let quote = self.quote(finding.turn, finding.span);
        if quote.is_empty() { self.plain(&finding.quote) } else { quote }
    }

    /// A sentence about `finding`, with its quotation replaced by the masked one.
    pub(super) fn sentence(&mut self, sentence: &str, finding: &Finding) -> String {
        let said = !self.text(finding.turn).is_empty();
        if said && self.turn(finding.turn).hidden.is_empty() {
            return self.plain(sentence);
        }
        let quote = self.finding_quote(finding);
        if finding.quote.is_empty() || quote == finding.quote {
            return self.plain(sentence);
        }
        // A message shortens a long quotation, and a shortened number would not be recognised: replace that form, too.
        let sentence = sentence.replace(&finding.quote, &quote);
        self.plain(&sentence.replace(&shortened(&finding.quote), &shortened(&quote)))
    }

    /// Whether `text` holds no private data.
    pub(super) fn public(&self, text: &str) -> bool {
        self.masker.hidden(text).is_empty()
    }

    /// Any other text, masked and limited in length.
    pub(super) fn plain(&self, text: &str) -> String {
        let cut = shorten(text, 4 * QUOTE);
        let ellipsis = if cut.len() < text.len() { "…" } else { "" };
        self.masker.mask(cut) + ellipsis
    }
}

/// At most this many characters from the start of `text`.
fn shorten(text: &str, characters: usize) -> &str {
    if text.len() <= characters {
        return text;
    }
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

fn runs_along(text: &str, origin: &Origin, chunk: &str) -> bool {
    let Some(line_break) = text.find('\n') else { return true };
    match origin.chunk_offset(line_break) {
        Some(at) => matches!(chunk.as_bytes().get(at), Some(b'\n' | b'\r')),
        None => true,
    }
}
