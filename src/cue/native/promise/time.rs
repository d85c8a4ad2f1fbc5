//! When: the phrases of time that a promise can carry, from word classes.

use crate::cue::native::Ground;

/// A phrase of time that can hold somebody to something. Offsets are bytes of the folded text.
#[derive(Clone, Copy, Debug)]
pub struct When {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// A length of time or a day to come, not a date that may lie behind us.
    pub ahead: bool,
    /// A length of time.
    pub length: bool,
}

/// The cues that times are made of, behind those of the tokens.
pub(super) const NAMES: [&str; 5] =
    ["promise-number", "promise-unit", "promise-day", "promise-date", "promise-through"];

/// All firm times in order. `first` is the place of the first of `NAMES` among the ground's cues.
pub(super) fn firm(ground: &Ground, first: usize) -> Vec<When> {
    let [numbers, units, days, dates, through] = [0, 1, 2, 3, 4].map(|offset| ground.places[first + offset]);
    let mut found: Vec<When> = Vec::new();
    for &(start, end) in units {
        if let Some(from) = counted(ground.text, numbers, start) {
            let from = ranged(ground.text, numbers, through, from);
            found.push(When { start: from, end, ahead: true, length: true });
        }
    }
    found.extend(days.iter().map(|&(start, end)| When { start, end, ahead: true, length: false }));
    for &(start, end) in dates {
        if let Some(from) = counted(ground.text, numbers, start) {
            found.push(When { start: from, end, ahead: false, length: false });
        }
    }
    found.sort_unstable_by_key(|when| (when.start, std::cmp::Reverse(when.end)));
    found
}

/// The times that are no part of a vague one ("in a day or two").
pub(super) fn firm_only(times: &[When], vague: &[(u32, u32)]) -> Vec<When> {
    let apart = |when: &&When| {
        let behind = vague.partition_point(|place| place.0 <= when.start);
        behind.checked_sub(1).is_none_or(|index| vague[index].1 <= when.start)
            && vague.get(behind).is_none_or(|place| place.0 >= when.end)
    };
    times.iter().filter(apart).copied().collect()
}

/// Where a range begins whose second number begins at byte `at`: 1-3, one to three; `at` where there is none.
fn ranged(text: &str, numbers: &[(u32, u32)], through: &[(u32, u32)], at: u32) -> u32 {
    let before = text[..at as usize].trim_end_matches(' ');
    let end = before.len() as u32;
    let to = through.partition_point(|word| word.1 <= end);
    let word = through[..to].last().filter(|word| word.1 == end);
    let first = word.map_or_else(|| before.trim_end_matches(['-', '~', '–', '—']).len() as u32, |word| word.0);
    if first == end { at } else { counted(text, numbers, first).unwrap_or(at) }
}

/// The start of the number that stands right before byte `at`, if one does.
fn counted(text: &str, numbers: &[(u32, u32)], at: u32) -> Option<u32> {
    let before = text[..at as usize].trim_end_matches([' ', '-']);
    let digits = before.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.');
    if digits.len() < before.len() {
        return Some(digits.len() as u32);
    }
    let end = before.len() as u32;
    let to = numbers.partition_point(|number| number.1 <= end);
    numbers[..to].last().filter(|number| number.1 == end).map(|number| number.0)
}
