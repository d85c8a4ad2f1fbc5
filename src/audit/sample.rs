//! Draws conversations for people to read: reproducible from a seed, whatever the number of threads.
//!
//! Each conversation gets a number from the seed and its own name, and each stratum keeps the smallest numbers. So all
//! have the same chance, the order of the input does not matter, and memory holds only what is drawn.

use super::rating::{self, Unread, is_low};
use super::row::ConversationResult;
use super::spread::spread_out;
use super::{FatalState, Invalid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Most strata of one plan.
const MOST_STRATA: usize = 20_000;
/// Most customers that are remembered to find repeated contacts.
const MOST_CUSTOMERS: usize = 1_000_000;

/// What a plan's strata are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// From all.
    Random,
    /// From each agent's.
    Agent,
    /// From each team's.
    Team,
    /// From each channel's.
    Channel,
    /// From each day's.
    Day,
    /// From each agent's each month, spread over days and shifts.
    AgentMonth,
    /// From each grade's, by scorecard.
    Score,
    /// From those with a finding, by rule.
    Rule,
    /// From those that must be read, by reason.
    Must,
}

/// A plan: how many from each stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The strata.
    pub by: By,
    /// From each.
    pub size: usize,
}

impl Plan {
    /// Reads `random:50`, `agent:5`, `rule:3`.
    pub fn parse(text: &str) -> Option<Self> {
        let (by, size) = text.split_once(':')?;
        let by = serde_json::from_value(serde_json::Value::String(by.trim().to_owned())).ok()?;
        let size = size.trim().parse().ok().filter(|size| (1..=100_000).contains(size))?;
        Some(Self { by, size })
    }

    /// Names of what can be drawn by.
    pub const NAMES: [&str; 9] = ["random", "agent", "team", "channel", "day", "agent-month", "score", "rule", "must"];
}

/// Conversations by their numbers, smallest first.
type Lots = super::spread::Lots<Drawn>;

/// Draws conversations by several plans.
#[derive(Clone, Debug)]
pub struct Sampler {
    seed: u64,
    plans: Vec<Plan>,
    newcomers: BTreeSet<String>,
    /// For each plan, by stratum and by what it is spread over: the smallest numbers with their conversations.
    drawn: Vec<BTreeMap<(String, String), Lots>>,
    customers: BTreeMap<u64, u32>,
    /// Conversations that could not be drawn, by reason.
    excluded: BTreeMap<Invalid, u64>,
    /// Conversations that could be drawn.
    frame: u64,
    unread: Option<Unread>,
}

/// A conversation that was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drawn {
    /// Its place in the audit.
    pub number: u64,
    /// The input.
    pub path: Option<String>,
    /// The sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Line at which it begins.
    pub line: Option<u64>,
    /// Its id.
    pub conversation: Option<String>,
    /// Its agent.
    pub agent: Option<String>,
    /// Its day.
    pub day: Option<String>,
    /// Why it was drawn: `agent:007`, `rule:promise/vague-promise`, `must:low-rating`.
    pub reasons: Vec<String>,
}

/// What was drawn, and from what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// The seed.
    pub seed: u64,
    /// The plans as they were written.
    pub plans: Vec<String>,
    /// Conversations that could be drawn.
    pub frame: u64,
    /// Conversations that could not be, by reason.
    pub excluded: BTreeMap<Invalid, u64>,
    /// Unreadable ratings, where low ones were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_ratings: Option<Unread>,
    /// What was drawn, in the order of the input.
    pub drawn: Vec<Drawn>,
}

impl Sampler {
    /// Draws by these plans; conversations of `newcomers` must be read.
    pub fn new(seed: u64, plans: Vec<Plan>, newcomers: impl IntoIterator<Item = String>) -> Self {
        Self {
            seed,
            drawn: vec![BTreeMap::new(); plans.len()],
            plans,
            newcomers: newcomers.into_iter().collect(),
            customers: BTreeMap::new(),
            excluded: BTreeMap::new(),
            frame: 0,
            unread: None,
        }
    }

    /// Adds agents whose conversations must be read.
    pub fn wait_for(&mut self, agents: impl IntoIterator<Item = String>) {
        self.newcomers.extend(agents);
    }

    /// Considers a conversation.
    pub fn add(&mut self, row: &ConversationResult) {
        if let Some(invalid) = row.invalid {
            *self.excluded.entry(invalid).or_default() += 1;
            return;
        }
        self.frame += 1;
        rating::note(&mut self.unread, row.rating.as_deref());
        let name = match (&row.conversation, &row.path, row.line) {
            (Some(id), ..) => id.clone(),
            (None, path, line) => format!("{path:?}:{line:?}"),
        };
        let again = !self.plans.is_empty() && row.customer.as_ref().is_some_and(|customer| self.again(customer));
        for place in 0..self.plans.len() {
            let Plan { by, size } = self.plans[place];
            for stratum in self.strata(by, row, again) {
                let lot = xxh3_64_with_seed(name.as_bytes(), self.seed);
                let strata = &mut self.drawn[place];
                if !strata.contains_key(&stratum) && strata.len() == MOST_STRATA {
                    continue;
                }
                let kept = strata.entry(stratum).or_default();
                kept.insert((lot, row.number), Drawn::new(row));
                if kept.len() > size {
                    kept.pop_last();
                }
            }
        }
    }

