//! People's verdicts on conversations, from a sheet or JSONL. What is not understood is reported, never skipped
//! silently.

use super::audit::sheet;
use super::terminal::Terminal;
use super::{Status, inputs, say};
use crate::audit::Points;
use crate::audit::people::Human;
use crate::audit::review::Sheet;
use crate::conversation::read::{self, SheetRows};
use crate::report::Ui;
use crate::source::{Diagnostic, did_you_mean, unguarded};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead};
use std::path::Path;

/// Longest line of a file of verdicts.
const LONGEST: u64 = 1 << 20;
/// Largest workbook of verdicts.
const MOST_BYTES: u64 = 256 << 20;
/// How workbooks begin, new ones and old ones.
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0"];
/// Most unknown rules that are reported.
const MOST_SAID: usize = 20;
/// Columns that are read.
const FIELDS: [&str; 6] = ["conversation", "agent", "reviewer", "score", "passed", "rules"];
/// Of these, the ones that hold a verdict.
const VERDICTS: [&str; 3] = ["score", "passed", "rules"];

/// Reads a file. `rules`: those that the audit evaluated; `None` if unknown.
pub fn read(path: &Path, rules: Option<&BTreeSet<String>>, terminal: &Terminal) -> (Vec<Human>, Status) {
    let mut taking = Taking {
        shown: path.display().to_string(),
        terminal,
        rules,
        form: Sheet::builtin().clone(),
        said: BTreeSet::new(),
        status: Status::Clean,
    };
    let mut reader = match inputs::open(path, terminal.ui) {
        Ok(file) => file,
        Err(error) => {
            taking.say(Diagnostic::error("input/unreadable", &error));
            return (Vec::new(), taking.status);
        }
    };
    let head = reader.fill_buf().unwrap_or_default();
    let lines = head.trim_ascii_start().starts_with(b"{");
    let workbook = WORKBOOKS.iter().any(|sign| head.starts_with(sign));
    let mut found = match (lines, workbook) {
        (true, _) => taking.lines(reader),
        (_, true) => taking.workbook(reader),
        _ => taking.sheet(|name| sheet::Lines::new(Box::new(reader), name)),
    };
    // Sheets go out with a line for each conversation; a line that nobody filled in is no verdict.
    let all = found.len();
    found.retain(|(_, human)| human.says_something());
    if found.len() < all {
        let message = taking.ui().text("calibrate.unjudged", &[("count", &(all - found.len()).to_string())]);
        taking.say(Diagnostic::warning("calibrate/unjudged", message));
    }
    let found = taking.joined(found);
    (found, taking.status)
}

struct Taking<'a> {
    shown: String,
    terminal: &'a Terminal,
    rules: Option<&'a BTreeSet<String>>,
    form: Sheet,
    /// Unknown rules already reported.
    said: BTreeSet<String>,
    status: Status,
}

