//! The human score and the machine score of each case that both judged, side by side.

use super::Points;
use super::people::{Human, Reference};
use super::row::{ConversationResult, Part, Score};
use schemars::JsonSchema;
use serde::Serialize;

/// A score and a verdict; none where nobody gave one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// From 0 to 100.
    pub score: Option<Points>,
    /// Whether it passes.
    pub passed: Option<bool>,
}

/// What one reviewer gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Given {
    /// Who.
    pub reviewer: String,
    /// What.
    #[serde(flatten)]
    pub judged: Judged,
}

/// One case as people and the machine see it: an agent's part of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SideBySide {
    /// The conversation.
    pub conversation: String,
    /// Whose part.
    pub agent: Option<String>,
    /// Its day.
    pub day: Option<String>,
    /// The reference: the mean score, and what it says on passing (none where people are divided).
    pub human: Judged,
    /// The machine, by its scorecard.
    pub machine: Judged,
    /// Machine less human.
    pub difference: Option<Points>,
    /// What each reviewer gave.
    pub reviewers: Vec<Given>,
}

impl SideBySide {
    /// A case; none where no reviewer gave a score or a verdict. `passed` is the verdict of the reference.
    pub(super) fn of(
        (row, part): (&ConversationResult, Option<&Part>),
        score: Option<&Score>,
        (reference, humans): (&Reference, &[Human]),
        passed: Option<bool>,
    ) -> Option<Self> {
        let given = humans.iter().filter(|human| human.score.is_some() || human.passed.is_some());
        let reviewers: Vec<Given> = given
            .map(|human| Given {
                reviewer: human.reviewer.clone(),
                judged: Judged { score: human.score, passed: human.passed },
            })
            .collect();
        let machine = score.map_or_else(Judged::default, |score| Judged { score: score.percent, passed: score.passed });
        let human = Judged { score: reference.score(humans).map(rounded), passed };
        (!reviewers.is_empty()).then(|| Self {
            conversation: row.conversation.clone().unwrap_or_default(),
            agent: part.and_then(|part| part.agent.clone()),
            day: row.day.clone(),
            human,
            machine,
            difference: machine.score.zip(human.score).map(|(machine, human)| machine - human),
            reviewers,
        })
    }
}

/// The cases whose scores differ, widest first.
pub fn widest(cases: &[SideBySide]) -> Vec<&SideBySide> {
    let wide = |case: &&SideBySide| case.difference.map_or(0, |difference| difference.0.abs());
    let mut differing: Vec<&SideBySide> = cases.iter().filter(|case| wide(case) > 0).collect();
    differing.sort_by_key(|case| std::cmp::Reverse(wide(case)));
    differing
}

#[allow(clippy::cast_possible_truncation, reason = "a mean of scores up to 100")]
fn rounded(value: f64) -> Points {
    Points((value * 100.0).round() as i64)
}
