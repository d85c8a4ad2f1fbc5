//! An audit as a workbook: summary with charts, rules, periods, agents, conversations, findings, promises.

use super::table::{Cell, Type};
use super::workbook::{Book, Column};
use super::{Ui, promises, summary_sheets};
use crate::audit::{ConversationResult, Entry, Found, Own, Points, Score};
use crate::conversation::Lang;
use crate::rulebook::Severity;
use crate::source;
use serde_json::Value;
use std::collections::HashMap;
use std::io;

/// Rows of an audit, read again each time they are needed, so that they need not be held in memory.
pub type Rows<'a> = dyn Fn() -> io::Result<Box<dyn Iterator<Item = ConversationResult> + 'a>> + Sync + 'a;

/// The workbook of an audit. `summary` is `summary.json`.
///
/// # Errors
/// When the rows cannot be read or the workbook cannot be made.
pub fn book(summary: &Value, rows: &Rows<'_>, entries: Option<&[Entry]>, ui: Ui) -> io::Result<Book> {
    let word = |key: &str| ui.text(&format!("book.{key}"), &[]);
    let mut book = Book::default();
    summary_sheets::add(&mut book, summary, ui)?;
    let cards = cards(summary, ui);
    let mut columns = vec![
        Column::new(word("agent"), 16.0),
        Column::new(word("team"), 14.0),
        Column::new(word("cases"), 10.0),
        Column::new(word("not-judged"), 12.0),
        Column::new(word("coverage"), 10.0),
        Column::new(word("replies"), 10.0),
        Column::new(word("flagged"), 10.0),
        Column::new(word("low"), 10.0),
        Column::new(word("high"), 10.0),
        Column::new(word("errors"), 10.0),
    ];
    columns.extend(named(&cards, &["score", "pass-rate"], ui));
    columns.push(Column::new(word("rank"), 8.0));
    let agents = summary["agents"].as_array().map(Vec::as_slice).unwrap_or_default();
    book.sheet(&word("agents"), &columns, agents.iter().map(|group| agent(group, &cards)))?;
    let mut columns = vec![
        Column::new(word("conversation"), 20.0),
        Column::new(word("agent"), 14.0),
        Column::new(word("team"), 12.0),
        Column::new(word("channel"), 10.0),
        Column::new(word("start"), 20.0),
        Column::new(word("turns"), 8.0),
        Column::new(word("errors"), 8.0),
        Column::new(word("warnings"), 8.0),
        Column::new(word("advice"), 8.0),
    ];
    columns.extend(named(&cards, &["score", "grade"], ui));
    columns.extend([Column::new(word("file"), 22.0), Column::new(word("line"), 8.0)]);
    let grades = grades(summary, ui);
    let told = |row: ConversationResult| {
        let told = cases(&row).into_iter().map(|case| {
            let scores = cards.iter().flat_map(|(card, _)| {
                let score = case.scores.iter().copied().find(|score| score.scorecard == *card);
                let grade = score.and_then(|score| grades.get(&(score.scorecard.clone(), score.grade.clone()?)));
                [percent(score), Cell::text(grade.map(String::as_str))]
            });
            let (who, file) = case.cells();
            who.into_iter().chain(scores).chain(file).collect()
        });
        told.collect::<Vec<Vec<Cell>>>()
    };
    book.sheet(&word("conversations"), &columns, rows()?.flat_map(told))?;
    let columns = [
        Column::new(word("conversation"), 20.0),
        Column::new(word("agent"), 14.0),
        Column::new(word("turn"), 7.0),
        Column::new(word("time"), 20.0),
        Column::new(word("severity"), 9.0),
        Column::new(word("rule"), 28.0),
        Column::wide(word("words"), 40.0),
        Column::wide(word("message"), 44.0),
        Column::wide(word("help"), 44.0),
        Column::new(word("final"), 10.0),
        Column::new(word("reviewer"), 12.0),
        Column::new(word("when"), 14.0),
        Column::wide(word("reason"), 28.0),
    ];
    book.sheet(&word("findings"), &columns, rows()?.flat_map(|row| reviewed(&row, ui)))?;
    review(&mut book, summary, ui)?;
    let told = &summary["complaintWords"];
    if let Some(words) = told["words"].as_array().filter(|words| !words.is_empty()) {
        let columns = [
            Column::new(word("word"), 18.0),
            Column::new(word("said-in"), 14.0),
            Column::new(word("of-complaints"), 18.0),
        ];
        let all = told["conversations"].as_f64().unwrap_or(1.0);
        let row = |one: &Value| {
            let count = one["conversations"].as_i64().unwrap_or_default();
            let share = one["conversations"].as_f64().unwrap_or_default() / all;
            vec![Cell::text(one["word"].as_str()), Cell::Count(count), Cell::Share(share)]
        };
        book.sheet(&word("words-sheet"), &columns, words.iter().map(row))?;
    }
    if let Some(entries) = entries {
        promises::sheet(&mut book, entries, ui)?;
    }
    Ok(book)
}

