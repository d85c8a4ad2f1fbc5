//! Reports of `rules diff` and of coverage: Markdown for people, JSON for machines.

use super::{Masker, Ui, mask};
use crate::source::Span;
use crate::workshop::markdown::{plain, row, rule};
use crate::workshop::{Comparison, Coverage, Example, Fate, Fired, Shift};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Hides private data in the examples of a comparison.
pub fn masked(comparison: &mut Comparison, masker: &Masker) {
    let shifts = comparison.rules.values_mut();
    for example in shifts.flat_map(|shift| shift.gained_examples.iter_mut().chain(&mut shift.lost_examples)) {
        let hidden = masker.hidden(&example.text);
        let quote = mask(&example.text, example.span, &hidden);
        if !example.quote.is_empty() {
            example.message = example.message.replace(&example.quote, &quote);
        }
        example.message = masker.mask(&example.message);
        example.text = mask(&example.text, Span::new(0, example.text.len()), &hidden);
        example.quote = quote;
        for name in [&mut example.path, &mut example.conversation].into_iter().flatten() {
            *name = masker.mask(name);
        }
    }
}

/// A comparison as Markdown.
pub fn comparison_markdown(comparison: &Comparison, ui: Ui) -> String {
    let text = |key: &str| ui.text(key, &[]);
    let counts = [comparison.conversations, comparison.replies, comparison.touched].map(|count| count.to_string());
    let given = [("conversations", &*counts[0]), ("replies", &*counts[1]), ("touched", &*counts[2])];
    let mut out = ui.text("diff.head", &given) + "\n";
    if comparison.rules.is_empty() {
        return out;
    }
    out.push('\n');
    let heads = ["diff.severity", "diff.before", "diff.now", "diff.change"].map(text);
    out += &row(heads.iter().map(String::as_str));
    out += &rule(4);
    for (severity, totals) in comparison.totals.iter().rev() {
        let name = text(super::concise::severity(*severity).0);
        out += &row([&name, &totals.before.to_string(), &totals.now.to_string(), &signed(totals.before, totals.now)]
            .map(String::as_str));
    }
    if !comparison.scores.is_empty() {
        out.push('\n');
        let heads = ["diff.scorecard", "diff.scored", "diff.before", "diff.now", "diff.change", "diff.up", "diff.down"];
        let heads = heads.into_iter().chain(["diff.passed-before", "diff.passed-now"]).map(text).collect::<Vec<_>>();
        out += &row(heads.iter().map(String::as_str));
        out += &rule(heads.len());
        for (card, scores) in &comparison.scores {
            let share = |part: u64| format!("{:.1} %", 100.0 * share(part, scores.scored));
            let means = [scores.before, scores.now].map(|mean| format!("{mean:.2}"));
            let change = format!("{:+.2}", scores.now - scores.before);
            let [scored, up, down] = [scores.scored, scores.up, scores.down].map(|count| count.to_string());
            let [before, now] = means;
            let passed = [share(scores.passed_before), share(scores.passed_now)];
            let cells = [plain(card), scored, before, now, change, up, down].into_iter().chain(passed);
            out += &row(cells.collect::<Vec<_>>().iter().map(String::as_str));
        }
    }
    out.push('\n');
    let heads = ["diff.rule", "diff.before", "diff.now", "diff.gained", "diff.lost", "diff.regraded"].map(text);
    out += &row(heads.iter().map(String::as_str));
    out += &rule(heads.len());
    for (id, shift) in &comparison.rules {
        let cells = [shift.before, shift.now, shift.gained, shift.lost, shift.regraded].map(|count| count.to_string());
        let name = format!("{}{}", plain(id), fate(shift, ui));
        out += &row(std::iter::once(name.as_str()).chain(cells.iter().map(String::as_str)));
    }
    for (id, shift) in &comparison.rules {
        let lists =
            [("diff.gained", shift.gained, &shift.gained_examples), ("diff.lost", shift.lost, &shift.lost_examples)];
        for (key, count, examples) in lists.into_iter().filter(|(_, _, examples)| !examples.is_empty()) {
            let _ = writeln!(out, "\n## {}: {} ({}/{count})\n", plain(id), text(key), examples.len());
            for example in examples {
                out += &line(example);
            }
        }
    }
    out
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// How often rules and cues were found, as Markdown; those never found come first.
pub fn coverage_markdown(coverage: &Coverage, ui: Ui) -> String {
    let counts = [coverage.conversations, coverage.turns].map(|count| count.to_string());
    let mut out = ui.text("coverage.head", &[("conversations", &counts[0]), ("turns", &counts[1])]) + "\n";
    for (key, all) in [("coverage.rules", &coverage.rules), ("coverage.cues", &coverage.cues)] {
        let silent: Vec<&str> =
            all.iter().filter(|(_, fired)| fired.times == 0).map(|(name, _)| name.as_str()).collect();
        let counts = [silent.len(), all.len()].map(|count| count.to_string());
        let _ = writeln!(out, "\n## {}\n", ui.text(key, &[("silent", &counts[0]), ("all", &counts[1])]));
        for name in &silent {
            let _ = writeln!(out, "- {}", plain(name));
        }
        out += &fired(all, !silent.is_empty(), ui);
    }
    out
}

fn fired(all: &BTreeMap<String, Fired>, behind_a_list: bool, ui: Ui) -> String {
    let mut found: Vec<(&String, &Fired)> = all.iter().filter(|(_, fired)| fired.times > 0).collect();
    if found.is_empty() {
        return String::new();
    }
    found.sort_by_key(|(name, fired)| (std::cmp::Reverse(fired.times), *name));
    let heads = ["coverage.name", "coverage.times", "coverage.conversations"].map(|key| ui.text(key, &[]));
    let mut out = if behind_a_list { "\n".to_owned() } else { String::new() };
    out += &row(heads.iter().map(String::as_str));
    out += &rule(heads.len());
    for (name, fired) in found {
        out += &row([&plain(name), &fired.times.to_string(), &fired.conversations.to_string()].map(String::as_str));
    }
    out
}

fn fate(shift: &Shift, ui: Ui) -> String {
    match (shift.fate, &shift.was) {
        (Fate::Added, _) => format!(" ({})", ui.text("diff.added", &[])),
        (Fate::Removed, _) => format!(" ({})", ui.text("diff.removed", &[])),
        (Fate::Kept, Some(was)) => format!(" ({})", ui.text("diff.was", &[("rule", &plain(was))])),
        (Fate::Kept, None) => String::new(),
    }
}

fn signed(before: u64, now: u64) -> String {
    if now >= before { format!("+{}", now - before) } else { format!("-{}", before - now) }
}

fn line(example: &Example) -> String {
    let place = [example.path.clone(), example.line.map(|line| line.to_string())];
    let place: Vec<String> = place.into_iter().flatten().collect();
    let whole = Span::new(0, example.text.len());
    let short = |span: Span, most: usize| {
        let text = span.of(&example.text);
        text.char_indices().nth(most).map_or_else(|| text.to_owned(), |(end, _)| format!("{}…", &text[..end]))
    };
    // The words are marked within their surroundings.
    let before = Span::new(around(&example.text, example.span.start, 40), example.span.start);
    let behind = Span::new(example.span.end.min(whole.end), whole.end);
    let marked = format!("{}⟦{}⟧{}", before.of(&example.text), short(example.span, 80), short(behind, 40));
    let colon = if place.is_empty() { "" } else { ": " };
    format!("- {}{colon}{}\n", plain(&place.join(":")), plain(&marked.replace('\n', " ")))
}

/// The place at most this many characters before byte `at`.
fn around(text: &str, at: usize, most: usize) -> usize {
    text[..at].char_indices().rev().nth(most - 1).map_or(0, |(start, _)| start)
}
