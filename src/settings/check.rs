//! Mistakes in a settings file that serde cannot find.

use super::parse::File;
use super::raw::{Format, Raw, Waiver};
use crate::conversation::Field;
use crate::cue::native::slot::SlotWords;
use crate::rulebook::builtin;
use crate::source::{Wording, wording};
use globset::ErrorKind;
use std::path::{Component, Path};
use toml::Spanned;

/// Rulebooks that `extends` may name.
pub(super) fn rulebooks() -> Vec<&'static str> {
    ["default", "none"].into_iter().chain(builtin::industries()).collect()
}

/// Reports what serde cannot find.
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
            file.mistake("settings/unknown-value", message, extends.span(), Some(ui.suggest(name, &known)));
        }
    }
    for card in raw.audit.scorecards.iter().flat_map(Spanned::get_ref) {
        if !below(Path::new(card.get_ref())) {
            outside(file, card);
        }
    }
    for other in &raw.overrides {
        if other.get_ref().paths.is_empty() {
            empty(file, "override.paths", other.span());
        }
        globs(file, &other.get_ref().paths);
    }
    if let Some(baseline) = raw.baseline.as_ref().filter(|baseline| !below(Path::new(baseline.get_ref()))) {
        outside(file, baseline);
    }
    raw.waivers.iter().for_each(|waiver| self::waiver(file, waiver));
    for format in &raw.formats {
        let name = &format.get_ref().name;
        if name.is_empty() {
            empty(file, "format.name", format.span());
        }
        globs(file, &format.get_ref().paths);
        columns(file, format.get_ref());
    }
    dialects(raw, file);
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

fn waiver(file: &mut File<'_>, waiver: &Spanned<Waiver>) {
    let said = waiver.get_ref();
    // Without an owner, nobody could take a waiver back.
    for (key, value) in [("waiver.rule", &said.rule), ("waiver.reason", &said.reason), ("waiver.owner", &said.owner)] {
        if value.as_ref().is_none_or(|value| value.get_ref().trim().is_empty()) {
            empty(file, key, value.as_ref().map_or(waiver.span(), Spanned::span));
        }
    }
    if let Some(day) = said.expires.as_ref().filter(|day| super::day(day.get_ref()).is_none()) {
        let message = file.ui.text("settings.day", &[]);
        let message = file.ui.text("settings.value", &[("key", "waiver.expires"), ("message", &message)]);
        file.mistake("settings/value", message, day.span(), None);
    }
    globs(file, &said.paths);
}

fn empty(file: &mut File<'_>, key: &str, place: std::ops::Range<usize>) {
    let message = file.ui.text("settings.value", &[("key", key), ("message", &file.ui.text("settings.empty", &[]))]);
    file.mistake("settings/value", message, place.start..place.start, None);
}

fn globs(file: &mut File<'_>, paths: &[Spanned<String>]) {
    for path in paths {
        // Those of ignore files may leave a bracket open, which would then match nothing.
        let written = path.get_ref().trim_start_matches('!');
        let strict = globset::Glob::new(written).map_err(|error| file.ui.wording(&glob_mistake(&error)));
        let usual = matcher(Path::new(""), std::iter::once(&**path.get_ref())).map_err(|error| error.to_string());
        if let Err(reason) = strict.map(drop).and(usual.map(drop)) {
            let message = file.ui.text("settings.glob", &[("glob", path.get_ref()), ("reason", &reason)]);
            file.mistake("settings/value", message, path.span(), Some(file.ui.text("settings.glob-help", &[])));
        }
    }
}

/// What is wrong with a pattern for paths.
pub fn glob_mistake(error: &globset::Error) -> Wording {
    match error.kind() {
        ErrorKind::UnclosedClass => wording!("a bracket is opened and never closed"),
        ErrorKind::UnopenedAlternates | ErrorKind::UnclosedAlternates => wording!("the curly brackets do not match"),
        ErrorKind::InvalidRange(from, to) => wording!("the range {from}-{to} runs backwards", from, to),
        ErrorKind::DanglingEscape => wording!("a backslash at the end"),
        other => Wording::Library(other.to_string()),
    }
}

fn columns(file: &mut File<'_>, format: &Format) {
    let ui = file.ui;
    for column in format.columns.keys().filter(|column| !is_column(column.get_ref())) {
        let given = [("key", "format.columns"), ("given", column.get_ref().as_str())];
        let help = ui.suggest(column.get_ref(), &COLUMNS);
        file.mistake("settings/unknown-key", ui.text("settings.unknown-key", &given), column.span(), Some(help));
    }
}

fn dialects(raw: &Raw, file: &mut File<'_>) {
    let ui = file.ui;
    let formats = raw.formats.iter().filter_map(|format| Some(("format.dialect", format.get_ref().dialect.as_ref()?)));
    let words = SlotWords::builtin();
    for (key, dialect) in raw.slots.dialect.iter().map(|dialect| ("slots.dialect", dialect)).chain(formats) {
        if words.dialect(dialect.get_ref()).is_some() {
            continue;
        }
        let given = [("key", key), ("given", dialect.get_ref().as_str())];
        let known: Vec<&str> = words.dialects().collect();
        let help = ui.suggest(dialect.get_ref(), &known);
        file.mistake("settings/unknown-value", ui.text("settings.unknown-value", &given), dialect.span(), Some(help));
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

/// A settings file may come with texts from anywhere, so it may only name files beside and below it.
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
