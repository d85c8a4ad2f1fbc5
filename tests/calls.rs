//! Calls as speech recognition transcribes them: no punctuation, fillers, pauses, numbers read aloud, times of each
//! message.

mod support;

use serde_json::{Value, json};
use support::Place;

/// A call of these messages: who, what, and when each began and ended.
fn call(channel: &str, turns: &[(&str, &str, &str, &str)]) -> String {
    let turns: Vec<Value> = turns
        .iter()
        .map(|(role, text, time, end)| match (*time, *end) {
            ("", _) => json!({ "role": role, "text": text }),
            (time, "") => json!({ "role": role, "text": text, "time": time }),
            (time, end) => json!({ "role": role, "text": text, "time": time, "end": end }),
        })
        .collect();
    format!("{}\n", json!({ "id": "1", "agent": "a1", "channel": channel, "closedBy": "customer", "turns": turns }))
}

/// The rules that found something, each with its quotation, and those that could not be evaluated.
fn found(call: &str) -> (Vec<(String, String)>, Vec<String>) {
    let place = Place::empty();
    place.write("calls.jsonl", call);
    let run = place.run(["check", "--format", "json", "--show-pii", "--fail-on", "never", "-v", "calls.jsonl"]);
    let out: Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = out["findings"].as_array().unwrap();
    let unknown = out["notEvaluated"].as_array().unwrap();
    (
        findings.iter().map(|finding| (text(&finding["rule"]), text(&finding["quote"]))).collect(),
        unknown.iter().map(|unknown| text(&unknown["rule"])).collect(),
    )
}

fn quotes(call: &str, rule: &str) -> Vec<String> {
    found(call).0.into_iter().filter(|(found, _)| found == rule).map(|(_, quote)| quote).collect()
}

fn said(channel: &str, text: &str) -> String {
    call(channel, &[("customer", "杯子碎了怎么办", "", ""), ("agent", text, "", "")])
}

#[test]
fn a_pause_divides_speech_where_it_was_whatever_the_width_of_its_signs() {
    for (wide, narrow) in [
        ("，好…然", ",好…然"),
        ("，，好的…然后我们会尽快给您回复", ",,好的…然后我们会尽快给您回复"),
        ("（您好）…抱歉，我们会尽快…给您回复！", "(您好)…抱歉,我们会尽快…给您回复!"),
    ] {
        let rules = |text| found(&said("call", text)).0.into_iter().map(|(rule, _)| rule).collect::<Vec<_>>();
        assert_eq!(rules(wide), rules(narrow), "{wide}");
    }
}

#[test]
fn fillers_and_pauses_hide_nothing_in_a_call() {
    for (text, quote) in [
        ("抱歉 我们会尽_快给您回复", "尽_快"),
        ("抱歉呃我们会尽嗯快给您回复", "尽嗯快"),
        ("抱歉，我們會，嗯，盡那個快給您回覆", "盡那個快"),
        ("抱歉 我们 会 尽快 给 您 回复", "尽快"),
        ("we are sorry uh we will get back to you as soon um as possible", "as soon um as possible"),
        ("sorry we will _ get back to you as soon as _ possible", "as soon as _ possible"),
    ] {
        let quotes = quotes(&said("call", text), "promise/vague-promise");
        assert!(quotes.iter().any(|found| found == quote), "{text}: {quotes:?}");
    }
    assert!(quotes(&said("chat", "抱歉，我们会尽嗯快给您回复"), "promise/vague-promise").is_empty());
}

#[test]
fn what_only_writing_can_do_wrong_is_not_asked_of_a_call() {
    let text = "好的亲我帮您看了一下您这个订单是上周三下单的然后仓库那边周四就已经发出来了现在显示的是在广州的分拣中心预计明天上午会派送到您那边到时候快递员会提前给您打电话的您保持电话畅通就可以了！！！！";
    for rule in ["wording/long-sentence", "wording/repeated-punctuation"] {
        assert_eq!(quotes(&said("chat", text), rule).len(), 1, "{rule}");
        for channel in ["call", "电话", "Hotline"] {
            assert!(quotes(&said(channel, text), rule).is_empty(), "{rule}");
        }
    }
}

