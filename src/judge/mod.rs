//! Scans and rules meet here: findings.

mod finding;
pub mod fix;

pub use finding::{Edit, Finding, Fix, Location, Related};
