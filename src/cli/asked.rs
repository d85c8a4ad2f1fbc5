//! The inputs named on the command line, made ready to read: each with its settings, and the context that it answers.

use super::args::Given;
use super::cache::Cache;
use super::context::{Context, Contexts};
use super::inputs::{self, Input, unreadable};
use super::shelf;
use super::terminal::Terminal;
use crate::conversation::read::{self, Limits, Record};
use crate::conversation::{Conversation, Mode, Role, Turn};
use crate::judge::{Clock, Options};
use crate::report::Masker;
use crate::settings::{Selection, clock};
use crate::source::{Diagnostic, Encoding};
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Options of a run that reads texts, checked.
pub struct Asked {
    pub read: read::Options,
    /// Read instead of standard input: `--text`, or the fixed text.
    pub given: Option<Vec<u8>>,
    /// Turns that come before a draft: the chat so far and what the customer said last.
    before: Vec<Turn>,
    scenario: Option<String>,
    /// Report every occurrence in a reply, not only the first: the first may be left out as unchanged.
    pub each: bool,
    /// Whether private data is masked in what is written.
    pub hides: bool,
    /// Cached results of earlier runs, if there is a cache.
    pub cache: Option<Cache>,
}

impl Asked {
    pub fn new(given: &Given, terminal: &Terminal, contexts: &mut Contexts) -> Result<Self, Vec<Diagnostic>> {
        let ui = terminal.ui;
        let context = contexts.of(None)?;
        let encoding = encoding(given.encoding.as_deref(), ui).map_err(|mistake| vec![*mistake])?;
        let limits = Limits::of_texts(context.settings.text_bytes.value);
        let read = read::Options {
            kind: given.kind.map(Into::into),
            encoding,
            limits,
            labels: context.labels(),
            channel: given.channel.as_deref().map(Into::into),
            shelf: shelf::of(given.group),
            ..read::Options::default()
        };
        let mut before = match &given.history {
            Some(path) => history(path, &read, ui)?,
            None => Vec::new(),
        };
        before.extend(given.customer.iter().map(|words| Turn::new(Role::Customer, words)));
        for turn in &mut before {
            turn.context = true;
        }
        let scenario = match &given.scenario {
            None => None,
            Some(name) => Some(scenario(name, &context, terminal)?),
        };
        let text = given.text.as_ref().map(|text| text.clone().into_bytes());
        Ok(Self { read, given: text, before, scenario, each: false, hides: false, cache: None })
    }

    /// For files alone, without `--text`, history or scenario.
    pub fn files(read: read::Options) -> Self {
        Self { read, given: None, before: Vec::new(), scenario: None, each: false, hides: false, cache: None }
    }

    /// Finds the inputs and the settings of each; mistakes in settings are reported before any text is read. `apart`
    /// may remove inputs first.
    pub fn gather(
        &self,
        given: &Given,
        contexts: &mut Contexts,
        terminal: &Terminal,
        apart: impl FnOnce(&mut Vec<Input>) -> Result<(), Diagnostic>,
    ) -> Result<Gathered, Box<Diagnostic>> {
        self.gather_from(listed(given, terminal)?, given, contexts, terminal, apart)
    }

    /// Like [`gather`](Self::gather), for inputs already listed.
    pub fn gather_from(
        &self,
        listed: Listed,
        given: &Given,
        contexts: &mut Contexts,
        terminal: &Terminal,
        apart: impl FnOnce(&mut Vec<Input>) -> Result<(), Diagnostic>,
    ) -> Result<Gathered, Box<Diagnostic>> {
        let (mut inputs, missing, mut texts) = listed;
        apart(&mut inputs)?;
        let (mut sources, mut unread) = (Vec::new(), Vec::new());
        let mut mistakes = Vec::new();
        let mut settled: Vec<Settled> = Vec::new();
        for input in inputs {
            let path = input.path().map(ToOwned::to_owned);
            match contexts.of(path.as_deref()) {
                Ok(context) => {
                    let bytes = texts.as_mut().zip(path.as_ref()).map(|(texts, path)| texts.remove(path));
                    if let Some(None) = bytes {
                        // For example a file with a merge conflict: nothing is staged, and the work tree's text is not
                        // what was asked for.
                        let mistake = Diagnostic::error("git/no-text", terminal.ui.text("git.no-text", &[]));
                        let shown = path.map(|path| path.display().to_string());
                        mistakes.push(mistake.clone().path(shown.clone().unwrap_or_default()));
                        unread.push((shown, mistake));
                        continue;
                    }
                    let bytes = bytes.flatten().map(Into::into);
                    let (options, read) = self.settle(&mut settled, &input, &context, given, terminal)?;
                    sources.push(Source { input, context, options, bytes, read });
                }
                Err(found) => {
                    mistakes.extend(found);
                    let mistake =
                        Diagnostic::error("input/settings-broken", terminal.ui.text("cli.settings-broken", &[]));
                    unread.push((path.map(|path| path.display().to_string()), mistake));
                }
            }
        }
        mistakes.splice(0..0, contexts.warnings.drain(..));
        mistakes.extend(missing.iter().map(|(_, mistake)| mistake.clone()));
        unread.extend(missing.into_iter().map(|(path, mistake)| (Some(path), mistake)));
        Ok(Gathered { sources, unread, mistakes })
    }

