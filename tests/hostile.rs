//! Hostile inputs, names and packs (see `docs` on threats): nothing panics, hangs, acts or gets lost.

mod support;

use std::fmt::Write as _;
use support::{HOUSE, Place, each, finish, line, location};

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let place = Place::new();
    place.write("good.txt", "我尽快查");
    for (name, bytes) in [("a.txt", b"ok\nok \xff\xff\xff".as_slice()), ("b.txt", b"\x00\xff\xfe\x80\x81")] {
        place.write(name, bytes);
        let out = place.run(["check", "-f", "json", name, "good.txt"]).code(2).warns(&[name, "--encoding"]);
        let document = out.document();
        assert_eq!(
            (&document["failed"][0]["reason"], &document["summary"]["input"]),
            (&"input/not-text".into(), &2.into())
        );
        assert_eq!(document["findings"].as_array().unwrap().len(), 1, "the rest is checked");
    }
    let (good, bad) = (line("好", &[("agent", "我尽快查")]), b"{\"id\":\"\xff\xfe\",\"turns\":[]}\n");
    place.write("log.jsonl", [good.as_bytes(), bad, good.as_bytes()].concat());
    let document = place.run(["check", "-f", "json", "log.jsonl"]).code(2).document();
    assert_eq!((&document["failed"][0]["line"], &document["summary"]["input"]), (&2.into(), &3.into()));
    assert_eq!(document["findings"].as_array().unwrap().iter().map(|one| location(one)[0]).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn empty_inputs_and_nul_are_said() {
    let place = Place::new();
    for (name, bytes) in
        [("a.txt", ""), ("b.txt", " \r\n\t\n"), ("c.jsonl", "\n\n"), ("d.md", "+++\n+++\n"), ("e.txt", "\u{feff}")]
    {
        place.write(name, bytes);
        place.run(["check", name]).code(0).warns(&["empty"]);
    }
    place.write("nul.txt", "您\0好\0，尽快");
    place.run(["check", "nul.txt"]).code(1).warns(&["nul.txt:1", "NUL"]);
    place.write("nul.jsonl", line("\0", &[("agent", "尽\u{0}快，尽快")]));
    place.run(["check", "nul.jsonl"]).code(1);
    place.pipe(["check", "-f", "json"], b"").code(0).document();
}

/// Text that attacks a terminal, a log or a reader.
const ACTS: [&str; 23] = [
    "\x1b[31mred\x1b[0m",
    "\x1b[2J",
    "\x1b[1A\x1b[2K",
    "\x1b]0;title\x07",
    "\x1b]8;;http://x\x1b\\x\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1bP+q\x1b\\",
    "\x1bc",
    "\x1b[?1049h",
    "\x1b[6n",
    "\u{9b}31m",
    "\u{9d}0;t\u{9c}",
    "\u{85}",
    "\x07\x08\x0b\x0c",
    "\x0e\x0f",
    "\x7f",
    "ok\roverwritten",
    "\u{202e}txt.exe",
    "\u{2066}a\u{2069}",
    "a\u{200b}b\u{200d}c",
    "\u{feff}bom",
    "\u{2028}\u{2029}",
    "\u{200e}\u{200f}",
];

#[test]
fn nothing_that_acts_comes_out() {
    let place = Place::new();
    for (number, acts) in ACTS.iter().enumerate() {
        let draft = format!("{acts}尽快{acts}\n{acts}小蜜{acts}");
        let name = format!("{number}{acts}.txt").replace('/', "");
        place.write(&name, &draft);
        place.write("log.jsonl", line(acts, &[("customer", acts), ("agent", &draft)]));
        place.write("front.md", format!("+++\nscenario = 7 # {acts}\n+++\n{draft}"));
        place.write("chat.txt", format!("客户：在\n客服{acts}：{draft}\n"));
        place.write("bad.jsonl", format!("{{\"{acts}\": \n{{\"turns\":[{{\"role\":\"{acts}\",\"text\":\"\"}}]}}\n"));
        for format in ["pretty", "json"] {
            let arguments =
                ["check", "-v", "--all", "-f", format, &name, "log.jsonl", "front.md", "chat.txt", "bad.jsonl"];
            let out = place.run(arguments).code(2);
            assert!(out.stdout.contains("house/"), "{acts:?}: {out:?}");
        }
        place.run(["check", "--diff", &name, "front.md"]).code(2);
        std::fs::remove_file(place.path(&name)).unwrap();
    }
}

#[test]
fn what_nobody_sees_hides_no_word_and_no_number() {
    let place = Place::new();
    for part in ["\u{200b}", "\u{200d}\u{feff}", "\u{ad}"] {
        let found = place.findings(["--text", &format!("我尽{part}快查")]);
        assert_eq!(each(&found, "quote"), [format!("尽{part}快")]);
    }
    let place = Place::empty();
    for part in ["\u{200b}", "\u{2060}"] {
        let draft = format!("打我私人电话1390{part}0001{part}234");
        let out = place.run(["check", "--no-config", "-f", "json", "--text", &draft]).code(1);
        assert!(out.says(&["exposed-pii", "139*"]).stdout.contains("234"), "{part:?}");
    }
    // Also beside a number that is read aloud, and with the punctuation of numbers and addresses.
    for (draft, hidden) in [
        ("滚，幺三八零零幺三八零零零，另139\u{200b}0001\u{200b}2345", "0001"),
        ("滚，电话139-\u{200b}0001-\u{200b}2345", "0001"),
        ("滚，邮箱zhang.wei\u{2062}@mail.com", "zhang"),
    ] {
        let out = place.run(["check", "--no-config", "--text", draft]).code(1).stdout;
        assert!(!out.contains(hidden), "{out}");
    }
    let select = ["check", "--no-config", "--select", "duty/missing-apology", "--customer", "收到就是碎的"];
    place.run(select.into_iter().chain(["--text", "真的抱\u{200b}歉"])).code(0);
}

#[test]
fn arguments_and_settings_cannot_act_either() {
    let place = Place::new();
    for acts in ACTS.chunks(6).map(<[&str]>::concat) {
        let acts = acts.as_str();
        let with = |before: &str| format!("{before}{acts}");
        for arguments in [
            vec!["check", "--text", "尽快", "--scenario", acts],
            vec!["check", "--text", "尽快", "--select", acts],
            vec!["check", "--text", "尽快", "--encoding", acts],
            vec!["check", "--text", "尽快", "--format", acts],
            vec!["check", "--text", "尽快", "--config", acts],
            vec!["check", "--text", "尽快", "--pack", acts],
            vec!["check", "--text", "尽快", "--history", acts],
            vec!["check", &with("gone"), &with("no*")],
            vec!["rules", "explain", acts],
            vec!["rules", "test", acts],
            vec![acts],
        ] {
            place.run(&arguments).code(2);
        }
        place.write("bad.toml", format!("[rules]\nignore = ['''{acts}''']\n# {acts}\n[x{acts}]\n"));
        place.run(["check", "--text", "好", "--config", "bad.toml"]).code(2);
        let pack = HOUSE
            .replace("is rude", &format!("is \\\" rude{}", escaped(acts)))
            .replace("滚开", &format!("滚开{}", escaped(acts)));
        place.write("act.toml", pack);
        let brand = format!("[brand]\nnames = [\"{}\"]\n", escaped(acts));
        place.write("act/replylint.toml", support::SETTINGS.replace("house.toml", "act.toml") + &brand);
        std::fs::rename(place.path("act.toml"), place.path("act/act.toml")).unwrap();
        let book = ["--config", "act/replylint.toml"];
        for command in [&["rules", "list"][..], &["rules", "explain", "house/rude"], &["rules", "test"], &["config"]] {
            let out = place.run(command.iter().chain(&book));
            assert!(!out.stderr.contains("Usage"), "{out:?}");
        }
        place.run(["check", "--text", &with("滚开")].iter().chain(&book));
    }
}

/// As TOML writes it.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, character| {
        let _ = write!(out, "\\U{:08X}", u32::from(character));
        out
    })
}

