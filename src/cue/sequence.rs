//! Finding elements in a row: word, gap, word, never over the end of a sentence, or of a clause where that is asked.

use super::class::Class;
use super::part::Element;
use super::raw::Reach;
use crate::language::{Segments, is_letter};

/// A text of which memory is given back before the next one, in bytes.
pub(super) const LONG: usize = 1 << 20;

/// Places by class, each sorted by start: one flat list, and where in it each class has its stretch.
#[derive(Default)]
pub(super) struct Places {
    spots: Vec<(u32, u32)>,
    /// First place and number of places, by class.
    stretches: Vec<(u32, u32)>,
    /// Classes that have a stretch.
    pub touched: Vec<Class>,
}

impl Places {
    pub fn classes(&self) -> usize {
        self.stretches.len()
    }

    /// Makes room for this many classes.
    pub fn resize(&mut self, classes: usize) {
        self.stretches.resize(classes, (0, 0));
    }

    pub fn clear(&mut self) {
        for class in self.touched.drain(..) {
            self.stretches[class as usize] = (0, 0);
        }
        self.spots.clear();
    }

    #[inline]
    pub fn of(&self, class: Class) -> &[(u32, u32)] {
        let (first, number) = self.stretches[class as usize];
        // The length is asked first: most classes are empty in most texts.
        if number == 0 { &[] } else { &self.spots[first as usize..(first + number) as usize] }
    }

    /// Whether the class was given places, be it none.
    #[inline]
    pub fn is_known(&self, class: Class) -> bool {
        self.stretches[class as usize] != (0, 0)
    }

    #[inline]
    pub fn is_empty(&self, class: Class) -> bool {
        self.stretches[class as usize].1 == 0
    }

    /// Sorts what was found, class by class. `found` is in order of starts, except where `disordered`.
    pub fn fill(&mut self, found: &[(Class, u32, u32)], disordered: bool) {
        for &(class, ..) in found {
            let number = &mut self.stretches[class as usize].1;
            if *number == 0 {
                self.touched.push(class);
            }
            *number += 1;
        }
        let mut next = 0;
        for &class in &self.touched {
            let (first, number) = &mut self.stretches[class as usize];
            *first = next;
            next += *number;
            *number = 0;
        }
        self.spots.resize(next as usize, (0, 0));
        for &(class, start, end) in found {
            let (first, number) = &mut self.stretches[class as usize];
            let at = (*first + *number) as usize;
            // Two words may end as one: apologi*, apologis*.
            if *number == 0 || self.spots[at - 1] != (start, end) {
                self.spots[at] = (start, end);
                *number += 1;
            }
        }
        if disordered {
            for &class in &self.touched {
                let (first, number) = &mut self.stretches[class as usize];
                let places = &mut self.spots[*first as usize..(*first + *number) as usize];
                places.sort_unstable();
                *number = distinct(places) as u32;
            }
        }
    }

    /// Gives a class its places.
    pub fn put(&mut self, class: Class, places: &[(u32, u32)]) {
        // The first is at least 1, so that a class that was looked for in vain is known.
        if self.spots.is_empty() {
            self.spots.push((0, 0));
        }
        self.stretches[class as usize] = (self.spots.len() as u32, places.len() as u32);
        self.spots.extend_from_slice(places);
        self.touched.push(class);
    }

    /// Gives a class the places of another one.
    pub fn alias(&mut self, class: Class, other: Class) {
        self.stretches[class as usize] = self.stretches[other as usize];
        self.touched.push(class);
    }
}

/// Whether no two of these places overlap.
pub(super) fn separated(places: &[(u32, u32)]) -> bool {
    places.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}

/// Keeps the first and longest of places that overlap.
pub(super) fn separate(places: &mut Vec<(u32, u32)>) {
    if places.len() < 2 {
        return;
    }
    places.sort_unstable_by_key(|&(start, end)| (start, std::cmp::Reverse(end)));
    let mut last = 0;
    let mut first = true;
    places.retain(|&(start, end)| {
        let keep = first || start >= last;
        if keep {
            (last, first) = (end, false);
        }
        keep
    });
}

/// Moves distinct places of a sorted list to its front; how many there are.
fn distinct(places: &mut [(u32, u32)]) -> usize {
    let mut kept = 0;
    for at in 0..places.len() {
        if kept == 0 || places[at] != places[kept - 1] {
            places[kept] = places[at];
            kept += 1;
        }
    }
    kept
}

