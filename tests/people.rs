//! People and the machine: sampling conversations, people's decisions, the machine's agreement with them; and waits.

mod support;

use serde_json::{Value, json};
use support::{Out, Place, line};

fn chat(number: usize, reply: &str) -> String {
    let record = json!({
        "id": format!("c{number}"), "agent": format!("a{}", number % 3), "customer": format!("k{}", number % 40),
        "meta": { "rating": if number.is_multiple_of(7) { "1" } else { "5" } },
        "turns": [
            { "role": "customer", "text": "有蓝色的吗", "time": format!("2026-03-0{} 10:00:00", number % 5 + 1) },
            { "role": "agent", "text": reply, "time": format!("2026-03-0{} 10:01:00", number % 5 + 1) },
        ],
    });
    format!("{record}\n")
}

fn log(count: usize) -> String {
    (0..count)
        .map(|number| chat(number, if number % 2 == 0 { "我们会尽快给您回复。" } else { "有的，蓝色现货。" }))
        .collect()
}

fn lines(place: &Place, name: &str) -> Vec<Value> {
    String::from_utf8(place.read(name)).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn json_of(place: &Place, name: &str) -> Value {
    serde_json::from_slice(&place.read(name)).unwrap()
}

#[test]
fn what_is_drawn_depends_on_the_seed_and_nothing_else() {
    let place = Place::empty();
    place.write("log.jsonl", log(400));
    let draw = |out: &str, seed: &str, threads: &str| {
        let plans = ["--sample", "random:20", "--sample", "agent:3", "--sample", "must:5", "--seed", seed];
        let rest = ["audit", "log.jsonl", "-o", out, "--threads", threads, "-q"];
        place.run(rest.into_iter().chain(plans)).code(0);
        json_of(&place, &format!("{out}/sample.json"))
    };
    let one = draw("one", "7", "1");
    assert_eq!(draw("two", "7", "4"), one);
    assert_ne!(draw("three", "8", "1")["drawn"], one["drawn"]);
    let reasons: Vec<&str> = one["drawn"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|drawn| drawn["reasons"].as_array().unwrap())
        .map(|reason| reason.as_str().unwrap())
        .collect();
    let count = |wanted: &str| reasons.iter().filter(|reason| **reason == wanted).count();
    assert_eq!(
        (count("random"), count("agent:a1"), count("must:low-rating"), count("must:repeat-contact")),
        (20, 3, 5, 5)
    );
    assert_eq!(one["frame"], 400);
    // The sheet holds the findings of the sample and no others.
    let sheet = String::from_utf8(place.read("one/review.csv")).unwrap();
    let drawn: Vec<String> = one["drawn"].as_array().unwrap().iter().map(|drawn| drawn["number"].to_string()).collect();
    let numbers = sheet.lines().skip(1).map(|line| line.split(',').next().unwrap().trim_matches('"').to_owned());
    assert!(numbers.clone().count() > 5 && numbers.into_iter().all(|number| drawn.contains(&number)));
    place
        .run(["audit", "log.jsonl", "-o", "four", "--sample", "sometimes:3"])
        .code(2)
        .warns(&["sometimes:3", "random"]);
}

/// Fills in the sheet: `decide` says what to write into appeal, reason, reviewer and final of a line.
fn fill(place: &Place, decide: impl Fn(usize) -> [&'static str; 4]) {
    let sheet = String::from_utf8(place.read("out/review.csv")).unwrap();
    let filled = sheet.lines().enumerate().map(|(number, line)| {
        if number == 0 {
            return format!("{line}\r\n");
        }
        let mut cells: Vec<String> = line.split("\",\"").map(|cell| cell.trim_matches('"').to_owned()).collect();
        for (place, word) in [14, 15, 16, 17].into_iter().zip(decide(number)) {
            word.clone_into(&mut cells[place]);
        }
        format!("\"{}\"\r\n", cells.join("\",\""))
    });
    let filled: String = filled.collect();
    place.write("back.csv", filled);
}

#[test]
fn a_review_changes_scores_and_figures_and_keeps_who_and_why() {
    let place = Place::empty();
    place.write("log.jsonl", log(4) + &chat(4, "您加我微信13812345678细说。"));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    let (before, rows_before) = (json_of(&place, "out/summary.json"), lines(&place, "out/conversations.jsonl"));
    let sheet = String::from_utf8(place.read("out/review.csv")).unwrap();
    let rules: Vec<&str> = sheet.lines().skip(1).map(|line| line.split("\",\"").nth(6).unwrap()).collect();
    assert!(rules.iter().filter(|rule| **rule == "promise/vague-promise").count() >= 2, "{sheet}");
    let fatal = rules.iter().position(|rule| *rule == "compliance/off-platform-contact").unwrap() + 1;
    let wrong = rules.iter().position(|rule| *rule == "promise/vague-promise").unwrap() + 1;
    // A common slip still means the same word.
    fill(&place, |line| match line {
        line if line == wrong => ["yes", "the customer asked for it", "Wang", "撤消"],
        line if line == fatal => ["", "seen", "Li", "uphold"],
        _ => [""; 4],
    });
    place.run(["audit", "-o", "out", "--review", "back.csv", "-q"]).code(0).silent();
    let (rows, after) = (lines(&place, "out/conversations.jsonl"), json_of(&place, "out/summary.json"));
    let reviewed = |outcome: &str| {
        let all = rows.iter().flat_map(|row| row["findings"].as_array().unwrap());
        all.filter(|found| found["review"]["outcome"] == outcome).cloned().collect::<Vec<_>>()
    };
    assert_eq!(reviewed("dismissed")[0]["review"]["reviewer"], "Wang");
    assert_eq!(reviewed("dismissed")[0]["review"]["reason"], "the customer asked for it");
    // A dismissed finding costs nothing any more; a confirmed red line now does.
    let score = |row: &Value| row["scores"][0]["percent"].clone();
    assert!(score(&rows[0]).as_f64() > score(&rows_before[0]).as_f64(), "{} {}", rows[0], rows_before[0]);
    assert_eq!(score(&rows[4]), 0);
    assert_eq!(rows[4]["scores"][0]["fatal"][0]["state"], "confirmed");
    let hits = |summary: &Value| summary["whole"]["flagged"]["hits"].as_u64().unwrap();
    assert_eq!(hits(&before), hits(&after) + 1);
    let review = &after["review"];
    assert_eq!(
        (&review["decided"], &review["appeals"]["hits"], &review["successes"]["rate"]),
        (&2.into(), &1.into(), &1.0.into())
    );
    assert_eq!(review["errors"]["promise/vague-promise"]["hits"], 1);
    // The sentence is written as an example that the rule must not report.
    let examples = String::from_utf8(place.read("out/good-examples.toml")).unwrap();
    let examples: toml::Table = toml::from_str(&examples).unwrap();
    let example = &examples["rule"]["vague-promise"]["good"][0];
    assert_eq!(example["turns"][0]["text"].as_str(), Some("有蓝色的吗"));
    assert_eq!(example["turns"][1]["text"].as_str(), Some("我们会尽快给您回复。"));
    // Decisions stay when another sheet is imported.
    fill(&place, |_| [""; 4]);
    place.run(["audit", "-o", "out", "--review", "back.csv", "-q"]).code(0);
    assert_eq!(json_of(&place, "out/summary.json")["review"]["decided"], 2);
    // Another audit would lose them; in another folder it can import them.
    let kept = place.read("out/conversations.jsonl");
    place.run(["audit", "log.jsonl", "-o", "out"]).code(2).warns(&["people have reviewed", "--force"]);
    assert!(place.read("out/conversations.jsonl") == kept);
    place.run(["audit", "log.jsonl", "-o", "anew", "-q"]).code(0);
    place.run(["audit", "-o", "anew", "--review", "out/review.csv", "-q"]).code(0);
    assert_eq!(json_of(&place, "anew/summary.json")["review"], json_of(&place, "out/summary.json")["review"]);
    place.run(["audit", "log.jsonl", "-o", "out", "--force", "-q"]).code(0);
    assert!(json_of(&place, "out/summary.json").get("review").is_none());
    assert!(!place.path("out/good-examples.toml").exists());
}

#[test]
fn a_sheet_speaks_the_language_of_the_audit() {
    let place = Place::empty();
    place.write("log.jsonl", chat(1, "您加我微信细说。").replace("有蓝色的吗", "有蓝色的吗，打13812345678"));
    for (locale, words) in [
        ("zh", ["\"客户上一句\"", "\"建议改\"", "\"业务致命\"", "\"有蓝色的吗，打138****5678\""]),
        ("en", ["\"the customer said\"", "\"warning\"", "\"business\"", "\"有蓝色的吗，打138****5678\""]),
    ] {
        place.run(["audit", "log.jsonl", "-o", locale, "-q", "--locale", locale]).code(0);
        let sheet = String::from_utf8(place.read(&format!("{locale}/review.csv"))).unwrap();
        assert!(words.into_iter().all(|word| sheet.contains(word)), "{sheet}");
    }
}

/// Lines that could not be applied are not lost when the sheet is rewritten.
#[test]
fn a_sheet_with_lines_that_were_refused_is_set_aside() {
    let place = Place::empty();
    place.write("log.jsonl", log(4));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    fill(&place, |line| if line == 1 { ["", "a long story", "", "dismiss"] } else { [""; 4] });
    place.write("out/review.csv", place.read("back.csv"));
    place.run(["audit", "-o", "out", "--review", "out/review.csv"]).code(2).warns(&["review-returned.csv"]);
    assert!(place.read("out/review-returned.csv") == place.read("back.csv"));
}

#[test]
fn a_decision_without_a_name_counts_for_nothing() {
    let place = Place::empty();
    place.write("log.jsonl", log(4));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    fill(&place, |line| if line == 1 { ["", "", "", "dismiss"] } else { ["", "", "Wang", "perhaps"] });
    let out = place.run(["audit", "-o", "out", "--review", "back.csv"]).code(2);
    out.warns(&["without a reviewer's name", "unknown word for a decision"]);
    assert!(json_of(&place, "out/summary.json").get("review").is_none());
    place.run(["audit", "-o", "nowhere", "--review", "back.csv"]).code(2).warns(&["no whole audit"]);
}

#[test]
fn machine_and_people_are_compared_by_week_and_month() {
    let place = Place::empty();
    let days = ["2026-05-30", "2026-06-01", "2026-06-03"];
    let mut log = String::new();
    for (number, day) in days.iter().enumerate() {
        let turns = json!([{"role": "customer", "text": "收到就是坏的", "time": format!("{day} 10:00")},
            {"role": "agent", "text": "非常抱歉，今天18:00前给您回电。", "time": format!("{day} 10:01")}]);
        log.push_str(&json!({"id": format!("c{number}"), "agent": "Lin", "turns": turns}).to_string());
        log.push('\n');
    }
    place.write("log.jsonl", log);
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    place.write("human.csv", "会话,复核人,得分,合格\nc0,王,10,不合格\nc1,王,100,合格\nc2,王,100,合格\n");
    let out: Out = place.run(["calibrate", "out", "human.csv", "--format", "json"]).code(0);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    let told = |list: &str| -> Vec<(String, u64, u64)> {
        let periods = found[list].as_array().unwrap().iter();
        let hits = |period: &Value| period["agreement"]["hits"].as_u64().unwrap();
        periods
            .map(|it| (it["name"].as_str().unwrap().into(), it["conversations"].as_u64().unwrap(), hits(it)))
            .collect()
    };
    assert_eq!(told("byWeek"), [("2026-05-25".into(), 1, 0), ("2026-06-01".into(), 2, 2)]);
    assert_eq!(told("byMonth"), [("2026-05".into(), 1, 0), ("2026-06".into(), 2, 2)]);
    place.run(["calibrate", "out", "human.csv"]).code(0).says(&[
        "| week from |",
        "| 2026-05-25 | 1 | 0.0 %",
        "| 2026-06 |",
    ]);
}

#[test]
fn machine_and_people_are_compared_rule_by_rule() {
    let place = Place::empty();
    place.write("log.jsonl", log(10));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    // People agree on c0 and c1, find nothing in c2, and something else in c3.
    let said = "会话,复核人,得分,合格,扣分规则\nc0,王,90,合格,promise/vague-promise\nc1,王,100,合格,无\n\
        c2,王,100,合格,无\nc3,王,70,不合格,duty/bare-refusal\nc2,李,100,是,promise/vague-promise\nc99,李,50,否,\n";
    place.write("human.csv", said);
    let out: Out = place.run(["calibrate", "out", "human.csv", "--format", "json", "-o", "talk.csv"]).code(0);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["conversations"], &found["unknown"]), (&4.into(), &1.into()));
    // One verdict for each conversation, however many people gave one.
    assert_eq!((&found["agreement"]["n"], &found["agreement"]["hits"]), (&4.into(), &3.into()));
    assert_eq!(found["scores"]["n"], 4);
    let rule =
        |name: &str| found["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == name).unwrap().clone();
    assert_eq!(
        (&rule("promise/vague-promise")["both"], &rule("duty/bare-refusal")["humanOnly"]),
        (&1.into(), &1.into())
    );
    // On c2, one says yes and one says no: there is no verdict.
    assert_eq!((&rule("promise/vague-promise")["divided"], &found["dividedDecisions"]), (&1.into(), &1.into()));
    assert_eq!(rule("duty/bare-refusal")["missed"]["rate"], 1.0);
    let talk = String::from_utf8(place.read("talk.csv")).unwrap();
    assert!(
        talk.contains("\"c2\"") && talk.contains("\"c3\"") && !talk.contains("\"c1\",\"a1\",\"promise/vague-promise\""),
        "{talk}"
    );
    place.run(["calibrate", "out", "human.csv"]).code(0).says(&[
        "agreement on passing: 75.0 %",
        "score difference",
        "| rule |",
    ]);
    place.write("human.csv", "会话,得分\nx,90\n");
    place.run(["calibrate", "out", "human.csv"]).code(2).warns(&["no conversation is in both"]);
}

/// A mean says nothing about a case: what people gave and what the machine gave stand side by side for each.
#[test]
fn human_score_and_machine_score_stand_side_by_side() {
    let place = Place::empty();
    place.write("log.jsonl", log(4));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    let score =
        |number: usize| lines(&place, "out/conversations.jsonl")[number]["scores"][0]["percent"].as_f64().unwrap();
    let said = "会话,复核人,得分,合格\nc1,王,40,否\nc1,李,50,是\nc3,王,SAME,是\nc98,王,9,\nc0,王,95.5,\nc99,李,50,否\n";
    place.write("human.csv", said.replace("SAME", &score(3).to_string()));
    let run = ["calibrate", "out", "human.csv", "--scores", "scores.csv"];
    // Which conversations the audit does not hold, and where they stand.
    let absent = ["human.csv:5", "not compared: 2", "c98 (5), c99 (7)"];
    let out = place.run(run.iter().chain(&["--format", "json"])).code(0).warns(&absent);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    let cases = found["cases"].as_array().unwrap();
    let ids: Vec<&str> = cases.iter().map(|case| case["conversation"].as_str().unwrap()).collect();
    assert_eq!(ids, ["c0", "c1", "c3"]);
    let one = &cases[1];
    // The mean of two reviewers; they are divided on passing.
    assert_eq!((&one["human"]["score"], &one["human"]["passed"]), (&45.into(), &Value::Null));
    assert_eq!(one["machine"]["score"].as_f64(), Some(score(1)));
    assert_eq!(one["difference"].as_f64(), Some(score(1) - 45.0));
    assert_eq!(one["reviewers"][1], json!({"reviewer": "李", "score": 50, "passed": true}));
    assert_eq!((&one["agent"], &one["day"]), (&"a1".into(), &"2026-03-02".into()));
    let sheet = String::from_utf8(place.read("scores.csv")).unwrap();
    let rows: Vec<&str> = sheet.trim_start_matches('\u{feff}').lines().collect();
    assert!(rows[0].starts_with("conversation,agent,day,human score,machine score,difference"), "{sheet}");
    assert!(rows[1].starts_with("c0,a0,2026-03-01,95.5,"), "{sheet}");
    assert!(rows[2].ends_with("王 40 fails; 李 50 passes"), "{sheet}");
    // A difference is a number, not words with an apostrophe before the sign.
    let low = rows[1].split(',').nth(5).unwrap().parse::<f64>().unwrap();
    assert!((low - (score(0) - 95.5)).abs() < 1e-9 && low < 0.0, "{sheet}");
    // The widest difference comes first; equal scores are not told.
    place.run(run).code(2).warns(&["output/exists"]);
    let page = place.run(run.iter().chain(&["--force"])).code(0).stdout;
    let (wide, narrow) = (page.find("| c1 | a1 | 45.0 |").unwrap(), page.find("| c0 | a0 | 95.5 |").unwrap());
    assert!(wide < narrow && !page.contains("| c3 |"), "{page}");
    let same = ["calibrate", "out", "human.csv", "--scores", "x.csv", "-o", "x.csv"];
    place.run(same).code(2).warns(&["output/same-file"]);
    assert!(!place.path("x.csv").exists());
}

/// The report must state the human reference and how far people agree: a machine cannot do better.
#[test]
fn people_are_compared_with_one_another_and_most_of_them_are_the_reference() {
    let place = Place::empty();
    place.write("log.jsonl", log(6));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    let json_of = |sheet: &str, more: &[&str]| -> Value {
        place.write("human.csv", sheet);
        let args = ["calibrate", "out", "human.csv", "--format", "json"];
        serde_json::from_str(&place.run(args.iter().chain(more)).code(0).stdout).unwrap()
    };
    // The machine lets all of them pass.
    let two =
        "会话ID,质检员,是否合格\nc0,王,是\nc0,李,否\nc1,王,通过\nc1,李,通过\nc2,王,未通过\nc2,李,否\nc3,王,合格\n";
    let found = json_of(two, &[]);
    assert_eq!((&found["reference"], &found["divided"]), (&"majority".into(), &1.into()));
    assert_eq!((&found["agreement"]["hits"], &found["agreement"]["n"]), (&2.into(), &3.into()));
    let among = &found["among"];
    assert_eq!((&among["reviewers"], &among["conversations"]), (&2.into(), &3.into()));
    assert_eq!((&among["agreement"]["hits"], &among["agreement"]["n"]), (&2.into(), &3.into()));
    // Two of three agree; chance alone gives 2/3 · 1/3 + 1/3 · 2/3.
    assert!((among["kappa"].as_f64().unwrap() - 0.4).abs() < 1e-9, "{among}");
    let agreement =
        |found: &Value| (found["agreement"]["hits"].as_u64().unwrap(), found["agreement"]["n"].as_u64().unwrap());
    assert_eq!(agreement(&json_of(two, &["--reference", "any"])), (2, 4));
    assert_eq!(agreement(&json_of(two, &["--reference", "王"])), (3, 4));
    place.run(["calibrate", "out", "human.csv", "--reference", "赵"]).code(2).warns(&["no reviewer", "赵"]);
    let page = place.run(["calibrate", "out", "human.csv"]).code(0);
    page.says(&["reference: what most reviewers said", "passing 1", "66.7 % (2/3 pairs); κ 0.40"]);
    // Two against one is a majority; κ is for two raters, α for any number.
    let three = format!("{two}c0,赵,否\nc1,赵,是\nc2,赵,是\n");
    let found = json_of(&three, &[]);
    assert_eq!((&found["divided"], &found["among"]["kappa"]), (&0.into(), &Value::Null));
    assert_eq!(agreement(&found), (2, 4));
    assert_eq!(agreement(&json_of(&three, &["--reference", "unanimous"])), (2, 2));
    assert_eq!((&found["among"]["agreement"]["hits"], &found["among"]["agreement"]["n"]), (&5.into(), &9.into()));
    assert!(found["among"]["alpha"].as_f64().unwrap() < 0.5, "{found}");
    assert_eq!(found["among"]["pairs"].as_array().unwrap().len(), 3);
}

#[test]
fn lines_that_people_filled_in_carelessly_are_said() {
    let place = Place::empty();
    place.write("log.jsonl", log(6));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    // One verdict on two lines, then another one by the same person; a misspelling; an invalid score; an unnamed
    // reviewer.
    place.write(
        "human.csv",
        "会话,复核人,得分,是否合格,扣分规则\nc0,王,９０分,是,promise/vague-promise\nc0,王,90,是,promise/vague-promise\n\
         c0,王,70,否,\nc1,王,90,合各,\nc2,王,950,是,\nc3,,80,是,\n",
    );
    let words = [
        "human.csv:5: `合各`",
        "human.csv:6: `950`",
        "without a reviewer: 1",
        "human.csv:4: 王 has said something else",
    ];
    let out = place.run(["calibrate", "out", "human.csv", "--format", "json"]).code(2).warns(&words);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["conversations"], &found["scores"]["n"]), (&2.into(), &2.into()));
    assert!(found.get("among").is_none(), "{found}");
}

