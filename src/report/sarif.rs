//! SARIF 2.1.0 for code scanning: rules, then results, then how the run went.

use super::ci::{Ci, List, Said, cell, failures, offers, open_message};
use super::json::write_value;
use super::view::View;
use super::{ConversationReport, Locale, Report, Summary, sanitize, sanitize_line};
use crate::judge::{BaselineState, Finding, Suppression, SuppressionKind, SuppressionStatus};
use crate::rulebook::{Rule, Rulebook, Safety, Severity};
use crate::source::{Places, Position};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// GitHub refuses a file with more results; of these it shows the 5,000 most severe.
const RESULTS: usize = 25_000;

/// A SARIF log of one run.
#[derive(Debug)]
pub struct Sarif {
    ci: Ci,
    rulebook: String,
    /// Descriptions of the rules, by id; a rule's index is its position.
    rules: BTreeMap<String, Value>,
    results: Results,
}

impl Sarif {
    /// A log of a run by these rulebooks.
    pub fn new<'a>(ci: Ci, rulebooks: impl IntoIterator<Item = &'a Rulebook>) -> Self {
        let (mut rules, mut hash) = (BTreeMap::new(), None);
        for rulebook in rulebooks {
            hash.get_or_insert_with(|| rulebook.hash.clone());
            for rule in &rulebook.rules {
                rules.entry(rule.id.clone()).or_insert_with(|| described(rule, ci.ui.locale()));
            }
        }
        Self { ci, rulebook: hash.unwrap_or_default(), rules, results: Results::default() }
    }

    fn result(&self, view: &mut View<'_>, places: &mut Places<'_>, finding: &Finding) -> Value {
        let conversation = view.conversation;
        let said = Said::placed(view, finding).lines(self.ci.ui);
        let mut location = json!({});
        if let Some(path) = &finding.path {
            location["physicalLocation"] = json!({ "artifactLocation": self.artifact(path) });
            if let Some(at) = finding.location {
                location["physicalLocation"]["region"] = region(at.start, at.end);
            }
        }
        let mut logical = Vec::new();
        if let (Some(cell), Some(place)) = (&finding.cell, cell(view, finding)) {
            logical.push(json!({ "name": cell.name, "fullyQualifiedName": place, "kind": "cell" }));
        }
        if let Some(id) = &finding.conversation {
            let id = sanitize_line(&view.plain(id)).into_owned();
            let turn = format!("{id}#{}", finding.turn + 1);
            logical.push(json!({ "name": id, "fullyQualifiedName": turn }));
        }
        if !logical.is_empty() {
            location["logicalLocations"] = logical.into();
        }
        let mut result = json!({
            "ruleId": finding.rule,
            "level": level(finding.severity),
            "message": { "text": unlinked(&said) },
            "locations": [location],
            "partialFingerprints": { "finding/v1": finding.fingerprint.trim_start_matches("v1:") },
            // SARIF wants it in all results or in none.
            "suppressions": finding.suppression.iter().map(|given| suppression(given, view)).collect::<Vec<_>>(),
        });
        if let Some(index) = self.rules.keys().position(|id| *id == finding.rule) {
            result["ruleIndex"] = index.into();
        }
        if let Some(state) = finding.baseline_state {
            result["baselineState"] = match state {
                BaselineState::New => "new",
                BaselineState::Unchanged => "unchanged",
            }
            .into();
        }
        let related: Vec<Value> = (1..)
            .zip(&finding.related)
            .filter_map(|(id, related)| {
                let region = if related.quote.is_some() {
                    let at = related.location?;
                    region(at.start, at.end)
                } else {
                    let origin = &conversation.turns.get(related.turn)?.origin;
                    let start = origin.chunk_offset(related.span.start)?;
                    let end = origin.chunk_offset(related.span.end)?;
                    region(places.position(start), places.position(end))
                };
                let artifact = self.artifact(related.path.as_deref().or(finding.path.as_deref())?);
                let quote = sanitize_line(&view.related_quote(related)).into_owned();
                let physical = json!({ "artifactLocation": artifact, "region": region });
                Some(json!({ "id": id, "physicalLocation": physical, "message": { "text": unlinked(&quote) } }))
            })
            .collect();
        if !related.is_empty() {
            result["relatedLocations"] = related.into();
        }
        let fixes = self.fixes(view, places, finding);
        if !fixes.is_empty() {
            result["fixes"] = fixes.into();
        }
        result
    }

    fn fixes(&self, view: &View<'_>, places: &mut Places<'_>, finding: &Finding) -> Vec<Value> {
        let Some(path) = &finding.path else { return Vec::new() };
        let fix = |offer: &super::ci::Offer| {
            let replacements: Vec<Value> = offer
                .edits
                .iter()
                .map(|(span, text)| {
                    let region = region(places.position(span.start), places.position(span.end));
                    json!({ "deletedRegion": region, "insertedContent": { "text": text } })
                })
                .collect();
            let key = if offer.safety == Safety::Safe { "ci.fix-safe" } else { "ci.fix-unsafe" };
            let change = json!({ "artifactLocation": self.artifact(path), "replacements": replacements });
            json!({ "description": { "text": self.ci.ui.text(key, &[]) }, "artifactChanges": [change] })
        };
        offers(view, finding).iter().map(fix).collect()
    }

    fn artifact(&self, path: &str) -> Value {
        match self.ci.root.uri(path) {
            (uri, true) => json!({ "uri": uri, "uriBaseId": "%SRCROOT%" }),
            (uri, false) => json!({ "uri": uri }),
        }
    }

    fn notifications(&self, summary: &Summary) -> Vec<Value> {
        let mut notifications = Vec::new();
        for failure in failures(summary, &self.ci.masker) {
            let mut notification = notification("error", &failure.reason, &failure.message);
            if let Some(path) = &failure.path {
                let mut physical = json!({ "artifactLocation": self.artifact(path) });
                if let Some(line) = failure.line {
                    physical["region"] = json!({ "startLine": line });
                }
                notification["locations"] = json!([{ "physicalLocation": physical }]);
            }
            notifications.push(notification);
        }
        let ui = self.ci.ui;
        for missing in &summary.not_evaluated {
            let (reason, count) = (sanitize_line(&missing.reason), missing.count.to_string());
            let parameters = [("rule", &*missing.rule), ("reason", &*reason), ("count", &*count)];
            let text = ui.text("summary.not-evaluated-rule", &parameters);
            let mut notification = notification("note", "rule/not-evaluated", &text);
            notification["associatedRule"] = json!({ "id": missing.rule });
            notifications.push(notification);
        }
        if self.results.left_out > 0 {
            let (count, limit) = (self.results.left_out.to_string(), RESULTS.to_string());
            let text = ui.text("ci.left-out", &[("count", &count), ("limit", &limit), ("format", "sarif")]);
            notifications.push(notification("warning", "output/left-out", &text));
        }
        notifications
    }
}

