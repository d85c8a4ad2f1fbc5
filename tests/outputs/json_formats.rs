//! SARIF, GitLab's report and reviewdog's, against their schemas.

use crate::set::{HOSTILE, measure, number, set, shown, text, written};
use crate::support::{Place, each, location};
use serde_json::Value;
use std::collections::HashSet;

/// The published schema of SARIF has a bracket too many in the pattern of languages, which makes that pattern invalid.
const SLIP: [&str; 2] = ["-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$"];

#[track_caller]
pub fn fits(schema: &str, value: &Value) {
    let schema: Value = serde_json::from_str(&schema.replace(SLIP[0], SLIP[1])).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let mistakes: Vec<String> =
        validator.iter_errors(value).take(5).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(mistakes.is_empty(), "{mistakes:#?}");
}

pub const SARIF: &str = include_str!("../schemas/sarif-2.1.0.schema.json");
pub const GITLAB: &str = include_str!("../schemas/gitlab-code-quality.schema.json");
pub const RDFORMAT: &str = include_str!("../schemas/rdformat.schema.json");

#[test]
fn sarif() {
    let place = set();
    let log: Value = serde_json::from_str(&written(&place, "sarif", &["in", "gone.txt"])).unwrap();
    fits(SARIF, &log);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let expected = measure(&place, &["in"]);
    assert_eq!(results.len(), expected.len());
    for (result, finding) in results.iter().zip(&expected) {
        assert_eq!(result["ruleId"], finding["rule"]);
        let rule = &rules[number(result, "/ruleIndex")];
        assert_eq!(rule["id"], finding["rule"]);
        let level = match text(finding, "/severity") {
            "advice" => "note",
            severity => severity,
        };
        assert_eq!((&result["level"], &rule["defaultConfiguration"]["level"]), (&level.into(), &level.into()));
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let region = ["startLine", "startColumn", "endLine", "endColumn"].map(|key| region[key].as_u64().unwrap());
        assert_eq!(region, location(finding));
        let artifact = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
        let uri = text(artifact, "/uri");
        assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
        assert_eq!(decoded(uri), text(finding, "/path"));
        assert!(result["suppressions"].as_array().unwrap().is_empty());
        let print = format!("v1:{}", text(result, "/partialFingerprints/finding~1v1"));
        assert_eq!(print, text(finding, "/fingerprint"));
    }
    let message = |rule: &str| text(results.iter().find(|result| result["ruleId"] == rule).unwrap(), "/message/text");
    assert_eq!(message("house/vague").lines().collect::<Vec<_>>(), ["“尽快” gives no time", "help: name the hour"]);
    assert!(message("wild/wild").contains("\\[a\\](b)"), "no link out of the text: {}", message("wild/wild"));
    let ids = results.iter().filter_map(|result| result.pointer("/locations/0/logicalLocations/0/name"));
    let ids: HashSet<&str> = ids.map(|id| id.as_str().unwrap()).collect();
    assert_eq!(ids, HashSet::from(["c-1", shown(HOSTILE).as_str()]));
    // The invocation.
    let invocation = &run["invocations"][0];
    assert_eq!((&invocation["exitCode"], &invocation["executionSuccessful"]), (&2.into(), &false.into()));
    let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
    let told = |level: &str| notifications.iter().filter(move |told| told["level"] == level).collect::<Vec<_>>();
    let names: Vec<&str> = told("error").iter().map(|told| text(told, "/descriptor/id")).collect();
    assert_eq!(names, ["input/missing", "input/bad-json"]);
    assert_eq!(text(told("error")[0], "/locations/0/physicalLocation/artifactLocation/uri"), "gone.txt");
    assert_eq!(number(told("error")[1], "/locations/0/physicalLocation/region/startLine"), 2);
    assert!(!told("note").is_empty(), "what was not asked is never silent");
}

