//! `replylint explain-finding`: why a rule does, or does not, find something in a text.

use super::args::{Book, Given, WhyFormat};
use super::asked::{Asked, Gathered, masker};
use super::context::{Context, Contexts, unknown_rule};
use super::jobs::Jobs;
use super::terminal::Terminal;
use super::{Failure, Status, say, say_masked};
use crate::conversation::Conversation;
use crate::conversation::read::Record;
use crate::judge::{Options, why_not};
use crate::report::{Masker, Ui, WhyView};
use crate::source::{Diagnostic, Level};
use std::io::{self, Write};

/// What was asked.
pub struct Question<'a> {
    pub rule: &'a str,
    pub line: Option<usize>,
    pub format: WhyFormat,
    pub show_pii: bool,
}

/// Runs the command.
pub fn run(question: &Question, given: &Given, book: &Book, terminal: &Terminal) -> Result<Status, Failure> {
    let mut contexts = Contexts::new(book, terminal);
    let asked = Asked::new(given, terminal, &mut contexts)?;
    let Gathered { sources, unread, mistakes } = asked.gather(given, &mut contexts, terminal, |_| Ok(()))?;
    let mut status = say(terminal, &mistakes);
    if !unread.is_empty() {
        status = Status::Trouble;
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (mut answered, mut last) = (false, 0);
    for source in &sources {
        let context = &source.context;
        let Some(rule) = number(context, question.rule) else {
            return Err(unknown_rule(question.rule, &context.rulebook, terminal.ui).into());
        };
        let masker = masker(given, question.show_pii, terminal, context);
        for job in Jobs::new(source, &asked) {
            let path = job.path.clone();
            let mut result = Ok(());
            job.each(&asked, |record| {
                if result.is_err() {
                    return;
                }
                match record {
                    Record::Conversation(conversation) => {
                        let about = About { context, rule, path: path.as_deref(), options: &source.options };
                        let chunk = &conversation.chunk;
                        last = last.max(chunk.lines_before + chunk.text.lines().count());
                        match answer(&mut out, question, &about, &conversation, &masker, terminal.ui) {
                            Ok(shown) => answered |= shown,
                            Err(error) => result = Err(error),
                        }
                    }
                    Record::Failed(mistake) | Record::Notice(mistake) => {
                        if mistake.level == Level::Error {
                            status = Status::Trouble;
                        }
                        let mistake = mistake.path(path.as_deref().unwrap_or("<stdin>"));
                        say_masked(terminal, &[mistake], &masker);
                    }
                }
            });
            result?;
        }
    }
    out.flush()?;
    if let Some(line) = question.line.filter(|_| !answered && status == Status::Clean) {
        let (shown, count) = (line.to_string(), last.to_string());
        if line == 0 || line > last {
            let message = terminal.ui.text("why.no-line", &[("line", &shown), ("count", &count)]);
            return Ok(say(terminal, &[Diagnostic::error("cli/no-line", message)]));
        }
        if matches!(question.format, WhyFormat::Pretty) {
            let said = [("rule", question.rule), ("line", &*shown)];
            writeln!(out, "{}", terminal.ui.text("why.quiet-line", &said))?;
            out.flush()?;
        }
    }
    Ok(status)
}

/// The rule's place in the rulebook, by its id or a former one.
fn number(context: &Context, id: &str) -> Option<usize> {
    let rule = context.rulebook.rule(id)?;
    context.rulebook.rules.iter().position(|other| other.id == rule.id)
}

/// The rule in question, and the context to judge by.
struct About<'a> {
    context: &'a Context,
    rule: usize,
    path: Option<&'a str>,
    options: &'a Options,
}

fn answer(
    out: &mut impl Write,
    question: &Question,
    about: &About,
    conversation: &Conversation,
    masker: &Masker,
    ui: Ui,
) -> io::Result<bool> {
    let rulebook = &about.context.rulebook;
    let mut answer = why_not(rulebook, conversation, about.path, about.options, about.rule);
    if let Some(line) = question.line {
        let on = |location: Option<crate::judge::Location>| {
            location.is_some_and(|place| (place.start.line..=place.end.line).contains(&line))
        };
        answer.findings.retain(|finding| on(finding.location));
        answer.steps.retain(|step| on(step.at.location));
        if answer.findings.is_empty() && answer.steps.is_empty() {
            return Ok(false);
        }
    }
    let mut view = WhyView::new(&rulebook.rules[about.rule].id, about.path, conversation, masker, ui);
    match question.format {
        WhyFormat::Pretty => view.pretty(out, &answer)?,
        WhyFormat::Jsonl => view.jsonl(out, &answer)?,
    }
    Ok(true)
}
