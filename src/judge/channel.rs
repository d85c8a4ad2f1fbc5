//! Names of the channels of a promise: one each, whatever words were used.

use crate::language::fold_str;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A channel and the words for it.
#[derive(Deserialize)]
struct Channel {
    zh: String,
    hant: String,
    en: String,
    words: Vec<String>,
}

/// The name of the channel that these words mean, in their language and script; the words themselves if the table lacks
/// them.
pub fn channel_name(words: &str) -> String {
    static CHANNELS: LazyLock<BTreeMap<String, Channel>> =
        LazyLock::new(|| toml::from_str(include_str!("../../rules/language/channels.toml")).unwrap_or_default());
    let folded = fold_str(words);
    let known = CHANNELS.values().filter_map(|channel| {
        let longest = channel.words.iter().filter(|word| folded.contains(word.as_str())).map(String::len).max()?;
        Some((longest, channel))
    });
    let Some((_, channel)) = known.max_by_key(|(length, _)| *length) else { return words.to_owned() };
    match (folded.is_ascii(), folded == words) {
        (true, _) => channel.en.clone(),
        (_, true) => channel.zh.clone(),
        _ => channel.hant.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::channel_name;

    #[test]
    fn every_word_of_a_channel_has_a_name() {
        let cues = include_str!("../../rules/language/channels.toml");
        let names: toml::Table = toml::from_str(cues).unwrap();
        let names: Vec<&str> =
            names.values().flat_map(|one| ["zh", "en"].map(|key| one[key].as_str().unwrap())).collect();
        for file in [
            include_str!("../../rules/cues/zh/promise.toml"),
            include_str!("../../rules/cues/en/promise.toml"),
            include_str!("../../rules/cues/zh/ledger.toml"),
            include_str!("../../rules/cues/en/ledger.toml"),
        ] {
            let file: toml::Table = toml::from_str(file).unwrap();
            let found = ["promise-channel", "means-call", "means-visit", "means-elsewhere"];
            for cue in found.iter().filter_map(|name| file["cue"].get(name)) {
                for phrase in cue["phrases"].as_array().unwrap() {
                    let phrase = phrase.as_str().unwrap();
                    assert!(names.contains(&channel_name(phrase).as_str()), "{phrase} has no name");
                }
            }
        }
    }

    #[test]
    fn a_channel_is_called_in_the_language_of_its_words() {
        for (words, name) in [
            ("call you", "phone"),
            ("回电", "电话"),
            ("回電", "電話"),
            ("SMS", "text message"),
            ("邮箱", "邮件"),
            ("call round", "visit"),
        ] {
            assert_eq!(channel_name(words), name);
        }
        assert_eq!(channel_name("pigeon"), "pigeon");
    }
}
