//! Human judgements on conversations: what they amount to together, and how far reviewers agree.

use super::alike::Alike;
use super::row::Part;
use super::{Points, Share};
use crate::language::fold_str;
use crate::workshop::{alpha, kappa};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most reviewers for whom pairs are listed.
const MOST_PAIRED: usize = 12;

/// A person's judgement on a conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Human {
    /// The conversation's id.
    pub conversation: String,
    /// The agent whose part was judged; none: the whole conversation.
    pub agent: Option<String>,
    /// The reviewer.
    pub reviewer: String,
    /// The score, 0 to 100.
    pub score: Option<Points>,
    /// Whether it passes.
    pub passed: Option<bool>,
    /// Rules that were broken. None: the reviewer did not look at rules.
    pub rules: Option<BTreeSet<String>>,
    /// The line of the sheet, from 1.
    #[serde(skip)]
    pub line: usize,
}

impl Human {
    /// Whether anything was filled in; a line without an answer is no judgement.
    pub fn says_something(&self) -> bool {
        self.score.is_some() || self.passed.is_some() || self.rules.is_some()
    }
}

/// Whose word counts as the truth where several people judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reference {
    /// The majority. A tie decides nothing.
    #[default]
    Majority,
    /// Only what all agree on.
    Unanimous,
    /// One objection is enough: against passing, or for a rule.
    Any,
    /// This reviewer's.
    One(String),
}

/// What the reference says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// `true`: objected.
    This(bool),
    /// Divided: not compared.
    Divided,
    /// Nobody whose word counts answered.
    Nothing,
}

impl Reference {
    /// `majority`, `unanimous`, `any`, or the name of a reviewer.
    pub fn parse(word: &str) -> Self {
        match word {
            "majority" => Self::Majority,
            "unanimous" => Self::Unanimous,
            "any" => Self::Any,
            name => Self::One(name.to_owned()),
        }
    }

    /// The word that [`Reference::parse`] reads.
    pub fn name(&self) -> &str {
        match self {
            Self::Majority => "majority",
            Self::Unanimous => "unanimous",
            Self::Any => "any",
            Self::One(name) => name,
        }
    }

    /// Decides from votes; `true` objects.
    pub(super) fn of<'h>(&self, votes: impl Iterator<Item = (&'h Human, bool)>) -> Said {
        let (mut yes, mut no) = (0_usize, 0_usize);
        for (human, objects) in votes {
            if !matches!(self, Self::One(name) if *name != human.reviewer) {
                *(if objects { &mut yes } else { &mut no }) += 1;
            }
        }
        match self {
            _ if yes + no == 0 => Said::Nothing,
            Self::Any => Said::This(yes > 0),
            Self::Unanimous if yes > 0 && no > 0 => Said::Divided,
            _ if yes == no => Said::Divided,
            _ => Said::This(yes > no),
        }
    }

    /// The reference score: the mean, or the one reviewer's.
    #[allow(clippy::cast_precision_loss, reason = "counts of reviewers")]
    pub(super) fn score(&self, humans: &[Human]) -> Option<f64> {
        let counts = |human: &&Human| !matches!(self, Self::One(name) if *name != human.reviewer);
        let scores: Vec<f64> = humans.iter().filter(counts).filter_map(|human| Some(human.score?.value())).collect();
        (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
    }
}

/// How far people agree among themselves. Where they do not, no machine can agree with all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Among {
    /// How many people judged.
    pub reviewers: u64,
    /// Conversations that two or more of them judged.
    pub conversations: u64,
    /// Share of pairs of verdicts on one conversation that agree (一致率).
    pub agreement: Share,
    /// Cohen's κ of the verdicts, with exactly two reviewers who do not give one verdict throughout.
    pub kappa: Option<f64>,
    /// Krippendorff's α of the verdicts, over the reviewers only.
    pub alpha: Option<f64>,
    /// Share of pairs of decisions on single rules that agree.
    pub decisions: Share,
    /// Cohen's κ of the decisions, with exactly two reviewers.
    pub decisions_kappa: Option<f64>,
    /// Krippendorff's α of the decisions.
    pub decisions_alpha: Option<f64>,
    /// Pairs of scores of one conversation.
    pub score_pairs: u64,
    /// The mean absolute difference.
    pub score_difference: Option<Points>,
    /// Krippendorff's α of the scores (interval scale).
    pub scores_alpha: Option<f64>,
    /// Each pair of reviewers, by name; empty with only one pair, or with more than twelve reviewers.
    pub pairs: Vec<PairAgreement>,
}

