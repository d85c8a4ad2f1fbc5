//! The data of a page: figures from the summary, chosen conversations, words in the reader's language.

use super::about::{About, Kind};
use super::periods::periods;
use super::shown::conversations;
use crate::audit::{Entry, Outcomes, Unit};
use crate::judge::Outcome;
use serde_json::{Map, Value, json};

/// Most agents (teams, days) in one page, and most promises.
const GROUPS: usize = 5_000;
const PROMISES: usize = 300;

/// The words of the page, by their keys in `page.*`.
const WORDS: &[&str] = &[
    "nobody",
    "interval",
    "coverage",
    "coverage-note",
    "cases",
    "flagged",
    "errors",
    "mean",
    "passed",
    "excellent",
    "fatal-note",
    "kept",
    "kept-note",
    "as-of",
    "by-day",
    "by-week",
    "by-month",
    "trend",
    "metric",
    "period",
    "period-before",
    "change",
    "change-told",
    "top-deductions",
    "red-lines",
    "red-lines-confirmed",
    "other-errors",
    "of-card",
    "unreadable-times",
    "backward-times",
    "nobody-came",
    "also",
    "said-customer",
    "other-rules",
    "change-sure",
    "change-unsure",
    "rules",
    "clean",
    "error",
    "warning",
    "advice",
    "more",
    "name",
    "range",
    "score",
    "human",
    "rank",
    "rank-note",
    "topics",
    "topic-words",
    "review",
    "review-note",
    "appeals",
    "successes",
    "wrong-rate",
    "final-accepted",
    "final-confirmed",
    "final-dismissed",
    "final-suspected",
    "topic-aggrieved",
    "topic-failure",
    "topic-waiting",
    "topic-grievance",
    "topic-anger",
    "topic-escalation",
    "deductions",
    "item",
    "points",
    "promises",
    "promises-chat",
    "promises-lasting",
    "promises-left",
    "promises-note",
    "outcome",
    "agent",
    "quote",
    "due",
    "evidence",
    "outcome-kept",
    "outcome-late",
    "outcome-broken",
    "outcome-open",
    "outcome-unknown",
    "agents",
    "teams",
    "conversations",
    "all-agents",
    "all-teams",
    "all-channels",
    "all-rules",
    "all-severities",
    "search",
    "untitled",
    "sampled",
    "left-out",
    "no-text",
    "cut",
    "close",
    "role-customer",
    "role-agent",
    "role-bot",
    "role-system",
    "coaching",
    "print",
    "wrong",
    "better",
    "example",
    "appeal",
    "sign-agent",
    "sign-leader",
    "recheck",
    "machine",
    "files",
    "rulebook",
    "header",
];

/// The periods that a page may show: nobody sees a colleague's.
fn own_periods(kind: Kind<'_>, about: &About<'_>) -> Option<Value> {
    let of = |unit| serde_json::to_value((about.periods)(unit)).ok();
    match kind {
        Kind::All => Some(about.summary.clone()),
        Kind::Team(name) => of(Unit::Team(name)),
        Kind::Agent(name) => of(Unit::Agent(name)),
    }
}

/// The data of a page; `None` if nobody has that name.
pub fn data(kind: Kind<'_>, about: &About<'_>) -> Option<Value> {
    let summary = about.summary;
    let named = |list: &str, name: &str| {
        summary[list].as_array()?.iter().find(|group| group["name"].as_str() == Some(name)).cloned()
    };
    let (whole, title) = match kind {
        Kind::All => (summary["whole"].clone(), about.ui.text("page.title", &[])),
        Kind::Team(name) => (named("teams", name)?, about.ui.text("page.title-of", &[("name", name)])),
        Kind::Agent(name) => (named("agents", name)?, about.ui.text("page.title-of", &[("name", name)])),
    };
    let groups = |list: &str, keep: &dyn Fn(&Value) -> bool| {
        let all = summary[list].as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(|group| keep(group)).take(GROUPS).map(slim).collect::<Vec<_>>()
    };
    let (agents, teams) = match kind {
        Kind::All => (groups("agents", &|_| true), groups("teams", &|_| true)),
        Kind::Team(name) => (
            groups("agents", &|group| group["team"].as_str() == Some(name) || group["teams"].get(name).is_some()),
            Vec::new(),
        ),
        Kind::Agent(_) => (Vec::new(), Vec::new()),
    };
    let (conversations, worst, sampled) = conversations(kind, about);
    // Figures that are not split by team or agent are only for those who may see everything.
    let all = |field: &str| if matches!(kind, Kind::All) { summary[field].clone() } else { Value::Null };
    let words: Map<String, Value> =
        WORDS.iter().map(|key| ((*key).to_owned(), about.ui.text(&format!("page.{key}"), &[]).into())).collect();
    Some(json!({
        "kind": match kind { Kind::All => "all", Kind::Team(_) => "team", Kind::Agent(_) => "agent" },
        "title": title,
        "locale": about.ui.code(),
        "version": summary["version"],
        "rulebooks": summary["rulebooks"],
        "zone": summary["zone"],
        "asOf": summary["asOf"],
        "days": summary["days"],
        "least": summary["leastCases"],
        "input": if matches!(kind, Kind::All) { summary["input"].clone() } else { json!({}) },
        "whole": whole,
        "agents": agents,
        "teams": teams,
        "periods": periods(&own_periods(kind, about)?),
        "rules": rules(about),
        "cards": cards(about),
        "items": items(about),
        "conversations": conversations,
        "left": { "all": match kind { Kind::All => about.chosen.all().into(), _ => whole_cases(summary, kind) }, "worst": worst, "sampled": sampled },
        "complaintWords": all("complaintWords"),
        "review": all("review"),
        "promises": promises(kind, about),
        "files": about.files,
        "words": words,
    }))
}

