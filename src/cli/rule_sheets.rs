//! `replylint rules export` and `import`: rules as a sheet for people who edit words, and the pack that comes back.

use super::context::{Context, packs};
use super::import::finish;
use super::inputs;
use super::terminal::Terminal;
use super::{Failure, Status, write};
use crate::conversation::read;
use crate::judge::Override;
use crate::report::sanitize_line;
use crate::rulebook::Severity;
use crate::source::Diagnostic;
use crate::workshop::export as sheets;
use crate::workshop::rule_sheet::{self, Edited};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// A sheet above this is refused.
const LARGEST: u64 = 32 << 20;

/// Writes the rules in force as a sheet.
pub fn export(output: &Path, force: bool, context: &Context, terminal: &Terminal) -> Result<Status, Failure> {
    let ui = terminal.ui;
    let shown = output.display().to_string();
    let new = write::claim(output, &[], force, ui)?;
    let files = packs(&context.settings, ui)?;
    let rules: Vec<(String, Severity)> = asked(context, terminal).into_iter().collect();
    let table = rule_sheet::export(&files, &rules, terminal.locale());
    let ending = output.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let bytes = match ending.as_str() {
        "csv" => sheets::csv(&table, ',').into_bytes(),
        #[cfg(feature = "xlsx")]
        "xlsx" => sheets::xlsx(&table, &rule_sheet::look(terminal.locale()))
            .map_err(|error| Diagnostic::error("rules/export", error.to_string()))?,
        _ => {
            let message = ui.text("sheet.ending", &[("path", &shown)]);
            return Err(Diagnostic::error("rules/export", message).into());
        }
    };
    new.put(&bytes, ui)?;
    let count = table.rows.len().to_string();
    writeln!(io::stderr(), "{}", ui.text("sheet.wrote", &[("count", &count), ("path", &sanitize_line(&shown))]))?;
    Ok(Status::Clean)
}

/// The enabled rules, with the severities in force.
fn asked(context: &Context, terminal: &Terminal) -> BTreeMap<String, Severity> {
    let options = context.options(None, terminal.locale(), None);
    let rules = context.rulebook.rules.iter().enumerate();
    let rules = rules.filter_map(|(number, rule)| {
        let severity = match options.overrides.get(number) {
            Some(Override::Off) => return None,
            Some(Override::Severity(severity)) => *severity,
            _ => rule.severity,
        };
        Some((rule.id.clone(), severity))
    });
    rules.collect()
}

/// Makes a pack of what a sheet says beyond the rules in force.
pub fn import(
    sheet: &Path,
    output: &Path,
    force: bool,
    context: &Context,
    terminal: &Terminal,
) -> Result<Status, Failure> {
    let ui = terminal.ui;
    let shown = sheet.display().to_string();
    let files = packs(&context.settings, ui)?;
    let bytes = inputs::whole(sheet, LARGEST, ui)?;
    let rows = read::rows(&bytes, None);
    let said: Vec<Diagnostic> = rows.said.into_iter().map(|mistake| mistake.path(shown.clone())).collect();
    let severities = asked(context, terminal);
    let edited = Edited {
        path: shown.into(),
        rows: rows.rows,
        packs: &files,
        rulebook: &context.rulebook,
        severities: &severities,
    };
    let name = output.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut imported = rule_sheet::import(&edited, &name);
    let unread = imported.mistakes.is_empty() && said.is_empty();
    imported.mistakes.splice(0..0, said);
    if unread && imported.left_out.is_empty() && imported.rules() + imported.cues() == 0 {
        writeln!(io::stderr(), "{}", ui.text("sheet.unchanged", &[]))?;
        return Ok(Status::Clean);
    }
    finish(&imported, &[sheet], output, force, terminal)
}
