//! What a text says is done within which time: the deals and lengths of time of one sentence, paired.

use super::case::Case;
use crate::cue::{CueId, Hit};
use crate::language::time::{self, Bound, Mention, Unit, Value, Way};
use crate::rulebook::builtin;

/// Something done within a time. Offsets are bytes of the folded text.
pub(super) struct Timed {
    /// What is done.
    pub deal: Hit,
    /// The words of time.
    pub start: u32,
    pub end: u32,
    /// The longest that they say, in seconds.
    pub most: u64,
}

/// Sentences longer than this are read up to here: no agreed time needs more.
const LONGEST: usize = 4096;

/// What the turn says is done within which time.
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
                found.push(Timed { deal, start: mention.start as u32, end: mention.end as u32, most });
            }
        }
    }
    found
}

/// The longest that a length of time says, in seconds; `None` for anything but a length that something is done in.
pub(super) fn seconds(mention: &Mention) -> Option<u64> {
    if mention.service || matches!(mention.bound, Some(Bound::After | Bound::Since)) {
        return None;
    }
    let (Value::Amount(amount) | Value::Shift(amount, Way::Ahead) | Value::Window(amount, Way::Ahead)) = &mention.value
    else {
        return None;
    };
    amount.0.iter().try_fold(0_u64, |sum, part| {
        let unit = match part.unit {
            Unit::Second => 1,
            Unit::Minute => 60,
            Unit::QuarterHour => 900,
            Unit::Hour | Unit::Workhour => 3600,
            Unit::Day | Unit::Workday => 86_400,
            Unit::Week => 7 * 86_400,
            Unit::Month => 30 * 86_400,
            Unit::Quarter => 91 * 86_400,
            Unit::HalfYear => 182 * 86_400,
            Unit::Year => 365 * 86_400,
        };
        sum.checked_add(part.most.checked_mul(unit)? / 1000)
    })
}

/// Whether the words before a length say that it has been waited for: no promise, but the customer's trouble.
fn is_past(text: &str, mention: &Mention) -> bool {
    builtin::facts_words().waited.iter().any(|word| text[..mention.start].trim_end().ends_with(word.as_str()))
}

/// What a length of time belongs to: the deal of its clause behind it, else before it; else the only one of the
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
