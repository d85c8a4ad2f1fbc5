//! `replylint.toml`: which file counts, what it changes, how mistakes are reported, and what `config` shows.

mod support;

use serde_json::Value;
use support::{HOUSE, Place, SETTINGS, each, text};

fn rules(place: &Place, arguments: &[&str]) -> Vec<String> {
    each(&place.findings(arguments), "rule")
}

#[test]
fn the_nearest_file_upward_counts_whole() {
    let place = Place::new();
    for folder in ["", "a/", "a/b/", "other/"] {
        place.write(&format!("{folder}draft.txt"), "滚开，尽快");
    }
    place.write("a/house.toml", HOUSE);
    place.write("a/replylint.toml", format!("{SETTINGS}[rules]\nignore = [\"house/rude\"]\n"));
    let all = ["house/rude", "house/vague"];
    assert_eq!(rules(&place, &["draft.txt"]), all);
    assert_eq!(rules(&place, &["other"]), all, "it holds for what lies below");
    assert_eq!(rules(&place, &["a/b/draft.txt"]), ["house/vague"]);
    let absolute = place.path("a/b/draft.txt");
    assert_eq!(rules(&place, &[text(&absolute)]), ["house/vague"]);
    let paths = each(&place.findings(["."]), "path");
    assert_eq!(
        paths,
        ["./a/b/draft.txt", "./a/draft.txt", "./draft.txt", "./draft.txt", "./other/draft.txt", "./other/draft.txt"]
    );
    assert_eq!(rules(&place, &["--config", "replylint.toml", "a/b/draft.txt"]), all, "a named file beats the nearest");
    let none = place.run(["check", "--no-config", "--ignore", "house/rude", "a"]).code(2);
    none.warns(&["house/rude"]);
}

#[test]
fn what_a_file_says_is_done_and_flags_beat_it() {
    let place = Place::new();
    let with = |more: &str| drop(place.write("replylint.toml", format!("{SETTINGS}{more}")));
    let draft = &["--text", "滚开，尽快，小蜜"][..];
    with(
        "[rules]\nselect = [\"house/v*\", \"house/old-name\"]\nseverity = { \"house/vague\" = \"error\", \"house/*\" = \"warning\" }\n",
    );
    let found = place.findings(draft);
    assert_eq!(each(&found, "rule"), ["house/vague", "house/old-name"]);
    assert_eq!(each(&found, "severity"), ["error", "warning"], "the pattern that says most wins");
    assert_eq!(rules(&place, &[draft, &["--select", "house/rude"]].concat()), ["house/rude"]);
    with("[rules]\nignore = [\"house/rude\"]\n");
    assert_eq!(rules(&place, &[draft, &["--ignore", "house/vague"]].concat()), ["house/old-name"], "on top");
    assert_eq!(rules(&place, &[draft, &["--select", "house/rude"]].concat()), ["house/rude"], "typed beats written");
}

