//! Machine against people on the same conversations: how often they agree, by how much scores differ, rule by rule.

use super::periods::{monday, month};
use super::row::ConversationResult;
use super::share::Share;
use super::{Found, Points};
use crate::workshop::{alpha, kappa};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a person said about a conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Human {
    /// The conversation's id.
    pub conversation: String,
    /// Who.
    pub reviewer: String,
    /// The score, 0 to 100.
    pub score: Option<Points>,
    /// Whether it passes.
    pub passed: Option<bool>,
    /// Rules that were broken. None: nobody looked for any.
    pub rules: Option<BTreeSet<String>>,
}

/// How far machine and people agree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// Conversations that both saw.
    pub conversations: u64,
    /// Conversations of people that the machine's results do not hold.
    pub unknown: u64,
    /// Verdicts of passing that are the same (一致率).
    pub agreement: Share,
    /// Cohen's κ of the same.
    pub kappa: Option<f64>,
    /// Krippendorff's α of the same, over all reviewers and the machine.
    pub alpha: Option<f64>,
    /// Scores: machine less human.
    pub scores: ScoreDifference,
    /// By reviewer.
    pub reviewers: BTreeMap<String, ScoreDifference>,
    /// By week, each by its Monday, in order.
    pub by_week: Vec<PeriodAgreement>,
    /// By month, in order.
    pub by_month: Vec<PeriodAgreement>,
    /// Decisions on single rules that are the same.
    pub decisions: Share,
    /// Cohen's κ of the same.
    pub decisions_kappa: Option<f64>,
    /// By rule.
    pub rules: Vec<RuleAgreement>,
}

/// How scores differ: machine less human, both from 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScoreDifference {
    /// Pairs of scores.
    pub n: u64,
    /// The mean of the differences.
    pub mean: Option<Points>,
    /// The mean of their sizes.
    pub size: Option<Points>,
    /// Krippendorff's α of the scores (as an interval scale).
    pub alpha: Option<f64>,
}

/// How machine and people agree about the conversations of a week or a month.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeriodAgreement {
    /// The Monday of a week, or a month.
    pub name: String,
    /// Conversations that both saw.
    pub conversations: u64,
    /// Verdicts of passing that are the same.
    pub agreement: Share,
    /// Cohen's κ of the same.
    pub kappa: Option<f64>,
    /// Scores: machine less human.
    pub scores: ScoreDifference,
}

/// How machine and people agree about a rule.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleAgreement {
    /// The rule.
    pub rule: String,
    /// Conversations in which both found it.
    pub both: u64,
    /// Only the machine did.
    pub machine_only: u64,
    /// Only people did.
    pub human_only: u64,
    /// Of what the machine found, what people found too (precision).
    pub right: Share,
    /// Of what people found, what the machine missed.
    pub missed: Share,
}

/// A decision to talk about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discussion {
    /// The conversation.
    pub conversation: String,
    /// The agent.
    pub agent: String,
    /// The rule.
    pub rule: String,
    /// The machine's words for it, if it found it.
    pub quote: String,
    /// Whether the machine found it.
    pub machine: bool,
    /// Reviewers who found it.
    pub found: Vec<String>,
    /// Reviewers who looked and did not.
    pub not_found: Vec<String>,
}

/// What machine and people said about the same conversations: passed or not, and the scores.
#[derive(Clone, Default)]
struct Pairs {
    conversations: u64,
    passed: Vec<(bool, bool)>,
    scores: Vec<(f64, f64)>,
    units: Vec<Vec<f64>>,
}

/// Compares. `humans` are by conversation; rows of conversations that nobody reviewed are passed over.
pub struct Comparison {
    humans: BTreeMap<String, Vec<Human>>,
    card: Option<String>,
    /// From which score on a scorecard lets a case pass.
    passes: BTreeMap<String, Points>,
    seen: BTreeSet<String>,
    passed: Vec<(bool, bool)>,
    passed_units: Vec<Vec<f64>>,
    scores: Vec<(String, f64, f64)>,
    score_units: Vec<Vec<f64>>,
    rows: Vec<(BTreeSet<String>, BTreeSet<String>)>,
    days: BTreeMap<String, Pairs>,
    /// What they do not agree on.
    pub discussions: Vec<Discussion>,
}