    fn again(&mut self, customer: &str) -> bool {
        let key = xxh3_64_with_seed(customer.as_bytes(), 0);
        let room = self.customers.len() < MOST_CUSTOMERS;
        match self.customers.get_mut(&key) {
            Some(count) => {
                *count = count.saturating_add(1);
                true
            }
            None if room => {
                self.customers.insert(key, 1);
                false
            }
            None => false,
        }
    }

    /// The strata of a plan that a conversation belongs to, each with what it is spread over.
    fn strata(&self, by: By, row: &ConversationResult, again: bool) -> Vec<(String, String)> {
        let one = |name: Option<&String>| name.map(|name| (name.clone(), String::new())).into_iter().collect();
        let agents = || row.parts.iter().filter_map(|part| part.agent.as_ref());
        match by {
            By::Random => vec![(String::new(), String::new())],
            By::Agent => agents().map(|agent| (agent.clone(), String::new())).collect(),
            By::Team => one(row.team.as_ref()),
            By::Channel => one(row.channel.as_ref()),
            By::Day => one(row.day.as_ref()),
            By::AgentMonth => {
                let month = row.day.as_ref().and_then(|day| day.get(..7)).unwrap_or_default();
                let spread = format!("{} {}", row.day.as_deref().unwrap_or_default(), shift(row));
                agents().map(|agent| (format!("{agent} {month}"), spread.clone())).collect()
            }
            By::Score => {
                let graded = row.scores.iter().filter_map(|score| {
                    Some((format!("{} {}", score.scorecard, score.grade.as_ref()?), String::new()))
                });
                graded.collect()
            }
            By::Rule => {
                let rules: BTreeSet<&String> =
                    row.findings.iter().filter(|found| found.stands()).map(|found| &found.rule).collect();
                rules.into_iter().map(|rule| (rule.clone(), String::new())).collect()
            }
            By::Must => self.must(row, again).into_iter().map(|reason| (reason.to_owned(), String::new())).collect(),
        }
    }

    /// The reasons for which a conversation must be read.
    fn must(&self, row: &ConversationResult, again: bool) -> Vec<&'static str> {
        let topic = |names: &[&str]| row.topics.iter().any(|topic| names.contains(&topic.as_str()));
        let fatal = row.scores.iter().flat_map(|score| &score.fatal);
        let reasons = [
            ("complaint", topic(&["aggrieved", "grievance", "anger"])),
            ("escalation", topic(&["escalation"])),
            ("low-rating", row.rating.as_deref().and_then(is_low) == Some(true)),
            ("repeat-contact", again),
            ("newcomer", row.parts.iter().filter_map(|part| part.agent.as_ref()).any(|a| self.newcomers.contains(a))),
            ("red-line", fatal.clone().any(|fatal| fatal.state == FatalState::Suspected)),
        ];
        reasons.into_iter().filter(|(_, holds)| *holds).map(|(reason, _)| reason).collect()
    }

    /// The finished sample.
    pub fn finish(self) -> Sample {
        let mut all: BTreeMap<u64, Drawn> = BTreeMap::new();
        for (plan, strata) in self.plans.iter().zip(&self.drawn) {
            let by = serde_json::to_value(plan.by).ok();
            let by = by.as_ref().and_then(|by| by.as_str()).unwrap_or_default();
            for (stratum, spread) in by_stratum(strata) {
                for drawn in spread_out(&spread, plan.size) {
                    let reason = if stratum.is_empty() { by.to_owned() } else { format!("{by}:{stratum}") };
                    let own = all.entry(drawn.number);
                    own.or_insert_with(|| drawn.clone()).reasons.push(reason);
                }
            }
        }
        let plans = self.plans.iter().map(|plan| {
            let by = serde_json::to_value(plan.by).ok();
            format!("{}:{}", by.as_ref().and_then(|by| by.as_str()).unwrap_or_default(), plan.size)
        });
        Sample {
            seed: self.seed,
            plans: plans.collect(),
            frame: self.frame,
            excluded: self.excluded,
            unread_ratings: self.unread.filter(|_| self.plans.iter().any(|plan| plan.by == By::Must)),
            drawn: all.into_values().collect(),
        }
    }
}

impl Drawn {
    fn new(row: &ConversationResult) -> Self {
        Self {
            number: row.number,
            path: row.path.clone(),
            sheet: row.sheet.clone(),
            line: row.line,
            conversation: row.conversation.clone(),
            agent: row.agent.clone().or_else(|| row.parts.first().and_then(|part| part.agent.clone())),
            day: row.day.clone(),
            reasons: Vec::new(),
        }
    }
}

/// The parts of each stratum.
fn by_stratum(strata: &BTreeMap<(String, String), Lots>) -> BTreeMap<&String, Vec<(&str, &Lots)>> {
    let mut all: BTreeMap<&String, Vec<(&str, &Lots)>> = BTreeMap::new();
    for ((stratum, spread), lots) in strata {
        all.entry(stratum).or_default().push((spread, lots));
    }
    all
}

