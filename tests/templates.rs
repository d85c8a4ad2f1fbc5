//! Templates and their placeholders through the program.

mod support;

use support::{Place, each, location};

const SLOTS: &str = "--select=template/*";

#[test]
fn placeholders_are_held_against_what_is_declared() {
    let place = Place::empty();
    place.write("replylint.toml", "[slots]\ndeclared = [\"order_no\", \"shop.*\"]\n");
    place.write(
        "a.md",
        "+++\nslots = [\"customer_name\"]\n+++\n您好，{{custmer_name}}，{{order_no}}由{{shop.name}}发出。\n",
    );
    place.write("b.md", "+++\ntitle = \"b\"\n+++\nOrder {{ order_nr }} has shipped.\n");
    let found = place.findings(["a.md", "b.md", SLOTS]);
    assert_eq!(each(&found, "quote"), ["{{custmer_name}}", "{{ order_nr }}"]);
    assert_eq!(each(&found, "help")[0], "did you mean customer_name? Declared: customer_name, order_no, shop.*");
    assert_eq!(found[0]["fixes"][0]["edits"][0]["text"], "{{customer_name}}");
    place.run(["check", "a.md", SLOTS, "--fix", "--unsafe-fixes"]).code(0);
    assert!(String::from_utf8(place.read("a.md")).unwrap().contains("您好，{{customer_name}}，"));
}

#[test]
fn a_dialect_says_which_names_need_no_declaring_and_whether_there_are_fallbacks() {
    let place = Place::empty();
    let text = "+++\nslots = []\n+++\nHi {{ticket.requester.first_name}}, see {{ticket.url}}.\n";
    place.write("a.md", text);
    let rules = |place: &Place| each(&place.findings(["a.md", SLOTS]), "rule");
    let unknown = "template/unknown-slot";
    let fallback = "template/slot-without-fallback";
    assert_eq!(rules(&place), [fallback, unknown, unknown]);
    place.write("replylint.toml", "[slots]\ndialect = \"zendesk\"\n");
    assert_eq!(rules(&place), [fallback]);
    place.write("replylint.toml", "[slots]\ndialect = \"handlebars\"\n");
    assert_eq!(rules(&place), [unknown, unknown]);
}

#[test]
fn the_standard_variables_of_a_system_are_held_by_their_full_names() {
    let place = Place::empty();
    let chatwoot = |text: &str| format!("[{{\"id\": 1, \"short_code\": \"hi\", \"content\": \"{text}\"}}]\n");
    place.write(
        "a.json",
        chatwoot("Hi {{contact.nme | default: 'there'}}, {{contact.custom_attribute.nme}} {{agent.name}} [date]"),
    );
    let found = place.findings(["a.json", SLOTS]);
    assert_eq!(each(&found, "quote"), ["{{contact.nme | default: 'there'}}"]);
    let help = each(&found, "help").remove(0);
    assert!(help.starts_with("did you mean contact.name? Declared: contact.name, "), "{help}");
    assert_eq!(found[0]["fixes"][0]["edits"][0]["text"], "{{contact.name | default: 'there'}}");
    // Similar only in letters: nothing is suggested or filled in.
    place.write("a.json", chatwoot("Ticket {{contact.reply_time}}"));
    let found = place.findings(["a.json", SLOTS]);
    assert!(each(&found, "help")[0].starts_with("Declared: "), "{found:?}");
    assert_eq!(found[0]["fixes"].as_array().map(Vec::len), Some(0));
    for (dialect, text, expected) in [
        (
            "zendesk",
            "{{ticket.requester.fist_name}} {{ticket.ticket_field_77}} {{dc.hello}}",
            vec!["{{ticket.requester.fist_name}}"],
        ),
        (
            "zendesk",
            "{% for comment in ticket.comments %}{{comment.value}}{% endfor %}{{commnt.value}}",
            vec!["{{commnt.value}}"],
        ),
        ("zendesk", "{% assign shop = 'us' %}{{shop}}{{current_user.organization.name}}{{'now' | date}}", vec![]),
        (
            "gorgias",
            "{{ticket.customer.integrations.shopify.orders[0].name}} {{ticket.custmer.firstname}}",
            vec!["{{ticket.custmer.firstnam…"],
        ),
        ("freshdesk", "{{ticket.cf_size}} {{ticket.requester.first_name}}", vec!["{{ticket.requester.first_n…"]),
        ("discourse", "%{my_nme}", vec!["%{my_nme}"]),
        ("salesforce", "{!Contact.Anything__c}", vec![]),
    ] {
        place.write("replylint.toml", format!("[slots]\ndialect = \"{dialect}\"\n"));
        place.write("b.md", format!("+++\ntitle = \"b\"\n+++\nYour order: {text}\n"));
        let found = place.findings(["b.md", "--select=template/unknown-slot"]);
        assert_eq!(each(&found, "quote").len(), expected.len(), "{dialect}: {found:?}");
        let quotes = each(&found, "quote");
        let fits = |(quote, wanted): (&String, &&str)| quote.starts_with(wanted.trim_end_matches('…'));
        assert!(quotes.iter().zip(&expected).all(fits), "{dialect}: {quotes:?}");
    }
}