#[test]
fn a_broken_line_far_down_is_told_by_its_number_and_the_rest_is_checked() {
    let place = Place::new();
    let good = "{\"turns\":[{\"role\":\"agent\",\"text\":\"好\"}]}\n";
    let last = line("last", &[("agent", "我尽快查")]);
    place.write("log.jsonl", [&good.repeat(69_999), "{\"turns\": [}\n", &good.repeat(10), &last].concat());
    for threads in ["1", "2"] {
        let out =
            place.run(["check", "-f", "json", "--threads", threads, "log.jsonl"]).code(2).warns(&["log.jsonl:70000"]);
        let document = out.document();
        assert_eq!(document["failed"][0]["line"], 70_000);
        assert_eq!((&document["summary"]["input"], &document["summary"]["failed"]), (&70_011.into(), &1.into()));
        assert_eq!(location(&document["findings"][0])[0], 70_011);
    }
}

#[test]
fn many_broken_lines_are_all_counted() {
    let place = Place::new();
    place.write("log.jsonl", "{\n".repeat(5000));
    let document = place.run(["check", "-q", "-f", "json", "log.jsonl"]).code(2).document();
    assert_eq!(document["summary"]["failed"], 5000);
    assert!(document["failed"].as_array().unwrap().len() < 2000, "records do not grow without end");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    place.write("good.txt", "我尽快查");
    place.write("folder.txt/inside.txt", "我尽快查");
    assert!(std::process::Command::new("mkfifo").arg(place.path("fifo.txt")).status().unwrap().success());
    symlink("loop.txt", place.path("loop.txt")).unwrap();
    symlink("gone", place.path("dangling.txt")).unwrap();
    symlink("/dev/zero", place.path("zero.txt")).unwrap();
    let mut names = vec!["fifo.txt", "loop.txt", "dangling.txt", "zero.txt", "/dev/zero", "/dev/null/x", "good.txt/x"];
    if !support::is_root() {
        let file = place.write("secret.txt", "我尽快查");
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o0)).unwrap();
        names.push("secret.txt");
    }
    for name in names {
        let out = place.run(["check", "-f", "json", name, "good.txt"]).code(2).warns(&[name]);
        let document = out.document();
        assert_eq!(each(document["failed"].as_array().unwrap(), "path"), [name]);
        assert_eq!(document["summary"]["findings"]["warning"], 1, "the rest is checked");
        for option in ["--config", "--pack", "--history"] {
            place.run(["check", "--text", "好", option, name]).code(2);
        }
        place.run(["check", "--fix", name]).code(2);
    }
    assert_eq!(
        each(&place.findings(["folder.txt"]), "path"),
        ["folder.txt/inside.txt"],
        "a folder may be called anything"
    );
    for option in ["--config", "--pack", "--history"] {
        place.run(["check", "--text", "好", option, "folder.txt"]).code(2).warns(&["folder.txt"]);
    }
}

