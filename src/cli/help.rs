//! Help and mistakes of arguments in Chinese: the words of `rules/language/help.toml`, laid over what clap has in English.

use super::args::Cli;
use crate::report::Ui;
use clap::builder::{PossibleValuesParser, Resettable, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::LazyLock;

/// The words, by command and option.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// `rules list`; the program itself has no name.
    commands: BTreeMap<String, String>,
    /// `--pack`, `<INPUT>`; `rules list --pack` where it means something else there.
    options: BTreeMap<String, String>,
    /// The help of a value, by its English help.
    values: BTreeMap<String, String>,
    /// Phrases of clap itself.
    phrases: BTreeMap<String, String>,
    headings: Headings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Headings {
    commands: String,
    options: String,
    arguments: String,
    /// Below the page of the program itself.
    after: String,
    flags: BTreeMap<String, String>,
    /// Groups of options, by their English name.
    groups: BTreeMap<String, String>,
    /// Around `{usage}` and the rest, as clap has templates.
    page: String,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    // A test parses the same file, so this cannot fail in a tested build.
    toml::from_str(include_str!("../../rules/language/help.toml")).unwrap_or_default()
});

impl Words {
    fn option(&self, path: &str, key: &str) -> Option<&String> {
        self.options.get(format!("{path} {key}").trim_start()).or_else(|| self.options.get(key))
    }

    /// The command with these words, and all below it.
    fn laid_over(&'static self, command: Command, path: &str) -> Command {
        let mut command = command.help_template(self.headings.page.as_str());
        command = command.subcommand_help_heading(self.headings.commands.as_str());
        if path.is_empty() {
            command = command.after_help(self.headings.after.as_str());
        }
        if let Some(about) = self.commands.get(path) {
            command = command.about(about.clone()).long_about(Resettable::<StyledStr>::Reset);
        }
        let mut place = 0;
        let command = command.mut_args(|arg| {
            // Below a heading, clap sorts places by their letters unless told otherwise.
            let arg = if arg.is_positional() { arg.display_order(place) } else { arg };
            place += 1;
            let usual = if arg.is_positional() { &self.headings.arguments } else { &self.headings.options };
            let heading = arg.get_help_heading().and_then(|group| self.headings.groups.get(group)).unwrap_or(usual);
            let said = self.option(path, &key(&arg)).cloned();
            let arg = self.values(arg.help_heading(heading.as_str()));
            said.map_or(arg.clone(), |said| arg.help(said).long_help(Resettable::<StyledStr>::Reset))
        });
        let command = self.with_own_flags(command, path);
        command.mut_subcommands(|below| {
            let path = joined(path, below.get_name());
            self.laid_over(below, &path)
        })
    }
}

impl Words {
    /// `--help` and `--version`, which clap would put below a heading of its own.
    fn with_own_flags(&'static self, command: Command, path: &str) -> Command {
        let flag = |name: &'static str, short: char, action: ArgAction| {
            let said = self.headings.flags.get(name).map_or("", String::as_str);
            Arg::new(name)
                .short(short)
                .long(name)
                .action(action)
                .help(said)
                .help_heading(self.headings.options.as_str())
        };
        let command = command.disable_help_flag(true).arg(flag("help", 'h', ArgAction::Help));
        if path.is_empty() {
            command.disable_version_flag(true).arg(flag("version", 'V', ArgAction::Version))
        } else {
            command
        }
    }

    /// The option with translated help for its values. This command only prints help; it parses nothing that is used.
    fn values(&self, arg: Arg) -> Arg {
        let values = arg.get_possible_values();
        if values.iter().all(|value| value.get_help().is_none()) {
            return arg;
        }
        let said = values.into_iter().map(|value| {
            let chinese = value.get_help().and_then(|english| self.values.get(&english.to_string()));
            chinese.cloned().map_or(value.clone(), |chinese| value.help(chinese))
        });
        arg.value_parser(PossibleValuesParser::new(said))
    }
}

/// An option's flag, or the value name of a positional argument.
fn key(arg: &Arg) -> String {
    match (arg.get_long(), arg.get_value_names().and_then(|names| names.first())) {
        (Some(long), _) => format!("--{long}"),
        (None, Some(name)) => format!("<{name}>"),
        (None, None) => format!("<{}>", arg.get_id().as_str().to_uppercase()),
    }
}

fn joined(path: &str, name: &str) -> String {
    format!("{path} {name}").trim_start().to_owned()
}

/// These arguments, with `help COMMAND --option` turned into `COMMAND --help --option`: clap allows no option there.
pub(super) fn taken(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let is = |at: usize, word: &str| arguments.get(at).is_some_and(|argument| argument == word);
    let is_option = |argument: &OsString| argument.as_encoded_bytes().starts_with(b"-");
    let mut at = 1;
    while arguments.get(at).is_some_and(is_option) {
        at += if is(at, "--locale") || is(at, "--color") { 2 } else { 1 };
    }
    if is(at, "help") && arguments[at + 1..].iter().any(is_option) {
        arguments.remove(at);
        arguments.push("--help".into());
    }
    arguments
}

