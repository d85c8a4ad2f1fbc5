//! Scans and rules meet here: findings. Nothing in this room matches text again; it compares what the scans hold.

mod agree;
mod case;
mod finding;
mod fingerprint;
pub mod fix;
mod forbid;
mod limit;
mod offence;
mod order;
mod pair;
mod repeat;
mod require;
mod slot;
mod trigger;

pub use case::{Options, Override, Verdict, judge};
pub use finding::{Edit, Finding, Fix, Location, Related};
pub use trigger::Unknown;
