//! Figures: counts over rows, for everything and for each agent, team, channel and day. A fold that can be merged.

use super::Points;
use super::frequent::Frequent;
use super::own::Own;
use super::row::{ConversationResult, FatalKind, FatalState, Part, Score};
use crate::rulebook::{BySeverity, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most agents, teams, channels or days that are told apart; further ones are only counted (`Figures::beyond`).
const MOST_GROUPS: usize = 20_000;
/// Most teams of one agent.
const MOST_TEAMS: usize = 100;

/// Counts over cases. A case is one agent's part of one conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Cases.
    pub cases: u64,
    /// The agents' messages.
    pub turns: u64,
    /// The agents' replies.
    pub replies: u64,
    /// Cases with a finding of at least this severity.
    pub with: BySeverity,
    /// Findings of this severity.
    pub findings: BySeverity,
    /// By rule.
    pub rules: BTreeMap<String, RuleTally>,
    /// By scorecard.
    pub scores: BTreeMap<String, ScoreTally>,
    /// Cases by what the customer complains of.
    pub topics: BTreeMap<String, u64>,
}

/// Counts of one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTally {
    /// Cases with a finding.
    pub hits: u64,
    /// Findings.
    pub findings: u64,
    /// Cases in which its condition was met, for a rule with one.
    pub owed: u64,
    /// Cases in which it could not be asked.
    pub unknown: u64,
}

/// Counts of one scorecard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreTally {
    /// Cases with a score.
    pub n: u64,
    /// Sum of the machine's scores, in hundredths.
    pub sum: u64,
    /// Sum of their squares.
    pub squares: u128,
    /// Cases at or above the pass mark.
    pub passed: u64,
    /// Cases that lost points.
    #[serde(default)]
    pub lost: u64,
    /// Cases with a red line that nobody has dismissed.
    #[serde(default)]
    pub red_lines: u64,
    /// Those of them that a person has confirmed.
    #[serde(default)]
    pub red_lines_confirmed: u64,
    /// Cases by grade.
    pub grades: BTreeMap<String, u64>,
    /// Items: cases that lost or won points, and those points.
    pub items: BTreeMap<String, ItemTally>,
    /// Items: cases to which they did not apply.
    pub not_applicable: BTreeMap<String, u64>,
    /// Cases with a red line, by kind and by what is known about it.
    pub fatal: BTreeMap<FatalKind, BTreeMap<FatalState, u64>>,
}

/// Counts of one item of a scorecard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemTally {
    /// Cases.
    pub cases: u64,
    /// Hits.
    pub hits: u64,
    /// Points lost (below zero) or won.
    pub points: Points,
}

/// How many of somebody's conversations were judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Covered {
    /// Those that were judged.
    pub judged: u64,
    /// Those in which no agent said anything.
    pub skipped: u64,
}

/// What cases are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Who answers for it.
    Agent,
    /// The agent's team.
    Team,
    /// Chat, letter, call, …
    Channel,
    /// The day on which the conversation began.
    Day,
}

/// Figures over many rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Conversations that were judged.
    pub conversations: u64,
    /// Conversations in which there was nothing to judge, by reason.
    pub skipped: BTreeMap<super::row::Invalid, u64>,
    /// Messages whose time cannot be read.
    #[serde(default)]
    pub unreadable_times: u64,
    /// Messages whose clock runs backwards.
    #[serde(default)]
    pub backward_times: u64,
    /// Everything.
    pub whole: Tally,
    /// The words of complaints.
    #[serde(default)]
    pub words: Frequent,
    /// By group and name; cases without a name stand under `None`.
    pub groups: BTreeMap<Group, BTreeMap<Option<String>, Tally>>,
    /// Conversations of each agent and each team.
    #[serde(default)]
    pub covered: BTreeMap<Group, BTreeMap<Option<String>, Covered>>,
    /// Cases of each agent by team.
    pub teams: BTreeMap<String, BTreeMap<String, u64>>,
    /// Hashes of the rulebooks. With more than one, figures must not be compared.
    pub rulebooks: BTreeSet<String>,
    /// Cases of names beyond `MOST_GROUPS`.
    pub beyond: u64,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Agent, Self::Team, Self::Channel, Self::Day];
}

