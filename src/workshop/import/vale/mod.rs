//! Vale styles, one rule a file: forbidden words, substitutions, counts, pairs, consistency.

mod together;

use super::draft::{DraftRule, kebab, replies_around};
use super::logic::{cue_of, fine, kept, verb};
use super::pattern::{Carried, Meant, Outcome, carry};
use super::said::{Written, said};
use super::values::{reply, spare_better, table, texts};
use super::{Bench, Format, Page, Place, Reason, find, number_of, plain_key, text_of, texts_of, truth_of};
use crate::conversation::read::Node;
use crate::language::fold_str;
use crate::source::wording;
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};

pub(super) fn import(page: &Page, bench: &mut Bench) {
    let Some(node) = page.document.nodes.iter().find(|node| !node.entries().is_empty()) else {
        bench.mistakes.push(page.mistake(None, wording!("no rule of Vale: it has no keys")));
        return;
    };
    let Some(extends) = find(node, &["extends"]).and_then(text_of) else {
        bench.mistakes.push(page.mistake(Some(node), wording!("no rule of Vale: it has no `extends`")));
        return;
    };
    let stem = Path::new(&*page.path).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let style = Style { page, node, called: stem, place: page.place(node) };
    style.about(bench);
    match extends {
        "existence" => existence(&style, bench),
        "substitution" => substitution(&style, bench),
        "occurrence" => occurrence(&style, bench),
        "repetition" => together::repetition(&style, bench),
        "consistency" => together::consistency(&style, bench),
        "conditional" => together::conditional(&style, bench),
        "sequence" => together::sequence(&style, bench),
        other => bench.leave(&style.place, &style.called, Reason::Verb, other),
    }
}

/// A rule as it is written.
struct Style<'a> {
    page: &'a Page,
    node: &'a Node,
    called: String,
    place: Place,
}

