//! The formats on made-up findings: what people and machines see.

use super::sanitize::tests::{HOSTILE, assert_tame};
use super::*;
use crate::conversation::{Mode, Origin, Role, Turn};
use crate::judge::{Edit, Fix, Location, Related};
use crate::rulebook::{Safety, Severity};
use crate::source::{LineIndex, Span};
use insta::assert_snapshot;
use serde_json::Value;

fn finding(conversation: &Conversation, turn: usize, quote: &str, said: &str) -> Finding {
    let text = &conversation.turns[turn].text;
    let start = text.rfind(quote).unwrap();
    let span = Span::new(start, start + quote.len());
    let origin = &conversation.turns[turn].origin;
    let index = LineIndex::new(&conversation.chunk.text);
    let position = |at| Some(index.position(&conversation.chunk.text, origin.chunk_offset(at)?));
    let (start, end) = (position(span.start), position(span.end));
    Finding {
        rule: "promise/vague-promise".into(),
        severity: Severity::Warning,
        message: format!("“{quote}”{said}"),
        help: "写一个您自己能做到的回复时间，如“今天18:00前回您，没结果也说进展”".into(),
        path: Some("drafts/reply.txt".into()),
        conversation: conversation.id.clone(),
        turn,
        role: conversation.turns[turn].role,
        span,
        outside: None,
        location: start.zip(end).map(|(start, end)| Location { start, end }),
        quote: quote.into(),
        cell: None,
        related: Vec::new(),
        fixes: Vec::new(),
        fingerprint: "v1:00000000000000000000000000000000".into(),
        former_fingerprints: Vec::new(),
        told_elsewhere: Vec::new(),
        suppression: None,
        baseline_state: None,
    }
}

fn written(mut report: impl Report, conversation: &Conversation, findings: &[Finding]) -> String {
    let mut out = Vec::new();
    report.begin(&mut out).unwrap();
    report.conversation(&mut out, &ConversationReport { conversation, findings }).unwrap();
    let mut summary = Summary { conversations: 1, turns: 1, replies: 1, ..Summary::default() };
    summary.add_findings(conversation, findings);
    let failed =
        Setback { line: Some(70_000), reason: "input/json".into(), message: "断了".into(), ..Setback::default() };
    summary.failed.push(failed);
    summary.not_evaluated.push(NotEvaluated { rule: "pace/long-silence".into(), reason: "no time".into(), count: 2 });
    report.finish(&mut out, &summary).unwrap();
    String::from_utf8(out).unwrap()
}

fn masker() -> Masker {
    Masker::new(super::mask::tests::find)
}

fn pretty(conversation: &Conversation, findings: &[Finding]) -> String {
    written(Pretty::new(Style { width: 80, ..Style::default() }, Ui::default(), masker()), conversation, findings)
}

fn concise(conversation: &Conversation, findings: &[Finding]) -> String {
    written(Concise::new(Style::default(), Ui::default(), masker()), conversation, findings)
}

#[test]
fn what_does_not_count_is_told_to_machines_only() {
    use crate::judge::{Suppression, SuppressionKind, SuppressionStatus};
    let draft = Conversation::draft("亲，尽快给您回");
    let mut findings = vec![finding(&draft, 0, "亲", "不像正式称呼"), finding(&draft, 0, "尽快", "没说几点")];
    let reason = Some("平台用语，见13812341234".to_owned());
    findings[0].suppression = Some(Suppression { reason, ..Suppression::accepted(SuppressionKind::Inline) });
    assert!(!concise(&draft, &findings).contains("亲"));
    assert!(!pretty(&draft, &findings).contains("不像"));
    let json: Value = serde_json::from_str(&written(Json::new(masker(), ""), &draft, &findings)).unwrap();
    assert_eq!(json["findings"][0]["suppression"]["kind"], "inline");
    assert_eq!(json["findings"][0]["suppression"]["reason"], "平台用语，见138****1234");
    assert_eq!((&json["summary"]["suppressed"], &json["summary"]["findings"]["warning"]), (&1.into(), &1.into()));
    let status = SuppressionStatus::UnderReview;
    findings[0].suppression = Some(Suppression { status, ..Suppression::accepted(SuppressionKind::Appeal) });
    assert!(concise(&draft, &findings).contains("(申诉中，未定)"));
    assert!(pretty(&draft, &findings).contains("申诉中"));
}