#[test]
fn a_number_that_is_read_aloud_is_private() {
    for text in [
        "您记一下他的号码幺三八零零幺三八零零零",
        "他的手機 一三八 嗯 零零一三 呃 八零零零",
        "his number is one three eight double oh one three uh eight triple oh",
        "他的身份证一一零一零五一九四九一二三一零零二叉",
        "卡号是六二二二_零二一二_三四五六_七八九二",
        "the mobile on file is four one five five five five oh one three two",
    ] {
        let quotes = quotes(&said("call", text), "compliance/exposed-pii");
        assert_eq!(quotes.len(), 1, "{text}");
    }
    for text in ["您的订单号一三八零零幺三八零零零", "一共一百三十八块零五毛", "two thousand and twenty six"]
    {
        assert!(quotes(&said("call", text), "compliance/exposed-pii").is_empty(), "{text}");
    }
}

#[test]
fn what_is_read_aloud_reaches_no_file_of_an_audit() {
    let place = Place::empty();
    let zh = said("call", "您记一下我同事的手机幺三八零零 嗯 幺三八零零零，我们会尽_快联系您");
    let en =
        said("call", "his number is one three eight double oh one three uh eight triple oh, we will call you soon");
    place.write("calls.jsonl", zh + &en);
    place.run(["audit", "calls.jsonl", "-o", "out"]).code(0);
    for name in ["conversations.jsonl", "findings.jsonl", "review.csv", "report.html", "findings.csv"] {
        let bytes = place.read(&format!("out/{name}"));
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("exposed-pii"), "{name}");
        for part in ["零零 嗯 幺三八零", "零零 嗯 幺三", "eight double oh", "oh one three"] {
            assert!(!text.contains(part), "{name}: {part}");
        }
    }
}

#[test]
fn silences_and_talking_over_come_from_times() {
    let over = [
        ("customer", "我的水壶漏水我跟你们说了很多次都没有人管", "0.0", "9.5"),
        ("agent", "您先报一下订单号", "4", "7"),
        ("customer", "一二三四", "10", "11"),
        ("agent", "查到了明天给您补发", "00:40", "00:44"),
    ];
    for channel in ["call", "电话", "Hotline"] {
        assert_eq!(quotes(&call(channel, &over), "pace/talks-over-customer"), ["您先报一下订单号"], "{channel}");
        assert_eq!(quotes(&call(channel, &over), "pace/dead-air"), ["查到了明天给您补发"], "{channel}");
    }
    // Listening aloud is not an interruption, and an announced silence is not dead air.
    let fine = [
        ("customer", "我的水壶漏水我跟你们说了很多次都没有人管", "0.0", "9.5"),
        ("agent", "嗯 好的", "4", "7"),
        ("agent", "请您稍等", "10", "11"),
        ("agent", "查到了明天给您补发", "00:40", "00:44"),
    ];
    let (found, unknown) = found(&call("call", &fine));
    assert!(!found.iter().any(|(rule, _)| rule.starts_with("pace/")), "{found:?}");
    assert!(!unknown.iter().any(|rule| rule.starts_with("pace/")), "{unknown:?}");
}

#[test]
fn without_times_nobody_knows() {
    for turns in [
        [("customer", "水壶漏水", "", ""), ("agent", "您报一下订单号", "", "")],
        [("customer", "水壶漏水", "2026-03-02 10:00:00", ""), ("agent", "您报一下订单号", "2026-03-02 10:01:00", "")],
    ] {
        let (found, unknown) = found(&call("call", &turns));
        assert!(!found.iter().any(|(rule, _)| rule == "pace/dead-air" || rule == "pace/talks-over-customer"));
        for rule in ["pace/dead-air", "pace/talks-over-customer"] {
            assert!(unknown.iter().any(|other| other == rule), "{rule}: {unknown:?}");
        }
        // The rule does not apply to chats.
        let (_, unknown) = self::found(&call("chat", &turns));
        assert!(!unknown.iter().any(|rule| rule == "pace/dead-air"));
    }
}

