//! `rules diff` and `rules test --coverage`: the effects of a changed rulebook, and a corpus's coverage of one.

mod support;

use serde_json::Value;
use support::{HOUSE, Place};

const CHATS: &str = concat!(
    "{\"id\":\"a\",\"turns\":[{\"role\":\"customer\",\"text\":\"坏了\"},{\"role\":\"agent\",\"text\":\"抱歉，我稍后查\"}]}\n",
    "{\"id\":\"b\",\"turns\":[{\"role\":\"agent\",\"text\":\"滚开，电话13812345678\"}]}\n",
    "{\"id\":\"c\",\"turns\":[{\"role\":\"agent\",\"text\":\"我今天查\"}]}\n",
    "{\"id\":\"d\",\"turns\":[{\"role\":\"agent\",\"text\":\"回头查<script>|\"}]}\n",
);

/// The house's pack, changed: other words for one cue, one rule renamed, one removed.
fn changed() -> String {
    let named = HOUSE.replace("\"尽快\", \"稍后\", \"soon\"", "\"尽快\", \"回头\", \"soon\"");
    let named = named.replace("[rule.rude]\n", "[rule.rudeness]\nwas = [\"house/rude\"]\n");
    let named = named.replace("rule.rude.", "rule.rudeness.");
    let gone = named.find("[rule.nickname]").unwrap();
    named[..gone].to_owned()
}

fn place() -> Place {
    let place = Place::new();
    place.write("old/house.toml", HOUSE);
    place.write("new/house.toml", changed());
    place.write("chats.jsonl", CHATS);
    place
}

#[test]
fn what_is_gained_and_lost_is_counted_rule_by_rule() {
    let place = place();
    let out = place.run(["rules", "diff", "old", "new", "chats.jsonl", "--format", "json"]).code(1);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["conversations"], &found["touched"]), (&4.into(), &2.into()));
    assert_eq!(found["totals"]["warning"], serde_json::json!({ "before": 1, "now": 1 }));
    let vague = &found["rules"]["house/vague"];
    let counts = ["before", "now", "gained", "lost", "regraded"].map(|key| vague[key].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1, 1, 0]);
    assert_eq!(vague["gainedExamples"][0]["conversation"], "d");
    assert_eq!(vague["lostExamples"][0]["quote"], "稍后");
    // A rule that was renamed keeps its findings.
    let rude = &found["rules"]["house/rudeness"];
    assert_eq!((&rude["was"], &rude["gained"], &rude["lost"]), (&"house/rude".into(), &0.into(), &0.into()));
    assert_eq!(found["rules"]["house/nickname"]["fate"], "removed");
    assert!(found["rules"]["house/old-name"].is_null(), "what does not differ is left out");
}

#[test]
fn what_replies_are_worth_is_compared_by_scorecard() {
    let place = place();
    place.write("quiet.toml", "[rules]\nignore = [\"promise/vague-promise\"]\n");
    let vague = CHATS.replace("抱歉，我稍后查", "抱歉，我们会尽快给您回复");
    place.write("log.jsonl", vague);
    let out = place.run(["rules", "diff", "default", "quiet.toml", "log.jsonl", "--format", "json"]).code(1);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    let chat = &found["scores"]["chat"];
    let counts = ["scored", "up", "down", "passedNow"].map(|key| chat[key].as_u64().unwrap());
    assert_eq!(&counts[..3], [4, 1, 0], "“尽快” costs nothing any more: {chat}");
    assert!(chat["now"].as_f64() > chat["before"].as_f64(), "{chat}");
    assert!(counts[3] >= chat["passedBefore"].as_u64().unwrap(), "{chat}");
    // The same rulebook gives the same scores.
    let same = place.run(["rules", "diff", "default", "default", "log.jsonl", "--format", "json"]).code(0);
    let same: Value = serde_json::from_str(&same.stdout).unwrap();
    assert_eq!((&same["scores"]["chat"]["up"], &same["scores"]["chat"]["down"]), (&0.into(), &0.into()));
}

