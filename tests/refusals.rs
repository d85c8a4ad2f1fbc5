//! Files that must not be overwritten are not, empty inputs are reported, and each refusal says what to do.

mod support;

use serde_json::json;
use std::fs;
use support::Place;

const CHAT: &str = "{\"id\":\"c1\",\"agent\":\"a\",\"turns\":[{\"role\":\"customer\",\"text\":\"有蓝色的吗\"},\
                    {\"role\":\"agent\",\"text\":\"我们会尽快给您回复。\"}]}\n";
const HUMAN: &str = "conversation,reviewer,passed\nc1,A,yes\n";

/// A chat and its audit in `out`, people's verdicts on it, and an empty folder.
fn place() -> Place {
    let place = Place::empty();
    place.write("log.jsonl", CHAT);
    place.write("human.csv", HUMAN);
    fs::create_dir(place.path("empty")).unwrap();
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    place
}

#[test]
fn calibrate_writes_over_nothing() {
    let place = place();
    let machine = place.read("out/conversations.jsonl");
    for input in ["human.csv", "./human.csv", "out/conversations.jsonl", "out/summary.json"] {
        let run = ["calibrate", "out", "human.csv", "-o", input, "--force"];
        place.run(run).code(2).warns(&["output/is-input", input, "name another file"]);
    }
    assert_eq!((place.read("human.csv"), place.read("out/conversations.jsonl")), (HUMAN.into(), machine));
    place.write("talk.csv", "ours");
    place.run(["calibrate", "out", "human.csv", "-o", "talk.csv"]).code(2).warns(&["output/exists", "--force"]);
    assert_eq!(place.read("talk.csv"), b"ours");
    // `--output`, its name in other commands, works here, too.
    place.run(["calibrate", "out", "human.csv", "--output", "talk.csv", "--force"]).code(0);
    assert_ne!(place.read("talk.csv"), b"ours");
}

#[test]
fn a_ledger_replaces_no_input() {
    let place = place();
    place.write("calls.csv", "ticket,time,channel\n");
    let run = ["promises", "log.jsonl", "--contacts", "calls.csv", "-o"];
    for input in ["log.jsonl", "calls.csv"] {
        place.run(run.iter().chain(&[input])).code(2).warns(&["output/is-input", input]);
    }
    assert_eq!((place.read("log.jsonl"), place.read("calls.csv")), (CHAT.into(), "ticket,time,channel\n".into()));
    // One found in a folder is an earlier ledger, and is replaced.
    place.write("chats/log.jsonl", CHAT);
    for _ in 0..2 {
        place.run(["promises", "chats", "-o", "chats/ledger.jsonl"]).code(0).warns(&[": 1; kept"]);
    }
}

#[cfg(unix)]
/// A chat that was found in a folder is no ledger to be replaced; an older ledger is.
#[test]
fn a_ledger_replaces_no_chat_of_its_folder() {
    let place = place();
    place.write("chats/a.jsonl", CHAT);
    place.write("chats/b.jsonl", CHAT.replace("c1", "c2"));
    place.run(["promises", "chats", "-o", "chats/a.jsonl"]).code(2).warns(&["output/is-input"]);
    assert_eq!(place.read("chats/a.jsonl"), CHAT.as_bytes());
    for _ in 0..2 {
        place.run(["promises", "chats", "-o", "chats/ledger.jsonl"]).code(0);
        assert_eq!(String::from_utf8(place.read("chats/ledger.jsonl")).unwrap().lines().count(), 2);
    }
    place.write("replylint.toml", "");
    place.run(["promises", "log.jsonl", "-o", "replylint.toml", "-f", "jsonl"]).code(2).warns(&["output/is-input"]);
}

