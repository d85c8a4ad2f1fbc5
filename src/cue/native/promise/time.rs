//! Times of promises, as read by the grammar of times (`language::time`), joined with what only word classes know: the
//! masks of exported chats.

use super::token::{Kind, Token};
use crate::cue::native::Ground;
use crate::language::time::{self, Bound, Clock, Mention, Place, Point, Step, Value, Way};
use std::ops::Range;

/// A time that can hold somebody to something. Offsets are bytes of the folded text.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// A length of time or a future day, not a date that may be past.
    pub ahead: bool,
    /// A length of time.
    pub length: bool,
    /// A length of time that nothing says to count from now.
    pub amount: bool,
}

/// The cues for times, behind those of the tokens.
pub(super) const NAMES: [&str; 5] =
    ["promise-number", "promise-unit", "promise-day", "promise-date", "promise-through"];

/// All firm times in order. `first` is the index of the first of `NAMES` in `Ground::places`.
pub(super) fn firm(ground: &Ground, first: usize) -> Vec<When> {
    let [numbers, units, days, dates, through] = [0, 1, 2, 3, 4].map(|offset| ground.places[first + offset]);
    let mut found: Vec<When> = Vec::new();
    for &(start, end) in units {
        if let Some(from) = counted(ground.text, numbers, start) {
            let from = ranged(ground.text, numbers, through, from);
            found.push(When { start: from, end, ahead: true, length: true, amount: true });
        }
    }
    found.extend(days.iter().map(|&(start, end)| When { start, end, ahead: true, length: false, amount: false }));
    for &(start, end) in dates {
        if let Some(from) = counted(ground.text, numbers, start) {
            found.push(When { start: from, end, ahead: false, length: false, amount: false });
        }
    }
    found.sort_unstable_by_key(|when| (when.start, std::cmp::Reverse(when.end)));
    found
}

/// Times in all sentences that may hold a promise, read as `replylint when` reads them. `classes` are those of the word
/// classes.
pub(super) fn read(ground: &Ground, classes: &[When], vague: &[(u32, u32)], tokens: &[Token]) -> Vec<When> {
    let (lexicon, _) = time::shared();
    let mentions = time::find_among(ground.text, lexicon, sentences(ground, classes, tokens).into_iter());
    // “No later than” does not count as “later”.
    let firm: Vec<(usize, usize)> = mentions
        .iter()
        .filter(|mention| mention.bound.is_some_and(Bound::is_deadline))
        .map(|mention| (mention.start, mention.end))
        .collect();
    let small = |place: &&(u32, u32)| {
        let near = firm.partition_point(|mention| mention.1 < place.1 as usize);
        firm.get(near).is_none_or(|mention| place.0 as usize <= mention.0)
    };
    let vague = &vague.iter().filter(small).copied().collect::<Vec<_>>()[..];
    let mut over = Vec::new();
    let mut found: Vec<When> = Vec::new();
    for mention in &mentions {
        let (start, end) = (mention.start as u32, mention.end as u32);
        if is_past(mention) {
            over.push((start, end));
        } else if holds(mention) {
            // Of a time with a comma or a tilde inside, only the last part stands in the promise's clause.
            let start = start.max(ground.segments.clause(mention.end - 1).0 as u32);
            let amount = matches!(mention.value, Value::Amount(_));
            found.push(When { start, end, ahead: is_ahead(mention), length: false, amount });
        }
    }
    let mut found = apart_from(&found, vague);
    let own = found.len();
    for class in apart_from(&apart_from(classes, vague), &over) {
        let near = found[..own].partition_point(|when| when.end <= class.start);
        match found[..own].get_mut(near).filter(|when| when.start < class.end) {
            Some(when) => {
                (when.start, when.end) = (when.start.min(class.start), when.end.max(class.end));
                (when.ahead, when.length) = (when.ahead || class.ahead, when.length || class.length);
            }
            None => found.push(class),
        }
    }
    // “After” behind a masked number is part of the time, as it is behind a plain one.
    for when in &mut found {
        let at = tokens.partition_point(|token| token.start < when.end);
        if let Some(after) = tokens.get(at).filter(|token| token.start == when.end && token.kind == Kind::After) {
            when.end = after.end;
        }
    }
    found.sort_by_key(|when| (when.start, std::cmp::Reverse(when.end)));
    found
}