impl Figures {
    /// Counts a row.
    pub fn add(&mut self, row: &ConversationResult) {
        self.rulebooks.insert(row.rulebook.clone());
        if let Some(invalid) = row.invalid.filter(|invalid| invalid.is_skipped()) {
            *self.skipped.entry(invalid).or_default() += 1;
            self.cover(Group::Agent, row.agent.as_ref(), true);
            self.cover(Group::Team, row.team.as_ref(), true);
            return;
        }
        self.conversations += 1;
        self.unreadable_times += row.unreadable_times;
        self.backward_times += row.backward_times;
        self.words.add(&row.words);
        self.cover(Group::Team, row.team.as_ref(), false);
        let own = Own::of(row);
        for part in &row.parts {
            let case = case(row, &own, part);
            self.cover(Group::Agent, part.agent.as_ref(), false);
            self.count(row, part.agent.as_ref(), &case);
        }
    }

    fn cover(&mut self, group: Group, name: Option<&String>, skipped: bool) {
        let names = self.covered.entry(group).or_default();
        if names.len() >= MOST_GROUPS && !names.contains_key(&name.cloned()) {
            return;
        }
        let own = names.entry(name.cloned()).or_default();
        *(if skipped { &mut own.skipped } else { &mut own.judged }) += 1;
    }

    fn count(&mut self, row: &ConversationResult, agent: Option<&String>, case: &Tally) {
        self.whole.merge(case);
        if let (Some(agent), Some(team)) = (agent, &row.team)
            && (self.teams.contains_key(agent) || self.teams.len() < MOST_GROUPS)
        {
            let own = self.teams.entry(agent.clone()).or_default();
            if own.contains_key(team) || own.len() < MOST_TEAMS {
                *own.entry(team.clone()).or_default() += 1;
            }
        }
        for group in Group::ALL {
            let name = match group {
                Group::Agent => agent,
                Group::Team => row.team.as_ref(),
                Group::Channel => row.channel.as_ref(),
                Group::Day => row.day.as_ref(),
            };
            let groups = self.groups.entry(group).or_default();
            if let Some(tally) = groups.get_mut(&name.cloned()) {
                tally.merge(case);
            } else if groups.len() < MOST_GROUPS {
                groups.insert(name.cloned(), case.clone());
            } else {
                self.beyond += 1;
            }
        }
    }

    /// An agent's team, of several the one with most cases; and where there are several, the cases in each.
    pub(super) fn teams_of(&self, agent: &str) -> (Option<String>, BTreeMap<String, u64>) {
        let teams = self.teams.get(agent).cloned().unwrap_or_default();
        // With equal cases, the first by name.
        let team = teams.iter().rev().max_by_key(|(_, cases)| **cases).map(|(team, _)| team.clone());
        (team, if teams.len() > 1 { teams } else { BTreeMap::new() })
    }

    /// Adds the figures of later rows.
    pub fn merge(&mut self, other: &Self) {
        self.conversations += other.conversations;
        self.unreadable_times += other.unreadable_times;
        self.backward_times += other.backward_times;
        self.beyond += other.beyond;
        add_all(&mut self.skipped, &other.skipped);
        self.whole.merge(&other.whole);
        self.words.merge(&other.words);
        for (group, names) in &other.groups {
            let groups = self.groups.entry(*group).or_default();
            for (name, tally) in names {
                groups.entry(name.clone()).or_default().merge(tally);
            }
        }
        for (group, names) in &other.covered {
            let own = self.covered.entry(*group).or_default();
            for (name, counts) in names {
                let own = own.entry(name.clone()).or_default();
                own.judged += counts.judged;
                own.skipped += counts.skipped;
            }
        }
        for (agent, teams) in &other.teams {
            add_all(self.teams.entry(agent.clone()).or_default(), teams);
        }
        self.rulebooks.extend(other.rulebooks.iter().cloned());
    }
}

impl Tally {
    /// Adds the counts of other cases.
    pub fn merge(&mut self, other: &Self) {
        self.cases += other.cases;
        self.turns += other.turns;
        self.replies += other.replies;
        for severity in Severity::ALL {
            self.with[severity] += other.with[severity];
            self.findings[severity] += other.findings[severity];
        }
        for (id, rule) in &other.rules {
            change(&mut self.rules, id, |own| {
                own.hits += rule.hits;
                own.findings += rule.findings;
                own.owed += rule.owed;
                own.unknown += rule.unknown;
            });
        }
        for (id, score) in &other.scores {
            change(&mut self.scores, id, |own| own.merge(score));
        }
        add_all(&mut self.topics, &other.topics);
    }
}

