//! The checks, each a function from a file to the mistakes in it.

use crate::source::File;

/// A mistake and its line.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    pub line: usize,
    pub what: String,
}

/// All checks.
pub const CHECKS: &[fn(&File) -> Vec<Mistake>] = &[arrows, crates, outside_world, characters, opening, length];

/// The rooms in order: a room uses only rooms before it.
const ROOMS: &[&str] = &[
    "source",
    "memo",
    "conversation",
    "language",
    "cue",
    "rulebook",
    "judge",
    "workshop",
    "audit",
    "report",
    "pool",
    "settings",
    "cli",
];

/// Crates that belong to one room or several, and may not be used elsewhere.
const CRATES: &[(&str, &[&str])] = &[
    // One room reads columns and another writes them; between the two they are conversations and rows.
    ("arrow_array", &["conversation", "report"]),
    ("arrow_buffer", &["conversation"]),
    ("arrow_ipc", &["conversation"]),
    ("arrow_schema", &["conversation", "report"]),
    ("askama", &["report"]),
    ("bytes", &["conversation"]),
    // File formats are known only to the readers.
    ("calamine", &["conversation"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("yada", &["cue"]),
    ("quick_cache", &["memo"]),
    ("csv", &["audit", "report"]),
    ("csv_core", &["conversation"]),
    ("encoding_rs", &["source", "conversation", "cli"]),
    ("flatbuffers", &["conversation"]),
    // A packed file is decompressed when opened; packed parts inside a file, by its reader.
    ("flate2", &["conversation", "cli"]),
    ("granit_parser", &["conversation"]),
    ("html5gum", &["conversation"]),
    ("lz4_flex", &["conversation"]),
    ("parquet", &["conversation", "report"]),
    ("pulldown_cmark", &["conversation"]),
    ("zip", &["conversation"]),
    ("globset", &["settings", "cli"]),
    ("ignore", &["settings", "cli"]),
    ("indicatif", &["cli"]),
    ("jieba_rs", &["language"]),
    ("miette", &["report"]),
    ("quick_xml", &["report"]),
    ("rust_xlsxwriter", &["workshop", "report"]),
    ("ruzstd", &["conversation", "cli"]),
    ("similar", &["report"]),
    ("snap", &["conversation"]),
    ("tempfile", &["cli"]),
];

/// Access to the outside: files, the environment, sockets, processes, clocks, the terminal.
const OUTSIDE: &[&str] = &["fs", "env", "net", "process"];
const CLOCKS: &[&str] = &["Instant", "SystemTime"];
const PRINTERS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];
/// The only rooms with access to the outside.
const DOORS: &[&str] = &["", "settings", "cli"];

/// Most lines of a file.
const LONGEST: usize = 400;

/// No room uses a later one, directly or through the crate's root.
pub fn arrows(file: &File) -> Vec<Mistake> {
    let place = |room: &str| ROOMS.iter().position(|other| *other == room);
    if file.room().is_empty() {
        return Vec::new();
    }
    let Some(own) = place(file.room()) else {
        return vec![mistake(1, format!("`{}` is not a room", file.room()))];
    };
    let used = file.paths.iter().filter(|(path, _)| path[0] == "crate" && path.len() > 1);
    let wrong = used.filter_map(|(path, line)| match place(&path[1]) {
        Some(other) if other <= own => None,
        Some(_) => Some(mistake(*line, format!("`{}` may not use `{}`, which is behind it", file.room(), path[1]))),
        None => Some(mistake(*line, format!("`{}` is not in a room: name the room it comes from", path.join("::")))),
    });
    wrong.collect()
}

/// Crates stay in their rooms.
pub fn crates(file: &File) -> Vec<Mistake> {
    let wrong = file.paths.iter().filter_map(|(path, line)| {
        let (name, rooms) = CRATES.iter().find(|(name, _)| *name == path[0])?;
        let what = || mistake(*line, format!("`{name}` is for {} only", rooms.join(", ")));
        (!rooms.contains(&file.room())).then(what)
    });
    wrong.collect()
}

/// Only those rooms read files, clocks, the environment and sockets, or print.
pub fn outside_world(file: &File) -> Vec<Mistake> {
    if DOORS.contains(&file.room()) {
        return Vec::new();
    }
    let paths = file.paths.iter().filter(|(path, _)| {
        let world = path[0] == "std" && path.get(1).is_some_and(|name| OUTSIDE.contains(&name.as_str()));
        let clock = path.iter().any(|segment| CLOCKS.contains(&segment.as_str()));
        world || clock || path.last().is_some_and(|last| last == "now")
    });
    let paths = paths.map(|(path, line)| (path.join("::"), *line));
    let printers = file.macros.iter().filter(|(name, _)| PRINTERS.contains(&name.as_str()));
    let printers = printers.map(|(name, line)| (format!("{name}!"), *line));
    paths
        .chain(printers)
        .map(|(name, line)| mistake(line, format!("`{name}` is for the doors: settings, cli")))
        .collect()
}

/// The source holds no words of the languages that are checked: those are data.
pub fn characters(file: &File) -> Vec<Mistake> {
    let wrong = file.words.iter().filter_map(|(word, line)| {
        let found: String = word.chars().filter(|character| is_east_asian(*character)).collect();
        (!found.is_empty()).then(|| mistake(*line, format!("“{found}” belongs into rules/, not into the source")))
    });
    wrong.collect()
}

/// Han, Kana, Bopomofo, Hangul, and full-width letters and digits.
fn is_east_asian(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}'
        | '\u{ff41}'..='\u{ff5a}' | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{323af}')
}

