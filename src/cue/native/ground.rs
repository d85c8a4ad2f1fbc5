//! Input of recognisers built on the hits of cues.

use crate::language::Segments;

/// What such a recogniser sees. Offsets are bytes of the folded text.
pub struct Ground<'a> {
    /// The folded text.
    pub text: &'a str,
    /// Its sentences, clauses and quotations.
    pub segments: &'a Segments,
    /// For each cue it needs, the hits, sorted by start.
    pub places: Vec<&'a [(u32, u32)]>,
}
