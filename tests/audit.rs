//! `replylint audit` as a user meets it: rows, totals that add up, any number of threads, stopping and resuming.

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
        "customer": format!("138{:04}5678", number % 9),
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

/// Local time before time zones has an odd number of seconds, which RFC 3339 cannot express.
#[test]
fn times_of_a_row_are_rfc_3339() {
    let place = Place::empty();
    place.write("log.jsonl", record(0).replace("2026-03-01", "1890-01-01"));
    place.run(["audit", "log.jsonl", "-o", "out", "--zone", "Asia/Shanghai"]).code(0);
    assert_eq!(lines(&place, "out/conversations.jsonl")[0]["start"], "1890-01-01T09:59:17+08:05");
}

/// A customer who gave up on the bot belongs to no agent, but must not vanish from the results.
#[test]
fn whoever_asked_for_a_person_and_got_none_is_told() {
    let place = Place::empty();
    let left = line("left", &[("customer", "转人工"), ("bot", "请描述您的问题"), ("customer", "我要找人工客服")]);
    let told = line("told", &[("customer", "几点发货"), ("bot", "付款后48小时内发货")]);
    let came =
        line("came", &[("customer", "转人工"), ("bot", "请描述您的问题"), ("agent", "您好，我是人工客服，您说")]);
    place.write("log.jsonl", left + &told + &came);
    // Even if no rule needs it.
    for select in ["*", "promise/vague-promise"] {
        let run = ["audit", "log.jsonl", "-o", "out", "--force", "--select", select];
        place.run(run).code(0).warns(&["skipped, because no agent spoke: 2", "nobody came: 1"]);
        let input = &summary(&place, "out")["input"];
        assert_eq!(input["skippedByReason"], serde_json::json!({ "no-agent": 1, "nobody-came": 1 }), "{select}");
    }
    assert_eq!(lines(&place, "out/conversations.jsonl")[0]["invalid"], "nobody-came");
    let page = String::from_utf8(place.read("out/report.html")).unwrap();
    let data = page.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    let ids: Vec<&Value> = data["conversations"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["left", "came"]);
    assert_eq!(data["input"]["skippedByReason"]["nobody-came"], 1);
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
fn what_a_bot_owes_is_found_and_charged_to_no_agent() {
    let place = Place::empty();
    let (asks, loops) = (("customer", "帮我转人工"), ("bot", "您可以直接输入问题。"));
    let only = line("only", &[asks, loops, ("customer", "人工！"), ("bot", "猜您想问：退款多久到账？")]);
    let after = line("after", &[("agent", "您好，已经为您退款了。"), asks, loops]);
    let fetched = line("fetched", &[asks, loops, ("agent", "您好，我是人工客服小林，您说。")]);
    let passed = line("passed", &[asks, ("bot", "正在为您转接人工客服。")]);
    place.write("log.jsonl", only + &after + &fetched + &passed);
    let rule = "duty/human-not-offered";
    let out = place.run(["check", "log.jsonl", "--select", rule, "-f", "jsonl", "--all"]).code(1);
    let found: Vec<Value> = out.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: Vec<_> = found.iter().filter(|record| record["rule"] == rule).collect();
    let told: Vec<_> = found.iter().map(|found| (&found["conversation"], &found["turn"], &found["role"])).collect();
    assert_eq!(told, [(&"only".into(), &1.into(), &"bot".into()), (&"after".into(), &2.into(), &"bot".into())]);
    place.run(["audit", "log.jsonl", "-o", "out", "--select", rule]).code(0);
    let summary: Value = serde_json::from_slice(&place.read("out/summary.json")).unwrap();
    assert_eq!((&summary["whole"]["cases"], &summary["whole"]["flagged"]["hits"]), (&2.into(), &0.into()));
    let found = lines(&place, "out/findings.jsonl");
    assert!(found.iter().all(|found| found["agent"].is_null() && found["role"] == "bot"), "{found:?}");
}

#[test]
fn numbers_of_other_countries_reach_no_file_either() {
    let place = Place::empty();
    let told = [
        "(415) 555-0132",
        "415-555-0133",
        "+1 415 555 0134",
        "+44 7700 900123",
        "+852 9123 4567",
        "0912-345-678",
        "123-45-6789",
        "A123456789",
        "A123456(3)",
        "E12345678",
    ];
    let text = |said: &dyn Fn(&str) -> String| told.iter().map(|number| said(number)).collect::<Vec<_>>();
    let customer = text(&|number| format!("It is broken, my passport or number is {number}"));
    let agent = text(&|number| format!("We have {number} here, passport {number}. 我会尽快回复您"));
    let turns: Vec<(&str, &str)> =
        customer.iter().zip(&agent).flat_map(|(asked, said)| [("customer", &**asked), ("agent", &**said)]).collect();
    place.write("log.jsonl", line("a", &turns));
    place.run(["audit", "log.jsonl", "-o", "out"]).code(0);
    for name in RESULTS {
        let text = String::from_utf8(place.read(&format!("out/{name}"))).unwrap();
        for number in told {
            assert!(!text.contains(number), "{name}: {number}");
        }
    }
    let found = lines(&place, "out/findings.jsonl");
    let private = found.iter().filter(|found| found["rule"] == "compliance/exposed-pii");
    assert!(private.count() >= told.len());
}

#[test]
fn a_number_in_a_name_reaches_neither_a_file_nor_its_name() {
    let place = Place::empty();
    let named = record(0).replace("\"a0\"", "\"林13900001111\"").replace("甲组", "甲组13900002222");
    place.write("log.jsonl", named);
    place.run(["audit", "log.jsonl", "-o", "out", "--promises"]).code(0);
    for file in place.files().iter().filter(|file| *file != "log.jsonl") {
        let bytes = place.read(file);
        let told = |text: &[u8]| {
            ["13900001111", "13900002222"].iter().any(|it| memchr::memmem::find(text, it.as_bytes()).is_some())
        };
        assert!(!told(&bytes) && !told(file.as_bytes()), "{file}");
    }
    let agents: Vec<String> = place.files().into_iter().filter(|file| file.contains("agents")).collect();
    assert!(!agents.is_empty() && agents.iter().all(|agent| agent.contains("林139")), "{agents:?}");
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let place = Place::empty();
    place.write("a.jsonl", log(0, 1500));
    place.write("b.jsonl", log(1500, 100));
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
    for wait in 1..20 {
        let arguments =
            ["audit", "log", "-o", "out", "--resume", "--checkpoint", "0", "--threads", "2", "-q", "--no-reports"];
        let mut command = place.command(arguments);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(150 + wait * 25));
        let ended = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        if ended {
            break;
        }
        if place.path("out/summary.json").exists() {
            // It may have finished before it was killed: a summary never describes a part.
            assert_eq!(place.read("out/summary.json"), place.read("whole/summary.json"));
            break;
        }
        stopped += 1;
    }
    assert!(stopped > 0, "it was too quick to be stopped");
    place.run(["audit", "log", "-o", "out", "--resume", "--quiet"]).code(2);
    for name in RESULTS.into_iter().chain(["review.csv", "findings.csv", "report.html"]) {
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
        r#"{"key":"x","position":{"input":0,"at":0},"lengths":[0,0,0,0],"counts":{"conversations":0,"rejected":0}}"#,
    );
    place.run(["audit", "a.jsonl", "-o", "out", "--resume"]).code(2).warns(&["other inputs, rules or options"]);
    place.run(["audit", "a.jsonl", "-o", "out"]).code(0);
    summary(&place, "out");
}

