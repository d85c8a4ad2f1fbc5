//! Rulebooks by name, for commands that compare them: `default`, a pack, a folder of packs, a settings file.

use super::args::Book;
use super::context::{Context, Contexts, read_pack};
use super::terminal::Terminal;
use crate::rulebook::{Rulebook, builtin};
use crate::settings::{self, Flags};
use crate::source::Diagnostic;
use ignore::WalkBuilder;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Folders beside a rulebook's packs that are not part of it: data on languages and calendars, and packs of industries,
/// which are off by default.
const NO_PACKS: [&str; 3] = ["language", "calendar", "industry"];

/// The rulebook of this name, with the settings that belong to it, and warnings about its packs.
pub fn named(name: &str, terminal: &Terminal) -> Result<(Arc<Context>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let path = Path::new(name);
    if name != "default" && path.is_dir() {
        return folder(path, terminal);
    }
    let mut book = Book { no_config: true, ..Book::default() };
    if name != "default" {
        if is_pack(path, terminal) {
            book.pack = vec![path.to_path_buf()];
        } else {
            book = Book { config: Some(path.to_path_buf()), ..Book::default() };
        }
    }
    let mut contexts = Contexts::new(&book, terminal);
    let context = contexts.of(None)?;
    Ok((context, std::mem::take(&mut contexts.warnings)))
}

/// A pack has rules or cues; settings have not.
fn is_pack(path: &Path, terminal: &Terminal) -> bool {
    let Ok(pack) = read_pack(path, terminal.ui) else { return false };
    pack.text.lines().map(str::trim_start).any(|line| {
        let name = line.trim_start_matches('[').trim_start();
        name.len() < line.len() && (name.starts_with("rule.") || name.starts_with("cue."))
    })
}

/// All packs below a folder, and nothing else: a rulebook that stands alone.
fn folder(folder: &Path, terminal: &Terminal) -> Result<(Arc<Context>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (mut paths, mut mistakes) = (Vec::new(), Vec::new());
    let unreadable =
        |path: &Path, error: &io::Error| Diagnostic::error("pack/unreadable", error).path(path.display().to_string());
    for entry in WalkBuilder::new(folder).follow_links(true).require_git(false).build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) && holds_pack(folder, entry.path()) => {
                paths.push(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => mistakes.push(unreadable(folder, &io::Error::other(error))),
        }
    }
    paths.sort();
    let mut files = Vec::new();
    for path in &paths {
        match read_pack(path, terminal.ui) {
            Ok(file) => files.push(file),
            Err(error) => mistakes.push(unreadable(path, &error)),
        }
    }
    if files.is_empty() && mistakes.is_empty() {
        let message = terminal.ui.text("diff.no-pack", &[("path", &folder.display().to_string())]);
        mistakes.push(Diagnostic::error("pack/unreadable", message));
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    if !files.iter().any(|file| file.path.ends_with("scenarios.toml")) {
        files.extend(builtin::sources().into_iter().filter(|file| file.path.ends_with("scenarios.toml")));
    }
    let loaded = Rulebook::load(&files)?;
    let none = &mut |path: &Path| Err(io::Error::new(io::ErrorKind::NotFound, path.display().to_string()));
    let settings = settings::load(None, &Flags::default(), terminal.ui, none)?;
    Ok((Arc::new(Context::new(settings, loaded.rulebook)), loaded.warnings))
}

fn holds_pack(folder: &Path, path: &Path) -> bool {
    let below: PathBuf = path.strip_prefix(folder).unwrap_or(path).to_path_buf();
    let first = below.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let nested = below.components().nth(1).is_some();
    path.extension().is_some_and(|extension| extension == "toml")
        && path.file_name().is_some_and(|name| name != settings::FILE_NAME)
        && !(nested && first.is_some_and(|first| NO_PACKS.contains(&first.as_str())))
}
