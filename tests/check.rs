//! `replylint check` as people use it: sources of drafts, their context, what is shown, and the exit status.

mod support;

use support::{Out, Place, each, finish, line, location, text};

fn rules(place: &Place, arguments: &[&str]) -> Vec<String> {
    each(&place.findings(arguments), "rule")
}

/// A draft with one finding of each severity, and one more.
const BAD: &str = "滚开，尽快找小蜜，稍后见";

#[test]
fn a_draft_comes_from_the_command_line_or_a_pipe() {
    let place = Place::new();
    for out in [
        place.run(["check", "-f", "concise", "--text", "我尽快查"]),
        place.pipe(["check", "-f", "concise"], "我尽快查\n"),
        place.pipe(["check", "-f", "concise", "-"], "我尽快查\r\n"),
    ] {
        assert_eq!(out.code(1).stdout, "1:2: warning[house/vague] “尽快” gives no time → name the hour\n");
    }
}

#[test]
fn files_folders_and_globs_are_read_once_and_in_order() {
    let place = Place::new();
    for name in ["b.txt", "sub/a.md", "sub/deep/c.markdown", "sub/README.md", "sub/notes.rst", ".hidden.txt"] {
        place.write(name, "我尽快查");
    }
    let paths = |arguments: &[&str]| each(&place.findings(arguments), "path");
    let sub = ["sub/a.md", "sub/deep/c.markdown"];
    assert_eq!(paths(&["b.txt"]), ["b.txt"]);
    assert_eq!(paths(&["sub"]), sub);
    assert_eq!(paths(&["."]), ["./b.txt", "./sub/a.md", "./sub/deep/c.markdown"]);
    assert_eq!(paths(&["sub/**/*.m*"]), ["sub/README.md", sub[0], sub[1]], "a glob takes what it names");
    assert_eq!(paths(&["sub/*.rst"]), ["sub/notes.rst"]);
    assert_eq!(paths(&["sub/notes.rst"]), ["sub/notes.rst"], "what is named is read whatever it is called");
    assert_eq!(paths(&["*.txt"]), ["b.txt"], "a glob may begin where we stand");
    assert_eq!(paths(&["sub", "sub/a.md", "sub/*.md", "sub/a.md"])[1..], sub, "nothing is read twice");
    assert_eq!(paths(&["sub/deep", "b.txt", "sub/a.md"]), ["b.txt", sub[0], sub[1]], "in the order of the paths");
    let absolute = place.path("b.txt");
    assert_eq!(paths(&[text(&absolute)]), [text(&absolute)]);
}

#[test]
fn what_is_not_there_is_said_and_the_rest_is_checked() {
    let place = Place::new();
    place.write("a.txt", "我尽快查");
    let out = place.run(["check", "-f", "concise", "gone.txt", "a.txt", "no*.txt", "nor*.md"]);
    let out = out.code(2).says(&["a.txt:1:2"]);
    for name in ["gone.txt", "no*.txt", "nor*.md"] {
        assert!(out.stderr.contains(name), "{name} is not said: {}", out.stderr);
    }
    for arguments in
        [&["check", "-f", "json", "gone.txt", "a.txt", "no*.txt"][..], &["check", "-f", "json", "gone.txt"]]
    {
        let document = place.run(arguments).code(2).document();
        let failed = each(document["failed"].as_array().unwrap(), "path");
        let named = arguments[3..].iter().filter(|name| **name != "a.txt").copied().collect::<Vec<_>>();
        assert_eq!(failed, named);
        assert_eq!(document["summary"]["input"], arguments.len() - 3);
    }
    place.run(["check"]).code(0).warns(&["the input is empty"]);
}

#[test]
fn what_the_customer_said_decides_what_is_owed() {
    let place = Place::new();
    assert_eq!(rules(&place, &["--text", "给您换一个"]), [""; 0]);
    let asked = &["--customer", "收到就坏了", "--text"];
    assert_eq!(rules(&place, &[asked, &["给您换一个"][..]].concat()), ["house/no-apology"]);
    assert_eq!(rules(&place, &[asked, &["抱歉，给您换一个"][..]].concat()), [""; 0]);
    assert_eq!(rules(&place, &["--customer", "滚开，尽快", "--text", "好的"]), [""; 0], "the customer is not judged");
    assert_eq!(rules(&place, &["--scenario", "damaged", "--text", "好的"]), ["house/no-apology"]);
    assert_eq!(rules(&place, &["--scenario", "破损", "--text", "好的"]), ["house/no-apology"]);
    let stated = ["--scenario", "invoice", "--customer", "坏了", "--text", "好的"];
    assert_eq!(rules(&place, &stated), [""; 0], "a stated scenario beats the words");
    let unknown = place.run(["check", "--scenario", "damagd", "--text", "好的"]).code(2);
    unknown.warns(&["damagd", "did you mean `damaged`"]);
}

