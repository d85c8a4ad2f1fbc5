//! `explain-finding`, `check --why-not`: every guard and condition that keeps a rule silent is named.

mod support;

use serde_json::Value;
use support::Place;

const PACK: &str = r#"
name = "house"
[cue.bad]
phrases = ["坏词"]
roles = ["agent"]
unless.covers = ["坏词典"]
unless.before = ["官方<gap:2>"]
unless.after = ["<gap:2>已停用"]
unless.clause = ["词条"]
unless.sentence = ["目录"]
unless.config = "brand.channels"
[cue.negator]
phrases = ["不"]
[cue.reported-speech]
phrases = ["您说"]
[cue.talk]
any = ["bad"]
[cue.fine]
phrases = ["没关系"]
[cue.complaint]
phrases = ["投诉"]
[cue.promise]
native = "promise"
[cue.promise-action]
phrases = ["回复"]
[cue.promise-future]
phrases = ["会"]
[cue.promise-agent]
phrases = ["我们"]
[cue.promise-soon]
phrases = ["尽快"]

[cue.sour]
weigh = { least = 5, words = [[3, ["又"]], [2, ["烦"]], [-1, ["请"]]] }

[rule.sour]
severity = "warning"
message = { zh = "口气差", en = "sour" }
help = { zh = "换", en = "change" }
why = { zh = "不好。", en = "Bad." }
check.forbid = { find = "sour" }
bad = [{ reply = "⟦又来烦⟧" }]
good = [{ reply = "又来" }]

[rule.bad]
severity = "warning"
message = { zh = "“{quote}”不好", en = "“{quote}” is bad" }
help = { zh = "换", en = "change" }
why = { zh = "不好。", en = "Bad." }
check.forbid = { find = "talk", unless-near = ["fine"], once = true }
bad = [{ reply = "⟦坏词⟧" }]
good = [
  { reply = "好词" },
  { reply = "坏词，甲号窗口", config.brand.channels = ["甲号窗口"] },
]

[rule.owed]
severity = "warning"
kinds = ["draft", "transcript"]
message = { zh = "没说没关系", en = "nothing said" }
help = { zh = "说", en = "say" }
why = { zh = "要说。", en = "Say it." }
check.require = { find = "fine", when.any = [{ customer = "complaint" }], when.unless = [{ reply = "bad" }] }
bad = [{ customer = "投诉", reply = "好" }]
good = [{ customer = "投诉", reply = "没关系" }]

[rule.lonely]
severity = "warning"
message = { zh = "孤单", en = "lonely" }
help = { zh = "加", en = "add" }
why = { zh = "加。", en = "Add." }
check.pair = { find = "bad", without = ["fine"], within = "sentence" }
bad = [{ reply = "⟦坏词⟧。没关系" }]
good = [{ reply = "坏词没关系" }]

[rule.order]
severity = "warning"
message = { zh = "先后", en = "order" }
help = { zh = "换", en = "swap" }
why = { zh = "换。", en = "Swap." }
check.order = { first = "fine", then = "bad", within = "conversation" }
bad = [{ turns = [
  { role = "agent", text = "⟦坏词⟧" }, { role = "customer", text = "嗯" }, { role = "agent", text = "没关系" },
] }]
good = [{ turns = [
  { role = "agent", text = "没关系" }, { role = "customer", text = "嗯" }, { role = "agent", text = "坏词" },
] }]

[rule.often]
severity = "warning"
message = { zh = "{count}次", en = "{count} times" }
help = { zh = "少", en = "less" }
why = { zh = "少。", en = "Less." }
check.limit = { measure = "count", find = "fine", max = 1, over = "sentence" }
bad = [{ reply = "好。⟦没关系没关系。⟧" }]
good = [{ reply = "没关系。没关系。" }]

[rule.talkative]
severity = "warning"
message = { zh = "{count}次", en = "{count} times" }
help = { zh = "少", en = "less" }
why = { zh = "少。", en = "Less." }
check.limit = { measure = "count", find = "fine", max = 1, over = "conversation" }
bad = [{ turns = [
  { role = "agent", text = "⟦没关系⟧" }, { role = "customer", text = "嗯" }, { role = "agent", text = "没关系" },
] }]
good = [{ reply = "没关系" }]

