//! Lists of calls, mails and tickets (`--contacts`): contacts outside the conversations, as evidence that promises were
//! kept.

use crate::conversation::read::log::{Csv, Rows};
use crate::judge::{Clock, Moment};
use crate::language::fold_str;
use crate::source::{Diagnostic, Level, Wording, unguarded, wording};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Longest line of a list, in bytes.
const LONGEST: usize = 1 << 20;

/// The means of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactMeans {
    /// By telephone.
    Call,
    /// In a chat.
    Chat,
    /// By mail, text message, ticket or visit.
    Elsewhere,
    /// Not at all: the customer rang.
    Incoming,
}

/// One contact.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The customer who was reached.
    pub customer: Option<String>,
    /// The ticket it was about.
    pub ticket: Option<String>,
    /// When.
    pub at: Moment,
    /// Where the list tells the day alone, its last second.
    pub until: Option<i64>,
    /// How.
    pub means: ContactMeans,
    /// Whether the customer was reached; otherwise it was an attempt.
    pub reached: bool,
    /// Channel and time as written in the list, to show as evidence.
    pub shown: String,
}

/// A row as written; values may be numbers.
#[derive(Deserialize)]
struct Row {
    customer: Option<serde_json::Value>,
    ticket: Option<serde_json::Value>,
    time: Option<String>,
    date: Option<String>,
    channel: Option<String>,
    direction: Option<String>,
    status: Option<String>,
}

/// The names that lists have for columns and channels.
#[derive(Default, Deserialize)]
struct Words {
    columns: BTreeMap<String, Vec<String>>,
    calls: Vec<String>,
    incoming: Vec<String>,
    chats: Vec<String>,
    unreached: Vec<String>,
}

impl Words {
    fn builtin() -> &'static Self {
        static WORDS: LazyLock<Words> =
            LazyLock::new(|| toml::from_str(include_str!("../../rules/language/contacts.toml")).unwrap_or_default());
        &WORDS
    }

    /// Our name for a column; unknown headings stay as they are.
    fn column(&self, heading: &str) -> String {
        let heading = fold_str(heading.trim());
        let known = self.columns.iter().find(|(name, words)| **name == heading || words.contains(&heading));
        known.map_or(heading, |(name, _)| name.clone())
    }

    /// Whether incoming calls have this name.
    fn is_incoming(&self, channel: &str) -> bool {
        self.incoming.contains(&fold_str(channel.trim()))
    }

    /// Whether a call with this result reached nobody. What stands behind the result, such as a count, is left aside.
    fn is_unreached(&self, status: &str) -> bool {
        let status = fold_str(status.trim());
        let ends =
            |rest: &str| rest.chars().next().is_none_or(|next| matches!(next, ' ' | '(' | ',' | '-' | ':' | ';'));
        self.unreached.iter().any(|word| status.strip_prefix(word.as_str()).is_some_and(ends))
    }

    /// The means that a channel stands for; a list without channels is one of calls.
    fn means(&self, channel: &str) -> ContactMeans {
        let channel = fold_str(channel.trim());
        match () {
            () if self.incoming.contains(&channel) => ContactMeans::Incoming,
            () if channel.is_empty() || self.calls.contains(&channel) => ContactMeans::Call,
            () if self.chats.contains(&channel) => ContactMeans::Chat,
            () => ContactMeans::Elsewhere,
        }
    }
}

