//! `replylint eval`: how good the recognition is, on replies that people have labelled.

use super::args::{Book, FigureFormat};
use super::context::Contexts;
use super::terminal::Terminal;
use super::{Failure, Status, inputs, say};
use crate::report::sanitize;
use crate::source::{Diagnostic, Level, explained, wording};
use crate::workshop::{Labelled, evaluate, json, markdown};
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

/// Runs the command. A line that is not a labelled reply is reported; the rest is scored.
pub fn run(
    labels: &[PathBuf],
    format: FigureFormat,
    disagreements: bool,
    book: &Book,
    terminal: &Terminal,
) -> Result<Status, Failure> {
    let context = Contexts::new(book, terminal).of(None)?;
    let rules: Vec<&str> = context.rulebook.rules.iter().map(|rule| rule.id.as_str()).collect();
    let (files, missing) = inputs::list(labels, inputs::TEXTS, terminal.ui);
    let mut mistakes: Vec<Diagnostic> = missing.into_iter().map(|(_, mistake)| mistake).collect();
    let mut items = Vec::new();
    for path in files.iter().filter_map(|input| input.path()) {
        let shown = path.display().to_string();
        let file = match inputs::open(path, terminal.ui) {
            Ok(file) => file,
            Err(error) => {
                mistakes.push(Diagnostic::error("input/unreadable", &error).path(shown));
                continue;
            }
        };
        for (line, number) in file.lines().zip(1..) {
            let here = |mistake: Diagnostic| mistake.path(shown.clone()).line(number);
            let line = match line {
                Ok(line) if line.trim().is_empty() => continue,
                Ok(line) => line,
                Err(error) => {
                    mistakes.push(here(Diagnostic::error("eval/bad-line", &error)));
                    continue;
                }
            };
            match Labelled::read(&line) {
                Ok(item) => {
                    let doubts = item.doubts(&rules);
                    let scored = doubts.iter().all(|doubt| doubt.level != Level::Error);
                    mistakes.extend(doubts.into_iter().map(here));
                    items.extend(scored.then_some(item));
                }
                Err(error) => mistakes.push(here(bad(&error))),
            }
        }
    }
    if items.is_empty() && mistakes.is_empty() {
        mistakes.push(Diagnostic::error("eval/nothing", terminal.ui.text("eval.nothing", &[])));
    }
    let status = say(terminal, &mistakes);
    // Without labelled replies there are no scores.
    if items.is_empty() {
        return Ok(status);
    }
    let evaluation = evaluate(&context.rulebook, &items);
    let text = match format {
        FigureFormat::Json => json(&evaluation) + "\n",
        FigureFormat::Markdown => {
            let words = |key: &str| terminal.ui.text(&format!("eval.{key}"), &[]);
            sanitize(&markdown(&evaluation, disagreements, &words)).into_owned()
        }
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(status)
}

/// A line that is no labelled reply.
fn bad(error: &serde_json::Error) -> Diagnostic {
    let said = error.to_string();
    // JSONL is always line 1 to serde, so its position is dropped; the rest of the message tells more.
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let (why, help) = explained(said);
    let mistake = Diagnostic::error("eval/bad-line", wording!("this line is no labelled reply: {why}", why));
    mistake
        .help(help.unwrap_or(wording!("one JSON object a line, with turns and labels: docs/quality.md has an example")))
}