const CARD: &str = r#"
id = "ours"
name = { zh = "我们的表", en = "ours" }
pass = 80
[[grade]]
id = "a"
name = { zh = "优", en = "a" }
from = 90
[[grade]]
id = "b"
name = { zh = "差", en = "b" }
from = 0
[[section]]
id = "main"
name = { zh = "主", en = "main" }
[[section.item]]
id = "apology"
name = { zh = "道歉", en = "apology" }
points = 10
rules = ["duty/missing-apology"]
[[section.item]]
id = "time"
name = { zh = "时间", en = "time" }
points = 10
per-hit = 4
rules = ["promise/vague-promise"]
[[section.item]]
id = "solved"
name = { zh = "解决", en = "solved" }
points = 30
human = true
[[section.item]]
id = "red"
name = { zh = "红线", en = "red line" }
fatal = "business"
rules = ["compliance/off-platform-contact"]
"#;

fn chat(id: &str, customer: &str, replies: &[&str]) -> String {
    let turns: Vec<(&str, &str)> =
        std::iter::once(("customer", customer)).chain(replies.iter().map(|reply| ("agent", *reply))).collect();
    line(id, &turns)
}

#[test]
fn a_scorecard_gives_what_a_machine_can_and_leaves_the_rest_open() {
    let place = Place::empty();
    place.write("card.toml", CARD);
    let log = [
        chat("both", "收到的杯子碎了", &["我们会尽快给您回复。"]),
        chat("asked", "有蓝色的吗", &["有的，蓝色现货。"]),
        line(
            "often",
            &[
                ("customer", "收到的杯子碎了"),
                ("agent", "抱歉，我们会尽快给您回复。"),
                ("customer", "怎么办"),
                ("agent", "专员稍后会与您联系。"),
                ("customer", "还有呢"),
                ("agent", "我们会尽快给您回电。"),
            ],
        ),
        chat("red", "有蓝色的吗", &["有的，您加我微信13812345678细说。"]),
    ];
    place.write("log.jsonl", log.concat());
    place.run(["audit", "log.jsonl", "-o", "out", "--scorecard", "card.toml"]).code(0);
    let rows = lines(&place, "out/conversations.jsonl");
    let score = |row: usize| rows[row]["scores"][0].clone();
    // Nothing to apologise for: the item is not in the denominator, and the human's points are in no score.
    assert_eq!(
        (&score(1)["possible"], &score(1)["percent"], &score(1)["human"]),
        (&10.into(), &100.into(), &30.into())
    );
    assert_eq!(score(1)["notApplicable"], serde_json::json!(["main/apology"]));
    assert_eq!((&score(0)["earned"], &score(0)["possible"], &score(0)["percent"]), (&6.into(), &20.into(), &30.into()));
    assert_eq!((&score(0)["passed"], &score(0)["grade"]), (&false.into(), &"b".into()));
    // Three hits cost no more than the item's points.
    let item = score(2)["items"][0].clone();
    assert_eq!((&item["hits"], &item["points"]), (&3.into(), &(-10).into()));
    let evidence = usize::try_from(item["findings"][2].as_u64().unwrap()).unwrap();
    assert_eq!(
        (&rows[2]["findings"][evidence]["quote"], &rows[2]["findings"][evidence]["turn"]),
        (&"尽快".into(), &5.into())
    );
    // A red line is suspected until a person confirms it, and costs nothing before.
    assert_eq!((&score(3)["fatal"][0]["state"], &score(3)["percent"]), (&"suspected".into(), &100.into()));
    let summary = summary(&place, "out");
    let whole = &summary["whole"]["scores"][0];
    assert_eq!((&whole["n"], &whole["fatal"]["business"]["suspected"]), (&4.into(), &1.into()));
    assert_eq!((&whole["passed"]["hits"], &whole["mean"]), (&2.into(), &70.into()));
}

