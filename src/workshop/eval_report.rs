//! An evaluation made visible: JSON for machines, Markdown for people.

use super::eval::Evaluation;
use super::stats::{Score, Share};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The evaluation as JSON.
pub fn json(evaluation: &Evaluation) -> String {
    serde_json::to_string_pretty(evaluation).unwrap_or_default()
}

/// The evaluation as Markdown; `disagreements` adds their list.
pub fn markdown(evaluation: &Evaluation, disagreements: bool) -> String {
    let mut out = format!("{} labelled replies; 95 % intervals (Wilson).\n", evaluation.replies);
    scores(&mut out, "Presence in a reply", &evaluation.presence);
    scores(&mut out, "Marked words, by overlap, one to one", &evaluation.spans);
    if let Some(share) = evaluation.deadline {
        let _ = writeln!(out, "\n## Deadlines of the promises that both found\n\nRight class: {}\n", range(share));
        let _ = writeln!(out, "| labelled | specific | vague | none |\n|---|---|---|---|");
        for (right, ours) in &evaluation.deadlines {
            let count = |class: &str| ours.get(class).copied().unwrap_or(0);
            let _ = writeln!(out, "| {right} | {} | {} | {} |", count("specific"), count("vague"), count("none"));
        }
    }
    if let Some(share) = evaluation.who {
        let _ = writeln!(out, "\nRight owner: {}", range(share));
    }
    scores(&mut out, "Rules", &evaluation.rules);
    if !evaluation.kappa.is_empty() {
        let _ = writeln!(out, "\n## Agreement with each rater (Cohen's κ)\n\n| rater | label | κ |\n|---|---|---|");
        for (rater, labels) in &evaluation.kappa {
            for (label, kappa) in labels {
                let _ = writeln!(out, "| {rater} | {label} | {kappa:.2} |");
            }
        }
    }
    if disagreements && !evaluation.disagreements.is_empty() {
        let _ = writeln!(out, "\n## Disagreements\n\n| reply | label | we | text |\n|---|---|---|---|");
        for one in &evaluation.disagreements {
            let text = one.text.replace('|', "\\|").replace(['\n', '\r'], " ");
            let _ = writeln!(out, "| {} | {} | {} | {text} |", one.id, one.label, one.kind);
        }
    }
    out
}

fn scores<K: AsRef<str>>(out: &mut String, title: &str, rows: &BTreeMap<K, Score>) {
    if rows.is_empty() {
        return;
    }
    let _ =
        writeln!(out, "\n## {title}\n\n| | precision | recall | F1 | right, extra, missed |\n|---|---|---|---|---|");
    for (name, score) in rows {
        let counts = score.counts;
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {}, {}, {} |",
            name.as_ref(),
            range(score.precision),
            range(score.recall),
            range(score.f1),
            counts.true_positives,
            counts.false_positives,
            counts.false_negatives
        );
    }
}

fn range(share: Share) -> String {
    format!("{:.2} ({:.2}–{:.2})", share.value, share.low, share.high)
}
