//! The program's own messages in the reader's language.

mod support;

use support::Place;

/// Standard output and standard error of a run in Chinese.
fn chinese(place: &Place, arguments: &[&str], code: i32) -> String {
    let out = place.run([&["--locale", "zh"], arguments].concat()).code(code);
    out.stdout + &out.stderr
}

/// The Latin words of a text that are not options, values or file names.
fn english(text: &str) -> Vec<String> {
    let word = |word: &&str| word.len() > 3 && word.chars().all(|next| next.is_ascii_lowercase());
    text.split([' ', '\n']).filter(word).map(ToOwned::to_owned).collect()
}

#[test]
fn help_speaks_chinese_by_option_and_by_environment() {
    let place = Place::empty();
    let page = chinese(&place, &["check", "--help"], 0);
    for wanted in [
        "检查草稿、话术模板和聊天记录",
        "用法：replylint check",
        "参数:",
        "上下文:",
        "客户最后说的话",
        "[默认：",
        "还没发出的回复",
        "显示帮助",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    for command in ["", "check", "audit", "rules", "templates", "promises", "eval", "import", "when", "init"] {
        let words: Vec<&str> = [command, "-h"].into_iter().filter(|word| !word.is_empty()).collect();
        let page = chinese(&place, &words, 0);
        let prose = english(&page).into_iter().filter(|word| {
            // Names of commands and values, which users type.
            let typed = [format!("  {word} "), format!("{word},"), format!("{word}]"), format!("replylint {word}")];
            !typed.iter().any(|typed| page.contains(typed))
        });
        assert_eq!(prose.collect::<Vec<_>>(), ["replylint"; 0].to_vec(), "{command}: {page}");
    }
    let mut command = place.command(["rules", "list", "--help"]);
    command.env("LC_ALL", "zh_CN.UTF-8");
    assert!(support::finish(command, b"").stdout.contains("一条规则一行"));
    let out = place.run(["check", "--help"]).code(0);
    assert!(out.stdout.contains("Check drafts, templates and transcripts") && out.stdout.contains("Usage:"));
}

#[test]
fn the_places_of_a_command_are_explained_in_their_order() {
    let place = Place::empty();
    for (command, places) in [
        (&["rules", "diff"][..], &["  <OLD>", "  <NEW>", "  <INPUT>"][..]),
        (&["calibrate"], &["  <MACHINE>", "  <HUMAN>"]),
    ] {
        let page = chinese(&place, &[command, &["--help"]].concat(), 0);
        let at: Vec<Option<usize>> = places.iter().map(|place| page.find(place)).collect();
        assert!(at.iter().all(Option::is_some) && at.is_sorted(), "{at:?}: {page}");
    }
}

#[test]
fn help_about_a_command_takes_the_options_of_every_command() {
    let place = Place::empty();
    let page = chinese(&place, &["check", "--help"], 0);
    let runs = [
        &["help", "check", "--locale", "zh"][..],
        &["help", "--locale", "zh", "check"],
        &["--locale", "zh", "help", "check"],
        &["--locale", "zh", "--no-color", "help", "check", "-q"],
    ];
    for arguments in runs {
        assert_eq!(place.run(arguments).code(0).stdout, page, "{arguments:?}");
    }
    assert!(place.run(["help", "rules", "list", "--locale=zh"]).code(0).stdout.contains("一条规则一行"));
    assert!(place.run(["help", "--locale", "en"]).code(0).stdout.contains("Commands:"));
    assert!(place.run(["help", "chek", "--locale", "zh"]).code(2).stderr.contains("是不是 check？"));
    place.run(["help", "check", "--bogus"]).code(2).warns(&["--bogus"]);
    // A text may be this word.
    place.run(["check", "--text", "help", "--locale", "en", "--fail-on", "never"]).code(0);
}

#[test]
fn severities_in_the_list_of_rules_are_called_as_everywhere() {
    let place = Place::empty();
    place.write("replylint.toml", "[rules]\nignore = [\"promise/vague-promise\"]\n");
    let listed = chinese(&place, &["rules", "list"], 0);
    for (rule, severity) in [("promise/vague-promise", "不检查"), ("compliance/asks-for-secret", "必改")] {
        let line = listed.lines().find(|line| line.starts_with(rule)).unwrap();
        assert_eq!(line.split_whitespace().nth(1), Some(severity), "{line}");
    }
    assert!(!listed.contains(" warning "), "{listed}");
}

#[test]
fn mistakes_in_options_speak_chinese_and_hold_nothing_that_acts() {
    let place = Place::empty();
    for (arguments, wanted) in [
        (&["check", "--al"][..], &["没有选项 --al", "是不是 --all？", "用法：replylint check"][..]),
        (&["chek"], &["没有命令“chek”", "是不是 check？"]),
        (&["check", "-f", "prety"], &["不能是“prety”", "可选值：", "是不是 pretty？"]),
        (&["check", "--customer"], &["--customer", "后面要写值"]),
        (&["templates", "export", "a.md"], &["还要写", "--output"]),
        (&["check", "--quiet", "--quiet"], &["--quiet", "只能写一次"]),
        (&["check", "--fix\u{1b}[31m"], &["没有选项"]),
    ] {
        let said = chinese(&place, arguments, 2);
        assert!(wanted.iter().all(|wanted| said.contains(wanted)), "{arguments:?}: {said}");
        assert!(!said.contains('\u{1b}') && !said.contains("Usage"), "{said}");
    }
}

#[test]
fn what_is_recognised_and_scores_are_said_in_chinese() {
    let place = Place::empty();
    let acts = chinese(&place, &["acts", "--text", "抱歉，会尽快回复您", "-f", "pretty"], 0);
    for wanted in ["致歉", "⟦抱歉⟧", "承诺：谁来做=客服，负责人=没明说，时限=含糊，做什么=回复您"]
    {
        assert!(acts.contains(wanted), "{wanted}: {acts}");
    }
    place.write("labels.jsonl", "{\"id\":\"1\",\"turns\":[{\"role\":\"agent\",\"text\":\"抱歉，让您久等了。\"}],\"labels\":{\"apology\":[\"抱歉\"]}}\n");
    let scores = chinese(&place, &["eval", "labels.jsonl"], 0);
    assert!(scores.contains("1 条标注的回复") && scores.contains("精确率"), "{scores}");
}

#[test]
fn where_nothing_was_read_there_are_no_tables() {
    let place = Place::empty();
    place.write("broken.jsonl", "{\"id\":\n");
    for name in ["nosuch.jsonl", "broken.jsonl"] {
        let out = place.run(["eval", name]).code(2);
        assert_eq!(out.stdout, "", "{name}");
        assert!(out.stderr.contains(name), "{}", out.stderr);
    }
}

#[test]
fn text_is_offered_where_it_is_an_option() {
    let place = Place::empty();
    for (arguments, offered) in [
        (&["check", "nosuch"][..], true),
        (&["acts", "nosuch"], true),
        (&["check", "no/**/*.txt"], false),
        (&["eval", "nosuch"], false),
        (&["templates", "list", "nosuch"], false),
        (&["import", "nosuch", "-o", "x.toml"], false),
        (&["audit", "nosuch", "--out", "o"], false),
    ] {
        let out = place.run(arguments.iter().copied()).code(2);
        assert_eq!(out.stderr.contains("--text"), offered, "{arguments:?}: {}", out.stderr);
    }
}

#[test]
fn a_day_that_is_none_is_said_in_words_of_our_own() {
    let place = Place::empty();
    place.write("a.jsonl", "{\"id\":\"1\",\"turns\":[{\"role\":\"agent\",\"text\":\"您好\"}]}\n");
    for arguments in [
        &["check", "--text", "您好", "--as-of", "2026-13-01"][..],
        &["promises", "a.jsonl", "--as-of", "2026-13-01"],
        &["audit", "a.jsonl", "--out", "o", "--promises", "--as-of", "2026-13-01"],
        &["when", "明天", "--at", "2026-13-01"],
    ] {
        let out = place.run(arguments.iter().copied()).code(2);
        assert!(out.stderr.contains("not a date: 2026-13-01") && out.stderr.contains("YYYY-MM-DD"), "{}", out.stderr);
        assert!(!out.stderr.contains("parse"), "{}", out.stderr);
    }
    assert!(chinese(&place, &["check", "--text", "您好", "--as-of", "2026-13-01"], 2).contains("不是日期：2026-13-01"));
}

/// Mistakes that a quality manager meets, in inputs or in packs, with words that the message must contain.
#[test]
fn mistakes_in_inputs_and_packs_speak_chinese() {
    let place = Place::empty();
    place.write(
        "broken.jsonl",
        "{\"id\": \"1\", \"turns\": [}\n{\"turns\":[{\"role\":\"vendor\",\"text\":\"您好\"}]}\n",
    );
    place.write("columns.csv", "甲,乙\n1,2\n");
    place.write("open.yaml", "title: [\n");
    place.write("day.md", "+++\ntitle = \"退款\"\nexpires = \"下周\"\n+++\n亲，已为您退款。\n");
    place.write("twice.json", "[{\"title\":\"a\",\"content\":\"您好\",\"title\":\"b\"}]");
    std::fs::write(place.path("strange.txt"), [0xE4, 0xBD, 0xFF, 0xFF, 0x81]).unwrap();
    let rule = "[rule.no-urge]\nseverity = \"warning\"\nmessage = { zh = \"x\", en = \"x\" }\nhelp = { zh = \"y\", en = \"y\" }\nwhy = { zh = \"z\", en = \"z\" }\nbad = []\ngood = []\n";
    place.write("cue.toml", format!("{rule}check.forbid = {{ find = \"apologi\" }}\n"));
    place.write("key.toml", "[rules.a]\n");
    place.write("field.toml", format!("{rule}chek.forbid = {{ find = \"apology\" }}\n"));
    place.write("type.toml", "[cue.a]\nphrases = \"请稍候\"\n");
    for (arguments, wanted) in [
        (
            &["check", "broken.jsonl"][..],
            &["的 JSON 写法有误：这里应该有一个值", "第 1 条消息：不认识的角色“vendor”"][..],
        ),
        (&["check", "--kind", "transcript", "columns.csv"], &["看不出哪一列是说的话：甲, 乙", "[audit.columns]"]),
        (&["check", "open.yaml"], &["YAML 写法有误"]),
        (&["check", "day.md"], &["不是日期", "写成 2027-05-31 这样"]),
        (&["check", "twice.json"], &["`title` 写了两次", "这里又写了一次", "去掉另一个"]),
        (&["check", "--encoding", "utf-8", "strange.txt"], &["不是 UTF-8 编码", "用 --encoding 指明编码"]),
        (&["check", "gone.txt"], &["没有“gone.txt”"]),
        (&["rules", "list", "--pack", "gone.toml"], &["没有这个文件"]),
        (&["rules", "list", "--pack", "cue.toml"], &["用到的说法“apologi”不存在", "是不是想写“apology”？", "例句"]),
        (&["rules", "list", "--pack", "key.toml"], &["规则包里没有“rules”这一项", "是不是想写“rule”？"]),
        (&["rules", "list", "--pack", "field.toml"], &["没有“chek”这一项", "是不是想写“check”？"]),
        (&["rules", "list", "--pack", "type.toml"], &["要写的是：一列（用方括号）"]),
    ] {
        let said = chinese(&place, arguments, 2);
        assert!(wanted.iter().all(|wanted| said.contains(wanted)), "{arguments:?}: {said}");
    }
    let out = place.run(["--locale", "en", "rules", "list", "--pack", "key.toml"]).code(2);
    assert!(out.stderr.contains("“rules” is not a key of a pack") && out.stderr.contains("did you mean “rule”?"));
}

#[test]
fn advice_is_in_the_reader_s_language_and_words_to_write_in_the_reply_s() {
    let place = Place::empty();
    let said = |locale: &str, text: &str| {
        let arguments = ["check", "-f", "concise", "--fail-on", "never", "--locale", locale, "--text", text];
        place.run(arguments).code(0).stdout
    };
    for (locale, text, advice, words) in [
        ("en", "我们会尽快给您处理。", "give a reply time that you own", "“今天18:00前回您，没结果也说进展”"),
        ("en", "我們會盡快幫您處理。", "give a reply time that you own", "“今天18:00前回您，沒結果也說進展”"),
        ("zh", "我們會盡快幫您處理。", "给一个您自己能守的回复时间", "“今天18:00前回您，沒結果也說進展”"),
        ("zh", "We will get back to you soon.", "给一个您自己能守的回复时间", "“by 6 pm today, even without news”"),
    ] {
        let out = said(locale, text);
        assert!(out.contains(advice) && out.contains(words) && !out.contains("{say}"), "{locale} {text}: {out}");
    }
    let page = place.run(["rules", "explain", "promise/vague-promise", "--locale", "en"]).code(0).stdout;
    assert!(page.contains("“by 6 pm today, even without news”") && !page.contains("{say}"), "{page}");
}

#[test]
fn words_to_write_pass_the_rule_that_offers_them() {
    let place = Place::empty();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    let mut count = 0;
    for file in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        let Some(pack) = file.file_name().and_then(|name| name.to_str()?.strip_suffix(".toml")) else { continue };
        let table: toml::Table = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let rules = table.get("rule").and_then(toml::Value::as_table).into_iter().flatten();
        for (rule, words) in rules.filter_map(|(name, rule)| Some((name, rule.get("say")?.as_table()?))) {
            for (lang, text) in words {
                place.write(&format!("{pack}.{rule}.{lang}.txt"), text.as_str().unwrap());
                count += 1;
            }
        }
    }
    assert!(count > 100, "{count}");
    for finding in place.findings(["."]) {
        let (path, rule) = (finding["path"].as_str().unwrap(), finding["rule"].as_str().unwrap());
        let own = path.trim_start_matches("./").starts_with(&rule.replace('/', "."));
        assert!(!own && !rule.starts_with("promise/"), "{path}: {rule}");
    }
}

