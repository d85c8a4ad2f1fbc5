//! `replylint.toml` as written, not checked yet.

use crate::conversation::Role;
use crate::conversation::read::log::Field;
use crate::rulebook::{Length, Severity};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Strings with their places.
pub(super) type Strings = Option<Spanned<Vec<Spanned<String>>>>;
/// Rules (or patterns such as `wording/*`) and how much each matters here.
pub(super) type Severities = BTreeMap<Spanned<String>, Spanned<Severity>>;

/// The settings of replylint. The file nearest above a text is the one that counts, whole.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(rename = "replylint.toml")]
pub(super) struct Raw {
    /// Another settings file, below this file's folder; what is set here beats what is set there.
    #[schemars(with = "Option<String>")]
    pub extends: Option<Spanned<String>>,
    /// Which rules there are.
    pub rulebook: Rulebook,
    /// Which of them are asked, and how much each matters.
    pub rules: Rules,
    /// Other rules for some files.
    #[serde(rename = "override")]
    #[schemars(with = "Vec<Override>")]
    pub overrides: Vec<Spanned<Override>>,
    /// Findings that the team has agreed to live with.
    #[serde(rename = "waiver")]
    #[schemars(with = "Vec<Waiver>")]
    pub waivers: Vec<Spanned<Waiver>>,
    /// File of the findings that were there before, below this file's folder (`check --write-baseline` writes it).
    #[schemars(with = "Option<String>")]
    pub baseline: Option<Spanned<String>>,
    /// What belongs to the house's own name.
    pub brand: Brand,
    /// How the house speaks.
    pub house: House,
    /// What has been agreed: times, amounts, telephone numbers, link domains.
    pub facts: Facts,
    /// What every template owes.
    pub templates: Templates,
    /// Variables of templates.
    pub slots: Slots,
    /// Sheets and exports of one's own.
    #[serde(rename = "format")]
    #[schemars(with = "Vec<Format>")]
    pub formats: Vec<Spanned<Format>>,
    /// What an export has put in the place of private data.
    pub masks: Masks,
    /// Days and hours.
    pub calendar: Calendar,
    /// Longest waits, by rule and channel: `[pace."pace/slow-first-reply"]`.
    #[schemars(with = "BTreeMap<String, BTreeMap<String, Length>>")]
    pub pace: BTreeMap<Spanned<String>, BTreeMap<String, Spanned<Length>>>,
    /// Audits of many conversations.
    pub audit: Audit,
    /// Where to stop.
    pub limits: Limits,
}

/// `[rulebook]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Rulebook {
    /// What to begin with: `default`, `none`, or names of rulebooks that come with replylint.
    #[schemars(with = "Option<OneOrMany>")]
    pub extends: Option<Spanned<OneOrMany>>,
    /// Own packs: paths below this file's folder.
    #[schemars(with = "Option<Vec<String>>")]
    pub packs: Strings,
}

/// A name or several.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    /// One.
    One(String),
    /// Several, in order.
    Many(Vec<String>),
}

/// `[rules]`. A pattern is a rule's id, a pack's name, or either with `*` for any characters.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Rules {
    /// Rules that are asked. Default: all.
    #[schemars(with = "Option<Vec<String>>")]
    pub select: Strings,
    /// Rules that are not asked.
    #[schemars(with = "Option<Vec<String>>")]
    pub ignore: Strings,
    /// How much they matter here. The pattern that says most about a rule's id wins.
    #[schemars(with = "BTreeMap<String, Severity>")]
    pub severity: Severities,
}

/// `[[override]]`: the last one that fits a file wins.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Override {
    /// Files it is for, written as in a `.gitignore`, from this file's folder on.
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<Spanned<String>>,
    /// Rules that are not asked there.
    #[schemars(with = "Option<Vec<String>>")]
    pub ignore: Strings,
    /// How much rules matter there.
    #[schemars(with = "BTreeMap<String, Severity>")]
    pub severity: Severities,
}

/// `[[waiver]]`: the first one that fits a finding is used.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(extend("required" = ["rule", "reason", "owner"]))]
pub(super) struct Waiver {
    /// A rule's id, a pack's name, or either with `*`.
    #[schemars(with = "String")]
    pub rule: Option<Spanned<String>>,
    /// Files it is for, written as in a `.gitignore`, from this file's folder on. Default: all.
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<Spanned<String>>,
    /// The words that the finding is about. Default: any.
    #[schemars(with = "Option<String>")]
    pub quote: Option<Spanned<String>>,
    /// Why.
    #[schemars(with = "String")]
    pub reason: Option<Spanned<String>>,
    /// Who answers for it.
    #[schemars(with = "String")]
    pub owner: Option<Spanned<String>>,
    /// Its last day, such as 2027-03-31. Default: it does not end.
    #[schemars(with = "Option<String>")]
    pub expires: Option<Spanned<toml::Value>>,
}

