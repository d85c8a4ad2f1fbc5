//! The default rulebook: its packs as written, and their compiled form, so that a draft need not wait for compilation.

use super::length::LengthWords;
use super::{PackText, Rulebook};
use crate::conversation::Lang;
use crate::language::fold_str;
use crate::language::time::{Calendar, Lexicon, shared, written};
use crate::source::Diagnostic;
use serde::Deserialize;
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The stored rulebook; made by `cargo xtask bless`, and compared with its sources by a test.
static PREPARED: &[u8] = include_bytes!("../../rules/default.bin");

/// The packs of the default rulebook as written, sorted by path.
pub fn sources() -> Vec<PackText> {
    PACKS.iter().map(|&(path, text)| PackText::new(path, text)).collect()
}

/// The industry packs, as settings name them (`industry/banking`), sorted. They are off unless extended.
pub fn industries() -> Vec<&'static str> {
    let mut names: Vec<&str> = INDUSTRIES.iter().filter_map(|(path, _)| Some(path.rsplit_once('/')?.0)).collect();
    names.dedup();
    names
}

/// The packs of one industry as written; empty if there is none of this name.
pub fn industry(name: &str) -> Vec<PackText> {
    let belongs = |path: &str| path.rsplit_once('/').is_some_and(|(folder, _)| folder == name);
    let files = INDUSTRIES.iter().filter(|(path, _)| belongs(path));
    files.map(|&(path, text)| PackText::new(path, text)).collect()
}

/// Makes the stored form of a rulebook.
///
/// # Errors
/// If it cannot be stored.
pub fn prepare(rulebook: &Rulebook) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_stdvec(rulebook)
}

/// Makes the stored form of the words of time and the calendar.
///
/// # Errors
/// If a file of them is malformed, or they cannot be stored.
pub fn prepare_times() -> Result<Vec<u8>, Box<Diagnostic>> {
    postcard::to_stdvec(&times()?).map_err(|error| broken(&error))
}

/// Whether these bytes are a stored rulebook of the current packs.
pub fn is_fresh(bytes: &[u8]) -> bool {
    bytes == PREPARED
}

impl Rulebook {
    /// The default rulebook, from its stored form.
    ///
    /// # Panics
    /// If its packs do not load; tests exclude that.
    pub fn builtin() -> Self {
        match postcard::from_bytes::<Rulebook>(PREPARED) {
            Ok(rulebook) if rulebook.hash == HASH => rulebook,
            // Packs have changed since `cargo xtask bless`: compile them at start, which is slower, rather than use a
            // stale form.
            _ => match Rulebook::load(&sources()) {
                Ok(loaded) => loaded.rulebook,
                Err(errors) => panic!("the default rulebook does not load: {}", errors[0]),
            },
        }
    }
}

/// The words of time and the work calendar, read from their files.
///
/// # Errors
/// If a file is malformed; a test excludes that.
pub fn times() -> Result<(Lexicon, Calendar), Box<Diagnostic>> {
    written().map_err(|error| broken(&error))
}

fn broken(error: &dyn std::fmt::Display) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("language/time", error.to_string()))
}

/// Like [`times`], but from the stored form; decoded once for all threads.
pub fn shared_times() -> &'static (Lexicon, Calendar) {
    shared()
}

/// How lengths of time are said, in Chinese and in English; from `rules/language/lengths.toml`.
pub fn length_words(lang: Lang) -> &'static LengthWords {
    #[derive(Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Languages {
        zh: LengthWords,
        en: LengthWords,
    }
    static WORDS: LazyLock<Languages> =
        LazyLock::new(|| toml::from_str(include_str!("../../rules/language/lengths.toml")).unwrap_or_default());
    match lang {
        Lang::Zh => &WORDS.zh,
        Lang::En => &WORDS.en,
    }
}

/// Words around agreed facts, folded.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactsWords {
    /// Words before a length of time that has already passed.
    pub waited: Vec<String>,
    /// Words before a last day.
    pub until: Vec<String>,
    /// Words before a short number that make it a telephone number.
    pub phone: Vec<String>,
    /// Words between such a word and its number.
    pub joins: Vec<String>,
    /// Numbers that every reply may name.
    pub public: Vec<String>,
}

/// The words around agreed facts, from `rules/language/facts.toml`.
pub fn facts_words() -> &'static FactsWords {
    static WORDS: LazyLock<FactsWords> = LazyLock::new(|| {
        let mut words: FactsWords = toml::from_str(include_str!("../../rules/language/facts.toml")).unwrap_or_default();
        let lists = [&mut words.waited, &mut words.until, &mut words.phone, &mut words.joins];
        lists.into_iter().flatten().for_each(|word| *word = fold_str(word));
        words
    });
    &WORDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cue::SpeechWords;
    use crate::source::Span;

    #[test]
    fn the_words_of_calls_can_be_read() {
        let words = SpeechWords::from_toml(include_str!("../../rules/language/speech.toml")).unwrap();
        assert!(words.is_call(" Phone") && words.is_call("電話") && !words.is_call("chat"));
    }

    #[test]
    fn the_words_around_facts_can_be_read() {
        let words: FactsWords = toml::from_str(include_str!("../../rules/language/facts.toml")).unwrap();
        assert!(!words.waited.is_empty() && !words.public.is_empty());
    }

    #[test]
    fn the_prepared_rulebook_can_be_read() {
        let read = postcard::from_bytes::<Rulebook>(PREPARED);
        assert!(read.is_ok(), "{:?}: run `cargo xtask bless`", read.err());
    }

    #[test]
    fn what_is_private_is_the_same_each_time_it_is_asked() {
        let program = &Rulebook::builtin().program;
        for number in 0..300 {
            let (public, private) = (format!("{}号", number % 9), format!("电话138{:08}", number % 9));
            for _ in 0..2 {
                assert_eq!(*program.private(&public), []);
                assert_eq!(*program.private(&private), [Span::new(6, 17)], "{private}");
            }
        }
    }

    #[test]
    fn every_rule_has_a_title_that_stands_alone() {
        for rule in &Rulebook::builtin().rules {
            for title in [&rule.title.zh, &rule.title.en] {
                assert!(!title.is_empty() && !title.contains(['…', '{']), "{}: {title}", rule.id);
            }
        }
    }
}
