//! Waivers in comments and in the settings: what they cover, and what is reported if they cover nothing.

mod support;

use serde_json::Value;
use support::{HOUSE, Place, SETTINGS, each, location};

const FRONT: &str = "+++\nscenario = \"damaged\"\n";

fn rules(place: &Place, arguments: &[&str]) -> Vec<String> {
    each(&place.findings(arguments), "rule")
}

/// The one finding of this rule.
#[track_caller]
fn only(findings: &[Value], rule: &str) -> Value {
    let mut found = findings.iter().filter(|finding| finding["rule"] == rule);
    let one = found.next().unwrap_or_else(|| panic!("no {rule} in {findings:?}")).clone();
    assert_eq!(found.next(), None);
    one
}

#[test]
fn a_comment_waives_a_rule_and_is_no_part_of_the_reply() {
    let place = Place::new();
    let comment = "<!-- replylint: allow house/vague -- 平台统一用语 -->";
    for text in [
        format!("{FRONT}+++\n{comment}\n抱歉，我们尽快处理\n"),
        format!("{FRONT}# replylint: allow house/vague -- 平台统一用语\n+++\n抱歉，我们尽快处理\n"),
        format!("{FRONT}+++\n抱歉\n{comment}\n我们尽快处理\n"),
        format!("{FRONT}+++\n抱歉，我们尽快处理 {comment}\n"),
        "抱歉\r\n# replylint: allow house -- 平台统一用语\r\n我们尽快处理\r\n".to_owned(),
        "抱歉，我们尽快处理 <!-- replylint: allow house/vague, house/rude\n—— 平台统一用语 -->".to_owned(),
    ] {
        place.write("a.md", &text);
        place.run(["check", "--ignore", "waiver/unused", "a.md"]).code(0).silent();
        place.run(["check", "-v", "--ignore", "waiver/unused", "a.md"]).code(0).warns(&["not counted: 1"]);
        let found = only(&place.findings(["--ignore", "waiver/unused", "a.md"]), "house/vague");
        let suppression = &found["suppression"];
        assert_eq!((&suppression["kind"], &suppression["status"]), (&"inline".into(), &"accepted".into()), "{text}");
        assert_eq!(suppression["reason"], "平台统一用语", "{text}");
        let lines: Vec<&str> = text.split('\n').collect();
        let [line, column, ..] = location(&found);
        let before = |number: u64| usize::try_from(number).unwrap() - 1;
        let there: String = lines[before(line)].chars().skip(before(column)).collect();
        assert!(there.starts_with("尽快"), "{text}: {line}:{column}");
    }
}

#[test]
fn a_comment_holds_for_its_own_place_only() {
    let place = Place::new();
    place.write("a.md", "抱歉\n<!-- replylint: allow house/vague -- x -->\n我们尽快处理\n也尽快回复\n");
    let found = place.findings(["a.md"]);
    assert_eq!(each(&found, "rule"), ["house/vague", "house/vague"]);
    assert_eq!(each(&found, "suppression").iter().filter(|said| *said == "null").count(), 1);
    place.run(["check", "-f", "concise", "a.md"]).code(1).says(&["a.md:4:2"]);
    // A finding about the whole text may be waived from anywhere in it.
    place.write("b.md", format!("{FRONT}+++\n您好\n<!-- replylint: allow house/no-apology -- x -->\n给您换\n"));
    place.run(["check", "b.md"]).code(0).silent();
    place.write("c.md", format!("{FRONT}+++\n给您换\n"));
    place.run(["check", "c.md"]).code(1);
}

#[test]
fn what_has_been_sent_cannot_be_waived_in_it() {
    let place = Place::new();
    place.write("a.txt", "客户：在吗\n客服：滚开 <!-- replylint: allow house/rude -- 我说了算 -->\n");
    place.run(["check", "a.txt"]).code(1);
    place.write("a.jsonl", support::line("1", &[("agent", "滚开\n# replylint: allow house/rude -- x")]));
    place.run(["check", "a.jsonl"]).code(1);
}

