//! The one pass over a turn: literals first, then the cues that are made of them, each after its parts.

use super::guard::{self, Dropped, Trace};
use super::native;
use super::program::{Class, Kind, Part, Program, bit};
use super::raw::Native;
use super::scan::{Hit, Scan};
use super::sequence::{self, Ground, Places};
use super::{CueId, native::promise};
use crate::conversation::Role;
use crate::language::{Layer, fold, holds, may_hide, skeleton};
use regex::Regex;
use std::collections::BTreeMap;

/// Lists of the settings that guards may name, folded.
pub type Lists = BTreeMap<String, Vec<String>>;

/// One thread's own working memory. Costs little to make and much less to keep.
#[derive(Default)]
pub struct Scratch {
    /// Places by class, for the turn at hand.
    places: Places,
    /// Literals, as they were found.
    found: Vec<(Class, u32, u32)>,
    /// Cues to evaluate, one bit each.
    due: Vec<u64>,
    candidates: Vec<(u32, u32)>,
    kept: Vec<(u32, u32)>,
    skeleton: Layer,
    /// Compiled when first needed.
    regexes: Vec<Option<Regex>>,
    spare: Vec<Scan>,
    /// Looks for every cue, whether or not anything asks for it in this role's turns.
    everything: bool,
    /// When set, every dropped candidate is noted here.
    trace: Option<Vec<Trace>>,
    #[cfg(feature = "words")]
    words: std::sync::Arc<crate::language::Words>,
}

impl Scratch {
    /// Looks for every cue, whether or not anything asks for it: for tests of cues.
    pub fn thorough() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Looks for every cue and notes every candidate that is dropped: for whoever asks why not.
    pub fn explaining() -> Self {
        Self { trace: Some(Vec::new()), ..Self::thorough() }
    }

    /// What was dropped since this was last asked.
    pub fn dropped(&mut self) -> Vec<Trace> {
        self.trace.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes a scan back, so that its memory serves again.
    pub fn recycle(&mut self, scan: Scan) {
        if self.spare.len() < 64 {
            self.spare.push(scan);
        }
    }
}

/// Sentences longer than this are cut for regular expressions, so that matching stays linear.
const WINDOW: usize = 8 * 1024;

impl Program {
    /// Finds every cue in a turn.
    pub fn scan(&self, scratch: &mut Scratch, text: &str, role: Role, lists: &Lists) -> Scan {
        let mut scan = scratch.spare.pop().unwrap_or_default();
        scan.clear();
        fold(text, &mut scan.folded, &mut scan.segments);
        let segments = &scan.segments;
        // `xx` is a blank, too.
        if segments.holds(holds::SLOT | holds::LATIN) {
            scan.slots = native::slot::find(&scan.folded.text, &self.tables.slots);
        }
        if let Some(masks) = lists.get("masks.patterns").filter(|masks| !masks.is_empty()) {
            let folded = &scan.folded.text;
            scan.slots.retain(|slot| !masks.iter().any(|mask| slot.span.of(folded).contains(mask.as_str())));
        }
        if segments.holds(holds::DIGIT | holds::AT) {
            scan.numbers = native::number::find(&scan.folded.text, &self.tables.numbers);
        }
        if segments.holds(holds::POINT) && segments.holds(holds::LATIN) {
            let addresses = native::url::find(&scan.folded.text).into_iter();
            let pages = addresses.filter(|(_, kind)| *kind == native::url::Address::Web);
            scan.addresses = pages.map(|(span, _)| span).collect();
        }
        scratch.begin(self);
        self.literals_of(scratch, &scan, role);
        // A cue makes only later ones due: it comes after all that it is made of.
        for word in 0..scratch.due.len() {
            while scratch.due[word] != 0 {
                let bit = scratch.due[word].trailing_zeros();
                scratch.due[word] &= scratch.due[word] - 1;
                self.evaluate((word as u32 * 64 + bit) as u16, scratch, &mut scan, text, role, lists);
            }
        }
        scan
    }