#[test]
fn a_variable_is_suggested_only_where_it_may_have_been_meant() {
    let place = Place::empty();
    place.write("replylint.toml", "[slots]\ndeclared = [\"order_no\", \"customer_name\"]\n");
    let help = |text: &str| {
        place.write("a.md", format!("+++\ntitle = \"a\"\n+++\n您好，{{{{{text}}}}}。\n"));
        each(&place.findings(["a.md", "--select=template/unknown-slot"]), "help").remove(0)
    };
    assert_eq!(help("reply_time"), "Declared: order_no, customer_name");
    assert!(help("orderNo").starts_with("did you mean order_no? "));
    assert!(help("name").starts_with("did you mean customer_name? "));
}

#[test]
fn a_lone_quotation_is_a_template_where_it_is_written_like_the_others() {
    let place = Place::empty();
    let page = |second: &str| format!("# 话术\n\n### 1\n\n```\n您好，请稍等。\n```\n\n{second}\n");
    let listed = |second: &str| {
        place.write("lone.md", page(second));
        let run = place.run(["templates", "list", "lone.md"]).code(0);
        let verbose = place.run(["check", "lone.md", "-v", SLOTS]).code(0);
        assert_eq!(
            verbose.stderr.contains("lone.md:11: "),
            run.stdout.lines().count() == 1,
            "{second}: {}",
            verbose.stderr
        );
        run.stdout.lines().count()
    };
    assert_eq!(listed("### 2\n\n> 您好，地址已改。"), 2);
    assert_eq!(listed("### 2\n\n**场景：** 改地址\n\n> 您好，地址已改。"), 2);
    for aside in [
        "### 客户原话\n\n> 你们怎么还不发货",
        "### 2\n\n> 客户：你们怎么还不发货",
        "### 2\n\n> 注意：先核对身份再回复",
        "### 2\n\n> [!NOTE]\n> 先核对身份再回复",
        "#### 2\n\n> 您好，地址已改。",
        "### 2\n\n> 你们怎么还不发货\n\n遇到这样的客户先道歉。",
    ] {
        assert_eq!(listed(aside), 1, "{aside}");
    }
}

#[test]
fn groups_of_a_sheet_come_from_headings_and_scenarios() {
    let place = Place::empty();
    place.write(
        "hand.md",
        "# 手册\n\n## 售后\n\n### 退款\n\n**快捷码：** tk1\n\n```\n您好，退款已受理。\n```\n\n## 售前\n\n### 尺码\n\n**分组：** 鞋\n\n```\n您好，请报脚长。\n```\n",
    );
    place.write("one.md", "+++\nscenario = \"chase-refund\"\nshortcode = \"tk2\"\n+++\n您好，退款今天18:00前到账。\n");
    place.run(["templates", "export", "hand.md", "one.md", "-o", "a.csv", "--to", "qianniu"]).code(0);
    let rows = String::from_utf8(place.read("a.csv")).unwrap();
    let begins =
        rows.lines().map(|row| row.rsplit_once(',').unwrap().0.trim_start_matches('\u{feff}')).collect::<Vec<_>>();
    assert_eq!(begins, ["分组,快捷编码", "售后,tk1", "鞋,", "refund chaser,tk2"]);
    place.run(["templates", "export", "one.md", "-o", "b.csv", "--to", "qianniu", "--locale", "zh"]).code(0);
    assert!(String::from_utf8(place.read("b.csv")).unwrap().contains("催退款,tk2,"));
}

#[test]
fn an_unknown_dialect_is_a_mistake_with_a_suggestion() {
    let place = Place::empty();
    place.write("replylint.toml", "[slots]\ndialect = \"zendsk\"\n");
    place.run(["check", "--text", "您好"]).code(2).warns(&["zendsk", "replylint.toml:2:11", "zendesk"]);
}

