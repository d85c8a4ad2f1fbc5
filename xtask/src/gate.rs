//! `cargo xtask test`: all checks before a merge, as named steps that all run, whatever fails.

use crate::cargo::root;
use crate::step::Step;
use crate::summary::{failures, summary};
use std::process::ExitCode;

/// Suites that are steps of their own, so that the summary names the rule of the project that was broken.
const HOUSE: &[(&str, &str)] = &[
    ("architecture", "architecture: arrows, dependencies, words and sizes of files"),
    ("generated", "generated files are fresh (cargo xtask bless)"),
    ("readme", "console and TOML blocks of README and docs"),
    ("examples", "examples in every language that a rule is for"),
    ("hooks", "pre-commit hook, GitHub Action, GitLab job: tried, and their YAML checked"),
];

/// Runs every step.
pub fn run() -> ExitCode {
    let ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let mut done = Vec::new();
    for mut step in steps(&suites()) {
        println!("\n──── {}", step.name);
        let (outcome, time) = step.run(ci);
        done.push((step.name, outcome, time));
    }
    println!("\n──── summary\n{}", summary(&done));
    if failures(&done) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn steps(suites: &[String]) -> Vec<Step> {
    let mut steps = vec![
        Step::new("format", &["fmt", "--all", "--check"]).needs("fmt"),
        Step::new("clippy, pedantic", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
            .needs("clippy"),
        Step::new("the engine without the command line", &["check", "--no-default-features", "--lib"]),
    ];
    let mut unit = vec!["test", "--workspace", "--no-fail-fast", "--lib", "--bins"];
    for suite in suites.iter().filter(|suite| !HOUSE.iter().any(|(name, _)| name == suite)) {
        unit.extend(["--test", suite]);
    }
    steps.push(Step::new("tests", &unit));
    steps.push(Step::new("documentation tests", &["test", "--doc"]));
    for (suite, name) in HOUSE {
        steps.push(Step::new(*name, &["test", "--test", suite]));
    }
    steps
        .push(Step::new("examples of the default rulebook", &["run", "--quiet", "--", "rules", "--no-config", "test"]));
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let program = format!("{target}/debug/replylint");
    steps.push(Step::script("reports in a browser and a spreadsheet", &["tests/browser/run.py", &program]));
    steps.push(Step::script("Python wheel and Spark", &["bindings/python/tests/run.py", &program]));
    steps.push(
        Step::new("documentation builds", &["doc", "--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-D warnings"),
    );
    steps
}

/// The suites in `tests/`, as cargo finds them: files, and folders with a `main.rs`.
fn suites() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("tests")).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let path = entry.path();
            let suite = path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").is_file();
            suite.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).flatten()
        })
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_of_the_house_is_there() {
        let suites = suites();
        for (name, _) in HOUSE {
            assert!(suites.iter().any(|suite| suite == name), "tests/{name}");
        }
    }
}
