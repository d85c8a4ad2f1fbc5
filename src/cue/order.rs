//! Sorts cues so that each comes after its parts, and refuses circles.

use super::native::promise;
use super::pattern::{self, Entry, Token};
use super::raw::{self, Native, SourceCue};
use crate::source::{Diagnostic, Wording, did_you_mean, wording};
use std::collections::BTreeMap;
use toml::Spanned;

/// The cues that a cue is made of, each with the TOML value that names it (none if a recogniser needs it).
fn references(cue: &raw::Cue) -> Vec<(String, Option<&Spanned<String>>)> {
    let mut found = Vec::new();
    let sequences = cue.sequences.iter().flatten().chain(&cue.sequence);
    for element in sequences {
        if let Ok(Token::Any { cues, .. }) = pattern::token(element.get_ref()) {
            found.extend(cues.into_iter().map(|name| (name, Some(element))));
        }
    }
    let unless = &cue.unless;
    let guards = [&unless.covers, &unless.before, &unless.after, &unless.clause, &unless.sentence];
    for (number, entries) in guards.into_iter().enumerate() {
        for entry in entries {
            if let Ok(Entry { cues, .. }) = pattern::entry(entry.get_ref(), number == 1) {
                found.extend(cues.into_iter().map(|name| (name, Some(entry))));
            }
        }
    }
    let also = cue.weigh.iter().filter_map(|weigh| weigh.also.as_ref());
    found.extend(cue.any.iter().chain(also).map(|name| (name.get_ref().clone(), Some(name))));
    if cue.native == Some(Native::Promise) {
        found.extend(promise::NEEDS.iter().map(|name| ((*name).to_owned(), None)));
    }
    found
}

/// Names in evaluation order: each cue after its parts, and the cues of guards first of all.
pub(super) fn sorted(named: &BTreeMap<String, Vec<SourceCue>>, errors: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut order = Vec::new();
    let mut state: BTreeMap<String, bool> = BTreeMap::new();
    let first = ["negator", "reported-speech"];
    for name in first.into_iter().chain(named.keys().map(String::as_str)) {
        if named.contains_key(name) {
            visit(name, named, &mut state, &mut order, errors);
        }
    }
    order
}

fn visit(
    name: &str,
    named: &BTreeMap<String, Vec<SourceCue>>,
    state: &mut BTreeMap<String, bool>,
    order: &mut Vec<String>,
    errors: &mut Vec<Diagnostic>,
) {
    if state.contains_key(name) {
        return;
    }
    state.insert(name.to_owned(), false);
    for source in &named[name] {
        for (reference, value) in references(&source.raw) {
            match (named.contains_key(&reference), state.get(&reference), value) {
                (false, _, Some(value)) => {
                    let mut error = place(
                        source,
                        value,
                        "pack/unknown-cue",
                        wording!("there is no cue “{reference}”", reference),
                        wording!("named here"),
                    );
                    if let Some(near) = did_you_mean(&reference, named.keys().map(String::as_str)) {
                        error = error.help(wording!("did you mean “{near}”?", near));
                    }
                    errors.push(error);
                }
                (false, _, None) | (true, Some(true), _) | (true, Some(false), None) => {}
                (true, Some(false), Some(value)) => {
                    let message =
                        wording!("“{name}” is made of “{reference}”, which is made of “{name}”", name, reference);
                    errors.push(place(source, value, "pack/circular-cue", message, wording!("comes back here")));
                }
                (true, None, _) => visit(&reference, named, state, order, errors),
            }
        }
    }
    state.insert(name.to_owned(), true);
    order.push(name.to_owned());
}

/// A mistake at a value in a pack.
pub(super) fn place<T>(
    source: &SourceCue,
    value: &Spanned<T>,
    code: &'static str,
    message: impl Into<Wording>,
    label: impl Into<Wording>,
) -> Diagnostic {
    Diagnostic::error(code, message).path(&*source.path).text(source.text.clone()).label(value.span(), label)
}
