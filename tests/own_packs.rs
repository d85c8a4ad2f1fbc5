//! A team's own packs: named in any way, and all their mistakes told at once.
#![cfg(feature = "cli")]

mod support;
use support::{HOUSE, Place};

#[test]
fn a_pack_is_the_same_however_it_is_named() {
    let place = Place::new();
    place.write("sub/a.txt", "我尽快查");
    let inside = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        command.current_dir(place.path("sub"));
        support::finish(command, b"")
    };
    place.run(["rules", "test", "./house.toml"]).code(0).says(&["failures: 0"]);
    inside(&["rules", "test", "../house.toml"]).code(0).says(&["failures: 0"]);
    inside(&["check", "--pack", "../house.toml", "a.txt"]).code(1).says(&["house/vague"]);
    place.run(["check", "--pack", "./sub/../house.toml", "sub/a.txt"]).code(1).says(&["house/vague"]);
}

#[test]
fn init_says_a_command_that_works() {
    let place = Place::empty();
    place.run(["init", "zz"]).code(0).says(&["`replylint rules test zz/our-rules.toml`"]);
    place.run(["rules", "test", "zz/our-rules.toml"]).code(0);
    place.run(["init"]).code(0).says(&["`replylint rules test our-rules.toml`"]);
}

#[test]
fn all_mistakes_of_a_pack_are_told_at_once() {
    let place = Place::new();
    let rule = |name: &str, cue: &str| {
        HOUSE
            .split("[rule.vague]")
            .nth(1)
            .unwrap()
            .split("\n[rule.")
            .next()
            .unwrap()
            .replace("\"vague\"", cue)
            .replace("[rule.vague", &format!("[rule.{name}"))
    };
    let cues = "[cue.bad-one]\nregex = [\"(\"]\n[cue.bad-two]\nregex = [\"[\"]\n[cue.bad-three]\nphrasses = [\"x\"]\n";
    let rules = [("first", "\"bad-one\""), ("second", "\"bad-three\""), ("third", "\"vagu\""), ("fourth", "\"rood\"")];
    let rules = rules.map(|(name, cue)| format!("[rule.{name}]{}\n", rule(name, cue))).concat();
    place.write("house.toml", format!("{HOUSE}\n{cues}\n{rules}"));
    let out = place.run(["rules", "test"]).code(2);
    assert_eq!(out.stderr.matches("error[").count(), 5, "{}", out.stderr);
    let out = out.warns(&["phrasses", "“vagu”", "“rood”"]);
    assert_eq!(out.stderr.matches("pack/bad-regex").count(), 2, "{}", out.stderr);
    assert!(!out.stderr.contains("“bad-"), "what is broken is not unknown: {}", out.stderr);
}

#[test]
fn a_word_boundary_beside_chinese_is_said() {
    let place = Place::new();
    place.write("house.toml", HOUSE.replace("phrases = [\"小蜜\"]", "regex = ['\\b小蜜\\b']"));
    place.run(["rules", "test"]).warns(&["pack/word-boundary"]);
    place.write("house.toml", HOUSE.replace("phrases = [\"小蜜\"]", "regex = ['\\bold\\b|小蜜']"));
    assert!(!place.run(["rules", "test"]).stderr.contains("word-boundary"));
}

#[test]
fn a_pattern_for_paths_that_can_match_nothing_is_a_mistake() {
    let place = Place::new();
    let settings = String::from_utf8(place.read("replylint.toml")).unwrap();
    place.write(
        "replylint.toml",
        format!("{settings}[[override]]\npaths = [\"**/[.md\"]\nignore = [\"house/vague\"]\n"),
    );
    place.run(["check", "--text", "好的"]).code(2).warns(&["a bracket is opened and never closed"]);
    place.run(["check", "--text", "好的", "--locale", "zh"]).code(2).warns(&["方括号没有合上"]);
}
