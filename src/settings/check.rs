//! What is wrong in a settings file though every value is of the right kind.

use super::parse::File;
use super::raw::Raw;
use crate::conversation::Field;
use crate::cue::native::slot::SlotWords;
use crate::rulebook::builtin;
use crate::source::did_you_mean;
use std::path::{Component, Path};
use toml::Spanned;

/// Rulebooks that settings may begin with.
pub(super) fn rulebooks() -> Vec<&'static str> {
    ["default", "none"].into_iter().chain(builtin::industries()).collect()
}

/// What serde cannot know to be wrong.
pub(super) fn check(raw: &Raw, file: &mut File<'_>) {
    let ui = file.ui;
    for pack in raw.rulebook.packs.iter().flat_map(Spanned::get_ref) {
        if !below(Path::new(pack.get_ref())) {
            outside(file, pack);
        }
    }
    if let Some(extends) = &raw.rulebook.extends {
        let names = extends.get_ref().names();
        let known = rulebooks();
        for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
            let message = ui.text("settings.unknown-value", &[("key", "rulebook.extends"), ("given", name)]);
            let help = match did_you_mean(name, known.iter().copied()) {
                Some(near) => ui.text("settings.did-you-mean", &[("name", near)]),
                None => ui.text("settings.known-keys", &[("names", &known.join(", "))]),
            };
            file.mistake("settings/unknown-value", message, extends.span(), Some(help));
        }
    }
    for other in &raw.overrides {
        if other.get_ref().paths.is_empty() {
            let message =
                ui.text("settings.value", &[("key", "override.paths"), ("message", &ui.text("settings.empty", &[]))]);
            file.mistake("settings/value", message, other.span().start..other.span().start, None);
        }
        for path in &other.get_ref().paths {
            if let Err(error) = matcher(Path::new(""), std::iter::once(&**path.get_ref())) {
                let reason = error.to_string();
                let message = ui.text("settings.glob", &[("glob", path.get_ref()), ("reason", &reason)]);
                file.mistake("settings/value", message, path.span(), None);
            }
        }
    }
    for format in &raw.formats {
        let raw = format.get_ref();
        if raw.name.is_empty() {
            let empty = ui.text("settings.empty", &[]);
            let name = [("key", "format.name"), ("message", empty.as_str())];
            let place = format.span().start..format.span().start;
            file.mistake("settings/value", ui.text("settings.value", &name), place, None);
        }
        for path in &raw.paths {
            if let Err(error) = matcher(Path::new(""), std::iter::once(&**path.get_ref())) {
                let reason = error.to_string();
                let message = ui.text("settings.glob", &[("glob", path.get_ref()), ("reason", &reason)]);
                file.mistake("settings/value", message, path.span(), None);
            }
        }
        for column in raw.columns.keys().filter(|column| !is_column(column.get_ref())) {
            let given = [("key", "format.columns"), ("given", column.get_ref().as_str())];
            let help = did_you_mean(column.get_ref(), COLUMNS);
            let help = help.map_or_else(
                || ui.text("settings.known-keys", &[("names", &COLUMNS.join(", "))]),
                |near| ui.text("settings.did-you-mean", &[("name", near)]),
            );
            file.mistake("settings/unknown-key", ui.text("settings.unknown-key", &given), column.span(), Some(help));
        }
    }
    let dialects = raw.formats.iter().filter_map(|format| Some(("format.dialect", format.get_ref().dialect.as_ref()?)));
    for (key, dialect) in raw.slots.dialect.iter().map(|dialect| ("slots.dialect", dialect)).chain(dialects) {
        let words = SlotWords::builtin();
        if words.dialect(dialect.get_ref()).is_none() {
            let given = [("key", key), ("given", dialect.get_ref().as_str())];
            let known: Vec<&str> = words.dialects().collect();
            let help = match did_you_mean(dialect.get_ref(), known.iter().copied()) {
                Some(near) => ui.text("settings.did-you-mean", &[("name", near)]),
                None => ui.text("settings.known-keys", &[("names", &known.join(", "))]),
            };
            file.mistake(
                "settings/unknown-value",
                ui.text("settings.unknown-value", &given),
                dialect.span(),
                Some(help),
            );
        }
    }
    if let Some(zone) = raw.calendar.zone.as_ref().filter(|zone| !is_zone(zone.get_ref())) {
        let help = Some(ui.text("settings.zone-help", &[]));
        file.mistake("settings/value", ui.text("settings.zone", &[("zone", zone.get_ref())]), zone.span(), help);
    }
    let limits = [("limits.text-bytes", &raw.limits.text_bytes), ("limits.findings", &raw.limits.findings)];
    for (key, limit) in limits {
        if let Some(limit) = limit.as_ref().filter(|limit| *limit.get_ref() == 0) {
            let message = ui.text("settings.value", &[("key", key), ("message", &ui.text("settings.zero", &[]))]);
            file.mistake("settings/value", message, limit.span(), None);
        }
    }
}

/// What a column can hold.
const COLUMNS: [&str; 20] = [
    "text",
    "group",
    "available",
    "id",
    "title",
    "scenario",
    "language",
    "owner",
    "approver",
    "effective",
    "review",
    "expires",
    "shortcode",
    "platform",
    "shop",
    "channel",
    "variant-of",
    "translation-of",
    "slots",
    "subject",
];

fn is_column(name: &str) -> bool {
    COLUMNS.contains(&name) || Field::of(name).is_some()
}

/// A settings file comes with a text from anywhere: it may name what lies beside and below it, nothing else.
pub(super) fn below(path: &Path) -> bool {
    !path.as_os_str().is_empty()
        && path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

pub(super) fn outside(file: &mut File<'_>, path: &Spanned<String>) {
    let message = file.ui.text("settings.outside", &[("path", path.get_ref())]);
    let help = file.ui.text("settings.outside-help", &[]);
    file.mistake("settings/outside", message, path.span(), Some(help));
}

pub(super) fn matcher<'a>(
    folder: &Path,
    patterns: impl Iterator<Item = &'a str>,
) -> Result<ignore::gitignore::Gitignore, ignore::Error> {
    let mut builder = ignore::gitignore::GitignoreBuilder::new(folder);
    for pattern in patterns {
        builder.add_line(None, pattern)?;
    }
    builder.build()
}

pub(super) fn is_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}
