//! One audit from its first row to its summary: pieces go out to the threads, rows come back in order and are written.

use super::progress::Progress;
use super::sources::{Piece, Pieces, Position, Work};
use super::store::{Counts, NoJournal, Part, Store};
use crate::audit::{self, About, ConversationResult, Examiner, Figures, RuleInfo, Summary};
use crate::cli::inputs::Input;
use crate::cli::terminal::Terminal;
use crate::cli::{Status, pool, say, say_masked};
use crate::conversation::Conversation;
use crate::conversation::read::{self, Record};
use crate::cue::Scratch;
use crate::judge::Options;
use crate::report::{Masker, Ui, mask};
use crate::rulebook::Rulebook;
use crate::source::{Diagnostic, Level};
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Most ids that are remembered to find repeated ones: 16 bytes each.
const MOST_IDS: usize = 4_000_000;
/// Most messages about rejected rows; the file has them all.
const MOST_SAID: u64 = 20;

/// What was asked, settled before anything is read.
pub struct Settled<'a> {
    pub rulebook: &'a Rulebook,
    pub options: Options,
    pub zone: TimeZone,
    pub masker: Masker,
    pub read: read::Options,
    pub threads: usize,
    pub out: &'a Path,
    pub resume: bool,
    pub checkpoint: Duration,
    pub quiet: bool,
    pub terminal: &'a Terminal,
}

/// Audits these inputs.
pub fn run(settled: &Settled, inputs: &[Input]) -> io::Result<Status> {
    let terminal = settled.terminal;
    let key = settled.key(inputs);
    let mut sums = Sums::default();
    let fresh = || Ok::<_, io::Error>((Store::create(settled.out)?, Position::default(), Counts::default()));
    let (store, start, counts) = if settled.resume {
        match Store::resume(settled.out, &key, &mut |row| sums.add(&row))? {
            Ok((store, journal)) => (store, journal.position, journal.counts),
            Err(NoJournal::None) => fresh()?,
            Err(NoJournal::Other) => {
                let message = terminal.ui.text("audit.other", &[("path", &settled.out.display().to_string())]);
                let mistake = Diagnostic::error("audit/other", message);
                return Ok(say(terminal, &[mistake.help(terminal.ui.text("audit.other-help", &[]))]));
            }
        }
    } else {
        fresh()?
    };
    let size = |input: &Input| input.path().and_then(|path| path.metadata().ok()).map_or(0, |file| file.len());
    let progress = Progress::new(inputs.iter().map(size).sum(), !settled.quiet);
    let hidden = |text: &str| settled.masker.hidden(text);
    let examiner = Examiner {
        rulebook: settled.rulebook,
        options: &settled.options,
        zone: &settled.zone,
        hidden: &hidden,
        show: mask,
    };
    let pieces = Pieces::new(inputs, &settled.read, &progress, terminal.ui, start);
    let work = |scratch: &mut Scratch, piece: Piece| done(settled, &examiner, piece, scratch);
    let mut run =
        Run { settled, key, store, sums, counts, progress: &progress, last: Instant::now(), status: Status::Clean };
    pool::ordered(settled.threads, pieces, Scratch::default, work, |done| run.take(done))?;
    run.finish()
}

impl Settled<'_> {
    /// Names this audit: what is read, by which rules, and how. The number of threads is not in it.
    fn key(&self, inputs: &[Input]) -> String {
        let mut all = Xxh3::new();
        let zone = self.zone.iana_name().unwrap_or_default();
        let options = format!("{:?}|{:?}|{:?}|{zone}", self.options, self.read.encoding, self.masker);
        for part in [env!("CARGO_PKG_VERSION"), &self.rulebook.hash, &options] {
            all.update(part.as_bytes());
            all.update(&[0]);
        }
        for input in inputs {
            let path = input.path().map(|path| path.display().to_string()).unwrap_or_default();
            all.update(path.as_bytes());
            let file = input.path().and_then(|path| path.metadata().ok());
            let changed = file.as_ref().and_then(|file| file.modified().ok());
            all.update(format!("|{:?}|{changed:?}|", file.map(|file| file.len())).as_bytes());
        }
        format!("{:032x}", all.digest128())
    }
}

/// What came of a piece.
struct Done {
    path: Option<Arc<str>>,
    outcomes: Vec<Outcome>,
    next: Position,
}

enum Outcome {
    Row(Box<ConversationResult>),
    Rejected(Diagnostic),
    Notice(Diagnostic),
}

fn done(settled: &Settled, examiner: &Examiner, piece: Piece, scratch: &mut Scratch) -> Done {
    let Piece { path, work, from, next } = piece;
    let mut outcomes = Vec::new();
    let mut take = |record| match record {
        Record::Conversation(conversation) if conversation.chunk.lines_before + 1 >= from => {
            outcomes.push(row(settled, examiner, *conversation, path.as_deref(), scratch));
        }
        Record::Failed(mistake) if mistake.line.is_none_or(|line| line >= from) => {
            outcomes.push(Outcome::Rejected(mistake));
        }
        Record::Notice(notice) if from == 0 => outcomes.push(Outcome::Notice(notice)),
        // Done before this audit was stopped.
        Record::Conversation(_) | Record::Failed(_) | Record::Notice(_) => {}
    };
    match work {
        Work::Lines(batch) => batch.conversations(&settled.read).for_each(&mut take),
        Work::Record(Record::Conversation(conversation)) => {
            outcomes.push(row(settled, examiner, *conversation, path.as_deref(), scratch));
        }
        Work::Record(record) => take(record),
    }
    Done { path, outcomes, next }
}

