//! One step of the gate: a name, a command, and its result.

use crate::cargo::{cargo, has, root};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Exit status of a script that lacks what it needs to run.
const CANNOT: i32 = 77;

/// A named command.
pub struct Step {
    /// What it checks.
    pub name: String,
    /// A part of the toolchain that it requires.
    needs: Option<&'static str>,
    command: Command,
}

/// The result of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed, or could not be run.
    Failed,
    /// Skipped here, for this reason.
    Skipped(String),
}

impl Step {
    /// A step that runs `cargo` with these arguments.
    pub fn new(name: impl Into<String>, arguments: &[&str]) -> Self {
        Self { name: name.into(), needs: None, command: cargo(arguments) }
    }

    /// A step that runs a Python script of the repository, which exits with [`CANNOT`] if it cannot run here.
    pub fn script(name: impl Into<String>, arguments: &[&str]) -> Self {
        let mut command = Command::new("python3");
        command.current_dir(root()).args(arguments);
        Self { name: name.into(), needs: None, command }
    }

    /// Requires a part of the toolchain.
    #[must_use]
    pub fn needs(mut self, part: &'static str) -> Self {
        self.needs = Some(part);
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it, with its output on ours. In CI nothing is skipped: a step that cannot run has failed.
    pub fn run(&mut self, ci: bool) -> (Outcome, Duration) {
        let started = Instant::now();
        if let Some(part) = self.needs.filter(|part| !has(part)) {
            let reason = format!("cargo {part} is not installed; `rustup component add {part}`");
            return (if ci { Outcome::Failed } else { Outcome::Skipped(reason) }, started.elapsed());
        }
        let outcome = match self.command.stdin(Stdio::null()).status() {
            Ok(status) if status.success() => Outcome::Passed,
            Ok(status) if status.code() == Some(CANNOT) && !ci => {
                Outcome::Skipped("it cannot run here, as its last line says".to_owned())
            }
            Ok(_) => Outcome::Failed,
            Err(error) => {
                eprintln!("{}: {error}", self.name);
                Outcome::Failed
            }
        };
        (outcome, started.elapsed())
    }
}