#[test]
fn a_link_is_a_file_that_is_there() {
    use std::os::unix::fs::symlink;
    let place = place();
    place.write("t.md", "+++\ntitle = \"a\"\n+++\n您好\n");
    for (name, run) in [
        ("link.csv", &["templates", "export", "t.md", "-o", "link.csv"][..]),
        ("rules.csv", &["rules", "export", "-o", "rules.csv"]),
        ("pack.toml", &["import", "words", "list.txt", "-o", "pack.toml"]),
        ("new/our-rules.toml", &["init", "new"]),
    ] {
        place.write("list.txt", "亲亲\n");
        fs::create_dir_all(place.path("new")).unwrap();
        symlink("nowhere", place.path(name)).unwrap();
        place.run(run).code(2).warns(&["output/exists", name, "--force"]);
        assert!(place.path(name).is_symlink(), "{name}");
    }
    // If one file of a pair exists, neither is written.
    assert!(!place.path("new/replylint.toml").exists());
    // The input under another name is still the input.
    symlink("log.jsonl", place.path("other.jsonl")).unwrap();
    place.run(["promises", "other.jsonl", "-o", "log.jsonl"]).code(2).warns(&["output/is-input"]);
    assert_eq!(place.read("log.jsonl"), CHAT.as_bytes());
}

#[test]
fn a_folder_without_anything_to_read_is_told() {
    let place = place();
    for run in [
        &["audit", "empty", "-o", "none"][..],
        &["promises", "empty"],
        &["acts", "empty"],
        &["check", "empty"],
        &["check", "--diff", "empty"],
    ] {
        let out = place.run(run).code(2).warns(&["warning[input/nothing]", "empty: ", "looked for", ".jsonl"]);
        assert_eq!((out.stdout.as_str(), out.stderr.matches("input/nothing").count()), ("", 1), "{run:?}");
    }
    assert!(!place.path("none").exists());
    let failed = place.run(["check", "-f", "json", "empty"]).code(2).document()["failed"].clone();
    assert_eq!((&failed[0]["path"], &failed[0]["reason"]), (&json!("empty"), &json!("input/nothing")));
    // So is a folder with only unknown files, but an empty text file is input.
    place.write("foreign/package.yaml", "a: 1\n");
    place.run(["check", "foreign"]).code(2).warns(&["input/nothing", "foreign"]);
    place.run(["check", "foreign/*.yaml"]).code(2).warns(&["input/nothing", "foreign/*.yaml"]);
    place.write("blank/a.txt", "");
    let out = place.run(["check", "blank"]).code(0);
    assert!(!out.stderr.contains("input/nothing"), "{out:?}");
    // Beside other inputs, it is only reported.
    place.write("full/a.md", "您好\n");
    place.run(["check", "--fail-on", "never", "full", "empty"]).code(0).warns(&["input/nothing", "empty: "]);
    place.run(["acts", "full", "empty"]).code(0).warns(&["input/nothing", "empty: "]);
    // For a hook, no input is the usual case.
    for folder in ["empty", "foreign"] {
        place.run(["check", "--skip-others", folder]).code(0).silent();
    }
}

#[test]
fn outputs_say_where_to_write_instead() {
    let place = place();
    let run = ["audit", "log.jsonl", "-o", "human.csv"];
    place.run(run).code(2).warns(&["output/not-folder", "`human.csv`", "-o wants a folder"]);
    let run = ["audit", "log.jsonl", "-o", "human.csv/below"];
    place.run(run).code(2).warns(&["output/failed", "`human.csv/below`", "name another place"]);
    let run = ["check", "log.jsonl", "--output", "json=x", "--output", "sarif=x"];
    place.run(run).code(2).warns(&["output/same-file", "`x`", "--output FORMAT=FILE"]);
    let run = ["check", "log.jsonl", "--output", "json=log.jsonl"];
    place.run(run).code(2).warns(&["output/is-input", "`log.jsonl`", "name another file"]);
    let run = ["check", "log.jsonl", "--output", "json=empty"];
    place.run(run).code(2).warns(&["output/failed", "`empty`", "name another place"]);
}

#[test]
fn a_review_that_cannot_be_read_changes_nothing() {
    let place = place();
    let before: Vec<_> = place.files().iter().map(|name| (name.clone(), place.read(name))).collect();
    let summary = fs::metadata(place.path("out/summary.json")).unwrap().modified().unwrap();
    let run = ["audit", "-o", "out", "--review", "out/review.csv", "--review", "gone.csv"];
    let out = place.run(run).code(2).warns(&["input/unreadable", "gone.csv", "review.xlsx or review.csv"]);
    assert!(!out.stderr.contains("wrote"), "{out:?}");
    let after: Vec<_> = place.files().iter().map(|name| (name.clone(), place.read(name))).collect();
    assert_eq!(before, after);
    assert_eq!(fs::metadata(place.path("out/summary.json")).unwrap().modified().unwrap(), summary);
    let run = ["audit", "--review", "out/review.csv", "-o", "none"];
    place.run(run).code(2).warns(&["audit/missing", "audit INPUT -o none", "--resume"]);
    let other = "number,fingerprint,final,reviewer\n9,0123456789abcdef,uphold,A\n";
    place.write("other.csv", other);
    place.run(["audit", "--review", "other.csv", "-o", "out"]).code(2).warns(&["audit/review", "another audit?"]);
}

