//! Imported rules and rules in a sheet, through the program: the written pack loads and holds, and the rest is listed.

mod support;

use std::time::Instant;
use support::{Out, Place, each};

/// The pack loads on top of the default rules, and every example holds.
#[track_caller]
fn holds(place: &Place, pack: &str) {
    place.run(["rules", "test", pack]).code(0);
}

#[track_caller]
fn text(place: &Place, name: &str) -> String {
    String::from_utf8(place.read(name)).unwrap()
}

#[track_caller]
fn import(place: &Place, arguments: &[&str], code: i32) -> Out {
    place.run([&["import"], arguments].concat()).code(code)
}

fn rules(place: &Place, pack: &str, said: &str) -> Vec<String> {
    let name = pack.trim_end_matches(".toml");
    let select = format!("--select={name}/*");
    each(&place.findings(["--text", said, "--pack", pack, &select, "--fail-on=error"]), "rule")
}

fn style(place: &Place) {
    for (name, text) in [
        (
            "Closed",
            "extends: existence\nmessage: \"Don't say '%s'\"\nlevel: error\nignorecase: true\nlink: https://example.com/t\n\
             tokens:\n  - star plan\n  - gr[ae]y tariff\n  - '\\d+ coins?'\n  - '(?<!no )bonus'\nexceptions:\n  - grey tariff map\n",
        ),
        (
            "Words",
            "extends: substitution\nmessage: Use '%s' instead of '%s'\nignorecase: true\nswap:\n  tap me: tap Account\n  \
             'e-?mail address': address\n  '(\\d+) dollars': $1 USD\n  app: our app\n",
        ),
        ("Bangs", "extends: occurrence\nmessage: too many\nscope: sentence\nmax: 2\ntoken: '!'\n"),
        (
            "Long",
            "extends: occurrence\nmessage: shorter\nlevel: suggestion\nscope: sentence\nmax: 12\ntoken: '\\b(\\w+)\\b'\n",
        ),
        ("Twice", "extends: repetition\nmessage: \"'%s' twice\"\ntokens:\n  - very\n  - '[^\\s]+'\n"),
        ("Forms", "extends: consistency\nmessage: pick one\nignorecase: true\neither:\n  parcel: package\n"),
        ("Number", "extends: conditional\nmessage: needs its number\nfirst: claim form\nsecond: form number\n"),
        (
            "Row",
            "extends: sequence\nmessage: no\nignorecase: true\ntokens:\n  - pattern: ring\n  - pattern: back|again\n    skip: 2\n",
        ),
        ("Heads", "extends: capitalization\nmessage: heads\nmatch: $title\nscope: heading\n"),
        ("Spell", "extends: spelling\nmessage: typo\nfilters:\n  - '[a-z]+'\n"),
    ] {
        place.write(&format!("style/{name}.yml"), text);
    }
    place.write("style/meta.json", "{\"feed\": \"https://example.com\"}");
}

#[test]
fn a_style_of_vale_becomes_rules_that_find_the_same() {
    let place = Place::empty();
    style(&place);
    let out = import(&place, &["style", "-o", "house.toml"], 1);
    out.warns(&[
        "Closed.yml:10",
        "look-around",
        "Heads.yml",
        "capitalization",
        "Row.yml",
        "Spell.yml",
        "Twice.yml",
        "Words.yml",
    ]);
    holds(&place, "house.toml");
    let pack = text(&place, "house.toml");
    for left in ["# style/Closed.yml:10: Closed: ", "heading", "# style/Spell.yml:1: Spell: ", "$1 USD"] {
        assert!(
            pack.lines().take_while(|line| line.starts_with('#')).any(|line| line.contains(left)),
            "{left}\n{pack}"
        );
    }
    for (said, rule) in [
        ("You are on the Star Plan now.", "house/closed"),
        ("That costs 12 coins.", "house/closed"),
        ("Please tap me there.", "house/words"),
        ("Five dollars is 5 dollars.", "house/words-2"),
        ("Yes!!!", "house/bangs"),
        ("That is very very good.", "house/twice"),
        ("The parcel is no package.", "house/forms"),
        ("Send the claim form.", "house/number"),
        ("I will ring you back.", "house/row"),
    ] {
        assert_eq!(rules(&place, "house.toml", said), [rule], "{said}");
    }
    for said in
        ["See the grey tariff map.", "Open our app.", "Yes!!", "The claim form needs the form number.", "no bonus"]
    {
        assert_eq!(rules(&place, "house.toml", said), [""; 0], "{said}");
    }
    let fixed =
        place.run(["check", "--text", "Please tap me.", "--pack", "house.toml", "--select=house/*", "-f", "json"]);
    assert!(fixed.stdout.contains("tap Account"), "{fixed:?}");
    // What is there is not replaced unless asked.
    import(&place, &["style", "-o", "house.toml"], 2).warns(&["--force"]);
    import(&place, &["vale", "style/Forms.yml", "-o", "house.toml", "--force"], 0);
    holds(&place, "house.toml");
}