impl ScoreTally {
    fn add(&mut self, score: &Score) {
        if let Some(percent) = score.percent {
            let percent = u64::try_from(percent.0).unwrap_or_default();
            self.n += 1;
            self.sum += percent;
            self.squares += u128::from(percent) * u128::from(percent);
            self.passed += u64::from(score.passed == Some(true));
            *self.grades.entry(score.grade.clone().unwrap_or_default()).or_default() += 1;
        }
        self.lost += u64::from(score.items.iter().any(|item| item.points < Points::ZERO));
        let of = |state| score.fatal.iter().any(|fatal| fatal.state == state);
        let confirmed = of(FatalState::Confirmed);
        self.red_lines += u64::from(confirmed || of(FatalState::Suspected));
        self.red_lines_confirmed += u64::from(confirmed);
        for item in &score.items {
            let own = self.items.entry(item.item.clone()).or_default();
            own.cases += 1;
            own.hits += item.hits;
            own.points += item.points;
        }
        for item in &score.not_applicable {
            *self.not_applicable.entry(item.clone()).or_default() += 1;
        }
        // A case counts once for each kind, in its gravest known state.
        let mut kinds: BTreeMap<FatalKind, FatalState> = BTreeMap::new();
        for fatal in &score.fatal {
            let own = kinds.entry(fatal.kind).or_insert(fatal.state);
            *own = graver(*own, fatal.state);
        }
        for (kind, state) in kinds {
            *self.fatal.entry(kind).or_default().entry(state).or_default() += 1;
        }
    }

    fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
        self.passed += other.passed;
        self.lost += other.lost;
        self.red_lines += other.red_lines;
        self.red_lines_confirmed += other.red_lines_confirmed;
        add_all(&mut self.grades, &other.grades);
        for (id, item) in &other.items {
            change(&mut self.items, id, |own| {
                own.cases += item.cases;
                own.hits += item.hits;
                own.points += item.points;
            });
        }
        add_all(&mut self.not_applicable, &other.not_applicable);
        for (kind, states) in &other.fatal {
            add_all(self.fatal.entry(*kind).or_default(), states);
        }
    }
}

/// The counts of one agent's part of a conversation.
pub(super) fn case(row: &ConversationResult, own: &Own<'_>, part: &Part) -> Tally {
    let mut case = Tally { cases: 1, turns: part.turns, replies: part.replies, ..Tally::default() };
    let agent = part.agent.as_ref();
    let found = || own.findings(agent).map(|(_, found)| found).filter(|found| found.stands());
    for found in found() {
        case.findings[found.severity] += 1;
        let rule = case.rules.entry(found.rule.clone()).or_default();
        rule.hits = 1;
        rule.findings += 1;
    }
    let worst = found().map(|found| found.severity).max();
    for least in Severity::ALL.into_iter().filter(|least| Some(*least) <= worst) {
        case.with[least] = 1;
    }
    for rule in &part.owed {
        case.rules.entry(rule.clone()).or_default().owed = 1;
    }
    for rule in &row.not_evaluated {
        let rule = case.rules.entry(rule.clone()).or_default();
        rule.unknown = u64::from(rule.hits == 0 && rule.owed == 0);
    }
    for score in own.scores(agent) {
        case.scores.entry(score.scorecard.clone()).or_default().add(score);
    }
    case.topics.extend(row.topics.iter().map(|topic| (topic.clone(), 1)));
    case
}

fn add_all<K: Ord + Clone>(own: &mut BTreeMap<K, u64>, other: &BTreeMap<K, u64>) {
    for (key, count) in other {
        change(own, key, |own| *own += count);
    }
}

/// Changes the value of a key in place; the key is cloned only when it is new.
fn change<K: Ord + Clone, V: Default>(map: &mut BTreeMap<K, V>, key: &K, how: impl FnOnce(&mut V)) {
    match map.get_mut(key) {
        Some(value) => how(value),
        None => how(map.entry(key.clone()).or_default()),
    }
}

fn graver(one: FatalState, other: FatalState) -> FatalState {
    let gravest_first = [FatalState::Confirmed, FatalState::Suspected, FatalState::Dismissed];
    gravest_first.into_iter().find(|state| [one, other].contains(state)).unwrap_or(one)
}
