//! Compiles the `like` sentences of a cue.

use super::compile::Compiler;
use super::like::{LONGEST, Like, SHORTEST, words};
use super::order::place;
use super::part::Kind;
use super::raw::SourceCue;
use crate::source::wording;

impl Compiler<'_> {
    /// The pattern of a cue's `like` sentences, if it has any.
    pub(super) fn like(&mut self, source: &SourceCue) -> Option<Kind> {
        let raw = &source.raw;
        let least = raw.alike.as_ref().map_or(0.7, |alike| *alike.get_ref());
        if let Some(alike) = raw.alike.as_ref().filter(|_| raw.like.is_empty() || !(0.5..=1.0).contains(&least)) {
            let message = wording!("`alike` is a number from 0.5 to 1, beside `like`");
            self.errors.push(place(source, alike, "pack/bad-alike", message, wording!("here")));
            return None;
        }
        let sentences = self.phrases(source, &raw.like);
        for (written, folded) in raw.like.iter().zip(&sentences) {
            let words = words(folded, 0, folded.len()).count();
            if !(SHORTEST..=LONGEST).contains(&words) {
                let (least, most) = (SHORTEST, LONGEST);
                let message = wording!(
                    "a sentence to be like has {least} to {most} words or Han characters, not {words}",
                    least,
                    most,
                    words
                );
                self.errors.push(place(source, written, "pack/bad-like", message, wording!("here")));
                return None;
            }
        }
        if sentences.is_empty() {
            return None;
        }
        // Whole hundredths are exact enough, and integers compare alike on every machine.
        #[allow(clippy::cast_sign_loss)]
        let (like, literals) = Like::new(&sentences, (least * 100.0).round() as u32);
        let class = self.infixes(literals);
        Some(Kind::Like(like, class))
    }
}
