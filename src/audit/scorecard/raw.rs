//! A scorecard as written: TOML tables, not checked yet.

use super::Effect;
use crate::audit::{FatalKind, Points};
use crate::conversation::Role;
use crate::rulebook::Localised;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

/// A scorecard: sections of items, each tied to rules.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "scorecard", extend("$id" = "https://replylint.dev/schema/scorecard.schema.json"))]
pub(super) struct Card {
    /// Its id: lower-case words joined by hyphens.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// Its name.
    pub name: Localised,
    /// Channels it is for, as the input names them. Default: all.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Whether it also applies to conversations that name no channel.
    #[serde(default)]
    pub unnamed: bool,
    /// The points that every case begins with, for items with `deduct`. Default: 0.
    #[serde(default)]
    pub base: Points,
    /// The machine's score, 0 to 100, from which a case passes.
    #[schemars(with = "Points")]
    pub pass: Spanned<Points>,
    /// Grades.
    #[serde(default)]
    #[schemars(with = "Vec<Grade>")]
    pub grade: Vec<Spanned<Grade>>,
    /// Sections in order.
    #[serde(default)]
    #[schemars(with = "Vec<SectionTable>")]
    #[serde(skip_deserializing)]
    pub section: Vec<(Spanned<Section>, Vec<Spanned<Item>>)>,
}

#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its schema is made")]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SectionTable {
    #[serde(flatten)]
    section: Section,
    /// Items in order.
    item: Vec<Item>,
}

/// A grade.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Grade {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Localised,
    /// The lowest score for it, 0 to 100.
    pub from: Points,
}

/// A section.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Section {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Localised,
    /// Its weight in the whole, whatever its points add up to. Default: its points.
    pub weight: Option<Points>,
}

/// One line of a scorecard: exactly one of `points`, `deduct`, `bonus` and `fatal`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Item {
    /// Its id within the section.
    pub id: String,
    /// Its name.
    pub name: Localised,
    /// The rules it is tied to: ids, or prefixes with `*`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub rules: Vec<Spanned<String>>,
    /// Points that a case has unless findings take them.
    pub points: Option<Points>,
    /// With `points`: what one finding takes. Default: all of them.
    pub per_hit: Option<Points>,
    /// With `points`: only a human can give them.
    #[serde(default)]
    pub human: bool,
    /// Points that one finding takes off the base.
    pub deduct: Option<Points>,
    /// With `deduct`: the most that all findings take. Default: no limit; a score ends at 0.
    pub most: Option<Points>,
    /// Points earned on top, once.
    pub bonus: Option<Points>,
    /// With `bonus`: one of these acts earns it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub cues: Vec<Spanned<String>>,
    /// With `bonus`: whose act. Default: the agent's.
    pub role: Option<Role>,
    /// A red line: what it protects.
    pub fatal: Option<FatalKind>,
    /// With `fatal`: what it does once a person has confirmed it. Default: `zero`.
    pub effect: Option<Effect>,
}

/// JSON Schema of a scorecard, for editors.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Card)
}