#[test]
fn the_scorecard_of_calls_takes_points_for_them() {
    let place = Place::empty();
    let turns = [
        ("customer", "我的水壶漏水我跟你们说了很多次都没有人管", "2026-03-02 10:00:00", "2026-03-02 10:00:09"),
        ("agent", "您先报一下订单号", "2026-03-02 10:00:04", "2026-03-02 10:00:07"),
    ];
    place.write("calls.jsonl", call("call", &turns));
    place.run(["audit", "calls.jsonl", "-o", "out"]).code(0);
    let row: Value = serde_json::from_slice(&place.read("out/conversations.jsonl")).unwrap();
    let items = row["scores"][0]["items"].as_array().unwrap();
    assert_eq!(row["scores"][0]["scorecard"], "call");
    assert!(items.iter().any(|item| item["item"] == "courtesy/listening"), "{items:?}");
}

#[test]
fn a_table_has_a_column_for_the_end_of_a_message() {
    let place = Place::empty();
    let rows = "call id,role,text,time,utterance end,channel\n\
        1,customer,where is my parcel,2026-03-02 10:00:00,2026-03-02 10:00:02,call\n\
        1,agent,it comes tomorrow,2026-03-02 10:01:00,2026-03-02 10:01:02,call\n";
    place.write("calls.csv", rows);
    place.run(["audit", "calls.csv", "-o", "out"]).code(0);
    let findings = String::from_utf8(place.read("out/findings.jsonl")).unwrap();
    assert!(findings.contains("pace/dead-air"), "{findings}");
}

