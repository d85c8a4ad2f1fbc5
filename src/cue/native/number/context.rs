//! What the words around a number say it is.

use super::NumberKind;
use super::account::AccountWords;
use super::office::{OfficeWords, tail};
use super::place::PlaceWords;
use crate::source::{Diagnostic, Span, wording};
use serde::{Deserialize, Serialize};

/// The table `rules/language/numbers.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberWords {
    /// Words before numbers of things, such as orders.
    things: Vec<String>,
    /// Words before numbers of people, even behind one of `things`.
    persons: Vec<String>,
    /// Words for virtual numbers, which reach nobody without their exchange.
    #[serde(rename = "virtual")]
    virtuals: Vec<String>,
    /// What separates an extension.
    extensions: Vec<String>,
    /// Words that make ambiguous digits a telephone number.
    phones: Vec<String>,
    /// Words for the US social security number.
    socials: Vec<String>,
    /// Words for an identity card.
    cards: Vec<String>,
    /// Words for a passport.
    passports: Vec<String>,
    /// Units: digits before one of them are a count.
    units: Vec<String>,
    /// Prefixes of public numbers, with their country codes.
    hotlines: Vec<String>,
    /// Prefixes of public numbers, without a country code.
    services: Vec<String>,
    /// Words for offices and for people.
    pub(super) offices: OfficeWords,
    /// Words for accounts of messengers.
    pub(super) accounts: AccountWords,
    /// Words for postal addresses.
    pub(super) addresses: PlaceWords,
}

/// What the nearest word before a number calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Thing,
    Person,
    Nothing,
}

/// How far before a number these words are looked for, in columns: nine Han characters or eighteen letters.
const NEAR: usize = 18;

/// How far, in columns, the word may stand without which the digits mean nothing: “social security number on file is”.
const FAR: usize = 32;

impl NumberWords {
    /// Reads the table.
    ///
    /// # Errors
    /// When it is no such table; the diagnostic has the place.
    pub fn from_toml(text: &str) -> Result<Self, Box<Diagnostic>> {
        toml::from_str(text).map_err(|error| {
            let diagnostic = Diagnostic::error("language/numbers", error.message()).text(text);
            Box::new(diagnostic.label(error.span().unwrap_or(0..0), wording!("here")))
        })
    }

    /// Whether the number at `span` is a person's and could be used by a reader.
    pub(super) fn allow(&self, text: &str, span: Span, kind: NumberKind) -> bool {
        let before = tail(&text[..span.start], NEAR + 8);
        let phone = matches!(kind, NumberKind::Mobile | NumberKind::Landline | NumberKind::Abroad);
        let says = |text: &str| self.virtuals.iter().any(|word| text.contains(word.as_str()));
        self.named(text, span) != Named::Thing && !(phone && (says(before) || self.has_extension(&text[span.end..])))
    }

    /// What the words before the number at `span` call it: “订单有问题,电话138…” is a telephone number.
    pub(super) fn named(&self, text: &str, span: Span) -> Named {
        let near = near(text, span, NEAR);
        let (thing, person) = (last(near, &self.things), last(near, &self.persons));
        match (thing, person) {
            (None, None) => Named::Nothing,
            _ if thing > person => Named::Thing,
            _ => Named::Person,
        }
    }

    /// Whether the words before it call it a telephone number, and nothing else.
    pub(super) fn says_phone(&self, text: &str, span: Span) -> bool {
        self.says(text, span, &self.phones)
    }

    /// Whether the words before it call it a social security number.
    pub(super) fn says_social(&self, text: &str, span: Span) -> bool {
        self.says(text, span, &self.socials)
    }

    /// Whether the words before it call it an identity card.
    pub(super) fn says_card(&self, text: &str, span: Span) -> bool {
        self.says(text, span, &self.cards)
    }

    fn says(&self, text: &str, span: Span, words: &[String]) -> bool {
        let near = near(text, span, FAR);
        last(near, words).is_some_and(|at| Some(at) >= last(near, &self.things))
    }

    /// Where words for a passport end, in order.
    pub(super) fn passports<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.passports.iter().flat_map(move |word| text.match_indices(word.as_str()).map(|(at, word)| at + word.len()))
    }

    /// Whether a unit follows: then it is a count.
    pub(super) fn is_measured(&self, text: &str, span: Span) -> bool {
        let rest = text[span.end..].trim_start_matches(' ');
        self.units.iter().any(|unit| {
            let behind = rest.strip_prefix(unit.as_str());
            behind
                .is_some_and(|behind| !unit.is_ascii() || !behind.starts_with(|next: char| next.is_ascii_alphabetic()))
        })
    }

    /// Whether these digits, country code first, are a public number.
    pub(super) fn is_hotline(&self, figures: &str) -> bool {
        self.hotlines.iter().any(|start| figures.starts_with(start.as_str()))
    }

    /// Whether these digits, without a country code, are a public number.
    pub(super) fn is_service(&self, figures: &str) -> bool {
        self.services.iter().any(|start| figures.starts_with(start.as_str()))
    }

    fn has_extension(&self, after: &str) -> bool {
        let after = after.trim_start_matches([' ', ',', '-', '(', '，', '（']);
        let figures =
            |rest: &str| rest.trim_start_matches([' ', '.', ':']).starts_with(|next: char| next.is_ascii_digit());
        self.extensions.iter().any(|word| after.strip_prefix(word.as_str()).is_some_and(figures))
    }
}

/// The words before a number, within its sentence.
fn near(text: &str, span: Span, columns: usize) -> &str {
    let near = tail(&text[..span.start], columns);
    near.rfind(['。', '!', '?', ';', '\u{ff1b}']).map_or(near, |at| &near[at..])
}

/// Where the last of these words ends.
fn last(near: &str, words: &[String]) -> Option<usize> {
    words.iter().filter_map(|word| near.rfind(word.as_str()).map(|at| at + word.len())).max()
}
