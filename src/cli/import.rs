//! `replylint import`: converts rules from elsewhere into a pack, and lists what it left out.

use super::args::Import;
use super::inputs::{self, Input};
use super::terminal::Terminal;
use super::{Failure, Status, say, write};
use crate::report::{Ui, sanitize_line};
use crate::source::{Diagnostic, Level};
use crate::workshop::import::{Format, Imported, LeftOut, Place, Reason, Source, import, nearest_severity};
use std::io::{self, Write};
use std::path::Path;

/// Extensions of files read in a folder.
const ENDINGS: &[&str] = &["yml", "yaml", "json", "csv", "tsv", "xlsx", "xlsm", "txt"];
/// A file above this is refused.
const LARGEST: u64 = 32 << 20;

/// Runs the command.
pub fn run(asked: &Import, terminal: &Terminal) -> Result<Status, Failure> {
    let ui = terminal.ui;
    let mut named = &asked.inputs[..];
    // A file named like a format is given as `./vale`.
    let format = named.first().and_then(|first| first.to_str()).and_then(Format::of);
    if format.is_some() {
        named = &named[1..];
    }
    if named.is_empty() {
        return Err(Diagnostic::error("cli/no-input", ui.text("import.no-input", &[])).into());
    }
    let (listed, missing) = inputs::list(named, ENDINGS, ui);
    let mut mistakes: Vec<Diagnostic> = missing.into_iter().map(|(_, mistake)| mistake).collect();
    let mut sources = Vec::new();
    for input in &listed {
        match source(input, format, ui) {
            Ok(Some(source)) => sources.push(source),
            Ok(None) => {}
            Err(mistake) => mistakes.push(*mistake),
        }
    }
    if sources.is_empty() && mistakes.is_empty() {
        mistakes.push(Diagnostic::error("input/missing", ui.text("import.nothing", &[])));
    }
    let name = asked.output.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut imported = import(&sources, format, &name);
    imported.mistakes.splice(0..0, mistakes);
    let read: Vec<&Path> = listed.iter().filter_map(Input::path).collect();
    finish(&imported, &read, &asked.output, asked.force, terminal)
}

/// Reads a whole input; `None` for a file found in a folder that is not of the format.
fn source(input: &Input, format: Option<Format>, ui: Ui) -> Result<Option<Source>, Box<Diagnostic>> {
    let (shown, read) = match input {
        Input::Stdin | Input::Stored(_) => {
            ("-".to_owned(), inputs::all(io::stdin().lock(), LARGEST).map_err(|mistake| mistake.path("-").into()))
        }
        Input::Named(path) | Input::Found(path) | Input::Offered(path) => {
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
            let yaml = matches!(ending.as_str(), "yml" | "yaml");
            let json = ending == "json";
            let fits = match format {
                Some(Format::Vale) => yaml,
                Some(Format::Aliyun | Format::Connect) => json,
                Some(Format::Words) => !yaml && !json,
                // A style's folder also holds word lists and its package's metadata.
                None => yaml || !has_yaml(path),
            };
            if matches!(input, Input::Found(_)) && !fits {
                return Ok(None);
            }
            (path.display().to_string(), inputs::whole(path, LARGEST, ui))
        }
    };
    Ok(Some(Source { path: shown.into(), bytes: read? }))
}

fn has_yaml(path: &Path) -> bool {
    let Some(entries) = path.parent().and_then(|folder| folder.read_dir().ok()) else { return false };
    entries.flatten().any(|entry| {
        let path = entry.path();
        path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
    })
}

/// Reports what was left out, and writes the pack.
pub fn finish(
    imported: &Imported,
    inputs: &[&Path],
    output: &Path,
    force: bool,
    terminal: &Terminal,
) -> Result<Status, Failure> {
    let ui = terminal.ui;
    let shown = output.display().to_string();
    if output.extension().is_none_or(|ending| ending != "toml") {
        let message = ui.text("import.ending", &[("path", &shown)]);
        return Err(Diagnostic::error("import/ending", message).into());
    }
    let new = write::claim(output, inputs, force, ui)?;
    let mut status = say(terminal, &imported.mistakes);
    let left_out: Vec<Diagnostic> = imported.left_out.iter().map(|left| diagnostic(left, ui)).collect();
    say(terminal, &left_out);
    if imported.rules() + imported.cues() == 0 {
        if status < Status::Trouble {
            let nothing = Diagnostic::error("import/nothing", ui.text("import.nothing-written", &[]));
            status = say(terminal, &[nothing]);
        }
        return Ok(status);
    }
    let mut head = Vec::new();
    if !imported.left_out.is_empty() {
        head.push(ui.text("import.head", &[]));
        head.extend(imported.left_out.iter().map(|left| comment(left, ui)));
        let refused = imported.left_out.iter().any(|left| left.reason == Reason::NoSeverity);
        status = status.max(if refused { Status::Trouble } else { Status::Findings });
    }
    new.put(imported.text(&head).as_bytes(), ui)?;
    let counts = [imported.rules(), imported.cues(), imported.left_out.len()].map(|count| count.to_string());
    let shown = sanitize_line(&shown);
    let parameters = [("rules", &*counts[0]), ("cues", &*counts[1]), ("left", &*counts[2]), ("path", &*shown)];
    writeln!(io::stderr(), "{}", ui.text("import.wrote", &parameters))?;
    Ok(status)
}

fn diagnostic(left: &LeftOut, ui: Ui) -> Diagnostic {
    let what = [left.what.as_str(), ": "].concat();
    let said = Diagnostic::warning("import/left-out", what + &reason(left, ui)).path(&*left.place.path);
    Diagnostic { level: Level::Warning, line: left.place.line, ..said }
}

fn reason(left: &LeftOut, ui: Ui) -> String {
    let detail: String = left.detail.chars().take(200).collect();
    let key = format!("import.reason.{}", left.reason.key());
    if left.reason != Reason::NoSeverity {
        return ui.text(&key, &[("detail", &detail)]);
    }
    let name = |severity: &str| ui.text(&format!("severity.{severity}"), &[]);
    let meant = nearest_severity(&left.detail).map(name);
    let near = meant.map(|near| ui.text("import.reason.no-severity-near", &[("near", &near)])).unwrap_or_default();
    let known = ["error", "warning", "advice"].map(name).join(", ");
    ui.text(&key, &[("detail", &detail), ("near", &near), ("known", &known)])
}

/// A rule that was left out, as a comment in the pack; its text cannot end the comment.
fn comment(left: &LeftOut, ui: Ui) -> String {
    let Place { path, line } = &left.place;
    let place = line.map_or_else(|| path.to_string(), |line| format!("{path}:{line}"));
    let text = format!("{place}: {}: {}", left.what, reason(left, ui));
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).collect()
}
