//! Compares machine and people on the same conversations: how often they agree, by how much scores differ, rule by
//! rule.

use super::Points;
use super::discuss::{Decided, Discussion, decide, on_passing};
use super::own::Own;
use super::people::{Among, Human, People, Reference, Said, Verdict, by_part, same};
use super::periods::{monday, month};
use super::row::{ConversationResult, Found, Part, Score};
use super::share::Share;
use super::side_by_side::SideBySide;
use crate::workshop::{alpha, kappa};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How far machine and people agree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// Conversations that both saw.
    pub conversations: u64,
    /// Conversations in the sheet that the audit does not hold.
    pub unknown: u64,
    /// Whose word stands for people where several judged: `majority`, `unanimous`, `any`, or a reviewer's name. The
    /// score is the mean of all, or that reviewer's.
    pub reference: String,
    /// Conversations on whose passing people are divided; not compared.
    pub divided: u64,
    /// Conversations of several agents that people judged without naming one: only rules are compared.
    pub unclear: u64,
    /// Agents in the sheet who are not in their conversation; not compared.
    pub strangers: u64,
    /// Decisions on single rules on which people are divided; not compared.
    pub divided_decisions: u64,
    /// How far people agree among themselves; none where no conversation was judged twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub among: Option<Among>,
    /// Share of verdicts (passed or not) on which machine and reference agree (一致率).
    pub agreement: Share,
    /// Cohen's κ of the verdicts; none where both give one verdict throughout.
    pub kappa: Option<f64>,
    /// Krippendorff's α of the verdicts, between machine and reference; `among` has that of the reviewers.
    pub alpha: Option<f64>,
    /// Scores: machine less reference.
    pub scores: ScoreDifference,
    /// By reviewer.
    pub reviewers: BTreeMap<String, ScoreDifference>,
    /// Each case with the human score and the machine score, in the order of the audit.
    pub cases: Vec<SideBySide>,
    /// By week, each by its Monday, in order.
    pub by_week: Vec<PeriodAgreement>,
    /// By month, in order.
    pub by_month: Vec<PeriodAgreement>,
    /// Share of decisions on single rules that agree.
    pub decisions: Share,
    /// Cohen's κ of these decisions.
    pub decisions_kappa: Option<f64>,
    /// By rule.
    pub rules: Vec<RuleAgreement>,
}

/// How scores differ: machine less human, both from 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScoreDifference {
    /// Pairs of scores, one for each case.
    pub n: u64,
    /// The mean of the differences.
    pub mean: Option<Points>,
    /// The mean of the absolute differences.
    pub size: Option<Points>,
    /// Krippendorff's α of these pairs (interval scale); none where all scores are equal.
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
    /// Share of verdicts that agree.
    pub agreement: Share,
    /// Cohen's κ of the verdicts.
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
    /// Conversations in which both machine and reference found it.
    pub both: u64,
    /// Only the machine did.
    pub machine_only: u64,
    /// Only people did.
    pub human_only: u64,
    /// Conversations on which people are divided; in none of these figures.
    pub divided: u64,
    /// Precision: the share of the machine's findings that people found, too.
    pub right: Share,
    /// The share of people's findings that the machine missed.
    pub missed: Share,
}

/// Machine's and people's verdicts and scores on the same conversations.
#[derive(Clone, Default)]
struct Pairs {
    conversations: u64,
    passed: Vec<(bool, bool)>,
    scores: Vec<(f64, f64)>,
}

/// A comparison being made. `humans` are by conversation; conversations that nobody reviewed are skipped.
pub struct Comparison {
    humans: BTreeMap<String, Vec<Human>>,
    reference: Reference,
    card: Option<String>,
    /// Pass marks by scorecard.
    passes: BTreeMap<String, Points>,
    seen: BTreeSet<String>,
    people: People,
    whole: Pairs,
    /// By reviewer.
    scores: BTreeMap<String, Vec<(f64, f64)>>,
    rows: Vec<Decided>,
    cases: Vec<SideBySide>,
    divided: u64,
    unclear: u64,
    strangers: u64,
    days: BTreeMap<String, Pairs>,
    /// Disagreements to discuss.
    pub discussions: Vec<Discussion>,
}

