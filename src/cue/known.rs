//! Scans of turns that were seen before: in chats the same greetings, holds and scripts come again all day, and what is
//! found in a text depends on nothing but the text, who says it, the cues and the lists of the settings.

use super::scan::Scan;
use crate::conversation::Role;
use quick_cache::unsync::Cache;
use quick_cache::{Equivalent, Weighter};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Longest text that is kept, in bytes: longer ones hardly ever come again.
const LONGEST: usize = 4096;
/// Memory for what is kept, in bytes, one thread's.
const MEMORY: u64 = 16 << 20;
/// Number of texts of which it is remembered that they came by; a power of two.
const MET: usize = 1 << 17;

/// What is kept, for one program and one set of lists at a time.
pub(super) struct Known {
    /// The program and the lists that the scans were made with.
    made_with: (u64, u64),
    /// Hashes of texts that came by, each in its place: only what comes a second time is kept, so that texts which are
    /// never repeated cost no memory.
    met: Vec<u32>,
    scans: Cache<Said, Arc<Scan>, Weight>,
}

/// A text and who says it.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Said {
    role: Role,
    text: Box<str>,
}

/// The same, borrowed.
#[derive(Hash)]
struct Asked<'a> {
    role: Role,
    text: &'a str,
}

impl Equivalent<Said> for Asked<'_> {
    fn equivalent(&self, said: &Said) -> bool {
        self.role == said.role && *self.text == *said.text
    }
}

#[derive(Clone)]
pub(super) struct Weight;

impl Weighter<Said, Arc<Scan>> for Weight {
    fn weight(&self, said: &Said, scan: &Arc<Scan>) -> u64 {
        (said.text.len() + scan.memory()) as u64
    }
}

impl Default for Known {
    fn default() -> Self {
        let scans = Cache::with_weighter(MEMORY as usize / 1024, MEMORY, Weight);
        Self { made_with: (0, 0), met: Vec::new(), scans }
    }
}

impl Known {
    /// The scan of a text that was kept.
    pub fn get(&mut self, role: Role, text: &str, made_with: (u64, u64)) -> Option<Arc<Scan>> {
        if self.made_with != made_with {
            *self = Self { made_with, ..Self::default() };
        }
        if self.met.is_empty() {
            return None;
        }
        self.scans.get(&Asked { role, text }).cloned()
    }

    /// Keeps the scan of a text that came by before.
    pub fn keep(&mut self, role: Role, text: &str, scan: &Arc<Scan>) {
        if text.len() > LONGEST {
            return;
        }
        if self.met.is_empty() {
            self.met = vec![0; MET];
        }
        let hash = xxh3_64(text.as_bytes());
        let before = &mut self.met[hash as usize % MET];
        let mark = (hash >> 32) as u32;
        if *before == mark {
            self.scans.insert(Said { role, text: text.into() }, scan.clone());
        } else {
            *before = mark;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_again_is_kept_for_who_says_it_and_what_it_was_made_with() {
        let mut known = Known::default();
        let scan = Arc::new(Scan::default());
        assert!(known.get(Role::Agent, "您好", (1, 0)).is_none());
        known.keep(Role::Agent, "您好", &scan);
        assert!(known.get(Role::Agent, "您好", (1, 0)).is_none(), "it came by once");
        known.keep(Role::Agent, "您好", &scan);
        assert!(known.get(Role::Agent, "您好", (1, 0)).is_some_and(|found| Arc::ptr_eq(&found, &scan)));
        assert!(known.get(Role::Customer, "您好", (1, 0)).is_none());
        assert!(known.get(Role::Agent, "您好!", (1, 0)).is_none());
        // Other cues, or other lists of the settings.
        assert!(known.get(Role::Agent, "您好", (1, 7)).is_none());
        assert!(known.get(Role::Agent, "您好", (1, 0)).is_none());
    }

    #[test]
    fn memory_is_bounded_and_long_texts_are_not_kept() {
        let mut known = Known::default();
        let long = "长".repeat(LONGEST);
        for _ in 0..2 {
            known.keep(Role::Agent, &long, &Arc::new(Scan::default()));
            for number in 0..60_000 {
                known.keep(Role::Agent, &format!("第{number}条,请您稍等"), &Arc::new(Scan::default()));
            }
        }
        assert!(known.get(Role::Agent, &long, (0, 0)).is_none());
        assert!(known.scans.len() > 1000 && known.scans.weight() <= MEMORY, "{}", known.scans.weight());
    }
}
