//! Inputs (formats, encodings) and output for machines: kinds, places, schema, masks.

mod support;

use encoding_rs::{BIG5, Encoding, GB18030};
use serde_json::Value;
use support::{Place, each, line, location};

/// The only finding of a run.
#[track_caller]
fn one(place: &Place, arguments: &[&str]) -> Value {
    let found = place.findings(arguments);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

/// The words of a JSON span, cut out of the turn's text.
fn span<'a>(finding: &Value, text: &'a str) -> &'a str {
    let at = |end: &str| usize::try_from(finding["span"][end].as_u64().unwrap()).unwrap();
    &text[at("start")..at("end")]
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding.encode(text);
    assert!(!lost, "{text}");
    bytes.into_owned()
}

#[test]
fn places_count_characters() {
    let place = Place::new();
    for (draft, expected) in [
        ("尽快", [1, 1, 1, 3]),
        ("抱歉😀尽快", [1, 4, 1, 6]),
        ("👨‍👩‍👧‍👦尽快", [1, 8, 1, 10]),
        ("e\u{301}tat 尽快", [1, 7, 1, 9]),
        ("a\tb\t尽快", [1, 5, 1, 7]),
        ("您好\r\n请稍等\r\n我尽快", [3, 2, 3, 4]),
        ("您好\n\n\n尽快\n", [4, 1, 4, 3]),
        ("ＳＯＯＮ", [1, 1, 1, 5]),
        ("請稍後", [1, 2, 1, 4]),
        ("儘快", [1, 1, 1, 3]),
        ("𠮷尽快", [1, 2, 1, 4]),
    ] {
        for found in [one(&place, &["--text", draft]), {
            place.write("draft.txt", draft);
            one(&place, &["draft.txt"])
        }] {
            assert_eq!(location(&found), expected, "{draft:?}");
            assert_eq!(span(&found, draft), found["quote"], "{draft:?}");
        }
    }
}

#[test]
fn the_kind_of_text_is_guessed_and_can_be_said() {
    let place = Place::new();
    let chat = "客户：坏了，尽快\n客服：小蜜在\n";
    place.write("chat.txt", chat);
    place.write("draft.txt", "尽快：\n小蜜");
    place.write("front.md", "+++\nscenario = \"damaged\"\ntitle = \"尽快\"\n+++\n\n您好{name}，尽快\n");
    let rules = |arguments: &[&str]| each(&place.findings(arguments), "rule");
    assert_eq!(rules(&["chat.txt"]), ["house/old-name", "house/no-apology"]);
    assert_eq!(rules(&["--kind", "draft", "chat.txt"]), ["house/vague", "house/old-name"], "all of it is ours");
    assert_eq!(rules(&["draft.txt"]), ["house/vague", "house/old-name"]);
    let front = place.findings(["front.md"]);
    assert_eq!(each(&front, "rule"), ["house/no-apology", "house/vague"], "the scenario is that of the front matter");
    assert_eq!(location(&front[1]), [6, 10, 6, 12]);
    assert_eq!(
        rules(&["--kind", "draft", "front.md"]),
        ["house/vague"],
        "front matter is text then, and states nothing"
    );
    place
        .run(["check", "--kind", "transcript", "draft.txt"])
        .code(2)
        .warns(&["draft.txt:1", "no line says who is speaking"]);
    let kinds = |arguments: &[&str]| place.json(arguments)["summary"]["turns"].clone();
    assert_eq!((kinds(&["chat.txt"]), kinds(&["--kind", "draft", "chat.txt"])), (2.into(), 1.into()));
}

#[test]
fn mistakes_in_front_matter_are_drawn_and_the_text_is_checked() {
    let place = Place::new();
    place.write("a.md", "+++\nscenario = 7\nlanguage = \"zh-Hnas\"\n+++\n我尽快查\n");
    let out = place.run(["check", "-f", "concise", "a.md"]).code(2);
    out.says(&["a.md:5:2"]).warns(&["a.md:2:12", "a.md:3:13", "did you mean zh-Hans"]);
    place.write("open.md", "+++\nscenario = \"damaged\"\n我尽快查\n");
    let document = place.run(["check", "-f", "json", "open.md"]).code(2).document();
    assert_eq!((&document["failed"][0]["path"], &document["failed"][0]["line"]), (&"open.md".into(), &1.into()));
}

#[test]
fn conversations_are_judged_turn_by_turn_and_placed_in_their_line() {
    let place = Place::new();
    let first = line("a", &[("customer", "坏了"), ("agent", "抱歉"), ("agent", "我\"尽快\"查"), ("bot", "小蜜")]);
    let second = r#"{"id":7,"agent":"王","unknown":{"x":[1]},"turns":[{"role":"客服","text":"\u6211\n\u5c3d\u5feb"},{"role":"agent","kind":"image"}]}"#;
    place.write("log.jsonl", format!("{first}\n{second}\r\n"));
    let found = place.findings(["log.jsonl"]);
    assert_eq!(each(&found, "rule"), ["house/vague"], "words in quotation marks are reported: {found:?}");
    assert_eq!(each(&found, "conversation"), ["7"]);
    assert_eq!((&found[0]["turn"], &found[0]["role"]), (&0.into(), &"agent".into()));
    assert_eq!(span(&found[0], "我\n尽快"), "尽快");
    let column = second[..second.find(r"\u5c3d").unwrap()].chars().count() as u64 + 1;
    assert_eq!(location(&found[0]), [3, column, 3, column + 12], "the place is that of the escapes");
    let summary = &place.json(["log.jsonl"])["summary"];
    assert_eq!((&summary["conversations"], &summary["turns"]), (&2.into(), &6.into()));
}