#[test]
fn what_was_said_before_counts_and_is_not_judged_again() {
    let place = Place::new();
    place.write("chat.txt", "客户：收到就坏了\n客服：抱歉，我尽快查\n客户：快点\n");
    place.write("sour.txt", "客户：收到就坏了\n客服：在的\n");
    place.write("chat.jsonl", line("1", &[("customer", "坏了"), ("agent", "抱歉，我尽快查")]));
    for history in ["chat.txt", "chat.jsonl"] {
        assert_eq!(rules(&place, &["--history", history, "--text", "给您换"]), [""; 0], "{history}");
    }
    let arguments = ["--history", "sour.txt", "--customer", "还是坏了", "--text", "给您换"];
    let found = place.findings(arguments);
    assert_eq!(each(&found, "rule"), ["house/no-apology"]);
    assert_eq!((&found[0]["turn"], &found[0]["quote"]), (&3.into(), &"给您换".into()));
    assert_eq!(location(&found[0]), [1, 1, 1, 4], "the place is that of the draft");
    place.run(["check", "--history", "gone.txt", "--text", "好"]).code(2).warns(&["gone.txt"]);
    place.write("broken.jsonl", "{\"id\":1,\n");
    place.run(["check", "--history", "broken.jsonl", "--text", "好"]).code(2).warns(&["broken.jsonl:1"]);
}

