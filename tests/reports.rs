//! The reports of an audit: whole, reproducible, masked, and without colleagues' figures.

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
    assert!(data["promises"]["counts"]["lasting"]["unknown"].as_u64() > Some(0), "{}", data["promises"]);
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
    let theirs = |name: &String| name.starts_with("out/agents/") && !name.contains(".xlsx");
    let pages: Vec<String> = place.files().into_iter().filter(theirs).collect();
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

/// Files of an earlier audit are deleted; other people's files stay.
#[test]
fn another_audit_leaves_nothing_of_the_one_before() {
    let place = Place::empty();
    place.write("in.jsonl", chat("c1", "Lin", "T", SOON));
    audit(&place, "out", &["--promises", "--as-of", "2026-07-01", "--sample", "random:1"]);
    place.write("out/agents/notes.txt", "mine");
    place.write("out/mine.html", "mine");
    let there = |name: &str| place.path(&format!("out/{name}")).exists();
    let old = ["agents/0001-Lin.html", "teams/0001-T.html", "promises.jsonl", "promises.parquet", "sample.json"];
    assert!(old.into_iter().all(there), "{:?}", place.files());
    // A list entry that leads elsewhere is ignored.
    let list = String::from_utf8(place.read("out/.written.jsonl")).unwrap();
    place.write("out/.written.jsonl", list + "{\"file\":\"../in.jsonl\"}\n{\"file\":\"agents/../mine.html\"}\n{\"fi");
    place.write("in.jsonl", chat("c1", "Ann", "U", SOON));
    audit(&place, "out", &[]);
    assert!(!old.into_iter().any(there), "{:?}", place.files());
    assert!(["agents/0001-Ann.html", "teams/0001-U.html", "agents/notes.txt", "mine.html"].into_iter().all(there));
    audit(&place, "out", &["--no-reports"]);
    assert!(!there("report.html") && !there("agents/0001-Ann.html") && !there("teams"), "{:?}", place.files());
    assert!(there("agents/notes.txt") && there("mine.html") && place.path("in.jsonl").exists());
}

#[test]
fn a_sheet_that_somebody_filled_in_is_not_written_over() {
    let place = Place::empty();
    place.write("in.jsonl", chat("c1", "Lin", "T", SOON));
    audit(&place, "out", &[]);
    for name in ["out/review.csv", "out/review.xlsx"] {
        audit(&place, "out", &[]);
        let filled = [place.read(name), b" ".to_vec()].concat();
        place.write(name, &filled);
        let rows = place.read("out/conversations.jsonl");
        place.write("in.jsonl", chat("c1", "Lin", "T", SOON) + &chat("c2", "Lin", "T", SOON));
        let run = place.run(["audit", "in.jsonl", "-o", "out"]).code(2);
        run.warns(&[name, "--review", "--force"]);
        assert!(place.read(name) == filled && place.read("out/conversations.jsonl") == rows);
        audit(&place, "out", &["--force"]);
        assert!(place.read(name) != filled);
    }
}

/// A model reply is one marked as such: a good example that only looks like a bad one is not shown.
#[test]
fn a_coaching_sheet_shows_how_to_say_it_or_nothing() {
    let place = Place::empty();
    place.write("in.jsonl", chat("c1", "Lin", "T", SOON) + &chat("c2", "Lin", "T", "您加我微信细说。"));
    audit(&place, "out", &["--locale", "zh"]);
    let page = data(&place, "out/agents/0001-Lin.html");
    assert_eq!(page["rules"]["promise/vague-promise"]["model"]["reply"], "非常抱歉，我今天18:00前给您回电。");
    assert_eq!(page["rules"]["compliance/off-platform-contact"]["model"], Value::Null);
    assert_eq!(page["rules"]["pace/slow-first-reply"]["title"], "首次回复太慢");
    let found = page["conversations"].as_array().unwrap().iter().flat_map(|one| one["findings"].as_array().unwrap());
    assert!(found.clone().count() > 1 && found.into_iter().all(|found| found["customerSaid"] == "我的退款呢"));
    audit(&place, "en", &["--locale", "en"]);
    let page = data(&place, "en/agents/0001-Lin.html");
    assert_eq!(
        page["rules"]["promise/vague-promise"]["model"]["reply"],
        "I'll call you by 6 pm today, even without news."
    );
    let pack = "[rule.soon]\nseverity = \"advice\"\nmessage = { zh = \"a\", en = \"a\" }\nhelp = { zh = \"a\", en = \"a\" }\n\
        why = { zh = \"a\", en = \"a\" }\ncheck.forbid = { find = \"greeting\" }\n\
        [[rule.soon.bad]]\nreply = \"⟦您好⟧\"\nmodel = true\n[[rule.soon.good]]\nreply = \"明天\"\n";
    place.write("own.toml", pack);
    place.run(["check", "--text", "明天", "--pack", "own.toml"]).code(2).warns(&["shows nobody how to say it"]);
}