/// Every file opens with a sentence about its purpose.
pub fn opening(file: &File) -> Vec<Mistake> {
    let lines = file.text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let first = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let sentence = first.contains(' ') && first.ends_with(['.', ':', '?', '!']);
    if sentence { Vec::new() } else { vec![mistake(1, "begin with `//!` and a sentence of purpose".to_owned())] }
}

/// A file that grows too long has more than one purpose.
pub fn length(file: &File) -> Vec<Mistake> {
    let lines = file.text.lines().count();
    let long = || mistake(lines, format!("{lines} lines: {LONGEST} are enough for one purpose"));
    (lines > LONGEST).then(long).into_iter().collect()
}

fn mistake(line: usize, what: String) -> Mistake {
    Mistake { line, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told(check: fn(&File) -> Vec<Mistake>, path: &str, text: &str, expected: &[&str]) {
        let found: Vec<String> = check(&File::new(path, text))
            .into_iter()
            .map(|mistake| format!("{}: {}", mistake.line, mistake.what))
            .collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found:?} is not about {expected}");
        }
    }

    #[test]
    fn an_arrow_the_wrong_way_is_seen() {
        told(
            arrows,
            "cue/scan.rs",
            "use crate::source::Span;\nuse crate::judge::Finding;",
            &["2: `cue` may not use `judge`"],
        );
        told(
            arrows,
            "cue/scan.rs",
            "use crate::{\n  source::Span,\n  report::{Ui, sanitize},\n};",
            &["`report`", "`report`"],
        );
        told(
            arrows,
            "cue/native/slot.rs",
            "fn f() { super::super::super::cli::main() }",
            &["1: `cue` may not use `cli`"],
        );
        told(arrows, "cue/native/slot.rs", "use super::super::scan::Scan; use super::*; use self::a::b;", &[]);
        told(arrows, "cue/mod.rs", "mod a { use super::super::judge::b; use super::scan; }", &["`judge`"]);
        told(arrows, "cue/mod.rs", "use super::*;", &["`crate::*` is not in a room"]);
        told(arrows, "judge/mod.rs", "pub fn f(r: &crate::Rulebook) {}", &["`crate::Rulebook` is not in a room"]);
        told(arrows, "kitchen/mod.rs", "", &["`kitchen` is not a room"]);
        told(arrows, "lib.rs", "pub use crate::cli::main;", &[]);
    }

    #[test]
    fn tests_and_comments_are_free() {
        let text = "// crate::cli\n#[cfg(test)]\nmod tests { use crate::cli::x; const A: &str = \"您\"; }\n\
            #[cfg(test)]\nuse crate::cli::y;\n/// crate::cli::z 您\nfn f() {}";
        told(arrows, "cue/mod.rs", text, &[]);
        told(characters, "cue/mod.rs", text, &[]);
        told(arrows, "cue/tests.rs", "use crate::cli::x;", &[]);
        told(arrows, "cue/mod.rs", "#[cfg(not(test))]\nuse crate::cli::y;", &["2: "]);
        let after = "#[cfg(test)]\nmod tests { fn f() {} }\nuse crate::cli::y;";
        told(arrows, "cue/mod.rs", after, &["3: "]);
    }

    #[test]
    fn a_crate_outside_its_room_is_seen() {
        told(crates, "cue/mod.rs", "use yada::A;\nuse jieba_rs::Jieba;", &["2: `jieba_rs` is for language only"]);
        told(crates, "cli/mod.rs", "fn f() -> miette::Result<()> { g() }", &["`miette`"]);
        told(crates, "judge/mod.rs", "use {regex::Regex, clap::Parser};", &["`clap`"]);
        told(crates, "judge/mod.rs", "use clap;\nextern crate miette;", &["1: `clap`", "2: `miette`"]);
        told(crates, "cue/mod.rs", "let ignore = self.ignore; // clap::Parser", &[]);
    }

    #[test]
    fn looking_outside_is_seen() {
        told(outside_world, "judge/mod.rs", "use std::{fs, io};", &["1: `std::fs`"]);
        told(outside_world, "judge/mod.rs", "fn f() { std::env::var(\"A\"); }", &["`std::env::var`"]);
        told(outside_world, "judge/mod.rs", "use std::time::{Duration, Instant};", &["`std::time::Instant`"]);
        told(outside_world, "judge/mod.rs", "let a = jiff::Zoned::now();\nb.now()", &["1: `jiff::Zoned::now`"]);
        told(outside_world, "judge/mod.rs", "fn f() { g(); println!(\"a\") }", &["`println!`"]);
        told(outside_world, "cli/mod.rs", "use std::fs;", &[]);
        told(outside_world, "judge/mod.rs", "let a = include_str!(\"a\"); let b = env!(\"A\");", &[]);
    }

    #[test]
    fn words_in_the_source_are_seen() {
        told(characters, "cue/mod.rs", "fn f() {\n  g(\"抱歉\")\n}", &["2: “抱歉”"]);
        told(characters, "cue/mod.rs", "let a = ['ア', 'Ａ', '\\u{5c3d}', '…', '“'];", &["“ア”", "“Ａ”"]);
        told(characters, "cue/mod.rs", "let 您 = 1;", &["“您”"]);
    }

    #[test]
    fn openings_and_lengths_are_seen() {
        told(opening, "cue/mod.rs", "//! What a thing looks like.\n\nfn f() {}", &[]);
        told(opening, "cue/mod.rs", "//! What a thing looks like, over\n//! two lines.\n//!\n//! More", &[]);
        told(opening, "cue/mod.rs", "fn f() {}", &["1: begin"]);
        told(opening, "cue/mod.rs", "//! Cues", &["1: begin"]);
        told(length, "cue/mod.rs", &"\n".repeat(400), &[]);
        told(length, "cue/mod.rs", &"\n".repeat(401), &["401 lines"]);
    }
}
