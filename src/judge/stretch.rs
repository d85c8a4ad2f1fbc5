//! A place in a turn, as verbs compare and report it.

use crate::cue::Hit;

/// A stretch of a turn, in bytes of its folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    pub turn: usize,
    pub start: u32,
    pub end: u32,
}

impl Stretch {
    /// Where a cue was hit.
    pub const fn of(turn: usize, hit: Hit) -> Self {
        Self { turn, start: hit.start, end: hit.end }
    }

    /// From byte `start` to byte `end`.
    pub const fn new(turn: usize, start: usize, end: usize) -> Self {
        Self { turn, start: start as u32, end: end as u32 }
    }
}