/// A URI without its percent signs.
fn decoded(uri: &str) -> String {
    let mut parts = uri.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn sarif_offers_what_may_be_applied() {
    let place = set();
    let log: Value = serde_json::from_str(&written(&place, "sarif", &["in"])).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let fixes = |rule: &str| -> Vec<&Value> {
        results.iter().filter(|result| result["ruleId"] == rule).filter_map(|result| result.get("fixes")).collect()
    };
    assert!(fixes("house/vague").is_empty(), "a blank is for a person");
    // One in the draft; a transcript has been sent, so nothing in it is fixed.
    let [safe] = fixes("house/old-name")[..] else { panic!() };
    let replacement = &safe[0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(text(replacement, "/insertedContent/text"), "客服助手");
    let region = &replacement["deletedRegion"];
    assert_eq!(
        [1, 5, 1, 7].map(Value::from),
        ["startLine", "startColumn", "endLine", "endColumn"].map(|key| region[key].clone())
    );
    assert_eq!(text(safe, "/0/description/text"), "keeps the meaning");
    let unsafe_fix = fixes("house/nickname");
    assert!(text(unsafe_fix[0], "/0/description/text").contains("may change"));
}

#[test]
fn sarif_holds_what_github_takes_and_says_what_it_leaves_out() {
    let place = Place::new();
    place.write("a.txt", format!("{}滚开\n", "我尽快查\n".repeat(25_003)));
    let out = place.run(["check", "-f", "concise", "--output", "sarif=a.sarif", "a.txt"]).code(1);
    out.warns(&["sarif holds at most 25000 findings; left out: 4"]);
    let log: Value = serde_json::from_slice(&place.read("a.sarif")).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert_eq!(text(results.last().unwrap(), "/ruleId"), "house/rude", "the most severe stay");
    let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert!(told.to_string().contains("output/left-out"), "{told}");
}

#[test]
fn a_repository_is_counted_from_its_top() {
    let place = set();
    std::fs::create_dir(place.path(".git")).unwrap();
    let mut command =
        place.command(["check", "-q", "--output=sarif", "plain.txt", "../in/log.jsonl", "../../else.txt"]);
    command.current_dir(place.path("in"));
    let out = crate::support::finish(command, b"").code(2);
    let log: Value = serde_json::from_str(&out.stdout).unwrap();
    fits(SARIF, &log);
    let uri = "/locations/0/physicalLocation/artifactLocation/uri";
    let uris: HashSet<&str> =
        log["runs"][0]["results"].as_array().unwrap().iter().map(|result| text(result, uri)).collect();
    assert_eq!(uris, HashSet::from(["in/plain.txt", "in/log.jsonl"]));
    let outside = text(&log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0], uri);
    assert!(outside.starts_with("file:///") && outside.ends_with("/else.txt"), "{outside}");
}

#[test]
fn gitlab() {
    let place = set();
    let list: Value = serde_json::from_str(&written(&place, "gitlab", &["in", "gone.txt"])).unwrap();
    fits(GITLAB, &list);
    let list = list.as_array().unwrap();
    let prints: HashSet<&str> = list.iter().map(|entry| text(entry, "/fingerprint")).collect();
    assert_eq!(prints.len(), list.len(), "fingerprints are unique");
    let expected = measure(&place, &["in"]);
    let found: Vec<&Value> = list.iter().filter(|entry| entry["severity"] != "blocker").collect();
    assert_eq!(found.len(), expected.len());
    for (entry, finding) in found.iter().zip(&expected) {
        assert_eq!((&entry["check_name"], &entry["location"]["path"]), (&finding["rule"], &finding["path"]));
        assert_eq!(number(entry, "/location/lines/begin") as u64, location(finding)[0]);
        let severity = text(entry, "/severity");
        let pairs = [("error", "critical"), ("warning", "major"), ("advice", "info")];
        assert!(pairs.contains(&(text(finding, "/severity"), severity)));
    }
    assert_eq!(list.len() - found.len(), 2, "what could not be read is told");
    // Moved lines keep their fingerprints; another file has others.
    let names = |path: &str| {
        let out = place.run(["check", "-q", "-f", "gitlab", path]).code(1);
        each(serde_json::from_str::<Value>(&out.stdout).unwrap().as_array().unwrap(), "fingerprint")
    };
    let lines = "您的情况我已经全部登记好了，请您放心，我尽快查\n".repeat(3);
    place.write("in/plain.txt", &lines);
    let before = names("in/plain.txt");
    place.write("in/plain.txt", format!("您好！\n\n{lines}"));
    assert_eq!(before, names("in/plain.txt"));
    place.write("in/other.txt", &lines);
    assert!(names("in/other.txt").iter().all(|name| !before.contains(name)));
}

#[test]
fn reviewdog() {
    let place = set();
    let document: Value = serde_json::from_str(&written(&place, "rdjson", &["in", "gone.txt"])).unwrap();
    fits(RDFORMAT, &document);
    let lines: Vec<Value> = written(&place, "rdjsonl", &["in", "gone.txt"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for line in &lines {
        fits(RDFORMAT, line);
    }
    let diagnostics = document["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), lines.len());
    assert!(diagnostics.iter().zip(&lines).all(|(one, other)| one["message"] == other["message"]));
    let expected = measure(&place, &["in"]);
    for (diagnostic, finding) in diagnostics.iter().zip(&expected) {
        assert_eq!(diagnostic["code"]["value"], finding["rule"]);
        assert_eq!(diagnostic["location"]["path"], finding["path"]);
        // Columns are bytes: they select the words in the file's own line.
        let file = place.read(text(finding, "/path"));
        let range = &diagnostic["location"]["range"];
        let line = file.split(|byte| *byte == b'\n').nth(number(range, "/start/line") - 1).unwrap();
        let words = &line[number(range, "/start/column") - 1..number(range, "/end/column") - 1];
        if finding["rule"] != "wild/wild" && finding["rule"] != "house/no-apology" {
            assert_eq!(std::str::from_utf8(words).unwrap(), text(finding, "/quote"));
        }
    }
    let failed: Vec<&Value> = diagnostics[expected.len()..].iter().collect();
    assert_eq!(failed.iter().map(|one| text(one, "/location/path")).collect::<Vec<_>>(), ["gone.txt", "in/log.jsonl"]);
}

#[test]
fn suggestions_of_reviewdog_do_what_fix_does() {
    let place = set();
    let path = "in/退款 100%.md";
    let out = place.run(["check", "-q", "-f", "rdjson", path]).code(1);
    let document: Value = serde_json::from_str(&out.stdout).unwrap();
    let mut lines: Vec<Vec<u8>> = place.read(path).split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let suggestions = document["diagnostics"].as_array().unwrap().iter().filter_map(|one| one.get("suggestions"));
    let mut applied = 0;
    for suggestion in suggestions.map(|list| &list[0]) {
        let line = &mut lines[number(suggestion, "/range/start/line") - 1];
        let range = number(suggestion, "/range/start/column") - 1..number(suggestion, "/range/end/column") - 1;
        line.splice(range, text(suggestion, "/text").bytes());
        applied += 1;
    }
    assert_eq!(applied, 2);
    place.run(["check", "-q", "--fix", "--unsafe-fixes", path]).code(1);
    assert_eq!(lines.join(&b'\n'), place.read(path));
}
