//! A rule made from words alone: what may not be said, and what to say instead.

use super::draft::{DraftRule, replies_around};
use super::logic::{fine, verb};
use super::pattern::{Carried, literal};
use super::said::{Written, said};
use super::values::{reply, spare_better, table, texts};
use super::{Bench, Format, Place, Reason};
use crate::language::fold_str;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// Words, and the texts of their rule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fresh {
    pub(crate) called: String,
    /// Words, with better ones if there are any.
    pub(crate) words: Vec<(String, Option<String>)>,
    pub(crate) severity: String,
    pub(crate) scenario: Option<String>,
    /// The rule's texts: `message-zh`, `help-en`.
    pub(crate) spoken: BTreeMap<String, String>,
    pub(crate) bad: Vec<Value>,
    pub(crate) good: Vec<Value>,
    /// The name of its cue, if it is fixed.
    pub(crate) cue: Option<String>,
    pub(crate) place: Place,
}

/// Adds the rule, or two if only some words have better ones.
pub(crate) fn push_fresh(fresh: &Fresh, bench: &mut Bench) {
    let (with, without): (Vec<_>, Vec<_>) = fresh.words.iter().cloned().partition(|(_, better)| better.is_some());
    let mixed = !with.is_empty() && !without.is_empty();
    for words in [with, without] {
        if !words.is_empty() {
            push(Fresh { words, ..fresh.clone() }, !mixed, bench);
        }
    }
}

fn push(fresh: Fresh, whole: bool, bench: &mut Bench) {
    let (mut phrases, mut patterns, mut instead) = (Vec::new(), Vec::new(), Table::new());
    for (word, better) in &fresh.words {
        match literal(word, None).map(|outcome| outcome.carried) {
            Some(Carried::Words(words)) => {
                phrases.extend(words);
                instead.extend(better.clone().map(|better| (fold_str(word), Value::String(better))));
            }
            Some(Carried::Pattern { regex, .. }) => patterns.push(regex),
            None => bench.leave(&fresh.place, &fresh.called, Reason::FindsNothing, word.clone()),
        }
    }
    if phrases.is_empty() && patterns.is_empty() {
        return;
    }
    let better: Vec<String> = instead.values().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    let mut cue = Table::new();
    spare_better(&mut cue, &phrases, better.iter().map(String::as_str));
    let shown: Vec<String> = if phrases.is_empty() {
        fresh.words.iter().map(|(word, _)| word.clone()).take(4).collect()
    } else {
        phrases.iter().take(4).cloned().collect()
    };
    if !phrases.is_empty() {
        cue.insert("phrases".to_owned(), texts(phrases));
    }
    if !patterns.is_empty() {
        cue.insert("regex".to_owned(), texts(patterns));
    }
    let name = bench.draft.free(&fresh.called, "words");
    let cue = match &fresh.cue {
        Some(settled) if whole => bench.draft.named_cue(settled, cue, &fresh.place),
        _ => bench.draft.cue(&name, cue, &fresh.place),
    };
    let when = fresh.scenario.as_ref().map(|scenario| {
        let trigger = Value::Table(table([("scenario", Value::String(scenario.clone()))]));
        Value::Table(table([("any", Value::Array(vec![trigger]))]))
    });
    let (kind, check) = if instead.is_empty() || when.is_some() {
        let mut check = table([("find", Value::String(cue))]);
        check.extend(when.map(|when| ("when".to_owned(), when)));
        ("words", verb("forbid", check))
    } else {
        let entries =
            [("find", Value::String(cue)), ("instead", Value::Table(instead)), ("fix", Value::from("unsafe"))];
        ("prefer", verb("prefer", table(entries)))
    };
    let word = shown.first().map_or("", String::as_str);
    let written = Written { format: Format::Words, name: &fresh.called, word, message: None, why: None };
    let mut rule = said().speak(kind, &written);
    for (column, text) in &fresh.spoken {
        let Some((key, lang)) = column.rsplit_once('-') else { continue };
        if let Some(Value::Table(spoken)) = rule.get_mut(key) {
            spoken.insert(lang.to_owned(), Value::String(text.clone()));
        }
    }
    rule.insert("severity".to_owned(), Value::String(fresh.severity.clone()));
    if kind == "words"
        && let [only] = &better[..]
    {
        let text = Value::Table(table([("zh", Value::from(only.clone())), ("en", Value::from(only.clone()))]));
        rule.insert("suggest".to_owned(), Value::Table(table([("text", text), ("fix", Value::from("ask"))])));
    }
    rule.insert("check".to_owned(), check);
    let in_scenario = |example: Value| match (example, &fresh.scenario) {
        (Value::Table(mut example), Some(scenario)) => {
            example.insert("scenario".to_owned(), Value::String(scenario.clone()));
            Value::Table(example)
        }
        (example, _) => example,
    };
    let wanted = (fresh.bad.len().max(1), fresh.good.len().max(1));
    // Examples written by somebody are listed if they fail.
    let strict = whole && !(fresh.bad.is_empty() && fresh.good.is_empty());
    let made = shown.iter().flat_map(|word| replies_around(said(), word));
    let bad = fresh.bad.into_iter().chain(made).map(in_scenario).collect();
    let made = better.first().map(|better| reply(better.clone())).into_iter().chain(fine(None));
    let good = fresh.good.into_iter().chain(made).map(in_scenario).collect();
    let (called, place) = (fresh.called, fresh.place);
    bench.draft.rules.push(DraftRule { name, table: rule, bad, good, wanted, strict, called, place });
}
