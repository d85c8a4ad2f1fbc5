//! The reports of an audit: whole, the same every time, private data hidden, nobody's figures shown to a colleague.

mod support;

use serde_json::{Value, json};
use support::Place;

fn chat(id: &str, agent: &str, team: &str, text: &str) -> String {
    let turns = [("customer", "我的退款呢", "2026-06-01 10:00"), ("agent", text, "2026-06-01 10:01")];
    let turns: Vec<Value> =
        turns.iter().map(|(role, text, time)| json!({"role": role, "text": text, "time": time})).collect();
    json!({"id": id, "agent": agent, "team": team, "customer": "u", "turns": turns}).to_string() + "\n"
}

const SOON: &str = "非常抱歉，我们会尽快给您回复，电话13812345678对吗？";
const REPORTS: [&str; 3] = ["report.html", "report.xlsx", "findings.csv"];

fn audit(place: &Place, out: &str, more: &[&str]) {
    let arguments = ["audit", "in.jsonl", "-o", out, "--zone", "Asia/Shanghai"];
    place.run(arguments.iter().chain(more)).code(0);
}

/// The data of a page.
fn data(place: &Place, name: &str) -> Value {
    let page = String::from_utf8(place.read(name)).unwrap();
    let start = page.find("id=\"data\">").unwrap() + 10;
    serde_json::from_str(&page[start..start + page[start..].find("</script>").unwrap()]).unwrap()
}

#[test]
fn a_page_holds_the_conversation_with_its_words_marked() {
    let place = Place::empty();
    place.write("in.jsonl", chat("c1", "Lin", "T", SOON) + &chat("c2", "Ann", "T", "已为您退款，预计明天到账。"));
    audit(&place, "out", &["--promises", "--as-of", "2026-07-01"]);
    let data = data(&place, "out/report.html");
    let shown = data["conversations"].as_array().unwrap();
    assert_eq!(shown.len(), 2);
    let one = shown.iter().find(|one| one["id"] == "c1").unwrap();
    let parts = one["turns"][1]["parts"].as_array().unwrap();
    let marked = parts.iter().find(|part| part[0] == "尽快").expect("marked");
    let finding = usize::try_from(marked[1].as_u64().unwrap()).unwrap();
    assert_eq!(one["findings"][finding]["rule"], "promise/vague-promise");
    assert_eq!(data["left"]["all"], 2);
    assert!(data["promises"]["counts"]["unknown"].as_u64() > Some(0), "{}", data["promises"]);
    let text = data.to_string();
    assert!(text.contains("138****5678") && !text.contains("13812345678"));
    for name in REPORTS {
        assert!(!place.read(&format!("out/{name}")).is_empty(), "{name}");
    }
    let csv = String::from_utf8(place.read("out/findings.csv")).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.contains("promise/vague-promise") && !csv.contains("13812345678"));
}

#[test]
fn nobody_sees_a_colleague() {
    let place = Place::empty();
    // Both agents speak in one conversation.
    let mut both: Value = serde_json::from_str(&chat("c2", "Lin", "T", SOON)).unwrap();
    both["turns"].as_array_mut().unwrap().push(json!({"role": "agent", "agent": "Ann", "text": "我们会尽快处理。"}));
    place.write("in.jsonl", chat("c1", "Lin", "T", SOON) + &format!("{both}\n") + &chat("c3", "Bob", "U", SOON));
    audit(&place, "out", &[]);
    let pages: Vec<String> = place.files().into_iter().filter(|name| name.starts_with("out/agents/")).collect();
    assert_eq!(pages, ["out/agents/0001-Ann.html", "out/agents/0002-Bob.html", "out/agents/0003-Lin.html"]);
    let ann = data(&place, &pages[0]);
    assert_eq!((&ann["agents"], &ann["teams"], &ann["input"]), (&json!([]), &json!([]), &json!({})));
    for one in ann["conversations"].as_array().unwrap() {
        for found in one["findings"].as_array().unwrap() {
            assert_eq!(found["agent"], "Ann");
        }
    }
    assert!(!ann.to_string().contains("Bob"));
    let teams: Vec<String> = place.files().into_iter().filter(|name| name.starts_with("out/teams/")).collect();
    assert!(!data(&place, &teams[0]).to_string().contains("Bob"), "a team's page is about that team");
}

#[test]
fn the_same_input_makes_the_same_reports() {
    let place = Place::empty();
    let chats: Vec<String> = (0..40).map(|n| chat(&format!("c{n}"), "Lin", "T", SOON)).collect();
    place.write("in.jsonl", chats.concat());
    for out in ["one", "two"] {
        audit(&place, out, &["--promises", "--as-of", "2026-07-01"]);
    }
    for name in REPORTS.into_iter().chain(["agents/0001-Lin.html", "promises.jsonl"]) {
        assert!(place.read(&format!("one/{name}")) == place.read(&format!("two/{name}")), "{name}");
    }
    audit(&place, "none", &["--no-reports"]);
    assert!(!place.path("none/report.html").exists());
}

#[test]
fn a_name_from_the_input_leads_nowhere_else() {
    let place = Place::empty();
    let hostile = chat("c1", "../../../escaped", "..\\..\\x", SOON) + &chat("c2", "\u{0}/etc/x", "/", SOON);
    place.write("in.jsonl", hostile);
    audit(&place, "deep/er/out", &[]);
    let ours = |name: &String| name.starts_with("deep/er/out/") || name == "in.jsonl";
    assert!(place.files().iter().all(ours), "{:?}", place.files());
    assert!(place.path("deep/er/out/agents/0001-etcx.html").exists(), "{:?}", place.files());
}
