//! A pack under construction: rules and cues as tables, valid names, and the text that is written.

use super::values::framed;
use super::{Place, Said};
use std::collections::BTreeSet;
use std::fmt::Write;
use toml::{Table, Value};

/// A rule under construction.
#[derive(Clone, Debug)]
pub(crate) struct DraftRule {
    pub(crate) name: String,
    /// Everything but the examples.
    pub(crate) table: Table,
    /// Candidate examples, the best first.
    pub(crate) bad: Vec<Value>,
    pub(crate) good: Vec<Value>,
    /// How many examples are wanted.
    pub(crate) wanted: (usize, usize),
    /// Whether the examples were written by somebody, who is told if one fails.
    pub(crate) strict: bool,
    /// Its name in the source, and its place there.
    pub(crate) called: String,
    pub(crate) place: Place,
}

/// A cue under construction.
#[derive(Clone, Debug)]
pub(crate) struct DraftCue {
    pub(crate) name: String,
    pub(crate) table: Table,
    pub(crate) place: Place,
}

/// Rules and cues, in order of arrival.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) name: String,
    pub(crate) rules: Vec<DraftRule>,
    pub(crate) cues: Vec<DraftCue>,
    taken: BTreeSet<String>,
}

impl Draft {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: kebab(name).unwrap_or_else(|| "imported".to_owned()), ..Self::default() }
    }

    /// A free name for a rule, made from its name in the source; from `word` if that has no usable letters.
    pub(crate) fn free(&mut self, called: &str, word: &str) -> String {
        let base = kebab(called).unwrap_or_else(|| word.to_owned());
        let mut name = base.clone();
        let mut number = 1;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = format!("{base}-{number}");
        }
        name
    }

    /// The name for a rule's cue, prefixed with the pack's name because cues of one name are merged.
    pub(crate) fn cue_name(&mut self, rule: &str) -> String {
        let name = format!("{}-{rule}", self.name);
        self.free(&name, "cue")
    }

    pub(crate) fn cue(&mut self, rule: &str, table: Table, place: &Place) -> String {
        let name = self.cue_name(rule);
        self.cues.push(DraftCue { name: name.clone(), table, place: place.clone() });
        name
    }

    /// Adds a cue under a given name.
    pub(crate) fn named_cue(&mut self, name: &str, table: Table, place: &Place) -> String {
        let free = if self.cues.iter().any(|cue| cue.name == name) { self.cue_name(name) } else { name.to_owned() };
        self.cues.push(DraftCue { name: free.clone(), table, place: place.clone() });
        free
    }

    /// An empty pack of the same name.
    pub(crate) fn emptied(self) -> Self {
        Self { name: self.name, ..Self::default() }
    }

    /// Removes the pack's own cues that nothing uses any more.
    pub(crate) fn sweep(&mut self) {
        let own = format!("{}-", self.name);
        loop {
            let mut named = BTreeSet::new();
            for table in self.rules.iter().map(|rule| &rule.table).chain(self.cues.iter().map(|cue| &cue.table)) {
                names(&Value::Table(table.clone()), &mut named);
            }
            let before = self.cues.len();
            self.cues.retain(|cue| !cue.name.starts_with(&own) || named.contains(&cue.name));
            if self.cues.len() == before {
                return;
            }
        }
    }

    /// The pack as text; `reasons` stands above it, line by line.
    pub(crate) fn write(&self, head: &[String]) -> String {
        let mut out = String::new();
        for line in head {
            let _ = writeln!(out, "# {line}");
        }
        if !head.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "name = {}", quoted(&self.name));
        for cue in &self.cues {
            let _ = writeln!(out, "\n[cue.{}]", cue.name);
            entries(&mut out, &cue.table, &["about", "phrases", "sequences", "regex", "any", "roles"]);
        }
        for rule in &self.rules {
            let name = if rule.name.contains('/') { quoted(&rule.name) } else { rule.name.clone() };
            let _ = writeln!(out, "\n[rule.{name}]");
            let (mut bad, mut good) = (rule.bad.clone(), rule.good.clone());
            bad.truncate(rule.wanted.0);
            good.truncate(rule.wanted.1);
            entries(
                &mut out,
                &rule.table,
                &["severity", "replaces", "was", "kinds", "message", "help", "why", "check"],
            );
            list(&mut out, "bad", &bad);
            list(&mut out, "good", &good);
        }
        out
    }
}

