//! Times that a text promises for actions: the actions and lengths of time in one sentence, paired.

use super::case::Case;
use super::house::seconds;
use super::stretch::Stretch;
use crate::cue::{CueId, Hit};
use crate::language::time::{self, Mention};
use crate::rulebook::builtin;

/// An action and the time it takes.
pub(super) struct Timed {
    /// The action.
    pub deal: Hit,
    /// The words of time.
    pub at: Stretch,
    /// The longest time they allow, in seconds.
    pub most: u64,
}

/// Longer sentences are read only up to here: no agreed time needs more.
const LONGEST: usize = 4096;

/// The actions in a turn with their times.
pub(super) fn timed(case: &Case, turn: usize, deals: &[CueId]) -> Vec<Timed> {
    let mut hits: Vec<Hit> = case.hits(turn, deals).collect();
    if hits.is_empty() {
        return Vec::new();
    }
    let (lexicon, _) = builtin::shared_times();
    hits.sort_unstable_by_key(|hit| (hit.start, hit.end));
    let scan = &case.scans[turn];
    let text = scan.folded.text.as_str();
    let mut found = Vec::new();
    let mut done = 0;
    for hit in &hits {
        let (start, end) = scan.segments.sentence(hit.start as usize);
        if start < done || !text.is_char_boundary((start + LONGEST).min(end)) {
            continue;
        }
        done = end.max(start + 1);
        let end = end.min(start + LONGEST);
        let here = |other: &&Hit| start <= other.start as usize && (other.end as usize) <= end;
        let deals: Vec<Hit> = hits.iter().filter(here).copied().collect();
        for mention in time::find_in(text, lexicon, start..end) {
            let Some(most) = seconds(&mention).filter(|_| !is_past(text, &mention)) else { continue };
            if let Some(deal) = nearest(case, turn, &deals, &mention) {
                found.push(Timed { deal, at: Stretch::new(turn, mention.start, mention.end), most });
            }
        }
    }
    found
}

/// Whether the words before a length of time say that somebody has waited that long already.
fn is_past(text: &str, mention: &Mention) -> bool {
    builtin::facts_words().waited.iter().any(|word| text[..mention.start].trim_end().ends_with(word.as_str()))
}

/// The action a length of time belongs to: the one after it in its clause, else before it, else the only one of the
/// sentence.
fn nearest(case: &Case, turn: usize, deals: &[Hit], mention: &Mention) -> Option<Hit> {
    let (from, to) = case.scans[turn].segments.clause(mention.start);
    let inside = |hit: &&Hit| from <= hit.start as usize && (hit.end as usize) <= to;
    let behind = deals.iter().filter(inside).find(|hit| hit.start as usize >= mention.end);
    let before = || deals.iter().filter(inside).rev().find(|hit| (hit.end as usize) <= mention.start);
    let only = || {
        let first = deals.first()?;
        deals.iter().all(|hit| hit.cue == first.cue).then_some(first)
    };
    behind.or_else(before).or_else(only).copied()
}