/// Reads a list: JSON Lines, or CSV with a header. Each row that is no contact gives a diagnostic with its line.
pub fn read(text: &str, clock: &Clock) -> (Vec<Contact>, Vec<Diagnostic>) {
    let text = text.trim_start_matches('\u{feff}');
    let (mut contacts, mut mistakes, mut broken) = (Vec::new(), Vec::new(), Vec::new());
    let mut take = |line: usize, row: Result<Row, Wording>| match row.and_then(|row| contact(row, clock)) {
        Ok(contact) => contacts.push(contact),
        Err(reason) => mistakes.push(Diagnostic::error("contacts/bad-row", reason).line(line)),
    };
    if text.trim_start().starts_with('{') {
        for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
            // The parser's message may quote the row, which may be private.
            take(
                number,
                serde_json::from_str(line)
                    .map_err(|error| wording!("not JSON at column {column}", column = error.column())),
            );
        }
    } else {
        // As chats are read: whatever parts the cells, and whatever spreadsheets put before and into them.
        let mut rows = Csv::new(text.as_bytes(), None, LONGEST);
        let words = Words::builtin();
        let mut names: Option<Vec<String>> = None;
        while let Some(row) = rows.next_row() {
            let row = match row {
                Ok(row) => row,
                Err(mistake) => {
                    broken.push(Diagnostic { level: Level::Error, ..mistake });
                    continue;
                }
            };
            let Some(names) = &names else {
                names = Some(row.cells.iter().map(|name| words.column(name)).collect());
                continue;
            };
            let filled: Vec<(&str, &str)> = names
                .iter()
                .zip(&row.cells)
                .map(|(name, cell)| (name.as_str(), unguarded(cell.trim()).trim()))
                .filter(|(_, cell)| !cell.is_empty())
                .collect();
            let cells =
                |name: &'static str| filled.iter().filter(move |(known, _)| *known == name).map(|(_, cell)| *cell);
            let cell = |name| cells(name).next().map(ToOwned::to_owned);
            let value = |name| cell(name).map(serde_json::Value::String);
            // Two columns may tell the means and the direction.
            let direction = cells("direction").chain(cells("channel")).find(|word| words.is_incoming(word));
            take(
                row.line,
                Ok(Row {
                    customer: value("customer"),
                    ticket: value("ticket"),
                    time: cell("time"),
                    date: cell("date"),
                    channel: cell("channel"),
                    direction: direction.map(ToOwned::to_owned),
                    status: cell("status"),
                }),
            );
        }
    }
    mistakes.extend(broken);
    mistakes.sort_by_key(|mistake| mistake.line);
    (contacts, mistakes)
}

/// Whether a channel's name says that the customer rang.
pub fn is_incoming(channel: &str) -> bool {
    Words::builtin().is_incoming(channel)
}

fn contact(row: Row, clock: &Clock) -> Result<Contact, Wording> {
    let text = |value: Option<serde_json::Value>| match value {
        Some(serde_json::Value::String(text)) if !text.is_empty() => Some(text),
        Some(value @ serde_json::Value::Number(_)) => Some(value.to_string()),
        _ => None,
    };
    let (customer, ticket) = (text(row.customer), text(row.ticket));
    if customer.is_none() && ticket.is_none() {
        return Err(wording!("neither `customer` nor `ticket`"));
    }
    let (at, until) = match (row.date, row.time) {
        // A clock and its day in two columns.
        (Some(day), Some(time)) => {
            clock.moment_or_day(&time).or_else(|| clock.moment_or_day(&format!("{} {}", day.trim(), time.trim())))
        }
        (day, time) => clock.moment_or_day(&time.or(day).ok_or(wording!("no `time`"))?),
    }
    .ok_or(wording!("`time` is not a moment such as 2026-11-22 10:00"))?;
    let channel = row.channel.unwrap_or_default().to_lowercase();
    let words = Words::builtin();
    let rang = row.direction.is_some_and(|word| words.is_incoming(&word));
    let means = if rang { ContactMeans::Incoming } else { words.means(&channel) };
    let mut shown = if channel.is_empty() { "call".to_owned() } else { channel };
    let failed = row.status.filter(|status| words.is_unreached(status));
    if let Some(status) = &failed {
        shown = format!("{shown}, {}", status.trim());
    }
    let mut moment = Moment::from(&at);
    if until.is_some() {
        // Nobody knows the hour.
        moment.shown = at.date().to_string();
    }
    let until = until.map(|until| until.timestamp().as_second());
    Ok(Contact { customer, ticket, at: moment, until, means, reached: failed.is_none(), shown })
}
