//! Builds TOML values of a pack.

use crate::language::fold_str;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// A table of these entries.
pub(crate) fn table<const N: usize>(entries: [(&str, Value); N]) -> Table {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// An example with a single reply.
pub(crate) fn reply(text: impl Into<String>) -> Value {
    Value::Table(table([("reply", Value::String(text.into()))]))
}

/// A reply with the word in place of `{word}`, marked if asked.
pub(crate) fn framed(frame: &str, word: &str, marked: bool) -> Value {
    let word = if marked { format!("\u{27e6}{word}\u{27e7}") } else { word.to_owned() };
    reply(frame.replace("{word}", &word))
}

/// A list of texts.
pub(crate) fn texts<S: Into<String>>(items: impl IntoIterator<Item = S>) -> Value {
    Value::Array(items.into_iter().map(|item| Value::String(item.into())).collect())
}

/// Keeps a cue of worse wordings from matching inside better ones that contain them.
pub(crate) fn spare_better<'a>(cue: &mut Table, phrases: &[String], better: impl Iterator<Item = &'a str>) {
    let holds = |text: &&str| phrases.iter().any(|phrase| fold_str(text).contains(&fold_str(phrase)));
    let mut covers: BTreeSet<String> = better.filter(holds).map(ToOwned::to_owned).collect();
    if let Some(Value::Array(others)) = cue.get("unless").and_then(|unless| unless.get("covers")) {
        covers.extend(others.iter().filter_map(Value::as_str).map(ToOwned::to_owned));
    }
    if !covers.is_empty() {
        cue.insert("unless".to_owned(), Value::Table(table([("covers", texts(covers))])));
    }
}
