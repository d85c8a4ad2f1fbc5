//! Rules as a sheet, a row for each word, for people who edit words and not packs; and an edited sheet's changes as a
//! pack.

mod back;
mod gone;
mod new;
mod row;

pub use back::{Edited, import};

use super::export::{Look, Table as Sheet};
use super::import::{head_of, said};
use crate::conversation::Lang;
use crate::language::fold_str;
use crate::rulebook::{Pack, PackText, Severity};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// The columns, in order.
pub(super) const COLUMNS: [&str; 16] = [
    "rule",
    "on",
    "severity",
    "word",
    "better",
    "scenario",
    "message-zh",
    "message-en",
    "help-zh",
    "help-en",
    "why-zh",
    "why-en",
    "bad",
    "good",
    "cue",
    "check",
];

/// Rules and cues as written in packs.
#[derive(Debug, Default)]
pub(super) struct View {
    /// By id.
    rules: BTreeMap<String, Table>,
    /// The parts of each cue, one per file.
    cues: BTreeMap<String, Vec<Table>>,
}

/// A word of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) better: Option<String>,
    pub(super) cue: String,
}

impl View {
    pub(super) fn new(packs: &[PackText]) -> Self {
        let mut view = Self::default();
        for file in packs.iter().filter(|file| !file.path.ends_with("scenarios.toml")) {
            // Packs in force have been loaded, so nothing is lost by skipping one that does not parse.
            let (Ok(pack), Ok(mut table)) = (Pack::read(file.clone()), toml::from_str::<Table>(&file.text)) else {
                continue;
            };
            if let Some(Value::Table(rules)) = table.remove("rule") {
                let rules = rules.into_iter().filter_map(|(name, rule)| match rule {
                    Value::Table(rule) => Some((pack.rule_id(&name), rule)),
                    _ => None,
                });
                view.rules.extend(rules);
            }
            if let Some(Value::Table(cues)) = table.remove("cue") {
                for (name, cue) in cues {
                    if let Value::Table(cue) = cue {
                        view.cues.entry(name).or_default().push(cue);
                    }
                }
            }
        }
        view
    }

    pub(super) fn rule(&self, id: &str) -> Option<&Table> {
        self.rules.get(id)
    }

    pub(super) fn cue(&self, name: &str) -> &[Table] {
        self.cues.get(name).map_or(&[], Vec::as_slice)
    }

    /// A word contained in `text`, and the rule that finds it in any context.
    pub(super) fn finder(&self, text: &str) -> Option<(String, &str)> {
        let folded = fold_str(text);
        // A Latin word only counts if no letter adjoins it.
        let at = |word: &str| {
            let edge = |next: Option<char>| next.is_none_or(|next| !next.is_ascii_alphanumeric());
            folded.match_indices(word).any(|(at, _)| {
                let (before, behind) = (&folded[..at], &folded[at + word.len()..]);
                !word.is_ascii() || edge(before.chars().next_back()) && edge(behind.chars().next())
            })
        };
        let bare = |check: &Table| check.keys().all(|key| key == "find" || key == "label");
        self.rules
            .iter()
            .filter(|(_, rule)| check_of(rule).is_some_and(|(verb, check)| verb == "forbid" && bare(check)))
            .find_map(|(id, rule)| {
                let words = self.words(rule).into_iter();
                let mut found =
                    words.filter(|word| !word.text.contains(['*', '<', '|']) && at(&fold_str(word.text.trim())));
                Some((found.next()?.text, id.as_str()))
            })
    }

    /// The words of a rule: the phrases of its cues.
    pub(super) fn words(&self, rule: &Table) -> Vec<Word> {
        let Some((_, check)) = check_of(rule) else { return Vec::new() };
        let instead = check.get("instead").and_then(Value::as_table);
        let instead: BTreeMap<String, &str> = instead
            .into_iter()
            .flatten()
            .filter_map(|(worse, better)| Some((fold_str(worse), better.as_str()?)))
            .collect();
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let mut waiting = subjects(rule);
        while let Some(cue) = (!waiting.is_empty()).then(|| waiting.remove(0)) {
            if !seen.insert(cue.clone()) {
                continue;
            }
            for part in self.cue(&cue) {
                for phrase in list_of(part, "phrases") {
                    let better = instead.get(&fold_str(&phrase)).map(|better| (*better).to_owned());
                    found.push(Word { text: phrase, better, cue: cue.clone() });
                }
                waiting.extend(list_of(part, "any"));
            }
        }
        found
    }
}

