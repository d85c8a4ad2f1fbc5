//! The inputs that every format is tried on, and the requirements that all formats share.

use crate::support::{FORMATS, Place, line};
use serde_json::Value;

/// Text that tries to break out of some format.
pub const HOSTILE: &str = "::error file=x,line=1::no %0A ]]> </failure> <script>alert(1)</script> &amp \" ' \u{1b}[31m\u{9b}1m \u{202e}\u{200b} \
     \u{7f}\u{8} \u{fffe} [a](b) ##[error] \\";

/// A pack whose message, quotation and help are hostile.
const WILD: &str = r#"
name = "wild"
[cue.wild]
regex = ["@@.*@@"]
yes = ["⟦@@ @@⟧"]
no = ["@"]
[rule.wild]
severity = "error"
message = { zh = "a\n::error::b\r\n%25 ]]> {quote}", en = "a\n::error::b\r\n%25 ]]> {quote}" }
help = { zh = "<b>\u0007\u202e [a](b)", en = "<b>\u0007\u202e [a](b)" }
why = { zh = "[x](y)", en = "[x](y)" }
check.forbid = { find = "wild" }
[[rule.wild.bad]]
reply = "⟦@@ @@⟧"
[[rule.wild.good]]
reply = "@"
"#;

/// A folder with inputs of every kind, some of which cannot be read.
pub fn set() -> Place {
    let place = Place::new();
    place.write("wild.toml", WILD);
    let settings = "[rulebook]\nextends = \"none\"\npacks = [\"house.toml\", \"wild.toml\"]\n";
    place.write("replylint.toml", settings);
    place.write("in/退款 100%.md", "您好😀，小蜜在\r\n我尽快查，小姐姐\r\n滚开");
    place.write("in/plain.txt", "我尽快查\n我尽快查\n");
    place.write("in/clean.txt", "今天查");
    place.write("in/hostile.txt", format!("尽快\n@@{HOSTILE}@@\n"));
    let turns = [("customer", "坏了"), ("agent", "我\"尽快\"查\n小蜜")];
    place.write(
        "in/log.jsonl",
        [line("c-1", &turns), "no json\n".into(), line(HOSTILE, &turns), line("c-1", &turns)].concat(),
    );
    #[cfg(unix)]
    place.write("in/::error::a,b%0A ]]>&<x>\u{1b}\u{202e}\n.txt", "我尽快查");
    place
}

/// What a run with this output writes, beside `concise`.
#[track_caller]
pub fn written(place: &Place, format: &str, arguments: &[&str]) -> String {
    let output = format!("--output={format}=out.{format}");
    place.run(["check", "-q", "-f", "concise", &output].iter().chain(arguments)).code(2);
    String::from_utf8(place.read(&format!("out.{format}"))).unwrap()
}

/// The findings of the same run in the program's own JSON, to compare other formats with.
#[track_caller]
pub fn measure(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let found = place.findings(arguments);
    assert!(found.len() > 10, "{found:?}");
    found
}

/// A string of a record.
#[track_caller]
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

/// A number of a record.
#[track_caller]
pub fn number(value: &Value, pointer: &str) -> usize {
    let number = value.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {pointer} in {value}"));
    usize::try_from(number).unwrap()
}

/// A text as it is shown: sanitised, on one line.
pub fn shown(text: &str) -> String {
    replylint::report::sanitize_line(text).into_owned()
}

#[test]
fn nothing_that_acts_comes_out() {
    let place = set();
    for format in FORMATS {
        let text = written(&place, format, &["in"]);
        let wild = text
            .chars()
            .find(|&c| c.is_control() && c != '\n' || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'));
        assert_eq!(wild, None, "{format}: {text}");
        assert!(text.lines().filter(|line| line.starts_with("::")).all(|_| format == "github"), "{format}: {text}");
    }
}

#[test]
fn any_number_of_threads_writes_the_same() {
    let place = set();
    for number in 0..40 {
        place.write(&format!("in/more/{number}.txt"), "我尽快查，小蜜\n".repeat(number % 7));
    }
    let outputs: Vec<String> = FORMATS.iter().map(|format| format!("--output={format}=out.{format}")).collect();
    let mut first = None;
    for threads in ["1", "2", "8"] {
        let fixed = ["check", "-q", "-f", "concise", "--threads", threads, "in"].map(str::to_owned);
        place.run(fixed.iter().chain(&outputs)).code(2);
        let files: Vec<_> = FORMATS.iter().map(|format| place.read(&format!("out.{format}"))).collect();
        assert!(files.iter().all(|file| file.len() > 1000));
        assert!(*first.get_or_insert_with(|| files.clone()) == files, "{threads} threads write something else");
    }
}

#[test]
fn private_data_is_masked_in_every_format() {
    const PRIVATE: [&str; 3] = ["13812345678", "110101199003074530", "zhang.san@example.com"];
    let place = set();
    let words = PRIVATE.join("，");
    place.write("in/own.txt", format!("@@ {words} @@ 我尽快打{}", PRIVATE[0]));
    place.write("in/own.jsonl", line(PRIVATE[0], &[("customer", "坏了"), ("agent", &format!("@@ {words} @@"))]));
    place.write("in/broken.jsonl", format!("{{\"id\":\"a\",\"turns\":[{{\"role\":\"{}\"}}]}}\n", PRIVATE[2]));
    for format in FORMATS {
        let hidden = written(&place, format, &["in"]);
        let shown = written(&place, format, &["--show-pii", "in"]);
        for private in PRIVATE {
            assert!(!hidden.contains(&private[..9]), "{format} shows {private}, or the beginning of it: {hidden}");
        }
        assert!(shown.contains(PRIVATE[0]), "{format} hides what it was asked to show");
        // Typed text is shown to the user who typed it, but not to readers of the file.
        place.run(["check", "-q", "--text", PRIVATE[0], &format!("--output={format}=typed")]);
        assert!(!String::from_utf8(place.read("typed")).unwrap().contains(PRIVATE[0]), "{format}");
    }
}

#[test]
fn both_languages_are_spoken() {
    let place = set();
    for format in FORMATS.iter().filter(|format| **format != "json" && **format != "jsonl") {
        assert!(written(&place, format, &["--locale", "zh", "in"]).contains("没说几点"), "{format}");
        let english = written(&place, format, &["--locale", "en", "in"]);
        assert!(english.contains("gives no time") && !english.contains("没说几点"), "{format}");
    }
}