impl Report for Sarif {
    fn conversation(&mut self, _out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let masker = std::mem::take(&mut self.ci.masker);
        let mut view = View::new(report.conversation, &masker);
        let mut places = report.conversation.chunk.places();
        for finding in report.findings {
            let result = self.result(&mut view, &mut places, finding);
            let mut text = Vec::new();
            write_value(&mut text, &result)?;
            self.results.push(finding.severity, text);
        }
        self.ci.masker = masker;
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let language = match self.ci.ui.locale() {
            Locale::Zh => "zh-CN",
            Locale::En => "en-US",
        };
        let version = env!("CARGO_PKG_VERSION");
        write!(
            out,
            "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{"
        )?;
        write!(out, "\"columnKind\":\"unicodeCodePoints\",\"language\":\"{language}\",\n\"tool\":{{\"driver\":{{")?;
        write!(out, "\"name\":\"replylint\",\"version\":\"{version}\",\"semanticVersion\":\"{version}\",\"rules\":[")?;
        let mut rules = List::default();
        self.rules.values().try_for_each(|rule| rules.push(out, rule))?;
        out.write_all(b"\n]}},\n\"results\":[")?;
        self.results.write(out)?;
        out.write_all(b"\n],\n\"invocations\":[")?;
        let invocation = json!({
            "executionSuccessful": summary.exit_status < 2,
            "exitCode": summary.exit_status,
            "toolExecutionNotifications": self.notifications(summary),
        });
        write_value(out, &invocation)?;
        out.write_all(b"],\n\"properties\":")?;
        write_value(out, &json!({ "rulebook": self.rulebook }))?;
        out.write_all(b"}]}\n")
    }