#[test]
fn a_draft_shows_what_matters_most_and_how_much_more_there_is() {
    let draft = Conversation::draft("亲，抱歉😀尽快\r\n给您回13812341234\r\n有消息就说");
    let mut findings = vec![
        finding(&draft, 0, "亲", "不像正式称呼"),
        finding(&draft, 0, "尽快", "没说几点"),
        finding(&draft, 0, "13812341234", "是客户的电话"),
    ];
    findings[0].severity = Severity::Advice;
    findings[2].severity = Severity::Error;
    findings[2].rule = "compliance/exposed-pii".into();
    assert_snapshot!("draft_pretty", pretty(&draft, &findings));
    assert_snapshot!("draft_concise", concise(&draft, &findings));
    let english = Pretty::new(Style { unicode: false, width: 60, ..Style::default() }, Ui::new(Locale::En), masker());
    let english =
        english.why(|_| Some("A customer who is told no time asks again, and the next agent starts over.".into()));
    assert_snapshot!("draft_pretty_english", written(english.all(true), &draft, &findings[1..2]));
}

#[test]
fn a_transcript_says_who_speaks_and_what_else_belongs_to_it() {
    let mut chat = Conversation { mode: Mode::Transcript, id: Some("c-001".into()), ..Conversation::default() };
    chat.turns.push(Turn::new(Role::Customer, "碎了！\n电话13812341234"));
    chat.turns.push(Turn {
        origin: Origin::at(20), ..Turn::new(Role::Agent, "收到，\n稍后尽快处理，尽快回您")
    });
    chat.chunk.lines_before = 6;
    chat.chunk.text = format!("{{\"turns\":[{:60}\"收到，\\n稍后尽快处理，尽快回您\"]}}", "").into();
    let mut found = finding(&chat, 1, "尽快", "说了两次");
    found.path = Some("chat.jsonl".into());
    found.location.as_mut().unwrap().start.line = 7;
    found.related = vec![
        Related { turn: 0, span: Span::new(0, 26), message: "客户在这里说碎了".into(), ..Related::default() },
        Related { turn: 1, span: Span::new(16, 22), message: "第一次".into(), ..Related::default() },
    ];
    assert_snapshot!("transcript_pretty", pretty(&chat, &[found.clone()]));
    found.location = None;
    assert_snapshot!("transcript_concise", concise(&chat, &[found.clone()]));
}

#[test]
fn a_flood_is_capped_and_late_findings_are_not_read_for_again() {
    // 2 MB in one text of many lines, and in one of a single line.
    for line_break in ["\n", ""] {
        let draft = Conversation::draft(format!("您好，请稍等{line_break}").repeat(100_000) + "尽快");
        let findings = vec![finding(&draft, 0, "尽快", "没说几点"); 100];
        let mut out = Vec::new();
        let started = std::time::Instant::now();
        let mut report = Pretty::new(Style::default(), Ui::default(), Masker::off()).all(true).limit(90);
        report.conversation(&mut out, &ConversationReport { conversation: &draft, findings: &findings }).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.matches("╰────").count(), 90);
        assert!(out.len() < 60_000, "{} bytes", out.len());
        // A guard against hanging, not a measurement: rereading the text for every label takes minutes here.
        assert!(started.elapsed().as_secs() < 10);
    }
}