#[cfg(unix)]
#[test]
fn loops_of_links_come_to_an_end() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.write("a/b/draft.txt", "我尽快查");
    symlink("..", place.path("a/b/up")).unwrap();
    symlink(".", place.path("a/self")).unwrap();
    let out = place.run(["check", "-f", "concise", "a"]).code(2).warns(&["a/"]);
    assert_eq!(out.stdout.matches("a/b/draft.txt").count(), 1, "{}", out.stdout);
    place.run(["check", "-f", "concise", "a/**/*.txt"]).says(&["a/b/draft.txt"]);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_a_folder_is_said_and_not_followed() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.write("outside/secret.txt", "我尽快查");
    place.write("t/own.txt", "我尽快查");
    symlink("../outside/secret.txt", place.path("t/link.txt")).unwrap();
    symlink("../outside", place.path("t/more")).unwrap();
    symlink("own.txt", place.path("t/same.txt")).unwrap();
    symlink("/usr/bin/env", place.path("t/tool")).unwrap();
    let out = place.run(["check", "-f", "concise", "t"]).code(2).warns(&["t/link.txt", "t/more"]);
    assert!(out.stdout.contains("t/own.txt") && out.stdout.contains("t/same.txt") && !out.stderr.contains("t/tool"));
    assert!(!out.stdout.contains("t/link.txt") && !out.stdout.contains("t/more"), "{}", out.stdout);
    place.run(["check", "t", "--fix", "--unsafe-fixes"]).code(2);
    assert_eq!(place.read("outside/secret.txt"), "我尽快查".as_bytes());
    // Named explicitly, it is read.
    place.run(["check", "-f", "concise", "t/link.txt"]).code(1);
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let place = Place::new();
    let depth = 1_000_000;
    let good = line("1", &[("agent", "我尽快查")]);
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{\"turns\":[", "]}"), ("{\"meta\":{\"a\":", "}}")] {
        let bomb = format!("{{\"x\":{}1{}}}\n", open.repeat(depth), close.repeat(depth));
        place.write("bomb.jsonl", bomb + &good);
        let document = place.run(["check", "-q", "-f", "json", "bomb.jsonl"]).code(2).document();
        assert_eq!(
            (&document["summary"]["failed"], &document["summary"]["conversations"]),
            (&1.into(), &1.into()),
            "{open}"
        );
    }
    for bomb in [
        format!("x = {}{}\n", "[".repeat(depth), "]".repeat(depth)),
        format!("x = {}1{}\n", "{a=".repeat(depth), "}".repeat(depth)),
        format!("[{}a]\n", "a.".repeat(400_000)),
        format!("{}a = 1\n", "a.".repeat(400_000)),
    ] {
        place.write("bomb.toml", &bomb);
        for option in ["--pack", "--config"] {
            place.run(["check", "--text", "好", option, "bomb.toml"]).code(2).warns(&["bomb.toml"]);
        }
        place.write("bomb.md", format!("+++\n{bomb}+++\n我尽快查\n"));
        let out = place.run(["check", "-f", "concise", "bomb.md"]);
        assert!(out.stdout.contains("house/vague"), "the text is checked");
    }
}