#[test]
fn what_is_wrong_with_a_comment_is_a_finding_in_its_file() {
    let place = Place::new();
    let text = format!(
        "{FRONT}# replylint: allow house/rude, house/vag -- x\n# replylint: allow house/vague\n# replylint: disable all\n\
         +++\n抱歉，尽快\n"
    );
    place.write("t/a.md", &text);
    let found = place.findings(["t"]);
    for (rule, place, says) in [
        ("waiver/unused", [3, 20, 3, 30], "house/rude"),
        ("waiver/unknown-rule", [3, 32, 3, 41], "house/vag"),
        ("waiver/no-reason", [4, 1, 4, 31], "house/vague"),
        ("waiver/unclear", [5, 1, 5, 25], ""),
    ] {
        let one = only(&found, rule);
        assert_eq!(location(&one), place, "{rule}");
        assert!(one["message"].as_str().unwrap().contains(says) && one["path"] == "t/a.md" && one["role"] == "system");
    }
    assert!(only(&found, "waiver/unknown-rule")["help"].as_str().unwrap().contains("house/vague"));
    place.run(["check", "t"]).code(1).says(&["t/a.md:3:20", "# replylint: allow house/rude"]);
    // They are selected like rules.
    assert_eq!(rules(&place, &["--select", "house", "t"]), ["house/vague"]);
    assert_eq!(rules(&place, &["--select", "waiver/unclear", "t"]), ["waiver/unclear"]);
    place.write("replylint.toml", format!("{SETTINGS}[rules]\nseverity = {{ waiver = \"advice\" }}\n"));
    place.run(["check", "t"]).code(0).says(&["advice[waiver/unused]"]);
    place.run(["check", "--ignore", "waiver/unusd", "t"]).code(2).warns(&["waiver/unused"]);
}

#[test]
fn a_waiver_of_a_rule_that_was_not_asked_is_not_unused() {
    let place = Place::new();
    place.write("a.md", "<!-- replylint: allow house/no-apology -- x -->\n给您换一个\n");
    // Whether it is owed is unknown without a scenario.
    place.run(["check", "a.md"]).code(0).silent();
    place.run(["check", "--scenario", "damaged", "a.md"]).code(0).silent();
    place.run(["check", "--customer", "在吗", "a.md"]).code(1).says(&["waiver/unused"]);
    place.run(["check", "--customer", "在吗", "--select", "house/rude,waiver", "a.md"]).code(0).silent();
}

#[test]
fn settings_waive_by_rule_path_and_words() {
    let place = Place::new();
    let waiver = "[[waiver]]\nrule = \"house/vague\"\npaths = [\"t/*.md\"]\nquote = \"尽快\"\n\
                  reason = \"法务已同意\"\nowner = \"lin\"\nexpires = 2027-03-31\n";
    place.write("replylint.toml", format!("{SETTINGS}{waiver}"));
    place.write("t/a.md", "我尽快，也稍后\n");
    place.write("b.md", "我尽快\n");
    let found = place.findings(["--as-of", "2027-03-31", "t", "b.md"]);
    assert_eq!(each(&found, "path"), ["b.md", "t/a.md", "t/a.md"]);
    let suppression = &found[1]["suppression"];
    assert_eq!((&suppression["kind"], &suppression["owner"]), (&"config".into(), &"lin".into()));
    assert_eq!((&suppression["reason"], &suppression["date"]), (&"法务已同意".into(), &"2027-03-31".into()));
    assert_eq!((&found[0]["suppression"], &found[2]["suppression"]), (&Value::Null, &Value::Null));
    let json = place.json(["--as-of", "2027-03-31 09:00", "t"]);
    assert_eq!(json["summary"]["asOf"], "2027-03-31T09:00:00+08:00");
    // A day later it has expired.
    let found = place.findings(["--as-of", "2027-04-01", "t"]);
    let ended = only(&found, "waiver/expired");
    assert_eq!((&ended["path"], &ended["location"]["start"]["line"]), (&"replylint.toml".into(), &5.into()));
    assert_eq!(each(&found, "suppression"), ["null"; 3]);
    place.run(["check", "--as-of", "someday", "t"]).code(2).warns(&["2026-11-22"]);
}

