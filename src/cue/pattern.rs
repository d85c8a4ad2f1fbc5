//! Parses sequences and guards: `a|b`, `<gap:6>`, `<cue>`, `<start>`, `<end>`.

use crate::source::{Wording, wording};
use std::ops::Range;

/// One element of a sequence as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Alternatives; `optional` when one of them is empty.
    Any {
        words: Vec<String>,
        cues: Vec<String>,
        optional: bool,
    },
    Gap(u8),
    Start,
    End,
}

/// A guard entry: words or a cue, with a gap on the side of the hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub words: Vec<String>,
    pub cues: Vec<String>,
    pub gap: u8,
}

/// A mistake in a string: the message, and the range within the string.
pub(super) type Mistake = (Wording, Range<usize>);

/// Longest gap in characters.
pub(super) const LONGEST_GAP: u8 = 60;

/// Parses one element.
pub(super) fn token(text: &str) -> Result<Token, Mistake> {
    match text {
        "<start>" => return Ok(Token::Start),
        "<end>" => return Ok(Token::End),
        _ => {}
    }
    if let Some(gap) = gap_of(text)? {
        return Ok(Token::Gap(gap));
    }
    let (mut words, mut cues, mut optional) = (Vec::new(), Vec::new(), false);
    let mut at = 0;
    for part in text.split('|') {
        let range = at..at + part.len();
        at += part.len() + 1;
        match part.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            Some(name) if name.starts_with("gap:") || matches!(name, "start" | "end") => {
                return Err((wording!("<{name}> is an element of its own, not an alternative", name), range));
            }
            Some(name) => cues.push(name.to_owned()),
            None if part.is_empty() => optional = true,
            None if part.contains(['<', '>']) => return Err((wording!("a cue is written <name>"), range)),
            None => words.push(part.to_owned()),
        }
    }
    if words.is_empty() && cues.is_empty() {
        return Err((wording!("an element needs at least one word or cue"), 0..text.len()));
    }
    Ok(Token::Any { words, cues, optional })
}

/// Parses a guard entry. `before`: a gap may stand at the end; otherwise at the beginning.
pub(super) fn entry(text: &str, before: bool) -> Result<Entry, Mistake> {
    let (body, gap) = if before {
        match text.rfind("<gap:") {
            Some(at) if text.ends_with('>') => (&text[..at], gap_of(&text[at..])?.unwrap_or(0)),
            _ => (text, 0),
        }
    } else if text.starts_with("<gap:") {
        let close = text.find('>').map_or(text.len(), |close| close + 1);
        (&text[close..], gap_of(&text[..close])?.unwrap_or(0))
    } else {
        (text, 0)
    };
    match token(body)? {
        Token::Any { words, cues, optional: false } => Ok(Entry { words, cues, gap }),
        _ => Err((wording!("write words, or <cue>, with a gap at the edge towards the hit"), 0..text.len())),
    }
}

/// What makes a sequence impossible to match: the element, the reason, and the remedy.
pub(super) fn never(tokens: &[Token]) -> Option<(usize, Wording, Wording)> {
    let must = |token: &Token| matches!(token, Token::Any { optional: false, .. });
    let ends_sentence = |word: &String| word.ends_with(SENTENCE_ENDS);
    tokens.iter().enumerate().find_map(|(at, token)| match token {
        Token::Start if at > 0 => Some((
            at,
            wording!("`<start>` can only come first: no words stand before it in a clause"),
            wording!("move it to the front, or write the comma that begins the clause: \",\""),
        )),
        Token::End if at + 1 < tokens.len() => Some((
            at,
            wording!("`<end>` can only come last: nothing stands behind it in a sentence"),
            wording!("move it to the end, or write the mark that ends the clause: \",\""),
        )),
        Token::Any { words, cues, optional: false }
            if cues.is_empty() && words.iter().all(ends_sentence) && tokens[at + 1..].iter().any(must) =>
        {
            Some((
                at,
                wording!("this ends the sentence, and no sequence goes on in the next one"),
                wording!("end the sequence here, or make two cues of it"),
            ))
        }
        _ => None,
    })
}