#[test]
fn nothing_in_a_text_a_path_or_a_message_reaches_the_terminal_raw() {
    for hostile in HOSTILE {
        let mut draft = Conversation::draft(format!("前{hostile}尽快{hostile}后\n{hostile}"));
        draft.id = Some(hostile.into());
        draft.mode = Mode::Transcript;
        let mut found = finding(&draft, 0, "尽快", hostile);
        for text in [&mut found.rule, &mut found.help] {
            text.push_str(hostile);
        }
        found.path = Some(hostile.into());
        found.related = vec![
            Related { turn: 0, span: Span::new(0, 3), message: hostile.into(), ..Related::default() },
            Related { turn: 7, span: Span::new(0, 3), message: hostile.into(), ..Related::default() },
        ];
        let verbose = Pretty::new(Style::default(), Ui::default(), masker()).why(|_| Some(HOSTILE.concat()));
        assert_tame(&written(verbose, &draft, &[found.clone()]));
        assert_tame(&concise(&draft, &[found.clone()]));
        assert_tame(&written(Json::new(masker(), hostile), &draft, &[found.clone()]));
        assert_tame(&written(JsonLines::new(masker(), hostile), &draft, &[found.clone()]));
        let text = format!("a = \"{hostile}\"\nb = 1");
        let mistake = Diagnostic::error("settings/value", hostile).path(hostile).help(hostile);
        let mistake = mistake.text(text).label(Span::new(4, 6), hostile);
        for form in [DiagnosticForm::Graphical, DiagnosticForm::Concise] {
            let mut out = Vec::new();
            write_diagnostics(
                &mut out,
                std::slice::from_ref(&mistake),
                form,
                &Style::default(),
                Ui::default(),
                &masker(),
            )
            .unwrap();
            assert_tame(&String::from_utf8(out).unwrap());
        }
        let mut out = Vec::new();
        write_diff(&mut out, hostile, hostile, "b", &Style::default(), &masker()).unwrap();
        assert_tame(&String::from_utf8(out).unwrap().replace('\t', " "));
    }
}

#[test]
fn mistakes_are_drawn_in_their_text_in_the_order_of_their_places() {
    let text: std::sync::Arc<str> = "[rules]\nignroe = [\"wording/*\"]\n\n[limits]\nfindings = 0\n".into();
    let mistake = |at: std::ops::Range<usize>, message: &str| {
        Diagnostic::error("settings/unknown-key", message).path("replylint.toml").text(text.clone()).label(at, "不认识")
    };
    let mistakes = [
        mistake(50..51, "findings：必须大于 0"),
        mistake(8..14, "没有“ignroe”这个设置").help("是不是想写“ignore”？"),
        Diagnostic::warning("input/encoding-guessed", "not UTF-8; read as GB18030").path("a.txt").line(3),
    ];
    for (form, name) in [(DiagnosticForm::Graphical, "graphical"), (DiagnosticForm::Concise, "concise")] {
        let mut out = Vec::new();
        let style = Style { width: 60, ..Style::default() };
        write_diagnostics(&mut out, &mistakes, form, &style, Ui::default(), &Masker::off()).unwrap();
        assert_snapshot!(format!("diagnostics_{name}"), String::from_utf8(out).unwrap());
    }
}