/// The verb of a rule and its keys.
pub(super) fn check_of(rule: &Table) -> Option<(&str, &Table)> {
    let (verb, check) = rule.get("check")?.as_table()?.iter().next()?;
    Some((verb, check.as_table()?))
}

/// The cues that a rule is about.
pub(super) fn subjects(rule: &Table) -> Vec<String> {
    let Some((_, check)) = check_of(rule) else { return Vec::new() };
    ["find", "forms", "first", "then"].iter().flat_map(|key| list_of(check, key)).collect()
}

/// A list of texts, or one.
pub(super) fn list_of(table: &Table, key: &str) -> Vec<String> {
    match table.get(key) {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// The scenarios in a rule's conditions.
pub(super) fn scenarios(rule: &Table) -> Vec<String> {
    let when = check_of(rule).and_then(|(_, check)| check.get("when")).and_then(|when| when.get("any"));
    let triggers = when.and_then(Value::as_array).into_iter().flatten();
    triggers.filter_map(|trigger| trigger.get("scenario")?.as_str().map(ToOwned::to_owned)).collect()
}

/// The examples that a sheet can show: single replies without context.
pub(super) fn replies(rule: &Table, key: &str) -> Vec<String> {
    let examples = rule.get(key).and_then(Value::as_array).into_iter().flatten();
    let plain = examples.filter_map(Value::as_table).filter(|example| example.len() == 1);
    plain.filter_map(|example| example.get("reply")?.as_str().map(ToOwned::to_owned)).collect()
}

/// A text of a rule in one language: `message-zh`.
pub(super) fn spoken(rule: &Table, column: &str) -> Option<String> {
    let (key, lang) = column.rsplit_once('-')?;
    rule.get(key)?.get(lang)?.as_str().map(ToOwned::to_owned)
}

/// A severity as packs write it.
pub(super) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    }
}

/// The sheet's layout in this language: severities and switches have drop-down lists.
pub fn look(lang: Lang) -> Look {
    let width = |column: &str| match column {
        "rule" => 32.0,
        "on" | "severity" | "check" => 10.0,
        "word" | "better" | "cue" => 24.0,
        "scenario" => 18.0,
        _ => 42.0,
    };
    let severities = [Severity::Error, Severity::Warning, Severity::Advice];
    let severities = severities.map(|one| said().severity_name(severity_word(one), lang));
    let at = |wanted: &str| COLUMNS.iter().position(|column| *column == wanted).and_then(|at| u16::try_from(at).ok());
    let lists = [("on", said().switch_names(lang).to_vec()), ("severity", severities.to_vec())];
    Look {
        sheet: said().sheet_name(lang).to_owned(),
        widths: COLUMNS.iter().map(|column| width(column)).collect(),
        choices: lists.into_iter().filter_map(|(column, words)| Some((at(column)?, words))).collect(),
    }
}

/// The rules with these ids, with the severities in force, as a sheet in this language. A rule's own texts are in its
/// first row; words come before examples and not beside them, so that deleting a row deletes only one thing.
pub fn export(packs: &[PackText], rules: &[(String, Severity)], lang: Lang) -> Sheet {
    let view = View::new(packs);
    let [on, _] = said().switch_names(lang);
    let mut rows = Vec::new();
    for (id, severity) in rules {
        let Some(rule) = view.rule(id) else { continue };
        let (words, bad, good) = (view.words(rule), replies(rule, "bad"), replies(rule, "good"));
        for number in 0..(words.len() + bad.len().max(good.len())).max(1) {
            let word = words.get(number);
            let example = |all: &[String]| {
                let at = number.checked_sub(words.len());
                at.and_then(|at| all.get(at)).cloned().unwrap_or_default()
            };
            let whole = number == 0;
            let cell = |column: &str| match column {
                "rule" => id.clone(),
                "word" => word.map(|word| word.text.clone()).unwrap_or_default(),
                "better" => word.and_then(|word| word.better.clone()).unwrap_or_default(),
                "cue" => word.map(|word| word.cue.clone()).unwrap_or_default(),
                "bad" => example(&bad),
                "good" => example(&good),
                _ if !whole => String::new(),
                "on" => on.clone(),
                "severity" => said().severity_name(severity_word(*severity), lang),
                "scenario" => scenarios(rule).join(", "),
                "check" => check_of(rule).map_or("", |(verb, _)| verb).to_owned(),
                spoken_of => spoken(rule, spoken_of).unwrap_or_default(),
            };
            rows.push(COLUMNS.iter().map(|column| cell(column)).collect());
        }
    }
    Sheet { heads: COLUMNS.iter().map(|column| head_of(column, lang)).collect(), rows }
}
