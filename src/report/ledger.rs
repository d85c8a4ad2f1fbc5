//! The promise ledger for machines: private data hidden, one JSON record a promise.

use super::Masker;
use crate::audit::Entry;
use std::io::{self, Write};

/// An entry as it may be shown.
pub fn public(entry: &Entry, masker: &Masker) -> Entry {
    let hide = |text: &Option<String>| text.as_ref().map(|text| masker.mask(text));
    Entry {
        conversation: hide(&entry.conversation),
        agent: hide(&entry.agent),
        quote: masker.mask(&entry.quote),
        what: hide(&entry.what),
        channel: hide(&entry.channel),
        condition: hide(&entry.condition),
        evidence: hide(&entry.evidence),
        evidence_conversation: hide(&entry.evidence_conversation),
        team: hide(&entry.team),
        customer: hide(&entry.customer),
        ticket: hide(&entry.ticket),
        ..entry.clone()
    }
}

/// One JSON record a promise.
pub fn jsonl(out: &mut dyn Write, entries: &[Entry]) -> io::Result<()> {
    entries.iter().try_for_each(|entry| super::json::write_line(out, entry))
}
