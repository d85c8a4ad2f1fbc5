//! By which means a promise says that the customer will hear of it.

use crate::cue::native::promise::Promise;
use crate::cue::{CueId, Scan, ledger};
use serde::{Deserialize, Serialize};

/// How the customer will hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Means {
    /// In a chat.
    Chat,
    /// Explicitly in this chat.
    Here,
    /// By telephone.
    Call,
    /// By mail, text message or ticket.
    Elsewhere,
    /// Somebody comes to the customer.
    Visit,
    /// "We will contact you": any way.
    Open,
    /// No message: something is to be done.
    Deed,
}

/// How the customer will hear of it, and the words that name a channel; `cues` are those of the ledger
/// (`Program::ledger`).
pub fn means(scan: &Scan, promise: &Promise, cues: &[Option<CueId>]) -> (Means, Option<(u32, u32)>) {
    let (start, end) = promise.span;
    let inside = |cue: usize| {
        let hits = cues[cue].map(|cue| scan.hits(cue)).unwrap_or_default();
        hits.iter().find(|hit| hit.start < end && start < hit.end).map(|hit| (hit.start, hit.end))
    };
    let found = NAMED.into_iter().find_map(|(cue, means)| Some((means, inside(cue)?)));
    found.map_or((Means::Deed, None), |(means, hit)| {
        let named = matches!(means, Means::Call | Means::Visit | Means::Elsewhere);
        (means, named.then_some(hit))
    })
}

/// Cues that name a channel.
const NAMED: [(usize, Means); 6] = [
    (ledger("means-call"), Means::Call),
    (ledger("means-visit"), Means::Visit),
    (ledger("means-elsewhere"), Means::Elsewhere),
    (ledger("means-here"), Means::Here),
    (ledger("means-chat"), Means::Chat),
    (ledger("means-open"), Means::Open),
];
