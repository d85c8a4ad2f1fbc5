//! Finds promises: commitments of the agent's side to a future action, with who, what, by which means and until when.

#![allow(clippy::cast_possible_truncation)] // Texts are limited to far less than 4 GiB before they come here.

mod actor;
mod anchor;
mod clause;
mod line;
mod model;
mod room;
mod split;
mod time;
mod token;
mod verdict;

pub use model::{Deadline, Owner, Promise, Who};

use crate::cue::native::Ground;

use clause::Reader;
use room::Room;
use token::Kind;

/// The cues that the grammar needs, in the order of `Ground::places`.
pub const NEEDS: &[&str] = &needs();

const fn needs() -> [&'static str; token::NAMES.len() + time::NAMES.len()] {
    let mut names = [""; token::NAMES.len() + time::NAMES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = if at < token::NAMES.len() { token::NAMES[at] } else { time::NAMES[at - token::NAMES.len()] };
        at += 1;
    }
    names
}

/// Finds the promises of a turn, in order, not overlapping.
pub fn find(ground: &Ground) -> Vec<Promise> {
    let classes = time::firm(ground, token::NAMES.len());
    // Most turns have none of these. A time alone can answer “when?”.
    let has = |kind: Kind| !token::hits(ground, kind).is_empty();
    let vows = has(Kind::WeWill) || has(Kind::Agent) && (has(Kind::Future) || has(Kind::Shall));
    let begins = |(kind, places): (&Kind, &&[(u32, u32)])| kind.begins() && !places.is_empty();
    if classes.is_empty() && !vows && !token::KINDS.iter().zip(&ground.places).any(begins) {
        return Vec::new();
    }
    let mut tokens = token::row(ground);
    let times = &time::read(ground, &classes, token::hits(ground, Kind::Soon), &tokens)[..];
    time::outside(&mut tokens, times);
    let said = ground.text.trim().len();
    let mut reader = Reader::default();
    let (mut at, mut past, mut sentence_end) = (0, 0, 0);
    for (start, end) in ground.segments.clauses() {
        let first = at;
        while tokens.get(at).is_some_and(|token| (token.start as usize) < end) {
            at += 1;
        }
        let from = past;
        while times.get(past).is_some_and(|when| (when.start as usize) < end) {
            past += 1;
        }
        let new_sentence = start >= sentence_end;
        if new_sentence {
            sentence_end = ground.segments.sentence(start).1;
        }
        let room = Room {
            text: ground.text,
            said,
            start: start as u32,
            end: end as u32,
            tokens: &tokens[first..at],
            times: &times[from..past],
            soft: token::hits(ground, Kind::Prompt),
            steps: token::hits(ground, Kind::OurStep),
            tails: token::hits(ground, Kind::Tail),
            actors: [Kind::Agent, Kind::Other, Kind::Anonymous].map(|kind| token::hits(ground, kind)),
            moments: token::hits(ground, Kind::Moment),
            waits: token::hits(ground, Kind::Wait),
            anchors: token::hits(ground, Kind::Anchor),
            matters: token::hits(ground, Kind::Matter),
            new_sentence,
        };
        // An “and” within a clause can begin another one with its own future.
        let mut rest = room;
        while let Some((head, tail)) = rest.split() {
            reader.clause(&head);
            rest = tail;
        }
        reader.clause(&rest);
    }
    let mut found = reader.finish();
    // A promise quoted up to its verb is quoted, whatever follows the mark.
    let said = |promise: &Promise| promise.action.map_or(promise.span.1, |action| action.1.min(promise.span.1));
    found.retain(|promise| !ground.segments.quoted(promise.span.0 as usize, said(promise) as usize));
    found
}

impl Kind {
    /// Whether a promise is possible where one of these stands: an action, or a frame for one.
    fn begins(self) -> bool {
        self.acts() || matches!(self, Self::ForYou | Self::Soon | Self::Deed | Self::UnderWay)
    }

    /// Whether it is an action.
    fn acts(self) -> bool {
        matches!(
            self,
            Self::Action
                | Self::Lookup
                | Self::Outcome
                | Self::Favour
                | Self::Delivery
                | Self::Contact
                | Self::Passive
                | Self::Receive
        )
    }
}
