//! Regular expressions: checked when a pack is loaded, run only on sentences with one of their literals, a window at a
//! time.

use super::compile::Compiler;
use super::order::place;
use super::part::{Kind, Pattern};
use super::program::Program;
use super::raw::SourceCue;
use super::required;
use super::scan::Scan;
use super::scanner::{floor, narrow};
use super::scratch::Scratch;
use crate::language::fold_pattern;
use crate::source::{Span, Wording, wording};
use regex::Regex;
use std::sync::OnceLock;
use toml::Spanned;

/// Longest pattern in bytes.
const LONGEST_PATTERN: usize = 4096;

/// Longer sentences are cut for regular expressions, so that matching stays linear.
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
        for (from, to) in windows.into_iter().flat_map(|(from, to)| pieces(folded, from, to)) {
            // Test the literals first: compiling a pattern takes longer than checking a draft.
            let within = |set: &Vec<String>| set.iter().any(|literal| folded[from..to].contains(literal.as_str()));
            if !pattern.holds.iter().all(within) {
                continue;
            }
            let regex = scratch.regexes[number as usize]
                .get_or_insert_with(|| pattern.compiled.get_or_init(|| compile(&pattern.text)).clone());
            out.extend(
                regex
                    .find_iter(&folded[from..to])
                    .filter(|hit| !hit.is_empty())
                    .map(|hit| narrow(Span::new(from + hit.start(), from + hit.end()))),
            );
        }
    }
}

/// Compiles a pattern under the limits that apply to all.
fn regex(pattern: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(pattern).size_limit(1 << 20).dfa_size_limit(1 << 20).nest_limit(50).build()
}

impl Compiler<'_> {
    /// Checks and registers a pattern of a pack.
    pub(super) fn regex(&mut self, source: &SourceCue, value: &Spanned<String>) -> Option<Kind> {
        let text = value.get_ref();
        let problem = |message: Wording, help: Wording| {
            place(source, value, "pack/bad-regex", message, wording!("here")).help(help)
        };
        if text.len() > LONGEST_PATTERN {
            self.errors.push(problem(
                wording!(
                    "the pattern has {count} bytes; {limit} are allowed",
                    count = text.len(),
                    limit = LONGEST_PATTERN
                ),
                wording!("split it, or use phrases"),
            ));
            return None;
        }
        let lower = text.replace("\\\\", "");
        if lower.char_indices().any(|(at, character)| character.is_ascii_uppercase() && !lower[..at].ends_with('\\')) {
            self.errors.push(problem(
                wording!("patterns see lower-case text; capitals never match"),
                wording!("write it in lower case"),
            ));
            return None;
        }
        let pattern = format!("(?:{})", fold_pattern(text));
        let regex = match regex(&pattern) {
            Ok(regex) => regex,
            Err(error) => {
                let message =
                    error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                self.errors.push(problem(
                    wording!("not a regular expression: {message}", message = Wording::Library(message)),
                    wording!("see docs.rs/regex for the syntax"),
                ));
                return None;
            }
        };
        if regex.is_match("") {
            self.errors.push(problem(
                wording!("the pattern matches the empty text"),
                wording!("make at least one part necessary"),
            ));
            return None;
        }
        if text.starts_with(".*") || text.starts_with(".+") {
            self.errors.push(problem(
                wording!("a pattern that begins with “.*” is slow on long text"),
                wording!("drop it: a match may begin anywhere"),
            ));
            return None;
        }
        let literals = required::literals(&pattern);
        if literals.is_none() {
            let mut warning = problem(
                wording!("no word must stand in every match, so it is tried on every sentence"),
                wording!("name a word that must be there, or use `run` or a sequence"),
            );
            warning.level = crate::source::Level::Warning;
            warning.code = "pack/weak-regex";
            self.warnings.push(warning);
        }
        if bounds_han(text) {
            let mut warning = problem(
                wording!("`\\b` beside a Chinese character matches only at the edge of Chinese text"),
                wording!("leave it out, or use phrases with `words = true`"),
            );
            warning.level = crate::source::Level::Warning;
            warning.code = "pack/word-boundary";
            self.warnings.push(warning);
        }
        let literals = literals.map(|literals| self.infixes(literals));
        let holds = required::everywhere(&pattern);
        self.regexes.push(Pattern { text: pattern, literals, holds, compiled: OnceLock::new() });
        Some(Kind::Regex(self.regexes.len() as u32 - 1))
    }
}

/// Whether a word boundary stands beside a Han character: to patterns, the characters of a Chinese sentence are the
/// letters of one word.
fn bounds_han(text: &str) -> bool {
    let han = |character: char| ('\u{3400}'..='\u{9fff}').contains(&character);
    text.match_indices("\\b").filter(|(at, _)| !text[..*at].ends_with('\\')).any(|(at, mark)| {
        let before = text[..at].trim_end_matches([')', ']']);
        let behind = text[at + mark.len()..].trim_start_matches(['(', '?', ':', '[']);
        before.ends_with(han) || behind.starts_with(han)
    })
}

fn compile(pattern: &str) -> Regex {
    // The pattern was compiled under the same limits when the pack was loaded; the replacement never matches.
    regex(pattern).unwrap_or_else(|_| Regex::new("[^\\s\\S]").expect("a constant pattern"))
}

/// Cuts `from..to` into windows, between characters.
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
