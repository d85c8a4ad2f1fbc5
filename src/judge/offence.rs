//! An offence: a place and what a verb has to say about it, before it becomes a finding in some locale.

use super::case::Case;
use super::fingerprint::Fingerprints;
use super::{Edit, Finding, Fix, Location, Related};
use crate::rulebook::{Rule, Safety, Severity};
use crate::source::Span;

/// A place that offends. Offsets are bytes of the turn's folded text.
#[derive(Clone, Debug)]
pub(super) struct Offence {
    pub turn: usize,
    pub start: u32,
    pub end: u32,
    /// Values for `{name}` in messages besides `{quote}`.
    pub values: Vec<(&'static str, String)>,
    /// A replacement of the place.
    pub replacement: Option<(String, Safety)>,
    /// A place beside the text, in the conversation's chunk, and its words; start and end are then nothing.
    pub outside: Option<(Span, String)>,
    /// Other places: turn, start, end.
    pub related: Vec<(usize, u32, u32)>,
}

impl Offence {
    pub fn new(turn: usize, start: u32, end: u32) -> Self {
        Self { turn, start, end, values: Vec::new(), replacement: None, outside: None, related: Vec::new() }
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers hand over numbers and names as they have them")]
    pub fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// Where it is: turn, start, end.
    pub fn place(&self) -> (usize, u32, u32) {
        (self.turn, self.start, self.end)
    }

    pub fn finding(
        self,
        case: &Case,
        rule: &Rule,
        severity: Severity,
        path: Option<&str>,
        fingerprints: &mut Fingerprints,
    ) -> Finding {
        let turn = case.turn(self.turn);
        let scan = &case.scans[self.turn];
        let span = scan.span(self.start, self.end, &turn.text);
        let (outside, quote) = match self.outside {
            Some((place, quote)) => (Some(place), quote),
            None => (None, span.of(&turn.text).to_owned()),
        };
        let first = quote.chars().next().map(String::from).unwrap_or_default();
        // What a verb says is said first: where words lead, in place of the words.
        let mut values = self.values;
        values.extend([("quote", shortened(&quote)), ("first", first)]);
        let lang = case.lang(self.turn);
        let traditional = || case.is_traditional(self.turn);
        let suggestion =
            rule.suggest.as_ref().map(|suggest| (filled(suggest.text.text(lang, traditional), &values), suggest.fix));
        // What is said to the reader is in the reader's language, what is to be written in that of the text.
        let help = rule.say.as_ref().map_or(&rule.help, |say| &say.help).text(case.options.locale);
        if let Some(say) = &rule.say {
            values.push(("say", say.words.text(lang, traditional).to_owned()));
        }
        let fixes = self
            .replacement
            .or(suggestion)
            .map(|(text, safety)| Fix { edits: vec![Edit { turn: self.turn, span, text }], safety });
        let location = match outside {
            Some(place) => case.place(place),
            None => case
                .position(self.turn, span.start)
                .zip(case.position(self.turn, span.end))
                .map(|(start, end)| Location { start, end }),
        };
        // What stands beside a text has the text around it for its name.
        let beside = outside.map(|_| {
            let head: String = scan.folded.text.chars().take(AROUND).collect();
            format!("{quote}{head}")
        });
        let (start, end) = (self.start as usize, self.end as usize);
        let mut fingerprint = |id: &String| match &beside {
            Some(named) => fingerprints.of(id, named, 0, quote.len()),
            None => fingerprints.of(id, &scan.folded.text, start, end),
        };
        let related = self.related.iter().map(|&(turn, start, end)| Related {
            turn,
            span: case.scans[turn].span(start, end, &case.turn(turn).text),
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
            turn: self.turn,
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

/// Characters of the text that name what stands beside it.
const AROUND: usize = 16;
/// Longest quote in a message, in characters.
const LONGEST_QUOTE: usize = 24;

impl Case<'_> {
    /// An offence of the whole text of a turn.
    pub fn whole(&self, turn: usize) -> Offence {
        let text = &self.scans[turn].folded.text;
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().len().max(start);
        Offence::new(turn, start as u32, end as u32)
    }
}

/// As much of a quotation as a message has room for, on one line.
pub(crate) fn shortened(quote: &str) -> String {
    let mut kept = String::new();
    let mut left = LONGEST_QUOTE;
    for (number, word) in quote.split_whitespace().enumerate() {
        for character in (number > 0).then_some(' ').into_iter().chain(word.chars()) {
            if left == 0 {
                // One too many: the last gives way.
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

/// The sentences of a help, without those that name a value there is none of: no “did you mean” where nothing is near.
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
