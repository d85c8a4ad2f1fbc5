//! `replylint calibrate`: compares an audit with what people said about the same conversations.

use super::args::{self, FigureFormat};
use super::audit::{sheet, store};
use super::inputs::unreadable;
use super::terminal::Terminal;
use super::{Failure, Status, human_verdicts, say, say_masked, write};
use crate::audit::alike::Alike;
use crate::audit::calibrate::{Calibration, Comparison};
use crate::audit::discuss::Discussion;
use crate::audit::people::{Among, Human, Reference};
use crate::audit::review::Sheet;
use crate::audit::side_by_side::{Judged, SideBySide, widest};
use crate::audit::{Points, Summary};
use crate::conversation::Hide;
use crate::report::table::{self, Cell};
use crate::report::{Masker, Ui, sanitize_line};
use crate::rulebook::Rulebook;
use crate::source::Diagnostic;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Most conversations that are named in a list.
const MOST_NAMED: usize = 10;

/// Runs the command.
pub fn run(asked: &args::Calibrate, terminal: &Terminal) -> Result<Status, Failure> {
    let ui = terminal.ui;
    let folder = if asked.machine.is_dir() { Some(&*asked.machine) } else { asked.machine.parent() };
    let machine =
        if asked.machine.is_dir() { asked.machine.join("conversations.jsonl") } else { asked.machine.clone() };
    let summary = folder.map(|folder| folder.join("summary.json"));
    let inputs: Vec<&Path> = [&*machine, &*asked.human].into_iter().chain(summary.as_deref()).collect();
    let claim = |path: &Option<PathBuf>, taken: &[&Path]| {
        path.as_deref().map(|path| write::claim(path, taken, asked.force, ui)).transpose()
    };
    let new = claim(&asked.out, &inputs)?;
    if asked.out.is_some() && asked.out == asked.scores {
        let path = asked.out.iter().map(|path| path.display().to_string()).collect::<String>();
        let message = ui.text("output.same", &[("path", &path)]);
        return Err(Diagnostic::error("output/same-file", message).into());
    }
    let scores = claim(&asked.scores, &inputs)?;
    let summary = summary.and_then(|path| std::fs::read(path).ok());
    let summary = summary.and_then(|bytes| serde_json::from_slice::<Summary>(&bytes).ok());
    let rules = summary.as_ref().map(|summary| summary.rules.iter().map(|rule| rule.rule.clone()).collect());
    let (mut humans, mut status) = human_verdicts::read(&asked.human, rules.as_ref(), terminal);
    let passes = summary.iter().flat_map(|summary| &summary.scorecards).map(|card| (card.id.clone(), card.pass));
    let reference = Reference::parse(&asked.reference);
    if let Reference::One(name) = &reference
        && !humans.iter().any(|human| human.reviewer == *name)
    {
        let message = ui.text("calibrate.no-reviewer", &[("name", name)]);
        return Err(Diagnostic::error("calibrate/reviewer", message).into());
    }
    let rulebook = Rulebook::builtin();
    let masker = Masker::new(move |text| rulebook.program.private(text));
    let mask = |name: &str| masker.name(name);
    let unread = |error: io::Error| unreadable(&machine.display().to_string(), &error, ui);
    let renamed = as_shown(&mut humans, &machine, &mask).map_err(unread)?;
    let mut comparison = Comparison::new(humans, reference, asked.scorecard.clone(), passes.collect());
    let read = store::rows(&machine, &mut |row| {
        comparison.add(&row, &mask);
        Ok(())
    });
    read.map_err(unread)?;
    let calibration = comparison.finish();
    if calibration.conversations == 0 {
        return Err(Diagnostic::error("calibrate/nothing", ui.text("calibrate.nothing", &[])).into());
    }
    if let Some(new) = new {
        let mut sheet = Vec::new();
        discussions(&mut sheet, &comparison.discussions, ui)?;
        new.put(&sheet, ui)?;
    }
    if let Some(new) = scores {
        let mut sheet = Vec::new();
        both_scores(&mut sheet, &calibration.cases, ui)?;
        new.put(&sheet, ui)?;
    }
    let mut out = io::stdout().lock();
    match asked.format {
        FigureFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &calibration)?;
            writeln!(out)?;
        }
        FigureFormat::Markdown => out.write_all(page(&calibration, ui).as_bytes())?,
    }
    if calibration.unknown > 0 {
        let unknown = unknown(&comparison, ui).path(asked.human.display().to_string());
        status = status.max(say_masked(terminal, &[unknown], &masker));
    }
    let said = [
        ("calibrate/ids", "calibrate.alike", renamed),
        ("calibrate/agents", "calibrate.unclear", calibration.unclear),
        ("calibrate/agents", "calibrate.strangers", calibration.strangers),
    ];
    for (code, key, count) in said {
        if count > 0 {
            let message = ui.text(key, &[("count", &count.to_string())]);
            status = status.max(say(terminal, &[Diagnostic::warning(code, message)]));
        }
    }
    Ok(status)
}