[rule.promised]
severity = "warning"
message = { zh = "没说几点", en = "no time" }
help = { zh = "说几点", en = "name it" }
why = { zh = "等。", en = "Waits." }
check.forbid = { find = "promise", where = { deadline = "vague" } }
bad = [{ reply = "我们会尽快回复" }]
good = [{ reply = "好" }]
"#;

fn place() -> Place {
    let place = Place::empty();
    place.write("house.toml", PACK);
    place.write(
        "replylint.toml",
        "[rulebook]\nextends = \"none\"\npacks = [\"house.toml\"]\n[brand]\nchannels = [\"甲号窗口\"]\n",
    );
    place
}

#[test]
fn the_pack_of_this_suite_does_what_it_says() {
    let out = place().run(["rules", "test"]).code(0);
    assert_eq!(out.stdout, "examples of rules: 17, of cues: 0, failures: 0\n", "{}", out.stderr);
}

#[test]
fn every_guard_is_named_with_the_words_that_made_it_act() {
    let place = place();
    for (text, reason, by) in [
        ("坏词典", "covered", "坏词典"),
        ("官方的坏词", "before", "官方"),
        ("坏词，已停用", "after", "已停用"),
        ("词条里的坏词", "clause", "词条"),
        ("目录上，坏词", "sentence", "目录"),
        ("不说坏词", "negated", "不"),
        ("您说坏词", "reported", "您说"),
        ("写着“坏词”", "quoted", ""),
        ("{{坏词}}", "skipped", ""),
        ("坏词，甲号窗口", "configured", "甲号窗口"),
    ] {
        let out = place.run(["explain-finding", "house/bad", "--format", "jsonl", "--text", text]).code(0);
        let record: Value = serde_json::from_str(&out.stdout).unwrap();
        assert_eq!(record["findings"], Value::Array(Vec::new()), "{text}");
        let steps = record["steps"].as_array().unwrap();
        let dropped: Vec<&Value> = steps.iter().filter(|step| step["seen"] == "dropped").collect();
        assert_eq!(dropped.len(), 1, "{text}: {steps:?}");
        assert_eq!(dropped[0]["reason"], reason, "{text}");
        assert_eq!((&dropped[0]["quote"], &dropped[0]["cue"]), (&"坏词".into(), &"bad".into()), "{text}");
        assert_eq!(dropped[0]["by"]["quote"].as_str().unwrap_or_default(), by, "{text}");
        assert!(steps.iter().any(|step| step["reason"] == "nothing"), "{text}: {steps:?}");
    }
}

#[test]
fn a_sum_is_shown_with_what_it_is_made_of() {
    let out = place().run(["explain-finding", "house/sour", "--text", "说了，又又烦"]).code(0);
    assert!(out.stdout.contains("“又又烦”  5 points, 5 are enough (又 +3, 烦 +2)"), "{}", out.stdout);
    let silent = place().run(["explain-finding", "house/sour", "--text", "请说，又又烦"]).code(0);
    assert!(silent.stdout.contains("nothing found") && !silent.stdout.contains("points"), "{}", silent.stdout);
}

