//! Times and deadlines: the phrases of time in a text, and the moments they stand for.
//!
//! [`find`] reads the folded text by a hand-written grammar over a [`Lexicon`]; [`resolve`] compares a [`Mention`] with
//! a [`Reference`]: the moment of speaking, its zone and a work [`Calendar`].

mod amount;
mod book;
mod calendar;
mod clock;
mod date;
mod english;
mod feast;
mod figures;
mod hours;
mod length;
mod lexicon;
mod lunar;
mod memo;
mod model;
mod number;
mod offset;
mod phrase;
mod place;
mod point;
mod reach;
mod repeat;
mod report;
mod resolve;
mod scan;
mod sense;
mod shared;
mod slice;
mod span;
mod stamp;
mod stretch;

use std::ops::Range;

pub use calendar::{Calendar, CalendarError};
pub use lexicon::{Lexicon, LexiconError};
pub use model::*;
pub use report::{When, when};
pub use resolve::{Reference, Resolved, moment, resolve, rfc3339, stamped};
pub use shared::{shared, written};

/// Every phrase of time in a folded text (narrow characters, lower case, Simplified), from left to
/// right, the longest at each place, none overlapping.
#[must_use]
pub fn find(text: &str, lexicon: &Lexicon) -> Vec<Mention> {
    find_in(text, lexicon, 0..text.len())
}

/// Like [`find`], for phrases that begin in a range of the text.
#[must_use]
pub fn find_in(text: &str, lexicon: &Lexicon, range: Range<usize>) -> Vec<Mention> {
    find_among(text, lexicon, std::iter::once(range))
}

/// Like [`find`], for phrases that begin in any of these ranges, which must be sorted and must not overlap.
#[must_use]
pub fn find_among(text: &str, lexicon: &Lexicon, ranges: impl Iterator<Item = Range<usize>>) -> Vec<Mention> {
    let memo = memo::Memo::new();
    let scan = scan::Scan { text, lexicon, memo: &memo };
    let mut found = Vec::new();
    let mut free = 0;
    let places = ranges.flat_map(|range| {
        let characters = text.get(range.clone()).unwrap_or("").char_indices();
        characters.map(move |(offset, first)| (range.start + offset, first))
    });
    for (at, first) in places {
        if at < free {
            continue;
        }
        if first == '《' {
            // The title of a book or show is a name.
            free = scan.title(at).unwrap_or(at);
            continue;
        }
        if !lexicon.may_start(first) || !scan.opens(at) || !scan.begins(at) {
            continue;
        }
        let block = scan.blocked(at).unwrap_or(at);
        match scan.phrase(at) {
            Some(mention) if mention.end > block => {
                free = mention.end;
                found.push(mention);
            }
            _ => free = block.max(scan.word_end(at)),
        }
    }
    found
}
