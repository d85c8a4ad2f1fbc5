//! `replylint audit` as a user meets it: rows, figures that add up, any number of threads, stopped and gone on.

mod support;

use serde_json::Value;
use std::process::Stdio;
use std::time::Duration;
use support::{Place, line};

/// Conversations of three agents; every third breaks a promise rule.
fn log(from: usize, count: usize) -> String {
    (from..from + count).map(record).collect()
}

fn record(number: usize) -> String {
    let reply = match number % 3 {
        0 => "非常抱歉，我们会尽快给您回复。",
        1 => "抱歉让您收到坏的，我今天18:00前给您回电。",
        _ => "已经帮您换好了，明天上午送到。",
    };
    let record = serde_json::json!({
        "id": format!("c{number}"), "agent": format!("a{}", number % 3), "team": "甲组", "channel": "chat",
        "turns": [
            { "role": "customer", "text": "收到的杯子碎了", "time": format!("2026-03-0{} 10:00:00", number % 5 + 1) },
            { "role": "agent", "text": reply, "time": format!("2026-03-0{} 10:01:00", number % 5 + 1) },
        ],
    });
    format!("{record}\n")
}

fn lines(place: &Place, name: &str) -> Vec<Value> {
    String::from_utf8(place.read(name)).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn summary(place: &Place, out: &str) -> Value {
    let summary: Value = serde_json::from_slice(&place.read(&format!("{out}/summary.json"))).unwrap();
    let number = |name: &str| summary["input"][name].as_u64().unwrap();
    assert_eq!(number("read"), number("audited") + number("skipped") + number("rejected"), "{summary}");
    assert_eq!(lines(place, &format!("{out}/rejects.jsonl")).len() as u64, number("rejected"));
    assert_eq!(lines(place, &format!("{out}/conversations.jsonl")).len() as u64, number("audited") + number("skipped"));
    summary
}

const RESULTS: [&str; 4] = ["conversations.jsonl", "findings.jsonl", "rejects.jsonl", "summary.json"];

#[test]
fn every_row_is_audited_skipped_or_rejected() {
    let place = Place::empty();
    let silent = line("silent", &[("customer", "在吗")]);
    place.write("log.jsonl", format!("{}not json\n{silent}{}", log(0, 9), log(3, 1)));
    place.run(["audit", "log.jsonl", "-o", "out"]).code(2).warns(&[
        "log.jsonl",
        "audited conversations: 10",
        "rejected: 1",
    ]);
    let summary = summary(&place, "out");
    assert_eq!(summary["input"]["audited"], 10);
    assert_eq!(summary["input"]["skippedByReason"]["no-agent"], 1);
    assert_eq!(summary["input"]["repeatedIds"], 1);
    let rejects = lines(&place, "out/rejects.jsonl");
    assert_eq!((&rejects[0]["line"], &rejects[0]["reason"]), (&10.into(), &"input/bad-json".into()));
    assert_eq!(summary["days"], serde_json::json!(["2026-03-01", "2026-03-05"]));
}

#[test]
fn an_agent_has_a_rate_with_its_interval_and_a_rank_only_where_there_is_enough() {
    let place = Place::empty();
    place.write("log.jsonl", log(0, 120));
    place.run(["audit", "log.jsonl", "-o", "out"]).code(0);
    let summary = summary(&place, "out");
    let agents = summary["agents"].as_array().unwrap();
    let rule = |agent: &Value| {
        let rules = agent["rules"].as_array().unwrap();
        rules.iter().find(|rule| rule["rule"] == "promise/vague-promise").map(|rule| rule["cases"].clone())
    };
    assert_eq!(agents[0]["name"], "a0");
    let share = rule(&agents[0]).unwrap();
    assert_eq!((&share["hits"], &share["n"], &share["rate"]), (&40.into(), &40.into(), &1.0.into()));
    assert!(share["low"].as_f64().unwrap() > 0.9 && share["low"].as_f64().unwrap() < 1.0);
    assert_eq!(rule(&agents[1]), None);
    // The apology is owed in every conversation; the third agent never says it.
    assert_eq!((&agents[1]["rank"], &agents[0]["rank"], &agents[2]["rank"]), (&1.into(), &2.into(), &2.into()));
    place.write("few.jsonl", log(0, 30));
    place.run(["audit", "few.jsonl", "-o", "few"]).code(0);
    let few: Value = serde_json::from_slice(&place.read("few/summary.json")).unwrap();
    assert!(few["agents"].as_array().unwrap().iter().all(|agent| agent.get("rank").is_none()));
}

#[test]
fn an_agent_answers_for_their_own_turns_only() {
    let place = Place::empty();
    let handed_over = serde_json::json!({ "id": "t", "agent": "first", "turns": [
        { "role": "customer", "text": "收到的杯子碎了" },
        { "role": "agent", "text": "抱歉，我转给同事。" },
        { "role": "customer", "text": "好" },
        { "role": "agent", "text": "我们会尽快给您回复。", "agent": "second" },
    ]});
    place.write("log.jsonl", format!("{handed_over}\n"));
    place.run(["audit", "log.jsonl", "-o", "out"]).code(0);
    let found = lines(&place, "out/findings.jsonl");
    let vague = found.iter().find(|found| found["rule"] == "promise/vague-promise").unwrap();
    assert_eq!((&vague["agent"], &vague["quote"]), (&"second".into(), &"尽快".into()));
    let row = &lines(&place, "out/conversations.jsonl")[0];
    let parts: Vec<&Value> = row["parts"].as_array().unwrap().iter().map(|part| &part["agent"]).collect();
    assert_eq!(parts, ["first", "second"]);
}

#[test]
fn private_data_reaches_no_file() {
    let place = Place::empty();
    place.write("log.jsonl", line("13812341234", &[("customer", "坏了"), ("agent", "我会尽快打13812341234给您。")]));
    place.run(["audit", "log.jsonl", "-o", "out"]).code(0);
    for name in RESULTS {
        let text = String::from_utf8(place.read(&format!("out/{name}"))).unwrap();
        assert!(!text.contains("13812341234"), "{name}: {text}");
    }
    place.run(["audit", "log.jsonl", "-o", "open", "--show-pii"]).code(0);
    assert!(String::from_utf8(place.read("open/findings.jsonl")).unwrap().contains("13812341234"));
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let place = Place::empty();
    place.write("a.jsonl", log(0, 3000));
    place.write("b.jsonl", log(3000, 100));
    for threads in ["1", "2", "8"] {
        place.run(["audit", "b.jsonl", "a.jsonl", "-o", threads, "--threads", threads]).code(0);
    }
    for name in RESULTS {
        assert_eq!(place.read(&format!("1/{name}")), place.read(&format!("2/{name}")), "{name}");
        assert_eq!(place.read(&format!("1/{name}")), place.read(&format!("8/{name}")), "{name}");
    }
}

#[test]
fn what_was_killed_goes_on_and_loses_and_repeats_nothing() {
    let place = Place::empty();
    for file in 0..16 {
        place.write(&format!("log/{file:02}.jsonl"), format!("{}broken\n", log(file * 40, 40)));
    }
    place.run(["audit", "log", "-o", "whole", "--quiet"]).code(2);
    let mut stopped = 0;
    for wait in 1..60 {
        let arguments = ["audit", "log", "-o", "out", "--resume", "--checkpoint", "0", "--threads", "2", "--quiet"];
        let mut command = place.command(arguments);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(150 + wait * 25));
        let ended = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        if ended {
            break;
        }
        assert!(!place.path("out/summary.json").exists(), "a summary of a part");
        stopped += 1;
    }
    assert!(stopped > 0, "it was too quick to be stopped");
    place.run(["audit", "log", "-o", "out", "--resume", "--quiet"]).code(2);
    for name in RESULTS {
        assert_eq!(place.read(&format!("out/{name}")), place.read(&format!("whole/{name}")), "{name}");
    }
    assert!(!place.path("out/.unfinished").exists());
}

#[test]
fn another_audit_is_not_gone_on_with() {
    let place = Place::empty();
    place.write("a.jsonl", log(0, 5));
    place.write(
        "out/.unfinished/journal.json",
        r#"{"key":"x","position":{"input":0,"at":0},"lengths":[0,0,0],"counts":{"conversations":0,"rejected":0}}"#,
    );
    place.run(["audit", "a.jsonl", "-o", "out", "--resume"]).code(2).warns(&["another audit"]);
    place.run(["audit", "a.jsonl", "-o", "out"]).code(0);
    summary(&place, "out");
}
