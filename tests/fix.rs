//! `--fix` and `--diff`: only what may be changed is changed, in one step.

mod support;

use encoding_rs::{BIG5, GB18030};
use support::{HOUSE, Place, finish, line};

/// A safe fix, an unsafe one and one that needs a person.
const DRAFT: &str = "小姐姐您好，请找小蜜，我尽快查";
const SAFE: &str = "小姐姐您好，请找客服助手，我尽快查";
const UNSAFE: &str = "女士您好，请找客服助手，我尽快查";

/// The file with these bytes after `check` with these flags.
#[track_caller]
fn left(flags: &[&str], bytes: impl AsRef<[u8]>, code: i32) -> Vec<u8> {
    let place = Place::new();
    place.write("draft.txt", bytes);
    place.run(["check"].iter().chain(flags).chain(&["draft.txt"])).code(code);
    assert_eq!(place.files(), ["draft.txt", "house.toml", "replylint.toml"], "nothing is left behind");
    place.read("draft.txt")
}

#[test]
fn only_what_is_safe_is_changed_unless_more_is_asked() {
    assert_eq!(left(&["--fix"], DRAFT, 1), SAFE.as_bytes());
    assert_eq!(left(&["--fix", "--unsafe-fixes"], DRAFT, 1), UNSAFE.as_bytes());
    assert_eq!(left(&[], DRAFT, 1), DRAFT.as_bytes());
    assert_eq!(left(&["--unsafe-fixes"], DRAFT, 1), DRAFT.as_bytes());
    assert_eq!(left(&["--diff", "--unsafe-fixes"], DRAFT, 1), DRAFT.as_bytes());
    assert_eq!(left(&["--fix", "--diff"], DRAFT, 1), DRAFT.as_bytes(), "--diff changes nothing");
    assert_eq!(left(&["--fix", "--ignore", "house/old-name"], DRAFT, 1), DRAFT.as_bytes());
    assert_eq!(left(&["--fix"], "请找小蜜", 0), "请找客服助手".as_bytes());
    assert_eq!(left(&["--fix"], "请找小蜜小蜜", 0), "请找客服助手客服助手".as_bytes());
}

#[test]
fn after_a_fix_nothing_of_the_rule_is_left() {
    let place = Place::new();
    place.write("draft.txt", "小蜜小姐姐\n小蜜！\n".repeat(50));
    place.run(["check", "--fix", "--unsafe-fixes", "draft.txt"]).code(0).warns(&["fixed: 150"]);
    place.run(["check", "--fail-on", "advice", "draft.txt"]).code(0).silent();
    place.run(["check", "--fix", "--unsafe-fixes", "draft.txt"]).code(0).silent();
}

