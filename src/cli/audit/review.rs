//! `replylint audit --review`: what people decided comes back, and every score and figure is computed again.

use super::again::{self, Places};
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
use crate::cli::asked::hider;
use crate::cli::context::Contexts;
use crate::cli::terminal::Terminal;
use crate::cli::{Status, args, say, say_masked};
use crate::conversation::read;
use crate::conversation::{HiddenTurns, Hide, Lang};
use crate::pool;
use crate::report::{Masker, Ui, json_line};
use crate::source::{Diagnostic, Span};
use jiff::Zoned;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most conversations that come back as examples, and most messages of one on either side of the finding.
const MOST_EXAMPLES: usize = 2_000;
const AROUND: usize = 40;

/// Runs the command.
pub fn run(asked: &args::Audit, quiet: bool, terminal: &Terminal) -> io::Result<Status> {
    let ui = terminal.ui;
    let summary = fs::read(asked.out.join("summary.json"));
    let summary = summary.and_then(|bytes| Ok(serde_json::from_slice::<Summary>(&bytes)?));
    let summary = match summary {
        Ok(summary) => summary,
        Err(error) => {
            let shown = asked.out.display().to_string();
            let message = ui.text("audit.no-audit", &[("path", &shown), ("reason", &ui.wording(&error.into()))]);
            return Ok(say(terminal, &[Diagnostic::error("audit/missing", message)]));
        }
    };
    let mut contexts = Contexts::new(&asked.book, terminal);
    let context = match contexts.of(None) {
        Ok(context) => context,
        Err(mistakes) => return Ok(say(terminal, &mistakes)),
    };
    let mut status = say(terminal, &contexts.warnings);
    let masker = hider(asked.show_pii, &context);
    let (mut answers, mut taken_in) = (BTreeMap::new(), Vec::new());
    for (sheet, path) in asked.review.iter().enumerate() {
        let read = returned::read((sheet, path), &mut answers, terminal);
        if read == Status::Clean {
            taken_in.push(path);
        } else {
            set_aside(path, &asked.out, terminal)?;
        }
        status = status.max(read);
    }
    let today = Zoned::now().strftime("%Y-%m-%d").to_string();
    let mut store = Store::create(&asked.out)?;
    let conditional: BTreeSet<String> =
        summary.rules.iter().filter(|rule| rule.conditional).map(|rule| rule.rule.clone()).collect();
    let sample = fs::read(asked.out.join("sample.json")).ok();
    let sample = sample.and_then(|bytes| serde_json::from_slice::<Sample>(&bytes).ok());
    let drawn = sample.as_ref().map(|sample| sample.drawn.iter().map(|drawn| drawn.number).collect::<BTreeSet<u64>>());
    let mut sums = Sums::new(Sampler::new(0, Vec::new(), []), drawn.clone());
    let (sheets, mut wrong) = (&asked.review[..], Places::new());
    let mut heard = Heard { today, masker: &masker, ui, sheets, lost: 0, said: Vec::new(), refused: BTreeSet::new() };
    rows(&asked.out.join("conversations.jsonl"), &mut |mut row| {
        if let Some(own) = answers.remove(&row.number) {
            heard.take(&mut row, own);
        }
        row.scores = scorecard::scores(&summary.scorecards, &row, &conditional);
        let mut lines = Vec::new();
        json_line(&mut lines, &row)?;
        store.write(Part::Conversations, &lines)?;
        lines.clear();
        row.finding_lines().try_for_each(|found| json_line(&mut lines, &found))?;
        store.write(Part::Findings, &lines)?;
        sums.add(&row);
        if wrong.len() < MOST_EXAMPLES && row.findings.iter().any(is_wrong) {
            wrong.entry((row.path.clone(), row.line.unwrap_or(1))).or_default().push(Arc::new(row));
        }
        Ok(())
    })?;
    store.write(Part::Rejects, &fs::read(asked.out.join("rejects.jsonl"))?)?;
    heard.lost += answers.values().map(Vec::len).sum::<usize>();
    status = status.max(heard.tell(terminal));
    for path in heard.refused.iter().filter_map(|sheet| asked.review.get(*sheet)) {
        set_aside(path, &asked.out, terminal)?;
        taken_in.retain(|taken| *taken != path);
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
        review: None,
    };
    let summary = sums.summary(about);
    let how = super::reading(&context, None);
    let examples = examples(&wrong, &how, &masker, ui);
    outputs::finish_with(store, &summary, &sample.unwrap_or_default(), drawn.as_ref(), Some(&examples))?;
    // What agents sent back is in the rows now: their sheets may be written anew.
    let mut written = Written::read(&asked.out)?;
    for sheet in written.sheets_of_agents() {
        let real = asked.out.join(&sheet).canonicalize().ok();
        if real.is_some() && taken_in.iter().any(|path| path.canonicalize().ok() == real) {
            written.sheet(&sheet)?;
        }
    }
    // The reports that were there tell the new figures.
    if !asked.no_reports {
        let promises = ledger(&asked.out);
        let ui = Ui::new(locale);
        let packs = super::own_packs(&context, ui);
        let promises = promises.as_deref();
        let threads = pool::threads(asked.threads);
        let out = &asked.out;
        let (read, masker, names, packs) = (&how, &masker, &Names::default(), &packs);
        reports::write(&Reports { out, read, masker, names, promises, packs, ui, threads })?;
    }
    if !quiet {
        outputs::tell(&summary, ui, &asked.out);
    }
    Ok(status)
}

