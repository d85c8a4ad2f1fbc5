//! What is compared between templates: a small, storable summary of each, made while it is judged.

use super::case::Case;
use super::minhash::MinHash;
use super::said::timed;
use super::stretch::Stretch;
use super::{Location, Options};
use crate::conversation::{Cell, Field, Lang, Mode};
use crate::cue::CueId;
use crate::cue::native::slot::SlotKind;
use crate::language::{is_simplified_only, is_traditional_only};
use crate::rulebook::check::Check;
use crate::rulebook::meta::Meta;
use crate::rulebook::{Rule, Rulebook};
use crate::source::Span;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The parts of a template that rules across a repository compare.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The conversation's id.
    pub conversation: Option<String>,
    /// The turn that holds its text.
    pub(super) turn: usize,
    /// The scenario's id, if it is in the list.
    pub(super) scenario: Option<String>,
    /// `zh-Hans`, `zh-Hant`, `zh`, `en`.
    pub(super) language: String,
    /// The fields that are compared.
    pub(super) fields: Vec<(Field, String, Mark)>,
    /// The first line of its text, shortened: shown for the text as a whole.
    pub(super) head: String,
    pub(super) start: Mark,
    /// `None` if it is too short to compare.
    pub(super) hashes: Option<MinHash>,
    /// What it promises, and within which time.
    pub(super) promises: Vec<Promised>,
    /// Its placeholders by name, each once.
    pub(super) slots: Vec<Filled>,
    /// The first and last line of the template, from 1; `None` if the input has no lines.
    pub lines: Option<(usize, usize)>,
    /// The cell that it stands in, if the input is a sheet.
    pub(super) cell: Option<Cell>,
}

/// A place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// In the turn's text; empty for metadata.
    pub span: Span,
    /// In the chunk, for metadata.
    pub outside: Option<Span>,
    /// In the file.
    pub location: Option<Location>,
}

/// A placeholder, at its first occurrence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Filled {
    /// What it is called, folded.
    pub name: String,
    /// The whole placeholder, delimiters included.
    pub quote: String,
    pub mark: Mark,
}

/// Something that is done within a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Promised {
    /// What: the name of its cue without the first word.
    pub deal: String,
    /// The longest time stated, in seconds.
    pub most: u64,
    /// The words of time.
    pub quote: String,
    pub mark: Mark,
}

/// Fields that are compared with those of others.
const COMPARED: [Field; 9] = [
    Field::Id,
    Field::Title,
    Field::Language,
    Field::Shortcode,
    Field::Platform,
    Field::Shop,
    Field::Channel,
    Field::VariantOf,
    Field::TranslationOf,
];
/// Characters of the first line that are kept.
const HEAD: usize = 40;

/// Whether a rule compares templates with one another.
pub(super) fn is_wide(rule: &Rule) -> bool {
    match &rule.check {
        Check::Agree(check) => check.of.is_some(),
        Check::Repeat(check) => check.least_of_template().is_some(),
        Check::Meta(Meta::Shared(_) | Meta::Languages(_)) => true,
        _ => false,
    }
}

/// Whether any enabled rule compares templates with one another.
pub fn is_compared(rulebook: &Rulebook, options: &Options) -> bool {
    rulebook.wide().any(|(number, _)| options.is_on(number))
}

impl Rulebook {
    /// The rules that compare templates, by their place.
    pub(super) fn wide(&self) -> impl Iterator<Item = (usize, &Rule)> {
        self.rules.iter().enumerate().filter(|(_, rule)| is_wide(rule))
    }
}

/// The digest of a template; `None` where no rule asks for it.
pub(super) fn digest(case: &Case) -> Option<Digest> {
    let turn = case.judged_turn().filter(|_| case.conversation.mode == Mode::Template)?;
    let mut rules =
        case.rulebook.wide().filter(|&(number, _)| case.options.is_on(number)).map(|(_, rule)| rule).peekable();
    rules.peek()?;
    let mut least = None;
    let mut deals: Vec<CueId> = Vec::new();
    for rule in rules {
        match &rule.check {
            Check::Agree(check) => deals.extend(&check.by),
            Check::Repeat(check) => least = least.max(check.least_of_template()),
            _ => {}
        }
    }
    deals.sort_unstable();
    deals.dedup();
    let conversation = case.conversation;
    let scenario = conversation.scenario.as_deref().and_then(|id| case.rulebook.scenario(id));
    let head = head(&case.turn(turn).text);
    Some(Digest {
        conversation: conversation.id.clone(),
        turn,
        scenario: scenario.map(|known| known.id.clone()),
        language: language(case, turn).to_owned(),
        fields: fields(case),
        start: mark(case, turn, head),
        head: head.of(&case.turn(turn).text).to_owned(),
        hashes: least.and_then(|least| MinHash::new(letters(case, turn), least)),
        promises: promises(case, turn, &deals),
        slots: slots(case, turn),
        lines: lines(case, turn),
        cell: case.turn(turn).cell.as_deref().cloned(),
    })
}

fn fields(case: &Case) -> Vec<(Field, String, Mark)> {
    let metadata = &case.conversation.metadata;
    let values = COMPARED.iter().flat_map(|&field| metadata.all(field).iter().map(move |value| (field, value)));
    let marked = values.map(|(field, value)| {
        let location = value.span.and_then(|span| case.place(span));
        (field, value.text.clone(), Mark { span: Span::default(), outside: value.span, location })
    });
    marked.collect()
}