#[test]
fn pasted_chats_are_read_in_the_usual_styles() {
    let place = Place::new();
    for (chat, expected) in [
        ("客户：在吗\n客服：尽快\n", [2, 4]),
        ("客戶：在嗎\r\n客服：尽快\r\n", [2, 4]),
        ("Customer: hi\nAgent: soon\n", [2, 8]),
        ("[10:03:22] 客户：在吗\n[10:03:30] 客服小王：我尽快\n", [2, 18]),
        ("买家 2026-01-02 10:03:22\n在吗\n\n某某旗舰店:小王 2026-01-02 10:04:22\n您好\n尽快\n", [6, 1]),
    ] {
        place.write("chat.txt", chat);
        let found = one(&place, &["chat.txt"]);
        assert_eq!((&found["turn"], &found["role"]), (&1.into(), &"agent".into()), "{chat}");
        assert_eq!(location(&found)[..2], expected, "{chat}");
    }
}

#[test]
fn machine_formats_carry_everything() {
    let place = Place::new();
    place.write("a.jsonl", line("c", &[("customer", "坏了"), ("agent", "滚开，尽快，稍后，小蜜，小姐姐")]).repeat(3));
    place.write("b.jsonl", "{}\nnot json\n");
    let paths = ["a.jsonl", "b.jsonl", "gone.txt"];
    let json = place.run(["check", "-f", "json"].iter().chain(&paths)).code(2).document();
    let lines = place.run(["check", "-f", "jsonl"].iter().chain(&paths)).code(2).records();
    let of = |kind: &str| lines.iter().filter(|record| record["type"] == kind).cloned().collect::<Vec<_>>();
    assert_eq!(json["findings"], Value::from(of("finding")), "both say the same");
    assert_eq!(json["failed"], Value::from(of("failed")));
    assert_eq!(json["summary"], of("summary")[0]);
    assert_eq!((json["findings"].as_array().unwrap().len(), &json["summary"]["input"]), (18, &6.into()));
    let places = of("failed").iter().map(|failed| failed["line"].clone()).collect::<Vec<_>>();
    assert_eq!(places, [Value::Null, 1.into(), 2.into()]);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    let mut expected =
        "schema type rule severity message help path conversation turn role span location quote related \
                        fixes fingerprint rulebook suppression baselineState"
            .split(' ')
            .collect::<Vec<_>>();
    expected.sort_unstable();
    for finding in of("finding") {
        assert_eq!(keys(&finding), expected.join(" "));
        assert!(finding["fingerprint"].as_str().unwrap().starts_with("v1:"));
    }
    let safety =
        |rule: &str| of("finding").iter().find(|one| one["rule"] == rule).unwrap()["fixes"][0]["safety"].clone();
    let safeties = ["house/old-name", "house/nickname", "house/vague"].map(safety);
    assert_eq!(safeties, ["safe", "unsafe", "ask"]);
    assert_eq!(json["summary"]["fixable"], 0, "what was sent is not written anew");
}

#[test]
fn a_fingerprint_outlives_path_line_and_locale() {
    let place = Place::new();
    place.write("a.txt", "您好，\n我尽快查，再尽快查");
    place.write("b/c.txt", "您好！\n\n\n您好，\n我尽快查，再尽快查");
    let prints = |arguments: &[&str]| each(&place.findings(arguments), "fingerprint");
    let first = prints(&["a.txt"]);
    assert_eq!(first.len(), 2);
    assert_ne!(first[0], first[1]);
    assert_eq!(prints(&["--locale", "zh", "a.txt"]), first);
    assert_eq!(prints(&["--text", "您好，\n我尽快查，再尽快查"]), first);
    assert_eq!(prints(&["--text", "您好，\n我尽快退，再尽快查"]).len(), 2);
    assert_ne!(prints(&["--text", "您好，\n我尽快退，再尽快查"])[0], first[0], "other words around it");
}

#[test]
fn records_fit_the_published_schema() {
    let place = Place::new();
    let schema: Value = serde_json::from_str(include_str!("../docs/schema/findings.schema.json")).unwrap();
    let finding = one(&place, &["--text", "尽快"]);
    let definition = &schema["$defs"]["Finding"];
    let required = definition["required"].as_array().unwrap();
    assert!(required.iter().all(|key| finding.get(key.as_str().unwrap()).is_some()));
    assert!(finding.as_object().unwrap().keys().all(|key| definition["properties"].get(key).is_some()));
}

