//! The program's own messages in the reader's language, from `rules/language/ui.toml`.

use crate::source::{Diagnostic, Wording, did_you_mean, filled};
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The language of messages.
pub use crate::conversation::Lang as Locale;

/// The messages, as data.
const MESSAGES: &str = include_str!("../../rules/language/ui.toml");

/// Chinese versions of wordings, by their English text in the source. Parsed when first needed.
static MISTAKES: LazyLock<Mistakes> =
    LazyLock::new(|| toml::from_str(include_str!("../../rules/language/mistakes.toml")).unwrap_or_default());

/// Messages about mistakes, by their English text.
#[derive(Default, Deserialize)]
struct Mistakes {
    /// Those of libraries.
    libraries: HashMap<String, String>,
    /// Those of this program.
    #[serde(flatten)]
    said: HashMap<String, String>,
}

/// The program's messages in one language.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ui {
    locale: Locale,
}

impl Ui {
    /// Words in this language.
    pub const fn new(locale: Locale) -> Self {
        Self { locale }
    }

    /// The language.
    pub const fn locale(self) -> Locale {
        self.locale
    }

    /// The language's name in data.
    pub const fn code(self) -> &'static str {
        self.locale.code()
    }

    /// A mistake's message.
    pub fn wording(self, wording: &Wording) -> String {
        wording.text(&|english| match self.locale {
            Locale::Zh => MISTAKES.said.get(english).or_else(|| MISTAKES.libraries.get(english)).map(String::as_str),
            Locale::En => None,
        })
    }

    /// The hint for an unknown name: the most similar known one, or all of them.
    pub fn suggest(self, given: &str, known: &[&str]) -> String {
        match did_you_mean(given, known.iter().copied()) {
            Some(near) => self.text("settings.did-you-mean", &[("name", near)]),
            None => self.text("settings.known-keys", &[("names", &known.join(", "))]),
        }
    }

    /// The message `key` with its parameters filled in; the key itself if it is unknown.
    pub fn text(self, key: &str, parameters: &[(&str, &str)]) -> String {
        // A long run repeats a few messages, so they are cached.
        thread_local!(static SAID: RefCell<[HashMap<String, String>; 2]> = RefCell::default());
        SAID.with_borrow_mut(|said| {
            let said = &mut said[usize::from(self.locale == Locale::En)];
            if let Some(template) = said.get(key) {
                return filled(template, parameters);
            }
            let Some(template) = lookup(key, self.locale) else {
                debug_assert!(false, "no message `{key}` in rules/language/ui.toml");
                return key.to_owned();
            };
            let filled = filled(&template, parameters);
            said.insert(key.to_owned(), template);
            filled
        })
    }
}

/// The warning about a conversation with an unknown scenario.
pub fn unknown_scenario(name: &str, ui: Ui) -> Diagnostic {
    let notice = Diagnostic::warning("input/unknown-scenario", ui.text("cli.unknown-scenario", &[("name", name)]));
    notice.help(ui.text("cli.list-scenarios", &[]))
}

/// Reads only the line it needs: a run without messages must not pay for parsing all of them.
fn lookup(key: &str, locale: Locale) -> Option<String> {
    let value = MESSAGES.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "))?;
    let table: toml::Table = toml::from_str(&format!("message = {value}")).ok()?;
    Some(table["message"].get(locale.code())?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_filled_once() {
        assert_eq!(Ui::new(Locale::Zh).text("report.more", &[("count", "3")]), "还有 3 条，用 --all 看全部");
    }

    #[test]
    fn every_message_is_there_in_both_languages_with_the_same_parameters() {
        let messages: toml::Table = toml::from_str(MESSAGES).unwrap();
        check(&messages["ui"], "");
    }

    fn check(value: &toml::Value, path: &str) {
        let table = value.as_table().unwrap();
        let (Some(zh), Some(en)) = (table.get("zh"), table.get("en")) else {
            for (key, value) in table {
                check(value, format!("{path}.{key}").trim_start_matches('.'));
            }
            return;
        };
        assert_eq!(names(zh), names(en), "{path}");
        assert!(lookup(path, Locale::En).is_some(), "{path} cannot be looked up by its line");
    }

    fn names(text: &toml::Value) -> Vec<String> {
        let parts = text.as_str().unwrap().split('{').skip(1);
        let mut names: Vec<String> = parts.map(|part| part.split('}').next().unwrap().to_owned()).collect();
        names.sort();
        names
    }
}
