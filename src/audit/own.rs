//! What of a row is each agent's: looked up once for all of them, because a conversation may have as many as it has messages.

use super::row::{ConversationResult, Found, Score};
use crate::conversation::Role;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Findings and scores by agent. What a bot said is nobody's.
pub struct Own<'r> {
    row: &'r ConversationResult,
    findings: HashMap<Option<&'r str>, Vec<usize>, RandomState>,
    scores: HashMap<Option<&'r str>, Vec<&'r Score>, RandomState>,
}

impl<'r> Own<'r> {
    /// Those of a row.
    pub fn of(row: &'r ConversationResult) -> Self {
        let mut own = Self { row, findings: HashMap::default(), scores: HashMap::default() };
        for (place, found) in row.findings.iter().enumerate().filter(|(_, found)| found.role != Role::Bot) {
            own.findings.entry(found.agent.as_deref()).or_default().push(place);
        }
        for score in &row.scores {
            own.scores.entry(score.agent.as_deref()).or_default().push(score);
        }
        own
    }

    /// An agent's findings, in order, with their places among all.
    pub fn findings<'s>(&'s self, agent: Option<&'s String>) -> impl Iterator<Item = (usize, &'r Found)> + use<'s, 'r> {
        let places = self.findings.get(&agent.map(String::as_str)).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|&place| (place, &self.row.findings[place]))
    }

    /// An agent's scores, in order.
    pub fn scores<'s>(&'s self, agent: Option<&'s String>) -> impl Iterator<Item = &'r Score> + use<'s, 'r> {
        self.scores.get(&agent.map(String::as_str)).map(Vec::as_slice).unwrap_or_default().iter().copied()
    }
}
