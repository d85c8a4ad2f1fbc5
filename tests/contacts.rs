//! The promise ledger with lists of contacts, chats that end, and conditional times: what the data does not cover is no
//! broken promise.

mod support;

use serde_json::{Value, json};
use support::Place;

const SORRY: &str = "您好，非常抱歉，";

/// A chat of customer `u1` with a promise on 3 March 2026 at 9:00, and one of somebody else much later, so that the
/// data goes on.
fn chats(promise: &str) -> String {
    let turns = |day: &str, asked: &str, said: &str| {
        json!([
            {"role": "customer", "text": asked, "time": format!("{day} 09:00:00")},
            {"role": "agent", "text": said, "time": format!("{day} 09:00:10")},
        ])
    };
    let own = json!({"id": "a", "agent": "Z", "customer": "u1", "turns": turns("2026-03-03", "快递没到", promise)});
    let later = turns("2026-03-20", "几点下班", "您好，18:00下班。");
    format!("{own}\n{}\n", json!({"id": "z", "agent": "Z", "customer": "zz", "turns": later}))
}

/// The outcome of the first promise, with this list.
#[track_caller]
fn told(input: &str, contacts: &str) -> Value {
    let place = Place::empty();
    place.write("in.jsonl", input);
    place.write("list.csv", contacts);
    let arguments = ["promises", "in.jsonl", "--as-of", "2026-03-30", "--zone", "Asia/Shanghai"];
    let out = place.run(arguments.iter().chain(&["--contacts", "list.csv"])).code(0);
    serde_json::from_str(out.stdout.lines().next().unwrap()).unwrap()
}

#[track_caller]
fn call(list: &str, expected: &str) -> Value {
    let told = told(&chats(&format!("{SORRY}我今天18:00前给您打电话。")), &format!("客户ID,联系时间,渠道\n{list}\n"));
    assert_eq!(told["outcome"], expected, "{list}: {told}");
    told
}

#[test]
fn a_list_shows_nothing_of_days_that_it_does_not_reach() {
    // The list ends before the promise, begins after it, or holds no calls for that long.
    call("u1,2026-02-10 17:00,电话\nu2,2026-02-11 10:00,电话", "unknown");
    call("u2,2026-03-10 17:00,电话\nu2,2026-03-25 10:00,电话", "unknown");
    call("u2,2026-02-10 17:00,电话\nu2,2026-03-25 10:00,短信", "unknown");
    call("u2,2026-02-10 17:00,电话\nu2,2026-03-25 10:00,电话", "broken");
    // A list is of whole days.
    call("u2,2026-03-03 11:00,电话\nu2,2026-03-25 10:00,电话", "broken");
}

#[test]
fn a_day_without_an_hour_is_any_moment_of_it() {
    let beside = "u2,2026-02-10,电话\nu2,2026-03-25,电话";
    let entry = call(&format!("u1,2026-03-03,电话\n{beside}"), "unknown");
    assert_eq!((&entry["evidence"], &entry["evidenceAt"]), (&json!("电话"), &json!("2026-03-03")));
    // The next day was late, by an unknown time.
    let entry = call(&format!("u1,2026-03-04,电话\n{beside}"), "late");
    assert_eq!(entry["lateBy"], Value::Null, "{entry}");
    // The call of that day may have been in time, whatever came later; one with an hour may be in time for certain.
    call(&format!("u1,2026-03-03,电话\nu1,2026-03-04 10:00,电话\n{beside}"), "unknown");
    call(&format!("u1,2026-03-03,电话\nu1,2026-03-03 17:00,电话\n{beside}"), "kept");
    call(&format!("u1,2026-03-02,电话\n{beside}"), "broken");
    // A day that lies wholly between is in time.
    let promise = chats(&format!("{SORRY}我3月6日18:00前给您打电话。"));
    let list = format!("客户ID,联系时间,渠道\nu1,2026-03-05,电话\n{beside}\n");
    assert_eq!(told(&promise, &list)["outcome"], "kept");
    // The day and the clock may stand in two columns.
    let list = "客户ID,日期,时间,渠道\nu1,2026-03-03,17:30,电话\n";
    let entry = told(&chats(&format!("{SORRY}我今天18:00前给您打电话。")), list);
    assert_eq!((&entry["outcome"], &entry["evidenceAt"]), (&json!("kept"), &json!("2026-03-03T17:30:00+08:00")));
}

