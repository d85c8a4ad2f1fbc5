//! Rules about our own source: which room may use what. See `ARCHITECTURE.md`.

mod checks;
mod circles;
mod source;
mod wordings;

use checks::{CHECKS, Mistake};
use source::File;
use std::path::{Path, PathBuf};

#[test]
fn the_source_keeps_the_rules_of_the_house() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 50, "the source is not where it was");
    let mut mistakes = Vec::new();
    let mut files = Vec::new();
    for path in paths {
        let shown = path.strip_prefix(&root).unwrap().display().to_string().replace('\\', "/");
        let file = File::new(&shown, &std::fs::read_to_string(&path).unwrap());
        for Mistake { line, what } in CHECKS.iter().flat_map(|check| check(&file)) {
            mistakes.push(format!("src/{shown}:{line}: {what}"));
        }
        files.push(file);
    }
    mistakes.extend(circles::circles(&files).into_iter().map(|circle| format!("a circle within a room: {circle}")));
    let catalogue = std::fs::read_to_string(root.join("../rules/language/mistakes.toml")).unwrap();
    mistakes.extend(wordings::wordings(&files, &catalogue));
    assert!(mistakes.is_empty(), "{} mistakes:\n{}", mistakes.len(), mistakes.join("\n"));
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
