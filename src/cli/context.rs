//! Finds the settings of each input; each settings file is read, and its rulebook built, once.

use super::args::Book;
use super::cache::Rulebooks;
use super::inputs;
use super::terminal::Terminal;
use crate::report::Ui;
use crate::rulebook::PackText;
use crate::settings::{self, BaselineFile, Flags, Origin, Settings, Shelf};
use crate::source::Diagnostic;
use std::collections::HashMap;
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use crate::settings::{Context, shown, unknown_rule};

/// Whether baselines are read.
#[derive(Clone, Debug, Default)]
pub enum Baselines {
    /// Not read.
    #[default]
    No,
    /// The one of the settings, or this one.
    Read(Option<PathBuf>),
    /// Like [`Read`](Self::Read), but it may be missing, as it is about to be written.
    Written(Option<PathBuf>),
}

/// Finds contexts, each made once.
pub struct Contexts<'a> {
    book: &'a Book,
    terminal: &'a Terminal,
    /// By settings file.
    made: HashMap<Option<PathBuf>, Option<Arc<Context>>>,
    /// Settings file by folder.
    files: HashMap<PathBuf, Option<PathBuf>>,
    baselines: Baselines,
    shelf: Option<Rulebooks>,
    /// Warnings about packs and settings, reported once.
    pub warnings: Vec<Diagnostic>,
}

impl<'a> Contexts<'a> {
    /// Contexts under these options.
    pub fn new(book: &'a Book, terminal: &'a Terminal) -> Self {
        let (made, files) = (HashMap::new(), HashMap::new());
        let shelf = Rulebooks::open();
        Self { book, terminal, made, files, baselines: Baselines::No, shelf, warnings: Vec::new() }
    }

    /// With `anew`, compiles every rulebook instead of using the cache.
    #[must_use]
    pub fn anew(self, anew: bool) -> Self {
        Self { shelf: self.shelf.filter(|_| !anew), ..self }
    }

    /// Like [`new`](Self::new), with baselines.
    pub fn with_baselines(book: &'a Book, terminal: &'a Terminal, baselines: Baselines) -> Self {
        Self { baselines, ..Self::new(book, terminal) }
    }

    /// The context of the file or folder at `path`; of the working folder where there is none.
    ///
    /// # Errors
    /// Every mistake in the settings and packs; none if they have been reported before.
    pub fn of(&mut self, path: Option<&Path>) -> Result<Arc<Context>, Vec<Diagnostic>> {
        let file = self.settings_file(path);
        if let Some(context) = self.made.get(&file) {
            return context.clone().ok_or_else(Vec::new);
        }
        let context = self.make(file.as_deref()).map(Arc::new);
        self.made.insert(file, context.as_ref().ok().cloned());
        context
    }

    fn settings_file(&mut self, path: Option<&Path>) -> Option<PathBuf> {
        if self.book.no_config {
            return None;
        }
        if let Some(file) = &self.book.config {
            return Some(std::path::absolute(file).unwrap_or_else(|_| file.clone()));
        }
        let start = path.map_or_else(env::current_dir, std::path::absolute).ok()?;
        let folder = if start.is_dir() { start } else { start.parent()?.to_path_buf() };
        let find = || settings::find(&folder, Path::is_file);
        self.files.entry(folder.clone()).or_insert_with(find).clone()
    }

    fn make(&mut self, file: Option<&Path>) -> Result<Context, Vec<Diagnostic>> {
        let ui = self.terminal.ui;
        let flags = Flags {
            select: self.book.select.clone(),
            ignore: self.book.ignore.clone(),
            extends: None,
            packs: self
                .book
                .pack
                .iter()
                .map(|pack| std::path::absolute(pack).unwrap_or_else(|_| pack.clone()))
                .collect(),
            baseline: match &self.baselines {
                Baselines::Read(Some(file)) | Baselines::Written(Some(file)) => std::path::absolute(file).ok(),
                _ => None,
            },
            zone: None,
            environment_zone: self.terminal.zone.clone(),
        };
        let shelf = self.shelf.as_ref().map(|shelf| shelf as &dyn Shelf);
        let (mut context, warnings) = Context::load(file, &flags, ui, &mut |path: &Path| read(path, ui), shelf)?;
        self.warnings.extend(warnings);
        context.baseline = self.baseline(&context.settings)?;
        Ok(context)
    }

    fn baseline(&self, settings: &Settings) -> Result<Option<Arc<BaselineFile>>, Vec<Diagnostic>> {
        let ui = self.terminal.ui;
        let may_miss = matches!(self.baselines, Baselines::Written(_));
        let (false, Some(path)) = (matches!(self.baselines, Baselines::No), &settings.baseline.value) else {
            return Ok(None);
        };
        let named = matches!(settings.baseline.origin, Origin::Flag);
        let folder = settings.files.first().and_then(|file| file.parent()).filter(|_| !named);
        let text = match settings::inside(folder, path).and_then(|()| read(path, ui)) {
            Ok(text) => text,
            Err(error) if may_miss && error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let parameters = [("path", &*shown(path)), ("reason", &*ui.wording(&error.into()))];
                let mistake = Diagnostic::error("baseline/unreadable", ui.text("settings.unreadable", &parameters));
                return Err(vec![mistake.help(ui.text("baseline.unreadable-help", &[]))]);
            }
        };
        match BaselineFile::read(&shown(path), text, ui) {
            Ok(file) => Ok(Some(Arc::new(file))),
            Err(mistake) => Err(vec![*mistake]),
        }
    }
}

/// The packs of a rulebook: the default ones, those of the industries it extends, and those of the settings.
pub fn packs(settings: &Settings, ui: Ui) -> Result<Vec<PackText>, Vec<Diagnostic>> {
    settings::packs(settings, &mut |path: &Path| read(path, ui))
}

/// Reads a team's own pack.
pub fn read_pack(path: &Path, ui: Ui) -> io::Result<PackText> {
    settings::read_pack(path, &mut |path: &Path| read(path, ui))
}

/// Reads a file of settings or rules: never a device or pipe, and never more than its readers will refuse.
pub fn read(path: &Path, ui: Ui) -> io::Result<String> {
    settings::read_text(inputs::open(path, ui)?)
}
