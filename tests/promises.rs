//! The grammar of promises through the program: who, which owner, how firm a time, in the chat or later.

mod support;

use serde_json::Value;
use support::{Place, line};

/// What is recognised in each of these replies, in their order.
fn promises<const N: usize>(replies: [&str; N]) -> [Vec<Value>; N] {
    let place = Place::empty();
    let lines: String = replies.iter().map(|reply| line("a", &[("agent", reply)])).collect();
    place.write("in.jsonl", lines);
    let out = place.run(["acts", "in.jsonl", "--format", "jsonl"]).code(0);
    let turns = out.stdout.lines().map(|turn| serde_json::from_str::<Value>(turn).unwrap());
    let mut found = turns.map(|turn| turn["promises"].as_array().cloned().unwrap_or_default());
    std::array::from_fn(|_| found.next().unwrap_or_default())
}

/// Asserts one promise a reply, with these values of a field.
fn each<const N: usize>(field: &str, cases: [(&str, &str); N]) {
    for ((reply, expected), found) in cases.iter().zip(promises(cases.map(|(reply, _)| reply))) {
        let told: Vec<String> =
            found.iter().map(|it| it[field].as_str().map_or_else(|| it[field].to_string(), str::to_owned)).collect();
        assert_eq!(told, [*expected], "{reply}");
    }
}

#[test]
fn what_will_be_done_is_promised_by_the_house_unless_somebody_is_named() {
    let cases = [
        ("这笔押金会在周五之前退还", "agent"),
        ("您的申訴將由高級客服處理", "other"),
        ("仓库今晚会再送一次", "other"),
        ("我把发票发到您邮箱", "agent"),
        ("The claim will be examined", "agent"),
        ("The claim will be examined by our lawyer", "other"),
        ("We'll have the workshop repair it", "agent"),
        ("Expect a call from our manager", "other"),
    ];
    each("who", cases);
}

#[test]
fn a_call_from_nobody_has_no_owner() {
    let cases = [
        ("您会接到回访电话", "anonymous"),
        ("屆時將有人員到府", "anonymous"),
        ("You will be contacted tomorrow", "anonymous"),
        ("Somebody from the warehouse will ring you", "anonymous"),
        ("The warehouse will ring you", "named"),
        ("Your parcel will be reshipped", "implied"),
    ];
    each("owner", cases);
}

#[test]
fn what_takes_more_than_the_chat_is_not_immediate() {
    let cases = [
        ("我给您补一份", "false"),
        ("我給您查一下", "true"),
        ("这边帮您修改一下", "true"),
        ("我马上给您退", "true"),
        ("我今天给您寄", "false"),
    ];
    each("immediate", cases);
}

#[test]
fn frames_stand_in_for_verbs_that_no_list_knows() {
    let cases = [
        ("我们会给您腾一间", "none"),
        ("嗯嗯会尽快的", "vague"),
        ("师傅会在半小时内绕过去", "specific"),
        ("We'll whittle it down soon", "vague"),
        ("Our plumber will nip round on Tuesday", "specific"),
        ("We'll make you one by the 21st", "specific"),
    ];
    each("deadline", cases);
}

#[test]
fn look_alikes_are_no_promises() {
    let replies = [
        "正常情况下，快递两天左右送达",
        "您之前说技术部会联系您，请问联系了吗",
        "您说的“明天一定送到”是哪位同事讲的",
        "订单超过30分钟未付款会被关闭",
        "订单会延迟发货，请您知悉",
        "活動期間門市停業",
        "The app will ask for your location",
        "Calls will be recorded for training purposes",
        "You said someone would call",
    ];
    for (reply, found) in replies.iter().zip(promises(replies)) {
        assert_eq!(found, Vec::<Value>::new(), "{reply}");
    }
}

#[test]
fn a_condition_of_the_clause_before_belongs_to_the_promise() {
    let cases = [("收到退货后，我们给您退款", "收到退货后"), ("主管確認後，我給您回電", "主管確認後")];
    each("condition", cases);
    // A first step of our own does not excuse a missing time.
    let place = Place::empty();
    let fires = |text: &str| {
        let found = place.findings(["--text", text, "--select", "promise/promise-without-deadline"]);
        !found.is_empty()
    };
    assert!(fires("主管确认后，我给您回电"));
    assert!(!fires("收到退货后，我们给您退款"));
}

