//! `rules`, `init`, `completions`, `man`: what a rule author and a packager use.

mod support;

use serde_json::Value;
use support::{HOUSE, Place};

#[test]
fn rules_are_listed_with_what_the_settings_make_of_them() {
    let place = Place::new();
    insta::assert_snapshot!(place.run(["rules", "list"]).code(0).stdout, @r"
    house/nickname                     advice   “…” is too familiar
    house/no-apology                   warning  no apology
    house/old-name                     advice   “…” is the old name
    house/rude                         error    “…” is rude
    house/vague                        warning  “…” gives no time
    ");
    let listed = place.run(["rules", "list", "--ignore", "house/rude"]).code(0);
    listed.says(&["house/rude", "off", "house/vague", "warning"]);
    place.run(["rules", "list", "--locale", "zh"]).code(0).says(&["house/vague", "没说几点"]);
    let default = Place::empty().run(["rules", "list"]).code(0).stdout;
    let ids = default.lines().map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>();
    assert!(ids.is_sorted() && ids.contains(&"wording/mixed-address"), "{ids:?}");
}

#[test]
fn a_rule_is_explained_with_examples_and_places() {
    let place = Place::new();
    insta::assert_snapshot!(place.run(["rules", "explain", "house/no-apology"]).code(0).stdout, @r"
    house/no-apology  warning

    no apology
    help: apologise first
    why: It is broken.

    bad:
      customer: 收到就坏了
      agent: 给您换一个

    good:
      customer: 收到就坏了
      agent: 抱歉，给您换一个

    the rule is in house.toml
    its cues:
      house.toml: broken, sorry
    ");
    place.run(["rules", "explain", "house/no-apolgy"]).code(2).warns(&["did you mean `house/no-apology`"]);
    let zh = place.run(["rules", "explain", "--locale", "zh", "house/vague"]).code(0);
    zh.says(&["建议改", "没说几点", "写明几点", "客户在等。", "我⟦尽快⟧查", "我今天查"]);
    let default = Place::empty().run(["rules", "explain", "wording/mixed-address"]).code(0);
    default.says(&["rules/wording.toml", "rules/cues/zh/"]);
}

#[test]
fn default_rules_can_be_explained() {
    let place = Place::empty();
    let listed = place.run(["rules", "list"]).code(0).stdout;
    let some = listed.lines().count() / 4;
    for id in listed.lines().step_by(some).map(|line| line.split(' ').next().unwrap()) {
        let out = place.run(["rules", "explain", id, "--locale", "zh"]).code(0);
        assert!(out.stdout.contains("不合适："), "{id}: {}", out.stdout);
    }
}

#[test]
fn examples_are_run_and_a_failure_is_drawn() {
    let place = Place::new();
    let out = place.run(["rules", "test"]).code(0);
    assert_eq!(out.stdout, "examples of rules: 10, of cues: 2, failures: 0\n");
    for (good, bad, word) in [
        ("reply = \"我⟦尽快⟧查\"", "reply = \"我⟦今天⟧查\"", "finds nothing"),
        ("reply = \"我今天查\"", "reply = \"我稍后查\"", "is to be fine"),
        ("reply = \"我⟦尽快⟧查\"", "reply = \"⟦我⟧尽快查\"", "marks are elsewhere"),
        ("yes = [\"我⟦尽快⟧\"]", "yes = [\"我⟦今天⟧\"]", "is not found"),
        ("no = [\"今天\"]", "no = [\"稍后\"]", "is not to be here"),
        ("fixed = \"请找客服助手\"", "fixed = \"请找它\"", "the fix makes"),
    ] {
        assert!(HOUSE.contains(good));
        place.write("house.toml", HOUSE.replacen(good, bad, 1));
        let out = place.run(["rules", "test"]).code(1).warns(&[word, "house.toml:"]);
        out.says(&["failures: 1"]);
        place.run(["rules", "test", "house.toml"]).code(1).warns(&[word]);
    }
    place.run(["rules", "test", "gone.toml"]).code(2).warns(&["gone.toml"]);
}

#[test]
fn a_pack_is_tested_alone_and_over_the_default_rulebook() {
    let place = Place::empty();
    place.write("house.toml", HOUSE);
    let out = place.run(["rules", "test", "house.toml"]).code(0);
    assert_eq!(out.stdout, "examples of rules: 10, of cues: 2, failures: 0\n");
    let drafts = ["check", "-f", "concise", "--pack", "house.toml", "--select", "house/*", "--text", "滚开"];
    place.run(drafts).code(1).says(&["house/rude"]);
    place.write("again.toml", HOUSE);
    place.run(["check", "--pack", "house.toml", "--pack", "again.toml", "--text", "好"]).code(2).warns(&["twice"]);
}

#[test]
fn what_is_like_a_sentence_but_quoted_is_somebody_elses() {
    let place = Place::empty();
    let pack = r#"
name = "house"
[cue.nothing-to-do]
like = ["这个情况我们没有办法处理"]
yes = ["您好，⟦这个情况我们也没有办法处理⟧", "⟦这个“情况”我们没有办法处理⟧"]
no = ["您说“这个情况我们也没有办法处理”，我理解"]
"#;
    place.write("house.toml", pack);
    place.run(["rules", "test", "house.toml"]).code(0);
    place.write("house.toml", pack.replace("yes =", "quoted = \"keep\"\nyes ="));
    place.run(["rules", "test", "house.toml"]).code(1).warns(&["at “这个情况我们也没有办法处理”"]);
}

#[test]
fn industries_are_off_until_they_are_asked_for() {
    let place = Place::empty();
    let listed = place.run(["rules", "industries"]).code(0).says(&[
        "industry/banking ",
        "promises-return, ",
        "industry/travel ",
    ]);
    assert_eq!(listed.stdout.lines().count(), 11);
    let draft = ["--text", "这款理财保本保息，您放心买。"];
    let silent =
        |args: &[&str]| !place.findings(args.iter().copied()).iter().any(|it| it["rule"] == "banking/promises-return");
    assert!(silent(&draft));
    assert!(!silent(&["--pack", "industry/banking", draft[0], draft[1]]));
    place.write("replylint.toml", "[rulebook]\nextends = [\"default\", \"industry/banking\"]\n");
    assert!(!silent(&draft));
    place.run(["rules", "list"]).code(0).says(&["banking/promises-return", "duty/missing-apology"]);
    place.write("replylint.toml", "[rulebook]\nextends = \"industry/bankin\"\n");
    place.run(["check", "--text", "好"]).code(2).warns(&["industry/bankin", "did you mean `industry/banking`"]);
    place
        .run(["check", "--no-config", "--pack", "industry/travle", "--text", "好"])
        .code(2)
        .warns(&["industry/travle", "did you mean `industry/travel`"]);
}

#[test]
fn an_industry_is_explained_and_tested_where_it_is_off() {
    let place = Place::empty();
    let explained = place.run(["rules", "explain", "banking/promises-return"]).code(0);
    explained
        .says(&["保本保息", "rules/industry/banking/rules.toml"])
        .warns(&["extends = [\"default\", \"industry/banking\"]"]);
    place.run(["rules", "test", "industry/banking"]).code(0).says(&["failures: 0"]);
    place.run(["rules", "test", "industry/bank"]).code(2).warns(&["industry/bank"]);
}

#[test]
fn a_rule_may_stand_in_for_another() {
    let place = Place::empty();
    let pack = |target: &str| HOUSE.replacen("[rule.rude]", &format!("[rule.rude]\nreplaces = \"{target}\""), 1);
    place.write("house.toml", pack("conduct/abusive-wording"));
    let found = place.findings(["--pack", "house.toml", "--text", "滚开"]);
    let ids: Vec<_> = found.iter().filter_map(|it| it["rule"].as_str()).collect();
    assert!(ids.contains(&"house/rude") && !ids.contains(&"conduct/abusive-wording"), "{ids:?}");
    // Settings that name the old rule mean the new one.
    let off =
        ["check", "--pack", "house.toml", "--ignore", "conduct/abusive-wording", "-f", "concise", "--text", "滚开"];
    assert!(!place.run(off).stdout.contains("house/rude"));
    place.write("house.toml", pack("conduct/abusive-words"));
    place
        .run(["check", "--pack", "house.toml", "--text", "好"])
        .code(2)
        .warns(&["did you mean “conduct/abusive-wording”"]);
}

#[test]
fn init_writes_what_can_be_used_at_once() {
    let place = Place::empty();
    place.run(["init"]).code(0).says(&["replylint.toml", "our-rules.toml", "rules test our-rules.toml"]);
    assert_eq!(place.files(), ["our-rules.toml", "replylint.toml"]);
    place.run(["rules", "test", "our-rules.toml"]).code(0).says(&["failures: 0"]);
    let found = place.findings(["--text", "您可以找小蜜助手查询。"]);
    assert!(found.iter().any(|finding| finding["rule"] == "house/old-brand-name"), "{found:?}");
    place.write("replylint.toml", "# mine\n");
    place.run(["init"]).code(2).warns(&["replylint.toml", "--force"]);
    assert_eq!(place.read("replylint.toml"), b"# mine\n", "nothing is replaced unasked");
    place.run(["init", "--force"]).code(0);
    assert_ne!(place.read("replylint.toml"), b"# mine\n");
    place.run(["init", "new/folder"]).code(0);
    assert!(place.path("new/folder/our-rules.toml").is_file());
    place.run(["init", "our-rules.toml"]).code(2);
}

#[test]
fn init_half_way_replaces_nothing() {
    let place = Place::empty();
    place.write("our-rules.toml", "# mine\n");
    place.run(["init"]).code(2).warns(&["our-rules.toml"]);
    assert_eq!(place.files(), ["our-rules.toml"]);
}

#[test]
fn scenarios_have_names_in_both_languages() {
    let place = Place::empty();
    let (zh, en) =
        (place.run(["rules", "scenarios", "--locale", "zh"]), place.run(["rules", "scenarios", "--locale", "en"]));
    let ids = |text: &str| text.lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&zh.stdout), ids(&en.stdout));
    for (id, name) in [("chase-shipping", "催发货"), ("damaged", "破损"), ("complaint", "投诉"), ("closing", "结束")]
    {
        assert!(
            zh.stdout.lines().any(|line| line.starts_with(id) && line.contains(name)),
            "{id} {name}: {}",
            zh.stdout
        );
    }
    let none = Place::new().run(["rules", "scenarios"]).code(0);
    assert_eq!(ids(&none.stdout), ids(&en.stdout), "the list is closed, whatever the rulebook");
}

