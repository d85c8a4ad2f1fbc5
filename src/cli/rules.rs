//! `replylint rules`: lists, explains and tests the rules.

use super::args::{Book, FigureFormat, Rules};
use super::context::{Context, Contexts, packs, read_pack, unknown_rule};
use super::terminal::Terminal;
use super::{Failure, Status, corpus, rule_sheets, say};
use crate::conversation::Lang;
use crate::report::{open_message, sanitize};
use crate::rulebook::{Pack, PackText, Rule, Rulebook, Severity, builtin, raw};
use crate::source::Diagnostic;
use crate::workshop;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs the command.
pub fn run(command: &Rules, book: &Book, terminal: &Terminal) -> Result<Status, Failure> {
    let context = |book: &Book| Contexts::new(book, terminal).of(None);
    match command {
        Rules::Schema => {
            let schema = serde_json::to_string_pretty(&schemars::schema_for!(raw::Pack))?;
            writeln!(io::stdout().lock(), "{schema}")?;
            Ok(Status::Clean)
        }
        Rules::Diff { old, new, inputs, format, examples, show_pii, threads } => {
            let question = corpus::Question {
                old,
                new,
                inputs,
                format: *format,
                examples: *examples,
                show_pii: *show_pii,
                threads: *threads,
                select: book.select.as_deref(),
                ignore: &book.ignore,
            };
            corpus::diff(&question, terminal)
        }
        Rules::List => list(&*context(book)?, terminal),
        Rules::Industries => industries(),
        Rules::Scenarios => scenarios(&context(book)?.rulebook, terminal.locale()),
        Rules::Explain { id } => {
            let mut asked = context(book)?;
            // A rule of an industry can be explained even if its pack is not in use.
            if asked.rulebook.rule(id).is_none()
                && let Some(industry) = industry_of(id)
            {
                asked = context(&with(book, industry))?;
                writeln!(io::stderr().lock(), "{}", terminal.ui.text("explain.industry", &[("name", industry)]))?;
            }
            explain(id, &asked, terminal)
        }
        Rules::Export { output, force } => rule_sheets::export(output, *force, &*context(book)?, terminal),
        Rules::Import { sheet, output, force } => {
            rule_sheets::import(sheet, output, *force, &*context(book)?, terminal)
        }
        Rules::Test { file, coverage, format } => {
            // The pack of an industry can be tested, too.
            let industry = file.as_deref().and_then(Path::to_str).and_then(known_industry);
            let context = industry.map_or_else(|| context(book), |industry| context(&with(book, industry)))?;
            test(file.as_deref(), coverage, *format, &context, terminal)
        }
    }
}

/// These options, and an industry's pack on top.
fn with(book: &Book, industry: &str) -> Book {
    let mut book = book.clone();
    book.pack.push(industry.into());
    book
}

fn list(context: &Context, terminal: &Terminal) -> Result<Status, Failure> {
    let mut out = io::stdout().lock();
    let options = context.options(None, terminal.locale(), None);
    for (number, rule) in context.rulebook.rules.iter().enumerate() {
        let severity = match options.overrides.get(number) {
            Some(crate::judge::Override::Off) => "off",
            Some(crate::judge::Override::Severity(severity)) => name(*severity),
            _ => name(rule.severity),
        };
        let severity = terminal.ui.text(&format!("severity.{severity}"), &[]);
        // A Chinese character is as wide as two letters.
        let width: usize = severity.chars().map(|next| 1 + usize::from(!next.is_ascii())).sum();
        let severity = format!("{severity}{}", " ".repeat(8_usize.saturating_sub(width)));
        let message = open_message(rule.message.text(terminal.locale()));
        writeln!(out, "{:<34} {severity} {}", sanitize(&rule.id), sanitize(&message))?;
    }
    Ok(Status::Clean)
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    }
}