#[test]
fn what_a_sheet_of_people_says_is_taken_or_said() {
    let place = Place::empty();
    place.write("log.jsonl", log(4));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    place.write("human.csv", "会话,复核人,得分,规则,班次\nc0,王,70,promise/vague-promis,早\nc1,王,90,无,早\nc2,王,95,promise/vague-promise,晚\n");
    let words = ["班次", "human.csv:2", "promise/vague-promis`", "did you mean", "promise/vague-promise"];
    let out: Out = place.run(["calibrate", "out", "human.csv", "--format", "json"]).code(2).warns(&words);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    // A score and the card's pass mark give a verdict.
    assert_eq!(found["agreement"]["n"], 3, "{found}");
    let rule = |name: &str| found["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == name).cloned();
    assert_eq!(rule("promise/vague-promise").unwrap()["both"], 1);
    assert_eq!(rule("promise/vague-promis"), None, "{found}");
    place.write("human.csv", "会话,班次\nc0,早\n");
    place.run(["calibrate", "out", "human.csv"]).code(2).warns(&["the sheet has no verdicts"]);
    place.write("human.jsonl", "{\"conversation\":\"c0\",\"score\":90,\"shift\":1}\n");
    place.run(["calibrate", "out", "human.jsonl"]).code(0).warns(&["shift"]);
}

/// The machine's α must not grow because reviewers agree among themselves, nor theirs because the machine agrees.
#[test]
fn each_alpha_is_of_those_it_speaks_of() {
    let place = Place::empty();
    // A red line fails if the machine sees it: c0 and c1 pass, c2 and c3 do not.
    let rude = "您这人怎么这么笨，滚，自己去看。爱买不买。";
    let log: String = (0..4).map(|number| chat(number, if number < 2 { "有的，蓝色现货。" } else { rude })).collect();
    place.write("log.jsonl", log);
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    // Three reviewers who always agree, and agree with the machine on three of four.
    let said = |reviewers: &[&str]| {
        let lines = reviewers.iter().flat_map(|name| {
            [(0, "是"), (1, "否"), (2, "否"), (3, "否")].map(|(number, passed)| format!("c{number},{name},{passed}\n"))
        });
        place.write("human.csv", format!("会话,复核人,合格\n{}", lines.collect::<String>()));
        let out = place.run(["calibrate", "out", "human.csv", "--format", "json", "-o", "talk.csv", "--force"]).code(0);
        serde_json::from_str::<Value>(&out.stdout).unwrap()
    };
    let (one, three) = (said(&["王"]), said(&["王", "李", "赵"]));
    let passes = lines(&place, "out/conversations.jsonl")
        .iter()
        .map(|row| row["scores"][0]["passed"] == true)
        .collect::<Vec<_>>();
    assert_eq!(passes, [true, true, false, false]);
    // By hand: units (1,1) (1,0) (0,0) (0,0); observed 2, expected 2·3·5 over 7.
    let alpha = one["alpha"].as_f64().unwrap();
    assert!((alpha - (1.0 - 7.0 * 2.0 / 30.0)).abs() < 1e-9, "{one}");
    assert_eq!(three["alpha"], one["alpha"]);
    assert_eq!(three["among"]["alpha"], 1.0, "{three}");
    place.run(["calibrate", "out", "human.csv"]).code(0).says(&[
        "reviewers among themselves, without the machine: 3",
        "machine and reference: agreement on passing: 75.0 %",
        "α 0.53 of the two",
    ]);
    // Disagreements about passing are listed for discussion, too.
    let talk = String::from_utf8(place.read("talk.csv")).unwrap();
    assert!(talk.contains("\"c1\",\"a1\",\"passing\",\"\",\"passes\",\"\",\"王 李 赵\""), "{talk}");
    assert_eq!(talk.matches("\"passing\"").count(), 1, "{talk}");
    place.write("human.csv", "会话,复核人,合格\nc2,王,是\nc2,李,否\n");
    place.run(["calibrate", "out", "human.csv", "-o", "talk.csv", "--force"]).code(0);
    let talk = String::from_utf8(place.read("talk.csv")).unwrap();
    assert!(talk.contains("\"c2\",\"a2\",\"passing\",\"\",\"fails\",\"王\",\"李\""), "{talk}");
}

#[test]
fn agreement_that_is_constant_has_no_kappa() {
    let place = Place::empty();
    place.write("log.jsonl", log(4));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    place.write("human.csv", "会话,复核人,合格\nc0,王,是\nc0,李,是\nc1,王,是\nc1,李,是\n");
    let out = place.run(["calibrate", "out", "human.csv", "--format", "json"]).code(0);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["agreement"]["hits"], &found["agreement"]["n"]), (&2.into(), &2.into()));
    for none in [&found["kappa"], &found["alpha"], &found["among"]["kappa"], &found["among"]["alpha"]] {
        assert!(none.is_null(), "{found}");
    }
    let page = place.run(["calibrate", "out", "human.csv"]).code(0);
    page.says(&["100.0 %", "κ –, α –", "everybody said the same one thing throughout"]);
    place.write("human.csv", "会话,复核人,合格\nc1,王,是\nc2,王,否\n");
    let page = place.run(["calibrate", "out", "human.csv"]).code(0);
    assert!(page.stdout.contains("κ 0.00") && !page.stdout.contains("throughout"), "{}", page.stdout);
}

