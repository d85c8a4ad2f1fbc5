//! `replylint templates`: lists templates, and exports them so that nobody has to copy by hand.

use super::args::{Book, Sources, Templates};
use super::asked::encoding;
use super::context::Contexts;
use super::inputs::{self, unreadable};
use super::terminal::Terminal;
use super::{Failure, Status, say, write};
use crate::conversation::read::{self, FormatMap, Limits, Reader, Record, RoleLabels};
use crate::conversation::{Conversation, Field, Mode};
use crate::judge::shown_place;
use crate::report::{Ui, sanitize_line};
use crate::rulebook::Rulebook;
use crate::source::{Diagnostic, Level};
use crate::workshop::export::{self, Leaving};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// Runs the command.
pub fn run(command: &Templates, book: &Book, terminal: &Terminal) -> Result<Status, Failure> {
    let mut contexts = Contexts::new(book, terminal);
    match command {
        Templates::Formats => formats(terminal),
        Templates::List { from } => {
            let (templates, status) = read_all(from, &mut contexts, terminal)?;
            list(&templates)?;
            Ok(status)
        }
        Templates::Export { from, output, to, force } => {
            let (templates, status) = read_all(from, &mut contexts, terminal)?;
            // Inputs that could not be read have been reported.
            if templates.is_empty() {
                return Ok(Status::Trouble);
            }
            write_out(&templates, output, to.as_deref(), *force, &mut contexts, terminal)?;
            Ok(status)
        }
    }
}

fn formats(terminal: &Terminal) -> Result<Status, Failure> {
    let mut out = io::stdout().lock();
    for map in read::formats() {
        writeln!(out, "{:<12} {}", map.name, map.about.text(terminal.locale()))?;
    }
    Ok(Status::Clean)
}

/// A template and the file it was read from.
struct Found {
    path: Arc<str>,
    template: Box<Conversation>,
    /// Its scenario, by the name that people know.
    scenario: Option<String>,
}

/// Reads the templates of all inputs; reports what cannot be read, and goes on.
fn read_all(from: &Sources, contexts: &mut Contexts, terminal: &Terminal) -> Result<(Vec<Found>, Status), Failure> {
    let ui = terminal.ui;
    let encoding = encoding(from.encoding.as_deref(), ui)?;
    let (files, missing) = inputs::list(&from.inputs, inputs::TEMPLATES, ui);
    let mut said: Vec<Diagnostic> = missing.into_iter().map(|(_, mistake)| mistake).collect();
    let labels = Arc::new(RoleLabels::builtin());
    let mut found = Vec::new();
    for input in files {
        let Some(path) = input.path() else { continue };
        let shown: Arc<str> = path.display().to_string().into();
        let context = match contexts.of(Some(path)) {
            Ok(context) => context,
            Err(mistakes) => {
                said.extend(mistakes);
                continue;
            }
        };
        let map = context.format_map(from.format_map.as_deref(), Some(path), ui)?;
        let options = read::Options {
            encoding,
            limits: Limits::of_texts(context.settings.text_bytes.value),
            labels: labels.clone(),
            map,
            found: input.may_be_another(),
            ..read::Options::default()
        };
        let file = match inputs::open(path, ui) {
            Ok(file) => file,
            Err(error) => {
                said.push(unreadable(&shown, &error, ui));
                continue;
            }
        };
        for record in Reader::new(file, path.extension().and_then(|name| name.to_str()), options) {
            match record {
                Record::Conversation(template) if template.mode == Mode::Template => {
                    let scenario = scenario(&template, &context.rulebook, ui);
                    found.push(Found { path: shown.clone(), template, scenario });
                }
                Record::Conversation(_) => {}
                Record::Failed(mistake) | Record::Notice(mistake) => said.push(mistake.path(&*shown)),
            }
        }
    }
    said.retain(|mistake| mistake.level != Level::Note);
    if found.is_empty() && said.is_empty() {
        said.push(Diagnostic::error("templates/none", ui.text("templates.none", &[])));
    }
    let status = say(terminal, &said);
    Ok((found, status))
}

/// A template without a group gets that of its scenario, by the name that people know.
fn scenario(template: &Conversation, rulebook: &Rulebook, ui: Ui) -> Option<String> {
    let said = template.metadata.text(Field::Scenario)?;
    let known = rulebook.scenario(said);
    Some(known.map_or(said, |scenario| scenario.names.text(ui.locale())).to_owned())
}

