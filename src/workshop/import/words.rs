//! Lists of words: a text with a word on each line, or a sheet with words, better ones, scenarios and severities.

use super::fresh::{Fresh, push_fresh};
use super::pattern::literal;
use super::said::said;
use super::{Bench, Place, Reason, Source};
use crate::conversation::read::{self, SheetRow};
use crate::language::fold_str;
use crate::rulebook::{Rulebook, Scenario};
use crate::source::{Diagnostic, Level, decode, wording};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// How many rows from the top are searched for the headings.
const HEAD: usize = 10;
/// Separators between a word and the better one in a text.
const ARROWS: [&str; 5] = ["=>", "->", "\u{2192}", "\u{21d2}", "\t"];

/// A word and its columns.
#[derive(Debug, Default)]
struct Entry {
    word: String,
    better: Option<String>,
    scenario: Option<String>,
    severity: String,
    group: String,
    message: Option<String>,
    place: Place,
}

pub(super) fn import(source: &Source, bench: &mut Bench) {
    let stem =
        Path::new(&*source.path).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let ending = Path::new(&*source.path).extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let is_text = ending.as_deref() == Some("txt") && !source.bytes.starts_with(b"PK\x03\x04");
    if let Some(line) = json_line(source) {
        let message = wording!("a list of words is a word a line or a sheet, and this is JSON");
        let mistake = Diagnostic::error("import/not-words", message).path(&*source.path).line(line);
        bench.mistakes.push(
            mistake.help(wording!("nothing of it was read; put the words into a text or a sheet, a line a word")),
        );
        return;
    }
    let scenarios = Rulebook::builtin().scenarios;
    let before = bench.left_out.len();
    let entries = if is_text { lines(source, bench) } else { sheet(source, &scenarios, bench) };
    let Some(entries) = entries else { return };
    if entries.is_empty() && bench.left_out.len() == before {
        let mistake = Diagnostic::error("import/no-words", wording!("no words are in it")).path(&*source.path);
        bench.mistakes.push(mistake);
        return;
    }
    let mut groups: Vec<(String, Vec<Entry>)> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        // Entries that differ in anything a rule states once become separate rules.
        let alone = entry.better.is_some() && entry.scenario.is_some();
        let key = format!(
            "{}\n{}\n{:?}\n{:?}\n{}\n{}",
            entry.group,
            entry.severity,
            entry.scenario,
            entry.message,
            entry.better.is_some(),
            if alone { entry.word.as_str() } else { "" },
        );
        let at = *index.entry(key).or_insert_with(|| {
            groups.push((entry.group.clone(), Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(entry);
    }
    for (group, entries) in groups {
        let called = if group.is_empty() { stem.clone() } else { group };
        push(&called, &entries, bench);
    }
}

/// The first line, from 1, that looks like JSON: nobody forbids a word such as `{"id": 1`.
fn json_line(source: &Source) -> Option<usize> {
    let text = std::str::from_utf8(&source.bytes).ok()?;
    let begins = |line: &str| {
        let inside = line.trim().trim_start_matches('\u{feff}');
        let inside = inside.strip_prefix('[').unwrap_or(inside).trim_start();
        inside
            .strip_prefix('{')
            .is_some_and(|inside| inside.trim_start().starts_with(['"', '}']) || inside.trim().is_empty())
    };
    text.lines().position(begins).map(|line| line + 1)
}

fn lines(source: &Source, bench: &mut Bench) -> Option<Vec<Entry>> {
    let decoded = match decode(source.bytes.clone(), None) {
        Ok(decoded) => decoded,
        Err(error) => {
            let message = wording!("not {encoding}", encoding = error.encoding);
            bench.mistakes.push(Diagnostic::error("input/not-text", message).path(&*source.path).line(error.line));
            return None;
        }
    };
    bench.mistakes.extend(decoded.notice.map(|notice| notice.path(&*source.path)));
    let mut found = Vec::new();
    for (number, line) in decoded.text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with("//") {
            continue;
        }
        let line = unlisted(line);
        let parts = ARROWS.iter().find_map(|arrow| line.split_once(arrow));
        let parts = parts.map(|(word, better)| (bare(word), Some(bare(better).to_owned())));
        let (word, better) = parts.unwrap_or((bare(line), None));
        let place = Place { path: source.path.clone(), line: Some(number + 1) };
        let better = better.filter(|better| !better.is_empty());
        add(
            Entry { word: word.to_owned(), better, severity: "warning".to_owned(), place, ..Entry::default() },
            &mut found,
            bench,
        );
    }
    Some(found)
}

/// A line without its bullet or number: `- word`, `1. word`.
fn unlisted(line: &str) -> &str {
    let marks = ["- ", "* ", "\u{2022}", "\u{b7}", "\u{2013} "];
    let digits = line.len() - line.trim_start_matches(|next: char| next.is_ascii_digit()).len();
    let numbered = || {
        let ends = [". ", "\u{3001}", ")", "\u{ff09}", "\u{ff0e}"];
        (1..=3).contains(&digits).then(|| ends.iter().find_map(|end| line[digits..].strip_prefix(end))).flatten()
    };
    let rest = marks.iter().find_map(|mark| line.strip_prefix(mark)).or_else(numbered);
    rest.map(str::trim).filter(|rest| !rest.is_empty()).unwrap_or(line)
}

/// A word without the quotation marks around it.
fn bare(word: &str) -> &str {
    let word = word.trim();
    let pairs = [('"', '"'), ('\u{201c}', '\u{201d}'), ('\u{300c}', '\u{300d}'), ('\u{2018}', '\u{2019}')];
    let inside = pairs.iter().find_map(|&(open, close)| word.strip_prefix(open)?.strip_suffix(close));
    inside.map(str::trim).filter(|inside| !inside.is_empty()).unwrap_or(word)
}

fn sheet(source: &Source, scenarios: &[Scenario], bench: &mut Bench) -> Option<Vec<Entry>> {
    let read = read::rows(&source.bytes, None);
    let broken = read.said.iter().any(|mistake| mistake.level == Level::Error);
    bench.mistakes.extend(read.said.into_iter().map(|mistake| mistake.path(&*source.path)));
    if read.rows.is_empty() && broken {
        return None;
    }
    let mut found = Vec::new();
    let mut columns: Vec<Option<&str>> = Vec::new();
    let mut sheet: Option<Option<String>> = None;
    let mut waiting = 0;
    for row in read.rows {
        if sheet.as_ref() != Some(&row.sheet) {
            (sheet, columns, waiting) = (Some(row.sheet.clone()), Vec::new(), 0);
        }
        if columns.is_empty() {
            let told = said_columns(&row);
            if told.contains(&Some("word")) {
                for (head, _) in
                    row.cells.iter().zip(&told).filter(|(head, told)| told.is_none() && !head.trim().is_empty())
                {
                    let place = Place { path: source.path.clone(), line: Some(row.line) };
                    bench.leave(&place, head, Reason::Column, head.clone());
                }
                columns = told;
                continue;
            }
            waiting += 1;
            // Without headings, a list has one column of words, or two with better ones.
            if waiting <= HEAD && row.cells.iter().filter(|cell| !cell.trim().is_empty()).count() > 2 {
                continue;
            }
        }
        let mut entry = entry(&row, &columns, &source.path, scenarios, bench);
        entry.place = Place { path: source.path.clone(), line: Some(row.line) };
        if entry.word.is_empty() && row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        add(entry, &mut found, bench);
    }
    Some(found)
}

fn said_columns(row: &SheetRow) -> Vec<Option<&'static str>> {
    super::columns_of(&row.cells)
}

fn entry(
    row: &SheetRow,
    columns: &[Option<&str>],
    path: &Arc<str>,
    scenarios: &[Scenario],
    bench: &mut Bench,
) -> Entry {
    let cell = |wanted: &str| {
        let at = columns.iter().position(|column| *column == Some(wanted));
        let at = if columns.is_empty() { ["word", "better"].iter().position(|name| *name == wanted) } else { at };
        at.and_then(|at| row.cells.get(at)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    };
    let place = Place { path: path.clone(), line: Some(row.line) };
    let word = cell("word").unwrap_or_default().to_owned();
    let severity = match cell("severity") {
        None => "warning",
        Some(written) => said().severity(written).unwrap_or_else(|| {
            bench.leave(&place, &word, Reason::Severity, written);
            "warning"
        }),
    };
    let scenario = cell("scenario").and_then(|written| {
        let known = scenario_of(written, scenarios);
        if known.is_none() {
            bench.leave(&place, &word, Reason::Scenario, written);
        }
        known
    });
    Entry {
        word,
        better: cell("better").map(ToOwned::to_owned),
        scenario,
        severity: severity.to_owned(),
        group: cell("rule").or_else(|| cell("group")).unwrap_or_default().to_owned(),
        message: cell("message-zh").or_else(|| cell("message-en")).map(ToOwned::to_owned),
        place,
    }
}

/// The id of the scenario with this id or name.
pub(crate) fn scenario_of(written: &str, scenarios: &[Scenario]) -> Option<String> {
    let wanted = fold_str(written.trim());
    let is = |name: &str| fold_str(name) == wanted;
    scenarios
        .iter()
        .find(|scenario| is(&scenario.id) || is(&scenario.names.zh) || is(&scenario.names.en))
        .map(|scenario| scenario.id.clone())
}

/// Adds a word, once, if it can be searched for.
fn add(entry: Entry, found: &mut Vec<Entry>, bench: &mut Bench) {
    if literal(&entry.word, None).is_none() {
        return bench.leave(&entry.place, &entry.word, Reason::FindsNothing, entry.word.clone());
    }
    found.push(entry);
}

fn push(called: &str, entries: &[Entry], bench: &mut Bench) {
    let Some(first) = entries.first() else { return };
    let mut seen: BTreeMap<String, Option<&String>> = BTreeMap::new();
    let mut words = Vec::new();
    for entry in entries {
        let folded = fold_str(&entry.word);
        if let Some(other) = seen.get(&folded) {
            if *other != entry.better.as_ref() {
                bench.leave(&entry.place, &entry.word, Reason::Contradiction, entry.better.clone().unwrap_or_default());
            }
        } else if entry.better.as_ref().is_some_and(|better| fold_str(better) == folded) {
            bench.leave(&entry.place, &entry.word, Reason::Case, entry.word.clone());
        } else {
            words.push((entry.word.clone(), entry.better.clone()));
        }
        seen.insert(folded, entry.better.as_ref());
    }
    let spoken =
        first.message.iter().flat_map(|text| ["message-zh", "message-en"].map(|key| (key.to_owned(), text.clone())));
    let fresh = Fresh {
        called: called.to_owned(),
        words,
        severity: first.severity.clone(),
        scenario: first.scenario.clone(),
        spoken: spoken.collect(),
        place: first.place.clone(),
        ..Fresh::default()
    };
    push_fresh(&fresh, bench);
}
