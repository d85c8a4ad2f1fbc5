//! When promises fall due, their conditions, and how customers will hear of them: the same in `acts` and `promises`.

mod support;

use serde_json::{Value, json};
use support::Place;

/// A Wednesday, mid-morning.
const AT: &str = "2026-11-18T10:00+08:00";

/// The promises of each reply, from `acts`; every reply is said at the same moment.
fn acts(replies: &[(&str, &str)]) -> Vec<Vec<Value>> {
    let place = Place::empty();
    place.write("in.jsonl", lines(replies));
    let out = place.run(["acts", "in.jsonl", "--format", "jsonl", "--zone", "Asia/Shanghai"]).code(0);
    let turns = out.stdout.lines().map(|turn| serde_json::from_str::<Value>(turn).unwrap());
    turns.map(|turn| turn["promises"].as_array().cloned().unwrap_or_default()).collect()
}

fn lines(replies: &[(&str, &str)]) -> String {
    let line = |(number, (at, reply)): (usize, &(&str, &str))| {
        let turn = json!({"role": "agent", "text": reply, "time": at});
        json!({"id": format!("c{number}"), "customer": "u", "agent": "Lin", "turns": [turn]}).to_string() + "\n"
    };
    replies.iter().enumerate().map(line).collect()
}

/// Asserts that the last promise of each reply, said at `AT`, has this value of a field; `-` for none.
fn each(field: &str, cases: &[(&str, &str)]) {
    let replies: Vec<(&str, &str)> = cases.iter().map(|(reply, _)| (AT, *reply)).collect();
    let mut wrong = Vec::new();
    for ((reply, wanted), found) in cases.iter().zip(acts(&replies)) {
        let told = found.last().map_or("none at all", |it| it[field].as_str().unwrap_or("-")).to_owned();
        if told.strip_suffix(":00+08:00").or(told.strip_suffix(":59+08:00")).unwrap_or(&told) != *wanted {
            wrong.push(format!("{reply}: {told}, not {wanted}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_promise_falls_due_when_the_whole_phrase_says() {
    each(
        "due",
        &[
            ("I will call you back next Wednesday.", "2026-11-25T23:59"),
            ("我一个半小时内给您回电", "2026-11-18T11:30"),
            ("我1个半小时内给您回电", "2026-11-18T11:30"),
            ("我们一个半月内给您退款", "2027-01-02T23:59"),
            ("我们三个半工作日内给您处理", "2026-11-24T18:00"),
            ("我下下周三前给您回复", "2026-12-02T23:59"),
            ("I will call you by 5pm on Friday.", "2026-11-20T17:00"),
            ("We will send it by 3pm tomorrow.", "2026-11-19T15:00"),
            ("I'll email you before 6pm today.", "2026-11-18T18:00"),
            ("We will call you no later than 5pm on Friday.", "2026-11-20T17:00"),
            ("We'll reply by close of business on Friday.", "2026-11-20T18:00"),
            ("We'll reply by the end of business today.", "2026-11-18T18:00"),
            ("I will call you between 2pm and 4pm tomorrow.", "2026-11-19T16:00"),
            ("I will call you before Friday.", "2026-11-19T23:59"),
            ("我11月20日前给您回电", "2026-11-20T23:59"),
            ("我今天15:00前半小时给您打电话", "2026-11-18T14:30"),
            ("我今天15:00后半小时内给您打电话", "2026-11-18T15:30"),
            ("我明天三点前给您打电话", "2026-11-19T15:00"),
            ("I'll call you half an hour before 3pm.", "2026-11-18T14:30"),
            ("I'll call you by ten tomorrow.", "2026-11-19T10:00"),
            ("I'll call you tomorrow at nine thirty.", "2026-11-19T09:30"),
            ("I'll have the warehouse check and get back to you today by 6 pm", "2026-11-18T18:00"),
            ("I will call you at 3 on Friday.", "2026-11-20T15:00"),
            ("I'm calling you back at 3.", "2026-11-18T15:00"),
            ("We will call you on Fri.", "2026-11-20T23:59"),
            ("We will reply by the end of next week.", "2026-11-27T23:59"),
            ("We will reply within a week.", "2026-11-25T23:59"),
            ("We will ship it by the 25th.", "2026-11-25T23:59"),
            ("我们元宵节前给您发货", "2027-02-19T23:59"),
            ("我1~3个工作日给您退款", "2026-11-23T18:00"),
            ("我们大年三十前给您发货", "2027-02-04T23:59"),
        ],
    );
    // “After 3 pm” sets no latest moment.
    each("due", &[("I will call you after 3 pm.", "-")]);
    let friday = acts(&[("2026-11-20T10:00+08:00", "I will call you back next Friday by noon.")]);
    assert_eq!(friday[0][0]["due"], "2026-11-27T12:00:00+08:00");
}

#[test]
fn a_time_in_front_belongs_to_what_is_promised() {
    each(
        "due",
        &[
            ("Within 24 hours, our team will send you an email.", "2026-11-19T10:00"),
            ("By 5pm on Friday, we will call you.", "2026-11-20T17:00"),
            ("明天下午3点，我给您回电。", "2026-11-19T15:00"),
            ("明天下午3點，我給您回電。", "2026-11-19T15:00"),
            ("收到，今天18:00前，我们会给您回复。", "2026-11-18T18:00"),
        ],
    );
    // A date under a letter is the date of writing.
    each("deadline", &[("我们将加强巡查，积极处理此事。2026年6月21日", "none")]);
}

#[test]
fn every_form_that_names_a_time_is_a_specific_one() {
    let replies = [
        "我24h内给您回电",
        "我12/5前给您寄出",
        "我下个工作日给您回电",
        "我10来分钟给您回电",
        "我双12前给您寄出",
        "我这个月内给您退款",
        "我午夜前给您回复",
        "我不晚于周五给您回电",
        "我们不超过24小时给您回复",
        "我们不出三天给您答复",
        "我这周五之前给您回电",
        "我下班之前给您回复",
        "我下班之前給您回覆",
        "I will call you before 5pm.",
        "We will ship it by 1 December.",
        "We will ship it by 12/1.",
        "We will ship it on 11/25.",
        "I will call you in the next hour.",
        "I will call you the next business day.",
        "Your refund will be in your account by Friday.",
        "The replacement ships tomorrow.",
        "The parcel is expected on 3 December.",
    ];
    each("deadline", &replies.map(|reply| (reply, "specific")));
}

#[test]
fn what_hangs_on_a_condition_has_no_due_time_of_its_own() {
    let cases = [
        ("We will call you within 24 hours after we receive the item.", "after we receive the item"),
        ("We will refund you within 5 business days of receiving it.", "of receiving it"),
        ("We will refund you once we receive the parcel.", "once we receive the parcel"),
        ("We'll send a new one as soon as the parcel arrives.", "as soon as the parcel arrives"),
        ("We will refund you, provided the item is unused.", "provided the item is unused"),
        ("If you send the photo, we will process the refund today.", "If you send the photo"),
        ("When the item is back in stock, we will ship it.", "When the item is back in stock"),
        ("收到退货后，我们会在3个工作日内给您退款。", "收到退货后"),
        ("如果明天还没收到，我们今天帮您补发。", "如果明天还没收到"),
        ("若您同意，我這邊今天就給您辦理。", "若您同意"),
        ("等工程师检测完，我就给您回电。", "等工程师检测完"),
        ("仓库到货后会立即给您发出。", "到货后"),
    ];
    each("condition", &cases);
    each("due", &cases.map(|(reply, _)| (reply, "-")));
    let free = [
        "I'll call you by 6pm even if there's no news.",
        "We will call you by 6pm today, and if you need anything please write.",
        "关于您反映的问题，我们今天18点前答复您。",
        "收到您的反馈，我们今天18点前答复您。",
    ];
    each("condition", &free.map(|reply| (reply, "-")));
    each("due", &free.map(|reply| (reply, "2026-11-18T18:00")));
}

#[test]
fn both_commands_tell_one_due_time_one_condition_and_one_channel() {
    let replies = [
        (AT, "我明天18点前给您回电"),
        (AT, "收到退货后，我们会在3个工作日内给您退款。"),
        (AT, "我明天以電子郵件回覆您"),
        (AT, "I will email you by 5pm on Friday."),
        (AT, "We will reply by the end of this week."),
    ];
    let place = Place::empty();
    place.write("in.jsonl", lines(&replies));
    let out = place.run(["promises", "in.jsonl", "--format", "jsonl", "--zone", "Asia/Shanghai"]);
    let ledger: Vec<Value> = out.stdout.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    for (told, (_, reply)) in acts(&replies).iter().zip(replies) {
        let row = ledger.iter().find(|row| reply.contains(row["quote"].as_str().unwrap()));
        let row = row.unwrap_or_else(|| panic!("{reply}: {ledger:?}"));
        assert_eq!((&told[0]["due"], &told[0]["condition"]), (&row["dueAt"], &row["condition"]), "{reply}");
        assert_eq!(told[0]["channel"], row["channel"], "{reply}");
    }
    each(
        "channel",
        &[
            ("我明天给您回电", "电话"),
            ("我明天給您回電", "電話"),
            ("我们会短信通知您", "短信"),
            ("I will phone you tomorrow.", "phone"),
            ("I'll call you by 5 pm.", "phone"),
            ("We will email you the form today.", "email"),
        ],
    );
}

#[test]
fn the_action_is_told_whole() {
    each(
        "action",
        &[
            ("我明天给您回电", "给您回电"),
            ("我们今天帮您补发", "帮您补发"),
            ("我们会发送短信给您", "发送短信给您"),
            ("已收到，明天回覆您喔", "回覆您"),
            ("我們會盡快答覆您", "答覆您"),
            ("妹子帮您查询下哦", "帮您查询下"),
            ("我们小编帮您看下", "帮您看下"),
            ("I'll have the technician call you tomorrow.", "have the technician call you"),
            ("Bear with me while I check that for you.", "check that"),
        ],
    );
}

#[test]
fn what_is_told_of_the_house_is_no_promise() {
    let replies = [
        "本活动将于12月1日结束",
        "我们计划明年推出新款",
        "新款会在下个月上市",
        "您的反馈我们会认真对待",
        "预售商品付款后15天内发货",
        "退貨運費由我們承擔",
        "如有问题随时联系我们，我们会第一时间为您解答",
        "稍后会有短信邀请您对我的服务做出评价。",
        "Our office will reopen on Monday at 9",
        "Rest assured we will look after you",
        "If the problem persists, please contact us and we will help you",
        "The hold on your card will drop off by itself.",
    ];
    for (found, reply) in acts(&replies.map(|reply| (AT, reply))).iter().zip(replies) {
        assert!(found.is_empty(), "{reply}: {found:?}");
    }
}

/// The output of `when` for a text.
fn when(text: &str, more: &[&str]) -> Vec<Value> {
    let out = Place::empty().run([&["when", text], more].concat()).code(0);
    serde_json::from_str(&out.stdout).unwrap()
}

#[test]
fn the_zone_that_is_asked_for_is_the_one_that_is_told() {
    let found = when("明天", &["--at", "2026-11-18T20:00Z", "--zone", "Asia/Shanghai"]);
    assert_eq!(found[0]["from"], "2026-11-20T00:00:00+08:00");
    let found = when("tomorrow", &["--at", "2026-11-18T10:00+08:00", "--zone", "America/New_York"]);
    assert_eq!(found[0]["from"], "2026-11-18T00:00:00-05:00");
    // Before time zones, offsets had seconds, which RFC 3339 cannot express.
    for year in ["1900", "0001"] {
        let found = when("明天", &["--at", &format!("{year}-06-01T10:00"), "--zone", "Asia/Shanghai"]);
        assert!(found[0]["due"].as_str().unwrap().ends_with("+08:05"), "{found:?}");
    }
}

#[test]
fn the_ledger_tells_what_is_done_and_not_who_does_it() {
    let replies = [(AT, "妹子明天帮您查询下物流哦"), (AT, "小编今天18:00前给您回覆喔")];
    let place = Place::empty();
    place.write("in.jsonl", lines(&replies));
    let out = place.run(["promises", "in.jsonl", "--format", "jsonl", "--zone", "Asia/Shanghai"]);
    let told = out.stdout.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()["what"].clone());
    assert_eq!(told.collect::<Vec<_>>(), ["帮您查询下物流", "给您回覆"]);
}

#[test]
fn a_day_that_no_month_has_is_specific_and_never_due() {
    for reply in ["11月31日前给您回复", "我们会在2月30日给您答复", "I'll call you by Feb 30."] {
        let found = &acts(&[(AT, reply)])[0];
        assert_eq!((&found[0]["deadline"], &found[0]["due"]), (&"specific".into(), &Value::Null), "{reply}");
        let place = Place::empty();
        let rules = ["--select", "promise/vague-promise,promise/promise-without-deadline,promise/overdue"];
        let findings = place.findings([&["--text", reply][..], &rules].concat());
        assert!(findings.is_empty(), "{reply}: {findings:?}");
    }
}

#[test]
fn a_bound_between_a_day_and_an_hour_is_held_by_the_hour() {
    let replies =
        [(AT, "I will call you tomorrow before noon.", "T12:00:00"), (AT, "下午4点下班前给您回电话", "T16:00:00")];
    for (at, reply, due) in replies {
        let found = &acts(&[(at, reply)])[0];
        assert!(found[0]["due"].as_str().unwrap().contains(due), "{reply}: {found:?}");
    }
}

/// “Half an hour before the visit”: the words do not say when that is.
#[test]
fn what_counts_back_from_an_event_hangs_on_it_and_is_never_due() {
    let cases = [
        ("叫号前五分钟我会通知您。", "叫号前"),
        ("叫号前五分钟，我会通知您。", "叫号前"),
        ("我会通知您，叫号前五分钟。", "叫号前"),
        ("会前半小时我打给您。", "会前"),
        ("師傅上門前半小時會聯絡您。", "上門前"),
        ("我们会在发货前一天通知您。", "在发货前"),
        ("我提前半小时给您打电话。", "提前"),
        ("We'll call you five minutes before your appointment.", "before your appointment"),
        ("Five minutes before your appointment we'll call you.", "before your appointment"),
        ("Five minutes before your appointment, we'll call you.", "before your appointment"),
        ("We will email you two days prior to the renewal.", "prior to the renewal"),
    ];
    each("condition", &cases);
    each("due", &cases.map(|(reply, _)| (reply, "-")));
    each("deadline", &cases.map(|(reply, _)| (reply, "specific")));
    // Days, hours of the clock and lengths from now are what they were.
    let fixed = [
        ("我会在15:00前给您回电。", "2026-11-18T15:00"),
        ("我们目前三天内给您回复。", "2026-11-21T23:59"),
        ("I'll call you before 3 pm.", "2026-11-18T15:00"),
        ("We'll call you tomorrow before your appointment.", "2026-11-19T23:59"),
        ("I'll write within two hours, before the shop closes.", "2026-11-18T12:00"),
    ];
    each("due", &fixed);
    // The next line is a separate sentence.
    each("condition", &[("I'll call you in one hour\nbefore lunch.", "-"), ("我上门前\n半小时给您电话。", "-")]);
    each("condition", &fixed.map(|(reply, _)| (reply, "-")));
}

/// “I'll check and let you know” is one promise of two actions, without a deadline.
#[test]
fn to_look_up_and_tell_is_one_promise_of_two_things() {
    let cases = [
        ("I'll check and let you know.", "check and let you know"),
        ("I'll look into it and come back to you.", "look into it and come back to you"),
        ("我查一下回您。", "查一下回您"),
        ("我問下再告訴您。", "問下再告訴您"),
        ("我去问下仓库再回复您。", "去问下仓库再回复您"),
    ];
    each("action", &cases);
    each("deadline", &cases.map(|(reply, _)| (reply, "none")));
    each("deadline", &[("in no time we will have it fixed.", "vague"), ("I'll reply in due time.", "vague")]);
    let place = Place::empty();
    for (reply, _) in cases {
        let found = place.findings(["--text", reply, "--select", "promise"]);
        assert_eq!(found[0]["rule"], "promise/promise-without-deadline", "{reply}: {found:?}");
    }
    for reply in [
        "稍等，我查一下告诉您。",
        "One moment, I'll check and let you know.",
        "Please hold on, I'll check and let you know.",
        "我看一下。",
        "我现在查一下告诉您。",
        "I'll check and let you know by 6 pm today.",
        "我查一下回您，今天18:00前。",
    ] {
        assert!(place.findings(["--text", reply, "--select", "promise"]).is_empty(), "{reply}");
    }
}
