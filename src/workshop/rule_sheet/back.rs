//! Imports an edited sheet: its differences from the rules in force become a pack on top of them.

use super::new::new_rule;
use super::row::{Row, left};
use super::{COLUMNS, View};
use super::{Word, check_of, replies, scenarios, severity_word, spoken, subjects};
use crate::conversation::read::SheetRow;
use crate::language::fold_str;
use crate::rulebook::{PackText, Rulebook, Severity};
use crate::source::{Diagnostic, wording};
use crate::workshop::import::draft::{Draft, DraftCue, DraftRule};
use crate::workshop::import::values::{reply, table};
use crate::workshop::import::{Bench, Imported, Place, Reason, columns_of, prove_upon, said, scenario_of};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use toml::{Table, Value};

/// An edited sheet and what it is compared with.
pub struct Edited<'a> {
    /// As shown to people.
    pub path: Arc<str>,
    /// The rows, the headings included.
    pub rows: Vec<SheetRow>,
    /// The packs in force.
    pub packs: &'a [PackText],
    /// The rulebook that they make.
    pub rulebook: &'a Rulebook,
    /// Severities in force that settings change.
    pub severities: &'a BTreeMap<String, Severity>,
}

/// How many rows may precede the headings.
const HEAD: usize = 10;

/// Makes the pack of this name.
pub fn import(edited: &Edited<'_>, name: &str) -> Imported {
    let mut bench = Bench { draft: Draft::new(name), left_out: Vec::new(), mistakes: Vec::new() };
    let Some(groups) = groups(edited, &mut bench) else {
        let mistake =
            Diagnostic::error("import/no-columns", wording!("no row names a column of rules")).path(&*edited.path);
        bench.mistakes.push(mistake.help(wording!("the columns are: {names}", names = COLUMNS.join(", "))));
        return Imported::new(bench.draft, bench.left_out, bench.mistakes);
    };
    let view = View::new(edited.packs);
    let mut grown = BTreeMap::new();
    for (id, rows) in &groups {
        match edited.rulebook.rule(id).and_then(|rule| Some((&rule.id, view.rule(&rule.id)?))) {
            Some((id, rule)) => {
                let severity = edited.severities.get(id).copied();
                let mut change = Change { id, rule, rows, view: &view, bench: &mut bench, grown: &mut grown };
                change.apply(severity, edited.rulebook);
            }
            None => new_rule(id, rows, &view, edited.rulebook, &mut bench),
        }
    }
    for (name, (table, place)) in grown {
        bench.draft.cues.push(DraftCue { name, table, place });
    }
    prove_upon(bench, edited.packs)
}

/// The rows of each rule, in the order of the sheet.
fn groups(edited: &Edited<'_>, bench: &mut Bench) -> Option<Vec<(String, Vec<Row>)>> {
    let mut found: Vec<(String, Vec<Row>)> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    let mut columns: Vec<Option<&'static str>> = Vec::new();
    let (mut sheet, mut told, mut last) = (None, false, String::new());
    for row in &edited.rows {
        if sheet.as_ref() != Some(&row.sheet) {
            sheet = Some(row.sheet.clone());
            (columns, last) = (Vec::new(), String::new());
        }
        let place = Place { path: edited.path.clone(), line: Some(row.line) };
        if columns.is_empty() {
            let named = columns_of(&row.cells);
            if named.contains(&Some("rule")) {
                for (head, _) in row.cells.iter().zip(&named).filter(|(head, one)| one.is_none() && !head.is_empty()) {
                    bench.left_out.push(left(&place, head, Reason::Column, head));
                }
                (columns, told) = (named, true);
            } else if row.line > HEAD && !told {
                return None;
            }
            continue;
        }
        let cells = columns.iter().zip(&row.cells).filter_map(|(column, cell)| {
            let cell = cell.trim();
            Some(((*column)?, cell.to_owned())).filter(|_| !cell.is_empty())
        });
        let cells: BTreeMap<&'static str, String> = cells.collect();
        if cells.is_empty() {
            continue;
        }
        // A merged or empty cell means the rule above.
        last = cells.get("rule").cloned().unwrap_or(last);
        if last.is_empty() {
            let what = cells.get("word").cloned().unwrap_or_default();
            bench.left_out.push(left(&place, &what, Reason::Row, &what));
            continue;
        }
        let at = *index.entry(last.clone()).or_insert_with(|| {
            found.push((last.clone(), Vec::new()));
            found.len() - 1
        });
        found[at].1.push(Row { cells, place });
    }
    told.then_some(found)
}

/// The changes that a rule's rows make.
pub(super) struct Change<'a, 'b> {
    pub(super) id: &'a str,
    pub(super) rule: &'a Table,
    pub(super) rows: &'a [Row],
    pub(super) view: &'a View,
    pub(super) bench: &'b mut Bench,
    /// Cues that get more words.
    pub(super) grown: &'b mut BTreeMap<String, (Table, Place)>,
}