#[test]
fn lines_that_nobody_filled_in_are_no_judgement() {
    let place = Place::empty();
    place.write("log.jsonl", log(6));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    let figures = |name: &str| {
        let out = place.run(["calibrate", "out", name, "--format", "json"]).code(0).warns(&["without a verdict: 3"]);
        let found: Value = serde_json::from_str(&out.stdout).unwrap();
        assert!(!out.stderr.contains("reviewer"), "{}", out.stderr);
        (found["conversations"].clone(), found["agreement"]["n"].clone(), found.get("among").is_some())
    };
    place.write(
        "human.csv",
        "会话,复核人,得分,合格,规则\nc0,王,,是,\n,,,,\n\nc1,王,,,\nc0,李, ,,\nc2,,,,\nc3,王,90,,\n",
    );
    assert_eq!(figures("human.csv"), (2.into(), 2.into(), false));
    let said =
        ["\"c0\",\"passed\":true", "\"c1\",\"score\":null", "\"c2\"", "\"c2\",\"rules\":null", "\"c3\",\"score\":90"];
    place.write("human.jsonl", said.map(|said| format!("{{\"conversation\":{said}}}\n\n")).concat());
    assert_eq!(figures("human.jsonl"), (2.into(), 2.into(), false));
}

#[test]
fn what_people_said_may_come_as_a_workbook() {
    let place = Place::empty();
    place.write("log.jsonl", log(4));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0_u16..).zip(["会话", "复核人", "得分", "合格", "扣分规则"]) {
        sheet.write_string(0, column, head).unwrap();
    }
    sheet.write_row(1, 0, ["c0", "王"]).unwrap();
    sheet.write_number(1, 2, 90).unwrap();
    sheet.write_boolean(1, 3, true).unwrap();
    sheet.write_string(1, 4, "promise/vague-promise").unwrap();
    // A row in between is empty, and one names a conversation without a verdict.
    sheet.write_row(3, 0, ["c1", "王"]).unwrap();
    sheet.write_row(4, 0, ["c2", "王", "95", "合各"]).unwrap();
    book.add_worksheet().write_string(0, 0, "notes").unwrap();
    book.save(place.path("human.xlsx")).unwrap();
    let words = ["human.xlsx:5: `合各`", "without a verdict: 1"];
    let out = place.run(["calibrate", "out", "human.xlsx", "--format", "json"]).code(2).warns(&words);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["conversations"], &found["scores"]["n"]), (&1.into(), &1.into()), "{found}");
    let both = |rule: &Value| rule["rule"] == "promise/vague-promise" && rule["both"] == 1;
    assert!(found["rules"].as_array().unwrap().iter().any(both), "{found}");
    place.write("broken.xlsx", "PK\u{3}\u{4} no workbook");
    place.run(["calibrate", "out", "broken.xlsx"]).code(2).warns(&["broken.xlsx"]);
}

