//! Writing a file in one step: a reader sees the old bytes or the new ones, never a part.

use crate::report::Ui;
use crate::source::Diagnostic;
use std::error::Error;
use std::fmt;
use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file being written: it appears when finished, and is discarded otherwise.
#[derive(Debug)]
pub struct Pending {
    new: BufWriter<NamedTempFile>,
    target: PathBuf,
    /// The permissions of the file that is replaced.
    permissions: Option<Permissions>,
}

impl Pending {
    /// Begins to write the file at `path`, new or existing. Keeps its permissions; a symbolic link stays, and its
    /// target is replaced.
    ///
    /// # Errors
    /// When it cannot be written: where it is read-only, no regular file, or its folder is not there.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let (target, permissions) = match fs::canonicalize(path) {
            Ok(target) => {
                let metadata = fs::metadata(&target)?;
                if !metadata.is_file() {
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
                }
                // A rename would succeed in a writable directory, even if the file itself is read-only.
                if metadata.permissions().readonly() {
                    return Err(io::ErrorKind::PermissionDenied.into());
                }
                (target, Some(metadata.permissions()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (path.to_path_buf(), None),
            Err(error) => return Err(error),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".replylint-");
        // A new file gets the usual mode; the system applies the owner's umask.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let new = builder.tempfile_in(folder(&target)).map_err(|error| at(&target, error))?;
        Ok(Self { new: BufWriter::with_capacity(1 << 16, new), target, permissions })
    }

    /// Fills it, and moves it to its place.
    ///
    /// # Errors
    /// A diagnostic if it cannot be written.
    pub fn put(mut self, contents: &[u8], ui: Ui) -> Result<(), Box<Diagnostic>> {
        let target = self.target.clone();
        let done = self.write_all(contents).and_then(|()| self.finish());
        done.map_err(|error| Box::new(unwritable(&target, &error, ui)))
    }

    /// Moves it to its place.
    pub fn finish(self) -> io::Result<()> {
        let target = self.target.clone();
        self.put_in_place().map_err(|error| at(&target, error))
    }

    fn put_in_place(self) -> io::Result<()> {
        let new = self.new.into_inner().map_err(io::IntoInnerError::into_error)?;
        if let Some(permissions) = self.permissions {
            new.as_file().set_permissions(permissions)?;
        }
        new.as_file().sync_all()?;
        new.persist(&self.target).map_err(|error| error.error)?;
        // The rename is durable only once the folder is synced; where it cannot be opened, nothing more can be done.
        if let Ok(folder) = File::open(folder(&self.target)) {
            folder.sync_all().ok();
        }
        Ok(())
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.new.write(bytes).map_err(|error| at(&self.target, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.new.flush().map_err(|error| at(&self.target, error))
    }
}

/// Why a file could not be written, and which: the one that was asked for, never a temporary one.
#[derive(Debug)]
struct Unwritten {
    target: PathBuf,
    reason: io::Error,
}

impl fmt::Display for Unwritten {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(out)
    }
}

impl Error for Unwritten {}

/// The error with the file that it is about, if it does not know it.
pub fn at(target: &Path, error: io::Error) -> io::Error {
    if unwritten(&error).is_some() {
        return error;
    }
    // Libraries wrap what the system said, and may name temporary files.
    let reason = root(&error).and_then(io::Error::raw_os_error).map_or(error, io::Error::from_raw_os_error);
    io::Error::new(reason.kind(), Unwritten { target: target.to_path_buf(), reason })
}

fn unwritten(error: &io::Error) -> Option<&Unwritten> {
    let mut inner = error.get_ref().map(|inner| inner as &(dyn Error + 'static));
    while let Some(one) = inner {
        if let Some(found) = one.downcast_ref() {
            return Some(found);
        }
        inner = match one.downcast_ref::<io::Error>() {
            Some(error) => error.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => one.source(),
        };
    }
    None
}

/// What the system said, beneath what libraries made of it.
fn root(error: &io::Error) -> Option<&io::Error> {
    if error.raw_os_error().is_some() {
        return Some(error);
    }
    let mut inner = error.get_ref().map(|inner| inner as &(dyn Error + 'static));
    while let Some(one) = inner {
        match one.downcast_ref::<io::Error>() {
            Some(error) => return root(error),
            None => inner = one.source(),
        }
    }
    None
}

/// Whether there was no room.
fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let kind = unwritten(error).map_or(error.kind(), |unwritten| unwritten.reason.kind());
    matches!(kind, StorageFull | QuotaExceeded | FileTooLarge)
}

/// The diagnostic for an error of writing, wherever it was met: it names the file if it is known, else `folder`. `help`
/// is what to do where the disk is full.
pub fn failed(error: &io::Error, folder: Option<&Path>, help: &str, ui: Ui) -> Diagnostic {
    let known = unwritten(error);
    let reason = known.map_or(error, |unwritten| &unwritten.reason);
    let place = known.map(|unwritten| &*unwritten.target).or_else(|| folder.filter(|_| is_full(error)));
    match place {
        Some(path) if is_full(reason) => {
            Diagnostic { help: None, ..unwritable(path, reason, ui) }.help(ui.text(help, &[]))
        }
        Some(path) => unwritable(path, reason, ui),
        None => Diagnostic::error("output/failed", reason),
    }
}

/// Begins a file that was named as an output.
///
/// # Errors
/// A diagnostic if it cannot be written.
pub fn begin(path: &Path, ui: Ui) -> Result<Pending, Box<Diagnostic>> {
    if !folder(path).is_dir() {
        let message = ui.text("output.folder", &[("path", &folder(path).display().to_string())]);
        return Err(Diagnostic::error("output/no-folder", message).help(ui.text("output.folder-help", &[])).into());
    }
    Pending::begin(path).map_err(|error| Box::new(unwritable(path, &error, ui)))
}

/// Like [`begin`], but never overwrites one of the `inputs` nor, without `force`, an existing file.
///
/// # Errors
/// A diagnostic if it cannot, or must not, be written.
pub fn claim(path: &Path, inputs: &[&Path], force: bool, ui: Ui) -> Result<Pending, Box<Diagnostic>> {
    let real = fs::canonicalize(path).ok();
    if real.is_some() && inputs.iter().any(|input| fs::canonicalize(input).ok() == real) {
        return Err(is_input(path, ui).into());
    }
    // A dangling link counts as an existing file.
    if !force && path.symlink_metadata().is_ok() {
        let message = ui.text("output.exists", &[("path", &path.display().to_string())]);
        return Err(Diagnostic::error("output/exists", message).help(ui.text("output.exists-help", &[])).into());
    }
    begin(path, ui)
}

/// The error for a file that is both an input and an output.
pub fn is_input(path: &Path, ui: Ui) -> Diagnostic {
    let message = ui.text("output.input", &[("path", &path.display().to_string())]);
    Diagnostic::error("output/is-input", message).help(ui.text("output.input-help", &[]))
}

/// The error for a place that cannot be written to.
pub fn unwritable(path: &Path, error: &io::Error, ui: Ui) -> Diagnostic {
    let (path, reason) = (path.display().to_string(), ui.wording(&error.into()));
    let message = ui.text("output.unwritable", &[("path", &path), ("reason", &reason)]);
    let help = if is_full(error) { "output.full-help" } else { "output.unwritable-help" };
    Diagnostic::error("output/failed", message).help(ui.text(help, &[]))
}

/// Deletes a file, if it exists.
///
/// # Errors
/// When it cannot be deleted.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Replaces the contents of `path`, which must be there; see [`Pending`].
///
/// # Errors
/// When the file cannot be found or written. The old file is untouched then.
pub fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut new = Pending::begin(&fs::canonicalize(path)?)?;
    new.write_all(contents)?;
    new.finish()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a file, or replaces one, in one step.
///
/// # Errors
/// When it is no file, or cannot be written beside.
pub fn create(path: &Path, contents: &[u8]) -> io::Result<()> {
    stream(path, |new| new.write_all(contents))
}

/// Like [`create`], for contents that are written bit by bit.
///
/// # Errors
/// Those of [`create`] and of `fill`.
pub fn stream(path: &Path, fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<()> {
    let mut new = Pending::begin(path)?;
    fill(&mut new).map_err(|error| at(path, error))?;
    new.finish()
}

/// Like [`create`], readable by the user alone; makes the folders above it.
///
/// # Errors
/// When it cannot be written.
pub fn private(path: &Path, contents: &[u8]) -> io::Result<()> {
    let folder = folder(path);
    fs::create_dir_all(folder)?;
    // A temporary file is readable by its owner alone.
    let mut new = tempfile::Builder::new().prefix(".replylint-").tempfile_in(folder)?;
    new.write_all(contents)?;
    new.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay_and_nothing_is_left_behind() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a.txt"), folder.path().join("link.txt"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a.txt", &link).unwrap();
        replace(&link, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
        assert_eq!(replace(&file, b"x").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(fs::read(&file).unwrap(), b"new");
    }

    #[test]
    fn what_is_not_finished_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.txt");
        Pending::begin(&file).unwrap().write_all(b"half").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut new = Pending::begin(&file).unwrap();
        new.write_all(b"whole").unwrap();
        new.finish().unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"whole");
        assert!(Pending::begin(&folder.path().join("no/a.txt")).is_err());
        assert!(Pending::begin(folder.path()).is_err());
    }

    /// Libraries wrap errors, and those of temporary files name hidden paths.
    #[test]
    fn an_error_knows_the_file_that_was_asked_for_and_what_the_system_said() {
        let full = || io::Error::from_raw_os_error(28);
        for error in
            [full(), io::Error::other(io::Error::other(full())), io::Error::other(at(Path::new("a.csv"), full()))]
        {
            let told = failed(
                &at(Path::new("a.csv"), error),
                None,
                "output.full-resume",
                Ui::new(crate::conversation::Lang::En),
            );
            let english = |wording: &crate::source::Wording| wording.text(&|_| None);
            let help = told.help.as_ref().map(english).unwrap_or_default();
            assert!(english(&told.message).contains("cannot write `a.csv`"), "{told:?}");
            assert!(help.contains("--resume"), "{told:?}");
        }
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(replace(folder.path(), b"x").is_err());
        assert!(replace(&folder.path().join("missing"), b"x").is_err());
    }
}
