//! Packs of rules: as written, checked, and compiled. Once loaded, nothing about a rule can fail.

pub mod builtin;
pub mod check;
mod cue_names;
mod effect;
mod length;
mod load;
pub mod meta;
mod named;
mod pace;
mod pack;
pub mod raw;
mod resolve;
mod say;
mod scenario;
mod severity;
mod values;
mod when;
mod yields;

pub use check::Check;
pub use length::{Length, Unit};
pub use load::{Loaded, Rule, Rulebook};
pub use named::names;
pub use pack::{Pack, PackText};
pub use raw::Localised;
pub use say::Say;
pub use scenario::Scenario;
pub use severity::{BySeverity, Safety, Severity};
