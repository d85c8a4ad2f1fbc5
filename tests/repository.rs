//! Comparing templates, through the program: metadata, dates, duplicates, contradicting promises, agreed facts.

mod support;

use serde_json::Value;
use std::path::Path;
use support::{Place, each};

/// A template with this front matter.
fn template(front: &str, text: &str) -> String {
    format!("+++\n{front}\n+++\n{text}\n")
}

/// Findings of these rules on a folder, on a day.
fn found(place: &Place, day: &str) -> Vec<Value> {
    let out = place.run(["check", "-f", "json", "--select", "template/*", "--as-of", day, "t"]);
    out.document()["findings"].as_array().unwrap().clone()
}

#[test]
fn metadata_is_judged_where_it_stands() {
    let place = Place::empty();
    place
        .write("t/a.md", template("scenario = \"invioce\"\nreview-by = 2026-11-01\nowner = \"a\"", "您好，发票已开。"));
    place.write("t/b.md", template("scenario = \"invoice\"\napprover = \"b\"", "您好，您的订单已经取消。"));
    place.write("t/c.md", "您好，没有元数据。");
    let found = found(&place, "2026-11-22");
    let rules = ["template/unknown-scenario", "template/stale-template", "template/missing-metadata"];
    assert_eq!(each(&found, "rule"), rules);
    assert_eq!(each(&found, "quote"), ["invioce", "2026-11-01", "invoice"]);
    assert_eq!(found[0]["location"]["start"], serde_json::json!({ "line": 2, "column": 13 }));
    assert!(found[0]["help"].as_str().unwrap().contains("invoice"));
    assert!(found[1]["message"].as_str().unwrap().contains("21"));
    // Metadata is drawn in its own line.
    let out = place.run(["check", "--select", "template/*", "--as-of", "2026-11-22", "t/a.md"]).code(1);
    out.says(&["t/a.md:2:13", "scenario = \"invioce\"", "2026-11-01"]);
    place.run(["check", "--as-of", "yesterday", "t"]).code(2).warns(&["2026-11-22"]);
}

#[test]
fn what_has_expired_is_said_to_have_expired() {
    let place = Place::empty();
    let dated = |days: &str| template(&format!("owner = \"a\"\nscenario = \"question\"\n{days}"), "您好，发票已开。");
    place.write("t/a.md", dated("review = 2026-01-01\nexpires = 2026-10-31"));
    place.write("t/b.md", dated("review = 2026-01-01\nexpires = 2026-12-31"));
    place.write("t/c.md", dated("expires = 2026-01-01\nreview = 2026-10-31"));
    let found = found(&place, "2026-11-01");
    assert_eq!(each(&found, "rule"), ["template/stale-template"; 3]);
    assert_eq!(each(&found, "quote"), ["2026-10-31", "2026-01-01", "2026-01-01"]);
    let message = |at: usize| found[at]["message"].as_str().unwrap();
    for (at, said) in [(0, "has expired"), (1, "is due for review"), (2, "has expired")] {
        assert!(message(at).contains(said), "{}", message(at));
    }
    let out = place.run(["check", "--select", "template/*", "--as-of", "2026-11-01", "--locale", "zh", "t/a.md"]);
    out.says(&["“2026-10-31”已过 1 天，模板已经过期"]);
}

#[test]
fn a_template_for_several_channels_keeps_to_each() {
    let place = Place::empty();
    let front = |channel: &str| format!("owner = \"a\"\nscenario = \"question\"\nchannel = {channel}");
    place.write("t/a.md", template(&front("[\"wechat\", \"sms\"]"), &"您好，发票已经开好。".repeat(51)));
    place.write("t/b.md", template(&front("[\"wechat\", \"email\"]"), "您好，您的发票已开。"));
    let rules = each(&found(&place, "2026-11-01"), "rule");
    assert_eq!(rules, ["template/sms-too-long", "template/missing-subject"]);
}

#[test]
fn a_season_that_is_none_is_said_and_hides_nothing() {
    let place = Place::empty();
    let front = "owner = \"a\"\nscenario = \"question\"\nseason = \"32-01..40-01\"\nreview = 2025-11-20";
    place.write("t/a.md", template(front, "您好，发票已开。"));
    assert_eq!(each(&found(&place, "2026-07-01"), "rule"), ["template/stale-template"]);
    place.run(["check", "t"]).warns(&["not a part of the year", "t/a.md:4:11", "10-20..11-15"]);
}