#[test]
fn limits_of_pace_are_the_houses_own() {
    let place = Place::empty();
    let waited = json!({ "id": "w", "channel": "旺旺", "turns": [
        { "role": "customer", "text": "在吗", "time": "2026-03-02 10:00:00" },
        { "role": "bot", "text": "机器人为您服务", "time": "2026-03-02 10:00:01" },
        { "role": "agent", "text": "您好，在的", "time": "2026-03-02 10:02:00" },
    ]});
    let untimed = json!({ "id": "u", "turns": [{ "role": "customer", "text": "在吗" }, { "role": "agent", "text": "您好，在的" }] });
    place.write("log.jsonl", format!("{waited}\n{untimed}\n"));
    let found = |settings: &str| {
        place.write("replylint.toml", settings);
        place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
        lines(&place, "out/findings.jsonl")
            .into_iter()
            .filter(|found| found["rule"] == "pace/slow-first-reply")
            .collect::<Vec<_>>()
    };
    assert_eq!(found("").len(), 0);
    let slow = found("[pace.\"pace/slow-first-reply\"]\n\"旺旺\" = \"60s\"\n");
    assert_eq!((slow.len(), slow[0]["message"].as_str().unwrap()), (1, "the first reply took 2 min, over 1 min"));
    // Without times, waits are unknown.
    let rows = lines(&place, "out/conversations.jsonl");
    assert!(rows[1]["notEvaluated"].as_array().unwrap().contains(&"pace/slow-first-reply".into()));
    place.write("replylint.toml", "[pace.\"pace/slow-first-reply\"]\ndefault = \"soon\"\n");
    place.run(["audit", "log.jsonl", "-o", "out"]).code(2).warns(&["is not a length of time"]);
    place.write("replylint.toml", "[pace.\"pace/slow-first\"]\ndefault = \"3m\"\n");
    place.run(["audit", "log.jsonl", "-o", "out"]).code(2).warns(&["pace/slow-first"]);
}