/// The columns of findings, where they have the same names in every language.
const FINDINGS: [(&str, Type); 13] = [
    ("conversation", Type::Text),
    ("agent", Type::Text),
    ("turn", Type::Count),
    ("time", Type::Moment),
    ("severity", Type::Text),
    ("rule", Type::Text),
    ("words", Type::Text),
    ("message", Type::Text),
    ("help", Type::Text),
    ("final", Type::Text),
    ("reviewer", Type::Text),
    ("when", Type::Text),
    ("reason", Type::Text),
];

/// The findings of an audit as CSV, for programs: columns and words are the same in every language.
///
/// # Errors
/// When the rows cannot be read or nothing can be written.
pub fn csv(out: &mut dyn io::Write, rows: &Rows<'_>) -> io::Result<()> {
    let names = FINDINGS.map(|(name, _)| name.to_owned());
    super::table::csv(out, &names, rows()?.flat_map(|row| reviewed(&row, Ui::new(Lang::En))))
}

/// The findings of an audit as Parquet, in the same words.
///
/// # Errors
/// When the rows cannot be read or nothing can be written.
#[cfg(feature = "parquet")]
pub fn parquet(out: &mut (dyn io::Write + Send), rows: &Rows<'_>) -> io::Result<()> {
    super::columns::parquet(out, &FINDINGS, rows()?.flat_map(|row| reviewed(&row, Ui::new(Lang::En))))
}

/// The cases of an audit as Parquet: each agent's part of each conversation.
///
/// # Errors
/// When the rows cannot be read or nothing can be written.
#[cfg(feature = "parquet")]
pub fn parquet_of_conversations(out: &mut (dyn io::Write + Send), rows: &Rows<'_>) -> io::Result<()> {
    let columns = [
        ("conversation", Type::Text),
        ("agent", Type::Text),
        ("team", Type::Text),
        ("channel", Type::Text),
        ("start", Type::Moment),
        ("turns", Type::Count),
        ("errors", Type::Count),
        ("warnings", Type::Count),
        ("advice", Type::Count),
        ("scorecard", Type::Text),
        ("score", Type::Number),
        ("grade", Type::Text),
        ("file", Type::Text),
        ("line", Type::Count),
    ];
    super::columns::parquet(
        out,
        &columns,
        rows()?.flat_map(|row| {
            let told = cases(&row).into_iter().map(|case| {
                let score = case.scores.first().copied();
                let card = Cell::text(score.map(|score| score.scorecard.as_str()));
                let grade = Cell::text(score.and_then(|score| score.grade.as_deref()));
                let (who, file) = case.cells();
                who.into_iter().chain([card, percent(score), grade]).chain(file).collect()
            });
            told.collect::<Vec<Vec<Cell>>>()
        }),
    )
}

/// The scorecards in use, by id, with their names.
fn cards(summary: &Value, ui: Ui) -> Vec<(String, String)> {
    let scores = summary["whole"]["scores"].as_array().into_iter().flatten();
    let id = |score: &Value| score["scorecard"].as_str().unwrap_or_default().to_owned();
    scores.map(|score| (id(score), summary_sheets::named(summary, score, ui).to_owned())).collect()
}

/// Columns for each scorecard, with its name in the heading: otherwise those of two would look the same.
fn named(cards: &[(String, String)], keys: &[&str], ui: Ui) -> Vec<Column> {
    let columns = cards.iter().flat_map(|(_, name)| {
        keys.iter().map(move |key| Column::new(ui.text(&format!("book.{key}"), &[("card", name)]), 14.0))
    });
    columns.collect()
}