#[test]
fn one_notice_for_several_channels_is_no_copy_of_itself() {
    let place = Place::empty();
    let line = |id: &str, channel: &str, text: &str| {
        format!("{{\"id\":\"{id}\",\"title\":\"t\",\"channel\":{channel},\"text\":\"{text}\"}}\n")
    };
    let text = "{nickname}您好！您申请的提现已通过，金额{money}，请前往商城提现记录中确认收款";
    // A text of placeholders alone is a template, too: in a folder as well as by name.
    let bare = line("4", "\"mnp\"", "1111{withdraw_time}");
    let two = line("1", "\"system\"", text) + &line("2", "\"sms\"", text) + &bare;
    place.write("t/notices.jsonl", &two);
    let run = |input: &str| place.run(["check", "-f", "json", "--select", "template/near-duplicate", input]).code(0);
    for input in ["t", "t/notices.jsonl"] {
        let document = run(input).document();
        assert_eq!(document["findings"].as_array().unwrap().len(), 0, "{document}");
        assert_eq!(document["summary"]["conversations"], 3, "{document}");
    }
    place.write("t/notices.jsonl", two + &line("3", "[\"wechat\", \"sms\"]", text));
    let document = run("t").document();
    assert_eq!(document["findings"][0]["related"][0]["location"]["start"]["line"], 2, "{document}");
}

#[test]
fn a_season_keeps_a_template_from_being_stale() {
    let place = Place::empty();
    let front = "owner = \"a\"\nscenario = \"question\"\nseason = \"双11\"\nreview = 2025-11-20";
    place.write("t/a.md", template(front, "双11当天下单，满300减40。"));
    assert!(found(&place, "2026-07-01").is_empty());
    assert_eq!(each(&found(&place, "2026-11-01"), "rule"), ["template/stale-template"]);
}

#[test]
fn templates_are_compared_with_one_another() {
    let place = Place::empty();
    let refund = "owner = \"a\"\nscenario = \"chase-refund\"\nshortcode = \"tk\"";
    place.write(
        "t/1.md",
        template(refund, "您好，您的退款申请已经收到，退款24小时内到账，款项原路退回，请您留意银行的短信通知。"),
    );
    place.write(
        "t/2.md",
        template(refund, "您好，您的退款申请已经收到，退款48小时内到账，款项原路退回，请您留意银行的短信通知。"),
    );
    place.write("t/3.md", template("owner = \"a\"\nscenario = \"chase-refund\"", "抱歉久等，退款24小时内到账。"));
    let found = found(&place, "2026-11-22");
    let rules = ["template/duplicate-shortcode", "template/near-duplicate", "template/conflicting-promises"];
    assert_eq!(each(&found, "rule"), rules, "{found:#?}");
    assert_eq!(each(&found, "path"), ["t/2.md", "t/2.md", "t/2.md"]);
    let conflict = &found[2];
    assert_eq!(conflict["quote"], "48小时内");
    let there = &conflict["related"][0];
    assert_eq!(
        (&there["path"], &there["quote"], &there["location"]["start"]["line"]),
        (&"t/1.md".into(), &"24小时内".into(), &6.into())
    );
    let text = "您好，您的退款申请已经收到，退款48小时内到账，款项原路退回，请您留意银行的短信通知。";
    assert_eq!(conflict["span"]["start"], text.find("48小时内").unwrap());
    let out = place.run(["check", "--select", "template/conflicting-promises", "t"]).code(1);
    out.says(&["t/2.md:6:", "t/1.md:6:", "24小时内"]);
    // A single template has nothing to be compared with.
    place.run(["check", "--select", "template/conflicting-promises", "t/2.md"]).code(0);
}

#[test]
fn the_order_and_the_names_do_not_depend_on_threads_or_arguments() {
    let place = Place::empty();
    for number in 0..60 {
        let front = format!("owner = \"a\"\nscenario = \"chase-refund\"\nshortcode = \"c{}\"", number % 7);
        let text = format!("您好，退款{}小时内到账，请您放心，款项会原路退回，短信会通知您。", 24 + number % 3);
        place.write(&format!("t/{number:02}.md"), template(&front, &text));
    }
    let run = |threads: &str, inputs: &[&str]| {
        let fixed = ["check", "-f", "json", "--select", "template/*", "--threads", threads];
        place.run(fixed.iter().chain(inputs)).stdout
    };
    let once = run("1", &["t"]);
    assert!(once.contains("template/near-duplicate"));
    assert_eq!(once, run("4", &["t"]));
    assert_eq!(once, run("2", &["t/5*.md", "t", "t/00.md"]));
    let document: Value = serde_json::from_str(&once).unwrap();
    let names = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["path"].to_string(), finding["fingerprint"].to_string()));
    let names: Vec<_> = names.collect();
    let unique: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "a finding's name is its own in its file");
}

