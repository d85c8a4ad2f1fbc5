//! Scans of turns that were seen before: in chats the same greetings, holds and scripts come again all day, and what is
//! found in a text depends on nothing but the text, who says it, the cues and the lists of the settings.

use super::scan::Scan;
use crate::conversation::Role;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use xxhash_rust::xxh3::xxh3_64;

/// Longest text that is kept, in bytes: what is longer would push out too much.
const LONGEST: usize = 32 << 10;
/// Memory for what is kept, in bytes.
const MEMORY: u64 = 40 << 20;
/// As long as less is taken up, in bytes, a text is kept at once: it may come again, and costs nobody anything.
const ROOM: u64 = MEMORY / 2;
/// Number of texts of which it is remembered that they came by; a power of two.
const MET: usize = 1 << 17;

/// Texts that come by before anything is kept: whoever checks a draft pays for nothing.
const FEW: u32 = 64;

/// The scans that a program keeps, for all threads that work with it.
#[derive(Default)]
pub(super) struct Known {
    /// Texts that came by before there was a place to keep them.
    first: AtomicU32,
    made: OnceLock<Made>,
}

struct Made {
    /// Hashes of texts that came by, each in its place: once memory is short, only what comes a second time is kept, so
    /// that texts which are never repeated push nothing out.
    met: Vec<AtomicU32>,
    scans: Cache<Said, Arc<Scan>, Weight>,
}

/// What a scan depends on beside the program: the text, who says it, the lists of the settings, and whether every cue
/// was looked for or only what is asked.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Asked<'a> {
    pub role: Role,
    pub text: &'a str,
    pub lists: u64,
    pub everything: bool,
}

/// The same, kept.
#[derive(PartialEq, Eq, Hash)]
struct Said {
    role: Role,
    text: Box<str>,
    lists: u64,
    everything: bool,
}

impl Said {
    fn asked(&self) -> Asked<'_> {
        let Self { role, ref text, lists, everything } = *self;
        Asked { role, text, lists, everything }
    }
}

impl Equivalent<Said> for Asked<'_> {
    fn equivalent(&self, said: &Said) -> bool {
        *self == said.asked()
    }
}

#[derive(Clone)]
struct Weight;

impl Weighter<Said, Arc<Scan>> for Weight {
    fn weight(&self, said: &Said, scan: &Arc<Scan>) -> u64 {
        (said.text.len() + scan.memory()) as u64
    }
}

impl Known {
    /// The scan of a text that was kept.
    pub fn get(&self, asked: Asked) -> Option<Arc<Scan>> {
        let made = self.made.get().filter(|_| asked.text.len() <= LONGEST)?;
        made.scans.get(&asked)
    }

    /// Keeps the scan of a text, while there is room; later only of one that came by before.
    pub fn keep(&self, asked: Asked, scan: &Scan) {
        if asked.text.len() > LONGEST {
            return;
        }
        if self.made.get().is_none() && self.first.fetch_add(1, Ordering::Relaxed) < FEW {
            return;
        }
        let made = self.made.get_or_init(|| Made {
            met: (0..MET).map(|_| AtomicU32::new(0)).collect(),
            scans: Cache::with_weighter(MEMORY as usize / 1024, MEMORY, Weight),
        });
        let hash = xxh3_64(asked.text.as_bytes());
        let before = &made.met[hash as usize % MET];
        let mark = (hash >> 32) as u32;
        let again = before.swap(mark, Ordering::Relaxed) == mark;
        if again || made.scans.weight() < ROOM {
            let Asked { role, text, lists, everything } = asked;
            // A copy takes no more memory than it needs, and the scan's own serves again.
            made.scans.insert(Said { role, text: text.into(), lists, everything }, Arc::new(scan.clone()));
        }
    }
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = self.made.get().map_or(0, |made| made.scans.len());
        f.debug_struct("Known").field("scans", &number).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Asked<'_> {
        Asked { role: Role::Agent, text, lists: 0, everything: false }
    }

    /// One that has had its first texts.
    fn busy() -> Known {
        let known = Known::default();
        (0..FEW).for_each(|number| known.keep(said(&number.to_string()), &Scan::default()));
        assert!(known.made.get().is_none());
        known
    }

    #[test]
    fn what_comes_again_is_kept_for_who_says_it_and_what_it_was_made_with() {
        let known = busy();
        let scan = Scan::default();
        let hello = said("您好");
        assert!(known.get(hello).is_none());
        known.keep(hello, &scan);
        assert!(known.get(hello).is_some());
        // Somebody else's words, other words, other lists of the settings, a closer look.
        let others = [
            Asked { role: Role::Customer, ..hello },
            said("您好!"),
            Asked { lists: 7, ..hello },
            Asked { everything: true, ..hello },
        ];
        assert!(others.into_iter().all(|other| known.get(other).is_none()));
    }

    #[test]
    fn once_memory_is_short_only_what_comes_again_is_kept() {
        let known = busy();
        let long = |number: usize| format!("{number}{}", "长".repeat(LONGEST / 4));
        let mut number = 0;
        while known.made.get().is_none_or(|made| made.scans.weight() < ROOM) {
            known.keep(said(&long(number)), &Scan::default());
            number += 1;
        }
        let hello = said("您好");
        known.keep(hello, &Scan::default());
        assert!(known.get(hello).is_none(), "it came by once");
        known.keep(hello, &Scan::default());
        assert!(known.get(hello).is_some());
    }

    #[test]
    fn memory_is_bounded_and_long_texts_are_not_kept() {
        let known = busy();
        let long = "长".repeat(LONGEST);
        for _ in 0..2 {
            known.keep(said(&long), &Scan::default());
            for number in 0..120_000 {
                known.keep(said(&format!("第{number}条,请您稍等")), &Scan::default());
            }
        }
        assert!(known.get(said(&long)).is_none());
        let scans = &known.made.get().unwrap().scans;
        assert!(scans.len() > 1000 && scans.weight() <= MEMORY, "{} {}", scans.len(), scans.weight());
    }
}
