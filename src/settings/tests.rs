//! Settings from made-up files: what is in force, and how mistakes are reported.

use super::*;
use crate::report::{DiagnosticForm, Locale, Masker, Style, Ui, write_diagnostics};
use crate::source::Diagnostic;
use insta::assert_snapshot;
use std::io;
use std::path::Path;

fn load_from(files: &[(&str, &str)], flags: &Flags) -> Result<Settings, Vec<Diagnostic>> {
    let mut read = |path: &Path| {
        let found = files.iter().find(|(name, _)| Path::new(name) == path);
        found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
    };
    load(files.first().map(|(name, _)| Path::new(name)), flags, Ui::new(Locale::Zh), &mut read)
}

fn said(mistakes: &[Diagnostic], form: DiagnosticForm) -> String {
    let mut out = Vec::new();
    let style = Style { width: 80, ..Style::default() };
    write_diagnostics(&mut out, mistakes, form, &style, Ui::new(Locale::Zh), &Masker::off()).unwrap();
    String::from_utf8(out).unwrap()
}

const WHOLE: &str = r#"extends = "shared/base.toml"
[rulebook]
packs = ["packs/own.toml"]
[rules]
ignore = ["wording/*"]
severity = { "promise/vague-promise" = "error", "promise/*" = "advice" }
[[override]]
paths = ["templates/**/*.md", "!templates/draft.md"]
ignore = ["duty"]
severity."promise/*" = "warning"
[brand]
channels = ["官方微信"]
[facts]
times.refund = ["1至3天", "一周"]
times.dispatch = "48小时"
[calendar]
zone = "Asia/Shanghai"
"#;
const BASE: &str = "[rules]\nignore = []\nseverity = { \"duty/hollow-reply\" = \"error\" }\n[brand]\nnames = [\"好店\"]\n\
                    [facts]\ntimes.refund = \"1天\"\nphones = [\"400\"]\n";

#[test]
fn what_is_in_force_says_where_it_came_from() {
    let files = [("shop/replylint.toml", WHOLE), ("shop/shared/base.toml", BASE)];
    let flags = Flags { packs: vec!["mine.toml".into()], ..Flags::default() };
    let settings = load_from(&files, &flags).unwrap();
    assert_snapshot!("in_force", settings.show());
    let again =
        settings.show().lines().map(|line| line.split("  # ").next().unwrap().to_owned() + "\n").collect::<String>();
    assert!(toml::from_str::<toml::Table>(&again).is_ok());
    assert_eq!(settings.list("brand.channels"), Some(&["官方微信".to_owned()][..]));
    assert_eq!(settings.list("brand.nothing"), None);
    let bare = load_from(&[], &Flags { environment_zone: Some("UTC".into()), ..Flags::default() }).unwrap();
    assert_eq!(bare.zone.origin, Origin::Environment("TZ"));
    assert_snapshot!("defaults", bare.show());
}

#[test]
fn a_file_has_the_rules_that_are_said_about_it() {
    use crate::rulebook::Severity::{Advice, Error, Warning};
    let files = [("/shop/replylint.toml", WHOLE), ("/shop/shared/base.toml", BASE)];
    let settings = load_from(&files, &Flags::default()).unwrap();
    let of =
        |settings: &Settings, path: &str, rule: &str| settings.for_path(Path::new(path)).severity(&[rule], Warning);
    assert_eq!(of(&settings, "/shop/a.txt", "promise/vague-promise"), Some(Error));
    assert_eq!(of(&settings, "/shop/a.txt", "promise/absolute-promise"), Some(Advice));
    assert_eq!(of(&settings, "/shop/a.txt", "wording/jargon"), None);
    assert_eq!(of(&settings, "/shop/a.txt", "duty/hollow-reply"), Some(Error));
    assert_eq!(of(&settings, "/shop/templates/x/zh.md", "duty/hollow-reply"), None);
    assert_eq!(of(&settings, "/shop/templates/x/zh.md", "promise/vague-promise"), Some(Warning));
    assert_eq!(of(&settings, "/shop/templates/draft.md", "duty/hollow-reply"), Some(Error));
    assert_eq!(of(&settings, "/elsewhere/templates/x.md", "duty/hollow-reply"), Some(Error));
    // A rule's former id still names it.
    let renamed = settings.for_path(Path::new("a.txt")).severity(&["tone/jargon", "wording/jargon"], Warning);
    assert_eq!(renamed, None);
    // A selection by flag stands alone.
    let flags = Flags { select: Some(vec!["wording".into()]), ..Flags::default() };
    let settings = load_from(&files, &flags).unwrap();
    assert_eq!(of(&settings, "/shop/a.txt", "wording/jargon"), Some(Warning));
    assert_eq!(of(&settings, "/shop/a.txt", "duty/hollow-reply"), None);
}

