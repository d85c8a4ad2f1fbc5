//! `JUnit`'s and Checkstyle's XML, read back by independent readers.

use crate::set::{measure, set, shown, text, written};
use crate::support::{Place, location};
use quick_junit::{Report, TestCaseStatus};
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use std::collections::BTreeMap;

#[test]
fn junit() {
    let place = set();
    let read = |arguments: &[&str]| Report::deserialize_from_str(&written(&place, "junit", arguments)).unwrap();
    let report = read(&["in", "gone.txt"]);
    let expected = measure(&place, &["in"]);
    let cases: Vec<_> =
        report.test_suites.iter().flat_map(|suite| suite.test_cases.iter().map(move |case| (suite, case))).collect();
    assert_eq!(cases.len(), expected.len() + 2);
    for suite in &report.test_suites {
        assert_eq!(suite.tests, suite.test_cases.len());
    }
    for ((suite, case), finding) in cases.iter().zip(&expected) {
        assert_eq!(suite.name.as_str(), legal(text(finding, "/path")));
        let [line, column, ..] = location(finding);
        assert_eq!(case.name.as_str(), format!("{} {line}:{column}", text(finding, "/rule")));
        let failed = matches!(case.status, TestCaseStatus::NonSuccess { .. });
        assert_eq!(failed, finding["severity"] != "advice", "advice does not fail the run");
        if let TestCaseStatus::NonSuccess { message, ty, .. } = &case.status {
            assert_eq!(message.as_ref().unwrap().as_str(), legal(text(finding, "/message")));
            assert_eq!(ty.as_ref().unwrap().as_str(), text(finding, "/rule"));
        }
    }
    let broken: usize = report.test_suites.iter().map(|suite| suite.errors).sum();
    assert_eq!(broken, 2, "what could not be read");
    let failures =
        |least: &str| read(&["--fail-on", least, "in"]).test_suites.iter().map(|suite| suite.failures).sum::<usize>();
    let count = |severity: &str| expected.iter().filter(|finding| finding["severity"] == severity).count();
    assert_eq!(failures("error"), count("error"));
    assert_eq!(failures("advice"), expected.len());
    assert_eq!(failures("never"), 0);
}

#[test]
fn a_clean_run_is_a_test_that_passed() {
    let place = Place::new();
    let out = place.run(["check", "-q", "-f", "junit", "--text", "今天查"]).code(0);
    let report = Report::deserialize_from_str(&out.stdout).unwrap();
    let suite = &report.test_suites[0];
    assert_eq!((suite.tests, suite.failures, suite.errors), (1, 0, 0));
    assert_eq!(suite.test_cases[0].name.as_str(), "conversations: 1; nothing found");
}

#[test]
fn checkstyle() {
    let place = set();
    let xml = written(&place, "checkstyle", &["in", "gone.txt"]);
    let errors = errors(&xml);
    let expected = measure(&place, &["in"]);
    assert_eq!(errors.len(), expected.len() + 2);
    for ((file, error), finding) in errors.iter().zip(&expected) {
        assert_eq!(*file, legal(text(finding, "/path")));
        assert_eq!(error["source"], format!("replylint.{}", text(finding, "/rule")));
        let [line, column, ..] = location(finding).map(|number| number.to_string());
        assert_eq!((&error["line"], &error["column"]), (&line, &column));
        let severity = match text(finding, "/severity") {
            "advice" => "info",
            severity => severity,
        };
        assert_eq!(error["severity"], severity);
        let help = text(finding, "/help");
        let message = [text(finding, "/message"), help].join(if help.is_empty() { "" } else { " → " });
        assert_eq!(error["message"], legal(&message));
    }
    let failed: Vec<_> = errors[expected.len()..].iter().map(|(file, error)| (&**file, &*error["source"])).collect();
    assert_eq!(failed, [("gone.txt", "replylint.input/missing"), ("in/log.jsonl", "replylint.input/bad-json")]);
}

/// The `error` elements with the name of their file. Fails unless the text is well-formed XML 1.0.
#[track_caller]
fn errors(xml: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let forbidden = xml
        .chars()
        .find(|c| !matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..));
    assert_eq!(forbidden, None);
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut file, mut found) = (None, Vec::new());
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error} in {xml}")) {
            Event::Start(element) if element.name().as_ref() == "file" => {
                file = Some(attributes(&element)["name"].clone());
            }
            Event::Empty(element) if element.name().as_ref() == "error" => {
                found.push((file.clone().unwrap(), attributes(&element)));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn attributes(element: &quick_xml::events::BytesStart<'_>) -> BTreeMap<String, String> {
    let pair = |attribute: quick_xml::events::attributes::Attribute<'_>| {
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).unwrap().into_owned();
        (attribute.key.as_ref().to_owned(), value)
    };
    element.attributes().map(|attribute| pair(attribute.unwrap())).collect()
}

/// The part of a text that XML can hold.
fn legal(text: &str) -> String {
    shown(text).replace('\u{fffe}', "\u{fffd}")
}

#[test]
fn advice_is_a_passed_test_that_still_says_it() {
    let place = Place::new();
    let out = place.run(["check", "-q", "-f", "junit", "--text", "请找小蜜"]).code(0);
    let report = Report::deserialize_from_str(&out.stdout).unwrap();
    let case = &report.test_suites[0].test_cases[0];
    assert!(matches!(case.status, TestCaseStatus::Success { .. }));
    assert!(case.system_out.as_ref().unwrap().as_str().contains("is the old name"));
}
