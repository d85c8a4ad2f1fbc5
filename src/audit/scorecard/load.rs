//! Loads scorecards from TOML; each mistake points to its place.

use super::raw::{Card, Grade as RawGrade, Item as RawItem, Section as RawSection};
use super::{Grade, Item, ItemKind, Scorecard, Section, names};
use crate::audit::{Points, RuleInfo};
use crate::conversation::Role;
use crate::cue::ACTS;
use crate::source::{Diagnostic, Level, Wording, did_you_mean, explained, wording};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// The scorecards that come with the program: name and text.
pub const BUILTIN: [(&str, &str); 3] = [
    ("chat", include_str!("../../../rules/scorecards/chat.toml")),
    ("call", include_str!("../../../rules/scorecards/call.toml")),
    ("letter", include_str!("../../../rules/scorecards/letter.toml")),
];

/// Largest scorecard, in bytes.
const LARGEST: usize = 1 << 20;

/// A scorecard and the warnings about it.
pub type Cards = (Scorecard, Vec<Diagnostic>);

/// Reads a scorecard for a rulebook in which `rules` are on. A `lenient` load skips rules that are not: built-in
/// scorecards must work with any rulebook.
///
/// # Errors
/// Every mistake found, sorted by place.
pub fn load(path: &str, text: &str, rules: &[RuleInfo], lenient: bool) -> Result<Cards, Vec<Diagnostic>> {
    let mut file = File { path, text: text.into(), mistakes: Vec::new(), doubts: Vec::new() };
    if text.len() > LARGEST {
        let message =
            wording!("the scorecard has {count} bytes; {limit} are allowed", count = text.len(), limit = LARGEST);
        return Err(vec![Diagnostic::error("scorecard/too-large", message).path(path)]);
    }
    let card = file.parse().map(|card| file.check(card, rules, lenient));
    match card {
        Some(card) if file.mistakes.is_empty() => Ok((card, file.doubts)),
        _ => {
            file.mistakes.sort_by_key(|mistake| mistake.labels.first().map(|label| label.span));
            Err(file.mistakes)
        }
    }
}

struct File<'a> {
    path: &'a str,
    text: Arc<str>,
    mistakes: Vec<Diagnostic>,
    doubts: Vec<Diagnostic>,
}

