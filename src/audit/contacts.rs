//! Lists of calls, mails and tickets (`--contacts`): contacts outside the conversations, as evidence that promises were
//! kept.

use crate::judge::{Clock, Moment};
use crate::language::fold_str;
use crate::source::{Diagnostic, Wording, wording};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The means of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactMeans {
    /// By telephone.
    Call,
    /// In a chat.
    Chat,
    /// By mail, text message, ticket or visit.
    Elsewhere,
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
    /// How.
    pub means: ContactMeans,
    /// Channel and time as written in the list, to show as evidence.
    pub shown: String,
}

/// A row as written; values may be numbers.
#[derive(Deserialize)]
struct Row {
    customer: Option<serde_json::Value>,
    ticket: Option<serde_json::Value>,
    time: Option<String>,
    channel: Option<String>,
}

/// The names that lists have for columns and channels.
#[derive(Default, Deserialize)]
struct Words {
    columns: BTreeMap<String, Vec<String>>,
    calls: Vec<String>,
    chats: Vec<String>,
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

    /// The means that a channel stands for; a list without channels is one of calls.
    fn means(&self, channel: &str) -> ContactMeans {
        let channel = fold_str(channel.trim());
        match () {
            () if channel.is_empty() || self.calls.contains(&channel) => ContactMeans::Call,
            () if self.chats.contains(&channel) => ContactMeans::Chat,
            () => ContactMeans::Elsewhere,
        }
    }
}

/// Reads a list: JSON Lines, or CSV with a header. Each row that is no contact gives a diagnostic with its line.
pub fn read(text: &str, clock: &Clock) -> (Vec<Contact>, Vec<Diagnostic>) {
    let text = text.trim_start_matches('\u{feff}');
    let (mut contacts, mut mistakes) = (Vec::new(), Vec::new());
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
        let mut rows = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let words = Words::builtin();
        let names: Vec<String> =
            rows.headers().map(|row| row.iter().map(|name| words.column(name)).collect()).unwrap_or_default();
        for row in rows.records() {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    let line = error.position().map_or(1, |place| usize::try_from(place.line()).unwrap_or(1));
                    take(line, Err(wording!("not CSV")));
                    continue;
                }
            };
            let line = row.position().map_or(1, |place| usize::try_from(place.line()).unwrap_or(1));
            let cell = |name: &str| {
                let index = names.iter().position(|known| known == name)?;
                row.get(index).filter(|cell| !cell.is_empty()).map(str::to_owned)
            };
            let value = |name: &str| cell(name).map(serde_json::Value::String);
            take(
                line,
                Ok(Row {
                    customer: value("customer"),
                    ticket: value("ticket"),
                    time: cell("time"),
                    channel: cell("channel"),
                }),
            );
        }
    }
    (contacts, mistakes)
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
    let time = row.time.ok_or(wording!("no `time`"))?;
    let at = clock.moment(&time).ok_or(wording!("`time` is not a moment such as 2026-11-22 10:00"))?;
    let channel = row.channel.unwrap_or_default().to_lowercase();
    let means = Words::builtin().means(&channel);
    let shown = if channel.is_empty() { "call".to_owned() } else { channel };
    Ok(Contact { customer, ticket, at: Moment::from(&at), means, shown })
}
