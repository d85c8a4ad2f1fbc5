//! `replylint promises`: every promise, when it falls due, and what became of it.

use super::asked::{Asked, Source, hider};
use super::context::{Context, Contexts};
use super::inputs::{self, Input, unreadable};
use super::jobs::{Job, Jobs, Work};
use super::ledger_args::{Promises, PromisesFormat};
use super::terminal::Terminal;
use super::{Status, say, say_masked, write};
use crate::audit::{Entry, HiddenName, Ledger, Names, Told, contacts, names};
use crate::conversation::read::{self, Limits, Record};
use crate::cue::Scratch;
use crate::judge::{Clock, Outcome, PledgeReader, rfc3339};
use crate::pool;
use crate::report::{Masker, ledger, promises};
use crate::settings::clock;
use crate::source::{Diagnostic, Level, decode};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// Most bytes of a list of contacts.
const MOST_CONTACTS: u64 = 1 << 30;

/// Runs the command.
pub fn run(asked: &Promises, quiet: bool, terminal: &Terminal) -> io::Result<Status> {
    let ui = terminal.ui;
    let context = match Contexts::new(&asked.book, terminal).of(None) {
        Ok(context) => context,
        Err(mistakes) => return Ok(say(terminal, &mistakes)),
    };
    let clock = match clock(asked.as_of.as_deref(), asked.unsaid.zone.as_deref(), &context.settings, ui) {
        Ok(clock) => clock,
        Err(mistake) => return Ok(say(terminal, &[*mistake])),
    };
    let format = asked.format.or_else(|| asked.output.as_deref().and_then(of_name)).unwrap_or(PromisesFormat::Jsonl);
    if format.is_binary() && asked.output.is_none() {
        return Ok(say(terminal, &[Diagnostic::error("cli/binary", ui.text("ledger.terminal", &[]))]));
    }
    let (ledger, mut status) = match listed(asked.contacts.as_deref(), &clock, terminal) {
        Ok(found) => found,
        Err(mistake) => return Ok(say(terminal, &[*mistake])),
    };
    let masker = hider(asked.show_pii, &context);
    let (files, missing) = if asked.inputs.is_empty() {
        (vec![Input::Stdin], Vec::new())
    } else {
        inputs::list(&asked.inputs, inputs::TEXTS, ui)
    };
    let mistakes: Vec<Diagnostic> = missing.into_iter().map(|(_, mistake)| mistake).collect();
    status = status.max(say(terminal, &mistakes));
    let read = read::Options {
        limits: Limits::of_texts(context.settings.text_bytes.value),
        labels: context.labels(),
        channel: asked.unsaid.channel.as_deref().map(Into::into),
        columns: context.columns(),
        ..read::Options::default()
    };
    let mut names = super::inputs::names(&files, &[], &masker);
    let (ledger, trouble) = gather((&files, &read), ledger, &context, &clock, (&masker, &mut names), terminal)?;
    status = status.max(trouble);
    let entries = ledger.close(&clock);
    let entries: Vec<Entry> = entries.iter().map(|entry| ledger::public(entry, &masker, &mut names)).collect();
    let mut contents = Vec::new();
    match format {
        PromisesFormat::Jsonl => ledger::jsonl(&mut contents, &entries)?,
        PromisesFormat::Csv => promises::csv(&mut contents, &entries)?,
        PromisesFormat::Xlsx => contents = promises::xlsx(&entries, ui)?,
        #[cfg(feature = "parquet")]
        PromisesFormat::Parquet => promises::parquet(&mut contents, &entries)?,
        PromisesFormat::Ics => contents = promises::calendar(&entries, ui, &rfc3339(&clock.as_of)).into_bytes(),
    }
    match &asked.output {
        Some(path) => write::create(path, &contents)?,
        None => io::stdout().lock().write_all(&contents)?,
    }
    if asked.output.is_some() && !quiet {
        let count = |outcome| entries.iter().filter(|entry| entry.outcome == outcome).count().to_string();
        let figures = [
            ("count", entries.len().to_string()),
            ("kept", count(Outcome::Kept)),
            ("late", count(Outcome::Late)),
            ("broken", count(Outcome::Broken)),
            ("open", count(Outcome::Open)),
            ("unknown", count(Outcome::Unknown)),
        ];
        let figures: Vec<(&str, &str)> = figures.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let _ = writeln!(io::stderr(), "{}", ui.text("ledger.figures", &figures));
    }
    Ok(status)
}