const ERROR: &str = "--select=template/unfilled-slot,promise/vague-promise";

/// Line and column of the words that are found in a file, and the words.
#[track_caller]
fn places(place: &Place, arguments: &[&str]) -> Vec<(String, u64, u64, String)> {
    let found = place.findings(arguments.iter().copied().chain([ERROR]));
    let one = |finding: &serde_json::Value| {
        let [line, column, ..] = location(finding);
        (finding["path"].as_str().unwrap().to_owned(), line, column, finding["quote"].as_str().unwrap().to_owned())
    };
    found.iter().map(one).collect()
}

#[track_caller]
fn soon(place: &Place, name: &str, text: &str) {
    place.write(name, text);
    let expected: Vec<(String, u64, u64, String)> = text
        .lines()
        .zip(1..)
        .flat_map(|(line, number)| {
            let before = |at: usize| line[..at].chars().count() as u64 + 1;
            line.match_indices("尽快").map(move |(at, word)| (name.to_owned(), number, before(at), word.to_owned()))
        })
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(places(place, &[name]), expected, "{name}");
}

#[test]
fn every_form_of_templates_is_read_in_place() {
    let place = Place::empty();
    soon(&place, "front.md", "---\nscenario: refund-only\nowner: 小王\n---\n抱歉，我们会尽快给您回复。\n");
    soon(
        &place,
        "handbook.md",
        "# 手册\n\n### 3. 退款\n\n**适用场景：** 催退款，尽快处理\n\n```\n您好，\n我们会尽快给您回复。\n```\n\n### 4. 物流\n\n```text\n我们会尽快给您回复。\n```\n"
            .replace("，尽快处理", "")
            .as_str(),
    );
    soon(&place, "quotes.md", "## 一\n\n> 抱歉，\n> 我们会尽快给您回复。\n\n## 二\n\n> 我们会尽快给您回复。\n");
    soon(&place, "a.toml", "[[template]]\nid = \"a\"\ntext = \"\"\"\n抱歉，\n我们会尽快给您回复。\"\"\"\n");
    soon(
        &place,
        "a.yaml",
        "templates:\n  - id: a\n    text: |\n      抱歉，\n      我们会尽快给您回复。\n  - id: b\n    text: 我们会尽快给您回复。\n",
    );
    soon(&place, "flat.yml", "refund: 我们会尽快给您回复。\ngreeting: 您好，请问有什么可以帮您？\n");
    soon(
        &place,
        "a.json",
        "{\n  \"templates\": [\n    {\"title\": \"a\", \"text\": \"抱歉，\\n我们会尽快给您回复。\"}\n  ]\n}\n",
    );
    soon(
        &place,
        "lines.jsonl",
        "{\"id\": 1, \"text\": \"我们会尽快给您回复。\"}\n{\"id\": 2, \"text\": \"我们会尽快给您回复。\"}\n",
    );
    soon(
        &place,
        "a.csv",
        "分组,快捷编码,快捷短语\n售后,a1,\"抱歉，\"\"亲\"\"，我们会尽快给您回复。\"\n,a2,我们会尽快给您回复。\n",
    );
    soon(&place, "a.tsv", "标题\t话术\n一\t我们会尽快给您回复。\n");
    soon(
        &place,
        "a.html",
        "<html><head><title>x</title></head><body><p>抱歉，</p>\n<p>我们会<b>尽快</b>给您回复。</p></body></html>\n",
    );
}

