//! Generated files match the rulebook; `cargo xtask bless` rewrites them.

use replylint::Rulebook;
use replylint::conversation::Lang;
use replylint::rulebook::{Loaded, builtin, raw};
use replylint::workshop::catalogue;
use std::path::Path;

fn loaded() -> Loaded {
    Rulebook::load(&builtin::sources()).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

/// Compares a checked-in file with its expected contents; rewrites it under `bless`.
#[track_caller]
fn is_fresh(path: &str, generated: &[u8]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let stale = std::fs::read(&file).ok().as_deref() != Some(generated);
    if stale && std::env::var_os("REPLYLINT_BLESS").is_some() {
        std::fs::write(file, generated).unwrap();
    } else {
        assert!(!stale, "{path} is out of date: run `cargo xtask bless` and read what it changes");
    }
}

#[test]
fn the_prepared_rulebook() {
    let prepared = builtin::prepare(&loaded().rulebook).unwrap();
    assert!(prepared == builtin::prepare(&loaded().rulebook).unwrap(), "it comes out differently each time");
    is_fresh("rules/default.bin", &prepared);
    if std::env::var_os("REPLYLINT_BLESS").is_none() {
        assert!(builtin::is_fresh(&prepared));
        assert!(builtin::prepare(&Rulebook::builtin()).unwrap() == prepared, "it does not come back as it went in");
    }
}

#[test]
fn the_prepared_words_of_time() {
    let prepared = builtin::prepare_times().unwrap();
    is_fresh("rules/times.bin", &prepared);
    if std::env::var_os("REPLYLINT_BLESS").is_none() {
        assert!(*builtin::shared_times() == builtin::times().unwrap());
    }
}

#[test]
fn the_catalogues() {
    let rulebook = loaded().rulebook;
    let mut files = builtin::sources();
    files.extend(builtin::industries().into_iter().flat_map(builtin::industry));
    let extended = Rulebook::load(&files).unwrap_or_else(|errors| panic!("{}", errors[0])).rulebook;
    for (lang, path) in [(Lang::En, "rules/README.md"), (Lang::Zh, "rules/README.zh-CN.md")] {
        let page = catalogue(&rulebook, &extended, &files, lang).unwrap();
        assert!(
            !page.contains("| ? |") && !page.contains("- ?"),
            "a word is missing from rules/language/catalogue.toml"
        );
        is_fresh(path, page.as_bytes());
    }
}

#[test]
fn the_schema_of_packs() {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(raw::Pack)).unwrap() + "\n";
    is_fresh("docs/schema/pack.schema.json", schema.as_bytes());
}
