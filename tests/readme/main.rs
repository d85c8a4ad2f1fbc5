//! README and docs are tests: their console blocks run, their TOML blocks load.
//!
//! In a block fenced as `console`, a line `$ …` is a command and what follows is all it prints, standard output and
//! standard error together; `# exit status: 1` ends it where the status is not 0, and a line `...` stands for any
//! lines. Only `replylint …` runs, also behind `cargo run … --`, `echo`, `printf` or `cat … |`; other commands are the
//! reader's. In a block fenced as `console try` every command runs, and `cd` holds for those after it. `cargo xtask bless` writes what is printed now. In a page the commands share a folder, a copy of the
//! repository; its language is the page's.
//!
//! A block fenced as `toml`, with `replylint.toml` or `pack` behind it or in a comment on its first line, must be valid.

mod console;
mod page;
mod toml_blocks;

use page::Page;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages that people read, sorted.
fn pages() -> Vec<Page> {
    let mut paths: Vec<PathBuf> = ["README.md", "README.zh-CN.md"].map(|name| root().join(name)).to_vec();
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.into_iter().filter_map(|path| Page::read(&path)).collect()
}

#[test]
fn console_blocks_show_what_is_printed() {
    let bless = std::env::var_os("REPLYLINT_BLESS").is_some();
    let (mut ran, mut wrong) = (0, Vec::new());
    for page in pages() {
        let run = console::run(&page, root());
        ran += run.commands;
        if bless {
            std::fs::write(&page.path, run.blessed).unwrap();
        } else {
            wrong.extend(run.differences);
        }
    }
    assert!(wrong.is_empty(), "{}\n\n{} blocks; `cargo xtask bless` writes them anew", wrong.join("\n"), wrong.len());
    assert!(ran > 0 || !root().join("README.md").exists(), "README.md shows no command");
}

#[test]
fn toml_blocks_are_valid() {
    let wrong: Vec<String> = pages().iter().flat_map(toml_blocks::mistakes).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
