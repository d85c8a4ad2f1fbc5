//! Results kept between runs: the same bytes come out, whatever changed in between.

mod support;

use std::fs;
use std::path::Path;
use support::{Out, Place, finish};

/// A repository of templates, large enough for a cache.
fn place() -> Place {
    let place = Place::empty();
    for number in 0..30 {
        let said = if number % 3 == 0 { "我们会尽快给您回复。" } else { "今天18:00前给您回复。" };
        let text =
            format!("# 模板\n\n### 一\n\n```\n您好，第{number}种情况，{said}\n```\n\n### 二\n\n```\n好的。\n```\n");
        place.write(&format!("t/{number:02}.md"), text);
    }
    place
}

fn check(place: &Place, arguments: &[&str]) -> Out {
    let fixed = ["check", "-f", "json", "t", "--as-of", "2026-11-22"];
    let mut command = place.command(fixed.iter().chain(arguments));
    command.env("REPLYLINT_CACHE_DIR", place.path("kept"));
    finish(command, b"").tame()
}

/// What comes out with the cache is what comes out without it.
#[track_caller]
fn the_same(place: &Place, arguments: &[&str]) -> String {
    let kept = check(place, arguments);
    let anew = check(place, &[arguments, &["--no-cache"]].concat());
    assert_eq!((kept.code, &kept.stdout), (anew.code, &anew.stdout));
    // Two refusals are alike, too.
    assert!(anew.code < 2, "{}", anew.stderr);
    kept.stdout
}

fn stamp(path: &Path) -> (Vec<u8>, std::time::SystemTime) {
    (fs::read(path).unwrap(), fs::metadata(path).unwrap().modified().unwrap())
}

#[test]
fn a_second_run_says_the_same_and_judges_nothing() {
    let place = place();
    check(&place, &["--no-cache"]).code(1);
    assert!(!place.path("kept").exists());
    let first = the_same(&place, &[]);
    assert_eq!(first.matches("\"promise/vague-promise\"").count(), 10);
    let before = stamp(&place.path("kept/results.bin"));
    assert_eq!(the_same(&place, &[]), first);
    // All of it was known: there was nothing to write.
    assert_eq!(stamp(&place.path("kept/results.bin")), before);
    // One thread finds the same results as many.
    assert_eq!(the_same(&place, &["--threads", "1"]), first);
}

#[test]
fn whatever_a_result_hangs_on_makes_it_anew() {
    let place = place();
    let first = the_same(&place, &[]);
    place.write("t/01.md", "# 模板\n\n### 一\n\n```\n我们会尽快给您回电。\n```\n");
    let changed = the_same(&place, &[]);
    assert_ne!(changed, first);
    // The same text further down: the places move.
    let text = String::from_utf8(place.read("t/00.md")).unwrap();
    place.write("t/00.md", format!("\n\n{text}"));
    assert_ne!(the_same(&place, &[]), changed);
    for arguments in [
        &["--locale", "zh"][..],
        &["--ignore", "promise/*"],
        &["--lang", "en"],
        &["--customer", "收到的杯子碎了"],
        &["--scenario", "damaged"],
        &["--kind", "template"],
        &["--pack", "house.toml"],
    ] {
        place.write("house.toml", "name = \"house\"\n[cue.a]\nphrases = [\"好的\"]\n[rule.a]\nseverity = \"error\"\nmessage = { zh = \"x\", en = \"x\" }\nhelp = { zh = \"x\", en = \"x\" }\nwhy = { zh = \"x\", en = \"x\" }\ncheck.forbid = { find = \"a\" }\nbad = [{ reply = \"好的\" }]\ngood = [{ reply = \"您好\" }]\n");
        the_same(&place, arguments);
    }
    place.write("replylint.toml", "[[waiver]]\nrule = \"promise/vague-promise\"\nreason = \"x\"\nowner = \"y\"\n");
    let waived = the_same(&place, &[]);
    assert_ne!(waived, first);
    place.write("replylint.toml", "[facts]\ntimes.reply = \"2小时\"\n");
    the_same(&place, &[]);
    place.write("replylint.toml", "[slots]\ndeclared = [\"name\"]\n");
    the_same(&place, &[]);
    fs::rename(place.path("t/05.md"), place.path("t/99.md")).unwrap();
    the_same(&place, &[]);
}

#[test]
fn a_cache_that_is_not_whole_is_no_cache() {
    let place = place();
    let first = the_same(&place, &[]);
    let whole = place.read("kept/results.bin");
    for broken in [
        Vec::new(),
        b"rplcache".to_vec(),
        whole[..whole.len() / 2].to_vec(),
        whole.iter().map(|byte| byte ^ 1).collect(),
        [&whole[..40], &[0xff; 64], &whole[104..]].concat(),
    ] {
        place.write("kept/results.bin", broken);
        assert_eq!(the_same(&place, &[]), first);
    }
    // Nowhere to write it: that costs time and nothing else.
    fs::remove_dir_all(place.path("kept")).unwrap();
    place.write("kept", "a file");
    assert_eq!(the_same(&place, &[]), first);
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    check(&place, &[]);
    let mode = fs::metadata(place.path("kept/results.bin")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}
