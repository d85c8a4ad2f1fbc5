//! From the weighed words of a cue as written to its pattern.

use super::compile::Compiler;
use super::matcher::Collector;
use super::order::place;
use super::part::Kind;
use super::raw::SourceCue;
use super::weigh::Weigh;
use crate::source::wording;
use std::collections::BTreeSet;

/// Most points a word has, for or against.
const MOST: i16 = 100;

impl Compiler<'_> {
    /// The pattern of a cue's weighed words, if it has any.
    pub(super) fn weigh(&mut self, source: &SourceCue) -> Option<Kind> {
        let weigh = source.raw.weigh.as_ref()?;
        let least = *weigh.least.get_ref();
        let mut words = Collector::default();
        let mut points = Vec::new();
        let mut known = BTreeSet::new();
        let mut most = 0;
        for (each, list) in &weigh.words {
            if *each.get_ref() == 0 || each.get_ref().abs() > MOST {
                let message = wording!(
                    "points are from 1 to {most}, or below zero for words that speak against it",
                    most = MOST.to_string()
                );
                self.errors.push(place(source, each, "pack/bad-weigh", message, wording!("here")));
                return None;
            }
            for (written, word) in list.iter().zip(self.phrases(source, list)) {
                if known.contains(&word) {
                    let message = wording!("“{word}” has its points already", word = written.get_ref());
                    self.errors.push(place(source, written, "pack/bad-weigh", message, wording!("here")));
                }
                words.add(&word, points.len() as u32);
                points.push(*each.get_ref());
                most += i32::from(*each.get_ref()).max(0);
                known.insert(word);
            }
        }
        if least < 1 || least > most {
            let message = if least < 1 {
                wording!("`least` is at least 1: else a turn that says nothing would be a hit")
            } else {
                wording!(
                    "all words together have {most} points: {least} are never reached",
                    most = most.to_string(),
                    least = least.to_string()
                )
            };
            self.errors.push(place(source, &weigh.least, "pack/bad-weigh", message, wording!("here")));
            return None;
        }
        match words.build() {
            Ok(words) => Some(Kind::Weigh(Box::new(Weigh::new(words, points, least)))),
            Err(error) => {
                self.errors.push(place(
                    source,
                    &weigh.least,
                    "pack/automaton",
                    wording!("the words cannot be compiled: {error}", error = error),
                    wording!("here"),
                ));
                None
            }
        }
    }
}
