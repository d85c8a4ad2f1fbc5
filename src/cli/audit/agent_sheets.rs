//! The review sheet of each agent: their own findings and nobody else's, to be sent to them.

use crate::audit::ConversationResult;
use crate::audit::review::goes_out;
use crate::report::audit_book::Rows;
use crate::report::workbook::Book;
use crate::report::{Ui, review_book};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Lines that are held at a time: where there are more, the rows are read again for the next agents.
const HELD: usize = 20_000;

/// How many lines each agent's sheet has.
#[derive(Debug, Default)]
pub struct Lines(BTreeMap<String, usize>);

impl Lines {
    /// Counts a row.
    pub fn add(&mut self, row: &ConversationResult, drawn: Option<&BTreeSet<u64>>) {
        for (place, found) in row.findings.iter().enumerate() {
            if let Some(agent) = &found.agent
                && goes_out(row, place, drawn)
            {
                *self.0.entry(agent.clone()).or_default() += 1;
            }
        }
    }

    /// Makes the sheets of these agents, one by one, and hands them to `put` by the agent's place among them.
    ///
    /// # Errors
    /// When the rows cannot be read, or `put` fails.
    pub fn sheets(
        &self,
        agents: &[&String],
        (rows, drawn, ui): (&Rows<'_>, Option<&BTreeSet<u64>>, Ui),
        put: &dyn Fn(usize, Book) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut left = agents.iter().enumerate().filter(|(_, agent)| self.0.contains_key(agent.as_str())).peekable();
        while left.peek().is_some() {
            let (mut group, mut held) = (BTreeMap::new(), 0);
            while let Some((place, agent)) =
                left.next_if(|(_, agent)| held == 0 || held + self.0[agent.as_str()] <= HELD)
            {
                held += self.0[agent.as_str()];
                group.insert(agent.as_str(), (place, Vec::new()));
            }
            for row in rows()? {
                for (agent, cells) in review_book::lines(&row, drawn, ui) {
                    if let Some((_, own)) = agent.and_then(|agent| group.get_mut(agent)) {
                        own.push(cells);
                    }
                }
            }
            for (place, lines) in group.into_values() {
                put(place, review_book::sheet(lines, ui)?)?;
            }
        }
        Ok(())
    }
}
