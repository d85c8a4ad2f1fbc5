//! What one template has to say to the others: small, storable, made while it is judged.

use super::case::Case;
use super::said::timed;
use super::scope::Stretch;
use super::sketch::Sketch;
use super::{Location, Options};
use crate::conversation::{Cell, Field, Mode};
use crate::cue::CueId;
use crate::cue::native::slot::SlotKind;
use crate::language::{is_simplified_only, is_traditional_only};
use crate::rulebook::check::Check;
use crate::rulebook::meta::Meta;
use crate::rulebook::{Rule, Rulebook};
use crate::source::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a repository's rules compare of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The conversation's id.
    pub conversation: Option<String>,
    /// The turn that holds its text.
    pub(super) turn: usize,
    /// The scenario's id, where it is one of the list.
    pub(super) scenario: Option<String>,
    /// `zh-Hans`, `zh-Hant`, `zh`, `en`.
    pub(super) language: String,
    /// The fields that are compared.
    pub(super) fields: Vec<(Field, String, Mark)>,
    /// Its text's first line, shortened: shown where the whole text is meant.
    pub(super) head: String,
    pub(super) start: Mark,
    /// `None` where it is too short to be compared.
    pub(super) sketch: Option<Sketch>,
    /// What it says is done within which time.
    pub(super) promises: Vec<Promised>,
    /// Its placeholders by name, each once.
    pub(super) slots: Vec<Filled>,
    /// The first and the last line of what belongs to it, from 1; `None` where the input has no lines.
    pub lines: Option<(usize, usize)>,
    /// The cell that it stands in, where the input is a sheet.
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

/// A placeholder, where it first stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Filled {
    /// What it is called, folded.
    pub name: String,
    /// All of it, signs included.
    pub quote: String,
    pub mark: Mark,
}

/// Something that is done within a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Promised {
    /// What: the name of its cue without the first word.
    pub deal: String,
    /// The longest that is said, in seconds.
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

/// Whether any rule that is asked here compares templates with one another.
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
    let text = &case.turn(turn).text;
    let fields =
        COMPARED.iter().flat_map(|&field| conversation.metadata.all(field).iter().map(move |value| (field, value)));
    let fields = fields.map(|(field, value)| {
        let mark =
            Mark { span: Span::default(), outside: value.span, location: value.span.and_then(|span| case.place(span)) };
        (field, value.text.clone(), mark)
    });
    let lead = text.len() - text.trim_start().len();
    let line = text[lead..].lines().next().unwrap_or_default().trim_end();
    let head = line.char_indices().nth(HEAD).map_or(line, |(end, _)| &line[..end]);
    let promised = timed(case, turn, &deals).into_iter().map(|said| {
        let span = case.span(said.at);
        Promised {
            deal: case.rulebook.deal_name(said.deal.cue).to_owned(),
            most: said.most,
            quote: span.of(text).to_owned(),
            mark: mark(case, turn, span),
        }
    });
    Some(Digest {
        conversation: conversation.id.clone(),
        turn,
        scenario: conversation
            .scenario
            .as_deref()
            .and_then(|id| case.rulebook.scenario(id))
            .map(|known| known.id.clone()),
        language: language(case, turn),
        fields: fields.collect(),
        start: mark(case, turn, Span::new(lead, lead + head.len())),
        head: head.to_owned(),
        sketch: least.and_then(|least| Sketch::new(letters(case, turn), least)),
        promises: promised.collect(),
        slots: slots(case, turn),
        lines: lines(case, turn),
        cell: case.turn(turn).cell.as_deref().cloned(),
    })
}

fn lines(case: &Case, turn: usize) -> Option<(usize, usize)> {
    let conversation = case.conversation;
    case.turn(turn).origin.chunk_offset(0)?;
    let block = conversation.block.unwrap_or(Span::new(0, conversation.chunk.text.len()));
    case.place(block).map(|place| (place.start.line, place.end.line))
}

impl Digest {
    /// The placeholders that another language version has and this one lacks. Where the two share no name, a name in
    /// words of a language may be the other's for the same thing (`{name}`, `{姓名}`), and only what is left over is
    /// missing; names for machines (`{name}`, `{order_no}`) are the same in all languages.
    pub(super) fn lacks<'a>(&self, full: &'a Self) -> Vec<&'a Filled> {
        let has = |name: &String| self.slots.binary_search_by(|own| own.name.cmp(name)).is_ok();
        let mut missing: Vec<&Filled> = full.slots.iter().filter(|slot| !has(&slot.name)).collect();
        if missing.len() < full.slots.len() || self.slots.is_empty() {
            return missing;
        }
        let for_machines = |slots: &[Filled]| slots.iter().filter(|slot| slot.name.is_ascii()).count();
        let (coded, own_coded) = (for_machines(&full.slots), for_machines(&self.slots));
        let (worded, own_worded) = (full.slots.len() - coded, self.slots.len() - own_coded);
        // Words stand for names first, and what is left of them for words.
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

/// What is stated, else what the script says.
fn language(case: &Case, turn: usize) -> String {
    let text = &case.turn(turn).text;
    let script = || {
        let simplified = text.chars().filter(|&character| is_simplified_only(character)).count();
        let traditional = text.chars().filter(|&character| is_traditional_only(character)).count();
        match simplified.cmp(&traditional) {
            std::cmp::Ordering::Greater => "zh-Hans",
            std::cmp::Ordering::Less => "zh-Hant",
            std::cmp::Ordering::Equal => "zh",
        }
    };
    let stated = case.conversation.metadata.text(Field::Language).map(|tag| tag.to_ascii_lowercase().replace('_', "-"));
    match (stated.as_deref(), case.lang(turn)) {
        (Some("zh-hans" | "zh-cn" | "zh-sg" | "zh-hans-cn"), _) => "zh-Hans",
        (Some("zh-hant" | "zh-tw" | "zh-hk" | "zh-mo" | "zh-hant-tw" | "zh-hant-hk"), _) => "zh-Hant",
        (_, crate::conversation::Lang::En) => "en",
        (_, crate::conversation::Lang::Zh) => script(),
    }
    .to_owned()
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
