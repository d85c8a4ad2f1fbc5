//! `meta`: what a rule can ask of a template's metadata, of the facts in its text, and of how it fits the others.

use crate::conversation::Field;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// `meta`; exactly one key.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub enum Meta<C> {
    /// A field that is owed is not there.
    Missing(Missing),
    /// A day in one of these fields has passed; of several, the first in the list is told. A template out of its season
    /// may wait.
    Past(Vec<Past>),
    /// A value that is none of a closed list; only `scenario` has one.
    Unknown(Field),
    /// The same value stands in two templates of a repository.
    Shared(Shared),
    /// A language version is missing that the other templates of a repository have.
    Languages(Languages),
    /// The sentence with this cue names a day that has passed.
    Ended(C),
    /// The text says another time, amount, telephone number or address than `[facts]`.
    Facts(Facts<C>),
}

/// `missing`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Missing {
    /// What is owed; `templates.required` of the settings replaces it where `config` says so.
    pub fields: Vec<Field>,
    /// Owed only where one of these is stated: exports of other programs know none of them. Empty: always.
    #[serde(default)]
    pub beside: Vec<Field>,
    /// Owed only on this channel, as the cue-like list of its names.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Whether `templates.required` of the settings counts instead of `fields`.
    #[serde(default)]
    pub config: bool,
}

/// One field of `past`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Past {
    /// Where the day stands.
    pub field: Field,
    /// What it means that it has passed, for `{state}`, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// `shared`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Shared {
    /// What must be each template's own.
    pub field: Field,
}

/// `languages`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Languages {
    /// A language is expected where this share of the templates that have several languages have it: 0 to 1.
    /// `templates.languages` of the settings says it outright.
    pub share: f64,
}

/// `facts`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Facts<C> {
    /// Cues of what is done within a time. `deal-refund` is looked up as `facts.times.refund`.
    pub deals: Vec<C>,
}

/// What of templates must agree.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
pub enum Of {
    /// The time within which something is done.
    #[serde(rename = "promise.due-within")]
    DueWithin,
    /// The placeholders of the language versions of one template.
    #[serde(rename = "slots")]
    Slots,
}
