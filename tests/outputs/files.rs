//! Outputs: several at once, whole files only, and mistakes reported before anything is read.

use crate::set::{set, text};
use crate::support::{Place, finish};
use serde_json::Value;
use std::fs;

#[test]
fn several_at_once_say_the_same() {
    let place = set();
    let out = place
        .run(["check", "-q", "--output", "json", "--output", "json=a.json", "--output=jsonl=b.jsonl", "in"])
        .code(2);
    assert_eq!(out.stdout.as_bytes(), place.read("a.json"));
    let count = |text: &str| text.matches("\"type\":\"finding\"").count();
    assert_eq!(count(&out.stdout), count(&String::from_utf8(place.read("b.jsonl")).unwrap()));
    // Without an output on standard output, the report for people goes there.
    let out = place.run(["check", "-q", "--output", "json=a.json", "in/plain.txt"]).code(1);
    out.says(&["warning[house/vague]"]);
    let alias = place.run(["check", "-q", "--output=json=-", "in/plain.txt"]).code(1);
    assert!(alias.document()["findings"].as_array().unwrap().len() == 2);
}

#[test]
fn mistakes_are_said_before_anything_is_written() {
    let place = set();
    let run = |outputs: &[&str]| place.run(["check"].iter().chain(outputs).chain(&["in/plain.txt"])).code(2);
    run(&["-f", "json", "--output", "sarif"]).warns(&["`json` and `sarif`", "--output sarif=FILE"]);
    run(&["--output", "github", "--output", "gitlab"]).warns(&["`github` and `gitlab`"]);
    run(&["--output", "sarf=a"]).warns(&["no output format `sarf`", "did you mean `sarif`"]);
    run(&["--output", "zzz=a"]).warns(&["no output format `zzz`", "checkstyle"]);
    run(&["--output", "sarif=a", "--output", "junit=./a"]).warns(&["two outputs would go to `./a`"]);
    run(&["--output", "sarif=a", "--output", "junit=no/b.xml"]).warns(&["there is no folder `no`", "make it first"]);
    run(&["--output", "sarif=in"]).warns(&["cannot write `in`"]);
    run(&["--output", "sarif=in/plain.txt"]).warns(&["`in/plain.txt` is one of the files to be read"]);
    run(&["--output", "sarif=a", "--diff"]).warns(&["cannot be used with"]);
    assert_eq!(place.read("in/plain.txt"), "我尽快查\n我尽快查\n".as_bytes());
    assert!(!place.path("a").exists() && !place.path("no").exists());
    #[cfg(unix)]
    run(&["--output", "sarif=/dev/null"]).warns(&["cannot write `/dev/null`"]);
}

#[test]
fn a_file_that_is_written_is_no_input() {
    let place = set();
    for _ in 0..2 {
        place.run(["check", "-q", "--output", "concise=in/report.txt", "in"]).code(2);
    }
    let report = String::from_utf8(place.read("in/report.txt")).unwrap();
    assert!(report.contains("in/plain.txt:1") && !report.contains("in/report.txt"), "{report}");
}

#[test]
fn an_old_file_stays_when_the_run_cannot_begin() {
    let place = set();
    place.write("old.sarif", "old");
    place.write("in/replylint.toml", "nonsense = 1\n");
    place.run(["check", "--no-config", "--pack", "gone.toml", "--output", "sarif=old.sarif", "in"]).code(2);
    assert_eq!(place.read("old.sarif"), b"old");
    let names = place.files();
    assert!(names.iter().all(|name| !name.contains(".replylint-")), "{names:?}");
}

#[test]
fn a_clean_run_writes_whole_files_too() {
    let place = Place::new();
    fs::create_dir(place.path("empty")).unwrap();
    place.write("clean.txt", "今天查");
    let outputs = ["check", "--output", "sarif=a.sarif", "--output", "junit=a.xml", "--output", "gitlab=a.json"];
    for input in [&["clean.txt"][..], &["--skip-others", "empty"]] {
        place.run(outputs.iter().chain(input)).code(0).silent();
        let log: Value = serde_json::from_slice(&place.read("a.sarif")).unwrap();
        assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
        assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], true);
        assert_eq!(serde_json::from_slice::<Value>(&place.read("a.json")).unwrap(), Value::Array(Vec::new()));
        assert!(String::from_utf8(place.read("a.xml")).unwrap().contains("tests=\"1\" failures=\"0\""));
    }
}

#[cfg(unix)]
#[test]
fn whoever_closes_the_pipe_still_gets_the_file() {
    use std::process::{Command, Stdio};
    let place = set();
    place.write("in/plain.txt", "我尽快查\n".repeat(5000));
    let program = env!("CARGO_BIN_EXE_replylint");
    let script = format!("{program} check -f concise --output json=a.json in/plain.txt | head -n 1");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(place.path("")).stdout(Stdio::piped());
    let out = finish(command, b"");
    assert_eq!(out.stdout.lines().count(), 1);
    let document: Value = serde_json::from_slice(&place.read("a.json")).unwrap();
    assert_eq!(document["findings"].as_array().unwrap().len(), 5000);
    assert_eq!(text(&document, "/findings/0/rule"), "house/vague");
}

#[cfg(unix)]
#[test]
fn a_new_file_is_like_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let place = set();
    place.run(["check", "-q", "--output", "json=a.json", "in/clean.txt"]).code(0);
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("a.json"), mode("in/clean.txt"));
}

#[test]
fn with_fixes_what_is_left_is_told() {
    let place = Place::new();
    place.write("a.txt", "请找小蜜，我尽快查\n");
    let out = place.run(["check", "--fix", "--output", "json=a.json", "a.txt"]).code(1);
    out.says(&["warning[house/vague]", "客服助手"]).warns(&["fixed: 1", "warnings: 1, advice: 0"]);
    let document: Value = serde_json::from_slice(&place.read("a.json")).unwrap();
    assert_eq!(document["findings"].as_array().unwrap().len(), 1);
    place.run(["check", "--fix", "a.txt"]).code(1).says(&["warning[house/vague]"]);
    // As a filter: the fixed text is the output, and the remaining findings go to standard error.
    let out = place.pipe(["check", "--fix", "-"], "请找小蜜，我尽快查\n").code(1);
    assert_eq!(out.stdout, "请找客服助手，我尽快查\n");
    out.warns(&["warning[house/vague]"]);
    place.pipe(["check", "--fix", "-f", "json", "-"], "好").code(2).warns(&["`--fix` and `json`"]);
}
