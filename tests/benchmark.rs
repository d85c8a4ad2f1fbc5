//! The benchmark of minimal pairs: whole and well formed, and scored no worse than it was.

mod support;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use support::Place;

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
    for line in
        ["pairs", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"].into_iter().flat_map(lines)
    {
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
    assert!(pairs.len() >= 1700, "{}", pairs.len());
}

/// Words that are made for one rule must not cost another one: a slip of a few lines is seen here.
#[test]
fn what_was_told_apart_still_is() {
    for (name, precision, recall) in [
        ("pairs", 0.95, 0.9),
        ("second", 0.95, 0.9),
        ("third", 0.95, 0.77),
        ("fourth", 0.92, 0.74),
        ("fifth", 0.94, 0.81),
        ("sixth", 0.9, 0.74),
        ("seventh", 0.9, 0.9),
        ("eighth", 0.93, 0.74),
    ] {
        let scored = Place::empty().run(["eval", folder(name).to_str().unwrap(), "--format", "json"]).code(0).stdout;
        let scored: Value = serde_json::from_str(&scored).unwrap();
        let count = |key: &str| -> f64 {
            let rules = scored["rules"].as_object().unwrap();
            rules.values().map(|rule| rule["counts"][key].as_f64().unwrap()).sum()
        };
        let (right, extra, missed) = (count("truePositives"), count("falsePositives"), count("falseNegatives"));
        assert!(right + missed > 200.0, "{name}: {right} {missed}");
        let (found, told) = (right / (right + missed), right / (right + extra));
        assert!(found >= recall && told >= precision, "{name}: precision {told:.3}, recall {found:.3}");
    }
}

/// Labels as somebody writes them who has not read the format twice.
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
    // Of nothing there is no share and no agreement.
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