fn scenarios(rulebook: &Rulebook, locale: Lang) -> Result<Status, Failure> {
    let mut out = io::stdout().lock();
    for scenario in &rulebook.scenarios {
        writeln!(out, "{:<20} {:<24} {}", scenario.id, scenario.names.text(locale), scenario.owes.join(", "))?;
    }
    Ok(Status::Clean)
}

/// One line an industry: what `extends` takes, and what it adds.
fn industries() -> Result<Status, Failure> {
    let mut out = io::stdout().lock();
    for name in builtin::industries() {
        let packs = builtin::industry(name).into_iter().filter_map(|file| Pack::read(file).ok());
        let rules: Vec<String> = packs.flat_map(|pack| pack.rules).map(|(rule, _)| rule.get_ref().clone()).collect();
        writeln!(out, "{name:<24} {}", rules.join(", "))?;
    }
    Ok(Status::Clean)
}

fn known_industry(name: &str) -> Option<&'static str> {
    builtin::industries().into_iter().find(|known| *known == name)
}

/// The industry that has this rule.
fn industry_of(id: &str) -> Option<&'static str> {
    let owns = |file: PackText| {
        let pack = Pack::read(file).ok()?;
        pack.rules.iter().any(|(name, _)| id == format!("{}/{}", pack.name, name.get_ref())).then_some(())
    };
    builtin::industries().into_iter().find(|name| builtin::industry(name).into_iter().any(|file| owns(file).is_some()))
}

fn explain(id: &str, context: &Context, terminal: &Terminal) -> Result<Status, Failure> {
    let ui = terminal.ui;
    let Some(rule) = context.rulebook.rule(id) else {
        return Err(unknown_rule(id, &context.rulebook, ui).into());
    };
    let files = packs(&context.settings, ui)?;
    let locale = terminal.locale();
    // A pack may come from anywhere: collect its text, then sanitise it.
    let mut out = Vec::new();
    writeln!(out, "{}  {}", rule.id, ui.text(&format!("severity.{}", name(rule.severity)), &[]))?;
    writeln!(out, "\n{}", open_message(rule.message.text(locale)))?;
    writeln!(out, "{}{}", ui.text("report.help", &[]), rule.help.text(locale))?;
    writeln!(out, "{}{}", ui.text("report.why", &[]), rule.why.text(locale))?;
    if let Some((file, written)) = written(rule, &files) {
        for (key, examples) in [("explain.bad", &written.bad), ("explain.good", &written.good)] {
            writeln!(out, "\n{}", ui.text(key, &[]))?;
            for example in examples {
                example_lines(&mut out, example.get_ref(), ui)?;
            }
        }
        writeln!(out, "\n{}{}", ui.text("explain.where", &[]), place(&file))?;
    }
    let cues = rule.check.cues();
    let found: Vec<String> = files
        .iter()
        .filter_map(|file| {
            let pack = Pack::read(file.clone()).ok()?;
            let mut named: Vec<&str> = pack.cues.iter().map(|(name, _)| name.get_ref().as_str()).collect();
            named.retain(|name| cues.iter().any(|&cue| context.rulebook.program.name(cue) == *name));
            (!named.is_empty()).then(|| format!("  {}: {}", place(file), named.join(", ")))
        })
        .collect();
    if !found.is_empty() {
        writeln!(out, "{}\n{}", ui.text("explain.cues", &[]), found.join("\n"))?;
    }
    let text = String::from_utf8_lossy(&out);
    write!(io::stdout().lock(), "{}", sanitize(&text))?;
    Ok(Status::Clean)
}

/// The rule as its pack has it.
fn written(rule: &Rule, files: &[PackText]) -> Option<(PackText, raw::Rule)> {
    files.iter().find_map(|file| {
        let pack = Pack::read(file.clone()).ok()?;
        let owns = |name: &str| rule.id == name || rule.id == format!("{}/{name}", pack.name);
        let found = pack.rules.into_iter().find(|(name, _)| owns(name.get_ref()));
        found.map(|(_, written)| (pack.file, written))
    })
}