#[test]
fn a_page_has_its_size_whatever_is_found() {
    let place = Place::empty();
    // Thirty conversations with two thousand findings each: the page would be forty megabytes.
    let turns: Vec<(&str, &str)> = (0..2_000)
        .map(|_| ("agent", "抱歉，我们会尽快给您回复，请您放心，我们一定会尽快处理的，感谢您的理解与支持。"))
        .collect();
    let lines: String = (0..30).map(|number| line(&format!("c{number}"), &turns)).collect();
    place.write("log.jsonl", lines);
    place.run(["audit", "log.jsonl", "-o", "out", "--select", "promise/vague-promise"]).code(0);
    let size = place.read("out/report.html").len();
    assert!((1 << 20..14 << 20).contains(&size), "{size}");
}

/// A report that something went wrong is a complaint, even without anger.
#[test]
fn whoever_says_what_went_wrong_complains() {
    let place = Place::empty();
    let texts =
        ["我买的杯子收到是碎的", "发错货了", "扣了我两次钱", "The cup arrived broken.", "有蓝色的吗", "杯子多大"];
    let chats = texts.iter().zip(0..).map(|(text, number)| {
        let turns = json!([{"role": "customer", "text": text}, {"role": "agent", "text": "您好，我看下"}]);
        format!("{}\n", json!({"id": format!("c{number}"), "turns": turns}))
    });
    place.write("log.jsonl", chats.collect::<String>());
    place.run(["audit", "log.jsonl", "-o", "out", "-q", "--sample", "must:100"]).code(0);
    let drawn = json_of(&place, "out/sample.json");
    let drawn: Vec<(u64, &Value)> = drawn["drawn"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["number"].as_u64().unwrap(), &one["reasons"][0]))
        .collect();
    let complaint = Value::from("must:complaint");
    assert_eq!(drawn, [0, 1, 2, 3].map(|number| (number, &complaint)));
    assert_eq!(json_of(&place, "out/summary.json")["whole"]["topics"]["aggrieved"], 4);
}

