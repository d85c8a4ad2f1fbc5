//! Weighed words: no single one decides, but together they do. A turn, or a sentence of it, is a hit if the points of
//! its distinct words are enough.

use super::matcher::{Collector, Matcher};
use super::raw::Extent;
use crate::language::Segments;
use crate::source::packed;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The weighed words of all cues for the same roles, so that one pass over a text finds them all.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Scales {
    /// The words, each with the numbers of its weights.
    words: Matcher,
    /// For each weight, its scale and, in the lower half, its points.
    #[serde(with = "packed")]
    weights: Vec<u32>,
    all: Vec<Scale>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Scale {
    /// Fewest points of a hit.
    pub least: i32,
    pub within: Extent,
    /// The scale whose points count here, too. Of the scales that share one, only the one with the most points over its
    /// `least` has a hit in a stretch.
    pub also: Option<u16>,
}

/// Scales being collected.
#[derive(Default)]
pub(super) struct Weighing {
    words: Collector,
    weights: Vec<u32>,
    all: Vec<Scale>,
}

/// The weighed words of a compiled cue.
pub(super) struct Weighed {
    /// The roles whose turns count, as bits, and the number of the scale among theirs.
    pub roles: u8,
    pub scale: u16,
    pub within: Extent,
    /// The sum of all points for it.
    pub most: i32,
}

impl Weighing {
    /// Adds a scale, and returns its number.
    pub fn scale(&mut self, scale: Scale) -> u16 {
        self.all.push(scale);
        self.all.len() as u16 - 1
    }

    /// Adds a word to the last scale.
    pub fn word(&mut self, word: &str, points: i16) {
        self.words.add(word, self.weights.len() as u32);
        let scale = self.all.len() as u32 - 1;
        self.weights.push(scale << 16 | u32::from(points.cast_unsigned()));
    }

    pub fn build(self) -> Result<Scales, String> {
        Ok(Scales { words: self.words.build()?, weights: self.weights, all: self.all })
    }
}

/// The points of a stretch of text, for explanations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The sum, and the fewest for a hit.
    pub points: i32,
    /// See `points`.
    pub least: i32,
    /// Each word with its points, those with the most first.
    pub words: Vec<(String, i32)>,
}

/// The state of the scales while a text is read, and the hits in it.
#[derive(Default)]
pub(super) struct Pans {
    /// Whether the current text was read.
    read: bool,
    /// For each weight, the number of the stretch in which it was last counted.
    counted: Vec<u32>,
    loads: Vec<Pan>,
    /// The scales with points, by extent.
    turn: Vec<u16>,
    sentence: Vec<u16>,
    /// The number of the current stretch, counted over all texts.
    stretch: u32,
    /// Scales with enough points: by how many they exceed it, and the range.
    over: Vec<(u16, i32, u32, u32)>,
    /// The hits by scale, in order.
    found: Vec<(u16, u32, u32)>,
}

#[derive(Clone, Copy)]
struct Pan {
    used: bool,
    points: i32,
    /// The range of the words that count for it.
    first: u32,
    last: u32,
}

impl Default for Pan {
    fn default() -> Self {
        Self { used: false, points: 0, first: u32::MAX, last: 0 }
    }
}

impl Pans {
    /// A new text is at hand.
    pub fn clear(&mut self) {
        self.read = false;
    }
}