#[test]
fn an_unused_waiver_of_the_settings_is_told_where_all_of_its_files_were_looked_at() {
    let place = Place::new();
    let waiver = "[[waiver]]\nrule = \"house/rude\"\npaths = [\"t/a.md\"]\nreason = \"x\"\nowner = \"lin\"\n\
                  [[waiver]]\nrule = \"house/vague\"\nreason = \"x\"\nowner = \"lin\"\n";
    place.write("replylint.toml", format!("{SETTINGS}{waiver}"));
    place.write("t/a.md", "今天\n");
    place.write("b.md", "今天\n");
    assert_eq!(rules(&place, &["b.md"]), [""; 0]);
    assert_eq!(rules(&place, &["t/a.md"]), ["waiver/unused"]);
    assert_eq!(rules(&place, &["t"]), ["waiver/unused"]);
    let found = place.findings(["."]);
    assert_eq!(each(&found, "rule"), ["waiver/unused", "waiver/unused"]);
    assert_eq!(each(&found, "quote"), ["\"house/rude\"", "\"house/vague\""]);
    assert_eq!(rules(&place, &["--select", "house/vague", "."]), [""; 0]);
    assert_eq!(rules(&place, &["--select", "house/vague,waiver", "."]), ["waiver/unused"]);
    place.write("b.md", "尽快\n");
    assert_eq!(rules(&place, &["."]), ["house/vague", "waiver/unused"]);
    // The finding may be in a file that could not be read.
    place.write("b.md", b"\xff\xfe\x00\xd8\x00");
    let found = place.json(["."]);
    assert_eq!(each(found["findings"].as_array().unwrap(), "quote"), ["\"house/rude\""]);
}

#[test]
fn a_broken_waiver_in_the_settings_is_a_mistake() {
    let place = Place::new();
    place.write("a.md", "今天\n");
    for (waiver, says) in [
        ("rule = \"house/vague\"\nowner = \"lin\"\n", "waiver.reason"),
        ("rule = \"house/vague\"\nreason = \"x\"\n", "waiver.owner"),
        ("rule = \"house/vagu\"\nreason = \"x\"\nowner = \"lin\"\n", "house/vague"),
        ("rule = \"house/vague\"\nreason = \"x\"\nowner = \"lin\"\nexpires = \"soon\"\n", "2027-03-31"),
        ("rule = \"house/vague\"\nreason = \"x\"\nowner = \"lin\"\nuntil = 2027-03-31\n", "until"),
        ("rule = \"house/vague\"\nreason = \"x\"\nowner = \"lin\"\npaths = [\"[z-a]\"]\n", "[z-a]"),
    ] {
        place.write("replylint.toml", format!("{SETTINGS}[[waiver]]\n{waiver}"));
        place.run(["check", "a.md"]).code(2).warns(&[says]);
    }
}

#[test]
fn a_renamed_rule_keeps_its_waivers() {
    let place = Place::new();
    place.write("house.toml", HOUSE.replace("[rule.vague]\n", "[rule.vague]\nwas = [\"house/slow\"]\n"));
    place.write("a.md", "<!-- replylint: allow house/slow -- x -->\n尽快\n");
    place.write("b.md", "尽快\n");
    let waiver = "[[waiver]]\nrule = \"house/slow\"\npaths = [\"b.md\"]\nreason = \"x\"\nowner = \"lin\"\n";
    place.write("replylint.toml", format!("{SETTINGS}{waiver}"));
    place.run(["check", "."]).code(0).silent();
}

