//! pre-commit and check-jsonschema, in a virtual environment that is kept between runs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The folder of the tools; prints why and returns `None` if they cannot be installed.
pub fn ready(who: &str) -> Option<PathBuf> {
    static TOOLS: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match TOOLS.get_or_init(install) {
        Ok(folder) => Some(folder.clone()),
        Err(reason) => {
            assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{who}: {reason}");
            eprintln!("skipped: {who}: {reason}");
            None
        }
    }
}

fn install() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hooks");
    let tools = folder.join("bin");
    if tools.join("pre-commit").exists() && tools.join("check-jsonschema").exists() {
        return Ok(tools);
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let packages = ["pre-commit==4.*", "check-jsonschema==0.39.*"];
    run(Command::new(tools.join("python")).args(["-m", "pip", "install", "--quiet"]).args(packages))?;
    Ok(tools)
}

fn run(command: &mut Command) -> Result<(), String> {
    let out = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = || String::from_utf8_lossy(&out.stderr).lines().last().unwrap_or_default().to_owned();
    if out.status.success() { Ok(()) } else { Err(format!("{command:?}: {}", said())) }
}