#[test]
fn some_files_may_have_other_rules() {
    let place = Place::new();
    place.write(
        "replylint.toml",
        format!(
            "{SETTINGS}[[override]]\npaths = [\"letters/\"]\nignore = [\"house/vague\"]\n\
             [[override]]\npaths = [\"*.md\"]\nseverity = {{ \"house/rude\" = \"advice\" }}\n"
        ),
    );
    for name in ["letters/a.txt", "b.txt", "c.md"] {
        place.write(name, "滚开，尽快");
    }
    let found = place.findings(["."]);
    let said =
        found.iter().map(|one| format!("{} {} {}", one["path"], one["rule"], one["severity"])).collect::<Vec<_>>();
    insta::assert_snapshot!(said.join("\n").replace('"', ""), @r"
    ./b.txt house/rude error
    ./b.txt house/vague warning
    ./c.md house/rude advice
    ./c.md house/vague warning
    ./letters/a.txt house/rude error
    ");
}

#[test]
fn all_mistakes_are_told_at_once_with_what_was_meant() {
    let place = Place::new();
    let mistaken = "\
[rulebok]
packs = [\"house.toml\"]

[rulebook]
extends = \"defualt\"
packs = [\"../house.toml\"]

[rules]
ignor = [\"x\"]
severity = { \"house/rude\" = \"eror\" }

[[override]]
ignore = []

[calendar]
zone = \"Asia/Shangai\"

[limits]
text-bytes = -1
findings = 0
";
    place.write("replylint.toml", mistaken);
    for arguments in [&["check", "--text", "好"][..], &["config"], &["rules", "list"]] {
        let out = place.run(arguments).code(2);
        assert_eq!(out.stdout, "");
        for word in [
            "rulebok",
            "did you mean `rulebook`",
            "did you mean `default`",
            "../house.toml",
            "did you mean `ignore`",
            "eror",
            "did you mean `error`",
            "override.paths",
            "Asia/Shangai",
            "limits.text-bytes",
            "limits.findings",
        ] {
            assert!(out.stderr.contains(word), "{word} is not said: {}", out.stderr);
        }
        for line in [1, 5, 6, 9, 10, 12, 16, 19, 20] {
            assert!(
                out.stderr.contains(&format!("replylint.toml:{line}:")),
                "line {line} is not named: {}",
                out.stderr
            );
        }
    }
    let chinese = place.run(["config", "--locale", "zh"]).code(2);
    chinese.warns(&["是不是想写“rulebook”"]);
}

#[test]
fn a_rule_that_does_not_exist_is_a_mistake() {
    let place = Place::new();
    place.write("replylint.toml", format!("{SETTINGS}[rules]\nignore = [\"house/vage\", \"nothing/*\"]\n"));
    let out = place.run(["check", "--text", "好"]).code(2);
    out.warns(&["replylint.toml:5:", "house/vage", "did you mean `house/vague`", "nothing/*"]);
}

#[test]
fn one_broken_file_of_settings_stops_only_what_is_below_it() {
    let place = Place::new();
    for folder in ["a", "b", "c"] {
        place.write(&format!("{folder}/one.txt"), "滚开");
        place.write(&format!("{folder}/two.txt"), "滚开");
    }
    place.write("b/replylint.toml", "[rulez]\n");
    let out = place.run(["check", "-f", "json", "a", "b", "c"]).code(2);
    let document = out.document();
    assert_eq!(
        each(document["findings"].as_array().unwrap(), "path"),
        ["a/one.txt", "a/two.txt", "c/one.txt", "c/two.txt"]
    );
    assert_eq!(each(document["failed"].as_array().unwrap(), "path"), ["b/one.txt", "b/two.txt"]);
    assert_eq!(
        out.stderr.matches("rulez").count(),
        out.stderr.matches("[rulez]").count() * 2,
        "told once: {}",
        out.stderr
    );
    assert_eq!(out.stderr.matches("did you mean").count(), 1, "told once: {}", out.stderr);
}

#[test]
fn files_extend_one_another_below_their_folder() {
    let place = Place::new();
    place.write("base/replylint.toml", "[rules]\nignore = [\"house/rude\"]\n[brand]\nnames = [\"base\"]\n");
    place.write("replylint.toml", format!("extends = \"base/replylint.toml\"\n{SETTINGS}[brand]\nnames = [\"own\"]\n"));
    assert_eq!(rules(&place, &["--text", "滚开，尽快"]), ["house/vague"]);
    place.run(["config"]).code(0).says(&["\"own\"", "replylint.toml:6"]);
    for (extends, word) in [
        ("../x.toml", "outside"),
        ("/etc/passwd", "outside"),
        ("gone.toml", "gone.toml"),
        ("replylint.toml", "comes back"),
    ] {
        place.write("replylint.toml", format!("extends = \"{extends}\"\n{SETTINGS}"));
        place.run(["check", "--text", "好"]).code(2).warns(&[word]);
    }
}

#[cfg(unix)]
#[test]
fn links_that_leave_the_folder_are_not_followed() {
    use std::os::unix::fs::symlink;
    let (place, elsewhere) = (Place::new(), Place::empty());
    elsewhere.write("house.toml", support::HOUSE);
    elsewhere.write("settings.toml", "[rules]\nignore = [\"house/vague\"]\n");
    let secret = elsewhere.write("secret", "root:secret:0:0\n");
    symlink(&secret, place.path("p.toml")).unwrap();
    symlink(elsewhere.path(""), place.path("out")).unwrap();
    symlink(elsewhere.path("settings.toml"), place.path("l.toml")).unwrap();
    symlink("house.toml", place.path("own.toml")).unwrap();
    for settings in [
        "[rulebook]\nextends = \"none\"\npacks = [\"p.toml\"]\n",
        "[rulebook]\nextends = \"none\"\npacks = [\"out/house.toml\"]\n",
        "extends = \"l.toml\"\n",
        "extends = \"out/settings.toml\"\n",
    ] {
        place.write("replylint.toml", settings);
        let out = place.run(["check", "--text", "我尽快查"]).code(2);
        assert!(!format!("{out:?}").contains("secret:0"), "{settings}: {out:?}");
        // Wherever the message wraps.
        let plain = |text: &str| text.replace([' ', '\n', '│'], "");
        assert!(
            plain(&out.stderr).contains(&plain("a link that leads out of the folder of the settings file")),
            "{out:?}"
        );
        let out = place.run(["--locale", "zh", "check", "--text", "我尽快查"]).code(2);
        assert!(plain(&out.stderr).contains("这个链接指到设置文件的目录之外"), "{out:?}");
    }
    place.write("replylint.toml", "baseline = \"p.toml\"\n");
    let out = place.run(["check", "--text", "我尽快查"]).code(2);
    assert!(!format!("{out:?}").contains("secret:0"), "{out:?}");
    // A link to a neighbour, and anything named on the command line, is allowed.
    place.write("replylint.toml", "[rulebook]\nextends = \"none\"\npacks = [\"own.toml\"]\n");
    assert_eq!(rules(&place, &["--text", "我尽快查"]), ["house/vague"]);
    place.write("replylint.toml", "[rulebook]\nextends = \"none\"\n");
    assert_eq!(rules(&place, &["--pack", "out/house.toml", "--text", "我尽快查"]), ["house/vague"]);
}

#[test]
fn what_is_in_force_is_shown_with_its_origin() {
    let place = Place::new();
    place.write("replylint.toml", format!("{SETTINGS}[brand]\nchannels = [\"官方微信\"]\n[limits]\nfindings = 7\n"));
    let out = place.run(["config", "--select", "house/rude"]).code(0);
    let shown = out.stdout.replace(text(&place.path("")).trim_end_matches('/'), "<here>");
    insta::assert_snapshot!(shown, @r#"
    [rulebook]
    extends = ["none"]  # from <here>/replylint.toml:2
    packs = ["<here>/house.toml"]  # from <here>/replylint.toml:3

    [rules]
    select = ["house/rude"]  # from the command line
    ignore = []  # default

    [brand]
    channels = ["官方微信"]  # from <here>/replylint.toml:5
    names = []  # default

    [house]
    standard-phrases = []  # default

    [facts]
    phones = []  # default
    links = []  # default

    [templates]
    required = []  # default
    languages = []  # default

    [slots]
    declared = []  # default
    # dialect: told from each placeholder

    [masks]
    patterns = []  # default

    [calendar]
    zone = "Asia/Shanghai"  # from TZ in the environment

    [audit]
    scorecards = []  # default
    newcomers = []  # default
    least-cases = 30  # default

    [limits]
    text-bytes = 16777216  # default
    findings = 7  # from <here>/replylint.toml:7
    "#);
    shown.parse::<toml::Table>().expect("what is shown is TOML");
}

#[test]
fn the_limit_of_drawings_and_of_texts_holds() {
    let place = Place::new();
    place.write("replylint.toml", format!("{SETTINGS}[limits]\nfindings = 1\ntext-bytes = 50\n"));
    place.write("chat.txt", "客户：在\n客服：尽快，尽快，尽快\n");
    let out = place.run(["check", "chat.txt"]).code(1);
    out.says(&["warning[house/vague]", "1 drawn in full", "chat.txt:2:7:", "chat.txt:2:10:"]);
    place.write("long.txt", "好".repeat(17));
    let document = place.run(["check", "-f", "json", "long.txt", "chat.txt"]).code(2).document();
    assert_eq!(document["failed"][0]["reason"], "input/too-large");
    assert_eq!(document["summary"]["findings"]["warning"], 3);
}

#[test]
fn a_house_phrase_and_a_channel_of_our_own_reach_the_rules() {
    let place = Place::new();
    let pack = HOUSE.replace("[cue.nickname]\n", "[cue.nickname]\nunless = { config = \"brand.names\" }\n");
    place.write("house.toml", pack);
    assert_eq!(rules(&place, &["--text", "小姐姐牌面膜"]), ["house/nickname"]);
    place.write("replylint.toml", format!("{SETTINGS}[brand]\nnames = [\"小姐姐牌\"]\n"));
    assert_eq!(rules(&place, &["--text", "小姐姐牌面膜"]), [""; 0]);
}

#[test]
fn the_schema_of_settings_knows_what_the_reader_knows() {
    let place = Place::new();
    let schema: Value = serde_json::from_str(&place.run(["config", "--schema"]).code(0).stdout).unwrap();
    let keys = schema["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for key in
        ["rulebook", "rules", "override", "brand", "house", "facts", "slots", "masks", "calendar", "limits", "extends"]
    {
        assert!(keys.iter().any(|known| known == key), "{key}: {keys:?}");
    }
    let out = place.run(["config", "gone/folder"]);
    assert!(out.code == 0 || out.code == 2);
}
