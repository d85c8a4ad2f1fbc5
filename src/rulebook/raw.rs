//! A pack as written: TOML tables, not checked yet.

use super::check::Check;
use super::{Safety, Severity};
use crate::conversation::{Lang, Mode, Role};
use crate::cue::raw::Cue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Spanned;

/// A pack: rules, cues, or both.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pack {
    /// The pack's name: the part of a rule's id before the slash. Default: the file's name.
    pub name: Option<String>,
    /// Language of the pack's cues. Default: `zh`, or the folder's name below `cues/`.
    pub lang: Option<Lang>,
    /// What may not be said, what must be said.
    #[serde(default)]
    pub rule: BTreeMap<String, Rule>,
    /// How things sound.
    #[serde(default)]
    pub cue: BTreeMap<String, Cue>,
}

/// A text in the languages that messages are written in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Localised {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Localised {
    /// The text in this language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// One rule: what is offended, and everything said about it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// `error`, `warning` or `advice`.
    pub severity: Severity,
    /// A few words that name the mistake, where the message says nothing without what it fills in. Default: the message
    /// without its quotation.
    #[serde(default)]
    pub title: Option<Localised>,
    /// What is wrong, in one breath. `{quote}` stands for the words.
    pub message: Localised,
    /// What to do about it. `{say}` stands for the words of `say`.
    pub help: Localised,
    /// Words to write into the text, in the language of the text, whatever the language of `help`.
    #[serde(default)]
    pub say: Option<Replacement>,
    /// Why it matters; shown by `rules explain` and `--verbose`.
    pub why: Localised,
    /// Exactly one verb.
    pub check: Check<String>,
    /// What `help` can offer as text: an insertion or a replacement of the quote.
    #[serde(default)]
    pub suggest: Option<Suggest>,
    /// Kinds of text it is for. Default: all.
    #[serde(default)]
    pub kinds: Vec<Mode>,
    /// Only for what is written: in a call it is not asked.
    #[serde(default)]
    pub written_only: bool,
    /// Languages it is for. Default: all.
    #[serde(default)]
    pub languages: Vec<Lang>,
    /// The rule that this one stands in for: it is not asked any more, and its id names this one.
    #[serde(default)]
    pub replaces: Option<String>,
    /// Former ids, which waivers and settings may still use.
    #[serde(default)]
    pub was: Vec<String>,
    /// More special rules: where one of them finds something in the same words, this one keeps silent.
    #[serde(default)]
    pub yields_to: Vec<String>,
    /// Texts that offend; the offending words between ⟦ and ⟧, or no marks for the whole reply.
    #[schemars(with = "Vec<Example>")]
    pub bad: Vec<Spanned<Example>>,
    /// Texts that are fine.
    #[schemars(with = "Vec<Example>")]
    pub good: Vec<Spanned<Example>>,
}

impl Rule {
    /// What names the mistake in a list: a message whose only blank is filled by the quotation says enough without it.
    pub fn title(&self) -> Localised {
        self.title
            .clone()
            .unwrap_or_else(|| Localised { zh: untitled(&self.message.zh), en: untitled(&self.message.en) })
    }
}

fn untitled(message: &str) -> String {
    let around = |one: char| {
        matches!(one, '“' | '”' | '\u{ff0c}' | '\u{ff1a}') || one.is_whitespace() || one.is_ascii_punctuation()
    };
    let mut parts = message.split('{');
    let before = parts.next().unwrap_or_default();
    match (parts.next().and_then(|part| part.split_once('}')), parts.next()) {
        (None, _) => message.to_owned(),
        (Some((_, after)), None) => {
            let (before, after) = (before.trim_end_matches(around), after.trim_start_matches(around));
            let gap = if before.is_ascii() && !before.is_empty() && !after.is_empty() { " " } else { "" };
            [before, after].join(gap)
        }
        (Some(_), Some(_)) => {
            let mut parts = message.split('{');
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |open, part| open + "…" + part.split_once('}').map_or(part, |(_, rest)| rest))
        }
    }
}

/// A suggestion to show or apply.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Suggest {
    /// Text instead of the quote; empty takes it out.
    pub text: Replacement,
    /// `safe`, `unsafe` or `ask`.
    pub fix: Safety,
}

/// A text to put in place of others, in the language and the script of those.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replacement {
    /// Chinese.
    pub zh: String,
    /// Chinese in traditional characters, where that differs.
    #[serde(default, rename = "zh-Hant")]
    pub hant: Option<String>,
    /// English.
    pub en: String,
}