    /// Private data in a text: telephone numbers, identity and card numbers, mailboxes.
    pub fn private(&self, text: &str) -> Vec<crate::source::Span> {
        let mut layer = Layer::default();
        fold(text, &mut layer, &mut crate::language::Segments::default());
        let found = native::number::find(&layer.text, &self.tables.numbers).into_iter();
        found.map(|hit| crate::source::Span::new(layer.start(hit.span.start), layer.end(hit.span.end, text))).collect()
    }

    fn literals_of(&self, scratch: &mut Scratch, scan: &Scan, role: Role) {
        let folded = scan.folded.text.as_str();
        let needed = if scratch.everything { u8::MAX } else { bit(role) };
        let Scratch { places, found, due, .. } = scratch;
        found.clear();
        let mut add = |class: Class, start: usize, end: usize| {
            if self.needed[class as usize] & needed != 0 || needed == u8::MAX {
                found.push((class, start as u32, end as u32));
            }
        };
        self.folded.each(folded, &mut add);
        let mut disordered = false;
        if self.skeleton.len() > 0 && may_hide(folded, &self.leads, self.reach, &self.tables.lookalikes) {
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
        places.fill(found, disordered);
        for &class in &places.touched {
            for &cue in &self.watchers[class as usize] {
                due[usize::from(cue) / 64] |= 1 << (cue % 64);
            }
        }
    }

    fn evaluate(&self, index: u16, scratch: &mut Scratch, scan: &mut Scan, text: &str, role: Role, lists: &Lists) {
        if !scratch.everything && self.needed[usize::from(index)] & bit(role) == 0 {
            return;
        }
        let cue = &self.cues[usize::from(index)];
        // Nothing to skip and nothing to ask: most words of a grammar are like that.
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
            let right_role = part.roles.is_empty() || part.roles.contains(&role);
            if !right_role && scratch.trace.is_none() {
                continue;
            }
            let mut candidates = std::mem::take(&mut scratch.candidates);
            candidates.clear();
            for kind in &part.patterns {
                self.candidates(kind, scratch, scan, text, &mut candidates);
            }
            let ground = Ground { text: &scan.folded.text, segments: &scan.segments, places: &scratch.places };
            if part.free && right_role && clear {
                kept.append(&mut candidates);
                scratch.candidates = candidates;
                continue;
            }
            // What a recogniser finds may be an address or a placeholder itself.
            let recognised = part
                .patterns
                .iter()
                .any(|kind| matches!(kind, Kind::Native(native, _) if native.may_be_skipped_text()));
            for &(start, end) in &candidates {
                let skipped = !recognised && scan.skipped(start, end);
                let dropped = if skipped {
                    Some((Dropped::Skipped, None))
                } else {
                    guard::check(self, part, ground, lists, start, end)
                };
                if right_role && dropped.is_none() && self.bounded(part, scratch, &scan.folded.text, start, end) {
                    kept.push((start, end));
                } else if let Some(trace) = &mut scratch.trace {
                    // Whoever asks wants to know whose words count before anything else.
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

    /// Notes the hits of a cue, and wakes the cues that are made of it.
    fn hit(&self, index: u16, scratch: &mut Scratch, scan: &mut Scan, role: Role) {
        if scratch.everything || self.asked[usize::from(index)] & bit(role) != 0 {
            let places = scratch.places.of(u32::from(index));
            scan.hits.extend(places.iter().map(|&(start, end)| Hit { cue: CueId(index), start, end }));
        }
        for &cue in &self.watchers[usize::from(index)] {
            scratch.due[usize::from(cue) / 64] |= 1 << (cue % 64);
        }
    }

    fn candidates(&self, kind: &Kind, scratch: &mut Scratch, scan: &mut Scan, text: &str, out: &mut Vec<(u32, u32)>) {
        let folded = scan.folded.text.as_str();
        match kind {
            Kind::Class(class) => out.extend_from_slice(scratch.places.of(*class)),
            Kind::Sequence(elements) => {
                let ground = Ground { text: folded, segments: &scan.segments, places: &scratch.places };
                sequence::each(elements, ground, |start, end| out.push((start, end)));
            }
            Kind::Regex(number) => self.regex(*number, scratch, scan, out),
            Kind::Run(run, _) => {
                let found = native::shape::runs(folded, &run.chars, run.min);
                out.extend(found.into_iter().map(narrow));
            }
            Kind::Native(Native::Promise, needs) => {
                let places = needs.iter().map(|&class| scratch.places.of(class)).collect();
                let ground = native::Ground { text: folded, segments: &scan.segments, places };
                let found = promise::find(&ground);
                out.extend(found.iter().map(|promise| promise.span));
                scan.promises = found;
            }
            Kind::Native(native, _) => out.extend(native::places(*native, scan, text).into_iter().map(narrow)),
        }
    }

    fn regex(&self, number: u32, scratch: &mut Scratch, scan: &Scan, out: &mut Vec<(u32, u32)>) {
        let pattern = &self.regexes[number as usize];
        let folded = scan.folded.text.as_str();
        let mut windows: Vec<(usize, usize)> = match pattern.literals {
            Some(class) => {
                scratch.places.of(class).iter().map(|place| scan.segments.sentence(place.0 as usize)).collect()
            }
            None => scan.segments.sentences().collect(),
        };
        windows.dedup();
        if windows.is_empty() {
            return;
        }
        let regex = scratch.regexes[number as usize].get_or_insert_with(|| compile(&pattern.text));
        for (from, to) in windows.into_iter().flat_map(|(from, to)| pieces(folded, from, to)) {
            out.extend(
                regex
                    .find_iter(&folded[from..to])
                    .filter(|hit| !hit.is_empty())
                    .map(|hit| narrow(crate::source::Span::new(from + hit.start(), from + hit.end()))),
            );
        }
    }

    #[cfg(feature = "words")]
    #[allow(clippy::unused_self)]
    fn bounded(&self, part: &Part, scratch: &Scratch, folded: &str, start: u32, end: u32) -> bool {
        if !part.words {
            return true;
        }
        // A window is enough for the segmenter and keeps hostile text cheap.
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

impl Scratch {
    fn begin(&mut self, program: &Program) {
        if self.places.classes() != program.classes as usize {
            *self = Self {
                spare: std::mem::take(&mut self.spare),
                trace: self.trace.take(),
                everything: self.everything,
                ..Self::default()
            };
            self.places.resize(program.classes as usize);
            self.due.resize(program.cues.len().div_ceil(64), 0);
            self.regexes.resize_with(program.regexes.len(), || None);
        }
        self.places.clear();
        self.due.fill(0);
        for &cue in &program.always {
            self.due[usize::from(cue) / 64] |= 1 << (cue % 64);
        }
    }
}

fn compile(pattern: &str) -> Regex {
    // Validated when the pack was loaded, under the same limits; an empty class never matches.
    super::compile::regex(pattern).unwrap_or_else(|_| Regex::new("[^\\s\\S]").expect("a constant pattern"))
}

/// Cuts `from..to` into windows, at character boundaries.
fn pieces(text: &str, from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut start = from;
    std::iter::from_fn(move || {
        if start >= to {
            return None;
        }
        let end = if to - start > WINDOW { floor(text, start + WINDOW) } else { to };
        let piece = (start, end);
        start = end;
        Some(piece)
    })
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn narrow(span: crate::source::Span) -> (u32, u32) {
    (span.start as u32, span.end as u32)
}

/// Whether no two of these places overlap.
fn separated(places: &[(u32, u32)]) -> bool {
    places.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}

/// Keeps the first and longest of places that overlap.
fn separate(places: &mut Vec<(u32, u32)>) {
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
