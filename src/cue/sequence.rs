//! Finding elements in a row: word, gap, word, never over the end of a sentence.

use super::program::{Class, Element};
use crate::language::Segments;

/// Places by class, each sorted by start.
pub(super) type Places = [Vec<(u32, u32)>];

/// The text that sequences are found in.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub text: &'a str,
    pub segments: &'a Segments,
    pub places: &'a Places,
}

/// How many candidates an element tries behind each place: more never matter in real text and cost time in hostile text.
const TRIES: usize = 12;

/// Calls `found(start, end)` for the nearest match from each place where the sequence can begin.
pub(super) fn each(elements: &[Element], ground: Ground, mut found: impl FnMut(u32, u32)) {
    let missing = |element: &Element| match element {
        Element::Any { classes, optional: false } => {
            classes.iter().all(|&class| ground.places[class as usize].is_empty())
        }
        _ => false,
    };
    if elements.iter().any(missing) {
        return;
    }
    let Some(first) = elements.iter().position(|element| matches!(element, Element::Any { optional: false, .. }))
    else {
        return;
    };
    // Optional elements before the first fixed one are looked for backwards from it.
    let (before, rest) = elements.split_at(first);
    let Element::Any { classes, .. } = &rest[0] else { return };
    for &class in classes {
        for &(start, end) in &ground.places[class as usize] {
            let Some(start) = backwards(before, ground, start) else { continue };
            let (_, limit) = ground.segments.sentence(end.saturating_sub(1) as usize);
            if let Some(end) = forwards(&rest[1..], ground, end, limit, 0) {
                found(start, end);
            }
        }
    }
}

/// The leftmost start that the elements before the first fixed one allow; `None` when `<start>` does not hold.
fn backwards(elements: &[Element], ground: Ground, start: u32) -> Option<u32> {
    let mut start = start;
    for element in elements.iter().rev() {
        match element {
            Element::Any { classes, .. } => {
                let touching = |class: &Class| ground.places[*class as usize].iter().find(|place| place.1 == start);
                if let Some(&(earlier, _)) = classes.iter().find_map(touching) {
                    start = earlier;
                }
            }
            Element::Start => {
                let (clause, _) = ground.segments.clause(start as usize);
                if ground.text[clause..start as usize].chars().any(char::is_alphanumeric) {
                    return None;
                }
            }
            Element::Gap(_) | Element::End => {}
        }
    }
    Some(start)
}

fn forwards(elements: &[Element], ground: Ground, at: u32, limit: usize, gap: u8) -> Option<u32> {
    let Some((element, rest)) = elements.split_first() else { return Some(at) };
    match element {
        Element::Gap(width) => forwards(rest, ground, at, limit, gap.saturating_add(*width)),
        Element::Start => {
            let (clause, _) = ground.segments.clause(at as usize);
            let clear = !ground.text[clause..at as usize].chars().any(char::is_alphanumeric);
            if clear { forwards(rest, ground, at, limit, gap) } else { None }
        }
        Element::End => {
            let behind =
                ground.text[at as usize..limit].chars().filter(|character| character.is_alphanumeric()).count();
            (behind <= usize::from(gap)).then_some(at)
        }
        Element::Any { classes, optional } => {
            let nearest = next(classes, rest, ground, at, limit, gap);
            if nearest.is_none() && *optional { forwards(rest, ground, at, limit, gap) } else { nearest }
        }
    }
}

/// The nearest match of an element from byte `at`, after at most `gap` characters.
fn next(classes: &[Class], rest: &[Element], ground: Ground, at: u32, limit: usize, gap: u8) -> Option<u32> {
    let mut best = None;
    for &class in classes {
        let places = &ground.places[class as usize];
        let from = places.partition_point(|&(start, _)| start < at);
        for &(start, end) in places[from..].iter().take(TRIES) {
            if end as usize > limit || start as usize > at as usize + 4 * usize::from(gap) + 1 {
                break;
            }
            if distance(ground.text, at, start) > usize::from(gap) {
                break;
            }
            if let Some(end) = forwards(rest, ground, end, limit, 0) {
                best = Some(best.map_or(end, |best: u32| best.min(end)));
                break;
            }
        }
    }
    best
}

/// Characters between two places; English words may always be parted by one space.
fn distance(text: &str, from: u32, to: u32) -> usize {
    let between = &text[from as usize..to as usize];
    if between == " " { 0 } else { between.chars().count() }
}