/// How far two people agree on passing.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PairAgreement {
    /// One of them.
    pub one: String,
    /// The other.
    pub other: String,
    /// Share of verdicts that agree.
    pub agreement: Share,
    /// Cohen's κ of the verdicts.
    pub kappa: Option<f64>,
}

/// Judgements on a part; without one, on the whole conversation.
type OfPart<'p> = (Option<&'p Part>, Vec<Human>);

/// Assigns judgements to parts: that of the named agent, or the only part, whatever the sheet calls its agent. A score
/// never falls on a colleague. Also returns how many name an agent who is not there. `mask` hides what is private in a
/// name, since one of the two sides may have hidden it.
pub(super) fn by_part<'p>(
    humans: &[Human],
    parts: &'p [Part],
    mask: &dyn Fn(&str) -> String,
) -> (Vec<OfPart<'p>>, u64) {
    let plain = |name: &str| fold_str(name.trim());
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, agent) in parts.iter().enumerate().filter_map(|(place, part)| Some((place, part.agent.as_ref()?))) {
        places.entry(plain(agent)).or_insert(place);
    }
    let mut alike = Alike::new(mask);
    let agents = || humans.iter().filter_map(|human| human.agent.as_deref());
    if agents().any(|agent| !places.contains_key(&plain(agent))) {
        agents().for_each(|agent| alike.want(agent));
        parts.iter().filter_map(|part| part.agent.as_deref()).for_each(|agent| alike.meet(agent));
    }
    let named = |human: &Human| {
        let agent = human.agent.as_deref()?;
        places.get(&plain(agent)).or_else(|| places.get(&plain(alike.of(agent)?))).copied()
    };
    let named: Vec<Option<usize>> = humans.iter().map(named).collect();
    let only = (parts.len() == 1).then_some(0);
    let known = named.iter().any(Option::is_some);
    let mut strangers = 0;
    let mut cases: Vec<OfPart<'p>> = Vec::new();
    let mut of_part: HashMap<Option<usize>, usize> = HashMap::new();
    for (human, named) in humans.iter().zip(named) {
        let part = named.or_else(|| only.filter(|_| human.agent.is_none() || !known));
        if part.is_none() && human.agent.is_some() {
            strangers += 1;
            continue;
        }
        let case = *of_part.entry(part).or_insert_with(|| {
            cases.push((part.map(|place| &parts[place]), Vec::new()));
            cases.len() - 1
        });
        cases[case].1.push(human.clone());
    }
    (cases, strangers)
}

/// Reviewer, and whether it passes.
pub(super) type Verdict = (String, bool);

/// Collects judgements, conversation by conversation.
#[derive(Default)]
pub(super) struct People {
    names: BTreeSet<String>,
    judged_twice: u64,
    passed: Vec<Vec<Verdict>>,
    scores: Vec<Vec<f64>>,
    /// For each conversation in which rules were looked at: reviewers and the rules they found.
    rules: Vec<Vec<(String, BTreeSet<String>)>>,
}

impl People {
    /// Adds the judgements on a conversation; `verdicts` may derive from scores.
    pub(super) fn add(&mut self, humans: &[Human], verdicts: Vec<Verdict>) {
        self.names.extend(humans.iter().map(|human| human.reviewer.clone()));
        self.judged_twice += u64::from(humans.len() > 1);
        let mut keep = |mut verdicts: Vec<Verdict>| {
            // κ must not depend on the order of the sheet.
            verdicts.sort();
            self.passed.push(verdicts);
        };
        keep(verdicts);
        self.scores.push(humans.iter().filter_map(|human| Some(human.score?.value())).collect());
        let looked = humans.iter().filter_map(|human| Some((human.reviewer.clone(), human.rules.clone()?)));
        let mut looked: Vec<_> = looked.collect();
        looked.sort();
        self.rules.push(looked);
    }

    /// The agreement; `None` where no conversation was judged twice. `rules` are all that anybody named.
    pub(super) fn among(&self, rules: &BTreeSet<&String>) -> Option<Among> {
        if self.judged_twice == 0 {
            return None;
        }
        let two = self.names.len() == 2;
        let decisions: Vec<Vec<bool>> = self
            .rules
            .iter()
            .filter(|looked| looked.len() > 1)
            .flat_map(|looked| rules.iter().map(|rule| looked.iter().map(|(_, found)| found.contains(*rule)).collect()))
            .collect();
        let passed: Vec<Vec<bool>> =
            self.passed.iter().map(|verdicts| verdicts.iter().map(|(_, passed)| *passed).collect()).collect();
        let (score_pairs, score_difference) = differences(&self.scores);
        Some(Among {
            reviewers: self.names.len() as u64,
            conversations: self.judged_twice,
            agreement: pairwise(&passed),
            kappa: if two { kappa(&couples(&passed)) } else { None },
            alpha: alpha(&numbers(&passed)),
            decisions: pairwise(&decisions),
            decisions_kappa: if two { kappa(&couples(&decisions)) } else { None },
            decisions_alpha: alpha(&numbers(&decisions)),
            score_pairs,
            score_difference,
            scores_alpha: alpha(&self.scores),
            pairs: if two { Vec::new() } else { self.pairs() },
        })
    }

