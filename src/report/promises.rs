//! The promise ledger for people: CSV, a workbook, a calendar. Private data has already been masked.

use super::Ui;
use super::table::{self, Cell, Type};
use super::workbook::{Book, Column};
use crate::audit::Entry;
use crate::conversation::Lang;
use crate::judge::Outcome;
use crate::source;
use std::fmt::Write as _;
use std::io::{self, Write};
use xxhash_rust::xxh3::xxh3_128;

/// CSV for spreadsheets; columns have the names of the JSON fields.
pub fn csv(out: &mut dyn Write, entries: &[Entry]) -> io::Result<()> {
    let columns: Vec<String> = COLUMNS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    table::csv(out, &columns, entries.iter().map(row_of_names))
}

/// Parquet; columns have the names of the JSON fields, and their types.
#[cfg(feature = "parquet")]
pub fn parquet(out: &mut (dyn Write + Send), entries: &[Entry]) -> io::Result<()> {
    let columns: Vec<(&str, Type)> = COLUMNS.iter().map(|&(name, _, _, kind)| (name, kind)).collect();
    super::columns::parquet(out, &columns, entries.iter().map(row_of_names))
}

/// A workbook with headings in the reader's language.
pub fn xlsx(entries: &[Entry], ui: Ui) -> io::Result<Vec<u8>> {
    let mut book = Book::default();
    sheet(&mut book, entries, ui)?;
    book.bytes()
}

/// The ledger as a sheet of a workbook.
pub fn sheet(book: &mut Book, entries: &[Entry], ui: Ui) -> io::Result<()> {
    let columns: Vec<Column> = COLUMNS
        .iter()
        .map(|&(name, width, wrap, _)| {
            let heading = ui.text(&format!("ledger.{name}"), &[]);
            if wrap { Column::wide(heading, width) } else { Column::new(heading, width) }
        })
        .collect();
    let words = entries.iter().map(|entry| row(entry, &|kind, name| ui.text(&format!("ledger-{kind}.{name}"), &[])));
    book.sheet(&ui.text("ledger.title", &[]), &columns, words)
}

/// Whether a row is the headings of a ledger, in any of the languages.
pub fn is_headings(cells: &[String]) -> bool {
    [Lang::Zh, Lang::En].into_iter().any(|lang| {
        let heading = |name: &str| Ui::new(lang).text(&format!("ledger.{name}"), &[]);
        COLUMNS.iter().map(|&(name, ..)| heading(name)).eq(cells.iter().cloned())
    })
}

/// Fields in the order in which people ask for them, with widths and types.
const COLUMNS: &[(&str, f64, bool, Type)] = &[
    ("conversation", 18.0, false, Type::Text),
    ("turn", 7.0, false, Type::Count),
    ("agent", 12.0, false, Type::Text),
    ("quote", 44.0, true, Type::Text),
    ("who", 8.0, false, Type::Text),
    ("what", 12.0, false, Type::Text),
    ("channel", 10.0, false, Type::Text),
    ("condition", 18.0, true, Type::Text),
    ("deadline", 10.0, false, Type::Text),
    ("saidAt", 20.0, false, Type::Moment),
    ("dueAt", 20.0, false, Type::Moment),
    ("outcome", 10.0, false, Type::Text),
    ("evidence", 36.0, true, Type::Text),
    ("evidenceAt", 20.0, false, Type::Moment),
    ("evidenceConversation", 18.0, false, Type::Text),
    ("lateBy", 10.0, false, Type::Count),
    ("immediate", 10.0, false, Type::Truth),
    ("team", 12.0, false, Type::Text),
    ("customer", 14.0, false, Type::Text),
    ("ticket", 14.0, false, Type::Text),
    ("path", 24.0, false, Type::Text),
    ("asOf", 20.0, false, Type::Moment),
];

fn row_of_names(entry: &Entry) -> Vec<Cell> {
    row(entry, &|_, name| name.to_owned())
}

