//! What a rule author needs: examples that run, and a catalogue that is always true.

mod catalogue;
mod examples;
mod markdown;
mod marks;

pub use catalogue::catalogue;
pub use examples::{Outcome, test};
pub use marks::{Marked, unmark};
