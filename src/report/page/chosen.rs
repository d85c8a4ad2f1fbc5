//! Which conversations a report shows: the worst, a random sample of all, and a few of each agent, each up to a limit.

use crate::audit::{ConversationResult, Found, Invalid};
use crate::rulebook::Severity;
use std::collections::BTreeMap;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Most conversations chosen for their findings, and most in the sample.
const WORST: usize = 300;
const SAMPLE: usize = 200;
/// Most agents with a page of their own; most conversations on one page, and on all together; fewest for each agent.
const AGENTS: usize = 500;
const EACH: usize = 60;
const ALL: usize = 3_000;
const LEAST: usize = 12;
/// Weight of a customer asking in vain for a person: that of a warning.
const NOBODY_CAME: u64 = 100;

type Row = Arc<ConversationResult>;

/// A choice among rows that arrive one by one. The same rows give the same choice in any order.
#[derive(Debug, Default)]
pub struct Chosen {
    /// By weight, the heaviest last.
    worst: BTreeMap<(u64, u64), Row>,
    /// By a hash of their place.
    sample: BTreeMap<(u64, u64), Row>,
    agents: BTreeMap<String, BTreeMap<(u64, u64), Row>>,
    all: u64,
}

impl Chosen {
    /// Considers a row.
    pub fn add(&mut self, row: ConversationResult) {
        let row = Arc::new(row);
        if row.invalid.is_some_and(Invalid::is_skipped) {
            // Such a conversation is in no figure, but a person should see it.
            if row.invalid == Some(Invalid::NobodyCame) {
                keep(&mut self.worst, (NOBODY_CAME, u64::MAX - row.number), &row, WORST);
            }
            return;
        }
        self.all += 1;
        // Of equal weights, the earlier row stays.
        let key = |weight: u64| (weight, u64::MAX - row.number);
        let weight = weight(row.findings.iter());
        if weight > 0 {
            keep(&mut self.worst, key(weight), &row, WORST);
        }
        let lot = u64::MAX - xxh3_64(&row.number.to_le_bytes());
        keep(&mut self.sample, (lot, row.number), &row, SAMPLE);
        for agent in row.parts.iter().filter_map(|part| part.agent.as_ref()) {
            if self.agents.len() >= AGENTS && !self.agents.contains_key(agent) {
                continue;
            }
            let own = self::weight(row.findings.iter().filter(|found| found.agent.as_ref() == Some(agent)));
            let before = self.agents.len();
            keep(self.agents.entry(agent.clone()).or_default(), key(own), &row, each(before));
            if self.agents.len() > before {
                // With more agents, each gets less room.
                let each = each(self.agents.len());
                for kept in self.agents.values_mut() {
                    while kept.len() > each {
                        kept.pop_first();
                    }
                }
            }
        }
    }

    /// How many conversations there are.
    pub fn all(&self) -> u64 {
        self.all
    }

    /// Agents with a page of their own.
    pub fn agents(&self) -> impl Iterator<Item = &String> {
        self.agents.keys()
    }

    /// The worst first, then the sample, each once; with whether it is there only for the sample.
    pub fn whole(&self) -> Vec<(&Row, bool)> {
        let mut found: Vec<(&Row, bool)> = self.worst.values().rev().map(|row| (row, false)).collect();
        let more = self.sample.values().filter(|row| !self.worst.values().any(|other| other.number == row.number));
        found.extend(more.map(|row| (row, true)));
        found
    }

    /// An agent's conversations, the worst first.
    pub fn of(&self, agent: &str) -> Vec<&Row> {
        self.agents.get(agent).into_iter().flat_map(|rows| rows.values().rev()).collect()
    }

    /// Everything chosen, once, by place: file and line.
    pub fn places(&self) -> BTreeMap<(Option<String>, u64), Vec<Row>> {
        let agents = self.agents.values().flat_map(BTreeMap::values);
        let rows = self.worst.values().chain(self.sample.values()).chain(agents);
        let once: BTreeMap<u64, &Row> = rows.map(|row| (row.number, row)).collect();
        let mut places: BTreeMap<_, Vec<Row>> = BTreeMap::new();
        for row in once.into_values() {
            places.entry((row.path.clone(), row.line.unwrap_or(1))).or_default().push(row.clone());
        }
        places
    }
}

/// Most conversations of each agent, for so many agents.
fn each(agents: usize) -> usize {
    (ALL / agents.max(1)).clamp(LEAST, EACH)
}

fn keep(kept: &mut BTreeMap<(u64, u64), Row>, key: (u64, u64), row: &Row, most: usize) {
    kept.insert(key, row.clone());
    if kept.len() > most {
        kept.pop_first();
    }
}

fn weight<'a>(findings: impl Iterator<Item = &'a Found>) -> u64 {
    let each = findings.map(|found| match found.severity {
        Severity::Error => 10_000,
        Severity::Warning => 100,
        Severity::Advice => 1,
    });
    each.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Part;

    #[test]
    fn the_choice_is_bounded_and_does_not_depend_on_the_order() {
        let row = |number: u64| ConversationResult {
            number,
            parts: vec![Part { agent: Some(format!("a{}", number % 3)), ..Part::default() }],
            ..ConversationResult::default()
        };
        let choose = |numbers: &mut dyn Iterator<Item = u64>| {
            let mut chosen = Chosen::default();
            numbers.for_each(|number| chosen.add(row(number)));
            (chosen.whole().iter().map(|(row, _)| row.number).collect::<Vec<_>>(), chosen.of("a1").len(), chosen.all())
        };
        let forward = choose(&mut (0..5_000));
        assert_eq!(forward, choose(&mut (0..5_000).rev()));
        assert_eq!((forward.0.len(), forward.1, forward.2), (SAMPLE, EACH, 5_000));
    }
}
