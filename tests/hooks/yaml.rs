//! Every YAML file, and every YAML block of docs/ci.md, against the schema of the program that reads it.

use crate::support::{Place, finish};
use crate::{command, root, tools};
use std::path::Path;

/// The kind of a block, by the words after its fence.
const KINDS: [(&str, &str); 3] = [
    (".github/workflows/", "vendor.github-workflows"),
    (".gitlab-ci.yml", "vendor.gitlab-ci"),
    ("action.yml", "vendor.github-actions"),
];

#[test]
fn files_and_examples_are_what_their_readers_take() {
    let Some(tools) = tools::ready("the schemas of CI files") else { return };
    let check = |schema: &str, file: &Path| {
        let mut check = command(tools.join("check-jsonschema"), root(), &[]);
        check.args(["--builtin-schema", schema]).arg(file);
        finish(check, b"").code(0);
    };
    check("vendor.github-actions", &root().join("action.yml"));
    check("vendor.gitlab-ci", &root().join("ci/gitlab.yml"));
    let manifest = |name: &str, file: &Path| {
        let mut validate = command(tools.join("pre-commit"), root(), &[]);
        validate.arg(name).arg(file).env("PRE_COMMIT_HOME", root().join("target/tmp/pre-commit"));
        finish(validate, b"").code(0);
    };
    manifest("validate-manifest", &root().join(".pre-commit-hooks.yaml"));
    let (place, mut seen) = (Place::empty(), 0);
    for page in ["docs/ci.md", "docs/zh/ci.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        for (info, block) in blocks(&text).filter(|(info, _)| info.starts_with("yaml ")) {
            let file = place.write(&format!("{seen}.yaml"), block);
            if info.contains(".pre-commit-config.yaml") {
                manifest("validate-config", &file);
            } else {
                let kind = KINDS.iter().find(|(name, _)| info.contains(name));
                check(kind.unwrap_or_else(|| panic!("{page}: what is `{info}`?")).1, &file);
            }
            seen += 1;
        }
    }
    assert!(seen >= 6, "the pages show no files");
}

/// Fenced blocks with the words after the fence.
fn blocks(page: &str) -> impl Iterator<Item = (&str, &str)> {
    page.split("\n```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'))
}

#[test]
fn the_container_file_builds_with_the_toolchain_it_needs() {
    let file = std::fs::read_to_string(root().join("Containerfile")).unwrap();
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"replylint\"") && file.contains("--bin replylint"));
    let first = file.lines().find(|line| !line.starts_with('#')).unwrap();
    assert!(first.starts_with("FROM rust:1-"), "the newest toolchain, as the manifest asks for a recent one");
    assert!(file.lines().any(|line| line.starts_with("USER ")), "nothing runs as root");
}