impl Replacement {
    /// The text for a place in a text of this language; `traditional` is asked where that matters.
    pub fn text(&self, lang: Lang, traditional: impl FnOnce() -> bool) -> &str {
        match lang {
            Lang::Zh => self.hant.as_deref().filter(|_| traditional()).unwrap_or(&self.zh),
            Lang::En => &self.en,
        }
    }
}

/// A text that shows a rule at work.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Example {
    /// The agent's reply. Offending words between ⟦ and ⟧ in a bad example.
    pub reply: Option<String>,
    /// What the customer said before.
    pub customer: Option<String>,
    /// The scenario.
    pub scenario: Option<String>,
    /// The kind of text. Default: draft, or transcript when `turns` is given.
    pub kind: Option<Mode>,
    /// Language of the text; default: by its script.
    pub lang: Option<Lang>,
    /// Several messages, instead of `reply`.
    #[serde(default)]
    pub turns: Vec<ExampleTurn>,
    /// Who closed the chat.
    pub closed_by: Option<Role>,
    /// The moment that promised times and the days of templates are compared with; times of examples are in UTC+8.
    pub as_of: Option<String>,
    /// Declared slots of a template.
    pub slots: Option<Vec<String>>,
    /// What the template says about itself; makes it a template.
    #[serde(default)]
    pub metadata: BTreeMap<String, OneOrMany>,
    /// The channel it goes out by.
    pub channel: Option<String>,
    /// Several templates, instead of `reply`: they are judged together.
    #[serde(default)]
    pub templates: Vec<ExampleTemplate>,
    /// What the settings say, as `replylint.toml` would: `config.brand.channels = ["…"]`.
    #[serde(default)]
    pub config: ExampleConfig,
    /// What `--fix` makes of it.
    pub fixed: Option<String>,
    /// Of a good example: how to say it, to be shown to whoever said it wrong. Not one that only looks like a bad one.
    #[serde(default)]
    pub model: bool,
}

impl Example {
    /// The lists of the settings that it states, by their full names.
    pub fn lists(&self) -> BTreeMap<String, &[String]> {
        let ExampleConfig { brand, house, masks, .. } = &self.config;
        let mut found = BTreeMap::new();
        for (table, lists) in [("brand", brand), ("house", house), ("masks", masks)] {
            found.extend(lists.iter().map(|(key, list)| (format!("{table}.{key}"), list.as_slice())));
        }
        found
    }
}

/// A template among others.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExampleTemplate {
    /// Its file. Default: `1.md`, `2.md`, …
    pub path: Option<String>,
    /// What it says, with marks in a bad example.
    pub text: String,
    /// What it says about itself.
    #[serde(default)]
    pub metadata: BTreeMap<String, OneOrMany>,
}

/// Settings of an example.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ExampleConfig {
    /// `[facts]`.
    pub facts: ExampleFacts,
    /// `[templates]`.
    pub templates: ExampleOwed,
    /// `[brand]`: lists.
    pub brand: BTreeMap<String, Vec<String>>,
    /// `[house]`: lists.
    pub house: BTreeMap<String, Vec<String>>,
    /// `[masks]`: lists.
    pub masks: BTreeMap<String, Vec<String>>,
}

/// `[templates]` of an example: what each owes.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ExampleOwed {
    /// What each must say about itself.
    pub required: Vec<String>,
    /// The languages that each must have.
    pub languages: Vec<String>,
}

/// `[facts]` of an example.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ExampleFacts {
    /// By what is done.
    pub times: BTreeMap<String, OneOrMany>,
    /// By a word of the text.
    pub amounts: BTreeMap<String, OneOrMany>,
    /// Telephone numbers.
    pub phones: Vec<String>,
    /// Domains.
    pub links: Vec<String>,
}

/// A text or several.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All of them.
    pub fn all(&self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one.clone()],
            Self::Many(many) => many.clone(),
        }
    }
}

/// A message of an example.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExampleTurn {
    /// Who.
    pub role: Role,
    /// What, with marks in a bad example.
    pub text: String,
    /// When.
    pub time: Option<String>,
    /// When it was over, in a call.
    pub end: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::untitled;

    #[test]
    fn a_title_has_no_hole_where_one_quotation_was() {
        assert_eq!(untitled("“{quote}”没说几点"), "没说几点");
        assert_eq!(untitled("没有“{quote}”这个场景"), "没有这个场景");
        assert_eq!(untitled("blank left: {quote}"), "blank left");
        assert_eq!(untitled("the rule {quote} is old"), "the rule is old");
        assert_eq!(untitled("没有问候"), "没有问候");
        assert_eq!(untitled("等了 {count}，超过 {limit}"), "等了 …，超过 …");
    }
}