fn percent(score: Option<&Score>) -> Cell {
    score.and_then(|score| score.percent).map_or(Cell::Empty, |points: Points| Cell::Number(points.value()))
}

fn agent(group: &Value, cards: &[(String, String)]) -> Vec<Cell> {
    let count = |field: &str| group[field].as_i64().map_or(Cell::Empty, Cell::Count);
    let all = group["scores"].as_array().map(Vec::as_slice).unwrap_or_default();
    let scores = cards.iter().flat_map(|(card, _)| {
        let score = all.iter().find(|score| score["scorecard"].as_str() == Some(card)).unwrap_or(&Value::Null);
        [score["mean"].as_f64().map_or(Cell::Empty, Cell::Number), summary_sheets::share(&score["passed"], "rate")]
    });
    let told = vec![
        Cell::text(group["name"].as_str()),
        Cell::text(teams(group).as_deref()),
        count("cases"),
        group["covered"]["skipped"].as_i64().map_or(Cell::Empty, Cell::Count),
        coverage(group),
        count("replies"),
        summary_sheets::share(&group["flagged"], "rate"),
        summary_sheets::share(&group["flagged"], "low"),
        summary_sheets::share(&group["flagged"], "high"),
        summary_sheets::share(&group["errors"], "rate"),
    ];
    told.into_iter().chain(scores).chain([count("rank")]).collect()
}

/// The share of somebody's conversations that was judged.
fn coverage(group: &Value) -> Cell {
    let count = |field: &str| group["covered"][field].as_f64();
    match (count("judged"), count("skipped")) {
        (Some(judged), Some(skipped)) if judged + skipped > 0.0 => Cell::Share(judged / (judged + skipped)),
        _ => Cell::Empty,
    }
}

/// Names of grades, by scorecard and id.
fn grades(summary: &Value, ui: Ui) -> HashMap<(String, String), String> {
    let mut names = HashMap::new();
    for card in summary["scorecards"].as_array().into_iter().flatten() {
        for grade in card["grades"].as_array().into_iter().flatten() {
            let id = |value: &Value| value["id"].as_str().unwrap_or_default().to_owned();
            let name = grade["name"][ui.code()].as_str().unwrap_or_default().to_owned();
            names.insert((id(card), id(grade)), name);
        }
    }
    names
}

/// An agent's teams; if there are several, with the number of cases in each, most first.
fn teams(group: &Value) -> Option<String> {
    let mut teams: Vec<(&String, u64)> = group["teams"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(team, cases)| (team, cases.as_u64().unwrap_or_default()))
        .collect();
    if teams.is_empty() {
        return group["team"].as_str().map(ToOwned::to_owned);
    }
    teams.sort_by_key(|(_, cases)| std::cmp::Reverse(*cases));
    Some(teams.iter().map(|(team, cases)| format!("{team} ({cases})")).collect::<Vec<_>>().join(", "))
}

/// The subject of a row in the table of conversations.
struct Case<'a> {
    row: &'a ConversationResult,
    agent: Option<&'a String>,
    /// Scores of an agent's part.
    scores: Vec<&'a Score>,
    /// Findings that count.
    found: Vec<&'a Found>,
}

/// Each agent's part of a conversation, as nobody answers for a colleague. Findings of no agent, such as a bot's, get a
/// row without an agent; so does a conversation without parts.
fn cases(row: &ConversationResult) -> Vec<Case<'_>> {
    let own = Own::of(row);
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut taken = vec![false; row.findings.len()];
    for part in &row.parts {
        let agent = part.agent.as_ref();
        let found = own.findings(agent).filter(|(_, found)| found.stands());
        let found = found.inspect(|(place, _)| taken[*place] = true).map(|(_, found)| found).collect();
        cases.push(Case { row, agent, scores: own.scores(agent).collect(), found });
    }
    let left = row.findings.iter().zip(taken).filter(|(found, taken)| found.stands() && !taken);
    let left: Vec<&Found> = left.map(|(found, _)| found).collect();
    if cases.is_empty() || !left.is_empty() {
        let agent = row.agent.as_ref().filter(|_| cases.is_empty());
        cases.push(Case { row, agent, scores: Vec::new(), found: left });
    }
    cases
}

