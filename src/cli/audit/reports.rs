//! The reports of an audit, made from its results: pages, a workbook, a table; one page a team and an agent.

use super::again;
use super::written::Written;
use crate::audit::sample::Sample;
use crate::audit::{ConversationResult, Entry};
use crate::cli::write;
use crate::conversation::read;
use crate::language::language_of;
use crate::report::page::{self, About, Chosen, Kind, Model, Talk};
#[cfg(feature = "parquet")]
use crate::report::promises;
use crate::report::{Masker, Ui, audit_book, ledger, review_book};
use crate::rulebook::Pack;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// What reports are made of, beside the results.
pub struct Reports<'a> {
    /// The folder of the results.
    pub out: &'a Path,
    /// How inputs are read.
    pub read: &'a read::Options,
    /// What is hidden.
    pub masker: &'a Masker,
    /// The promises, hidden where they must be.
    pub promises: Option<&'a [Entry]>,
    /// The packs of the rulebook, for their examples.
    pub packs: &'a [Pack],
    /// The program's words.
    pub ui: Ui,
}

/// Writes the reports beside the results.
///
/// # Errors
/// When results cannot be read or reports cannot be written. Each file is whole or absent.
pub fn write(reports: &Reports<'_>) -> io::Result<()> {
    let Reports { out, ui, .. } = *reports;
    let summary: Value = serde_json::from_slice(&fs::read(out.join("summary.json"))?)?;
    let rows = || rows(&out.join("conversations.jsonl"));
    let mut chosen = Chosen::default();
    rows()?.for_each(|row| chosen.add(row));
    let talks = talks(&chosen, reports);
    let models = models(reports.packs, ui);
    let mut files =
        vec!["conversations.jsonl", "findings.jsonl", "findings.csv", "report.xlsx", "review.xlsx", "summary.json"];
    if cfg!(feature = "parquet") {
        files.extend(["conversations.parquet", "findings.parquet"]);
    }
    let mut written = Written::read(out)?;
    let mut begin = |name: &str| written.add(name).map(|()| out.join(name));
    if let Some(entries) = reports.promises {
        files.push("promises.jsonl");
        let mut lines = Vec::new();
        ledger::jsonl(&mut lines, entries)?;
        write::create(&begin("promises.jsonl")?, &lines)?;
    }
    let about = About {
        summary: &summary,
        chosen: &chosen,
        talks: &talks,
        models: &models,
        promises: reports.promises,
        files: &files,
        ui,
    };
    let put = |kind: Kind<'_>, path: &Path| -> io::Result<()> {
        let Some(data) = page::data(kind, &about) else { return Ok(()) };
        write::create(path, page::page(&data, ui)?.as_bytes())
    };
    put(Kind::All, &begin("report.html")?)?;
    for (name, number) in chosen.agents().zip(1..) {
        fs::create_dir_all(out.join("agents"))?;
        put(Kind::Agent(name), &begin(&file("agents", name, number))?)?;
    }
    let teams = summary["teams"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (name, number) in teams.iter().filter_map(|team| team["name"].as_str()).zip(1..) {
        fs::create_dir_all(out.join("teams"))?;
        put(Kind::Team(name), &begin(&file("teams", name, number))?)?;
    }
    let source = || rows().map(|rows| Box::new(rows) as Box<dyn Iterator<Item = ConversationResult>>);
    let drawn = fs::read(out.join("sample.json")).ok();
    let drawn = drawn.and_then(|bytes| serde_json::from_slice::<Sample>(&bytes).ok());
    let drawn = drawn.map(|sample| sample.drawn.iter().map(|drawn| drawn.number).collect());
    let sheet = review_book::book(&source, drawn.as_ref(), ui)?;
    write::create(&begin("review.xlsx")?, &sheet.bytes()?)?;
    let book = audit_book::book(&summary, &source, reports.promises, ui)?;
    write::create(&begin("report.xlsx")?, &book.bytes()?)?;
    #[cfg(feature = "parquet")]
    {
        write::stream(&begin("findings.parquet")?, |file| audit_book::parquet(file, &source, ui))?;
        write::stream(&begin("conversations.parquet")?, |file| audit_book::parquet_of_conversations(file, &source))?;
        if let Some(entries) = reports.promises {
            write::stream(&begin("promises.parquet")?, |file| promises::parquet(file, entries))?;
        }
    }
    write::stream(&begin("findings.csv")?, |file| audit_book::csv(file, &source, ui))?;
    written.sheet("review.xlsx")?;
    written.tidy()
}

/// The file for a name. Names come from inputs: only their letters and digits become part of a path.
fn file(folder: &str, name: &str, number: usize) -> String {
    let letters: String = name.chars().filter(|letter| letter.is_alphanumeric()).take(24).collect();
    format!("{folder}/{number:04}-{letters}.html")
}

fn rows(path: &Path) -> io::Result<impl Iterator<Item = ConversationResult> + use<>> {
    let lines = BufReader::with_capacity(1 << 18, File::open(path)?).split(b'\n');
    // What we wrote ourselves is read back; a line that is not, was changed by somebody else.
    Ok(lines.map_while(Result::ok).filter_map(|line| serde_json::from_slice(&line).ok()))
}

/// The chosen conversations. What cannot be read any more is shown without its text.
fn talks(chosen: &Chosen, reports: &Reports<'_>) -> HashMap<u64, Talk> {
    let mut talks = HashMap::new();
    again::read(&chosen.places(), reports.read, (reports.masker, reports.ui), &mut |row, conversation| {
        talks.insert(row.number, page::talk(conversation, row, reports.masker));
    });
    talks
}

/// How to say it, for each rule that has such an example in the reader's language: the customer's words, if they
/// matter, and the reply.
fn models(packs: &[Pack], ui: Ui) -> BTreeMap<String, Model> {
    let mut found = BTreeMap::new();
    for pack in packs {
        for (name, rule) in &pack.rules {
            let id = match name.get_ref() {
                name if name.contains('/') => name.clone(),
                name => format!("{}/{name}", pack.name),
            };
            let model = rule.good.iter().find_map(|example| {
                let example = example.get_ref();
                let reply = example.reply.as_ref().filter(|_| example.model)?;
                let ours = example.lang.or_else(|| language_of(reply)) == Some(ui.locale());
                ours.then(|| Model { customer: example.customer.clone(), reply: reply.clone() })
            });
            found.extend(model.map(|model| (id, model)));
        }
    }
    found
}