#[test]
fn exports_of_help_desks_are_recognised_by_their_keys() {
    let place = Place::empty();
    let zendesk = r#"{"macros":[{"id":1,"title":"a","active":true,"actions":[
        {"field":"status","value":"solved"},
        {"field":"comment_value_html","value":"<p>Hi {{ticket.requester.first_name}},</p><p>我们会&nbsp;尽快给您回复。</p>"}]},
        {"id":2,"title":"note","actions":[{"field":"comment_mode_is_public","value":"false"},
        {"field":"comment_value","value":["channel:all","我们会尽快给您回复。"]}]}],"count":2}"#;
    soon_in(&place, "zendesk.json", zendesk, 1);
    let gorgias = r#"{"data":[{"id":1,"name":"a","intent":"refund","language":"zh","actions":[{"name":"setResponseText",
        "type":"user","arguments":{"body_text":"我们会尽快给您回复。","body_html":"<div>我们会尽快给您回复。</div>"}}]}]}"#;
    soon_in(&place, "gorgias.json", gorgias, 1);
    soon_in(
        &place,
        "freshdesk.json",
        r#"[{"id":1,"title":"a","folder_id":2,"content":"我们会尽快给您回复。","content_html":"<div>我们会尽快给您回复。</div>"}]"#,
        1,
    );
    soon_in(
        &place,
        "chatwoot.json",
        r#"[{"id":1,"account_id":1,"short_code":"a","content":"我们会尽快给您回复。"}]"#,
        1,
    );
    soon_in(
        &place,
        "discourse.json",
        r#"{"templates":[{"id":1,"title":"a","slug":"a","content":"我们会尽快给您回复。","usages":0}]}"#,
        1,
    );
    soon_in(
        &place,
        "intercom.json",
        r#"{"type":"list","data":[{"type":"macro","id":"1","name":"a","body":"<p>我们会尽快给您回复。</p>","body_text":"我们会尽快给您回复。"}]}"#,
        1,
    );
    let slots = each(&place.findings(["zendesk.json", "--select=template/slot-without-fallback"]), "quote");
    assert_eq!(slots, ["{{ticket.requester.first_name}}"]);
}

#[track_caller]
fn soon_in(place: &Place, name: &str, text: &str, count: usize) {
    place.write(name, text);
    let found = places(place, &[name]);
    assert_eq!(found.len(), count, "{name}: {found:?}");
    for (_, line, column, _) in found {
        let line = text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap();
        let rest: String = line.chars().skip(usize::try_from(column).unwrap() - 1).collect();
        assert!(rest.starts_with("尽快"), "{name}: {rest}");
    }
}

#[test]
fn conversations_may_stand_in_an_array() {
    let place = Place::empty();
    let chats = "[\n  {\"id\": \"a\", \"turns\": [{\"role\": \"customer\", \"text\": \"在吗\"}, {\"role\": \"agent\", \"text\": \"我们会尽快给您回复。\"}]}\n]\n";
    soon_in(&place, "chats.json", chats, 1);
    let document = place.json(["chats.json"]);
    assert_eq!(document["findings"][0]["conversation"], "a");
    assert_eq!(document["summary"]["turns"], 2);
}

#[test]
fn broken_tables_are_told_in_place_and_the_others_are_checked() {
    let place = Place::empty();
    place.write("t/good.csv", "id,话术\n1,我们会尽快给您回复。\n");
    place.write("t/bad.json", "{\"templates\": [\n{\"text\": \"您好，请稍等\",}]}");
    place.write("t/bad.yaml", "a:\n  text: \"您好\n b: [\n");
    place.write("t/twice.yaml", "- id: a\n  text: 您好，请稍等。\n  text: 您好，请问您是？\n");
    place.write("t/open.csv", "id,话术\n1,您好在的呢\n2,\"请您稍等\n3,马上为您查\n");
    place.write("t/bad.xlsx", "PK\u{3}\u{4}nothing");
    place.write("t/package.json", "{");
    let out = place.run(["check", "t", "-f", "concise"]).code(2);
    for told in ["t/bad.json:2:", "t/bad.yaml:", "t/twice.yaml:3:3", "t/open.csv:3", "t/bad.xlsx"] {
        assert!(out.stderr.contains(told), "{told}: {}", out.stderr);
    }
    assert!(out.stdout.contains("t/good.csv:2:"), "{}", out.stdout);
    assert!(!out.stderr.contains("package.json"));
    // Unrecognised files found in a folder are skipped; named ones must be read.
    place.write("u/data.yaml", "jobs: 7\n");
    place.write("u/good.csv", "id,话术\n1,好的，今天为您查。\n");
    place.run(["check", "u"]).code(0).silent();
    place.run(["check", "u/data.yaml"]).code(2).warns(&["no-templates"]);
}

#[test]
fn columns_may_be_named_in_the_settings_or_by_a_format() {
    let place = Place::empty();
    let sheet = "说明,,\n场合,备注,口径\n退款,尽快,我们会尽快给您回复。\n";
    place.write("s/a.csv", sheet);
    place.write(
        "replylint.toml",
        "[[format]]\nname = \"ours\"\npaths = [\"s/*.csv\"]\nheader-row = 2\ncolumns = { text = \"口径\", title = \"场合\" }\n",
    );
    assert_eq!(places(&place, &["s/a.csv"]), [("s/a.csv".to_owned(), 3, 10, "尽快".to_owned())]);
    place.run(["check", "s/a.csv", "--format-map", "zendsk"]).code(2).warns(&["zendsk", "zendesk"]);
    place.write("replylint.toml", "[[format]]\nname = \"ours\"\ncolumns = { txt = \"口径\" }\n");
    place.run(["check", "s/a.csv"]).code(2).warns(&["txt", "text"]);
}

