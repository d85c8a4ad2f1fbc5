//! The output of `replylint when`.

use serde::Serialize;

use super::lexicon::Lexicon;
use super::memo::Memo;
use super::model::{Kind, Mention, Value};
use super::resolve::{Reference, Resolved, resolve, rfc3339};
use super::scan::Scan;
use super::sense::Mark;

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
    let mentions = super::find(folded, lexicon);
    (mentions.iter().enumerate())
        .map(|(at, mention)| {
            let start = folded[..mention.start].chars().count();
            let end = start + folded[mention.start..mention.end].chars().count();
            let beside = (at.checked_sub(1).map(|before| &mentions[before]), mentions.get(at + 1));
            let event = counts_from_event(folded, lexicon, mention, beside);
            let resolved = if event { Resolved::default() } else { resolve(mention, reference) };
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

/// Longest word that leads from an event to a length of time, in characters.
const LEADS: usize = 2;

/// Whether a length of time counts back from an event ("an hour before the visit", in Chinese the other way round): when
/// that is, the words do not say. `beside` are the phrases before and behind it.
fn counts_from_event(
    folded: &str,
    lexicon: &Lexicon,
    mention: &Mention,
    (before, behind): (Option<&Mention>, Option<&Mention>),
) -> bool {
    if !matches!(mention.value, Value::Amount(_)) {
        return false;
    }
    let memo = Memo::new();
    let scan = Scan { text: folded, lexicon, memo: &memo };
    let lead = |at: usize| scan.mark(at, Mark::Before).is_some_and(|end| end == mention.start);
    let starts = folded[..mention.start].char_indices().rev().take(LEADS).map(|(at, _)| at);
    let named = |at: usize| {
        let timed = before.is_some_and(|before| before.end > at);
        !timed && scan.blocked(at).is_none() && folded[..at].ends_with(char::is_alphabetic)
    };
    let follows = || {
        let (_, end) = scan.marks(mention.end, &[Mark::BeforeBefore])?;
        let next = scan.gap(end);
        Some(next > end && behind.is_none_or(|behind| behind.start > next) && scan.byte(next).is_ascii_alphabetic())
    };
    starts.filter(|&at| lead(at)).last().is_some_and(named) || follows().unwrap_or_default()
}
