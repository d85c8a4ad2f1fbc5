//! `replylint acts`: what is recognised in each turn.

use super::args::{Acts as Asked, ActsFormat};
use super::asked::{encoding, is_typed};
use super::context::Contexts;
use super::repeats::{self, Repeats};
use super::terminal::Terminal;
use super::{Failure, Status, inputs, open, say, say_masked, shelf};
use crate::conversation::read::{self, Options, Reader, Record};
use crate::conversation::{Conversation, HiddenTurns};
use crate::cue::{Program, Scratch};
use crate::judge::{Clock, rfc3339};
use crate::report::{Masker, Ui, mask, sanitize_line};
use crate::settings::clock;
use crate::source::{Diagnostic, Level, Span};
use crate::workshop::{Acts, acts};
use std::io::{self, IsTerminal, Write};

/// Runs the command.
pub fn run(asked: &Asked, terminal: &Terminal) -> Result<Status, Failure> {
    let context = Contexts::new(&asked.book, terminal).of(None)?;
    let clock = clock(asked.at.as_deref(), asked.unsaid.zone.as_deref(), &context.settings, terminal.ui)?;
    let plain = if io::stdout().is_terminal() { ActsFormat::Pretty } else { ActsFormat::Jsonl };
    let labels = context.labels();
    let channel = asked.unsaid.channel.as_deref().map(Into::into);
    // Text that the user has just typed needs no masking.
    let typed = is_typed(asked.text.as_deref(), &asked.inputs);
    let masker = context.masker(asked.show_pii || typed && terminal.person);
    let (encoding, shelf) = (encoding(asked.unsaid.encoding.as_deref(), terminal.ui)?, shelf::of(asked.unsaid.group));
    let mut view = View {
        options: Options { labels, channel, encoding, shelf, columns: context.columns(), ..Options::default() },
        repeats: Repeats::default(),
        masker,
        program: &context.rulebook.program,
        clock: &clock,
        format: asked.format.unwrap_or(plain),
        terminal,
        scratch: Scratch::thorough(),
        out: io::BufWriter::new(io::stdout().lock()),
        status: Status::Clean,
    };
    if let Some(text) = &asked.text {
        view.read(Ok(read::open(Box::new(text.as_bytes()), None, &view.options)), "<text>")?;
    } else if asked.inputs.is_empty() {
        view.read(open::reader(Box::new(io::stdin().lock()), None, &view.options), "<stdin>")?;
    } else {
        let (files, mut missing) = inputs::list(&asked.inputs, inputs::CHATS, terminal.ui);
        inputs::or_text(&mut missing, terminal.ui);
        view.status = inputs::tell(&asked.inputs, &files, missing, inputs::CHATS, terminal);
        for input in files {
            let Some(path) = input.path() else {
                view.read(open::reader(Box::new(io::stdin().lock()), None, &view.options), "<stdin>")?;
                continue;
            };
            view.options.found = input.is_found_table();
            let opened = open::file(path, &view.options, terminal.ui, &open::nobody());
            view.read(opened, &path.display().to_string())?;
        }
    }
    view.out.flush()?;
    let repeats = view.repeats.warning(terminal.ui, view.options.shelf.is_some());
    say(terminal, repeats.as_slice());
    Ok(view.status)
}

struct View<'a> {
    options: Options,
    repeats: Repeats,
    masker: Masker,
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
                let mistake = Diagnostic::error("input/unreadable", &error).path(path);
                self.status = say(self.terminal, &[mistake]);
                return Ok(());
            }
        };
        for record in Reader::of(input, self.options.clone()) {
            match record {
                Record::Conversation(mut conversation) => {
                    if let Some(id) = repeats::of(&conversation, Some(path)) {
                        self.repeats.add(id);
                    }
                    let at = self.clock.asked.then(|| rfc3339(&self.clock.as_of));
                    for turn in conversation.turns.iter_mut().filter(|turn| turn.time.is_none()) {
                        turn.time.clone_from(&at);
                    }
                    self.conversation(&conversation)?;
                }
                Record::Failed(mistake) | Record::Notice(mistake) => {
                    if mistake.level == Level::Error {
                        self.status = Status::Trouble;
                    }
                    say_masked(self.terminal, &[mistake.path(path)], &self.masker);
                }
            }
        }
        Ok(())
    }

    fn conversation(&mut self, conversation: &Conversation) -> io::Result<()> {
        let found = acts(self.program, conversation, self.clock, &self.masker, &mut self.scratch);
        let private = HiddenTurns::new(&self.masker, conversation);
        for (number, (turn, found)) in conversation.turns.iter().zip(found).enumerate() {
            match self.format {
                ActsFormat::Jsonl => {
                    serde_json::to_writer(&mut self.out, &found).map_err(io::Error::from)?;
                    writeln!(self.out)?;
                }
                ActsFormat::Pretty => {
                    let text = &turn.text;
                    let shown = mask(text, Span::new(0, text.len()), &private.of(number));
                    pretty(&mut self.out, &shown, &found, self.terminal)?;
                }
            }
        }
        Ok(())
    }
}

/// The turn with its acts underlined, and a line for each.
fn pretty(out: &mut impl Write, text: &str, found: &Acts, terminal: &Terminal) -> io::Result<()> {
    let ui: Ui = terminal.ui;
    let role = serde_json::to_value(found.role).ok().and_then(|role| role.as_str().map(ToOwned::to_owned));
    let role = ui.text(&format!("role.{}", role.unwrap_or_default()), &[]);
    writeln!(out, "{role}: {}", sanitize_line(text))?;
    for act in &found.cues {
        let quote = sanitize_line(&act.quote).into_owned();
        let quote = if terminal.out.color { format!("\u{1b}[4m{quote}\u{1b}[0m") } else { format!("⟦{quote}⟧") };
        let name = ui.text(&format!("acts.{}", act.cue), &[]);
        let width: usize = name.chars().map(|next| 1 + usize::from(!next.is_ascii())).sum();
        let room = " ".repeat(14_usize.saturating_sub(width));
        writeln!(out, "  {name}{room} {quote}")?;
    }
    for promise in &found.promises {
        let part = |name: &str, value: &Option<String>| {
            let value = value.as_deref().map(sanitize_line)?;
            Some(ui.text(&format!("acts.part.{name}"), &[("value", &value)]))
        };
        let parts = [
            part("action", &promise.action),
            part("channel", &promise.channel),
            part("condition", &promise.condition),
            part("due", &promise.due),
        ];
        let rest = parts.into_iter().flatten().collect::<String>();
        let facts = serde_json::json!([promise.who, promise.owner, promise.deadline]);
        let fact = |at: usize| ui.text(&format!("acts.fact.{}", facts[at].as_str().unwrap_or("none")), &[]);
        let [who, owner, deadline] = [fact(0), fact(1), fact(2)];
        let facts = [("who", &*who), ("owner", &*owner), ("deadline", &*deadline), ("rest", &*rest)];
        writeln!(out, "  {}", ui.text("acts.line", &facts))?;
    }
    Ok(())
}
