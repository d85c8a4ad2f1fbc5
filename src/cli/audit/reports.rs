//! The reports of an audit, made from its results: pages, a workbook, a table; one page a team and an agent.

use crate::audit::sample::Sample;
use crate::audit::{ConversationResult, Entry};
use crate::cli::{open, write};
use crate::conversation::read::{self, Record};
use crate::report::page::{self, About, Chosen, Kind, Talk};
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
    let good = examples(reports.packs, ui);
    let mut files =
        vec!["conversations.jsonl", "findings.jsonl", "findings.csv", "report.xlsx", "review.xlsx", "summary.json"];
    if cfg!(feature = "parquet") {
        files.extend(["conversations.parquet", "findings.parquet"]);
    }
    if let Some(entries) = reports.promises {
        files.push("promises.jsonl");
        let mut lines = Vec::new();
        ledger::jsonl(&mut lines, entries)?;
        write::create(&out.join("promises.jsonl"), &lines)?;
    }
    let about = About {
        summary: &summary,
        chosen: &chosen,
        talks: &talks,
        good: &good,
        promises: reports.promises,
        files: &files,
        ui,
    };
    let put = |kind: Kind<'_>, path: &Path| -> io::Result<()> {
        let Some(data) = page::data(kind, &about) else { return Ok(()) };
        write::create(path, page::page(&data, ui)?.as_bytes())
    };
    put(Kind::All, &out.join("report.html"))?;
    each(&out.join("agents"), chosen.agents().map(String::as_str), |name, path| put(Kind::Agent(name), path))?;
    let teams = summary["teams"].as_array().map(Vec::as_slice).unwrap_or_default();
    let teams = teams.iter().filter_map(|team| team["name"].as_str());
    each(&out.join("teams"), teams, |name, path| put(Kind::Team(name), path))?;
    let source = || rows().map(|rows| Box::new(rows) as Box<dyn Iterator<Item = ConversationResult>>);
    let drawn = fs::read(out.join("sample.json")).ok();
    let drawn = drawn.and_then(|bytes| serde_json::from_slice::<Sample>(&bytes).ok());
    let drawn = drawn.map(|sample| sample.drawn.iter().map(|drawn| drawn.number).collect());
    let sheet = review_book::book(&source, drawn.as_ref(), ui)?;
    write::create(&out.join("review.xlsx"), &sheet.bytes()?)?;
    let book = audit_book::book(&summary, &source, reports.promises, ui)?;
    write::create(&out.join("report.xlsx"), &book.bytes()?)?;
    #[cfg(feature = "parquet")]
    {
        write::stream(&out.join("findings.parquet"), |file| audit_book::parquet(file, &source, ui))?;
        write::stream(&out.join("conversations.parquet"), |file| audit_book::parquet_of_conversations(file, &source))?;
        if let Some(entries) = reports.promises {
            write::stream(&out.join("promises.parquet"), |file| promises::parquet(file, entries))?;
        }
    }
    write::stream(&out.join("findings.csv"), |file| audit_book::csv(file, &source, ui))
}

/// A file for each name. Names come from inputs: only their letters and digits become part of a path.
fn each<'a>(
    folder: &Path,
    names: impl Iterator<Item = &'a str>,
    put: impl Fn(&str, &Path) -> io::Result<()>,
) -> io::Result<()> {
    for (name, number) in names.zip(1..) {
        fs::create_dir_all(folder)?;
        let letters: String = name.chars().filter(|letter| letter.is_alphanumeric()).take(24).collect();
        put(name, &folder.join(format!("{number:04}-{letters}.html")))?;
    }
    Ok(())
}

fn rows(path: &Path) -> io::Result<impl Iterator<Item = ConversationResult> + use<>> {
    let lines = BufReader::with_capacity(1 << 18, File::open(path)?).split(b'\n');
    // What we wrote ourselves is read back; a line that is not, was changed by somebody else.
    Ok(lines.map_while(Result::ok).filter_map(|line| serde_json::from_slice(&line).ok()))
}

/// The chosen conversations, read once more from where they stand. What has moved or changed since is shown without
/// its text.
fn talks(chosen: &Chosen, reports: &Reports<'_>) -> HashMap<u64, Talk> {
    let places = chosen.places();
    let mut talks = HashMap::new();
    let mut paths: Vec<&String> = places.keys().filter_map(|(path, _)| path.as_ref()).collect();
    paths.dedup();
    for shown in paths {
        let path = Path::new(shown);
        let Ok(input) = open::file(path, reports.read, reports.ui, &open::nobody()) else { continue };
        let last = places.range((Some(shown.clone()), 0)..=(Some(shown.clone()), u64::MAX)).next_back();
        let last = last.map_or(0, |((_, line), _)| *line);
        for record in read::Reader::of(input, reports.read.clone()) {
            let Record::Conversation(conversation) = record else { continue };
            let line = conversation.chunk.lines_before as u64 + 1;
            if let Some(row) = places.get(&(Some(shown.clone()), line)) {
                let id = conversation.id.as_ref().map(|id| reports.masker.mask(id));
                if id == row.conversation && conversation.turns.len() as u64 == row.turns {
                    talks.insert(row.number, page::talk(&conversation, row, reports.masker));
                }
            }
            if line >= last {
                break;
            }
        }
    }
    talks
}

/// A right example for each rule, in the reader's language where there is one.
fn examples(packs: &[Pack], ui: Ui) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for pack in packs {
        for (name, rule) in &pack.rules {
            let id = match name.get_ref() {
                name if name.contains('/') => name.clone(),
                name => format!("{}/{name}", pack.name),
            };
            let replies = || rule.good.iter().filter_map(|example| example.get_ref().reply.as_ref());
            let ours =
                |reply: &&String| crate::language::language_of(reply) == Some(ui.locale()) && !reply.contains('{');
            if let Some(reply) = replies().find(ours).or_else(|| replies().next()) {
                found.insert(id, reply.clone());
            }
        }
    }
    found
}