/// Either the audit or the sheet may have masked private data in a name.
#[test]
fn a_sheet_finds_its_agents_and_conversations_again_whoever_hid_their_names() {
    let place = Place::empty();
    let chat = |id: &str, agents: [&str; 2]| {
        let said = |agent: &str| json!({"role": "agent", "agent": agent, "text": "您好，我尽快给您回复"});
        let asked = json!({"role": "customer", "text": "杯子碎了"});
        format!("{}\n", json!({"id": id, "turns": [asked, said(agents[0]), asked, said(agents[1])]}))
    };
    let calls = chat("T1-13812616889", ["13811115678", "ann@shop.com"]);
    place.write("log.jsonl", format!("{calls}{}", chat("c2", ["13822225678", "+8613911112222"])));
    place.run(["audit", "log.jsonl", "-o", "hidden", "-q"]).code(0);
    place.run(["audit", "log.jsonl", "-o", "open", "-q", "--show-pii"]).code(0);
    let sheet = |folder: &str| {
        // People fill in a sheet of ours, which guards what could be a formula.
        let findings = String::from_utf8(place.read(&format!("{folder}/review.csv"))).unwrap();
        let rows = findings.lines().skip(1).filter(|line| line.contains("vague-promise"));
        let cells = |line: &str| line.split(',').skip(1).take(2).map(ToOwned::to_owned).collect::<Vec<_>>().join(",");
        let rows = rows.map(|line| cells(line) + ",W,yes").collect::<Vec<_>>().join("\n");
        format!("conversation,agent,reviewer,passed\n{rows}")
    };
    assert!(sheet("hidden").contains("\"'+86") && sheet("open").contains("\"'+8613911112222\""));
    for (audit, from) in [("hidden", "hidden"), ("hidden", "open"), ("open", "hidden"), ("open", "open")] {
        place.write("human.csv", sheet(from));
        let out = place.run(["calibrate", audit, "human.csv", "--format", "json"]).code(0);
        let found: Value = serde_json::from_str(&out.stdout).unwrap();
        let counts = ["conversations", "unknown", "strangers"].map(|field| found[field].as_u64().unwrap());
        assert_eq!((counts, &found["agreement"]["n"]), ([2, 0, 0], &4.into()), "{from} in {audit}: {found}");
        assert_eq!(out.stderr.contains("calibrate/ids"), audit != from, "{}", out.stderr);
    }
    // Two whole names are two people, though they would look the same if they were masked.
    place.write("human.csv", "conversation,agent,reviewer,passed\nc2,13822229999,W,yes\n");
    let out = place.run(["calibrate", "open", "human.csv", "--format", "json"]).code(0);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["strangers"], &found["agreement"]["n"]), (&1.into(), &0.into()), "{found}");
    // If two names look the same, neither can be matched.
    place.write("log.jsonl", chat("c3", ["13811115678", "13822225678"]));
    place.run(["audit", "log.jsonl", "-o", "hidden", "-q", "--force"]).code(0);
    place.write("human.csv", "conversation,agent,reviewer,passed\nc3,13811115678,W,yes\nc3,13822225678,W,no\n");
    let out = place.run(["calibrate", "hidden", "human.csv", "--format", "json"]).code(0);
    let found: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["strangers"], &found["agreement"]["n"]), (&2.into(), &0.into()), "{found}");
}