#[test]
fn encodings_are_told_or_guessed_and_places_hold() {
    let place = Place::new();
    let text = "您好，\r\n我尽快查\r\n";
    let bom = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    let cases: [(Vec<u8>, &[&str], &str); 6] = [
        (bom, &[], ""),
        (utf16(text, false), &[], ""),
        (utf16(text, true), &[], ""),
        (encoded(GB18030, text), &[], "read as GB18030"),
        (encoded(GB18030, text), &["--encoding", "gbk"], ""),
        (encoded(BIG5, "您好，\r\n我稍後查\r\n"), &["--encoding", "Big5"], ""),
    ];
    for (bytes, flags, notice) in cases {
        place.write("a.txt", &bytes);
        let found = one(&place, &[flags, &["a.txt"][..]].concat());
        assert_eq!(location(&found), [2, 2, 2, 4], "{flags:?} {bytes:?}");
        assert_eq!((&found["span"]["start"], &found["span"]["end"]), (&14.into(), &20.into()), "UTF-8 of the text");
        let out = place.run(["check", "-q"].iter().chain(flags).chain(&["a.txt"])).code(1);
        assert_eq!(out.stderr.is_empty(), notice.is_empty(), "{}", out.stderr);
        out.warns(&[notice]);
    }
    place.run(["check", "--encoding", "klingon", "--text", "好"]).code(2).warns(&["klingon", "gb18030"]);
    let chat = line("1", &[("agent", "我尽快查")]);
    for (bytes, flag) in [(encoded(GB18030, &chat), "gb18030"), (utf16(&chat, false), "utf-16le")] {
        place.write("a.jsonl", bytes);
        assert_eq!(location(&one(&place, &["--encoding", flag, "a.jsonl"]))[0], 1, "{flag}");
    }
    let declared = encoded(BIG5, &line("1", &[("agent", "我稍後查")]));
    place.write("a.jsonl", declared);
    assert_eq!(each(&place.findings(["--encoding", "big5", "a.jsonl"]), "quote"), ["稍後"]);
}

#[test]
fn what_looks_like_a_formula_is_text_like_any_other() {
    let place = Place::new();
    for payload in ["=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "=HYPERLINK(\"http://x\")"] {
        let found = one(&place, &["--text", &format!("{payload} 尽快")]);
        assert_eq!(found["quote"], "尽快", "{payload}");
        place.write("a.jsonl", line(payload, &[("agent", "尽快")]));
        assert_eq!(one(&place, &["a.jsonl"])["conversation"], payload);
    }
}

/// Numbers and an address that nobody has.
const PRIVATE: [&str; 4] = ["13812345678", "110101199003074530", "6222020200112230", "zhang.san@example.com"];

#[test]
fn private_data_is_masked_in_every_format() {
    let place = Place::new();
    let text =
        format!("我尽快打{}，证件{}，卡{}，信{}，小蜜{}", PRIVATE[0], PRIVATE[1], PRIVATE[2], PRIVATE[3], PRIVATE[0]);
    place.write("draft.txt", &text);
    place.write("log.jsonl", line(PRIVATE[0], &[("customer", &text), ("agent", &text)]));
    place.write("broken.jsonl", format!("{{\"id\":\"{}\",\"turns\":[{{\"role\":\"{}\"}}]}}\n", PRIVATE[0], PRIVATE[3]));
    place.write("front.md", format!("+++\nscenario = 1 # {}\n+++\n{text}", PRIVATE[0]));
    let inputs = ["draft.txt", "log.jsonl", "broken.jsonl", "front.md"];
    for format in ["pretty", "concise", "json", "jsonl"] {
        let arguments = ["check", "-v", "--all", "-f", format];
        let out = place.run(arguments.iter().chain(&inputs)).code(2);
        for private in PRIVATE {
            assert!(!(out.stdout.clone() + &out.stderr).contains(private), "{format} shows {private}: {out:?}");
        }
        let shown = place.run(arguments.iter().chain(&["--show-pii"]).chain(&inputs)).code(2);
        assert!(format == "concise" || shown.stdout.contains(PRIVATE[0]), "{format} hides what is to be shown");
        let piped = place.pipe(arguments, &text).code(1);
        assert!(!piped.stdout.contains(PRIVATE[0]), "{format}: nobody sees a pipe being typed");
    }
    let diff = place.run(["check", "--diff", "draft.txt"]).code(1);
    assert!(
        diff.stdout.contains("客服助手") && PRIVATE.iter().all(|private| !diff.stdout.contains(private)),
        "{diff:?}"
    );
}

#[test]
fn numbers_of_orders_stay() {
    let place = Place::new();
    for order in ["订单号20260102123456789", "运单SF1234567890123", "工单号A1203456789", "热线4008001234"] {
        let out = place.pipe(["check", "--all"], format!("{order}，我尽快查"));
        assert!(out.stdout.contains(order), "{}", out.stdout);
    }
}
