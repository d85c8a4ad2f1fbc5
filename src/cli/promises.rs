//! `replylint promises`: every promise, when it falls due, and what became of it.

use super::asked::{Asked, Source, encoding};
use super::context::{Context, Contexts};
use super::inputs::{self, Input, unreadable};
use super::jobs::{Job, Jobs, Work};
use super::outputs::keep_apart;
use super::promises_args::{Promises, PromisesFormat};
use super::repeats::{self, Repeats};
use super::terminal::Terminal;
use super::{Failure, Status, say, say_masked, shelf, write};
use crate::audit::{Counts, Entry, HiddenName, Ledger, Names, Outcomes, Told, contacts, names};
use crate::conversation::read::{self, Limits, Record};
use crate::cue::Scratch;
use crate::judge::{Clock, PledgeReader, rfc3339};
use crate::pool;
use crate::report::{Masker, Ui, ledger, promises};
use crate::settings::clock;
use crate::source::{Diagnostic, Level, decode};
use std::fs;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A name that only the columns of a ledger have.
const LAST_COLUMN: &str = "evidenceConversation";
/// Most bytes of a list of contacts.
const MOST_CONTACTS: u64 = 1 << 30;

/// Runs the command.
pub fn run(asked: &Promises, quiet: bool, terminal: &Terminal) -> Result<Status, Failure> {
    let ui = terminal.ui;
    let context = Contexts::new(&asked.book, terminal).of(None)?;
    let clock = clock(asked.as_of.as_deref(), asked.unsaid.zone.as_deref(), &context.settings, ui)?;
    let named = asked.output.as_deref().filter(|path| asked.format.is_none() && path.extension().is_some());
    if let Some(path) = named.filter(|path| of_name(path).is_none()) {
        let message = ui.text("ledger.ending", &[("path", &path.display().to_string())]);
        return Err(Diagnostic::error("cli/ending", message).help(ui.text("ledger.ending-help", &[])).into());
    }
    let format = asked.format.or_else(|| named.and_then(of_name)).unwrap_or(PromisesFormat::Jsonl);
    if format.is_binary() && asked.output.is_none() {
        return Err(Diagnostic::error("cli/binary", ui.text("ledger.terminal", &[])).into());
    }
    let (mut files, missing) = if asked.inputs.is_empty() {
        (vec![Input::Stdin], Vec::new())
    } else {
        inputs::list(&asked.inputs, inputs::CHATS, ui)
    };
    // The list of contacts may lie beside the chats; it holds none.
    let list = asked.contacts.as_deref().and_then(|path| path.canonicalize().ok());
    let is_list = |path: &Path| list.is_some() && path.canonicalize().ok() == list;
    files.retain(|file| !matches!(file, Input::Found(path) if is_list(path)));
    let found = files.len();
    keep_apart(asked.output.as_deref(), &mut files, ui)?;
    if let Some(path) = asked.output.as_deref().filter(|path| files.len() < found && !is_ledger(path)) {
        return Err(write::is_input(path, ui).into());
    }
    // A ledger is rewritten regularly, so an existing one is replaced.
    let settings = context.settings.files.iter().map(PathBuf::as_path);
    let read: Vec<&Path> = asked.contacts.as_deref().into_iter().chain(settings).collect();
    // Tried before anything is read, and begun when there is something to write: who ends the program leaves nothing.
    asked.output.as_deref().map(|path| write::claim(path, &read, true, ui)).transpose()?;
    let (ledger, mut status) = listed(asked.contacts.as_deref(), &clock, terminal)?;
    let masker = context.masker(asked.show_pii);
    status = status.max(inputs::tell(&asked.inputs, &files, missing, inputs::CHATS, terminal));
    if files.is_empty() {
        return Ok(status);
    }
    let read = read::Options {
        encoding: encoding(asked.unsaid.encoding.as_deref(), ui)?,
        shelf: shelf::of(asked.unsaid.group),
        limits: Limits::of_texts(context.settings.text_bytes.value),
        labels: context.labels(),
        channel: asked.unsaid.channel.as_deref().map(Into::into),
        columns: context.columns(),
        ..read::Options::default()
    };
    let mut names = super::inputs::names(&files, &[], &masker);
    let reading = Reading { files: &files, options: &read, context: &context, clock: &clock, masker: &masker };
    let mut repeats = Repeats::default();
    let (ledger, trouble) = reading.gather(ledger, &mut names, Some(&mut repeats), terminal)?;
    say(terminal, repeats.warning(ui, read.shelf.is_some()).as_slice());
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
    match asked.output.as_deref() {
        Some(path) => write::begin(path, ui)?.put(&contents, ui)?,
        None => io::stdout().lock().write_all(&contents)?,
    }
    if asked.output.is_some() && !quiet {
        told(&Outcomes::of(&entries.iter().collect::<Vec<_>>(), &rfc3339(&clock.as_of)), ui);
    }
    Ok(status)
}

