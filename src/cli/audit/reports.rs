//! The reports of an audit, made from its results: pages, a workbook, a table; one page per team and agent.

use super::again;
use super::agent_sheets::Lines;
use super::written::Written;
use crate::audit::sample::Sample;
use crate::audit::{ConversationResult, Entry, Names, Summary, Unit, Units};
use crate::cli::write;
use crate::conversation::read;
use crate::language::language_of;
use crate::pool;
use crate::report::page::{self, About, Chosen, Kind, Model, Talk};
#[cfg(feature = "parquet")]
use crate::report::promises as columns;
use crate::report::{Masker, Ui, audit_book, ledger, review_book};
use crate::rulebook::Pack;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What reports need besides the results.
pub struct Reports<'a> {
    /// The folder of the results.
    pub out: &'a Path,
    /// How inputs are read.
    pub read: &'a read::Options,
    /// Masks private data.
    pub masker: &'a Masker,
    /// Names as they are shown.
    pub names: &'a Names,
    /// The promises, already masked.
    pub promises: Option<&'a [Entry]>,
    /// The packs of the rulebook, for their examples.
    pub packs: &'a [Pack],
    /// The program's words.
    pub ui: Ui,
    /// Threads to work on.
    pub threads: usize,
}

/// Writes one or several of the files.
type Job<'a> = Box<dyn FnOnce() -> io::Result<()> + Send + 'a>;

/// Writes the reports beside the results.
///
/// # Errors
/// When results cannot be read or reports cannot be written. Each file is whole or absent.
pub fn write(reports: &Reports<'_>) -> io::Result<()> {
    let Reports { out, ui, promises: entries, .. } = *reports;
    let summary: &Value = &serde_json::from_slice(&fs::read(out.join("summary.json"))?)?;
    let written = &Mutex::new(Written::read(out)?);
    let begin = |name: &str| {
        let mut written = written.lock().unwrap_or_else(PoisonError::into_inner);
        written.add(name).map(|()| out.join(name))
    };
    let source = || rows(out).map(|rows| Box::new(rows) as Box<dyn Iterator<Item = ConversationResult>>);
    let (mut chosen, mut lines, drawn) = (Chosen::default(), Lines::default(), reports.drawn());
    let mut units = Units::default();
    for row in rows(out)? {
        lines.add(&row, drawn.as_ref());
        units.add(&row);
        chosen.add(row);
    }
    let (chosen, units, drawn) = (&chosen, &units, drawn.as_ref());
    // The longest job starts first, so that it is not left running alone.
    let mut jobs: Vec<Job<'_>> = vec![
        Box::new(|| {
            let book = audit_book::book(summary, &source, entries, ui)?;
            write::create(&begin("report.xlsx")?, &book.bytes()?)
        }),
        Box::new(|| reports.pages(summary, chosen, units, &begin)),
        Box::new(|| {
            let agents: Vec<&String> = chosen.agents().collect();
            lines.sheets(&agents, &source, drawn, ui, &|place, book| {
                let name = file("agents", agents[place], place + 1, "xlsx");
                // A sheet that an agent has filled in and nobody has imported yet is not overwritten.
                if written.lock().unwrap_or_else(PoisonError::into_inner).is_filled(&name) {
                    return Ok(());
                }
                fs::create_dir_all(out.join("agents"))?;
                write::create(&begin(&name)?, &book.bytes()?)?;
                written.lock().unwrap_or_else(PoisonError::into_inner).sheet(&name)
            })
        }),
        Box::new(|| {
            let sheet = review_book::book(&source, drawn, ui)?;
            write::create(&begin("review.xlsx")?, &sheet.bytes()?)
        }),
        Box::new(|| write::stream(&begin("findings.csv")?, |file| audit_book::csv(file, &source))),
    ];
    if let Some(entries) = entries {
        jobs.push(Box::new(|| put_lines(entries, &begin("promises.jsonl")?)));
    }
    #[cfg(feature = "parquet")]
    {
        jobs.push(Box::new(|| write::stream(&begin("findings.parquet")?, |file| audit_book::parquet(file, &source))));
        jobs.push(Box::new(|| {
            let path = begin("conversations.parquet")?;
            write::stream(&path, |file| audit_book::parquet_of_conversations(file, &source))
        }));
        if let Some(entries) = entries {
            jobs.push(Box::new(|| write::stream(&begin("promises.parquet")?, |file| columns::parquet(file, entries))));
        }
    }
    pool::ordered(reports.threads, jobs.into_iter(), || (), |(), job| job(), |done| done)?;
    let mut written = written.lock().unwrap_or_else(PoisonError::into_inner);
    written.sheet("review.xlsx")?;
    written.tidy()
}

