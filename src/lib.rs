//! replylint: a linter for what a customer-service team says.

#[cfg(feature = "cli")]
pub mod cli;
pub mod conversation;
pub mod cue;
pub mod judge;
pub mod report;
pub mod rulebook;
#[cfg(feature = "cli")]
pub mod settings;
pub mod source;