const ALIYUN: &str = r#"{"Data":{"conditions":[
 {"cid":"1","check_range":{"role":"客服"},"operators":[{"oid":"11","type":"HIT_ANY_KEYWORDS","param":{"keywords":["自己看去","爱买不买"]}}],"lambda":"11"},
 {"cid":"2","check_range":{"role":"客户"},"operators":[{"oid":"21","type":"REGULAR_EXPRESSION","param":{"regex":".*(修改|重置)密码.*","notRegex":"不用修改密码"}}],"lambda":"21"},
 {"cid":"3","check_range":{"role":"客服","anchor":{"cid":"2","location":"AFTER","hit_time":-1},"range":{"from":1,"to":3}},"operators":[{"oid":"31","type":"HIT_ANY_KEYWORDS","param":{"keywords":["身份核验","核对身份"]}}],"lambda":"31"},
 {"cid":"4","check_range":{"role":"客服","range":{"from":1,"to":2}},"operators":[{"oid":"41","type":"HIT_ANY_KEYWORDS","param":{"keywords":["工号"]}}],"lambda":"41"},
 {"cid":"5","check_range":{"role":"客服"},"operators":[{"oid":"51","type":"INCLUDE_KEYWORDS","param":{"keywords":["退款","走不了"],"in_sentence":true}}],"lambda":"51"},
 {"cid":"6","check_range":{"role":"客服"},"operators":[{"oid":"61","type":"INTERVAL_GREATER","param":{"interval":2000}}],"lambda":"61"},
 {"cid":"7","check_range":{"role":"客服"},"operators":[{"oid":"71","type":"ADVANCED_REPEAT_DETECT","param":{"similarity_threshold":0.8,"hit_time":1,"threshold":5,"excludes":["请稍等"]}}],"lambda":"71"},
 {"cid":"8","check_range":{"role":"客服"},"operators":[{"oid":"81","type":"HIT_ANY_KEYWORDS","param":{"keywords":["补偿券"]}}],"lambda":"81"},
 {"cid":"9","check_range":{"role":"客服"},"operators":[{"oid":"91","type":"HIT_ANY_KEYWORDS","param":{"keywords":["有效期"]}}],"lambda":"91"}],
 "rules":[
 {"rid":"100","name":"态度差","triggers":["1"],"scoreInfo":{"score":5},"comments":"不许顶撞"},
 {"rid":"101","name":"没有核验身份","triggers":["2&&!3"]},
 {"rid":"102","name":"没报工号","triggers":["!4"]},
 {"rid":"103","name":"推退款","lambda":"5||6"},
 {"rid":"104","name":"静音","lambda":"6"},
 {"rid":"105","name":"反复说","lambda":"7"},
 {"rid":"106","name":"补偿没说期限","lambda":"8&&!9"},
 {"rid":"107","name":"只看客户","lambda":"2"},
 {"rid":"108","name":"三样都说","lambda":"1&&8&&9"}]}}"#;