    /// How to read and judge one input; inputs with the same settings share the result.
    fn settle(
        &self,
        settled: &mut Vec<Settled>,
        input: &Input,
        context: &Arc<Context>,
        given: &Given,
        terminal: &Terminal,
    ) -> Result<(Arc<Options>, Arc<read::Options>), Box<Diagnostic>> {
        let path = input.path();
        let same = settled.iter().find(|known| Arc::ptr_eq(&known.context, context));
        let clock = match same {
            Some(known) => known.clock.clone(),
            None => clock(given.as_of.as_deref(), None, &context.settings, terminal.ui)?,
        };
        let (columns, labels) = same.map_or_else(
            || (context.columns(), context.labels()),
            |known| (known.read.columns.clone(), known.read.labels.clone()),
        );
        let selection = context.selection(path);
        let waivers = context.waivers(path, clock.as_of.date());
        let map = context.format_map(given.format_map.as_deref(), path, terminal.ui)?;
        let found = input.may_be_another();
        let same = |known: &&Settled| {
            let mapped = known.read.map.as_ref().map(Arc::as_ptr) == map.as_ref().map(Arc::as_ptr);
            let ruled = known.selection == selection && known.options.waivers == waivers;
            Arc::ptr_eq(&known.context, context) && mapped && ruled && known.read.found == found
        };
        if let Some(known) = settled.iter().find(same) {
            return Ok((known.options.clone(), known.read.clone()));
        }
        let mut options = context.options(path, terminal.locale(), given.lang.map(Into::into));
        (options.waivers, options.clock) = (waivers, Some(clock.clone()));
        // The first occurrence in a reply may be in the baseline; the next one is still new.
        options.each = self.each || context.baseline.is_some();
        let read = read::Options { map, columns, labels, found, verbose: terminal.verbose, ..self.read.clone() };
        let (options, read) = (Arc::new(options), Arc::new(read));
        settled.push(Settled {
            context: context.clone(),
            selection,
            clock,
            options: options.clone(),
            read: read.clone(),
        });
        Ok((options, read))
    }

    /// The command line's options about the texts, for the cache key.
    pub fn said(&self) -> impl fmt::Debug {
        (&self.before, &self.scenario, &self.read.channel)
    }

    /// Adds the command line's context and scenario to a conversation.
    pub fn complete(&self, conversation: &mut Conversation) {
        if self.scenario.is_some() {
            conversation.scenario.clone_from(&self.scenario);
        }
        if conversation.mode != Mode::Transcript && !self.before.is_empty() {
            // Quoted mail is older than the context from the command line.
            let first = conversation.turns.iter().take_while(|turn| turn.context).count();
            conversation.turns.splice(first..first, self.before.iter().cloned());
        }
    }
}

/// The encoding of this name, if one is named.
pub fn encoding(label: Option<&str>, ui: crate::report::Ui) -> Result<Option<Encoding>, Box<Diagnostic>> {
    let Some(label) = label else { return Ok(None) };
    let known = encoding_rs::Encoding::for_label(label.as_bytes());
    known.map(Some).ok_or_else(|| {
        let message = ui.text("cli.unknown-encoding", &[("name", label)]);
        let mistake = Diagnostic::error("cli/unknown-encoding", message);
        Box::new(mistake.help(ui.text("cli.unknown-encoding-help", &[])))
    })
}

