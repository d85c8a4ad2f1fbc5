//! The output of `replylint when`.

use serde::Serialize;

use super::lexicon::Lexicon;
use super::model::Kind;
use super::resolve::{Reference, resolve, rfc3339};

/// A phrase with its moments, as printed in JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct When {
    /// The phrase as it was written.
    pub text: String,
    /// Its first character, from 0.
    pub start: usize,
    /// The character after it.
    pub end: usize,
    /// The kind of time.
    pub kind: Kind,
    /// Where it begins, RFC 3339.
    pub from: Option<String>,
    /// Where it ends.
    pub to: Option<String>,
    /// The last moment in time for it.
    pub due: Option<String>,
    /// Whether the calendar lacks data for a year that it needed; absent if not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown_year: bool,
}

/// Every phrase of time in a text. `folded` must have one character for each of `text`.
#[must_use]
pub fn when(text: &str, folded: &str, lexicon: &Lexicon, reference: &Reference<'_>) -> Vec<When> {
    let written: Vec<char> = text.chars().collect();
    super::find(folded, lexicon)
        .iter()
        .map(|mention| {
            let start = folded[..mention.start].chars().count();
            let end = start + folded[mention.start..mention.end].chars().count();
            let resolved = resolve(mention, reference);
            When {
                text: written.get(start..end).unwrap_or_default().iter().collect(),
                start,
                end,
                kind: mention.kind,
                from: resolved.from.as_ref().map(rfc3339),
                to: resolved.to.as_ref().map(rfc3339),
                due: resolved.due.as_ref().map(rfc3339),
                unknown_year: resolved.unknown_year,
            }
        })
        .collect()
}
