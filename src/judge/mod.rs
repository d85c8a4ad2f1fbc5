//! Scans and rules meet here: findings. Nothing in this room matches text again; it compares what the scans hold.

#![allow(clippy::cast_possible_truncation, reason = "a text has fewer than 2^32 bytes: readers hold to their limits")]

mod agree;
mod baseline;
mod case;
mod clock;
mod digest;
mod finding;
mod fingerprint;
pub mod fix;
mod forbid;
mod house;
mod keep;
mod limit;
mod meta;
mod offence;
mod options;
mod order;
mod outcome;
mod pace;
mod pair;
mod pledge;
mod repeat;
mod repository;
mod require;
mod said;
mod scope;
mod silence;
mod sketch;
mod slot;
mod spoken;
mod suppression;
mod trigger;
mod verdict;
mod wait;
mod waiver;
mod why;

pub use baseline::{Appeal, Baseline, Entry};
pub use clock::{Clock, rfc3339};
pub use digest::{Digest, is_compared};
pub use finding::{Edit, Finding, Fix, Location, Related};
pub use fingerprint::fingerprint;
pub use house::{Agreed, House, Unreadable};
pub(crate) use offence::shortened;
pub use options::{Options, Override, Waiver};
pub use outcome::{Coverage, Outcome, Seen, Settled, Way, settle};
pub use pledge::{Facts, Means, Moment, Pledge, PledgeReader, Sign, SignKind};
pub use repository::{Filed, judge_together};
pub use require::is_conditional;
pub use suppression::{BaselineState, Suppression, SuppressionKind, SuppressionStatus};
pub use trigger::Unknown;
pub use verdict::{Occasions, Verdict, examine, judge};
pub(crate) use wait::offset;
pub use waiver::{Remark, RemarkKind, waive};
pub use why::{Answer, Sight, Spot, Step, why_not};
