//! What a rule author needs: examples that run.

mod examples;
mod marks;

pub use examples::{Outcome, test};
pub use marks::{Marked, unmark};
