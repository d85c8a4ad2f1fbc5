//! Runs the cargo that runs us.

use std::path::{Path, PathBuf};
use std::process::Command;

/// `cargo` with these arguments, in the root of the repository.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    // Variables that cargo set for our own package must not reach other packages.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Whether a part of the toolchain, such as `clippy`, is installed.
pub fn has(part: &str) -> bool {
    cargo(&[part, "--version"]).output().is_ok_and(|output| output.status.success())
}