#[test]
fn rulebooks_are_named_in_four_ways_and_the_same_one_differs_in_nothing() {
    let place = place();
    place.write(
        "severe.toml",
        "[rulebook]\nextends = \"none\"\npacks = [\"house.toml\"]\n[rules.severity]\n\"house/vague\" = \"error\"\n",
    );
    for (old, new, code) in [
        ("old", "old", 0),
        ("old", "replylint.toml", 0),
        ("default", "default", 0),
        ("default", "house.toml", 1),
        ("replylint.toml", "severe.toml", 1),
    ] {
        place.run(["rules", "diff", old, new, "chats.jsonl"]).code(code);
    }
    let out = place.run(["rules", "diff", "old", "severe.toml", "chats.jsonl", "--format", "json"]).code(1);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!(found["rules"]["house/vague"]["regraded"], 1);
    place.run(["rules", "diff", "old", "new", "chats.jsonl", "--select", "house/old-name"]).code(0);
    place.run(["rules", "diff", "old", "new", "chats.jsonl", "--select", "house/odl-name"]).code(2);
    place.run(["rules", "diff", "old", "nowhere", "chats.jsonl"]).code(2).warns(&["nowhere"]);
    place.run(["rules", "diff", "old", "new", "nowhere.jsonl"]).code(2).warns(&["nowhere.jsonl"]);
    place.write("broken/house.toml", HOUSE.replace("[cue.rude]", "[cue.rude"));
    place.run(["rules", "diff", "old", "broken", "chats.jsonl"]).code(2).warns(&["pack/syntax"]);
    place.write("empty/notes.txt", "x");
    place.run(["rules", "diff", "old", "empty", "chats.jsonl"]).code(2).warns(&["no pack"]);
}

#[test]
fn people_read_markdown_in_which_nothing_private_or_acting_stands() {
    let place = place();
    let out = place.run(["rules", "diff", "old", "new", "chats.jsonl"]).code(1);
    let out =
        out.says(&["conversations: 4", "house/nickname (removed)", "house/rudeness (was house/rude)", "<b>回头</b>查"]);
    assert!(out.stdout.contains("&lt;script\\>\\|"), "{}", out.stdout);
    let zh = place.run(["rules", "diff", "old", "new", "chats.jsonl", "--locale", "zh"]).code(1);
    zh.says(&["4 段对话", "多出", "house/vague"]);
    place.write("louder/house.toml", HOUSE.replace("\"滚开\", ", "\"滚开\", \"电话\", "));
    let out = place.run(["rules", "diff", "old", "louder", "chats.jsonl"]).code(1).stdout;
    assert!(out.contains(r"138\*\*\*\*5678") && !out.contains("13812345678"), "{out}");
    place.run(["rules", "diff", "old", "louder", "chats.jsonl", "--show-pii"]).code(1).says(&["13812345678"]);
    let one = place.run(["rules", "diff", "old", "new", "chats.jsonl", "--threads", "1"]).code(1).stdout;
    let many = place.run(["rules", "diff", "old", "new", "chats.jsonl", "--threads", "8"]).code(1).stdout;
    assert_eq!(one, many);
}

#[test]
fn coverage_counts_what_fired_and_names_what_did_not() {
    let place = place();
    let out = place.run(["rules", "test", "--format", "json", "--coverage", "chats.jsonl"]).code(0);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["conversations"], &found["turns"]), (&4.into(), &5.into()));
    assert_eq!(found["rules"]["house/vague"], serde_json::json!({ "times": 1, "conversations": 1 }));
    assert_eq!(found["rules"]["house/nickname"]["times"], 0);
    // A cue that only the customer says counts, and so does one that no rule needs.
    assert_eq!((&found["cues"]["broken"]["times"], &found["cues"]["sorry"]["times"]), (&1.into(), &1.into()));
    let out = place.run(["rules", "test", "house.toml", "--coverage", "chats.jsonl"]).code(0);
    // A pack may stand behind the texts, of which there may be several.
    let behind = place.run(["rules", "test", "--coverage", "chats.jsonl", "house.toml"]).code(0);
    assert_eq!((&behind.stdout, &behind.stderr), (&out.stdout, &out.stderr));
    let counted = |more: &[&str]| {
        let given = ["rules", "test", "house.toml", "--format", "json", "--coverage", "chats.jsonl"];
        let counts = place.run([&given[..], more].concat()).code(0).stdout;
        serde_json::from_str::<serde_json::Value>(&counts).unwrap()["conversations"].as_u64().unwrap()
    };
    place.write("more.jsonl", CHATS);
    assert_eq!(counted(&["--coverage", "more.jsonl"]), 2 * counted(&[]));
    let out = out.says(&["never found", "- house/nickname", "| house/vague | 1 | 1 |", "- old-name"]);
    out.warns(&["failures: 0"]);
    let default = Place::empty();
    default.write("chats.jsonl", CHATS);
    default.write("mine.toml", "[cue.mine]\nphrases = [\"今天\"]\n");
    let out = default.run(["rules", "test", "mine.toml", "--format", "json", "--coverage", "chats.jsonl"]).code(0);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!(found["cues"].as_object().unwrap().keys().collect::<Vec<_>>(), ["mine"]);
    assert_eq!(found["rules"], serde_json::json!({}));
    place.run(["rules", "test", "--format", "json"]).code(2);
}