#[test]
fn a_missing_language_is_seen_in_a_folder_only() {
    let place = Place::empty();
    for (scene, simplified, english) in [
        ("a", "您的发票明天寄出，请留意查收。", "Your invoice leaves tomorrow."),
        ("b", "您的退款已经提交，请留意短信。", "Your refund is on its way."),
    ] {
        place.write(&format!("t/{scene}/zh-Hans.md"), template("title = \"x\"", simplified));
        place.write(&format!("t/{scene}/en.md"), template("title = \"x\"", english));
    }
    place.write("t/c/en.md", template("title = \"Cancelled\"", "Your order is cancelled."));
    let found = found(&place, "2026-11-22");
    assert_eq!(each(&found, "rule"), ["template/missing-language"]);
    assert_eq!(each(&found, "path"), ["t/c/en.md"]);
    assert!(found[0]["message"].as_str().unwrap().contains("zh-Hans"));
    assert_eq!(found[0]["quote"], "Cancelled");
    let files = ["t/a/en.md", "t/a/zh-Hans.md", "t/b/en.md", "t/b/zh-Hans.md", "t/c/en.md"];
    let fixed = ["check", "--select", "template/missing-language"];
    place.run(fixed.iter().chain(&files)).code(0);
}

#[test]
fn agreed_facts_come_from_the_settings() {
    let place = Place::empty();
    place.write(
        "replylint.toml",
        "[facts]\ntimes.refund = [\"1至3个工作日\"]\namounts.\"运费\" = \"12元\"\nphones = [\"400-800-1234\"]\n\
         links = [\"example.com\"]\n[templates]\nrequired = [\"owner\", \"department\"]\n",
    );
    place.write(
        "a.md",
        template("title = \"x\"", "退款24小时内到账，运费15元，拨打400-800-4321，见https://examp1e.com/a。"),
    );
    place.write(
        "b.md",
        template(
            "owner = \"a\"\ndepartment = \"b\"",
            "退款3个工作日内到账，运费12元，拨打4008001234，见https://a.example.com/a。",
        ),
    );
    let document = place.run(["check", "-f", "json", "--select", "template/*", "."]).code(1).document();
    let found = document["findings"].as_array().unwrap();
    assert_eq!(each(found, "quote"), ["x", "24小时内", "15元", "400-800-4321", "https://examp1e.com/a"], "{found:#?}");
    assert_eq!(found[0]["rule"], "template/missing-metadata");
    assert!(found[0]["message"].as_str().unwrap().contains("owner, department"));
    place.write("replylint.toml", "[facts]\ntimes.refnud = \"1天\"\n");
    place.run(["check", "a.md"]).code(2).warns(&["facts.times.refnud", "refund"]);
    place.write("replylint.toml", "[facts]\ntimes.refund = \"soon\"\n");
    place.run(["check", "a.md"]).code(2).warns(&["replylint.toml:2", "soon", "facts.times"]);
}