#[test]
fn rules_of_alibaba_cloud_become_verbs() {
    let place = Place::empty();
    place.write("rules.json", ALIYUN);
    let out = import(&place, &["rules.json", "-o", "qa.toml"], 1);
    out.warns(&[
        "rules.json:12",
        "scoreInfo",
        "rules.json:14",
        "rules.json:15",
        "INTERVAL_GREATER",
        "rules.json:19",
        "rules.json:20",
    ]);
    holds(&place, "qa.toml");
    let pack = text(&place, "qa.toml");
    for name in ["rule-100", "rule-101", "rule-102", "rule-103", "rule-105", "rule-106"] {
        assert!(pack.contains(&format!("[rule.{name}]")), "{name}\n{pack}");
    }
    assert!(!pack.contains("[rule.rule-104]") && !pack.contains("[rule.rule-107]") && pack.contains("不许顶撞"));
    let judged = |customer: &str, reply: &str| {
        let ask =
            ["--customer", customer, "--text", reply, "--pack", "qa.toml", "--select=qa/*", "--ignore=qa/rule-102"];
        each(&place.findings(ask), "rule")
    };
    assert_eq!(judged("在吗", "不满意就自己看去"), ["qa/rule-100"]);
    assert_eq!(judged("我要重置密码", "好的"), ["qa/rule-101"]);
    assert_eq!(judged("我要重置密码", "先核对身份"), [""; 0]);
    assert_eq!(judged("我不用修改密码", "好的"), [""; 0]);
    assert_eq!(judged("在吗", "走不了，退款也没用。"), ["qa/rule-103"]);
    assert_eq!(judged("在吗", "送您补偿券"), ["qa/rule-106"]);
    assert_eq!(judged("在吗", "送您补偿券，有效期到周五"), [""; 0]);
    // UploadRule's input has the rules in a string.
    let inner: serde_json::Value = serde_json::from_str(ALIYUN).unwrap();
    let outer = serde_json::json!({ "JsonStr": inner["Data"].to_string() });
    place.write("upload.json", outer.to_string());
    import(&place, &["aliyun", "upload.json", "-o", "up.toml"], 1);
    holds(&place, "up.toml");
}

#[test]
fn rules_of_contact_lens_become_verbs() {
    let place = Place::empty();
    let words = |kind: &str, words: &[&str], role: &str, negate: bool| {
        serde_json::json!({ "Operator": "CONTAINS_ANY", "Operands": words, "Negate": negate,
            "ComparisonValue": format!("$.ContactLens.PostChat.{kind}.Transcript"),
            "FilterClause": { "LogicOperator": "AND", "Filters": [{ "Type": "ParticipantRole", "Data": role }] } })
    };
    let queue = serde_json::json!({ "Operator": "CONTAINS_ANY", "Operands": ["1111"], "ComparisonValue": "$.ContactLens.PostChat.Queue.QueueId" });
    let and = |parts: &[&serde_json::Value]| serde_json::json!({ "Version": "2022-11-25", "RuleFunction": { "Operator": "AND", "Operands": parts } });
    let refund = words("ExactMatch", &["money back", "refund"], "CUSTOMER", false);
    let call = words("SemanticMatch", &["I will call you"], "AGENT", true);
    let pattern = serde_json::json!({ "Operator": "CONTAINS_ANY", "ComparisonValue": "$.ContactLens.PostChat.PatternMatch.Transcript",
        "Operands": [[{ "Type": "PLAIN", "Value": "hidden" }, { "Type": "PROXIMITY", "Value": { "Distance": 3, "IsWithin": true } },
            { "Type": "LIST", "Value": [{ "Type": "PLAIN", "Value": "fee" }, { "Type": "PLAIN", "Value": "charge" }] }],
            [{ "Type": "NUMERICAL", "Value": { "Decimal": true } }]],
        "FilterClause": { "Filters": [{ "Type": "ParticipantRole", "Data": "AGENT" }, { "Type": "PostChatContactPeriodSeconds", "Data": { "Last": 20 } }] } });
    let all = serde_json::json!([
        { "Rule": { "Name": "Refund, no call", "Function": and(&[&refund, &call, &queue]).to_string(), "Actions": [] } },
        { "Name": "Cost talk", "Function": and(&[&pattern]) },
        { "Name": "Only a queue", "Function": and(&[&queue]) },
    ]);
    place.write("lens.json", all.to_string());
    let out = import(&place, &["lens.json", "-o", "lens.toml"], 1);
    out.warns(&["Actions"]);
    holds(&place, "lens.toml");
    let pack = text(&place, "lens.toml");
    for left in ["similar", "Queue.QueueId", "Only a queue", "NUMERICAL", "Last 20 s", "in characters"] {
        assert!(pack.lines().any(|line| line.starts_with('#') && line.contains(left)), "{left}\n{pack}");
    }
    let judged = |customer: &str, reply: &str| {
        each(
            &place.findings(["--customer", customer, "--text", reply, "--pack", "lens.toml", "--select=lens/*"]),
            "rule",
        )
    };
    assert_eq!(judged("I want my money back", "No."), ["lens/refund-no-call"]);
    assert_eq!(judged("I want my money back", "I will call you at six."), [""; 0]);
    assert_eq!(judged("Hello", "There is a hidden little fee."), ["lens/cost-talk"]);
    assert_eq!(judged("Hello", "A refund is on its way."), [""; 0]);
}

