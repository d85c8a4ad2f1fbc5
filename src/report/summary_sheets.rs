//! The first sheets of an audit's workbook: main figures with charts, rules, and days, weeks and months.

use super::Ui;
use super::table::Cell;
use super::workbook::{Book, Column};
use rust_xlsxwriter::{Chart, ChartType, Format, Worksheet, XlsxError};
use serde_json::Value;
use std::io;

/// Most rules in the chart.
const CHARTED: usize = 15;

/// Adds the sheets. `summary` is `summary.json`.
pub(super) fn add(book: &mut Book, summary: &Value, ui: Ui) -> io::Result<()> {
    let word = |key: &str| ui.text(&format!("book.{key}"), &[]);
    let found: Vec<&Value> =
        list(&summary["whole"], "rules").filter(|rule| rule["findings"].as_u64() > Some(0)).collect();
    let days = list(summary, "byDay").filter(|day| day["name"].is_string()).count();
    first(book.free(&word("summary"))?, summary, (found.len(), days), ui).map_err(io::Error::other)?;
    let columns = [
        Column::new(word("title"), 34.0),
        Column::new(word("rule"), 30.0),
        Column::new(word("severity"), 10.0),
        Column::new(word("findings"), 10.0),
        Column::new(word("cases"), 10.0),
        Column::new(word("rate"), 10.0),
        Column::new(word("low"), 10.0),
        Column::new(word("high"), 10.0),
    ];
    let rules = found.iter().map(|rule| {
        let id = rule["rule"].as_str().unwrap_or_default();
        let severity = ui.text(&format!("severity.{}", rule["severity"].as_str().unwrap_or("advice")), &[]);
        let cells = [
            Cell::Text(title(summary, id, ui).unwrap_or(id).to_owned()),
            Cell::Text(id.to_owned()),
            Cell::Text(severity),
        ];
        let counts = [count(&rule["findings"]), count(&rule["cases"]["hits"])];
        let shares = ["rate", "low", "high"].map(|field| share(&rule["cases"], field));
        cells.into_iter().chain(counts).chain(shares).collect()
    });
    book.sheet(&word("rules"), &columns, rules)?;
    periods(book, summary, ui)
}

/// A short name for a rule.
pub(super) fn title<'s>(summary: &'s Value, rule: &str, ui: Ui) -> Option<&'s str> {
    let info = list(summary, "rules").find(|info| info["rule"].as_str() == Some(rule))?;
    info["title"][ui.code()].as_str().filter(|title| !title.is_empty())
}

fn list<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    value[field].as_array().into_iter().flatten()
}

fn count(value: &Value) -> Cell {
    value.as_i64().map_or(Cell::Empty, Cell::Count)
}

fn number(value: &Value, cell: fn(f64) -> Cell) -> Cell {
    value.as_f64().map_or(Cell::Empty, cell)
}

/// A share, or an end of its interval. Of no cases there is neither.
pub(super) fn share(share: &Value, field: &str) -> Cell {
    if share["n"].as_u64() == Some(0) { Cell::Text("–".to_owned()) } else { number(&share[field], Cell::Share) }
}

/// Rates of a scorecard: the field in the summary, and the key of the heading.
const RATES: [(&str, &str); 5] = [
    ("passed", "pass-rate"),
    ("excellent", "excellent-rate"),
    ("redLines", "red-lines"),
    ("redLinesConfirmed", "red-lines-confirmed"),
    ("otherErrors", "other-errors"),
];

pub(super) fn named<'s>(summary: &'s Value, score: &'s Value, ui: Ui) -> &'s str {
    let id = score["scorecard"].as_str().unwrap_or_default();
    let card = list(summary, "scorecards").find(|card| card["id"].as_str() == Some(id));
    card.and_then(|card| card["name"][ui.code()].as_str()).unwrap_or(id)
}

/// Days, then weeks, then months, so that a filter can show one kind.
fn periods(book: &mut Book, summary: &Value, ui: Ui) -> io::Result<()> {
    let word = |key: &str| ui.text(&format!("book.{key}"), &[]);
    let mut columns = vec![
        Column::new(word("period-kind"), 8.0),
        Column::new(word("period"), 13.0),
        Column::new(word("cases"), 10.0),
        Column::new(word("flagged"), 10.0),
        Column::new(word("low"), 10.0),
        Column::new(word("high"), 10.0),
        Column::new(word("errors"), 10.0),
    ];
    let cards: Vec<&Value> = list(&summary["whole"], "scores").collect();
    for score in &cards {
        let card = [("card", named(summary, score, ui))];
        columns.push(Column::new(ui.text("book.mean", &card), 14.0));
        columns.extend(RATES.map(|(_, key)| Column::new(ui.text(&format!("book.{key}"), &card), 14.0)));
    }
    columns.push(Column::wide(word("deductions"), 50.0));
    let mut rows = Vec::new();
    for (field, kind) in [("byDay", "day"), ("byWeek", "week"), ("byMonth", "month")] {
        for period in list(summary, field).filter(|period| period["name"].is_string()) {
            let mut row = vec![Cell::Text(word(kind)), Cell::text(period["name"].as_str()), count(&period["cases"])];
            row.extend(["rate", "low", "high"].map(|field| share(&period["flagged"], field)));
            row.push(share(&period["errors"], "rate"));
            for score in &cards {
                let own =
                    list(period, "scores").find(|own| own["scorecard"] == score["scorecard"]).unwrap_or(&Value::Null);
                row.push(number(&own["mean"], Cell::Number));
                row.extend(RATES.map(|(field, _)| share(&own[field], "rate")));
            }
            row.push(Cell::text(Some(&deductions(summary, period, ui))));
            rows.push(row);
        }
    }
    book.sheet(&word("periods"), &columns, rows)
}

