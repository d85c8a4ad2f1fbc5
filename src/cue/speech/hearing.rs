//! The text of a call without pauses and fillers, with numbers in digits, and divided where the speaker paused. Every
//! place maps back to the transcript.

use super::{Sound, SpeechWords, comma, is_comma, spaces};
use crate::language::{Layer, Segments, is_han};
use std::ops::Range;

/// Fewest characters after which a filler or pause ends a clause, and after which a short pause ends a sentence.
const CLAUSE: usize = 4;
const SENTENCE: usize = 24;

/// Where pauses divide the speech, in bytes of the cleaned text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::cue) struct Cuts {
    pub clauses: Vec<usize>,
    pub sentences: Vec<usize>,
}

impl SpeechWords {
    /// The cleaned text and its divisions. `covered(filler, row)` says whether a filler is part of a known word that
    /// reaches beyond the row of fillers around it.
    pub(in crate::cue) fn hear(
        &self,
        text: &str,
        covered: &dyn Fn(Range<usize>, Range<usize>) -> bool,
    ) -> (Layer, Cuts) {
        let mut out = Hearing::default();
        let mut at = 0;
        // The current row of fillers.
        let mut row: Option<Range<usize>> = None;
        while let Some(character) = text[at..].chars().next() {
            if let Some((sound, end)) = self.sound(text, at) {
                let filler = matches!(sound, Sound::Filler | Sound::Loose);
                let row = row.get_or_insert(at..end);
                if row.end < end {
                    row.end = end;
                }
                if filler && row.end == end {
                    row.end = self.fillers_end(text, end);
                }
                if !(filler && covered(at..end, row.clone())) {
                    out.pause += match sound {
                        Sound::Pause => 1,
                        Sound::LongPause => 2,
                        Sound::Filler | Sound::Loose => 0,
                    };
                    out.dropped = true;
                    // The comma behind a filler goes with it.
                    at = if filler { end + comma(&text[end..]) } else { end };
                    continue;
                }
            }
            row = None;
            if let Some(number) = self.number(text, at) {
                match number {
                    Ok(figures) => {
                        at = figures[figures.len() - 1].end;
                        out.flush(text, figures[0].start);
                        for figure in figures {
                            out.layer.push_wide(figure.value, figure.start, figure.end);
                            out.length += 1;
                        }
                    }
                    Err(end) => {
                        for (place, character) in text[at..end].char_indices() {
                            out.push(text, character, at + place);
                        }
                        at = end;
                    }
                }
                continue;
            }
            let end = at + character.len_utf8();
            let filler_next = || {
                let next = end + spaces(&text[end..]);
                self.sound(text, next).is_some_and(|(sound, _)| sound == Sound::Filler)
            };
            let breath = character.is_whitespace() && character != '\n' && out.is_between(&text[end..])
                || is_comma(character) && filler_next();
            if breath {
                out.dropped = true;
            } else {
                out.push(text, character, at);
            }
            at = end;
        }
        if out.layer.text.trim().is_empty() {
            // “Mm” alone is an answer.
            let mut whole = Layer::default();
            whole.push_str(text, 0);
            return (whole, Cuts::default());
        }
        (out.layer, out.cuts)
    }
}

/// The cleaned text being built.
#[derive(Default)]
struct Hearing {
    layer: Layer,
    cuts: Cuts,
    /// Whether something was left out since the last character; `pause`: how much of it was pauses.
    dropped: bool,
    pause: usize,
    /// Characters since the last division.
    length: usize,
}

impl Hearing {
    fn last(&self) -> Option<char> {
        self.layer.text.chars().next_back()
    }

    /// Whether a space here stands between Han characters.
    fn is_between(&self, rest: &str) -> bool {
        self.last().is_none_or(is_han) && rest.trim_start().chars().next().is_none_or(is_han)
            || self.dropped && self.last().is_none_or(char::is_whitespace)
    }

    fn push(&mut self, text: &str, character: char, at: usize) {
        if self.dropped && character.is_whitespace() && self.last().is_none_or(char::is_whitespace) {
            return;
        }
        self.flush(text, at);
        self.layer.push(character, at);
        self.length += usize::from(character.is_alphanumeric());
    }

    /// Divides the text here if fillers or pauses were left out.
    fn flush(&mut self, text: &str, at: usize) {
        let (pause, dropped) = (std::mem::take(&mut self.pause), std::mem::take(&mut self.dropped));
        if !dropped || self.layer.text.is_empty() {
            return;
        }
        let glued = self.last().is_some_and(|last| last.is_ascii_alphanumeric());
        if glued && text[at..].starts_with(|next: char| next.is_ascii_alphanumeric()) {
            let before = text[..at].char_indices().next_back().map_or(0, |(before, _)| before);
            self.layer.push(' ', before);
        }
        let here = self.layer.text.len();
        if pause >= 2 || pause == 1 && self.length >= SENTENCE {
            self.cuts.sentences.push(here);
        } else if self.length >= CLAUSE {
            self.cuts.clauses.push(here);
        } else {
            return;
        }
        self.length = 0;
    }
}

impl Cuts {
    /// The same divisions in bytes of the folded text, whose characters are the same ones, but may be narrower.
    pub(in crate::cue) fn folded(mut self, heard: &str, folded: &str) -> Self {
        for places in [&mut self.clauses, &mut self.sentences] {
            let mut both = heard.char_indices().zip(folded.char_indices());
            for place in places {
                let here = both.find(|((at, _), _)| at >= place);
                *place = here.map_or(folded.len(), |(_, (at, _))| at);
            }
        }
        self
    }

    /// Adds these divisions to the segments, except within words.
    pub(in crate::cue) fn part(mut self, segments: &mut Segments, inside: &dyn Fn(usize) -> bool) {
        let outside = |at: &usize| !inside(*at);
        self.clauses.retain(outside);
        self.sentences.retain(outside);
        segments.part(&self.clauses, &self.sentences);
    }
}
