//! Matches sequences: word, gap, word, never beyond the sentence (or the clause, where asked).

use super::class::Class;
use super::part::Element;
use super::raw::Reach;
use crate::language::{Segments, is_letter};

/// After a longer text, in bytes, memory is given back.
pub(super) const LONG: usize = 1 << 20;

/// Places by class, each sorted by start: one flat list, and each class's range in it.
#[derive(Default)]
pub(super) struct Places {
    spots: Vec<(u32, u32)>,
    /// For each class, its first place and the number of places.
    stretches: Vec<(u32, u32)>,
    /// Classes with an entry.
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
        // Test the length first: most classes are empty in most texts.
        if number == 0 { &[] } else { &self.spots[first as usize..(first + number) as usize] }
    }

    /// Whether the class was searched for, even in vain.
    #[inline]
    pub fn is_known(&self, class: Class) -> bool {
        self.stretches[class as usize] != (0, 0)
    }

    #[inline]
    pub fn is_empty(&self, class: Class) -> bool {
        self.stretches[class as usize].1 == 0
    }

    /// Sorts hits by class. `found` is in order of starts, unless `disordered`.
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
            // Two prefixes can give the same place: apologi*, apologis*.
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

    /// Sets a class's places.
    pub fn put(&mut self, class: Class, places: &[(u32, u32)]) {
        // The first index is at least 1, which marks a class as known even if it has no places.
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

/// Keeps the first and longest of overlapping places.
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

/// Moves the distinct places of a sorted list to its front, and returns their number.
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

/// The text in which sequences are matched.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub text: &'a str,
    pub segments: &'a Segments,
    pub places: &'a Places,
}

impl Ground<'_> {
    /// The bound of a sequence that continues behind byte `end`.
    fn until(&self, end: u32, reach: Reach) -> usize {
        let last = end.saturating_sub(1) as usize;
        match reach {
            Reach::Sentence => self.segments.breath(last),
            Reach::Clause => self.segments.clause(last).1,
        }
    }
}

/// Candidates that an element tries behind each place. Real text never needs more; hostile text would cost time.
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
    // Optional elements before the first required one are matched backwards from it.
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

/// The leftmost start that the elements before the first required one allow; `None` if `<start>` does not hold.
fn backwards(elements: &[Element], ground: Ground, at: u32, reach: Reach, gap: u8) -> Option<u32> {
    let Some((element, rest)) = elements.split_last() else { return Some(at) };
    match element {
        Element::Gap(width) => backwards(rest, ground, at, reach, gap.saturating_add(*width)),
        Element::Start => {
            let (clause, _) = ground.segments.clause(at as usize);
            let before = letters(&ground.text[clause.min(at as usize)..at as usize], gap)?;
            Some((clause + before.0) as u32)
        }
        // Before the first required element, all are optional.
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

/// From the first letter of a stretch to the end of its last; (end, start) if it has none; `None` if it has more than
/// `most`.
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
        // Only the first element can be `<start>`; the compiler refuses others.
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
            // A sentence mark inside a disguised word is no end.
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

/// Characters between two places; one space between English words does not count.
fn distance(text: &str, from: u32, to: u32) -> usize {
    let between = &text[from as usize..to as usize];
    if between == " " { 0 } else { between.chars().count() }
}