#[test]
fn all_mistakes_of_a_file_are_said_at_once_in_their_order() {
    let text = r#"extends = "../../etc/passwd"
[rulebok]
packs = ["a.toml"]
extends = "none"
[rules]
ignroe = ["wording/*"]
severity = { "promise/*" = "eror", "duty/*" = "advice" }
select = ["a", 1]
[[override]]
ignore = ["duty"]
[[override]]
paths = ["a{b"]
pths = ["x"]
[calendar]
zone = "Asia/Peking"
[limits]
findings = 0
text-bytes = -1
[rulebook]
packs = ["/etc/hosts", "ok.toml"]
"#;
    let mistakes = load_from(&[("replylint.toml", text)], &Flags::default()).unwrap_err();
    assert_snapshot!("mistakes", said(&mistakes, DiagnosticForm::Concise));
    assert_snapshot!("mistakes_drawn", said(&mistakes[..2], DiagnosticForm::Graphical));
    let broken = "[rules\nignore = [\n[brand]\nnames = \"x\"\nnames = 1\n= 3\n";
    let mistakes = load_from(&[("replylint.toml", broken)], &Flags::default()).unwrap_err();
    assert!(mistakes.len() >= 3, "{mistakes:#?}");
}

#[test]
fn extending_ends() {
    let around = [("replylint.toml", "extends = \"b.toml\""), ("b.toml", "extends = \"replylint.toml\"")];
    assert_eq!(load_from(&around, &Flags::default()).unwrap_err()[0].code, "settings/loop");
    let missing = load_from(&[("replylint.toml", "extends = \"b.toml\"")], &Flags::default()).unwrap_err();
    assert_eq!((missing[0].code, missing[0].labels.len()), ("settings/unreadable", 1));
    let names: Vec<String> = (0..10).map(|number| format!("{number}.toml")).collect();
    let texts: Vec<String> = (1..11).map(|number| format!("extends = \"{number}.toml\"")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    assert_eq!(load_from(&files, &Flags::default()).unwrap_err()[0].code, "settings/deep");
}

#[test]
fn rules_that_are_not_there_are_said() {
    let settings = load_from(&[("replylint.toml", WHOLE), ("shared/base.toml", BASE)], &Flags::default()).unwrap();
    let known = ["wording/jargon", "promise/vague-promises", "duty/hollow-reply"];
    let mistakes = settings.check_rules(&known, Ui::new(Locale::Zh));
    assert_snapshot!("unknown_rule", said(&mistakes, DiagnosticForm::Concise));
}

#[test]
fn the_nearest_file_counts() {
    let there = |path: &Path| path == Path::new("/a/replylint.toml") || path == Path::new("/a/b/c/replylint.toml");
    assert_eq!(find(Path::new("/a/b/c/d"), there), Some("/a/b/c/replylint.toml".into()));
    assert_eq!(find(Path::new("/a/b"), there), Some("/a/replylint.toml".into()));
    assert_eq!(find(Path::new("/x"), there), None);
}

#[test]
fn bombs_are_refused() {
    let deep = "a = ".to_owned() + &"[".repeat(100_000);
    assert!(load_from(&[("replylint.toml", &deep)], &Flags::default()).is_err());
    let dotted = format!("{} = 1", vec!["a"; 10_000].join("."));
    assert!(load_from(&[("replylint.toml", &dotted)], &Flags::default()).is_err());
    let long = "#".repeat(2_000_000);
    assert_eq!(load_from(&[("replylint.toml", &long)], &Flags::default()).unwrap_err()[0].code, "settings/too-large");
}

#[test]
fn the_schema_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/replylint.schema.json");
    let generated = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("REPLYLINT_BLESS").is_some() {
        std::fs::write(path, &generated).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap() == generated, "REPLYLINT_BLESS=1 cargo test writes {path} anew");
}
