//! The end of a run of the gate: a line for each step, then the counts, which CI reads.

use crate::step::Outcome;
use std::fmt::Write;
use std::time::Duration;

/// A step's name, its result, and how long it took.
pub type Done = (String, Outcome, Duration);

/// The closing lines. The last is `N passed, N failed`, and `, N skipped` if there were any.
pub fn summary(done: &[Done]) -> String {
    let mut out = String::new();
    for (name, outcome, time) in done {
        let (word, reason) = match outcome {
            Outcome::Passed => ("passed ", String::new()),
            Outcome::Failed => ("FAILED ", String::new()),
            Outcome::Skipped(reason) => ("skipped", format!("  ({reason})")),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{word} {:>7.1} s  {name}{reason}", time.as_secs_f64());
    }
    let count = |wanted: fn(&Outcome) -> bool| done.iter().filter(|(_, outcome, _)| wanted(outcome)).count();
    let passed = count(|outcome| *outcome == Outcome::Passed);
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    let _ = write!(out, "\n{passed} passed, {} failed", failures(done));
    if skipped > 0 {
        let _ = write!(out, ", {skipped} skipped");
    }
    out
}

/// How many steps failed.
pub fn failures(done: &[Done]) -> usize {
    done.iter().filter(|(_, outcome, _)| *outcome == Outcome::Failed).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts() {
        let done = |outcome| ("a".to_owned(), outcome, Duration::from_secs(1));
        let all = [done(Outcome::Passed), done(Outcome::Failed), done(Outcome::Passed)];
        assert_eq!(summary(&all).lines().last(), Some("2 passed, 1 failed"));
        let some = [done(Outcome::Passed), done(Outcome::Skipped("no clippy".to_owned()))];
        assert_eq!(summary(&some).lines().last(), Some("1 passed, 0 failed, 1 skipped"));
        assert!(summary(&some).contains("(no clippy)"));
    }
}
