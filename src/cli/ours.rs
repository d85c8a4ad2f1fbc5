//! Which files of a folder are texts to check: by ending, but not the pages about a project and its manifests.

use std::path::Path;

/// Whether a file that was found is to be read: its ending is one of these, and it is not about the folder itself.
pub fn is_ours(path: &Path, extensions: &[&str]) -> bool {
    let lower =
        |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().to_lowercase()).unwrap_or_default();
    let (stem, extension) = (lower(path.file_stem()), lower(path.extension()));
    let stem = stem.split('.').next().unwrap_or_default();
    let ours = extensions.contains(&extension.as_str());
    ours && !ABOUT.contains(&stem) && !MANIFESTS.contains(&lower(path.file_name()).as_str())
}

/// Pages about a repository, not texts in it.
const ABOUT: &[&str] = &["readme", "contributing", "changelog", "license", "code_of_conduct"];
/// Settings and manifests of other programs, and of this one.
const MANIFESTS: &[&str] = &[
    "replylint.toml",
    "cargo.toml",
    "pyproject.toml",
    "rustfmt.toml",
    "clippy.toml",
    "deny.toml",
    "book.toml",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "composer.json",
    "action.yml",
    "action.yaml",
    "mkdocs.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
    "pnpm-lock.yaml",
];
