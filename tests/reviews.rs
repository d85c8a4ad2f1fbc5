//! Decisions of people and machine about each other's work and their effects: points, returned sheets, parts of a
//! conversation, and the tables of an audit.

mod support;

use serde_json::{Value, json};
use support::Place;

fn chat(id: &str, agent: &str, turns: &[(&str, &str)]) -> String {
    let turns: Vec<Value> = turns.iter().map(|(role, text)| json!({"role": role, "text": text})).collect();
    json!({"id": id, "agent": agent, "turns": turns}).to_string() + "\n"
}

/// Two vague promises of one agent, and another who asks for a code.
fn log() -> String {
    chat(
        "s1",
        "林",
        &[
            ("customer", "收到的杯子碎了"),
            ("agent", "尽快给您处理"),
            ("customer", "多久？"),
            ("agent", "稍后回复您，很快的"),
        ],
    ) + &chat("s2", "王", &[("customer", "收到的杯子碎了"), ("agent", "您好，非常抱歉，把验证码发我")])
}

fn audited(more: &[&str]) -> Place {
    let place = Place::empty();
    place.write("in.jsonl", log());
    place.run(["audit", "in.jsonl", "-o", "out", "-q", "--locale", "en"].iter().chain(more)).code(0);
    place
}

fn lines(place: &Place, name: &str) -> Vec<Value> {
    String::from_utf8(place.read(name)).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn json_of(place: &Place, name: &str) -> Value {
    serde_json::from_slice(&place.read(name)).unwrap()
}

/// The cells of a sheet in the folder.
fn cells(place: &Place, name: &str) -> Vec<Vec<String>> {
    let text = String::from_utf8(place.read(name)).unwrap();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect()
}

fn table(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// The sheet as written, with these cells filled in on the line whose quotation contains these words.
fn filled(place: &Place, words: &str, fill: &[(&str, &str)]) -> Vec<Vec<String>> {
    let mut rows = cells(place, "out/review.csv");
    let at = |rows: &[Vec<String>], name: &str| rows[0].iter().position(|head| head == name).unwrap();
    let quote = at(&rows, "quote");
    let line = rows.iter().position(|row| row[quote].contains(words)).unwrap();
    for (name, text) in fill {
        let column = at(&rows, name);
        (*text).clone_into(&mut rows[line][column]);
    }
    rows
}

fn found(place: &Place, quote: &str) -> Value {
    lines(place, "out/findings.jsonl").into_iter().find(|found| found["quote"] == quote).unwrap()
}

const CARD: &str = r#"
id = "ours"
name = { zh = "我们的表", en = "Our card" }
base = 100
pass = 80
[[grade]]
id = "top"
name = { zh = "优", en = "top" }
from = 90
[[grade]]
id = "good"
name = { zh = "良", en = "good" }
from = 80
[[grade]]
id = "fail"
name = { zh = "差", en = "fail" }
from = 0
[[section]]
id = "s"
name = { zh = "节", en = "s" }
[[section.item]]
id = "vague"
name = { zh = "模糊", en = "vague" }
deduct = 6
rules = ["promise/vague-promise"]
[[section.item]]
id = "secret"
name = { zh = "索要密码", en = "secrets" }
fatal = "compliance"
effect = "fail"
rules = ["compliance/asks-for-secret"]
"#;

fn scored(card: &str) -> Place {
    let place = Place::empty();
    place.write("card.toml", card);
    place.write("in.jsonl", log());
    place.run(["audit", "in.jsonl", "-o", "out", "-q", "--locale", "en", "--scorecard", "card.toml"]).code(0);
    place
}

#[test]
fn every_finding_costs_what_one_costs_unless_there_is_a_limit() {
    let percent = |card: &str| lines(&scored(card), "out/conversations.jsonl")[0]["scores"][0]["percent"].clone();
    assert_eq!(percent(CARD), 88);
    assert_eq!(percent(&CARD.replace("deduct = 6", "deduct = 6\nmost = 10")), 90);
    assert_eq!(percent(&CARD.replace("deduct = 6", "deduct = 60")), 0);
}

#[test]
fn deductions_from_nothing_are_a_mistake_of_the_card() {
    let place = Place::empty();
    place.write("in.jsonl", log());
    place.write("card.toml", CARD.replace("base = 100\n", ""));
    let run = ["audit", "in.jsonl", "-o", "out", "--locale", "en", "--scorecard", "card.toml"];
    place.run(run).code(2).warns(&["scorecard/no-base", "card.toml:20", "give the card a `base`"]);
    // Points of other items can be deducted from.
    let points = "[[section.item]]\nid = \"more\"\nname = { zh = \"多\", en = \"more\" }\npoints = 50\nrules = [\"conduct/*\"]\n";
    place.write("card.toml", CARD.replace("base = 100\n", "") + points);
    place.run(run).code(0);
}

#[test]
fn a_case_that_fails_by_a_red_line_is_not_excellent() {
    let place = scored(CARD);
    let excellent =
        |place: &Place| json_of(place, "out/summary.json")["whole"]["scores"][0]["excellent"]["hits"].clone();
    let score = |place: &Place| lines(place, "out/conversations.jsonl")[1]["scores"][0].clone();
    assert_eq!((&score(&place)["grade"], excellent(&place)), (&"top".into(), 1.into()), "suspected changes nothing");
    place.write("back.csv", table(&filled(&place, "把验证码", &[("final", "uphold"), ("reviewer", "Li")])));
    place.run(["audit", "-o", "out", "-q", "--review", "back.csv"]).code(0);
    let score = score(&place);
    assert_eq!((&score["percent"], &score["passed"], &score["grade"]), (&100.into(), &false.into(), &"fail".into()));
    assert_eq!(excellent(&place), 0);
}

#[test]
fn sheets_of_agent_and_reviewer_come_together_in_any_order() {
    let agent: &[(&str, &str)] = &[("appeal", "yes"), ("reason", "nobody asked for a time")];
    let reviewer: &[(&str, &str)] = &[("reviewer", "Zhang"), ("final", "dismiss"), ("reason", "true")];
    for sheets in [["agent.csv", "reviewer.csv"], ["reviewer.csv", "agent.csv"]] {
        for at_once in [true, false] {
            let place = audited(&[]);
            place.write("agent.csv", table(&filled(&place, "[尽快]", agent)));
            place.write("reviewer.csv", table(&filled(&place, "[尽快]", reviewer)));
            if at_once {
                place.run(["audit", "-o", "out", "-q", "--review", sheets[0], "--review", sheets[1]]).code(0).silent();
            } else {
                for sheet in sheets {
                    place.run(["audit", "-o", "out", "-q", "--review", sheet]).code(0).silent();
                }
            }
            let review = found(&place, "尽快")["review"].clone();
            assert_eq!((&review["outcome"], &review["appeal"]), (&"dismissed".into(), &true.into()), "{sheets:?}");
            assert_eq!(review["reviewer"], "Zhang");
            let reason = review["reason"].as_str().unwrap();
            assert!(reason.contains("nobody asked for a time") && reason.contains("true"), "both are heard: {reason}");
        }
    }
}

#[test]
fn sheets_that_differ_on_a_cell_are_said() {
    let place = audited(&[]);
    place.write("one.csv", table(&filled(&place, "[尽快]", &[("reviewer", "Zhang"), ("final", "dismiss")])));
    place.write("two.csv", table(&filled(&place, "[尽快]", &[("reviewer", "Li"), ("final", "uphold")])));
    place
        .run(["audit", "-o", "out", "-q", "--review", "one.csv", "--review", "two.csv", "--locale", "en"])
        .code(0)
        .warns(&[
            "two.csv",
            "on a finding of s1, “final” was “dismiss”, and this sheet says “uphold”",
            "“Zhang”",
            "“Li”",
        ]);
    let review = found(&place, "尽快")["review"].clone();
    assert_eq!((&review["outcome"], &review["reviewer"]), (&"confirmed".into(), &"Li".into()));
    // The same sheet again changes nothing.
    place.run(["audit", "-o", "out", "-q", "--review", "two.csv"]).code(0).silent();
}

#[test]
fn a_table_of_findings_is_found_wherever_it_stands() {
    let decided: &[(&str, &str)] = &[("reviewer", "Zhang"), ("final", "dismiss")];
    let outcome = |place: &Place| found(place, "尽快")["review"]["outcome"].clone();
    // A line above the table, a renamed heading, spaces in one, a remark beside it.
    let place = audited(&[]);
    let mut rows = filled(&place, "[尽快]", decided);
    rows.insert(0, vec!["Review of March".to_owned()]);
    rows[1][17] = "终审 结论".to_owned();
    rows[1].push("my notes".to_owned());
    rows[2].push("ask Ann".to_owned());
    place.write("back.csv", table(&rows));
    place
        .run(["audit", "-o", "out", "--review", "back.csv", "--locale", "en"])
        .code(0)
        .warns(&["not taken in: my notes"]);
    assert_eq!(outcome(&place), "dismissed");
    // An unknown column, while one that people fill in is missing.
    let place = audited(&[]);
    let mut rows = filled(&place, "[尽快]", decided);
    rows[0][17] = "finale".to_owned();
    place.write("back.csv", table(&rows));
    place.run(["audit", "-o", "out", "--review", "back.csv", "--locale", "en"]).code(2).warns(&["“finale”", "“final”"]);
    assert!(outcome(&place).is_null());
    // No table at all, and a reason without a decision.
    place.write("back.csv", "a,b\n1,2\n");
    place
        .run(["audit", "-o", "out", "--review", "back.csv", "--locale", "en"])
        .code(2)
        .warns(&["nothing was taken in"]);
    place.write("back.csv", table(&filled(&place, "[尽快]", &[("reason", "nobody asked")])));
    place.run(["audit", "-o", "out", "--review", "back.csv", "--locale", "en"]).code(2).warns(&["only a reason"]);
}

#[test]
#[cfg(feature = "xlsx")]
fn a_sheet_in_front_of_the_findings_hides_none() {
    let place = audited(&[]);
    let rows = filled(&place, "[尽快]", &[("reviewer", "Zhang"), ("final", "dismiss")]);
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Read me").unwrap().write_string(0, 0, "fill in the next sheet").unwrap();
    let sheet = book.add_worksheet().set_name("Findings").unwrap();
    for (row, cells) in (0..).zip(&rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    place.write("back.xlsx", book.save_to_buffer().unwrap());
    place.run(["audit", "-o", "out", "-q", "--review", "back.xlsx"]).code(0).silent();
    assert_eq!(found(&place, "尽快")["review"]["outcome"], "dismissed");
}

#[test]
fn nobody_decides_on_their_own_findings() {
    let place = audited(&[]);
    let own: &[(&str, &str)] = &[("appeal", "yes"), ("reason", "said so"), ("reviewer", " 林 "), ("final", "dismiss")];
    place.write("back.csv", table(&filled(&place, "[尽快]", own)));
    place
        .run(["audit", "-o", "out", "-q", "--review", "back.csv", "--locale", "en"])
        .code(2)
        .warns(&["back.csv:", "nobody decides on findings of their own"]);
    let review = found(&place, "尽快")["review"].clone();
    assert_eq!((&review["outcome"], &review["appeal"]), (&"suspected".into(), &true.into()), "the appeal is heard");
    assert!(review["reviewer"].is_null(), "{review}");
    // Somebody else may decide.
    place.write("back.csv", table(&filled(&place, "[尽快]", &[("reviewer", "王"), ("final", "dismiss")])));
    place.run(["audit", "-o", "out", "-q", "--review", "back.csv"]).code(0).silent();
    assert_eq!(found(&place, "尽快")["review"]["outcome"], "dismissed");
}

#[test]
fn an_appeal_does_not_fall_with_a_decision_that_does_not_count() {
    let appeal = [("appeal", "yes"), ("reason", "a quotation")];
    let cases: [(&[(&str, &str)], &str); 2] = [
        (&[("final", "dismiss")], "without a reviewer's name"),
        (&[("final", "perhaps"), ("reviewer", "Wang")], "unknown word"),
    ];
    for (decision, said) in cases {
        let place = audited(&[]);
        place.write("back.csv", table(&filled(&place, "[尽快]", &[&appeal, decision].concat())));
        let taken = ["audit", "-o", "out", "-q", "--review", "back.csv", "--locale", "en"];
        place.run(taken).code(2).warns(&["back.csv:", said, "only the decision does not count"]);
        let review = found(&place, "尽快")["review"].clone();
        assert_eq!((&review["outcome"], &review["appeal"]), (&json!("suspected"), &json!(true)));
        assert_eq!(review["reason"], "a quotation");
        assert_eq!(json_of(&place, "out/summary.json")["review"]["appeals"]["hits"], 1);
        assert_eq!(final_of(&place, "尽快"), "open");
        // Where nothing else was said, there is nothing to keep.
        let place = audited(&[]);
        place.write("back.csv", table(&filled(&place, "[尽快]", decision)));
        let out = place.run(taken).code(2).warns(&[said]);
        assert!(!out.stderr.contains("only the decision"), "{}", out.stderr);
        assert!(found(&place, "尽快")["review"].is_null());
    }
}

/// Nobody could tell a slip from an appeal, and appeals are counted.
#[test]
fn not_accepting_is_an_appeal_only_with_a_reason() {
    for fill in [&[("accept", "no")][..], &[("accept", "no"), ("appeal", "no"), ("reason", "hm")]] {
        let place = audited(&[]);
        place.write("back.csv", table(&filled(&place, "[尽快]", fill)));
        place.run(["audit", "-o", "out", "-q", "--review", "back.csv"]).code(2).warns(&["`accept` is no, without"]);
        assert!(found(&place, "尽快")["review"].is_null());
        assert!(json_of(&place, "out/summary.json").get("review").is_none());
    }
    let place = audited(&[]);
    place.write("back.csv", table(&filled(&place, "[尽快]", &[("accept", "no"), ("reason", "he was told")])));
    place.run(["audit", "-o", "out", "-q", "--review", "back.csv"]).code(0);
    assert_eq!(found(&place, "尽快")["review"]["appeal"], true);
    // What differs is told by the column that was filled in.
    place.write("back.csv", table(&filled(&place, "[尽快]", &[("appeal", ""), ("accept", "yes")])));
    let out = place.run(["audit", "-o", "out", "--review", "back.csv"]).code(0);
    out.warns(&["“accept” was “no”", "this sheet says “yes”"]);
    assert_eq!(
        found(&place, "尽快")["review"],
        json!({"outcome": "suspected", "accepted": true, "reason": "he was told"})
    );
}

/// A program that saves a cell as a formula, without what it comes to, loses its words.
#[test]
#[cfg(feature = "xlsx")]
fn a_reason_that_became_a_formula_is_said() {
    let place = audited(&[]);
    let rows = filled(&place, "[尽快]", &[("appeal", "yes")]);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in (0_u32..).zip(&rows) {
        for (column, cell) in (0_u16..).zip(row) {
            sheet.write_string(line, column, cell).unwrap();
        }
    }
    let reason = rows[0].iter().position(|head| head == "reason").unwrap();
    let line = rows.iter().position(|row| row.iter().any(|cell| cell.contains("[尽快]"))).unwrap();
    let formula = rust_xlsxwriter::Formula::new("=he was told").set_result("");
    sheet.write_formula(line.try_into().unwrap(), reason.try_into().unwrap(), formula).unwrap();
    place.write("back.xlsx", book.save_to_buffer().unwrap());
    place.run(["audit", "-o", "out", "--review", "back.xlsx"]).code(0).warns(&["input/formula", "back.xlsx"]);
    assert_eq!(found(&place, "尽快")["review"]["appeal"], true);
}

/// Tables for programs have the same columns and words in every language; sheets for people speak theirs.
#[test]
fn tables_for_programs_are_the_same_in_every_language() {
    let place = Place::empty();
    place.write("in.jsonl", log());
    place.run(["audit", "in.jsonl", "-o", "out", "-q", "--locale", "zh"]).code(0);
    let rows = cells(&place, "out/findings.csv");
    let severity = rows[0].iter().position(|head| head == "severity").unwrap();
    assert!(rows.len() > 2 && rows[1..].iter().all(|row| ["error", "warning", "advice"].contains(&&*row[severity])));
    assert_eq!(cells(&place, "out/review.csv")[0][0], "序号");
}

/// What `findings.csv` says was decided.
fn final_of(place: &Place, quote: &str) -> String {
    let rows = cells(place, "out/findings.csv");
    let at = rows[0].iter().position(|head| head == "final").unwrap();
    rows.iter().find(|row| row.iter().any(|cell| cell == quote)).unwrap()[at].clone()
}

#[test]
fn what_an_agent_accepts_waits_for_nobody() {
    let place = audited(&[]);
    assert_eq!(final_of(&place, "尽快"), "");
    place.write("back.csv", table(&filled(&place, "[尽快]", &[("accept", "yes")])));
    place.run(["audit", "-o", "out", "-q", "--review", "back.csv"]).code(0).silent();
    assert_eq!(final_of(&place, "尽快"), "accepted");
    assert!(String::from_utf8(place.read("out/report.html")).unwrap().contains("accepted by the agent"));
    // A decision stands above it; who decides on a finding of their own has only a view.
    place.write("back.csv", table(&filled(&place, "[尽快]", &[("final", "uphold"), ("reviewer", "Wang")])));
    place.run(["audit", "-o", "out", "-q", "--review", "back.csv"]).code(0).silent();
    assert_eq!(final_of(&place, "尽快"), "upheld");
    let own = [("final", "dismiss"), ("reviewer", "林"), ("reason", "a joke")];
    let place = audited(&[]);
    place.write("back.csv", table(&filled(&place, "[尽快]", &own)));
    place.run(["audit", "-o", "out", "-q", "--review", "back.csv"]).code(2);
    assert_eq!(final_of(&place, "尽快"), "open");
}

#[test]
fn tables_mark_what_was_dismissed_and_number_messages_as_the_sheet_does() {
    let place = audited(&[]);
    let turn = |rows: &[Vec<String>], words: &str| {
        let column = rows[0].iter().position(|head| head == "turn").unwrap();
        rows.iter().find(|row| row.iter().any(|cell| cell == words || cell.contains(&format!("[{words}]")))).unwrap()
            [column]
            .clone()
    };
    assert_eq!(turn(&cells(&place, "out/findings.csv"), "尽快"), "2");
    assert_eq!(turn(&cells(&place, "out/review.csv"), "尽快"), "2");
    place.write("back.csv", table(&filled(&place, "[尽快]", &[("reviewer", "Zhang"), ("final", "dismiss")])));
    place.run(["audit", "-o", "out", "-q", "--review", "back.csv"]).code(0);
    let rows = cells(&place, "out/findings.csv");
    let last = |row: &[String]| row[9..].iter().take(2).map(String::as_str).collect::<Vec<_>>().join(" ");
    assert_eq!(last(&rows[0]), "final reviewer");
    let marked: Vec<String> = rows.iter().skip(1).filter(|row| row[6] == "尽快").map(|row| last(row)).collect();
    assert_eq!(marked, ["dismissed Zhang"]);
    assert!(rows.iter().skip(1).filter(|row| row[6] != "尽快").all(|row| last(row) == " "), "{rows:?}");
}

const HANDED: &str = r#"{"id":"t1","turns":[{"role":"customer","text":"收到的杯子碎了"},{"role":"agent","agent":"A","text":"您好，非常抱歉，我给您转售后同事，您稍等。"},{"role":"agent","agent":"B","text":"你自己没看清楚吧，爱买不买，闭嘴，尽快处理"},{"role":"customer","text":"什么态度"}]}
"#;

/// The headings and rows of a sheet of the report.
#[cfg(feature = "xlsx")]
fn sheet(place: &Place, name: &str) -> Vec<Vec<String>> {
    use calamine::{Reader, Xlsx};
    let mut book: Xlsx<_> = calamine::open_workbook(place.path("out/report.xlsx")).unwrap();
    let sheet = book.worksheet_range(name).unwrap();
    sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

#[test]
#[cfg(feature = "xlsx")]
fn each_agent_of_a_conversation_has_a_row_of_their_own() {
    let place = Place::empty();
    place.write("in.jsonl", HANDED);
    place.run(["audit", "in.jsonl", "-o", "out", "-q", "--locale", "en"]).code(0);
    let told = |place: &Place| {
        let rows = sheet(place, "Conversations");
        let at = |name: &str| rows[0].iter().position(|head| head.starts_with(name)).unwrap();
        let columns = ["Agent", "Errors", "Warnings", "Advice", "Machine score"].map(at);
        rows[1..].iter().map(|row| columns.map(|column| row[column].clone())).collect::<Vec<_>>()
    };
    let before = told(&place);
    let row = &lines(&place, "out/conversations.jsonl")[0];
    let wanted = ["A", "B"].map(|agent| {
        let of = |severity: &str| {
            let own = |found: &&Value| found["agent"] == agent && found["severity"] == severity;
            row["findings"].as_array().unwrap().iter().filter(own).count().to_string()
        };
        let score = row["scores"].as_array().unwrap().iter().find(|score| score["agent"] == agent).unwrap();
        [agent.to_owned(), of("error"), of("warning"), of("advice"), score["percent"].to_string()]
    });
    assert_eq!(before, wanted);
    assert!(before[1][1] == "1" && before[0][4] != before[1][4], "{before:?}");
    // Dismissed findings do not count here either.
    place.write("back.csv", table(&filled(&place, "[闭嘴]", &[("reviewer", "Li"), ("final", "dismiss")])));
    place.run(["audit", "-o", "out", "-q", "--review", "back.csv"]).code(0);
    let all = |rows: &[[String; 5]]| rows[1][1..4].iter().map(|count| count.parse::<u64>().unwrap()).sum::<u64>();
    assert_eq!(all(&told(&place)) + 1, all(&before));
}

#[test]
fn an_example_holds_nothing_that_its_rule_is_right_about() {
    let place = audited(&[]);
    place.write("back.csv", table(&filled(&place, "[尽快]", &[("reviewer", "Zhang"), ("final", "dismiss")])));
    place.run(["audit", "-o", "out", "-q", "--review", "back.csv"]).code(0);
    let examples = String::from_utf8(place.read("out/good-examples.toml")).unwrap();
    let told: toml::Table = toml::from_str(&examples).unwrap();
    let turns = told["rule"]["vague-promise"]["good"][0]["turns"].as_array().unwrap();
    let texts: Vec<&str> = turns.iter().map(|turn| turn["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["收到的杯子碎了", "尽快给您处理", "多久？"], "what was said later is still a finding");
    // If one message has both findings, it is no example as it is, and that is reported.
    place.write(
        "in.jsonl",
        chat("s3", "林", &[("customer", "有蓝色的吗"), ("agent", "您加我微信abc12345，私下给您转账")]),
    );
    place.run(["audit", "in.jsonl", "-o", "out", "-q", "--force", "--locale", "en"]).code(0);
    let rule = "compliance/off-platform-contact";
    assert_eq!(lines(&place, "out/findings.jsonl").iter().filter(|found| found["rule"] == rule).count(), 2);
    place.write("back.csv", table(&filled(&place, "[加我微信]", &[("reviewer", "Zhang"), ("final", "dismiss")])));
    place.run(["audit", "-o", "out", "-q", "--review", "back.csv", "--locale", "en"]).code(0);
    let examples = String::from_utf8(place.read("out/good-examples.toml")).unwrap();
    assert!(toml::from_str::<toml::Table>(&examples).unwrap().is_empty(), "{examples}");
    assert!(examples.contains(&format!("# {rule} · s3 · Zhang\n")), "{examples}");
    assert!(examples.contains("so it is no good example: 加我微信\n"), "{examples}");
}

#[test]
fn ratings_in_words_are_low_ones_too() {
    let place = Place::empty();
    let ratings = ["非常不满意", "满意", "1分", "Very dissatisfied", "★★☆☆☆", "看情况", "5"];
    let one = |(number, rating): (usize, &&str)| {
        let turns = json!([{"role": "customer", "text": "有蓝色的吗"}, {"role": "agent", "text": "有的。"}]);
        json!({"id": format!("c{number}"), "meta": {"rating": rating}, "turns": turns}).to_string() + "\n"
    };
    place.write("in.jsonl", ratings.iter().enumerate().map(one).collect::<String>());
    let run = ["audit", "in.jsonl", "-o", "out", "-q", "--locale", "en", "--sample", "must:10"];
    place.run(run).code(0).warns(&["neither a number nor a known word", "1 (such as “看情况”)"]);
    let sample = json_of(&place, "out/sample.json");
    let drawn: Vec<&Value> = sample["drawn"].as_array().unwrap().iter().map(|one| &one["conversation"]).collect();
    assert_eq!(drawn, ["c0", "c2", "c3", "c4"]);
    assert_eq!(sample["unreadRatings"]["count"], 1);
    // Low ratings are mentioned only if the plan asks for them.
    place.run(["audit", "in.jsonl", "-o", "other", "-q", "--sample", "random:2"]).code(0).silent();
}

#[test]
fn people_are_held_against_the_part_that_they_judged() {
    let place = Place::empty();
    place.write("in.jsonl", HANDED.to_owned() + &HANDED.replace("t1", "t2"));
    place.run(["audit", "in.jsonl", "-o", "out", "-q"]).code(0);
    let rows = lines(&place, "out/conversations.jsonl");
    let score = |agent: &str| {
        let scores = rows[0]["scores"].as_array().unwrap();
        scores.iter().find(|score| score["agent"] == agent).unwrap()["percent"].as_f64().unwrap()
    };
    let (a, b) = (score("A"), score("B"));
    assert!(a > b);
    // Each is compared by the scorecard that the machine used.
    let sheet = format!(
        "conversation,reviewer,score,passed,客服,rules\nt1,W,{b},no,B,conduct/abusive-wording\nt1,W,{a},yes,A,none\n"
    );
    place.write("h.csv", &sheet);
    let out = place.run(["calibrate", "out", "h.csv", "--format", "json"]).code(0);
    assert_eq!(out.stderr, "");
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["conversations"], &found["scores"]["n"]), (&1.into(), &2.into()), "{found}");
    assert_eq!((&found["scores"]["size"], &found["agreement"]["hits"]), (&0.into(), &2.into()), "{found}");
    let rule =
        found["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "conduct/abusive-wording").unwrap();
    assert_eq!((&rule["both"], &rule["machineOnly"], &rule["humanOnly"]), (&1.into(), &0.into(), &0.into()), "{rule}");
    // A verdict that names no agent's part is compared with no score, and that is reported.
    place.write("h.csv", sheet + "t2,W,40,no,,\nt2,X,40,no,C,\n");
    let out = place.run(["calibrate", "out", "h.csv", "--format", "json", "--locale", "en"]).code(0);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["scores"]["n"], &found["unclear"], &found["strangers"]), (&2.into(), &1.into(), &1.into()));
    out.warns(&["without naming one", ": 1", "not in that conversation", ": 1"]);
}

#[test]
fn an_agent_of_two_teams_is_shown_in_both() {
    let place = Place::empty();
    let one = |id: &str, team: &str| {
        let turns = json!([{"role": "customer", "text": "几点发货"}, {"role": "agent", "text": "你自己看不会啊"}]);
        json!({"id": id, "agent": "小林", "team": team, "turns": turns}).to_string() + "\n"
    };
    place.write("in.jsonl", one("a", "一组") + &one("b", "二组") + &one("c", "二组"));
    place.run(["audit", "in.jsonl", "-o", "out", "-q", "--locale", "en"]).code(0);
    let agent = json_of(&place, "out/summary.json")["agents"][0].clone();
    assert_eq!((&agent["team"], &agent["teams"]), (&"二组".into(), &json!({"一组": 1, "二组": 2})));
    for page in place.files().iter().filter(|file| file.starts_with("out/teams/")) {
        let page = String::from_utf8(place.read(page)).unwrap();
        assert!(page.contains("小林"), "an agent belongs to each of them");
        let data = page.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["agents"].as_array().unwrap().len(), 1);
    }
    #[cfg(feature = "xlsx")]
    assert_eq!(sheet(&place, "Agents")[1][1], "二组 (2), 一组 (1)");
}

#[test]
fn a_sheet_that_cannot_be_read_stops_the_review() {
    let place = audited(&[]);
    let rows = filled(&place, "尽快", &[("final", "dismissed"), ("reviewer", "Q"), ("reason", "x")]);
    place.write("good.csv", table(&rows));
    place.write("broken.xlsx", b"PK\x03\x04 not a workbook");
    let before = place.read("out/summary.json");
    let out = place.run(["audit", "-o", "out", "--review", "good.csv", "--review", "broken.xlsx", "-q"]).code(2);
    assert!(out.stderr.contains("broken.xlsx"), "{}", out.stderr);
    assert!(place.read("out/summary.json") == before && found(&place, "尽快")["review"]["outcome"] != "dismissed");
    place.run(["audit", "-o", "out", "--review", "good.csv", "-q"]).code(0);
    assert!(place.read("out/summary.json") != before);
}