#[test]
fn every_condition_is_named() {
    let place = place();
    let silent = |rule: &str, arguments: &[&str], input: &str| {
        let fixed = ["explain-finding", rule, "--format", "jsonl", "-"];
        let out = place.pipe(fixed.iter().chain(arguments), input).code(0);
        let record: Value = serde_json::from_str(&out.stdout).unwrap();
        let steps = record["steps"].as_array().unwrap().clone();
        let silent = steps.iter().filter(|step| step["seen"] == "silent");
        let mut reasons: Vec<String> = silent.map(|step| step["reason"].as_str().unwrap().to_owned()).collect();
        reasons
            .extend(record["barred"].as_array().unwrap().iter().map(|bar| bar["reason"].as_str().unwrap().to_owned()));
        reasons
    };
    let chat = r#"{"turns":[{"role":"agent","text":"没关系"},{"role":"customer","text":"嗯"},{"role":"agent","text":"坏词"}]}"#;
    for (rule, arguments, input, reasons) in [
        ("house/bad", &["--kind", "draft"][..], "坏词，没关系", &["unless-near"][..]),
        ("house/bad", &[], "坏词。坏词。", &["once"]),
        ("house/bad", &["--customer", "坏词"], "好", &["nothing"]),
        ("house/bad", &["--ignore", "house/bad"], "坏词", &["off"]),
        ("house/owed", &[], "好", &["no-customer"]),
        ("house/owed", &["--customer", "嗯"], "好", &["when"]),
        ("house/owed", &["--customer", "投诉"], "坏词", &["unless"]),
        ("house/owed", &["--customer", "投诉"], "没关系", &["paid"]),
        ("house/owed", &["--kind", "template"], "好", &["kind"]),
        ("house/lonely", &[], "坏词没关系", &["partner"]),
        ("house/order", &[], chat, &["in-order"]),
        ("house/often", &[], "没关系", &["within-limit"]),
        ("house/promised", &[], "我们会回复", &["where"]),
    ] {
        assert_eq!(silent(rule, arguments, input), reasons, "{rule} {arguments:?} {input}");
    }
}

