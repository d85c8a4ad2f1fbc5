//! The promise ledger for machines: private data masked, one JSON record a promise.

use super::Masker;
use super::mask::mask;
use crate::audit::{Entry, Named, Names};
use crate::source::Span;
use std::io::{self, Write};

/// An entry with private data masked; `names` holds how each name met is shown.
pub fn public(entry: &Entry, masker: &Masker, names: &mut Names) -> Entry {
    // What is a part of the promise is hidden as in it: cut off before its number, a street would not be known.
    let hidden = masker.hidden(&entry.quote);
    let part = |text: &String| match entry.quote.find(text.as_str()) {
        Some(at) => mask(&entry.quote, Span::new(at, at + text.len()), &hidden),
        None => masker.mask(text),
    };
    let hide = |text: &Option<String>| text.as_ref().map(part);
    let mut name = |kind, name: &Option<String>| name.as_ref().map(|name| names.shown(kind, name, masker));
    Entry {
        conversation: name(Named::Conversation, &entry.conversation),
        agent: name(Named::Agent, &entry.agent),
        quote: masker.mask(&entry.quote),
        what: hide(&entry.what),
        channel: hide(&entry.channel),
        condition: hide(&entry.condition),
        evidence: entry.evidence.as_ref().map(|text| masker.mask(text)),
        evidence_conversation: name(Named::Conversation, &entry.evidence_conversation),
        team: name(Named::Team, &entry.team),
        customer: name(Named::Customer, &entry.customer),
        ticket: name(Named::Ticket, &entry.ticket),
        path: entry.path.as_ref().map(|path| names.path(path).to_owned()),
        ..entry.clone()
    }
}

/// One JSON record a promise.
pub fn jsonl(out: &mut dyn Write, entries: &[Entry]) -> io::Result<()> {
    entries.iter().try_for_each(|entry| super::json::write_line(out, entry))
}