fn row(entry: &Entry, word: &dyn Fn(&str, &str) -> String) -> Vec<Cell> {
    let text = |text: &Option<String>| Cell::text(text.as_deref());
    vec![
        text(&entry.conversation),
        // From 1, as in the sheets of findings.
        Cell::Count(i64::try_from(entry.turn).map_or(i64::MAX, |turn| turn.saturating_add(1))),
        text(&entry.agent),
        Cell::Text(entry.quote.clone()),
        named("who", &entry.who, word),
        text(&entry.what),
        text(&entry.channel),
        text(&entry.condition),
        named("deadline", &entry.deadline, word),
        Cell::moment(entry.said_at.as_deref()),
        Cell::moment(entry.due_at.as_deref()),
        named("outcome", &entry.outcome, word),
        text(&entry.evidence),
        Cell::moment(entry.evidence_at.as_deref()),
        text(&entry.evidence_conversation),
        entry.late_by.map_or(Cell::Empty, Cell::Count),
        Cell::Truth(entry.immediate),
        text(&entry.team),
        text(&entry.customer),
        text(&entry.ticket),
        text(&entry.path),
        Cell::moment(Some(&entry.as_of)),
    ]
}

/// Open promises as calendar events at the time they fall due (RFC 5545). `stamp` is the moment they were compared
/// with, so that the same ledger gives the same file.
pub fn calendar(entries: &[Entry], ui: Ui, stamp: &str) -> String {
    let mut out = String::new();
    let mut line = |text: &str| fold(&mut out, text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//replylint//promises//EN");
    line("CALSCALE:GREGORIAN");
    line(&format!("X-WR-CALNAME:{}", escaped(&ui.text("ledger.title", &[]))));
    let stamp = utc(stamp).unwrap_or_else(|| "19700101T000000Z".to_owned());
    for entry in entries.iter().filter(|entry| matches!(entry.outcome, Outcome::Open | Outcome::Unknown)) {
        let Some(due) = entry.due_at.as_deref().and_then(utc) else { continue };
        let named = |text: &Option<String>| text.clone().unwrap_or_default();
        let (conversation, agent) = (named(&entry.conversation), named(&entry.agent));
        let name = format!("{}\0{conversation}\0{}\0{}", named(&entry.path), entry.turn, entry.quote);
        line("BEGIN:VEVENT");
        line(&format!("UID:{:032x}@replylint", xxh3_128(name.as_bytes())));
        line(&format!("DTSTAMP:{stamp}"));
        line(&format!("DTSTART:{due}"));
        line("DURATION:PT15M");
        line("TRANSP:TRANSPARENT");
        let parts = [agent.as_str(), entry.what.as_deref().unwrap_or_default(), conversation.as_str()];
        let summary = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        line(&format!("SUMMARY:{}", escaped(&summary)));
        let mut about = entry.quote.clone();
        for (key, value) in
            [("conversation", &entry.conversation), ("customer", &entry.customer), ("ticket", &entry.ticket)]
        {
            if let Some(value) = value {
                let _ = write!(about, "\n{}: {value}", ui.text(&format!("ledger.{key}"), &[]));
            }
        }
        line(&format!("DESCRIPTION:{}", escaped(&about)));
        line("BEGIN:VALARM");
        line("ACTION:DISPLAY");
        line("TRIGGER:-PT30M");
        line(&format!("DESCRIPTION:{}", escaped(&summary)));
        line("END:VALARM");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    out
}

/// A text in a calendar: separators and line breaks escaped, other controls left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() && letter != '\t' => {}
            letter => out.push(letter),
        }
    }
    out
}

/// A content line: at most 75 bytes, continued behind a space, no character cut.
fn fold(out: &mut String, text: &str) {
    let mut room = 75;
    for letter in text.chars() {
        if letter.len_utf8() > room {
            out.push_str("\r\n ");
            room = 74;
        }
        room -= letter.len_utf8();
        out.push(letter);
    }
    out.push_str("\r\n");
}

/// A moment in UTC, as calendars write it.
fn utc(moment: &str) -> Option<String> {
    let moment: jiff::Timestamp = moment.parse().ok()?;
    Some(moment.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// A value of a closed list, by its JSON name.
fn named(kind: &str, value: &impl serde::Serialize, word: &dyn Fn(&str, &str) -> String) -> Cell {
    let name = source::word(value);
    if name.is_empty() { Cell::Empty } else { Cell::Text(word(kind, &name)) }
}