/// Where a pack is: the default ones are inside the program.
fn place(file: &PackText) -> String {
    let own = Path::new(&*file.path).exists();
    if own { file.path.to_string() } else { format!("rules/{}", file.path) }
}

fn example_lines(out: &mut impl Write, example: &raw::Example, ui: crate::report::Ui) -> io::Result<()> {
    let line = |out: &mut dyn Write, role: &str, text: &str| {
        let text = text.replace('\n', "\n      ");
        writeln!(out, "  {}: {text}", ui.text(&format!("role.{role}"), &[]))
    };
    if let Some(scenario) = &example.scenario {
        writeln!(out, "  [{scenario}]")?;
    }
    if let Some(customer) = &example.customer {
        line(out, "customer", customer)?;
    }
    if let Some(reply) = &example.reply {
        line(out, "agent", reply)?;
    }
    for turn in &example.turns {
        let role = serde_json::to_value(turn.role).ok().and_then(|role| role.as_str().map(ToOwned::to_owned));
        line(out, &role.unwrap_or_default(), &turn.text)?;
    }
    Ok(())
}

fn test(
    pack: Option<&Path>,
    inputs: &[PathBuf],
    format: FigureFormat,
    context: &Context,
    terminal: &Terminal,
) -> Result<Status, Failure> {
    let mut files = packs(&context.settings, terminal.ui)?;
    let mut tested = files.clone();
    if let Some(name) = pack.and_then(Path::to_str).and_then(known_industry) {
        tested = builtin::industry(name);
    } else if let Some(path) = pack {
        let file = read_pack(path, terminal.ui).map_err(|error| {
            let mistake = Diagnostic::error("pack/unreadable", &error).path(path.display().to_string());
            mistake.help(terminal.ui.text("cli.pack-help", &[]))
        })?;
        files.retain(|other| other.path != file.path);
        files.push(file.clone());
        tested = vec![file];
    }
    let loaded = Rulebook::load(&files)?;
    let outcome = workshop::test(&loaded.rulebook, &tested);
    let warnings = loaded
        .warnings
        .into_iter()
        .filter(|warning| tested.iter().any(|file| warning.path.as_deref() == Some(&file.path)));
    let mut said: Vec<Diagnostic> = warnings.chain(workshop::idle(&loaded.rulebook, &tested)).collect();
    let failures = outcome.failures.len();
    said.extend(outcome.failures);
    say(terminal, &said);
    let counts = [outcome.rules, outcome.cues, failures].map(|count| count.to_string());
    let counts = [("rules", &*counts[0]), ("cues", &*counts[1]), ("failures", &*counts[2])];
    let status = if failures > 0 { Status::Findings } else { Status::Clean };
    let tally = terminal.ui.text("rules.tested", &counts);
    if inputs.is_empty() {
        writeln!(io::stdout().lock(), "{tally}")?;
        return Ok(status);
    }
    // Standard output holds the document and nothing else.
    writeln!(io::stderr(), "{tally}")?;
    let names = own_names(&loaded.rulebook, &tested);
    let context = Arc::new(Context::new(context.settings.clone(), loaded.rulebook));
    let wanted = |name: &str| pack.is_none() || names.contains(name);
    Ok(status.max(corpus::coverage(inputs, &context, &wanted, format, terminal)?))
}

/// The rules and cues of these packs.
fn own_names(rulebook: &Rulebook, files: &[PackText]) -> HashSet<String> {
    let packs: Vec<Pack> = files.iter().filter_map(|file| Pack::read(file.clone()).ok()).collect();
    let cues = packs.iter().flat_map(|pack| &pack.cues).map(|(name, _)| name.get_ref().clone());
    let of = |pack: &Pack, id: &str| {
        let owns = |name: &str| id == name || id == format!("{}/{name}", pack.name);
        pack.rules.iter().any(|(name, _)| owns(name.get_ref()))
    };
    let rules = rulebook.rules.iter().map(|rule| rule.id.clone());
    rules.filter(|id| packs.iter().any(|pack| of(pack, id))).chain(cues).collect()
}
