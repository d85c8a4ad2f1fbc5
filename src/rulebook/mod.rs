//! The law: packs of rules as written, checked, and ready. After loading nothing about a rule can fail.

pub mod raw;
mod severity;

pub use severity::{Safety, Severity};
