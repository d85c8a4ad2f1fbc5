//! Guards: what makes a candidate harmless.

use super::program::{Part, Program};
use super::raw::Guard;
use super::scanner::Lists;
use super::sequence::Ground;

/// Characters between a negator and what it negates.
const NEGATION_REACH: usize = 4;

/// Why a candidate was dropped; `None` when it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// A longer, harmless word contains it.
    Covered,
    /// Harmless words stand beside it.
    Beside,
    /// Harmless words stand in its clause or sentence.
    Near,
    /// A negator stands before it.
    Negated,
    /// It is inside a quotation or reported.
    Quoted,
    /// It is part of a web address or a placeholder.
    Placeholder,
    /// The settings name it.
    Configured,
}

/// Places looked at on either side of a candidate: more never matter in real text and cost time in hostile text.
const TRIES: usize = 16;

/// Judges the candidate `start..end` of a part.
pub(super) fn check(
    program: &Program,
    part: &Part,
    ground: Ground,
    lists: &Lists,
    start: u32,
    end: u32,
) -> Option<Dropped> {
    let covered = |class: u32| starting_by(ground, class, start).any(|place| end <= place.1);
    if part.covers.iter().any(|&class| covered(class)) {
        return Some(Dropped::Covered);
    }
    if part.before.iter().any(|&(class, gap)| ends_before(ground, class, gap, start))
        || part.after.iter().any(|&(class, gap)| starts_behind(ground, class, gap, end))
    {
        return Some(Dropped::Beside);
    }
    let within = |classes: &[u32], part: (usize, usize)| classes.iter().any(|&class| inside(ground, class, part));
    if !part.clause.is_empty() && within(&part.clause, ground.segments.clause(start as usize))
        || !part.sentence.is_empty() && within(&part.sentence, ground.segments.sentence(start as usize))
    {
        return Some(Dropped::Near);
    }
    if part.negated == Guard::Skip && program.negator.is_some_and(|class| negated(ground, class, start)) {
        return Some(Dropped::Negated);
    }
    if part.quoted == Guard::Skip
        && (ground.segments.quoted(start as usize, end as usize)
            || program.reported.is_some_and(|class| ends_before(ground, class, 1, start)))
    {
        return Some(Dropped::Quoted);
    }
    if let Some(list) = part.config.as_deref().and_then(|name| lists.get(name)) {
        let (from, to) = ground.segments.sentence(start as usize);
        if list.iter().any(|entry| !entry.is_empty() && ground.text[from..to].contains(entry.as_str())) {
            return Some(Dropped::Configured);
        }
    }
    None
}

/// The last places of a class that start at or before byte `at`, nearest first.
fn starting_by(ground: Ground<'_>, class: u32, at: u32) -> impl Iterator<Item = (u32, u32)> {
    let places = ground.places.of(class);
    let to = places.partition_point(|place| place.0 <= at);
    places[..to].iter().rev().take(TRIES).copied()
}

fn ends_before(ground: Ground, class: u32, gap: u8, at: u32) -> bool {
    starting_by(ground, class, at).any(|place| place.1 <= at && apart(ground.text, place.1, at, gap))
}

fn starts_behind(ground: Ground, class: u32, gap: u8, at: u32) -> bool {
    let places = ground.places.of(class);
    let from = places.partition_point(|place| place.0 < at);
    places.get(from).is_some_and(|place| apart(ground.text, at, place.0, gap))
}

/// Whether at most `gap` characters, spaces aside, stand between two bytes.
fn apart(text: &str, from: u32, to: u32, gap: u8) -> bool {
    (to - from) as usize <= 4 * usize::from(gap) + 2
        && text[from as usize..to as usize].chars().filter(|character| *character != ' ').count() <= usize::from(gap)
}

fn inside(ground: Ground, class: u32, (from, to): (usize, usize)) -> bool {
    let places = ground.places.of(class);
    let first = places.partition_point(|place| (place.0 as usize) < from);
    places[first..].iter().take(TRIES).any(|place| place.1 as usize <= to)
}

/// Whether a negator ends shortly before `start` in the same clause.
fn negated(ground: Ground, class: u32, start: u32) -> bool {
    if ground.places.is_empty(class) {
        return false;
    }
    let (clause, _) = ground.segments.clause(start as usize);
    starting_by(ground, class, start).any(|place| {
        place.0 as usize >= clause
            && place.1 <= start
            && ground.text[place.1 as usize..start as usize].chars().count() <= NEGATION_REACH
    })
}
