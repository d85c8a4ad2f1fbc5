//! Days, weeks and months of each agent and each team, for their own pages.

use super::own::Own;
use super::periods::{monday, month};
use super::row::{ConversationResult, Invalid};
use super::summary::{GroupSummary, Summary, period};
use super::tally::{Ids, Tally, case};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Most agents and most teams with figures by period: as many as get pages.
const MOST_UNITS: usize = 500;
/// Most periods of all units together. Beyond that, days are given up, and then weeks.
const MOST_PERIODS: usize = 20_000;

/// An agent or a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit<'a> {
    /// An agent.
    Agent(&'a str),
    /// A team.
    Team(&'a str),
}

/// The figures of a unit, period by period.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitPeriods {
    /// Days, in order; empty where all units together have too many.
    pub by_day: Vec<GroupSummary>,
    /// Weeks, each by its Monday, in order.
    pub by_week: Vec<GroupSummary>,
    /// Months, in order.
    pub by_month: Vec<GroupSummary>,
}

/// A unit's figures by period.
type Periods = BTreeMap<String, Tally>;

/// Adds up the cases of agents and teams.
#[derive(Debug)]
pub struct Units {
    /// Units: whether it is a team, and its name.
    names: BTreeSet<(bool, String)>,
    /// For days, weeks and months: the figures of each unit.
    told: [BTreeMap<(bool, String), Periods>; 3],
    /// Number of days, weeks and months.
    counts: [usize; 3],
    /// The index of the shortest period that is still kept.
    from: usize,
    most: usize,
    /// The names that tallies count by.
    ids: Ids,
}

impl Default for Units {
    fn default() -> Self {
        Self {
            names: BTreeSet::new(),
            told: Default::default(),
            counts: [0; 3],
            from: 0,
            most: MOST_PERIODS,
            ids: Ids::default(),
        }
    }
}

impl Units {
    /// Adds a row. A conversation without a day belongs to no period.
    pub fn add(&mut self, row: &ConversationResult) {
        let Some(day) = row.day.as_ref().filter(|_| !row.invalid.is_some_and(Invalid::is_skipped)) else { return };
        let periods = [Some(day.clone()), monday(day), month(day)];
        let own = Own::of(row);
        for part in &row.parts {
            let mut case = case(row, &own, part, &mut self.ids);
            // The pages show no rules and topics by period, and items only by month; these take most of the memory.
            case.rules.clear();
            case.topics.clear();
            let mut slim = case.clone();
            slim.scores.values_mut().for_each(|score| {
                score.items.clear();
                score.not_applicable.clear();
            });
            let units = [(false, part.agent.as_ref()), (true, row.team.as_ref())];
            for (team, name) in units.into_iter().filter_map(|(team, name)| Some((team, name?))) {
                let unit = (team, name.clone());
                if !self.names.contains(&unit) {
                    if self.names.iter().filter(|(other, _)| *other == team).count() >= MOST_UNITS {
                        continue;
                    }
                    self.names.insert(unit.clone());
                }
                for (length, period) in periods.iter().enumerate().skip(self.from) {
                    let Some(period) = period else { continue };
                    let own = self.told[length].entry(unit.clone()).or_default();
                    self.counts[length] += usize::from(!own.contains_key(period));
                    own.entry(period.clone()).or_default().merge(if length == 2 { &case } else { &slim });
                }
            }
            self.shorten();
        }
    }

    /// Gives up the shortest periods while there are too many.
    fn shorten(&mut self) {
        while self.from < 2 && self.counts[self.from..].iter().sum::<usize>() > self.most {
            self.told[self.from].clear();
            self.from += 1;
        }
    }

    /// A unit's periods, in the form of the summary.
    pub fn periods(&self, unit: Unit<'_>, summary: &Summary) -> UnitPeriods {
        let key = match unit {
            Unit::Agent(name) => (false, name.to_owned()),
            Unit::Team(name) => (true, name.to_owned()),
        };
        let of = |length: usize| {
            let periods = self.told[length].get(&key).into_iter().flatten();
            periods.map(|(name, tally)| period(name, (tally, &self.ids), &summary.scorecards)).collect()
        };
        UnitPeriods { by_day: of(0), by_week: of(1), by_month: of(2) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Part;
    use super::*;

    #[test]
    fn the_shortest_periods_are_given_up_first() {
        let row = |number: usize| ConversationResult {
            day: Some(format!("2026-0{}-{:02}", number / 28 % 3 + 1, number % 28 + 1)),
            team: Some("t".to_owned()),
            parts: vec![Part { agent: Some(format!("a{}", number % 2)), ..Part::default() }],
            ..ConversationResult::default()
        };
        let counts = |most: usize| {
            let mut units = Units { most, ..Units::default() };
            (0..168).for_each(|number| units.add(&row(number)));
            [0, 1, 2].map(|length| units.told[length].values().map(BTreeMap::len).sum::<usize>())
        };
        // A team's 84 days lie in 13 weeks; each agent worked every other day.
        assert_eq!(counts(1000), [168, 39, 9]);
        assert_eq!(counts(100), [0, 39, 9]);
        assert_eq!(counts(20), [0, 0, 9]);
    }
}
