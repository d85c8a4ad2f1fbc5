//! The review sheet of each agent: their own findings and nobody else's, to be sent to them.

use crate::audit::ConversationResult;
use crate::audit::review::going_out;
use crate::report::audit_book::Rows;
use crate::report::workbook::Book;
use crate::report::{Ui, review_book};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Most lines held in memory, and in one sheet: if there are more, the rows are read again for the next agents.
const HELD: usize = 20_000;
/// Most agents that are counted.
const AGENTS: usize = 20_000;

/// How many lines each agent's sheet has.
#[derive(Debug, Default)]
pub struct Lines(BTreeMap<String, usize>);

impl Lines {
    /// Counts a row.
    pub fn add(&mut self, row: &ConversationResult, drawn: Option<&BTreeSet<u64>>) {
        for agent in going_out(row, drawn).into_iter().filter_map(|place| row.findings[place].agent.as_ref()) {
            if let Some(lines) = self.0.get_mut(agent) {
                *lines = (*lines + 1).min(HELD);
            } else if self.0.len() < AGENTS {
                self.0.insert(agent.clone(), 1);
            }
        }
    }

    /// Makes these agents' sheets one at a time and passes each to `put` with the agent's index.
    ///
    /// # Errors
    /// When the rows cannot be read, or `put` fails.
    pub fn sheets(
        &self,
        agents: &[&String],
        rows: &Rows<'_>,
        drawn: Option<&BTreeSet<u64>>,
        ui: Ui,
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
                    let own = agent.and_then(|agent| group.get_mut(agent)).map(|(_, own): &mut (usize, Vec<_>)| own);
                    if let Some(own) = own.filter(|own| own.len() < HELD) {
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
