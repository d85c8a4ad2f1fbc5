//! How common words are: of the words of a sequence, the rarest is searched for first. It changes the cost of a scan,
//! never its result.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Approximate occurrences per million characters of service chats.
#[derive(Debug, Default)]
pub struct Frequency(BTreeMap<String, u64>);

/// The table `rules/language/frequency.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    words: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Group {
    per_million: u64,
    words: Vec<String>,
}

impl Frequency {
    /// Reads the table.
    ///
    /// # Errors
    /// If its shape is wrong.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        let raw: Raw = toml::from_str(text)?;
        let groups = raw.words.into_iter();
        Ok(Self(groups.flat_map(|group| group.words.into_iter().map(move |word| (word, group.per_million))).collect()))
    }

    /// Approximate occurrences of a folded word per million characters. A word that is not in the table counts as rare,
    /// the rarer the longer it is.
    pub(super) fn of(&self, word: &str) -> u64 {
        let word = word.strip_suffix('*').unwrap_or(word);
        let unlisted = || match (word.is_ascii(), word.chars().count()) {
            (false, 0 | 1) | (true, 0..=2) => 200,
            (false, 2) | (true, 3..=5) => 60,
            (false, 3) | (true, 6..=9) => 15,
            _ => 5,
        };
        self.0.get(word).copied().unwrap_or_else(unlisted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_longer_words_are_rarer() {
        let frequency = Frequency::from_toml(include_str!("../../rules/language/frequency.toml")).unwrap();
        assert!(frequency.of("您") > frequency.of("我们") && frequency.of("我们") > frequency.of("脑"));
        assert!(frequency.of("脑") > frequency.of("脑子") && frequency.of("you") > frequency.of("apologi*"));
    }
}