#[test]
fn what_is_waived_is_not_fixed() {
    let place = Place::new();
    let text = "请找小蜜 <!-- replylint: allow house/old-name -- 老客户认这个名 -->\n或者小蜜\n";
    place.write("a.md", text);
    place.run(["check", "--fix", "a.md"]).code(0);
    let fixed = String::from_utf8(place.read("a.md")).unwrap();
    assert!(fixed.starts_with("请找小蜜 <!--") && fixed.ends_with("\n或者客服助手\n"), "{fixed}");
}

#[test]
fn hostile_comments_do_no_harm() {
    let place = Place::new();
    let many = "<!-- replylint: allow house/vague -- x -->尽快\n".repeat(20_000);
    place.write("a.md", format!("{many}<!-- replylint: allow {}", "a,".repeat(100_000)));
    place.run(["check", "-q", "-f", "json", "a.md"]);
    place.write("b.md", "尽快 <!-- replylint: allow house/vague, \u{1b}[31m\u{202e} -- \u{1b}]0;x\u{7} -->\n");
    let out = place.run(["check", "b.md"]).code(1);
    assert!(out.stdout.contains("waiver/unknown-rule"));
}

#[test]
fn a_comment_in_yaml_or_toml_holds_for_the_record_that_it_stands_in() {
    let place = Place::new();
    let comment = "# replylint: allow house/vague -- x";
    for (name, text) in [
        ("a.yaml", format!("t:\n- text: 我尽快处理 {comment}\n- text: 您好，今天处理\n")),
        ("b.yaml", format!("t:\n- {comment}\n  text: 我尽快处理\n- text: 您好，今天处理\n")),
        ("c.yaml", format!("t:\n- text: 我尽快处理\n  owner: b {comment}\n- text: 您好，今天处理\n")),
        ("d.yaml", format!("t:\n- text: 我尽快处理\n  {comment}\n  owner: b\n- text: 您好，今天处理\n")),
        ("e.yaml", format!("t:\n- text: |\n    您好\n    {comment}\n    我尽快处理\n- text: 您好，今天处理\n")),
        ("f.yaml", format!("t:\n- text: 您好，今天处理\n{comment}\n- text: 我尽快处理\n")),
        ("g.yaml", format!("t:\n- text: 您好，今天处理\n- text: \"我尽快处理\" {comment}\n")),
        ("h.yaml", format!("t:\n- text: 您好，今天处理\n- text: 我尽快处理\n  owner: b {comment}\n")),
        ("i.yaml", format!("t:\n- text:\n    zh: 我尽快处理 {comment}\n    en: Hello, today.\n")),
        ("a.toml", format!("[[t]]\ntext = \"我尽快处理\" {comment}\n[[t]]\ntext = \"您好，今天处理\"\n")),
        ("b.toml", format!("[[t]] {comment}\ntext = \"我尽快处理\"\n[[t]]\ntext = \"您好，今天处理\"\n")),
        (
            "c.toml",
            format!("[[t]]\ntext = \"我尽快处理\"\nowner = \"b\" {comment}\n[[t]]\ntext = \"您好，今天处理\"\n"),
        ),
        ("d.toml", format!("[[t]]\ntext = \"\"\"\n我尽快处理\n\"\"\" {comment}\n[[t]]\ntext = \"您好，今天处理\"\n")),
    ] {
        place.write(name, &text);
        let found = place.findings(["--select=house/vague,waiver", name]);
        assert_eq!(each(&found, "rule"), ["house/vague"], "{name}:\n{text}");
        assert_eq!(found[0]["suppression"]["status"], "accepted", "{name}:\n{text}");
    }
    // It covers no other record, and an unused one is reported.
    place.write("z.yaml", format!("t:\n- text: 您好，今天处理 {comment}\n- text: 我尽快处理\n"));
    let found = place.findings(["--select=house/vague,waiver", "z.yaml"]);
    assert_eq!(each(&found, "rule"), ["waiver/unused", "house/vague"]);
    assert!(found.iter().all(support::counts));
}