impl Case<'_> {
    /// The cells before its scores (agent, findings) and those after them (file and line).
    fn cells(&self) -> (Vec<Cell>, [Cell; 2]) {
        let Self { row, agent, .. } = self;
        let text = |text: &Option<String>| Cell::text(text.as_deref());
        let whole = |number: usize| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
        let signed = |number: u64| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
        let of = |severity: Severity| whole(self.found.iter().filter(|found| found.severity == severity).count());
        let who = vec![
            text(&row.conversation),
            Cell::text(agent.map(String::as_str)),
            text(&row.team),
            text(&row.channel),
            Cell::moment(row.start.as_deref()),
            signed(row.turns),
            of(Severity::Error),
            of(Severity::Warning),
            of(Severity::Advice),
        ];
        // As elsewhere, a sheet is written after its workbook.
        let file = match (&row.path, &row.sheet) {
            (Some(path), Some(sheet)) => Cell::Text(format!("{path}!{sheet}")),
            (path, _) => text(path),
        };
        (who, [file, row.line.map_or(Cell::Empty, signed)])
    }
}

fn findings(row: &ConversationResult, ui: Ui) -> Vec<Vec<Cell>> {
    let told = row.findings.iter().map(|found| {
        vec![
            Cell::text(row.conversation.as_deref()),
            Cell::text(found.agent.as_deref()),
            // From 1, as in the sheets that people fill in.
            Cell::Count(i64::try_from(found.turn).map_or(i64::MAX, |turn| turn.saturating_add(1))),
            Cell::moment(found.time.as_deref()),
            Cell::Text(ui.text(&format!("severity.{}", source::word(found.severity)), &[])),
            Cell::Text(found.rule.clone()),
            Cell::Text(found.quote.clone()),
            Cell::Text(found.message.clone()),
            Cell::Text(found.help.clone()),
        ]
    });
    told.collect()
}

/// Findings with people's decisions, so that dismissed ones can be filtered out.
fn reviewed(row: &ConversationResult, ui: Ui) -> Vec<Vec<Cell>> {
    let told = findings(row, ui).into_iter().zip(&row.findings).map(|(mut cells, found)| {
        if let Some(review) = &found.review {
            let outcome = if review.is_accepted() { "accepted".into() } else { source::word(review.outcome) };
            cells.push(Cell::Text(ui.text(&format!("book.{outcome}"), &[])));
            cells.extend([&review.reviewer, &review.when, &review.reason].map(|text| Cell::text(Some(text))));
        }
        cells.resize(FINDINGS.len(), Cell::Empty);
        cells
    });
    told.collect()
}

/// How often people appealed, how often they were right, and how often each rule was wrong.
fn review(book: &mut Book, summary: &Value, ui: Ui) -> io::Result<()> {
    let told = &summary["review"];
    if !told.is_object() {
        return Ok(());
    }
    let word = |key: &str| ui.text(&format!("book.{key}"), &[]);
    let columns = [
        Column::new(word("review"), 34.0),
        Column::new(word("wrong"), 10.0),
        Column::new(word("decided"), 10.0),
        Column::new(word("wrong-rate"), 10.0),
        Column::new(word("low"), 10.0),
        Column::new(word("high"), 10.0),
    ];
    let count = |value: &Value| value.as_i64().map_or(Cell::Empty, Cell::Count);
    let line = |name: String, share: &Value| {
        let cells = [count(&share["hits"]), count(&share["n"])];
        let shares = ["rate", "low", "high"].map(|field| summary_sheets::share(share, field));
        [Cell::Text(name)].into_iter().chain(cells).chain(shares).collect::<Vec<Cell>>()
    };
    let mut rows = vec![
        vec![Cell::Text(word("reviewed")), Cell::Empty, count(&told["reviewed"])],
        vec![Cell::Text(word("decided")), Cell::Empty, count(&told["decided"])],
        line(word("appeals"), &told["appeals"]),
        line(word("successes"), &told["successes"]),
    ];
    rows.extend(told["errors"].as_object().into_iter().flatten().map(|(rule, share)| {
        let title = summary_sheets::title(summary, rule, ui);
        line(title.map_or_else(|| rule.clone(), |title| format!("{title} ({rule})")), share)
    }));
    book.sheet(&word("review"), &columns, rows)
}