#[test]
fn what_is_wrong_comes_with_what_to_do() {
    let place = place();
    place.write("loop.toml", "extends = \"b.toml\"\n");
    place.write("b.toml", "extends = \"loop.toml\"\n");
    place.write("glob.toml", "[[format]]\nname = \"f\"\npaths = [\"a{\"]\n");
    place.write("own.toml", "[[format]]\nname = \"own\"\npaths = [\"*.csv\"]\ncolumns = { text = \"t\" }\n");
    place.write("t.md", "+++\ntitle = \"a\"\n+++\n您好\n");
    let pack = "name a pack: a .toml file, or an industry";
    for (run, words) in [
        (&["config", "nowhere/x"][..], &["input/missing", "`nowhere/x`"][..]),
        (&["rules", "test", "empty"], &["pack/unreadable", "empty", pack]),
        (&["rules", "test", "gone.toml"], &["pack/unreadable", "gone.toml", pack]),
        (&["check", "--text", "您好", "--history", "gone.txt"], &["`gone.txt`", "give --history a file"]),
        (&["check", "--config", "loop.toml", "t.md"], &["settings/loop", "remove one of the `extends`"]),
        (&["check", "--config", "glob.toml", "t.md"], &["no path pattern", "as in .gitignore"]),
        (&["when", "明天", "--zone", "Mars"], &["cli/zone", "IANA"]),
        (&["audit", "log.jsonl", "-o", "o", "--zone", "Mars"], &["cli/zone", "IANA"]),
        (
            &["templates", "export", "t.md", "--config", "own.toml", "-o", "o.csv", "--to", "own"],
            &["`own`", "`replylint templates formats`"],
        ),
        (&["audit", "log.jsonl", "-o", "o", "--scorecard", "chat", "--scorecard", "chat"], &["another `id`"]),
    ] {
        let out = place.run(run).code(2).warns(words);
        assert_eq!(out.stdout, "", "{run:?}");
    }
    // A path is named once.
    let out = place.run(["rules", "diff", "default", "gone.toml", "log.jsonl"]).code(2);
    assert_eq!(out.stderr.matches("gone.toml").count(), 1, "{out:?}");
}

#[test]
fn a_sheet_over_the_limit_is_refused_whole() {
    let place = place();
    fs::File::create(place.path("big.csv")).unwrap().set_len((32 << 20) + 1).unwrap();
    for run in [&["rules", "import", "big.csv", "-o", "p.toml"][..], &["import", "words", "big.csv", "-o", "p.toml"]] {
        place.run(run).code(2).warns(&["input/too-large", "big.csv", "33554432"]);
    }
    assert!(!place.path("p.toml").exists());
}

#[test]
fn one_moment_has_one_option_by_two_names() {
    let place = place();
    for name in ["--at", "--as-of"] {
        let out = place.run(["when", "tomorrow", name, "2026-01-01"]).code(0);
        assert!(out.stdout.contains("2026-01-02"), "{out:?}");
        place.run(["check", "--text", "您好", name, "2026-01-01", "--fail-on", "never"]).code(0);
        place.run(["promises", "log.jsonl", name, "2026-01-01"]).code(0);
        place.run(["acts", "log.jsonl", name, "2026-01-01"]).code(0);
        place.run(["audit", "log.jsonl", "--output", "by", "--promises", name, "2026-01-01", "--force"]).code(0);
    }
    let help = place.run(["check", "--help"]).code(0).says(&[
        "What the reply answers:",
        "Input:",
        "--encoding",
        "--skip-others",
        "Output:",
    ]);
    assert!(!help.stdout.contains("[aliases"), "{help:?}");
}