/// The items that cost most points in a period, the most expensive first.
fn deductions(summary: &Value, period: &Value, ui: Ui) -> String {
    let mut lost: Vec<(f64, &str, &str)> = Vec::new();
    for score in list(period, "scores") {
        let card = score["scorecard"].as_str().unwrap_or_default();
        let items =
            list(score, "items").filter_map(|item| Some((item["points"].as_f64()?, card, item["item"].as_str()?)));
        lost.extend(items.filter(|(points, ..)| *points < 0.0));
    }
    lost.sort_by(|one, other| one.0.total_cmp(&other.0));
    let name = |card: &str, item: &str| {
        let card = list(summary, "scorecards").find(|own| own["id"].as_str() == Some(card))?;
        let item = list(card, "sections")
            .flat_map(|section| list(section, "items"))
            .find(|own| own["id"].as_str() == Some(item))?;
        item["name"][ui.code()].as_str().map(ToOwned::to_owned)
    };
    let told = lost
        .iter()
        .take(3)
        .map(|(points, card, item)| format!("{} {points}", name(card, item).unwrap_or_else(|| (*item).to_owned())));
    told.collect::<Vec<_>>().join("; ")
}

/// The main figures. Its charts refer to the two sheets behind it, which have this many rules and days.
fn first(sheet: &mut Worksheet, summary: &Value, (rules, days): (usize, usize), ui: Ui) -> Result<(), XlsxError> {
    let word = |key: &str| ui.text(&format!("book.{key}"), &[]);
    let (bold, percent) = (Format::new().set_bold(), Format::new().set_num_format("0.0%"));
    let whole = &summary["whole"];
    for (column, width) in [(0, 44.0), (1, 14.0), (2, 12.0), (3, 12.0)] {
        sheet.set_column_width(column, width)?;
    }
    for (name, column) in ["figure", "value", "low", "high"].iter().zip(0..) {
        sheet.write_string_with_format(0, column, word(name), &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let mut row = 0;
    for (key, field) in [
        ("read", "read"),
        ("audited", "audited"),
        ("skipped", "skipped"),
        ("nobody-came", "skippedByReason/nobody-came"),
        ("rejected", "rejected"),
        ("unreadable-times", "unreadableTimes"),
        ("backward-times", "backwardTimes"),
    ] {
        row += 1;
        sheet.write_string(row, 0, word(key))?;
        sheet.write_number(
            row,
            1,
            summary["input"].pointer(&format!("/{field}")).and_then(Value::as_f64).unwrap_or_default(),
        )?;
    }
    let mut shares = vec![(word("flagged"), &whole["flagged"]), (word("errors"), &whole["errors"])];
    for score in list(whole, "scores") {
        let card = [("card", named(summary, score, ui))];
        shares.extend(RATES.map(|(field, key)| (ui.text(&format!("book.{key}"), &card), &score[field])));
        if let Some(mean) = score["mean"].as_f64() {
            row += 1;
            sheet.write_string(row, 0, ui.text("book.mean", &card))?;
            for (field, column) in [("low", 2), ("high", 3)] {
                if let Some(value) = score[field].as_f64() {
                    sheet.write_number(row, column, value)?;
                }
            }
            sheet.write_number(row, 1, mean)?;
        }
    }
    if summary["promises"].is_object() {
        shares.push((word("promises-kept"), &summary["promises"]["kept"]));
    }
    for (name, share) in shares {
        row += 1;
        sheet.write_string(row, 0, name)?;
        for (field, column) in [("rate", 1), ("low", 2), ("high", 3)] {
            match self::share(share, field) {
                Cell::Share(value) => sheet.write_number_with_format(row, column, value, &percent)?,
                Cell::Text(none) => sheet.write_string(row, column, none)?,
                _ => sheet,
            };
        }
    }
    if let Some(moment) = summary["asOf"].as_str() {
        row += 1;
        sheet.write_string(row, 0, word("as-of"))?;
        sheet.write_string(row, 1, moment)?;
    }
    let promises = &summary["promises"];
    for (key, field) in [("promises-unknown", "/lasting/unknown"), ("promises-chat", "/inChat")] {
        let Some(value) = promises.pointer(field) else { continue };
        let counts = value.as_object().map(|counts| counts.values().filter_map(Value::as_f64).sum());
        row += 1;
        sheet.write_string(row, 0, word(key))?;
        sheet.write_number(row, 1, counts.or_else(|| value.as_f64()).unwrap_or_default())?;
    }
    sheet.autofilter(0, 0, row, 3)?;
    let draw =
        |sheet: &mut Worksheet, kind, title: &str, of: &str, (rows, names, values): (usize, u16, u16), at: u32| {
            let Ok(last) = u32::try_from(rows) else { return Ok(()) };
            if last == 0 {
                return Ok(());
            }
            let mut chart = Chart::new(kind);
            chart
                .add_series()
                .set_categories((of, 1, names, last, names))
                .set_values((of, 1, values, last, values))
                .set_name(title);
            chart.title().set_name(title);
            chart.legend().set_hidden();
            sheet.insert_chart(at, 5, &chart).map(|_| ())
        };
    draw(sheet, ChartType::Bar, &word("rules"), &word("rules"), (rules.min(CHARTED), 0, 4), 0)?;
    draw(sheet, ChartType::Line, &word("flagged"), &word("periods"), (days, 1, 3), 18)
}
