//! `replylint.toml`: what was typed becomes settings that are valid and know where each value came from.

mod baseline;
mod check;
mod clock;
mod context;
mod layers;
mod parse;
mod raw;
mod scorecards;
mod selection;
mod show;

pub use baseline::BaselineFile;
pub use check::glob_mistake;
pub use clock::{clock, not_a_moment, time_zone};
pub use context::{Context, Read, Shelf, inside, packs, read_pack, read_text, shown, unknown_rule};
pub use layers::{FILE_NAME, find, load};
pub use scorecards::scorecards;
pub use selection::Selection;

use crate::conversation::Role;
use crate::conversation::read::FormatMap;
use crate::conversation::read::log::Field;
use crate::rulebook::{Length, Severity};
use crate::source::Span;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Where a value came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// An option on the command line.
    Flag,
    /// A line of a settings file.
    File {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
    },
    /// An environment variable.
    Environment(&'static str),
    /// The built-in default.
    #[default]
    Default,
}

/// A value and where it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Who said so.
    pub origin: Origin,
}

/// What the command line and the environment say.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--select` replaces the files' `select` and `ignore`.
    pub select: Option<Vec<String>>,
    /// `--ignore`: on top of what files ignore.
    pub ignore: Vec<String>,
    /// Rulebooks to begin with instead of the file's.
    pub extends: Option<Vec<String>>,
    /// Packs on top of the file's.
    pub packs: Vec<PathBuf>,
    /// `--baseline`
    pub baseline: Option<PathBuf>,
    /// The time zone.
    pub zone: Option<String>,
    /// The time zone of the environment (`TZ`), for want of a better one.
    pub environment_zone: Option<String>,
}

/// Settings in force: valid, and settled before any text is read.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The settings files that were read, the nearest first.
    pub files: Vec<PathBuf>,
    /// Rulebooks to begin with: `default`, `none`, …
    pub extends: Setting<Vec<String>>,
    /// Own packs.
    pub packs: Setting<Vec<PathBuf>>,
    /// Patterns of rules that are asked.
    pub select: Setting<Vec<String>>,
    /// Patterns of rules that are not asked.
    pub ignore: Setting<Vec<String>>,
    /// How much rules matter, by pattern.
    pub severity: BTreeMap<String, Setting<Severity>>,
    /// Other rules for some files, in order.
    pub overrides: Vec<Override>,
    /// `brand.channels`
    pub brand_channels: Setting<Vec<String>>,
    /// `brand.names`
    pub brand_names: Setting<Vec<String>>,
    /// `house.standard-phrases`
    pub standard_phrases: Setting<Vec<String>>,
    /// `facts.times`
    pub fact_times: BTreeMap<String, Setting<Vec<String>>>,
    /// `facts.amounts`
    pub fact_amounts: BTreeMap<String, Setting<Vec<String>>>,
    /// `facts.phones`
    pub fact_phones: Setting<Vec<String>>,
    /// `facts.links`
    pub fact_links: Setting<Vec<String>>,
    /// `templates.required`
    pub required_fields: Setting<Vec<String>>,
    /// `templates.languages`
    pub template_languages: Setting<Vec<String>>,
    /// `slots.declared`
    pub declared_slots: Setting<Vec<String>>,
    /// `slots.dialect`; `None` to tell it from each placeholder.
    pub slot_dialect: Setting<Option<String>>,
    /// `masks.patterns`
    pub mask_patterns: Setting<Vec<String>>,
    /// `calendar.zone`; `None` for the system's.
    pub zone: Setting<Option<String>>,
    /// `[pace]`: longest waits by rule and channel.
    pub pace: BTreeMap<String, BTreeMap<String, Setting<Length>>>,
    /// `audit.scorecards`: names, or paths.
    pub scorecards: Setting<Vec<String>>,
    /// `audit.newcomers`
    pub newcomers: Setting<Vec<String>>,
    /// `audit.least-cases`
    pub least_cases: Setting<u64>,
    /// `audit.columns`
    pub columns: BTreeMap<Field, Setting<String>>,
    /// `audit.roles`
    pub roles: BTreeMap<Role, Setting<Vec<String>>>,
    /// `limits.text-bytes`
    pub text_bytes: Setting<u64>,
    /// `limits.findings`
    pub findings: Setting<u64>,
    /// `[[waiver]]`
    pub waivers: Vec<Waiver>,
    /// `baseline`: the file of findings that were there before.
    pub baseline: Setting<Option<PathBuf>>,
    /// `[[format]]`, in order.
    pub formats: Vec<Format>,
    /// Where files name rules.
    mentions: Vec<Mention>,
}

/// Other rules for some files.
#[derive(Clone, Debug)]
pub struct Override {
    /// Patterns of paths, as in a `.gitignore`.
    pub paths: Vec<String>,
    /// Patterns of rules that are not asked there.
    pub ignore: Vec<String>,
    /// How much rules matter there.
    pub severity: BTreeMap<String, Severity>,
    /// Where it stands.
    pub origin: Origin,
    matcher: ignore::gitignore::Gitignore,
}

/// A finding that the team has agreed to live with.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The rule, the pack or a pattern.
    pub rule: String,
    /// Files it is for, as in a `.gitignore`; none: all.
    pub paths: Vec<String>,
    /// The words that the finding is about; `None`: any.
    pub quote: Option<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Its last day.
    pub expires: Option<Date>,
    /// Where it stands.
    pub origin: Origin,
    /// The text of the file that it stands in.
    pub text: Arc<str>,
    /// Its place in that text.
    pub span: Span,
    matcher: ignore::gitignore::Gitignore,
}

/// A day as TOML has it, or written as a string.
fn day(value: &toml::Value) -> Option<Date> {
    match value {
        toml::Value::Datetime(day) => day.to_string().parse().ok(),
        toml::Value::String(day) => day.parse().ok(),
        _ => None,
    }
}

/// What the columns of some files mean.
#[derive(Clone, Debug)]
pub struct Format {
    /// The meaning.
    pub map: Arc<FormatMap>,
    matcher: ignore::gitignore::Gitignore,
}

/// A place at which a file names a rule: known to be right only once the rulebook is there.
#[derive(Clone, Debug)]
struct Mention {
    pattern: String,
    path: String,
    text: Arc<str>,
    span: Span,
}

impl Settings {
    /// The list of strings that a rule or a cue asks for by name, such as `brand.channels`; `None` for an unknown name.
    pub fn list(&self, name: &str) -> Option<&[String]> {
        let list = match name {
            "brand.channels" => &self.brand_channels,
            "brand.names" => &self.brand_names,
            "house.standard-phrases" => &self.standard_phrases,
            "slots.declared" => &self.declared_slots,
            "masks.patterns" => &self.mask_patterns,
            _ => return None,
        };
        Some(&list.value)
    }

    /// Longest waits by rule and channel, without where they come from.
    pub fn paces(&self) -> BTreeMap<String, BTreeMap<String, Length>> {
        let plain = |channels: &BTreeMap<String, Setting<Length>>| {
            channels.iter().map(|(channel, length)| (channel.clone(), length.value)).collect()
        };
        self.pace.iter().map(|(rule, channels)| (rule.clone(), plain(channels))).collect()
    }

    /// The settings in force as TOML, each value with the place it came from.
    pub fn show(&self) -> String {
        show::show(self)
    }
}

/// JSON Schema of `replylint.toml`, for editors.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(raw::Raw)
}

#[cfg(test)]
mod tests;
