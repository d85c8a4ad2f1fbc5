//! Lists the files of the default rulebook and of the industry packs, so that a new file in `rules/` needs no second
//! edit, and makes the tables of folding and of sounds.

#[path = "build/fold.rs"]
mod fold;
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
    let mut out = table("PACKS", &rules, &default);
    out += &table("INDUSTRIES", &rules, &industries);
    let target = env::var("OUT_DIR").expect("cargo sets it");
    let target = Path::new(&target);
    fs::write(target.join("packs.rs"), out).expect("the build folder can be written");
    let han = fs::read_to_string(rules.join("language/han.txt")).expect("it is in the repository");
    fs::write(target.join("fold.bin"), fold::table(&han)).expect("the build folder can be written");
    fs::write(target.join("sound.bin"), sound::table()).expect("the build folder can be written");
}

/// A table of the TOML files in these folders: path below `rules/`, and the text.
fn table(constant: &str, rules: &Path, folders: &[String]) -> String {
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for folder in folders {
        let files =
            entries(&rules.join(folder)).into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml"));
        found.extend(files.map(|path| (format!("{folder}/{}", name(&path)).trim_start_matches('/').to_owned(), path)));
    }
    found.sort();
    let mut out = format!("static {constant}: &[(&str, &str)] = &[\n");
    for (path, file) in found {
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
