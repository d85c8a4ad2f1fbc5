//! Keys of packs and their effects: where sequences hit, what is quoted of a hit, which conditions must hold.

mod support;

use support::{HOUSE, Place};

/// The settings, and a pack of one cue with these sequences, which is forbidden under these conditions.
fn place(sequences: &str, when: &str) -> Place {
    let place = Place::new();
    place.write("house.toml", pack(sequences, when));
    place
}

fn pack(sequences: &str, when: &str) -> String {
    format!(
        r#"name = "house"
[cue.said]
negated = "keep"
sequences = [{sequences}]
[cue.refund]
phrases = ["退款", "refund"]
[cue.thanks]
phrases = ["谢谢", "thanks"]
[rule.said]
severity = "warning"
message = {{ zh = "“{{quote}}”不能说", en = "“{{quote}}” is not said" }}
help = {{ zh = "换个说法", en = "say it otherwise" }}
why = {{ zh = "例子。", en = "An example." }}
check.forbid = {{ find = "said"{when} }}
bad = [{{ reply = "不会没有的" }}]
good = [{{ reply = "请稍等" }}]
"#
    )
}

#[track_caller]
fn quotes(place: &Place, text: &str) -> Vec<String> {
    let findings = place.findings(["--text", text]);
    findings.iter().map(|finding| finding["quote"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_gap_before_the_end_belongs_to_the_hit() {
    let place = place(r#"["没有", "<gap:3>", "<end>"], ["not here", "<gap:12>", "<end>"]"#, "");
    assert_eq!(quotes(&place, "這款沒有了喔。謝謝"), ["沒有了喔"]);
    assert_eq!(quotes(&place, "这款没有，亲。"), ["没有，亲"]);
    assert_eq!(quotes(&place, "没有!"), ["没有"]);
    assert_eq!(quotes(&place, "It is not here any more. Sorry."), ["not here any more"]);
    // A space between Han characters ends a message.
    assert_eq!(quotes(&place, "没有哦 您换一款别的颜色看看"), ["没有哦"]);
    assert_eq!(quotes(&place, "没有您说的那种款式"), [""; 0]);
}

#[test]
fn a_gap_behind_the_start_belongs_to_the_hit() {
    let place = place(r#"["<start>", "<gap:4>", "没有"], ["<start>", "so|", "<gap:12>", "no such"]"#, "");
    assert_eq!(quotes(&place, "您好，這款是沒有的"), ["這款是沒有"]);
    assert_eq!(quotes(&place, "没有"), ["没有"]);
    assert_eq!(quotes(&place, "……没有"), ["没有"]);
    assert_eq!(quotes(&place, "这一款我们店里没有"), [""; 0]);
    assert_eq!(quotes(&place, "So there is no such thing"), ["So there is no such"]);
    assert_eq!(quotes(&place, "And we said that there is no such thing"), [""; 0]);
}

#[test]
fn what_may_stand_before_a_gap_is_part_of_the_hit() {
    let place = place(r#"["绝对|", "<gap:3>", "没有"]"#, "");
    assert_eq!(quotes(&place, "我们绝对真的没有"), ["绝对真的没有"]);
    assert_eq!(quotes(&place, "我们真的没有"), ["没有"]);
    assert_eq!(quotes(&place, "绝对。真没有"), ["没有"]);
}

#[test]
fn a_sequence_that_can_never_be_found_is_an_error_with_its_place() {
    for (sequence, element, help) in [
        (r#"["没有", "<start>", "的"]"#, "`<start>` can only come first", "move it to the front"),
        (r#"["没有", "<gap:2>", "<end>", "的"]"#, "`<end>` can only come last", "move it to the end"),
        (r#"["没有", "吗？|吗?", "<gap:2>", "的"]"#, "this ends the sentence", "end the sequence here"),
    ] {
        let place = place(sequence, "");
        place.run(["check", "--text", "好"]).code(2).warns(&["pack/bad-sequence", element, "house.toml:4:", help]);
    }
}

#[test]
fn a_sequence_may_be_kept_within_a_clause() {
    let within = |sequences: &str| {
        let place = Place::new();
        place.write(
            "house.toml",
            pack(sequences, "").replace("negated = \"keep\"", "negated = \"keep\"\nwithin = \"clause\""),
        );
        place
    };
    let place = within(r#"["一直", "<gap:8>", "用心", "<gap:6>", "<end>"], ["绝对|", "<gap:3>", "没有"]"#);
    assert_eq!(quotes(&place, "我們一直都很用心做事，請放心"), ["一直都很用心做事"]);
    assert_eq!(quotes(&place, "一直在忙，很用心"), [""; 0]);
    assert_eq!(quotes(&place, "绝对，真没有"), ["没有"]);
    assert_eq!(quotes(&place, "绝对真没有"), ["绝对真没有"]);
    let idle = HOUSE.replacen("[cue.rude]", "[cue.rude]\nwithin = \"clause\"", 1);
    place.write("house.toml", idle);
    place.run(["check", "--text", "好"]).code(2).warns(&["pack/no-effect", "`within` of the cue “rude” has no effect"]);
}

#[test]
fn a_quotation_ends_with_a_clause() {
    let place =
        place(r#"["自己", "<gap:6>", ",", "<gap:6>", "我们|就你|we"], ["you", "<gap:16>", ",", "<gap:6>", "we"]"#, "");
    let said = |text: &str| quotes(&place, text).join("|");
    // What follows says something else.
    assert_eq!(said("您自己沒看說明，這個我們真的沒有辦法處理"), "自己沒看說明");
    assert_eq!(said("You never looked, so we cannot change anything now."), "You never looked");
    // The rest is most of the clause, so it is quoted whole.
    assert_eq!(said("自己不检查，怪我们了"), "自己不检查，怪我们了");
    assert_eq!(said("別人都自己填好了，就你沒填。"), "自己填好了，就你沒填");
}

#[test]
fn all_conditions_must_hold() {
    let when = r#", when.all = [{ customer = "refund" }, { reply = "thanks" }]"#;
    let place = place(r#"["不会"]"#, when);
    let said = |customer: &str, reply: &str| place.findings(["--customer", customer, "--text", reply]).len();
    assert_eq!(said("我要退款", "谢谢，不会的"), 1);
    assert_eq!(said("我要退款", "不会的"), 0);
    assert_eq!(said("在吗", "谢谢，不会的"), 0);
    // An unknown part is neither a pass nor a fail; a known failure decides alone.
    let out = place.json(["--text", "谢谢，不会的"]);
    assert_eq!((out["findings"].as_array().unwrap().len(), out["notEvaluated"].as_array().unwrap().len()), (0, 1));
    let out = place.json(["--text", "不会的"]);
    assert_eq!((out["findings"].as_array().unwrap().len(), out["notEvaluated"].as_array().unwrap().len()), (0, 0));
    let out = place.run(["explain-finding", "house/said", "--customer", "我要退款", "--text", "不会的"]);
    assert!(out.stdout.contains("one of when.all does not hold: reply = \"thanks\""), "{}", out.stdout);
}

#[test]
fn all_and_any_hold_together() {
    let when =
        r#", when = { any = [{ customer = "refund" }, { scenario = "complaint" }], all = [{ reply = "thanks" }] }"#;
    let place = place(r#"["不会"]"#, when);
    let said = |customer: &str, reply: &str| place.findings(["--customer", customer, "--text", reply]).len();
    assert_eq!(said("I want a refund", "Thanks, 不会"), 1);
    assert_eq!(said("I want a refund", "不会"), 0);
    assert_eq!(said("hello", "Thanks, 不会"), 0);
}

#[test]
fn conditions_that_can_never_hold_together_are_an_error() {
    for (when, what) in [
        (r#", when = { all = [{ reply = "thanks" }], unless = [{ reply = "thanks" }] }"#, "never asked"),
        (r#", when = { all = [{ reply = "thanks" }], any = [{ reply = "thanks" }] }"#, "idle"),
        (r#", when.all = [{ reply = "thank" }]"#, "did you mean “thanks”"),
        (r#", when.every = [{ reply = "thanks" }]"#, "unknown"),
    ] {
        let place = place(r#"["不会"]"#, when);
        place.run(["check", "--text", "好"]).code(2).warns(&[what]);
    }
}

/// A pack whose cue consists of these weighted words.
fn weighed(weigh: &str) -> Place {
    let place = Place::new();
    place.write("house.toml", pack(r#""没有""#, "").replacen("sequences = [\"没有\"]", weigh, 1));
    place
}

#[test]
fn words_that_speak_for_and_against_are_summed() {
    let place = weighed(
        "weigh = { least = 5, words = [[3, [\"一直\", \"always\"]], [2, [\"沒人\", \"late\"]], [-3, [\"请问\"]]] }",
    );
    assert_eq!(quotes(&place, "你们一直没人接"), ["一直没人"]);
    assert_eq!(quotes(&place, "It is ALWAYS late, later even."), ["ALWAYS late"]);
    assert_eq!(quotes(&place, "一直一直等"), [""; 0], "each word counts once");
    assert_eq!(quotes(&place, "请问一直没人接吗"), [""; 0]);
}

#[test]
fn tones_that_share_their_words_compete_for_a_sentence() {
    let cues = r#"
weigh = { least = 5, within = "sentence", also = "ill", words = [[3, ["自己"]]] }
[cue.ill]
weigh = { least = 8, within = "sentence", words = [[2, ["不会"]], [3, ["不行", "吗"]]] }
[cue.mocking]
weigh = { least = 5, within = "sentence", also = "ill", words = [[5, ["难道"]]] }"#;
    let place = Place::new();
    let pack = pack("", "").replacen("sequences = []", cues, 1);
    place.write("house.toml", pack.replacen("find = \"said\"", "find = [\"said\", \"mocking\"]", 1));
    assert_eq!(quotes(&place, "您自己不会看"), ["自己不会"]);
    assert_eq!(quotes(&place, "您自己来。不会的。"), [""; 0], "each sentence by itself");
    assert_eq!(quotes(&place, "难道您自己不会看"), ["难道您自己不会"], "only what is ahead");
    assert_eq!(quotes(&place, "难道不行吗。您自己不会看"), ["难道不行吗", "自己不会"]);
}

#[test]
fn sums_that_are_never_reached_are_refused() {
    for (weigh, message) in [
        (
            "weigh = { least = 6, words = [[3, [\"一直\"]], [2, [\"没人\"]], [-3, [\"请问\"]]] }",
            "5 points: 6 are never reached",
        ),
        ("weigh = { least = 0, words = [[3, [\"一直\"]]] }", "`least` is at least 1"),
        ("weigh = { least = 1, words = [[0, [\"一直\"]]] }", "points are from 1 to 100"),
        ("weigh = { least = 1, words = [[101, [\"一直\"]]] }", "points are from 1 to 100"),
        ("weigh = { least = 1, words = [[3, [\" \"]]] }", "at least one character"),
        ("weigh = { least = 1, also = \"refun\", words = [[3, [\"没人\"]]] }", "there is no cue “refun”"),
        ("weigh = { least = 1, also = \"refund\", words = [[3, [\"没人\"]]] }", "“refund” has no weighed words"),
        (
            "weigh = { least = 1, also = \"ill\", words = [[3, [\"没人\"]]] }\n[cue.ill]\nroles = [\"agent\"]\n\
             weigh = { least = 1, words = [[3, [\"自己\"]]] }",
            "“ill” has other `roles`",
        ),
        ("weigh = { least = 1, words = [[3, [\"没人\"]], [2, [\"沒人\"]]] }", "“沒人” has its points already"),
    ] {
        let out = weighed(weigh).run(["check", "--text", "好"]);
        assert_eq!(out.code, 2, "{weigh}");
        assert!(out.stderr.contains(message) && out.stderr.contains("house.toml:4"), "{weigh}: {}", out.stderr);
    }
}

#[test]
fn a_name_in_braces_that_nothing_fills_in_is_said() {
    let place = Place::new();
    place.write("house.toml", pack("[\"没有\"]", "").replace("“{quote}”不能说", "“{qoute}”不能说"));
    let run = place.run(["check", "--text", "没有", "--locale", "en"]).code(2);
    run.warns(&["{qoute}", "nothing fills in", "did you mean “quote”?"]);
}

#[test]
fn a_pack_that_an_older_editor_saved_is_read() {
    let place = Place::new();
    let text = pack("[\"没有\"]", "");
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    place.write("house.toml", bytes.as_ref());
    assert_eq!(quotes(&place, "没有"), ["没有"]);
}

/// Two rules about the same words, and how the general one gives way.
fn two_rules(general: &str, special: &str) -> String {
    let rule = |name: &str, find: &str, yields: &str| {
        format!(
            r#"[cue.{name}]
phrases = [{find}]
[rule.{name}]
severity = "warning"
message = {{ zh = "“{{quote}}”", en = "“{{quote}}” is {name}" }}
help = {{ zh = "换", en = "other" }}
why = {{ zh = "例。", en = "So." }}
check.forbid = {{ find = "{name}" }}
{yields}
bad = [{{ reply = "blue moon dog" }}]
good = [{{ reply = "请稍等" }}]
"#
        )
    };
    format!(
        "name = \"house\"\n{}{}",
        rule("general", r#""blue moon", "dog""#, general),
        rule("special", r#""a blue moon", "moon dog""#, special)
    )
}

#[test]
fn a_rule_gives_way_over_the_same_words() {
    let place = Place::new();
    let kinds = |text: &str, more: &[&str]| -> Vec<String> {
        let args: Vec<&str> = ["--select", "house", "--text", text].iter().chain(more).copied().collect();
        let findings = place.findings(args);
        let told = findings.iter().map(|found| {
            let given = &found["suppression"];
            let by = given["kind"].as_str().map(|kind| format!(" {kind} {}", given["reason"].as_str().unwrap_or("")));
            format!("{}{}", found["rule"].as_str().unwrap(), by.unwrap_or_default())
        });
        told.collect()
    };
    place.write("house.toml", two_rules("yields-to = [\"house/special\"]", ""));
    let both = "once in a blue moon, he said";
    assert_eq!(kinds(both, &[]), ["house/special", "house/general same-words house/special"]);
    // Other words are a separate offence.
    assert_eq!(
        kinds("a blue moon and a dog", &[]),
        ["house/special", "house/general same-words house/special", "house/general"]
    );
    // If the specific rule is off, the general one reports.
    assert_eq!(kinds(both, &["--ignore", "house/special"]), ["house/general"]);
    let shown = place.run(["check", "--select", "house", "--text", both]).stdout;
    assert!(shown.contains("house/special") && !shown.contains("house/general"), "{shown}");
    place
        .run(["explain-finding", "house/general", "--text", both, "--locale", "en"])
        .says(&["nothing found", "house/special says it of the same words"]);

    // Of two that give way to each other, one remains.
    place.write("house.toml", two_rules("yields-to = [\"house/special\"]", "yields-to = [\"house/general\"]"));
    assert_eq!(kinds(both, &[]), ["house/special same-words house/general", "house/general"]);

    place.write("house.toml", two_rules("yields-to = [\"house/specail\"]", ""));
    place.run(["check", "--text", both]).code(2).warns(&["pack/unknown-rule", "house/specail"]);
}
