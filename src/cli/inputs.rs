//! Finds the files to read: walks folders, matches globs, and sorts.

use super::ours::is_ours;
use super::terminal::Terminal;
use super::{Status, say};
use crate::audit::Names;
use crate::report::{Masker, Ui};
use crate::settings::glob_mistake;
use crate::source::{Diagnostic, wording};
use globset::GlobBuilder;
use ignore::WalkBuilder;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// Standard input, stored in this file, since it is read more than once.
    Stored(PathBuf),
    /// A file that was named.
    Named(PathBuf),
    /// A file that was found in a folder or by a glob: read only if it looks like a text for us.
    Found(PathBuf),
    /// A file named by a hook, which names every file: read only if it looks like a text for us.
    Offered(PathBuf),
}

impl Input {
    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdin | Self::Stored(_) => None,
            Self::Named(path) | Self::Found(path) | Self::Offered(path) => Some(path),
        }
    }

    /// What standard input gives.
    ///
    /// # Errors
    /// When it was stored, and cannot be opened again.
    pub fn stdin(&self) -> io::Result<Box<dyn BufRead + Send>> {
        Ok(match self {
            Self::Stored(path) => Box::new(BufReader::with_capacity(1 << 18, File::open(path)?)),
            _ => Box::new(BufReader::with_capacity(1 << 18, io::stdin())),
        })
    }

    /// Whether it is a table in a folder, which may be one of something else than chats.
    pub fn is_found_table(&self) -> bool {
        matches!(self, Self::Found(path) if !is_ours(path, TEXTS))
    }

    /// Whether it is skipped if nothing in it is recognised.
    pub const fn may_be_another(&self) -> bool {
        matches!(self, Self::Found(_) | Self::Offered(_))
    }
}

/// Extensions of texts and chats, which are read in folders.
pub const TEXTS: &[&str] = &["txt", "md", "markdown", "jsonl", "ndjson", "json"];
/// [`TEXTS`] with sheets and tables of templates.
pub const TEMPLATES: &[&str] =
    &["txt", "md", "markdown", "jsonl", "ndjson", "json", "yaml", "yml", "toml", "csv", "tsv", "xlsx", "xlsm"];

/// Extensions of logs, packed or not.
pub const LOGS: &[&str] = &[
    "txt", "md", "jsonl", "ndjson", "csv", "tsv", "gz", "zst", "xlsx", "xlsm", "parquet", "pq", "arrow", "arrows",
    "feather", "ipc",
];

/// Extensions of chats for the ledger: [`TEXTS`] and [`LOGS`].
pub const CHATS: &[&str] = &[
    "txt", "md", "markdown", "jsonl", "ndjson", "json", "csv", "tsv", "gz", "zst", "xlsx", "xlsm", "parquet", "pq",
    "arrow", "arrows", "feather", "ipc",
];

/// A name that matched nothing, and the diagnostic.
pub type Missing = (String, Diagnostic);

/// Lists the files of `named`, those with these extensions if it is a folder, sorted and without repeats; returns names
/// that matched nothing, too.
pub fn list(named: &[PathBuf], extensions: &[&str], ui: Ui) -> (Vec<Input>, Vec<Missing>) {
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    for path in named {
        let shown = path.display().to_string();
        if shown == "-" {
            found.push(Input::Stdin);
        } else if path.is_dir() {
            walk(path, &shown, &Wanted::Ours(extensions), &mut found, &mut mistakes, ui);
        } else if path.symlink_metadata().is_ok() {
            found.push(Input::Named(path.clone()));
        } else if shown.contains(['*', '?', '[', '{']) {
            let before = (found.len(), mistakes.len());
            match GlobBuilder::new(&shown).literal_separator(true).build() {
                // The folder before the glob does not exist.
                Ok(_) if base(path).components().next().is_some() && !base(path).exists() => {}
                Ok(glob) => {
                    let wanted = Wanted::Glob(glob.compile_matcher());
                    walk(&base(path), &shown, &wanted, &mut found, &mut mistakes, ui);
                }
                Err(error) => mistakes.push((shown.clone(), Diagnostic::error("input/glob", glob_mistake(&error)))),
            }
            if (found.len(), mistakes.len()) == before {
                let message = ui.text("cli.no-match", &[("path", &shown)]);
                mistakes.push((shown, Diagnostic::error("input/missing", message)));
            }
        } else {
            let message = ui.text("cli.missing", &[("path", &shown)]);
            mistakes.push((shown, Diagnostic::error("input/missing", message)));
        }
    }
    // By path alone: a file may be named and lie in a named folder, too.
    found.sort_by(|one, other| one.path().cmp(&other.path()));
    found.dedup_by(|one, other| one.path() == other.path());
    (found, mistakes)
}