/// Prints the figures of a ledger, those of promises within the chat apart.
pub fn told(outcomes: &Outcomes, ui: Ui) {
    let line = |key: &str, counts: Counts| {
        let Counts { kept, late, broken, open, unknown } = counts;
        let figures = [
            ("count", counts.all()),
            ("kept", kept),
            ("late", late),
            ("broken", broken),
            ("open", open),
            ("unknown", unknown),
        ];
        let figures = figures.map(|(name, value)| (name, value.to_string()));
        let mut values: Vec<(&str, &str)> = figures.iter().map(|(name, value)| (*name, value.as_str())).collect();
        values.push(("moment", &outcomes.as_of));
        // A closed standard error cannot be reported anywhere.
        let _ = writeln!(io::stderr(), "{}", ui.text(key, &values));
    };
    line("ledger.figures", outcomes.lasting);
    if outcomes.in_chat.all() > 0 {
        line("ledger.figures-chat", outcomes.in_chat);
    }
}

/// Whether a file among the inputs may be an older ledger, to be replaced, rather than a chat: its first line, headings or
/// columns tell.
fn is_ledger(path: &Path) -> bool {
    let mut head = Vec::new();
    if of_name(path).is_some_and(PromisesFormat::is_binary) {
        let bytes = fs::read(path).unwrap_or_default();
        let column = LAST_COLUMN.as_bytes();
        return bytes.is_empty()
            || bytes.starts_with(b"PAR1") && bytes.windows(column.len()).any(|part| part == column)
            || read::rows(&bytes, None).rows.first().is_some_and(|row| promises::is_headings(&row.cells));
    }
    let read = fs::File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut head));
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    read.is_ok() && (head.is_empty() || String::from_utf8_lossy(line).contains("outcome"))
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

/// A ledger with the contacts of a list, if one is given. Rows that are not contacts are reported; the others count.
pub fn listed(path: Option<&Path>, clock: &Clock, terminal: &Terminal) -> Result<(Ledger, Status), Box<Diagnostic>> {
    let Some(path) = path else { return Ok((Ledger::default(), Status::Clean)) };
    let shown = path.display().to_string();
    let bytes = inputs::whole(path, MOST_CONTACTS, terminal.ui)?;
    let decoded =
        decode(bytes, None).map_err(|_| unreadable(&shown, &io::ErrorKind::InvalidData.into(), terminal.ui))?;
    let (contacts, mistakes) = contacts::read(&decoded.text, clock);
    let mistakes: Vec<Diagnostic> = mistakes.into_iter().map(|mistake| mistake.path(&*shown)).collect();
    Ok((Ledger::new(contacts), say(terminal, &mistakes)))
}

/// What a ledger is made from.
pub struct Reading<'a> {
    pub files: &'a [Input],
    pub options: &'a read::Options,
    pub context: &'a Arc<Context>,
    pub clock: &'a Arc<Clock>,
    pub masker: &'a Masker,
}

impl Reading<'_> {
    /// Reads the inputs, on all processors, into the ledger.
    pub fn gather(
        &self,
        mut ledger: Ledger,
        names: &mut Names,
        mut repeats: Option<&mut Repeats>,
        terminal: &Terminal,
    ) -> io::Result<(Ledger, Status)> {
        let Self { files, options, context, clock, masker } = *self;
        let mut status = Status::Clean;
        let shared = Arc::new(options.clone());
        let table = Arc::new(read::Options { found: true, ..options.clone() });
        let read = Asked::files(options.clone());
        let how = Arc::new(context.options(None, terminal.locale(), None));
        let source = |input: &Input| Source {
            input: input.clone(),
            context: context.clone(),
            options: how.clone(),
            bytes: None,
            read: if options.kind.is_none() && input.is_found_table() { table.clone() } else { shared.clone() },
        };
        let sources: Vec<Source> = files.iter().map(source).collect();
        let jobs = sources.iter().flat_map(|source| Jobs::new(source, &read));
        let program = &context.rulebook.program;
        let reader = PledgeReader::new(program);
        let work = |scratch: &mut Scratch, job: Job| {
            let mut done = Done { path: job.path.clone(), ..Done::default() };
            let mut take = |record: Record| match record {
                Record::Conversation(conversation) => {
                    done.hidden.extend(names::hidden(&conversation, masker));
                    done.ids.extend(repeats::of(&conversation, job.path.as_deref()));
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
        // Thorough: the ledger needs hits that no rule may ask for.
        pool::ordered(pool::threads(None), jobs, Scratch::thorough, work, |done: Done| {
            // In the same order as an audit, so that the same number is the same person.
            names.meet(&done.hidden);
            done.told.into_iter().for_each(|told| ledger.add(told));
            if let Some(repeats) = repeats.as_deref_mut() {
                done.ids.into_iter().for_each(|id| repeats.add(id));
            }
            for note in done.notes {
                if note.level == Level::Error {
                    status = Status::Trouble;
                }
                // An audit has said it when it read the inputs first.
                if repeats.is_some() {
                    say_masked(terminal, &[note.path(done.path.as_deref().unwrap_or("<stdin>"))], masker);
                }
            }
            Ok::<(), io::Error>(())
        })?;
        Ok((ledger, status))
    }
}

#[derive(Default)]
struct Done {
    path: Option<Arc<str>>,
    ids: Vec<u64>,
    told: Vec<Told>,
    hidden: Vec<HiddenName>,
    notes: Vec<Diagnostic>,
}
