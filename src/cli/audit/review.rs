//! `replylint audit --review`: what people decided comes back, and every score and figure is computed again.

use super::again::{self, Places};
use super::outputs::{self, Sums, line};
use super::reports::{self, Reports};
use super::store::{Part, Store, rows};
use super::written::Written;
use crate::audit::review::{Answer, Refused, Said, Sheet, apply, example};
use crate::audit::sample::{Sample, Sampler};
use crate::audit::{About, Entry, FatalState, Found, Review, Summary, scorecard};
use crate::cli::asked::hider;
use crate::cli::context::Contexts;
use crate::cli::terminal::Terminal;
use crate::cli::{Status, args, inputs, say};
use crate::conversation::read::{self, SheetRows};
use crate::conversation::{HiddenTurns, Hide, Lang};
use crate::pool;
use crate::report::{Masker, Ui};
use crate::source::{Diagnostic, Level, Span, wording};
use jiff::Zoned;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// Largest sheet that comes back.
const MOST_BYTES: u64 = 256 << 20;
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
    for path in &asked.review {
        let read = read(path, &mut answers, terminal);
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
    let (mut taken, mut wrong) = (0, Places::new());
    rows(&asked.out.join("conversations.jsonl"), &mut |mut row| {
        if let Some(mut own) = answers.remove(&row.number) {
            for answer in &mut own {
                finish(&mut answer.review, &today, &masker);
            }
            taken += apply(&mut row, &own);
        }
        row.scores = scorecard::scores(&summary.scorecards, &row, &conditional);
        let mut lines = Vec::new();
        line(&mut lines, &row)?;
        store.write(Part::Conversations, &lines)?;
        lines.clear();
        row.finding_lines().try_for_each(|found| line(&mut lines, &found))?;
        store.write(Part::Findings, &lines)?;
        sums.add(&row);
        if wrong.len() < MOST_EXAMPLES && row.findings.iter().any(is_wrong) {
            wrong.entry((row.path.clone(), row.line.unwrap_or(1))).or_default().push(Arc::new(row));
        }
        Ok(())
    })?;
    store.write(Part::Rejects, &fs::read(asked.out.join("rejects.jsonl"))?)?;
    let lost: usize = answers.values().map(Vec::len).sum();
    if lost > 0 {
        let message = ui.text("audit.review-lost", &[("count", &lost.to_string())]);
        status = status.max(say(terminal, &[Diagnostic::error("audit/review", message)]));
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
        reports::write(&Reports { out, read: &how, masker: &masker, promises, packs: &packs, ui, threads })?;
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
    again::read(wrong, how, (masker, ui), &mut |row, conversation| {
        let private = HiddenTurns::new(masker, conversation);
        let told = told.entry(row.number).or_default();
        for found in row.findings.iter().filter(|found| is_wrong(found)) {
            let turn = usize::try_from(found.turn).unwrap_or_default();
            let (first, last) = (turn.saturating_sub(AROUND), turn.saturating_add(AROUND));
            let turns = conversation.turns.iter().enumerate().filter(|(number, _)| (first..=last).contains(number));
            let said = turns.map(|(number, turn)| Said {
                role: turn.role,
                time: turn.time.clone(),
                text: masker.show(&turn.text, Span::new(0, turn.text.len()), &private.of(number)),
            });
            told.extend(example(row, found, Some(&said.collect::<Vec<_>>())));
        }
    });
    for row in wrong.values().flatten() {
        told.entry(row.number).or_insert_with(|| {
            row.findings.iter().filter(|found| is_wrong(found)).filter_map(|found| example(row, found, None)).collect()
        });
    }
    told.into_values().collect()
}

/// What nobody wrote down: on which day it came back. What is private in a reason is hidden like everything else.
fn finish(review: &mut Review, today: &str, masker: &Masker) {
    review.reason = masker.mask(&review.reason);
    if review.when.is_empty() && review.outcome != FatalState::Suspected {
        today.clone_into(&mut review.when);
    }
}

/// The promises that the audit kept, if it did.
fn ledger(out: &Path) -> Option<Vec<Entry>> {
    let lines = fs::read_to_string(out.join("promises.jsonl")).ok()?;
    lines.lines().map(|line| serde_json::from_str(line).ok()).collect()
}

/// The answers of a sheet, by conversation.
fn read(path: &Path, answers: &mut BTreeMap<u64, Vec<Answer>>, terminal: &Terminal) -> Status {
    let ui = terminal.ui;
    let shown = path.display().to_string();
    let refuse = |mistake: Diagnostic| say(terminal, &[mistake.path(shown.clone())]);
    let mut bytes = Vec::new();
    let opened = inputs::open(path, ui).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    if let Err(error) = opened {
        return refuse(Diagnostic::error("input/unreadable", &error));
    }
    if bytes.len() as u64 > MOST_BYTES {
        return refuse(Diagnostic::error(
            "input/too-large",
            wording!("over the limit of {limit} bytes", limit = MOST_BYTES),
        ));
    }
    let SheetRows { rows, said } = read::rows(&bytes, None);
    let mut status = Status::Clean;
    for mistake in said.into_iter().filter(|mistake| mistake.level == Level::Error) {
        status = status.max(refuse(mistake));
    }
    let form = Sheet::builtin();
    let mut rows = rows.into_iter();
    let Some(header) = rows.next() else {
        return status.max(refuse(Diagnostic::error("input/empty", wording!("the sheet is empty"))));
    };
    let columns: Vec<&str> = header.cells.iter().map(|cell| form.column(cell).unwrap_or(cell)).collect();
    // Of a workbook, the sheet that went out.
    for row in rows.filter(|row| row.sheet == header.sheet) {
        let cell = |column: &str| {
            let place = columns.iter().position(|name| *name == column)?;
            row.cells.get(place).map(String::as_str)
        };
        match form.answer(row.line, cell) {
            Ok(Some(answer)) => answers.entry(answer.number).or_default().push(answer),
            Ok(None) => {}
            Err(refused) => {
                let key = match refused {
                    Refused::NoFinding => "audit.review-no-finding",
                    Refused::NoReviewer => "audit.review-no-reviewer",
                    Refused::Word => "audit.review-word",
                };
                status = status.max(refuse(Diagnostic::error("audit/review", ui.text(key, &[])).line(row.line)));
            }
        }
    }
    status
}
