//! Every message about a mistake has a Chinese version, and no room makes one without.

use crate::source::File;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with the messages in the source and with those of the catalogue (`rules/language/mistakes.toml`).
pub fn wordings(files: &[File], catalogue: &str) -> Vec<String> {
    let mut catalogue: BTreeMap<String, toml::Value> = toml::from_str(catalogue).unwrap();
    catalogue.remove("libraries");
    let mut mistakes = Vec::new();
    let mut used = BTreeSet::new();
    for file in files {
        for (sentence, given, line) in &file.wordings {
            let mut say = |what: &str| mistakes.push(format!("src/{}:{line}: “{sentence}” {what}", file.path));
            let names = names(sentence);
            if names != given.iter().cloned().collect() {
                say("has other names than its values");
            }
            match catalogue.get(sentence).and_then(toml::Value::as_str) {
                None => say("has no Chinese version"),
                Some(chinese) if self::names(chinese) != names => say("has other names in Chinese"),
                Some(_) => {}
            }
            used.insert(sentence);
        }
        if !AT_THE_READER.contains(&file.room()) && !file.path.ends_with("tests.rs") {
            let unsaid = unsaid(file.text.parse().unwrap()).into_iter();
            mistakes.extend(unsaid.map(|line| format!("src/{}:{line}: use `wording!`", file.path)));
        }
    }
    let over = catalogue.keys().filter(|sentence| !used.contains(sentence));
    mistakes.extend(over.map(|sentence| format!("nothing says “{sentence}” any more")));
    mistakes
}

/// Rooms that know the reader's language and make their own messages.
const AT_THE_READER: &[&str] = &["", "report", "settings", "cli"];

/// The names of the values in a message.
fn names(sentence: &str) -> BTreeSet<String> {
    sentence.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
}

/// Lines on which a diagnostic is made from a plain text.
fn unsaid(tokens: TokenStream) -> Vec<usize> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut lines = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        // Tests may make any.
        if at > 1 && tokens[at - 1].to_string() == "tests" && tokens[at - 2].to_string() == "mod" {
            continue;
        }
        let named = at.checked_sub(1).map(|at| tokens[at].to_string()).unwrap_or_default();
        let made = at > 3 && tokens[at - 4].to_string() == "Diagnostic";
        let last = match named.as_str() {
            "error" | "warning" | "note" if made => true,
            "help" | "label" => at > 1 && tokens[at - 2].to_string() == ".",
            _ => false,
        };
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let said = inner.rsplit(|token| token.to_string() == ",").find(|part| !part.is_empty());
        let plain = said.and_then(|said| said.first()).map(ToString::to_string).unwrap_or_default();
        if last && (plain.len() > 2 && plain.starts_with('"') || plain == "format") {
            lines.push(token.span().start().line);
        }
        lines.extend(unsaid(group.stream()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told(text: &str, catalogue: &str, expected: &[&str]) {
        let found = wordings(&[File::new("cue/a.rs", text)], catalogue);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found:?} is not about {expected}");
        }
    }

    #[test]
    fn a_sentence_without_its_chinese_version_is_seen() {
        told("fn f() { wording!(\"a {b}\", b = 1) }", "\"a {b}\" = \"{b}个\"", &[]);
        told("fn f() { wording!(\"a \\\"{b}\\\"\", b) }", "'a \"{b}\"' = '“{b}”'", &[]);
        told("fn f() { wording!(\"a {b}\", b = 1) }", "", &["1: “a {b}” has no Chinese version"]);
        told("fn f() { wording!(\"a {b}\", b = 1) }", "\"a {b}\" = \"个\"", &["other names in Chinese"]);
        told("fn f() { wording!(\"a {b}\", c) }", "\"a {b}\" = \"{b}个\"", &["other names than its values"]);
        told("fn f() {}", "\"a\" = \"个\"", &["nothing says “a”"]);
    }

    #[test]
    fn a_diagnostic_of_plain_text_is_seen() {
        told("fn f() { Diagnostic::error(\"a/b\", \"no such thing\") }", "", &["1: use `wording!`"]);
        told("fn f() {\n g(Diagnostic::warning(\"a/b\", format!(\"no {a}\"))) }", "", &["2: use `wording!`"]);
        told("fn f() { a.help(\"do this\").label(span, \"here\") }", "", &["use", "use"]);
        told("fn f() { Diagnostic::error(\"a/b\", said).help(help).label(span, \"\"); b.error(\"a b\") }", "", &[]);
        told("mod tests { fn f() { Diagnostic::error(\"a/b\", \"no such thing\") } }", "", &[]);
    }
}
