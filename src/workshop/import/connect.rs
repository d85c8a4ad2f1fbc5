//! Rules of Amazon Connect Contact Lens: words and word patterns of agents and customers, in parts of a conversation.

use super::logic::{Atom, Expr, Meta, Window, cue_of, kept, rules};
use super::pattern::{Outcome, literal};
use super::values::texts;
use super::{Bench, Format, Page, Place, Reason, find, number_of, plain_key, text_of, texts_of, truth_of};
use crate::conversation::Role;
use crate::conversation::read::{self, Node};
use crate::source::wording;
use toml::{Table, Value};

/// Deepest nesting of conditions.
const DEEPEST: usize = 40;
/// Most rules of a file.
const MOST_RULES: usize = 5_000;
/// Characters allowed for each word of a distance.
const WORD: usize = 8;

pub(super) fn import(page: &Page, bench: &mut Bench) {
    let mut found = Vec::new();
    for node in &page.document.nodes {
        collect(node, 0, &mut found);
    }
    if found.is_empty() {
        let mistake =
            page.mistake(None, wording!("no rules of Contact Lens: none has a `Function` or a `RuleFunction`"));
        bench
            .mistakes
            .push(mistake.help(wording!("write them with `aws connect describe-rule`, one or several in a list")));
    }
    for (number, node) in found.into_iter().enumerate() {
        if number >= MOST_RULES {
            bench.mistakes.push(
                page.mistake(Some(node), wording!("more than {limit} rules; the rest is left out", limit = MOST_RULES)),
            );
            return;
        }
        rule(page, node, number, bench);
    }
}

/// Finds rules at any depth of the service's answer.
fn collect<'n>(node: &'n Node, depth: usize, found: &mut Vec<&'n Node>) {
    if find(node, &["function", "rulefunction"]).is_some() {
        found.push(node);
    } else if depth < DEEPEST {
        node.items().iter().for_each(|item| collect(item, depth + 1, found));
        node.entries().iter().for_each(|(_, value)| collect(value, depth + 1, found));
    }
}

fn rule(page: &Page, node: &Node, number: usize, bench: &mut Bench) {
    let place = page.place(node);
    let unnamed = format!("rule-{}", number + 1);
    let called = find(node, &["name", "rulename"]).and_then(text_of).unwrap_or(&unnamed).to_owned();
    for (key, _) in node.entries() {
        let plain = plain_key(&key.text);
        if !super::said().is_quiet("connect", &plain) && plain != "rulefunction" {
            bench.leave(&place, &called, Reason::Metadata, key.text.clone());
        }
    }
    // The service returns the function as a string of JSON.
    let written = find(node, &["function", "rulefunction"]);
    let inner = match written {
        Some(Node::Leaf(leaf)) => match read::json(&leaf.text) {
            Ok(document) => document.nodes.into_iter().next(),
            Err(_) => None,
        },
        other => other.cloned(),
    };
    let Some(inner) = inner else {
        bench.mistakes.push(page.mistake(written, wording!("the function of “{called}” is not JSON", called)));
        return;
    };
    let function = find(&inner, &["rulefunction"]).unwrap_or(&inner);
    if find(function, &["operator"]).is_none() {
        bench.mistakes.push(page.mistake(written, wording!("the function of “{called}” has no `Operator`", called)));
        return;
    }
    let mut reader = Reader { called: &called, place: &place, atoms: Vec::new(), bench };
    let expr = reader.condition(function, 0);
    let atoms = std::mem::take(&mut reader.atoms);
    let meta = Meta { format: Format::Connect, called: &called, id: &unnamed, why: None, place: place.clone() };
    rules(bench, &meta, expr, &atoms);
}

struct Reader<'a> {
    called: &'a str,
    place: &'a Place,
    atoms: Vec<Atom>,
    bench: &'a mut Bench,
}

