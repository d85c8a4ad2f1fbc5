//! Lists the files of the default rulebook, so that a new file in `rules/` needs no second edit.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let rules = Path::new(&root).join("rules");
    let mut found = Vec::new();
    for folder in ["", "cues/zh", "cues/en"] {
        let Ok(entries) = fs::read_dir(rules.join(folder)) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().extension().is_some_and(|extension| extension == "toml") {
                found.push(if folder.is_empty() { name } else { format!("{folder}/{name}") });
            }
        }
    }
    found.sort();
    let mut out = String::from("static PACKS: &[(&str, &str)] = &[\n");
    for path in found {
        let file = rules.join(&path);
        writeln!(out, "    ({path:?}, include_str!({:?})),", file.display().to_string()).expect("writing to a string");
    }
    out.push_str("];\n");
    let target = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&target).join("packs.rs"), out).expect("the build folder can be written");
}
