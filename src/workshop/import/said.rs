//! Vocabulary of other programs, and texts for imported rules: `rules/formats/imports.toml`.

use super::Format;
use super::values::table;
use crate::conversation::{Lang, Role};
use crate::source::did_you_mean;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use toml::{Table, Value};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    zh: String,
    en: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    message: Pair,
    help: Pair,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Examples {
    frames: Vec<String>,
    fine: Vec<String>,
    customer: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    on: Vec<String>,
    off: Vec<String>,
}

/// A speaker in a rule from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    Is(Role),
    Anybody,
}

impl Speaker {
    /// The role, if it is one.
    pub(crate) fn role(self) -> Option<Role> {
        if let Self::Is(role) = self { Some(role) } else { None }
    }
}

/// The table.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Said {
    columns: BTreeMap<String, Vec<String>>,
    heads: BTreeMap<String, String>,
    severities: BTreeMap<String, Vec<String>>,
    severity_names: BTreeMap<String, String>,
    sheet: Pair,
    switches: BTreeMap<String, Switch>,
    roles: BTreeMap<String, Vec<String>>,
    quiet: BTreeMap<String, Vec<String>>,
    say: BTreeMap<String, Line>,
    why: Pair,
    why_words: Pair,
    examples: Examples,
}

static SAID: LazyLock<Said> = LazyLock::new(|| {
    // A test parses the same file, so this cannot fail in a tested build.
    toml::from_str(include_str!("../../../rules/formats/imports.toml")).unwrap_or_default()
});

pub(crate) fn said() -> &'static Said {
    &SAID
}

/// Our name for each column of a sheet; `None` for an unknown one.
pub fn columns_of(heads: &[String]) -> Vec<Option<&'static str>> {
    heads.iter().map(|head| SAID.column(head)).collect()
}

/// The heading of a column in a sheet that is written.
pub fn head_of(column: &str, lang: Lang) -> String {
    let named = || SAID.columns.get(column).and_then(|names| names.first()).cloned();
    match lang {
        Lang::Zh => SAID.heads.get(column).cloned().or_else(named),
        Lang::En => named(),
    }
    .unwrap_or_else(|| column.to_owned())
}

/// A name folded, without separators and without a trailing part in brackets.
fn plain(name: &str) -> String {
    let folded = crate::language::fold_str(name.trim().trim_start_matches('\u{feff}'));
    let joins = |c: char| c.is_whitespace() || matches!(c, '-' | '_' | '*' | ':' | '(' | ')');
    folded.chars().filter(|&c| !joins(c)).collect()
}

