//! The promise ledger: what customers say in plain words, calls that did not get through, and where chats come from.

mod support;

use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;
use support::Place;

const CALL: [&str; 2] = ["您好，非常抱歉，我今天18:00前给您打电话。", "Sorry, I will call you by 6 pm today."];
const REFUND: [&str; 2] = ["您好，我今天18:00前给您退款。", "Sorry, I will refund you by 6 pm today."];
const RESEND: [&str; 2] = ["您好，我今天18:00前给您补发。", "Sorry, I will send you a replacement by 6 pm today."];
const INVOICE: [&str; 2] = ["您好，我今天18:00前把发票发给您。", "Sorry, I will email you the invoice by 6 pm today."];

/// A promise of 8 June 2026, and what the customer says at this time.
fn chat(id: usize, promise: &str, said: &str, at: &str) -> String {
    let turns = json!([
        {"role": "customer", "text": "在吗", "time": "2026-06-08 10:00:00"},
        {"role": "agent", "text": promise, "time": "2026-06-08 10:01:00"},
        {"role": "customer", "text": said, "time": at},
    ]);
    json!({"id": id.to_string(), "customer": format!("u{id}"), "agent": "Z", "turns": turns}).to_string() + "\n"
}

/// Each of these words said at a time, with the outcome of the promise.
#[track_caller]
fn said(promise: [&str; 2], at: &str, as_of: &str, words: &[(&str, &str)]) {
    let place = Place::empty();
    let chats: String = (words.iter().enumerate())
        .map(|(id, (word, _))| chat(id, promise[usize::from(word.is_ascii())], word, at))
        .collect();
    place.write("in.jsonl", chats);
    let out = place.run(["promises", "in.jsonl", "--as-of", as_of, "--zone", "Asia/Shanghai"]).code(0);
    let entries: Vec<Value> = out.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), words.len());
    for (entry, (word, expected)) in entries.iter().zip(words) {
        assert_eq!(entry["outcome"], *expected, "{word}: {entry}");
    }
}

const LATER: &str = "2026-06-09 11:00:00";
const NEXT_DAY: &str = "2026-06-09 12:00";

#[test]
fn a_call_that_never_came_is_told_in_plain_words() {
    let words = [
        "没接到你们电话啊",
        "一直没人给我打电话",
        "到现在也没消息",
        "電話一直沒有響過",
        "没有任何电话打进来",
        "我等了一晚上电话没等到",
        "说好的电话呢",
        "怎么没回音啊",
        "still haven't heard from anyone",
        "nobody called",
        "no one's called me",
        "I didn't get a call",
        "never got the call",
    ];
    said(CALL, LATER, NEXT_DAY, &words.map(|word| (word, "broken")));
    // Who missed the call was called.
    for word in ["不好意思没接到你们电话", "手机静音没接到电话"] {
        said(CALL, LATER, NEXT_DAY, &[(word, "unknown")]);
    }
    let words = ["电话接到了", "接到電話了，謝謝", "刚接到你们的电话", "got your call, thanks"];
    said(CALL, LATER, NEXT_DAY, &words.map(|word| (word, "kept")));
    // Before it is due, nothing is broken.
    said(CALL, "2026-06-08 12:00:00", "2026-06-08 13:00", &[("没接到你们电话啊", "open"), ("nobody called", "open")]);
}

