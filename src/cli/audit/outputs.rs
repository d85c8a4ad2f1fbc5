//! What an audit writes besides its rows: the summary and the sample for review.

use super::outgoing::Outgoing;
use super::store::Store;
use crate::audit::review::Reviews;
use crate::audit::sample::{Sample, Sampler};
use crate::audit::{self, About, ConversationResult, Figures, Invalid, Outcomes, Share, Summary};
use crate::cli::repeats::{self, Repeats};
use crate::cli::write;
use crate::report::Ui;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Totals over all rows.
pub struct Sums {
    figures: Figures,
    sampler: Sampler,
    reviews: Reviews,
    repeats: Repeats,
}

impl Sums {
    /// Empty totals. `drawn`: the conversations sampled for review, if there was a sample.
    pub fn new(sampler: Sampler, drawn: Option<BTreeSet<u64>>) -> Self {
        let (figures, reviews) = (Figures::default(), Reviews::of(drawn));
        Self { figures, sampler, reviews, repeats: Repeats::default() }
    }

    /// Adds agents whose conversations must be read by a person.
    pub fn wait_for(&mut self, agents: impl IntoIterator<Item = String>) {
        self.sampler.wait_for(agents);
    }

    /// Counts a row.
    pub fn add(&mut self, row: &ConversationResult) {
        self.figures.add(row);
        self.sampler.add(row);
        self.reviews.add(row);
        if let Some(id) = &row.conversation {
            self.repeats.add(repeats::hashed(id));
        }
    }
}

impl Sums {
    /// The summary of all rows.
    pub fn summary(&self, about: About) -> Summary {
        audit::summarise(&self.figures, &About { review: self.reviews.summary(), ..about })
    }
}

/// Writes the summary and publishes all files. A sample decides only now which findings go out.
pub fn finish(mut store: Store, sums: Sums, about: About, sampled: bool) -> io::Result<(Summary, Sample)> {
    let locale = about.locale;
    let summary = sums.summary(About { repeated_ids: sums.repeats.count(), ..about });
    let sample = sums.sampler.finish();
    if sampled {
        let drawn = sample.drawn.iter().map(|drawn| drawn.number).collect();
        Outgoing::new(locale, Some(drawn)).fill(&mut store)?;
    }
    finish_with(store, &summary, sampled.then_some(&sample), None)?;
    Ok((summary, sample))
}

/// Publishes all files, with a given summary, and the sample if there is one; `examples` come from a review.
pub fn finish_with(store: Store, summary: &Summary, sample: Option<&Sample>, examples: Option<&str>) -> io::Result<()> {
    let mut names = Vec::new();
    let mut put = |name: &'static str, bytes: &[u8]| {
        names.push(name);
        store.further(name, bytes)
    };
    if let Some(sample) = sample {
        put("sample.json", &pretty(sample)?)?;
    }
    if let Some(examples) = examples {
        put("good-examples.toml", examples.as_bytes())?;
    }
    put("summary.json", &pretty(summary)?)?;
    // A review leaves the rows the same, so the audit's other files stay.
    store.finish(&names, examples.is_some())
}

/// Adds what became of promises to the summary of an audit.
pub fn promised(out: &Path, outcomes: &Outcomes) -> io::Result<()> {
    let path = out.join("summary.json");
    let mut summary: Summary = serde_json::from_slice(&fs::read(&path)?)?;
    summary.promises = Some(outcomes.clone());
    write::create(&path, &pretty(&summary)?)
}

fn pretty(record: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(record)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Prints the closing lines.
pub fn tell(summary: &Summary, ui: Ui, out: &Path) {
    for line in told(summary, ui, out) {
        // A closed standard error cannot be reported anywhere.
        let _ = writeln!(io::stderr(), "{line}");
    }
}

/// The closing lines, for people.
fn told(summary: &Summary, ui: Ui, out: &Path) -> Vec<String> {
    let input = &summary.input;
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    let flagged = &summary.whole.flagged;
    let mut lines = vec![ui.text(
        if summary.whole.cases == 0 { "audit.done-none" } else { "audit.done" },
        &[
            ("conversations", &input.audited.to_string()),
            ("cases", &summary.whole.cases.to_string()),
            ("flagged", &flagged.hits.to_string()),
            ("rate", &percent(flagged.rate.unwrap_or_default())),
            ("low", &percent(flagged.low)),
            ("high", &percent(flagged.high)),
        ],
    )];
    for score in &summary.whole.scores {
        let (Some(mean), Some(passed)) = (score.mean, score.passed) else { continue };
        let (n, mean) = (score.n.to_string(), format!("{:.1}", mean.value()));
        let (rate, low, high) = (percent(passed.rate.unwrap_or_default()), percent(passed.low), percent(passed.high));
        let locale = ui.locale();
        let card = summary.scorecards.iter().find(|card| card.id == score.scorecard);
        let card = card.map_or(score.scorecard.as_str(), |card| card.name.text(locale));
        let values = [("card", card), ("n", &n), ("mean", &mean), ("rate", &rate)];
        lines.push(ui.text("audit.score", &[&values[..], &[("low", &low), ("high", &high)]].concat()));
        // Counted in cases, as everywhere: one case may cross several red lines.
        let hits = |share: &Option<Share>| share.as_ref().map_or(0, |share| share.hits);
        let suspected = hits(&score.red_lines) - hits(&score.red_lines_confirmed);
        if suspected > 0 {
            lines.push(ui.text("audit.fatal", &[("count", &suspected.to_string())]));
        }
    }
    if input.skipped > 0 {
        lines.push(ui.text("audit.skipped", &[("count", &input.skipped.to_string())]));
        let nobody = input.skipped_by_reason.get(&Invalid::NobodyCame);
        lines.extend(nobody.map(|count| ui.text("audit.nobody-came", &[("count", &count.to_string())])));
    }
    if input.rejected > 0 {
        lines.push(ui.text("audit.rejected", &[("count", &input.rejected.to_string())]));
    }
    if input.unreadable_times > 0 {
        lines.push(ui.text("audit.unreadable-times", &[("count", &input.unreadable_times.to_string())]));
    }
    if input.backward_times > 0 {
        lines.push(ui.text("audit.backward-times", &[("count", &input.backward_times.to_string())]));
    }
    if input.repeated_ids > 0 {
        lines.push(ui.text("audit.repeated", &[("count", &input.repeated_ids.to_string())]));
    }
    lines.push(ui.text("audit.wrote", &[("path", &crate::report::sanitize_line(&out.display().to_string()))]));
    lines
}
