//! One run over what was given: pieces go out to the threads, records come back in the order of the input.

use crate::command::Command;
use crate::rows::{BROKEN, Source, Work};
use crate::settled::Settled;
use replylint::audit::{Auditor, Entry, Ledger, Names, PrivateRow, Told};
use replylint::conversation::Conversation;
use replylint::conversation::read::{Options, Record};
use replylint::cue::Scratch;
use replylint::judge::{PledgeReader, Unknown, judge, rfc3339};
use replylint::pool;
use replylint::report::{
    ConversationReport, JsonLines, Masker, NotEvaluated, Rejected, Report, Setback, Summary, Ui, json_line,
    ledger, unknown_scenario,
};
use replylint::source::Diagnostic;
use replylint::workshop::acts;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Most notices that are told: one of each.
const MOST_NOTICES: usize = 1000;

/// What a run comes to: lines of JSON in stretches, in the order of the input.
#[derive(Default)]
pub struct Outcome {
    /// By the name of the part.
    pub parts: Vec<(&'static str, Vec<Vec<u8>>)>,
    /// What failed, what was not asked, the figures: as lines.
    pub rest: Vec<u8>,
    /// Worth saying.
    pub notices: BTreeSet<String>,
    /// The first number behind those that were given out.
    pub next: u64,
}

/// What came of a piece.
#[derive(Default)]
struct Done {
    lines: Vec<u8>,
    rows: Vec<PrivateRow>,
    told: Vec<Told>,
    summary: Summary,
    not_evaluated: BTreeMap<(usize, Unknown), u64>,
    failed: Vec<Diagnostic>,
    notices: Vec<Diagnostic>,
}

/// Whatever ends a run before its end.
pub enum Stop<E> {
    /// The input broke off.
    Broken(String),
    /// Nothing could be written.
    Io(io::Error),
    /// Somebody wants it to stop.
    Asked(E),
}

impl<E> From<io::Error> for Stop<E> {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// How a run goes.
pub struct How {
    pub command: Command,
    /// How input is read.
    pub read: Options,
    /// Whether records get the number of their row.
    pub rows: bool,
    pub threads: usize,
    /// The number of the first conversation of an audit.
    pub first: u64,
}

/// Runs a command over all of the source; `go_on` is asked after every piece.
pub fn run<E>(
    settled: &Settled,
    how: &How,
    source: Source<'_>,
    go_on: &mut dyn FnMut() -> Result<(), E>,
) -> Result<Outcome, Stop<E>> {
    let command = how.command;
    let context = &settled.context;
    let program = &context.rulebook.program;
    let masker = settled.masker();
    let pledges = PledgeReader::new(program);
    let by = (&*context.rulebook, &settled.audit_options);
    let auditor = Auditor::new(by, &settled.clock.zone, (&settled.rules, &settled.cards), &masker);
    let scratch = match command {
        Command::Check => Scratch::default,
        Command::Audit => auditor.scratch(),
        // No rule has to ask for what these go by.
        Command::Acts | Command::Promises | Command::Facts => Scratch::thorough,
    };
    let work = |scratch: &mut Scratch, work: Work| {
        let mut done = Done::default();
        work.each(&how.read, |record| match record {
            Record::Conversation(conversation) => match command {
                Command::Check => check(settled, *conversation, how.rows, scratch, &mut done),
                Command::Audit => done.rows.push(auditor.row(*conversation, None, scratch)),
                Command::Acts => {
                    for found in acts(program, &conversation, &settled.clock, &masker, scratch) {
                        let line = serde_json::to_vec(&found).unwrap_or_default();
                        put(&mut done.lines, &line, &conversation, how.rows);
                        done.lines.push(b'\n');
                    }
                }
                Command::Facts => {
                    let told = Told::read((&pledges, program), &conversation, None, &settled.clock, scratch);
                    let line = serde_json::to_vec(&told).unwrap_or_default();
                    put(&mut done.lines, &line, &conversation, true);
                    done.lines.push(b'\n');
                }
                Command::Promises => {
                    done.told.push(Told::read((&pledges, program), &conversation, None, &settled.clock, scratch));
                }
            },
            Record::Failed(mistake) => done.failed.push(mistake),
            Record::Notice(notice) => done.notices.push(notice),
        });
        done
    };
    let mut all = Sum { next: how.first, ..Sum::default() };
    pool::ordered(how.threads, source, scratch, work, |done| {
        go_on().map_err(Stop::Asked)?;
        all.take(done, command, settled.ui, &masker)
    })?;
    all.finish(settled, command, masker)
}

/// Judges a conversation and writes what was found.
fn check(settled: &Settled, mut conversation: Conversation, rows: bool, scratch: &mut Scratch, done: &mut Done) {
    let rulebook = &settled.context.rulebook;
    if let Some(name) = rulebook.settle_scenario(&mut conversation) {
        done.notices.push(unknown_scenario(&name, settled.ui));
    }
    let verdict = judge(rulebook, &conversation, None, &settled.options, scratch);
    done.summary.conversations += 1;
    done.summary.turns += verdict.turns as u64;
    done.summary.replies += verdict.replies as u64;
    for key in verdict.not_evaluated {
        *done.not_evaluated.entry(key).or_default() += 1;
    }
    if verdict.findings.is_empty() {
        return;
    }
    done.summary.add_findings(&conversation, &verdict.findings);
    let dated = |rule: &str| rulebook.rules.iter().any(|known| known.id == rule && known.is_dated());
    if done.summary.as_of.is_none() && verdict.findings.iter().any(|finding| dated(&finding.rule)) {
        done.summary.as_of = Some(rfc3339(&settled.clock.as_of));
    }
    let report = ConversationReport { conversation: &conversation, findings: &verdict.findings };
    let mut lines = Vec::new();
    let mut format = JsonLines::new(settled.masker(), rulebook.hash.as_str());
    // A vector takes whatever is written.
    let _ = format.conversation(&mut lines, &report);
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        put(&mut done.lines, line, &conversation, rows);
    }
}

/// A record, with the number of its conversation's row in front.
fn put(lines: &mut Vec<u8>, line: &[u8], conversation: &Conversation, rows: bool) {
    match line.strip_prefix(b"{") {
        Some(rest) if rows => {
            let _ = write!(lines, "{{\"row\":{},", conversation.chunk.lines_before);
            lines.extend_from_slice(rest);
        }
        _ => lines.extend_from_slice(line),
    }
}

/// What the pieces come to.
#[derive(Default)]
struct Sum {
    lines: Vec<Vec<u8>>,
    findings: Vec<Vec<u8>>,
    ledger: Ledger,
    names: Names,
    summary: Summary,
    not_evaluated: BTreeMap<(usize, Unknown), u64>,
    rejected: Vec<u8>,
    notices: BTreeSet<String>,
    next: u64,
}

impl Sum {
    fn take<E>(&mut self, done: Done, command: Command, ui: Ui, masker: &Masker) -> Result<(), Stop<E>> {
        if !done.lines.is_empty() {
            self.lines.push(done.lines);
        }
        if !done.rows.is_empty() {
            let (mut rows, mut findings) = (Vec::new(), Vec::new());
            for row in done.rows {
                let mut row = row.public(&mut self.names);
                row.number = self.next;
                self.next += 1;
                row.write(&mut rows, &mut findings).map_err(io::Error::from)?;
            }
            self.lines.push(rows);
            self.findings.push(findings);
        }
        done.told.into_iter().for_each(|told| self.ledger.add(told));
        self.summary.merge(done.summary);
        for (key, count) in done.not_evaluated {
            *self.not_evaluated.entry(key).or_default() += count;
        }
        for mistake in done.failed {
            if mistake.code == BROKEN {
                return Err(Stop::Broken(masker.mask(&ui.wording(&mistake.message))));
            }
            if command == Command::Audit {
                json_line(&mut self.rejected, &Rejected::new(None, &mistake, ui, masker))?;
            }
            self.summary.failed.push(Setback {
                line: mistake.line,
                reason: mistake.code.to_owned(),
                message: ui.wording(&mistake.message),
                ..Setback::default()
            });
        }
        for notice in done.notices {
            if self.notices.len() < MOST_NOTICES {
                self.notices.insert(masker.mask(&ui.wording(&notice.message)));
            }
        }
        Ok(())
    }