impl Style<'_> {
    fn get(&self, key: &str) -> Option<&Node> {
        find(self.node, &[key])
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(text_of)
    }

    fn meant(&self) -> Meant {
        let truth = |key| truth_of(self.get(key)).unwrap_or(false);
        Meant { any_case: truth("ignorecase"), words: !truth("nonword") }
    }

    /// Lists the keys that are not carried over.
    fn about(&self, bench: &mut Bench) {
        for (key, value) in self.node.entries() {
            if !said().is_quiet("vale", &plain_key(&key.text)) {
                bench.leave(&self.page.place(value), &self.called, Reason::Metadata, key.text.clone());
            }
        }
        for (node, scope) in self.get("scope").map(texts_of).unwrap_or_default() {
            if !matches!(scope, "text" | "sentence" | "paragraph" | "summary" | "raw") {
                bench.leave(&self.page.place(node), &self.called, Reason::Scope, scope);
            }
        }
        let action = self.get("action").and_then(|action| find(action, &["name"])).and_then(text_of);
        if let Some(action) = action.filter(|action| !matches!(*action, "replace" | "remove" | "suggest")) {
            bench.leave(&self.place, &self.called, Reason::Metadata, format!("action: {action}"));
        }
    }

    /// Converts an expression; lists it if that fails.
    fn carry(&self, node: &Node, written: &str, meant: Meant, bench: &mut Bench) -> Option<Outcome> {
        match carry(written, meant) {
            Ok(outcome) => {
                if let Some(lost) = outcome.lost {
                    bench.leave(&self.page.place(node), &self.called, lost, written);
                }
                Some(outcome)
            }
            Err(reason) => {
                bench.leave(&self.page.place(node), &self.called, reason, written);
                None
            }
        }
    }

    fn all(&self, key: &str, bench: &mut Bench) -> Vec<Outcome> {
        let items = self.get(key).map(texts_of).unwrap_or_default();
        let items = items.into_iter().filter(|(_, text)| !text.trim().is_empty());
        items.filter_map(|(node, text)| self.carry(node, text, self.meant(), bench)).collect()
    }

    /// The message with its values filled in; `%s` stands for the words, or first for the better ones.
    fn message(&self, fills: &[&str]) -> Option<String> {
        let mut message = self.text("message")?.to_owned();
        for number in 1..=9 {
            let fill = fills.get(number - 1).or(fills.last()).copied().unwrap_or("{quote}");
            message = message.replace(&format!("%[{number}]s"), fill);
        }
        let mut fills = fills.iter();
        while let Some((before, after)) = message.split_once("%s") {
            message = format!("{before}{}{after}", fills.next().copied().unwrap_or("{quote}"));
        }
        Some(message.replace("'{quote}'", "\u{201c}{quote}\u{201d}").replace("'{better}'", "\u{201c}{better}\u{201d}"))
    }

    fn push(&self, kind: &str, check: Value, word: &str, parts: Parts, bench: &mut Bench) {
        let fills = match (&parts.instead, kind) {
            (Some(better), _) => vec![better.as_str(), "{quote}"],
            (None, "prefer") => vec!["{better}", "{quote}"],
            (None, _) => vec!["{quote}"],
        };
        // A message that names a better wording is useless without one.
        let message = self.message(&fills).filter(|_| !parts.wordless);
        let link = self.text("link").map(|link| format!(" {link}")).unwrap_or_default();
        let why = self.text("description").map(|text| format!("{text}{link}"));
        let why = why.or_else(|| Some(link.trim().to_owned()).filter(|link| !link.is_empty()));
        let (message, why) = (message.as_deref(), why.as_deref());
        let written = Written { format: Format::Vale, name: &self.called, word, message, why };
        let mut table = said().speak(kind, &written);
        let level = self.text("level").unwrap_or("warning");
        let severity = said().severity(level).unwrap_or_else(|| {
            bench.leave(&self.place, &self.called, Reason::Severity, level);
            "warning"
        });
        table.insert("severity".to_owned(), Value::String(severity.to_owned()));
        table.insert("check".to_owned(), check);
        if let Some(suggest) = parts.suggest {
            table.insert("suggest".to_owned(), suggest);
        }
        let name = bench.draft.free(&self.called, "rule");
        let (called, place) = (self.called.clone(), self.place.clone());
        let Parts { bad, good, .. } = parts;
        bench.draft.rules.push(DraftRule { name, table, bad, good, wanted: (1, 1), strict: false, called, place });
    }

    fn cue(&self, cue: Table, bench: &mut Bench) -> String {
        let name = kebab(&self.called).unwrap_or_else(|| "words".to_owned());
        bench.draft.cue(&name, cue, &self.place)
    }

    /// Exceptions, as guards of a cue.
    fn exceptions(&self, cue: &mut Table, bench: &mut Bench) {
        let mut covers = Vec::new();
        for (node, text) in self.get("exceptions").map(texts_of).unwrap_or_default() {
            match carry(text, Meant { any_case: true, words: true }) {
                Ok(Outcome { carried: Carried::Words(words), .. }) => covers.extend(words),
                _ => bench.leave(&self.page.place(node), &self.called, Reason::Exception, text),
            }
        }
        if !covers.is_empty() {
            cue.insert("unless".to_owned(), Value::Table(table([("covers", texts(covers))])));
        }
    }
}

#[derive(Default)]
struct Parts {
    bad: Vec<Value>,
    good: Vec<Value>,
    suggest: Option<Value>,
    /// The better wording, for a message that names it.
    instead: Option<String>,
    /// Whether the rule's own message is useless here.
    wordless: bool,
}

fn find_cue(cue: String) -> Table {
    table([("find", Value::String(cue))])
}

