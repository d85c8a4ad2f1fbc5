//! What a thing looks like in text. One scanner passes over each turn once and yields a scan.

pub mod native;
pub mod raw;
