//! Scans and rules meet here: findings. Nothing in this room matches text again; it compares what the scans hold.

#![allow(clippy::cast_possible_truncation, reason = "a text has fewer than 2^32 bytes: readers hold to their limits")]

mod agree;
mod baseline;
mod case;
mod clock;
mod finding;
mod fingerprint;
pub mod fix;
mod forbid;
mod keep;
mod limit;
mod offence;
mod order;
mod outcome;
mod pace;
mod pair;
mod pledge;
mod repeat;
mod require;
mod scope;
mod slot;
mod suppression;
mod trigger;
mod waiver;
mod why;

pub use baseline::{Appeal, Baseline, Entry};
pub use case::{Occasions, Options, Override, Verdict, examine, judge};
pub use clock::{Clock, rfc3339};
pub use finding::{Edit, Finding, Fix, Location, Related};
pub use fingerprint::fingerprint;
pub(crate) use offence::shortened;
pub use outcome::{Coverage, Outcome, Seen, Settled, settle};
pub use pledge::{Facts, Means, Moment, Pledge, PledgeReader, Sign, SignKind};
pub use require::is_conditional;
pub use suppression::{BaselineState, Suppression, SuppressionKind, SuppressionStatus};
pub use trigger::Unknown;
pub use waiver::{Remark, RemarkKind, Waiver};
pub use why::{Answer, Sight, Spot, Step, why_not};
