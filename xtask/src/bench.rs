//! `cargo xtask bench`: builds for release and prints the figures; what is measured is in `benches/speed`.

use crate::step::{Outcome, Step};
use std::process::ExitCode;

/// Runs the bench on this many MB of conversations.
pub fn run(size: Option<&str>) -> ExitCode {
    let arguments = [&["bench", "--quiet", "--bench", "speed"][..], &["--"], size.as_slice()].concat();
    match Step::new("bench", &arguments).run(false).0 {
        Outcome::Passed => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
