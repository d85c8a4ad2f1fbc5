//! Git as a program: run with arguments, never through a shell, and never made to run what a repository names.

use crate::report::Ui;
use crate::source::Diagnostic;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why git could not say: a message and what to do.
pub(super) type Trouble = Box<Diagnostic>;

/// The merge base of the branch and `revision`: changes made on the other branch since are ignored.
pub(super) fn fork(root: &Path, revision: &str, ui: Ui) -> Result<Vec<u8>, Trouble> {
    let unknown = |reason: &str| {
        let parameters = [("revision", revision), ("reason", reason)];
        Box::new(
            Diagnostic::error("git/revision", ui.text("git.revision", &parameters))
                .help(ui.text("git.revision-help", &[])),
        )
    };
    // A leading `-` would be read as an option.
    if revision.is_empty() || revision.starts_with('-') {
        return Err(unknown(&ui.text("git.no-revision", &[])));
    }
    let output = command(root, &["merge-base", "--", revision, "HEAD"]).output().map_err(|error| no_git(&error, ui))?;
    match (output.status.code(), one_line(&output.stderr)) {
        (Some(0), _) => Ok(output.stdout),
        (Some(1), said) if said.is_empty() => Err(unknown(&ui.text("git.no-fork", &[]))),
        (_, said) => Err(unknown(&said)),
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    // Run no program that the repository names, and write nothing to it.
    command
        .arg("-C")
        .arg(folder)
        .args(["-c", "core.fsmonitor=false", "--no-optional-locks"])
        .args(arguments)
        .stdin(Stdio::null())
        .env("LC_ALL", "C");
    command
}

pub(super) fn run(folder: &Path, arguments: &[&str], ui: Ui) -> Result<Vec<u8>, Trouble> {
    let output = command(folder, arguments).output().map_err(|error| no_git(&error, ui))?;
    if output.status.success() { Ok(output.stdout) } else { Err(refused(folder, &output.stderr, ui)) }
}

/// Runs git with this on its standard input; reads and writes at once, as either pipe may fill up.
fn feed(folder: &Path, arguments: &[&str], input: Vec<u8>, ui: Ui) -> Result<Vec<u8>, Trouble> {
    let mut command = command(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| no_git(&error, ui))?;
    let (pipe, mut out) = (child.stdin.take(), Vec::new());
    let read = std::thread::scope(|scope| {
        scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(&input)));
        child.stdout.take().map(|mut from| from.read_to_end(&mut out))
    });
    let status = child.wait().map_err(|error| no_git(&error, ui))?;
    if status.success() && matches!(read, Some(Ok(_))) { Ok(out) } else { Err(refused(folder, b"", ui)) }
}

fn no_git(error: &std::io::Error, ui: Ui) -> Trouble {
    let message = ui.text("git.missing", &[("reason", &ui.wording(&error.into()))]);
    Box::new(Diagnostic::error("git/missing", message).help(ui.text("git.missing-help", &[])))
}

fn refused(folder: &Path, said: &[u8], ui: Ui) -> Trouble {
    let parameters = [("path", &*folder.display().to_string()), ("reason", &*one_line(said))];
    Box::new(Diagnostic::error("git/refused", ui.text("git.refused", &parameters)))
}

/// The first line of what git said, which may be in any encoding.
pub(super) fn one_line(said: &[u8]) -> String {
    String::from_utf8_lossy(said).lines().next().unwrap_or_default().trim().to_owned()
}

/// Blobs by hash; git returns them in the order they are asked for.
pub(super) fn blobs(root: &Path, wanted: Vec<(PathBuf, String)>, ui: Ui) -> Result<HashMap<PathBuf, Vec<u8>>, Trouble> {
    let names = wanted.iter().flat_map(|(_, blob)| [blob, "\n"]).collect::<String>();
    let said = feed(root, &["cat-file", "--batch"], names.into_bytes(), ui)?;
    let (mut texts, mut rest) = (HashMap::new(), said.as_slice());
    for (path, _) in wanted {
        let Some(end) = memchr::memchr(b'\n', rest) else { break };
        let (head, behind) = (&rest[..end], &rest[end + 1..]);
        rest = behind;
        let mut words = head.split(|&byte| byte == b' ').skip(1);
        let kind = words.next();
        let size = words.next().and_then(|size| std::str::from_utf8(size).ok()?.parse::<usize>().ok());
        if let (Some(b"blob"), Some(text)) = (kind, size.and_then(|size| behind.get(..size))) {
            texts.insert(path, text.to_vec());
            rest = behind.get(text.len() + 1..).unwrap_or_default();
        }
    }
    Ok(texts)
}