    fn finish<E>(mut self, settled: &Settled, command: Command, masker: Masker) -> Result<Outcome, Stop<E>> {
        let mut out = Outcome { notices: self.notices, next: self.next, ..Outcome::default() };
        match command {
            Command::Check => out.parts.push(("findings", self.lines)),
            Command::Acts => out.parts.push(("turns", self.lines)),
            Command::Facts => out.parts.push(("facts", self.lines)),
            Command::Audit => {
                out.parts.push(("conversations", self.lines));
                out.parts.push(("findings", self.findings));
                out.rest = self.rejected;
                return Ok(out);
            }
            Command::Promises => {
                out.parts.push(("promises", settle(&self.ledger, settled, &masker)?));
            }
        }
        let ui: Ui = settled.ui;
        let rules = &settled.context.rulebook.rules;
        let missing = self
            .not_evaluated
            .into_iter()
            .map(|((rule, reason), count)| ((rules[rule].id.clone(), reason.key()), count));
        // By name, as the command line tells them.
        let missing: BTreeMap<(String, &str), u64> = missing.collect();
        let missing = missing.into_iter();
        self.summary.not_evaluated =
            missing.map(|((rule, reason), count)| NotEvaluated { rule, reason: ui.text(reason, &[]), count }).collect();
        let mut format = JsonLines::new(masker, settled.context.rulebook.hash.as_str());
        format.finish(&mut out.rest, &self.summary)?;
        Ok(out)
    }
}

/// The promises of a ledger, in stretches, so that many threads can make columns of them.
pub fn settle(ledger: &Ledger, settled: &Settled, masker: &Masker) -> io::Result<Vec<Vec<u8>>> {
    let entries = ledger.close(&settled.clock);
    let mut names = Names::default();
    let stretch = |entries: &[Entry]| {
        let public: Vec<Entry> = entries.iter().map(|entry| ledger::public(entry, masker, &mut names)).collect();
        let mut lines = Vec::new();
        ledger::jsonl(&mut lines, &public)?;
        Ok(lines)
    };
    entries.chunks(4096).map(stretch).collect()
}
