//! What customers complain about, in their own words: which words of turns with a complaint come up in many
//! conversations.

use crate::conversation::Hide;
use crate::cue::Scan;
use crate::memo::Memo;
use crate::source::Span;
use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, LazyLock};

/// Most words kept of a conversation, and most bytes searched for them.
const MOST: usize = 40;
const BYTES: usize = 8_000;
/// Longest word, in characters; anything longer is no word.
const LONGEST: usize = 12;
/// Most words that are counted at a time. Beyond twice as many, the rarer half is forgotten.
const COUNTED: usize = 20_000;
/// Fewest conversations for a word to be shown: fewer could identify a customer.
const FEWEST: u64 = 3;
/// Most words in the summary.
const TOLD: usize = 60;

/// Words that carry no subject, folded.
static STOP: LazyLock<HashSet<String>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Raw {
        words: Vec<String>,
    }
    let raw = toml::from_str::<Raw>(include_str!("../../rules/language/stop-words.toml"));
    raw.map(|raw| raw.words.iter().map(|word| crate::language::fold_str(word)).collect()).unwrap_or_default()
});

/// Splits texts into words; the dictionary is loaded for the first complaint.
#[derive(Default)]
pub struct Vocabulary {
    #[cfg(feature = "words")]
    words: crate::language::Words,
    /// The words of texts seen before, keyed by whether the turn was spoken: fillers are dropped from spoken turns.
    known: Memo<bool, Arc<[String]>, { 8 << 20 }>,
}

impl Vocabulary {
    #[cfg(feature = "words")]
    fn telling<'t>(&self, text: &'t str) -> Vec<(usize, &'t str)> {
        self.words.telling(text)
    }

    #[cfg(not(feature = "words"))]
    #[allow(clippy::unused_self)]
    fn telling<'t>(&self, _: &'t str) -> Vec<(usize, &'t str)> {
        Vec::new()
    }
}

/// The words of these complaints of one customer, each once, sorted. Private data is left out.
pub(super) fn complained<'a>(
    vocabulary: &Vocabulary,
    hide: &dyn Hide,
    call: bool,
    complaints: impl Iterator<Item = (&'a str, &'a Scan)>,
) -> Vec<String> {
    let mut lists: Vec<Arc<[String]>> = Vec::new();
    let mut room = BYTES;
    for (text, scan) in complaints {
        let folded = scan.folded.text.as_str();
        let end = (0..=room.min(folded.len())).rev().find(|&end| folded.is_char_boundary(end)).unwrap_or_default();
        room -= end;
        let whole = end == folded.len();
        if let Some(known) = vocabulary.known.get(call, text).filter(|_| whole) {
            lists.push(known);
            continue;
        }
        let found: Arc<[String]> = said(vocabulary, hide, (text, scan), end).into_iter().collect();
        if whole {
            let bytes = || found.iter().map(|word| size_of::<String>() + word.len()).sum();
            vocabulary.known.keep(call, text, || (found.clone(), bytes()));
        }
        lists.push(found);
    }
    let mut words: Vec<&String> = lists.iter().flat_map(|list| list.iter()).collect();
    words.sort();
    words.dedup();
    words.into_iter().take(MOST).cloned().collect()
}

/// The words of one message, up to byte `end` of its folded text.
fn said(vocabulary: &Vocabulary, hide: &dyn Hide, (text, scan): (&str, &Scan), end: usize) -> BTreeSet<String> {
    let hidden = hide.hidden(text);
    let own = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let telling = vocabulary.telling(&scan.folded.text[..end]).into_iter().filter(|&(at, word)| {
        let place = || scan.span(own(at), own(at + word.len()), text);
        let private = || hidden.iter().any(|hidden| hidden.overlaps(place()));
        let span = Span::new(at, at + word.len());
        let address = || scan.addresses().iter().any(|address| address.overlaps(span));
        is_telling(word) && !private() && !address()
    });
    telling.map(|(_, word)| word.to_owned()).collect()
}

fn is_telling(word: &str) -> bool {
    let letters = word.chars().count();
    let least = if word.is_ascii() { 3 } else { 2 };
    (least..=LONGEST).contains(&letters) && word.chars().all(char::is_alphabetic) && !STOP.contains(word)
}

/// Word counts over conversations, in bounded memory. A count may be too low because of forgetting, never too high.
#[derive(Debug, Default)]
pub struct Frequent {
    counts: HashMap<String, u64, RandomState>,
    /// Conversations with a complaint.
    conversations: u64,
    /// The highest count that was forgotten.
    forgotten: u64,
}

/// A word of complaints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct WordSummary {
    /// The word, folded.
    pub word: String,
    /// Conversations in which a complaint holds it.
    pub conversations: u64,
}

/// The frequent words of complaints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ComplaintWords {
    /// Conversations with a complaint from which words were taken.
    pub conversations: u64,
    /// Counts may be too low by at most this; above zero only where there are very many different words.
    pub missing: u64,
    /// The words, the most frequent first.
    pub words: Vec<WordSummary>,
}

impl Frequent {
    /// Counts the words of a conversation.
    pub fn add(&mut self, words: &[String]) {
        self.conversations += u64::from(!words.is_empty());
        for word in words {
            self.count(word);
        }
        self.forget();
    }

    fn count(&mut self, word: &str) {
        match self.counts.get_mut(word) {
            Some(count) => *count += 1,
            None => drop(self.counts.insert(word.to_owned(), 1)),
        }
    }

    fn forget(&mut self) {
        if self.counts.len() <= 2 * COUNTED {
            return;
        }
        let mut kept: Vec<(String, u64)> = std::mem::take(&mut self.counts).into_iter().collect();
        // With equal counts, alphabetical order decides, so that the same input gives the same result.
        kept.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        self.forgotten += kept[COUNTED].1;
        kept.truncate(COUNTED);
        self.counts = kept.into_iter().collect();
    }

    /// The frequent words; `None` where there was no complaint.
    pub fn summary(&self) -> Option<ComplaintWords> {
        let mut words: Vec<WordSummary> = self
            .counts
            .iter()
            .filter(|(_, count)| **count >= FEWEST)
            .map(|(word, count)| WordSummary { word: word.clone(), conversations: *count })
            .collect();
        words.sort_by(|one, other| other.conversations.cmp(&one.conversations).then_with(|| one.word.cmp(&other.word)));
        words.truncate(TOLD);
        (self.conversations > 0).then_some(ComplaintWords {
            conversations: self.conversations,
            missing: self.forgotten,
            words,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_bounded_and_never_too_high() {
        let mut frequent = Frequent::default();
        for number in 0..50_000 {
            frequent.add(&["often".to_owned(), format!("word{number}")]);
        }
        assert!(frequent.counts.len() <= 2 * COUNTED);
        let told = frequent.summary().unwrap();
        assert_eq!((told.words[0].word.as_str(), told.words[0].conversations), ("often", 50_000));
        assert_eq!((told.words.len(), told.conversations), (1, 50_000));
        assert!(told.missing >= 1);
    }

    #[test]
    fn what_tells_nothing_is_no_word() {
        for word in ["的", "了", "可以", "我们", "the", "please", "13800138000", "x1", "ok"] {
            assert!(!is_telling(word), "{word}");
        }
        for word in ["包装", "退款", "kettle"] {
            assert!(is_telling(word), "{word}");
        }
    }
}