/// Marks that end sentences, in either width; a sequence never crosses them.
const SENTENCE_ENDS: [char; 9] =
    ['\u{3002}', '\u{ff61}', '\u{2026}', '!', '?', ';', '\u{ff01}', '\u{ff1f}', '\u{ff1b}'];

/// Most literals that adjacent words of a sequence are multiplied out to.
const MOST_LITERALS: usize = 48;

/// Multiplies out adjacent elements that are only words, while the result stays small.
pub(super) fn join(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    for token in tokens {
        if let (Some(Token::Any { words: left, cues: none, optional: may_miss }), Token::Any { words, cues, optional }) =
            (out.last_mut(), &token)
            && none.is_empty()
            && cues.is_empty()
            && !(*may_miss && *optional)
            && (left.len() + usize::from(*may_miss)) * (words.len() + usize::from(*optional)) <= MOST_LITERALS
            && !left.iter().any(|word| word.ends_with('*'))
        {
            let mut product = Vec::new();
            let empty = String::new();
            for one in left.iter().chain(may_miss.then_some(&empty)) {
                for other in words.iter().chain(optional.then_some(&empty)) {
                    product.push(beside(one, other));
                }
            }
            *left = product;
            *may_miss = false;
            continue;
        }
        out.push(token);
    }
    out
}

/// Two words in a row: English ones with a space between.
fn beside(left: &str, right: &str) -> String {
    let spaced = left.ends_with(|last: char| last.is_ascii_alphanumeric())
        && right.starts_with(|first: char| first.is_ascii_alphanumeric());
    if spaced { format!("{left} {right}") } else { format!("{left}{right}") }
}

fn gap_of(text: &str) -> Result<Option<u8>, Mistake> {
    let Some(inside) = text.strip_prefix("<gap:").and_then(|rest| rest.strip_suffix('>')) else { return Ok(None) };
    match inside.parse::<u8>() {
        Ok(gap) if (1..=LONGEST_GAP).contains(&gap) => Ok(Some(gap)),
        _ => Err((
            wording!("a gap is a number of characters from 1 to {limit}", limit = LONGEST_GAP),
            5..5 + inside.len(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_elements_and_guards() {
        let any = token("加|联系|<contact>|").unwrap();
        assert_eq!(
            any,
            Token::Any { words: vec!["加".into(), "联系".into()], cues: vec!["contact".into()], optional: true }
        );
        assert_eq!(token("<gap:6>").unwrap(), Token::Gap(6));
        assert_eq!(token("<gap:0>").unwrap_err().1, 5..6);
        assert_eq!(entry("官方<gap:4>", true).unwrap(), Entry { words: vec!["官方".into()], cues: vec![], gap: 4 });
        assert_eq!(entry("<gap:4>支付", false).unwrap().gap, 4);
        assert!(entry("<gap:4>", true).is_err());
        assert!(token("a<b").is_err());
    }

    #[test]
    fn tells_what_can_never_be_found() {
        let at = |elements: &[&str]| {
            let tokens: Vec<Token> = elements.iter().map(|text| token(text).unwrap()).collect();
            never(&tokens).map(|(at, ..)| at)
        };
        assert_eq!(at(&["<start>", "<gap:3>", "好|", "等", "<gap:3>", "<end>"]), None);
        assert_eq!(at(&["好", "<start>", "等"]), Some(1));
        assert_eq!(at(&["好", "<end>", "等"]), Some(1));
        assert_eq!(at(&["好", "吗？|吗?", "<gap:3>", "等"]), Some(1));
        assert_eq!(at(&["好", "?|,", "等"]), None);
        assert_eq!(at(&["好", "吗?", "等|"]), None);
    }
}
