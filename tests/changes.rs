//! `--since` and `--staged` in real repositories: only findings on new or touched lines are reported.

mod support;

use std::process::Command;
use support::{Place, each};

/// Runs git in the folder; it must succeed.
#[track_caller]
fn git(place: &Place, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(place.path("")).args(["-c", "user.name=t", "-c", "user.email=t@example.com"]);
    command.args(["-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false", "-c", "protocol.file.allow=always"]);
    command.args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let out = command.output().unwrap();
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

fn commit(place: &Place, message: &str) {
    git(place, &["add", "-A"]);
    git(place, &["commit", "-q", "-m", message]);
}

/// A repository with a first commit.
fn repository(files: &[(&str, &str)]) -> Place {
    let place = Place::new();
    git(&place, &["init", "-q"]);
    for (name, text) in files {
        place.write(name, text);
    }
    commit(&place, "first");
    place
}

/// Path and line of what is found.
fn places(place: &Place, arguments: &[&str]) -> Vec<String> {
    let found = place.findings(arguments);
    let shown =
        |one: &serde_json::Value| format!("{}:{}", one["path"].as_str().unwrap(), one["location"]["start"]["line"]);
    found.iter().map(shown).collect()
}

/// Long enough for git to detect a rename.
const OLD: &str = "滚开\n您好\n感谢您一直以来的支持和理解\n祝您生活愉快，再见\n";

#[test]
fn only_new_and_touched_lines_are_told() {
    let place = repository(&[("t/退款.md", "我尽快\n您好\n"), ("t/b.md", "滚开\n"), ("t/old name.md", OLD)]);
    place.run(["check", "--since", "HEAD", "t"]).code(0).silent();
    place.write("t/退款.md", "我尽快\n您好，稍后\n");
    place.write("t/新 \"话术\".md", "滚开\n");
    git(&place, &["mv", "t/old name.md", "t/new\tname.md"]);
    place.write("t/new\tname.md", OLD.replace("您好", "您好，尽快"));
    let found = ["t/new\tname.md:2", "t/新 \"话术\".md:1", "t/退款.md:2"];
    assert_eq!(places(&place, &["--since", "HEAD", "t"]), found);
    assert_eq!(places(&place, &["--since", "HEAD", "t/退款.md", "t/b.md"]), found[2..]);
    assert_eq!(places(&place, &["--since", "HEAD", "t/退*.md"]), found[2..]);
    assert_eq!(places(&place, &["--since", "HEAD", "."]), found);
    // From a folder of the repository.
    let mut below = place.command(["check", "-f", "concise", "--since", "HEAD", "."]);
    below.current_dir(place.path("t"));
    support::finish(below, b"").code(1).says(&["退款.md:2:4"]);
    let mut beside = place.command(["check", "-f", "concise", "--since", "HEAD", "../t"]);
    std::fs::create_dir(place.path("x")).unwrap();
    beside.current_dir(place.path("x"));
    support::finish(beside, b"").code(1).says(&["../t/退款.md:2:4"]);
    // Commits on the branch count, too; those on the other branch since do not.
    git(&place, &["checkout", "-q", "-b", "topic"]);
    commit(&place, "second");
    assert_eq!(places(&place, &["--since", "main", "t"]), found);
    git(&place, &["checkout", "-q", "main"]);
    place.write("t/b.md", "您好\n");
    commit(&place, "theirs");
    git(&place, &["checkout", "-q", "topic"]);
    assert_eq!(places(&place, &["--since", "main", "t"]), found);
}

#[test]
fn what_a_text_owes_is_told_when_anything_of_it_changed() {
    let text = "+++\nscenario = \"question\"\n+++\n抱歉，给您换\n您好\n";
    let place = repository(&[("a.md", text), ("b.md", &text.replace("抱歉，", "").replace("question", "damaged"))]);
    assert_eq!(places(&place, &["--since", "HEAD", "."]), [""; 0]);
    // A line was taken away; the scenario was changed; another line was changed.
    for (name, text) in [
        ("a.md", "+++\nscenario = \"damaged\"\n+++\n给您换\n您好\n"),
        ("b.md", "+++\nscenario = \"damaged\"\n+++\n给您换\n"),
        ("b.md", "+++\nscenario = \"damaged\"\n+++\n给您换\n您好呀\n"),
    ] {
        place.write(name, text);
        assert_eq!(each(&place.findings(["--since", "HEAD", name]), "rule"), ["house/no-apology"], "{text}");
        git(&place, &["checkout", "-q", "."]);
    }
}

#[test]
fn what_is_staged_is_read_from_the_index() {
    let place = repository(&[("t/a.md", "我尽快\n您好\n"), ("t/b.md", "您好\n")]);
    place.run(["check", "--staged", "t"]).code(0).silent();
    place.write("t/a.md", "我尽快\n滚开\n");
    place.write("t/新.md", "稍后\n");
    place.run(["check", "--staged", "t"]).code(0).silent();
    git(&place, &["add", "-A"]);
    // By now the files have other contents, or are gone.
    place.write("t/a.md", "您好\n");
    std::fs::remove_file(place.path("t/新.md")).unwrap();
    place.write("t/b.md", "滚开\n");
    let found = ["t/a.md:2", "t/新.md:1"];
    assert_eq!(places(&place, &["--staged", "t"]), found);
    assert_eq!(places(&place, &["--staged", "t/新.md", "t/a.md"]), found);
    place.run(["check", "--staged", "t/a.md"]).code(1).says(&["滚开"]);
    place.run(["check", "--staged", "t/gone.md"]).code(2).warns(&["t/gone.md"]);
    assert_eq!(String::from_utf8(place.read("t/a.md")).unwrap(), "您好\n", "nothing is written");
    // Before the first commit.
    let fresh = Place::new();
    git(&fresh, &["init", "-q"]);
    fresh.write("a.md", "滚开\n");
    git(&fresh, &["add", "-A"]);
    assert_eq!(places(&fresh, &["--staged", "."]), ["a.md:1"]);
}

#[test]
fn a_hook_stops_a_commit() {
    let place = repository(&[("t/a.md", "您好\n")]);
    let program = env!("CARGO_BIN_EXE_replylint");
    let hook = place.write(".git/hooks/pre-commit", format!("#!/bin/sh\nexec {program} check --staged t\n"));
    #[cfg(unix)]
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    place.write("t/a.md", "您好，滚开\n");
    let mut commit = Command::new("git");
    commit.current_dir(place.path("")).args(["-c", "user.name=t", "-c", "user.email=t@example.com"]);
    let out = commit.args(["commit", "-q", "-a", "-m", "x"]).output().unwrap();
    assert!(!out.status.success() && String::from_utf8_lossy(&out.stderr).contains("t/a.md:1"), "{out:?}");
    place.write("t/a.md", "您好，请稍等\n");
    git(&place, &["commit", "-q", "-a", "-m", "x"]);
}

#[test]
fn a_baseline_and_changes_go_together() {
    let place = repository(&[("t/a.md", "滚开\n您好\n")]);
    let settings = format!("baseline = \"b.toml\"\n{}", support::SETTINGS);
    place.write("replylint.toml", &settings);
    place.run(["check", "--write-baseline", "t"]).code(0);
    commit(&place, "baseline");
    // Only the old one is touched; entries that the run does not cover are not reported.
    place.write("t/a.md", "滚开\n您好，稍后\n");
    assert_eq!(places(&place, &["--since", "HEAD", "t"]), ["t/a.md:2"]);
    place.write("t/a.md", "您好\n");
    place.run(["check", "--since", "HEAD", "t"]).code(0).silent();
    place.run(["check", "t"]).code(1).says(&["baseline/stale"]);
    place.run(["check", "--since", "HEAD", "--write-baseline", "t"]).code(2);
}

#[test]
fn waivers_are_looked_at_where_something_changed() {
    let place = repository(&[("a.md", "您好\n您好 <!-- replylint: allow house/rude -- x -->\n您好\n")]);
    place.run(["check", "a.md"]).code(1).says(&["waiver/unused"]);
    place.write("a.md", "您好\n您好 <!-- replylint: allow house/rude -- x -->\n再见\n");
    place.run(["check", "--since", "HEAD", "a.md"]).code(0).silent();
    place.write("a.md", "您好\n再见 <!-- replylint: allow house/rude -- x -->\n");
    place.run(["check", "--since", "HEAD", "a.md"]).code(1).says(&["waiver/unused"]);
}

#[test]
fn what_cannot_be_told_is_a_mistake() {
    let place = repository(&[("t/a.md", "滚开\n")]);
    for revision in ["no-such-branch", "--output=/tmp/x", "", "HEAD:t", "$(touch x)", "HEAD; touch x", "\u{1b}[31m"] {
        let since = format!("--since={revision}");
        place.run(["check", &since, "t"]).code(2).warns(&["git/revision"]);
    }
    assert!(!place.path("x").exists());
    git(&place, &["checkout", "-q", "--orphan", "other"]);
    commit(&place, "other");
    place.run(["check", "--since", "main", "t"]).code(2).warns(&["no common ancestor"]);
    place.run(["check", "--since", "main", "--text", "滚开"]).code(2);
    place.run(["check", "--since", "main", "--staged", "t"]).code(2);
    place.run(["check", "--staged", "--fix", "t"]).code(2);
    let nowhere = Place::new();
    nowhere.write("a.md", "滚开\n");
    nowhere.run(["check", "--since", "HEAD", "a.md"]).code(2).warns(&["git/refused"]);
    let mut without = place.command(["check", "--staged", "t"]);
    without.env("PATH", "/nonexistent");
    support::finish(without, b"").code(2).warns(&["git/missing"]);
}

#[test]
fn attributes_and_settings_of_a_repository_run_nothing() {
    let place = repository(&[("a.md", "您好\n"), ("b.md", "您好\n")]);
    let spy = place.write("spy.sh", "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\ncat \"$2\" 2>/dev/null\n");
    #[cfg(unix)]
    std::fs::set_permissions(&spy, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let spy = spy.display().to_string();
    for key in ["diff.external", "diff.spy.textconv", "diff.spy.command", "core.fsmonitor"] {
        git(&place, &["config", key, &spy]);
    }
    git(&place, &["config", "diff.noprefix", "true"]);
    git(&place, &["config", "color.ui", "always"]);
    place.write(".gitattributes", "a.md diff=spy\nb.md binary\n");
    place.write("a.md", "滚开\n");
    place.write("b.md", "您好\n滚开\n");
    let _ = std::fs::remove_file(place.path("ran"));
    assert_eq!(places(&place, &["--since", "HEAD", "."]), ["a.md:1", "b.md:2"]);
    assert!(!place.path("ran").exists());
}

#[test]
fn a_submodule_is_a_repository_of_its_own() {
    let inner = repository(&[("s.md", "您好\n")]);
    let place = repository(&[("a.md", "您好\n")]);
    git(&place, &["submodule", "--quiet", "add", inner.path("").to_str().unwrap(), "sub"]);
    commit(&place, "sub");
    place.write("sub/s.md", "滚开\n");
    place.write("a.md", "滚开\n");
    assert_eq!(places(&place, &["--since", "HEAD", "."]), ["a.md:1"]);
    assert_eq!(places(&place, &["--since", "HEAD", "sub"]), ["sub/s.md:1"]);
    assert_eq!(places(&place, &["--since", "HEAD", ".", "sub"]), ["a.md:1", "sub/s.md:1"]);
}

#[test]
fn a_conflict_has_no_staged_text() {
    let place = repository(&[("a.md", "您好\n")]);
    git(&place, &["checkout", "-q", "-b", "topic"]);
    place.write("a.md", "您好，请稍等\n");
    commit(&place, "ours");
    git(&place, &["checkout", "-q", "main"]);
    place.write("a.md", "您好，请坐\n");
    commit(&place, "theirs");
    let merge = Command::new("git").current_dir(place.path("")).args(["merge", "-q", "topic"]).output().unwrap();
    assert!(!merge.status.success());
    place.write("a.md", "滚开\n");
    place.run(["check", "--staged", "a.md"]).code(2).warns(&["a.md", "staged"]);
}
