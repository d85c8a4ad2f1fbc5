//! The grammar of promises through the binary: who, which owner, how firm a time, done in the chat or later.

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
    // What the house does first excuses no missing time.
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
    assert_eq!(told, [("will be looked at", "implied"), ("someone will be in touch", "anonymous")]);
    assert_eq!(plain.len(), 1);
}