    fn left_out(&self) -> Option<(&'static str, u64, usize)> {
        (self.results.left_out > 0).then_some(("sarif", self.results.left_out, RESULTS))
    }
}

/// Serialised results by severity: if there are too many, the last of the least severe are dropped.
#[derive(Debug, Default)]
struct Results {
    kept: [Vec<(u64, Vec<u8>)>; 3],
    seen: u64,
    left_out: u64,
}

impl Results {
    fn push(&mut self, severity: Severity, result: Vec<u8>) {
        self.kept[severity as usize].push((self.seen, result));
        self.seen += 1;
        if self.seen - self.left_out > RESULTS as u64 {
            let least = self.kept.iter_mut().find(|kept| !kept.is_empty());
            self.left_out += u64::from(least.and_then(Vec::pop).is_some());
        }
    }

    /// Writes them in order of arrival.
    fn write(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut all: Vec<(u64, Vec<u8>)> = self.kept.iter_mut().flat_map(std::mem::take).collect();
        all.sort_unstable_by_key(|(number, _)| *number);
        for (number, (_, result)) in all.iter().enumerate() {
            out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
            out.write_all(result)?;
        }
        Ok(())
    }
}

fn described(rule: &Rule, locale: Locale) -> Value {
    let safe = |text: &str| unlinked(&sanitize(text));
    let (help, why) = (safe(&open_message(rule.help.text(locale))), safe(rule.why.text(locale)));
    let pack = rule.id.split('/').next().unwrap_or_default();
    json!({
        "id": rule.id,
        "shortDescription": { "text": safe(&open_message(rule.message.text(locale))) },
        "fullDescription": { "text": why },
        "help": { "text": format!("{help}\n\n{why}") },
        "defaultConfiguration": { "level": level(rule.severity) },
        "deprecatedIds": rule.was,
        "properties": { "tags": [pack] },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

fn suppression(given: &Suppression, view: &View<'_>) -> Value {
    let plain = |text: &str| sanitize_line(&view.plain(text)).into_owned();
    let kind = match given.kind {
        SuppressionKind::Inline => "inSource",
        SuppressionKind::Config | SuppressionKind::Baseline | SuppressionKind::Appeal | SuppressionKind::SameWords => {
            "external"
        }
    };
    let status = match given.status {
        SuppressionStatus::Accepted => "accepted",
        SuppressionStatus::UnderReview => "underReview",
        SuppressionStatus::Rejected => "rejected",
    };
    let mut value = json!({ "kind": kind, "status": status, "properties": { "by": given.kind } });
    if let Some(reason) = &given.reason {
        value["justification"] = plain(reason).into();
    }
    for (key, text) in [("owner", &given.owner), ("date", &given.date)] {
        if let Some(text) = text {
            value["properties"][key] = plain(text).into();
        }
    }
    value
}

fn notification(level: &str, name: &str, text: &str) -> Value {
    json!({ "level": level, "descriptor": { "id": name }, "message": { "text": unlinked(text) } })
}

fn region(start: Position, end: Position) -> Value {
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// Escapes brackets: SARIF would take `[words](target)` in a message for a link.
fn unlinked(text: &str) -> String {
    if !text.contains("](") {
        return text.to_owned();
    }
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_severe_are_given_up_first_and_the_order_is_kept() {
        let mut results = Results::default();
        for number in 0..RESULTS + 10 {
            let severity = [Severity::Advice, Severity::Error][number % 2];
            results.push(severity, format!("{number}").into_bytes());
        }
        let mut out = Vec::new();
        results.write(&mut out).unwrap();
        let written: Vec<usize> =
            String::from_utf8(out).unwrap().split(',').map(|number| number.trim().parse().unwrap()).collect();
        assert_eq!((written.len(), results.left_out), (RESULTS, 10));
        assert!(written.is_sorted());
        assert_eq!(written.iter().filter(|number| *number % 2 == 1).count(), RESULTS / 2 + 5, "every error is there");
    }
}
