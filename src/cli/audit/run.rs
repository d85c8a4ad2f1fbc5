//! One audit from its first row to its summary: pieces go out to the threads, rows come back in order and are written.

use super::outgoing::Outgoing;
use super::outputs::{self, Sums};
use super::progress::Progress;
use super::sources::{Piece, Pieces, Position, Work};
use super::store::{Counts, NoJournal, Part, Store, rows};
use crate::audit::sample::{Plan, Sampler};
use crate::audit::{About, Auditor, HiddenName, Names, PrivateRow, RuleInfo, Scorecard, names};
use crate::cli::inputs::Input;
use crate::cli::terminal::Terminal;
use crate::cli::{Failure, Status, say_masked, write};
use crate::conversation::read::{self, Record};
use crate::cue::Scratch;
use crate::judge::{Clock, Options, rfc3339};
use crate::pool;
use crate::report::{Masker, Rejected, json_line, sanitize_line};
use crate::rulebook::Rulebook;
use crate::source::{Diagnostic, Level, wording};
use jiff::tz::TimeZone;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use xxhash_rust::xxh3::Xxh3;

/// Most rejected rows that are reported one by one; the file has them all.
const MOST_SAID: u64 = 20;

/// What was asked, settled before anything is read.
pub struct Settled<'a> {
    pub rulebook: &'a Rulebook,
    pub options: Options,
    pub zone: TimeZone,
    /// The moment that deadlines are compared with, if it is needed.
    pub clock: Option<Arc<Clock>>,
    pub masker: Masker,
    pub read: read::Options,
    pub rules: Vec<RuleInfo>,
    pub cards: Vec<Scorecard>,
    pub least_cases: u64,
    pub seed: u64,
    pub plans: Vec<Plan>,
    pub newcomers: Vec<String>,
    pub threads: usize,
    pub out: &'a Path,
    pub resume: bool,
    pub checkpoint: Duration,
    pub quiet: bool,
    pub terminal: &'a Terminal,
}

/// Audits these inputs; records in `names` how each name met is shown.
pub fn run(settled: &Settled, inputs: &[Input], names: &mut Names) -> Result<Status, Failure> {
    let terminal = settled.terminal;
    let key = settled.key(inputs);
    let sums = Sums::new(Sampler::new(settled.seed, settled.plans.clone(), settled.newcomers.clone()), None);
    let fresh = || {
        let store = Store::create(settled.out).and_then(|mut store| {
            // Whether or not there is a sample, the sheet begins with its header.
            Outgoing::new(terminal.locale(), None).begin(&mut store)?;
            Ok((store, Position::default(), Counts::default()))
        });
        store.map_err(|error| write::unwritable(settled.out, &error, terminal.ui))
    };
    // The journal does not store which name got which number, as it would store the names. If any was masked, read them
    // again.
    let mut again = false;
    let (store, start, counts) = if settled.resume {
        match Store::resume(settled.out, &key, &mut |row| again |= row.hides_names())? {
            Ok((store, journal)) => (store, journal.position, journal.counts),
            Err(NoJournal::None) => fresh()?,
            Err(NoJournal::Other) => {
                let message = terminal.ui.text("audit.other", &[("path", &settled.out.display().to_string())]);
                let mistake = Diagnostic::error("audit/other", message);
                return Err(mistake.help(terminal.ui.text("audit.other-help", &[])).into());
            }
        }
    } else {
        fresh()?
    };
    let size = |input: &Input| input.path().and_then(|path| path.metadata().ok()).map_or(0, |file| file.len());
    let progress = Progress::new(inputs.iter().map(size).sum(), !settled.quiet);
    let Settled { rulebook, options, zone, rules, cards, .. } = settled;
    let auditor = Auditor::new((rulebook, options), zone, (rules, cards), &settled.masker);
    let pieces = Pieces::new(inputs, &settled.read, &progress, terminal.ui, start, again);
    let work = |scratch: &mut Scratch, piece: Piece| settled.done(&auditor, piece, scratch);
    let mut run = Run {
        settled,
        names,
        key,
        store,
        sums,
        sheet: settled.plans.is_empty().then(|| Outgoing::new(terminal.locale(), None)),
        kept: counts.conversations > 0,
        counts,
        progress: &progress,
        last: Instant::now(),
        status: Status::Clean,
        unreadable: 0,
    };
    pool::ordered(settled.threads, pieces, auditor.scratch(), work, |done| run.take(done))?;
    Ok(run.finish()?)
}