impl Taking<'_> {
    fn say(&mut self, mistake: Diagnostic) {
        let status = say(self.terminal, &[mistake.path(self.shown.clone())]);
        self.status = self.status.max(status);
    }

    fn ui(&self) -> Ui {
        self.terminal.ui
    }

    fn unreadable(&self, line: usize, key: &str, word: &str) -> Diagnostic {
        Diagnostic::error("calibrate/line", self.ui().text(key, &[("word", word)])).line(line)
    }

    /// Merges each reviewer's lines about a conversation: a sheet may have a line for each rule, and copied lines are
    /// one verdict.
    fn joined(&mut self, said: Vec<(usize, Human)>) -> Vec<Human> {
        let unnamed = said.iter().filter(|(_, human)| human.reviewer.is_empty()).count();
        if unnamed > 0 && unnamed < said.len() {
            let message = self.ui().text("calibrate.unnamed-lines", &[("count", &unnamed.to_string())]);
            self.say(Diagnostic::warning("calibrate/unnamed", message));
        }
        let mut places: BTreeMap<(String, Option<String>, String), usize> = BTreeMap::new();
        let mut joined: Vec<Human> = Vec::new();
        let mut again = 0;
        for (line, human) in said {
            let key = (human.conversation.clone(), human.agent.clone(), human.reviewer.clone());
            let Some(own) = places.get(&key).and_then(|place| joined.get_mut(*place)) else {
                places.insert(key, joined.len());
                joined.push(human);
                continue;
            };
            let other = |one: bool, two: bool, same: bool| one && two && !same;
            let differs = other(own.score.is_some(), human.score.is_some(), own.score == human.score)
                || other(own.passed.is_some(), human.passed.is_some(), own.passed == human.passed);
            own.score = human.score.or(own.score);
            own.passed = human.passed.or(own.passed);
            if let Some(rules) = human.rules {
                own.rules.get_or_insert_default().extend(rules);
            }
            again += usize::from(differs);
            if differs && again <= MOST_SAID {
                let unnamed = self.ui().text("calibrate.unnamed", &[]);
                let reviewer = if human.reviewer.is_empty() { &unnamed } else { &human.reviewer };
                let values = [("reviewer", &**reviewer), ("conversation", &*human.conversation)];
                let message = self.ui().text("calibrate.again", &values);
                self.say(Diagnostic::warning("calibrate/again", message).line(line));
            }
        }
        joined
    }

    fn lines(&mut self, mut reader: impl BufRead) -> Vec<(usize, Human)> {
        let (mut found, mut untaken) = (Vec::new(), BTreeSet::new());
        let (mut number, mut line) = (0, Vec::new());
        loop {
            line.clear();
            number += 1;
            match io::Read::take(&mut reader, LONGEST).read_until(b'\n', &mut line) {
                Ok(0) => break,
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) => {
                    let value = serde_json::from_slice::<Value>(&line).ok();
                    let keys = value.as_ref().and_then(Value::as_object).into_iter().flat_map(|fields| fields.keys());
                    untaken.extend(keys.filter(|key| !FIELDS.contains(&key.as_str())).cloned());
                    match value.and_then(|value| serde_json::from_value::<Human>(value).ok()) {
                        Some(mut human) if !human.conversation.is_empty() && human.score.is_none_or(is_score) => {
                            human.line = number;
                            human.reviewer = human.reviewer.trim().into();
                            human.agent = human.agent.filter(|agent| !agent.trim().is_empty());
                            human.rules = human.rules.take().and_then(|rules| self.known(rules, number));
                            found.push((number, human));
                        }
                        _ => self.say(self.unreadable(number, "calibrate.record", "")),
                    }
                }
                Err(error) => {
                    self.say(Diagnostic::error("input/unreadable", &error));
                    break;
                }
            }
        }
        self.untaken(&untaken.iter().map(String::as_str).collect::<Vec<_>>());
        found
    }

    fn workbook(&mut self, reader: impl BufRead) -> Vec<(usize, Human)> {
        let bytes = match inputs::all(reader, MOST_BYTES) {
            Ok(bytes) => bytes,
            Err(mistake) => {
                self.say(*mistake);
                return Vec::new();
            }
        };
        let SheetRows { rows, said } = read::rows(&bytes, None);
        for mistake in said {
            self.say(mistake);
        }
        self.sheet(|name| sheet::Lines::of_workbook(rows, name))
    }

    fn sheet<'r>(
        &mut self,
        open: impl FnOnce(&dyn Fn(&str) -> String) -> Result<sheet::Lines<'r>, Diagnostic>,
    ) -> Vec<(usize, Human)> {
        let mut found = Vec::new();
        let form = self.form.clone();
        // In people's sheets a column `rule` lists the rules they found.
        let name = |header: &str| match form.column(header) {
            Some("rule") => "rules".to_owned(),
            known => known.unwrap_or(header).to_owned(),
        };
        let mut rows = match open(&name) {
            Ok(rows) => rows,
            Err(mistake) => {
                self.say(mistake);
                return found;
            }
        };
        self.untaken(&rows.untaken(&FIELDS));
        if !VERDICTS.iter().any(|verdict| rows.has(verdict)) {
            let names = self.names(&VERDICTS);
            self.say(Diagnostic::error(
                "calibrate/columns",
                self.ui().text("calibrate.no-verdict", &[("names", &names)]),
            ));
            return found;
        }
        while let Some(row) = rows.next_line() {
            let row = match row {
                Ok(row) => row,
                Err(mistake) => {
                    self.say(mistake);
                    continue;
                }
            };
            // Our own sheets put an apostrophe before what could be a formula.
            let plain = |cell| unguarded(str::trim(cell)).trim();
            let filled = |column: &str| rows.cell(&row, column).map(plain).filter(|cell| !cell.is_empty());
            if FIELDS.iter().all(|column| filled(column).is_none()) {
                continue;
            }
            let line = row.0;
            match self.human(line, filled) {
                Ok(human) => found.push((line, human)),
                Err((key, word)) => self.say(self.unreadable(line, key, &word)),
            }
        }
        found
    }

    /// A line of a sheet, or what is wrong with it and the word that is.
    fn human<'c>(
        &mut self,
        line: usize,
        filled: impl Fn(&str) -> Option<&'c str>,
    ) -> Result<Human, (&'static str, String)> {
        let conversation = filled("conversation").ok_or(("calibrate.line", String::new()))?.to_owned();
        let score = filled("score").map(|score| {
            let known = self.form.score(score).filter(|score| is_score(*score));
            known.ok_or_else(|| ("calibrate.score", score.to_owned()))
        });
        let passed =
            filled("passed").map(|word| self.form.yes(word).ok_or_else(|| ("calibrate.word", word.to_owned())));
        let (score, passed) = (score.transpose()?, passed.transpose()?);
        let rules = filled("rules").and_then(|rules| {
            let parts = rules
                .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '\u{3001}' | '\u{ff0c}' | '\u{ff1b}'));
            let named = parts.filter(|rule| !rule.is_empty() && !self.form.nothing(rule)).map(ToOwned::to_owned);
            let named = named.collect();
            self.known(named, line)
        });
        let agent = filled("agent").map(ToOwned::to_owned);
        let reviewer = filled("reviewer").unwrap_or_default().to_owned();
        Ok(Human { conversation, agent, reviewer, score, passed, rules, line })
    }

    /// Keeps the rules that the audit evaluated and reports the others, which it could not have found. `None` if no
    /// name is known.
    fn known(&mut self, named: BTreeSet<String>, line: usize) -> Option<BTreeSet<String>> {
        let Some(rules) = self.rules else { return Some(named) };
        let (known, unknown): (BTreeSet<String>, BTreeSet<String>) =
            named.into_iter().partition(|rule| rules.contains(rule));
        for rule in &unknown {
            self.status = Status::Trouble;
            // A misspelt name is usually so in every line: report it once.
            if self.said.len() >= MOST_SAID || !self.said.insert(rule.clone()) {
                continue;
            }
            let mistake = Diagnostic::error("calibrate/rule", self.ui().text("calibrate.rule", &[("rule", rule)]));
            let near = did_you_mean(rule, rules.iter().map(String::as_str));
            let help = near.map(|near| self.ui().text("settings.did-you-mean", &[("name", near)]));
            let mistake = mistake.line(line);
            self.say(if let Some(help) = help { mistake.help(help) } else { mistake });
        }
        (unknown.is_empty() || !known.is_empty()).then_some(known)
    }

    fn untaken(&mut self, names: &[&str]) {
        if names.is_empty() {
            return;
        }
        let known = self.names(&FIELDS);
        let notice = self.ui().text("calibrate.untaken", &[("names", &names.join(", "))]);
        self.say(
            Diagnostic::warning("calibrate/columns", notice)
                .help(self.ui().text("calibrate.known", &[("names", &known)])),
        );
    }

    fn names(&self, fields: &[&str]) -> String {
        let names: Vec<String> = fields.iter().map(|field| self.form.header(field, self.ui().locale())).collect();
        names.join(", ")
    }
}

fn is_score(points: Points) -> bool {
    (Points::ZERO..=Points::WHOLE).contains(&points)
}
