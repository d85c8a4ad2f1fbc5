//! A pull request's summary as Markdown, for colleagues who approve scripts and do not use git.

use super::change::{Change, kind, word};
use super::ci::{Ci, failures};
use super::view::View;
use super::{ChangeKind, ChangedFile, ConversationReport, Report, Summary, sanitize_line};
use crate::rulebook::Severity;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Most bytes of details; platforms cut comments off at 65,536 characters.
const DETAILS: usize = 48 << 10;
/// Most files in the table.
const FILES: usize = 100;
/// Most changed files named in one line.
const NAMES: usize = 30;

/// A summary as Markdown.
#[derive(Debug)]
pub struct Markdown {
    ci: Ci,
    /// Errors, warnings and advice by file.
    files: BTreeMap<String, [u64; 3]>,
    details: String,
    /// The file of the latest details.
    file: String,
    left_out: u64,
}

impl Markdown {
    /// A summary for a comment or a page.
    pub const fn new(ci: Ci) -> Self {
        Self { ci, files: BTreeMap::new(), details: String::new(), file: String::new(), left_out: 0 }
    }

    fn detail(&mut self, change: &Change) {
        let counts = self.files.entry(change.path.clone()).or_default();
        counts[2 - change.severity as usize] += 1;
        if self.details.len() > DETAILS {
            self.left_out += 1;
            return;
        }
        let ui = self.ci.ui;
        let out = &mut self.details;
        if self.file != change.path {
            self.file.clone_from(&change.path);
            let _ = writeln!(out, "\n### {}", code(&change.path));
        }
        let line = change.line.map(|line| ui.text("change.line", &[("line", &line.to_string())]));
        let place = line.or(change.cell.as_deref().map(code)).map(|place| place + " · ");
        let (severity, message) = (word(change.severity, ui), escaped(&change.said.message));
        let _ = writeln!(out, "\n**{severity}** · {}{message}", place.unwrap_or_default());
        if !change.quote.is_empty() {
            let _ = writeln!(out, "\n- {}{}", ui.text("change.quote", &[]), code(&change.quote));
        }
        if !change.said.help.is_empty() {
            let _ = writeln!(out, "- {}{}", ui.text("report.help", &[]), escaped(&change.said.help));
        }
        if let Some((old, new)) = &change.rewritten {
            let fence = fence(&format!("{old}\n{new}"), 3);
            let _ = writeln!(out, "\n{fence}diff\n- {old}\n+ {new}\n{fence}");
        }
    }
}

impl Markdown {
    /// The changed files by kind of change, and those without findings.
    fn moves(&self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let (Some(changed), ui) = (&summary.changed, self.ci.ui) else { return Ok(()) };
        let path = |path: &str| sanitize_line(&self.ci.root.path(path)).into_owned();
        let mut lines: Vec<(String, Vec<String>)> = Vec::new();
        for one in [ChangeKind::Added, ChangeKind::Changed, ChangeKind::Renamed, ChangeKind::Deleted] {
            let name = |file: &ChangedFile| match &file.former {
                Some(former) => format!("{} → {}", code(&path(former)), code(&path(&file.path))),
                None => code(&path(&file.path)),
            };
            lines.push((kind(one, ui), changed.iter().filter(|file| file.kind == one).map(name).collect()));
        }
        let failed: BTreeSet<&str> = summary.failed.records().filter_map(|failed| failed.path.as_deref()).collect();
        let there = changed.iter().filter(|file| file.kind != ChangeKind::Deleted && !failed.contains(&*file.path));
        let clean = there.map(|file| path(&file.path)).filter(|path| !self.files.contains_key(path));
        lines.push((ui.text("change.clean", &[]), clean.map(|path| code(&path)).collect()));
        if !changed.is_empty() {
            writeln!(out, "\n### {}\n", ui.text("change.moves", &[]))?;
        }
        for (word, names) in lines.iter().filter(|(_, names)| !names.is_empty()) {
            let more = if names.len() > NAMES { ", …" } else { "" };
            writeln!(out, "- {word} ({}): {}{more}", names.len(), names[..names.len().min(NAMES)].join(", "))?;
        }
        Ok(())
    }
}

impl Report for Markdown {
    fn conversation(&mut self, _out: &mut dyn Write, report: &ConversationReport<'_>) -> io::Result<()> {
        let masker = std::mem::take(&mut self.ci.masker);
        let mut view = View::new(report.conversation, &masker);
        for finding in report.findings.iter().filter(|finding| finding.counts()) {
            let change = Change::new(&self.ci, &mut view, finding);
            self.detail(&change);
        }
        self.ci.masker = masker;
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let ui = self.ci.ui;
        writeln!(out, "## {}\n", ui.text("change.title", &[]))?;
        for line in summary.lines(ui, true) {
            writeln!(out, "- {}", escaped(&line))?;
        }
        self.moves(out, summary)?;
        if !self.files.is_empty() {
            let severities = [Severity::Error, Severity::Warning, Severity::Advice].map(|severity| word(severity, ui));
            writeln!(out, "\n| {} | {} |\n|---|--:|--:|--:|", ui.text("change.file", &[]), severities.join(" | "))?;
            for (path, counts) in self.files.iter().take(FILES) {
                let counts = counts.map(|count| count.to_string()).join(" | ");
                writeln!(out, "| {} | {counts} |", code(path).replace('|', "\\|"))?;
            }
            if let Some(more) = self.files.len().checked_sub(FILES).filter(|more| *more > 0) {
                writeln!(out, "\n{}", ui.text("change.more-files", &[("count", &more.to_string())]))?;
            }
        }
        let failures = failures(summary, &self.ci.masker);
        if !failures.is_empty() {
            writeln!(out, "\n### {}\n", ui.text("change.failed", &[]))?;
            for failure in &failures {
                let path = failure.path.as_deref().map_or_else(|| "<stdin>".to_owned(), |path| self.ci.root.path(path));
                let line = failure.line.map(|line| format!(":{line}")).unwrap_or_default();
                writeln!(out, "- {} {}", code(&format!("{}{line}", sanitize_line(&path))), escaped(&failure.message))?;
            }
        }
        out.write_all(self.details.as_bytes())?;
        if self.left_out > 0 {
            writeln!(out, "\n{}", ui.text("change.more", &[("count", &self.left_out.to_string())]))?;
        }
        Ok(())
    }
}

/// Escapes text so that no markup, link, address or mention results.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        // Bare addresses become links, too.
        let address =
            (character == ':' && rest.peek() == Some(&'/')) || (character == '.' && out.ends_with(['w', 'W']));
        match character {
            '@' => out.push_str("@<!-- -->"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '$' | '&' | '!' => {
                out.extend(['\\', character]);
            }
            _ if address => out.extend(['\\', character]),
            _ => out.push(character),
        }
    }
    out
}

/// Text as inline code.
fn code(text: &str) -> String {
    let fence = fence(text, 1);
    let room = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// A fence of backticks that the text cannot close.
fn fence(text: &str, least: usize) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(least.max(longest + 1))
}