impl Comparison {
    /// Compares with these people, by this scorecard (none: a row's first). A reviewer who gave a score but no verdict
    /// lets pass whatever reaches the pass mark.
    pub fn new(
        humans: Vec<Human>,
        reference: Reference,
        card: Option<String>,
        passes: BTreeMap<String, Points>,
    ) -> Self {
        let mut by_conversation: BTreeMap<String, Vec<Human>> = BTreeMap::new();
        for human in humans {
            by_conversation.entry(human.conversation.clone()).or_default().push(human);
        }
        Self {
            humans: by_conversation,
            reference,
            card,
            passes,
            seen: BTreeSet::new(),
            people: People::default(),
            whole: Pairs::default(),
            scores: BTreeMap::new(),
            rows: Vec::new(),
            cases: Vec::new(),
            divided: 0,
            unclear: 0,
            strangers: 0,
            days: BTreeMap::new(),
            discussions: Vec::new(),
        }
    }

    /// Adds the machine's result for a conversation. `mask` hides what is private in a name.
    pub fn add(&mut self, row: &ConversationResult, mask: &dyn Fn(&str) -> String) {
        let Some(id) = &row.conversation else { return };
        let Some(humans) = self.humans.get(id) else { return };
        // An id that stands twice names no conversation.
        if !self.seen.insert(id.clone()) {
            return;
        }
        let (cases, strangers) = by_part(humans, &row.parts, mask);
        self.strangers += strangers;
        let own = Own::of(row);
        let card = self.card.clone();
        let wanted = |score: &&Score| card.as_ref().is_none_or(|own| *own == score.scorecard);
        for (place, (part, humans)) in cases.into_iter().enumerate() {
            self.unclear += u64::from(part.is_none() && row.parts.len() > 1);
            let score = part.and_then(|part| own.scores(part.agent.as_ref()).find(wanted));
            // Of several agents' conversation, the part's; otherwise all of it, also what is no agent's.
            let own: Vec<&Found> = match part.filter(|_| row.parts.len() > 1) {
                Some(part) => own.findings(part.agent.as_ref()).map(|(_, found)| found).collect(),
                None => row.findings.iter().collect(),
            };
            self.case((row, part), (score, &own), &humans, place == 0);
        }
    }

    /// Compares one case: an agent's part, or without one only the rules. `first` marks the first case of its
    /// conversation, so that the conversation is counted once.
    fn case(
        &mut self,
        (row, part): (&ConversationResult, Option<&Part>),
        (score, found): (Option<&Score>, &[&Found]),
        humans: &[Human],
        first: bool,
    ) {
        let mark = score.and_then(|score| self.passes.get(&score.scorecard));
        let verdict = |human: &Human| human.passed.or_else(|| Some(human.score? >= *mark?));
        let verdicts: Vec<(&Human, bool)> = humans.iter().filter_map(|human| Some((human, verdict(human)?))).collect();
        let mut day = Pairs { conversations: u64::from(first), ..Pairs::default() };
        let people = self.reference.of(verdicts.iter().map(|(human, passed)| (*human, !passed)));
        let passed = if let Said::This(objected) = people { Some(!objected) } else { None };
        self.cases.extend(SideBySide::of((row, part), score, (&self.reference, humans), passed));
        if let Some(machine) = score.and_then(|score| score.passed) {
            match people {
                Said::This(objected) => day.passed.push((machine, !objected)),
                Said::Divided => self.divided += 1,
                Said::Nothing => {}
            }
            self.discussions.extend(on_passing((row, part), machine, &verdicts));
        }
        if let Some(machine) = score.and_then(|score| score.percent).map(Points::value) {
            day.scores.extend(self.reference.score(humans).map(|people| (machine, people)));
            for (human, score) in humans.iter().filter_map(|human| Some((human, human.score?.value()))) {
                self.scores.entry(human.reviewer.clone()).or_default().push((machine, score));
            }
        }
        let verdicts: Vec<Verdict> =
            verdicts.into_iter().map(|(human, passed)| (human.reviewer.clone(), passed)).collect();
        self.people.add(humans, verdicts);
        self.whole.add(&day);
        // Conversations without a day belong to no period.
        if let Some(name) = &row.day {
            self.days.entry(name.clone()).or_default().add(&day);
        }
        let decided = decide(&self.reference, humans, (row, part, found), &mut self.discussions);
        self.rows.extend(decided);
    }