#[test]
fn parts_joined_by_and_are_read_to_their_end() {
    let [one] = promises(["It's being looked into and you'll hear from us at some stage"]);
    assert_eq!(one[0]["deadline"], "vague");
    let [many] = promises([&"and you'll hear from us ".repeat(400)]);
    assert!(!many.is_empty());
}

#[test]
fn a_quote_ends_before_what_only_leads_on() {
    let cases = [
        ("我们会反馈财务处理的那您这边先等等", "我们会反馈财务处理的"),
        ("我们会反馈财务处理的那请您耐心等待", "我们会反馈财务处理的"),
        ("我們今天18:00前給您回電哦", "我們今天18:00前給您回電"),
        ("我会帮您催一下呢然后", "我会帮您催一下"),
        ("We will call you back today but", "We will call you back today"),
        ("We will call you back by then", "We will call you back by then"),
        ("我们会尽快处理", "我们会尽快处理"),
    ];
    each("quote", cases);
}

#[test]
fn another_who_acts_behind_and_promises_for_themselves() {
    let [found, plain] = promises([
        "Your refund will be looked at and someone will be in touch",
        "I will look into the refund and call you back",
    ]);
    let told: Vec<(&str, &str)> =
        found.iter().map(|it| (it["quote"].as_str().unwrap(), it["owner"].as_str().unwrap())).collect();
    assert_eq!(told, [("Your refund will be looked at", "implied"), ("someone will be in touch", "anonymous")]);
    assert_eq!(plain.len(), 1);
}

#[test]
fn what_the_house_waits_for_is_a_vague_time_and_what_the_customer_does_a_condition() {
    let vague = [
        ("仓库一到货就给您发", "vague"),
        ("倉庫一到貨就給您寄出", "vague"),
        ("主管一签字便给您办", "vague"),
        ("配件一到就通知您", "vague"),
        ("系統一恢復便給您退款", "vague"),
    ];
    each("deadline", vague);
    each("who", vague.map(|(reply, _)| (reply, "agent")));
    let own = ["您一付款就发", "您一確認我們便給您出貨", "您寄回来就给您退", "如果三天后没收到就给您补发"];
    for (found, reply) in promises(own).iter().zip(own) {
        assert_eq!((found.len(), found[0]["deadline"].as_str()), (1, Some("none")), "{reply}");
        assert!(found[0]["condition"].is_string(), "{reply}: {}", found[0]);
    }
    for (found, reply) in promises(vague.map(|(reply, _)| reply)).iter().zip(vague) {
        // The condition is recognised; the time is vague all the same.
        assert!(found[0]["condition"].is_string(), "{reply:?}: {}", found[0]);
    }
}

#[test]
fn what_the_customer_does_next_is_no_promise_behind_then() {
    let replies = [
        "您一收到就拍张照片",
        "您填好了就提交",
        "您签收后就可以申请退款",
        "您下單就送贈品",
        "這就是規定",
        "您就近办理",
        "昨天仓库一到货就给您发了",
        "到了就自己取",
        "停水後就發生了這樣的情況",
    ];
    for (found, reply) in promises(replies).iter().zip(replies) {
        assert!(found.is_empty(), "{reply}: {found:?}");
    }
}

#[test]
fn the_matter_may_come_first() {
    each(
        "quote",
        [
            ("地址我改一下", "我改一下"),
            ("單子我取消掉", "我取消掉"),
            ("发票我重新开", "发票我重新开"),
            ("运费我来补", "运费我来补"),
        ],
    );
    let others = ["地址您改一下", "地址我改好了", "發票我重新開過了", "地址我改不了", "这个我看了一下"];
    for (found, reply) in promises(others).iter().zip(others) {
        assert!(found.is_empty(), "{reply}: {found:?}");
    }
}

#[test]
fn another_acts_who_is_sent_or_told_to() {
    let cases = [
        ("派人过去看看", "other"),
        ("我派師傅上門看看", "other"),
        ("我让同事给您回电", "other"),
        ("叫师傅明天过去", "other"),
        ("让仓库今天给您补发", "other"),
        ("我叫他們給您補發", "other"),
        ("我派人上门", "other"),
    ];
    each("who", cases);
    each("owner", [("派人过去看看", "anonymous"), ("我派師傅上門看看", "named"), ("让仓库今天给您补发", "named")]);
    let others =
        ["您让同事签收一下", "让您久等了", "已经派人过去了", "5月3日派人到現場查看", "我让仓库发了", "可以让家人签收"];
    for (found, reply) in promises(others).iter().zip(others) {
        assert!(found.is_empty(), "{reply}: {found:?}");
    }
}

