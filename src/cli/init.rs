//! `replylint init`: a commented configuration and a first pack, ready to be changed.

use super::terminal::Terminal;
use super::{Failure, Status, write};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

const SETTINGS: &str = include_str!("../../rules/language/init-settings.toml");
const PACK: &str = include_str!("../../rules/language/init-pack.toml");

/// Writes both files into `folder`, or neither.
pub fn run(folder: &Path, force: bool, terminal: &Terminal) -> Result<Status, Failure> {
    let ui = terminal.ui;
    fs::create_dir_all(folder).map_err(|error| write::unwritable(folder, &error, ui))?;
    let shown = |path: &Path| path.strip_prefix(".").unwrap_or(path).display().to_string();
    let mut files = Vec::new();
    for (name, text) in [("replylint.toml", SETTINGS), ("our-rules.toml", PACK)] {
        let path = folder.join(name);
        files.push((write::claim(&path, &[], force, ui)?, path, text));
    }
    for (file, path, text) in files {
        file.put(text.as_bytes(), ui)?;
        writeln!(io::stdout().lock(), "{}", ui.text("init.wrote", &[("path", &path.display().to_string())]))?;
    }
    let pack = shown(&folder.join("our-rules.toml"));
    writeln!(io::stdout().lock(), "{}", ui.text("init.next", &[("pack", &pack)]))?;
    Ok(Status::Clean)
}
