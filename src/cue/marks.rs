//! A small Bloom filter of the cues found in a text or in several.

use super::CueId;

/// Its size in words of 64 bits.
const WORDS: usize = 16;

/// One bit for each cue that was found, by the lower part of its number: it may say yes for a cue that was not, never
/// no for one that was.
#[derive(Clone, Copy, Debug, Default)]
pub struct CueMarks([u64; WORDS]);

impl CueMarks {
    /// Whether a cue may be there.
    #[inline]
    pub const fn may_hold(&self, cue: CueId) -> bool {
        let (word, bit) = place(cue);
        self.0[word] & bit != 0
    }

    /// Whether one of these cues may be there.
    #[inline]
    pub fn may_hold_any(&self, cues: &[CueId]) -> bool {
        cues.iter().any(|&cue| self.may_hold(cue))
    }

    /// Marks a cue.
    pub const fn mark(&mut self, cue: CueId) {
        let (word, bit) = place(cue);
        self.0[word] |= bit;
    }

    /// Adds the marks of another.
    pub fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }
}

/// The word and the bit of a cue.
const fn place(cue: CueId) -> (usize, u64) {
    (cue.0 as usize / 64 % WORDS, 1 << (cue.0 % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_is_never_denied() {
        let mut marks = CueMarks::default();
        assert!(!marks.may_hold(CueId(7)));
        for number in [0, 63, 64, 1023, 5000, u16::MAX] {
            marks.mark(CueId(number));
            assert!(marks.may_hold(CueId(number)), "{number}");
        }
        let mut both = CueMarks::default();
        both.mark(CueId(7));
        both.join(&marks);
        assert!(both.may_hold_any(&[CueId(8), CueId(7)]) && both.may_hold(CueId(64)) && !marks.may_hold(CueId(7)));
    }
}