/// Writes the promises alone, beside the results.
pub fn promises(out: &Path, entries: &[Entry]) -> io::Result<()> {
    let mut written = Written::read(out)?;
    written.add("promises.jsonl")?;
    put_lines(entries, &out.join("promises.jsonl"))
}

fn put_lines(entries: &[Entry], path: &Path) -> io::Result<()> {
    let mut lines = Vec::new();
    ledger::jsonl(&mut lines, entries)?;
    write::create(path, &lines)
}

impl Reports<'_> {
    /// The overall page, and one for each team and agent.
    fn pages(
        &self,
        summary: &Value,
        chosen: &Chosen,
        units: &Units,
        begin: &dyn Fn(&str) -> io::Result<PathBuf>,
    ) -> io::Result<()> {
        let Reports { out, ui, promises, .. } = *self;
        let talks = talks(chosen, self);
        let models = models(self.packs, ui);
        let files = self.files();
        let told = Summary::deserialize(summary)?;
        let periods = &|unit: Unit<'_>| units.periods(unit, &told);
        let about = About { summary, chosen, talks: &talks, models: &models, periods, promises, files: &files, ui };
        let put = |kind: Kind<'_>, path: &Path| -> io::Result<()> {
            let Some(data) = page::data(kind, &about) else { return Ok(()) };
            write::create(path, page::page(&data, ui)?.as_bytes())
        };
        put(Kind::All, &begin("report.html")?)?;
        for (name, number) in chosen.agents().zip(1..) {
            fs::create_dir_all(out.join("agents"))?;
            put(Kind::Agent(name), &begin(&file("agents", name, number, "html"))?)?;
        }
        let teams = summary["teams"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (name, number) in teams.iter().filter_map(|team| team["name"].as_str()).zip(1..) {
            fs::create_dir_all(out.join("teams"))?;
            put(Kind::Team(name), &begin(&file("teams", name, number, "html"))?)?;
        }
        Ok(())
    }

    /// The files that the overall page links to.
    fn files(&self) -> Vec<&'static str> {
        let mut files =
            vec!["conversations.jsonl", "findings.jsonl", "findings.csv", "report.xlsx", "review.xlsx", "summary.json"];
        if cfg!(feature = "parquet") {
            files.extend(["conversations.parquet", "findings.parquet"]);
        }
        files.extend(self.promises.map(|_| "promises.jsonl"));
        files
    }

    /// The conversations that were drawn for review, if any were.
    fn drawn(&self) -> Option<BTreeSet<u64>> {
        let sample: Sample = serde_json::from_slice(&fs::read(self.out.join("sample.json")).ok()?).ok()?;
        Some(sample.drawn.iter().map(|drawn| drawn.number).collect())
    }
}

/// The file for a name. Names come from inputs, so only letters and digits enter the path, plus `#`, which separates
/// the number of a look-alike name.
fn file(folder: &str, name: &str, number: usize, kind: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric() || *letter == '#').take(24);
    let letters: String = letters.map(|letter| if letter == '#' { '-' } else { letter }).collect();
    format!("{folder}/{number:04}-{letters}.{kind}")
}

fn rows(out: &Path) -> io::Result<impl Iterator<Item = ConversationResult> + use<>> {
    let lines = BufReader::with_capacity(1 << 18, File::open(out.join("conversations.jsonl"))?).split(b'\n');
    // We wrote these lines; one that does not parse was changed by somebody else.
    Ok(lines.map_while(Result::ok).filter_map(|line| serde_json::from_slice(&line).ok()))
}

/// The chosen conversations; one that can no longer be read is shown without its text.
fn talks(chosen: &Chosen, reports: &Reports<'_>) -> HashMap<u64, Talk> {
    let mut talks = HashMap::new();
    let Reports { read, masker, names, ui, .. } = *reports;
    again::read(&chosen.places(), read, masker, names, ui, &mut |row, conversation| {
        talks.insert(row.number, page::talk(conversation, row, masker));
    });
    talks
}

/// A model reply for each rule with such an example in the reader's language, with the customer's words if they matter.
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