impl Settled<'_> {
    /// Audits a piece, on any thread.
    fn done(&self, auditor: &Auditor, piece: Piece, scratch: &mut Scratch) -> Done {
        let Piece { path, work, from, next, known } = piece;
        let mut outcomes = Vec::new();
        let mut take = |record, from: usize| match record {
            Record::Conversation(conversation) if !known && conversation.chunk.lines_before + 1 >= from => {
                outcomes.push(Outcome::Row(Box::new(auditor.row(*conversation, path.as_deref(), scratch))));
            }
            Record::Failed(mistake) if !known && mistake.line.is_none_or(|line| line >= from) => {
                outcomes.push(Outcome::Rejected(mistake));
            }
            Record::Notice(notice) if !known && from == 0 => outcomes.push(Outcome::Notice(notice)),
            // Done before this audit was stopped.
            Record::Conversation(conversation) => {
                let hidden = names::hidden(&conversation, &self.masker);
                outcomes.extend((!hidden.is_empty()).then_some(Outcome::Met(hidden)));
            }
            Record::Failed(_) | Record::Notice(_) => {}
        };
        match work {
            Work::Lines(batch) => {
                batch.conversations(&self.read).for_each(|record| take(record, from));
            }
            Work::Records(records) => records.into_iter().for_each(|record| take(record, 0)),
        }
        Done { path, outcomes, next, known }
    }

    /// The audit's key: a hash of inputs, rules and options, but not of the number of threads.
    fn key(&self, inputs: &[Input]) -> String {
        let mut all = Xxh3::new();
        let zone = self.zone.iana_name().unwrap_or_default();
        let options = format!(
            "{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{zone}",
            self.cards,
            self.read.columns,
            self.read.labels.own(),
            self.read.channel,
            self.options,
            self.read.encoding,
            self.read.shelf,
            self.masker
        );
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

/// The result of a piece.
struct Done {
    path: Option<Arc<str>>,
    outcomes: Vec<Outcome>,
    next: Position,
    known: bool,
}

enum Outcome {
    Row(Box<PrivateRow>),
    /// The names in a conversation that was done before the stop.
    Met(Vec<HiddenName>),
    Rejected(Diagnostic),
    Notice(Diagnostic),
}

struct Run<'a> {
    settled: &'a Settled<'a>,
    names: &'a mut Names,
    key: String,
    store: Store,
    sums: Sums,
    /// The sheet for reviewers, unless a sample decides at the end what goes out.
    sheet: Option<Outgoing>,
    /// Whether rows of a stopped run are still missing from the totals.
    kept: bool,
    counts: Counts,
    progress: &'a Progress,
    last: Instant,
    status: Status,
    /// Conversations with times that were reported as unreadable.
    unreadable: u64,
}

impl Run<'_> {
    fn take(&mut self, done: Done) -> io::Result<()> {
        if !done.known {
            self.add_kept()?;
        }
        let (mut lines, mut found) = (Vec::new(), Vec::new());
        for outcome in done.outcomes {
            lines.clear();
            match outcome {
                Outcome::Met(hidden) => drop(self.names.meet(&hidden)),
                Outcome::Row(row) => {
                    let mut row = row.public(self.names);
                    self.sums.wait_for(self.names.found());
                    self.unreadable_time(done.path.as_deref(), &row);
                    row.number = self.counts.conversations;
                    self.counts.conversations += 1;
                    found.clear();
                    row.write(&mut lines, &mut found)?;
                    self.store.write(Part::Conversations, &lines)?;
                    self.store.write(Part::Findings, &found)?;
                    if let Some(sheet) = &mut self.sheet {
                        sheet.add(&row, &mut self.store)?;
                    }
                    self.sums.add(&row);
                }
                Outcome::Rejected(mistake) => {
                    let path = done.path.as_deref().map(|path| self.names.path(path));
                    let (ui, masker) = (self.settled.terminal.ui, &self.settled.masker);
                    json_line(&mut lines, &Rejected::new(path, &mistake, ui, masker))?;
                    self.store.write(Part::Rejects, &lines)?;
                    self.rejected(done.path.as_deref(), mistake);
                }
                Outcome::Notice(notice) => self.say(done.path.as_deref(), notice),
            }
        }
        self.progress.tell(self.counts.conversations);
        if !done.known && self.last.elapsed() >= self.settled.checkpoint {
            self.store.checkpoint(&self.key, done.next, self.counts)?;
            self.last = Instant::now();
        }
        Ok(())
    }

    /// Counts the rows of a stopped run, once the names in them have been met.
    fn add_kept(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.kept) {
            return Ok(());
        }
        self.sums.wait_for(self.names.found());
        let Self { store, sums, sheet, .. } = self;
        rows(&store.rows()?, &mut |row| {
            sums.add(&row);
            if let Some(sheet) = sheet {
                sheet.pass(&row);
            }
            Ok(())
        })
    }

    fn rejected(&mut self, path: Option<&str>, mistake: Diagnostic) {
        self.counts.rejected += 1;
        self.status = Status::Trouble;
        if self.counts.rejected <= MOST_SAID {
            self.say(path, mistake);
        }
    }

    /// Reports an unreadable time: a rule that needs it would otherwise be silent for no visible reason.
    fn unreadable_time(&mut self, path: Option<&str>, row: &crate::audit::ConversationResult) {
        let Some(time) = row.unreadable.as_ref().filter(|_| self.unreadable < MOST_SAID) else { return };
        self.unreadable += 1;
        let message = self.settled.terminal.ui.text("audit.unreadable-time", &[("time", &time.text)]);
        let notice = Diagnostic::warning("audit/time", message);
        let notice = match &row.sheet {
            Some(name) => {
                Diagnostic { message: wording!("sheet {name}: {message}", name, message = notice.message), ..notice }
            }
            None => notice,
        };
        self.say(path, notice.line(time.line));
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
        self.add_kept()?;
        let Settled { rules, cards, least_cases, zone, terminal, .. } = self.settled;
        if self.counts.rejected > 0 {
            // The stopped run's rejected rows count, too.
            self.status = Status::Trouble;
        }
        let about = About {
            locale: terminal.locale(),
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            least_cases: *least_cases,
            rules: rules.clone(),
            scorecards: cards.clone(),
            rejected: self.counts.rejected,
            repeated_ids: 0,
            as_of: self.settled.clock.as_ref().map(|clock| rfc3339(&clock.as_of)),
            promises: None,
            review: None,
        };
        let (summary, sample) = outputs::finish(self.store, self.sums, about, self.sheet.is_none())?;
        if let Some(unread) = &sample.unread_ratings {
            let values = [("count", &*unread.count.to_string()), ("rating", &*sanitize_line(&unread.first))];
            let notice = Diagnostic::warning("audit/rating", terminal.ui.text("audit.ratings", &values));
            say_masked(terminal, &[notice], &self.settled.masker);
        }
        if !self.settled.quiet {
            outputs::tell(&summary, terminal.ui, self.settled.out);
        }
        Ok(self.status)
    }
}
