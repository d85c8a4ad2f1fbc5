//! What the words around a number say that it is.

use super::NumberKind;
use crate::source::{Diagnostic, Span};
use serde::{Deserialize, Serialize};

/// The table `rules/language/numbers.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberWords {
    /// Words behind which a number is a thing's.
    things: Vec<String>,
    /// Words behind which it is a person's after all.
    persons: Vec<String>,
    /// Words for numbers that lead nowhere without the exchange.
    #[serde(rename = "virtual")]
    virtuals: Vec<String>,
    /// What stands before an extension.
    extensions: Vec<String>,
}

/// How far before a number its name is looked for, in columns: nine Han characters or eighteen letters.
const NEAR: usize = 18;

impl NumberWords {
    /// Reads the table.
    ///
    /// # Errors
    /// When it is no such table; the diagnostic has the place.
    pub fn from_toml(text: &str) -> Result<Self, Box<Diagnostic>> {
        toml::from_str(text).map_err(|error| {
            let diagnostic = Diagnostic::error("language/numbers", error.message()).text(text);
            Box::new(diagnostic.label(error.span().unwrap_or(0..0), "here"))
        })
    }

    /// Whether the number at `span` is a person's and can be used by whoever reads it.
    pub(super) fn allow(&self, text: &str, span: Span, kind: NumberKind) -> bool {
        let before = tail(&text[..span.start], NEAR + 8);
        let near = tail(before, NEAR);
        let near = near.rfind(['。', '!', '?', ';', '\u{ff1b}']).map_or(near, |at| &near[at..]);
        let last = |words: &[String]| {
            words.iter().filter_map(|word| near.rfind(word.as_str()).map(|at| at + word.len())).max()
        };
        // The nearer word decides: "订单有问题,电话138…" is a telephone.
        let thing = last(&self.things) > last(&self.persons);
        let phone = matches!(kind, NumberKind::Mobile | NumberKind::Landline);
        let says = |text: &str| self.virtuals.iter().any(|word| text.contains(word.as_str()));
        !thing && !(phone && (says(before) || self.has_extension(&text[span.end..])))
    }

    fn has_extension(&self, after: &str) -> bool {
        let after = after.trim_start_matches([' ', ',', '-', '(', '，', '（']);
        let figures =
            |rest: &str| rest.trim_start_matches([' ', '.', ':']).starts_with(|next: char| next.is_ascii_digit());
        self.extensions.iter().any(|word| after.strip_prefix(word.as_str()).is_some_and(figures))
    }
}

/// The last `columns` of `text`; whatever is not ASCII takes two.
fn tail(text: &str, columns: usize) -> &str {
    let mut left = columns;
    let fits = |(_, character): &(usize, char)| {
        let width = if character.is_ascii() { 1 } else { 2 };
        left = left.checked_sub(width).unwrap_or(usize::MAX);
        left != usize::MAX
    };
    text.char_indices().rev().take_while(fits).last().map_or("", |(at, _)| &text[at..])
}