fn of_name(path: &Path) -> Option<PromisesFormat> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "csv" => Some(PromisesFormat::Csv),
        "xlsx" => Some(PromisesFormat::Xlsx),
        "ics" => Some(PromisesFormat::Ics),
        #[cfg(feature = "parquet")]
        "parquet" => Some(PromisesFormat::Parquet),
        "jsonl" | "ndjson" => Some(PromisesFormat::Jsonl),
        _ => None,
    }
}

/// A ledger that knows the contacts of a list, if there is one. Rows that are no contact are said; the others count.
pub fn listed(path: Option<&Path>, clock: &Clock, terminal: &Terminal) -> Result<(Ledger, Status), Box<Diagnostic>> {
    let Some(path) = path else { return Ok((Ledger::default(), Status::Clean)) };
    let shown = path.display().to_string();
    let failed = |error: &io::Error| Box::new(unreadable(&shown, error, terminal.ui));
    let mut bytes = Vec::new();
    let file = inputs::open(path, terminal.ui).map_err(|error| failed(&error))?;
    file.take(MOST_CONTACTS).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    let decoded = decode(bytes, None).map_err(|_| failed(&io::ErrorKind::InvalidData.into()))?;
    let (contacts, mistakes) = contacts::read(&decoded.text, clock);
    let mistakes: Vec<Diagnostic> = mistakes.into_iter().map(|mistake| mistake.path(&*shown)).collect();
    Ok((Ledger::new(contacts), say(terminal, &mistakes)))
}

/// Reads the inputs, on all processors, into the ledger.
pub fn gather(
    (files, options): (&[Input], &read::Options),
    mut ledger: Ledger,
    context: &Arc<Context>,
    clock: &Arc<Clock>,
    (masker, names): (&Masker, &mut Names),
    terminal: &Terminal,
) -> io::Result<(Ledger, Status)> {
    let mut status = Status::Clean;
    let shared = Arc::new(options.clone());
    let read = Asked::files(options.clone());
    let how = Arc::new(context.options(None, terminal.locale(), None));
    let source = |input: &Input| Source {
        input: input.clone(),
        context: context.clone(),
        options: how.clone(),
        bytes: None,
        read: shared.clone(),
    };
    let sources: Vec<Source> = files.iter().map(source).collect();
    let jobs = sources.iter().flat_map(|source| Jobs::new(source, &read));
    let program = &context.rulebook.program;
    let reader = PledgeReader::new(program);
    let threads = pool::threads(None);
    let work = |scratch: &mut Scratch, job: Job| {
        let mut done = Done { path: job.path.clone(), told: Vec::new(), hidden: Vec::new(), notes: Vec::new() };
        let mut take = |record: Record| match record {
            Record::Conversation(conversation) => {
                done.hidden.extend(names::hidden(&conversation, masker));
                done.told.push(Told::read((&reader, program), &conversation, job.path.as_deref(), clock, scratch));
            }
            Record::Failed(mistake) | Record::Notice(mistake) => done.notes.push(mistake),
        };
        match job.work {
            Work::Lines(batch) => batch.conversations(&job.source.read).for_each(&mut take),
            Work::Record(record, _) => take(record),
        }
        done
    };
    // No rule has to ask for what the ledger goes by.
    pool::ordered(threads, jobs, Scratch::thorough, work, |done: Done| {
        // In the order in which an audit meets them: the same number is the same person.
        names.meet(&done.hidden);
        done.told.into_iter().for_each(|told| ledger.add(told));
        for note in done.notes {
            if note.level == Level::Error {
                status = Status::Trouble;
            }
            say_masked(terminal, &[note.path(done.path.as_deref().unwrap_or("<stdin>"))], masker);
        }
        Ok::<(), io::Error>(())
    })?;
    Ok((ledger, status))
}

struct Done {
    path: Option<Arc<str>>,
    told: Vec<Told>,
    hidden: Vec<HiddenName>,
    notes: Vec<Diagnostic>,
}