impl Comparison {
    /// With these people, by this scorecard (none: a row's first). Who gave a score and no verdict has passed whatever
    /// reaches the scorecard's pass mark.
    pub fn new(humans: Vec<Human>, card: Option<String>, passes: BTreeMap<String, Points>) -> Self {
        let mut by_conversation: BTreeMap<String, Vec<Human>> = BTreeMap::new();
        for human in humans {
            by_conversation.entry(human.conversation.clone()).or_default().push(human);
        }
        Self {
            humans: by_conversation,
            card,
            passes,
            seen: BTreeSet::new(),
            passed: Vec::new(),
            passed_units: Vec::new(),
            scores: Vec::new(),
            score_units: Vec::new(),
            rows: Vec::new(),
            days: BTreeMap::new(),
            discussions: Vec::new(),
        }
    }

    /// Takes what the machine said about a conversation.
    pub fn add(&mut self, row: &ConversationResult) {
        let Some(id) = &row.conversation else { return };
        let Some(humans) = self.humans.get(id) else { return };
        // A repeated id cannot be told apart.
        if !self.seen.insert(id.clone()) {
            return;
        }
        let wanted = |card: &str| self.card.as_ref().is_none_or(|own| own == card);
        let score = row.scores.iter().find(|score| wanted(&score.scorecard));
        let (machine, passed) = (score.and_then(|score| score.percent), score.and_then(|score| score.passed));
        let number = |yes: bool| f64::from(u8::from(yes));
        let mut day = Pairs { conversations: 1, ..Pairs::default() };
        if let Some(machine) = passed {
            let mark = score.and_then(|score| self.passes.get(&score.scorecard));
            let verdict = |human: &Human| human.passed.or_else(|| Some(human.score? >= *mark?));
            let said: Vec<bool> = humans.iter().filter_map(verdict).collect();
            self.passed.extend(said.iter().map(|human| (machine, *human)));
            day.passed.extend(said.iter().map(|human| (machine, *human)));
            self.passed_units.push(std::iter::once(machine).chain(said).map(number).collect());
        }
        if let Some(machine) = machine.map(Points::value) {
            let said = || humans.iter().filter_map(|human| Some((human, human.score?.value())));
            self.scores.extend(said().map(|(human, score)| (human.reviewer.clone(), machine, score)));
            let unit: Vec<f64> = std::iter::once(machine).chain(said().map(|(_, score)| score)).collect();
            day.scores.extend(unit[1..].iter().map(|score| (machine, *score)));
            day.units.push(unit.clone());
            self.score_units.push(unit);
        }
        // Conversations without a day belong to no period.
        if let Some(name) = &row.day {
            self.days.entry(name.clone()).or_default().add(&day);
        }
        let looked: Vec<&Human> = humans.iter().filter(|human| human.rules.is_some()).collect();
        if looked.is_empty() {
            return;
        }
        let found: BTreeSet<String> =
            row.findings.iter().filter(|found| found.stands()).map(|found| found.rule.clone()).collect();
        let said = |rule: &String| {
            let (yes, no): (Vec<&Human>, Vec<&Human>) = looked
                .iter()
                .copied()
                .partition(|human| human.rules.as_ref().is_some_and(|rules| rules.contains(rule)));
            (yes, no)
        };
        let named: BTreeSet<&String> = looked.iter().filter_map(|human| human.rules.as_ref()).flatten().collect();
        let mut agreed = BTreeSet::new();
        for rule in named.into_iter().chain(&found).collect::<BTreeSet<_>>() {
            let (yes, no) = said(rule);
            if yes.len() >= no.len() && !yes.is_empty() {
                agreed.insert(rule.clone());
            }
            let machine = found.contains(rule);
            if (machine && !no.is_empty()) || (!machine && !yes.is_empty()) {
                let names = |humans: Vec<&Human>| humans.into_iter().map(|human| human.reviewer.clone()).collect();
                let words = row.findings.iter().find(|found: &&Found| found.rule == *rule);
                self.discussions.push(Discussion {
                    conversation: id.clone(),
                    agent: words.and_then(|found| found.agent.clone()).or(row.agent.clone()).unwrap_or_default(),
                    rule: rule.clone(),
                    quote: words.map(|found| found.quote.clone()).unwrap_or_default(),
                    machine,
                    found: names(yes),
                    not_found: names(no),
                });
            }
        }
        self.rows.push((found, agreed));
    }

