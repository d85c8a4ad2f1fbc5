//! Readers on whole inputs, good and hostile: every row is read or refused with its line, in bounded memory.

use replylint::conversation::read::{Input, Limits, Options, Reader, Record, RoleLabels, open};
use replylint::conversation::{Conversation, Mode, Role};
use std::io::{BufReader, Cursor, Read};

const LINE: &str = r#"{"id":"a","turns":[{"role":"customer","text":"在吗"},{"role":"agent","text":"在的\n请讲"}]}"#;

fn options() -> Options {
    let labels = RoleLabels::from_toml(include_str!("../rules/language/roles.toml")).unwrap();
    Options { labels: labels.into(), ..Options::default() }
}

fn read(bytes: &[u8], extension: &str, options: &Options) -> Vec<Record> {
    Reader::new(BufReader::with_capacity(7, bytes), Some(extension), options.clone()).collect()
}

/// `+12` for a conversation read from line 12, `-12:code` for a failure, `!code` for a notice.
fn summary(records: &[Record]) -> Vec<String> {
    let one = |record: &Record| match record {
        Record::Conversation(conversation) => format!("+{}", conversation.chunk.lines_before + 1),
        Record::Failed(failed) => format!("-{}:{}", failed.line.unwrap_or(0), failed.code),
        Record::Notice(notice) => format!("!{}", notice.code),
    };
    records.iter().map(one).collect()
}

fn first(records: &[Record]) -> &Conversation {
    records.iter().find_map(|record| if let Record::Conversation(one) = record { Some(one) } else { None }).unwrap()
}