#[test]
fn what_is_exported_reads_back_the_same() {
    let place = Place::empty();
    let texts = [
        "=1+1，请您核对一下",
        "您好，\"小王\"\n请稍等",
        " 您好，在的呢",
        "@您，请稍等一下",
        "%{name}，您好，请稍等一下",
        "'=1是公式吗，请您看看",
        "AT&T、Q&amp;A 和 <这里> 都请看看",
        "请看：\n  一、小票\n    二、照  片",
        "{{ a->b }} 和 <在这里> 请您看看",
    ];
    let list: Vec<_> = texts
        .iter()
        .zip(1..)
        .map(|(text, id)| serde_json::json!({ "id": id.to_string(), "title": format!("t{id}"), "text": text }))
        .collect();
    place.write("in.json", serde_json::to_string(&list).unwrap());
    let read = |place: &Place, name: &str| {
        place.run(["templates", "export", name, "-o", "back.json", "--force"]).code(0);
        let back: serde_json::Value = serde_json::from_slice(&place.read("back.json")).unwrap();
        each(back["templates"].as_array().unwrap(), "text")
    };
    let outputs = ["out.csv", "out.tsv", "out.json", "out.xlsx"];
    for name in outputs {
        place.run(["templates", "export", "in.json", "-o", name]).code(0).warns(&["9"]);
        assert_eq!(read(&place, name), texts, "{name}");
        place.run(["templates", "export", "in.json", "-o", name]).code(2);
    }
    for format in ["zendesk", "gorgias", "freshdesk", "chatwoot", "intercom", "helpscout", "front", "discourse"] {
        place.run(["templates", "export", "in.json", "-o", "desk.json", "--to", format, "--force"]).code(0);
        assert_eq!(read(&place, "desk.json"), texts, "{format}");
    }
    for format in ["qianniu", "pinduoduo", "wecom"] {
        place.run(["templates", "export", "in.json", "-o", "desk.csv", "--to", format, "--force"]).code(0);
        assert_eq!(read(&place, "desk.csv"), texts, "{format}");
    }
    let csv = String::from_utf8(place.read("out.csv")).unwrap();
    assert!(csv.contains(",'=1+1") && csv.contains(",'@您"), "{csv}");
    place.run(["templates", "export", "in.json", "-o", "out.docx"]).code(2);
    place.run(["templates", "list", "out.csv"]).code(0).says(&["out.csv:2", "t1", "out.csv:5", "t4"]);
    place.run(["templates", "formats"]).code(0).says(&["zendesk", "qianniu"]);
}

