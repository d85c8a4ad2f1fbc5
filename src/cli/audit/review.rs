//! `replylint audit --review`: applies people's decisions and computes every score and figure again.

use super::again::{self, Places};
use super::outgoing::Outgoing;
use super::outputs::{self, Sums};
use super::reports::{self, Reports};
use super::returned;
use super::store::{Part, Store, rows};
use super::written::Written;
use crate::audit::answers::{Answer, Remark, apply};
use crate::audit::example::{Said, example, reach, unfit};
use crate::audit::review::Sheet;
use crate::audit::sample::{Sample, Sampler};
use crate::audit::{About, ConversationResult, Entry, FatalState, Found, Names, Summary, scorecard};
use crate::cli::context::Contexts;
use crate::cli::terminal::Terminal;
use crate::cli::{Failure, Status, args, say, say_masked};
use crate::conversation::read;
use crate::conversation::{HiddenTurns, Hide, Lang};
use crate::pool;
use crate::report::{Masker, Ui};
use crate::source::{Diagnostic, Span};
use jiff::Zoned;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most conversations written as examples, and most messages of each on either side of the finding.
const MOST_EXAMPLES: usize = 2_000;
const AROUND: usize = 40;

/// Runs the command.
pub fn run(asked: &args::Audit, quiet: bool, terminal: &Terminal) -> Result<Status, Failure> {
    let (ui, out) = (terminal.ui, &asked.out);
    let summary = audited(out, ui)?;
    let mut contexts = Contexts::new(&asked.book, terminal);
    let context = contexts.of(None)?;
    let mut status = say(terminal, &contexts.warnings);
    let masker = context.masker(asked.show_pii);
    let mut returned = Returned::read(&asked.review, terminal)?;
    status = status.max(returned.status);
    for path in &returned.faulty {
        set_aside(path, out, terminal)?;
    }
    let sample = fs::read(out.join("sample.json")).ok();
    let sample = sample.and_then(|bytes| serde_json::from_slice::<Sample>(&bytes).ok());
    let drawn = sample.as_ref().map(|sample| sample.drawn.iter().map(|drawn| drawn.number).collect::<BTreeSet<u64>>());
    let mut heard = Heard {
        today: Zoned::now().strftime("%Y-%m-%d").to_string(),
        masker: &masker,
        ui,
        sheets: &asked.review,
        lost: 0,
        said: Vec::new(),
        refused: BTreeSet::new(),
    };
    let Rewritten { store, sums, wrong } = rewritten(out, &summary, &mut returned.answers, &mut heard, drawn.clone())?;
    heard.lost += returned.answers.values().map(Vec::len).sum::<usize>();
    status = status.max(heard.tell(terminal));
    for path in heard.refused.iter().filter_map(|sheet| asked.review.get(*sheet)) {
        set_aside(path, out, terminal)?;
        returned.taken_in.retain(|taken| *taken != path);
    }
    let locale = if summary.locale == "zh" { Lang::Zh } else { Lang::En };
    let about = About {
        locale,
        zone: summary.zone,
        least_cases: summary.least_cases,
        rules: summary.rules,
        scorecards: summary.scorecards,
        rejected: summary.input.rejected,
        repeated_ids: summary.input.repeated_ids,
        as_of: summary.as_of,
        promises: summary.promises,
        review: None,
    };
    let summary = sums.summary(about);
    let how = super::reading(&context, None);
    let examples = examples(&wrong, &how, &masker, ui);
    outputs::finish_with(store, &summary, sample.as_ref(), Some(&examples))?;
    mark_taken_in(out, &returned.taken_in)?;
    // Reports that exist are rewritten with the new figures.
    if !asked.no_reports {
        let (promises, ui) = (ledger(out), Ui::new(locale));
        let (packs, threads) = (super::own_packs(&context, ui), pool::threads(asked.threads));
        let (read, masker, names, promises, packs) = (&how, &masker, &Names::default(), promises.as_deref(), &packs);
        reports::write(&Reports { out, read, masker, names, promises, packs, ui, threads })?;
    }
    if !quiet {
        outputs::tell(&summary, ui, out);
    }
    Ok(status)
}

/// The audit that was reviewed.
fn audited(out: &Path, ui: Ui) -> Result<Summary, Diagnostic> {
    let summary = fs::read(out.join("summary.json"));
    let summary = summary.and_then(|bytes| Ok(serde_json::from_slice::<Summary>(&bytes)?));
    summary.map_err(|error| {
        let shown = out.display().to_string();
        let message = ui.text("audit.no-audit", &[("path", &shown), ("reason", &ui.wording(&error.into()))]);
        Diagnostic::error("audit/missing", message).help(ui.text("audit.no-audit-help", &[("path", &shown)]))
    })
}