/// Replaces ids by the form the audit shows, if only one side masks them; returns how many conversations that renamed.
fn as_shown(humans: &mut [Human], machine: &Path, mask: &dyn Fn(&str) -> String) -> io::Result<u64> {
    let mut alike = Alike::new(mask);
    for human in &*humans {
        alike.want(&human.conversation);
    }
    if !alike.wants() {
        return Ok(0);
    }
    store::rows(machine, &mut |row| {
        if let Some(id) = &row.conversation {
            alike.meet(id);
        }
        Ok(())
    })?;
    let mut renamed = BTreeSet::new();
    for human in humans {
        if let Some(shown) = alike.of(&human.conversation).filter(|shown| *shown != human.conversation) {
            renamed.insert(shown.to_owned());
            shown.clone_into(&mut human.conversation);
        }
    }
    Ok(renamed.len() as u64)
}

/// Which conversations of the sheet the audit does not hold, and the line of the first.
fn unknown(comparison: &Comparison, ui: Ui) -> Diagnostic {
    let unknown: Vec<(&str, usize)> = comparison.unknown().collect();
    let mut names: Vec<String> = unknown.iter().take(MOST_NAMED).map(|(id, line)| format!("{id} ({line})")).collect();
    if unknown.len() > MOST_NAMED {
        names.push("…".to_owned());
    }
    let (count, names) = (unknown.len().to_string(), names.join(", "));
    let message = ui.text("calibrate.unknown", &[("count", &count), ("names", &names)]);
    Diagnostic::warning("calibrate/unknown", message).line(unknown.first().map_or(1, |(_, line)| *line))
}

/// Each case with the human score and the machine score side by side.
fn both_scores(out: &mut Vec<u8>, cases: &[SideBySide], ui: Ui) -> io::Result<()> {
    let form = Sheet::builtin();
    let known = ["conversation", "agent", "day"].map(|column| form.header(column, ui.locale()));
    let own = ["human-score", "machine-score", "difference", "human-passes", "machine-passes", "by-reviewer"];
    let own = own.map(|column| ui.text(&format!("calibrate.{column}"), &[]));
    let score = |judged: Judged| judged.score.map(plain).unwrap_or_default();
    let number = |points: Option<Points>| points.map_or(Cell::Empty, |points| Cell::Number(points.value()));
    let passed = |judged: Judged| {
        let key = judged.passed.map(|passed| if passed { "calibrate.passes" } else { "calibrate.fails" });
        key.map(|key| ui.text(key, &[])).unwrap_or_default()
    };
    let rows = cases.iter().map(|case| {
        let given = case.reviewers.iter().map(|given| {
            let words = [given.reviewer.clone(), score(given.judged), passed(given.judged)];
            words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        });
        vec![
            Cell::text(Some(&case.conversation)),
            Cell::text(case.agent.as_deref()),
            Cell::text(case.day.as_deref()),
            number(case.human.score),
            number(case.machine.score),
            number(case.difference),
            Cell::text(Some(&passed(case.human))),
            Cell::text(Some(&passed(case.machine))),
            Cell::text(Some(&given.collect::<Vec<_>>().join("; "))),
        ]
    });
    table::csv(out, &[&known[..], &own].concat(), rows)
}

