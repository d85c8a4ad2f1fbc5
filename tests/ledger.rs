//! The promise ledger through the program: due times, outcomes from later words, formats, and hostile input.

mod support;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::Place;

/// A conversation of customer `u`: turns are `c` or `a`, time, text.
fn chat(id: &str, turns: &[(&str, &str, &str)]) -> Value {
    let turns: Vec<Value> = turns
        .iter()
        .map(|(role, time, text)| {
            let role = if *role == "c" { "customer" } else { "agent" };
            if time.is_empty() {
                json!({"role": role, "text": text})
            } else {
                json!({"role": role, "text": text, "time": time})
            }
        })
        .collect();
    json!({"id": id, "customer": "u", "agent": "Lin", "turns": turns})
}

/// Conversation JSONL.
fn lines(chats: &[Value]) -> String {
    chats.iter().map(|chat| chat.to_string() + "\n").collect()
}

fn ledger(chats: &[Value], more: &[&str]) -> Vec<Value> {
    let place = Place::empty();
    place.write("in.jsonl", lines(chats));
    run(&place, more)
}

fn run(place: &Place, more: &[&str]) -> Vec<Value> {
    let arguments = ["promises", "in.jsonl", "--as-of", "2026-06-15 12:00"];
    let out = place.run(arguments.iter().chain(more)).code(0);
    out.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[track_caller]
fn outcome(chats: &[Value], expected: &str, evidence: Option<&str>) {
    let entries = ledger(chats, &[]);
    assert_eq!(entries[0]["outcome"], expected, "{}", entries[0]);
    assert_eq!(entries[0]["evidence"].as_str(), evidence, "{}", entries[0]);
}

const ASKED: (&str, &str, &str) = ("c", "2026-06-01 10:00", "我的退款呢");
const REPLY: (&str, &str, &str) = ("a", "2026-06-01 10:01", "今天18:00前回复您。");
const CALL: (&str, &str, &str) = ("a", "2026-06-01 10:01", "今天18:00前给您回电。");

#[test]
fn a_moment_in_utc_is_nobodys_clock() {
    for (time, due) in [
        ("2026-06-01T02:01:00Z", "2026-06-01T18:00:00+08:00"),
        ("2026-06-01T10:01:00+08:00", "2026-06-01T18:00:00+08:00"),
        // A sender who states a place means its local time.
        ("2026-06-01T02:01:00+00:00", "2026-06-01T18:00:00+00:00"),
    ] {
        let entry = &ledger(&[chat("c1", &[("a", time, CALL.2)])], &["--zone", "Asia/Shanghai"])[0];
        assert_eq!(entry["dueAt"], due, "{time}");
    }
}

#[test]
fn an_entry_has_the_fields_of_the_format() {
    let entry = &ledger(&[chat("c1", &[ASKED, CALL])], &[])[0];
    assert_eq!(entry["conversation"], "c1");
    assert_eq!(entry["turn"], 1);
    assert_eq!(entry["agent"], "Lin");
    assert_eq!(entry["quote"], "今天18:00前给您回电");
    assert_eq!((&entry["who"], &entry["channel"]), (&json!("agent"), &json!("电话")));
    assert_eq!((&entry["condition"], &entry["deadline"]), (&Value::Null, &json!("specific")));
    assert_eq!(entry["saidAt"], "2026-06-01T10:01:00+08:00");
    assert_eq!(entry["dueAt"], "2026-06-01T18:00:00+08:00");
    let names: BTreeSet<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
    for name in ["what", "outcome", "evidence"] {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn due_times_follow_the_work_calendar_and_the_zone() {
    // Said on the last working day before a feast of three days (25 to 27 September 2026).
    let said = ("a", "2026-09-24T10:00:00+08:00", "我们三个工作日内回复您。");
    let entry = &ledger(&[chat("c", &[ASKED, said])], &[])[0];
    assert_eq!(entry["dueAt"], "2026-09-30T18:00:00+08:00");
    let utc = ("a", "2026-06-01 10:01", "今天18:00前回复您。");
    let entry = &ledger(&[chat("c", &[ASKED, utc])], &["--zone", "UTC"])[0];
    assert_eq!(entry["dueAt"], "2026-06-01T18:00:00+00:00");
}

#[test]
fn a_look_up_is_kept_when_the_agent_comes_back_with_something_to_say() {
    let hold = ("a", "", "请稍等，马上为您查询。");
    let back = ("a", "", "查到了，包裹明天上午到北京。");
    outcome(&[chat("c", &[("c", "", "到哪了"), hold, back])], "kept", Some("查到了，包裹明天上午到北京。"));
    outcome(&[chat("c", &[("c", "", "到哪了"), hold])], "unknown", None);
    outcome(&[chat("c", &[("c", "", "到哪了"), hold, ("a", "", "您好")])], "unknown", None);
    outcome(&[chat("c", &[("c", "", "到哪了"), hold, ("c", "", "查到了吗？")])], "unknown", None);
    outcome(&[chat("c", &[("c", "", "到哪了"), hold, ("c", "", "谢谢")])], "unknown", None);
}

/// Going on talking is no keeping: only what was found or done shows it, and “I could not” shows nothing.
#[test]
fn a_look_up_is_not_kept_by_other_words() {
    let asked = ("c", "", "到哪了");
    let hold = ("a", "", "马上为您查询");
    for words in [
        "系统查不了，我没查",
        "请问还有其他可以帮到您的吗？",
        "请您提供下订单号，帮您查看哦",
        "抱歉，目前正在处理的订单查不到",
    ] {
        outcome(&[chat("c", &[asked, hold, ("c", "", "查到了吗"), ("a", "", words)])], "unknown", None);
    }
    for words in ["您的订单已到北京", "目前还在配货呢", "物流显示已经完成签收了"] {
        outcome(&[chat("c", &[asked, hold, ("c", "", "好"), ("a", "", words)])], "kept", Some(words));
    }
    // What the look-up shows does not keep a cancellation.
    let cancel = ("a", "", "这边帮您取消一下");
    outcome(&[chat("c", &[asked, cancel, ("a", "", "您的订单正在配送途中")])], "unknown", None);
    outcome(&[chat("c", &[asked, cancel, ("a", "", "已经帮您取消了")])], "kept", Some("已经帮您取消了"));
    let check = ("a", "", "We will check it for you");
    let back = |words| [chat("c", &[("c", "", "where is it"), check, ("c", "", "ok"), ("a", "", words)])];
    outcome(&back("Thanks for your feedback! We will record your feedback."), "unknown", None);
    outcome(&back("Sorry, we couldn't check your order, it is late here."), "unknown", None);
    outcome(&back("Your parcel has left Leeds"), "kept", Some("Your parcel has left Leeds"));
}

#[test]
fn what_is_done_at_once_is_done_in_the_chat_whatever_the_verb() {
    for (words, expected) in [
        ("马上为您查询", true),
        ("我马上为您核实", true),
        ("这边马上为您联系站点", true),
        ("我帮您催一下", true),
        ("我现在就补发", true),
        ("I'll refund you right now", true),
        ("马上给您回电", false),
        ("今天18:00前为您联系站点", false),
    ] {
        let entry = &ledger(&[chat("c", &[ASKED, ("a", "2026-06-01 10:01", words)])], &[])[0];
        assert_eq!(entry["immediate"], expected, "{words}");
    }
}

/// What is done within the chat is no contact that was kept, and the moment is in every output.
#[test]
fn figures_tell_look_ups_apart_and_the_moment() {
    let place = Place::empty();
    let looked = [("c", "", "到哪了"), ("a", "", "马上为您查询"), ("a", "", "您的订单已到北京")];
    let mut chats = [
        chat("look", &looked),
        chat("call", &[ASKED, CALL]),
        chat("kept", &[ASKED, CALL, ("c", "2026-06-01 17:00", "接到电话了")]),
    ];
    chats[2]["customer"] = json!("v");
    place.write("in.jsonl", lines(&chats));
    let moment = "2026-06-15T12:00:00+08:00";
    let asked = ["--as-of", "2026-06-15 12:00", "--zone", "Asia/Shanghai"];
    let told = [&*format!("promises as of {moment}: 2; kept 1"), "within the chat: 1; result told 1, unknown 0"];
    place.run(["promises", "in.jsonl", "-o", "out.csv"].iter().chain(&asked)).code(0).warns(&told);
    assert!(String::from_utf8(place.read("out.csv")).unwrap().contains(moment));
    place.run(["audit", "in.jsonl", "-o", "out", "--promises"].iter().chain(&asked)).code(0).warns(&told);
    let summary: Value = serde_json::from_slice(&place.read("out/summary.json")).unwrap();
    assert_eq!((&summary["asOf"], &summary["promises"]["asOf"]), (&json!(moment), &json!(moment)));
    let counts = &summary["promises"];
    assert_eq!((&counts["lasting"]["kept"], &counts["lasting"]["unknown"]), (&json!(1), &json!(1)), "{counts}");
    assert_eq!((&counts["inChat"]["kept"], &counts["kept"]["n"]), (&json!(1), &json!(1)), "{counts}");
    let page = String::from_utf8(place.read("out/report.html")).unwrap();
    assert!(page.contains(moment), "the page tells the moment");
    // A review keeps both; rules can be asked without a ledger, too.
    let review: Vec<u8> = place.read("out/review.csv");
    place.write("back.csv", &review);
    place.run(["audit", "-o", "out", "--review", "back.csv"]).code(0);
    let again: Value = serde_json::from_slice(&place.read("out/summary.json")).unwrap();
    assert_eq!((&again["asOf"], &again["promises"]), (&summary["asOf"], &summary["promises"]));
    place.run(["audit", "in.jsonl", "-o", "rules"].iter().chain(&asked)).code(0);
    let found = String::from_utf8(place.read("rules/findings.jsonl")).unwrap();
    assert!(found.contains("promise/overdue"), "{found}");
    place.run(["promises", "in.jsonl", "-o", "out.doc"]).code(2).warns(&["cli/ending"]);
    assert!(!place.path("out.doc").exists());
}

#[test]
fn a_contact_is_kept_late_or_broken_by_what_comes_later() {
    let news = "您好，退款已经提交银行。";
    let later = |time| chat("d", &[("a", time, news)]);
    outcome(&[chat("c", &[ASKED, REPLY]), later("2026-06-01 17:59")], "kept", Some(news));
    outcome(&[chat("c", &[ASKED, REPLY]), later("2026-06-01 19:30")], "late", Some(news));
    assert_eq!(ledger(&[chat("c", &[ASKED, REPLY]), later("2026-06-01 19:30")], &[])[0]["lateBy"], 5400);
    // The order of the input does not matter, only the times do.
    let entries = ledger(&[later("2026-06-01 17:59"), chat("c", &[ASKED, REPLY])], &[]);
    assert_eq!(entries[0]["outcome"], "kept");
    let angry = chat("d", &[("c", "2026-06-02 09:00", "昨天没人联系我"), ("a", "2026-06-02 09:01", "非常抱歉")]);
    outcome(&[chat("c", &[ASKED, CALL]), angry], "broken", Some("昨天没人联系我"));
    // A complaint before the hour is no proof, and neither is one about an older matter.
    let early = [ASKED, CALL, ("c", "2026-06-01 10:02", "上周也没人联系我")];
    outcome(&[chat("c", &early)], "unknown", None);
    outcome(&[chat("c", &[ASKED, CALL, ("c", "2026-06-01 17:00", "刚才接到电话了")])], "kept", Some("刚才接到电话了"));
    // Chats are in the data, calls and mails are not: that nothing is seen shows nothing.
    let after = chat("e", &[("c", "2026-06-09 09:00", "想问尺码")]);
    outcome(&[chat("c", &[ASKED, REPLY]), after.clone()], "unknown", None);
    // A line in a chat about something else is not the call that was promised, and no answer either.
    let else_where =
        chat("f", &[("c", "2026-06-03 09:00", "另一件什么时候发货"), ("a", "2026-06-03 09:01", "已为您登记")]);
    outcome(&[chat("c", &[ASKED, CALL]), else_where.clone()], "unknown", None);
    outcome(&[chat("c", &[ASKED, REPLY]), else_where], "unknown", None);
    outcome(&[chat("c", &[ASKED, CALL]), after], "unknown", None);
    // The data ends before the hour: nobody can know.
    outcome(&[chat("c", &[ASKED, REPLY])], "unknown", None);
    // Another customer's chat shows nothing.
    let mut other = later("2026-06-01 17:59");
    other["customer"] = json!("v");
    assert_eq!(ledger(&[chat("c", &[ASKED, CALL]), other], &[])[0]["outcome"], "unknown");
}

#[test]
fn a_deed_is_settled_by_words_about_that_deed() {
    let deed = ("a", "2026-06-01 10:01", "我们3天内给您退款。");
    let says = |words| chat("d", &[("c", "2026-06-08 09:00", words)]);
    outcome(&[chat("c", &[ASKED, deed]), says("怎么还没退款")], "broken", Some("怎么还没退款"));
    outcome(&[chat("c", &[ASKED, deed]), says("退款到账了")], "kept", Some("退款到账了"));
    outcome(&[chat("c", &[ASKED, deed]), says("怎么还没发货")], "unknown", None);
    let far = ("a", "2026-06-14 10:01", "我们3天内给您退款。");
    outcome(&[chat("c", &[ASKED, far])], "open", None);
    let untimed = ("a", "", "我们3天内给您退款。");
    outcome(&[chat("c", &[ASKED, untimed])], "unknown", None);
}

#[test]
fn a_visit_or_a_call_is_kept_by_the_words_of_whom_it_was_promised() {
    let asked = ("c", "2026-06-01 10:00", "空调坏了");
    let visit = ("a", "2026-06-01 10:01", "好的，明天上午安排师傅上门维修。");
    let engineer = ("a", "2026-06-01 10:01", "The engineer will come by tomorrow morning.");
    let says = |words| chat("d", &[("c", "2026-06-03 09:00", words)]);
    for (promised, words, evidence) in [
        (visit, "师傅早上来过了，修好了，谢谢", "师傅早上来过了,修好了"),
        (visit, "師傅昨天來過了，修好了，謝謝", "師傅昨天來過了,修好了"),
        (visit, "修好了，师傅昨天来的", "修好了,师傅昨天来的"),
        (CALL, "你们昨天打电话来说好了", "你们昨天打电话来说好了"),
        (CALL, "客服昨天打電話來說退款批了", "客服昨天打電話來說退款批了"),
        (engineer, "the engineer came by this morning, all fixed", "the engineer came by this morning, all fixed"),
        (engineer, "Someone came yesterday and it works again.", "Someone came yesterday and it works again."),
    ] {
        let entries = ledger(&[chat("c", &[asked, promised]), says(words)], &[]);
        assert_eq!(entries[0]["outcome"], "kept", "{words}: {}", entries[0]);
        assert_eq!(entries[0]["evidence"].as_str().unwrap().replace('，', ","), evidence);
        assert_eq!(entries[0]["evidenceConversation"], "d");
    }
    for (promised, words) in [
        (visit, "师傅说要来"),
        (visit, "师傅说明天来修好了再说"),
        (visit, "师傅什么时候来修好？"),
        (visit, "師傅來了，沒修好"),
        (visit, "师傅来了吗，修好了吗"),
        (visit, "客服打电话给我了"),
        (CALL, "你们说要打电话来的"),
        (CALL, "师傅来过了，修好了"),
        (engineer, "the engineer said he would come and get it fixed"),
        (engineer, "the engineer came but it is not fixed"),
    ] {
        let entries = ledger(&[chat("c", &[asked, promised]), says(words)], &[]);
        assert_eq!(entries[0]["outcome"], "unknown", "{words}: {}", entries[0]);
    }
    for (promised, words) in [
        (visit, "到现在还没人来"),
        (visit, "师傅昨天没来"),
        (CALL, "到现在没人联系我"),
        (engineer, "nobody came yesterday"),
    ] {
        let entries = ledger(&[chat("c", &[asked, promised]), says(words)], &[]);
        assert_eq!(entries[0]["outcome"], "broken", "{words}: {}", entries[0]);
    }
}

#[test]
fn a_condition_starts_the_clock_when_it_is_seen() {
    let said = ("a", "2026-06-01 10:01", "收到退货后24小时内给您退款。");
    let entry = &ledger(&[chat("c", &[ASKED, said])], &[])[0];
    assert_eq!((&entry["outcome"], &entry["dueAt"]), (&json!("unknown"), &Value::Null));
    let arrived = ("a", "2026-06-03 09:00", "您的退货仓库已签收。");
    let entry = &ledger(&[chat("c", &[ASKED, said, arrived, ("c", "2026-06-06 09:00", "还没退款")])], &[])[0];
    assert_eq!(entry["dueAt"], "2026-06-04T09:00:00+08:00");
    assert_eq!(entry["outcome"], "broken");
}

#[test]
fn lists_of_contacts_tell_what_chats_do_not() {
    let place = Place::empty();
    place.write("in.jsonl", format!("{}\n", chat("c", &[ASKED, CALL])));
    place.write("calls.csv", "\u{feff}Customer,time,channel\nu,2026-06-01 17:00,call\nv,2026-06-01 17:00,call\n");
    assert_eq!(run(&place, &["--contacts", "calls.csv"])[0]["outcome"], "kept");
    place.write("calls.jsonl", "{\"customer\":\"u\",\"time\":\"2026-06-01 20:00\",\"channel\":\"call\"}\n");
    assert_eq!(run(&place, &["--contacts", "calls.jsonl"])[0]["lateBy"], 7200);
    // A list of calls without this one: it was not made.
    place.write("calls.csv", "customer,time,channel\nv,2026-06-01 09:00,call\nv,2026-06-09 17:00,call\n");
    assert_eq!(run(&place, &["--contacts", "calls.csv"])[0]["outcome"], "broken");
    place.write("calls.csv", "customer,time,channel\nu,never,call\n,2026-06-09 17:00,call\nu,2026-06-01 17:00,call\n");
    let arguments = ["promises", "in.jsonl", "--as-of", "2026-06-15 12:00", "--contacts", "calls.csv"];
    place.run(arguments).code(2).says(&["\"kept\""]).warns(&["calls.csv:2", "`time`", "calls.csv:3", "customer"]);
}

#[test]
fn a_spreadsheet_finds_no_formula_and_no_private_data() {
    let place = Place::empty();
    let mut chat =
        chat("=HYPERLINK(\"http://x\")", &[ASKED, ("a", "2026-06-01 10:01", "今天18:00前打13812345678给您回电")]);
    chat["agent"] = json!("@SUM(A1)");
    place.write("in.jsonl", format!("{chat}\n"));
    for name in ["out.csv", "out.ics", "out.jsonl", "out.xlsx"] {
        place.run(["promises", "in.jsonl", "-o", name, "--as-of", "2026-06-01 12:00"]).code(0).warns(&["open 1"]);
    }
    let csv = String::from_utf8(place.read("out.csv")).unwrap();
    assert!(csv.starts_with('\u{feff}'), "Excel needs the mark");
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\",2,'@SUM(A1),"), "{csv}");
    for name in ["out.csv", "out.ics", "out.jsonl"] {
        let text = String::from_utf8(place.read(name)).unwrap();
        assert!(!text.contains("13812345678") && text.contains("138****5678"), "{name}: {text}");
    }
    assert!(place.read("out.xlsx").starts_with(b"PK"));
    place.run(["promises", "in.jsonl", "-f", "xlsx"]).code(2).warns(&["-o"]);
}

#[test]
fn a_calendar_is_read_by_calendars() {
    let place = Place::empty();
    let long = "非常抱歉，".repeat(20);
    let chats = [
        chat("a,b;c\\d", &[ASKED, ("a", "2026-06-14 10:01", &format!("{long}后天18:00前给您回电。"))]),
        chat("kept", &[ASKED, REPLY, ("c", "2026-06-01 17:00", "收到回复了，接到电话了")]),
    ];
    place.write("in.jsonl", lines(&chats));
    let make = || {
        place.run(["promises", "in.jsonl", "-o", "out.ics", "--as-of", "2026-06-15 12:00"]).code(0);
        String::from_utf8(place.read("out.ics")).unwrap()
    };
    let text = make();
    assert_eq!(make(), text, "the same ledger is the same calendar");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
    let calendars: Vec<_> = ical::IcalParser::new(text.as_bytes()).collect::<Result<_, _>>().unwrap();
    assert_eq!(calendars.len(), 1);
    let events = &calendars[0].events;
    assert_eq!(events.len(), 1, "what is settled needs no reminder");
    let value = |name: &str| {
        let found = events[0].properties.iter().find(|property| property.name == name);
        found.and_then(|property| property.value.clone()).unwrap()
    };
    assert_eq!(value("DTSTART"), "20260616T100000Z");
    assert!(value("SUMMARY").contains("a\\,b\\;c\\\\d"), "{}", value("SUMMARY"));
    assert!(value("UID").ends_with("@replylint"));
    assert!(value("DESCRIPTION").contains("回电"));
}

#[test]
fn a_bad_line_is_said_and_the_rest_is_done() {
    let place = Place::empty();
    place.write("in.jsonl", format!("not json\n{}\n{{\"turns\":[{{\"role\":\"x\"}}]}}\n", chat("c", &[ASKED, CALL])));
    let out = place.run(["promises", "in.jsonl", "gone.jsonl", "--as-of", "2026-06-15 12:00"]).code(2);
    assert_eq!(out.stdout.lines().count(), 1);
    out.warns(&["gone.jsonl", "in.jsonl:1", "in.jsonl:3"]);
    place.run(["promises", "in.jsonl", "--as-of", "yesterdayish"]).code(2).warns(&["cli/moment"]);
    place.run(["promises", "in.jsonl", "--zone", "Moon/Base"]).code(2).warns(&["Moon/Base"]);
}

#[test]
fn check_finds_broken_and_overdue_promises_of_a_chat() {
    let place = Place::empty();
    let chats = [
        chat("broken", &[ASKED, CALL, ("c", "2026-06-02 09:00", "昨天没人联系我")]),
        chat("overdue", &[ASKED, CALL]),
        chat("kept", &[ASKED, CALL, ("c", "2026-06-01 17:00", "接到电话了")]),
    ];
    place.write("in.jsonl", lines(&chats));
    let found = |as_of: &str| {
        let rules = "promise/broken-promise,promise/overdue";
        let document = place.json(["in.jsonl", "--select", rules, "--as-of", as_of]);
        let findings = document["findings"].as_array().unwrap().iter();
        let told = findings.map(|finding| format!("{} {}", finding["conversation"], finding["rule"]).replace('"', ""));
        (told.collect::<Vec<_>>(), document["summary"]["asOf"].clone())
    };
    let (told, as_of) = found("2026-06-15 12:00");
    assert_eq!(told, ["broken promise/broken-promise", "overdue promise/overdue"]);
    assert_eq!(as_of, "2026-06-15T12:00:00+08:00");
    let (told, as_of) = found("2026-06-01 12:00");
    assert_eq!(
        (told.as_slice(), as_of),
        (&["broken promise/broken-promise".to_owned()][..], json!("2026-06-01T12:00:00+08:00"))
    );
}

#[test]
fn a_list_of_calls_is_read_in_its_own_words() {
    let place = Place::empty();
    place.write("in.jsonl", lines(&[chat("call", &[ASKED, CALL])]));
    place.write("calls.csv", "客户ID,拨打时间,渠道\nu,2026/6/1 17:30,电话\n");
    let told = run(&place, &["--contacts", "calls.csv"]);
    assert_eq!((&told[0]["outcome"], &told[0]["evidence"]), (&json!("kept"), &json!("电话")), "{}", told[0]);
    // A text message is no call.
    place.write("calls.csv", "客户ID,拨打时间,渠道\nu,2026/6/1 17:30,短信\n");
    assert_ne!(run(&place, &["--contacts", "calls.csv"])[0]["outcome"], "kept");
    place.write("calls.csv", "客户ID,拨打时间,渠道\nu,2026/6/1 17:30,外呼\n");
    let audit = ["audit", "in.jsonl", "-o", "out", "--no-reports", "--promises", "--contacts", "calls.csv"];
    place.run(audit.iter().chain(&["--as-of", "2026-06-15"])).code(0);
    let told = String::from_utf8(place.read("out/promises.jsonl")).unwrap();
    assert!(told.contains("\"outcome\":\"kept\""), "{told}");
}

#[test]
fn what_came_later_is_not_known_at_a_moment() {
    let chats = [chat("kept", &[ASKED, CALL, ("c", "2026-06-01 17:00", "接到电话了")])];
    let place = Place::empty();
    place.write("in.jsonl", lines(&chats));
    let outcome = |as_of: &str| {
        let out = place.run(["promises", "in.jsonl", "--as-of", as_of]).code(0);
        serde_json::from_str::<Value>(out.stdout.lines().next().unwrap()).unwrap()["outcome"].clone()
    };
    assert_eq!((outcome("2026-06-01 12:00"), outcome("2026-06-15 12:00")), (json!("open"), json!("kept")));
}

#[test]
fn a_range_of_days_falls_due_at_its_end() {
    let due = |text: &str| {
        let ledger = ledger(&[chat("c", &[ASKED, ("a", "2026-06-01 10:01", text)])], &[]);
        (ledger[0]["quote"].as_str().unwrap().to_owned(), ledger[0]["dueAt"].as_str().unwrap_or("none").to_owned())
    };
    let (quote, at) = due("24-48小时内给您答复");
    assert_eq!((quote.as_str(), at.as_str()), ("24-48小时内给您答复", "2026-06-03T10:01:00+08:00"));
    assert_eq!(due("我会在1到3个工作日内给您处理退款").1, "2026-06-04T18:00:00+08:00");
    assert_eq!(due("I will refund you within 3 to 5 business days.").1, "2026-06-08T18:00:00+08:00");
}

/// “Got it” without a name is about the one thing that was to be sent; in doubt nobody knows.
#[test]
fn a_receipt_without_a_name_keeps_the_only_promise() {
    let asked = ("c", "2026-06-01 10:00", "发票什么时候开");
    let sent = ("a", "2026-06-01 10:01", "发票明天发您。");
    let mail = ("a", "2026-06-01 10:01", "发票明天发到您邮箱。");
    let (got, later) = (("c", "2026-06-02 10:00", "收到了，谢谢"), ("c", "2026-06-04 10:00", "收到了"));
    let two = ("a", "2026-06-01 10:01", "发票明天发您，补发的货3天内寄出。");
    let other = ("a", "2026-06-02 09:50", "您好，昨天的包裹收到了吗？");
    for (turns, expected) in [
        (&[asked, sent, got][..], "kept"),
        (&[asked, mail, got], "kept"),
        (&[asked, mail, ("c", "2026-06-02 10:00", "发票收到了，谢谢")], "kept"),
        // “Received” a moment later is the message; late is not told; another thing; another promise; another question.
        (&[asked, sent, ("c", "2026-06-01 10:02", "收到了")], "unknown"),
        (&[asked, sent, later], "unknown"),
        (&[asked, sent, ("c", "2026-06-02 10:00", "快递收到了")], "unknown"),
        (&[asked, two, got], "unknown"),
        (&[asked, sent, other, got], "unknown"),
        (&[asked, ("a", "2026-06-01 10:01", "明天帮您催一下仓库。"), got], "unknown"),
        (&[asked, ("a", "", "发票明天发您。"), ("c", "", "收到了")], "unknown"),
    ] {
        let entry = &ledger(&[chat("c", turns)], &[])[0];
        assert_eq!(entry["outcome"], expected, "{turns:?}: {entry}");
    }
    let again = chat("d", &[("a", "2026-05-30 10:00", "补发的货3天内寄出。")]);
    assert_eq!(ledger(&[chat("c", &[asked, sent, got]), again], &[])[0]["outcome"], "unknown");
}

#[test]
fn a_colleague_who_calls_in_time_has_kept_the_promise() {
    let place = Place::empty();
    let other = ("a", "2026-06-01 10:01", "专员今天18:00前会给您回电。");
    place.write("in.jsonl", lines(&[chat("c", &[ASKED, other])]));
    // A later call may be another one, and that none is listed shows nothing of somebody else's lists.
    for (at, expected) in [("17:00", "kept"), ("19:00", "unknown")] {
        place.write("calls.csv", format!("customer,time,channel\nu,2026-06-01 {at},call\nv,2026-06-09 10:00,call\n"));
        let entry = &run(&place, &["--contacts", "calls.csv"])[0];
        assert_eq!((&entry["who"], &entry["outcome"]), (&json!("other"), &json!(expected)), "{at}: {entry}");
    }
    let entry =
        &ledger(&[chat("c", &[ASKED, other]), chat("d", &[("a", "2026-06-01 17:00", "您好，退款已经提交。")])], &[])[0];
    assert_eq!(entry["outcome"], "unknown", "{entry}");
}