/// Stores standard input, where it is among the inputs, so that it can be read twice. The file goes with what is returned.
///
/// # Errors
/// When it cannot be stored.
pub fn store_stdin(files: &mut [Input]) -> io::Result<Option<tempfile::TempPath>> {
    let Some(input) = files.iter_mut().find(|input| **input == Input::Stdin) else { return Ok(None) };
    let mut file = tempfile::NamedTempFile::new()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    let path = file.into_temp_path();
    *input = Input::Stored(path.to_path_buf());
    Ok(Some(path))
}

/// The folders among `named` in which none of these files was found, each with its diagnostic.
pub fn empty<'a>(
    named: &[PathBuf],
    files: &(impl Iterator<Item = &'a Path> + Clone),
    extensions: &[&str],
    ui: Ui,
) -> Vec<Missing> {
    let holding: HashSet<&Path> = files.clone().flat_map(Path::ancestors).collect();
    let empty = named.iter().filter(|named| named.is_dir() && !holding.contains(named.as_path()));
    empty.map(|folder| nothing(folder, extensions, ui)).collect()
}

/// Reports which of `named` were not found and which folders were empty. A run without input has failed.
pub fn tell(
    named: &[PathBuf],
    files: &[Input],
    missing: Vec<Missing>,
    extensions: &[&str],
    terminal: &Terminal,
) -> Status {
    let found = files.iter().filter_map(Input::path);
    let empty = if missing.is_empty() { empty(named, &found, extensions, terminal.ui) } else { Vec::new() };
    let mistakes: Vec<Diagnostic> = missing.into_iter().chain(empty).map(|(_, mistake)| mistake).collect();
    let status = say(terminal, &mistakes);
    if files.is_empty() { Status::Trouble } else { status }
}

/// The diagnostic for a folder or pattern without anything to read: it may be the wrong one.
pub fn nothing(named: &Path, extensions: &[&str], ui: Ui) -> Missing {
    let shown = named.display().to_string();
    let wanted = extensions.iter().map(|extension| format!(".{extension}")).collect::<Vec<_>>().join(" ");
    let said = Diagnostic::warning("input/nothing", ui.text("cli.nothing", &[])).path(shown.clone());
    (shown, said.help(ui.text("cli.nothing-help", &[("names", &wanted)])))
}

/// The bytes of a file.
///
/// # Errors
/// A diagnostic if it cannot be read, or has more than `most` bytes.
pub fn whole(path: &Path, most: u64, ui: Ui) -> Result<Vec<u8>, Box<Diagnostic>> {
    let shown = path.display().to_string();
    let file = open(path, ui).map_err(|error| unreadable(&shown, &error, ui))?;
    all(file, most).map_err(|mistake| Box::new(mistake.path(shown)))
}

/// All bytes of a reader.
///
/// # Errors
/// As [`whole`].
pub fn all(reader: impl Read, most: u64) -> Result<Vec<u8>, Box<Diagnostic>> {
    let mut bytes = Vec::new();
    let read = reader.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|error| Diagnostic::error("input/unreadable", &error))?;
    if bytes.len() as u64 > most {
        let message = wording!("over the limit of {limit} bytes", limit = most);
        return Err(Diagnostic::error("input/too-large", message).into());
    }
    Ok(bytes)
}

