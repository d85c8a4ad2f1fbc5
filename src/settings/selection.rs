//! Which rules are on for a file, and how severe each is there.

use super::{Mention, Settings};
use crate::conversation::read::FormatMap;
use crate::report::Ui;
use crate::rulebook::{Severity, names};
use crate::source::{Diagnostic, did_you_mean};
use ignore::gitignore::Gitignore;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The rules for one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    select: Vec<String>,
    ignore: Vec<String>,
    /// Weakest first.
    severity: Vec<(String, Severity)>,
}

impl Selection {
    /// A rule's severity here; `None` if it is off. `ids` are its id and former ids.
    pub fn severity(&self, ids: &[&str], default: Severity) -> Option<Severity> {
        let named = |patterns: &[String]| patterns.iter().any(|pattern| ids.iter().any(|id| names(pattern, id)));
        if !named(&self.select) || named(&self.ignore) {
            return None;
        }
        let said = self.severity.iter().rev().find(|(pattern, _)| ids.iter().any(|id| names(pattern, id)));
        Some(said.map_or(default, |(_, severity)| *severity))
    }
}

impl Settings {
    /// The rules for the file at `path`, which is written as the settings file's own path is (both absolute or both
    /// relative to the same folder).
    pub fn for_path(&self, path: &Path) -> Selection {
        let mut selection = Selection {
            select: self.select.value.clone(),
            ignore: self.ignore.value.clone(),
            severity: ranked(self.severity.iter().map(|(pattern, setting)| (pattern, setting.value))),
        };
        for other in self.overrides.iter().filter(|other| other.fits(path)) {
            if self.select.origin != super::Origin::Flag {
                selection.ignore.extend(other.ignore.iter().cloned());
            }
            selection.severity.extend(ranked(other.severity.iter().map(|(pattern, &severity)| (pattern, severity))));
        }
        selection
    }

    /// Warnings about rules in settings files that the rulebook lacks. `known` are all ids and former ids.
    pub fn check_rules(&self, known: &[&str], ui: Ui) -> Vec<Diagnostic> {
        let unknown = |mention: &&Mention| !known.iter().any(|id| names(&mention.pattern, id));
        let diagnostic = |mention: &Mention| {
            let help = match did_you_mean(&mention.pattern, known.iter().copied()) {
                Some(name) => ui.text("settings.did-you-mean", &[("name", name)]),
                None => ui.text("settings.list-rules", &[]),
            };
            Diagnostic::error("settings/unknown-rule", ui.text("settings.unknown-rule", &[("rule", &mention.pattern)]))
                .path(mention.path.clone())
                .text(mention.text.clone())
                .label(mention.span, "")
                .help(help)
        };
        self.mentions.iter().filter(unknown).map(diagnostic).collect()
    }
}

impl super::Override {
    fn fits(&self, path: &Path) -> bool {
        fits(&self.matcher, path)
    }
}

impl super::Waiver {
    /// Whether it is for the file at `path`, which is written as the settings file's own path is.
    pub fn fits(&self, path: &Path) -> bool {
        self.paths.is_empty() || fits(&self.matcher, path)
    }

    /// The paths that it could apply to: those that it names, up to their first wildcard, or its file's folder.
    pub fn reach(&self) -> Vec<PathBuf> {
        let folder = self.file().and_then(Path::parent).unwrap_or(Path::new(""));
        let named = self.paths.iter().filter(|path| !path.starts_with('!')).map(|path| {
            let from_here = path.trim_end_matches('/').contains('/');
            let literal =
                path.split('/').filter(|name| !name.is_empty()).take_while(|name| !name.contains(['*', '?', '[']));
            literal.filter(|_| from_here).fold(folder.to_path_buf(), |path, name| path.join(name))
        });
        if self.paths.is_empty() { vec![folder.to_path_buf()] } else { named.collect() }
    }

    /// The file that it stands in, as shown to people.
    pub fn file(&self) -> Option<&Path> {
        match &self.origin {
            super::Origin::File { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Whether its last day is over.
    pub fn is_over(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| last < today)
    }
}

impl Settings {
    /// What the columns of the file at `path` mean, where a `[[format]]` says so.
    pub fn format_for(&self, path: &Path) -> Option<&Arc<FormatMap>> {
        self.formats.iter().find(|format| fits(&format.matcher, path)).map(|format| &format.map)
    }
}

fn fits(matcher: &Gitignore, path: &Path) -> bool {
    let relative = path.strip_prefix(matcher.path()).unwrap_or(path);
    // The matcher panics on a path outside its folder.
    relative.is_relative() && matcher.matched_path_or_any_parents(relative, false).is_ignore()
}

/// Weakest first: the more a pattern says about an id, the later it stands.
fn ranked<'a>(said: impl Iterator<Item = (&'a String, Severity)>) -> Vec<(String, Severity)> {
    let mut ranked: Vec<_> = said.map(|(pattern, severity)| (pattern.clone(), severity)).collect();
    ranked.sort_by_key(|(pattern, _)| (!pattern.contains('*') && pattern.contains('/'), pattern.len()));
    ranked
}