#[test]
fn a_time_that_cannot_be_read_is_said_and_counted() {
    let place = Place::empty();
    let rows = "会话ID,角色,消息,时间\n1,客户,杯子碎了,2026-03-01 10:00:00\n1,客服,我们会尽快处理,2026-13-45\n\
        2,客户,在吗,45000.5\n2,客服,在的,\n";
    place.write("in.csv", rows);
    let run = place.run(["audit", "in.csv", "-o", "out", "--locale", "en"]).code(0);
    run.warns(&["in.csv:3", "`2026-13-45` cannot be read", "in.csv:4", "`45000.5`", "time cannot be read: 2"]);
    let summary: Value = serde_json::from_slice(&place.read("out/summary.json")).unwrap();
    assert_eq!(summary["input"]["unreadableTimes"], 2);
    assert_eq!(data(&place, "out/report.html")["input"]["unreadableTimes"], 2);
    // In a call, times may count from the beginning.
    place.write(
        "in.csv",
        rows.replace("会话ID,", "渠道,会话ID,").replace("\n1,", "\ncall,1,").replace("\n2,", "\ncall,2,"),
    );
    place.run(["audit", "in.csv", "-o", "call", "--locale", "en"]).code(0).warns(&["time cannot be read: 1"]);
}

/// With two scorecards, every figure carries the name of its own.
#[test]
#[cfg(feature = "xlsx")]
fn figures_of_two_scorecards_have_their_names() {
    use calamine::{Reader, Xlsx};
    let place = Place::empty();
    let lines = chat("c0", "Lin", "A", "我们会尽快给您回复。") + &chat("c1", "Ann", "A", "有的，蓝色现货。");
    place.write("in.jsonl", lines);
    let card = "id = \"ours\"\nname = { zh = \"我们的表\", en = \"Our card\" }\npass = 80\n[[grade]]\nid = \"good\"\n\
        name = { zh = \"好\", en = \"good\" }\nfrom = 0\n[[section]]\nid = \"promises\"\n\
        name = { zh = \"承诺\", en = \"Promises\" }\n[[section.item]]\nid = \"deadline\"\n\
        name = { zh = \"时间\", en = \"Time\" }\npoints = 20\nrules = [\"promise/vague-promise\"]\n";
    place.write("ours.toml", card);
    audit(&place, "out", &["--scorecard", "chat", "--scorecard", "ours.toml"]);
    let mut book: Xlsx<_> = calamine::open_workbook(place.path("out/report.xlsx")).unwrap();
    for (name, scores) in [("Agents", "Machine score"), ("Conversations", "Grade"), ("Conversations", "Machine score")]
    {
        let sheet = book.worksheet_range(name).unwrap();
        let heads: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
        let own: Vec<&String> = heads.iter().filter(|head| head.starts_with(scores)).collect();
        assert_eq!(own, [&format!("{scores} (Chat scorecard)"), &format!("{scores} (Our card)")], "{name}");
        let unique: std::collections::BTreeSet<&String> = heads.iter().collect();
        assert_eq!(unique.len(), heads.len(), "{name}: {heads:?}");
        for row in sheet.rows().skip(1) {
            let filled =
                heads.iter().zip(row).filter(|(head, cell)| head.starts_with(scores) && !cell.to_string().is_empty());
            assert_eq!(filled.count(), 2, "{name}");
        }
    }
}

#[test]
fn a_page_compares_days_weeks_and_months() {
    let place = Place::empty();
    let day = |number: usize, text: &str| {
        let at = format!("2026-{:02}-{:02} 10:00", 5 + number / 10, 1 + number % 10);
        chat(&format!("c{number}"), "Lin", "T", text).replace("2026-06-01 10:00", &at).replace("2026-06-01 10:01", &at)
    };
    let chats: String = (0..20).map(|number| day(number, if number < 10 { SOON } else { "您好，已退款。" })).collect();
    place.write("in.jsonl", chats);
    audit(&place, "out", &["--locale", "zh", "--select", "promise/vague-promise"]);
    let periods = &data(&place, "out/report.html")["periods"];
    let at = |by: &str| -> Vec<String> {
        periods[by].as_array().unwrap().iter().map(|one| one["at"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((at("day").len(), at("month")), (20, vec!["2026-05".to_owned(), "2026-06".to_owned()]));
    // May 1st 2026 is a Friday, June 1st a Monday.
    assert_eq!(at("week"), ["2026-04-27", "2026-05-04", "2026-06-01", "2026-06-08"]);
    let [may, june] = [0, 1].map(|month| &periods["month"][month]);
    assert_eq!((&may["flagged"]["hits"], &june["flagged"]["hits"]), (&10.into(), &0.into()), "{may} {june}");
    let of = |month: &Value, field: &str| month["scores"]["chat"][field]["hits"].clone();
    assert_eq!((of(may, "otherErrors"), of(may, "redLines")), (10.into(), 0.into()));
    assert!(of(june, "excellent").as_u64() > of(may, "excellent").as_u64(), "{may} {june}");
    assert_eq!(may["items"][0]["item"].as_str().unwrap().split('/').next(), Some("chat"));
    // An agent's page has their own periods, even if nobody else works there.
    let own = &data(&place, "out/agents/0001-Lin.html")["periods"];
    for by in ["day", "week", "month"] {
        for (one, other) in periods[by].as_array().unwrap().iter().zip(own[by].as_array().unwrap()) {
            for field in ["at", "cases", "flagged", "errors", "scores"] {
                assert_eq!(one[field], other[field], "{by} {field}");
            }
        }
    }
    assert_eq!(own["month"], periods["month"]);
}
