//! Word boundaries by jieba's dictionary, which is loaded for the first candidate that needs it.

use crate::source::Span;
use jieba_rs::{Jieba, TokenizeMode};
use std::sync::OnceLock;

/// The segmenter, loaded when first needed: that takes a tenth of a second and 30 MB.
#[derive(Default)]
pub struct Words {
    jieba: OnceLock<Jieba>,
}

impl Words {
    /// Whether `start..end` of `text` begins and ends at word boundaries.
    pub fn bounded(&self, text: &str, start: usize, end: usize) -> bool {
        let jieba = self.jieba.get_or_init(Jieba::new);
        let before = text[..start].chars().count();
        let length = text[start..end].chars().count();
        let tokens = jieba.tokenize(text, TokenizeMode::Default, true);
        tokens.iter().any(|token| token.start == before) && tokens.iter().any(|token| token.end == before + length)
    }

    /// The words of `text` that name things, states and actions, each with its offset: no names of people, no
    /// particles, no words that the dictionary does not know.
    pub fn telling<'t>(&self, text: &'t str) -> Vec<(usize, &'t str)> {
        let jieba = self.jieba.get_or_init(Jieba::new);
        let telling = |tag: &str| tag == "eng" || tag.starts_with(['n', 'v', 'a', 'i', 'l']) && !tag.starts_with("nr");
        let tags = jieba.tag(text, false).into_iter().filter(|tag| telling(tag.tag));
        let places = tags.map(|tag| Span::within(text, tag.word));
        places.map(|place| (place.start, place.of(text))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_tell_something_have_their_places() {
        let text = "王小明说快递的包装破损了,the kettle";
        let words = Words::default().telling(text);
        assert!(words.iter().any(|&(_, word)| word == "包装") && words.iter().any(|&(_, word)| word == "破损"));
        assert!(words.iter().all(|&(at, word)| text[at..].starts_with(word) && word != "王小明"));
    }

    #[test]
    fn a_word_inside_a_longer_word_is_not_bounded() {
        let words = Words::default();
        let text = "研究生命起源";
        let at = text.find("生命").unwrap();
        assert!(words.bounded(text, at, at + 6));
        let text = "他是研究生";
        let at = text.find("究生").unwrap();
        assert!(!words.bounded(text, at, at + 6));
    }
}
