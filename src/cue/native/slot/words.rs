//! The words that tell placeholders from faces, headings and masks, as they stand in `rules/language/slots.toml`.

use crate::source::Diagnostic;
use serde::{Deserialize, Serialize};

/// The table of placeholder words, all folded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotWords {
    pub(super) inside: Inside,
    pub(super) blank: Blank,
}

/// Words inside brackets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inside {
    names: Vec<String>,
    helpers: Vec<String>,
    fill: Vec<String>,
    people: Vec<String>,
    masks: Vec<String>,
}

/// Words beside letters and asterisks that stand for something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Blank {
    pub(super) persons: Vec<String>,
    pub(super) openers: Vec<String>,
    pub(super) units: Vec<String>,
    pub(super) not_units: Vec<String>,
    pub(super) not_before: Vec<String>,
    pub(super) labels: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) salutations: Vec<String>,
}

/// Longest inside that is looked at, in bytes.
const LONGEST: usize = 96;

impl SlotWords {
    /// Reads the table.
    ///
    /// # Errors
    /// When it is no such table; the diagnostic has the place.
    pub fn from_toml(text: &str) -> Result<Self, Box<Diagnostic>> {
        toml::from_str(text).map_err(|error| {
            let diagnostic = Diagnostic::error("language/slots", error.message()).text(text);
            Box::new(diagnostic.label(error.span().unwrap_or(0..0), "here"))
        })
    }

    /// Whether brackets around `inside` make a placeholder: names of what is to be filled in, or an order to fill.
    pub(super) fn is_inside(&self, inside: &str) -> bool {
        let inside = inside.trim();
        let masked = self.inside.masks.iter().any(|mask| mask == inside);
        !masked && (self.made_of_names(inside) || begins(inside, &self.inside.fill).is_some())
    }

    /// Whether `text` is made of names and helpers, with at least one name.
    pub(super) fn made_of_names(&self, text: &str) -> bool {
        cover(text, &self.inside.names, &self.inside.helpers).0 == Some(text.len())
    }

    /// Whether `text` ends with a name.
    pub(super) fn ends_with_name(&self, text: &str) -> bool {
        ends(text, &self.inside.names).is_some()
    }

    /// Whether `text` is made of words for people.
    pub(super) fn made_of_people(&self, text: &str) -> bool {
        cover(text, &self.inside.people, &[]).0 == Some(text.len())
    }

    /// Length of the longest beginning of `text` that is made of names and helpers and ends with a name.
    pub(super) fn longest_names(&self, text: &str) -> Option<usize> {
        cover(text, &self.inside.names, &self.inside.helpers).1
    }
}

/// The word of `words` with which `text` begins.
pub(super) fn begins<'a>(text: &str, words: &'a [String]) -> Option<&'a str> {
    words.iter().map(String::as_str).find(|word| text.starts_with(word))
}

/// The word of `words` with which `text` ends.
pub(super) fn ends<'a>(text: &str, words: &'a [String]) -> Option<&'a str> {
    words.iter().map(String::as_str).find(|word| text.ends_with(word))
}

/// Every cut of `text` into words is tried at once: `reached[n]` says how the first n bytes can be covered: 1 by helpers
/// only, 2 with a name in it, 3 with a name last. Figures may follow a word. Returns the longest covered length that
/// holds a name, and the longest that ends with one.
fn cover(text: &str, names: &[String], helpers: &[String]) -> (Option<usize>, Option<usize>) {
    let text = super::head(text, LONGEST);
    let mut reached = [0_u8; LONGEST + 1];
    reached[0] = 1;
    let (mut covered, mut by_name) = (None, None);
    for at in 0..=text.len() {
        let state = reached[at];
        if state == 0 {
            continue;
        }
        covered = if state >= 2 { Some(at) } else { covered };
        by_name = if state == 3 { Some(at) } else { by_name };
        let rest = &text[at..];
        for (words, next_state) in [(names, 3), (helpers, state.min(2))] {
            for word in words.iter().filter(|word| rest.starts_with(word.as_str())) {
                let next = at + word.len();
                reached[next] = reached[next].max(next_state);
            }
        }
        if rest.starts_with(|next: char| next.is_ascii_digit()) && at > 0 {
            reached[at + 1] = reached[at + 1].max(state);
        }
    }
    (covered, by_name)
}