#[test]
fn two_findings_are_shown_for_a_draft_worst_first() {
    let place = Place::new();
    let two = place.run(["check", "--text", BAD]).code(1);
    insta::assert_snapshot!(two.stdout, @r"
    error[house/rude]
      × “滚开” is rude
       ╭─[1:1]
     1 │ 滚开，尽快找小蜜，稍后见
       · ──┬─
       ·   ╰── is rude
       ╰────
      help: ask them to wait

    warning[house/vague]
      ⚠ “尽快” gives no time
       ╭─[1:4]
     1 │ 滚开，尽快找小蜜，稍后见
       ·       ──┬─
       ·         ╰── gives no time
       ╰────
      help: name the hour

    2 more; see them with --all
    ");
    let all = place.run(["check", "--all", "--text", BAD]).code(1);
    let all = all.says(&["house/rude", "house/vague", "house/old-name", "house/vague"]);
    assert!(!all.stdout.contains("--all"));
    let concise = place.run(["check", "-f", "concise", "--text", BAD]).code(1).stdout;
    assert_eq!(concise.lines().count(), 4, "one line a finding is for grep: {concise}");
    place.write("chat.txt", "客户：在吗\n客服：滚开，尽快，稍后，小蜜\n");
    let chat = place.run(["check", "chat.txt"]).code(1).stdout;
    assert!(chat.matches("house/").count() == 4 && !chat.contains("--all"), "two is for drafts: {chat}");
}

#[test]
fn a_transcript_says_who_speaks() {
    let place = Place::new();
    place.write("chat.txt", "客户 10:01:00\n在吗\n\n客服小王 10:02:00\n在的，我尽快查\n");
    insta::assert_snapshot!(place.run(["check", "chat.txt"]).code(1).stdout, @r"
    warning[house/vague]
      ⚠ “尽快” gives no time
       ╭─[chat.txt:5:5 turn 2 agent]
     5 │ 在的，我尽快查
       ·         ──┬─
       ·           ╰── gives no time
       ╰────
      help: name the hour
    ");
}

#[test]
fn what_the_customer_writes_in_a_pasted_chat_is_not_judged() {
    let place = Place::new();
    for chat in [
        "2026/03/12（四）\n10:03\t小雨\t我尽快\n10:04\t客服小李\t好的\n",
        "Ann, [12.03.2026 10:03]\n我尽快\n\nSupport Li, [12.03.2026 10:04]\n好的\n",
        "Ann  10:03 AM\n我尽快\nLi (Support)  10:04 AM\n好的\n",
        "**客户：**我尽快\n\n**客服：**好的\n",
        "【客户】我尽快\n【客服】好的\n",
        "Q: 我尽快\nA: 好的\nQ: 尽快\nA: 好\n",
    ] {
        place.write("chat.txt", chat);
        place.run(["check", "-f", "concise", "chat.txt"]).code(0).silent();
        place.write("chat.txt", chat.replace("好的", "我尽快查"));
        assert_eq!(rules(&place, &["chat.txt"]), ["house/vague"], "{chat}");
        place.write("chat.txt", chat);
        assert_eq!(rules(&place, &["--kind", "draft", "chat.txt"])[0], "house/vague", "{chat}");
    }
    place.write("names.txt", "小雨：我尽快\n小李：好的\n");
    let out = place.run(["check", "--kind", "transcript", "names.txt"]).code(2);
    out.warns(&["cannot tell who is customer and who is agent: “小雨”, “小李”"]);
    place.write("more.txt", "小雨：杯子碎了\n小李：好的\n小雨：谢谢\n小李：不客气\n");
    place.run(["check", "more.txt"]).code(2).warns(&["“小雨”, “小李”", "--kind draft"]);
    place.write("line.txt", "10:03\t小雨\t碎了\n10:04\t小李\t好的\n");
    place.run(["check", "line.txt"]).code(2).warns(&["“小李”, “小雨”", "--kind draft"]);
    // One question and its answer may be a draft or a chat; an explicit `transcript` decides.
    place.write("asked.txt", "Q: 我尽快\nA: 好的\n");
    assert_eq!(rules(&place, &["asked.txt"]), ["house/vague"]);
    place.run(["check", "--kind", "transcript", "asked.txt"]).code(0).silent();
}

#[test]
fn what_a_mail_quotes_is_not_judged() {
    let place = Place::new();
    for mail in [
        "好的\n\n> 我尽快\n> 尽快\n",
        "From: support@acme.com\nTo: 尽快@b.com\nSubject: 尽快\n\n好的\n\nOn Thu, 12 Mar 2026 at 9:00 AM Ann <a@b.com>\nwrote:\n\n> 我尽快\n",
        "好的\r\n\r\n-----Original Message-----\r\nFrom: Ann\r\nSent: 尽快\r\n\r\n我尽快\r\n",
        "好的\n\n------------------ 原始邮件 ------------------\n发件人: \"小雨\"\n主题: 尽快\n\n我尽快\n",
        "好的\n\n在 2026年3月12日，10:03，小雨 <a@b.com> 写道：\n\n我尽快\n",
    ] {
        place.write("mail.txt", mail);
        place.run(["check", "-f", "concise", "mail.txt"]).code(0).silent();
        place.run(["check", "-v", "mail.txt"]).code(0).warns(&["input/quoted-mail"]);
        let own = mail.replacen("好的", "好的，尽快", 1);
        place.write("mail.txt", &own);
        let [found] = &place.findings(["mail.txt"])[..] else { panic!("{own}") };
        let line = own.lines().position(|line| line.contains("好的")).unwrap() + 1;
        assert_eq!(
            (&found["location"]["start"]["line"], &found["location"]["start"]["column"]),
            (&line.into(), &4.into())
        );
        place.run(["check", "--fix", "--unsafe-fixes", "mail.txt"]);
        assert!(String::from_utf8(place.read("mail.txt")).unwrap().contains("我尽快") || !mail.contains("我尽快"));
    }
    // The customer's words there decide what is owed.
    place.write("replylint.toml", "");
    place.write("mail.txt", "A new cup ships today by 6 pm.\n\n> The cup arrived broken.\n");
    assert!(rules(&place, &["mail.txt"]).contains(&"duty/missing-apology".to_owned()));
    let place = Place::new();
    // Templates and pages contain quotations of their own; a text that begins with one has nothing above it.
    for (name, text) in [
        ("template.txt", "+++\nlanguage = \"zh-Hans\"\n+++\n好的\n\n> 我尽快\n"),
        ("page.md", "好的\n\n> 我尽快\n"),
        ("first.txt", "> 我尽快\n"),
        ("arrow.txt", "请点击\n>> 我尽快\n"),
    ] {
        place.write(name, text);
        assert_eq!(rules(&place, &[name]), ["house/vague"], "{name}");
    }
}

#[test]
fn emoji_are_shown_whole() {
    let place = Place::new();
    let family = "\u{1F468}\u{200d}\u{1F469}\u{200d}\u{1F467}";
    let mut command = place.command(["check", "--text", &format!("{family} 我尽快查a\u{200d}b")]);
    command.env("COLUMNS", "100");
    let out = finish(command, b"");
    assert!(out.stdout.contains(family) && !out.stdout.contains("a\u{200d}b"), "{}", out.stdout);
}

#[test]
fn an_empty_text_is_called_by_its_option() {
    let place = Place::new();
    let out = place.run(["check", "--text", ""]).code(0);
    assert!(out.stderr.contains("--text: the input is empty") && !out.stderr.contains("stdin"), "{}", out.stderr);
}

#[test]
fn why_is_told_on_request() {
    let place = Place::new();
    let out = place.run(["check", "--verbose", "--text", "我尽快查"]).code(1);
    let out = out.says(&["name the hour", "why: They are waiting."]);
    out.warns(&["not evaluated house/no-apology"]);
    assert!(!place.run(["check", "--text", "我尽快查"]).stdout.contains("waiting"));
}

#[test]
fn messages_speak_the_language_of_the_reader() {
    let place = Place::new();
    let arguments = ["check", "-f", "concise", "--text", "see you soon"];
    let (zh, en) = ("1:9: 建议改[house/vague] “soon”没说几点 → 写明几点\n", "“soon” gives no time → name the hour\n");
    for (name, value, expected) in [
        ("LC_ALL", "zh_CN.UTF-8", zh),
        ("LC_ALL", "zh_TW", zh),
        ("LC_ALL", "en_GB.UTF-8", en),
        ("LC_ALL", "tlh", en),
        ("LC_MESSAGES", "zh_CN.UTF-8", zh),
        ("LANG", "zh_HK.UTF-8", zh),
    ] {
        let mut command = place.command(arguments);
        command.env_remove("LC_ALL").env(name, value);
        let out = finish(command, b"");
        assert!(out.stdout.ends_with(expected), "{name}={value}: {}", out.stdout);
    }
    let zh_wins = place.run(["--locale", "zh"].into_iter().chain(arguments));
    assert_eq!(zh_wins.stdout, zh, "the flag beats the environment");
}

#[test]
fn clean_is_silent() {
    let place = Place::new();
    place.write("a.txt", "今天查");
    for arguments in [
        &["check", "--text", "今天查"][..],
        &["check", "a.txt"],
        &["check", "-f", "concise", "a.txt"],
        &["check", "-f", "concise", "--no-config", "--select", "wording/shouting", "--text", "今天发货。"],
    ] {
        place.run(arguments).code(0).silent();
    }
    place.run(["check", "-v", "a.txt"]).code(0).warns(&["conversations: 1; nothing found"]);
    let quiet = place.run(["check", "-q", "--text", "我尽快查"]).code(1);
    assert_eq!(quiet.stderr, "");
}

#[test]
fn the_status_is_that_of_the_worst_finding_that_matters() {
    let place = Place::new();
    for (draft, [error, warning, advice]) in
        [("今天", [0, 0, 0]), ("小蜜", [0, 0, 1]), ("尽快", [0, 1, 1]), ("滚开", [1, 1, 1]), (BAD, [1, 1, 1])]
    {
        for (least, code) in [("error", error), ("warning", warning), ("advice", advice), ("never", 0)] {
            for format in ["pretty", "concise", "json", "jsonl"] {
                place.run(["check", "-f", format, "--fail-on", least, "--text", draft]).code(code);
            }
        }
        place.run(["check", "--text", draft]).code(warning);
    }
    place.write("a.txt", BAD);
    for least in ["error", "never"] {
        place.run(["check", "--fail-on", least, "a.txt", "gone.txt"]).code(2);
    }
}

#[test]
fn rules_are_chosen_on_the_command_line() {
    let place = Place::new();
    let vague = ["house/vague", "house/vague"];
    assert_eq!(rules(&place, &["--select", "house/vague", "--text", BAD]), vague);
    assert_eq!(rules(&place, &["--select", "house/v*,house/rude", "--text", BAD]), ["house/rude", vague[0], vague[0]]);
    assert_eq!(rules(&place, &["--ignore", "house/vague", "--text", BAD]), ["house/rude", "house/old-name"]);
    for flag in ["--select", "--ignore"] {
        place.run(["check", flag, "house/vagu", "--text", BAD]).code(2).warns(&["did you mean `house/vague`"]);
    }
}

#[test]
fn the_default_rulebook_says_what_everybody_would() {
    let place = Place::empty();
    let cases = [
        ("亲爱的客户，您的订单号是{姓名}", "template/unfilled-slot", false),
        ("Please READ the description, you MUST do it", "wording/shouting", true),
        ("您加我微信聊吧，微信号abc12345", "compliance/off-platform-contact", true),
        ("您好，麻烦你提供一下订单号", "wording/mixed-address", true),
    ];
    for (draft, rule, certain) in cases {
        let found = rules(&place, &["--text", draft]);
        assert!(!certain || found.iter().any(|id| id == rule), "{draft}: {found:?}");
    }
    place.run(["check", "--text", "您好，退款今天18:00前到账，请您查收。"]).code(0);
}

#[test]
fn more_threads_and_another_order_change_no_byte() {
    let place = Place::new();
    let lines = |from: usize| {
        // Long ids, so that a few lines fill many batches.
        let id = "x".repeat(1200);
        let one = |number: usize| match number % 7 {
            0 => "{\"id\": broken\n".to_owned(),
            rest => {
                line(&format!("{number}{id}"), &[("customer", "坏了"), ("agent", ["尽快", "小蜜", "好"][rest % 3])])
            }
        };
        (from..from + 500).map(one).collect::<String>()
    };
    place.write("logs/a.jsonl", lines(0));
    place.write("logs/b.jsonl", lines(9000));
    for number in 0..40 {
        place.write(&format!("drafts/{number:02}.txt"), ["尽快", "今天", BAD][number % 3]);
    }
    let paths = ["logs/a.jsonl", "logs/b.jsonl", "drafts/03.txt", "drafts/07.txt", "drafts/02.txt", "gone.txt"];
    for format in ["jsonl", "pretty"] {
        let run = |threads: &str, paths: &[&str]| -> Out {
            place.run(["check", "-f", format, "--threads", threads].into_iter().chain(paths.iter().copied())).code(2)
        };
        let first = run("1", &paths);
        assert!(first.stdout.len() > 50_000);
        for (threads, rotated) in [("2", 0), ("8", 0), ("8", 4)] {
            let mut shuffled = paths.to_vec();
            shuffled.rotate_left(rotated);
            let again = run(threads, &shuffled);
            assert!(again.stdout == first.stdout, "{format}, {threads} threads: other bytes");
            if rotated == 0 {
                assert!(again.stderr == first.stderr, "{format}, {threads} threads: other messages");
            }
        }
    }
    let by_folder = place.run(["check", "-f", "jsonl", "logs", "drafts"]).stdout;
    let by_glob = place.run(["check", "-f", "jsonl", "drafts/*.txt", "logs/*"]).stdout;
    assert!(by_folder == by_glob, "folders and globs are two doors to the same files");
}

#[test]
fn any_number_of_threads_will_do() {
    let place = Place::new();
    place.write("a.txt", "我尽快查");
    for threads in ["3", "64", "100000", "18446744073709551615"] {
        place.run(["check", "-f", "concise", "--threads", threads, "a.txt"]).code(1).says(&["a.txt:1:2"]);
    }
    place.run(["check", "--threads", "0", "a.txt"]).code(2);
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_enough_is_no_error() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;
    let place = Place::new();
    place.write("a.jsonl", line("1", &[("agent", "我尽快查")]).repeat(4000));
    for format in ["pretty", "concise", "json", "jsonl"] {
        let mut command = place.command(["check", "-f", format, "--all", "a.jsonl"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(!first.is_empty());
        support::wait(&mut child);
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(said, "", "{format}");
    }
}

#[test]
fn colour_is_asked_for_or_left_out() {
    let place = Place::new();
    let colored = |arguments: &[&str], changes: &[(&str, &str)]| {
        let mut command = place.command(["check", "--text", "我尽快查"].iter().chain(arguments));
        command.env_remove("NO_COLOR").envs(changes.iter().copied());
        finish(command, b"").stdout.contains('\x1b')
    };
    assert!(!colored(&[], &[]), "a pipe is no terminal");
    assert!(colored(&["--color", "always"], &[]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]), "what is typed beats the environment");
    assert!(!colored(&["--no-color"], &[("CLICOLOR_FORCE", "1")]));
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!colored(&["-f", "json", "--color", "always"], &[]));
}

#[test]
fn named_files_that_are_no_texts_are_passed_over_on_demand() {
    let place = Place::new();
    let others = ["t/logo.png", "t/schema.json", "t/conf.yaml", "t/README.md", "t/list.csv", "t/main.rs"];
    for (name, text) in others.iter().zip(["\u{0}PNG", "{\"type\": 1}", "a: b\n", "滚开", "1,2\n3,4\n", "fn main() {}"])
    {
        place.write(name, text);
    }
    place.run(["check", "--skip-others"].iter().chain(&others)).code(0).silent();
    place.run(["check"].iter().chain(&others)).code(2);
    place.write("t/a.md", "滚开\n");
    place.write("t/b.yaml", "templates:\n- title: a\n  text: 滚开，您好\n");
    let found = place.findings(["--skip-others"].iter().chain(&others).chain(&["t/a.md", "t/b.yaml"]));
    assert_eq!(each(&found, "path"), ["t/a.md", "t/b.yaml"]);
    // A file that is not there, or is broken, is no other file.
    place.run(["check", "--skip-others", "t/gone.md"]).code(2);
    place.write("t/bad.json", "[{");
    place.run(["check", "--skip-others", "t/bad.json"]).code(2);
}