/// Our own pack with a cue that has this regex (a TOML literal string).
fn with_regex(pattern: &str) -> String {
    HOUSE.replace("[cue.nickname]\n", &format!("[cue.nickname]\nregex = ['{pattern}']\n"))
}

#[test]
fn regex_bombs_are_refused_with_their_place() {
    let place = Place::new();
    let number = HOUSE.lines().position(|line| line == "[cue.nickname]").unwrap() + 2;
    for bomb in [
        "好(a{1000}){1000}".to_owned(),
        "好((a{100}){100}){100}".to_owned(),
        r"好(?:\w{100}){100}".to_owned(),
        r"好\p{L}{5000}".to_owned(),
        r"好[\s\S]{100000}".to_owned(),
        format!("好{}a{}", "(".repeat(200), ")".repeat(200)),
        "好".repeat(2000),
        "好(a|b){999999999999}".to_owned(),
        "好(".to_owned(),
        "好(?=a)".to_owned(),
        r"(好)\1".to_owned(),
        r"好\p{Nope}".to_owned(),
        "好x{5,1}".to_owned(),
        "好(?P<a>x)(?P<a>y)".to_owned(),
    ] {
        place.write("house.toml", with_regex(&bomb));
        let shown = bomb.chars().take(40).collect::<String>();
        for command in [&["check", "--text", "好"][..], &["rules", "test"], &["config"]] {
            let out = place.run(command).code(2);
            assert!(out.stderr.contains(&format!("house.toml:{number}:")), "{shown}: {}", out.stderr);
        }
    }
}