impl Change<'_, '_> {
    pub(super) fn leave(&mut self, place: &Place, reason: Reason, detail: &str) {
        self.bench.left_out.push(left(place, self.id, reason, detail));
    }

    /// A column's first value that differs from the one in force.
    fn changed(&mut self, column: &str, now: &str) -> Option<(String, Place)> {
        let mut found: Option<(String, Place)> = None;
        for row in self.rows {
            let Some(cell) = row.cell(column).filter(|cell| *cell != now.trim()) else { continue };
            match &found {
                None => found = Some((cell.to_owned(), row.place.clone())),
                Some((first, _)) if first == cell => {}
                Some(_) => {
                    let detail = format!("{column}: {cell}");
                    self.leave(&row.place, Reason::Contradiction, &detail);
                }
            }
        }
        found
    }

    fn apply(&mut self, severity: Option<Severity>, rulebook: &Rulebook) {
        let mut rule = self.rule.clone();
        let now = severity.map(severity_word).or_else(|| self.rule.get("severity")?.as_str()).unwrap_or_default();
        // Severities may be written in either language.
        let mut other = None;
        for row in self.rows {
            let Some(written) = row.cell("severity") else { continue };
            match said().own_severity(written) {
                Err(_) => self.leave(&row.place, Reason::NoSeverity, written),
                Ok(word) if word != now && other.is_none() => other = Some(word.to_owned()),
                Ok(word) if word != now && other.as_deref() != Some(word) => {
                    self.leave(&row.place, Reason::Contradiction, written);
                }
                Ok(_) => {}
            }
        }
        for row in self.rows {
            match row.cell("on").map(|written| (said().switch(written), written)) {
                Some((None, written)) => self.leave(&row.place, Reason::NoSwitch, written),
                Some((Some(false), _)) => self.leave(&row.place, Reason::SwitchedOff, self.id),
                _ => {}
            }
        }
        if let Some(severity) = other {
            rule.insert("severity".to_owned(), Value::String(severity));
        }
        for column in COLUMNS.iter().filter(|column| column.ends_with("-zh") || column.ends_with("-en")) {
            let now = spoken(self.rule, column).unwrap_or_default();
            let Some((text, _)) = self.changed(column, &now) else { continue };
            let Some((key, lang)) = column.rsplit_once('-') else { continue };
            if let Some(Value::Table(spoken)) = rule.get_mut(key) {
                spoken.insert(lang.to_owned(), Value::String(text));
            }
        }
        self.scenario(&mut rule, rulebook);
        self.words(&mut rule);
        for key in ["bad", "good"] {
            self.examples(&mut rule, key);
        }
        let verb = check_of(self.rule).map_or("", |(verb, _)| verb).to_owned();
        if let Some((other, place)) = self.changed("check", &verb) {
            self.leave(&place, Reason::NotShown, &other);
        }
        if rule != *self.rule {
            self.replace(rule);
        }
    }

    fn scenario(&mut self, rule: &mut Table, rulebook: &Rulebook) {
        let Some((written, place)) = self.changed("scenario", &scenarios(self.rule).join(", ")) else { return };
        let mut triggers = Vec::new();
        for name in
            written.split([',', ';', '\u{ff0c}', '\u{3001}', '\u{ff1b}']).map(str::trim).filter(|name| !name.is_empty())
        {
            match scenario_of(name, &rulebook.scenarios) {
                Some(id) => triggers.push(Value::Table(table([("scenario", Value::String(id))]))),
                None => self.leave(&place, Reason::Scenario, name),
            }
        }
        let waits = |verb: &str| matches!(verb, "forbid" | "require" | "pair" | "limit");
        let check = rule.get_mut("check").and_then(Value::as_table_mut).and_then(|check| check.iter_mut().next());
        let Some((_, Value::Table(check))) = check.filter(|(verb, _)| waits(verb)) else {
            return self.leave(&place, Reason::NoScenario, &written);
        };
        let when = check.entry("when").or_insert_with(|| Value::Table(Table::new()));
        let Some(when) = when.as_table_mut() else { return };
        let others = when.get("any").and_then(Value::as_array).cloned().unwrap_or_default();
        let others = others.into_iter().filter(|trigger| trigger.get("scenario").is_none());
        let any: Vec<Value> = others.chain(triggers).collect();
        when.insert("any".to_owned(), Value::Array(any));
    }