/// `[brand]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Brand {
    /// Official channels, which customers may be sent to.
    #[schemars(with = "Option<Vec<String>>")]
    pub channels: Strings,
    /// Names of the house and its products.
    #[schemars(with = "Option<Vec<String>>")]
    pub names: Strings,
}

/// `[house]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct House {
    /// Sentences that are meant to be said again and again.
    #[schemars(with = "Option<Vec<String>>")]
    pub standard_phrases: Strings,
}

/// `[facts]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Facts {
    /// Agreed times by what is done: `refund = "1-3 working days"`.
    #[schemars(with = "BTreeMap<String, OneOrMany>")]
    pub times: BTreeMap<String, Spanned<OneOrMany>>,
    /// Agreed amounts by the word that stands before them in a text.
    #[schemars(with = "BTreeMap<String, OneOrMany>")]
    pub amounts: BTreeMap<String, Spanned<OneOrMany>>,
    /// The house's telephone numbers.
    #[schemars(with = "Option<Vec<String>>")]
    pub phones: Strings,
    /// Domains that links may lead to.
    #[schemars(with = "Option<Vec<String>>")]
    pub links: Strings,
}

/// `[templates]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Templates {
    /// What every template must say about itself.
    #[schemars(with = "Option<Vec<String>>")]
    pub required: Strings,
    /// Languages that every template must have.
    #[schemars(with = "Option<Vec<String>>")]
    pub languages: Strings,
}

/// `[slots]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Slots {
    /// Variables that every template may use.
    #[schemars(with = "Option<Vec<String>>")]
    pub declared: Strings,
    /// How they are written: `zendesk`, `liquid`, `dollar`, … Default: told from each placeholder.
    #[schemars(with = "Option<String>")]
    pub dialect: Option<Spanned<String>>,
}

/// `[[format]]`: what the columns of a sheet or the keys of an export mean. The first that fits a file wins.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Format {
    /// What it is called in `--format-map`.
    pub name: String,
    /// Files it is for, written as in a `.gitignore`, from this file's folder on.
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<Spanned<String>>,
    /// `text` and metadata such as `title` or `scenario`: the columns or keys that hold them, the best first.
    #[schemars(with = "BTreeMap<String, OneOrMany>")]
    pub columns: BTreeMap<Spanned<String>, OneOrMany>,
    /// The row that names the columns, from 1. Default: looked for.
    pub header_row: Option<usize>,
    /// The sheets of a workbook that are read. Default: all.
    pub sheets: Vec<String>,
    /// How placeholders are written, as in `slots.dialect`.
    #[schemars(with = "Option<String>")]
    pub dialect: Option<Spanned<String>>,
    /// Whether the text is HTML. Default: looked at.
    pub html: Option<bool>,
}

/// `[masks]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Masks {
    /// Literal texts that stand for private data, and are no slots left open.
    #[schemars(with = "Option<Vec<String>>")]
    pub patterns: Strings,
}

/// `[calendar]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Calendar {
    /// Time zone of times that state none, by its IANA name. Default: the system's.
    #[schemars(with = "Option<String>")]
    pub zone: Option<Spanned<String>>,
}

/// `[audit]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Audit {
    /// Scorecards: `chat`, `call`, `letter`, or paths below this file's folder. Default: those three.
    #[schemars(with = "Option<Vec<String>>")]
    pub scorecards: Strings,
    /// Agents who are new: their conversations are among those that must be read.
    #[schemars(with = "Option<Vec<String>>")]
    pub newcomers: Strings,
    /// Fewest cases from which an agent, a team or a channel is ranked. Default: 30.
    #[schemars(with = "Option<u64>")]
    pub least_cases: Option<Spanned<u64>>,
    /// Which column of a table holds what, where its name does not tell.
    #[schemars(with = "BTreeMap<Field, String>")]
    pub columns: BTreeMap<Spanned<Field>, Spanned<String>>,
    /// By which words inputs say who speaks, beside those that are known: `customer = ["1"]`.
    #[schemars(with = "BTreeMap<Role, OneOrMany>")]
    pub roles: BTreeMap<Spanned<Role>, Spanned<OneOrMany>>,
}

/// `[limits]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Limits {
    /// Longest text of a file, in bytes.
    #[schemars(with = "Option<u64>")]
    pub text_bytes: Option<Spanned<u64>>,
    /// Findings that are drawn in full for people; the rest get a line each.
    #[schemars(with = "Option<u64>")]
    pub findings: Option<Spanned<u64>>,
}
