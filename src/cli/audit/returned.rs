//! Reads a returned review sheet, whatever people have added around the table; reports what it cannot understand.

use crate::audit::answers::Answer;
use crate::audit::review::{COLUMNS, Refused, Sheet};
use crate::cli::terminal::Terminal;
use crate::cli::{Status, inputs, say};
use crate::conversation::read::{self, SheetRow, SheetRows};
use crate::source::{Diagnostic, Level, did_you_mean, wording};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Largest sheet that is read.
const MOST_BYTES: u64 = 256 << 20;
/// How many rows from the top are searched for the column names.
const MOST_ABOVE: usize = 50;
/// Columns that identify the finding of a line.
const NAMING: [&str; 2] = ["number", "fingerprint"];
/// Columns that people fill in.
const FILLED: [&str; 6] = ["accept", "appeal", "reason", "reviewer", "final", "when"];

/// The answers of a sheet, by conversation; of a workbook, those of each sheet with a table of findings. `sheet` is its
/// number.
///
/// # Errors
/// When the file cannot be read at all.
pub fn read(
    sheet: usize,
    path: &Path,
    answers: &mut BTreeMap<u64, Vec<Answer>>,
    terminal: &Terminal,
) -> Result<Status, Box<Diagnostic>> {
    let ui = terminal.ui;
    let shown = path.display().to_string();
    let mut status = Status::Clean;
    let mut tell = |mistake: Diagnostic| status = status.max(say(terminal, &[mistake.path(shown.clone())]));
    let help = |mistake: Box<Diagnostic>| Box::new(mistake.help(ui.text("audit.review-help", &[])));
    let bytes = inputs::whole(path, MOST_BYTES, ui).map_err(help)?;
    let SheetRows { rows, said } = read::rows(&bytes, None);
    // Half a review would count as a whole one: what cannot be read at all stops it before anything is computed.
    let fails = |mistake: &Diagnostic| mistake.level == Level::Error;
    if (rows.is_empty() || bytes.starts_with(b"PK"))
        && let Some(mistake) = said.iter().find(|mistake| fails(mistake))
    {
        return Err(help(Box::new(mistake.clone().path(shown.clone()))));
    }
    // That a text was decoded is no news here; that a cell is a formula is, as its words may be lost.
    said.into_iter().filter(|mistake| fails(mistake) || mistake.code == "input/formula").for_each(&mut tell);
    if rows.is_empty() {
        tell(Diagnostic::error("input/empty", wording!("the sheet is empty")));
        return Ok(status);
    }
    let form = Sheet::builtin();
    let mut tables = 0;
    for rows in rows.chunk_by(|one, other| one.sheet == other.sheet) {
        let Some((columns, rows)) = table(rows, form) else { continue };
        tables += 1;
        untaken(&columns, rows, terminal).into_iter().for_each(&mut tell);
        for row in rows {
            // If two columns have the same name, the filled-in cell counts.
            let cell = |column: &str| {
                let own = columns.iter().zip(&row.cells).filter(|((name, _), _)| *name == Some(column));
                own.map(|(_, cell)| cell.as_str()).find(|cell| !cell.trim().is_empty())
            };
            let (answer, refused) = form.answer(row.line, cell);
            if let Some(refused) = refused {
                let key = match refused {
                    Refused::NoFinding => "audit.review-no-finding",
                    Refused::NoReviewer => "audit.review-no-reviewer",
                    Refused::Word => "audit.review-word",
                    Refused::Reason => "audit.review-reason",
                    Refused::Unreasoned => "audit.review-unreasoned",
                };
                let mistake = Diagnostic::error("audit/review", ui.text(key, &[])).line(row.line);
                let kept = answer.as_ref().map(|_| ui.text("audit.review-kept", &[]));
                tell(Diagnostic { help: kept.map(Into::into), ..mistake });
            }
            if let Some(answer) = answer {
                answers.entry(answer.number).or_default().push(Answer { sheet, ..answer });
            }
        }
    }
    if tables == 0 {
        let names: Vec<String> = NAMING.iter().map(|column| form.header(column, ui.locale())).collect();
        let message = ui.text("audit.review-no-table", &[("names", &names.join(", "))]);
        let help = ui.text("audit.review-column-help", &[]);
        tell(Diagnostic::error("audit/review", message).help(help));
    }
    Ok(status)
}

/// A column: its field, if known, and its header.
type Column<'r> = (Option<&'static str>, &'r str);

/// Finds the row of headers; returns the columns and the rows below.
fn table<'r>(rows: &'r [SheetRow], form: &'static Sheet) -> Option<(Vec<Column<'r>>, &'r [SheetRow])> {
    rows.iter().take(MOST_ABOVE).enumerate().find_map(|(place, row)| {
        let columns: Vec<Column<'r>> = row.cells.iter().map(|cell| (form.column(cell), cell.trim())).collect();
        let has = |wanted: &str| columns.iter().any(|(name, _)| *name == Some(wanted));
        NAMING.into_iter().all(has).then(|| (columns, &rows[place + 1..]))
    })
}

/// Warnings about unknown columns: if a column that people fill in is missing, an unknown one may be it.
fn untaken(columns: &[Column<'_>], rows: &[SheetRow], terminal: &Terminal) -> Vec<Diagnostic> {
    let (ui, form) = (terminal.ui, Sheet::builtin());
    let ours = |name: &str| COLUMNS.contains(&name) || NAMING.contains(&name);
    let mut filled = BTreeSet::new();
    for row in rows {
        filled.extend((0..row.cells.len()).filter(|&place| !row.cells[place].trim().is_empty()));
    }
    let strange = columns
        .iter()
        .enumerate()
        .filter(|(place, (name, written))| !name.is_some_and(ours) && !written.is_empty() && filled.contains(place));
    let strange: BTreeSet<&str> = strange.map(|(_, (_, written))| *written).collect();
    let known: Vec<&str> = columns.iter().filter_map(|(name, _)| *name).collect();
    let missing: Vec<String> = FILLED
        .into_iter()
        .filter(|column| !known.contains(column))
        .map(|column| form.header(column, ui.locale()))
        .collect();
    if strange.is_empty() {
        return Vec::new();
    }
    if missing.is_empty() {
        let names = strange.into_iter().collect::<Vec<_>>().join(", ");
        return vec![Diagnostic::warning("audit/review", ui.text("audit.review-untaken", &[("names", &names)]))];
    }
    let told = strange.into_iter().map(|written| {
        let near = did_you_mean(written, missing.iter().map(String::as_str));
        let missing = near.map_or_else(|| missing.join(", "), ToOwned::to_owned);
        let message = ui.text("audit.review-column", &[("column", written), ("missing", &missing)]);
        Diagnostic::error("audit/review", message).help(ui.text("audit.review-column-help", &[]))
    });
    told.collect()
}