fn history(path: &Path, options: &read::Options, ui: crate::report::Ui) -> Result<Vec<Turn>, Vec<Diagnostic>> {
    let shown = path.display().to_string();
    let options = read::Options { kind: Some(Mode::Transcript), ..options.clone() };
    let extension = path.extension().and_then(|extension| extension.to_str());
    let unreadable = |error| vec![unreadable(&shown, &error, ui).help(ui.text("cli.history-help", &[]))];
    let file = inputs::open(path, ui).map_err(unreadable)?;
    let mut turns = Vec::new();
    let mut conversations = 0;
    for record in read::Reader::new(file, extension, options) {
        match record {
            Record::Conversation(_) if conversations > 0 => {
                let mistake = Diagnostic::error("input/several-chats", ui.text("cli.several-chats", &[]));
                return Err(vec![mistake.help(ui.text("cli.several-chats-help", &[])).path(shown)]);
            }
            Record::Conversation(conversation) => {
                conversations += 1;
                turns.extend(conversation.turns);
            }
            Record::Failed(mistake) => return Err(vec![mistake.path(shown)]),
            Record::Notice(_) => {}
        }
    }
    Ok(turns)
}

fn scenario(name: &str, context: &Context, terminal: &Terminal) -> Result<String, Vec<Diagnostic>> {
    if let Some(scenario) = context.rulebook.scenario(name) {
        return Ok(scenario.id.clone());
    }
    let message = terminal.ui.text("cli.unknown-scenario", &[("name", name)]);
    let error = Diagnostic::error("cli/unknown-scenario", message);
    let known = context.rulebook.scenarios.iter().map(|scenario| scenario.id.as_str());
    Err(vec![match crate::source::did_you_mean(name, known) {
        Some(near) => error.help(terminal.ui.text("settings.did-you-mean", &[("name", near)])),
        None => error.help(terminal.ui.text("cli.list-scenarios", &[])),
    }])
}

/// Settings that several inputs share.
struct Settled {
    context: Arc<Context>,
    selection: Selection,
    clock: Arc<Clock>,
    options: Arc<Options>,
    read: Arc<read::Options>,
}

/// An input and its settings.
pub struct Source {
    pub input: Input,
    pub context: Arc<Context>,
    pub options: Arc<Options>,
    /// What to read instead of the file.
    pub bytes: Option<Arc<[u8]>>,
    /// How to read it.
    pub read: Arc<read::Options>,
}

impl Source {
    /// Its path as it is shown.
    pub fn shown(&self) -> Option<Arc<str>> {
        self.input.path().map(|path| Arc::from(path.display().to_string()))
    }

    /// Whether it was found in a folder or by a glob, not named.
    pub fn is_found(&self) -> bool {
        matches!(self.input, Input::Found(_))
    }
}

/// Inputs with the settings of each.
pub struct Gathered {
    /// Inputs that can be read.
    pub sources: Vec<Source>,
    /// Inputs that cannot, by path, and why.
    pub unread: Vec<(Option<String>, Diagnostic)>,
    /// Diagnostics about inputs and settings.
    pub mistakes: Vec<Diagnostic>,
}

/// Inputs, names that matched nothing, and texts to read instead of files: if given, no file is read at all.
pub type Listed = (Vec<Input>, Vec<inputs::Missing>, Option<HashMap<PathBuf, Vec<u8>>>);

/// Lists the named inputs.
fn listed(given: &Given, terminal: &Terminal) -> Result<Listed, Box<Diagnostic>> {
    let (inputs, mut missing) = match (&given.text, given.inputs.is_empty()) {
        (Some(_), _) => (vec![Input::Stdin], Vec::new()),
        (None, true) if !io::IsTerminal::is_terminal(&io::stdin()) => (vec![Input::Stdin], Vec::new()),
        (None, true) => {
            let mistake = Diagnostic::error("cli/no-input", terminal.ui.text("cli.no-input", &[]));
            return Err(Box::new(mistake.help(terminal.ui.text("cli.no-input-help", &[]))));
        }
        (None, false) => inputs::list(&given.inputs, inputs::TEMPLATES, terminal.ui),
    };
    inputs::or_text(&mut missing, terminal.ui);
    Ok((inputs, missing, None))
}

/// Masks private data, except in text that the user has just typed.
pub fn masker(given: &Given, show_pii: bool, terminal: &Terminal, context: &Arc<Context>) -> Masker {
    let typed = is_typed(given.text.as_deref(), &given.inputs);
    context.masker(show_pii || typed && terminal.person)
}

/// Whether a text is typed in, and not read from files.
pub fn is_typed(text: Option<&str>, inputs: &[PathBuf]) -> bool {
    text.is_some() || inputs.is_empty() || inputs == [Path::new("-")]
}