/// Collects every string in a value that may name a cue.
fn names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.insert(text.clone());
            found.extend(text.split('|').map(|part| part.trim_matches(['<', '>']).to_owned()));
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        Value::Table(table) => table.values().for_each(|value| names(value, found)),
        _ => {}
    }
}

fn entries(out: &mut String, table: &Table, order: &[&str]) {
    let rest = table.keys().map(String::as_str).filter(|key| !order.contains(key));
    for key in order.iter().copied().chain(rest) {
        match table.get(key) {
            Some(Value::Table(inner)) if key == "check" => {
                for (verb, value) in inner {
                    let _ = writeln!(out, "check.{verb} = {}", inline(value));
                }
            }
            Some(Value::Array(items)) => list(out, key, items),
            Some(value) => {
                let _ = writeln!(out, "{key} = {}", inline(value));
            }
            None => {}
        }
    }
}

/// Longest line of a list.
const WIDE: usize = 100;

fn list(out: &mut String, key: &str, items: &[Value]) {
    let written: Vec<String> = items.iter().map(inline).collect();
    let one = written.join(", ");
    if one.len() <= WIDE && !items.iter().any(Value::is_table) {
        let _ = writeln!(out, "{key} = [{one}]");
        return;
    }
    let _ = writeln!(out, "{key} = [");
    let tables = items.iter().any(Value::is_table);
    let mut line = String::new();
    for item in written {
        if !line.is_empty() && (tables || line.len() + item.len() > WIDE) {
            let _ = writeln!(out, "  {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        let _ = write!(line, "{item},");
    }
    let _ = writeln!(out, "  {line}\n]");
}

/// A value on one line. Chinese comes before English, as everywhere in packs.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let first = |key: &str| usize::from(!matches!(key, "zh" | "customer" | "find" | "role"));
            let mut keys: Vec<&String> = table.keys().collect();
            keys.sort_by_key(|key| (first(key.as_str()), (*key).clone()));
            let entries = keys.iter().map(|key| format!("{} = {}", name(key), inline(&table[*key])));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn name(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if bare { key.to_owned() } else { quoted(key) }
}

/// A text as TOML writes it on one line.
pub(crate) fn quoted(text: &str) -> String {
    let simple = !text.contains(|c: char| c.is_control() || c == '\'');
    if simple && text.contains(['\\', '"']) {
        return format!("'{text}'");
    }
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Longest rule name made from a foreign one.
const LONGEST_NAME: usize = 48;

/// A name as packs write it; `None` if no letter or digit can be used.
pub(crate) fn kebab(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut before = ' ';
    for character in text.chars() {
        let joins = character.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (joins || !character.is_ascii_alphanumeric()) && !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
        if character.is_ascii_alphanumeric() {
            out.push(character.to_ascii_lowercase());
        }
        before = character;
        if out.len() >= LONGEST_NAME {
            break;
        }
    }
    let name = out.trim_matches('-').to_owned();
    // A bare number is no name, nor is a single letter left of a Chinese one.
    (name.len() > 1 && name.contains(|c: char| c.is_ascii_alphabetic())).then_some(name)
}

/// Replies around a word, marked ones first.
pub(crate) fn replies_around(said: &Said, word: &str) -> Vec<Value> {
    let frames = || said.frames().iter();
    frames().map(|frame| framed(frame, word, true)).chain(frames().map(|frame| framed(frame, word, false))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::values::{table, texts};
    use super::*;

    #[test]
    fn names_fit_packs() {
        for (text, name) in [
            ("MyRule", "my-rule"),
            ("Rude words!", "rude-words"),
            ("质检 A", ""),
            ("12", ""),
            ("API-Keys", "api-keys"),
            ("---", ""),
        ] {
            assert_eq!(kebab(text).unwrap_or_default(), name, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_toml() {
        let mut draft = Draft::new("x y");
        let odd = "a\"b\\c\n\u{7}'";
        draft.cue("r", table([("phrases", texts(["一", odd, "\\d\""]))]), &Place::default());
        let text = draft.write(&["head".to_owned()]);
        let read: Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(read["cue"]["x-y-r"]["phrases"][1].as_str(), Some(odd));
        assert_eq!(read["cue"]["x-y-r"]["phrases"][2].as_str(), Some("\\d\""));
    }
}