impl File<'_> {
    fn diagnostic(&self, code: &'static str, message: Wording, place: Range<usize>, label: Wording) -> Diagnostic {
        Diagnostic::error(code, message).path(self.path).text(self.text.clone()).label(place, label)
    }

    fn mistake(&mut self, code: &'static str, message: Wording, place: Range<usize>, help: Option<Wording>) {
        let mut mistake = self.diagnostic(code, message, place, wording!("here"));
        mistake.help = help;
        self.mistakes.push(mistake);
    }

    /// Reads item by item, so that one mistake does not hide the next.
    fn parse(&mut self) -> Option<Card> {
        let text = self.text.clone();
        let (root, errors) = DeTable::parse_recoverable(&text);
        for error in errors {
            self.mistake(
                "scorecard/syntax",
                Wording::Library(error.message().to_owned()),
                error.span().unwrap_or(0..0),
                None,
            );
        }
        let whole = 0..self.text.find('\n').unwrap_or(self.text.len());
        let mut root = root.into_inner();
        let sections = root.remove("section");
        let mut found = Vec::new();
        for section in self.tables(sections, "section") {
            let place = section.span();
            let DeValue::Table(mut table) = section.into_inner() else { continue };
            let items = table.remove("item");
            let section: Option<RawSection> = self.entry(Spanned::new(place.clone(), DeValue::Table(table)));
            let items: Vec<_> = self.tables(items, "item");
            let mut read = Vec::new();
            for item in items {
                let place = item.span();
                if let Some(item) = self.entry::<RawItem>(item) {
                    read.push(Spanned::new(place, item));
                }
            }
            if let Some(section) = section {
                found.push((Spanned::new(place, section), read));
            }
        }
        let mut card: Card = self.entry(Spanned::new(whole, DeValue::Table(root)))?;
        card.section = found;
        Some(card)
    }

    /// The tables of an array of tables.
    fn tables<'i>(&mut self, value: Option<Spanned<DeValue<'i>>>, name: &str) -> Vec<Spanned<DeValue<'i>>> {
        let Some(value) = value else { return Vec::new() };
        let place = value.span();
        let message = wording!("`{name}` is written [[{name}]]", name);
        let DeValue::Array(array) = value.into_inner() else {
            self.mistake("scorecard/shape", message, place, None);
            return Vec::new();
        };
        let (tables, others): (Vec<_>, Vec<_>) =
            array.into_iter().partition(|item| matches!(item.get_ref(), DeValue::Table(_)));
        for other in others {
            self.mistake("scorecard/shape", message.clone(), other.span(), None);
        }
        tables
    }

    fn entry<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Option<T> {
        let whole = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(entry) => Some(entry),
            Err(error) => {
                let (message, help) = explained(error.message());
                self.mistake("scorecard/shape", message, error.span().unwrap_or(whole), help);
                None
            }
        }
    }

    fn check(&mut self, card: Card, rules: &[RuleInfo], lenient: bool) -> Scorecard {
        let Card { id, name, channels, unnamed, base, pass, grade, section } = card;
        if !is_kebab(id.get_ref()) {
            self.mistake("scorecard/bad-name", bad_name(id.get_ref()), id.span(), None);
        }
        if !(Points::ZERO..=Points::WHOLE).contains(pass.get_ref()) {
            self.mistake("scorecard/value", wording!("a score is between 0 and 100"), pass.span(), None);
        }
        let grades = self.grades(grade);
        let (mut ids, mut tied) = (BTreeSet::new(), BTreeSet::new());
        let mut sections = Vec::new();
        let mut deducts = None;
        for (section, items) in section {
            let place = section.span();
            let RawSection { id, name, weight } = section.into_inner();
            if !is_kebab(&id) {
                self.mistake("scorecard/bad-name", bad_name(&id), place.clone(), None);
            }
            if weight.is_some_and(|weight| weight <= Points::ZERO) {
                self.mistake("scorecard/value", wording!("a weight is more than 0"), place, None);
            }
            let mut read = Vec::new();
            for item in items {
                let place = item.span();
                let Some(item) = self.item(&id, item.into_inner(), place.clone(), rules, lenient) else { continue };
                if !ids.insert(item.id.clone()) {
                    self.mistake(
                        "scorecard/twice",
                        wording!("there are two items “{id}”", id = &item.id),
                        place.clone(),
                        None,
                    );
                }
                if matches!(item.kind, ItemKind::Deduct { .. }) {
                    deducts.get_or_insert_with(|| place.clone());
                }
                if matches!(item.kind, ItemKind::Points { .. } | ItemKind::Deduct { .. }) {
                    let twice = item.rules.iter().find(|rule| !tied.insert((*rule).clone()));
                    if let Some(rule) = twice.filter(|_| !lenient) {
                        let message = wording!("`{rule}` takes points in two items", rule);
                        let mut doubt =
                            self.diagnostic("scorecard/counted-twice", message, place, wording!("and here"));
                        doubt.level = Level::Warning;
                        self.doubts.push(doubt);
                    }
                }
                read.push(item);
            }
            sections.push(Section { id, name, weight, items: read });
        }
        // Without points to lose, no case would ever get a score, and nobody would notice.
        let stakes = |section: &Section| section.items.iter().any(|item| matches!(item.kind, ItemKind::Points { .. }));
        if let Some(place) = deducts.filter(|_| base <= Points::ZERO && !sections.iter().any(stakes)) {
            let message = wording!("there is nothing that `deduct` could take points from");
            let help = wording!("give the card a `base`, such as `base = 100`");
            self.mistake("scorecard/no-base", message, place, Some(help));
        }
        if sections.is_empty() && self.mistakes.is_empty() {
            self.mistake("scorecard/empty", wording!("a scorecard needs a [[section]] with items"), id.span(), None);
        }
        Scorecard { id: id.into_inner(), name, channels, unnamed, base, pass: pass.into_inner(), grades, sections }
    }

    /// The grades, the best first.
    fn grades(&mut self, raw: Vec<Spanned<RawGrade>>) -> Vec<Grade> {
        let lowest = raw.iter().min_by_key(|grade| grade.get_ref().from);
        // A case without a grade would be missing wherever people count by grades.
        if let Some(grade) = lowest.filter(|grade| grade.get_ref().from > Points::ZERO) {
            let from = grade.get_ref().from.value();
            let message = wording!("a score below {from} gets no grade", from);
            let mut doubt = self.diagnostic("scorecard/no-grade", message, grade.span(), wording!("here"));
            doubt.level = Level::Warning;
            doubt.help = Some(wording!("add a [[grade]] with `from = 0`"));
            self.doubts.push(doubt);
        }
        let mut grades = Vec::new();
        for grade in raw {
            let place = grade.span();
            let grade = grade.into_inner();
            if !(Points::ZERO..=Points::WHOLE).contains(&grade.from) {
                self.mistake("scorecard/value", wording!("a score is between 0 and 100"), place, None);
            }
            grades.push(Grade { id: grade.id, name: grade.name, from: grade.from });
        }
        grades.sort_by_key(|grade| std::cmp::Reverse(grade.from));
        grades
    }

    fn item(
        &mut self,
        section: &str,
        raw: RawItem,
        place: Range<usize>,
        rules: &[RuleInfo],
        lenient: bool,
    ) -> Option<Item> {
        if !is_kebab(&raw.id) {
            self.mistake("scorecard/bad-name", bad_name(&raw.id), place.clone(), None);
        }
        let mut tied = BTreeSet::new();
        for pattern in &raw.rules {
            let before = tied.len();
            let found = rules.iter().filter(|rule| names(pattern.get_ref(), rule));
            tied.extend(found.map(|rule| rule.rule.clone()));
            let known = rules.iter().any(|rule| names(pattern.get_ref(), rule));
            if !lenient && tied.len() == before && !known {
                let message = wording!("no rule that is asked is called “{pattern}”", pattern = pattern.get_ref());
                let near = did_you_mean(pattern.get_ref(), rules.iter().map(|rule| rule.rule.as_str()));
                let help = near.map(|near| wording!("did you mean “{near}”?", near));
                let help = help.or_else(|| Some(wording!("`replylint rules list` shows all rules")));
                self.mistake("scorecard/unknown-rule", message, pattern.span(), help);
            }
        }
        for cue in raw.cues.iter().filter(|cue| !ACTS.contains(&cue.get_ref().as_str())) {
            let message = wording!("there is no act “{cue}”", cue = cue.get_ref());
            let help = match did_you_mean(cue.get_ref(), ACTS) {
                Some(near) => wording!("did you mean “{near}”?", near),
                None => wording!("known here: {names}", names = ACTS.join(", ")),
            };
            self.mistake("scorecard/unknown-cue", message, cue.span(), Some(help));
        }
        match kind(&raw) {
            Ok(kind) => {
                let id = format!("{section}/{}", raw.id);
                Some(Item { id, name: raw.name, kind, rules: tied.into_iter().collect() })
            }
            Err(message) => {
                self.mistake("scorecard/item", message, place, None);
                None
            }
        }
    }
}

