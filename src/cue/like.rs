//! Finds sentences similar to given ones, by Dice's coefficient of their word pairs: for what people say in too many
//! ways for a pattern.

use crate::language::{Segments, is_han, is_letter};
use crate::source::packed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;

/// Fewest words of a `like` sentence; a Han character is a word.
pub(super) const SHORTEST: usize = 4;
/// Most words of a stretch that is compared.
pub(super) const LONGEST: usize = 60;
/// Most clauses of a sentence at which a compared stretch may begin.
const CLAUSES: usize = 24;

/// The sentences of a cue, and how similar a text must be.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Like {
    sentences: Vec<Pairs>,
    /// Least Dice coefficient, in hundredths.
    least: u32,
}

/// Hashes of the pairs of neighbouring words, sorted.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Pairs(#[serde(with = "packed")] Vec<u64>);

impl Like {
    /// Also returns literals of which every similar sentence holds one. `sentences` must be folded.
    pub fn new(sentences: &[String], least: u32) -> (Self, BTreeSet<String>) {
        let mut literals = BTreeSet::new();
        let mut compared = Vec::new();
        for sentence in sentences {
            let words: Vec<(usize, usize)> = words(sentence, 0, sentence.len()).collect();
            // With Dice 2c / (n + m) ≥ least and c ≤ m, at least common = n · least / (2 − least) of the n pairs are
            // shared. So, by the pigeonhole principle, one of any n + 1 − common pairs must occur.
            let pairs = words.len().saturating_sub(1);
            let common = (pairs * least as usize).div_ceil(200 - least as usize).max(1);
            for pair in words.windows(2).take(pairs + 1 - common.min(pairs)) {
                literals.insert(sentence[pair[0].0..pair[1].1].to_owned());
            }
            compared.push(Pairs::of(sentence, &words));
        }
        (Self { sentences: compared, least }, literals)
    }

    /// Adds the stretches that are similar enough, within the sentences that hold a place of `seen`.
    pub fn find(&self, text: &str, segments: &Segments, seen: &[(u32, u32)], out: &mut Vec<(u32, u32)>) {
        let mut behind = 0;
        for &(at, _) in seen {
            if at as usize >= behind {
                let sentence = segments.sentence(at as usize);
                behind = sentence.1;
                self.within(text, segments, sentence, out);
            }
        }
    }

    /// For each given sentence, adds the run of clauses most similar to it.
    fn within(&self, text: &str, segments: &Segments, (from, to): (usize, usize), out: &mut Vec<(u32, u32)>) {
        let mut clauses = Vec::new();
        let mut at = from;
        while at < to && clauses.len() < CLAUSES {
            let (_, end) = segments.clause(at);
            // Quoted words are compared on their own, so that the quotation guard recognises them.
            let end = segments.quote_border(at, end.min(to));
            clauses.push((at, end));
            at = end.max(at + 1);
        }
        let mut best: Vec<Option<(u32, (u32, u32))>> = vec![None; self.sentences.len()];
        for number in 0..clauses.len() {
            let mut said: Vec<(usize, usize)> = Vec::new();
            for &(clause, end) in &clauses[number..] {
                said.extend(words(text, clause, end));
                if said.len() > LONGEST {
                    break;
                }
                let (Some(first), Some(last)) = (said.first(), said.last()) else { continue };
                let pairs = Pairs::of(text, &said);
                for (written, best) in self.sentences.iter().zip(&mut best) {
                    let alike = written.alike(&pairs);
                    if alike >= self.least && best.is_none_or(|(before, _)| before < alike) {
                        *best = Some((alike, (first.0 as u32, last.1 as u32)));
                    }
                }
            }
        }
        out.extend(best.into_iter().flatten().map(|(_, place)| place));
    }
}

impl Pairs {
    fn of(text: &str, words: &[(usize, usize)]) -> Self {
        let hash = |word: (usize, usize)| xxh3_64(&text.as_bytes()[word.0..word.1]);
        let pair = |pair: &[(usize, usize)]| hash(pair[0]).rotate_left(1) ^ hash(pair[1]);
        let mut pairs: Vec<u64> = words.windows(2).map(pair).collect();
        pairs.sort_unstable();
        Self(pairs)
    }

    /// Dice's coefficient in hundredths, rounded down.
    fn alike(&self, other: &Self) -> u32 {
        let (mut one, mut two, mut common) = (0, 0, 0);
        while let (Some(left), Some(right)) = (self.0.get(one), other.0.get(two)) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => one += 1,
                std::cmp::Ordering::Greater => two += 1,
                std::cmp::Ordering::Equal => (one, two, common) = (one + 1, two + 1, common + 1),
            }
        }
        let total = (self.0.len() + other.0.len()) as u32;
        (200_u32 * common).checked_div(total).unwrap_or(0)
    }
}

/// The words of a stretch of folded text: Han characters, and runs of other letters and digits.
pub(super) fn words(text: &str, from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut at = from;
    std::iter::from_fn(move || {
        let rest = &text[at..to];
        let start = at + rest.find(is_letter)?;
        let first = text[start..].chars().next()?;
        let end = if is_han(first) {
            start + first.len_utf8()
        } else {
            let other = |character: char| is_han(character) || !(is_letter(character) || character == '\'');
            text[start..to].find(other).map_or(to, |length| start + length)
        };
        at = end;
        Some((start, end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::segment;

    fn found<'a>(written: &str, least: u32, text: &'a str) -> Vec<&'a str> {
        let (like, literals) = Like::new(&[written.to_owned()], least);
        let mut seen: Vec<(u32, u32)> = literals
            .iter()
            .flat_map(|literal| text.match_indices(literal.as_str()).map(|(at, _)| (at as u32, 0)))
            .collect();
        seen.sort_unstable();
        let mut out = Vec::new();
        like.find(text, &segment(text), &seen, &mut out);
        out.into_iter().map(|(start, end)| &text[start as usize..end as usize]).collect()
    }

    #[test]
    fn a_clause_is_found_in_its_sentence() {
        let written = "这个事情我们也没有办法";
        assert_eq!(found(written, 60, "您好,这事情我们真的也没有办法,谢谢"), ["这事情我们真的也没有办法"]);
        assert_eq!(found(written, 60, "我们有办法解决"), [""; 0]);
        assert_eq!(
            found("there is nothing we can do", 60, "sorry, there is really nothing we can do. bye"),
            ["there is really nothing we can do"]
        );
    }

    /// Every similar sentence holds one of the literals.
    #[test]
    fn no_like_sentence_is_without_a_literal() {
        let written = "这个事情我们也没有办法";
        let characters: Vec<char> = written.chars().collect();
        for least in [50, 60, 75, 90, 100] {
            let (like, literals) = Like::new(&[written.to_owned()], least);
            for start in 0..characters.len() {
                for end in start + 2..=characters.len() {
                    let text: String = characters[start..end].iter().collect();
                    let said: Vec<(usize, usize)> = words(&text, 0, text.len()).collect();
                    if like.sentences[0].alike(&Pairs::of(&text, &said)) >= least {
                        assert!(literals.iter().any(|literal| text.contains(literal.as_str())), "{least}: {text}");
                    }
                }
            }
        }
    }
}