#[test]
fn line_ends_encoding_and_mark_are_kept() {
    let (before, after) = ("您好，\r\n请找小蜜\r\n\r\n再见\n", "您好，\r\n请找客服助手\r\n\r\n再见\n");
    assert_eq!(left(&["--fix"], before, 0), after.as_bytes());
    let bom = |text: &str| [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    assert_eq!(left(&["--fix"], bom(before), 0), bom(after));
    let utf16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    assert_eq!(left(&["--fix"], utf16(before), 0), utf16(after));
    let gb = |text: &str| GB18030.encode(text).0.into_owned();
    assert_eq!(left(&["--fix"], gb(before), 0), gb(after));
    assert_eq!(left(&["--fix", "--encoding", "gb18030"], gb(before), 0), gb(after));
}

#[test]
fn what_is_over_the_limit_is_not_touched() {
    let place = Place::new();
    place.write("replylint.toml", format!("{}[limits]\ntext-bytes = 20\n", support::SETTINGS));
    place.write("long.txt", "请找小蜜，再见再见");
    place.write("short.txt", "请找小蜜");
    let out = place.run(["check", "--fix", "long.txt", "short.txt"]).code(2).warns(&["fixed: 1", "over the limit"]);
    assert!(!out.stderr.contains("panicked"));
    assert_eq!(place.read("long.txt"), "请找小蜜，再见再见".as_bytes());
    assert_eq!(place.read("short.txt"), "请找客服助手".as_bytes());
    place.run(["check", "--diff", "long.txt"]).code(2).warns(&["over the limit"]);
    let out = place.run(["check", "long.txt"]).code(2).warns(&["failed: 1"]);
    assert!(!out.stderr.contains("nothing found"), "nothing was looked at: {}", out.stderr);
}

#[test]
fn what_the_encoding_cannot_write_is_left_alone() {
    let place = Place::new();
    place.write("house.toml", HOUSE.replace("客服助手", "客服😀"));
    let big5 = BIG5.encode("請找小蜜，再見").0.into_owned();
    place.write("draft.txt", &big5);
    let out = place.run(["check", "--fix", "--encoding", "big5", "draft.txt"]).code(2);
    out.warns(&["draft.txt", "“😀” cannot be written in Big5"]);
    assert_eq!(place.read("draft.txt"), big5);
}

#[test]
fn a_pipe_is_filtered() {
    let place = Place::new();
    for input in ["请找小蜜", "请找小蜜\n", "您好\r\n请找小蜜\r\n", "没什么", ""] {
        let out = finish(place.command(["check", "--fix", "-"]), input.as_bytes()).code(0);
        assert_eq!(out.stdout, input.replace("小蜜", "客服助手"));
    }
    assert_eq!(finish(place.command(["check", "--fix", "--text", DRAFT]), b"").code(1).stdout, SAFE);
    let diff = place.pipe(["check", "--diff", "-"], "请找小蜜\n").code(1);
    insta::assert_snapshot!(diff.stdout, @r"
    --- a/<stdin>
    +++ b/<stdin>
    @@ -1 +1 @@
    -请找小蜜
    +请找客服助手
    ");
}

#[test]
fn a_difference_fails_and_none_is_silent() {
    let place = Place::new();
    place.write("a.txt", "一\n二\n三\n四\n请找小蜜\n五\n");
    place.write("b.txt", "没什么\n");
    let out = place.run(["check", "--diff", "a.txt", "b.txt"]).code(1).warns(&["would fix: 1"]);
    assert!(!out.stdout.contains("b.txt"), "{}", out.stdout);
    out.says(&["--- a/a.txt", "+++ b/a.txt", " 四", "-请找小蜜", "+请找客服助手", " 五"]);
    place.run(["check", "--diff", "b.txt"]).code(0).silent();
}

#[test]
fn templates_are_fixed_below_their_front_matter() {
    let place = Place::new();
    place.write("t.md", "+++\r\ntitle = \"小蜜\"\r\nscenario = \"invoice\"\r\n+++\r\n\r\n请找小蜜\r\n");
    place.run(["check", "--fix", "t.md"]).code(0);
    let fixed = String::from_utf8(place.read("t.md")).unwrap();
    assert_eq!(fixed, "+++\r\ntitle = \"小蜜\"\r\nscenario = \"invoice\"\r\n+++\r\n\r\n请找客服助手\r\n");
}

#[test]
fn what_has_been_sent_is_never_changed() {
    let place = Place::new();
    let files = [
        ("log.jsonl", line("1", &[("customer", "小蜜"), ("agent", "请找小蜜")])),
        ("chat.txt", "客户：小蜜呢\n客服：请找小蜜\n".to_owned()),
    ];
    for (name, text) in &files {
        place.write(name, text);
    }
    place.run(["check", "--fix", "--unsafe-fixes", "log.jsonl", "chat.txt"]).code(0);
    for (name, text) in &files {
        assert_eq!(place.read(name), text.as_bytes(), "{name}");
    }
    place.run(["check", "--fix", "--customer", "小蜜", "--text", "好"]).code(0);
}

#[test]
fn what_cannot_be_read_or_found_is_said_while_fixing() {
    let place = Place::new();
    place.write("good.txt", "请找小蜜");
    place.write("open.md", "+++\nscenario = \"x\"\n请找小蜜\n");
    place.write("bad.txt", b"\xff\xff\xff\x00\xff");
    place.write("broken.jsonl", "{\"id\"\n");
    for name in ["open.md", "bad.txt", "broken.jsonl", "gone.txt"] {
        for flag in ["--fix", "--diff"] {
            place.write("good.txt", "请找小蜜");
            place.run(["check", flag, name, "good.txt"]).code(2).warns(&[name]);
            let fixed = place.read("good.txt") == "请找客服助手".as_bytes();
            assert_eq!(fixed, flag == "--fix", "{name} stands in the way");
        }
    }
    assert_eq!(place.read("open.md"), "+++\nscenario = \"x\"\n请找小蜜\n".as_bytes());
}

#[cfg(unix)]
#[test]
fn permissions_and_links_are_kept() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    let file = place.write("real/draft.txt", "请找小蜜");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/draft.txt", place.path("link.txt")).unwrap();
    place.run(["check", "--fix", "link.txt"]).code(0);
    assert!(fs::symlink_metadata(place.path("link.txt")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&file).unwrap(), "请找客服助手");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o640);
    assert_eq!(place.files().len(), 4, "{:?}", place.files());
    // A read-only file is not replaced, even in a writable folder.
    fs::write(&file, "请找小蜜").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
    place.run(["check", "--fix", "real/draft.txt"]).code(2).warns(&["real/draft.txt"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "请找小蜜");
    let inode = |path| std::os::unix::fs::MetadataExt::ino(&fs::metadata(path).unwrap());
    let clean = place.write("clean.txt", "今天");
    let before = inode(&clean);
    place.run(["check", "--fix", "clean.txt"]).code(0);
    assert_eq!(inode(&clean), before, "what needs no change is not written");
}

#[test]
fn fixes_that_undo_each_other_come_to_an_end() {
    let place = Place::new();
    let rule = |name: &str, from: &str, to: &str| {
        format!(
            "[cue.{name}]\nphrases = [\"{from}\"]\n[rule.{name}]\nseverity = \"warning\"\n\
             message = {{ zh = \"m\", en = \"m\" }}\nhelp = {{ zh = \"h\", en = \"h\" }}\nwhy = {{ zh = \"w\", en = \"w\" }}\n\
             check.forbid = {{ find = \"{name}\" }}\nsuggest = {{ text = {{ zh = \"{to}\", en = \"{to}\" }}, fix = \"safe\" }}\n\
             [[rule.{name}.bad]]\nreply = \"⟦{from}⟧\"\n[[rule.{name}.good]]\nreply = \"好\"\n"
        )
    };
    place.write("house.toml", format!("name = \"house\"\n{}{}", rule("a", "甲", "乙"), rule("b", "乙", "甲")));
    place.write("draft.txt", "甲和乙");
    let out = place.run(["check", "--fix", "draft.txt"]);
    assert!(out.code == 1 || out.code == 2, "what is left is said: {out:?}");
    let text = String::from_utf8(place.read("draft.txt")).unwrap();
    assert!(["甲和乙", "乙和甲"].contains(&text.as_str()), "{text}");
}

#[test]
fn a_row_of_a_sheet_is_fixed_and_a_workbook_is_not() {
    let place = Place::new();
    let sheet = "id,text\r\n1,您好\r\n2,\"请找小蜜\r\n谢谢\"\r\n3,\"\"\"您好\"\"，小蜜\"\r\n";
    place.write("a.csv", sheet);
    assert_eq!(place.json(["a.csv"])["summary"]["fixable"], 2);
    place.run(["check", "--fix", "a.csv"]).code(0).warns(&["fixed: 2"]);
    assert_eq!(String::from_utf8(place.read("a.csv")).unwrap(), sheet.replace("小蜜", "客服助手"));
    for (name, encoding) in [("b.csv", GB18030), ("c.tsv", GB18030)] {
        let sheet = sheet.replace(',', if name == "c.tsv" { "\t" } else { "," });
        place.write(name, encoding.encode(&sheet).0);
        place.run(["check", "--fix", "--encoding", "gb18030", name]).code(0).warns(&["fixed: 2"]);
        assert_eq!(place.read(name), encoding.encode(&sheet.replace("小蜜", "客服助手")).0.into_owned());
    }
    #[cfg(feature = "xlsx")]
    {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "text").unwrap();
        sheet.write_string(1, 0, "请找小蜜").unwrap();
        sheet.write_string(2, 0, "请找小蜜吧").unwrap();
        place.write("a.xlsx", book.save_to_buffer().unwrap());
        let before = place.read("a.xlsx");
        assert_eq!(place.json(["a.xlsx"])["summary"]["fixable"], 0);
        let out = place.run(["check", "--fix", "a.xlsx"]).code(0).warns(&["fix/workbook"]);
        assert_eq!(out.stderr.matches("fix/workbook").count(), 1);
        assert!(!out.stderr.contains("fixable") && place.read("a.xlsx") == before);
    }
}

