//! Standing of literals (whole word, prefix, infix), and the hash of a literal's first two characters.

/// How a literal must stand in a script with spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// A whole word.
    Word,
    /// The beginning of a word: the hit goes on to the word's end.
    Prefix,
    /// Anywhere.
    Infix,
}

impl Standing {
    /// Packs it with a number of up to 30 bits.
    pub fn with(self, number: u32) -> u32 {
        number << 2 | self as u32
    }

    /// Unpacks the two.
    #[inline]
    pub fn of(both: u32) -> (u32, Self) {
        let standing = match both & 3 {
            0 => Self::Word,
            1 => Self::Prefix,
            _ => Self::Infix,
        };
        (both >> 2, standing)
    }
}

/// A hash of two characters; its lower 18 bits are well mixed.
#[inline]
pub(super) fn pair(first: char, second: char) -> usize {
    ((first as u32).wrapping_mul(0x9E37) ^ (second as u32).wrapping_mul(0x85EB_CA6B) >> 13) as usize
}
