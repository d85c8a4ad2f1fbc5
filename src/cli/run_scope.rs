//! Which files and rules a run covers. An entry is only stale if the run covered its file.

use super::args::Check;
use super::asked::Source;
use super::context::Context;
use super::inputs::plain;
use crate::judge::Override;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which files and rules a run covers. An entry is only stale if the run covered its file.
#[derive(Default)]
pub struct Reach {
    /// Folders that were named, and are covered whole.
    folders: Vec<PathBuf>,
    /// Files, with the rules applied to each.
    pub files: Vec<(PathBuf, Arc<crate::judge::Options>, Arc<Context>)>,
    /// Only some lines are covered.
    pub partial: bool,
    /// Files that could not be read.
    pub failed: HashSet<PathBuf>,
}

impl Reach {
    pub fn new(check: &Check, sources: &[Source]) -> Self {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let folders =
            check.given.inputs.iter().filter(|path| path.is_dir()).map(|path| plain(&absolute(path))).collect();
        let file = |source: &Source| {
            let path = plain(&absolute(source.input.path()?));
            Some((path, source.options.clone(), source.context.clone()))
        };
        let partial = check.staged || check.since.is_some();
        Self { folders, files: sources.iter().filter_map(file).collect(), partial, failed: HashSet::new() }
    }

    /// Whether the whole file or folder at `path` is covered.
    pub fn covers(&self, path: &Path) -> bool {
        if self.partial || self.failed.iter().any(|failed| failed.starts_with(path)) {
            return false;
        }
        let below = || self.folders.iter().any(|folder| path.starts_with(folder));
        if path.is_file() { self.files.iter().any(|(file, ..)| file == path) } else { below() }
    }

    /// Whether a rule applies to the file at `path`; if it no longer exists, whether it applies to its neighbours.
    pub fn asks(&self, rule: &str, path: &Path) -> bool {
        let same = self.files.iter().find(|(file, ..)| file == path);
        let near = || self.files.iter().find(|(file, ..)| file.parent() == path.parent());
        let Some((_, options, context)) = same.or_else(near).or_else(|| self.files.first()) else { return false };
        let named = context.rulebook.rules.iter().position(|known| known.answers_to(rule));
        named.is_none_or(|number| options.overrides.get(number) != Some(&Override::Off))
    }
}
