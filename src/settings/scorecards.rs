//! The scorecards of an audit, as the settings name them: those that come with the program by name, own ones by path.

use super::context::{Read, inside};
use super::{Settings, read_pack};
use crate::audit::scorecard::{BUILTIN, load};
use crate::audit::{RuleInfo, Scorecard};
use crate::report::Ui;
use crate::source::{Diagnostic, did_you_mean};
use std::path::{Path, PathBuf};

/// Loads the scorecards that are named, by the command line or else by the settings.
///
/// # Errors
/// Every mistake in every one of them.
pub fn scorecards(
    named: &[PathBuf],
    settings: &Settings,
    rules: &[RuleInfo],
    ui: Ui,
    read: &mut Read<'_>,
) -> Result<(Vec<Scorecard>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let configured: Vec<PathBuf> = settings.scorecards.value.iter().map(PathBuf::from).collect();
    let default: Vec<PathBuf> = BUILTIN.iter().map(|(name, _)| PathBuf::from(name)).collect();
    let folder = settings.files.first().and_then(|file| file.parent()).filter(|_| named.is_empty());
    let read: &mut Read<'_> = &mut |path: &Path| {
        inside(folder, path)?;
        read(path)
    };
    let named = if !named.is_empty() {
        named
    } else if !configured.is_empty() {
        &configured
    } else {
        &default
    };
    let (mut cards, mut doubts, mut mistakes): (Vec<Scorecard>, Vec<_>, Vec<_>) = (Vec::new(), Vec::new(), Vec::new());
    for path in named.iter().filter(|path| *path != Path::new("none")) {
        match one(path, rules, ui, read) {
            Ok((card, doubtful)) => {
                doubts.extend(doubtful);
                if cards.iter().any(|other| other.id == card.id) {
                    let message = ui.text("audit.two-cards", &[("id", &card.id)]);
                    let mistake = Diagnostic::error("scorecard/twice", message).path(path.display().to_string());
                    mistakes.push(mistake.help(ui.text("audit.two-cards-help", &[])));
                }
                cards.push(card);
            }
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() { Ok((cards, doubts)) } else { Err(mistakes) }
}

fn one(
    path: &Path,
    rules: &[RuleInfo],
    ui: Ui,
    read: &mut Read<'_>,
) -> Result<(Scorecard, Vec<Diagnostic>), Vec<Diagnostic>> {
    let name = path.to_str().unwrap_or_default();
    if let Some((_, text)) = BUILTIN.iter().find(|(known, _)| *known == name) {
        return load(name, text, rules, true);
    }
    if path.extension().is_none() && read(path).is_err() {
        let error = Diagnostic::error("scorecard/missing", ui.text("audit.no-card", &[("name", name)]));
        let known = BUILTIN.iter().map(|(known, _)| *known);
        return Err(vec![match did_you_mean(name, known) {
            Some(near) => error.help(ui.text("settings.did-you-mean", &[("name", near)])),
            None => error.help(ui.text("audit.no-card-help", &[])),
        }]);
    }
    let shown = path.display().to_string();
    let file = read_pack(path, read).map_err(|error| {
        let message = ui.text("settings.unreadable", &[("path", &shown), ("reason", &ui.wording(&error.into()))]);
        vec![Diagnostic::error("scorecard/unreadable", message)]
    })?;
    load(&file.path, &file.text, rules, false)
}