fn existence(style: &Style<'_>, bench: &mut Bench) {
    let mut found = style.all("tokens", bench);
    // The raw parts form one expression, without word boundaries.
    let raw = style.get("raw").map(texts_of).unwrap_or_default();
    if let Some((first, _)) = raw.first() {
        let written = raw.iter().map(|(_, text)| *text).collect::<String>();
        let meant = Meant { words: false, ..style.meant() };
        found.extend(style.carry(first, &written, meant, bench));
    }
    if found.is_empty() {
        return bench.leave(&style.place, &style.called, Reason::Verb, "existence");
    }
    let (mut cue, sample) = cue_of(&found, None);
    style.exceptions(&mut cue, bench);
    let cue = style.cue(cue, bench);
    let action = style.get("action").and_then(|action| find(action, &["name"])).and_then(text_of);
    let text = |text: &str| Value::Table(table([("zh", Value::from(text)), ("en", Value::from(text))]));
    let suggest =
        (action == Some("remove")).then(|| Value::Table(table([("text", text("")), ("fix", Value::from("unsafe"))])));
    let bad = samples(&found).iter().flat_map(|sample| replies_around(said(), sample)).collect();
    style.push(
        "forbid",
        verb("forbid", find_cue(cue)),
        &sample,
        Parts { bad, good: fine(None), suggest, ..Parts::default() },
        bench,
    );
}

/// A few texts that match, one for each expression.
fn samples(found: &[Outcome]) -> Vec<String> {
    let sample = |outcome: &Outcome| match &outcome.carried {
        Carried::Words(words) => words.first().cloned(),
        Carried::Pattern { sample, .. } => Some(sample.clone()),
    };
    found.iter().filter_map(sample).take(4).collect()
}

fn substitution(style: &Style<'_>, bench: &mut Bench) {
    let entries = style.get("swap").map(Node::entries).unwrap_or_default();
    let replaces = style.get("action").and_then(|action| find(action, &["name"])).and_then(text_of) == Some("replace");
    let (mut phrases, mut instead, mut patterns) = (Vec::new(), BTreeMap::new(), Vec::new());
    for (key, value) in entries {
        let Some(better) = text_of(value) else { continue };
        let node = Node::Leaf(key.clone());
        let Some(outcome) = style.carry(&node, &key.text, style.meant(), bench) else { continue };
        // `|` separates better wordings. The first is offered, as a fix writes only one.
        let all = better;
        let better = all.split('|').next().unwrap_or_default();
        if better.len() < all.len() && !replaces {
            bench.leave(&style.page.place(&node), &style.called, Reason::Alternatives, all);
        }
        if better.contains('$') && better.contains(|c: char| c.is_ascii_digit()) {
            bench.leave(&style.page.place(&node), &style.called, Reason::Replacement, better);
            patterns.push((outcome, None));
            continue;
        }
        match outcome.carried {
            Carried::Words(words) => {
                for word in words {
                    let folded = fold_str(&word);
                    if folded == fold_str(better) {
                        bench.leave(&style.page.place(&node), &style.called, Reason::Case, word);
                    } else if instead.insert(folded, Value::String(better.to_owned())).is_none() {
                        phrases.push(word);
                    }
                }
            }
            Carried::Pattern { .. } => patterns.push((outcome, Some(better.to_owned()))),
        }
    }
    if phrases.is_empty() && patterns.is_empty() {
        return bench.leave(&style.place, &style.called, Reason::Verb, "substitution");
    }
    if let Some(first) = phrases.first().cloned() {
        let mut cue = kept();
        style.exceptions(&mut cue, bench);
        cue.insert("phrases".to_owned(), texts(phrases.clone()));
        push_preferring(style, cue, &phrases, instead, &first, bench);
    }
    for (outcome, better) in patterns {
        let (cue, sample) = cue_of(&[outcome], None);
        let cue = style.cue(cue, bench);
        let (instead, wordless) = (better.clone(), better.is_none());
        let suggest = better.map(|better| {
            let text = Value::Table(table([("zh", Value::from(better.clone())), ("en", Value::from(better))]));
            Value::Table(table([("text", text), ("fix", Value::from("ask"))]))
        });
        let bad = replies_around(said(), &sample);
        let parts = Parts { bad, good: fine(None), suggest, instead, wordless };
        style.push("forbid", verb("forbid", find_cue(cue)), &sample, parts, bench);
    }
}

