//! `cargo xtask bless`: rewrites generated files and expected outputs. Review its changes before committing them.

use crate::step::{Outcome, Step};
use std::process::ExitCode;

/// Runs the tests that own generated files, with the switch that makes them write.
pub fn run() -> ExitCode {
    let all = [
        // First the compiled rulebook, since everything after it is built with it.
        Step::new("the prepared rulebook, catalogues, schema of packs", &["test", "--test", "generated"]),
        Step::new("schemas and snapshots", &["test", "--lib"]),
        Step::new("README and docs", &["test", "--test", "readme"]),
        Step::new("scores of the benchmark", &["test", "--test", "benchmark"]),
    ];
    let mut exit = ExitCode::SUCCESS;
    for step in all {
        let mut step = step.env("REPLYLINT_BLESS", "1").env("INSTA_UPDATE", "always").env("INSTA_FORCE_PASS", "1");
        println!("\n──── {}", step.name);
        if step.run(false).0 != Outcome::Passed {
            eprintln!("could not bless: {}", step.name);
            exit = ExitCode::FAILURE;
        }
    }
    exit
}