fn row(
    settled: &Settled,
    examiner: &Examiner,
    mut conversation: Conversation,
    path: Option<&str>,
    scratch: &mut Scratch,
) -> Outcome {
    if let Some(name) = &conversation.scenario
        && let Some(scenario) = settled.rulebook.scenario(name)
    {
        conversation.scenario = Some(scenario.id.clone());
    }
    Outcome::Row(Box::new(audit::examine(examiner, &conversation, path, scratch)))
}

/// What the rows come to.
#[derive(Default)]
struct Sums {
    figures: Figures,
    ids: HashSet<u64>,
    repeated: u64,
}

impl Sums {
    fn add(&mut self, row: &ConversationResult) {
        self.figures.add(row);
        if let Some(id) = &row.conversation {
            let id = xxh3_64(id.as_bytes());
            if self.ids.contains(&id) {
                self.repeated += 1;
            } else if self.ids.len() < MOST_IDS {
                self.ids.insert(id);
            }
        }
    }
}

struct Run<'a> {
    settled: &'a Settled<'a>,
    key: String,
    store: Store,
    sums: Sums,
    counts: Counts,
    progress: &'a Progress,
    last: Instant,
    status: Status,
}

impl Run<'_> {
    fn take(&mut self, done: Done) -> io::Result<()> {
        let mut lines = Vec::new();
        for outcome in done.outcomes {
            lines.clear();
            match outcome {
                Outcome::Row(mut row) => {
                    row.number = self.counts.conversations;
                    self.counts.conversations += 1;
                    line(&mut lines, &row)?;
                    self.store.write(Part::Conversations, &lines)?;
                    lines.clear();
                    row.finding_lines().try_for_each(|found| line(&mut lines, &found))?;
                    self.store.write(Part::Findings, &lines)?;
                    self.sums.add(&row);
                }
                Outcome::Rejected(mistake) => {
                    line(&mut lines, &Rejected::new(done.path.as_deref(), &mistake, &self.settled.masker))?;
                    self.store.write(Part::Rejects, &lines)?;
                    self.rejected(done.path.as_deref(), mistake);
                }
                Outcome::Notice(notice) => self.say(done.path.as_deref(), notice),
            }
        }
        self.progress.tell(self.counts.conversations);
        if self.last.elapsed() >= self.settled.checkpoint {
            self.store.checkpoint(&self.key, done.next, self.counts)?;
            self.last = Instant::now();
        }
        Ok(())
    }

    fn rejected(&mut self, path: Option<&str>, mistake: Diagnostic) {
        self.counts.rejected += 1;
        self.status = Status::Trouble;
        if self.counts.rejected <= MOST_SAID {
            self.say(path, mistake);
        }
    }

    fn say(&mut self, path: Option<&str>, mistake: Diagnostic) {
        if mistake.level == Level::Error {
            self.status = Status::Trouble;
        }
        let mistake = mistake.path(path.unwrap_or("<stdin>"));
        self.progress.aside(|| say_masked(self.settled.terminal, &[mistake], &self.settled.masker));
    }

    fn finish(mut self) -> io::Result<Status> {
        self.progress.clear();
        let Settled { rulebook, options, zone, terminal, .. } = self.settled;
        if self.counts.rejected > 0 {
            // Also those of the run that was stopped.
            self.status = Status::Trouble;
        }
        let about = About {
            locale: terminal.locale(),
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            least_cases: 30,
            rules: RuleInfo::all(rulebook, options),
            rejected: self.counts.rejected,
            repeated_ids: self.sums.repeated,
        };
        let summary = audit::summarise(&self.sums.figures, &about);
        let mut bytes = serde_json::to_vec_pretty(&summary)?;
        bytes.push(b'\n');
        self.store.finish(&[("summary.json", bytes)])?;
        if !self.settled.quiet {
            for line in told(&summary, terminal.ui, self.settled.out) {
                // Nothing can be done about a standard error that is gone.
                let _ = writeln!(io::stderr(), "{line}");
            }
        }
        Ok(self.status)
    }
}

fn line(lines: &mut Vec<u8>, record: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *lines, record)?;
    lines.push(b'\n');
    Ok(())
}

/// A row that could not be read.
#[derive(Serialize)]
struct Rejected<'a> {
    schema: u8,
    r#type: &'static str,
    path: Option<&'a str>,
    line: Option<usize>,
    reason: &'static str,
    message: String,
}

impl<'a> Rejected<'a> {
    fn new(path: Option<&'a str>, mistake: &Diagnostic, masker: &Masker) -> Self {
        let (line, reason) = (mistake.line, mistake.code);
        Self { schema: 1, r#type: "rejected", path, line, reason, message: masker.mask(&mistake.message) }
    }
}

/// What a person wants to know at the end.
fn told(summary: &Summary, ui: Ui, out: &Path) -> Vec<String> {
    let input = &summary.input;
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    let flagged = &summary.whole.flagged;
    let mut lines = vec![ui.text(
        "audit.done",
        &[
            ("conversations", &input.audited.to_string()),
            ("cases", &summary.whole.cases.to_string()),
            ("flagged", &flagged.hits.to_string()),
            ("rate", &percent(flagged.rate.unwrap_or_default())),
            ("low", &percent(flagged.low)),
            ("high", &percent(flagged.high)),
        ],
    )];
    if input.skipped > 0 {
        lines.push(ui.text("audit.skipped", &[("count", &input.skipped.to_string())]));
    }
    if input.rejected > 0 {
        lines.push(ui.text("audit.rejected", &[("count", &input.rejected.to_string())]));
    }
    if input.repeated_ids > 0 {
        lines.push(ui.text("audit.repeated", &[("count", &input.repeated_ids.to_string())]));
    }
    lines.push(ui.text("audit.wrote", &[("path", &crate::report::sanitize_line(&out.display().to_string()))]));
    lines
}