/// The returned sheets.
struct Returned<'a> {
    /// By conversation.
    answers: BTreeMap<u64, Vec<Answer>>,
    /// Sheets of which every line was understood.
    taken_in: Vec<&'a Path>,
    /// The others.
    faulty: Vec<&'a Path>,
    status: Status,
}

impl<'a> Returned<'a> {
    /// Reads them all before anything is written.
    fn read(sheets: &'a [PathBuf], terminal: &Terminal) -> Result<Self, Failure> {
        let mut returned =
            Self { answers: BTreeMap::new(), taken_in: Vec::new(), faulty: Vec::new(), status: Status::Clean };
        for (sheet, path) in sheets.iter().enumerate() {
            let read = returned::read(sheet, path, &mut returned.answers, terminal)?;
            let kind = if read == Status::Clean { &mut returned.taken_in } else { &mut returned.faulty };
            kind.push(path);
            returned.status = returned.status.max(read);
        }
        Ok(returned)
    }
}

/// The rows after review, with their totals.
struct Rewritten {
    store: Store,
    sums: Sums,
    /// Rows with findings that were judged wrong.
    wrong: Places,
}

fn rewritten(
    out: &Path,
    summary: &Summary,
    answers: &mut BTreeMap<u64, Vec<Answer>>,
    heard: &mut Heard<'_>,
    drawn: Option<BTreeSet<u64>>,
) -> io::Result<Rewritten> {
    let conditional: scorecard::RuleIds =
        summary.rules.iter().filter(|rule| rule.conditional).map(|rule| rule.rule.clone()).collect();
    let (mut store, mut wrong) = (Store::create(out)?, Places::new());
    let locale = if summary.locale == "zh" { Lang::Zh } else { Lang::En };
    let mut sheet = Outgoing::new(locale, drawn.clone());
    sheet.begin(&mut store)?;
    let mut sums = Sums::new(Sampler::new(0, Vec::new(), []), drawn);
    rows(&out.join("conversations.jsonl"), &mut |mut row| {
        if let Some(own) = answers.remove(&row.number) {
            heard.take(&mut row, own);
        }
        row.scores = scorecard::scores(&summary.scorecards, &row, &conditional);
        let (mut lines, mut found) = (Vec::new(), Vec::new());
        row.write(&mut lines, &mut found)?;
        store.write(Part::Conversations, &lines)?;
        store.write(Part::Findings, &found)?;
        sheet.add(&row, &mut store)?;
        sums.add(&row);
        if wrong.len() < MOST_EXAMPLES && row.findings.iter().any(is_wrong) {
            wrong.entry((row.path.clone(), row.line.unwrap_or(1))).or_default().push(Arc::new(row));
        }
        Ok(())
    })?;
    store.write(Part::Rejects, &fs::read(out.join("rejects.jsonl"))?)?;
    Ok(Rewritten { store, sums, wrong })
}

/// Agents' answers are in the rows now, so their sheets may be overwritten.
fn mark_taken_in(out: &Path, taken_in: &[&Path]) -> io::Result<()> {
    let mut written = Written::read(out)?;
    for sheet in written.sheets_of_agents() {
        let real = out.join(&sheet).canonicalize().ok();
        if real.is_some() && taken_in.iter().any(|path| path.canonicalize().ok() == real) {
            written.sheet(&sheet)?;
        }
    }
    Ok(())
}

/// The sheet in the audit's folder is about to be overwritten; answers that were not applied must not be lost with it.
fn set_aside(path: &Path, out: &Path, terminal: &Terminal) -> io::Result<()> {
    for (sheet, aside) in [("review.xlsx", "review-returned.xlsx"), ("review.csv", "review-returned.csv")] {
        let same = |one: &Path, other: &Path| Some(one.canonicalize().ok()? == other.canonicalize().ok()?);
        if same(path, &out.join(sheet)) == Some(true) {
            let aside = out.join(aside);
            fs::copy(path, &aside)?;
            let sheet = aside.display().to_string();
            let kept = terminal.ui.text("audit.sheet-kept", &[("sheet", &sheet)]);
            say(terminal, &[Diagnostic::warning("audit/sheet-kept", kept)]);
        }
    }
    Ok(())
}