#[test]
fn words_without_a_place_and_a_place_without_words_are_mistakes_of_the_pack() {
    let place = Place::empty();
    let pack = |help: &str, say: &str| {
        format!(
            "[rule.a]\nseverity = \"advice\"\nmessage = {{ zh = \"x\", en = \"x\" }}\nhelp = {help}\n{say}\nwhy = {{ zh = \"z\", en = \"z\" }}\ncheck.forbid = {{ find = \"apology\" }}\nbad = [{{ reply = \"⟦抱歉⟧\" }}]\ngood = [{{ reply = \"好\" }}]\n"
        )
    };
    let say = "say = { zh = \"您好\", en = \"Hello\" }";
    for (help, say, wanted) in [
        ("{ zh = \"写“{say}”\", en = \"write it\" }", say, ["写了 `say`", "has `say`, which needs"]),
        ("{ zh = \"写“{say}”\", en = \"write “{say}”\" }", "", ["却没有写 `say`", "but the rule has no `say`"]),
    ] {
        place.write("own.toml", pack(help, say));
        for (locale, wanted) in ["zh", "en"].into_iter().zip(wanted) {
            let out = place.run(["rules", "list", "--pack", "own.toml", "--locale", locale]).code(2);
            assert!(out.stderr.contains(wanted), "{}", out.stderr);
        }
    }
    place.write("own.toml", pack("{ zh = \"写“{say}”\", en = \"write “{say}”\" }", say));
    place.run(["rules", "list", "--pack", "own.toml"]).code(0);
}