/// What to print for these arguments in Chinese: a page of help, or an error. `None` if clap accepts them.
pub(super) fn chinese(arguments: impl IntoIterator<Item = OsString>, ui: Ui, color: bool) -> Option<String> {
    let words = &*WORDS;
    let error = words.laid_over(Cli::command(), "").try_get_matches_from(arguments).err()?;
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let rendered = error.render();
            let mut page = if color { rendered.ansi().to_string() } else { rendered.to_string() };
            // Longer phrases first: one may begin with another.
            let mut phrases: Vec<_> = words.phrases.iter().collect();
            phrases.sort_by_key(|(english, _)| std::cmp::Reverse(english.len()));
            for (english, chinese) in phrases {
                page = page.replace(english.as_str(), chinese);
            }
            Some(page)
        }
        ErrorKind::DisplayVersion => Some(error.render().to_string()),
        kind => Some(mistake(&error, kind, ui)),
    }
}

/// The message for wrong arguments, from what clap reports.
fn mistake(error: &clap::Error, kind: ErrorKind, ui: Ui) -> String {
    let value = |kind| error.get(kind).map(shown).unwrap_or_default();
    let (argument, given) = (value(ContextKind::InvalidArg), value(ContextKind::InvalidValue));
    let command = value(ContextKind::InvalidSubcommand);
    let other = value(ContextKind::PriorArg);
    let key = match kind {
        ErrorKind::InvalidValue if given.is_empty() => "no-value",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "bad-value",
        ErrorKind::UnknownArgument => "unknown",
        ErrorKind::InvalidSubcommand => "no-command",
        ErrorKind::ArgumentConflict if other == argument || other.is_empty() => "twice",
        ErrorKind::ArgumentConflict => "conflict",
        ErrorKind::MissingRequiredArgument => "missing",
        ErrorKind::MissingSubcommand => "which-command",
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => "number",
        ErrorKind::NoEquals => "no-equals",
        ErrorKind::InvalidUtf8 => "not-text",
        _ => "other",
    };
    let parameters = [("argument", &*argument), ("value", &*given), ("command", &*command), ("other", &*other)];
    let mut said = vec![ui.text(&format!("arguments.{key}"), &parameters)];
    // The message of a value parser: a number out of range, an invalid date.
    if let Some(source) = std::error::Error::source(error) {
        said.push(format!("  {source}"));
    }
    let known = value(ContextKind::ValidValue);
    if !known.is_empty() {
        said.push(format!("  {}", ui.text("arguments.values", &[("values", &known)])));
    }
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedValue, ContextKind::SuggestedSubcommand];
    if let Some(near) = near.map(value).into_iter().find(|near| !near.is_empty()) {
        said.push(format!("\n  {}", ui.text("arguments.near", &[("near", &near)])));
    }
    if let Some(usage) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.trim_start_matches("Usage:").trim();
        said.push(format!("\n{}", ui.text("arguments.usage", &[("usage", usage)])));
    }
    said.push(format!("\n{}\n", ui.text("arguments.more", &[])));
    said.join("\n")
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join(", "),
        ContextValue::StyledStrs(all) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        ContextValue::None => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Whatever is shown, by its key.
    #[derive(Default)]
    struct Shown {
        commands: BTreeSet<String>,
        options: Vec<(String, String)>,
        values: BTreeSet<String>,
        groups: BTreeSet<String>,
    }

    impl Shown {
        fn add(&mut self, command: &Command, path: &str) {
            self.commands.insert(path.to_owned());
            for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
                self.groups.extend(arg.get_help_heading().map(ToOwned::to_owned));
                self.options.push((path.to_owned(), key(arg)));
                let values = arg.get_possible_values();
                self.values.extend(values.iter().filter_map(|value| value.get_help().map(ToString::to_string)));
            }
            for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
                self.add(below, &joined(path, below.get_name()));
            }
        }
    }

    #[test]
    fn every_command_and_option_has_a_chinese_text_and_none_is_left_over() {
        let words: Words = toml::from_str(include_str!("../../rules/language/help.toml")).unwrap();
        let mut shown = Shown::default();
        shown.add(&Cli::command(), "");
        let Shown { commands, options, values, groups } = shown;
        let missing: Vec<_> = commands.iter().filter(|path| !words.commands.contains_key(*path)).collect();
        assert!(missing.is_empty(), "commands without a text: {missing:?}");
        let over: Vec<_> = words.commands.keys().filter(|path| !commands.contains(*path)).collect();
        assert!(over.is_empty(), "texts without a command: {over:?}");
        let missing: Vec<_> = options.iter().filter(|(path, key)| words.option(path, key).is_none()).collect();
        assert!(missing.is_empty(), "options without a text: {missing:#?}");
        let used: BTreeSet<String> = options.iter().flat_map(|(path, key)| [joined(path, key), key.clone()]).collect();
        let over: Vec<_> = words.options.keys().filter(|key| !used.contains(*key)).collect();
        assert!(over.is_empty(), "texts without an option: {over:?}");
        assert_eq!(words.headings.groups.into_keys().collect::<BTreeSet<_>>(), groups);
        assert_eq!(words.values.into_keys().collect::<BTreeSet<_>>(), values);
    }
}
