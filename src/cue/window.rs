//! Regular expressions: run only on the sentences in which their literal was seen, a window at a time.

use super::program::Program;
use super::scan::Scan;
use super::scanner::{Scratch, floor, narrow};
use crate::source::Span;
use regex::Regex;

/// Sentences longer than this are cut for regular expressions, so that matching stays linear.
const WINDOW: usize = 8 * 1024;

impl Program {
    /// Adds all places of a pattern to `out`.
    pub(super) fn regex(&self, number: u32, scratch: &mut Scratch, scan: &Scan, out: &mut Vec<(u32, u32)>) {
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
                    .map(|hit| narrow(Span::new(from + hit.start(), from + hit.end()))),
            );
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