/// Part of the day in which a conversation began: night, morning, afternoon, evening.
fn shift(row: &ConversationResult) -> &'static str {
    let hour = row.start.as_deref().and_then(|start| start.get(11..13)).and_then(|hour| hour.parse::<u8>().ok());
    match hour {
        Some(0..=7) => "night",
        Some(8..=12) => "morning",
        Some(13..=17) => "afternoon",
        Some(_) => "evening",
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::Part;
    use super::*;

    fn row(number: u64) -> ConversationResult {
        let agent = Some(format!("a{}", number % 3));
        ConversationResult {
            number,
            conversation: Some(format!("c{number}")),
            day: Some(format!("2026-03-{:02}", number % 5 + 1)),
            start: Some("2026-03-01T09:00:00+08:00".to_owned()),
            parts: vec![Part { agent: agent.clone(), turns: 1, ..Part::default() }],
            agent,
            ..ConversationResult::default()
        }
    }

    fn draw(plans: &[&str], seed: u64, numbers: impl Iterator<Item = u64>) -> Sample {
        let plans = plans.iter().map(|plan| Plan::parse(plan).unwrap()).collect();
        let mut sampler = Sampler::new(seed, plans, []);
        numbers.for_each(|number| sampler.add(&row(number)));
        sampler.finish()
    }

    #[test]
    fn a_seed_draws_the_same_in_any_order_and_another_draws_others() {
        let drawn = draw(&["random:50"], 7, 0..1000);
        assert_eq!(drawn.drawn.len(), 50);
        assert_eq!(draw(&["random:50"], 7, (0..1000).rev()), drawn);
        assert_ne!(draw(&["random:50"], 8, 0..1000).drawn, drawn.drawn);
        assert_eq!(drawn.frame, 1000);
    }

    #[test]
    fn each_stratum_gets_its_own() {
        let drawn = draw(&["agent:4", "day:1"], 1, 0..300).drawn;
        for agent in ["agent:a0", "agent:a1", "agent:a2"] {
            assert_eq!(drawn.iter().filter(|one| one.reasons.iter().any(|reason| reason == agent)).count(), 4);
        }
        assert_eq!(drawn.iter().flat_map(|one| &one.reasons).filter(|reason| reason.starts_with("day:")).count(), 5);
    }

    #[test]
    fn a_month_of_an_agent_is_spread_over_its_days() {
        let drawn = draw(&["agent-month:5"], 1, (0..900).filter(|number| number % 3 == 0)).drawn;
        let days: BTreeSet<_> = drawn.iter().map(|one| one.day.clone()).collect();
        assert_eq!((drawn.len(), days.len()), (5, 5));
    }

    /// Most conversations are of two mornings; these must not crowd out the rest.
    #[test]
    fn days_come_first_and_shifts_next_whatever_most_of_the_work_was() {
        let times = (1..=20_u64).flat_map(|day| [3, 9, 15, 20].map(|hour| (day, hour)));
        let busy = (0..200).map(|number| (number % 2 + 1, 9));
        let rows: Vec<ConversationResult> = times
            .chain(busy)
            .zip(0..)
            .map(|((day, hour), number)| ConversationResult {
                day: Some(format!("2026-03-{day:02}")),
                start: Some(format!("2026-03-{day:02}T{hour:02}:00:00+08:00")),
                parts: vec![Part { agent: Some("a".to_owned()), ..Part::default() }],
                ..row(number)
            })
            .collect();
        let backwards: Vec<ConversationResult> = rows.iter().rev().cloned().collect();
        for (size, seed) in [(8, 1), (8, 2), (20, 1), (30, 3)] {
            let draw = |rows: &[ConversationResult]| {
                let plan = Plan { by: By::AgentMonth, size };
                let mut sampler = Sampler::new(seed, vec![plan], []);
                for row in rows {
                    sampler.add(row);
                }
                sampler.finish().drawn
            };
            let drawn = draw(&rows);
            assert_eq!(drawn, draw(&backwards), "{size}");
            let days: BTreeSet<_> = drawn.iter().map(|one| one.day.clone()).collect();
            assert_eq!((drawn.len(), days.len()), (size, size.min(20)), "{size} {seed}");
            let mut shifts: BTreeMap<&str, usize> = BTreeMap::new();
            for one in &drawn {
                *shifts.entry(shift(rows.iter().find(|row| row.number == one.number).unwrap())).or_default() += 1;
            }
            let (most, least) = (shifts.values().max().unwrap(), shifts.values().min().unwrap());
            assert!(shifts.len() == 4 && most - least <= 1, "{size} {seed}: {shifts:?}");
        }
    }

    #[test]
    fn plans_are_read() {
        assert_eq!(Plan::parse("agent-month: 20"), Some(Plan { by: By::AgentMonth, size: 20 }));
        assert!(Plan::NAMES.iter().all(|name| Plan::parse(&format!("{name}:1")).is_some()));
        for wrong in ["random", "random:0", "random:x", "sometimes:3", ":3"] {
            assert_eq!(Plan::parse(wrong), None, "{wrong}");
        }
    }
}