/// Sentences with an action, a word of the future, or a time of the word classes.
fn sentences(ground: &Ground, classes: &[When], tokens: &[Token]) -> Vec<Range<usize>> {
    let tells = |token: &&Token| {
        token.kind.begins() || matches!(token.kind, Kind::Future | Kind::Shall | Kind::WeWill | Kind::Expected)
    };
    let mut places: Vec<u32> = tokens.iter().filter(tells).map(|token| token.start).collect();
    places.extend(classes.iter().map(|when| when.start));
    places.sort_unstable();
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in places {
        if found.last().is_none_or(|last| last.end <= at as usize) {
            let (start, end) = ground.segments.sentence(at as usize);
            found.push(start..end);
        }
    }
    found
}

/// Removes tokens that are part of a time: the “not” of “not later than”, the “before” of “before Friday”.
pub(super) fn outside(tokens: &mut Vec<Token>, times: &[When]) {
    tokens.retain(|token| {
        let small = matches!(
            token.kind,
            Kind::Negator
                | Kind::Done
                | Kind::After
                | Kind::Link
                | Kind::Able
                | Kind::If
                | Kind::Perfect
                | Kind::By
                | Kind::Then
                | Kind::Matter
                | Kind::Tariff
                | Kind::Soon
        );
        let near = times.partition_point(|when| when.end < token.end);
        !(small && times.get(near).is_some_and(|when| when.start <= token.start && token.end <= when.end))
    });
}

/// Whether it is a time to which somebody can be held.
fn holds(mention: &Mention) -> bool {
    let bounded = mention.bound.is_some();
    match &mention.value {
        Value::Vague | Value::Recurring => false,
        _ if mention.service || mention.bound == Some(Bound::Since) => false,
        Value::Amount(_)
        | Value::Between(..)
        | Value::Zoned(..)
        | Value::Shift(..)
        | Value::Window(..)
        | Value::Off(..) => true,
        Value::Point(point) => match (&point.place, &point.clock) {
            (_, Some(Clock::Now)) => false,
            (_, Some(Clock::At { .. } | Clock::Open | Clock::Close))
            | (Some(Place::Day(_) | Place::Workday(_) | Place::Week { .. } | Place::Slice(..)), _) => true,
            (Some(Place::Date { day, .. }), _) => bounded || day.is_some(),
            _ => bounded,
        },
    }
}

/// Whether it is past.
fn is_past(mention: &Mention) -> bool {
    let before = |place: &Place| match place {
        Place::Day(days) | Place::Workday(days) => *days < 0,
        Place::Week { shift, .. } => shift.is_some_and(|shift| shift < 0),
        Place::Date { year, month, .. } => {
            [year, month].into_iter().any(|step| matches!(step, Some(Step::Shift(shift)) if *shift < 0))
        }
        _ => false,
    };
    match &mention.value {
        Value::Shift(_, way) | Value::Window(_, way) => *way == Way::Back,
        Value::Point(Point { place: Some(place), .. }) => before(place),
        _ => false,
    }
}

/// Whether it must be in the future: counted from now, not a date that may be past.
fn is_ahead(mention: &Mention) -> bool {
    let bounded = mention.bound.is_some_and(Bound::is_deadline);
    match &mention.value {
        Value::Amount(_) => bounded,
        Value::Shift(..) | Value::Window(..) => true,
        Value::Point(Point { place, .. }) | Value::Off(Point { place, .. }, ..) => match place {
            None => bounded,
            Some(Place::Day(days)) => *days > 0 || bounded,
            Some(Place::Workday(_)) => true,
            Some(Place::Week { shift, .. }) => shift.map_or(bounded, |shift| shift > 0 || bounded),
            _ => false,
        },
        _ => false,
    }
}

/// The times that are not part of others (“in a day or two” is vague).
fn apart_from(times: &[When], others: &[(u32, u32)]) -> Vec<When> {
    let apart = |when: &&When| {
        let behind = others.partition_point(|place| place.0 <= when.start);
        behind.checked_sub(1).is_none_or(|index| others[index].1 <= when.start)
            && others.get(behind).is_none_or(|place| place.0 >= when.end)
    };
    times.iter().filter(apart).copied().collect()
}

/// Where a range begins whose second number begins at byte `at` (1-3, one to three); otherwise `at`.
fn ranged(text: &str, numbers: &[(u32, u32)], through: &[(u32, u32)], at: u32) -> u32 {
    let before = text[..at as usize].trim_end_matches(' ');
    let end = before.len() as u32;
    let to = through.partition_point(|word| word.1 <= end);
    let word = through[..to].last().filter(|word| word.1 == end);
    let first = word.map_or_else(|| before.trim_end_matches(['-', '~', '–', '—']).len() as u32, |word| word.0);
    if first == end { at } else { counted(text, numbers, first).unwrap_or(at) }
}

/// The start of the number directly before byte `at`, if there is one.
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
