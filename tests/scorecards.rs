//! Scorecards: what the cards that come with the program take points for, and that one act costs an agent once.

mod support;

use serde_json::{Value, json};
use support::Place;

/// The row of one conversation.
fn audited(place: &Place, channel: &str, turns: &Value, more: &[&str]) -> Value {
    place.write("in.jsonl", json!({"id": "c", "channel": channel, "turns": turns}).to_string() + "\n");
    let arguments = ["audit", "in.jsonl", "-o", "out", "--zone", "Asia/Shanghai", "--force", "--no-reports"];
    place.run(arguments.iter().chain(more)).code(0);
    serde_json::from_slice(&place.read("out/conversations.jsonl")).unwrap()
}

/// How many acts of an item cost points, and how many points.
fn cost(row: &Value, item: &str) -> Option<(u64, i64)> {
    let items = row["scores"][0]["items"].as_array().into_iter().flatten();
    let found = items.filter(|one| one["item"] == item).map(|one| (one["hits"].as_u64(), one["points"].as_i64()));
    found.map(|(hits, points)| (hits.unwrap(), points.unwrap())).next()
}

fn applies(row: &Value, item: &str) -> bool {
    !row["scores"][0]["notApplicable"].as_array().into_iter().flatten().any(|one| one == item)
}

const CARD: &str = r#"
id = "ours"
name = { zh = "我们的表", en = "Our card" }
base = 100
pass = 80
[[grade]]
id = "any"
name = { zh = "有", en = "any" }
from = 0
[[section]]
id = "main"
name = { zh = "段", en = "Section" }
[[section.item]]
id = "off"
name = { zh = "站外", en = "Off" }
deduct = 7
rules = ["compliance/off-platform-contact"]
[[section.item]]
id = "pace"
name = { zh = "快慢", en = "Pace" }
deduct = 3
rules = ["pace/*"]
"#;

/// Every channel's card takes points for an escalation that nobody takes up.
#[test]
fn serious_things_cost_points_in_every_channel() {
    let place = Place::empty();
    for (channel, item) in [("chat", "handling/human"), ("call", "handling/human"), ("email", "handling/escalation")] {
        let ignored = json!([
            {"role": "customer", "text": "我要投诉你们，12315见"}, {"role": "agent", "text": "您好，这款有蓝色。"},
            {"role": "customer", "text": "听见没有"}, {"role": "agent", "text": "蓝色有现货。"},
        ]);
        let row = audited(&place, channel, &ignored, &[]);
        assert_eq!(cost(&row, item), Some((1, -10)), "{channel}: {row}");
        assert_eq!(cost(&row, "handling/apology"), Some((1, -10)), "{channel}: {row}");
        let taken_up = json!([
            {"role": "customer", "text": "我要投诉你们，12315见"},
            {"role": "agent", "text": "非常抱歉让您这么生气，我已经上报值班主管，今天18:00前给您答复。"},
        ]);
        let row = audited(&place, channel, &taken_up, &[]);
        assert!(cost(&row, item).is_none() && applies(&row, item), "{channel}: {row}");
    }
}

/// A call without times has no waits to judge; one with times has, and one silence costs once, though two rules tell it.
#[test]
fn waits_cost_points_only_where_they_can_be_measured() {
    let place = Place::empty();
    let turns = |times: [[&str; 2]; 2]| {
        let said = [("customer", "你好 我想问一下宽带怎么装"), ("agent", "您好 带上身份证来营业厅就行")];
        let turn = |((role, text), [time, end]): ((&str, &str), [&str; 2])| {
            if time.is_empty() {
                json!({"role": role, "text": text})
            } else {
                json!({"role": role, "text": text, "time": time, "end": end})
            }
        };
        json!(said.into_iter().zip(times).map(turn).collect::<Vec<_>>())
    };
    // An answered question is no wait that was measured.
    let row = audited(&place, "call", &turns([["", ""], ["", ""]]), &[]);
    assert!(!applies(&row, "courtesy/dead-air"), "{row}");
    let row = audited(&place, "call", &turns([["00:00", "00:04"], ["01:30", "01:34"]]), &[]);
    assert_eq!(cost(&row, "courtesy/dead-air"), Some((1, -2)), "{row}");
    let row = audited(&place, "call", &turns([["00:00", "00:04"], ["00:06", "00:10"]]), &[]);
    assert!(applies(&row, "courtesy/dead-air") && cost(&row, "courtesy/dead-air").is_none(), "{row}");
}

#[test]
fn one_act_that_is_told_twice_costs_once() {
    let place = Place::empty();
    place.write("card.toml", CARD);
    let off = |reply: &str| {
        let turns = json!([{"role": "customer", "text": "能便宜点吗"}, {"role": "agent", "text": reply}]);
        let row = audited(&place, "chat", &turns, &["--scorecard", "card.toml"]);
        let found = row["findings"].as_array().unwrap().iter();
        let found = found.filter(|one| one["rule"] == "compliance/off-platform-contact").count();
        (found, cost(&row, "main/off").unwrap())
    };
    assert_eq!(off("您好，您加我微信，我私下给您返现。"), (2, (1, -7)));
    // Two sentences are two acts.
    assert_eq!(off("您好，您加我微信。咱们私下转账可以便宜点。"), (2, (2, -14)));
}

#[test]
fn scores_without_a_grade_are_said() {
    let place = Place::empty();
    place.write("in.jsonl", support::line("c", &[("customer", "在吗"), ("agent", "您好，在的。")]));
    let run = |card: String, locale: &str| {
        place.write("card.toml", card);
        place.run(["audit", "in.jsonl", "-o", "out", "--force", "--scorecard", "card.toml", "--locale", locale]).code(0)
    };
    let card = CARD.replace("from = 0", "from = 50");
    run(card.clone(), "en").warns(&["scorecard/no-grade", "a score below 50 gets no grade"]);
    run(card, "zh").warns(&["不到 50 分的没有等级"]);
    assert!(!run(CARD.to_owned(), "en").stderr.contains("no-grade"));
}

/// Where nothing was counted there is no rate, and no interval from 0 to 100 %.
#[test]
#[cfg(feature = "xlsx")]
fn a_share_of_no_cases_has_no_interval() {
    use calamine::{Reader, Xlsx};
    let place = Place::empty();
    place.write("in.jsonl", support::line("c", &[("customer", "转人工"), ("bot", "请问您要咨询什么？")]));
    place.run(["audit", "in.jsonl", "-o", "out", "--locale", "en"]).code(0);
    let mut book: Xlsx<_> = calamine::open_workbook(place.path("out/report.xlsx")).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let none: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    let shares: Vec<&Vec<String>> = none.iter().filter(|row| row.get(1).is_some_and(|value| value == "–")).collect();
    assert!(!shares.is_empty(), "{none:?}");
    for row in shares {
        assert_eq!(row[2..4], ["–", "–"], "{row:?}");
    }
}