#[test]
fn a_thing_is_there_or_missing_under_any_of_its_names() {
    let broken = |words: &[&'static str]| words.iter().map(|word| (*word, "broken")).collect::<Vec<_>>();
    let kept = |words: &[&'static str]| words.iter().map(|word| (*word, "kept")).collect::<Vec<_>>();
    let words = [
        "钱还没到账",
        "錢到現在都沒退回來",
        "我的退款呢",
        "the refund isn't here yet",
        "refund hasn't come through",
        "still waiting for my refund",
        "the money has not come",
    ];
    said(REFUND, LATER, NEXT_DAY, &broken(&words));
    let words = ["钱到账了", "錢到帳了", "got the refund, thanks", "the money is in my account", "refund received"];
    said(REFUND, LATER, NEXT_DAY, &kept(&words));
    said(INVOICE, LATER, NEXT_DAY, &broken(&["发票还没收到", "我的发票呢", "I still don't have the invoice"]));
    said(INVOICE, LATER, NEXT_DAY, &kept(&["收到发票了", "got the invoice"]));
    said(RESEND, LATER, NEXT_DAY, &broken(&["补发的还没收到", "the replacement isn't here"]));
    said(RESEND, LATER, NEXT_DAY, &kept(&["补发的到了", "the replacement came today"]));
    // Another thing that did not come breaks nothing.
    said(RESEND, LATER, NEXT_DAY, &[("发票还没收到", "unknown"), ("the refund isn't here yet", "unknown")]);
    said(REFUND, LATER, NEXT_DAY, &[("补发的还没收到", "unknown"), ("发票收到了", "unknown")]);
    said(REFUND, "2026-06-08 12:00:00", "2026-06-08 13:00", &[("钱还没到账", "open"), ("钱到账了", "kept")]);
}

/// The promised call, with a list of these entries and one of others before and behind it.
#[track_caller]
fn listed(entries: &str, said: &str, expected: &str) -> Value {
    let place = Place::empty();
    place.write("in.jsonl", chat(1, CALL[0], said, LATER));
    let list = "客户ID,联系时间,渠道,结果\nu9,2026-05-10 17:00,电话,已接通\nu9,2026-06-25 10:00,电话,已接通\n";
    place.write("list.csv", format!("{list}{entries}"));
    let arguments =
        ["promises", "in.jsonl", "--contacts", "list.csv", "--as-of", "2026-06-30", "--zone", "Asia/Shanghai"];
    let out = place.run(arguments).code(0);
    let entry: Value = serde_json::from_str(out.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(entry["outcome"], expected, "{entries}: {entry}");
    entry
}

#[test]
fn a_call_that_did_not_get_through_is_an_attempt() {
    for result in ["未接通", "无人接听", "無人接聽", "占线", "关机", "no answer", "Voicemail", "busy", "No Answer (3)"]
    {
        // In time, the agent tried: neither kept nor broken, whatever the customer says or comes later.
        let entry = listed(&format!("u1,2026-06-08 17:00,电话,{result}\n"), "在忙", "unknown");
        assert_eq!(entry["evidence"], format!("电话, {result}"));
    }
    listed("u1,2026-06-08 17:00,电话,无人接听\n", "没人给我打电话", "unknown");
    listed("u1,2026-06-08 17:00,电话,无人接听\nu1,2026-06-09 10:00,电话,已接通\n", "在忙", "unknown");
    listed("u1,2026-06-08 17:00,电话,无人接听\nu1,2026-06-08 17:30,电话,接通\n", "在忙", "kept");
    listed("u1,2026-06-08 17:30,电话,已接通\n", "在忙", "kept");
    // After it, an attempt is none; nor is a mail, or a call before the promise.
    listed("u1,2026-06-09 10:00,电话,无人接听\n", "在忙", "broken");
    listed("u1,2026-06-08 17:00,短信,发送失败\n", "在忙", "broken");
    listed("u1,2026-06-08 09:00,电话,无人接听\n", "在忙", "broken");
    // A customer who rang and reached nobody was told nothing.
    listed("u1,2026-06-08 12:00,呼入,无人接听\n", "在忙", "broken");
}

#[test]
fn standard_input_is_in_the_ledger_of_an_audit() {
    let place = Place::empty();
    let chats = chat(1, CALL[0], "nobody called", LATER) + &chat(2, CALL[0], "没人打电话", LATER);
    let arguments = ["audit", "-", "--promises", "-o", "out", "-q", "--no-reports", "--as-of", "2026-06-30"];
    place.pipe(arguments, &chats).code(0);
    let ledger = String::from_utf8(place.read("out/promises.jsonl")).unwrap();
    let outcomes: Vec<Value> = ledger.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(support::each(&outcomes, "outcome"), ["broken", "broken"], "{ledger}");
    assert!(outcomes.iter().all(|entry| entry["path"].is_null()), "{ledger}");
}

#[test]
fn tables_of_a_folder_are_read_and_what_is_no_chat_is_passed_over() {
    let place = Place::empty();
    let table = format!(
        "conversation,role,time,text,agent\n1,customer,2026-06-08 10:00,在吗,\n1,agent,2026-06-08 10:01,{},Z\n",
        CALL[0]
    );
    place.write("chats/june.csv", table);
    place.write("chats/list.csv", "客户ID,联系时间,渠道\n1,2026-06-08 17:00,电话\n");
    place.write("chats/prices.csv", "name,price\n我今天18:00前给您打电话,3\n");
    let arguments = ["promises", "chats", "--as-of", "2026-06-30", "--zone", "Asia/Shanghai"];
    let out = place.run(arguments).code(0);
    assert_eq!(out.stdout.lines().count(), 1, "{}", out.stdout);
    let acts = place.run(["acts", "chats", "--format", "jsonl"]).code(0);
    let recognised: Vec<Value> = acts.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(recognised.iter().any(|turn| turn["promises"][0]["deadline"] == "specific"), "{}", acts.stdout);
    assert!(recognised.iter().all(|turn| turn["conversation"] == "1"), "{}", acts.stdout);
    // The ledger may be written there, again and again; a chat is not written over.
    for output in ["chats/ledger.xlsx", "chats/ledger.csv", "chats/ledger.parquet"] {
        for _ in 0..2 {
            let out = place.run(arguments.iter().chain(&["-o", output, "--locale", "en"])).code(0);
            assert!(out.stderr.contains(": 1; kept"), "{output}: {}", out.stderr);
        }
    }
    place.run(arguments.iter().chain(&["-o", "chats/june.csv"])).code(2);
}

#[test]
fn who_ends_the_program_leaves_nothing_beside_the_ledger() {
    let place = Place::empty();
    let mut command = place.command(["promises", "-", "-o", "ledger.jsonl"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // More than a pipe holds: when it is written, the program is reading.
    let chats = chat(1, CALL[0], "nobody called", LATER).repeat(1000);
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(chats.as_bytes()).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let left: Vec<_> = std::fs::read_dir(place.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".replylint-")), "{left:?}");
}

/// The entries for a promise of 8 June 2026 at 15:00 and what the agent or the customer says after it.
fn after(promise: &str, later: &[(&str, &str, &str)]) -> Vec<Value> {
    let place = Place::empty();
    let mut turns = vec![
        json!({"role": "customer", "text": "在吗", "time": "2026-06-08 14:59:00"}),
        json!({"role": "agent", "text": promise, "time": "2026-06-08 15:00:00"}),
    ];
    turns.extend(later.iter().map(|(role, text, time)| json!({"role": role, "text": text, "time": time})));
    place.write("in.jsonl", json!({"id": "c", "customer": "u", "agent": "Z", "turns": turns}).to_string() + "\n");
    let out = place.run(["promises", "in.jsonl", "--as-of", "2026-06-30", "--zone", "Asia/Shanghai"]).code(0);
    out.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const SOON: &str = "2026-06-08 15:05:00";
const WEEK: &str = "2026-06-15 15:00:00";

#[test]
fn only_what_is_said_of_the_thing_shows_its_outcome() {
    for (promise, role, words, at, expected) in [
        ("马上为您查询", "agent", "结果：该商品符合价保规则", SOON, "kept"),
        ("马上为您查询", "agent", "查询一下这个商品的订单号是多少", SOON, "unknown"),
        ("I will check it for you", "agent", "The order is delayed until Friday.", SOON, "kept"),
        ("I will check it for you", "agent", "Your order number is on the receipt.", SOON, "unknown"),
        ("I will check it for you", "agent", "Your account will be safe with us.", SOON, "unknown"),
        // Sent off is not arrived, under way is not done, and shared particles name nothing.
        ("退款3个工作日内到账", "agent", "已经退款了", WEEK, "unknown"),
        ("退款3个工作日内到账", "customer", "退款到账了", "2026-06-09 10:00:00", "kept"),
        ("会正常给您配送的", "agent", "您的订单正在配送途中", WEEK, "unknown"),
        ("我们会给您退款的", "agent", "已经给您备注了", WEEK, "unknown"),
        ("Your refund will arrive within 3 business days.", "customer", "Still no refund.", WEEK, "broken"),
    ] {
        let entries = after(promise, &[(role, words, at)]);
        assert_eq!(entries.len(), 1, "{promise}");
        assert_eq!(entries[0]["outcome"], expected, "{promise} / {words}: {}", entries[0]);
    }
    // A colon does not end the evidence, and what stands in the same message came first.
    let kept = after("马上为您查询", &[("agent", "结果：该商品符合价保规则", SOON)]);
    assert_eq!(kept[0]["evidence"], "结果：该商品符合价保规则");
    assert_eq!(after("我们会尽快修复这条路，别的路已经修复了。", &[])[0]["outcome"], "unknown");
    assert_eq!(after("我们会尽快修复这条路。\n这条路已经修复了。", &[])[0]["outcome"], "kept");
}

#[test]
fn conditions_and_days_reach_the_promise_that_hangs_on_them() {
    let told = |promise: &str, key: &str| {
        let entries = after(promise, &[]);
        entries.last().map_or(Value::Null, |entry| entry[key].clone())
    };
    let conditional = "如果明天还没收到，请联系我，我们会在24小时内给您补发。";
    assert_eq!(told(conditional, "condition"), "如果明天还没收到");
    assert_eq!(told(conditional, "dueAt"), Value::Null);
    let english = "If it has not arrived by Friday, please contact us, and we will send a replacement within 24 hours.";
    assert_eq!(told(english, "condition"), "If it has not arrived by Friday");
    assert_eq!(told("感谢您在活动后给我们留言，请您稍候，我们会给您回电。", "condition"), Value::Null);
    // An hour behind one of another day is of that day, and of the same half of it; behind a past one it is not.
    for (promise, due) in [
        ("师傅明天九点上门，十点前修好。", "2026-06-09T10:00:00+08:00"),
        ("明天下午三点上门，五点前修好。", "2026-06-09T17:00:00+08:00"),
        ("快递明天上午到，师傅下午三点上门安装。", "2026-06-09T15:00:00+08:00"),
        ("您昨天下午三点来电我们记下了，十点前给您回电。", "2026-06-08T22:00:00+08:00"),
        ("8月8日召集各方与您进行沟通协调。", "2026-08-08T23:59:59+08:00"),
    ] {
        assert_eq!(told(promise, "dueAt"), due, "{promise}");
    }
    assert_eq!(told("将督促施工单位在3天内做好围挡", "what"), "督促施工单位在3天内做好围挡");
    assert_eq!(told("I will send the label on Friday.", "what"), "send the label");
    // A time that had passed when it was said is told, not promised.
    assert!(after("2026年5月28日至6月1日给您完成处理。", &[]).is_empty());
}