    /// Conversations of the sheet that no row was of, each with the first line that names it.
    pub fn unknown(&self) -> impl Iterator<Item = (&str, usize)> {
        let unseen = self.humans.iter().filter(|(id, _)| !self.seen.contains(*id));
        unseen.map(|(id, humans)| (id.as_str(), humans.iter().map(|human| human.line).min().unwrap_or_default()))
    }

    /// The finished comparison.
    pub fn finish(&self) -> Calibration {
        let rules: BTreeSet<&String> =
            self.rows.iter().flat_map(|row| row.machine.iter().chain(&row.people).chain(&row.divided)).collect();
        let mut decisions = Vec::new();
        let mut by_rule = Vec::new();
        for rule in &rules {
            let told = self.rows.iter().filter(|row| !row.divided.contains(*rule));
            let own: Vec<(bool, bool)> =
                told.map(|row| (row.machine.contains(*rule), row.people.contains(*rule))).collect();
            let count = |wanted: (bool, bool)| own.iter().filter(|pair| **pair == wanted).count() as u64;
            let (both, machine_only, human_only) = (count((true, true)), count((true, false)), count((false, true)));
            by_rule.push(RuleAgreement {
                rule: (*rule).clone(),
                both,
                machine_only,
                human_only,
                divided: self.rows.iter().filter(|row| row.divided.contains(*rule)).count() as u64,
                right: Share::new(both, both + machine_only),
                missed: Share::new(human_only, both + human_only),
            });
            decisions.extend(own);
        }
        Calibration {
            conversations: self.seen.len() as u64,
            unknown: self.unknown().count() as u64,
            reference: self.reference.name().to_owned(),
            divided: self.divided,
            unclear: self.unclear,
            strangers: self.strangers,
            divided_decisions: self.rows.iter().map(|row| row.divided.len() as u64).sum(),
            among: self.people.among(&rules),
            agreement: same(&self.whole.passed),
            kappa: kappa(&self.whole.passed),
            alpha: alpha(&self.whole.passed.iter().copied().map(verdicts).collect::<Vec<_>>()),
            scores: difference(&self.whole.scores),
            reviewers: self.scores.iter().map(|(name, own)| (name.clone(), difference(own))).collect(),
            cases: self.cases.clone(),
            by_week: self.periods(monday),
            by_month: self.periods(month),
            decisions: same(&decisions),
            decisions_kappa: kappa(&decisions),
            rules: by_rule,
        }
    }
}

impl Comparison {
    /// Adds the days up by the period that `name` gives for them, in order.
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
            scores: difference(&pairs.scores),
        });
        told.collect()
    }
}

impl Pairs {
    fn add(&mut self, other: &Self) {
        self.conversations += other.conversations;
        self.passed.extend_from_slice(&other.passed);
        self.scores.extend_from_slice(&other.scores);
    }
}

fn verdicts((machine, people): (bool, bool)) -> Vec<f64> {
    [machine, people].map(|passed| f64::from(u8::from(passed))).to_vec()
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "means of values up to 100")]
fn difference(pairs: &[(f64, f64)]) -> ScoreDifference {
    let n = pairs.len() as f64;
    let mean = |of: fn(f64) -> f64| {
        let sum: f64 = pairs.iter().map(|(machine, human)| of(machine - human)).sum();
        (!pairs.is_empty()).then(|| Points((sum / n * 100.0).round() as i64))
    };
    let alpha = alpha(&pairs.iter().map(|(machine, human)| vec![*machine, *human]).collect::<Vec<_>>());
    ScoreDifference { n: pairs.len() as u64, mean: mean(|difference| difference), size: mean(f64::abs), alpha }
}
