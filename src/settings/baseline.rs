//! The baseline's file: TOML with one entry a line, so that a change of it reads well; appeals below are written by people.

use crate::judge::{Appeal, Entry, SuppressionStatus};
use crate::report::Ui;
use crate::source::{Diagnostic, Span};
use serde::Deserialize;
use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// Version of the file.
const VERSION: i64 = 1;

/// A baseline as its file has it.
#[derive(Clone, Debug)]
pub struct BaselineFile {
    /// The file's text; places point into it.
    pub text: Arc<str>,
    /// The entries.
    pub entries: Vec<Entry>,
    /// The appeals.
    pub appeals: Vec<Appeal>,
    /// Place of each entry.
    pub entry_places: Vec<Span>,
    /// Place of each appeal.
    pub appeal_places: Vec<Span>,
    /// The list of entries, which is what is written anew.
    list: Range<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: Spanned<i64>,
    findings: Spanned<Vec<Spanned<RawEntry>>>,
    #[serde(default, rename = "appeal")]
    appeals: Vec<Spanned<RawAppeal>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    rule: String,
    path: String,
    fingerprint: Spanned<String>,
    #[serde(default = "once")]
    count: Spanned<u32>,
    #[serde(default)]
    quote: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAppeal {
    fingerprint: Spanned<String>,
    path: Option<String>,
    status: SuppressionStatus,
    by: String,
    on: Spanned<toml::Value>,
    reason: String,
}

fn once() -> Spanned<u32> {
    Spanned::new(0..0, 1)
}

impl BaselineFile {
    /// Reads the text of the file `path`.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(path: &str, text: String, ui: Ui) -> Result<Self, Box<Diagnostic>> {
        let text: Arc<str> = text.into();
        let mistake = |message: String, place: Range<usize>| {
            let message = ui.text("baseline.broken", &[("message", &message)]);
            let error = Diagnostic::error("baseline/broken", message).path(path).text(text.clone());
            Box::new(error.label(place, "").help(ui.text("baseline.broken-help", &[])))
        };
        let raw: Raw = toml::from_str(&text)
            .map_err(|error| mistake(error.message().to_owned(), error.span().unwrap_or_default()))?;
        if *raw.version.get_ref() != VERSION {
            return Err(mistake(ui.text("baseline.version", &[]), raw.version.span()));
        }
        let sound = |name: &Spanned<String>| {
            let digits = name.get_ref().strip_prefix("v1:");
            let fits = digits
                .is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
            if fits { Ok(()) } else { Err(mistake(ui.text("baseline.fingerprint", &[]), name.span())) }
        };
        let list = raw.findings.span();
        let (mut entries, mut entry_places) = (Vec::new(), Vec::new());
        for entry in raw.findings.into_inner() {
            entry_places.push(Span::from(entry.span()));
            let RawEntry { rule, path, fingerprint, count, quote } = entry.into_inner();
            sound(&fingerprint)?;
            if *count.get_ref() == 0 {
                return Err(mistake(ui.text("settings.zero", &[]), count.span()));
            }
            entries.push(Entry { rule, path, fingerprint: fingerprint.into_inner(), count: count.into_inner(), quote });
        }
        let (mut appeals, mut appeal_places) = (Vec::new(), Vec::new());
        for appeal in raw.appeals {
            appeal_places.push(Span::from(appeal.span()));
            let RawAppeal { fingerprint, path, status, by, on, reason } = appeal.into_inner();
            sound(&fingerprint)?;
            let Some(day) = super::day(on.get_ref()) else {
                return Err(mistake(ui.text("settings.day", &[]), on.span()));
            };
            let fingerprint = fingerprint.into_inner();
            appeals.push(Appeal { fingerprint, path, status, by, on: day.to_string(), reason });
        }
        Ok(Self { text, entries, appeals, entry_places, appeal_places, list })
    }

    /// The file's text with other entries; everything else stays as it was written.
    pub fn with(&self, entries: &[Entry]) -> String {
        format!("{}{}{}", &self.text[..self.list.start], list(entries), &self.text[self.list.end..])
    }

    /// The text of a new file.
    pub fn new_text(entries: &[Entry], ui: Ui) -> String {
        format!("# {}\nversion = {VERSION}\nfindings = {}\n", ui.text("baseline.head", &[]), list(entries))
    }
}

/// One entry a line, in order of path, rule and fingerprint, each with its comma.
fn list(entries: &[Entry]) -> String {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|entry| (&entry.path, &entry.rule, &entry.fingerprint));
    let mut out = "[\n".to_owned();
    for Entry { rule, path, fingerprint, count, quote } in sorted {
        let _ = write!(out, "  {{ rule = {}, path = {}, fingerprint = ", string(rule), string(path));
        let _ = write!(out, "{}", string(fingerprint));
        if *count > 1 {
            let _ = write!(out, ", count = {count}");
        }
        let _ = writeln!(out, ", quote = {} }},", string(quote));
    }
    out + "]"
}

/// A string on one line, whatever is in it.
fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            _ if character.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, count: u32, quote: &str) -> Entry {
        let fingerprint = "v1:000102030405060708090a0b0c0d0e0f".to_owned();
        Entry { rule: "a/b".to_owned(), path: path.to_owned(), fingerprint, count, quote: quote.to_owned() }
    }

    #[test]
    fn what_is_written_is_read_and_the_rest_stays() {
        let ui = Ui::default();
        let entries = [entry("b.md", 1, "尽\"快\n\u{202e}"), entry("a'\n.md", 2, "x")];
        let text = BaselineFile::new_text(&entries, ui);
        let read = BaselineFile::read("x", text.clone(), ui).unwrap();
        assert_eq!(read.entries, [entries[1].clone(), entries[0].clone()]);
        assert_eq!(text.lines().count(), 6, "{text}");
        let appeal = "[[appeal]] # ours\nfingerprint = \"v1:000102030405060708090a0b0c0d0e0f\"\n\
                      status = \"under-review\"\nby = \"lin\"\non = 2026-11-22\nreason = \"?\"\n";
        let both = format!("{text}\n{appeal}");
        let read = BaselineFile::read("x", both, ui).unwrap();
        assert_eq!(
            (read.appeals[0].on.as_str(), read.appeals[0].status),
            ("2026-11-22", SuppressionStatus::UnderReview)
        );
        assert!(read.with(&[]).ends_with(&format!("findings = [\n]\n\n{appeal}")));
    }

    #[test]
    fn a_broken_file_is_told_with_its_place() {
        let good = BaselineFile::new_text(&[entry("b.md", 1, "x")], Ui::default());
        for (broken, marked) in [
            (good.replace("version = 1", "version = 2"), "2"),
            (good.replace("v1:0", "v1:z"), "\"v1:z"),
            (good.replace("quote =", "count = 0, quote ="), "0"),
            (good.replace("quote =", "quotes ="), "quotes"),
            (good.replace("findings", "finding"), "finding"),
        ] {
            let error = BaselineFile::read("b.toml", broken, Ui::default()).unwrap_err();
            let text = error.text.as_deref().unwrap();
            assert!(text[error.labels[0].span.start..].starts_with(marked), "{error:?}");
        }
    }
}