#[test]
fn the_channel_may_be_named_where_the_data_name_none() {
    let place = Place::empty();
    let one = |channel: &str| {
        let turns = json!([{ "role": "agent", "text": "抱歉 我们会尽嗯快给您回复" }]);
        let mut conversation = json!({ "id": channel, "turns": turns });
        if !channel.is_empty() {
            conversation["channel"] = channel.into();
        }
        format!("{conversation}\n")
    };
    place.write("log.jsonl", one("") + &one("chat"));
    let table =
        "session,role,text,channel\n1,agent,抱歉 我们会尽嗯快给您回复,\n2,agent,抱歉 我们会尽嗯快给您回复,chat\n";
    place.write("log.csv", table);
    for name in ["log.jsonl", "log.csv"] {
        let found = |more: &[&str]| {
            let asked = ["check", name, "-f", "concise", "--fail-on", "never", "--select", "promise/vague-promise"];
            place.run(asked.iter().chain(more)).code(0).stdout.lines().count()
        };
        assert_eq!((found(&[]), found(&["--channel", "电话"]), found(&["--channel", "letter"])), (0, 1, 0), "{name}");
        place.run(["audit", name, "-o", "out", "--channel", "call", "--no-reports"]).code(0);
        let rows = String::from_utf8(place.read("out/conversations.jsonl")).unwrap();
        let channels = rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()["channel"].clone());
        assert_eq!(channels.collect::<Vec<_>>(), ["call", "chat"], "{name}");
        let deadlines = |more: &[&str]| {
            let told = place.run(["acts", name, "-f", "jsonl"].iter().chain(more)).code(0).stdout;
            let told = told.lines().map(|turn| serde_json::from_str::<Value>(turn).unwrap());
            told.map(|turn| turn["promises"][0]["deadline"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(deadlines(&["--channel", "call"]), [json!("vague"), deadlines(&[])[1].clone()], "{name}");
        assert_ne!(deadlines(&[])[0], "vague", "{name}");
    }
    place.run(["check", "log.jsonl", "--channel", ""]).code(2);
}

#[test]
fn a_number_that_is_read_out_over_several_messages_is_starred_out() {
    let place = Place::empty();
    let turns = [
        ("customer", "你记一下我的电话一三八", "", ""),
        ("agent", "嗯", "", ""),
        ("customer", "幺二三四", "", ""),
        ("agent", "好的", "", ""),
        ("customer", "五六七八 我要投诉你们 太差了", "", ""),
        ("agent", "一三八", "", ""),
        ("customer", "对", "", ""),
        ("agent", "一二三四五六七八 我们会尽快给您回电", "", ""),
    ];
    let log = call("call", &turns);
    place.write("calls.jsonl", &log);
    place.run(["audit", "calls.jsonl", "-o", "out"]).code(0);
    for name in ["findings.jsonl", "review.csv", "report.html", "findings.csv"] {
        let text = String::from_utf8_lossy(&place.read(&format!("out/{name}"))).into_owned();
        assert!(text.contains("vague-promise"), "{name}");
        for part in ["幺二三四", "一二三四"] {
            assert!(!text.contains(part), "{name}: {part}");
        }
    }
    let shown = place.run(["check", "calls.jsonl", "-f", "pretty"]).code(1).stdout;
    assert!(shown.contains("我们会") && !shown.contains("一二三四"), "{shown}");
    let acts = place.run(["acts", "calls.jsonl", "-f", "pretty"]).code(0).stdout;
    // As with every number, its beginning and its end stay visible.
    assert!(acts.contains("电话一三八") && acts.contains("五六七八 我") && !acts.contains("幺二三四"), "{acts}");
    place.run(["audit", "calls.jsonl", "-o", "all", "--show-pii"]).code(0);
    assert!(String::from_utf8_lossy(&place.read("all/report.html")).contains("幺二三四"));
    // In a chat the same digits are not private data.
    place.write("chats.jsonl", log.replace("\"call\"", "\"chat\""));
    assert!(place.run(["acts", "chats.jsonl", "-f", "pretty"]).stdout.contains("幺二三四"));
}

#[test]
fn a_promise_counts_from_the_moment_that_is_given() {
    let place = Place::empty();
    let at = ["--at", "2026-11-22T10:00+08:00", "--zone", "Asia/Shanghai"];
    let told = place.run(["acts", "-f", "jsonl", "--text", "我明天下午三点前给您回电"].iter().chain(&at)).code(0);
    assert!(told.stdout.contains("\"due\":\"2026-11-23T15:00:00+08:00\""), "{}", told.stdout);
    place.run(["acts", "--text", "我明天给您回电", "--at", "soon"]).code(2).warns(&["soon"]);
}

#[test]
fn acts_show_no_private_data_and_keep_their_places() {
    let place = Place::empty();
    let text = "抱歉，我明天打13812345678给您回电，号码幺三九 嗯 零零幺三 八零零零";
    let turns = json!([{ "role": "agent", "text": text }]);
    place.write("log.jsonl", json!({ "id": "13812345678", "turns": turns }).to_string());
    for form in ["jsonl", "pretty"] {
        let told = place.run(["acts", "log.jsonl", "-f", form]).code(0).stdout;
        assert!(told.contains("138****5678") && !told.contains("1381234") && !told.contains("零零幺三"), "{told}");
        let plain = place.run(["acts", "log.jsonl", "-f", form, "--show-pii"]).code(0).stdout;
        assert!(plain.contains("13812345678"), "{plain}");
    }
    let told: Value = serde_json::from_str(&place.run(["acts", "log.jsonl", "-f", "jsonl"]).stdout).unwrap();
    let promise =
        told["promises"].as_array().unwrap().iter().find(|one| one["quote"].as_str().unwrap().contains("138"));
    let promise = promise.unwrap();
    let place = |end: &str| usize::try_from(promise["span"][end].as_u64().unwrap()).unwrap();
    let quote = &text[place("start")..place("end")];
    assert_eq!(promise["quote"], quote.replace("13812345678", "138****5678"));
}
