//! GitHub's workflow commands, parsed as the runner parses them.

use crate::set::{measure, set, shown, text, written};
use crate::support::{Place, location};
use std::collections::BTreeMap;

/// A command as the runner understands it: `::name key=value,key=value::message`, each part unescaped.
#[derive(Debug)]
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

/// One command a line; the runner would print anything else literally.
#[track_caller]
fn commands(text: &str) -> Vec<Command> {
    let unescaped = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
    let data = |text: &str| unescaped(text).replace("%25", "%");
    let property = |text: &str| unescaped(text).replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
    let command = |line: &str| {
        let (head, message) =
            line.strip_prefix("::").and_then(|line| line.split_once("::")).unwrap_or_else(|| panic!("{line}"));
        let (name, properties) = head.split_once(' ').unwrap();
        let properties = properties.split(',').map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or_else(|| panic!("{pair} in {line}"));
            (key.to_owned(), property(value))
        });
        Command { name: name.to_owned(), properties: properties.collect(), message: data(message) }
    };
    text.lines().map(command).collect()
}

#[test]
fn github() {
    let place = set();
    let commands = commands(&written(&place, "github", &["in", "gone.txt"]));
    let expected = measure(&place, &["in"]);
    assert_eq!(commands.len(), expected.len() + 2);
    for (command, finding) in commands.iter().zip(&expected) {
        let name = match text(finding, "/severity") {
            "advice" => "notice",
            severity => severity,
        };
        assert_eq!(command.name, name);
        assert_eq!(command.properties["title"], text(finding, "/rule"));
        assert_eq!(command.properties["file"], shown(text(finding, "/path")));
        let [line, column, end_line, end_column] = location(finding).map(|number| number.to_string());
        assert_eq!((&command.properties["line"], &command.properties["endLine"]), (&line, &end_line));
        if line == end_line {
            assert_eq!((&command.properties["col"], &command.properties["endColumn"]), (&column, &end_column));
        } else {
            assert!(!command.properties.contains_key("col") && !command.properties.contains_key("endColumn"));
        }
        let help = text(finding, "/help");
        let help = if help.is_empty() { String::new() } else { format!("\nhelp: {}", shown(help)) };
        assert_eq!(command.message, shown(text(finding, "/message")) + &help);
    }
    let failed: Vec<(&str, &str)> = commands[expected.len()..]
        .iter()
        .map(|command| (&*command.properties["file"], &*command.properties["title"]))
        .collect();
    assert_eq!(failed, [("gone.txt", "input/missing"), ("in/log.jsonl", "input/bad-json")]);
    assert!(commands[expected.len()..].iter().all(|command| command.name == "error"));
}

#[test]
fn what_is_not_in_a_file_has_no_place() {
    let place = Place::new();
    let out = place.run(["check", "-q", "-f", "github", "--text", "我尽快查"]).code(1);
    let commands = commands(&out.stdout);
    assert_eq!(commands.len(), 1);
    assert!(!commands[0].properties.contains_key("file"), "{commands:?}");
}
