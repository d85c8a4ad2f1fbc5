//! Pieces of a pack as values of TOML.

use toml::{Table, Value};

/// A table of these entries.
pub(crate) fn table<const N: usize>(entries: [(&str, Value); N]) -> Table {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// An example that is one reply.
pub(crate) fn reply(text: impl Into<String>) -> Value {
    Value::Table(table([("reply", Value::String(text.into()))]))
}

/// A reply with its marked part in place of `{word}`.
pub(crate) fn framed(frame: &str, word: &str, marked: bool) -> Value {
    let word = if marked { format!("\u{27e6}{word}\u{27e7}") } else { word.to_owned() };
    reply(frame.replace("{word}", &word))
}

/// A list of texts.
pub(crate) fn texts<S: Into<String>>(items: impl IntoIterator<Item = S>) -> Value {
    Value::Array(items.into_iter().map(|item| Value::String(item.into())).collect())
}
