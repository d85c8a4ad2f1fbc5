//! The baseline: existing findings do not count, new ones do, and the file only shrinks.

mod support;

use serde_json::Value;
use support::{HOUSE, Place, SETTINGS, counts, each};

const FILE: &str = "replylint-baseline.toml";

/// A place with a baseline in its settings.
fn place() -> Place {
    let place = Place::new();
    place.write("replylint.toml", format!("baseline = \"{FILE}\"\n{SETTINGS}"));
    place
}

fn baseline(place: &Place) -> String {
    String::from_utf8(place.read(FILE)).unwrap()
}

/// Rule and path of what counts.
fn counting(place: &Place, arguments: &[&str]) -> Vec<String> {
    let found = place.findings(arguments);
    let shown = |one: &&Value| counts(one);
    let text = |one: &Value| format!("{} {}", one["rule"].as_str().unwrap(), one["path"].as_str().unwrap());
    found.iter().filter(shown).map(text).collect()
}

#[test]
fn what_was_there_before_does_not_count() {
    let place = place();
    place.write("t/a.md", "我尽快，请拨13812345678尽快\n小姐姐\n");
    place.write("t/b.md", "滚开\n");
    place.run(["check", "t"]).code(2).warns(&[FILE, "--write-baseline"]);
    let out = place.run(["check", "--write-baseline", "t"]).code(0);
    assert_eq!(out.stdout, "");
    out.warns(&[FILE, "4 in the baseline, 0 dropped"]);
    let text = baseline(&place);
    assert_eq!(text.lines().count(), 8, "one entry a line:\n{text}");
    assert!(!text.contains("13812345678"), "{text}");
    place.run(["check", "t"]).code(0).silent();
    let json = place.json(["t"]);
    assert_eq!((&json["summary"]["suppressed"], &json["summary"]["findings"]["error"]), (&4.into(), &0.into()));
    let found = json["findings"].as_array().unwrap();
    assert!(found.iter().all(|one| one["baselineState"] == "unchanged" && one["suppression"]["kind"] == "baseline"));
    place.write("t/a.md", "我尽快，请拨13812345678尽快\n小姐姐\n稍后\n");
    let found = place.findings(["t"]);
    let new: Vec<&Value> = found.iter().filter(|one| counts(one)).collect();
    assert_eq!((&new[0]["quote"], &new[0]["baselineState"]), (&"稍后".into(), &"new".into()));
    assert_eq!(new.len(), 1);
    place.run(["check", "t"]).code(1).says(&["t/a.md:3:1"]);
    // A draft has no baseline.
    place.run(["check", "--text", "滚开"]).code(1);
}

#[test]
fn lines_and_files_may_move() {
    let place = place();
    place.write("t/a.md", "我尽快查\n您好\n");
    place.write("t/b.md", "稍后再说\n");
    place.run(["check", "--write-baseline", "t"]).code(0);
    place.write("t/a.md", "您好\n\n您好\n我尽快查\n");
    place.run(["check", "t"]).code(0).silent();
    std::fs::create_dir_all(place.path("t/新")).unwrap();
    std::fs::rename(place.path("t/a.md"), place.path("t/新/甲.md")).unwrap();
    place.run(["check", "t"]).code(0).silent();
    // A copy is not a move.
    std::fs::copy(place.path("t/b.md"), place.path("t/c.md")).unwrap();
    assert_eq!(counting(&place, &["t"]), ["house/vague t/c.md"]);
    assert_eq!(counting(&place, &["t/c.md"]), ["house/vague t/c.md"]);
    place.run(["check", "--write-baseline", "t"]).code(1).warns(&["1 new not added"]);
    assert!(baseline(&place).contains("t/新/甲.md") && !baseline(&place).contains("t/a.md"));
    // From another folder it is the same file.
    let mut below = place.command(["check", "新"]);
    below.current_dir(place.path("t"));
    support::finish(below, b"").code(0).silent();
}

#[test]
fn it_only_shrinks() {
    let place = place();
    place.write("a.md", "尽快\n尽快\n");
    place.write("b.md", "滚开\n");
    place.run(["check", "--write-baseline", "."]).code(0);
    let whole = baseline(&place);
    // Entries that the run does not cover stay.
    place.write("a.md", "尽快\n");
    place.run(["check", "--write-baseline", "b.md"]).code(0).warns(&["3 in the baseline, 0 dropped"]);
    assert_eq!(baseline(&place), whole);
    place.run(["check", "--write-baseline", "--select", "house/rude", "."]).code(0);
    assert_eq!(baseline(&place), whole);
    // Entries without a finding are reported, and dropped.
    let found = place.findings(["."]);
    let stale: Vec<&Value> = found.iter().filter(|one| counts(one)).collect();
    assert_eq!((&stale[0]["rule"], &stale[0]["path"]), (&"baseline/stale".into(), &FILE.into()));
    assert_eq!(stale[0]["quote"].as_str().unwrap().matches("a.md").count(), 1);
    assert_eq!(counting(&place, &["--ignore", "baseline/stale", "."]), [""; 0]);
    place.run(["check", "--write-baseline", "."]).code(0).warns(&["2 in the baseline, 1 dropped"]);
    assert!(!baseline(&place).contains("count"));
    place.run(["check", "."]).code(0).silent();
    // New findings are not added without --force.
    place.write("b.md", "滚开\n稍后\n");
    let before = baseline(&place);
    place.run(["check", "--write-baseline", "."]).code(1).says(&["b.md:2:1"]).warns(&["1 new not added"]);
    assert_eq!(baseline(&place), before);
    place.run(["check", "--write-baseline", "--force", "."]).code(0).warns(&["3 in the baseline"]);
    place.run(["check", "."]).code(0).silent();
    std::fs::remove_file(place.path("b.md")).unwrap();
    place.run(["check", "--write-baseline", "."]).code(0).warns(&["1 in the baseline, 2 dropped"]);
    // Without a gain, nothing is written.
    let time = || std::fs::metadata(place.path(FILE)).unwrap().modified().unwrap();
    let before = time();
    place.run(["check", "--write-baseline", "."]).code(0);
    assert_eq!(time(), before);
}