/// A sheet in the folder of the audit is written anew. What could not be taken in must not be lost with it.
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

/// What was judged wrongly, as examples: each with its conversation, read once more.
fn examples(wrong: &Places, how: &read::Options, masker: &Masker, ui: Ui) -> String {
    let mut told: BTreeMap<u64, String> = BTreeMap::new();
    let shared = ui.text("audit.example-shared", &[]);
    again::read(wrong, how, (masker, &Names::default(), ui), &mut |row, conversation| {
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

/// What comes of the answers.
struct Heard<'a> {
    /// The day of decisions that state none.
    today: String,
    masker: &'a Masker,
    ui: Ui,
    sheets: &'a [PathBuf],
    /// Answers that fit no finding.
    lost: usize,
    said: Vec<Diagnostic>,
    /// Sheets with a decision that counts for nothing.
    refused: BTreeSet<usize>,
}

impl Heard<'_> {
    /// Puts answers onto their row. What is private in a reason or a name is hidden like everything else.
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
            status = status.max(say(terminal, &[Diagnostic::error("audit/review", message)]));
        }
        status
    }
}

/// What is to be said of a line, with its place.
fn told(answer: &Answer, remark: &Remark, row: &ConversationResult, ui: Ui, sheets: &[PathBuf]) -> Diagnostic {
    let said = match remark {
        Remark::OwnDecision => Diagnostic::error("audit/own-decision", ui.text("audit.review-own", &[])),
        Remark::Differs(column, before, now) => {
            let form = Sheet::builtin();
            let [before, now] = [before, now].map(|word| form.shown(word, ui.locale()));
            let conversation = row.conversation.clone().unwrap_or_else(|| row.number.to_string());
            let column = form.header(column, ui.locale());
            let values = [("conversation", &*conversation), ("column", &*column), ("before", &*before), ("now", &*now)];
            Diagnostic::warning("audit/differs", ui.text("audit.review-differs", &values))
        }
    };
    let path = sheets.get(answer.sheet).map(|path| path.display().to_string()).unwrap_or_default();
    said.path(path).line(answer.line)
}

/// The promises that the audit kept, if it did.
fn ledger(out: &Path) -> Option<Vec<Entry>> {
    let lines = fs::read_to_string(out.join("promises.jsonl")).ok()?;
    lines.lines().map(|line| serde_json::from_str(line).ok()).collect()
}