fn whole_cases(summary: &Value, kind: Kind<'_>) -> Value {
    let (list, name) = match kind {
        Kind::Team(name) => ("teams", name),
        Kind::Agent(name) => ("agents", name),
        Kind::All => return Value::Null,
    };
    let all = summary[list].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().find(|group| group["name"].as_str() == Some(name)).map_or(Value::Null, |group| group["cases"].clone())
}

/// A group, reduced to what the page draws.
fn slim(group: &Value) -> Value {
    let mut group = group.clone();
    if let Some(fields) = group.as_object_mut() {
        fields.insert("rules".to_owned(), json!([]));
        fields.remove("topics");
        for score in fields.get_mut("scores").and_then(Value::as_array_mut).into_iter().flatten() {
            score["items"] = json!([]);
        }
    }
    group
}

fn rules(about: &About<'_>) -> Value {
    let list = about.summary["rules"].as_array().map(Vec::as_slice).unwrap_or_default();
    let told = list.iter().filter_map(|rule| {
        let id = rule["rule"].as_str()?;
        let title = rule["title"][about.ui.code()].as_str().unwrap_or(id);
        Some((id.to_owned(), json!({ "title": title, "model": about.models.get(id) })))
    });
    Value::Object(told.collect())
}

/// Names of scorecards.
fn cards(about: &About<'_>) -> Value {
    let cards = about.summary["scorecards"].as_array().map(Vec::as_slice).unwrap_or_default();
    let named =
        cards.iter().filter_map(|card| Some((card["id"].as_str()?.to_owned(), card["name"][about.ui.code()].clone())));
    Value::Object(named.collect())
}

/// Names of items, by scorecard, section and item.
fn items(about: &About<'_>) -> Value {
    let mut names = Map::new();
    let list = |value: &Value, one: &str, many: &str| {
        value[many].as_array().or_else(|| value[one].as_array()).cloned().unwrap_or_default()
    };
    for card in about.summary["scorecards"].as_array().into_iter().flatten() {
        for section in list(card, "section", "sections") {
            for item in list(&section, "item", "items") {
                let id = |value: &Value| value["id"].as_str().unwrap_or_default().to_owned();
                // An item's id names its section, too.
                let key = format!("{}/{}", id(card), id(&item));
                names.insert(key, item["name"][about.ui.code()].clone());
            }
        }
    }
    Value::Object(names)
}

fn promises(kind: Kind<'_>, about: &About<'_>) -> Value {
    let Some(entries) = about.promises else { return Value::Null };
    let own = |entry: &&Entry| match kind {
        Kind::All => true,
        Kind::Team(name) => entry.team.as_deref() == Some(name),
        Kind::Agent(name) => entry.agent.as_deref() == Some(name),
    };
    let entries: Vec<&Entry> = entries.iter().filter(own).collect();
    let urgent = |entry: &&Entry| match entry.outcome {
        Outcome::Broken => 0,
        Outcome::Late => 1,
        Outcome::Unknown => 2,
        Outcome::Open => 3,
        Outcome::Kept => 4,
    };
    let mut told: Vec<&Entry> =
        entries.iter().copied().filter(|entry| entry.due_at.is_some() || entry.outcome <= Outcome::Broken).collect();
    told.sort_by_key(urgent);
    let left = entries.len().saturating_sub(told.len().min(PROMISES));
    told.truncate(PROMISES);
    let rows: Vec<Value> = told
        .iter()
        .map(|entry| {
            json!({ "outcome": entry.outcome, "agent": entry.agent, "quote": entry.quote, "dueAt": entry.due_at,
                "evidence": entry.evidence, "conversation": entry.conversation })
        })
        .collect();
    let as_of = about.summary["asOf"].as_str().unwrap_or_default();
    json!({
        "counts": Outcomes::of(&entries, as_of),
        "rows": rows,
        "left": left,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_script_is_there() {
        let script = include_str!("page.js");
        for part in script.split("say(\"").skip(1) {
            let key = part.split('"').next().unwrap();
            let known = WORDS.iter().any(|word| *word == key || (key.ends_with('-') && word.starts_with(key)));
            assert!(known, "{key}");
        }
    }
}