#[test]
fn every_mistake_of_a_scorecard_is_drawn() {
    let place = Place::empty();
    place.write("log.jsonl", log(0, 1));
    let card =
        CARD.replace("vague-promise", "vague-promises").replace("per-hit", "per-hits").replace("human", "humane");
    place.write("card.toml", card);
    let out = place.run(["audit", "log.jsonl", "-o", "out", "--scorecard", "card.toml"]).code(2);
    out.warns(&["card.toml", "per-hits", "did you mean “per-hit”?", "humane", "did you mean “human”?"]);
    place.write("card.toml", CARD.replace("vague-promise", "vague-promises"));
    let out = place.run(["audit", "log.jsonl", "-o", "out", "--scorecard", "card.toml"]).code(2);
    out.warns(&["promise/vague-promises", "did you mean “promise/vague-promise”?"]);
    place.run(["audit", "log.jsonl", "-o", "out", "--scorecard", "chatt"]).code(2).warns(&["did you mean `chat`?"]);
    assert!(!place.path("out").exists());
}

const TABLE: &str = "会话ID,发送方,消息内容,发送时间,客服工号,班组\n\
    1,客户,收到的杯子碎了,2026-03-01 10:00:00,,甲组\n\
    1,客服,抱歉，我们会尽快给您回复。,2026-03-01 10:01:00,007,甲组\n\
    2,客户,有蓝色的吗,2026-03-02 10:00:00,,甲组\n\
    2,谁,看看,2026-03-02 10:00:30,,甲组\n\
    2,客服,有的，蓝色现货。,2026-03-02 10:01:00,008,甲组\n";

