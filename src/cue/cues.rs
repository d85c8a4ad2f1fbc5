//! The compiled cues. Of a stored program, each cue is decoded when first needed: a draft needs few, and decoding all
//! would take longer than judging it.

use super::part::Cue;
use crate::source::packed;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use std::sync::OnceLock;
use xxhash_rust::xxh3::xxh3_64;

/// Cues in evaluation order.
#[derive(Debug, Default)]
pub(super) struct Cues {
    read: Vec<OnceLock<Cue>>,
    /// Encoded cues of a stored program, one after the other.
    stored: Vec<u8>,
    ends: Vec<u32>,
}

impl Cues {
    /// Number of cues.
    pub fn len(&self) -> usize {
        self.read.len()
    }

    /// The cue of this number.
    #[inline]
    pub fn get(&self, index: usize) -> &Cue {
        self.read[index].get_or_init(|| {
            let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
            let bytes = &self.stored[start as usize..self.ends[index] as usize];
            postcard::from_bytes(bytes).expect("their sum was compared when they were loaded")
        })
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Cue> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl From<Vec<Cue>> for Cues {
    fn from(cues: Vec<Cue>) -> Self {
        Self { read: cues.into_iter().map(OnceLock::from).collect(), ..Self::default() }
    }
}

/// The stored form.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(with = "packed")]
    bytes: Vec<u8>,
    #[serde(with = "packed")]
    ends: Vec<u32>,
    /// XXH3 of the bytes. It is checked at once, because cues are decoded later, where nothing may fail.
    sum: u64,
}

impl Serialize for Cues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut stored = Stored { bytes: Vec::new(), ends: Vec::new(), sum: 0 };
        for cue in self.iter() {
            stored.bytes = postcard::to_extend(cue, stored.bytes).map_err(ser::Error::custom)?;
            stored.ends.push(stored.bytes.len() as u32);
        }
        stored.sum = xxh3_64(&stored.bytes);
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Cues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { bytes, ends, sum } = Stored::deserialize(deserializer)?;
        let ordered = ends.is_sorted() && ends.last().copied().unwrap_or(0) as usize == bytes.len();
        if !ordered || sum != xxh3_64(&bytes) {
            return Err(de::Error::custom("the cues are not as they were stored"));
        }
        Ok(Self { read: ends.iter().map(|_| OnceLock::new()).collect(), stored: bytes, ends })
    }
}
