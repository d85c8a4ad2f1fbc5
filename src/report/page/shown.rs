//! The conversations on a page, as many as fit, with their findings.

use super::about::{About, Kind};
use super::talk::Talk;
use crate::audit::{ConversationResult, Found};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Most bytes of conversations and their findings in one page.
const BYTES: usize = 10 << 20;
/// Findings kept of a conversation that does not fit: the page says that there are more.
const FEW: usize = 3;

/// The conversations, and how many were chosen for their findings and how many at random.
pub(super) fn conversations(kind: Kind<'_>, about: &About<'_>) -> (Vec<Value>, usize, usize) {
    let rows: Vec<(&ConversationResult, bool)> = match kind {
        Kind::All => about.chosen.whole().into_iter().map(|(row, sample)| (&**row, sample)).collect(),
        Kind::Team(team) => {
            let whole = about.chosen.whole().into_iter().map(|(row, sample)| (&**row, sample));
            whole.filter(|(row, _)| row.team.as_deref() == Some(team)).collect()
        }
        Kind::Agent(agent) => about.chosen.of(agent).into_iter().map(|row| (&**row, false)).collect(),
    };
    let mut room = BYTES;
    let list: Vec<Value> = rows
        .iter()
        .map(|&(row, sample)| {
            let talk = about.talks.get(&row.number);
            let size = talk.map_or(0, Talk::size) + row.findings.iter().map(size).sum::<usize>();
            let fits = size <= room;
            room -= if fits { size } else { 0 };
            one(row, sample, talk.filter(|_| fits), kind, if fits { usize::MAX } else { FEW })
        })
        .collect();
    let sampled = rows.iter().filter(|(_, sample)| *sample).count();
    (list, rows.len() - sampled, sampled)
}

/// About how many bytes a finding takes.
fn size(found: &Found) -> usize {
    let texts = [&found.message, &found.help, &found.before, &found.quote, &found.after];
    texts.iter().map(|text| text.len()).sum::<usize>() + 250
}

/// A turn's pieces with the marks that are kept. Pieces that lost their mark are joined with their neighbours.
fn own_parts(parts: Vec<Value>, kept: &BTreeMap<i64, usize>) -> Vec<Value> {
    let mut own: Vec<(String, Option<usize>)> = Vec::new();
    for part in parts {
        let words = part[0].as_str().unwrap_or_default();
        match (own.last_mut(), part[1].as_i64().and_then(|place| kept.get(&place)).copied()) {
            (Some((before, None)), None) => before.push_str(words),
            (_, place) => own.push((words.to_owned(), place)),
        }
    }
    own.into_iter().map(|(words, place)| json!([words, place.map_or(json!(-1), |place| json!(place))])).collect()
}

fn one(row: &ConversationResult, sample: bool, talk: Option<&Talk>, kind: Kind<'_>, most: usize) -> Value {
    let own = |agent: Option<&str>| match kind {
        Kind::Agent(name) => agent == Some(name),
        Kind::All | Kind::Team(_) => true,
    };
    // A colleague's words are shown as context, without the findings in them.
    let mut kept: BTreeMap<i64, usize> = BTreeMap::new();
    let mut findings = Vec::new();
    for (found, place) in row.findings.iter().zip(0_i64..).filter(|(found, _)| own(found.agent.as_deref())).take(most) {
        kept.insert(place, findings.len());
        findings.push(json!({
            "rule": found.rule, "severity": found.severity, "message": found.message, "help": found.help,
            "turn": found.turn, "agent": found.agent, "time": found.time,
            "review": found.review, "before": found.before, "quote": found.quote, "after": found.after,
            "customerSaid": found.customer_said,
        }));
    }
    let turns = talk.map(|talk| {
        let mut turns = serde_json::to_value(&talk.turns).unwrap_or_default();
        for parts in turns.as_array_mut().into_iter().flatten().filter_map(|turn| turn["parts"].as_array_mut()) {
            *parts = own_parts(std::mem::take(parts), &kept);
        }
        turns
    });
    let first = row.parts.first().and_then(|part| part.agent.as_deref());
    let agent = match kind {
        Kind::Agent(name) => Some(name),
        Kind::All | Kind::Team(_) => row.agent.as_deref().or(first),
    };
    let score = row.scores.iter().find(|score| score.agent.as_deref() == agent || row.scores.len() == 1);
    let score = score.filter(|score| own(score.agent.as_deref())).and_then(|score| score.percent);
    // The items of each agent's score; evidence refers to the findings by index.
    let scores = row.scores.iter().filter(|score| own(score.agent.as_deref())).map(|score| {
        let items = score.items.iter().map(|item| {
            let places = item.findings.iter().filter_map(|&place| kept.get(&i64::try_from(place).ok()?));
            json!({ "item": item.item, "hits": item.hits, "points": item.points, "findings": places.collect::<Vec<_>>() })
        });
        json!({
            "card": score.scorecard, "agent": score.agent, "percent": score.percent, "human": score.human,
            "items": items.collect::<Vec<_>>(),
        })
    });
    let scores: Vec<Value> = scores.collect();
    json!({
        "n": row.number, "id": row.conversation, "agent": agent, "team": row.team, "channel": row.channel, "day": row.day,
        "why": if sample { "sample" } else { "found" }, "score": score, "scores": scores, "findings": findings,
        "turns": turns, "cut": talk.is_some_and(|talk| talk.cut) || row.findings.len() > most,
    })
}
