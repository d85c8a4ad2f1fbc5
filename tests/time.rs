//! The table of cases, the calendar on known days, and random mixtures of words without a panic.

use jiff::civil::date;
use jiff::tz::TimeZone;
use replylint::language::time::{Calendar, Kind, Lexicon, Reference, find, moment, resolve, when};
use serde::Deserialize;

use replylint::language::fold_str;

const ZH: &str = include_str!("../rules/language/time-zh.toml");
const EN: &str = include_str!("../rules/language/time-en.toml");
const CALENDAR: &str = include_str!("../rules/calendar/cn.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    at: String,
    find: Vec<Found>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Found {
    text: String,
    start: usize,
    end: usize,
    kind: String,
    from: String,
    to: String,
    due: String,
    #[serde(default)]
    unknown: bool,
}

fn lexicon() -> Lexicon {
    Lexicon::from_toml(&[ZH, EN]).unwrap_or_else(|error| panic!("{error}"))
}

fn calendar() -> Calendar {
    Calendar::from_toml(&[CALENDAR]).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_case_is_found_and_resolved() {
    let (lexicon, calendar) = (lexicon(), calendar());
    let cases: Cases = toml::from_str(include_str!("time_cases.toml")).unwrap();
    assert!(cases.case.len() >= 300, "{} cases", cases.case.len());
    let mut wrong = Vec::new();
    for case in cases.case {
        let at = moment(&case.at, &TimeZone::UTC).unwrap();
        let reference = Reference { at, calendar: &calendar };
        let found: Vec<Found> = when(&case.text, &fold_str(&case.text), &lexicon, &reference)
            .into_iter()
            .map(|when| Found {
                text: when.text,
                start: when.start,
                end: when.end,
                kind: when.kind.name().to_owned(),
                from: when.from.unwrap_or_default(),
                to: when.to.unwrap_or_default(),
                due: when.due.unwrap_or_default(),
                unknown: when.unknown_year,
            })
            .collect();
        if found != case.find {
            wrong.push(format!("{}\n  found  {found:?}\n  wanted {:?}", case.text, case.find));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn json_has_the_promised_form() {
    let (lexicon, calendar) = (lexicon(), calendar());
    let at = moment("2026-11-22T10:00+08:00", &TimeZone::UTC).unwrap();
    let reference = Reference { at, calendar: &calendar };
    let text = "请在明天下午三点前回复";
    let json = serde_json::to_string(&when(text, text, &lexicon, &reference)).unwrap();
    let wanted = concat!(
        r#"[{"text":"明天下午三点前","start":2,"end":9,"kind":"range","from":null,"#,
        r#""to":"2026-11-23T15:00:00+08:00","due":"2026-11-23T15:00:00+08:00"}]"#,
    );
    assert_eq!(json, wanted);
}

#[test]
fn opening_hours_are_no_deadline() {
    let lexicon = lexicon();
    for text in ["24小时热线", "24小时人工客服", "24-hour hotline"] {
        let found = find(text, &lexicon);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!((found[0].kind, found[0].bound, found[0].service), (Kind::Duration, None, true));
    }
    let found = find("24小时内", &lexicon);
    assert!(found[0].bound.is_some_and(replylint::language::time::Bound::is_deadline));
}

#[test]
fn the_work_calendar_knows_holidays_and_make_up_days() {
    let calendar = calendar();
    for (day, worked) in [
        (date(2024, 2, 4), true),
        (date(2024, 2, 9), true),
        (date(2024, 2, 12), false),
        (date(2024, 10, 12), true),
        (date(2025, 1, 26), true),
        (date(2025, 1, 28), false),
        (date(2025, 10, 8), false),
        (date(2026, 1, 4), true),
        (date(2026, 2, 14), true),
        (date(2026, 2, 23), false),
        (date(2026, 10, 10), true),
        (date(2026, 11, 22), false),
    ] {
        assert_eq!(calendar.is_workday(day), Some(worked), "{day}");
    }
    assert_eq!(calendar.is_workday(date(2031, 5, 5)), None);
}

#[test]
fn a_wrong_word_is_told_with_its_place() {
    let text = "[digit]\nx = [\"一\"]\n";
    let error = Lexicon::from_toml(&[text]).unwrap_err();
    assert_eq!((error.text, &text[error.span.clone()]), (0, "x"));
    assert!(Lexicon::from_toml(&[ZH, "nonsense = 1"]).is_err_and(|error| error.text == 1));
    assert!(Calendar::from_toml(&["[year.2026]\noff = [\"13-45\"]\nwork = []"]).is_err());
}

#[test]
fn no_mixture_of_words_panics() {
    let (lexicon, calendar) = (lexicon(), calendar());
    let mut words: Vec<&str> = [ZH, EN].iter().flat_map(|text| text.split('"').skip(1).step_by(2)).collect();
    words.extend([
        "0",
        "1",
        "2",
        "9",
        "12",
        "29",
        "30",
        "31",
        "99",
        "2026",
        "9999",
        "99999",
        "12345678901234567890",
        ":",
        ":30",
        ":59:59",
        "-",
        "/",
        ".",
        " ",
        "  ",
        ",",
        "(",
        ")",
        "《",
        "》",
        "\n",
        "😀",
        "é",
        "a",
        "的",
        "了",
        "999999999999",
        "00",
        "0.5",
        "1.999999999",
        "一百万",
        "九千九百九十九万",
        "亿",
    ]);
    let references: Vec<_> = ["2026-11-25T10:00+08:00", "9999-12-30T20:00+00:00", "-009999-01-05T00:00+00:00"]
        .iter()
        .map(|at| Reference { at: moment(at, &TimeZone::UTC).unwrap(), calendar: &calendar })
        .collect();
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).unwrap()
    };
    for round in 0..100_000 {
        let mut text = String::new();
        for _ in 0..=next(7) {
            text.push_str(words[next(words.len())]);
        }
        let mut last = 0;
        for mention in find(&text, &lexicon) {
            assert!(mention.start >= last && mention.end > mention.start, "{text}");
            assert!(text.is_char_boundary(mention.start) && text.is_char_boundary(mention.end), "{text}");
            last = mention.end;
            let _ = resolve(&mention, &references[round % references.len()]);
        }
    }
}