    fn pairs(&self) -> Vec<PairAgreement> {
        if self.names.len() > MOST_PAIRED {
            return Vec::new();
        }
        let mut told: BTreeMap<(&str, &str), Vec<(bool, bool)>> = BTreeMap::new();
        for verdicts in &self.passed {
            for (place, (one, first)) in verdicts.iter().enumerate() {
                for (other, second) in &verdicts[place + 1..] {
                    told.entry((one, other)).or_default().push((*first, *second));
                }
            }
        }
        let told = told.into_iter().map(|((one, other), both)| PairAgreement {
            one: one.to_owned(),
            other: other.to_owned(),
            agreement: same(&both),
            kappa: kappa(&both),
        });
        told.collect()
    }
}

/// Share of pairs that are equal.
pub(super) fn same(pairs: &[(bool, bool)]) -> Share {
    Share::new(pairs.iter().filter(|(one, other)| one == other).count() as u64, pairs.len() as u64)
}

fn couples(units: &[Vec<bool>]) -> Vec<(bool, bool)> {
    units.iter().filter_map(|unit| if let [one, other] = unit[..] { Some((one, other)) } else { None }).collect()
}

fn numbers(units: &[Vec<bool>]) -> Vec<Vec<f64>> {
    units.iter().map(|unit| unit.iter().map(|yes| f64::from(u8::from(*yes))).collect()).collect()
}

/// Share of equal pairs within units: computed from counts, because a unit may have many values.
fn pairwise(units: &[Vec<bool>]) -> Share {
    let pairs = |n: u64| n * n.saturating_sub(1) / 2;
    let (mut hits, mut all) = (0, 0);
    for unit in units {
        let yes = unit.iter().filter(|yes| **yes).count() as u64;
        hits += pairs(yes) + pairs(unit.len() as u64 - yes);
        all += pairs(unit.len() as u64);
    }
    Share::new(hits, all)
}

/// Number of pairs within units and their mean absolute difference: computed from sorted values, because a unit may
/// have many.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "means of values up to 100")]
fn differences(units: &[Vec<f64>]) -> (u64, Option<Points>) {
    let (mut pairs, mut sum) = (0, 0.0);
    for unit in units {
        let mut values = unit.clone();
        values.sort_by(f64::total_cmp);
        let n = values.len() as u64;
        pairs += n * n.saturating_sub(1) / 2;
        // Sorted, each value is subtracted once for every value above it and added once for every one below it.
        let weighed = values.iter().zip(0_u64..).map(|(value, place)| value * (2.0 * place as f64 - (n as f64 - 1.0)));
        sum += weighed.sum::<f64>();
    }
    (pairs, (pairs > 0).then(|| Points((sum / pairs as f64 * 100.0).round() as i64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(reviewer: &str, objects: bool) -> (Human, bool) {
        (Human { reviewer: reviewer.to_owned(), ..Human::default() }, objects)
    }

    #[test]
    fn a_reference_goes_by_what_it_says() {
        let of = |reference: Reference, said: &[(&str, bool)]| {
            let votes: Vec<(Human, bool)> = said.iter().map(|(name, objects)| says(name, *objects)).collect();
            reference.of(votes.iter().map(|(human, objects)| (human, *objects)))
        };
        let (two, three) = ([("a", true), ("b", false)], [("a", true), ("b", false), ("c", false)]);
        assert_eq!(of(Reference::Majority, &two), Said::Divided);
        assert_eq!(of(Reference::Majority, &three), Said::This(false));
        assert_eq!(of(Reference::Unanimous, &three), Said::Divided);
        assert_eq!(of(Reference::Any, &three), Said::This(true));
        assert_eq!(of(Reference::One("a".into()), &three), Said::This(true));
        assert_eq!(of(Reference::One("d".into()), &three), Said::Nothing);
    }

    #[test]
    fn pairs_are_counted_without_making_them() {
        let share = pairwise(&[vec![true, true, false], vec![true], vec![false, false]]);
        assert_eq!((share.hits, share.n), (2, 4));
        // |90-70| + |90-80| + |80-70| over three pairs.
        assert_eq!(differences(&[vec![90.0, 70.0, 80.0], vec![5.0]]), (3, Some(Points(1333))));
    }
}