#[test]
fn a_table_is_read_like_lines_packed_or_not() {
    let place = Place::empty();
    place.write("log.csv", TABLE);
    let out = place.run(["audit", "log.csv", "-o", "out"]).code(2);
    out.warns(&["columns: conversation = \"会话ID\"", "[audit.columns]", "log.csv:5", "unknown role"]);
    let expected = summary(&place, "out");
    assert_eq!((&expected["input"]["audited"], &expected["input"]["rejected"]), (&2.into(), &1.into()));
    assert_eq!(expected["agents"][0]["name"], "007");
    let rows = lines(&place, "out/conversations.jsonl");
    assert_eq!(
        (&rows[1]["line"], &rows[1]["day"], &rows[1]["team"]),
        (&4.into(), &"2026-03-02".into(), &"甲组".into())
    );
    // The same data in another encoding, with another delimiter, and packed.
    let (legacy, _, _) = encoding_rs::GB18030.encode(TABLE);
    place.write("other/log.csv", legacy);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, TABLE.replace(',', "\t").as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    place.write("gz/log.tsv.gz", &packed);
    place.write("cut/log.tsv.gz", &packed[..packed.len() - 20]);
    for folder in ["other", "gz"] {
        let out = format!("out-{folder}");
        place.run(["audit", folder, "-o", &out]).code(2);
        let mut found = summary(&place, &out);
        found["input"] = expected["input"].clone();
        assert_eq!(found, expected, "{folder}");
    }
    place.run(["audit", "cut", "-o", "out-cut"]).code(2).warns(&["reading stopped"]);
}

#[test]
fn columns_can_be_named_and_must_be_there() {
    let place = Place::empty();
    place.write("log.csv", "编号,谁说的,说了什么\n1,客户,在吗\n1,客服,我们会尽快给您回复。\n");
    place.run(["audit", "log.csv", "-o", "out"]).code(2).warns(&["which column holds the words", "说了什么"]);
    let columns = "[audit.columns]\nconversation = \"编号\"\nrole = \"谁说的\"\ntext = \"说了什么\"\n";
    place.write("replylint.toml", columns);
    place.run(["audit", "log.csv", "-o", "out"]).code(0);
    assert_eq!(lines(&place, "out/conversations.jsonl")[0]["turns"], 2);
    place.write("replylint.toml", columns.replace("谁说的", "谁"));
    place.run(["audit", "log.csv", "-o", "out"]).code(2).warns(&["there is no column \"谁\""]);
    place.write("replylint.toml", columns.replace("role", "rolle"));
    place.run(["audit", "log.csv", "-o", "out"]).code(2).warns(&["did you mean `role`?"]);
}

#[test]
fn a_mark_that_is_never_closed_costs_one_row() {
    let place = Place::empty();
    let rows = "1,客服,已经帮您换好了\n2,客服,已经帮您换好了\n".repeat(1_000);
    place.write("log.csv", format!("会话ID,发送方,内容\n0,客服,\"开着\n{rows}"));
    place.run(["audit", "log.csv", "-o", "out", "--scorecard", "none"]).code(2);
    let summary = summary(&place, "out");
    assert_eq!((&summary["input"]["audited"], &summary["input"]["rejected"]), (&2_000.into(), &1.into()));
    assert_eq!(lines(&place, "out/rejects.jsonl")[0]["line"], 2);
}

