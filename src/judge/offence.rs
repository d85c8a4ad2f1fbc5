//! An offence: a place and a verb's values for the message, before it becomes a finding in some language.

use super::case::Case;
use super::fingerprint::Fingerprints;
use super::silence::Values;
use super::stretch::Stretch;
use super::{Edit, Finding, Fix, Related};
use crate::rulebook::{Rule, Safety, Severity};
use crate::source::Span;

/// An offending place.
#[derive(Clone, Debug)]
pub(super) struct Offence {
    pub at: Stretch,
    /// Values besides `{quote}`.
    pub values: Values,
    /// A replacement of the place.
    pub replacement: Option<(String, Safety)>,
    /// A place beside the text, in the conversation's chunk, and its words; `at` is then empty.
    pub outside: Option<(Span, String)>,
    /// Other places.
    pub related: Vec<Stretch>,
}

impl Offence {
    pub const fn new(at: Stretch) -> Self {
        Self { at, values: Vec::new(), replacement: None, outside: None, related: Vec::new() }
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers hand over numbers and names as they have them")]
    pub fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    pub fn finding(
        self,
        case: &Case,
        rule: &Rule,
        severity: Severity,
        path: Option<&str>,
        fingerprints: &mut Fingerprints,
    ) -> Finding {
        let number = self.at.turn;
        let turn = case.turn(number);
        let folded = &case.scans[number].folded.text;
        let span = case.span(self.at);
        let (outside, quote) = match self.outside {
            Some((place, quote)) => (Some(place), quote),
            None => (None, span.of(&turn.text).to_owned()),
        };
        let first = quote.chars().next().map(String::from).unwrap_or_default();
        // A verb's own values come first, so that it can replace the quotation, for example by a link's target.
        let mut values = self.values;
        values.extend([("quote", shortened(&quote)), ("first", first)]);
        let lang = case.lang(number);
        let traditional = || case.is_traditional(number);
        let suggestion =
            rule.suggest.as_ref().map(|suggest| (filled(suggest.text.text(lang, traditional), &values), suggest.fix));
        // Messages are in the reader's language; text to be written is in the language of the reply.
        let help = rule.say.as_ref().map_or(&rule.help, |say| &say.help).text(case.options.locale);
        if let Some(say) = &rule.say {
            let words = filled(say.words.text(lang, traditional), &values);
            values.push(("say", words));
        }
        let fixes = self
            .replacement
            .or(suggestion)
            .map(|(text, safety)| Fix { edits: vec![Edit { turn: number, span, text }], safety });
        let location = match outside {
            Some(place) => case.place(place),
            None => case.location(number, span),
        };
        // Metadata takes its fingerprint from the beginning of the text.
        let beside = outside.map(|_| {
            let head: String = folded.chars().take(AROUND).collect();
            format!("{quote}{head}")
        });
        let (start, end) = (self.at.start as usize, self.at.end as usize);
        let mut fingerprint = |id: &String| match &beside {
            Some(named) => fingerprints.of(id, named, 0, quote.len()),
            None => fingerprints.of(id, folded, start, end),
        };
        let related = self.related.iter().map(|&at| Related {
            turn: at.turn,
            span: case.span(at),
            message: String::new(),
            path: None,
            location: None,
            quote: None,
        });
        Finding {
            rule: rule.id.clone(),
            severity,
            message: filled(rule.message.text(case.options.locale), &values),
            help: filled_where_known(help, &values),
            path: path.map(ToOwned::to_owned),
            conversation: case.conversation.id.clone(),
            turn: number,
            role: turn.role,
            span,
            outside,
            location,
            cell: turn.cell.as_deref().cloned(),
            related: related.collect(),
            fixes: fixes.into_iter().collect(),
            fingerprint: fingerprint(&rule.id),
            former_fingerprints: rule.was.iter().map(fingerprint).collect(),
            told_elsewhere: Vec::new(),
            quote,
            suppression: None,
            baseline_state: None,
        }
    }
}

/// Characters of the text that enter the fingerprint of metadata.
const AROUND: usize = 16;
/// Longest quote in a message, in characters.
const LONGEST_QUOTE: usize = 24;

impl Case<'_> {
    /// An offence of the whole text of a turn.
    pub fn whole(&self, turn: usize) -> Offence {
        let text = &self.scans[turn].folded.text;
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().len().max(start);
        Offence::new(Stretch::new(turn, start, end))
    }
}

/// A quotation on one line, shortened to fit a message.
pub(crate) fn shortened(quote: &str) -> String {
    let mut kept = String::new();
    let mut left = LONGEST_QUOTE;
    let mut gap = false;
    for character in quote.chars() {
        if character.is_whitespace() {
            gap = !kept.is_empty();
            continue;
        }
        for character in std::mem::take(&mut gap).then_some(' ').into_iter().chain([character]) {
            if left == 0 {
                // It is one too long: drop the last character.
                kept.pop();
                kept.push('…');
                return kept;
            }
            kept.push(character);
            left -= 1;
        }
    }
    kept
}

/// The sentences of a help without those that name an empty value: no “did you mean” without a suggestion.
fn filled_where_known(template: &str, values: &[(&'static str, String)]) -> String {
    let empty = |sentence: &&str| {
        values.iter().any(|(name, value)| value.is_empty() && sentence.contains(&format!("{{{name}}}")))
    };
    let ends = |text: &str| {
        let wide = ['\u{3002}', '\u{ff1f}', '\u{ff01}'];
        text.ends_with(wide) || text.ends_with(". ") || text.ends_with("? ") || text.ends_with("! ")
    };
    let mut sentences = vec![];
    let mut start = 0;
    for (at, last) in template.char_indices() {
        let end = at + last.len_utf8();
        if ends(&template[start..end]) {
            sentences.push(&template[start..end]);
            start = end;
        }
    }
    sentences.push(&template[start..]);
    let known = sentences.iter().filter(|sentence| !empty(sentence)).copied().collect::<String>();
    filled(if known.trim().is_empty() { template } else { known.trim_end() }, values)
}

/// Puts values in place of `{name}`.
pub(super) fn filled(template: &str, values: &[(&'static str, String)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, behind) = rest.split_at(open);
        out.push_str(before);
        let found = behind.find('}').and_then(|close| {
            let name = &behind[1..close];
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (value, close))
        });
        if let Some((value, close)) = found {
            out.push_str(value);
            rest = &behind[close + 1..];
        } else {
            out.push('{');
            rest = &behind[1..];
        }
    }
    out.push_str(rest);
    out
}
