//! Who answers for what in an audit, and which cases its rates count: agents answer for their own words and waits, and
//! a rate counts only what could be evaluated.

mod support;

use serde_json::{Value, json};
use support::Place;

fn audited(place: &Place, inputs: &[&str], more: &[&str]) -> Vec<Value> {
    let arguments = ["-o", "out", "--zone", "Asia/Shanghai", "--force"];
    place.run(["audit"].iter().chain(inputs).chain(&arguments).chain(more)).code(0);
    let rows = String::from_utf8(place.read("out/conversations.jsonl")).unwrap();
    rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn row(place: &Place, turns: &Value) -> Value {
    place.write("in.jsonl", json!({"id": "c", "channel": "chat", "turns": turns}).to_string() + "\n");
    audited(place, &["in.jsonl"], &["--no-reports"]).remove(0)
}

fn agents(row: &Value) -> Vec<&str> {
    row["parts"].as_array().unwrap().iter().map(|part| part["agent"].as_str().unwrap_or("")).collect()
}

/// Rule and agent of each finding.
fn found(row: &Value) -> Vec<(&str, &str)> {
    let findings = row["findings"].as_array().unwrap().iter();
    findings.map(|found| (found["rule"].as_str().unwrap(), found["agent"].as_str().unwrap_or(""))).collect()
}

/// A customer who asks again and again waits, whether or not anybody comes back; and a rule is a case or was not asked.
#[test]
fn a_silence_that_nobody_ends_is_long_too() {
    let place = Place::empty();
    let said = |role: &str, text: &str, clock: &str| json!({"role": role, "text": text, "time": format!("2026-03-02 {clock}")});
    let start = [said("customer", "你好，我的订单什么时候能发货？", "09:00:00"), said("agent", "您好", "09:00:20")];
    let with = |more: &[Value]| json!(start.iter().chain(more).collect::<Vec<_>>());
    let asks = said("customer", "什么时候能发？", "09:01:00");
    let rule = "pace/long-silence";
    let told = row(
        &place,
        &with(&[asks.clone(), said("customer", "人呢？", "09:31:00"), said("customer", "还在吗？", "10:31:00")]),
    );
    assert!(found(&told).iter().any(|(id, _)| *id == rule), "{told}");
    let has = |list: &Value, id: &str| list.as_array().is_some_and(|list| list.iter().any(|one| one == id));
    for part in told["parts"].as_array().unwrap() {
        for id in part["owed"].as_array().into_iter().flatten() {
            assert!(!has(&told["notEvaluated"], id.as_str().unwrap()), "{told}");
        }
    }
    // Where the log ends with the question nobody knows how long it waited.
    let told = row(&place, &with(&[asks]));
    assert!(!found(&told).iter().any(|(id, _)| *id == rule), "{told}");
    assert!(told["parts"].as_array().unwrap().iter().all(|part| !has(&part["owed"], rule)), "{told}");
}

#[test]
fn a_conversation_of_nobody_has_no_findings() {
    let place = Place::empty();
    let told = row(
        &place,
        &json!([
            {"role": "customer", "text": "转人工"}, {"role": "bot", "text": "请问您要咨询什么？"},
            {"role": "customer", "text": "转人工！我要投诉"}, {"role": "bot", "text": "请问您要咨询什么？"},
        ]),
    );
    assert_eq!((&told["invalid"], found(&told)), (&json!("nobody-came"), vec![]), "{told}");
}

/// An ignored call for a person costs points on the card that comes with the program.
#[test]
fn what_the_trade_calls_serious_costs_points() {
    let place = Place::empty();
    place.write(
        "in.jsonl",
        json!({"id": "c", "channel": "chat", "agent": "Lin", "turns": [
            {"role": "customer", "text": "转人工", "time": "2026-03-02 09:00:00"},
            {"role": "agent", "text": "您好，请问您要咨询什么？", "time": "2026-03-02 09:20:00"},
            {"role": "customer", "text": "我要投诉你们，12315见", "time": "2026-03-02 09:21:00"},
            {"role": "agent", "text": "随便你。", "time": "2026-03-02 09:22:00"},
        ]})
        .to_string()
            + "\n",
    );
    let told = audited(&place, &["in.jsonl"], &["--no-reports"]).remove(0);
    let text = told["scores"].to_string();
    for item in ["handling/human", "pace/waiting"] {
        assert!(text.contains(item), "{text}");
    }
    let items = told["scores"][0]["items"].as_array().unwrap();
    let cost = |name: &str| items.iter().find(|item| item["item"] == name).unwrap()["points"].clone();
    assert_ne!((cost("handling/human"), cost("pace/waiting")), (json!(10), json!(6)), "{text}");
}

#[test]
fn customers_are_no_agents() {
    let place = Place::empty();
    let table = "会话ID,发送时间,角色,发送人,消息内容\n1,2026-03-02 10:00:00,客户,小花,杯子什么时候发货\n\
        1,2026-03-02 10:00:20,客服,小林,您好，明天发货。\n1,2026-03-02 10:01:00,客户,小花,那发票呢\n";
    place.write("in.csv", table);
    assert_eq!(agents(&audited(&place, &["in.csv"], &[])[0]), ["小林"]);
    let names: Vec<String> = std::fs::read_dir(place.path("out/agents"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.iter().all(|name| name.starts_with("0001-小林.")), "{names:?}");
    // An empty name counts as none.
    let turns = json!([
        {"role": "customer", "agent": "", "text": "什么时候发货", "time": "2026-03-02 10:00:00"},
        {"role": "agent", "agent": "甲", "text": "您好，明天发货。", "time": "2026-03-02 10:00:10"},
        {"role": "customer", "agent": "", "text": "发票呢", "time": "2026-03-02 10:00:30"},
    ]);
    assert_eq!(agents(&row(&place, &turns)), ["甲"]);
}

#[test]
fn nobody_answers_for_a_colleague() {
    let place = Place::empty();
    let mixed = json!([
        {"role": "customer", "text": "怎么开发票", "time": "2026-03-02 10:00:00"},
        {"role": "agent", "agent": "甲", "text": "发票在订单里，你点开看看。", "time": "2026-03-02 10:00:10"},
        {"role": "agent", "agent": "乙", "text": "您点开订单就能看到。", "time": "2026-03-02 10:00:20"},
    ]);
    assert!(!found(&row(&place, &mixed)).iter().any(|(rule, _)| *rule == "wording/mixed-address"));
    let mut alone = mixed;
    alone[2]["agent"] = "甲".into();
    assert!(found(&row(&place, &alone)).contains(&("wording/mixed-address", "甲")));
    // The wait was over when the chat was handed over, and the second answered at once.
    let handed = json!([
        {"role": "customer", "text": "怎么开发票", "time": "2026-03-02 10:00:00"},
        {"role": "agent", "agent": "甲", "text": "您好，您要个人还是公司的？", "time": "2026-03-02 10:00:10"},
        {"role": "customer", "text": "公司的，怎么填", "time": "2026-03-02 10:01:00"},
        {"role": "system", "text": "会话已转接", "time": "2026-03-02 10:20:00"},
        {"role": "agent", "agent": "乙", "text": "您好，在订单里点“开发票”，选公司。", "time": "2026-03-02 10:20:20"},
    ]);
    let row = row(&place, &handed);
    assert!(found(&row).contains(&("pace/long-silence", "甲")), "{row}");
    assert_eq!(agents(&row), ["甲", "乙"]);
}

#[test]
fn a_clock_that_runs_backwards_judges_nobody() {
    let place = Place::empty();
    let turns = |times: [&str; 4]| {
        json!([
            {"role": "customer", "text": "怎么开发票", "time": times[0]},
            {"role": "agent", "agent": "甲", "text": "您好，您要个人还是公司的？", "time": times[1]},
            {"role": "customer", "text": "公司的，怎么填", "time": times[2]},
            {"role": "agent", "agent": "甲", "text": "在订单里点“开发票”，选公司。", "time": times[3]},
        ])
    };
    let at = |clock: &str| format!("2026-03-02 {clock}");
    let late = row(&place, &turns([&at("10:00"), &at("10:00"), &at("10:01"), &at("11:31")]));
    assert!(found(&late).contains(&("pace/long-silence", "甲")) && late["backwardTimes"].is_null());
    let back = row(&place, &turns([&at("10:30"), &at("10:30"), &at("09:00"), &at("11:31")]));
    assert!(!found(&back).iter().any(|(rule, _)| rule.starts_with("pace/")), "{back}");
    assert_eq!(back["backwardTimes"], 1);
    assert!(back["notEvaluated"].to_string().contains("pace/long-silence"));
    assert!(!back["parts"][0]["owed"].to_string().contains("pace/long-silence"), "no case without a clock: {back}");
    place.run(["audit", "in.jsonl", "-o", "out", "--force", "--locale", "en"]).code(0).warns(&["runs backwards: 1"]);
    // A wait of minutes cannot be measured between two days.
    let days = row(&place, &turns(["2026-03-02"; 4]));
    assert!(!days["parts"][0]["owed"].to_string().contains("pace/slow-first-reply"), "{days}");
}

#[test]
fn times_are_read_as_systems_write_them() {
    let place = Place::empty();
    for (asked, answered) in [
        ("2026/3/2 9:15", "2026/3/2 9:45"),
        ("2026年3月2日 上午9:15", "2026年3月2日 上午9:45"),
        ("2026-03-02 09:15:00 +0800", "2026-03-02 01:45:00 UTC"),
        ("1772414100", "1772415900000"),
        ("20260302091500", "20260302094500"),
        ("2026-03-02T09:15+08:00", "Mon, 02 Mar 2026 09:45:00 +0800"),
    ] {
        let turns = json!([
            {"role": "customer", "text": "怎么开发票", "time": asked},
            {"role": "agent", "agent": "甲", "text": "您好，在订单里点“开发票”。", "time": answered},
        ]);
        let row = row(&place, &turns);
        assert!(row["unreadableTimes"].is_null(), "{asked}: {row}");
        assert_eq!(row["start"], "2026-03-02T09:15:00+08:00", "{asked}");
        let slow = row["findings"].as_array().unwrap().iter().find(|found| found["rule"] == "pace/slow-first-reply");
        assert!(slow.is_some_and(|slow| slow["message"].as_str().unwrap().contains("30")), "{answered}: {row}");
    }
}

#[test]
fn what_costs_points_can_be_appealed_and_the_rate_is_of_all_that_went_out() {
    let place = Place::empty();
    let chat = |id: usize| {
        let turns = json!([
            {"role": "customer", "text": "怎么开发票", "time": "2026-03-02 10:00:00"},
            {"role": "agent", "text": "在订单里点“开发票”就可以了。", "time": "2026-03-02 10:00:10"},
            {"role": "customer", "text": "好的", "time": "2026-03-02 10:01:00"},
        ]);
        json!({"id": id, "agent": "甲", "channel": "chat", "turns": turns}).to_string() + "\n"
    };
    place.write("in.jsonl", (0..10).map(chat).collect::<String>());
    let rows = audited(&place, &["in.jsonl"], &["--locale", "en"]);
    assert!(found(&rows[0]).iter().all(|(rule, _)| *rule == "duty/missing-greeting"), "{}", rows[0]);
    let sheet = String::from_utf8(place.read("out/review.csv")).unwrap();
    assert_eq!(sheet.matches("duty/missing-greeting").count(), 10, "advice that costs points goes out: {sheet}");
    let mut lines = sheet.lines();
    let head: Vec<&str> =
        lines.next().unwrap().trim_start_matches('\u{feff}').split(',').map(|name| name.trim_matches('"')).collect();
    let first = lines.next().unwrap();
    let mut cells: Vec<String> = first.split("\",\"").map(|cell| cell.trim_matches('"').to_owned()).collect();
    assert_eq!(cells.len(), head.len(), "{first}");
    cells[head.iter().position(|name| name.eq_ignore_ascii_case("appeal")).unwrap()] = "yes".into();
    place.write("back.csv", format!("{}\n\"{}\"\n", head.join(","), cells.join("\",\"")));
    place.run(["audit", "-o", "out", "--review", "back.csv"]).code(0);
    let summary: Value = serde_json::from_slice(&place.read("out/summary.json")).unwrap();
    let appeals = &summary["review"]["appeals"];
    assert_eq!((&appeals["hits"], &appeals["n"]), (&json!(1), &json!(10)));
}

#[test]
fn each_agent_has_a_sheet_of_their_own() {
    let place = Place::empty();
    let chat = |agent: &str| {
        let turns = json!([{"role": "customer", "text": "还没收到，太慢了"}, {"role": "agent", "text": "您自己看物流，我们会尽快处理。"}]);
        json!({"id": agent, "agent": agent, "turns": turns}).to_string() + "\n"
    };
    place.write("in.jsonl", chat("小林") + &chat("小王"));
    audited(&place, &["in.jsonl"], &[]);
    place.write("out/agents/note.txt", "mine");
    let page = String::from_utf8(place.read("out/agents/0001-小林.html")).unwrap();
    assert!(page.contains("\"scores\":[{") && !page.contains("小王"), "what the score is made of, and nobody else's");
    // The sheets come back together, and an unread one is not written over.
    place
        .run(["audit", "-o", "out", "--review", "out/agents/0001-小林.xlsx", "--review", "out/agents/0002-小王.xlsx"])
        .code(0);
    // What one agent has written is not lost when another's sheet is taken in.
    place.write("out/agents/0002-小王.xlsx", "filled in");
    place.run(["audit", "-o", "out", "--review", "out/agents/0001-小林.xlsx"]).code(0);
    assert_eq!(place.read("out/agents/0002-小王.xlsx"), b"filled in");
    place.run(["audit", "in.jsonl", "-o", "out"]).code(2).warns(&["0002-小王.xlsx"]);
}

#[test]
fn words_of_complaints_do_not_depend_on_what_came_before() {
    let place = Place::empty();
    let chat = |id: usize, channel: &str, text: &str| {
        let turns = json!([{"role": "customer", "text": text}, {"role": "agent", "text": "好的"}]);
        json!({"id": id, "channel": channel, "turns": turns}).to_string() + "\n"
    };
    let warm: String = (0..100).map(|id| chat(id, "chat", &format!("第{id}个杯子碎了"))).collect();
    let said = "我要投诉你们，快嗯递嗯把箱嗯子弄坏了，三个杯嗯子都坏了";
    let words = |first: &str, second: &str| {
        place.write("in.jsonl", warm.clone() + &chat(1000, first, said) + &chat(1001, second, said));
        let rows = audited(&place, &["in.jsonl"], &["--no-reports", "--threads", "1"]);
        (rows[100]["words"].clone(), rows[101]["words"].clone())
    };
    let (chat_first, call_second) = words("chat", "call");
    let (call_first, chat_second) = words("call", "chat");
    assert_eq!((chat_first, call_second), (chat_second, call_first));
}