/// How many of an agent's conversations were judged.
#[test]
fn each_agent_and_team_has_a_coverage_of_their_own() {
    let place = Place::empty();
    let chat = |id: usize, agent: &str, said: bool| {
        let mut turns = vec![json!({"role": "customer", "text": "有蓝色的吗"})];
        turns.extend(said.then(|| json!({"role": "agent", "text": "有的，蓝色现货。"})));
        format!("{}\n", json!({"id": id.to_string(), "agent": agent, "team": "t", "turns": turns}))
    };
    let chats = [("lin", true), ("lin", false), ("lin", false), ("lin", true), ("ann", true)];
    let chats = chats.iter().zip(0..).map(|((agent, said), id)| chat(id, agent, *said));
    place.write("log.jsonl", chats.collect::<String>());
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    let summary = json_of(&place, "out/summary.json");
    let covered = |list: &str| -> Vec<Value> {
        summary[list].as_array().unwrap().iter().map(|group| group["covered"].clone()).collect()
    };
    assert_eq!(covered("agents"), [json!({"judged": 1, "skipped": 0}), json!({"judged": 2, "skipped": 2})]);
    assert_eq!(covered("teams"), [json!({"judged": 3, "skipped": 2})]);
    let page = String::from_utf8(place.read("out/agents/0002-lin.html")).unwrap();
    assert!(page.contains("\"covered\":{\"judged\":2,\"skipped\":2}"), "the page tells it");
}
