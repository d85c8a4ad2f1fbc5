//! What a customer's words are taken for, in `acts`: by themselves, and by the answer to them.

mod support;

use serde_json::Value;
use support::{Place, line};

/// The places of the complaints in each turn.
fn complaints(turns: &[(&str, &str)]) -> Vec<Vec<[u64; 2]>> {
    let place = Place::empty();
    place.write("in.jsonl", line("a", turns));
    let out = place.run(["acts", "in.jsonl", "--format", "jsonl"]).code(0);
    let turns = out.stdout.lines().map(|turn| serde_json::from_str::<Value>(turn).unwrap());
    turns
        .map(|turn| {
            let cues = turn["cues"].as_array().cloned().unwrap_or_default();
            let complaints = cues.iter().filter(|cue| cue["cue"] == "complaint");
            complaints.map(|cue| ["start", "end"].map(|end| cue["span"][end].as_u64().unwrap())).collect()
        })
        .collect()
}

/// An answer as one gives it to a complaint, and a plain one.
const SORRY: (&str, &str) = ("agent", "您好，抱歉给您带来不好的体验，请您私信订单号和联系电话，我们会尽快反馈核实处理");
const PLAIN: (&str, &str) = ("agent", "可以的，不客气");

#[test]
fn an_answer_tells_that_the_opening_message_was_a_complaint() {
    let opening = ("customer", "昨天刚装的新版本,页面都这样");
    let whole = [0, opening.1.len() as u64];
    assert_eq!(complaints(&[opening, SORRY]), [vec![whole], vec![]]);
    assert_eq!(complaints(&[opening, PLAIN]), [vec![], vec![]] as [Vec<[u64; 2]>; 2]);
    // Who only answers a question later complains no more.
    let later = complaints(&[("customer", "在吗"), PLAIN, ("customer", "1.5.1"), SORRY]);
    assert!(later.iter().all(Vec::is_empty), "{later:?}");
    let content = complaints(&[("customer", "问题已经解决了,谢谢"), SORRY]);
    assert!(content.iter().all(Vec::is_empty), "{content:?}");
}

#[test]
fn small_words_of_a_customer_add_up_to_a_complaint() {
    let told = |text| !complaints(&[("customer", text)])[0].is_empty();
    assert!(told("Why does it always stop after a minute? I tried again and still nothing"));
    assert!(!told("Could you tell me how long it takes?"));
}