    /// What it comes to.
    pub fn finish(&self) -> Calibration {
        let rules: BTreeSet<&String> = self.rows.iter().flat_map(|(machine, human)| machine.union(human)).collect();
        let mut decisions = Vec::new();
        let mut by_rule = Vec::new();
        for rule in rules {
            let own: Vec<(bool, bool)> =
                self.rows.iter().map(|(machine, human)| (machine.contains(rule), human.contains(rule))).collect();
            let count = |wanted: (bool, bool)| own.iter().filter(|pair| **pair == wanted).count() as u64;
            let (both, machine_only, human_only) = (count((true, true)), count((true, false)), count((false, true)));
            by_rule.push(RuleAgreement {
                rule: rule.clone(),
                both,
                machine_only,
                human_only,
                right: Share::new(both, both + machine_only),
                missed: Share::new(human_only, both + human_only),
            });
            decisions.extend(own);
        }
        let reviewers: BTreeSet<&String> = self.scores.iter().map(|(reviewer, ..)| reviewer).collect();
        let of = |reviewer: &String| {
            let own: Vec<(f64, f64)> =
                self.scores.iter().filter(|(name, ..)| name == reviewer).map(|(_, a, b)| (*a, *b)).collect();
            let units: Vec<Vec<f64>> = own.iter().map(|(one, other)| vec![*one, *other]).collect();
            difference(&own, alpha(&units))
        };
        let all: Vec<(f64, f64)> = self.scores.iter().map(|(_, machine, human)| (*machine, *human)).collect();
        Calibration {
            conversations: self.seen.len() as u64,
            unknown: self.humans.keys().filter(|id| !self.seen.contains(*id)).count() as u64,
            agreement: same(&self.passed),
            kappa: kappa(&self.passed),
            alpha: alpha(&self.passed_units),
            scores: difference(&all, alpha(&self.score_units)),
            reviewers: reviewers.into_iter().map(|name| (name.clone(), of(name))).collect(),
            by_week: self.periods(monday),
            by_month: self.periods(month),
            decisions: same(&decisions),
            decisions_kappa: kappa(&decisions),
            rules: by_rule,
        }
    }
}

impl Comparison {
    /// Days put together under the name of their period, in order.
    fn periods(&self, name: fn(&str) -> Option<String>) -> Vec<PeriodAgreement> {
        let mut sums: BTreeMap<String, Pairs> = BTreeMap::new();
        for (day, pairs) in &self.days {
            if let Some(period) = name(day) {
                sums.entry(period).or_default().add(pairs);
            }
        }
        let told = sums.into_iter().map(|(name, pairs)| PeriodAgreement {
            name,
            conversations: pairs.conversations,
            agreement: same(&pairs.passed),
            kappa: kappa(&pairs.passed),
            scores: difference(&pairs.scores, alpha(&pairs.units)),
        });
        told.collect()
    }
}

impl Pairs {
    fn add(&mut self, other: &Self) {
        self.conversations += other.conversations;
        self.passed.extend_from_slice(&other.passed);
        self.scores.extend_from_slice(&other.scores);
        self.units.extend_from_slice(&other.units);
    }
}

/// Verdicts that are the same.
fn same(pairs: &[(bool, bool)]) -> Share {
    Share::new(pairs.iter().filter(|(one, other)| one == other).count() as u64, pairs.len() as u64)
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "means of values up to 100")]
fn difference(pairs: &[(f64, f64)], alpha: Option<f64>) -> ScoreDifference {
    let n = pairs.len() as f64;
    let mean = |of: fn(f64) -> f64| {
        let sum: f64 = pairs.iter().map(|(machine, human)| of(machine - human)).sum();
        (!pairs.is_empty()).then(|| Points((sum / n * 100.0).round() as i64))
    };
    ScoreDifference { n: pairs.len() as u64, mean: mean(|difference| difference), size: mean(f64::abs), alpha }
}