#[test]
fn a_broken_baseline_stops_the_check_and_is_left_alone() {
    let place = place();
    place.write("a.md", "今天\n");
    for (text, says) in [
        ("version = 1\nfindings = [\n  { rule = \"a/b\", path = \"a.md\", fingerprint = \"v1:12\" },\n]\n", ":3:"),
        ("version = 9\nfindings = []\n", ":1:"),
        ("<<<<<<< ours\n", ":1:"),
        ("version = 1\n", "findings"),
        ("\u{0}\u{1}\u{2}", FILE),
        (&"[".repeat(100_000), FILE),
    ] {
        place.write(FILE, text);
        let out = place.run(["check", "--write-baseline", "--force", "a.md"]).code(2);
        assert!(out.stderr.contains(FILE) && out.stderr.contains(says), "{}", out.stderr);
        assert_eq!(baseline(&place), text);
    }
    place.write(FILE, b"\xff\xfe");
    place.run(["check", "a.md"]).code(2).warns(&[FILE]);
    std::fs::remove_file(place.path(FILE)).unwrap();
    std::fs::create_dir(place.path(FILE)).unwrap();
    place.run(["check", "--write-baseline", "a.md"]).code(2);
    place.write("replylint.toml", format!("baseline = \"../x.toml\"\n{SETTINGS}"));
    place.run(["check", "a.md"]).code(2).warns(&["../x.toml"]);
}

#[test]
fn the_option_beats_the_settings_and_needs_no_settings() {
    let place = Place::new();
    place.write("a.md", "尽快\n");
    place.run(["check", "--write-baseline", "a.md"]).code(2).warns(&["--baseline FILE"]);
    place.run(["check", "--baseline", "old.toml", "--write-baseline", "a.md"]).code(0);
    place.run(["check", "--baseline", "old.toml", "a.md"]).code(0).silent();
    place.run(["check", "a.md"]).code(1);
    place.run(["check", "--baseline", "gone.toml", "a.md"]).code(2).warns(&["gone.toml"]);
    place.run(["check", "--baseline", "old.toml", "--write-baseline", "--fix", "a.md"]).code(2);
    place.run(["rules", "list"]).code(0);
}

#[test]
fn what_is_waived_needs_no_entry() {
    let place = place();
    place.write("a.md", "尽快\n");
    place.run(["check", "--write-baseline", "."]).code(0);
    place.write("a.md", "尽快 <!-- replylint: allow house/vague -- x -->\n");
    assert_eq!(counting(&place, &["."]), [format!("baseline/stale {FILE}")]);
}

#[test]
fn a_renamed_rule_keeps_its_entries() {
    let place = place();
    place.write("a.md", "尽快\n");
    place.run(["check", "--write-baseline", "."]).code(0);
    place.write(
        "house.toml",
        HOUSE.replace("[rule.vague]\n", "[rule.hazy]\nwas = [\"house/vague\"]\n").replace("rule.vague.", "rule.hazy."),
    );
    place.run(["check", "."]).code(0).silent();
    place.run(["check", "--write-baseline", "."]).code(0).warns(&["1 in the baseline, 0 dropped"]);
    assert!(baseline(&place).contains("house/hazy"));
    place.run(["check", "."]).code(0).silent();
}

#[test]
fn an_appeal_says_what_became_of_it() {
    let place = place();
    place.write("a.md", "尽快\n");
    place.write(FILE, "version = 1\nfindings = [\n]\n");
    let name = each(&place.findings(["a.md"]), "fingerprint")[0].clone();
    let appeal = |status: &str| {
        let appeal = format!(
            "[[appeal]]\nfingerprint = \"{name}\"\nstatus = \"{status}\"\nby = \"wang\"\non = 2026-11-20\nreason = \"引用客户原话\"\n"
        );
        place.write(FILE, format!("version = 1\nfindings = [\n]\n\n{appeal}"));
    };
    appeal("under-review");
    place.run(["check", "a.md"]).code(1).says(&["appeal: under appeal, not decided yet", "wang", "引用客户原话"]);
    let found = place.findings(["a.md"]);
    assert_eq!(
        (&found[0]["suppression"]["status"], &found[0]["suppression"]["date"]),
        (&"under-review".into(), &"2026-11-20".into())
    );
    appeal("rejected");
    place.run(["check", "-f", "concise", "a.md"]).code(1).says(&["(the appeal was turned down · wang"]);
    appeal("accepted");
    place.run(["check", "a.md"]).code(0).silent();
    assert_eq!(place.findings(["a.md"])[0]["suppression"]["kind"], "appeal");
    // People's own text stays when the entries are rewritten.
    let before = baseline(&place);
    place.write("b.md", "滚开\n");
    place.run(["check", "--write-baseline", "--force", "."]).code(0);
    assert!(baseline(&place).ends_with(before.split("\n]\n").nth(1).unwrap()));
    place.write("a.md", "今天\n");
    assert_eq!(counting(&place, &["."]), [format!("baseline/stale {FILE}")]);
    appeal("perhaps");
    place.run(["check", "a.md"]).code(2).warns(&["perhaps"]);
}
