//! What the program says by itself, in the reader's language.

mod support;

use support::Place;

/// Standard output and standard error of a run in Chinese.
fn chinese(place: &Place, arguments: &[&str], code: i32) -> String {
    let out = place.run([&["--locale", "zh"], arguments].concat()).code(code);
    out.stdout + &out.stderr
}

/// The words of a text that are set in Latin letters and are no options, values or file names.
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
            // Names of commands and values, which are typed.
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

/// What a quality manager meets: each mistake in what is read, or in a pack, with words that must be said of it.
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
