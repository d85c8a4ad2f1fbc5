//! Entry points of the scanner: written text, transcribed calls, and private data in either.

use super::known::Asked;
use super::native::number;
use super::{Lists, Program, Scan, Scratch};
use crate::conversation::Role;
use crate::language::{Layer, Segments, bare, fold};
use crate::source::Span;
use std::ops::Range;
use std::sync::Arc;

/// A text of at most this many bytes is searched for private data faster than it is looked up in the cache: most are
/// names and ids, which come once.
const SHORT: usize = 48;
/// No shorter text holds a number that is read aloud: of ten digits, at least five are words, and each word is apart.
const SPOKEN: usize = 15;
/// No word of a cue is longer, in bytes. It bounds the search for words around a filler.
const LONGEST: usize = 256;

impl Program {
    /// Finds all cues in a turn.
    pub fn scan(&self, scratch: &mut Scratch, text: &str, role: Role, lists: &Lists) -> Arc<Scan> {
        // An explanation needs the scan to run: take nothing from the cache.
        if scratch.trace.is_some() {
            return Arc::new(self.pass(scratch, text, role, lists));
        }
        let asked = Asked { role, lists: lists.print(), everything: scratch.everything };
        if let Some(scan) = self.known.get(asked, text) {
            return scan;
        }
        let scan = self.pass(scratch, text, role, lists);
        // The copy is trimmed to its size; the scan's own buffers are used again.
        self.known.keep(asked, text, || (Arc::new(scan.clone()), scan.memory()));
        Arc::new(scan)
    }

    fn pass(&self, scratch: &mut Scratch, text: &str, role: Role, lists: &Lists) -> Scan {
        let mut scan = scratch.spare.pop().unwrap_or_default();
        scan.clear();
        let Some(bare) = bare(text) else {
            fold(text, &mut scan.folded, &mut scan.segments);
            return self.look_through(scratch, scan, text, role, lists);
        };
        fold(&bare.text, &mut scan.folded, &mut scan.segments);
        let mut scan = self.look_through(scratch, scan, &bare.text, role, lists);
        scan.folded = scan.folded.over(&bare, text);
        scan
    }

    /// Whether conversations of this channel are calls.
    pub fn is_call(&self, channel: Option<&str>) -> bool {
        channel.is_some_and(|channel| self.tables.speech.is_call(channel))
    }

    /// Finds all cues in a transcribed call: fillers and pauses are left out, spoken numbers become digits.
    pub fn hear(&self, scratch: &mut Scratch, text: &str, role: Role, lists: &Lists) -> Arc<Scan> {
        let mut scan = scratch.spare.pop().unwrap_or_default();
        scan.clear();
        fold(text, &mut scan.folded, &mut scan.segments);
        let place = |start, end| (scan.folded.start(start), scan.folded.end(end, text));
        let known = self.words(&scan.folded.text, &place);
        // A filler inside a longer word stays.
        let covered = |filler: Range<usize>, row: Range<usize>| {
            let mut words = near(&known, filler.start).filter(|word| filler.end <= word.1);
            words.any(|(start, end)| start < row.start || end > row.end)
        };
        let (heard, cuts) = self.tables.speech.hear(text, &covered);
        fold(&heard.text, &mut scan.folded, &mut scan.segments);
        let known = self.words(&scan.folded.text, &|start, end| (start, end));
        let cuts = cuts.folded(&heard.text, &scan.folded.text);
        cuts.part(&mut scan.segments, &|at| near(&known, at).any(|(start, end)| start < at && at < end));
        let mut scan = self.look_through(scratch, scan, &heard.text, role, lists);
        scan.folded = scan.folded.over(&heard, text);
        Arc::new(scan)
    }

    /// Where words of cues stand in a folded text, in order; `place` maps folded offsets.
    fn words(&self, folded: &str, place: &dyn Fn(usize, usize) -> (usize, usize)) -> Vec<(usize, usize)> {
        let mut words = Vec::new();
        self.folded.each(folded, &mut |_, start, end| words.push(place(start, end)));
        words.sort_unstable();
        words.dedup();
        words
    }

    /// Private data in a text, in order: telephone numbers, identity and card numbers, mailboxes.
    pub fn private(&self, text: &str) -> Arc<[Span]> {
        if text.len() <= SHORT {
            return self.find_private(text).into();
        }
        if let Some(known) = self.private.get((), text) {
            return known;
        }
        let found: Arc<[Span]> = self.find_private(text).into();
        self.private.keep((), text, || (found.clone(), size_of_val(&*found)));
        found
    }

    fn find_private(&self, text: &str) -> Vec<Span> {
        // Private, too: numbers read aloud, and numbers broken up by invisible characters.
        let bare = bare(text);
        let words = &self.tables.numbers;
        if bare.is_none() && text.len() < SPOKEN && !number::may_hold(text, words) {
            return Vec::new();
        }
        let figures = self.tables.speech.figures(bare.as_ref().map_or(text, |bare| &bare.text));
        let heard = match (bare, figures) {
            (Some(bare), Some(figures)) => Some(figures.over(&bare, text)),
            (bare, figures) => figures.or(bare),
        };
        if heard.is_none() && !number::may_hold(text, words) {
            return Vec::new();
        }
        let mut layer = Layer::default();
        fold(heard.as_ref().map_or(text, |heard| &heard.text), &mut layer, &mut Segments::default());
        if let Some(heard) = &heard {
            layer = layer.over(heard, text);
        }
        let found = number::find(&layer.text, words);
        let more = number::find_more(&layer.text, words, &found);
        let spans = found.into_iter().map(|hit| hit.span).chain(more);
        spans.map(|span| Span::new(layer.start(span.start), layer.end(span.end, text))).collect()
    }
}

/// Words that begin at `at` or at most [`LONGEST`] bytes before it.
fn near(words: &[(usize, usize)], at: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
    let from = words.partition_point(|&(start, _)| start + LONGEST < at);
    words[from..].iter().copied().take_while(move |&(start, _)| start <= at)
}