#[test]
fn where_links_lead_is_held_against_the_facts_too() {
    let place = Place::empty();
    place.write("replylint.toml", "[facts]\nlinks = [\"example.com\"]\n");
    let told = |name: &str| {
        let found = place.findings([name, "--select=template/differs-from-facts"]);
        let said = each(&found, "message").into_iter().map(|said| said.split('”').next().unwrap().replace('“', ""));
        each(&found, "quote").into_iter().zip(said).collect::<Vec<_>>()
    };
    let pair = |words: &str, host: &str| (words.to_owned(), host.to_owned());
    let links = "<p>您好，請看 <a href=\"https://EVIL.org/x?a=1&amp;b=2\">our page</a>, <a href='//evil.net/x'> that one </a>, \
        <a href=\"https://shop.example.com/a\">this</a>, <a href=\"www.evil.io\">www.example.com</a>,\
        <a href=\"/help\">help</a>, <a href=\"#top\">top</a>, <a href=\"mailto:x@evil.com\">mail</a>, <a href=\"{{ link }}\">x</a>,\
        <a href=\"https://example.com@evil.dev/\">in</a>, <a href=\"https://evil.shop/\">https://evil.shop/</a>\
        <a href=\"https://evil.club\"><img src=\"a.png\"></a>. Thank you.</p>";
    let expected = [
        pair("our page", "evil.org"),
        pair("that one", "evil.net"),
        pair("www.example.com", "www.evil.io"),
        pair("in", "evil.dev"),
        pair("https://evil.shop/", "https://evil.shop/"),
        pair(".", "evil.club"),
    ];
    place.write("a.html", links);
    assert_eq!(told("a.html"), expected);
    place.write("b.csv", format!("title,text\na,\"{}\"\n", links.replace('"', "\"\"")));
    assert_eq!(told("b.csv"), expected);
    // The words are marked in the file.
    let at = links[..links.find("our page").unwrap()].chars().count() + 1;
    place.run(["check", "a.html", "--format=concise"]).code(1).says(&[&format!("a.html:1:{at}:"), "evil.org"]);
    // In Markdown they stand in the text.
    place.write("c.md", template("id = \"c\"", "See [our page](https://evil.org/x), [this](<https://evil.dev>), [ours](https://example.com/a) and <a href=\"https://evil.net\">that</a>, or [one][1].\n\n[1]: https://evil.two/abc"));
    let hosts = ["https://evil.org/x", "https://evil.dev", "https://evil.net", "https://evil.two/abc"];
    assert_eq!(told("c.md"), hosts.map(|host| pair(host, host)));
}

#[test]
fn versions_that_each_lack_a_placeholder_are_both_told() {
    let place = Place::empty();
    let rule = "--select=template/slot-differs-between-languages";
    let told = |versions: &[(&str, &str)]| {
        let _ = std::fs::remove_dir_all(place.path("t"));
        for (language, text) in versions {
            place.write(&format!("t/{language}.md"), template(&format!("language = \"{language}\""), text));
        }
        let found = place.findings(["t", rule]);
        each(&found, "message").into_iter().map(|said| said.replace(" is in one language version only", "")).collect()
    };
    let lacks =
        |name: &str, with: &str, without: &str| format!("{name}: t/{with}.md:4 has it, t/{without}.md:4 does not");
    let none: Vec<String> = Vec::new();
    let both = [lacks("b", "zh-Hans", "en"), lacks("a", "en", "zh-Hans")];
    let found: Vec<String> = told(&[("en", "Hello, {{a}} is here."), ("zh-Hans", "您好，{{b}}到了。")]);
    assert_eq!(found, both);
    let found: Vec<String> = told(&[("en", "Hello {{c}}, {{a}} is here."), ("zh-Hans", "您好{{c}}，{{b}}到了。")]);
    assert_eq!(found, both);
    let found: Vec<String> = told(&[("en", "Hello {{a}} is here."), ("zh-MO", "您好，到了。")]);
    assert_eq!(found, [lacks("a", "en", "zh-MO")]);
    // One of three has an extra one; what only the fullest has is reported for each of the others.
    let found: Vec<String> = told(&[
        ("en", "{{a}} {{b}} is here."),
        ("zh-Hans", "您好，{{a}}{{b}}到了。"),
        ("zh-Hant", "您好，{{a}}{{c}}到了。"),
    ]);
    assert_eq!(found, [lacks("c", "zh-Hant", "en"), lacks("c", "zh-Hant", "zh-Hans"), lacks("b", "en", "zh-Hant")]);
    // Names in ordinary words are matched as translations, by number.
    let found: Vec<String> =
        told(&[("en", "Hello {name}, {order_no} is here."), ("zh-Hans", "您好{姓名}，{订单号}到了。")]);
    assert_eq!(found, none);
    let found: Vec<String> = told(&[("zh-Hans", "您好{姓名}，到了。"), ("zh-Hant", "您好{客戶名稱}，到了。")]);
    assert_eq!(found, none);
    let found: Vec<String> = told(&[("en", "Hello {name}, it is here."), ("zh-Hans", "您好{姓名}，{订单号}到了。")]);
    assert_eq!(found, [lacks("姓名, 订单号", "zh-Hans", "en")]);
}

#[test]
fn our_own_templates_are_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let place = Place::empty();
    let out = place.run(["check".as_ref(), "--as-of".as_ref(), "2026-11-22".as_ref(), root.as_os_str()]);
    assert_eq!((out.code, out.stdout.as_str()), (0, ""));
}
