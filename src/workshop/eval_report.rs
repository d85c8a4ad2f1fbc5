//! Evaluation reports: JSON for machines, Markdown for people.

use super::eval::Evaluation;
use super::stats::{Score, Share};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The evaluation as JSON.
pub fn json(evaluation: &Evaluation) -> String {
    serde_json::to_string_pretty(evaluation).unwrap_or_default()
}

/// The evaluation as Markdown; `disagreements` adds their list. `words` gives texts with `{}` for a figure.
pub fn markdown(evaluation: &Evaluation, disagreements: bool, words: &dyn Fn(&str) -> String) -> String {
    let with = |key: &str, figure: String| words(key).replace("{}", &figure);
    let mut out = format!("{}\n", with("replies", evaluation.replies.to_string()));
    scores(&mut out, "presence", words, &evaluation.presence, None);
    scores(&mut out, "spans", words, &evaluation.spans, None);
    if let Some(share) = evaluation.deadline {
        let _ = writeln!(out, "\n## {}\n\n{}\n", words("deadlines"), with("right-class", range(share)));
        let _ = writeln!(out, "{}\n|---|---|---|---|", words("deadline-heads"));
        for (right, ours) in &evaluation.deadlines {
            let count = |class: &str| ours.get(class).copied().unwrap_or(0);
            let _ = writeln!(out, "| {right} | {} | {} | {} |", count("specific"), count("vague"), count("none"));
        }
    }
    if let Some(share) = evaluation.who {
        let _ = writeln!(out, "\n{}", with("right-owner", range(share)));
    }
    scores(&mut out, "rules", words, &evaluation.rules, evaluation.all_rules);
    if !evaluation.kappa.is_empty() {
        let _ = writeln!(out, "\n## {}\n\n{}\n|---|---|---|", words("kappa"), words("kappa-heads"));
        for (rater, labels) in &evaluation.kappa {
            for (label, kappa) in labels {
                let kappa = kappa.map_or_else(|| NOTHING.to_owned(), |kappa| format!("{kappa:.2}"));
                let _ = writeln!(out, "| {rater} | {label} | {kappa} |");
            }
        }
    }
    if disagreements && !evaluation.disagreements.is_empty() {
        let _ = writeln!(out, "\n## {}\n\n{}\n|---|---|---|---|", words("disagreements"), words("disagreement-heads"));
        for one in &evaluation.disagreements {
            let text = one.text.replace('|', "\\|").replace(['\n', '\r'], " ");
            let _ = writeln!(out, "| {} | {} | {} | {text} |", one.id, one.label, one.kind);
        }
    }
    out
}

/// A table of scores, with a total below it if there is one.
fn scores<K: AsRef<str>>(
    out: &mut String,
    title: &str,
    words: &dyn Fn(&str) -> String,
    rows: &BTreeMap<K, Score>,
    all: Option<Score>,
) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## {}\n\n{}\n|---|---|---|---|---|", words(title), words("score-heads"));
    let named = rows.iter().map(|(name, score)| (name.as_ref().to_owned(), score));
    for (name, score) in named.chain(all.iter().map(|all| (words("all"), all))) {
        let counts = score.counts;
        let _ = writeln!(
            out,
            "| {name} | {} | {} | {} | {}, {}, {} |",
            of(score.precision),
            of(score.recall),
            of(score.f1),
            counts.true_positives,
            counts.false_positives,
            counts.false_negatives
        );
    }
}

/// For a share of nothing.
const NOTHING: &str = "–";

/// A share, if it is defined.
fn of(share: Option<Share>) -> String {
    share.map_or_else(|| NOTHING.to_owned(), range)
}

fn range(share: Share) -> String {
    format!("{:.2} ({:.2}–{:.2})", share.value, share.low, share.high)
}
