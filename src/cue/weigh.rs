//! Words that speak for and against: no single one tells, but together they do. A turn is a hit once the points of the
//! words in it, each counted once, are enough.

use super::compile::{Compiler, SourceCue};
use super::matcher::{Collector, Matcher};
use super::order::place;
use super::program::Kind;
use crate::language::fold_str;
use serde::{Deserialize, Serialize};

/// Most points a word has, for or against.
const MOST: i16 = 100;

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

impl Compiler<'_> {
    /// The pattern of a cue's weighed words, if it has any.
    pub(super) fn weigh(&mut self, source: &SourceCue) -> Option<Kind> {
        let weigh = source.raw.weigh.as_ref()?;
        let least = *weigh.least.get_ref();
        let mut words = Collector::default();
        let mut points = Vec::new();
        let mut most = 0;
        for (each, list) in &weigh.words {
            if *each.get_ref() == 0 || each.get_ref().abs() > MOST {
                let message = format!("points are from 1 to {MOST}, or below zero for words that speak against it");
                self.errors.push(place(source, each, "pack/bad-weigh", message, "here"));
                return None;
            }
            self.phrases(source, list);
            for word in list {
                words.add(&fold_str(word.get_ref()), points.len() as u32);
                points.push(*each.get_ref());
                most += i32::from(each.get_ref().max(&0).to_owned());
            }
        }
        if least < 1 || least > most {
            let message = if least < 1 {
                "`least` is at least 1: else a turn that says nothing would be a hit".to_owned()
            } else {
                format!("all words together have {most} points: {least} are never reached")
            };
            self.errors.push(place(source, &weigh.least, "pack/bad-weigh", message, "here"));
            return None;
        }
        match words.build() {
            Ok(words) => Some(Kind::Weigh(Box::new(Weigh { words, points, least }))),
            Err(error) => {
                self.errors.push(place(source, &weigh.least, "pack/automaton", error, "here"));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