/// A table of the cases whose scores differ most.
fn differing(calibration: &Calibration, ui: Ui) -> String {
    let widest = widest(&calibration.cases);
    let mut out = String::new();
    if widest.is_empty() {
        return out;
    }
    let (shown, count) = (widest.len().min(MOST_NAMED).to_string(), widest.len().to_string());
    out = out + &ui.text("calibrate.widest", &[("shown", &shown), ("count", &count)]) + "\n";
    let score = |value: Option<Points>| value.map_or_else(|| "–".to_owned(), |value| format!("{:.1}", value.value()));
    for case in widest.into_iter().take(MOST_NAMED) {
        let (conversation, agent) = (&*case.conversation, case.agent.as_deref().unwrap_or("–"));
        let difference = case.difference.map(|difference| format!("{:+.1}", difference.value()));
        let cells = [
            sanitize_line(conversation).into_owned(),
            sanitize_line(agent).into_owned(),
            score(case.human.score),
            score(case.machine.score),
            difference.unwrap_or_default(),
        ];
        out = out + "| " + &cells.map(|cell| cell.replace('|', "\\|")).join(" | ") + " |\n";
    }
    out
}

/// Points with as many decimals as they have.
fn plain(points: Points) -> String {
    points.value().to_string()
}

/// The disagreements to discuss, with empty columns for the outcome.
fn discussions(out: &mut Vec<u8>, discussions: &[Discussion], ui: Ui) -> io::Result<()> {
    let form = Sheet::builtin();
    let columns = ["conversation", "agent", "rule", "quote", "machine", "found", "not-found", "conclusion", "change"];
    let header: Vec<String> = columns.iter().map(|column| form.header(column, ui.locale())).collect();
    sheet::begin(out, &header)?;
    for one in discussions {
        let key = match (&one.rule, one.machine) {
            (Some(_), true) => "calibrate.yes",
            (Some(_), false) => "calibrate.no",
            (None, true) => "calibrate.passes",
            (None, false) => "calibrate.fails",
        };
        let machine = ui.text(key, &[]);
        let rule = one.rule.clone().unwrap_or_else(|| ui.text("calibrate.passing", &[]));
        let (found, not_found) = (one.found.join(" "), one.not_found.join(" "));
        let [conversation, agent, quote] =
            [&one.conversation, &one.agent, &one.quote].map(|text: &String| text.clone());
        let empty = String::new;
        sheet::line(out, &[conversation, agent, rule, quote, machine, found, not_found, empty(), empty()])?;
    }
    Ok(())
}

