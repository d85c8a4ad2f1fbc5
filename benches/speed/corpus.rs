//! Conversations made from the rulebook's own examples: the same every time, and nobody's real words.

use replylint::conversation::Role;
use replylint::rulebook::{Pack, builtin, raw::Example};
use replylint::workshop::unmark;
use serde_json::json;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// A corpus that was written.
pub struct Corpus {
    pub conversations: u64,
    pub turns: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of the texts in it.
    pub said: u64,
}

/// One reply in this many has something to find.
const BAD_IN: u64 = 10;
/// Approximate bytes of one message.
const REPLY: usize = 120;

/// Writes a file of at least `size` bytes.
pub fn write(path: &Path, size: u64) -> Corpus {
    let words = Words::new();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut corpus = Corpus { conversations: 0, turns: 0, bytes: 0, said: 0 };
    std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("target/ can be written");
    let mut out = BufWriter::new(File::create(path).expect("target/ can be written"));
    while corpus.bytes < size {
        let turns: Vec<(&str, String)> = (0..4 + dice.below(8))
            .map(|number| match number % 2 {
                0 => ("customer", message(&words.customer, &words.customer, &mut dice)),
                _ if dice.below(BAD_IN) == 0 => ("agent", message(&words.bad, &words.good, &mut dice)),
                _ => ("agent", message(&words.good, &words.good, &mut dice)),
            })
            .collect();
        corpus.turns += turns.len() as u64;
        corpus.said += turns.iter().map(|(_, text)| text.len() as u64).sum::<u64>();
        let turns: Vec<_> = turns.into_iter().map(|(role, text)| json!({ "role": role, "text": text })).collect();
        let line = json!({ "id": format!("c{}", corpus.conversations), "turns": turns }).to_string();
        writeln!(out, "{line}").expect("target/ can be written");
        corpus.bytes += line.len() as u64 + 1;
        corpus.conversations += 1;
    }
    out.flush().expect("target/ can be written");
    corpus
}

/// Writes a repository of templates: Markdown documents of `each` templates in twenty folders. Returns its size in
/// bytes.
pub fn templates(folder: &Path, documents: usize, each: usize) -> u64 {
    let words = Words::new();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut bytes = 0;
    for document in 0..documents {
        let mut text = format!("# Templates {document}\n");
        for number in 1..=each {
            let bad = dice.below(BAD_IN) == 0;
            let said = message(if bad { &words.bad } else { &words.good }, &words.good, &mut dice).replace("```", "");
            let _ = write!(
                text,
                "\n### {number}. {document}-{number}\n\n```\n{{{{name}}}} {document}-{number}: {said}\n```\n"
            );
        }
        let path = folder.join(format!("group-{:02}/templates-{document:04}.md", document % 20));
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("target/ can be written");
        std::fs::write(path, &text).expect("target/ can be written");
        bytes += text.len() as u64;
    }
    bytes
}

/// A draft of 200 characters, with something to find.
pub fn draft() -> String {
    let words = Words::new();
    let chinese = words.bad.iter().chain(&words.good).filter(|text| !text.is_ascii());
    chinese.flat_map(|text| text.chars()).filter(|character| !character.is_control()).take(200).collect()
}

/// Texts by kind.
struct Words {
    good: Vec<String>,
    bad: Vec<String>,
    customer: Vec<String>,
}

impl Words {
    fn new() -> Self {
        let mut words = Self { good: Vec::new(), bad: Vec::new(), customer: Vec::new() };
        for pack in builtin::sources().into_iter().filter_map(|file| Pack::read(file).ok()) {
            for (_, rule) in &pack.rules {
                for (examples, list) in [(&rule.good, &mut words.good), (&rule.bad, &mut words.bad)] {
                    for example in examples.iter().map(toml::Spanned::get_ref) {
                        list.extend(said_by(example, Role::Agent));
                        words.customer.extend(said_by(example, Role::Customer));
                    }
                }
            }
        }
        words
    }
}

/// One message: texts in a row, the first from one list, the rest from another, until it is long enough.
fn message(first: &[String], rest: &[String], dice: &mut Dice) -> String {
    let mut text = String::new();
    while text.len() < REPLY {
        let list = if text.is_empty() { first } else { rest };
        let Some(next) = list.get(dice.below(list.len() as u64)) else { break };
        text += next;
    }
    text
}

fn said_by(example: &Example, role: Role) -> Vec<String> {
    let alone = if role == Role::Agent { &example.reply } else { &example.customer };
    let turns = example.turns.iter().filter(|turn| turn.role == role).map(|turn| &turn.text);
    alone.iter().chain(turns).map(|text| unmark(text).text).collect()
}

/// Pseudo-random numbers with a fixed seed (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1)).unwrap_or(0)
    }
}
