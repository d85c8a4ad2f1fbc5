//! Figures: counts over rows, for everything and for each agent, team, channel and day. A fold.

use super::frequent::Frequent;
use super::own::Own;
use super::row::{ConversationResult, Invalid};
use super::tally::{Ids, Tally, case};
use foldhash::fast::RandomState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most agents, teams, channels or days that are told apart; further ones are only counted (`Figures::beyond`).
const MOST_GROUPS: usize = 20_000;
/// Most teams of one agent.
const MOST_TEAMS: usize = 100;

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

/// Values by name, and that of all without one.
#[derive(Debug)]
pub(super) struct Named<T> {
    unnamed: Option<T>,
    named: HashMap<String, T, RandomState>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { unnamed: None, named: HashMap::default() }
    }
}

impl<T: Default> Named<T> {
    /// The value of a name; `None` for a new name beyond the most that are told apart.
    fn at(&mut self, name: Option<&String>) -> Option<&mut T> {
        let room = self.named.len() + usize::from(self.unnamed.is_some()) < MOST_GROUPS;
        let Some(name) = name else {
            return if room { Some(self.unnamed.get_or_insert_default()) } else { self.unnamed.as_mut() };
        };
        if room && !self.named.contains_key(name) {
            self.named.insert(name.clone(), T::default());
        }
        self.named.get_mut(name)
    }

    /// The value of a name.
    pub(super) fn get(&self, name: Option<&String>) -> Option<&T> {
        name.map_or(self.unnamed.as_ref(), |name| self.named.get(name))
    }

    /// All values by name; that without a name comes first.
    pub(super) fn in_order(&self) -> BTreeMap<Option<&String>, &T> {
        let named = self.named.iter().map(|(name, value)| (Some(name), value));
        self.unnamed.iter().map(|value| (None, value)).chain(named).collect()
    }
}

/// Figures over many rows.
#[derive(Debug, Default)]
pub struct Figures {
    /// Conversations that were judged.
    pub(super) conversations: u64,
    /// Conversations in which there was nothing to judge, by reason.
    pub(super) skipped: BTreeMap<Invalid, u64>,
    /// Messages whose time cannot be read.
    pub(super) unreadable_times: u64,
    /// Messages whose clock runs backwards.
    pub(super) backward_times: u64,
    /// Everything.
    pub(super) whole: Tally,
    /// The words of complaints.
    pub(super) words: Frequent,
    /// By group.
    groups: [Named<Tally>; Group::ALL.len()],
    /// Conversations of each agent and each team.
    covered: [Named<Covered>; 2],
    /// Cases of each agent by team.
    teams: HashMap<String, BTreeMap<String, u64>, RandomState>,
    /// Hashes of the rulebooks. With more than one, figures must not be compared.
    pub(super) rulebooks: BTreeSet<String>,
    /// Cases of names beyond `MOST_GROUPS`.
    pub(super) beyond: u64,
    /// The names that tallies count by.
    pub(super) ids: Ids,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Agent, Self::Team, Self::Channel, Self::Day];
}

impl Figures {
    /// Counts a row.
    pub fn add(&mut self, row: &ConversationResult) {
        if !self.rulebooks.contains(&row.rulebook) {
            self.rulebooks.insert(row.rulebook.clone());
        }
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
            let case = case(row, &own, part, &mut self.ids);
            self.cover(Group::Agent, part.agent.as_ref(), false);
            self.count(row, part.agent.as_ref(), &case);
        }
    }

    /// The figures of a group, by name.
    pub(super) fn group(&self, group: Group) -> &Named<Tally> {
        &self.groups[group as usize]
    }

    /// How many conversations of an agent or a team were judged.
    pub(super) fn covered(&self, group: Group, name: Option<&String>) -> Option<Covered> {
        self.covered.get(group as usize)?.get(name).copied()
    }

    fn cover(&mut self, group: Group, name: Option<&String>, skipped: bool) {
        if let Some(own) = self.covered.get_mut(group as usize).and_then(|names| names.at(name)) {
            *(if skipped { &mut own.skipped } else { &mut own.judged }) += 1;
        }
    }

    fn count(&mut self, row: &ConversationResult, agent: Option<&String>, case: &Tally) {
        self.whole.merge(case);
        if let (Some(agent), Some(team)) = (agent, &row.team) {
            self.count_team(agent, team);
        }
        for group in Group::ALL {
            let name = match group {
                Group::Agent => agent,
                Group::Team => row.team.as_ref(),
                Group::Channel => row.channel.as_ref(),
                Group::Day => row.day.as_ref(),
            };
            match self.groups[group as usize].at(name) {
                Some(tally) => tally.merge(case),
                None => self.beyond += 1,
            }
        }
    }

    fn count_team(&mut self, agent: &String, team: &String) {
        if self.teams.len() < MOST_GROUPS && !self.teams.contains_key(agent) {
            self.teams.insert(agent.clone(), BTreeMap::new());
        }
        let Some(own) = self.teams.get_mut(agent) else { return };
        if let Some(cases) = own.get_mut(team) {
            *cases += 1;
        } else if own.len() < MOST_TEAMS {
            own.insert(team.clone(), 1);
        }
    }

    /// An agent's team, of several the one with most cases; and where there are several, the cases in each.
    pub(super) fn teams_of(&self, agent: &str) -> (Option<String>, BTreeMap<String, u64>) {
        let teams = self.teams.get(agent).cloned().unwrap_or_default();
        // With equal cases, the first by name.
        let team = teams.iter().rev().max_by_key(|(_, cases)| **cases).map(|(team, _)| team.clone());
        (team, if teams.len() > 1 { teams } else { BTreeMap::new() })
    }
}