/// The figures for people: agreement and difference first, κ and α beside them.
fn page(calibration: &Calibration, ui: Ui) -> String {
    let points = |value: Option<Points>| value.map_or_else(|| "–".to_owned(), |value| format!("{:+.1}", value.value()));
    let share = |share: &crate::audit::Share| match share.rate {
        Some(rate) => {
            let (low, high) = (percent(share.low), percent(share.high));
            format!("{} % ({low}–{high} %, {}/{})", percent(rate), share.hits, share.n)
        }
        None => "–".to_owned(),
    };
    let mut out = people(calibration, ui);
    let mut say = |key: &str, values: &[(&str, &str)]| {
        out.push_str(&ui.text(key, values));
        out.push('\n');
    };
    let Calibration { agreement, scores, decisions, .. } = calibration;
    let (kappa, alpha) = (number(calibration.kappa), number(calibration.alpha));
    say("calibrate.agreement", &[("share", &share(agreement)), ("kappa", &kappa), ("alpha", &alpha)]);
    let size = scores.size.map_or_else(|| "–".to_owned(), |size| format!("{:.1}", size.value()));
    let values =
        [("mean", points(scores.mean)), ("size", size), ("n", scores.n.to_string()), ("alpha", number(scores.alpha))];
    say("calibrate.scores", &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let kappa = number(calibration.decisions_kappa);
    say("calibrate.decisions", &[("share", &share(decisions)), ("kappa", &kappa)]);
    for (reviewer, own) in &calibration.reviewers {
        let (name, mean) = (sanitize_line(reviewer), points(own.mean));
        say("calibrate.reviewer", &[("name", &name), ("mean", &mean), ("n", &own.n.to_string())]);
    }
    out.push_str(&differing(calibration, ui));
    let mut say = |key: &str, values: &[(&str, &str)]| {
        out.push_str(&ui.text(key, values));
        out.push('\n');
    };
    // A single week or month is the whole.
    for (key, periods) in [("calibrate.weeks", &calibration.by_week), ("calibrate.months", &calibration.by_month)] {
        if periods.len() < 2 {
            continue;
        }
        say(key, &[]);
        for period in periods {
            let (agreed, mean) = (share(&period.agreement), points(period.scores.mean));
            let (count, kappa) = (period.conversations.to_string(), number(period.kappa));
            let cells =
                [("name", &period.name), ("count", &count), ("share", &agreed), ("kappa", &kappa), ("mean", &mean)];
            say("calibrate.period", &cells.map(|(name, value)| (name, value.as_str())));
        }
    }
    if !calibration.rules.is_empty() {
        say("calibrate.table", &[]);
        out.push_str("|---|---|---|---|---|---|---|\n");
    }
    for rule in &calibration.rules {
        let name = sanitize_line(&rule.rule);
        let counts = format!("{} | {} | {} | {}", rule.both, rule.machine_only, rule.human_only, rule.divided);
        let cells = [name.into_owned(), counts, share(&rule.right), share(&rule.missed)];
        out = out + "| " + &cells.join(" | ") + " |\n";
    }
    if constant(calibration) {
        out = out + "\n" + &ui.text("calibrate.undefined", &[]) + "\n";
    }
    out
}

/// Whether some κ or α has no value because everybody always said the same.
fn constant(calibration: &Calibration) -> bool {
    let none = |n: u64, value: Option<f64>| n > 0 && value.is_none();
    let Calibration { agreement, scores, decisions, .. } = calibration;
    let periods = calibration.by_week.iter().chain(&calibration.by_month);
    let among = calibration.among.iter().any(|among| {
        none(among.agreement.n, among.alpha)
            || none(among.decisions.n, among.decisions_alpha)
            || none(among.score_pairs, among.scores_alpha)
            || among.pairs.iter().any(|pair| none(pair.agreement.n, pair.kappa))
    });
    among
        || none(agreement.n, calibration.kappa)
        || none(decisions.n, calibration.decisions_kappa)
        || none(scores.n, scores.alpha)
        || periods.into_iter().any(|period| none(period.agreement.n, period.kappa))
}

fn percent(value: f64) -> String {
    format!("{:.1}", value * 100.0)
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

/// The human reference, and how far people agree among themselves: the yardstick for the machine's agreement.
fn people(calibration: &Calibration, ui: Ui) -> String {
    let mut lines = vec![ui.text("calibrate.conversations", &[("count", &calibration.conversations.to_string())])];
    let reference = match &*calibration.reference {
        known @ ("majority" | "unanimous" | "any") => ui.text(&format!("calibrate.{known}"), &[]),
        name => ui.text("calibrate.one", &[("name", &sanitize_line(name))]),
    };
    let (divided, decisions) = (calibration.divided.to_string(), calibration.divided_decisions.to_string());
    let values = [("reference", &*reference), ("divided", &*divided), ("decisions", &*decisions)];
    lines.push(ui.text("calibrate.reference", &values));
    if let Some(among) = &calibration.among {
        lines.extend(agreed(among, ui));
    }
    lines.join("\n") + "\n"
}

fn agreed(among: &Among, ui: Ui) -> Vec<String> {
    let pairs = |share: &crate::audit::Share| match share.rate {
        Some(rate) => {
            let (hits, n) = (share.hits.to_string(), share.n.to_string());
            ui.text("calibrate.pairs", &[("rate", &percent(rate)), ("hits", &hits), ("n", &n)])
        }
        None => "–".to_owned(),
    };
    let (reviewers, conversations) = (among.reviewers.to_string(), among.conversations.to_string());
    let mut lines = vec![ui.text("calibrate.among", &[("reviewers", &reviewers), ("conversations", &conversations)])];
    let mut agreement = |key: &str, share, kappa, alpha| {
        let values = [("rate", &*pairs(share)), ("kappa", &*number(kappa)), ("alpha", &*number(alpha))];
        lines.extend(share.rate.map(|_| ui.text(key, &values)));
    };
    agreement("calibrate.among-passing", &among.agreement, among.kappa, among.alpha);
    agreement("calibrate.among-decisions", &among.decisions, among.decisions_kappa, among.decisions_alpha);
    if let Some(size) = among.score_difference {
        let (size, n) = (format!("{:.1}", size.value()), among.score_pairs.to_string());
        let values = [("size", &*size), ("n", &*n), ("alpha", &*number(among.scores_alpha))];
        lines.push(ui.text("calibrate.among-scores", &values));
    }
    for pair in &among.pairs {
        let (one, other) = (sanitize_line(&pair.one), sanitize_line(&pair.other));
        let values =
            [("one", &*one), ("other", &*other), ("rate", &*pairs(&pair.agreement)), ("kappa", &*number(pair.kappa))];
        lines.push(ui.text("calibrate.pair", &values));
    }
    lines
}
