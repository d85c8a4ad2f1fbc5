//! `replylint init`: a commented configuration and a first pack, ready to be changed.

use super::terminal::Terminal;
use super::{Status, say};
use crate::source::Diagnostic;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

const SETTINGS: &str = include_str!("../../rules/language/init-settings.toml");
const PACK: &str = include_str!("../../rules/language/init-pack.toml");

/// Writes both files into `folder`.
pub fn run(folder: &Path, force: bool, terminal: &Terminal) -> io::Result<Status> {
    let files = [("replylint.toml", SETTINGS), ("our-rules.toml", PACK)];
    if let Some((name, _)) = files.iter().find(|(name, _)| !force && folder.join(name).exists()) {
        let path = folder.join(name).display().to_string();
        let message = terminal.ui.text("init.exists", &[("path", &path)]);
        let mistake = Diagnostic::error("init/exists", message).help(terminal.ui.text("init.exists-help", &[]));
        return Ok(say(terminal, &[mistake]));
    }
    fs::create_dir_all(folder)?;
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text)?;
        writeln!(io::stdout().lock(), "{}", terminal.ui.text("init.wrote", &[("path", &path.display().to_string())]))?;
    }
    writeln!(io::stdout().lock(), "{}", terminal.ui.text("init.next", &[]))?;
    Ok(Status::Clean)
}
