//! Lists the files of the default rulebook and of the industry packs, so that a new file in `rules/` needs no second
//! edit, and makes the tables for folding and for sounds.

#[path = "build/fold.rs"]
mod fold;
#[path = "build/hash.rs"]
mod hash;
#[path = "build/sound.rs"]
mod sound;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let rules = Path::new(&root).join("rules");
    let industries: Vec<String> =
        entries(&rules.join("industry")).iter().map(|path| format!("industry/{}", name(path))).collect();
    let default = ["", "cues/zh", "cues/en"].map(String::from);
    let packs = files(&rules, &default);
    let texts: Vec<String> =
        packs.iter().map(|(_, file)| fs::read_to_string(file).expect("a pack can be read")).collect();
    let named = packs.iter().zip(&texts).map(|((path, _), text)| (path.as_str(), text.as_str()));
    let version = env::var("CARGO_PKG_VERSION").expect("cargo sets it");
    let mut out = format!("const HASH: &str = {:?};\n", hash::hash(&version, named));
    out += &table("PACKS", &packs);
    out += &table("INDUSTRIES", &files(&rules, &industries));
    let target = env::var("OUT_DIR").expect("cargo sets it");
    let target = Path::new(&target);
    fs::write(target.join("packs.rs"), out).expect("the build folder can be written");
    let han = fs::read_to_string(rules.join("language/han.txt")).expect("it is in the repository");
    fs::write(target.join("fold.bin"), fold::table(&han)).expect("the build folder can be written");
    fs::write(target.join("sound.bin"), sound::table()).expect("the build folder can be written");
    link();
}

/// Links the program at a fixed address where the system's linker is known to do it: its fifty thousand pointers then
/// need no relocation at start, which a single draft would pay for in time and memory.
fn link() {
    let is = |key: &str, value: &str| env::var(key).is_ok_and(|own| own == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// The TOML files in these folders, sorted: path below `rules/`, and where it is.
fn files(rules: &Path, folders: &[String]) -> Vec<(String, PathBuf)> {
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for folder in folders {
        let files =
            entries(&rules.join(folder)).into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml"));
        found.extend(files.map(|path| (format!("{folder}/{}", name(&path)).trim_start_matches('/').to_owned(), path)));
    }
    found.sort();
    found
}

/// A table of files: path, and the text.
fn table(constant: &str, files: &[(String, PathBuf)]) -> String {
    let mut out = format!("static {constant}: &[(&str, &str)] = &[\n");
    for (path, file) in files {
        writeln!(out, "    ({path:?}, include_str!({:?})),", file.display().to_string()).expect("writing to a string");
    }
    out + "];\n"
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