#[test]
fn what_customers_complain_of_is_told_by_frequent_words() {
    let place = Place::empty();
    let complaint = "我是王小明，收到的杯子包装破损，坏了，电话13812345678，包装太差";
    let lines: String = (0..4)
        .map(|number| {
            line(
                &format!("c{number}"),
                &[("customer", "请问有蓝色的款式吗"), ("customer", complaint), ("agent", "抱歉。")],
            )
        })
        .chain([line("en", &[("customer", "The kettle arrived broken"), ("agent", "I am sorry.")])])
        .collect();
    place.write("log.jsonl", lines);
    place.run(["audit", "log.jsonl", "-o", "out"]).code(0);
    let told = &summary(&place, "out")["complaintWords"];
    assert_eq!(told["conversations"], 5);
    let words = told["words"].as_array().unwrap();
    let count =
        |word: &str| words.iter().find(|one| one["word"] == word).map(|one| one["conversations"].as_u64().unwrap());
    // Once a conversation, however often it is said; each answers only for their own words.
    assert_eq!((count("包装"), count("破损"), count("kettle")), (Some(4), Some(4), None));
    for word in ["款式", "王小明", "13812345678", "我"] {
        assert_eq!(count(word), None, "{word}");
    }
    let rows = String::from_utf8(place.read("out/conversations.jsonl")).unwrap();
    let words: Vec<Value> =
        rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()["words"].clone()).collect();
    let words = Value::from(words).to_string();
    assert!(words.contains("\"kettle\"") && !words.contains("小明") && !rows.contains("13812345678"));
    assert!(
        String::from_utf8(place.read("out/report.html")).unwrap().contains("complaintWords\":{\"conversations\":5")
    );
}

#[test]
fn rows_that_are_mixed_are_sorted_by_conversation() {
    let place = Place::empty();
    let header = "session,role,text,time,agent\n";
    let row = |session: usize, turn: usize| {
        let (role, text) = if turn.is_multiple_of(2) {
            ("customer", "杯子碎了")
        } else {
            ("agent", "抱歉，我们会尽快给您回复。")
        };
        format!("s{session},{role},{text},2026-03-02 10:0{turn}:00,a{}\n", session % 3)
    };
    let together: String = (0..50).flat_map(|session| (0..4).map(move |turn| row(session, turn))).collect();
    let mixed: String = (0..4).flat_map(|turn| (0..50).map(move |session| row(session, turn))).collect();
    place.write("together.csv", format!("{header}{together}"));
    place.write("mixed.csv", format!("{header}{mixed}"));
    place.run(["audit", "mixed.csv", "-o", "apart", "--no-reports"]).code(0).warns(&["--group sort"]);
    assert_eq!(summary(&place, "apart")["input"]["audited"], 100);
    let rows = |name: &str, input: &str| {
        place.run(["audit", input, "-o", name, "--group", "sort", "--no-reports"]).code(0);
        let mut rows = lines(&place, &format!("{name}/conversations.jsonl"));
        for row in &mut rows {
            row.as_object_mut().unwrap().retain(|key, _| key != "line" && key != "path");
        }
        rows
    };
    let sorted = rows("sorted", "mixed.csv");
    assert_eq!(sorted.len(), 50);
    assert!(
        sorted.iter().all(|row| row["turns"] == 4 && row["findings"].as_array().is_some_and(|found| !found.is_empty()))
    );
    assert_eq!(sorted, rows("again", "together.csv"));
}

/// An unclosed quotation mark used to end at the next quoted cell, losing the rows between without a word.
#[test]
fn a_quotation_mark_that_is_not_closed_costs_its_own_row_and_is_said() {
    let place = Place::empty();
    let row = |id: usize, who: &str, text: &str| format!("c{id},{who},2026-03-01 10:00:0{id},{text},Lin\n");
    let chat = |id: usize, text: &str| row(id, "客户", text) + &row(id, "客服", "\"有的，在的\"");
    let head = "会话ID,发送方,时间,内容,客服\n";
    place.write("open.csv", format!("{head}{}{}{}", chat(1, "有蓝的吗"), chat(2, "\"有红的吗"), chat(3, "有黑的吗")));
    place.write("whole.csv", format!("{head}{}", chat(4, "有白的吗")));
    place.run(["audit", "open.csv", "whole.csv", "-o", "out"]).code(2).warns(&[
        "open.csv:4",
        "not closed",
        "rejected: 1",
    ]);
    let rejects = lines(&place, "out/rejects.jsonl");
    assert_eq!((&rejects[0]["line"], &rejects[0]["reason"]), (&4.into(), &"input/unclosed-quote".into()));
    let rows = lines(&place, "out/conversations.jsonl");
    let turns: Vec<(&str, u64)> =
        rows.iter().map(|row| (row["conversation"].as_str().unwrap(), row["turns"].as_u64().unwrap())).collect();
    assert_eq!(turns, [("c1", 2), ("c2", 1), ("c3", 2), ("c4", 2)]);
}
