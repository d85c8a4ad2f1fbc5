//! Word boundaries by jieba's dictionary: loaded when the first candidate asks, never before.

use jieba_rs::{Jieba, TokenizeMode};
use std::sync::OnceLock;

/// The segmenter behind a lazy door; loading takes a tenth of a second and 30 MB.
#[derive(Default)]
pub struct Words {
    jieba: OnceLock<Jieba>,
}

impl Words {
    /// Whether the bytes `start..end` of `text` begin and end where words do.
    pub fn bounded(&self, text: &str, start: usize, end: usize) -> bool {
        let jieba = self.jieba.get_or_init(Jieba::new);
        let before = text[..start].chars().count();
        let length = text[start..end].chars().count();
        let tokens = jieba.tokenize(text, TokenizeMode::Default, true);
        tokens.iter().any(|token| token.start == before) && tokens.iter().any(|token| token.end == before + length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