impl Reader<'_> {
    fn leave(&mut self, reason: Reason, detail: impl Into<String>) {
        self.bench.leave(self.place, self.called, reason, detail);
    }

    fn condition(&mut self, node: &Node, depth: usize) -> Expr {
        let operator = find(node, &["operator"]).and_then(text_of).unwrap_or_default().to_ascii_uppercase();
        let operands = find(node, &["operands"]).map(Node::items).unwrap_or_default();
        let negated = find(node, &["negate"]).and_then(|node| truth_of(Some(node))).unwrap_or(false);
        if depth > DEEPEST {
            self.leave(Reason::TooBig, "");
            return Expr::Unknown;
        }
        let expr = match operator.as_str() {
            "AND" | "OR" => {
                let parts = operands.iter().map(|operand| self.condition(operand, depth + 1)).collect();
                if operator == "AND" { Expr::And(parts) } else { Expr::Or(parts) }
            }
            "NOT" => match operands.first() {
                Some(operand) => Expr::Not(Box::new(self.condition(operand, depth + 1))),
                None => Expr::Unknown,
            },
            _ => self.words(node, &operator),
        };
        if negated { Expr::Not(Box::new(expr)) } else { expr }
    }

    fn words(&mut self, node: &Node, operator: &str) -> Expr {
        let value = find(node, &["comparisonvalue"]).and_then(text_of).unwrap_or_default();
        let (exact, alike, pattern) =
            (value.contains("ExactMatch"), value.contains("SemanticMatch"), value.contains("PatternMatch"));
        if operator != "CONTAINS_ANY" || !value.ends_with("Transcript") || !(exact || alike || pattern) {
            let what = value.trim_start_matches("$.ContactLens.");
            self.leave(Reason::Condition, if what.is_empty() { operator } else { what });
            return Expr::Unknown;
        }
        let operands = find(node, &["operands"]);
        let mut cue = kept();
        let mut sample = String::new();
        if pattern {
            let Some((sequences, text)) = self.sequences(operands.map(Node::items).unwrap_or_default()) else {
                return Expr::Unknown;
            };
            cue.insert("sequences".to_owned(), Value::Array(sequences));
            sample = text;
        } else {
            let words = operands.map(texts_of).unwrap_or_default();
            let found: Vec<Outcome> = words.iter().filter_map(|(_, word)| literal(word, None)).collect();
            if found.len() < words.len() {
                self.leave(Reason::FindsNothing, "");
            }
            if alike {
                self.leave(Reason::Similar, words.first().map(|(_, word)| (*word).to_owned()).unwrap_or_default());
            }
            if found.is_empty() {
                return Expr::Unknown;
            }
            (cue, sample) = (cue_of(&found, None).0, cue_of(&found, None).1 + &sample);
        }
        let (role, window) = self.filters(find(node, &["filterclause"]));
        self.atom(cue, sample, role, window)
    }

    fn atom(&mut self, mut cue: Table, sample: String, role: Option<Role>, window: Option<Window>) -> Expr {
        if let Some(role) = role {
            cue.insert("roles".to_owned(), texts([if role == Role::Customer { "customer" } else { "agent" }]));
        }
        let name = super::draft::kebab(self.called).unwrap_or_else(|| "words".to_owned());
        let cue = self.bench.draft.cue(&name, cue, self.place);
        self.atoms.push(Atom { cue, role, sample, window, anchor: None });
        Expr::Atom(self.atoms.len() - 1)
    }

    /// Who speaks, and in which part of the conversation.
    fn filters(&mut self, clause: Option<&Node>) -> (Option<Role>, Option<Window>) {
        let (mut role, mut window) = (None, None);
        let filters = clause.and_then(|clause| find(clause, &["filters"])).map(Node::items).unwrap_or_default();
        for filter in filters {
            let kind = find(filter, &["type"]).and_then(text_of).unwrap_or_default();
            let data = find(filter, &["data"]);
            match kind {
                "ParticipantRole" => {
                    let name = data.and_then(text_of).unwrap_or_default();
                    match super::said().speaker(name) {
                        Some(speaker) => role = speaker.role(),
                        None => self.leave(Reason::Condition, name),
                    }
                }
                "PatternMatchLanguageFilter" => {}
                _ if kind.ends_with("ContactPeriodSeconds") => {
                    let seconds = |key: &str| data.and_then(|data| number_of(find(data, &[key])));
                    if let Some(seconds) = seconds("first") {
                        window = Some(Window::First);
                        self.leave(Reason::Window, format!("First {seconds} s"));
                    } else if let Some(seconds) = seconds("last") {
                        window = Some(Window::Last);
                        self.leave(Reason::Window, format!("Last {seconds} s"));
                    }
                }
                _ => self.leave(Reason::Condition, kind),
            }
        }
        (role, window)
    }

    /// Word patterns as sequences, and a text that matches the first.
    fn sequences(&mut self, patterns: &[Node]) -> Option<(Vec<Value>, String)> {
        let (mut sequences, mut sample) = (Vec::new(), None);
        for pattern in patterns {
            let Some((elements, text)) = self.sequence(pattern.items()) else { continue };
            sequences.push(texts(elements));
            sample = sample.or(Some(text));
        }
        Some((sequences, sample?))
    }

    fn sequence(&mut self, parts: &[Node]) -> Option<(Vec<String>, String)> {
        let (mut elements, mut sample) = (Vec::new(), String::new());
        for part in parts {
            let value = find(part, &["value"]);
            let (element, text) = match find(part, &["type"]).and_then(text_of).unwrap_or_default() {
                "PLAIN" => {
                    let word = plain(value.and_then(text_of).unwrap_or_default());
                    (word.clone(), word)
                }
                "LIST" => {
                    let words = value.map(Node::items).unwrap_or_default().iter();
                    let words = words.map(|item| find(item, &["value"]).unwrap_or(item));
                    let words: Vec<String> = words.filter_map(text_of).map(plain).collect();
                    (words.join("|"), words.first().cloned().unwrap_or_default())
                }
                "PROXIMITY" => {
                    let distance = value.and_then(|value| number_of(find(value, &["distance"]))).unwrap_or(1.0);
                    let within = value.and_then(|value| truth_of(find(value, &["iswithin"]))).unwrap_or(true);
                    if !within {
                        self.leave(Reason::Operator, "IsWithin = false");
                        return None;
                    }
                    self.leave(Reason::Distance, distance.to_string());
                    let words = (0..60).find(|words| f64::from(*words) >= distance).unwrap_or(60);
                    let gap = (usize::try_from(words).unwrap_or(1) * WORD).clamp(1, 60);
                    (format!("<gap:{gap}>"), " ".to_owned())
                }
                other => {
                    self.leave(Reason::Operator, other);
                    return None;
                }
            };
            if element.trim_matches('|').is_empty() {
                self.leave(Reason::FindsNothing, "");
                return None;
            }
            let joined = sample.ends_with(|c: char| c.is_ascii_alphanumeric())
                && text.starts_with(|c: char| c.is_ascii_alphanumeric());
            if joined {
                sample.push(' ');
            }
            elements.push(element);
            sample.push_str(&text);
        }
        // A gap at either end has no effect.
        while elements.first().is_some_and(|element| element.starts_with("<gap:")) {
            elements.remove(0);
        }
        while elements.last().is_some_and(|element| element.starts_with("<gap:")) {
            elements.pop();
        }
        (!elements.is_empty()).then(|| (elements, sample.trim().to_owned()))
    }
}

/// A word as an element of a sequence, without characters that are syntax there.
fn plain(word: &str) -> String {
    word.trim().replace(['|', '<', '>'], " ")
}
