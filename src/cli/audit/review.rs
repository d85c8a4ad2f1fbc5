//! `replylint audit --review`: what people decided comes back, and every score and figure is computed again.

use super::outputs::{self, Sums, line};
use super::sheet::Lines;
use super::store::{Part, Store, rows};
use crate::audit::review::{Answer, Refused, Sheet, apply, example};
use crate::audit::sample::{Sample, Sampler};
use crate::audit::{About, FatalState, Summary, scorecard};
use crate::cli::terminal::Terminal;
use crate::cli::{Status, args, inputs, say};
use crate::conversation::Lang;
use crate::source::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufRead};
use std::path::Path;

/// Runs the command.
pub fn run(asked: &args::Audit, quiet: bool, terminal: &Terminal) -> io::Result<Status> {
    let ui = terminal.ui;
    let summary = fs::read(asked.out.join("summary.json"));
    let summary = summary.and_then(|bytes| Ok(serde_json::from_slice::<Summary>(&bytes)?));
    let summary = match summary {
        Ok(summary) => summary,
        Err(error) => {
            let shown = asked.out.display().to_string();
            let message = ui.text("audit.no-audit", &[("path", &shown), ("reason", &error.to_string())]);
            return Ok(say(terminal, &[Diagnostic::error("audit/missing", message)]));
        }
    };
    let (mut answers, mut status) = (BTreeMap::new(), Status::Clean);
    for path in &asked.review {
        status = status.max(read(path, &mut answers, terminal));
    }
    let mut store = Store::create(&asked.out)?;
    let conditional: BTreeSet<String> =
        summary.rules.iter().filter(|rule| rule.conditional).map(|rule| rule.rule.clone()).collect();
    let mut sums = Sums::new(Sampler::new(0, Vec::new(), []));
    let (mut taken, mut examples) = (0, String::new());
    rows(&asked.out.join("conversations.jsonl"), &mut |mut row| {
        if let Some(own) = answers.remove(&row.number) {
            taken += apply(&mut row, &own);
        }
        row.scores = scorecard::scores(&summary.scorecards, &row, &conditional);
        for found in row.findings.iter().filter(|found| found.state() == FatalState::Dismissed) {
            examples.extend(example(found));
        }
        let mut lines = Vec::new();
        line(&mut lines, &row)?;
        store.write(Part::Conversations, &lines)?;
        lines.clear();
        row.finding_lines().try_for_each(|found| line(&mut lines, &found))?;
        store.write(Part::Findings, &lines)?;
        sums.add(&row);
        Ok(())
    })?;
    store.write(Part::Rejects, &fs::read(asked.out.join("rejects.jsonl"))?)?;
    let lost: usize = answers.values().map(Vec::len).sum();
    if lost > 0 {
        let message = ui.text("audit.review-lost", &[("count", &lost.to_string())]);
        status = status.max(say(terminal, &[Diagnostic::error("audit/review", message)]));
    }
    let sample = fs::read(asked.out.join("sample.json")).ok();
    let sample = sample.and_then(|bytes| serde_json::from_slice::<Sample>(&bytes).ok());
    let drawn = sample.as_ref().map(|sample| sample.drawn.iter().map(|drawn| drawn.number).collect());
    let about = About {
        locale: if summary.locale == "zh" { Lang::Zh } else { Lang::En },
        zone: summary.zone,
        least_cases: summary.least_cases,
        rules: summary.rules,
        scorecards: summary.scorecards,
        rejected: summary.input.rejected,
        repeated_ids: summary.input.repeated_ids,
        review: None,
    };
    let summary = sums.summary(about);
    let examples = ("good-examples.toml", examples.into_bytes());
    outputs::finish_with(store, &summary, &sample.unwrap_or_default(), drawn.as_ref(), &[examples])?;
    if !quiet {
        outputs::tell(&summary, ui, &asked.out);
    }
    Ok(status)
}

/// The answers of a sheet, by conversation.
fn read(path: &Path, answers: &mut BTreeMap<u64, Vec<Answer>>, terminal: &Terminal) -> Status {
    let ui = terminal.ui;
    let shown = path.display().to_string();
    let refuse = |mistake: Diagnostic| say(terminal, &[mistake.path(shown.clone())]);
    let reader: Box<dyn BufRead> = match inputs::open(path, ui) {
        Ok(file) => Box::new(file),
        Err(error) => return refuse(Diagnostic::error("input/unreadable", error.to_string())),
    };
    let form = Sheet::builtin();
    let name = |header: &str| form.column(header).unwrap_or(header).to_owned();
    let mut lines = match Lines::new(reader, name) {
        Ok(lines) => lines,
        Err(mistake) => return refuse(mistake),
    };
    let mut status = Status::Clean;
    while let Some(row) = lines.next_line() {
        let answer = match &row {
            Ok(row) => form.answer(row.line, |column| lines.cell(row, column)),
            Err(mistake) => {
                status = status.max(refuse(mistake.clone()));
                continue;
            }
        };
        let line = row.as_ref().map_or(0, |row| row.line);
        match answer {
            Ok(Some(answer)) => answers.entry(answer.number).or_default().push(answer),
            Ok(None) => {}
            Err(refused) => {
                let key = match refused {
                    Refused::NoFinding => "audit.review-no-finding",
                    Refused::NoReviewer => "audit.review-no-reviewer",
                    Refused::Word => "audit.review-word",
                };
                status = status.max(refuse(Diagnostic::error("audit/review", ui.text(key, &[])).line(line)));
            }
        }
    }
    status
}
