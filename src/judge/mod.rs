//! Scans and rules meet here: findings.

mod finding;

pub use finding::{Edit, Finding, Fix, Location, Related};
