//! How like two texts are, from a few numbers each: a minimum for each of 128 classes of three-character runs.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Classes of runs. A text shorter than this is compared nearly exactly.
const CLASSES: usize = 128;
/// Classes that must be equal for two texts to be compared at all: texts that share 75 % of their runs meet in one of
/// the bands with 98 % certainty, texts that share half of them with 28 %.
const BAND: usize = 6;
/// Texts that a new one is compared with in one band, the earliest and the latest: a thousand copies of one text must
/// not cost a million comparisons.
const TRIES: usize = 8;
/// No run of the class.
const EMPTY: u16 = u16::MAX;

/// The smallest mark of each class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sketch(Vec<u16>);

impl Sketch {
    /// Of the letters of a text; `None` where there are fewer than `least`.
    pub fn new(letters: impl Iterator<Item = char>, least: usize) -> Option<Self> {
        let mut marks = vec![EMPTY; CLASSES];
        let (mut one, mut two, mut count) = (0_u64, 0_u64, 0_usize);
        for letter in letters {
            let three = u64::from(u32::from(letter));
            count += 1;
            if count >= 3 {
                let hash = mixed(one | two << 21 | three << 42);
                let mark = &mut marks[usize::from((hash >> 57) as u8)];
                *mark = (*mark).min(((hash >> 32) & 0x7fff) as u16);
            }
            (one, two) = (two, three);
        }
        (count >= least.max(3)).then_some(Self(marks))
    }

    /// Share of common runs among all runs of both: Jaccard's coefficient, estimated.
    pub fn alike(&self, other: &Self) -> f64 {
        // Without branches, so that many classes are compared at once.
        let (mut none, mut equal) = (0_u16, 0_u16);
        for (&one, &two) in self.0.iter().zip(&other.0) {
            none += u16::from(one == EMPTY) & u16::from(two == EMPTY);
            equal += u16::from(one == two);
        }
        let (all, same) = (CLASSES as u16 - none, equal - none);
        if all == 0 { 0.0 } else { f64::from(same) / f64::from(all) }
    }

    /// Keys of the bands; texts with an equal key are worth comparing. An empty class borrows from the next one.
    fn keys(&self) -> impl Iterator<Item = u64> {
        let mut filled = [0; CLASSES];
        // Twice around, from behind: what the last classes borrow from the first is known by then.
        let (mut mark, mut steps) = (None, 0);
        for class in (0..2 * CLASSES).rev().map(|class| class % CLASSES) {
            (mark, steps) = match self.0[class] {
                EMPTY => (mark, steps + 1),
                own => (Some(own), 0),
            };
            filled[class] = mark.map_or(0, |mark| usize::from(mark) + steps);
        }
        (0..CLASSES / BAND).map(move |band| {
            filled[band * BAND..][..BAND].iter().fold(band as u64, |key, &filled| mixed(key ^ filled as u64))
        })
    }
}

/// Texts seen so far, to be asked for one that is like a new one.
#[derive(Default)]
pub(super) struct Seen {
    bands: HashMap<u64, Met, BuildHasherDefault<Mixed>>,
}

/// The texts with one key, in the order in which they came.
#[derive(Clone, Copy, Default)]
struct Met {
    numbers: [u32; TRIES],
    count: usize,
}

impl Met {
    fn add(&mut self, number: u32) {
        if self.count == TRIES {
            // Of many, the earliest and the latest are kept.
            self.numbers.copy_within(TRIES / 2 + 1.., TRIES / 2);
            self.count -= 1;
        }
        self.numbers[self.count] = number;
        self.count += 1;
    }
}

/// Keys of bands are mixed already: they are hashes of their own.
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

impl Seen {
    /// Says that this text is to come, so that those are kept which it will be compared with.
    pub fn expect(&mut self, sketch: &Sketch) {
        self.bands.extend(
            sketch
                .keys()
                .filter(|key| !self.bands.contains_key(key))
                .map(|key| (key, Met::default()))
                .collect::<Vec<_>>(),
        );
    }

    /// Keeps a text, if one is to come that it is worth comparing with.
    pub fn keep(&mut self, number: u32, sketch: &Sketch) {
        for key in sketch.keys() {
            if let Some(met) = self.bands.get_mut(&key) {
                met.add(number);
            }
        }
    }

    /// The texts worth comparing with this one, in the order in which they came, and this one is kept.
    pub fn candidates(&mut self, number: u32, sketch: &Sketch) -> Vec<u32> {
        let mut found = Vec::new();
        for key in sketch.keys() {
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

    fn sketch(text: &str) -> Sketch {
        Sketch::new(text.chars(), 10).unwrap()
    }

    #[test]
    fn likeness_is_near_the_true_one() {
        let base: String = (0..300).map(|number| char::from_u32(0x4e00 + number * 7 % 1999).unwrap()).collect();
        let changed: String =
            base.chars().enumerate().map(|(at, letter)| if at % 100 == 50 { '\u{9f00}' } else { letter }).collect();
        let other: String = (0..300).map(|number| char::from_u32(0x6e00 + number * 5 % 1999).unwrap()).collect();
        assert!((sketch(&base).alike(&sketch(&base)) - 1.0).abs() < f64::EPSILON);
        // 3 changed letters spoil 9 of 298 runs: (298 - 9) / (298 + 9) = 0.94.
        let likeness = sketch(&base).alike(&sketch(&changed));
        assert!((0.86..1.0).contains(&likeness), "{likeness}");
        assert!(sketch(&base).alike(&sketch(&other)) < 0.05);
        assert!(Sketch::new("短".chars(), 10).is_none());
    }

    #[test]
    fn an_empty_class_borrows_from_the_next_one() {
        for text in ["您好，您的订单已经发出", "您好，您的订单已经发出，预计三天内送达，请留意查收短信。"]
        {
            let sketch = sketch(text);
            let filled = |class: usize| {
                let mut steps = (0..CLASSES).map(|step| (step, sketch.0[(class + step) % CLASSES]));
                steps.find(|&(_, mark)| mark != EMPTY).map_or(0, |(step, mark)| u64::from(mark) + step as u64)
            };
            let keys: Vec<u64> = (0..CLASSES / BAND)
                .map(|band| (band * BAND..(band + 1) * BAND).fold(band as u64, |key, class| mixed(key ^ filled(class))))
                .collect();
            assert_eq!(sketch.keys().collect::<Vec<_>>(), keys);
        }
    }

    #[test]
    fn copies_are_met_and_cost_little() {
        let mut seen = Seen::default();
        let one = sketch("您好，您的订单已经发出，预计三天内送达，请留意查收短信。");
        assert!(seen.candidates(0, &one).is_empty());
        for number in 1..1000 {
            let met = seen.candidates(number, &one);
            assert!(met[0] == 0 && met.len() <= TRIES, "{met:?}");
        }
    }
}
