//! What was recognised in a turn, as one JSON line: cues with their words, promises with who, what and when.

use crate::conversation::Role;
use crate::cue::ACTS;
use crate::cue::native::promise::{Deadline, Owner, Promise, Who};
use crate::cue::{Program, Scan};
use serde::Serialize;

/// What was recognised in one turn.
#[derive(Clone, Debug, Serialize)]
pub struct Acts {
    /// The conversation's id.
    pub conversation: Option<String>,
    /// The turn, from 0.
    pub turn: usize,
    /// Who says it.
    pub role: Role,
    /// The acts, by their places.
    pub cues: Vec<Act>,
    /// The promises, in order.
    pub promises: Vec<Told>,
}

/// An act with its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Act {
    /// Its cue.
    pub cue: &'static str,
    /// The words.
    pub quote: String,
    /// Their place in the turn's text, in UTF-8 bytes.
    pub span: Place,
}

/// A stretch of the turn's text, in UTF-8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A promise in the words of the turn.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// The words.
    pub quote: String,
    /// Their place.
    pub span: Place,
    /// Whose action.
    pub who: Who,
    /// Whether anybody can be held to it.
    pub owner: Owner,
    /// The verb.
    pub action: Option<String>,
    /// The means.
    pub channel: Option<String>,
    /// What must happen first.
    pub condition: Option<String>,
    /// Done within the chat.
    pub immediate: bool,
    /// How firm the time is.
    pub deadline: Deadline,
    /// When it is due, RFC 3339, where that can be known.
    pub due: Option<String>,
}

/// The acts of a turn. `due` says when a promise falls due, from the words of its time.
pub fn acts(
    program: &Program,
    scan: &Scan,
    text: &str,
    place: (Option<&str>, usize, Role),
    due: impl Fn(&Promise) -> Option<String>,
) -> Acts {
    let span = |(start, end): (u32, u32)| {
        let span = scan.span(start, end, text);
        (span.of(text).to_owned(), Place { start: span.start, end: span.end })
    };
    let mut cues = Vec::new();
    for cue in ACTS {
        let Some(id) = program.cue(cue) else { continue };
        cues.extend(scan.hits(id).iter().map(|hit| {
            let (quote, span) = span((hit.start, hit.end));
            Act { cue, quote, span }
        }));
    }
    // Stable: acts of one place stay in the order of the list.
    cues.sort_by_key(|act: &Act| act.span);
    let words = |part: Option<(u32, u32)>| part.map(|part| span(part).0);
    let promises = scan.promises.iter().map(|promise| {
        let (quote, span) = span(promise.span);
        Told {
            quote,
            span,
            who: promise.who,
            owner: promise.owner,
            action: words(promise.action),
            channel: words(promise.channel),
            condition: words(promise.condition),
            immediate: promise.immediate,
            deadline: promise.deadline,
            due: due(promise),
        }
    });
    let (conversation, turn, role) = place;
    Acts { conversation: conversation.map(str::to_owned), turn, role, cues, promises: promises.collect() }
}