#[test]
fn lists_of_words_become_rules_by_what_is_said_of_them() {
    let place = Place::empty();
    place.write("words.txt", "# ours\n绝对没问题\n亲爱的 => 您好\n!!\n");
    import(&place, &["words.txt", "-o", "list.toml"], 1).warns(&["words.txt:4"]);
    holds(&place, "list.toml");
    assert_eq!(rules(&place, "list.toml", "绝对没问题，亲爱的"), ["list/words", "list/words-2"]);
    let sheet = "分类,禁用词,建议用语,级别,场景,归属\n推诿,不归我管,,红线,,甲\n推诿,找别人,,红线,投诉,乙\n口语,木有,没有,低,,\n,咋整,怎么办,超高,火星,\n";
    place.write("words.csv", sheet);
    let out = import(&place, &["words.csv", "-o", "sheet.toml"], 1);
    out.warns(&["words.csv:1", "归属", "words.csv:5", "超高", "words.csv:5", "火星"]);
    holds(&place, "sheet.toml");
    let found = place.findings(["--text", "这不归我管，木有办法", "--pack", "sheet.toml", "--select=sheet/*"]);
    assert_eq!(each(&found, "severity"), ["error", "advice"]);
    let found = |scenario: &str| {
        let ask = ["--text", "您找别人吧", "--scenario", scenario, "--pack", "sheet.toml", "--select=sheet/*"];
        place.findings(ask).len()
    };
    assert_eq!((found("complaint"), found("question")), (1, 0));
    // As people paste lists: numbered, with bullets, quotation marks and notes.
    let list = "// ours\n- 木有办法\n1. “绝对没问题”\n2、\"咋整\" => \"怎么办\"\n（3）行不行\n24小时到账\n3.15活动\n";
    place.write("pasted.txt", list);
    import(&place, &["pasted.txt", "-o", "pasted.toml"], 0);
    let pack = text(&place, "pasted.toml");
    for word in
        ["\"木有办法\"", "\"绝对没问题\"", "\"咋整\" = \"怎么办\"", "\"24小时到账\"", "\"3.15活动\"", "（3）行不行"]
    {
        assert!(pack.contains(word), "{word}: {pack}");
    }
    assert!(!pack.contains("ours"), "{pack}");
    place.write("levels.csv", "词,级别\n不归我管,错误\n找别人,注意\n木有,提示\n");
    import(&place, &["levels.csv", "-o", "levels.toml"], 0);
    let said = ["--text", "不归我管，找别人，木有", "--pack", "levels.toml", "--select=levels/*"];
    assert_eq!(each(&place.findings(said), "severity"), ["error", "warning", "advice"]);
    place.write("gbk.csv", encoding_rs::GB18030.encode("词,替换\n木有,没有\n").0);
    import(&place, &["gbk.csv", "-o", "gbk.toml"], 0).warns(&["input/encoding-guessed"]);
    holds(&place, "gbk.toml");
}

