//! `replylint acts`: what is recognised in each turn.

use super::args::{ActsFormat, Book};
use super::context::Contexts;
use super::terminal::Terminal;
use super::{Status, inputs, open, say};
use crate::conversation::Conversation;
use crate::conversation::read::{self, Options, Reader, Record, RoleLabels};
use crate::cue::{Program, Scratch};
use crate::judge::Clock;
use crate::report::{Masker, Ui, mask, sanitize_line};
use crate::settings::clock;
use crate::source::{Diagnostic, Level, Span};
use crate::workshop::{Acts, acts};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// What was asked.
pub struct Asked<'a> {
    pub inputs: &'a [PathBuf],
    pub text: Option<&'a str>,
    pub format: Option<ActsFormat>,
    pub zone: Option<&'a str>,
}

/// Runs the command.
pub fn run(asked: &Asked, book: &Book, terminal: &Terminal) -> io::Result<Status> {
    let context = match Contexts::new(book, terminal).of(None) {
        Ok(context) => context,
        Err(mistakes) => return Ok(say(terminal, &mistakes)),
    };
    let clock = match clock(None, asked.zone, &context.settings, terminal.ui) {
        Ok(clock) => clock,
        Err(mistake) => return Ok(say(terminal, &[*mistake])),
    };
    let plain = if io::stdout().is_terminal() { ActsFormat::Pretty } else { ActsFormat::Jsonl };
    let labels = Arc::new(RoleLabels::builtin());
    let mut view = View {
        options: Options { labels, columns: context.columns(), ..Options::default() },
        program: &context.rulebook.program,
        clock: &clock,
        format: asked.format.unwrap_or(plain),
        terminal,
        scratch: Scratch::thorough(),
        out: io::BufWriter::new(io::stdout().lock()),
        status: Status::Clean,
    };
    if let Some(text) = asked.text {
        view.read(Ok(read::open(Box::new(text.as_bytes()), None, &view.options)), "<text>")?;
    } else if asked.inputs.is_empty() {
        view.read(open::reader(Box::new(io::stdin().lock()), None, &view.options), "<stdin>")?;
    } else {
        let (files, missing) = inputs::list(asked.inputs, inputs::TEXTS, terminal.ui);
        let mistakes: Vec<Diagnostic> = missing.into_iter().map(|(_, mistake)| mistake).collect();
        view.status = say(terminal, &mistakes);
        for input in files {
            let Some(path) = input.path() else {
                view.read(open::reader(Box::new(io::stdin().lock()), None, &view.options), "<stdin>")?;
                continue;
            };
            let opened = open::file(path, &view.options, terminal.ui, &open::nobody());
            view.read(opened, &path.display().to_string())?;
        }
    }
    view.out.flush()?;
    Ok(view.status)
}

struct View<'a> {
    options: Options,
    program: &'a Program,
    clock: &'a Clock,
    format: ActsFormat,
    terminal: &'a Terminal,
    scratch: Scratch,
    out: io::BufWriter<io::StdoutLock<'static>>,
    status: Status,
}

impl View<'_> {
    fn read(&mut self, opened: io::Result<open::Opened<'_>>, path: &str) -> io::Result<()> {
        let input = match opened {
            Ok(input) => input,
            Err(error) => {
                let mistake = Diagnostic::error("input/unreadable", error.to_string()).path(path);
                self.status = say(self.terminal, &[mistake]);
                return Ok(());
            }
        };
        for record in Reader::of(input, self.options.clone()) {
            match record {
                Record::Conversation(conversation) => self.conversation(&conversation)?,
                Record::Failed(mistake) | Record::Notice(mistake) => {
                    if mistake.level == Level::Error {
                        self.status = Status::Trouble;
                    }
                    say(self.terminal, &[mistake.path(path)]);
                }
            }
        }
        Ok(())
    }

    fn conversation(&mut self, conversation: &Conversation) -> io::Result<()> {
        let found = acts(self.program, conversation, self.clock, &mut self.scratch);
        for (turn, found) in conversation.turns.iter().zip(found) {
            match self.format {
                ActsFormat::Jsonl => {
                    serde_json::to_writer(&mut self.out, &found).map_err(io::Error::from)?;
                    writeln!(self.out)?;
                }
                ActsFormat::Pretty => self.pretty(&turn.text, &found)?,
            }
        }
        Ok(())
    }

    /// The turn with its acts underlined, and a line for each.
    fn pretty(&mut self, text: &str, found: &Acts) -> io::Result<()> {
        let masker = Masker::off();
        let ui: Ui = self.terminal.ui;
        let role = serde_json::to_value(found.role).ok().and_then(|role| role.as_str().map(ToOwned::to_owned));
        let role = ui.text(&format!("role.{}", role.unwrap_or_default()), &[]);
        let shown = mask(text, Span::new(0, text.len()), &masker.hidden(text));
        writeln!(self.out, "{role}: {}", sanitize_line(&shown))?;
        for act in &found.cues {
            let quote = sanitize_line(&act.quote).into_owned();
            let quote =
                if self.terminal.out.color { format!("\u{1b}[4m{quote}\u{1b}[0m") } else { format!("⟦{quote}⟧") };
            writeln!(self.out, "  {:<14} {quote}", act.cue)?;
        }
        for promise in &found.promises {
            let part = |name: &str, value: &Option<String>| {
                value.as_ref().map(|value| format!(" {name}={}", sanitize_line(value)))
            };
            let parts = [
                part("action", &promise.action),
                part("channel", &promise.channel),
                part("condition", &promise.condition),
                part("due", &promise.due),
            ];
            let facts = serde_json::json!([promise.who, promise.owner, promise.deadline]);
            let facts: Vec<&str> = facts.as_array().into_iter().flatten().filter_map(|fact| fact.as_str()).collect();
            writeln!(
                self.out,
                "  promise: who={} owner={} deadline={}{}",
                facts[0],
                facts[1],
                facts[2],
                parts.into_iter().flatten().collect::<String>()
            )?;
        }
        Ok(())
    }
}