/// The beginning of the first line.
fn head(text: &str) -> Span {
    let start = text.len() - text.trim_start().len();
    let line = text[start..].lines().next().unwrap_or_default().trim_end();
    let length = line.char_indices().nth(HEAD).map_or(line.len(), |(end, _)| end);
    Span::new(start, start + length)
}

fn promises(case: &Case, turn: usize, deals: &[CueId]) -> Vec<Promised> {
    let promised = timed(case, turn, deals).into_iter().map(|said| {
        let span = case.span(said.at);
        Promised {
            deal: case.rulebook.deal_name(said.deal.cue).to_owned(),
            most: said.most,
            quote: span.of(&case.turn(turn).text).to_owned(),
            mark: mark(case, turn, span),
        }
    });
    promised.collect()
}

fn lines(case: &Case, turn: usize) -> Option<(usize, usize)> {
    let conversation = case.conversation;
    case.turn(turn).origin.chunk_offset(0)?;
    let block = conversation.block.unwrap_or(Span::new(0, conversation.chunk.text.len()));
    case.place(block).map(|place| (place.start.line, place.end.line))
}

impl Digest {
    /// The placeholders that another language version has and this one lacks. If the two share no name, a name in
    /// ordinary words may be a translation (`{name}`, `{姓名}`), and only the surplus is missing; names for machines
    /// (`{name}`, `{order_no}`) are the same in all languages.
    pub(super) fn lacks<'a>(&self, full: &'a Self) -> Vec<&'a Filled> {
        let has = |name: &String| self.slots.binary_search_by(|own| own.name.cmp(name)).is_ok();
        let mut missing: Vec<&Filled> = full.slots.iter().filter(|slot| !has(&slot.name)).collect();
        if missing.len() < full.slots.len() || self.slots.is_empty() {
            return missing;
        }
        let for_machines = |slots: &[Filled]| slots.iter().filter(|slot| slot.name.is_ascii()).count();
        let (coded, own_coded) = (for_machines(&full.slots), for_machines(&self.slots));
        let (worded, own_worded) = (full.slots.len() - coded, self.slots.len() - own_coded);
        // Names in words pair with machine names first, and the rest with one another.
        let translated = coded.min(own_worded);
        let (coded_missing, worded_missing) = (coded > translated, worded > own_coded + own_worded - translated);
        missing.retain(|slot| if slot.name.is_ascii() { coded_missing } else { worded_missing });
        missing
    }
}

fn slots(case: &Case, turn: usize) -> Vec<Filled> {
    let (scan, text) = (&case.scans[turn], &case.turn(turn).text);
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    for slot in scan.slots.iter().filter(|slot| slot.kind == SlotKind::Closed) {
        if let Some(name) = slot.name {
            first.entry(name.of(&scan.folded.text).trim()).or_insert(slot.span);
        }
    }
    let filled = first.into_iter().map(|(name, place)| {
        let span = case.span(Stretch::new(turn, place.start, place.end));
        Filled { name: name.to_owned(), quote: span.of(text).to_owned(), mark: mark(case, turn, span) }
    });
    filled.collect()
}

fn mark(case: &Case, turn: usize, span: Span) -> Mark {
    Mark { span, outside: None, location: case.location(turn, span) }
}

/// Tags of languages, as templates state them and as paths hold them, by what is compared.
const TAGS: [(&str, &[&str]); 4] = [
    ("zh-Hans", &["zh-hans", "zh-cn", "zh-sg", "zh-hans-cn"]),
    ("zh-Hant", &["zh-hant", "zh-tw", "zh-hk", "zh-mo", "zh-hant-tw", "zh-hant-hk"]),
    ("zh", &["zh", "cn"]),
    ("en", &["en", "en-us", "en-gb"]),
];

/// The language that a tag names.
pub(super) fn language_of_tag(tag: &str) -> Option<&'static str> {
    let tag = tag.to_ascii_lowercase().replace('_', "-");
    TAGS.into_iter().find(|(_, tags)| tags.contains(&tag.as_str())).map(|(language, _)| language)
}

/// The stated language, else that of the script.
fn language(case: &Case, turn: usize) -> &'static str {
    match (case.conversation.metadata.text(Field::Language).and_then(language_of_tag), case.lang(turn)) {
        (Some(script @ ("zh-Hans" | "zh-Hant")), _) => script,
        (_, Lang::En) => "en",
        (_, Lang::Zh) => script(&case.turn(turn).text),
    }
}

fn script(text: &str) -> &'static str {
    let simplified = text.chars().filter(|&character| is_simplified_only(character)).count();
    let traditional = text.chars().filter(|&character| is_traditional_only(character)).count();
    match simplified.cmp(&traditional) {
        Ordering::Greater => "zh-Hans",
        Ordering::Less => "zh-Hant",
        Ordering::Equal => "zh",
    }
}

/// The letters and digits of a text; a placeholder is one letter, whatever it is called.
fn letters<'a>(case: &'a Case<'_>, turn: usize) -> impl Iterator<Item = char> + 'a {
    let scan = &case.scans[turn];
    let mut slots = scan.slots.iter().filter(|slot| slot.kind == SlotKind::Closed).map(|slot| slot.span).peekable();
    scan.folded.text.char_indices().filter_map(move |(at, character)| {
        while slots.next_if(|slot| slot.end <= at).is_some() {}
        match slots.peek() {
            Some(slot) if slot.start == at => Some('\u{fffc}'),
            Some(slot) if slot.start < at => None,
            _ => Some(character).filter(|character| character.is_alphanumeric()),
        }
    })
}