#[test]
fn the_english_present_with_a_time_to_come_is_promised() {
    let cases = [
        ("Your order is being reshipped tomorrow.", "agent"),
        ("The refund is being issued within 3 days.", "agent"),
        ("We're sending a new one on Monday.", "agent"),
        ("I'm calling you back at 3 pm.", "agent"),
        ("The engineer is coming tomorrow at nine.", "other"),
        ("You're getting a call back by noon.", "other"),
        ("You are getting a refund by Friday.", "agent"),
    ];
    each("deadline", cases.map(|(reply, _)| (reply, "specific")));
    each("who", cases);
    let others = [
        "Your order is being processed.",
        "I am calling about your order from Monday.",
        "It was being sent yesterday.",
        "The shop is being renovated until Friday.",
        "You are sending it back today?",
    ];
    for (found, reply) in promises(others).iter().zip(others) {
        assert!(found.is_empty(), "{reply}: {found:?}");
    }
}

#[test]
fn figures_in_han_are_read_whole() {
    each(
        "quote",
        [
            ("两三天内给您回复", "两三天内给您回复"),
            ("三五天內退款到賬", "三五天內退款到賬"),
            ("一兩個小時內給您答复", "一兩個小時內給您答复"),
            ("三到五个工作日到账", "三到五个工作日到账"),
            ("二十四小时内给您回电", "二十四小时内给您回电"),
            ("十六小時內回電", "十六小時內回電"),
        ],
    );
    each("deadline", [("兩三天內給您回電", "specific"), ("二十四小時內給您回電", "specific")]);
}

#[test]
fn two_deeds_with_a_time_each_are_two_promises() {
    for (reply, quotes) in [
        ("I'll call you by noon and I'll email you by five.", ["I'll call you by noon", "I'll email you by five"]),
        ("I'll call you by noon and email you by five.", ["I'll call you by noon", "email you by five"]),
        (
            "I'll call you back today and we'll send the label tomorrow.",
            ["I'll call you back today", "we'll send the label tomorrow"],
        ),
        (
            "We will ship it today and the parcel will arrive on Monday.",
            ["We will ship it today", "the parcel will arrive on Monday"],
        ),
        ("我24小时内给您回电并在3天内给您退款", ["我24小时内给您回电", "3天内给您退款"]),
    ] {
        let [found] = promises([reply]);
        let told: Vec<&str> = found.iter().map(|it| it["quote"].as_str().unwrap()).collect();
        assert_eq!(told, quotes);
        assert!(found.iter().all(|it| it["who"] == "agent" && it["deadline"] == "specific"), "{reply}");
    }
    // One time for both, or a look-up with its result, is one promise.
    each(
        "quote",
        [
            ("I'll check it and I'll get back to you by five.", "I'll check it and I'll get back to you by five"),
            ("我今天下午核实并回复您", "我今天下午核实并回复您"),
        ],
    );
}

#[test]
fn the_parts_of_a_promise_are_its_own() {
    each(
        "quote",
        [
            ("Your refund will arrive within 3 business days.", "Your refund will arrive within 3 business days"),
            ("退款3个工作日内到账。", "退款3个工作日内到账"),
            ("我们会向上反馈的,", "我们会向上反馈的"),
        ],
    );
    each(
        "action",
        [
            ("I will inquire it for you later.", "inquire it for you"),
            ("I'll download it to see what the problem is.", "download it to see what"),
            ("会记录的呢。", "记录的"),
        ],
    );
    // A verb in front of 后 is the step before; where none follows, it is what is promised.
    let steps = [("我会在订单完成之后为您反馈财务。", "反馈财务"), ("我们会尽快修改后再说。", "修改后再说")];
    each("action", steps);
    each("condition", [("我会在订单完成之后为您反馈财务。", "在订单完成之后"), ("我们会尽快核实后回复您。", "核实后")]);
    // After-sales staff are no condition, and the customer's message is not our means.
    each("who", [("After-sales staff will contact you soon.", "other")]);
    each("condition", [("After-sales staff will contact you soon.", "null"), ("道路等工程，预计明天完工。", "null")]);
    each(
        "channel",
        [
            ("Please tell us via private message and then we will arrange a refund.", "null"),
            ("We will submit it to the engineer today.", "null"),
            ("Our engineer will come by tomorrow.", "visit"),
        ],
    );
    // What a system does by itself, and a goodbye, are no promises.
    for none in promises(["修改后马上生效。", "We will see you both on Saturday."]) {
        assert!(none.is_empty(), "{none:?}");
    }
}
