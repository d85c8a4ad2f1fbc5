//! Calls: their pauses, fillers and spoken digits, and the text without them.

mod across;
mod aloud;
mod hearing;

use crate::language::fold_char;
use crate::source::{Diagnostic, wording};
use aloud::Leads;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The table `rules/language/speech.toml`, folded.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SpeechWords {
    channels: Vec<String>,
    /// Fillers, pauses and other sounds.
    sounds: Words<Sound>,
    /// Words for digits, and how often one counts.
    figures: Words<char>,
    times: Words<usize>,
    /// First characters of these words, sorted: a cheap filter, since most texts have none.
    firsts: Vec<char>,
    /// A faster filter, by two characters; made when first needed.
    #[serde(skip)]
    leads: OnceLock<Leads>,
}

/// Words by their first characters, the longest first, with their meanings.
type Words<T> = Vec<(String, T)>;

/// A sound without meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Sound {
    Pause,
    LongPause,
    Filler,
    /// A filler only next to pauses and other fillers.
    Loose,
}

impl SpeechWords {
    /// Reads the table.
    ///
    /// # Errors
    /// If it is malformed; the diagnostic has the place.
    pub fn from_toml(text: &str) -> Result<Self, Box<Diagnostic>> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        struct Raw {
            channels: Vec<String>,
            pauses: Vec<String>,
            long_pauses: Vec<String>,
            fillers: Vec<String>,
            loose_fillers: Vec<String>,
            figures: BTreeMap<char, Vec<String>>,
            times: BTreeMap<usize, Vec<String>>,
        }
        let raw: Raw = toml::from_str(text).map_err(|error| {
            let diagnostic = Diagnostic::error("language/speech", error.message()).text(text);
            Box::new(diagnostic.label(error.span().unwrap_or(0..0), wording!("here")))
        })?;
        let folded = |word: String| word.chars().map(fold_char).collect::<String>();
        let sounds = [
            (Sound::Pause, raw.pauses),
            (Sound::LongPause, raw.long_pauses),
            (Sound::Filler, raw.fillers),
            (Sound::Loose, raw.loose_fillers),
        ];
        let mut words = Self {
            channels: raw.channels.into_iter().map(folded).collect(),
            sounds: sorted(sounds),
            figures: sorted(raw.figures),
            times: sorted(raw.times),
            firsts: Vec::new(),
            leads: OnceLock::new(),
        };
        let figures = words.figures.iter().map(|(word, _)| first(word));
        words.firsts = figures.chain(words.times.iter().map(|(word, _)| first(word))).collect();
        words.firsts.sort_unstable();
        words.firsts.dedup();
        Ok(words)
    }

    /// Whether conversations of this channel are calls.
    pub fn is_call(&self, channel: &str) -> bool {
        let channel: String = channel.trim().chars().map(fold_char).collect();
        self.channels.contains(&channel)
    }

    /// The sound at byte `at`, and where it ends.
    fn sound(&self, text: &str, at: usize) -> Option<(Sound, usize)> {
        let first = fold_char(text[at..].chars().next()?);
        let mut known =
            beginning(&self.sounds, first).iter().filter_map(|(word, sound)| Some((*sound, word_end(text, at, word)?)));
        known.find(|&(sound, end)| sound != Sound::Loose || self.is_alone(text, at, end))
    }

    /// Whether `start..end` has a pause, a mark, a filler or nothing on either side.
    fn is_alone(&self, text: &str, start: usize, end: usize) -> bool {
        let pause = |rest: &str, at: usize| {
            let here = |kind: Sound| matches!(kind, Sound::Pause | Sound::LongPause | Sound::Filler);
            self.sounds.iter().any(|(word, kind)| here(*kind) && word_end(text, at, word).is_some() && !rest.is_empty())
        };
        let (mut behind, mut before) = (&text[end..], &text[..start]);
        // A space means nothing between words that are always separated by one.
        if text[start..end].is_ascii() {
            (behind, before) = (behind.trim_start(), before.trim_end());
        }
        let marked = |character: Option<char>| character.is_none_or(|mark| !mark.is_alphanumeric());
        let filled = || {
            let ends = |word: &str| {
                let mut last = before.chars().rev().map(fold_char);
                word.chars().rev().all(|wanted| last.next() == Some(wanted))
            };
            self.sounds.iter().any(|(word, kind)| *kind == Sound::Filler && ends(word))
        };
        (marked(before.chars().next_back()) || filled())
            && (marked(behind.chars().next()) || pause(behind, text.len() - behind.len()))
    }

    /// Where the fillers from byte `at` on end.
    fn fillers_end(&self, text: &str, at: usize) -> usize {
        let mut end = at;
        // A bound for hostile text.
        for _ in 0..8 {
            let Some((Sound::Filler | Sound::Loose, next)) = self.sound(text, end) else { break };
            end = next;
        }
        end
    }
}

fn sorted<T>(lists: impl IntoIterator<Item = (T, Vec<String>)>) -> Words<T>
where
    T: Copy,
{
    let lists = lists.into_iter().flat_map(|(meaning, words)| words.into_iter().map(move |word| (word, meaning)));
    let mut words: Words<T> = lists.map(|(word, meaning)| (word.chars().map(fold_char).collect(), meaning)).collect();
    words.sort_by_key(|(word, _)| (first(word), std::cmp::Reverse(word.len())));
    words
}

fn first(word: &str) -> char {
    word.chars().next().unwrap_or_default()
}

/// The words that begin with a character.
fn beginning<T>(words: &Words<T>, character: char) -> &[(String, T)] {
    let from = words.partition_point(|(word, _)| first(word) < character);
    let rest = &words[from..];
    &rest[..rest.partition_point(|(word, _)| first(word) == character)]
}

/// Where a folded word at byte `at` ends; a Latin word must stand alone.
fn word_end(text: &str, at: usize, word: &str) -> Option<usize> {
    let mut end = at;
    let mut here = text[at..].chars();
    for wanted in word.chars() {
        let character = here.next().filter(|&character| fold_char(character) == wanted)?;
        end += character.len_utf8();
    }
    let letter = |character: char| character.is_ascii_alphanumeric();
    let glued = word.ends_with(letter) && here.next().is_some_and(letter)
        || word.starts_with(letter) && text[..at].ends_with(letter);
    (!glued).then_some(end)
}

fn is_comma(character: char) -> bool {
    matches!(character, ',' | '\u{ff0c}' | '\u{3001}')
}

/// Bytes of space at the start of a text.
fn spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t', '\u{3000}']).len()
}

/// Bytes of a comma at the start of a text.
fn comma(text: &str) -> usize {
    let space = spaces(text);
    text[space..].chars().next().filter(|&next| is_comma(next)).map_or(0, |mark| space + mark.len_utf8())
}

#[cfg(test)]
mod tests;