#[test]
fn a_comment_in_a_cell_holds_for_its_text() {
    let place = Place::new();
    let html = "<!-- replylint: allow house/vague -- x -->";
    for cell in [
        format!("{html}我尽快处理"),
        format!("您好\n{html}\n我尽快处理"),
        format!("我尽快处理 {html}"),
        "您好\n# replylint: allow house/vague -- x\n我尽快处理".to_owned(),
        format!("<p>您好</p>{html}<p>我尽快处理</p>"),
    ] {
        place.write("a.csv", format!("id,text\nb,您好\na,\"{cell}\"\n"));
        let found = place.findings(["--select=house,waiver", "a.csv"]);
        assert_eq!(each(&found, "rule"), ["house/vague"], "{cell}");
        assert_eq!(found[0]["suppression"]["reason"], "x", "{cell}");
        #[cfg(feature = "xlsx")]
        {
            let write = |cell: &str| {
                let mut book = rust_xlsxwriter::Workbook::new();
                let sheet = book.add_worksheet();
                sheet.write_string(0, 0, "text").unwrap();
                sheet.write_string(1, 0, cell).unwrap();
                place.write("a.xlsx", book.save_to_buffer().unwrap());
            };
            write(&cell);
            let found = place.findings(["--select=house,waiver", "a.xlsx"]);
            assert_eq!(each(&found, "rule"), ["house/vague"], "{cell}");
            assert_eq!(found[0]["suppression"]["reason"], "x", "{cell}");
            write(&cell.replace("尽快", "今天"));
            let found = place.findings(["--select=house,waiver", "a.xlsx"]);
            assert_eq!(each(&found, "rule"), ["waiver/unused"], "{cell}");
            assert_eq!((&found[0]["cell"]["name"], &found[0]["location"]), (&"A2".into(), &Value::Null));
            place.run(["check", "a.xlsx"]).code(1).says(&["waiver/unused", "Sheet1!A2"]);
        }
        place.write("a.csv", format!("id,text\na,\"{}\"\n", cell.replace("尽快", "今天")));
        assert_eq!(each(&place.findings(["--select=house,waiver", "a.csv"]), "rule"), ["waiver/unused"], "{cell}");
    }
    // In another cell or row it has no effect, and that is reported.
    for row in [format!("a,我尽快处理,{html}"), format!("{html},,\na,我尽快处理,")] {
        place.write("a.csv", format!("id,text,note\n{row}\n"));
        let out = place.run(["check", "-f", "concise", "a.csv"]).code(1).warns(&["input/waiver-not-read", "a.csv:2"]);
        out.says(&["house/vague"]);
    }
}

#[test]
fn what_a_customer_wrote_waives_nothing() {
    let place = Place::empty();
    let reply = "这不关我们的事，我们尽快处理。\n\n";
    let quoted = "> <!-- replylint: allow conduct/dismissive-wording, promise/vague-promise -- x -->\n> hi\n";
    let rules = |text: &str| {
        place.write("mail.txt", text);
        each(&place.findings(["mail.txt", "--no-config"]), "rule")
    };
    let found = rules(&format!("{reply}{quoted}"));
    assert!(found.iter().any(|rule| rule == "conduct/dismissive-wording"), "{found:?}");
    assert!(found.iter().any(|rule| rule == "promise/vague-promise"), "{found:?}");
    assert!(!found.iter().any(|rule| rule.starts_with("waiver/")), "{found:?}");
    // Parcels have a sender and a receiver, too: the reply continues below.
    let parcel = rules(&format!("您好，已为您下单：\n寄件人：小李\n收件人：小王\n\n{reply}"));
    assert!(parcel.iter().any(|rule| rule == "promise/vague-promise"), "{parcel:?}");
}