#[test]
fn what_is_broken_or_made_to_harm_is_said_and_the_rest_is_done() {
    let place = Place::empty();
    let mut laughs =
        "extends: existence\nmessage: x\na0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        laughs = format!("{laughs}a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", "));
    }
    place.write("bad/Laughs.yml", laughs);
    place.write("bad/Open.yml", "extends: \"existence\nmessage: [");
    place.write("bad/Empty.yml", "");
    place.write("bad/Other.yml", "title: no rule\n");
    place.write("bad/Bytes.yml", b"extends: existence\n\xff\xfe\xff");
    let bombs = [
        "(a{1000}){1000}",
        "((((((a{90}){90}){90}){90}){90}){90})",
        "(x+x+)+y",
        "a{99999999}",
        &"(".repeat(3000),
        "\\p{Lu}+",
        "(?=x)x",
    ];
    let bombs = bombs.iter().map(|bomb| format!("  - '{bomb}'\n")).collect::<Vec<_>>().concat();
    place.write(
        "bad/Regex.yml",
        format!("extends: existence\nmessage: x\nignorecase: true\ntokens:\n  - fine word\n{bombs}"),
    );
    let begun = Instant::now();
    let out = import(&place, &["bad", "-o", "pack.toml"], 2);
    out.warns(&["Bytes.yml", "Empty.yml", "Laughs.yml", "Open.yml", "Other.yml", "Regex.yml"]);
    holds(&place, "pack.toml");
    assert_eq!(rules(&place, "pack.toml", "a fine word"), ["pack/regex"]);
    assert!(text(&place, "pack.toml").matches("# bad/Regex.yml:").count() >= 5);
    place.write("deep.json", ["{\"conditions\":[],\"rules\":", &"[".repeat(200_000)].concat());
    import(&place, &["deep.json", "-o", "deep.toml"], 2).warns(&["deep.json"]);
    let rule = |lambda: &str| format!("{{\"conditions\":[],\"rules\":[{{\"name\":\"x\",\"lambda\":\"{lambda}\"}}]}}");
    for (name, lambda) in [
        ("nots", "!".repeat(50_000)),
        ("opens", "(".repeat(50_000)),
        ("odd", "1;2".to_owned()),
        ("gone", "7".to_owned()),
    ] {
        place.write(&format!("{name}.json"), rule(&lambda));
        import(&place, &["aliyun", &format!("{name}.json"), "-o", "none.toml"], 2);
    }
    let circle = r#"{"conditions":[{"cid":"1","check_range":{"role":"客服","anchor":{"cid":"1","location":"AFTER"}},"operators":[{"oid":"1","type":"HIT_ANY_KEYWORDS","param":{"keywords":["兜圈"]}}],"lambda":"1"}],"rules":[{"name":"x","lambda":"1"}]}"#;
    place.write("circle.json", circle);
    import(&place, &["aliyun", "circle.json", "-o", "circle.toml"], 0);
    place.write("bomb.xlsx", b"PK\x03\x04 and no archive");
    import(&place, &["bomb.xlsx", "-o", "bomb.toml"], 2).warns(&["input/bad-xlsx"]);
    let ways = (0..40).map(|number| format!("(a{number}||b{number})")).collect::<Vec<_>>().join("&&");
    place.write("ways.json", rule(&ways));
    import(&place, &["aliyun", "ways.json", "-o", "ways.toml"], 2);
    place.write("names.txt", "a]\n\u{1b}[2Jred\n\u{202e}evil\n\"\"\"quote\n");
    import(&place, &["names.txt", "-o", "names.toml"], 1);
    holds(&place, "names.toml");
    import(&place, &["nowhere.yml", "-o", "a.toml"], 2).warns(&["nowhere.yml"]);
    import(&place, &["names.txt", "-o", "a.json"], 2).warns(&[".toml"]);
    assert!(begun.elapsed().as_secs() < 100);
    assert!(!place.files().iter().any(|file| file == "none.toml" || file == "deep.toml"));
}

