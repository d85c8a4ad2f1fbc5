//! Words that speak for and against: no single one tells, but together they do. A turn is a hit once the points of the
//! words in it, each counted once, are enough.

use super::matcher::Matcher;
use serde::{Deserialize, Serialize};

/// Words with their points.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Weigh {
    words: Matcher,
    /// For each word.
    points: Vec<i16>,
    /// Fewest points of a hit.
    least: i32,
}

impl Weigh {
    /// Words, numbered in the order of their points, and the fewest points of a hit.
    pub fn new(words: Matcher, points: Vec<i16>, least: i32) -> Self {
        Self { words, points, least }
    }

    /// From the first to the last word that speaks for it, if all that is said is enough.
    pub fn find(&self, folded: &str) -> Option<(u32, u32)> {
        let mut seen = vec![false; self.points.len()];
        let (mut sum, mut first, mut last) = (0, usize::MAX, 0);
        self.words.each(folded, &mut |word, start, end| {
            let points = self.points[word as usize];
            if !std::mem::replace(&mut seen[word as usize], true) {
                sum += i32::from(points);
            }
            if points > 0 {
                (first, last) = (first.min(start), last.max(end));
            }
        });
        (sum >= self.least && first < last).then_some((first as u32, last as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cue::matcher::Collector;

    fn weigh(least: i32, words: &[(i16, &str)]) -> Weigh {
        let mut collector = Collector::default();
        for ((_, word), number) in words.iter().zip(0..) {
            collector.add(word, number);
        }
        Weigh { words: collector.build().unwrap(), points: words.iter().map(|word| word.0).collect(), least }
    }

    #[test]
    fn points_are_summed_and_a_word_counts_once() {
        let weigh = weigh(5, &[(3, "又"), (2, "没"), (2, "没人"), (-4, "请问")]);
        let text = "说了又说,没人管";
        assert_eq!(weigh.find(text), Some((6, 19)), "the longer word counts beside the shorter one in it");
        assert_eq!(weigh.find("又又又没来"), Some((0, 12)));
        assert_eq!(weigh.find("又又又来了"), None, "once");
        assert_eq!(weigh.find("请问又没人在吗"), None);
        assert_eq!(weigh.find(""), None);
    }

    #[test]
    fn english_words_are_whole() {
        let weigh = weigh(2, &[(2, "late"), (-1, "later")]);
        assert!(weigh.find("it is late").is_some());
        assert!(weigh.find("see you later").is_none());
    }
}