#[test]
fn fixes_that_undo_each_other_are_told() {
    let rule = |name: &str, from: &str, to: &str| {
        format!(
            "[rule.{name}]\nseverity = \"advice\"\nmessage = {{ zh = \"换\", en = \"change\" }}\n\
             help = {{ zh = \"换\", en = \"change\" }}\nwhy = {{ zh = \"换\", en = \"change\" }}\n\
             check.prefer = {{ find = \"house-{name}\", instead = {{ \"{from}\" = \"{to}\" }}, fix = \"safe\" }}\n\
             bad = [{{ reply = \"⟦{from}⟧\" }}]\ngood = [{{ reply = \"好\" }}]\n[cue.house-{name}]\nphrases = [\"{from}\"]\n"
        )
    };
    let place = Place::new();
    place.write("house.toml", rule("there", "木有", "没有") + &rule("back", "没有", "木有"));
    place.write("draft.txt", "没有了");
    for flag in ["--fix", "--diff"] {
        place.run(["check", flag, "draft.txt"]).warns(&["[fix/unsettled]", "draft.txt", "10 rounds"]);
    }
    place.write("draft.txt", "您好");
    let out = place.run(["check", "--fix", "draft.txt"]);
    assert!(!out.code(0).stderr.contains("unsettled"));
}