fn is_wrong(found: &Found) -> bool {
    found.state() == FatalState::Dismissed
}

/// Findings judged wrong, as examples: each with its conversation, read again.
fn examples(wrong: &Places, how: &read::Options, masker: &Masker, ui: Ui) -> String {
    let mut told: BTreeMap<u64, String> = BTreeMap::new();
    let shared = ui.text("audit.example-shared", &[]);
    again::read(wrong, how, masker, &Names::default(), ui, &mut |row, conversation| {
        let private = HiddenTurns::new(masker, conversation);
        let told = told.entry(row.number).or_default();
        for found in row.findings.iter().filter(|found| is_wrong(found)) {
            let Some(reach) = reach(row, found, AROUND) else {
                told.push_str(&unfit(row, found, &shared));
                continue;
            };
            let turns = conversation.turns.iter().enumerate().filter(|(number, _)| reach.contains(number));
            let said = turns.map(|(number, turn)| Said {
                role: turn.role,
                time: turn.time.as_ref().map(|time| masker.name(time)),
                text: masker.show(&turn.text, Span::new(0, turn.text.len()), &private.of(number)),
            });
            told.extend(example(row, found, Some(&said.collect::<Vec<_>>())));
        }
    });
    for row in wrong.values().flatten() {
        told.entry(row.number).or_insert_with(|| {
            let wrong = row.findings.iter().filter(|found| is_wrong(found));
            let told = wrong.filter_map(|found| match reach(row, found, 0) {
                Some(_) => example(row, found, None),
                None => Some(unfit(row, found, &shared)),
            });
            told.collect()
        });
    }
    told.into_values().collect()
}

/// Applies answers to rows.
struct Heard<'a> {
    /// The day of decisions that state none.
    today: String,
    masker: &'a Masker,
    ui: Ui,
    sheets: &'a [PathBuf],
    /// Answers that fit no finding.
    lost: usize,
    said: Vec<Diagnostic>,
    /// Sheets with a refused decision.
    refused: BTreeSet<usize>,
}

impl Heard<'_> {
    /// Applies answers to their row. Private data in reasons and names is masked like everything else.
    fn take(&mut self, row: &mut ConversationResult, mut answers: Vec<Answer>) {
        for answer in &mut answers {
            answer.reason = self.masker.mask(&answer.reason);
            answer.reviewer = self.masker.name(&answer.reviewer);
            answer.when = self.masker.name(&answer.when);
        }
        let (taken, remarks) = apply(row, &answers, &self.today);
        self.lost += answers.len() - taken;
        for (answer, remark) in remarks {
            if remark == Remark::OwnDecision {
                self.refused.insert(answer.sheet);
            }
            self.said.push(told(answer, &remark, row, self.ui, self.sheets));
        }
    }

    fn tell(&self, terminal: &Terminal) -> Status {
        let mut status = say_masked(terminal, &self.said, self.masker);
        if self.lost > 0 {
            let message = self.ui.text("audit.review-lost", &[("count", &self.lost.to_string())]);
            let mistake = Diagnostic::error("audit/review", message);
            status = status.max(say(terminal, &[mistake.help(self.ui.text("audit.review-lost-help", &[]))]));
        }
        status
    }
}

/// The diagnostic about a line, with its place.
fn told(answer: &Answer, remark: &Remark, row: &ConversationResult, ui: Ui, sheets: &[PathBuf]) -> Diagnostic {
    let said = match remark {
        Remark::OwnDecision => Diagnostic::error("audit/own-decision", ui.text("audit.review-own", &[])),
        Remark::Differs(column, before, now) => {
            let form = Sheet::builtin();
            let [before, now] = [before, now].map(|word| form.shown(word, ui.locale()));
            let conversation = row.conversation.clone().unwrap_or_else(|| row.number.to_string());
            let column = form.header(column, ui.locale());
            let values = [("conversation", &*conversation), ("column", &*column), ("before", before), ("now", now)];
            Diagnostic::warning("audit/differs", ui.text("audit.review-differs", &values))
        }
    };
    let path = sheets.get(answer.sheet).map(|path| path.display().to_string()).unwrap_or_default();
    said.path(path).line(answer.line)
}

/// The audit's promise ledger, if it kept one.
fn ledger(out: &Path) -> Option<Vec<Entry>> {
    let lines = fs::read_to_string(out.join("promises.jsonl")).ok()?;
    lines.lines().map(|line| serde_json::from_str(line).ok()).collect()
}
