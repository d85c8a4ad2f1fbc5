//! `repeat`: offends when something is said again, exactly or nearly.

use super::case::Case;
use super::offence::Offence;
use crate::conversation::Role;
use crate::cue::CueId;
use crate::rulebook::check::Repeat;
use std::collections::BTreeMap;

/// Sentences that a new one is compared with, at most: the nearest ones before it.
const MEMORY: usize = 200;

struct Said {
    turn: usize,
    start: u32,
    end: u32,
    letters: String,
    /// Pairs of characters with their counts.
    pairs: BTreeMap<(char, char), u32>,
    /// How often it was said up to here.
    times: usize,
}

pub(super) fn ask(case: &Case, check: &Repeat<CueId>, out: &mut Vec<Offence>) {
    let standard = case.options.lists.get("house.standard-phrases");
    let mut said: Vec<Said> = Vec::new();
    for turn in (0..case.scans.len()).filter(|&turn| case.turn(turn).role == Role::Agent) {
        let scan = &case.scans[turn];
        for (start, end) in scan.segments.sentences() {
            let sentence = &scan.folded.text[start..end];
            let letters: String = sentence.chars().filter(|character| character.is_alphanumeric()).collect();
            if letters.chars().take(check.min_chars).count() < check.min_chars
                || case.hits(turn, &check.except).any(|hit| start <= hit.start as usize && hit.end as usize <= end)
                || standard.is_some_and(|phrases| {
                    phrases.iter().any(|phrase| !phrase.is_empty() && sentence.contains(phrase.as_str()))
                })
            {
                continue;
            }
            let pairs = pairs(&letters);
            let recent = said.len().saturating_sub(MEMORY);
            let earlier = said[recent..]
                .iter()
                .rev()
                .find(|other| other.turn != turn && alike(&letters, &pairs, other, check.alike));
            let times = earlier.map_or(1, |earlier| earlier.times + 1);
            let lead = sentence.len() - sentence.trim_start().len();
            let (first, last) = ((start + lead) as u32, (start + sentence.trim_end().len()) as u32);
            if let Some(earlier) = earlier
                && times >= check.times.max(2)
                && case.is_judged(turn)
            {
                let mut offence = Offence::new(turn, first, last).value("count", times);
                offence.related.push((earlier.turn, earlier.start, earlier.end));
                out.push(offence);
            }
            said.push(Said { turn, start: first, end: last, letters, pairs, times });
        }
    }
}

fn pairs(letters: &str) -> BTreeMap<(char, char), u32> {
    let mut found = BTreeMap::new();
    for pair in letters.chars().zip(letters.chars().skip(1)).take(2000) {
        *found.entry(pair).or_default() += 1;
    }
    found
}

/// Dice's coefficient over pairs of characters.
fn alike(letters: &str, pairs: &BTreeMap<(char, char), u32>, other: &Said, least: f64) -> bool {
    if letters == other.letters {
        return true;
    }
    let total: u32 = pairs.values().sum::<u32>() + other.pairs.values().sum::<u32>();
    if total == 0 {
        return false;
    }
    let common: u32 =
        pairs.iter().map(|(pair, count)| other.pairs.get(pair).map_or(0, |others| *count.min(others))).sum();
    f64::from(2 * common) / f64::from(total) >= least
}
