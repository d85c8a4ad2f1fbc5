//! The benchmark of minimal pairs: complete, well formed, and with unchanged scores.

mod support;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use support::Place;

const SETS: [&str; 9] = ["pairs", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benchmark").join(name)
}

fn lines(name: &str) -> Vec<Value> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
    texts
        .flat_map(|text| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>())
        .collect()
}

#[test]
fn every_pair_is_a_defect_and_a_look_alike_of_one_rule() {
    let listed = Place::empty().run(["rules", "list"]).code(0).stdout;
    let known: BTreeSet<&str> = listed.split_whitespace().filter(|word| word.contains('/')).collect();
    let (mut ids, mut pairs) = (BTreeSet::new(), BTreeMap::<String, Vec<Value>>::new());
    for line in SETS.into_iter().flat_map(lines) {
        assert!(ids.insert(line["id"].to_string()), "{} stands twice", line["id"]);
        assert!(known.contains(line["rule"].as_str().unwrap()), "{} names no rule", line["id"]);
        let ours = |turn: &Value| turn["role"] == "agent" || turn["role"] == "bot";
        assert!(line["turns"].as_array().is_some_and(|turns| turns.iter().any(ours)), "{}", line["id"]);
        pairs.entry(line["pair"].as_str().unwrap().to_owned()).or_default().push(line);
    }
    for (pair, lines) in &pairs {
        let expected: Vec<bool> = lines.iter().filter_map(|line| line["expect"].as_bool()).collect();
        assert!(expected == [true, false] || expected == [false, true], "{pair}: {expected:?}");
        for key in ["rule", "lang"] {
            assert_eq!(lines[0][key], lines[1][key], "{pair}");
        }
    }
    let languages: BTreeSet<&str> = pairs.values().filter_map(|lines| lines[0]["lang"].as_str()).collect();
    assert_eq!(languages, BTreeSet::from(["en", "zh-Hans", "zh-Hant"]));
    assert!(pairs.len() >= 2700, "{}", pairs.len());
}

/// Words added for one rule must not cost another one: any change in a set's counts shows in this file.
#[test]
fn scores_are_those_of_the_last_blessing() {
    let score = |name: &str| {
        let scored = Place::empty().run(["eval", folder(name).to_str().unwrap(), "--format", "json"]).code(0).stdout;
        let scored: Value = serde_json::from_str(&scored).unwrap();
        let rules = scored["rules"].as_object().unwrap();
        let count = |key: &str| rules.values().map(|rule| rule["counts"][key].as_u64().unwrap()).sum::<u64>();
        let counts = ["truePositives", "falsePositives", "falseNegatives"].map(|key| (key, count(key)));
        assert!(counts[0].1 + counts[2].1 > 200, "{name}: {counts:?}");
        BTreeMap::from(counts)
    };
    let scores: BTreeMap<&str, BTreeMap<&str, u64>> = SETS.map(|name| (name, score(name))).into();
    let scores = serde_json::to_string_pretty(&scores).unwrap() + "\n";
    let file = folder("scores.json");
    if std::env::var_os("REPLYLINT_BLESS").is_some() {
        fs::write(&file, &scores).unwrap();
    }
    assert_eq!(fs::read_to_string(file).unwrap(), scores, "run `cargo xtask bless` and read what it changes");
}

/// Labels by somebody who has read the format only once.
#[test]
fn labels_that_cannot_be_scored_are_said() {
    let place = Place::empty();
    let reply = |labels: &str| {
        format!(
            "{{\"id\":\"a\",\"turns\":[{{\"role\":\"customer\",\"text\":\"坏了\"}},{{\"role\":\"agent\",\"text\":\"抱歉，我今天给您换\"}}],{labels}}}\n"
        )
    };
    let scored = |labels: &str| {
        place.write("labels.jsonl", reply(labels));
        place.run(["eval", "labels.jsonl", "--format", "json"])
    };
    let good = scored("\"labels\":{\"complaint\":true,\"apology\":[\"抱歉\"],\"pii\":[]}").code(0);
    assert!(good.stderr.is_empty(), "{}", good.stderr);
    scored("\"labels\":{\"complaint\":2}").code(2).warns(&["eval/bad-line", "0 or 1"]);
    scored("\"labels\":{\"promises\":[7]}").code(2).warns(&["expected a promise"]);
    scored("\"labels\":{\"appology\":[]}").code(2).warns(&[
        "nothing is labelled",
        "appology",
        "did you mean “apology”",
    ]);
    scored("\"labels\":{\"apology\":[\"对不起\"]}").code(0).warns(&["does not stand in the reply"]);
    scored("\"rule\":\"duty/missing-apologies\",\"expect\":true")
        .code(2)
        .warns(&["eval/unknown-rule", "duty/missing-apology"]);
    place.write("labels.jsonl", "{\"turns\":[],\"labels\":{\"complaint\":0}}\n");
    place.run(["eval", "labels.jsonl"]).code(2).warns(&["eval/no-reply"]);
    // Without decisions there is no share and no agreement.
    let rated = "\"labels\":{\"empathy\":[]},\"raters\":{\"ann\":{\"empathy\":[]}}";
    let none = scored(rated).code(0);
    let found: serde_json::Value = serde_json::from_str(&none.stdout).unwrap();
    assert!(found["kappa"]["ann"]["empathy"].is_null(), "{found}");
    for list in ["presence", "spans"] {
        for figure in ["precision", "recall", "f1"] {
            assert!(found[list]["empathy"].get(figure).is_some_and(Value::is_null), "{found}");
        }
    }
    place.run(["eval", "labels.jsonl"]).code(0).says(&["| empathy | – | – | – | 0, 0, 0 |", "| ann | empathy | – |"]);
}
