//! Scorecards: what a conversation is worth by the house's own list. TOML, checked once when loaded; scoring cannot
//! fail.

mod load;
mod raw;
mod score;

pub use load::{BUILTIN, Cards, load};
pub use raw::schema;

use super::{FatalKind, Points, RuleInfo};
use crate::conversation::Role;
use crate::rulebook::Localised;
use foldhash::fast::RandomState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A valid scorecard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scorecard {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Localised,
    /// Channels it is for; empty: all.
    pub channels: Vec<String>,
    /// Whether it also applies to conversations that name no channel.
    pub unnamed: bool,
    /// The points that every case begins with, from which deductions are taken.
    pub base: Points,
    /// The machine's score, 0 to 100, from which a case passes.
    pub pass: Points,
    /// Grades, the best first.
    pub grades: Vec<Grade>,
    /// Sections in order.
    pub sections: Vec<Section>,
}

/// A grade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Grade {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Localised,
    /// The lowest score for it.
    pub from: Points,
}

/// Items that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Localised,
    /// Its weight in the whole, whatever its points add up to; none: its points.
    pub weight: Option<Points>,
    /// Items in order.
    pub items: Vec<Item>,
}

/// One line of a scorecard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// `<section>/<item>`.
    pub id: String,
    /// Its name.
    pub name: Localised,
    /// What it does to the score.
    pub kind: ItemKind,
    /// The rules it is tied to, of those that are on.
    pub rules: Vec<String>,
}

/// What an item does to a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ItemKind {
    /// Points that a case has unless findings take them.
    Points {
        /// How many.
        points: Points,
        /// What one finding takes.
        per_hit: Points,
    },
    /// Points that findings take off the base.
    Deduct {
        /// What one finding takes.
        deduct: Points,
        /// The most that all of them take; none: no limit, but a score ends at 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Points>,
    },
    /// Points earned on top.
    Bonus {
        /// How many, once.
        bonus: Points,
        /// The acts, one of which earns it.
        cues: Vec<String>,
        /// Whose act.
        role: Role,
    },
    /// Points that only a human can give.
    Human {
        /// How many.
        points: Points,
    },
    /// A red line: a finding that can fail the case.
    Fatal {
        /// What it protects.
        fatal: FatalKind,
        /// What it does to the score once it is confirmed.
        effect: Effect,
    },
}

/// What a red line does to the score, once a person has confirmed it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The score is 0.
    #[default]
    Zero,
    /// The case does not pass. The score stays, but no grade from the pass mark on is given.
    Fail,
}

impl Scorecard {
    /// Whether it applies to conversations of this channel.
    pub fn is_for(&self, channel: Option<&str>) -> bool {
        match channel {
            _ if self.channels.is_empty() => true,
            None => self.unnamed,
            Some(channel) => {
                let channel = crate::language::fold_str(channel.trim());
                self.channels.iter().any(|known| crate::language::fold_str(known) == channel)
            }
        }
    }

    /// All items.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// The acts that bonus items ask for.
    pub fn cues(&self) -> impl Iterator<Item = &String> {
        self.items().flat_map(|item| match &item.kind {
            ItemKind::Bonus { cues, .. } => cues.as_slice(),
            _ => &[],
        })
    }
}

/// Ids of rules, to be looked up.
pub type RuleIds = HashSet<String, RandomState>;

/// A row's scores, by all scorecards that apply to it.
pub fn scores(cards: &[Scorecard], row: &super::ConversationResult, conditional: &RuleIds) -> Vec<super::Score> {
    if row.invalid.is_some_and(super::Invalid::is_skipped) {
        return Vec::new();
    }
    let own = cards.iter().filter(|card| card.is_for(row.channel.as_deref()));
    own.flat_map(|card| card.scores(row, conditional)).collect()
}

/// Whether a pattern (an id, or a prefix with `*`) matches a rule.
fn names(pattern: &str, rule: &RuleInfo) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => rule.rule.starts_with(beginning),
        None => rule.rule == pattern,
    }
}
