//! The one pass over a turn: first literals, then the cues made of them, each after its parts.

use super::class::{Class, bit};
use super::guard::{self, Dropped, Trace};
use super::lists::Lists;
use super::native;
use super::part::{Element, Kind, Part};
use super::program::Program;
use super::raw::Native;
use super::scan::Scan;
use super::scratch::Scratch;
use super::sequence::{self, Ground, LONG, separate, separated};
use super::{CueId, native::promise};
use crate::conversation::Role;
use crate::language::{bones, holds, skeleton, sound, sounds};

/// Bytes within which a disguised word's beginning is looked for: in hostile text, what is hidden between two
/// characters may be arbitrarily long.
const HIDDEN: usize = 400;

impl Program {
    /// Finds all cues in a text that is folded and segmented.
    pub(super) fn look_through(
        &self,
        scratch: &mut Scratch,
        mut scan: Scan,
        text: &str,
        role: Role,
        lists: &Lists,
    ) -> Scan {
        let segments = &scan.segments;
        // LATIN as well, because `xx` is a blank.
        if segments.holds(holds::SLOT | holds::LATIN) {
            scan.slots = native::slot::find(&scan.folded.text, &self.tables.slots);
        }
        if let Some(masks) = lists.get("masks.patterns").filter(|masks| !masks.is_empty()) {
            let folded = &scan.folded.text;
            scan.slots.retain(|slot| !masks.iter().any(|mask| slot.span.of(folded).contains(mask.as_str())));
        }
        scan.close_slots();
        let segments = &scan.segments;
        if segments.holds(holds::DIGIT | holds::AT) {
            scan.numbers = native::number::sure(&scan.folded.text, &self.tables.numbers);
        }
        if segments.holds(holds::POINT) && segments.holds(holds::LATIN) {
            let addresses = native::url::find(&scan.folded.text).into_iter();
            let pages = addresses.filter(|(_, kind)| *kind == native::url::Address::Web);
            scan.addresses = pages.map(|(span, _)| span).collect();
        }
        scratch.begin(self);
        self.literals_of(scratch, &scan, role);
        // A cue comes after its parts, so it can only make later patterns due.
        while let Some(pattern) = scratch.due.next() {
            let (cue, first, end) = self.watchers.owner(pattern);
            if scratch.everything || self.needed[usize::from(cue)] & bit(role) != 0 {
                self.evaluate(cue, first, scratch, &mut scan, text, role, lists);
            }
            while scratch.due.take_before(end).is_some() {}
        }
        scan
    }

    fn literals_of(&self, scratch: &mut Scratch, scan: &Scan, role: Role) {
        let folded = scan.folded.text.as_str();
        let needed = if scratch.everything { u8::MAX } else { bit(role) };
        let Scratch { places, found, due, sounded, .. } = scratch;
        found.clear();
        let mut add = |class: Class, start: usize, end: usize| {
            if self.needed[class as usize] & needed != 0 || needed == u8::MAX {
                found.push((class, start as u32, end as u32));
            }
        };
        self.folded.each(folded, &mut add);
        let mut disordered = false;
        if self.skeleton.len() > 0 && self.may_hide(folded, &scratch.leads) {
            disordered = true;
            let layer = &mut scratch.skeleton;
            skeleton(folded, &self.tables.lookalikes, layer);
            if layer.text.len() != folded.len() || layer.text != folded {
                self.skeleton.each(&layer.text, |class, start, end| {
                    add(class, layer.start(start), layer.end(end, folded));
                });
            } else {
                self.skeleton.each(folded, &mut add);
            }
        }
        let wanted = needed == u8::MAX || self.heard.iter().any(|&class| self.needed[class as usize] & needed != 0);
        if wanted && self.sound.len() > 0 && self.sound.may_be_in(folded.chars().map(sound)) {
            disordered = true;
            // The sound has the same offsets as the folded text.
            sounds(folded, sounded);
            self.sound.each(sounded, &mut add);
        }
        places.fill(found, disordered);
        // After a long text, give the memory back.
        if folded.len() > LONG {
            (*found, *sounded, scratch.skeleton) = Default::default();
        }
        for &class in &places.touched {
            due.add(self.watchers.of(class));
        }
    }

