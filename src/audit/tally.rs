//! Counts over cases. A case is one agent's part of one conversation.
//!
//! Counts are kept by number, not by name: each case is added to five tallies, and the names (of rules, scorecards,
//! items, grades, topics) are few.

use super::Points;
use super::own::Own;
use super::row::{ConversationResult, FatalKind, FatalState, Part, Score};
use crate::rulebook::{BySeverity, Severity};
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, HashMap};

/// The numbers of names, given in the order in which they are met.
#[derive(Debug, Default)]
pub(super) struct Ids {
    numbers: HashMap<String, u32, RandomState>,
    names: Vec<String>,
}

impl Ids {
    /// The number of a name, a new one if need be.
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }

    /// The number of a name that was met.
    fn known(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }
}

/// How many values are passed one by one before the rest is searched.
const NEAR: usize = 4;

/// Values by number, sorted: a tally has few.
#[derive(Clone, Debug)]
pub(super) struct Counts<T>(Vec<(u32, T)>);

impl<T> Default for Counts<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Default> Counts<T> {
    /// The value of a number.
    fn at(&mut self, number: u32) -> &mut T {
        let place = match self.0.binary_search_by_key(&number, |(number, _)| *number) {
            Ok(place) => place,
            Err(place) => {
                self.0.insert(place, (number, T::default()));
                place
            }
        };
        &mut self.0[place].1
    }

    fn merge(&mut self, other: &Self, mut add: impl FnMut(&mut T, &T)) {
        let mut from = 0;
        for (number, value) in &other.0 {
            // Both are sorted: what is before the last place is passed, and mostly the next is near.
            let behind = &self.0[from..];
            let near = behind.iter().take(NEAR).position(|(own, _)| own >= number);
            from += near.unwrap_or_else(|| behind.partition_point(|(own, _)| own < number));
            if self.0.get(from).is_none_or(|(own, _)| own != number) {
                self.0.insert(from, (*number, T::default()));
            }
            add(&mut self.0[from].1, value);
            from += 1;
        }
    }

    /// The value of a name, if there is one.
    pub(super) fn get(&self, name: &str, ids: &Ids) -> Option<&T> {
        let number = ids.known(name)?;
        let place = self.0.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        Some(&self.0[place].1)
    }

    /// The values by name.
    pub(super) fn named<'a>(&'a self, ids: &'a Ids) -> BTreeMap<&'a str, &'a T> {
        self.0.iter().map(|(number, value)| (ids.name(*number), value)).collect()
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// All values, to be changed.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().map(|(_, value)| value)
    }
}

impl Counts<u64> {
    fn add(&mut self, other: &Self) {
        self.merge(other, |own, other| *own += other);
    }

    /// The counts by name, with names of their own.
    pub(super) fn owned(&self, ids: &Ids) -> BTreeMap<String, u64> {
        self.0.iter().map(|(number, count)| (ids.name(*number).to_owned(), *count)).collect()
    }
}

/// Counts over cases.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Cases.
    pub(super) cases: u64,
    /// The agents' messages.
    pub(super) turns: u64,
    /// The agents' replies.
    pub(super) replies: u64,
    /// Cases with a finding of at least this severity.
    pub(super) with: BySeverity,
    /// Findings of this severity.
    pub(super) findings: BySeverity,
    /// By rule.
    pub(super) rules: Counts<RuleTally>,
    /// By scorecard.
    pub(super) scores: Counts<ScoreTally>,
    /// Cases by what the customer complains of.
    pub(super) topics: Counts<u64>,
}

/// Counts of one rule.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RuleTally {
    /// Cases with a finding.
    pub(super) hits: u64,
    /// Findings.
    pub(super) findings: u64,
    /// Cases in which its condition was met, for a rule with one.
    pub(super) owed: u64,
    /// Cases in which it could not be asked.
    pub(super) unknown: u64,
}

/// Counts of one scorecard.
#[derive(Clone, Debug, Default)]
pub(super) struct ScoreTally {
    /// Cases with a score.
    pub(super) n: u64,
    /// Sum of the machine's scores, in hundredths.
    pub(super) sum: u64,
    /// Sum of their squares.
    pub(super) squares: u128,
    /// Cases at or above the pass mark.
    pub(super) passed: u64,
    /// Cases that lost points.
    pub(super) lost: u64,
    /// Cases with a red line that nobody has dismissed.
    pub(super) red_lines: u64,
    /// Those of them that a person has confirmed.
    pub(super) red_lines_confirmed: u64,
    /// Cases by grade.
    pub(super) grades: Counts<u64>,
    /// Items: cases that lost or won points, and those points.
    pub(super) items: Counts<ItemTally>,
    /// Items: cases to which they did not apply.
    pub(super) not_applicable: Counts<u64>,
    /// Cases with a red line, by kind and by what is known about it.
    pub(super) fatal: BTreeMap<FatalKind, BTreeMap<FatalState, u64>>,
}

