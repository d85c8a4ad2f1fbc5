//! Compiles the weighed words of a cue.

use super::class::bit;
use super::compile::Compiler;
use super::order::place;
use super::part::Kind;
use super::raw::{SourceCue, Weigh};
use super::weigh::{Scale, Weighed};
use crate::source::wording;
use std::collections::BTreeMap;

/// Most points of a word, for or against.
const MOST: i16 = 100;

impl Compiler<'_> {
    /// The pattern of a cue's weighed words, if it has any.
    pub(super) fn weigh(&mut self, source: &SourceCue) -> Option<Kind> {
        let weigh = source.raw.weigh.as_ref()?;
        let words = self.points(source, weigh)?;
        let all = |mask: u8, &role| mask | bit(role);
        let roles = if source.raw.roles.is_empty() { u8::MAX } else { source.raw.roles.iter().fold(0, all) };
        let mut most = words.values().map(|&points| i32::from(points).max(0)).sum();
        let mut shared = None;
        if let Some(also) = &weigh.also {
            let name = also.get_ref();
            let class = self.index.get(name).copied()?;
            let message = match self.weighed.get(&(name.clone(), source.lang)) {
                Some(other) if (other.roles, other.within) == (roles, weigh.within) => {
                    shared = Some((class, other.scale));
                    most += other.most;
                    None
                }
                Some(_) => Some(wording!("the cue “{name}” has other `roles`, or another `within`", name)),
                None => Some(wording!("the cue “{name}” has no weighed words in this language", name)),
            };
            if let Some(message) = message {
                self.errors.push(place(source, also, "pack/bad-weigh", message, wording!("here")));
                return None;
            }
        }
        let least = *weigh.least.get_ref();
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
        let weighing = self.weighing.entry(roles).or_default();
        let scale = weighing.scale(Scale { least, within: weigh.within, also: shared.map(|(_, scale)| scale) });
        for (word, &points) in &words {
            weighing.word(word, points);
        }
        let known = Weighed { roles, scale, within: weigh.within, most };
        self.weighed.insert((source.name.clone(), source.lang), known);
        Some(Kind::Weigh { roles, scale, also: shared.map(|(class, _)| class) })
    }

    /// A cue's own words, folded, with their points.
    fn points(&mut self, source: &SourceCue, weigh: &Weigh) -> Option<BTreeMap<String, i16>> {
        let mut points = BTreeMap::new();
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
                if points.insert(word, *each.get_ref()).is_some() {
                    let message = wording!("“{word}” has its points already", word = written.get_ref());
                    self.errors.push(place(source, written, "pack/bad-weigh", message, wording!("here")));
                }
            }
        }
        Some(points)
    }
}
