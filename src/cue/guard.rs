//! Guards: what makes a candidate harmless.

use super::CueId;
use super::lists::Lists;
use super::part::Part;
use super::program::Program;
use super::raw::Guard;
use super::sequence::Ground;

/// Characters between a negator and what it negates.
const NEGATION_REACH: usize = 4;

/// Why a candidate was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// A longer, harmless word contains it.
    Covered,
    /// Harmless words stand right before it.
    Before,
    /// Harmless words stand right behind it.
    After,
    /// Harmless words stand in its clause.
    Clause,
    /// Harmless words stand in its sentence.
    Sentence,
    /// A negator stands before it.
    Negated,
    /// It stands between quotation marks.
    Quoted,
    /// Words that report somebody else's speech stand before it.
    Reported,
    /// It is part of a web address or a placeholder.
    Skipped,
    /// The settings name it.
    Configured,
    /// Words of this role do not count.
    Role,
    /// It does not begin and end where words do.
    Word,
}

impl Dropped {
    /// The stable word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Before => "before",
            Self::After => "after",
            Self::Clause => "clause",
            Self::Sentence => "sentence",
            Self::Negated => "negated",
            Self::Quoted => "quoted",
            Self::Reported => "reported",
            Self::Skipped => "skipped",
            Self::Configured => "configured",
            Self::Role => "speaker",
            Self::Word => "word",
        }
    }
}

/// A dropped candidate, for `--why-not`. Offsets are bytes of the folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The cue that would have been hit.
    pub cue: CueId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Why it was dropped.
    pub dropped: Dropped,
    /// The words that made it harmless.
    pub by: Option<(u32, u32)>,
}

/// Why a candidate is dropped, and the words responsible.
pub(super) type Verdict = (Dropped, Option<(u32, u32)>);

/// Places tried on either side of a candidate. Real text never needs more; hostile text would cost time.
const TRIES: usize = 16;

/// Judges the candidate `start..end` of a part; `None` when it stands.
pub(super) fn check(
    program: &Program,
    part: &Part,
    ground: Ground,
    lists: &Lists,
    start: u32,
    end: u32,
) -> Option<Verdict> {
    let by = |dropped: Dropped, place: Option<(u32, u32)>| place.map(|place| (dropped, Some(place)));
    let covering = |&class: &u32| starting_by(ground, class, start).find(|place| end <= place.1);
    let before = |&(class, gap): &(u32, u8)| ends_before(ground, class, gap, start);
    let after = |&(class, gap): &(u32, u8)| starts_behind(ground, class, gap, end);
    let beside = by(Dropped::Covered, part.covers.iter().find_map(covering))
        .or_else(|| by(Dropped::Before, part.before.iter().find_map(before)))
        .or_else(|| by(Dropped::After, part.after.iter().find_map(after)));
    if beside.is_some() {
        return beside;
    }
    let within = |classes: &[u32], (from, to): (usize, usize)| {
        classes.iter().find_map(|&class| inside(ground, class, (from, to)))
    };
    if !part.clause.is_empty()
        && let Some(place) = within(&part.clause, ground.segments.clause(start as usize))
    {
        return Some((Dropped::Clause, Some(place)));
    }
    if !part.sentence.is_empty()
        && let Some(place) = within(&part.sentence, ground.segments.sentence(start as usize))
    {
        return Some((Dropped::Sentence, Some(place)));
    }
    if part.negated == Guard::Skip
        && let Some(place) = program.negator.and_then(|class| negated(ground, class, start))
    {
        return Some((Dropped::Negated, Some(place)));
    }
    if part.quoted == Guard::Skip {
        if ground.segments.quoted(start as usize, end as usize) {
            return Some((Dropped::Quoted, None));
        }
        if let Some(place) = program.reported.and_then(|class| ends_before(ground, class, 1, start)) {
            return Some((Dropped::Reported, Some(place)));
        }
    }
    let list = part.config.as_deref().and_then(|name| lists.get(name))?;
    let (from, to) = ground.segments.sentence(start as usize);
    list.iter().filter(|entry| !entry.is_empty()).find_map(|entry| {
        let at = from + ground.text[from..to].find(entry.as_str())?;
        Some((Dropped::Configured, Some((at as u32, (at + entry.len()) as u32))))
    })
}

/// The last places of a class that start at or before byte `at`, nearest first.
fn starting_by(ground: Ground<'_>, class: u32, at: u32) -> impl Iterator<Item = (u32, u32)> {
    let places = ground.places.of(class);
    let to = places.partition_point(|place| place.0 <= at);
    places[..to].iter().rev().take(TRIES).copied()
}

fn ends_before(ground: Ground, class: u32, gap: u8, at: u32) -> Option<(u32, u32)> {
    starting_by(ground, class, at).find(|place| place.1 <= at && apart(ground.text, place.1, at, gap))
}

fn starts_behind(ground: Ground, class: u32, gap: u8, at: u32) -> Option<(u32, u32)> {
    let places = ground.places.of(class);
    let from = places.partition_point(|place| place.0 < at);
    places.get(from).copied().filter(|place| apart(ground.text, at, place.0, gap))
}

/// Whether at most `gap` characters, spaces aside, stand between two bytes.
fn apart(text: &str, from: u32, to: u32, gap: u8) -> bool {
    (to - from) as usize <= 4 * usize::from(gap) + 2
        && text[from as usize..to as usize].chars().filter(|character| *character != ' ').count() <= usize::from(gap)
}

fn inside(ground: Ground, class: u32, (from, to): (usize, usize)) -> Option<(u32, u32)> {
    let places = ground.places.of(class);
    let first = places.partition_point(|place| (place.0 as usize) < from);
    places[first..].iter().take(TRIES).copied().find(|place| place.1 as usize <= to)
}

/// The negator that ends shortly before `start` in the same clause.
fn negated(ground: Ground, class: u32, start: u32) -> Option<(u32, u32)> {
    if ground.places.is_empty(class) {
        return None;
    }
    let (clause, _) = ground.segments.clause(start as usize);
    starting_by(ground, class, start).find(|place| {
        place.0 as usize >= clause
            && place.1 <= start
            && ground.text[place.1 as usize..start as usize].chars().count() <= NEGATION_REACH
    })
}