/// The text that sequences are found in.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub text: &'a str,
    pub segments: &'a Segments,
    pub places: &'a Places,
}

impl Ground<'_> {
    /// Where a sequence must end that goes on behind byte `end`.
    fn until(&self, end: u32, reach: Reach) -> usize {
        let last = end.saturating_sub(1) as usize;
        match reach {
            Reach::Sentence => self.segments.breath(last),
            Reach::Clause => self.segments.clause(last).1,
        }
    }
}

/// How many candidates an element tries behind each place: more never matter in real text and cost time in hostile text.
const TRIES: usize = 12;

/// Calls `found(start, end)` for the nearest match from each place where the sequence can begin.
pub(super) fn each(elements: &[Element], ground: Ground, reach: Reach, mut found: impl FnMut(u32, u32)) {
    let missing = |element: &Element| match element {
        Element::Any { classes, optional: false } => classes.iter().all(|&class| ground.places.is_empty(class)),
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
        for &(start, end) in ground.places.of(class) {
            let limit = ground.until(end, reach);
            let Some(start) = backwards(before, ground, start, reach, 0) else { continue };
            if let Some(end) = forwards(&rest[1..], ground, end, limit, 0) {
                found(start, end);
            }
        }
    }
}

/// The leftmost start that the elements before the first fixed one allow; `None` when `<start>` does not hold.
fn backwards(elements: &[Element], ground: Ground, at: u32, reach: Reach, gap: u8) -> Option<u32> {
    let Some((element, rest)) = elements.split_last() else { return Some(at) };
    match element {
        Element::Gap(width) => backwards(rest, ground, at, reach, gap.saturating_add(*width)),
        Element::Start => {
            let (clause, _) = ground.segments.clause(at as usize);
            let before = letters(&ground.text[clause.min(at as usize)..at as usize], gap)?;
            Some((clause + before.0) as u32)
        }
        // The first fixed element has none that must be there before it.
        Element::Any { classes, .. } => {
            let previous = |class: &Class| previous(ground.places.of(*class), rest, ground, at, reach, gap);
            let earliest = classes.iter().filter_map(previous).min();
            earliest.or_else(|| backwards(rest, ground, at, reach, gap))
        }
        Element::End => None,
    }
}

/// The nearest match of an optional element that ends at most `gap` characters before byte `at`.
fn previous(places: &[(u32, u32)], rest: &[Element], ground: Ground, at: u32, reach: Reach, gap: u8) -> Option<u32> {
    let to = places.partition_point(|&(start, _)| start < at);
    let mut nearest = places[..to].iter().rev().take(TRIES).filter(|&&(_, end)| {
        end <= at
            && (at - end) as usize <= 4 * usize::from(gap) + 1
            && distance(ground.text, end, at) <= usize::from(gap)
            && ground.until(end, reach) > at as usize
    });
    nearest.find_map(|&(start, _)| backwards(rest, ground, start, reach, 0))
}

/// From the first to behind the last letter of a stretch; from its end to its start where it has none; `None` when there
/// are more than `most` of them.
fn letters(text: &str, most: u8) -> Option<(usize, usize)> {
    let mut found = (text.len(), 0);
    let mut number = 0;
    for (at, character) in text.char_indices().filter(|&(_, character)| is_letter(character)) {
        number += 1;
        if number > usize::from(most) {
            return None;
        }
        found = (found.0.min(at), at + character.len_utf8());
    }
    Some(found)
}

fn forwards(elements: &[Element], ground: Ground, at: u32, limit: usize, gap: u8) -> Option<u32> {
    let Some((element, rest)) = elements.split_first() else { return Some(at) };
    match element {
        Element::Gap(width) => forwards(rest, ground, at, limit, gap.saturating_add(*width)),
        // It stands first: whatever writes it elsewhere is not compiled.
        Element::Start => None,
        Element::End => {
            let from = (at as usize).min(limit);
            let behind = letters(&ground.text[from..limit], gap)?;
            Some(at.max((from + behind.1) as u32))
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
        let places = ground.places.of(class);
        let from = places.partition_point(|&(start, _)| start < at);
        for &(start, end) in places[from..].iter().take(TRIES) {
            // A mark inside a disguised word ends no sentence.
            if start as usize >= limit || start as usize > at as usize + 4 * usize::from(gap) + 1 {
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