    /// Whether a word that may be disguised occurs in a text, openly or not.
    fn may_hide(&self, folded: &str, leads: &[u64]) -> bool {
        let mut previous = '\0';
        folded.char_indices().any(|(at, character)| {
            // No word begins inside an English word.
            let begins = !(character.is_ascii_alphanumeric() && previous.is_ascii_alphanumeric());
            previous = character;
            begins
                && leads[(character as usize >> 6) % leads.len()] >> (character as usize & 63) & 1 == 1
                && self.skeleton.begins(bones(&folded[..floor(folded, at + HIDDEN)], at, &self.tables.lookalikes))
        })
    }

    /// Tries the due patterns of a cue, of which `first` is the number of its first.
    #[expect(clippy::too_many_arguments, reason = "what there is to know of a turn")]
    fn evaluate(
        &self,
        index: u16,
        mut first: u32,
        scratch: &mut Scratch,
        scan: &mut Scan,
        text: &str,
        role: Role,
        lists: &Lists,
    ) {
        let cue = self.cues.get(usize::from(index));
        // Nothing to skip: with a free part, candidates need no check at all.
        let clear = scan.slots.is_empty() && scan.addresses.is_empty();
        if let ([Part { patterns, free: true, roles, .. }], true) = (cue.parts.as_slice(), clear)
            && let [Kind::Class(class)] = patterns.as_slice()
            && (roles.is_empty() || roles.contains(&role))
            && separated(scratch.places.of(*class))
        {
            if !scratch.places.is_empty(*class) {
                scratch.places.alias(u32::from(index), *class);
                self.hit(index, scratch, scan, role);
            }
            return;
        }
        let mut kept = std::mem::take(&mut scratch.kept);
        kept.clear();
        for part in &cue.parts {
            let (from, end) = (first, first + part.patterns.len() as u32);
            first = end;
            let right_role = part.roles.is_empty() || part.roles.contains(&role);
            let mut candidates = std::mem::take(&mut scratch.candidates);
            candidates.clear();
            while let Some(pattern) = scratch.due.take_before(end) {
                if right_role || scratch.trace.is_some() {
                    let kind = &part.patterns[(pattern - from) as usize];
                    self.candidates(kind, scratch, scan, text, &mut candidates);
                }
            }
            if candidates.is_empty() {
                scratch.candidates = candidates;
                continue;
            }
            if part.free && right_role && clear {
                kept.append(&mut candidates);
                scratch.candidates = candidates;
                continue;
            }
            for class in part.guards() {
                self.look(class, scratch, &scan.folded.text);
            }
            let ground = Ground { text: &scan.folded.text, segments: &scan.segments, places: &scratch.places };
            // A recogniser's hit may itself be an address or a placeholder.
            let natives = || part.patterns.iter().filter_map(Kind::native);
            let (recognised, promised) =
                (natives().any(Native::may_be_skipped_text), natives().any(Native::is_promise));
            for &(start, end) in &candidates {
                let skipped = !recognised && scan.skipped(start, end, promised);
                let dropped = if skipped {
                    Some((Dropped::Skipped, None))
                } else {
                    guard::check(self, part, ground, lists, start, end)
                };
                if right_role && dropped.is_none() && self.bounded(part, scratch, &scan.folded.text, start, end) {
                    kept.push((start, end));
                } else if let Some(trace) = &mut scratch.trace {
                    // In an explanation, the wrong role comes before every other reason.
                    let otherwise = if right_role { Dropped::Word } else { Dropped::Role };
                    let (dropped, by) = dropped.filter(|_| right_role).unwrap_or((otherwise, None));
                    trace.push(Trace { cue: CueId(index), start, end, dropped, by });
                }
            }
            scratch.candidates = candidates;
        }
        if !kept.is_empty() {
            separate(&mut kept);
            scratch.places.put(u32::from(index), &kept);
            self.hit(index, scratch, scan, role);
        }
        scratch.kept = kept;
    }

    /// Records the hits of a cue, and makes patterns that need it due.
    fn hit(&self, index: u16, scratch: &mut Scratch, scan: &mut Scan, role: Role) {
        if scratch.everything || self.asked[usize::from(index)] & bit(role) != 0 {
            scan.add(CueId(index), scratch.places.of(u32::from(index)));
        }
        scratch.due.add(self.watchers.of(u32::from(index)));
    }