    fn words(&mut self, rule: &mut Table) {
        let before = self.view.words(self.rule);
        let known: BTreeMap<String, &Word> = before.iter().map(|word| (fold_str(word.text.trim()), word)).collect();
        let verb = check_of(self.rule).map_or("", |(verb, _)| verb).to_owned();
        let cues = subjects(self.rule);
        let mut said: BTreeSet<String> = BTreeSet::new();
        for row in self.rows {
            let Some(word) = row.cell("word") else { continue };
            let folded = fold_str(word);
            let (better, place) = (row.cell("better"), row.place.clone());
            if !said.insert(folded.clone()) && known.contains_key(&folded) {
                continue;
            }
            if let Some(known) = known.get(&folded) {
                let changed = better.filter(|better| known.better.as_deref() != Some(*better));
                match changed {
                    Some(better) if verb == "prefer" => instead(rule, &folded, better),
                    Some(better) => self.leave(&place, Reason::NotShown, better),
                    None => {}
                }
                continue;
            }
            let own = row.cell("cue").filter(|cue| known_cue(self.view, cue, &before));
            let Some(cue) = own.map(ToOwned::to_owned).or_else(|| cues.first().cloned()) else {
                self.leave(&place, Reason::NotShown, word);
                continue;
            };
            // A rule that needs more than words, such as a promise without a time, finds no word on its own.
            if check_of(self.rule).is_some_and(|(_, check)| check.contains_key("where") || check.contains_key("label"))
            {
                self.leave(&place, Reason::NotShown, word);
                continue;
            }
            match (verb.as_str(), better) {
                ("prefer", None) => {
                    self.leave(&place, Reason::Missing, word);
                    continue;
                }
                ("prefer", Some(better)) => instead(rule, &folded, better),
                (_, Some(better)) => self.leave(&place, Reason::NotShown, better),
                (_, None) => {}
            }
            self.grow(&cue, word, &place);
        }
        let gone: Vec<&Word> = before.iter().filter(|word| !said.contains(&fold_str(word.text.trim()))).collect();
        let shown = before.len() - gone.len();
        match self.rows.first().map(|row| row.place.clone()).filter(|_| shown > 0 && !gone.is_empty()) {
            // The sheet shows none of the rule's words, so it only adds some.
            None => {}
            Some(_) if shown >= gone.len() => self.take_out(rule, &gone),
            Some(place) => self.leave(&place, Reason::FewWords, &format!("{shown}/{}", before.len())),
        }
    }

    /// Adds a word to a cue, with the guards of its other words.
    fn grow(&mut self, cue: &str, word: &str, place: &Place) {
        let first = self.view.cue(cue).first();
        let (table, _) = self.grown.entry(cue.to_owned()).or_insert_with(|| {
            let like = ["negated", "quoted", "roles", "disguise"].into_iter();
            let like = like.filter_map(|key| Some((key.to_owned(), first?.get(key)?.clone())));
            (like.collect(), place.clone())
        });
        let phrases = table.entry("phrases").or_insert_with(|| Value::Array(Vec::new()));
        if let Some(phrases) = phrases.as_array_mut() {
            phrases.push(Value::String(word.to_owned()));
        }
    }

    fn examples(&mut self, rule: &mut Table, key: &str) {
        let before = replies(self.rule, key);
        let now: Vec<&str> = self.rows.iter().filter_map(|row| row.cell(key)).collect();
        if now.is_empty() {
            return;
        }
        let Some(Value::Array(examples)) = rule.get_mut(key) else { return };
        let gone = |text: &str| before.iter().any(|old| old == text) && !now.contains(&text.trim());
        examples.retain(|example| {
            let plain = example.as_table().filter(|example| example.len() == 1);
            !plain.and_then(|example| example.get("reply")?.as_str()).is_some_and(gone)
        });
        let new = now.iter().filter(|text| !before.iter().any(|old| old.trim() == **text));
        examples.extend(new.map(|text| reply(*text)));
    }

    fn replace(&mut self, mut rule: Table) {
        let mut list = |key: &str| match rule.remove(key) {
            Some(Value::Array(examples)) => examples,
            _ => Vec::new(),
        };
        let (bad, good) = (list("bad"), list("good"));
        rule.remove("was");
        rule.insert("replaces".to_owned(), Value::String(self.id.to_owned()));
        let place = self.rows.first().map(|row| row.place.clone()).unwrap_or_default();
        let name = self.bench.draft.free(self.id.rsplit('/').next().unwrap_or_default(), "rule");
        let wanted = (usize::MAX, usize::MAX);
        let called = self.id.to_owned();
        self.bench.draft.rules.push(DraftRule { name, table: rule, bad, good, wanted, strict: true, called, place });
    }
}

fn instead(rule: &mut Table, folded: &str, better: &str) {
    let check = rule.get_mut("check").and_then(|check| check.get_mut("prefer"));
    let Some(Value::Table(map)) = check.and_then(|check| check.get_mut("instead")) else { return };
    map.retain(|worse, _| fold_str(worse) != folded);
    map.insert(folded.to_owned(), Value::String(better.to_owned()));
}

/// Whether this cue supplies words of a rule.
fn known_cue(view: &View, cue: &str, words: &[Word]) -> bool {
    !view.cue(cue).is_empty() && words.iter().any(|word| word.cue == cue)
}
