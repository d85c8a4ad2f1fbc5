//! replylint: a linter for what a customer-service team says.
//!
//! ```
//! use replylint::conversation::{Conversation, Role, Turn};
//! use replylint::{Options, Rulebook, Scratch, judge};
//!
//! let rulebook = Rulebook::builtin();
//! let mut conversation = Conversation::draft("非常抱歉，我们会尽快给您回复。");
//! conversation.turns.insert(0, Turn { context: true, ..Turn::new(Role::Customer, "收到就是坏的") });
//! let verdict = judge(&rulebook, &conversation, None, &Options::default(), &mut Scratch::default());
//! assert!(verdict.findings.iter().any(|finding| finding.rule == "promise/vague-promise"));
//! ```

pub mod audit;
#[cfg(feature = "cli")]
pub mod cli;
pub mod conversation;
pub mod cue;
pub mod judge;
pub mod language;
mod memo;
pub mod pool;
pub mod report;
pub mod rulebook;
#[cfg(feature = "settings")]
pub mod settings;
pub mod source;
pub mod workshop;

pub use cue::Scratch;
pub use judge::{Finding, Options, Verdict, judge};
pub use rulebook::Rulebook;
