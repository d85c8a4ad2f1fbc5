//! The words that tell placeholders from faces, headings and masks (`rules/language/slots.toml`).

use super::{Form, SlotHit};
use crate::source::{Diagnostic, wording};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The table, all folded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotWords {
    pub(super) inside: Inside,
    pub(super) blank: Blank,
    pub(super) greet: Greet,
    pub(super) block: Block,
    pub(super) dialect: BTreeMap<String, Dialect>,
}

/// How a system writes its placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// The forms that it fills; others reach the customer unfilled.
    pub forms: Vec<Form>,
    /// Whether it knows fallbacks for unknown values.
    #[serde(default)]
    pub fallback: bool,
    /// Names that the system knows without a declaration; `ticket.*` stands for all with this prefix.
    #[serde(default)]
    pub known: Vec<String>,
    /// Names that several objects share; part of `known` once the table is loaded.
    #[serde(default)]
    each: Vec<Objects>,
}

/// Names that several objects share: `requester.name` and `assignee.name`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Objects {
    of: Vec<String>,
    has: Vec<String>,
}

/// Words for a placeholder in a greeting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Greet {
    before: Vec<String>,
    names: Vec<String>,
    not_names: Vec<String>,
    fallback_names: Vec<String>,
}

/// Tags that come in pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Block {
    pub(super) tags: Vec<String>,
    pub(super) between: BTreeMap<String, Vec<String>>,
    pub(super) literal: Vec<String>,
    pub(super) unsent: Vec<String>,
    binds: Vec<String>,
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

/// Words next to letters and asterisks that make them a blank.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Blank {
    pub(super) persons: Vec<String>,
    pub(super) openers: Vec<String>,
    pub(super) units: Vec<String>,
    pub(super) not_units: Vec<String>,
    pub(super) times: Vec<String>,
    pub(super) not_before: Vec<String>,
    pub(super) labels: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) salutations: Vec<String>,
    pub(super) titles: Vec<String>,
    pub(super) unaddressed: Vec<String>,
    pub(super) speaks: Vec<String>,
    pub(super) date_signs: String,
    pub(super) formats: Vec<String>,
    pub(super) stand_ins: Vec<String>,
    pub(super) examples: Vec<String>,
    pub(super) marks: Vec<String>,
}

/// Longest content that is examined, in bytes.
const LONGEST: usize = 96;

impl SlotWords {
    /// The table of this program.
    pub fn builtin() -> Self {
        // A test makes sure that this table is valid.
        Self::from_toml(include_str!("../../../../rules/language/slots.toml")).unwrap_or_default()
    }

    /// Reads the table.
    ///
    /// # Errors
    /// If it is malformed; the diagnostic has the place.
    pub fn from_toml(text: &str) -> Result<Self, Box<Diagnostic>> {
        let mut words: Self = toml::from_str(text).map_err(|error| {
            let diagnostic = Diagnostic::error("language/slots", error.message()).text(text);
            Box::new(diagnostic.label(error.span().unwrap_or(0..0), wording!("here")))
        })?;
        for dialect in words.dialect.values_mut() {
            for objects in std::mem::take(&mut dialect.each) {
                let names = objects.of.iter().flat_map(|of| objects.has.iter().map(move |has| format!("{of}.{has}")));
                dialect.known.extend(names);
            }
        }
        Ok(words)
    }

    /// The variable that a tag of the template itself defines: `item` in `{% for item in order.items %}`.
    pub fn bound<'a>(&self, tag: &'a str) -> Option<&'a str> {
        let inside = tag.strip_prefix("{%")?.trim_start_matches(['-', ' ', '\t', '\n']);
        let (word, rest) = inside.split_once([' ', '\t', '\n'])?;
        let name = rest.trim_start().split([' ', '\t', '\n', '=', '%']).next()?;
        (self.block.binds.iter().any(|bind| bind == word) && !name.is_empty()).then_some(name)
    }

    /// The block that a middle tag such as `{% else %}` stands in; of several, the most common.
    pub fn encloses(&self, tag: &str) -> Option<&str> {
        self.block.between.get(tag)?.first().map(String::as_str)
    }

    /// The dialect of a system, by its name.
    pub fn dialect(&self, name: &str) -> Option<&Dialect> {
        self.dialect.get(name)
    }

    /// The names of all dialects, in order.
    pub fn dialects(&self) -> impl Iterator<Item = &str> {
        self.dialect.keys().map(String::as_str)
    }

    /// Whether `slot` is the name in the greeting right before it.
    pub(super) fn greets(&self, text: &str, slot: &SlotHit) -> bool {
        let Some(name) = slot.name.map(|name| name.of(text)) else { return false };
        let holds = |words: &[String]| words.iter().any(|word| name.contains(word.as_str()));
        let line = text[..slot.span.start].rsplit('\n').next().unwrap_or_default();
        let before = line.trim_end_matches([' ', ',', '\u{ff0c}', '!', '~']);
        let greeted = ends(before, &self.greet.before).is_some_and(|word| {
            let rest = &before[..before.len() - word.len()];
            !word.is_ascii() || !rest.ends_with(|last: char| last.is_ascii_alphanumeric())
        });
        greeted && holds(&self.greet.names) && !holds(&self.greet.not_names)
    }

    /// Whether the form of a placeholder belongs to systems with fallbacks; used where no dialect is set.
    pub(super) fn may_fall_back(&self, text: &str, slot: &SlotHit) -> bool {
        let name = slot.name.map_or("", |name| name.of(text));
        let known = || name.contains('.') || self.greet.fallback_names.iter().any(|known| known == name);
        match slot.form {
            Form::Mustache => name.is_ascii() && known(),
            Form::Percent => true,
            _ => false,
        }
    }

    /// Whether brackets around `inside` make a placeholder: names of what to fill in, or an instruction to do so.
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

    /// Length of the longest prefix of `text` that consists of names and helpers and ends with a name.
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

/// Tries every division of `text` into words at once. `reached[n]` says how the first n bytes can be covered: 1 by
/// helpers only, 2 with a name among them, 3 with a name last. Digits may follow a word. Returns the longest covered
/// length with a name in it, and the longest that ends with one.
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
