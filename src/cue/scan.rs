//! The result of scanning one turn.

use super::native::number::NumberHit;
use super::native::promise::Promise;
use super::native::slot::{SlotHit, SlotKind};
use super::{CueId, CueMarks};
use crate::language::{Layer, Segments};
use crate::source::Span;

/// A hit of a cue, in bytes of the folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Which cue.
    pub cue: CueId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Everything found in one turn. Offsets are bytes of the folded text; `span` maps them back to the turn's own text.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// The folded text, with the mapping to the turn's own.
    pub folded: Layer,
    /// Its sentences, clauses and quotations.
    pub segments: Segments,
    /// Sorted by cue, then place; hits of one cue do not overlap.
    hits: Vec<Hit>,
    /// The cues with hits: a quick filter, since rules ask for much that is not there.
    marks: CueMarks,
    /// The promises, in order.
    pub promises: Vec<Promise>,
    /// The placeholders, in order.
    pub slots: Vec<SlotHit>,
    /// Personal numbers and mailboxes, certain or not, in order.
    pub numbers: Vec<NumberHit>,
    /// Web addresses, in order.
    pub(super) addresses: Vec<Span>,
    /// Complete placeholders, in order, without overlaps.
    closed: Vec<Span>,
}

impl Scan {
    /// The hits of a cue, in order.
    pub fn hits(&self, cue: CueId) -> &[Hit] {
        if !self.marks.may_hold(cue) {
            return &[];
        }
        let from = self.hits.partition_point(|hit| hit.cue < cue);
        let to = self.hits[from..].partition_point(|hit| hit.cue == cue);
        &self.hits[from..from + to]
    }

    /// The hits of a cue that overlap a stretch, in order; found by binary search.
    pub fn hits_over(&self, cue: CueId, start: u32, end: u32) -> &[Hit] {
        let hits = self.hits(cue);
        // Hits of one cue do not overlap, so their ends are sorted, too.
        let from = hits.partition_point(|hit| hit.end <= start);
        let to = from + hits[from..].partition_point(|hit| hit.start < end);
        &hits[from..to]
    }

    /// The promise at exactly this place.
    pub fn promise_at(&self, start: u32, end: u32) -> Option<&Promise> {
        let from = self.promises.partition_point(|promise| promise.span.0 < start);
        let here = self.promises[from..].iter().take_while(|promise| promise.span.0 == start);
        here.into_iter().find(|promise| promise.span.1 == end)
    }

    /// Whether a cue was found.
    pub fn has(&self, cue: CueId) -> bool {
        !self.hits(cue).is_empty()
    }

    /// A quick filter of the cues that were found.
    pub const fn marks(&self) -> CueMarks {
        self.marks
    }

    /// All hits, sorted by cue, then place.
    pub fn all(&self) -> &[Hit] {
        &self.hits
    }

    /// Maps `start..end` of the folded text to bytes of the turn's own text.
    pub fn span(&self, start: u32, end: u32, text: &str) -> Span {
        Span::new(self.folded.start(start as usize), self.folded.end(end as usize, text))
    }

    /// Web addresses, in order.
    pub fn addresses(&self) -> &[Span] {
        &self.addresses
    }

    /// Whether a place lies in a web address or a placeholder, where words do not count: if it begins or ends there or,
    /// for a hit that may contain them (`wholly`), lies there entirely.
    pub(super) fn skipped(&self, start: u32, end: u32, wholly: bool) -> bool {
        let (first, last) = (start as usize, end.max(start + 1) as usize - 1);
        [&self.addresses, &self.closed].into_iter().filter(|spans| !spans.is_empty()).any(|spans| {
            let (begins, ends) = (holder(spans, first), holder(spans, last));
            if wholly { begins.is_some() && begins == ends } else { begins.is_some() || ends.is_some() }
        })
    }

    /// Fills `closed`.
    pub(super) fn close_slots(&mut self) {
        self.closed.clear();
        for slot in self.slots.iter().filter(|slot| slot.kind == SlotKind::Closed) {
            match self.closed.last_mut() {
                Some(last) if slot.span.start < last.end => last.end = last.end.max(slot.span.end),
                _ => self.closed.push(slot.span),
            }
        }
    }

    /// The place, widened so that it neither begins nor ends within a placeholder.
    pub(super) fn with_whole_slots(&self, (mut start, mut end): (u32, u32)) -> (u32, u32) {
        if let Some(slot) = holder(&self.closed, start as usize) {
            start = slot.start as u32;
        }
        if let Some(slot) = holder(&self.closed, end as usize).filter(|slot| slot.start < end as usize) {
            end = slot.end as u32;
        }
        (start, end)
    }

    /// Adds the hits of a cue; cues must be added in order.
    pub(super) fn add(&mut self, cue: CueId, places: &[(u32, u32)]) {
        self.marks.mark(cue);
        self.hits.extend(places.iter().map(|&(start, end)| Hit { cue, start, end }));
    }

    /// Approximate size in bytes.
    pub(super) fn memory(&self) -> usize {
        size_of::<Self>()
            + self.folded.memory()
            + self.segments.memory()
            + size_of_val(self.hits.as_slice())
            + size_of_val(self.promises.as_slice())
            + size_of_val(self.slots.as_slice())
            + size_of_val(self.closed.as_slice())
            + size_of_val(self.numbers.as_slice())
            + size_of_val(self.addresses.as_slice())
    }

    pub(super) fn clear(&mut self) {
        self.hits.clear();
        self.marks = CueMarks::default();
        self.promises.clear();
        self.slots.clear();
        self.closed.clear();
        self.numbers.clear();
        self.addresses.clear();
    }
}

/// The span that holds a byte, of spans sorted and without overlaps.
fn holder(spans: &[Span], at: usize) -> Option<Span> {
    let next = spans.partition_point(|span| span.end <= at);
    spans.get(next).copied().filter(|span| span.start <= at)
}