fn push_preferring(
    style: &Style<'_>,
    mut cue: Table,
    phrases: &[String],
    instead: BTreeMap<String, Value>,
    first: &str,
    bench: &mut Bench,
) {
    spare_better(&mut cue, phrases, instead.values().filter_map(Value::as_str));
    let good_words: Vec<String> = instead.values().filter_map(Value::as_str).take(2).map(ToOwned::to_owned).collect();
    let cue = style.cue(cue, bench);
    let check = table([
        ("find", Value::String(cue)),
        ("instead", Value::Table(instead.into_iter().collect())),
        ("fix", Value::from("unsafe")),
    ]);
    let bad = phrases.iter().take(4).flat_map(|phrase| replies_around(said(), phrase)).collect();
    let good = good_words.iter().map(reply).chain(fine(None)).collect();
    style.push("prefer", verb("prefer", check), first, Parts { bad, good, ..Parts::default() }, bench);
}

fn occurrence(style: &Style<'_>, bench: &mut Bench) {
    let Some((node, token)) = style.get("token").and_then(|node| Some((node, text_of(node)?))) else {
        return bench.leave(&style.place, &style.called, Reason::Verb, "occurrence");
    };
    let number = |key: &str| number_of(style.get(key)).filter(|number| (1.0..=1000.0).contains(number));
    let whole = |number: f64| (1..=1000_i32).find(|whole| f64::from(*whole) >= number);
    let (min, max) = (number("min").and_then(whole), number("max").and_then(whole));
    let over = match style.text("scope") {
        Some("sentence") => "sentence",
        Some("paragraph") => "turn",
        _ => "reply",
    };
    if min.is_none() && max.is_none() {
        return bench.leave(&style.place, &style.called, Reason::Verb, "occurrence");
    }
    let mut check = table([("over", Value::from(over))]);
    for (key, number) in [("min", min), ("max", max)] {
        if let Some(number) = number {
            check.insert(key.to_owned(), Value::Integer(number.into()));
        }
    }
    let counts_words = [r"\b(\w+)\b", r"\b\w+\b", r"\w+", r"[^\s]+", r"\S+"].contains(&token.trim());
    let (sample, between) = if counts_words && over == "sentence" && min.is_none() {
        check.insert("measure".to_owned(), Value::from("sentence-words"));
        ("word".to_owned(), " ")
    } else {
        let Some(outcome) = style.carry(node, token, Meant { words: false, ..style.meant() }, bench) else { return };
        let (cue, sample) = cue_of(&[outcome], None);
        check.insert("measure".to_owned(), Value::from("count"));
        check.insert("find".to_owned(), Value::String(style.cue(cue, bench)));
        let signs = !sample.contains(char::is_alphanumeric);
        if signs && over == "sentence" {
            // Most of these characters end a sentence, so there would never be two in one.
            check.insert("over".to_owned(), Value::from("turn"));
            bench.leave(&style.place, &style.called, Reason::Scope, over);
        }
        (sample, if signs { "" } else { ", " })
    };
    let many = |count: i32| reply(vec![sample.as_str(); usize::try_from(count).unwrap_or(1)].join(between));
    let mut parts = Parts::default();
    if let Some(max) = max {
        parts.bad.push(many(max + 1));
        parts.good.push(many(max));
    }
    if let Some(min) = min {
        parts.bad.extend((min > 1).then(|| many(min - 1)));
        parts.bad.extend(fine(None));
        parts.good.push(many(min));
    }
    parts.good.extend(fine(None));
    style.push("limit", verb("limit", check), &sample, parts, bench);
}
