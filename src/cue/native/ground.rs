//! What a recogniser that is made of cues stands on.

use crate::language::Segments;

/// What a recogniser that is made of cues gets to see. Offsets are bytes of the folded text.
pub struct Ground<'a> {
    /// The folded text.
    pub text: &'a str,
    /// Its sentences, clauses and quotations.
    pub segments: &'a Segments,
    /// For each cue that the recogniser needs, its hits in order of their starts.
    pub places: Vec<&'a [(u32, u32)]>,
}
