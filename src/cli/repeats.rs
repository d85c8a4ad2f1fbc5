//! Ids of conversations that come back after they had ended: in a table whose rows are mixed, one conversation would
//! otherwise count as several, and nobody would know.

use crate::conversation::{Conversation, Mode};
use crate::report::Ui;
use crate::source::Diagnostic;
use std::collections::HashSet;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Most ids that are remembered to find repeated ones: 16 bytes each.
const MOST_IDS: usize = 4_000_000;

/// The ids that were met.
#[derive(Debug, Default)]
pub struct Repeats {
    met: HashSet<u64>,
    count: u64,
}

impl Repeats {
    /// Counts an id, by its hash.
    pub fn add(&mut self, id: u64) {
        if self.met.contains(&id) {
            self.count += 1;
        } else if self.met.len() < MOST_IDS {
            self.met.insert(id);
        }
    }

    /// How many had been met before.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The warning about them; `sorted` inputs cannot be helped by sorting.
    pub fn warning(&self, ui: Ui, sorted: bool) -> Option<Diagnostic> {
        let message = || ui.text("input.repeated", &[("count", &self.count.to_string())]);
        let warning = (self.count > 0).then(|| Diagnostic::warning("input/repeated-ids", message()))?;
        Some(if sorted { warning } else { warning.help(ui.text("input.repeated-help", &[])) })
    }
}

/// An id as it is counted.
pub fn hashed(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// The id of a transcript as it is counted within its input: sorting puts together what one table holds.
pub fn of(conversation: &Conversation, path: Option<&str>) -> Option<u64> {
    let id = conversation.id.as_deref().filter(|_| conversation.mode == Mode::Transcript)?;
    Some(xxh3_64_with_seed(id.as_bytes(), path.map_or(0, hashed)))
}