#[test]
fn links_and_entities_of_html_are_not_lost_on_the_way() {
    let place = Place::empty();
    let html = "<p>请看<a href=\\\"https://example.com/a?b=1&amp;c=2\\\">退货说明</a>&amp;<b>条款</b>，</p>\
        <p>写信到<a href=\\\"mailto:a@example.com\\\">a@example.com</a>或<a href='tel:95000'>来电</a>。<a href='#top'>回到开头</a>\
        <a href='https://example.com/map'><img src='map.png'></a></p>";
    let macros = format!(
        r#"{{"data":[{{"id":1,"name":"a","language":"zh-Hans","actions":[{{"name":"setResponseText","arguments":{{"body_text":"","body_html":"{html}"}}}}]}}]}}"#
    );
    place.write("in.json", macros);
    let write = |from: &str, to: &str, format: &str| {
        let out = place.run(["templates", "export", from, "-o", to, "--to", format, "--force"]).code(0);
        (String::from_utf8(place.read(to)).unwrap(), out)
    };
    let words = "请看退货说明 (https://example.com/a?b=1&c=2)&条款，\n写信到a@example.com或来电 (95000)。回到开头\
        (https://example.com/map)";
    let (csv, _) = write("in.json", "out.csv", "table");
    assert!(csv.contains(words), "{csv}");
    for desk in ["gorgias", "front", "zendesk"] {
        // Through a sheet, the words stay unchanged.
        let (_, out) = write("out.csv", "desk.json", desk);
        assert_eq!(out.stderr.contains("left out: language"), desk != "gorgias", "{desk}");
        assert!(write("desk.json", "back.csv", "table").0.contains(words), "{desk}");
    }
    // From HTML to HTML, links stay links.
    let (front, _) = write("in.json", "front.json", "front");
    let body = serde_json::from_str::<serde_json::Value>(&front).unwrap()["_results"][0]["body"].clone();
    let body = body.as_str().unwrap();
    assert!(body.contains("<a href=\"https://example.com/a?b=1&amp;c=2\">退货说明</a>&amp;条款，<br>"), "{body}");
    let (gorgias, _) = write("front.json", "gorgias.json", "gorgias");
    let macros: serde_json::Value = serde_json::from_str(&gorgias).unwrap();
    let said = &macros["data"][0]["actions"][0]["arguments"];
    assert_eq!(said["body_html"], body);
    assert!(said["body_text"].as_str().unwrap().starts_with("请看退货说明 (https://example.com/a?b=1&c=2)&"), "{said}");
    // A text without tags may still be HTML.
    place.write("plain.json", r#"[{"id":"1","title":"a","text":"Terms &amp; conditions, as you know them."}]"#);
    assert!(write("plain.json", "plain.csv", "table").0.contains("Terms & conditions"));
}

#[test]
fn blocks_filters_and_quoted_values_are_read_as_liquid_and_jinja_have_them() {
    let place = Place::empty();
    // Halves stand between ⟦ and ⟧.
    let texts = [
        "{% if a %}x{% if b %}y{% endif %}{% elsif c %}z{% else %}w{% endif %}",
        "{% for i in order.items %}{{ i.name }}{% else %}none{% endfor %}",
        "{% case a %}{% when 1 %}x{% when 2 %}y{% else %}z{% endcase %}",
        "{%- if a -%} x {%- endif -%} {{- name -}}",
        "{% if a\n   and b %}x{% endif %}",
        "{% raw %}{{ half {% if %} name}} {% endraw %}{{ name }}",
        "{% comment %}{{ half {% if x %}{% endcomment %}{# {{ half #}{{!-- {{ half --}}",
        "{{ name | default: \"}}\" }} {{ name | default: '{{' | append: \"}}\" | upcase }}",
        "{% if name == \"%}\" %}x{% endif %}",
        "{{ name | default: it's }} {{ customer's name }} and {{ agent's name }}",
        "{{#if a}}{{#each b}}x{{/each}}{{else}}y{{/if}}",
        "{% trans %}x{% endtrans %} {% load i18n %} {% include \"foo\" %}",
        "⟦{% if a %}⟧x",
        "x⟦{% endif %}⟧",
        "⟦{% if a %}⟧{% if b %}{% endif %}",
        "{% if a %}⟦{% for i in b %}⟧x{% endif %}⟦{% endfor %}⟧",
        "⟦{% if a %}⟧x⟦{% endunless %}⟧",
        "⟦{% if a %}⟧x⟦{% endif⟧ % and {{ name }}",
        "⟦{% else %}⟧x ⟦{%- elsif b -%}⟧ ⟦{% when 1 %}⟧",
        "{% for i in a %}⟦{% elsif b %}⟧{% endfor %}",
        "⟦{% raw %}⟧never closed {{ name }}",
        "⟦{{ name | default: 'there' }⟧",
        "{{#if a}}⟦{{#each b}}⟧x{{/if}}⟦{{/each}}⟧",
    ];
    for dialect in ["liquid", "jinja", "zendesk"] {
        place.write("replylint.toml", format!("[slots]\ndialect = \"{dialect}\"\n"));
        for marked in texts {
            let text = marked.replace(['⟦', '⟧'], "");
            place.write("t.md", format!("+++\nid = \"a\"\n+++\nHello, {text} is what we write.\n"));
            let found = each(&place.findings(["t.md", "--select=template/unbalanced-slot"]), "quote");
            let halves: Vec<_> = marked.split('⟦').skip(1).filter_map(|part| part.split('⟧').next()).collect();
            assert_eq!(found, halves, "{dialect}: {marked}");
        }
    }
    // A filter may be of any length, and raw blocks and comments use no variable.
    let long = format!("Hello {{{{ name | default: \"{}\" }}}}, we write.", "there, ".repeat(40));
    place.write(
        "t.md",
        format!(
            "+++\nid = \"a\"\nslots = [\"name\"]\n+++\n{long} {{% raw %}}{{{{x}}}}{{% endraw %}} {{# {{{{y}}}} #}}\n"
        ),
    );
    let rules = "--select=template/unbalanced-slot,template/unknown-slot,template/slot-without-fallback";
    assert_eq!(place.findings(["t.md", rules]), [serde_json::Value::Null; 0]);
    let out =
        place.run(["check", "--select=template/*", "--kind=template", "--text", "Hello, {% else %}we write."]).code(1);
    out.says(&["{% if … %} … {% else %}"]);
}

#[test]
fn a_workbook_names_sheet_and_cell() {
    let place = Place::empty();
    place.write("in.json", r#"[{"id":"1","title":"a","text":"您好，请稍等一下。"}]"#);
    place.run(["--locale", "en", "templates", "export", "in.json", "-o", "out.xlsx"]).code(0);
    place.run(["templates", "list", "out.xlsx"]).code(0).says(&["out.xlsx!Templates!G2  "]);
}

#[test]
fn a_fence_that_is_never_closed_is_said() {
    let place = Place::empty();
    let first = "# 话术\n\n### 1. 退款\n\n```\n您好，退款今天18:00前到账。\n";
    let second = "\n### 2. 发票\n\n```\n您好，发票我们会尽快开。\n```\n";
    place.write("all.md", format!("{first}```\n{second}"));
    place.run(["check", "all.md", "--no-config"]).code(1).says(&["尽快"]);
    place.write("all.md", format!("{first}{second}"));
    let run = place.run(["check", "all.md", "--no-config", "--locale", "en"]).code(2);
    run.warns(&["all.md:", "never closed"]);
}

#[test]
fn what_is_called_a_workbook_and_is_none_does_not_pass() {
    let place = Place::empty();
    place.write("sheet.xlsx", "hello");
    place.run(["check", "sheet.xlsx", "--no-config", "--locale", "en"]).code(2).warns(&["not a workbook"]);
    place.write("sheet.xlsx", "");
    place.run(["check", "sheet.xlsx", "--no-config", "--locale", "en"]).code(2).warns(&["not a workbook"]);
}

#[test]
fn what_a_help_desk_has_no_place_for_is_named_and_nothing_goes_without_a_name() {
    let place = Place::empty();
    place.write(
        "greetings.json",
        r#"[{"title":"Hello","shortcode":"hi","text":"Hello, how can we help you today?"},
            {"shortcode":"bye1","group":"Ends","team":"night","text":"Thank you for writing to us today."},
            {"text":"We are looking into it, one moment please."},
            {"text":"We have passed it on to the warehouse."}]"#,
    );
    let names = |desk: &str, at: &str, key: &str| {
        let out = place.run(["templates", "export", "greetings.json", "-o", "out.json", "--to", desk, "--force"]);
        let told: serde_json::Value = serde_json::from_slice(&place.read("out.json")).unwrap();
        let all = if at.is_empty() { &told } else { &told[at] };
        (each(all.as_array().unwrap(), key), out.code(0).stderr)
    };
    let expected = ["Hello", "bye1", "greetings", "greetings 2"];
    for (desk, at, key) in [
        ("zendesk", "macros", "title"),
        ("gorgias", "data", "name"),
        ("freshdesk", "", "title"),
        ("intercom", "data", "name"),
        ("helpscout", "", "name"),
        ("front", "_results", "name"),
        ("discourse", "templates", "title"),
    ] {
        let (found, told) = names(desk, at, key);
        assert_eq!(found, expected, "{desk}");
        // The shortcode of the first is gone; that of the second is its name.
        assert!(told.contains("left out: shortcode, group, team\n"), "{desk}: {told}");
    }
    let (found, told) = names("chatwoot", "", "short_code");
    assert_eq!(found, ["hi", "bye1", "greetings", "greetings 2"]);
    assert!(told.contains("left out: title, group, team\n"), "{told}");
    // Sheets have a column for groups, and need no names.
    let out = place.run(["templates", "export", "greetings.json", "-o", "out.csv", "--to", "wecom"]).code(0);
    assert!(!out.stderr.contains("group"), "{}", out.stderr);
    let sheet = String::from_utf8(place.read("out.csv")).unwrap();
    assert!(sheet.contains("\r\nEnds,bye1,Thank") && sheet.contains("\r\n,,We have"), "{sheet}");
    // A group that nobody stated is the scenario's name: if that is written, nothing is lost.
    place.write("a.json", r#"[{"title":"a","scenario":"refund","text":"Your refund is on its way to you."}]"#);
    let out = place.run(["templates", "export", "a.json", "-o", "z.json", "--to", "zendesk"]).code(0);
    assert!(!out.stderr.contains("left out"), "{}", out.stderr);
}

#[test]
fn a_slip_inside_a_placeholder_is_told_with_what_was_meant() {
    let place = Place::empty();
    let whole = |text: &str| {
        place.write("t.md", format!("+++\nid = \"a\"\n+++\nHello, {text} is what we write.\n"));
        let found = place.findings(["t.md", "--select=template/unbalanced-slot"]);
        each(&found, "quote").into_iter().zip(each(&found, "help")).collect::<Vec<_>>()
    };
    for (broken, meant) in [
        ("{{ }}", "{{ … }}"),
        ("{{}}", "{{ … }}"),
        ("{% %}", "{% … %}"),
        ("{{ a | }}", "{{ a }}"),
        ("{{ a | upcase | }}", "{{ a | upcase }}"),
        ("{{ | upcase }}", "{{ … | upcase }}"),
        ("{{ a | default: \"there }}", "{{ a | default: \"there\" }}"),
        ("{{ a | default: 'there }}", "{{ a | default: 'there' }}"),
        ("{{ a[0 }}", "{{ a[0] }}"),
        ("{{ a | slice(1, 2 }}", "{{ a | slice(1, 2) }}"),
        ("{{ a) }}", "{{ a }}"),
        ("{% assign b = \"c %}", "{% assign b = \"c\" %}"),
        ("{%- assign b = (1..5 -%}", "{%- assign b = (1..5) -%}"),
    ] {
        assert_eq!(whole(broken), [(broken.to_owned(), format!("write it whole: {meant}"))], "{broken}");
    }
    for fine in [
        "{{ a | default: \"there\" | append: ', ' | upcase }}",
        "{{ a | default: \"it's\" }} {{ a | default: 'say \"hi\"' }}",
        "{{ a | replace('\\'', '\"') }} {{ a | split: '\\' | join: ',' }}",
        "{{ a || \"there\" }} {{ a|there }} {{ customer's name }}",
        "{% for i in (1..5) %}{{ a[0].b['c d'] }}{% endfor %}",
        "{%- if a == \"b\" and (c or d) -%}x{%- endif -%}",
        "{% set a = {\"b\": [1, 2]}%}{{- a -}}",
        "{% comment %}{{ }} {{ a | }}{% endcomment %}{% raw %}{{ a | }}{% endraw %}{{! the shop's (note }}",
        "{{#if (eq a 'b')}}x{{else}}y{{/if}} {{{a}}} `{{ }}`",
    ] {
        assert_eq!(whole(fine), [], "{fine}");
    }
}

#[test]
fn of_a_row_the_help_names_the_column_and_how_to_map_it() {
    let place = Place::empty();
    place.write("replylint.toml", "[templates]\nrequired = [\"owner\", \"desk\"]\n");
    let help = |name: &str| {
        let found = place.findings([name, "--select=template/missing-metadata"]);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        found[0]["help"].as_str().unwrap().to_owned()
    };
    place.write("a.csv", "title,text\na,Your order has left our warehouse today.\n");
    place.write("own.csv", "title,owner,text\na,Ann,Your order has left our warehouse today.\n");
    place.write("a.md", "+++\ntitle = \"a\"\n+++\nYour order has left our warehouse today.\n");
    let column = "fill in the column “owner” / “owned-by” / “负责人” / “责任人” of this row, or add one; where your sheet has \
                  another name for it, say so in replylint.toml, under [[format]]: columns = { owner = [\"your heading\"] }";
    assert_eq!(help("a.csv"), column);
    place.run(["templates", "export", "a.csv", "-o", "a.xlsx"]).code(0);
    assert_eq!(help("a.xlsx"), column);
    assert!(help("own.csv").starts_with("fill in the column “desk” of this row"), "{}", help("own.csv"));
    assert_eq!(help("a.md"), "add it above the text, as in owner = \"…\".");
    // And so it is done.
    place.write("a.csv", "title,who,text\na,Ann,Your order has left our warehouse today.\n");
    let mapped = "[templates]\nrequired = [\"owner\"]\n[[format]]\nname = \"ours\"\npaths = [\"*.csv\"]\n\
                  columns = { owner = [\"who\"], text = [\"text\"] }\n";
    place.write("replylint.toml", mapped);
    place.run(["check", "a.csv", "--select=template/missing-metadata"]).code(0);
}
