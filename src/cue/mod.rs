//! What things look like in text. The scanner passes over each turn once and yields a scan.

#![allow(clippy::cast_possible_truncation, reason = "a text has fewer than 2^32 bytes: readers hold to their limits")]

mod acts;
mod alike;
mod class;
mod compile;
mod cues;
mod entry;
mod frequency;
mod guard;
mod known;
mod lesser;
mod like;
mod lists;
mod literal;
mod marks;
mod matcher;
pub mod native;
mod order;
mod part;
mod pattern;
mod program;
pub mod raw;
mod regular;
mod required;
mod scan;
mod scanner;
mod scratch;
mod sequence;
mod speech;
mod watch;
mod weigh;
mod weighed;

pub use acts::{ACTS, ASKS_HUMAN, LEDGER, TOPICS, ledger};
pub use class::{CueId, Roles};
pub use compile::{Compiled, LISTS, compile};
pub use frequency::Frequency;
pub use guard::{Dropped, Trace};
pub use lists::Lists;
pub use marks::CueMarks;
pub use program::{Program, Tables};
pub use raw::SourceCue;
pub use scan::{Hit, Scan};
pub use scratch::Scratch;
pub use speech::SpeechWords;
pub use weigh::Sum;
