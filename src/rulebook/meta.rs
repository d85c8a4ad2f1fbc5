//! `meta`: checks of a template's metadata, of facts in its text, and against other templates.

use crate::conversation::Field;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// `meta`; exactly one key.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub enum Meta<C> {
    /// A required field is missing.
    Missing(Missing),
    /// The day in one of these fields has passed; of several, the first in the list is reported. A template out of
    /// season is exempt.
    Past(Vec<Past>),
    /// A value outside a closed list; only `scenario` has one.
    Unknown(Field),
    /// Two templates of a repository have the same value.
    Shared(Shared),
    /// A language version is missing that other templates of the repository have.
    Languages(Languages),
    /// The sentence of this cue names a day that has passed.
    Ended(C),
    /// The text has another time, amount, telephone number or link than `[facts]`.
    Facts(Facts<C>),
}

/// `missing`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Missing {
    /// Required fields; with `config`, `templates.required` of the settings replaces them.
    pub fields: Vec<Field>,
    /// Required only if one of these fields is set: exports of other programs have none. Empty: always.
    #[serde(default)]
    pub beside: Vec<Field>,
    /// Required only on these channels.
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
    /// The field with the day.
    pub field: Field,
    /// What has happened by that day, for `{state}`, in Chinese.
    pub zh: String,
    /// What has happened by that day, in English.
    pub en: String,
}

/// `shared`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Shared {
    /// The field whose value must differ between templates.
    pub field: Field,
}

/// `languages`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Languages {
    /// A language is expected if this share of the templates in several languages has it: 0 to 1. `templates.languages`
    /// of the settings names them instead.
    pub share: f64,
}

/// `facts`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Facts<C> {
    /// Cues of actions that have an agreed time: `deal-refund` is looked up as `facts.times.refund`.
    pub deals: Vec<C>,
}

/// What templates must agree on.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
pub enum Of {
    /// The time within which an action is done.
    #[serde(rename = "promise.due-within")]
    DueWithin,
    /// The placeholders of a template's language versions.
    #[serde(rename = "slots")]
    Slots,
}
