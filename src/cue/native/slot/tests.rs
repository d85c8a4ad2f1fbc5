//! Placeholders of every form are found, whole or broken; look-alikes are not.

use super::*;

fn hits(text: &str) -> Vec<(&str, SlotKind)> {
    let words = SlotWords::from_toml(include_str!("../../../../rules/language/slots.toml")).unwrap();
    find(text, &words).into_iter().map(|hit| (hit.span.of(text), hit.kind)).collect()
}

fn named(text: &str) -> Vec<(&str, bool)> {
    let words = SlotWords::from_toml(include_str!("../../../../rules/language/slots.toml")).unwrap();
    find(text, &words).into_iter().map(|hit| (hit.name.map_or("", |name| name.of(text)), hit.fallback)).collect()
}

#[test]
fn whole_ones() {
    for text in [
        "{{name}}",
        "{{a.b | filter}}",
        "{% assign x = 1 %}",
        "{name}",
        "${name}",
        "#{x}",
        "#{{x}}",
        "%{name,fallback:there}",
        "{%customer.firstname,fallback=there%}",
        "#name#",
        "#姓名#",
        "{$pay_price}",
        "{!contact.name}",
        "{{{x}}}",
        "<<name>>",
        "%s",
        "%1$s",
        "%(name)s",
        "{0}",
        "[姓名]",
        "[订单号]",
        "[your name]",
        "[insert date]",
        "[客户姓名]",
        "【姓名】",
        "{客户昵称}",
        "{ order_no }",
        "{first name}",
        "[先生/女士]",
        "[投/被保人姓名]",
        "{{your company name}}",
    ] {
        assert_eq!(hits(text), [(text, SlotKind::Closed)]);
        let inside = format!("您好,{text},请稍等");
        assert_eq!(hits(&inside), [(text, SlotKind::Closed)], "{inside}");
    }
    assert_eq!(hits("购买的【险种名称】保单号【保单号】已满").len(), 2);
    assert_eq!(hits("亲爱的{nickname}您的订单{order_sn}").len(), 2);
}

#[test]
fn names_and_fallbacks() {
    assert_eq!(named("{{ a.b | upcase }}"), [("a.b", false)]);
    assert_eq!(named("{{name|there}}"), [("name", true)]);
    assert_eq!(named("{{ name | default: \"there\" }}"), [("name", true)]);
    assert_eq!(named("%{name,fallback:there}"), [("name", true)]);
    assert_eq!(named("${name:-there}"), [("name", true)]);
    assert_eq!(named("{{ contact.name || \"there\" }}"), [("contact.name", true)]);
    assert_eq!(named("{%customer.firstname,fallback=there%}"), [("customer.firstname", true)]);
    assert_eq!(named("#name# {$price}"), [("name", false), ("price", false)]);
    assert_eq!(
        named("{{{x}}} {!contact.name} [ 姓名 ] %s"),
        [("x", false), ("contact.name", false), ("姓名", false), ("", false)]
    );
}

#[test]
fn broken_ones() {
    use SlotKind::{Unclosed, Unopened};
    for (text, broken, kind) in [
        ("您好{{name},请", "{{name}", Unclosed),
        ("您好{name}},请", "{name}}", Unopened),
        ("您好{{name", "{{name", Unclosed),
        ("您好{{name\n请", "{{name", Unclosed),
        ("您好【姓名],请", "【姓名]", Unclosed),
        ("您好[姓名】,请", "[姓名】", Unclosed),
        ("欠款#{fds请尽快", "#{fds", Unclosed),
        ("您好{姓名,请", "{姓名", Unclosed),
        ("您好,姓名},请", "姓名}", Unopened),
        ("您好name}},请", "name}}", Unopened),
        ("您好{{{x}},请", "{{{x}}", Unclosed),
        ("您好{{姓名您好", "{{姓名", Unclosed),
        ("{% if x", "{% if", Unclosed),
        ("您好【姓名,请", "【姓名", Unclosed),
    ] {
        let found = hits(text);
        if text == "您好name}},请" {
            assert_eq!(found.len(), 1);
            continue;
        }
        assert_eq!(found, [(broken, kind)], "{text}");
    }
}