impl Scales {
    /// The hits of a scale, each from the first to the last word that counts for it. The text is read when the first
    /// scale is asked for.
    pub fn find<'a>(
        &self,
        scale: u16,
        folded: &str,
        segments: &Segments,
        pans: &'a mut Pans,
    ) -> impl Iterator<Item = (u32, u32)> + 'a {
        if !pans.read {
            self.read(folded, segments, pans);
        }
        let hits = pans.found.iter().filter(move |hit| hit.0 == scale);
        hits.map(|&(_, start, end)| (start, end))
    }

    fn read(&self, folded: &str, segments: &Segments, pans: &mut Pans) {
        pans.read = true;
        pans.found.clear();
        // The u32 counter of stretches would wrap: start over and clear all sums.
        if pans.counted.len() != self.weights.len() || pans.stretch > u32::MAX - 2 - folded.len() as u32 {
            *pans = Pans { read: true, ..Pans::default() };
            pans.counted.resize(self.weights.len(), 0);
            pans.loads.resize(self.all.len(), Pan::default());
        }
        let turn = pans.stretch + 1;
        pans.stretch = turn;
        let mut until = 0;
        self.words.each(folded, |weight, start, end| {
            if start >= until {
                self.settle(Extent::Sentence, pans);
                until = segments.sentence(start).1;
                pans.stretch += 1;
            }
            let both = self.weights[weight as usize];
            let (scale, points) = ((both >> 16) as u16, (both as u16).cast_signed());
            let stretch = match self.all[usize::from(scale)].within {
                Extent::Turn => turn,
                Extent::Sentence if end > until => return,
                Extent::Sentence => pans.stretch,
            };
            let again = std::mem::replace(&mut pans.counted[weight as usize], stretch) == stretch;
            let pan = &mut pans.loads[usize::from(scale)];
            if !std::mem::replace(&mut pan.used, true) {
                let lain_on = if stretch == turn { &mut pans.turn } else { &mut pans.sentence };
                lain_on.push(scale);
            }
            if !again {
                pan.points += i32::from(points);
            }
            if points > 0 {
                (pan.first, pan.last) = (pan.first.min(start as u32), pan.last.max(end as u32));
            }
        });
        self.settle(Extent::Sentence, pans);
        self.settle(Extent::Turn, pans);
    }

    /// Evaluates and clears the scales of an extent.
    fn settle(&self, extent: Extent, pans: &mut Pans) {
        let Pans { loads, turn, sentence, found, over, .. } = pans;
        over.clear();
        let used = match extent {
            Extent::Turn => turn,
            Extent::Sentence => sentence,
        };
        if used.is_empty() {
            return;
        }
        for (scale, number) in self.all.iter().zip(0_u16..).filter(|(scale, _)| scale.within == extent) {
            let own = loads[usize::from(number)];
            let shared = scale.also.map(|also| loads[usize::from(also)]).unwrap_or_default();
            let lead = own.points + shared.points - scale.least;
            if lead >= 0 {
                over.push((number, lead, own.first.min(shared.first), own.last.max(shared.last)));
            }
        }
        for number in used.drain(..) {
            loads[usize::from(number)] = Pan::default();
        }
        for &(number, lead, first, last) in &*over {
            let family = self.all[usize::from(number)].also;
            let outdone = |&(other, ahead, ..): &(u16, i32, u32, u32)| {
                family.is_some() && self.all[usize::from(other)].also == family && ahead > lead
            };
            if !over.iter().any(outdone) {
                found.push((number, first, last));
            }
        }
    }

    /// The points of a scale in the stretch around byte `at`, for explanations.
    pub fn sum(&self, number: u16, folded: &str, segments: &Segments, at: u32) -> Sum {
        let scale = &self.all[usize::from(number)];
        let (from, until) = match scale.within {
            Extent::Turn => (0, folded.len()),
            Extent::Sentence => segments.sentence(at as usize),
        };
        let stretch = &folded[from..until];
        let mut words = BTreeMap::new();
        let mut counted = BTreeSet::new();
        self.words.each(stretch, |weight, start, end| {
            let both = self.weights[weight as usize];
            let on = (both >> 16) as u16;
            if (on == number || Some(on) == scale.also) && counted.insert(weight) {
                *words.entry(&stretch[start..end]).or_default() += i32::from((both as u16).cast_signed());
            }
        });
        let points = words.values().sum();
        let mut words: Vec<(String, i32)> = words.into_iter().map(|(word, points)| (word.to_owned(), points)).collect();
        words.sort_by_key(|(_, points)| std::cmp::Reverse(points.abs()));
        Sum { points, least: scale.least, words }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::segment;

    /// The hits of a single scale.
    fn found(within: Extent, least: i32, words: &[(i16, &str)], text: &str) -> Vec<(u32, u32)> {
        let mut weighing = Weighing::default();
        let scale = weighing.scale(Scale { least, within, also: None });
        for &(points, word) in words {
            weighing.word(word, points);
        }
        let scales = weighing.build().unwrap();
        let segments = segment(text);
        let mut pans = Pans::default();
        // The sums of the previous text are cleared.
        assert_eq!(scales.find(scale, "nothing", &segment("nothing"), &mut pans).count(), 0);
        pans.clear();
        scales.find(scale, text, &segments, &mut pans).collect()
    }

    #[test]
    fn points_are_summed_and_a_word_counts_once() {
        let words = [(3, "又"), (2, "没"), (2, "没人"), (-4, "请问")];
        let of_turn = |text| found(Extent::Turn, 5, &words, text);
        assert_eq!(of_turn("说了又说,没人管"), [(6, 19)], "the longer word counts beside the shorter one in it");
        assert_eq!(of_turn("又又又没来"), [(0, 12)]);
        assert_eq!(of_turn("又又又来了"), [], "once");
        assert_eq!(of_turn("请问又没人在吗"), []);
        assert_eq!(of_turn(""), []);
    }

    #[test]
    fn a_sentence_stands_by_itself() {
        let words = [(3, "又"), (2, "没"), (-4, "请问")];
        let of_sentence = |text| found(Extent::Sentence, 5, &words, text);
        assert_eq!(found(Extent::Turn, 5, &words, "又来了。没有。"), [(0, 15)]);
        assert_eq!(of_sentence("又来了。没有。"), []);
        assert_eq!(of_sentence("又没来。请问。没有又有。又。"), [(0, 6), (21, 30)]);
    }

    #[test]
    fn scales_do_not_share_their_points() {
        let mut weighing = Weighing::default();
        for least in [2, 3] {
            weighing.scale(Scale { least, within: Extent::Sentence, also: None });
            weighing.word("ab", 1);
            weighing.word("cd", 1);
        }
        weighing.word("ef", 1);
        let scales = weighing.build().unwrap();
        let mut pans = Pans::default();
        let text = "ab cd. ab cd ef.";
        let segments = segment(text);
        assert_eq!(scales.find(0, text, &segments, &mut pans).collect::<Vec<_>>(), [(0, 5), (7, 12)]);
        assert_eq!(scales.find(1, text, &segments, &mut pans).collect::<Vec<_>>(), [(7, 15)]);
    }

    #[test]
    fn one_yields_to_another_of_its_family() {
        let mut weighing = Weighing::default();
        for (word, points, also) in [("ill", 2, None), ("ab", 9, Some(0)), ("cd", 5, Some(0)), ("ef", 5, None)] {
            weighing.scale(Scale { least: 4, within: Extent::Sentence, also });
            weighing.word(word, points);
        }
        let scales = weighing.build().unwrap();
        let find = |text: &str| {
            let (segments, mut pans) = (segment(text), Pans::default());
            (1..4).map(|scale| scales.find(scale, text, &segments, &mut pans).count()).collect::<Vec<_>>()
        };
        assert_eq!(find("ab cd ef."), [1, 0, 1]);
        assert_eq!(find("ab. cd. ef."), [1, 1, 1], "each in its own sentence");
        assert_eq!(find("ill ill."), [0, 0, 0], "twice the same is said once");
        let text = "cd. ill ab ill.";
        let sum = scales.sum(1, text, &segment(text), 5);
        assert_eq!((sum.points, sum.least, sum.words), (11, 4, vec![("ab".to_owned(), 9), ("ill".to_owned(), 2)]));
    }

    #[test]
    fn english_words_are_whole() {
        let of_turn = |text| found(Extent::Turn, 2, &[(2, "late"), (-1, "later")], text);
        assert_eq!(of_turn("it is late"), [(6, 10)]);
        assert_eq!(of_turn("see you later"), []);
    }
}
