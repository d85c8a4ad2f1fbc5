//! Texts that come in damaged, cut off, without labels or with times that nobody can read.
#![cfg(feature = "cli")]

mod support;
use support::Place;

fn rules(place: &Place, file: &str) -> Vec<String> {
    place.findings([file]).iter().map(|found| found["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_chat_with_a_customers_name_is_no_draft() {
    let place = Place::new();
    for chat in [
        "张三：我尽快\n客服：非常抱歉\n张三：尽快\n客服：好的\n",
        "tb123456：我尽快\n客服：非常抱歉，好的\n",
        "Tom Smith：我尽快\n客服：非常抱歉\n",
        "t***3：我尽快\n客服：非常抱歉\n",
        "138****1234：我尽快\n客服：非常抱歉\n",
        "客户(138****1234)：我尽快\n客服[工号8801]：好的\n",
        "客户（13812341234）：我尽快\n客服：好的\n",
        "张三:\n我尽快\n\n客服小美:\n非常抱歉，好的\n",
        "客户：我尽快\n小李：好的\n客户：尽快\n",
    ] {
        place.write("chat.txt", chat);
        place.run(["check", "-f", "concise", "chat.txt"]).code(0).silent();
        let own = if chat.contains("好的") { "好的" } else { "非常抱歉" };
        place.write("chat.txt", chat.replacen(own, &format!("{own}，我尽快查"), 1));
        assert_eq!(rules(&place, "chat.txt"), ["house/vague"], "{chat}");
    }
}

#[test]
fn where_nobody_can_be_told_nobody_is_judged() {
    let place = Place::new();
    for chat in [
        "小雨：我尽快\n小李：好的\n小雨：谢谢\n小李：不客气\n",
        "小雨：我尽快\n小李：好的\n客服：您好，请问怎么了\n小雨：谢谢\n小李：尽快\n",
    ] {
        place.write("chat.txt", chat);
        let out = place.run(["check", "chat.txt"]).code(2);
        let out = out.warns(&["cannot tell who is customer and who is agent", "“小李”", "--kind draft"]);
        assert_eq!(out.stdout, "");
    }
}

#[test]
fn a_draft_with_headings_and_a_signature_stays_a_draft() {
    let place = Place::new();
    for draft in [
        "尊敬的张三：\n您好！我尽快查\n客服小王：敬上\n",
        "订单：202611231234，尽快\n客服：小王\n",
        "运费：包邮，尽快发\n客服：周一到周五在线\n",
        "温馨提示：尽快付款\n物流说明：三天到\n温馨提示：请签收\n物流说明：谢谢\n",
        "王女士：\n您好！尽快查\n售后：4001234567\n",
        "您好：\n我尽快查\n客服：有问题请随时联系\n",
    ] {
        place.write("draft.txt", draft);
        assert_eq!(rules(&place, "draft.txt"), ["house/vague"], "{draft}");
    }
}

#[test]
fn text_that_is_cut_off_or_was_misread_is_said() {
    let place = Place::new();
    let text = "您好，我们会尽快给您回复，请耐心等待。".repeat(20);
    place.write("cut.txt", &text.as_bytes()[..text.len() - 1]);
    let byte = format!("not UTF-8: byte {} cannot be read", text.len() - 2);
    place.run(["check", "cut.txt"]).code(2).warns(&[&byte]);
    place.write("bad.jsonl", b"{\"a\":\"b\xff\"}\n");
    place.run(["check", "bad.jsonl"]).code(2).warns(&["byte 8 of the line"]);
    for (written, read) in [
        (encoding_rs::UTF_8, encoding_rs::WINDOWS_1252),
        (encoding_rs::UTF_8, encoding_rs::GB18030),
        (encoding_rs::GB18030, encoding_rs::WINDOWS_1252),
    ] {
        let (bytes, ..) = written.encode(&text);
        let (wrong, _) = read.decode_without_bom_handling(&bytes);
        place.write("wrong.txt", format!("OK\n{wrong}"));
        place.run(["check", "wrong.txt"]).warns(&["input/garbled", "wrong.txt:2"]);
        place.write("wrong.jsonl", format!("{{\"turns\":[{{\"role\":\"agent\",\"text\":\"{wrong}\"}}]}}\n"));
        place.run(["check", "wrong.jsonl"]).warns(&["input/garbled", "wrong.jsonl:1"]);
    }
    place.write("fine.txt", "Où est-il ? «CAFÉ»… ½×¼×¾ 20 °C ± 2 锛 水太烫烫烫");
    place.run(["check", "fine.txt"]).code(0).silent();
}

#[test]
fn a_time_that_cannot_be_read_is_said_once() {
    let place = Place::new();
    let line = |time: &str| format!("{{\"turns\":[{{\"role\":\"agent\",\"text\":\"好的\",\"time\":\"{time}\"}}]}}\n");
    for time in ["昨天", "2024-02-30 25:99", "2024-02-30 10:00:00"] {
        place.write("a.jsonl", line("2024-02-28 10:00") + &line(time) + &line(time));
        let out = place.run(["check", "a.jsonl"]).code(0);
        let out = out.warns(&["input/unreadable-time", "a.jsonl:2", time]);
        assert_eq!(out.stderr.matches("unreadable-time").count(), 1, "{time}");
    }
    let fine = ["2024-02-29 10:00:00", "2024-02-28T10:00:00Z", "1772327700", "2026年3月1日上午9时15分"];
    place.write("a.jsonl", fine.map(line).concat());
    place.run(["check", "a.jsonl"]).code(0).silent();
}

#[test]
#[cfg(unix)]
fn a_glob_has_nothing_to_do_with_links_that_it_cannot_match() {
    let place = Place::new();
    place.write("a.txt", "好的");
    place.write("x/y/b.txt", "好的");
    std::os::unix::fs::symlink("nowhere", place.path("x/y/dang")).unwrap();
    for glob in ["*.txt", "x/*/*.txt", "**/*.txt"] {
        place.run(["check", glob]).code(0).silent();
    }
    std::os::unix::fs::symlink("nowhere", place.path("x/y/c.txt")).unwrap();
    place.run(["check", "*.txt"]).code(0).silent();
    place.run(["check", "x/*/*.txt"]).code(2);
    place.run(["check", "*.md"]).code(2).warns(&["input/missing"]);
}

#[test]
fn a_line_without_anything_is_answered() {
    let place = Place::new();
    place.write("a.txt", "您好\n我尽快查\n再见\n");
    let ask = |line: &str| place.run(["explain-finding", "house/vague", "a.txt", "--line", line]);
    ask("2").code(0).says(&["found"]);
    ask("1").code(0).says(&["house/vague: nothing on line 1 has to do with it"]);
    for line in ["0", "99"] {
        ask(line).code(2).warns(&["the last one is 3"]);
    }
}

#[test]
fn what_fix_leaves_alone_is_said() {
    let place = Place::new();
    place.write("vague.txt", "我尽快查");
    let out = place.run(["check", "--diff", "vague.txt"]).code(1);
    out.warns(&["nothing that --fix could change; 1 to be changed by hand"]);
    place.write("a.jsonl", "{\"turns\":[{\"role\":\"agent\",\"text\":\"小蜜您好\"}]}\n");
    place.run(["check", "--fix", "a.jsonl"]).warns(&["fix/transcript", "they have been sent"]);
    assert!(!place.run(["check", "a.jsonl"]).stderr.contains("fix/transcript"));
}