#[test]
fn people_see_what_was_seen_and_what_was_made_of_it() {
    let place = place();
    let out = place.run(["explain-finding", "house/bad", "--text", "坏词典里有坏词。"]).code(0);
    insta::assert_snapshot!(out.stdout, @r"
    house/bad: found: 1
    1: agent: 坏词典里有坏词。
      hit      talk  “坏词”
      found    “坏词” is bad
    ");
    let out = place.run(["explain-finding", "house/bad", "--locale", "zh", "--text", "不说坏词"]).code(0);
    insta::assert_snapshot!(out.stdout, @r"
    house/bad: 没有提醒
    1: 客服: 不说坏词
      放过     bad  “坏词”  前面有否定词“不”（negated）
      不提醒   没有像 talk 的说法
    ");
    let same = place.run(["check", "--why-not", "house/bad", "--locale", "zh", "--text", "不说坏词"]).code(0);
    assert_eq!(same.stdout, out.stdout);
}

#[test]
fn a_line_can_be_asked_about_and_nothing_private_or_acting_comes_out() {
    let place = place();
    place.write(
        "chat.jsonl",
        "{\"turns\":[{\"role\":\"agent\",\"text\":\"坏词\"}]}\n{\"id\":\"\\u001b[2J\",\"turns\":[{\"role\":\"agent\",\"text\":\"电话13812345678，不说坏词\u{202e}\"}]}\n",
    );
    let out = place.run(["explain-finding", "house/bad", "chat.jsonl", "--line", "2"]).code(0);
    assert!(out.stdout.contains("138****5678") && !out.stdout.contains("13812345678"), "{}", out.stdout);
    assert_eq!(out.stdout.lines().count(), 4, "{}", out.stdout);
    place.run(["explain-finding", "house/bad", "chat.jsonl", "--show-pii"]).code(0).says(&["13812345678"]);
    place.run(["explain-finding", "house/bed", "--text", "x"]).code(2).warns(&["did you mean `house/bad`"]);
    place.run(["explain-finding", "house/bad", "missing.txt"]).code(2).warns(&["missing.txt"]);
}

#[test]
fn what_has_no_effect_is_an_error_and_what_can_never_be_found_is_said() {
    let place = place();
    for (good, bad, what) in [
        ("unless-near = [\"fine\"], once = true", "label = \"deadline\"", "need a cue that finds"),
        (
            "within = \"sentence\" }\nbad",
            "within = \"sentence\", where = { who = \"agent\" } }\nbad",
            "needs a cue that",
        ),
        ("max = 1, over = \"sentence\"", "over = \"sentence\"", "needs `min` or `max`"),
        (
            "measure = \"count\", find = \"fine\", max = 1, over = \"sentence\"",
            "measure = \"sentence-han\", max = 1, over = \"reply\"",
            "sentences are measured",
        ),
        (
            "measure = \"count\", find = \"fine\", max = 1, over = \"sentence\"",
            "measure = \"residue\", find = \"fine\", max = 1, over = \"reply\"",
            "belongs to",
        ),
        ("first = \"fine\", then = \"bad\"", "first = \"bad\", then = \"bad\"", "are the same"),
        ("when.any = [{ customer = \"complaint\" }]", "when.any = [{ owes = \"parrots\" }]", "owes “parrots”"),
        ("when.any = [{ customer = \"complaint\" }]", "when.any = [{ scenario = \"zoo\" }]", "no scenario “zoo”"),
        ("config.brand.channels", "config.brand.chanels", "no list “brand.chanels”"),
        ("[cue.talk]\nany = [\"bad\"]", "[cue.talk]\nany = [\"bad\"]\ndisguise = [\"spaced\"]", "has no effect"),
    ] {
        assert!(PACK.contains(good), "{good}");
        place.write("house.toml", PACK.replacen(good, bad, 1));
        place.run(["check", "--text", "好"]).code(2).warns(&[what]);
    }
    let idle = PACK.replace("phrases = [\"坏词\"]", "phrases = [\"坏词\", \"词条坏词\"]");
    place.write("house.toml", idle + "[cue.nobody]\nphrases = [\"无人\"]\n");
    let out = place.run(["rules", "test"]).code(0);
    out.warns(&["pack/never-found", "词条坏词", "pack/unused-cue", "“nobody”"]);
}

#[test]
fn a_pack_can_be_selected_by_its_name() {
    let place = Place::new();
    let all = place.findings(["--text", "滚开，尽快"]).len();
    assert_eq!(place.findings(["--text", "滚开，尽快", "--select", "house"]).len(), all);
    assert_eq!(place.findings(["--text", "滚开，尽快", "--ignore", "house"]).len(), 0);
    place.run(["check", "--text", "好", "--select", "hous"]).code(2).warns(&["hous"]);
}

#[test]
fn a_number_that_is_an_office_s_is_said_to_be_harmless_in_itself() {
    let place = Place::empty();
    let asked = |text: &str| {
        place.run(["explain-finding", "compliance/exposed-pii", "--text", text, "--locale", "en", "--show-pii"])
    };
    asked("物业前台0571-88880000").says(&["private-phone", "is harmless in itself here"]);
    asked("前台登记的客人电话0571-88880000").says(&["found: 1"]);
}

#[test]
fn where_nothing_came_near_it_is_said_what_the_rule_would_have_to_see() {
    let place = Place::empty();
    let asked = |rule: &str, locale: &str, text: &str| {
        place.run(["explain-finding", rule, "--no-config", "--locale", locale, "--text", text]).code(0).stdout
    };
    let closes = asked("duty/closes-unresolved", "en", "您好，今天天气不错。");
    for wanted in
        ["it needs: only-closing, ends-chat, said by the agent", "draft", "and one of: customer = \"unsolved\""]
    {
        assert!(closes.contains(wanted), "{wanted}: {closes}");
    }
    let marks = asked("wording/repeated-punctuation", "zh", "Hello.");
    assert!(marks.contains("要有的：客服的话里出现 exclaim-run"), "{marks}");
    for (rule, wanted) in [
        ("template/unfilled-slot", "a placeholder or a blank that is unfilled"),
        ("template/near-duplicate", "several templates"),
        ("pace/slow-first-reply", "the times of messages"),
        ("promise/broken-promise", "it needs: promise, said by the agent, and what came of it"),
        ("duty/missing-closing", "a reply of the agent without closing"),
        ("template/missing-metadata", "what a template says of itself"),
    ] {
        for locale in ["en", "zh"] {
            let said = asked(rule, locale, "您好，今天天气不错。");
            assert!(said.contains(if locale == "en" { wanted } else { "要有的：" }), "{rule} {locale}: {said}");
        }
    }
    // What came close is reported instead.
    for (rule, text) in [("wording/long-sentence", "您好。"), ("promise/vague-promise", "我们今天18:00前回复您。")]
    {
        let said = asked(rule, "en", text);
        assert!(!said.contains("it needs"), "{rule}: {said}");
    }
    let out = place.run(["explain-finding", "template/unfilled-slot", "-f", "jsonl", "--text", "好"]).code(0);
    let record: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!(record["needs"][0]["reason"], "needs-slot");
}