impl Said {
    /// Our name of a column; `own` for one that people keep for themselves.
    pub(crate) fn column(&'static self, head: &str) -> Option<&'static str> {
        let bare = head.split(['(', '[', '\u{ff08}', '\u{3010}']).next().unwrap_or_default();
        let (whole, bare) = (plain(head), plain(bare));
        let is = |wanted: &str| {
            let named = |(_, names): &(&String, &Vec<String>)| names.iter().any(|name| plain(name) == wanted);
            let ours = self.heads.iter().find(|(_, name)| plain(name) == wanted).map(|(ours, _)| ours.as_str());
            ours.or_else(|| self.columns.iter().find(named).map(|(ours, _)| ours.as_str()))
        };
        is(&whole).or_else(|| is(&bare).filter(|_| !bare.is_empty()))
    }

    /// Our severity for a foreign word.
    pub(crate) fn severity(&self, word: &str) -> Option<&str> {
        let wanted = plain(word);
        let named = |(_, names): &(&String, &Vec<String>)| names.iter().any(|name| plain(name) == wanted);
        self.severities.iter().find(named).map(|(ours, _)| ours.as_str())
    }

    /// The word for a severity in a sheet that is written.
    pub(crate) fn severity_name(&self, severity: &str, lang: Lang) -> String {
        let name = self.severity_names.get(severity).filter(|_| lang == Lang::Zh);
        name.cloned().unwrap_or_else(|| severity.to_owned())
    }

    /// The severity for a word as our sheets write it, in either language; else the one that may be meant.
    pub(crate) fn own_severity(&self, word: &str) -> Result<&str, Option<&str>> {
        let wanted = plain(word);
        let ours = self.severities.keys().map(String::as_str);
        let names = |ours: &'_ str| [Some(ours.to_owned()), self.severity_names.get(ours).cloned()];
        let is = |ours: &&str| names(ours).into_iter().flatten().any(|name| plain(&name) == wanted);
        if let Some(known) = ours.clone().find(is) {
            return Ok(known);
        }
        let near = |ours: &&str| {
            let names: Vec<String> = names(ours).into_iter().flatten().collect();
            did_you_mean(&wanted, names.iter().map(String::as_str)).is_some()
        };
        Err(self.severity(word).or_else(|| ours.clone().find(near)))
    }

    /// The name of the sheet of rules.
    pub(crate) fn sheet_name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.sheet.zh,
            Lang::En => &self.sheet.en,
        }
    }

    /// The words for on and off in our sheets.
    pub(crate) fn switch_names(&self, lang: Lang) -> [String; 2] {
        let switch = self.switches.get(if lang == Lang::Zh { "zh" } else { "en" });
        let first = |words: Option<&Vec<String>>| words.and_then(|words| words.first()).cloned().unwrap_or_default();
        [first(switch.map(|switch| &switch.on)), first(switch.map(|switch| &switch.off))]
    }

    /// Whether a word in a column of switches means on; `None` if it means neither.
    pub(crate) fn switch(&self, word: &str) -> Option<bool> {
        let wanted = plain(word);
        let holds = |words: &[String]| words.iter().any(|word| plain(word) == wanted);
        self.switches.values().find_map(|one| holds(&one.on).then_some(true).or(holds(&one.off).then_some(false)))
    }

    /// The speaker; `None` if the word is unknown.
    pub(crate) fn speaker(&self, word: &str) -> Option<Speaker> {
        let wanted = plain(word);
        let named = |(_, names): &(&String, &Vec<String>)| names.iter().any(|name| plain(name) == wanted);
        Some(match self.roles.iter().find(named)?.0.as_str() {
            "agent" => Speaker::Is(Role::Agent),
            "customer" => Speaker::Is(Role::Customer),
            _ => Speaker::Anybody,
        })
    }

    /// Whether a foreign key does not affect matching, or is handled.
    pub(crate) fn is_quiet(&self, list: &str, key: &str) -> bool {
        self.quiet.get(list).is_some_and(|keys| keys.iter().any(|known| known == key))
    }

    pub(crate) fn frames(&self) -> &[String] {
        &self.examples.frames
    }

    pub(crate) fn fine(&self) -> &[String] {
        &self.examples.fine
    }

    pub(crate) fn customer(&self) -> &str {
        &self.examples.customer
    }

    /// Message, help and why of a rule, as entries of its table. Its authors' texts take precedence over ours.
    pub(crate) fn speak(&self, kind: &str, written: &Written<'_>) -> Table {
        let none = Line::default();
        let line = self.say.get(kind).unwrap_or(&none);
        let fill = |text: &str, name: &str| {
            text.replace("{name}", name).replace("{word}", written.word).replace("{source}", written.format.source())
        };
        let both = |pair: &Pair| {
            let value = |text: &str| Value::String(fill(text, written.name));
            Value::Table(table([("zh", value(&pair.zh)), ("en", value(&pair.en))]))
        };
        let same = |text: &str| {
            let value = Value::String(text.to_owned());
            Value::Table(table([("zh", value.clone()), ("en", value)]))
        };
        let message = written.message.filter(|text| !text.trim().is_empty());
        let usual = if written.format == Format::Words { &self.why_words } else { &self.why };
        let why = written.why.filter(|text| !text.trim().is_empty());
        table([
            ("message", message.map_or_else(|| both(&line.message), same)),
            ("help", both(&line.help)),
            ("why", why.map_or_else(|| both(usual), same)),
        ])
    }
}

/// What is known of a foreign rule, to fill in its texts.
pub(crate) struct Written<'a> {
    pub(crate) format: Format,
    /// Its name.
    pub(crate) name: &'a str,
    /// A word that it matches.
    pub(crate) word: &'a str,
    /// Its own message.
    pub(crate) message: Option<&'a str>,
    /// Its own reason, if given.
    pub(crate) why: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_no_name_means_two_things() {
        let said: Said = toml::from_str(include_str!("../../../rules/formats/imports.toml")).unwrap();
        let mut seen = BTreeMap::new();
        for (ours, names) in &said.columns {
            for name in names {
                if let Some(other) = seen.insert(plain(name), ours) {
                    assert_eq!(other, ours, "{name} means {other} and {ours}");
                }
            }
        }
        for (ours, head) in &said.heads {
            assert_eq!(super::said().column(head), Some(ours.as_str()), "{head}");
            assert!(said.columns.contains_key(ours), "{ours}");
        }
        for (word, ours) in [("必改", "error"), ("High", "error"), ("可选", "advice")] {
            assert_eq!(super::said().severity(word), Some(ours));
        }
        assert_eq!(super::said().column("禁用词（必填）"), Some("word"));
        assert_eq!(super::said().speaker("客户").and_then(Speaker::role), Some(Role::Customer));
    }
}