    /// Finds the words of a class, unless that was done.
    #[inline]
    fn look(&self, class: Class, scratch: &mut Scratch, folded: &str) {
        if scratch.places.is_known(class) || !self.lesser.has(class) {
            return;
        }
        let mut found = std::mem::take(&mut scratch.words_found);
        found.clear();
        self.lesser.find(class, folded, &mut scratch.index, &mut found);
        scratch.places.put(class, &found);
        scratch.words_found = found;
    }

    fn candidates(&self, kind: &Kind, scratch: &mut Scratch, scan: &mut Scan, text: &str, out: &mut Vec<(u32, u32)>) {
        let folded = scan.folded.text.as_str();
        match kind {
            Kind::Class(class) => out.extend_from_slice(scratch.places.of(*class)),
            Kind::Sequence(elements, reach) => {
                // What is known to be missing is free to test, so it comes first.
                let missing = |element: &Element| match element {
                    Element::Any { classes, optional: false } => {
                        classes.iter().all(|&class| scratch.places.is_empty(class) && !self.lesser.has(class))
                    }
                    _ => false,
                };
                if elements.iter().any(missing) {
                    return;
                }
                // Then the required elements, and only then the optional ones.
                for late in [false, true] {
                    for element in elements {
                        let Element::Any { classes, optional } = element else { continue };
                        if *optional != late {
                            continue;
                        }
                        for &class in classes {
                            self.look(class, scratch, folded);
                        }
                        if !optional && classes.iter().all(|&class| scratch.places.is_empty(class)) {
                            return;
                        }
                    }
                }
                let ground = Ground { text: folded, segments: &scan.segments, places: &scratch.places };
                sequence::each(elements, ground, *reach, |start, end| out.push((start, end)));
            }
            Kind::Regex(number) => self.regex(*number, scratch, scan, out),
            Kind::Like(like, class) => like.find(folded, &scan.segments, scratch.places.of(*class), out),
            Kind::Weigh { roles, scale, .. } => {
                if let Some(scales) = self.scales.get(roles) {
                    let pans = scratch.pans.entry(*roles).or_default();
                    out.extend(scales.find(*scale, folded, &scan.segments, pans));
                }
            }
            Kind::Run(run, class) => {
                let doubled = scratch.places.of(*class).iter().map(|&(start, _)| start as usize);
                let found = native::shape::runs(folded, &run.chars, run.min, doubled);
                out.extend(found.into_iter().map(narrow));
            }
            Kind::Native(Native::Promise, needs) => {
                let places = needs.iter().map(|&class| scratch.places.of(class)).collect();
                let ground = native::Ground { text: folded, segments: &scan.segments, places };
                let mut found = promise::find(&ground);
                for promise in &mut found {
                    promise.span = scan.with_whole_slots(promise.span);
                }
                out.extend(found.iter().map(|promise| promise.span));
                scan.promises = found;
            }
            Kind::Native(native, needs) => {
                let found = native::places(*native, !needs.is_empty(), scan, text).into_iter().map(narrow);
                let inside = |(start, end): (u32, u32)| {
                    needs
                        .iter()
                        .any(|&class| scratch.places.of(class).iter().any(|place| start <= place.0 && place.1 <= end))
                };
                out.extend(found.filter(|&place| needs.is_empty() || inside(place)));
            }
        }
    }

    #[cfg(feature = "words")]
    #[allow(clippy::unused_self)]
    fn bounded(&self, part: &Part, scratch: &Scratch, folded: &str, start: u32, end: u32) -> bool {
        if !part.words {
            return true;
        }
        // A window is enough for the segmenter, and keeps hostile text cheap.
        let from = floor(folded, (start as usize).saturating_sub(120));
        let to = floor(folded, (end as usize + 120).min(folded.len()));
        scratch.words.bounded(&folded[from..to], start as usize - from, end as usize - from)
    }

    #[cfg(not(feature = "words"))]
    #[allow(clippy::unused_self)]
    fn bounded(&self, _: &Part, _: &Scratch, _: &str, _: u32, _: u32) -> bool {
        true
    }
}

/// The last character boundary at or before byte `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

pub(super) fn narrow(span: crate::source::Span) -> (u32, u32) {
    (span.start as u32, span.end as u32)
}