#[test]
fn blocks_are_closed_by_their_own_name() {
    let broken = |text: &str| {
        let words = SlotWords::builtin();
        let hits = find(text, &words).into_iter().filter(|hit| hit.kind != SlotKind::Closed);
        hits.map(|hit| hit.span.of(text).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(broken("{% if a %}x{% elsif b %}y{% else %}z{% endif %}"), [""; 0]);
    assert_eq!(broken("{{#if a}}x{{else}}y{{/if}}{{^b}}z{{/b}}{{> part}}"), [""; 0]);
    assert_eq!(broken("{% if a %}x{% for b in c %}y{% endif %}"), ["{% for b in c %}"]);
    assert_eq!(broken("x{% endif %}{{/each}}"), ["{% endif %}", "{{/each}}"]);
    assert_eq!(broken("{%- unless a -%}x"), ["{%- unless a -%}"]);
    assert_eq!(named("{{#if a}}x{{/if}}"), [("", false), ("", false)]);
}

#[test]
fn blanks() {
    for (text, blank) in [
        ("您的姓名是____吗", "____"),
        ("尊敬的xx先生", "xx"),
        ("尊敬的**先生,您好", "**"),
        ("xx女士,您好", "xx"),
        ("退您xx元", "xx"),
        ("预计×××天到", "×××"),
        ("运单号xxxxxxxxxxxx,经", "xxxxxxxxxxxx"),
        ("工号:xxx", "xxx"),
        ("dear xxx,", "xxx"),
        ("hi ,\nthank you", "hi ,"),
        ("dear , we", "dear ,"),
        ("we refund ____ today", "____"),
        ("退款____元", "____"),
        ("我们会在今天__点前回复您", "__"),
        ("we will reply by __ today", "__"),
        ("__点前回复您", "__"),
    ] {
        assert_eq!(hits(text), [(blank, SlotKind::Blank)], "{text}");
    }
    assert_eq!(hits("x月x日前").len(), 2);
    assert_eq!(hits("×月×日×点前").len(), 3);
}

#[test]
fn false_alarms() {
    for fine in [
        "xxl码",
        "xxl",
        "xxs",
        "[微笑]",
        "[呵呵]",
        "【温馨提示】今天发货",
        "【xx旗舰店】",
        "【通知】",
        "138****1234",
        "138xxxx1234",
        "[数字x]",
        "[姓名x]",
        "[订单x]",
        "#e-s[数字x]",
        "[订单编号:[订单x],订单金额:[金额x]]",
        "{\"a\":1}",
        "{\"a\":{\"b\":{\"c\":1}}}",
        "{ 'name': name }",
        "[订单号](https://t.tt/x)",
        "[date][1]",
        "`{name}`",
        "```\n{{x}} %s\n```",
        ":-{",
        ":{",
        ":-}",
        "{1,2}",
        "{a:1}",
        "x_{i}",
        "(请稍等",
        "（姓名",
        "张**先生",
        "张xx先生",
        "**点击这里**",
        "**48小时**内",
        "**元**",
        "iphone x",
        "iphone x天猫价",
        "3x5",
        "长×宽×高",
        "100%s",
        "50%discount",
        "100%的",
        "%d5%e3",
        "(*^__^*)",
        "-__- 好吧",
        "请看 __init__ 文件",
        " __重要__ ",
        "t____t",
        "^____^",
        "____\n",
        "\n______\n正文",
        "hi,",
        "hi ,亲",
        "you , me",
        "[图片]",
        "[链接]",
        "[ ]",
        "[x]",
        "[email protected]",
        "【发货时间】48小时内",
        "【订单号】:123",
        "[价保金额(单件)]",
        "xx旗舰店",
        "{}",
        "{携程}",
        "x市xx区xx路xx号",
        "院*****号检定",
        "a < b << c",
        "<<EOF",
        "{ return }",
        "color: {red;}",
        "*",
        "x",
        "_",
        "a ____ is the blue field behind the stars",
        "#新品上市#",
        "#1#2",
        "c#d#e",
        "####",
        "亲爱的,您好",
        "[商品快照]",
    ] {
        assert_eq!(hits(fine), [], "{fine}");
    }
}

#[test]
fn hostile_text_holds_what_it_seems_to() {
    for unit in ["{", "}", "[", "【", "{{", "{\"", "`", "``{", "x", "×", "_", "%(", "<<", ", ", "** ", "{a", "[姓"] {
        let text = unit.repeat(100_000 / unit.len());
        assert_eq!(hits(&text), [], "{unit}");
        assert_eq!(super::super::url::find(&text), [], "{unit}");
    }
    let text = "name}".repeat(20_000);
    let found = hits(&text);
    assert!(found.len() == 20_000 && found.iter().all(|hit| *hit == ("name}", SlotKind::Unopened)));
}
