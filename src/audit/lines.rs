//! A row in its files: its own line, and one for each finding. A finding is written once and copied, because findings
//! are most of either file.

use super::row::ConversationResult;
use memchr::memmem;
use serde::Serialize;

/// What of its conversation a finding's line begins with, as in [`FindingLine`](super::FindingLine).
#[derive(Serialize)]
struct Head<'a> {
    schema: u8,
    r#type: &'static str,
    number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    conversation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<&'a str>,
}

/// How a row without findings shows that it has none. Within a string the quotation marks would have backslashes, and
/// no other list of a row with this name is written when it is empty.
const NONE: &[u8] = br#""findings":[]"#;

impl ConversationResult {
    /// Adds the row's line to `rows`, and those of its findings to `lines`.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub fn write(&mut self, rows: &mut Vec<u8>, lines: &mut Vec<u8>) -> serde_json::Result<()> {
        let findings = std::mem::take(&mut self.findings);
        let from = rows.len();
        let written = serde_json::to_writer(&mut *rows, self);
        self.findings = findings;
        written?;
        if !self.findings.is_empty()
            && let Some(place) = memmem::find(&rows[from..], NONE)
        {
            let behind = rows.split_off(from + place + NONE.len() - 1);
            self.write_findings(rows, lines)?;
            rows.extend_from_slice(&behind);
        }
        rows.push(b'\n');
        Ok(())
    }

    fn write_findings(&self, rows: &mut Vec<u8>, lines: &mut Vec<u8>) -> serde_json::Result<()> {
        let mut head = serde_json::to_vec(&Head {
            schema: self.schema,
            r#type: "finding",
            number: self.number,
            path: self.path.as_deref(),
            sheet: self.sheet.as_deref(),
            line: self.line,
            conversation: self.conversation.as_deref(),
            team: self.team.as_deref(),
            channel: self.channel.as_deref(),
            day: self.day.as_deref(),
        })?;
        // The object goes on.
        head.pop();
        head.push(b',');
        let rulebook = serde_json::to_string(&self.rulebook)?;
        for (place, found) in self.findings.iter().enumerate() {
            if place > 0 {
                rows.push(b',');
            }
            let from = rows.len();
            serde_json::to_writer(&mut *rows, found)?;
            lines.extend_from_slice(&head);
            lines.extend_from_slice(&rows[from + 1..rows.len() - 1]);
            lines.extend_from_slice(b",\"rulebook\":");
            lines.extend_from_slice(rulebook.as_bytes());
            lines.extend_from_slice(b"}\n");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FindingLine, Found, ItemResult, Part, Score};
    use super::*;

    #[test]
    fn copied_findings_are_as_if_each_was_written_anew() {
        let found = |place: u64| {
            Found {
            quote: format!("“\"findings\":[]” {place}\n"),
            ..serde_json::from_str(r#"{"rule":"a/b","severity":"error","message":"m","turn":0,"role":"agent","agent":null,"start":0,"end":1,"quote":"","fingerprint":"f"}"#).unwrap()
        }
        };
        let items = vec![ItemResult { item: "i".to_owned(), findings: vec![0], ..ItemResult::default() }];
        for count in 0..3 {
            let mut row = ConversationResult {
                conversation: Some(r#""findings":[]"#.to_owned()),
                day: Some("2026-03-01".to_owned()),
                parts: vec![Part::default()],
                findings: (0..count).map(found).collect(),
                scores: vec![Score { items: items.clone(), ..Score::default() }],
                ..ConversationResult::default()
            };
            let (mut rows, mut lines) = (b"before\n".to_vec(), Vec::new());
            row.write(&mut rows, &mut lines).unwrap();
            assert_eq!(String::from_utf8(rows).unwrap(), format!("before\n{}\n", serde_json::to_string(&row).unwrap()));
            let anew =
                row.findings.iter().map(|found| serde_json::to_string(&FindingLine::new(&row, found)).unwrap() + "\n");
            assert_eq!(String::from_utf8(lines).unwrap(), anew.collect::<String>());
            assert_eq!(row.findings.len() as u64, count);
        }
    }
}