/// Edits of our pack (old text, new text), each of which makes it invalid.
const BREAKS: [(&str, &str); 63] = [
    ("name = \"house\"", "name = 7"),
    ("name = \"house\"", "name = [\"house\"]"),
    ("name = \"house\"", "nam = \"house\""),
    ("name = \"house\"", "name = \"house\"\nname = \"twice\""),
    ("name = \"house\"", "name = \"house\"\nlang = \"klingon\""),
    ("name = \"house\"", "name = \"house\"\nlang = 3"),
    ("name = \"house\"", "name = \"house\"\nrule = 3"),
    ("name = \"house\"", "name = \"house\"\ncue = []"),
    ("name = \"house\"", "name = \"house"),
    ("name = \"house\"", "= \"house\""),
    ("name = \"house\"", "\u{feff}\u{0}"),
    ("[cue.rude]", "[cue.rude"),
    ("[cue.rude]", "[cue.Rude]"),
    ("[cue.rude]", "[cue.ru_de]"),
    ("[cue.rude]", "[cue.\"\"]"),
    ("[cue.rude]", "[cue.rude]\n[cue.rude]"),
    ("[cue.rude]", "[cues.rude]"),
    ("phrases = [\"滚开\", \"get lost\"]", ""),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = []"),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = [\"\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = [\" \"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = \"滚开\""),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = [1]"),
    ("phrases = [\"滚开\", \"get lost\"]", "phrase = [\"滚开\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "sequence = [\"<gap:6>\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "sequence = [\"滚\", \"<gap:0>\", \"开\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "sequence = [\"滚\", \"<gap:999>\", \"开\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "sequence = [\"滚\", \"<gap:x>\", \"开\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "sequence = [\"滚\", \"<nothing>\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "sequence = [\"滚<开\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "sequence = [\"滚\", \"<start>\", \"开\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "sequence = [\"滚\", \"<end>\", \"开\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "sequence = [\"滚\", \"吗？|!\", \"<gap:2>\", \"开\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "sequence = [\"<rude>\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "any = [\"nothing\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "any = [\"rude\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "regex = [\"[\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "regex = [\"\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "regex = [\"a*\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "native = \"telepathy\""),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = [\"a\"]\nroles = [\"boss\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = [\"a\"]\nnegated = \"maybe\""),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = [\"a\"]\nunless = { cover = [\"x\"] }"),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = [\"a\"]\nunless = { covers = [\"<nothing>\"] }"),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = [\"a\"]\nunless = { before = [\"<gap:3>\"] }"),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = [\"a\"]\ndisguise = [\"moustache\"]"),
    ("phrases = [\"滚开\", \"get lost\"]", "phrases = [\"a\"]\nrun = { chars = \"!\" }"),
    ("severity = \"error\"", ""),
    ("severity = \"error\"", "severity = \"fatal\""),
    ("severity = \"error\"", "severity = \"error\"\nsevrity = \"error\""),
    ("message = { zh = \"“{quote}”在赶人\", en = \"“{quote}” is rude\" }", "message = \"rude\""),
    ("message = { zh = \"“{quote}”在赶人\", en = \"“{quote}” is rude\" }", "message = { zh = \"m\" }"),
    ("why = { zh = \"客户会走。\", en = \"They will leave.\" }", ""),
    ("check.forbid = { find = \"rude\" }", ""),
    ("check.forbid = { find = \"rude\" }", "check.forbidden = { find = \"rude\" }"),
    ("check.forbid = { find = \"rude\" }", "check.forbid = { find = \"rud\" }"),
    ("check.forbid = { find = \"rude\" }", "check.forbid = { find = 7 }"),
    ("check.forbid = { find = \"rude\" }", "check.forbid = {}"),
    ("check.forbid = { find = \"rude\" }", "check.forbid = { find = \"rude\", when.any = [{ mood = \"bad\" }] }"),
    ("check.forbid = { find = \"rude\" }", "check.forbid = { find = \"rude\" }\ncheck.require = { find = \"rude\" }"),
    ("check.forbid = { find = \"rude\" }", "check.limit = { measure = \"length\", over = \"reply\" }"),
    ("[[rule.rude.good]]\nreply = \"请稍等\"\n", ""),
    ("[[rule.rude.bad]]\nreply = \"⟦滚开⟧吧\"\n", ""),
];

#[test]
fn broken_packs_are_refused_by_name() {
    let place = Place::new();
    let mut accepted = Vec::new();
    for (there, instead) in BREAKS {
        assert!(HOUSE.contains(there), "{there}");
        place.write("house.toml", HOUSE.replacen(there, instead, 1));
        let out = place.run(["check", "--text", "好"]);
        if out.code != 2 || !out.stderr.contains("house.toml:") {
            accepted.push(format!("{instead:?} in place of {there:?}: {}", out.stderr));
        }
    }
    assert_eq!(accepted, [""; 0]);
}

#[test]
fn ten_mistakes_in_a_pack_give_ten_reports() {
    let place = Place::new();
    let cue = |number: usize| format!("[cue.c{number}]\nphrases = [\"a{number}\"]\nmistake-{number} = 1\n");
    place.write("house.toml", (0..10).map(cue).collect::<String>());
    let out = place.run(["check", "--text", "好"]).code(2);
    for number in 0..10 {
        assert!(out.stderr.contains(&format!("house.toml:{}:1", 3 * number + 3)), "{number}: {}", out.stderr);
    }
    let shown = place.run(["check", "--text", "好"]).stderr;
    assert_eq!(shown.matches("error[").count(), 10);
    let rules = (0..10).map(|number| {
        HOUSE.replace("[rule.rude", &format!("[rule.r{number}")).replace("\"rude\" }", &format!("\"no-{number}\" }}"))
    });
    let whole = rules
        .map(|text| text[text.find("[rule.r").unwrap()..text.find("[rule.vague]").unwrap()].to_owned())
        .collect::<String>();
    place.write("house.toml", whole);
    let out = place.run(["rules", "test"]).code(2);
    assert_eq!(out.stderr.matches("error[pack/unknown-cue]").count(), 10, "{}", out.stderr);
}

#[test]
fn packs_that_are_too_large_or_no_text_are_refused() {
    let place = Place::new();
    place.write("house.toml", format!("{HOUSE}# {}\n", "好".repeat(3 << 20)));
    place.run(["check", "--text", "好"]).code(2).warns(&["house.toml", "bytes"]);
    place.write("house.toml", [HOUSE.as_bytes(), b"\n# \xff\xfe\n"].concat());
    place.run(["check", "--text", "好"]).code(2).warns(&["house.toml"]);
    place.write("house.toml", format!("\u{feff}{}", HOUSE.replace('\n', "\r\n")));
    place.run(["check", "--text", "尽快"]).code(1);
}

/// Processor time of a run in hundredths of a second, as the shell counts it.
#[cfg(unix)]
fn work(place: &Place, arguments: &str) -> u64 {
    let program = env!("CARGO_BIN_EXE_replylint");
    let mut command = place.command([""; 0]);
    let script = format!("'{program}' {arguments} >out 2>err; times");
    command = {
        let mut shell = std::process::Command::new("sh");
        shell.current_dir(command.get_current_dir().unwrap()).args(["-c", &script]);
        shell.env("NO_COLOR", "1").env("LC_ALL", "C");
        shell
    };
    let out = finish(command, b"");
    // The second line is that of the children: `0m1.230s 0m0.040s`.
    let spent = out.stdout.lines().nth(1).unwrap().split(' ').next().unwrap();
    let (minutes, seconds) = spent.trim_end_matches('s').split_once('m').unwrap();
    let (seconds, parts) = seconds.split_once('.').unwrap();
    let parts = parts[..2].parse::<u64>().unwrap();
    (minutes.parse::<u64>().unwrap() * 60 + seconds.parse::<u64>().unwrap()) * 100 + parts
}

#[cfg(unix)]
#[test]
fn twice_the_text_is_twice_the_work() {
    let place = Place::new();
    let bomb = place.path("house.toml");
    // Each piece contains the literals that make the pattern run, but no match.
    for (pattern, piece) in [
        ("小.*姐.*姐.*终", "小姐姐小姐姐"),
        ("小[^a]*姐[^b]*终", "小姐 "),
        ("(小|小姐|姐姐|姐)+终", "小姐姐"),
        ("小姐.{0,30}终", "小姐"),
    ] {
        std::fs::write(&bomb, with_regex(pattern)).unwrap();
        let text = |bytes: usize| piece.repeat(bytes / piece.len());
        place.write("one.txt", text(300 << 10));
        place.write("two.txt", text(600 << 10));
        let once = work(&place, "check -f concise --select house/rude one.txt");
        let twice = work(&place, "check -f concise --select house/rude two.txt");
        assert!(twice <= once * 4 + 50, "{pattern}: {once} and then {twice} hundredths of a second");
    }
}

#[cfg(unix)]
#[test]
fn many_findings_in_one_line_are_linear_work() {
    let place = Place::new();
    let piece = format!("{}尽快，", "好".repeat(30));
    place.write("one.txt", piece.repeat(4_000));
    place.write("two.txt", piece.repeat(8_000));
    let [once, twice] = ["one.txt", "two.txt"].map(|name| work(&place, &format!("check -f concise {name}")));
    assert_eq!(String::from_utf8(place.read("out")).unwrap().lines().count(), 8_000);
    assert!(twice <= once * 3 + 20, "{once} and then {twice} hundredths of a second");
}

/// Tags, quotations and placeholders that are never closed: four times as many must not take sixteen times as long.
#[cfg(unix)]
#[test]
fn what_is_never_closed_is_linear_work() {
    let place = Place::empty();
    let html = ["<p>", "<", "&", "&#", "<script>", "<a b=", "</", "<!--", "&nbsp;", "<br>"];
    let markdown = [">", "> ", "- ", "#", "```\n", "| a ", "*", "[", "\n> # > "];
    let plain = ["{", "}", "[", "【", "{{", "{\"", "`", "``{", "x", "_", "%(", "<<", ", ", "** ", "{a", "[姓", "name}"];
    for (folder, bytes) in [("once", 50_000), ("fourfold", 200_000)] {
        for (ending, head, units) in
            [("html", "", &html[..]), ("md", "# a\n\n```\n您好\n```\n", &markdown), ("txt", "", &plain)]
        {
            for (number, unit) in units.iter().enumerate() {
                place.write(&format!("{folder}/{number}.{ending}"), [head, &unit.repeat(bytes / unit.len())].concat());
            }
        }
    }
    let [once, fourfold] =
        ["once", "fourfold"].map(|folder| work(&place, &format!("check -f concise --no-cache {folder}")));
    assert!(fourfold <= once * 8 + 100, "{once} and then {fourfold} hundredths of a second");
}

#[test]
fn a_flood_of_findings_is_counted_to_the_last() {
    let place = Place::new();
    let piece = format!("{}尽快", "好".repeat(31));
    assert!((piece.len() + 1) * 100_000 >= 10_000_000);
    place.write("lines.txt", format!("{piece}\n").repeat(100_000));
    let out = place.run(["check", "-f", "pretty", "--all", "lines.txt"]).code(1);
    out.warns(&["warnings: 100000,"]).says(&["1000 drawn in full", "lines.txt:1001:32:", "lines.txt:100000:32:"]);
}

#[test]
fn a_line_of_100_megabytes_is_read() {
    let place = Place::new();
    // A slow implementation would take half a minute for all of it.
    let size = if cfg!(debug_assertions) { 10 << 20 } else { 100 << 20 };
    let mut text = "a1 ".repeat(size / 4).into_bytes();
    text.resize(size, b'.');
    text.extend_from_slice("尽快".as_bytes());
    place.write("long.txt", &text);
    drop(text);
    // Nobody writes so long a text: by default it is refused by name, and the rest is checked.
    if size > 16 << 20 {
        place.write("short.txt", "我尽快查");
        let out = place.run(["check", "-f", "concise", "long.txt", "short.txt"]).code(2);
        out.warns(&["long.txt: the text is over the limit of 16777216 bytes", "limits.text-bytes"])
            .says(&["short.txt:1:2"]);
        place.write("replylint.toml", format!("{}[limits]\ntext-bytes = 200000000\n", support::SETTINGS));
    }
    let out = place.run(["check", "-f", "concise", "--select", "house/vague", "long.txt"]).code(1);
    assert_eq!(
        out.stdout,
        format!("long.txt:1:{}: warning[house/vague] “尽快” gives no time → name the hour\n", size + 1)
    );
}

#[test]
fn a_text_over_the_limit_is_refused_and_the_rest_is_checked() {
    let place = Place::new();
    let long = "好".repeat((16 << 20) / 3 + 1);
    place.write("long.txt", &long);
    place.write("short.txt", "我尽快查");
    let out = place.run(["check", "-f", "concise", "long.txt", "short.txt"]).code(2);
    let out = out.says(&["short.txt:1:2"]);
    out.warns(&["input/too-large", "long.txt: the text is over the limit of 16777216 bytes", "limits.text-bytes"]);
    let line = |text: &str| format!("{{\"turns\": [{{\"role\": \"agent\", \"text\": \"{text}\"}}]}}\n");
    place.write("chats.jsonl", line(&long) + &line("我尽快查"));
    let out = place.run(["check", "-f", "concise", "chats.jsonl"]).code(2).says(&["chats.jsonl:2:"]);
    out.warns(&["input/line-too-long", "limits.text-bytes"]);
    // A file of many conversations is not a single text.
    place.write("chats.json", format!("[{}]", vec![line("我尽快查"); 4].join(",") + &" ".repeat(17 << 20)));
    place.run(["check", "-f", "concise", "chats.json"]).code(1).says(&["尽快"]);
    place.write("replylint.toml", format!("{}[limits]\ntext-bytes = 20000000\n", support::SETTINGS));
    place.run(["check", "-f", "concise", "--select", "house/vague", "long.txt"]).code(0).silent();
}

#[test]
fn numbers_and_times_out_of_range_are_only_words() {
    let numbers = [
        "99999999999999999999天内",
        "0000年2月30日",
        "99999年13月45日25:61",
        "-1小时后",
        "1e999天内",
        "９９９９９９９９９９９９９９９９９９９９小时内",
        "2月29日前",
    ];
    let texts = numbers.map(|number| format!("我们会在{number}给您回电，尽快"));
    for place in [Place::empty(), Place::new()] {
        let lines = texts.iter().map(|text| line(text, &[("agent", text)])).collect::<String>();
        place.write("log.jsonl", lines.replace("\"role\"", "\"time\":\"99999-99-99 99:99:99\",\"role\""));
        let chat =
            texts.iter().map(|text| format!("客户 99999-13-45 25:61:61\n在吗\n客服小王 0000-00-00 00:00:00\n{text}\n"));
        place.write("chat.txt", chat.collect::<String>());
        place.write("draft.txt", texts.join("\n"));
        place.json(["log.jsonl", "chat.txt", "draft.txt"]);
        place.json(["--kind", "transcript", "chat.txt"]);
    }
    let place = Place::new();
    for value in ["99999999999999999999", "-1", "1.5", "\"x\"", "9223372036854775807"] {
        place.write(
            "replylint.toml",
            format!("{}[limits]\ntext-bytes = {value}\nfindings = {value}\n", support::SETTINGS),
        );
        place.run(["check", "--text", "尽快"]).code(if value.len() == 19 { 1 } else { 2 });
    }
}

#[test]
fn a_mail_of_nothing_but_marks_is_read_in_one_go() {
    let place = Place::new();
    // An implementation that looks back or ahead from every line would not finish.
    for line in ["From: a\n", "From: a\n\n", ">> x\n", "> x\n\n", "____\n\n", "On 1 Mar 2026 a wrote:\n"] {
        place.write("mail.txt", format!("我尽快查\n{}", line.repeat(20_000)));
        place.run(["check", "-f", "concise", "--select", "house/vague", "mail.txt"]).code(1).says(&["mail.txt:1:"]);
    }
}

#[test]
fn what_hides_between_the_characters_of_a_word_is_walked_once() {
    let place = Place::new();
    place.write("replylint.toml", "");
    // Every character may begin a disguised word, so a naive search from each would be quadratic.
    for hidden in ["微\u{200b}", "微 ", "q.q", "加\u{2060}微\u{200d}"] {
        place.write("draft.txt", hidden.repeat(100_000));
        place.run(["check", "-f", "concise", "--select", "compliance/off-platform-contact", "draft.txt"]);
    }
    place
        .run(["check", "-f", "concise", "--text", &format!("加我微{}信", "\u{200b}".repeat(50))])
        .code(1)
        .says(&["off-platform"]);
}

#[test]
fn links_behind_much_space_are_read_in_one_go() {
    let place = Place::new();
    let links = "<a href=x></a>".repeat(20_000);
    place.write("macro.html", format!("<pre>我尽快查{}{links}</pre>", " ".repeat(200_000)));
    place.run(["check", "-f", "concise", "--kind", "template", "macro.html"]);
}

#[test]
fn times_and_figures_are_read_in_one_go() {
    let place = Place::new();
    place.write("lines.txt", format!("{}{}", "\n".repeat(200_000), "三天。".repeat(20_000)));
    place.run(["check", "lines.txt"]);
    place.write("done.txt", format!("我去{}了", "处理".repeat(100_000)));
    place.run(["check", "done.txt"]);
    // If every place were read to the end, none of these would finish.
    for word in ["二十", "一百二十", "3天", "周五", "the end of ", "2 and ", "我会今天", "1-", "派人"] {
        place.write("times.txt", word.repeat(30_000));
        place.run(["check", "times.txt"]);
    }
}

/// Each row opens a quotation that the next one closes and reopens: looking ahead to the end from each would take
/// hours.
#[test]
fn rows_that_never_end_cost_no_more_than_others() {
    let place = Place::new();
    let head = "conversation,role,text\n";
    let good = "7,客服,\"我尽快查，\n稍等\"\n";
    place.write("log.csv", format!("{head}{}{good}", "a\"b,\"c\n".repeat(200_000)));
    let out = place.run(["audit", "log.csv", "-o", "out", "-q", "--no-reports"]);
    assert_eq!(out.code, 2, "{}", out.stderr);
    let summary: serde_json::Value = serde_json::from_slice(&place.read("out/summary.json")).unwrap();
    assert_eq!((&summary["input"]["rejected"], &summary["input"]["audited"]), (&200_000.into(), &1.into()));
    // Templates and sheets of people are read no slower.
    place.write("t.csv", format!("title,text\n{}", "a\"b,\"c\n".repeat(200_000)));
    place.run(["check", "t.csv", "--kind", "template", "-f", "concise"]);
    place.write("human.csv", format!("{head}{}", "a\"b,\"c\n".repeat(20_000)));
    place.run(["calibrate", "out", "human.csv"]).code(2);
}

/// A conversation may have as many agents as messages: eight times as many may take about eight times as long.
#[test]
fn many_agents_in_a_conversation_cost_no_square() {
    let place = Place::empty();
    let time = |agents: usize| {
        let said =
            |agent: usize| serde_json::json!({"role": "agent", "agent": format!("a{agent}"), "text": "我尽快查"});
        let asked = serde_json::json!({"role": "customer", "text": "杯子碎了"});
        let turns: Vec<serde_json::Value> = std::iter::once(asked).chain((0..agents).map(said)).collect();
        place.write("log.jsonl", format!("{}\n", serde_json::json!({"id": "c", "turns": turns})));
        let audit = ["audit", "log.jsonl", "-o", "out", "-q", "--force", "--select", "promise/*"];
        place.run(audit.iter().chain(&["--no-reports"])).code(0);
        let mut sheet = "conversation,agent,reviewer,passed,rules\n".to_owned();
        for agent in 0..agents {
            let _ = writeln!(sheet, "c,a{agent},W,yes,promise/vague-promise");
        }
        place.write("human.csv", sheet);
        let begun = std::time::Instant::now();
        let out = place.run(["calibrate", "out", "human.csv", "-f", "json"]).code(0);
        let found: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
        assert_eq!(found["agreement"]["n"], agents);
        begun.elapsed()
    };
    let (few, many) = (time(1_000), time(8_000));
    assert!(many < few * 24, "{few:?}, {many:?}");
}
