//! Within a room, too, dependencies are acyclic: no file depends, through any number of steps, on itself.
//!
//! Rust itself makes one kind of cycle, which is not counted: a `mod.rs` declares the files of its folder, re-exports
//! their names and calls them, while they use what it defines. So its dependencies on its own folder are left out, and
//! a name that it only re-exports leads to the file that defines it.

use crate::source::File;
use std::collections::{BTreeMap, BTreeSet};

/// By file: the files that it uses.
type Arrows<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Every cycle of files of one room: file by file, the first one again at the end.
pub fn circles(files: &[File]) -> Vec<String> {
    let mut arrows = arrows(files);
    let mut found = Vec::new();
    while let Some(circle) = arrows.keys().find_map(|&file| circle(file, &arrows)) {
        found.push(circle.join(" -> "));
        // Without this edge there may be another cycle.
        let last = &circle[circle.len() - 2..];
        arrows.entry(last[0]).or_default().remove(last[1]);
    }
    found
}

fn arrows(files: &[File]) -> Arrows<'_> {
    let modules: BTreeMap<Vec<String>, &File> = files.iter().map(|file| (file.module(), file)).collect();
    let mut arrows = Arrows::new();
    for file in files.iter().filter(|file| !file.room().is_empty()) {
        let folder = file.path.strip_suffix("mod.rs").filter(|folder| !folder.is_empty());
        let used = file.paths.iter().filter(|(path, _)| path[0] == "crate");
        let used = used.filter_map(|(path, _)| home(&path[1..], &modules, 0)).filter(|other| {
            let below = folder.is_some_and(|folder| other.path.starts_with(folder));
            other.room() == file.room() && other.path != file.path && !below
        });
        arrows.insert(&file.path, used.map(|other| other.path.as_str()).collect());
    }
    arrows
}

/// The file that defines what a path names.
fn home<'a>(path: &[String], modules: &BTreeMap<Vec<String>, &'a File>, steps: usize) -> Option<&'a File> {
    let length = (1..=path.len()).rev().find(|&length| modules.contains_key(&path[..length]))?;
    let file = modules[&path[..length]];
    let handed_on = path.get(length).and_then(|name| file.imports.iter().find(|(known, _)| known == name));
    match handed_on {
        // A cycle of re-exports would not compile; the steps are bounded all the same.
        Some((_, whence)) if steps < 9 && whence[0] == "crate" => home(&whence[1..], modules, steps + 1),
        // `pub use child::Name`.
        Some((_, whence)) if steps < 9 => {
            let inner: Vec<String> = path[..length].iter().chain(whence).cloned().collect();
            home(&inner, modules, steps + 1)
        }
        _ => Some(file),
    }
}

/// The shortest way from a file back to itself.
fn circle<'a>(file: &'a str, arrows: &Arrows<'a>) -> Option<Vec<&'a str>> {
    let mut ways = vec![vec![file]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for &next in arrows.get(way[way.len() - 1]).into_iter().flatten() {
                let way: Vec<&str> = way.iter().copied().chain([next]).collect();
                if next == file {
                    return Some(way);
                }
                if seen.insert(next) {
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<File> = files.iter().map(|(path, text)| File::new(path, text)).collect();
        circles(&files)
    }

    #[test]
    fn a_circle_is_seen_however_long() {
        let two = [("cue/a.rs", "use super::b::B;"), ("cue/b.rs", "fn f() { super::a::g() }")];
        assert_eq!(found(&two), ["cue/a.rs -> cue/b.rs -> cue/a.rs"]);
        let three = [
            ("cue/a.rs", "use super::{b::B as C, d};"),
            ("cue/b.rs", "use crate::cue::c::{self, D};"),
            ("cue/c.rs", "use super::a;"),
        ];
        assert_eq!(found(&three), ["cue/a.rs -> cue/b.rs -> cue/c.rs -> cue/a.rs"]);
        assert_eq!(found(&[("cue/a.rs", "use super::b::B;"), ("cue/b.rs", "use crate::source::a;")]), [""; 0]);
    }

    #[test]
    fn a_name_leads_to_the_file_that_defines_it() {
        let handed_on = [
            ("cue/mod.rs", "mod a; mod b; pub use a::A; pub use b::B; pub struct C;"),
            ("cue/a.rs", "use super::B;"),
            ("cue/b.rs", "use crate::cue::A;"),
        ];
        assert_eq!(found(&handed_on), ["cue/a.rs -> cue/b.rs -> cue/a.rs"]);
    }

    #[test]
    fn a_folder_and_its_head_are_no_circle() {
        let parent =
            [("cue/mod.rs", "mod a; pub use a::A; fn f() { a::g() } pub struct B;"), ("cue/a.rs", "use super::B;")];
        assert_eq!(found(&parent), [""; 0]);
        // But a file beside the folder counts: its `mod.rs` may not use what uses it.
        let beside = [("cue/x/mod.rs", "mod a; use super::y::Y; pub struct X;"), ("cue/y.rs", "use super::x::X;")];
        assert_eq!(found(&beside), ["cue/x/mod.rs -> cue/y.rs -> cue/x/mod.rs"]);
    }

    #[test]
    fn tests_may_use_what_they_like() {
        let tests =
            [("cue/a.rs", "use super::b::B;"), ("cue/b.rs", "#[cfg(test)]\nmod tests { use crate::cue::a::A; }")];
        assert_eq!(found(&tests), [""; 0]);
    }
}