/// An item's kind, by which keys it has.
fn kind(raw: &RawItem) -> Result<ItemKind, Wording> {
    let positive = |points: Points| points > Points::ZERO;
    let amounts = [raw.points, raw.per_hit, raw.deduct, raw.most, raw.bonus];
    if !amounts.into_iter().flatten().all(positive) {
        return Err(wording!("points are more than 0"));
    }
    let (tied, human) = (!raw.rules.is_empty(), raw.human);
    let only = |points: bool, deduct: bool, bonus: bool, fatal: bool| {
        (points || raw.per_hit.is_none() && !human)
            && (deduct || raw.most.is_none())
            && (bonus || raw.cues.is_empty() && raw.role.is_none())
            && (fatal || raw.effect.is_none())
    };
    match (raw.points, raw.deduct, raw.bonus, raw.fatal) {
        (Some(points), None, None, None) if only(true, false, false, false) => match (human, tied) {
            (true, false) if raw.per_hit.is_none() => Ok(ItemKind::Human { points }),
            (true, _) => Err(wording!("an item for a human has `points` and nothing else")),
            (false, true) => Ok(ItemKind::Points { points, per_hit: raw.per_hit.unwrap_or(points).min(points) }),
            (false, false) => Err(wording!("`points` needs `rules`, or `human = true`")),
        },
        (None, Some(deduct), None, None) if only(false, true, false, false) => {
            if !tied {
                return Err(wording!("`deduct` needs `rules`"));
            }
            Ok(ItemKind::Deduct { deduct, most: raw.most.map(|most| most.max(deduct)) })
        }
        (None, None, Some(bonus), None) if only(false, false, true, false) => {
            if raw.cues.is_empty() || tied {
                return Err(wording!("`bonus` needs `cues`, and has no `rules`: rules name offences"));
            }
            let cues = raw.cues.iter().map(|cue| cue.get_ref().clone()).collect();
            Ok(ItemKind::Bonus { bonus, cues, role: raw.role.unwrap_or(Role::Agent) })
        }
        (None, None, None, Some(fatal)) if only(false, false, false, true) => {
            if tied {
                Ok(ItemKind::Fatal { fatal, effect: raw.effect.unwrap_or_default() })
            } else {
                Err(wording!("`fatal` needs `rules`"))
            }
        }
        _ => Err(wording!(
            "an item has exactly one of `points`, `deduct`, `bonus` and `fatal`, and only the keys that go with it"
        )),
    }
}

fn bad_name(name: &str) -> Wording {
    wording!("“{name}” is not a name: lower-case words joined by hyphens", name)
}

fn is_kebab(name: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.split('-').all(word)
}