#[test]
fn a_sheet_of_rules_goes_out_and_comes_back() {
    let place = Place::empty();
    let pack = "name = \"house\"\n\n[cue.house-closed]\nphrases = [\"星享套餐\", \"=1+1吧\", \"star plan\"]\n\n[rule.closed]\nseverity = \"warning\"\n\
        message = { zh = \"“{quote}”已停售\", en = \"“{quote}” is gone\" }\nhelp = { zh = \"介绍畅享套餐\", en = \"offer Flow\" }\n\
        why = { zh = \"办不了\", en = \"nobody can\" }\ncheck.forbid = { find = \"house-closed\" }\n\
        bad = [{ reply = \"可以办⟦星享套餐⟧。\" }, { reply = \"the ⟦star plan⟧\" }]\ngood = [{ reply = \"办畅享套餐。\" }]\n\n\
        [cue.house-plain]\nphrases = [\"木有\"]\n\n[rule.plain]\nseverity = \"advice\"\nmessage = { zh = \"写“{better}”\", en = \"write “{better}”\" }\n\
        help = { zh = \"改\", en = \"change\" }\nwhy = { zh = \"书面\", en = \"plain\" }\n\
        check.prefer = { find = \"house-plain\", instead = { \"木有\" = \"没有\" }, fix = \"safe\" }\nbad = [{ reply = \"⟦木有⟧了\" }]\ngood = [{ reply = \"没有了\" }]\n";
    place.write("house.toml", pack);
    let ours = ["--pack", "house.toml", "--select=house/*"];
    for sheet in ["rules.csv", "rules.xlsx"] {
        if sheet.ends_with("xlsx") && !cfg!(feature = "xlsx") {
            continue;
        }
        place.run([&["rules", "export", "-o", sheet][..], &ours].concat()).code(0);
        // Nothing was edited, so nothing is written.
        place.run(["rules", "import", sheet, "-o", "none.toml", "--pack", "house.toml"]).code(0).warns(&["nothing"]);
        // Without the pack, all that the sheet shows becomes one.
        let back = format!("back/{}/house.toml", sheet.replace('.', "-"));
        place.write(&format!("{back}.x"), "");
        place.run(["rules", "import", sheet, "-o", &back]).code(0);
        holds(&place, &back);
        let again = format!("again-{}.csv", sheet.replace('.', "-"));
        place
            .run(["rules", "export", "-o", "first.csv", "--force", "--pack", "house.toml", "--select=house/*"])
            .code(0);
        place.run(["rules", "export", "-o", &again, "--pack", &back, "--select=house/*"]).code(0);
        assert_eq!(text(&place, &again), text(&place, "first.csv"));
    }
    let sheet = text(&place, "rules.csv");
    assert!(sheet.contains("'=1+1吧"), "{sheet}");
    // A severity, a message, words, a better wording and an example are changed.
    let edited = sheet
        .replacen("house/closed,on,warning,星享套餐", "house/closed,on,error,星享套餐", 1)
        .replace("介绍畅享套餐", "介绍新套餐")
        .replacen("house/plain,on,advice,木有,没有", "house/plain,on,advice,木有,没得", 1)
        + "house/plain,,,咋整,怎么办\r\nhouse/closed,,,月光套餐\r\nhouse/new,,必改,新词儿\r\npromise/vague-promise,,advice,回头再说\r\n";
    place.write("edited.csv", edited);
    place
        .run(["rules", "import", "edited.csv", "-o", "more.toml", "--pack", "house.toml"])
        .code(1)
        .warns(&["promise/vague-promise"]);
    let judged = |said: &str| {
        let found = place.findings(["--text", said, "--pack", "house.toml", "--pack", "more.toml", "--select=more/*"]);
        found
            .iter()
            .map(|one| {
                format!(
                    "{} {} {}",
                    one["rule"].as_str().unwrap(),
                    one["severity"].as_str().unwrap(),
                    one["help"].as_str().unwrap_or_default()
                )
            })
            .collect::<Vec<_>>()
    };
    for (said, expected) in [
        ("月光套餐", "more/closed error"),
        ("星享套餐", "more/closed error"),
        ("咋整", "more/plain advice"),
        ("新词儿", "more/new error"),
    ] {
        let found = judged(said);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{said}: {found:?}");
    }
    let soon = place.findings([
        "--text",
        "我们会尽快给您回复。",
        "--pack",
        "house.toml",
        "--pack",
        "more.toml",
        "--select=more/*",
    ]);
    assert_eq!(each(&soon, "severity"), ["advice"]);
    // A removed word is no longer found.
    let kept = sheet.lines().filter(|line| !line.contains("star plan"));
    let without = kept.map(|line| format!("{line}\r\n")).collect::<Vec<_>>().concat();
    place.write("without.csv", without);
    place.run(["rules", "import", "without.csv", "-o", "less.toml", "--pack", "house.toml"]).code(0);
    let left = |said: &str| {
        place.findings(["--text", said, "--pack", "house.toml", "--pack", "less.toml", "--select=less/*"]).len()
    };
    assert_eq!((left("the star plan"), left("星享套餐")), (0, 1));
    for (name, cells) in [("heads.csv", "a,b\n1,2\n"), ("empty.csv", "")] {
        place.write(name, cells);
        place.run(["rules", "import", name, "-o", "x.toml"]).code(2);
    }
}

#[test]
fn json_is_no_list_of_words() {
    let place = Place::empty();
    place.write("b.jsonl", "{\"id\":broken\n{\"id\":\"2\",\"text\":\"马上就好\"}\n");
    place.write("c.txt", "马上就好\n[{\"word\": \"不归我管\"}]\n");
    for (name, line) in [("b.jsonl", 1), ("c.txt", 2)] {
        let out = place.run(["import", "words", name, "-o", "x.toml"]).code(2);
        assert!(
            out.stderr.contains(&format!("{name}:{line}:")) && out.stderr.contains("this is JSON"),
            "{}",
            out.stderr
        );
        assert!(!place.path("x.toml").exists());
    }
}

