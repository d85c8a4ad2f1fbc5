//! Integrations, run for real: the pre-commit hook on a repository of its own, the steps of the GitHub Action, the job
//! for GitLab, and every YAML file against the schema of its reader.
//!
//! pre-commit and check-jsonschema are installed from the Python package index into a virtual environment below
//! `target`. Without it, the tests that need them are skipped and say so; with `CI=true`, they fail.

#[path = "../support/mod.rs"]
mod support;

mod scripts;
mod tools;
mod yaml;

use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Out, Place, finish};

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the program under test.
fn program() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_replylint")).parent().unwrap().to_path_buf()
}

/// A command with the program under test first on its path, in an environment that holds nothing else of ours.
fn command(name: impl AsRef<std::ffi::OsStr>, folder: &Path, more: &[&Path]) -> Command {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let folders = [program()].into_iter().chain(more.iter().map(|path| path.to_path_buf()));
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&old))).unwrap();
    let mut command = Command::new(name);
    command.current_dir(folder).env_clear().env("PATH", path).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1");
    command.env("HOME", folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "A").env(format!("GIT_{who}_EMAIL"), "a@example.com");
    }
    command
}

#[track_caller]
fn git(folder: &Path, arguments: &[&str]) -> Out {
    let mut git = command("git", folder, &[]);
    git.args(["-c", "init.defaultBranch=main"]).args(arguments);
    finish(git, b"").code(0)
}

/// A template that breaks a promise rule, and one that names the hour.
const BAD: &str = "+++\nscenario = \"chase-delivery\"\nlanguage = \"en\"\n+++\n\
    Hello, sorry for the wait. I see five days is long. We will get back to you soon.\n";
const GOOD: &str = "+++\nscenario = \"chase-delivery\"\nlanguage = \"en\"\n+++\n\
    Hello, sorry for the wait. I see five days is long. I will write to you by 6 pm today with what the carrier says.\n";

#[test]
fn the_pre_commit_hook_stops_a_commit_and_lets_it_through() {
    let Some(tools) = tools::ready("the pre-commit hook") else { return };
    // The project as pre-commit sees it: a repository with a manifest.
    let (offer, place) = (Place::empty(), Place::empty());
    std::fs::copy(root().join(".pre-commit-hooks.yaml"), offer.path(".pre-commit-hooks.yaml")).unwrap();
    git(&offer.path(""), &["init", "-q"]);
    git(&offer.path(""), &["add", "-A"]);
    git(&offer.path(""), &["commit", "-qm", "A manifest"]);
    let revision = git(&offer.path(""), &["rev-parse", "HEAD"]).stdout.trim().to_owned();
    let config = format!(
        "repos:\n- repo: {}\n  rev: {revision}\n  hooks:\n  - id: replylint-system\n",
        offer.path("").display()
    );
    place.write(".pre-commit-config.yaml", &config);
    git(&place.path(""), &["init", "-q"]);
    let run = |arguments: &[&str]| {
        let mut run = command(tools.join("pre-commit"), &place.path(""), &[&tools]);
        run.arg("run").args(arguments).env("PRE_COMMIT_HOME", place.path(".cache"));
        finish(run, b"")
    };
    place.write("templates/delivery.md", BAD);
    place.write("README.md", BAD);
    git(&place.path(""), &["add", "templates", "README.md", ".pre-commit-config.yaml"]);
    let out = run(&[]).code(1);
    out.says(&["Failed", "promise/vague-promise", "templates/delivery.md"]);
    place.write("templates/delivery.md", GOOD);
    git(&place.path(""), &["add", "templates"]);
    run(&[]).code(0).says(&["Passed"]);
    // The user's own filter replaces the hook's; other files there are passed over.
    place.write(".pre-commit-config.yaml", format!("{config}    files: ^templates/\n"));
    for (name, text) in [("logo.png", "\u{0}PNG"), ("schema.json", "{}"), ("conf.yaml", "a: b\n")] {
        place.write(&format!("templates/{name}"), text);
    }
    git(&place.path(""), &["add", "templates", ".pre-commit-config.yaml"]);
    run(&[]).code(0).says(&["Passed"]);
    place.write("templates/delivery.yaml", "templates:\n- title: a\n  text: Hello, we will get back to you soon.\n");
    git(&place.path(""), &["add", "templates"]);
    run(&[]).code(1).says(&["templates/delivery.yaml"]);
    git(&place.path(""), &["rm", "-qf", "templates/delivery.yaml"]);
    // The project's own templates pass the project's own hook.
    for file in support_files(&root().join("templates")) {
        let below = file.strip_prefix(root()).unwrap().display().to_string();
        place.write(&below, std::fs::read(&file).unwrap());
    }
    git(&place.path(""), &["add", "templates"]);
    run(&["--all-files"]).code(0).says(&["Passed"]);
}

fn support_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { support_files(&path) } else { vec![path] }).collect()
}
