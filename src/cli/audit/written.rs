//! The list of files an audit wrote, so that the next one deletes only those and does not overwrite people's decisions.

use crate::audit::Summary;
use crate::cli::write;
use crate::report::Ui;
use crate::source::Diagnostic;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use xxhash_rust::xxh3::xxh3_128;

/// The list, in the folder of the results: a line for each file, written before the file is.
const LIST: &str = ".written.jsonl";
/// Folders that an audit makes in it.
const FOLDERS: [&str; 2] = ["agents", "teams"];
/// Sheets that people fill in.
const SHEETS: [&str; 2] = ["review.xlsx", "review.csv"];

/// A line of the list. The last one about a file counts.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    file: String,
    /// For a sheet that people fill in: the hash of its bytes as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
}

/// The files of an audit.
pub struct Written {
    folder: PathBuf,
    files: BTreeMap<String, Option<String>>,
}

impl Written {
    /// What an earlier audit wrote into this folder.
    ///
    /// # Errors
    /// When the list is there and cannot be read.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        let lines = match fs::read(folder.join(LIST)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other?,
        };
        for line in lines.split(|byte| *byte == b'\n') {
            // A line that is cut off, or names a path outside, is ignored.
            let Ok(line) = serde_json::from_slice::<Line>(line) else { continue };
            if is_ours(&line.file) {
                files.insert(line.file, line.hash);
            }
        }
        Ok(Self { folder: folder.to_path_buf(), files })
    }

    /// Adds a file that is about to be written.
    pub fn add(&mut self, file: &str) -> io::Result<()> {
        self.note(file, None)
    }

    /// Adds a sheet that people will fill in, once it is written.
    pub fn sheet(&mut self, file: &str) -> io::Result<()> {
        let hash = hash(&self.folder.join(file))?;
        self.note(file, Some(hash))
    }

    /// Whether somebody has changed a sheet since it went out.
    pub fn is_filled(&self, file: &str) -> bool {
        let known = self.files.get(file).and_then(Option::as_ref);
        known.is_some_and(|known| hash(&self.folder.join(file)).is_ok_and(|now| now != *known))
    }

    /// The sheets that agents fill in.
    pub fn sheets_of_agents(&self) -> Vec<String> {
        let sheets = self
            .files
            .keys()
            .filter(|file| file.starts_with("agents/") && Path::new(file).extension().is_some_and(|end| end == "xlsx"));
        sheets.cloned().collect()
    }

    fn note(&mut self, file: &str, hash: Option<String>) -> io::Result<()> {
        debug_assert!(is_ours(file), "{file}");
        let mut list = OpenOptions::new().create(true).append(true).open(self.folder.join(LIST))?;
        let line = Line { file: file.to_owned(), hash };
        // The line break in front ends a line that was cut off.
        writeln!(list, "\n{}", serde_json::to_string(&line)?)?;
        self.files.insert(line.file, line.hash);
        Ok(())
    }

    /// Deletes listed files that are not among `kept`.
    pub fn keep(&mut self, kept: &[&str]) -> io::Result<()> {
        for file in self.files.keys().filter(|file| !kept.contains(&file.as_str())) {
            let path = self.folder.join(file);
            let real = path.parent().and_then(|parent| parent.symlink_metadata().ok()).is_some_and(|it| it.is_dir());
            // The folder of the results may be a symbolic link; a folder inside it that became one leads elsewhere:
            // skip it.
            if file.contains('/') && !real {
                continue;
            }
            write::remove(&path)?;
        }
        for folder in FOLDERS {
            // Fails if somebody else's file is in it, which then stays.
            let _ = fs::remove_dir(self.folder.join(folder));
        }
        self.files.retain(|file, _| kept.contains(&file.as_str()));
        self.tidy()
    }

    /// Rewrites the list, one line a file.
    pub fn tidy(&self) -> io::Result<()> {
        let mut lines = Vec::new();
        for (file, hash) in &self.files {
            serde_json::to_writer(&mut lines, &Line { file: file.clone(), hash: hash.clone() })?;
            lines.push(b'\n');
        }
        write::create(&self.folder.join(LIST), &lines)
    }
}

/// Why an audit must not be overwritten, if it must not.
///
/// # Errors
/// When the list of its files is there and cannot be read.
pub fn refusal(folder: &Path, ui: Ui) -> io::Result<Option<Diagnostic>> {
    let shown = folder.display().to_string();
    let written = Written::read(folder)?;
    let summary = fs::read(folder.join("summary.json")).ok();
    let summary = summary.and_then(|bytes| serde_json::from_slice::<Summary>(&bytes).ok());
    if written.files.is_empty() && summary.is_none() {
        return Ok(None);
    }
    if let Some(review) = summary.and_then(|summary| summary.review) {
        let values = [("path", shown.as_str()), ("count", &review.reviewed.to_string())];
        let refused = Diagnostic::error("audit/reviewed", ui.text("audit.holds-review", &values));
        let sheet = folder.join("review.csv").display().to_string();
        return Ok(Some(refused.help(ui.text("audit.holds-review-help", &[("sheet", &sheet)]))));
    }
    // Each agent has a sheet, too.
    let theirs = written.files.iter().filter(|(_, hash)| hash.is_some()).map(|(name, _)| name.as_str());
    for name in SHEETS.into_iter().chain(theirs.filter(|name| !SHEETS.contains(name))) {
        let path = folder.join(name);
        let known = written.files.get(name).and_then(Option::as_ref);
        if path.is_file() && known.is_none_or(|known| hash(&path).ok().as_ref() != Some(known)) {
            let sheet = path.display().to_string();
            let refused = Diagnostic::error("audit/filled", ui.text("audit.holds-sheet", &[("sheet", &sheet)]));
            let values = [("path", shown.as_str()), ("sheet", sheet.as_str())];
            return Ok(Some(refused.help(ui.text("audit.holds-sheet-help", &values))));
        }
    }
    Ok(None)
}

/// Whether a line may name this file: one of the folder, or of a folder of ours in it.
fn is_ours(file: &str) -> bool {
    let parts: Vec<Component<'_>> = Path::new(file).components().collect();
    let plain = |part: &Component<'_>| matches!(part, Component::Normal(_));
    let first = parts.first().and_then(|part| part.as_os_str().to_str()).unwrap_or_default();
    let placed = parts.len() == 1 || (parts.len() == 2 && FOLDERS.contains(&first));
    // Only one spelling of a path is accepted.
    placed && parts.iter().all(plain) && !file.contains('\\') && !file.starts_with('.') && !file.ends_with('/')
}

fn hash(path: &Path) -> io::Result<String> {
    Ok(format!("{:032x}", xxh3_128(&fs::read(path)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_leads_nowhere_else() {
        for file in ["report.html", "agents/0001-小林.html", "teams/0001-T.html"] {
            assert!(is_ours(file), "{file}");
        }
        for file in [
            "",
            ".",
            "..",
            "../a",
            "/etc/passwd",
            "agents/../../a",
            "other/a",
            "agents/b/c",
            "a\\b",
            "agents/",
            ".unfinished",
        ] {
            assert!(!is_ours(file), "{file}");
        }
    }
}