/// Counts of one item of a scorecard.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ItemTally {
    /// Cases.
    pub(super) cases: u64,
    /// Hits.
    pub(super) hits: u64,
    /// Points lost (below zero) or won.
    pub(super) points: Points,
}

impl Tally {
    /// Adds the counts of other cases.
    pub(super) fn merge(&mut self, other: &Self) {
        self.cases += other.cases;
        self.turns += other.turns;
        self.replies += other.replies;
        for severity in Severity::ALL {
            self.with[severity] += other.with[severity];
            self.findings[severity] += other.findings[severity];
        }
        self.rules.merge(&other.rules, |own, rule| {
            own.hits += rule.hits;
            own.findings += rule.findings;
            own.owed += rule.owed;
            own.unknown += rule.unknown;
        });
        self.scores.merge(&other.scores, ScoreTally::merge);
        self.topics.add(&other.topics);
    }
}

impl ScoreTally {
    fn add(&mut self, score: &Score, ids: &mut Ids) {
        if let Some(percent) = score.percent {
            let percent = u64::try_from(percent.0).unwrap_or_default();
            self.n += 1;
            self.sum += percent;
            self.squares += u128::from(percent) * u128::from(percent);
            self.passed += u64::from(score.passed == Some(true));
            *self.grades.at(ids.number(score.grade.as_deref().unwrap_or_default())) += 1;
        }
        self.lost += u64::from(score.items.iter().any(|item| item.points < Points::ZERO));
        let of = |state| score.fatal.iter().any(|fatal| fatal.state == state);
        let confirmed = of(FatalState::Confirmed);
        self.red_lines += u64::from(confirmed || of(FatalState::Suspected));
        self.red_lines_confirmed += u64::from(confirmed);
        for item in &score.items {
            let own = self.items.at(ids.number(&item.item));
            own.cases += 1;
            own.hits += item.hits;
            own.points += item.points;
        }
        for item in &score.not_applicable {
            *self.not_applicable.at(ids.number(item)) += 1;
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
        self.grades.add(&other.grades);
        self.items.merge(&other.items, |own, item| {
            own.cases += item.cases;
            own.hits += item.hits;
            own.points += item.points;
        });
        self.not_applicable.add(&other.not_applicable);
        for (kind, states) in &other.fatal {
            let own = self.fatal.entry(*kind).or_default();
            for (state, count) in states {
                *own.entry(*state).or_default() += count;
            }
        }
    }
}

/// The counts of one agent's part of a conversation.
pub(super) fn case(row: &ConversationResult, own: &Own<'_>, part: &Part, ids: &mut Ids) -> Tally {
    let mut case = Tally { cases: 1, turns: part.turns, replies: part.replies, ..Tally::default() };
    let agent = part.agent.as_ref();
    let found = || own.findings(agent).map(|(_, found)| found).filter(|found| found.stands());
    for found in found() {
        case.findings[found.severity] += 1;
        let rule = case.rules.at(ids.number(&found.rule));
        rule.hits = 1;
        rule.findings += 1;
    }
    let worst = found().map(|found| found.severity).max();
    for least in Severity::ALL.into_iter().filter(|least| Some(*least) <= worst) {
        case.with[least] = 1;
    }
    for rule in &part.owed {
        case.rules.at(ids.number(rule)).owed = 1;
    }
    for rule in &row.not_evaluated {
        let rule = case.rules.at(ids.number(rule));
        rule.unknown = u64::from(rule.hits == 0 && rule.owed == 0);
    }
    for score in own.scores(agent) {
        case.scores.at(ids.number(&score.scorecard)).add(score, ids);
    }
    for topic in &row.topics {
        *case.topics.at(ids.number(topic)) = 1;
    }
    case
}

fn graver(one: FatalState, other: FatalState) -> FatalState {
    let gravest_first = [FatalState::Confirmed, FatalState::Suspected, FatalState::Dismissed];
    gravest_first.into_iter().find(|state| [one, other].contains(state)).unwrap_or(one)
}