#[test]
fn the_schema_of_packs_knows_every_verb() {
    let schema: Value = serde_json::from_str(&Place::empty().run(["rules", "schema"]).code(0).stdout).unwrap();
    let text = schema.to_string();
    for word in ["forbid", "require", "pair", "limit", "agree", "repeat", "phrases", "disguise", "unless", "suggest"] {
        assert!(text.contains(&format!("\"{word}\"")), "{word}");
    }
}

#[test]
fn shells_and_man_know_the_commands() {
    let place = Place::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let out = support::finish(place.command(["completions", shell]), b"").code(0);
        assert!(out.stdout.contains("unsafe-fixes") && out.stdout.contains("rules"), "{shell}");
    }
    place.run(["man"]).code(0).says(&[".TH replylint", "check", "rules"]);
    place.run(["completions", "cmd.exe"]).code(2);
}

#[test]
fn help_shows_the_way() {
    let place = Place::empty();
    place.run(["--help"]).code(0).says(&["Usage:", "check", "rules", "Exit status:"]);
    place.run(["--version"]).code(0).says(&["replylint "]);
    assert_eq!(place.run([""; 0]).code(2).stdout, "");
    for command in ["check", "rules", "config", "init", "completions", "man"] {
        place.run([command, "--help"]).code(0).says(&["Usage: replylint"]);
    }
    place.run(["chek"]).code(2).warns(&["check"]);
    place.run(["check", "--fromat", "json"]).code(2).warns(&["--format"]);
}
