//! replylint: a linter for what a customer-service team says.

#[cfg(feature = "cli")]
pub mod cli;
pub mod conversation;
pub mod cue;
pub mod judge;
pub mod report;
pub mod rulebook;
pub mod source;