/// Treats named files as if found in a folder: other extensions are dropped, and unrecognised files are skipped.
pub fn pass_over(inputs: &mut Vec<Input>) {
    inputs.retain(|input| !matches!(input, Input::Named(path) if !is_ours(path, TEMPLATES)));
    for input in inputs {
        if let Input::Named(path) = input {
            *input = Input::Offered(std::mem::take(path));
        }
    }
}

/// For commands that also take text as an argument: a file that does not exist may be meant as one.
pub fn or_text(missing: &mut [Missing], ui: Ui) {
    for (shown, mistake) in missing.iter_mut().filter(|(shown, _)| !shown.contains(['*', '?', '[', '{'])) {
        if mistake.code == "input/missing" && !Path::new(shown.as_str()).exists() {
            mistake.help = Some(ui.text("cli.missing-help", &[]).into());
        }
    }
}

/// Like [`list`], among changed files, whose paths are absolute; walks no folder.
pub fn changed<'a>(
    named: &[PathBuf],
    changed: &(impl Iterator<Item = &'a Path> + Clone),
    ui: Ui,
) -> (Vec<Input>, Vec<Missing>) {
    let here = std::env::current_dir().unwrap_or_default();
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    for path in named {
        let shown = path.display().to_string();
        let absolute = plain(&here.join(path));
        let before = found.len();
        let glob = GlobBuilder::new(&shown).literal_separator(true).build().map(|glob| glob.compile_matcher());
        for file in changed.clone() {
            if file == absolute {
                found.push(Input::Named(path.clone()));
            } else if let Ok(below) = file.strip_prefix(&absolute) {
                let hidden = below.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
                let joined = if shown == "." { below.to_path_buf() } else { path.join(below) };
                found.extend((!hidden && is_ours(below, TEMPLATES)).then_some(Input::Found(joined)));
            } else if let (Ok(glob), Ok(below)) = (&glob, file.strip_prefix(&here)) {
                found.extend(glob.is_match(below).then(|| Input::Found(below.to_path_buf())));
            }
        }
        let pattern = shown.contains(['*', '?', '[', '{']);
        if found.len() == before && !pattern && path.symlink_metadata().is_err() {
            let message = ui.text("cli.missing", &[("path", &shown)]);
            mistakes.push((shown, Diagnostic::error("input/missing", message)));
        }
    }
    found.sort_by(|one, other| one.path().cmp(&other.path()));
    found.dedup_by(|one, other| one.path() == other.path());
    (found, mistakes)
}

/// A path with `.` and `..` resolved by name alone.
pub fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Opens a file to read. Devices and pipes are refused, as reading them may never end; `/dev/fd` is how a shell hands
/// over a command's output.
pub fn open(path: &Path, ui: Ui) -> io::Result<BufReader<File>> {
    let kind = path.metadata()?.file_type();
    let handed_over =
        path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd") || path == Path::new("/dev/stdin");
    if kind.is_dir() || !(kind.is_file() || handed_over) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, ui.text("cli.not-a-file", &[])));
    }
    Ok(BufReader::with_capacity(1 << 18, File::open(path)?))
}

/// Which files of a folder are read.
enum Wanted<'a> {
    Glob(globset::GlobMatcher),
    Ours(&'a [&'a str]),
}