fn list(found: &[Found]) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for Found { path, template, .. } in found {
        let line = template.position(0, 0).map(|place| place.line);
        let place = shown_place(path, line, template.turns[0].cell.as_deref());
        let says = |field| template.metadata.text(field).unwrap_or_default();
        let name = [Field::Title, Field::Shortcode, Field::Id].into_iter().map(says).find(|name| !name.is_empty());
        let parts = [says(Field::Language), says(Field::Scenario), name.unwrap_or_default()];
        let parts = parts.into_iter().filter(|part| !part.is_empty()).map(sanitize_line).collect::<Vec<_>>();
        writeln!(out, "{}  {}", sanitize_line(&place), parts.join(" · "))?;
    }
    out.flush()
}

fn write_out(
    found: &[Found],
    output: &Path,
    to: Option<&str>,
    force: bool,
    contexts: &mut Contexts,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let ui = terminal.ui;
    let shown = output.display().to_string();
    let read: Vec<&Path> = found.iter().map(|found| Path::new(&*found.path)).collect();
    let new = write::claim(output, &read, force, ui)?;
    let ending = output.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let context = contexts.of(None)?;
    let name = to.unwrap_or(if ending == "json" { "json" } else { "table" });
    let map = context.format_map(Some(name), None, ui)?;
    let map = map.filter(|map| map.export.is_some()).ok_or_else(|| no_export(name, ui))?;
    let templates = leaving(found);
    let bytes = bytes(&templates, &map, &ending, ui)?
        .ok_or_else(|| Diagnostic::error("templates/export", ui.text("templates.ending", &[("path", &shown)])))?;
    new.put(&bytes, ui)?;
    let count = templates.len().to_string();
    writeln!(io::stderr(), "{}", ui.text("templates.wrote", &[("count", &count), ("path", &sanitize_line(&shown))]))?;
    let left_out = export::left_out(&templates, &map).join(", ");
    if !left_out.is_empty() {
        let said = ui.text("templates.left-out", &[("name", &map.name), ("fields", &left_out)]);
        writeln!(io::stderr(), "{}", sanitize_line(&said))?;
    }
    Ok(())
}

/// The templates to export, with their names and groups. Of several unnamed ones in a file, all but the first are
/// numbered.
fn leaving<'a>(found: &'a [Found]) -> Vec<Leaving> {
    let mut nameless: BTreeMap<&'a str, usize> = BTreeMap::new();
    let one = |Found { path, template, scenario }: &'a Found| {
        let says = |field| template.metadata.text(field).is_some_and(|text| !text.is_empty());
        let mut file = Path::new(&**path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !says(Field::Title) && !says(Field::Shortcode) {
            let number = nameless.entry(path).or_default();
            *number += 1;
            if *number > 1 {
                file = format!("{file} {number}");
            }
        }
        Leaving { template: (**template).clone(), file, group: scenario.clone() }
    };
    found.iter().map(one).collect()
}

fn no_export(name: &str, ui: Ui) -> Diagnostic {
    let mistake = Diagnostic::error("templates/export", ui.text("templates.no-export", &[("name", name)]));
    mistake.help(ui.text("templates.no-export-help", &[]))
}

#[cfg(feature = "xlsx")]
fn look(ui: Ui) -> export::Look {
    export::Look { sheet: ui.text("templates.sheet", &[]), ..export::Look::default() }
}

fn bytes(templates: &[Leaving], map: &FormatMap, ending: &str, ui: Ui) -> Result<Option<Vec<u8>>, Box<Diagnostic>> {
    let no_export = || Box::new(no_export(&map.name, ui));
    let table = || export::table(templates, map).ok_or_else(no_export);
    Ok(Some(match ending {
        "csv" => export::csv(&table()?, ',').into_bytes(),
        "tsv" => export::csv(&table()?, '\t').into_bytes(),
        "json" => {
            let json = export::json(templates, map).ok_or_else(no_export)?;
            format!("{json:#}\n").into_bytes()
        }
        #[cfg(feature = "xlsx")]
        "xlsx" => export::xlsx(&table()?, &look(ui))
            .map_err(|error| Box::new(Diagnostic::error("templates/export", error.to_string())))?,
        _ => return Ok(None),
    }))
}
