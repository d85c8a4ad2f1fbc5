//! Recognisers for what a list of words cannot say: promises, placeholders, addresses, numbers with a check digit.

pub mod promise;
pub mod slot;

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
pub mod shape;
pub(super) fn simple(
    _n: super::raw::Native,
    _f: &str,
    _l: &crate::language::Layer,
    _t: &str,
    _tables: &super::Tables,
) -> Vec<crate::source::Span> {
    Vec::new()
}
