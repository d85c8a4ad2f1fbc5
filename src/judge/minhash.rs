//! Similarity of texts: one-permutation `MinHash` over shingles of three characters, and locality-sensitive hashing
//! (LSH) in bands to find the pairs worth comparing.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Number of bins. A text with fewer shingles is compared nearly exactly.
const BINS: usize = 128;
/// Bins in a band; two texts are compared if all bins of some band are equal. Texts that share 75 % of their shingles
/// meet with 98 % probability, those that share half with 28 %.
const BAND: usize = 6;
/// Most texts compared with a new one per band, the earliest and the latest: a thousand copies of one text must not
/// cost a million comparisons.
const TRIES: usize = 8;
/// An empty bin.
const EMPTY: u16 = u16::MAX;

/// The smallest hash of each bin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MinHash(Vec<u16>);

impl MinHash {
    /// The signature of a text's letters; `None` if there are fewer than `least`.
    pub fn new(letters: impl Iterator<Item = char>, least: usize) -> Option<Self> {
        let mut bins = vec![EMPTY; BINS];
        let (mut one, mut two, mut count) = (0_u64, 0_u64, 0_usize);
        for letter in letters {
            let three = u64::from(u32::from(letter));
            count += 1;
            if count >= 3 {
                let hash = mixed(one | two << 21 | three << 42);
                let bin = &mut bins[usize::from((hash >> 57) as u8)];
                *bin = (*bin).min(((hash >> 32) & 0x7fff) as u16);
            }
            (one, two) = (two, three);
        }
        (count >= least.max(3)).then_some(Self(bins))
    }

    /// Estimated Jaccard similarity: common shingles as a share of all shingles of both.
    pub fn jaccard(&self, other: &Self) -> f64 {
        // Without branches, so that it vectorises.
        let (mut none, mut equal) = (0_u16, 0_u16);
        for (&one, &two) in self.0.iter().zip(&other.0) {
            none += u16::from(one == EMPTY) & u16::from(two == EMPTY);
            equal += u16::from(one == two);
        }
        let (all, same) = (BINS as u16 - none, equal - none);
        if all == 0 { 0.0 } else { f64::from(same) / f64::from(all) }
    }

    /// Keys of the bands; texts with an equal key are worth comparing. An empty bin borrows from the next one
    /// (densification), since otherwise all short texts would match.
    fn keys(&self) -> impl Iterator<Item = u64> {
        let mut filled = [0; BINS];
        // Twice around from the end, so that the last bins know what they borrow from the first.
        let (mut hash, mut steps) = (None, 0);
        for bin in (0..2 * BINS).rev().map(|bin| bin % BINS) {
            (hash, steps) = match self.0[bin] {
                EMPTY => (hash, steps + 1),
                own => (Some(own), 0),
            };
            filled[bin] = hash.map_or(0, |hash| usize::from(hash) + steps);
        }
        (0..BINS / BAND).map(move |band| {
            filled[band * BAND..][..BAND].iter().fold(band as u64, |key, &filled| mixed(key ^ filled as u64))
        })
    }
}

/// Texts seen so far, by the keys of their bands.
#[derive(Default)]
pub(super) struct LshIndex {
    bands: HashMap<u64, Met, BuildHasherDefault<Mixed>>,
}

/// The texts with one key, in order of arrival.
#[derive(Clone, Copy, Default)]
struct Met {
    numbers: [u32; TRIES],
    count: usize,
}

impl Met {
    fn add(&mut self, number: u32) {
        if self.count == TRIES {
            // Keep the earliest and the latest.
            self.numbers.copy_within(TRIES / 2 + 1.., TRIES / 2);
            self.count -= 1;
        }
        self.numbers[self.count] = number;
        self.count += 1;
    }
}

/// A hasher for band keys, which are already hashes.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = mixed(self.0 ^ u64::from(byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

impl LshIndex {
    /// Announces a text, so that [`keep`](Self::keep) keeps those that it will be compared with.
    pub fn expect(&mut self, text: &MinHash) {
        self.bands.extend(
            text.keys()
                .filter(|key| !self.bands.contains_key(key))
                .map(|key| (key, Met::default()))
                .collect::<Vec<_>>(),
        );
    }

    /// Keeps a text, if it may be similar to one that was announced.
    pub fn keep(&mut self, number: u32, text: &MinHash) {
        for key in text.keys() {
            if let Some(met) = self.bands.get_mut(&key) {
                met.add(number);
            }
        }
    }

    /// The texts worth comparing with this one, in order of arrival; then keeps this one.
    pub fn candidates(&mut self, number: u32, text: &MinHash) -> Vec<u32> {
        let mut found = Vec::new();
        for key in text.keys() {
            let met = self.bands.entry(key).or_default();
            found.extend_from_slice(&met.numbers[..met.count]);
            met.add(number);
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn mixed(mut value: u64) -> u64 {
    value = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashed(text: &str) -> MinHash {
        MinHash::new(text.chars(), 10).unwrap()
    }

    #[test]
    fn likeness_is_near_the_true_one() {
        let base: String = (0..300).map(|number| char::from_u32(0x4e00 + number * 7 % 1999).unwrap()).collect();
        let changed: String =
            base.chars().enumerate().map(|(at, letter)| if at % 100 == 50 { '\u{9f00}' } else { letter }).collect();
        let other: String = (0..300).map(|number| char::from_u32(0x6e00 + number * 5 % 1999).unwrap()).collect();
        assert!((hashed(&base).jaccard(&hashed(&base)) - 1.0).abs() < f64::EPSILON);
        // 3 changed letters change 9 of 298 shingles: (298 - 9) / (298 + 9) = 0.94.
        let likeness = hashed(&base).jaccard(&hashed(&changed));
        assert!((0.86..1.0).contains(&likeness), "{likeness}");
        assert!(hashed(&base).jaccard(&hashed(&other)) < 0.05);
        assert!(MinHash::new("短".chars(), 10).is_none());
    }

    #[test]
    fn an_empty_bin_borrows_from_the_next_one() {
        for text in ["您好，您的订单已经发出", "您好，您的订单已经发出，预计三天内送达，请留意查收短信。"]
        {
            let hashed = hashed(text);
            let filled = |bin: usize| {
                let mut steps = (0..BINS).map(|step| (step, hashed.0[(bin + step) % BINS]));
                steps.find(|&(_, hash)| hash != EMPTY).map_or(0, |(step, hash)| u64::from(hash) + step as u64)
            };
            let keys: Vec<u64> = (0..BINS / BAND)
                .map(|band| (band * BAND..(band + 1) * BAND).fold(band as u64, |key, bin| mixed(key ^ filled(bin))))
                .collect();
            assert_eq!(hashed.keys().collect::<Vec<_>>(), keys);
        }
    }

    #[test]
    fn copies_are_met_and_cost_little() {
        let mut seen = LshIndex::default();
        let one = hashed("您好，您的订单已经发出，预计三天内送达，请留意查收短信。");
        assert!(seen.candidates(0, &one).is_empty());
        for number in 1..1000 {
            let met = seen.candidates(number, &one);
            assert!(met[0] == 0 && met.len() <= TRIES, "{met:?}");
        }
    }
}