/// `rules import` of a sheet with these rows, and the pack if one was written.
fn imported(place: &Place, rows: &str, code: i32) -> (String, Option<String>) {
    place.write("rows.csv", format!("规则,启用,级别,词语\n{rows}"));
    let out = place.run(["rules", "import", "rows.csv", "-o", "rows.toml", "--force"]).code(code);
    let pack = place.path("rows.toml").exists().then(|| text(place, "rows.toml"));
    let _ = std::fs::remove_file(place.path("rows.toml"));
    (out.stderr.replace("\n  │ ", " "), pack)
}

#[test]
fn severities_and_switches_of_a_sheet_are_those_of_its_lists() {
    let place = Place::empty();
    let (said, pack) = imported(&place, "conduct/grovelling,,建议改,\nconduct/grovelling,,严重,\n", 2);
    assert!(
        said.contains("rows.csv:3") && said.contains("“严重” is no severity") && said.contains("did you mean error?"),
        "{said}"
    );
    assert!(pack.is_none_or(|pack| !pack.contains("severity = \"error\"")));
    let (said, pack) = imported(&place, "house/mine,,eror,新词儿呀\nhouse/other,,可选,别的词呀\n", 2);
    assert!(said.contains("did you mean error?") && pack.unwrap().contains("[rule.other]"), "{said}");
    let (said, pack) = imported(&place, "conduct/grovelling,否,,\nwording/jargon,maybe,,\n", 2);
    assert!(said.contains("ignore = [\"conduct/grovelling\"]") && said.contains("on or off, and not: maybe"), "{said}");
    assert_eq!(pack, None);
}

#[test]
fn a_word_that_is_taken_out_is_gone_and_nothing_is_told_twice() {
    let place = Place::empty();
    // Only new words: nothing is removed, and nothing is said about the others.
    let (said, pack) = imported(&place, "conduct/dismissive-wording,,,爱要不要哦亲\n", 0);
    assert!(pack.unwrap().contains("爱要不要哦亲"), "{said}");
    // A second rule for it would report everything twice.
    let (said, pack) = imported(&place, "house/mine,,必改,爱要不要哦亲\nhouse/mine,,,星河套餐\n", 1);
    assert!(said.contains("爱要不要 (conduct/dismissive-wording)"), "{said}");
    let pack = pack.unwrap();
    assert!(
        pack.contains("星河套餐") && !pack.lines().any(|line| !line.starts_with('#') && line.contains("爱要不要")),
        "{pack}"
    );
    // A word of a cue that has parts in two languages.
    place.run(["rules", "export", "-o", "all.csv", "--select", "conduct/dismissive-wording"]).code(0);
    let all = text(&place, "all.csv");
    let kept = all.lines().filter(|line| !line.contains("爱要不要")).flat_map(|line| [line, "\n"]).collect::<String>();
    assert_eq!(all.lines().count() - 1, kept.lines().count());
    place.write("kept.csv", kept);
    let out = place.run(["rules", "import", "kept.csv", "-o", "less.toml"]).code(0);
    assert!(!out.stderr.contains("taken out"), "{}", out.stderr);
    let found = |said: &str| {
        let found =
            place.findings(["--text", said, "--pack", "less.toml", "--select=conduct/dismissive-wording,less/*"]);
        each(&found, "rule")
    };
    assert_eq!(found("好的，爱要不要"), [""; 0]);
    assert_eq!(found("再说最后一遍"), ["less/dismissive-wording"]);
    assert_eq!(found("That's not my problem."), ["less/dismissive-wording"]);
}

#[test]
fn the_default_rules_come_back_as_they_went() {
    let place = Place::empty();
    place.run(["rules", "export", "-o", "all.csv"]).code(0);
    // A message about a rule is given once.
    let sheet = text(&place, "all.csv");
    assert_eq!(sheet.matches("shuts the customer out").count(), 1);
    place.run(["rules", "import", "all.csv", "-o", "none.toml"]).code(0).warns(&["nothing was written"]);
    assert!(!place.files().iter().any(|file| file == "none.toml"));
}