#[test]
fn colours_and_links_are_drawn_only_where_they_are_wanted() {
    let draft = Conversation::draft("尽快");
    let findings = [finding(&draft, 0, "尽快", "没说几点")];
    let links = Some("https://replylint.dev/rules/".to_owned());
    let style = Style { color: true, links, ..Style::default() };
    let out = written(Pretty::new(style, Ui::default(), masker()), &draft, &findings);
    assert!(out.starts_with("\x1b]8;;https://replylint.dev/rules/promise/vague-promise\x1b\\"), "{out:?}");
    assert!(out.contains("\x1b[33m"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_and_no_span_makes_a_report_panic(
        text in "([您好😀e\u{301}a \t\r\n\u{200b}]|\r\n|138|\\PC){0,60}",
        spans in proptest::collection::vec((0_usize..200, 0_usize..200), 1..4),
        width in 0_usize..90,
        escaped in proptest::bool::ANY,
    ) {
        let mut draft = Conversation::draft(text.clone());
        if escaped {
            draft.chunk.text = text.replace('\n', "n").into();
        }
        let mut found = finding(&Conversation::draft("尽快"), 0, "尽快", "没说几点");
        found.span = Span { start: spans[0].0, end: spans[0].1 };
        let related = |&(start, end): &(usize, usize)| Related { turn: start % 2, span: Span { start, end }, message: "a".into(), ..Related::default() };
        found.related = spans[1..].iter().map(related).collect();
        let findings = [found];
        let style = Style { width, ..Style::default() };
        assert_tame(&written(Pretty::new(style, Ui::default(), masker()), &draft, &findings));
        assert_tame(&concise(&draft, &findings));
        assert_tame(&written(Json::new(masker(), ""), &draft, &findings));
    }
}

fn machine_findings() -> (Conversation, Vec<Finding>) {
    let draft = Conversation::draft("尽快回13812341234\u{9b}");
    let mut found = finding(&draft, 0, "13812341234", "是客户的电话");
    found.related =
        vec![Related { turn: 0, span: Span::new(0, 6), message: "13812341234".into(), ..Related::default() }];
    let fix =
        |text: &str, safety| Fix { edits: vec![Edit { turn: 0, span: Span::new(0, 6), text: text.into() }], safety };
    found.fixes = vec![fix("今天18:00前", Safety::Ask), fix("回13812341234", Safety::Safe)];
    let second = finding(&draft, 0, "尽快", "没说几点");
    (draft, vec![found, second])
}

#[test]
fn machines_get_everything_and_no_private_data() {
    let (draft, findings) = machine_findings();
    let lines = written(JsonLines::new(masker(), "abc"), &draft, &findings);
    assert!(!lines.contains("13812341234"));
    assert_snapshot!("jsonl", lines);
    let document = written(Json::new(masker(), "abc"), &draft, &findings);
    let document: Value = serde_json::from_str(&document).unwrap();
    let records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(document["findings"], Value::from(records[..2].to_vec()));
    assert_eq!(document["failed"][0], records[2]);
    assert_eq!(document["notEvaluated"][0], records[3]);
    assert_eq!(document["summary"], records[4]);
    let shown = written(JsonLines::new(Masker::off(), "abc"), &draft, &findings);
    assert!(shown.contains(r#""quote":"13812341234""#) && shown.contains("回13812341234"));
    let empty = written(Json::new(masker(), "abc"), &draft, &[]);
    assert_eq!(serde_json::from_str::<Value>(&empty).unwrap()["findings"], Value::from(Vec::<Value>::new()));
}

#[test]
fn what_machines_get_is_what_the_schema_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/findings.schema.json");
    let generated = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("REPLYLINT_BLESS").is_some() {
        std::fs::write(path, &generated).unwrap();
    }
    let checked_in = std::fs::read_to_string(path).unwrap();
    assert!(checked_in == generated, "REPLYLINT_BLESS=1 cargo test writes {path} anew");
    let schema: Value = serde_json::from_str(&checked_in).unwrap();
    let (draft, findings) = machine_findings();
    let lines = written(JsonLines::new(masker(), "abc"), &draft, &findings);
    for line in lines.lines().map(str::to_owned).chain([written(Json::new(masker(), "abc"), &draft, &findings)]) {
        let mut value: Value = serde_json::from_str(&line).unwrap();
        assert!(fits(&value, &schema, &schema), "{line}");
        value.as_object_mut().unwrap().remove("schema");
        assert!(!fits(&value, &schema, &schema), "a record without its version must not fit");
    }
}

/// As much of JSON Schema as our schemas use; the gate checks with a full validator.
fn fits(value: &Value, schema: &Value, root: &Value) -> bool {
    let all = |key: &str| schema[key].as_array().into_iter().flatten();
    let target = schema["$ref"].as_str().map(|path| root.pointer(path.trim_start_matches('#')).unwrap());
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds: Vec<&Value> = all("type").chain(schema.get("type").filter(|kind| kind.is_string())).collect();
    target.is_none_or(|target| fits(value, target, root))
        && (kinds.is_empty() || kinds.iter().any(|allowed| *allowed == kind))
        && schema.get("const").is_none_or(|only| only == value)
        && schema.get("enum").and_then(Value::as_array).is_none_or(|allowed| allowed.contains(value))
        && ["anyOf", "oneOf"]
            .iter()
            .all(|key| schema.get(key).is_none_or(|_| all(key).any(|option| fits(value, option, root))))
        && all("required").all(|key| value.get(key.as_str().unwrap()).is_some())
        && value.as_array().into_iter().flatten().all(|item| schema.get("items").is_none_or(|of| fits(item, of, root)))
        && value
            .as_object()
            .into_iter()
            .flatten()
            .all(|(key, item)| schema["properties"].get(key).is_none_or(|of| fits(item, of, root)))
}
