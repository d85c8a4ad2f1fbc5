//! What the terminal can show, and which language it speaks: the only reader of the environment.

use super::args::{Global, When};
use crate::conversation::Lang;
use crate::report::{Style, Ui};
use std::env;
use std::io::IsTerminal;

/// How to talk to this user.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// The program's words.
    pub ui: Ui,
    /// Capabilities of standard output.
    pub out: Style,
    /// Capabilities of standard error.
    pub err: Style,
    /// Whether a person reads standard output.
    pub person: bool,
    /// Whether `--verbose` was given.
    pub verbose: bool,
    /// `TZ`, if set.
    pub zone: Option<String>,
}

/// Widest drawing; longer lines are hard to read.
const WIDEST: usize = 100;

impl Terminal {
    /// Asks the environment once.
    pub fn new(global: &Global) -> Self {
        let locale = global.locale.map_or_else(locale, Into::into);
        Self {
            ui: Ui::new(locale),
            out: style(global, std::io::stdout().is_terminal()),
            err: style(global, std::io::stderr().is_terminal()),
            person: std::io::stdout().is_terminal(),
            verbose: global.verbose,
            zone: env::var("TZ").ok().filter(|zone| !zone.is_empty()),
        }
    }

    /// The language of messages.
    pub fn locale(&self) -> Lang {
        self.ui.locale()
    }
}

/// What is known of the user before the arguments are parsed.
pub struct Asked {
    /// The language of messages.
    pub locale: Lang,
    /// Whether a page of help may have colours.
    pub color: bool,
}

impl Asked {
    /// Looks at the arguments as they were typed.
    pub fn of(arguments: &[std::ffi::OsString], stderr: bool) -> Self {
        let typed: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
        let value = |name: &str| {
            let joined = typed.iter().find_map(|typed| typed.strip_prefix(name)?.strip_prefix('='));
            joined.or_else(|| typed.iter().position(|typed| *typed == name).and_then(|at| typed.get(at + 1).copied()))
        };
        let locale = match value("--locale") {
            Some("zh") => Lang::Zh,
            Some("en") => Lang::En,
            _ => locale(),
        };
        let terminal = if stderr { std::io::stderr().is_terminal() } else { std::io::stdout().is_terminal() };
        let never = typed.contains(&"--no-color") || value("--color") == Some("never");
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        // An error quotes what was typed, so it is sanitised whole, colours and all.
        Self { locale, color: terminal && !stderr && !never && !plain }
    }
}

/// As POSIX has it, the first variable that is set counts. Chinese if it says so, else English.
fn locale() -> Lang {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let value = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG")).unwrap_or_default();
    if value.to_ascii_lowercase().starts_with("zh") { Lang::Zh } else { Lang::En }
}

fn style(global: &Global, terminal: bool) -> Style {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let dumb = env::var("TERM").is_ok_and(|term| term == "dumb");
    let color = match global.color {
        _ if global.no_color => false,
        When::Always => true,
        When::Never => false,
        When::Auto if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
        When::Auto => set("CLICOLOR_FORCE") || (terminal && !dumb),
    };
    let stated = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0));
    let width = stated.or_else(seen).unwrap_or(WIDEST);
    Style { width: width.clamp(40, WIDEST), color, unicode: !dumb, links: None }
}