#[test]
fn who_was_rung_has_rung_nobody() {
    let beside = "u2,2026-02-10 17:00,电话\nu2,2026-03-25 10:00,电话";
    for word in ["呼入", "来电", "客户来电", "inbound", "Incoming call"] {
        // In time, the customer may have been told then; after it, the promise is broken.
        call(&format!("u1,2026-03-03 10:00,{word}\n{beside}"), "unknown");
        call(&format!("u1,2026-03-04 10:00,{word}\n{beside}"), "broken");
        // Incoming contacts are no evidence of outgoing ones.
        call(&format!("u2,2026-02-10 17:00,{word}\nu2,2026-03-25 10:00,{word}"), "unknown");
    }
    call(&format!("u1,2026-03-03 10:00,呼出\n{beside}"), "kept");
    let promise = chats(&format!("{SORRY}我今天18:00前给您打电话。"));
    for (direction, expected) in [("呼入", "unknown"), ("呼出", "kept")] {
        let list = format!("客户ID,联系时间,渠道,呼叫方向\nu1,2026-03-03 10:00,电话,{direction}\n");
        assert_eq!(told(&promise, &list)["outcome"], expected, "{direction}");
    }
    // A recorded call in which the customer rang is not the call that was promised.
    for (channel, expected) in [("呼入", "unknown"), ("外呼", "kept")] {
        let turns = json!([
            {"role": "agent", "text": "您好，快递已经找到了，今天送达。", "time": "2026-03-03 17:00:00"},
            {"role": "customer", "text": "好的", "time": "2026-03-03 17:00:10"},
        ]);
        let call = json!({"id": "c", "agent": "Y", "customer": "u1", "channel": channel, "turns": turns});
        let entry = told(&format!("{promise}{call}\n"), "客户ID,联系时间,渠道\n");
        assert_eq!(entry["outcome"], expected, "{channel}: {entry}");
    }
}

#[test]
fn cells_of_a_list_are_parted_as_spreadsheets_part_them() {
    let promise = chats(&format!("{SORRY}我今天18:00前给您打电话。"));
    let list = "客户ID,联系时间,渠道\nu1,2026-03-03 17:00:00,电话\n";
    for sign in [";", "\t", "|"] {
        assert_eq!(told(&promise, &list.replace(',', sign))["outcome"], "kept", "{sign:?}");
    }
    assert_eq!(told(&promise, &format!("sep=;\n{}", list.replace(',', ";")))["outcome"], "kept");
    assert_eq!(told(&promise, &format!("\u{feff}{}", list.replace(',', ";")))["outcome"], "kept");
}

#[test]
fn who_promises_to_answer_here_is_held_to_the_chat() {
    let none = "客户ID,联系时间,渠道\n";
    for (promise, expected) in [
        ("我今天18:00前在线回复您。", "broken"),
        ("我今天18:00前在这里给您答复。", "broken"),
        ("I'll reply in this chat by 6 pm today.", "broken"),
        // Any way will do: a call is not in the data.
        ("我今天18:00前回复您。", "unknown"),
        ("我今天18:00前联系您。", "unknown"),
        ("I'll get back to you by 6 pm today.", "unknown"),
    ] {
        let entry = told(&chats(&format!("{SORRY}{promise}")), none);
        assert_eq!(entry["outcome"], expected, "{promise}: {entry}");
    }
    // Anything the agent has said there since may have been the answer.
    let more = json!({"role": "agent", "text": "快递在中转站，明天送达。", "time": "2026-03-03 09:20:00"});
    let chats = chats(&format!("{SORRY}我今天18:00前在线回复您。"));
    let (first, rest) = chats.split_once('\n').unwrap();
    let mut own: Value = serde_json::from_str(first).unwrap();
    own["turns"].as_array_mut().unwrap().push(more);
    assert_ne!(told(&format!("{own}\n{rest}"), none)["outcome"], "broken");
}

#[test]
fn an_hour_that_is_named_stands_whatever_must_happen_first() {
    let none = "客户ID,联系时间,渠道\n";
    let entry = told(&chats(&format!("{SORRY}如果今天18:00前没到，我明天10点前给您打电话。")), none);
    assert_eq!((&entry["dueAt"], &entry["outcome"]), (&json!("2026-03-04T10:00:00+08:00"), &json!("unknown")));
    assert_eq!(entry["condition"], "如果今天18:00前没到");
    // A length of time counts from its condition.
    let entry = told(&chats(&format!("{SORRY}收到退货后我24小时内给您退款。")), none);
    assert_eq!(entry["dueAt"], Value::Null, "{entry}");
}