impl Wanted<'_> {
    fn holds(&self, path: &Path) -> bool {
        match self {
            Self::Glob(glob) => glob.is_match(path),
            Self::Ours(extensions) => is_ours(path, extensions),
        }
    }

    /// Whether a link that leads nowhere, or in a circle, could be one of the files: not where a glob names others.
    fn may_hold(&self, path: &Path, here: bool) -> bool {
        matches!(self, Self::Ours(_)) || self.holds(if here { path.strip_prefix(".").unwrap_or(path) } else { path })
    }

    /// How far below `folder` the files may lie: as far as the glob has parts.
    fn depth(&self, glob: &str, folder: &Path) -> Option<usize> {
        let open = matches!(self, Self::Ours(_)) || glob.contains("**") || glob.contains('{');
        let parts = |path: &Path| path.components().filter(|part| *part != std::path::Component::CurDir).count();
        (!open).then(|| parts(Path::new(glob)).saturating_sub(parts(folder)))
    }
}

/// The diagnostic for a file that cannot be read.
pub fn unreadable(path: &str, error: &io::Error, ui: Ui) -> Diagnostic {
    let reason = ui.wording(&error.into());
    Diagnostic::error("input/unreadable", ui.text("settings.unreadable", &[("path", path), ("reason", &reason)]))
}

fn walk(folder: &Path, named: &str, wanted: &Wanted, found: &mut Vec<Input>, mistakes: &mut Vec<Missing>, ui: Ui) {
    // A glob without a folder begins here, but its paths do not begin with `./`.
    let here = folder.as_os_str().is_empty();
    let folder = if here { Path::new(".") } else { folder };
    // A symbolic link may lead elsewhere within its folder, but not out of it: what lies outside was not named.
    let led_out = Arc::new(Mutex::new(Vec::new()));
    let (root, out) = (folder.canonicalize().ok(), led_out.clone());
    let mut builder = WalkBuilder::new(folder);
    builder.max_depth(wanted.depth(named, folder)).follow_links(true).require_git(false).filter_entry(move |entry| {
        let inside = |real: PathBuf| root.as_ref().is_none_or(|root| real.starts_with(root));
        // A dangling link is reported when it is read.
        let stays = !entry.path_is_symlink() || entry.depth() == 0 || entry.path().canonicalize().map_or(true, inside);
        if !stays {
            out.lock().unwrap_or_else(PoisonError::into_inner).push(entry.path().to_path_buf());
        }
        stays
    });
    for entry in builder.build() {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                let path = if here { path.strip_prefix(".").unwrap_or(path) } else { path };
                let file = entry.file_type().is_some_and(|kind| kind.is_file());
                if file && wanted.holds(path) {
                    found.push(Input::Found(path.to_path_buf()));
                }
            }
            Err(error) if broken_link(&error).is_some_and(|path| !wanted.may_hold(path, here)) => {}
            Err(error) => {
                mistakes.push((named.to_owned(), Diagnostic::error("input/unreadable", error.to_string())));
            }
        }
    }
    let mut led_out = led_out.lock().unwrap_or_else(PoisonError::into_inner);
    led_out.sort();
    for path in led_out.drain(..).filter(|path| path.is_dir() || wanted.holds(path)) {
        let shown = path.display().to_string();
        let message = ui.text("cli.link-out", &[("path", &shown)]);
        mistakes.push((shown, Diagnostic::error("input/link", message).help(ui.text("cli.link-out-help", &[]))));
    }
}

/// The symbolic link that an error of the walk is about.
fn broken_link(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, err } => {
            Some(broken_link(err).unwrap_or(path)).filter(|path| path.is_symlink())
        }
        ignore::Error::WithDepth { err, .. } => broken_link(err),
        ignore::Error::Loop { child, .. } => Some(child.as_path()),
        _ => None,
    }
}

/// The folder before the first part of a glob that is not literal.
fn base(glob: &Path) -> PathBuf {
    let literal =
        glob.components().take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']));
    literal.collect()
}

/// How the names in these files will be shown.
pub fn names(files: &[Input], wanted: &[String], masker: &Masker) -> Names {
    let paths = files.iter().filter_map(|file| file.path().map(|path| path.display().to_string()));
    Names::new(paths, wanted.iter().cloned(), masker)
}
