//! Vale rules about neighbouring words: repeated, in two forms, one without the other, in sequence.

use super::super::draft::replies_around;
use super::super::logic::{cue_of, fine, kept, verb};
use super::super::pattern::{Carried, Meant, Outcome, carry};
use super::super::values::{framed, reply, table, texts};
use super::super::{Bench, Reason, find, number_of, said, text_of, texts_of, truth_of};
use super::{Parts, Style, find_cue};
use crate::conversation::read::Node;
use toml::Value;

/// Characters allowed for each skipped word of a sequence.
const WORD: usize = 8;

/// A word twice in a row. A repetition of any word at all cannot be listed.
pub(super) fn repetition(style: &Style<'_>, bench: &mut Bench) {
    let mut doubled = Vec::new();
    for (node, token) in style.get("tokens").map(texts_of).unwrap_or_default() {
        match carry(token, Meant { any_case: true, words: true }) {
            Ok(Outcome { carried: Carried::Words(words), .. }) => doubled.extend(words.iter().map(|word| {
                let spaced = word.contains(|c: char| c.is_ascii_alphanumeric());
                if spaced { format!("{word} {word}") } else { format!("{word}{word}") }
            })),
            _ => bench.leave(&style.page.place(node), &style.called, Reason::BackReference, token),
        }
    }
    let Some(sample) = doubled.first().cloned() else {
        return bench.leave(&style.place, &style.called, Reason::Verb, "repetition");
    };
    let mut cue = kept();
    cue.insert("phrases".to_owned(), texts(doubled));
    let cue = style.cue(cue, bench);
    let parts = Parts { bad: replies_around(said(), &sample), good: fine(None), ..Parts::default() };
    style.push("forbid", verb("forbid", find_cue(cue)), &sample, parts, bench);
}

pub(super) fn consistency(style: &Style<'_>, bench: &mut Bench) {
    let mut any = false;
    for (key, value) in style.get("either").map(Node::entries).unwrap_or_default() {
        let Some(other) = text_of(value) else { continue };
        let node = Node::Leaf(key.clone());
        let one = style.carry(&node, &key.text, style.meant(), bench);
        let (Some(one), Some(other)) = (one, style.carry(value, other, style.meant(), bench)) else { continue };
        let (left, left_sample) = cue_of(&[one], None);
        let (right, right_sample) = cue_of(&[other], None);
        if left == right {
            bench.leave(&style.page.place(&node), &style.called, Reason::Case, key.text.clone());
            continue;
        }
        let forms = texts([style.cue(left, bench), style.cue(right, bench)]);
        let check = table([("forms", forms), ("over", Value::from("reply"))]);
        let both = format!("{left_sample}, {right_sample}");
        let parts = Parts { bad: vec![reply(both)], good: vec![reply(&left_sample)], ..Parts::default() };
        style.push("agree", verb("agree", check), &left_sample, parts, bench);
        any = true;
    }
    if !any {
        bench.leave(&style.place, &style.called, Reason::Verb, "consistency");
    }
}

pub(super) fn conditional(style: &Style<'_>, bench: &mut Bench) {
    let part = |key: &str, bench: &mut Bench| {
        let node = style.get(key)?;
        let meant = Meant { words: false, ..style.meant() };
        style.carry(node, text_of(node)?, meant, bench)
    };
    let (first, second) = (part("first", bench), part("second", bench));
    let (Some(first), Some(second)) = (first, second) else {
        return bench.leave(&style.place, &style.called, Reason::Verb, "conditional");
    };
    if style.text("second").is_some_and(|text| text.replace("(?", "").replace("\\(", "").contains('(')) {
        bench.leave(&style.place, &style.called, Reason::BackReference, style.text("second").unwrap_or_default());
    }
    let (mut cue, sample) = cue_of(&[first], None);
    style.exceptions(&mut cue, bench);
    let (other, other_sample) = cue_of(&[second], None);
    let (cue, other) = (style.cue(cue, bench), style.cue(other, bench));
    let check = table([("find", Value::String(cue)), ("without", texts([other])), ("within", Value::from("reply"))]);
    let good = vec![reply(format!("{other_sample}, {sample}"))].into_iter().chain(fine(None)).collect();
    let parts = Parts { bad: replies_around(said(), &sample), good, ..Parts::default() };
    style.push("pair", verb("pair", check), &other_sample, parts, bench);
}

/// Words in sequence. Parts of speech are not supported.
pub(super) fn sequence(style: &Style<'_>, bench: &mut Bench) {
    let (mut elements, mut sample) = (Vec::new(), Vec::new());
    for token in style.get("tokens").map(Node::items).unwrap_or_default() {
        let place = style.page.place(token);
        if find(token, &["tag"]).and_then(text_of).is_some_and(|tag| !tag.is_empty()) {
            return bench.leave(&place, &style.called, Reason::Tags, "");
        }
        if truth_of(find(token, &["negate"])) == Some(true) {
            return bench.leave(&place, &style.called, Reason::Operator, "negate");
        }
        let skip = number_of(find(token, &["skip"])).filter(|skip| *skip >= 1.0);
        if let Some(skip) = skip {
            let words = (1..=8_usize).find(|words| words.to_string() == skip.to_string()).unwrap_or(8);
            elements.push(format!("<gap:{}>", (words * WORD).min(60)));
            bench.leave(&place, &style.called, Reason::Distance, skip.to_string());
        }
        let Some((node, pattern)) = find(token, &["pattern"]).and_then(|node| Some((node, text_of(node)?))) else {
            continue;
        };
        let Some(outcome) = style.carry(node, pattern, style.meant(), bench) else { return };
        let Carried::Words(words) = outcome.carried else {
            return bench.leave(&place, &style.called, Reason::BadPattern, pattern);
        };
        sample.extend(words.first().cloned());
        elements.push(words.join("|"));
    }
    while elements.first().is_some_and(|element: &String| element.starts_with("<gap:")) {
        elements.remove(0);
    }
    if elements.is_empty() {
        return bench.leave(&style.place, &style.called, Reason::Verb, "sequence");
    }
    let sample = sample.join(" ");
    let mut cue = kept();
    cue.insert("sequences".to_owned(), Value::Array(vec![texts(elements)]));
    let cue = style.cue(cue, bench);
    let bad = [framed("{word}", &sample, true), framed("{word}", &sample, false)].into();
    let parts = Parts { bad, good: fine(None), ..Parts::default() };
    style.push("forbid", verb("forbid", find_cue(cue)), &sample, parts, bench);
}
