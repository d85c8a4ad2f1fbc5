//! The command line: the door through which files, the environment and the terminal come in.

mod acts;
mod args;
mod asked;
mod audit;
mod baselines;
mod books;
mod cache;
mod cache_key;
mod cached_file;
mod calibrate;
mod check;
mod choices;
mod compare_templates;
mod config;
mod context;
mod corpus;
mod eval;
mod fixing;
mod git;
mod help;
mod human_verdicts;
mod import;
mod init;
mod inputs;
mod jobs;
mod open;
mod ours;
mod outputs;
mod promises;
mod promises_args;
mod remarks;
mod repeats;
mod reports;
mod rule_args;
mod rule_sheets;
mod rules;
mod run_scope;
mod shared_args;
mod shelf;
mod suppressions;
mod templates;
mod terminal;
mod unchanged_templates;
mod unpack;
mod when;
mod why;
mod write;

use crate::conversation::Lang;
use crate::report::{DiagnosticForm, Masker, Ui, sanitize, write_diagnostics};
use crate::source::{Diagnostic, Level};
use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use std::io::{self, Write};
use terminal::Terminal;

/// The exit status of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings.
    Findings = 1,
    /// Something could not be done.
    Trouble = 2,
}

/// Why a command ends before its work is done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Output that cannot be written.
    Io(io::Error),
    /// Mistakes to report; empty if they have been reported.
    Told(Vec<Diagnostic>),
}

impl Failure {
    /// Reports why.
    fn tell(self, terminal: &Terminal) -> Status {
        match self {
            // The reader closed the pipe, as `head` does.
            Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => return Status::Clean,
            Self::Io(error) => say(terminal, &[write::failed(&error, None, "output.full-help", terminal.ui)]),
            Self::Told(mistakes) => say(terminal, &mistakes),
        };
        Status::Trouble
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Io(error.into())
    }
}

impl From<Diagnostic> for Failure {
    fn from(mistake: Diagnostic) -> Self {
        Self::Told(vec![mistake])
    }
}

impl From<Box<Diagnostic>> for Failure {
    fn from(mistake: Box<Diagnostic>) -> Self {
        Self::Told(vec![*mistake])
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(mistakes: Vec<Diagnostic>) -> Self {
        Self::Told(mistakes)
    }
}

/// Runs the program with the process's own arguments.
pub fn main() -> std::process::ExitCode {
    quietly();
    let arguments = help::taken(std::env::args_os());
    let cli = Cli::try_parse_from(&arguments).unwrap_or_else(|error| refuse(&error, arguments));
    let terminal = Terminal::new(&cli.global);
    let status = run(&cli, &terminal).unwrap_or_else(|failure| failure.tell(&terminal));
    std::process::ExitCode::from(status as u8)
}

/// Libraries may panic on hostile files: report that once, as a mistake of the file, without the panic message.
fn quietly() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !crate::source::is_held() {
            told(panic);
        }
    }));
}

/// Prints what is wrong with the arguments (or the help) and exits. An argument may hold anything.
fn refuse(error: &clap::Error, arguments: Vec<std::ffi::OsString>) -> ! {
    let asked = terminal::Asked::of(&arguments, error.use_stderr());
    let ui = Ui::new(asked.locale);
    let chinese = (asked.locale == Lang::Zh).then(|| help::chinese(arguments, ui, asked.color)).flatten();
    if let Some(said) = chinese {
        // Our own colours stay; control characters from an argument do not.
        let said = if asked.color { said } else { sanitize(&said).into_owned() };
        // A closed stream cannot be reported anywhere.
        let _ = if error.use_stderr() {
            io::stderr().write_all(said.as_bytes())
        } else {
            io::stdout().write_all(said.as_bytes())
        };
        std::process::exit(error.exit_code())
    }
    let plain = error.render().to_string();
    match sanitize(&plain) {
        std::borrow::Cow::Borrowed(_) => error.exit(),
        std::borrow::Cow::Owned(safe) => {
            let _ = io::stderr().write_all(safe.as_bytes());
            std::process::exit(error.exit_code())
        }
    }
}

fn run(cli: &Cli, terminal: &Terminal) -> Result<Status, Failure> {
    match &cli.command {
        Command::Check(check) => check::run(check, &cli.global, terminal),
        Command::Audit(asked) => audit::run(asked, &cli.global, terminal),
        Command::Calibrate(asked) => calibrate::run(asked, terminal),
        Command::Rules { command, book } => rules::run(command, book, terminal),
        Command::Config { path, schema, book } => config::config(path, *schema, book, terminal),
        Command::ExplainFinding { rule, given, line, format, show_pii, book } => {
            let question = why::Question { rule, line: *line, format: *format, show_pii: *show_pii };
            why::run(&question, given, book, terminal)
        }
        Command::Templates { command, book } => templates::run(command, book, terminal),
        Command::Acts(asked) => acts::run(asked, terminal),
        Command::Eval { labels, format, disagreements, book } => {
            eval::run(labels, *format, *disagreements, book, terminal)
        }
        Command::Promises(asked) => promises::run(asked, cli.global.quiet, terminal),
        Command::Import(asked) => import::run(asked, terminal),
        Command::When { text, at, zone } => when::run(text, at.as_deref(), zone.as_deref(), terminal),
        Command::Init { folder, force } => init::run(folder, *force, terminal),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "replylint", &mut out);
            io::stdout().write_all(&out)?;
            Ok(Status::Clean)
        }
        Command::Man => {
            let mut out = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut out)?;
            io::stdout().write_all(&out)?;
            Ok(Status::Clean)
        }
    }
}

/// Prints mistakes to standard error; an error among them makes the run's status `Trouble`.
fn say(terminal: &Terminal, diagnostics: &[Diagnostic]) -> Status {
    say_masked(terminal, diagnostics, &Masker::off())
}

/// Like [`say`], for mistakes in customers' texts, which may hold private data.
fn say_masked(terminal: &Terminal, diagnostics: &[Diagnostic], masker: &Masker) -> Status {
    let form = DiagnosticForm::Graphical;
    // A closed standard error cannot be reported anywhere.
    let _ = write_diagnostics(&mut io::stderr().lock(), diagnostics, form, &terminal.err, terminal.ui, masker);
    if diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error) { Status::Trouble } else { Status::Clean }
}