#[test]
fn fields_are_read_and_mapped() {
    let line = concat!(
        r#"{"id":7,"lang":"zh-Hant","agent":"王","customer":"c1","closedBy":"agent","unknown":[{}],"#,
        r#""meta":{"a":1,"b":"x\ny","c":{"d":[]}},"turns":[{"role":"卖家","text":"a\"尽快","#,
        r#""time":"2026-01-02 10:03","source":"canned"},{"role":"客户","kind":"image"}]}"#
    );
    let records = read(format!("\u{feff}\r\n{line}\r\n").as_bytes(), "jsonl", &options());
    assert_eq!(summary(&records), ["+2"]);
    let conversation = first(&records);
    assert_eq!((conversation.id.as_deref(), conversation.mode), (Some("7"), Mode::Transcript));
    assert_eq!(conversation.closed_by, Some(Role::Agent));
    let meta = ["a", "b", "c", "customer", "language"].map(|key| conversation.meta[key].as_str());
    assert_eq!(meta, ["1", "x\ny", r#"{"d":[]}"#, "c1", "zh-Hant"]);
    let turn = &conversation.turns[0];
    assert_eq!((turn.role, turn.time.as_deref()), (Role::Agent, Some("2026-01-02 10:03")));
    let place = conversation.position(0, turn.text.find('尽').unwrap()).unwrap();
    assert_eq!(place.line, 2);
    assert_eq!(line.chars().nth(place.column - 1), Some('尽'));
    assert_eq!(conversation.turns[1].role, Role::Customer);
}

#[test]
fn broken_lines_are_named_and_the_rest_is_read() {
    let deep = "[".repeat(1_000_000);
    let lines: Vec<Vec<u8>> = vec![
        LINE.into(),
        b"".to_vec(),
        b"{\"turns\":[".to_vec(),
        [b"{\"turns\":[{\"role\":\"agent\",\"text\":\"".as_slice(), b"\xff\xfe\"}]}"].concat(),
        LINE.replace("在吗", "a\0b").into(),
        LINE.replace("在吗", r"\ud83d").into(),
        LINE.replace("customer", "stranger").into(),
        LINE.replace(r#","text":"在吗""#, "").into(),
        format!("{{\"x\":{deep}").into(),
        deep.clone().into(),
        format!(r#"{{"turns":[{{"role":"agent","text":{deep}}}]}}"#).into(),
        format!(r#"{{"meta":{{"a":{deep}{}}},"turns":[]}}"#, "]".repeat(1_000_000)).into(),
        b"null".to_vec(),
        b"{\"turns\":{\"a\":\"13812345678\"}}".to_vec(),
        LINE.into(),
    ];
    let records = read(&lines.join(&b'\n'), "jsonl", &options());
    let expected = [
        "+1",
        "-3:input/bad-json",
        "-4:input/not-text",
        "-5:input/bad-json",
        "-6:input/bad-conversation",
        "-7:input/bad-conversation",
        "-8:input/bad-conversation",
        "-9:input/bad-json",
        "-10:input/bad-json",
        "-11:input/bad-json",
        "+12",
        "-13:input/bad-json",
        "-14:input/bad-json",
        "+15",
    ];
    assert_eq!(summary(&records), expected);
    let messages = records.iter().filter_map(|record| match record {
        Record::Failed(failed) => Some(failed.message.to_string()),
        _ => None,
    });
    let messages = messages.collect::<Vec<_>>();
    assert!(messages.iter().any(|message| message.starts_with("turn 1: unknown role")), "{messages:?}");
    assert!(messages.iter().all(|message| !message.contains("13812345678")), "a message quotes the input");
}

#[test]
fn a_line_over_the_limit_is_skipped_without_being_held() {
    let limits = Limits { record_bytes: 1000, ..Limits::default() };
    let options = Options { limits, ..options() };
    let tail = format!("\n{LINE}\n");
    let input =
        LINE.as_bytes().chain(b"\n".as_slice()).chain(std::io::repeat(b'x').take(100_000_000)).chain(tail.as_bytes());
    let Input::Lines(mut batches) = open(BufReader::new(input), Some("jsonl"), &options) else { panic!("not lines") };
    let mut records = Vec::new();
    while let Some(batch) = batches.next_batch(1 << 20) {
        assert!(batch.bytes.capacity() < 3 << 20);
        records.extend(batch.conversations(&options));
    }
    assert_eq!(summary(&records), ["+1", "-2:input/line-too-long", "+3"]);
    assert!(matches!(&records[1], Record::Failed(failed) if failed.message.to_string().contains("100000000 bytes")));
    let short = read(format!("{}\n{LINE}", "x".repeat(1001)).as_bytes(), "jsonl", &options);
    assert_eq!(summary(&short), ["-1:input/line-too-long", "+2"]);
}

#[test]
fn batches_give_the_same_lines_for_any_size() {
    let text = (0..500).map(|number| LINE.replace("\"a\"", &format!("\"{number}\"")) + "\n").collect::<String>();
    for target in [1, 100, 1000, 1 << 20] {
        let Input::Lines(mut batches) = open(Cursor::new(text.as_bytes()), None, &options()) else {
            panic!("not lines")
        };
        let mut seen = Vec::new();
        while let Some(batch) = batches.next_batch(target) {
            assert_eq!(batch.first_line, seen.len() + 1);
            seen.extend(batch.conversations(&options()).map(|record| match record {
                Record::Conversation(one) => (one.id.unwrap(), one.chunk.lines_before.to_string()),
                other => panic!("{other:?}"),
            }));
        }
        assert_eq!(seen.len(), 500);
        assert!(seen.iter().all(|(id, line)| id == line));
    }
}

#[test]
fn encodings() {
    let (gbk, _, _) = encoding_rs::GB18030.encode(LINE);
    assert_eq!(summary(&read(&gbk, "jsonl", &options())), ["!input/encoding-guessed", "+1"]);
    let declared = Options { encoding: Some(encoding_rs::GB18030), ..options() };
    let records = read(&gbk, "jsonl", &declared);
    assert_eq!(first(&records).turns[0].text, "在吗");
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(LINE.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(first(&read(&utf16, "jsonl", &options())).turns[1].text, "在的\n请讲");
    let (chat, _, _) = encoding_rs::GB18030.encode("客户：在吗\n客服：在的");
    assert_eq!(first(&read(&chat, "txt", &options())).turns.len(), 2);
    assert_eq!(summary(&read(b"ok\n\xff\xff\xff", "txt", &options())), ["-2:input/not-text"]);
}

#[test]
fn drafts_and_what_is_none() {
    assert_eq!(summary(&read(b"", "txt", &options())), ["!input/empty"]);
    assert_eq!(summary(&read(b"\n\r\n", "jsonl", &options())), ["!input/empty"]);
    assert_eq!(summary(&read("您\0好".as_bytes(), "txt", &options())), ["!input/control-characters", "+1"]);
    let limits = Limits { text_bytes: 10, ..Limits::default() };
    let small = Options { limits, ..options() };
    assert_eq!(summary(&read("您好，请稍等".as_bytes(), "txt", &small)), ["-0:input/too-large"]);
    let kind = Options { kind: Some(Mode::Template), ..options() };
    assert_eq!(first(&read("您好{{name}}".as_bytes(), "txt", &kind)).mode, Mode::Template);
}

#[test]
fn hostile_chats_are_read_in_one_go() {
    for unit in ["jan ", "a 10:03\nb\n", "客服：", "[", "客服 10:03:22\n", "1:", "小王 10:03\n", "\u{200e}", "a:\n"]
    {
        let text = unit.repeat(60_000 / unit.len());
        for kind in [None, Some(Mode::Transcript)] {
            assert!(!read(text.as_bytes(), "txt", &Options { kind, ..options() }).is_empty());
        }
    }
}
