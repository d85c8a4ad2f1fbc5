//! Conversations made from the rulebook's own examples: the same every time, and nobody's real words. As in a real
//! month, agents have scripts and customers ask what others have asked: half of the messages come again and again.

use jiff::{Timestamp, ToSpan};
use replylint::conversation::Role;
use replylint::rulebook::{Pack, builtin, raw::Example};
use replylint::workshop::unmark;
use serde_json::json;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::File;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
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
    /// Bytes of the texts in it that have been said before.
    pub again: u64,
}

/// One reply in this many has something to find.
const BAD_IN: u64 = 10;
/// Approximate bytes of one message.
const REPLY: usize = 120;
/// Messages that the agents have as scripts.
const SCRIPTS: u64 = 2000;
const AGENTS: u64 = 200;
const TEAMS: u64 = 12;
/// 2026-03-02 09:00 in Shanghai.
const BEGINS: i64 = 1_772_413_200;

/// What a corpus is made of, and how much.
#[derive(Clone, Copy)]
pub enum Size {
    /// At least this many bytes.
    Bytes(u64),
    /// This many conversations.
    Conversations(u64),
}

/// Writes a file of conversations as JSON Lines, and the same as CSV with one row a message where `csv` is a path.
pub fn write(path: &Path, csv: Option<&Path>, size: Size) -> Corpus {
    let words = Words::new();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let scripts: Vec<String> = (0..SCRIPTS).map(|_| reply(&words, &mut dice)).collect();
    let hash = |text: &str| BuildHasherDefault::<DefaultHasher>::default().hash_one(text);
    let mut seen: HashSet<u64> = HashSet::new();
    let mut corpus = Corpus { conversations: 0, turns: 0, bytes: 0, said: 0, again: 0 };
    std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("target/ can be written");
    let create = |path: &Path| BufWriter::new(File::create(path).expect("target/ can be written"));
    let (mut out, mut table) = (create(path), csv.map(|path| csv::Writer::from_writer(create(path))));
    let mut add = |cells: [&str; 7]| {
        if let Some(table) = &mut table {
            table.write_record(cells).expect("target/ can be written");
        }
    };
    add(["conversation", "agent", "team", "customer", "role", "time", "text"]);
    let more = |corpus: &Corpus| match size {
        Size::Bytes(bytes) => corpus.bytes < bytes,
        Size::Conversations(number) => corpus.conversations < number,
    };
    while more(&corpus) {
        let number = corpus.conversations;
        let agent = dice.below(AGENTS);
        let head = [
            format!("c{number}"),
            format!("agent-{agent:03}"),
            format!("team-{:02}", agent as u64 % TEAMS),
            format!("u{}", number / 3),
        ];
        let begins = i64::try_from(number * 20).expect("a number of conversations");
        let begins = Timestamp::from_second(BEGINS + begins).expect("a time of this century");
        let mut turns = Vec::new();
        for place in 0..4 + dice.below(8) {
            let (role, text) = match (place % 2, dice.below(2)) {
                (0, 0) => ("customer", words.customer[dice.below(words.customer.len() as u64)].clone()),
                (0, _) => ("customer", message(&words.customer, &words.customer, &mut dice)),
                (_, 0) => ("agent", scripts[dice.below(SCRIPTS)].clone()),
                _ => ("agent", reply(&words, &mut dice)),
            };
            corpus.said += text.len() as u64;
            corpus.again += if seen.insert(hash(&text)) { 0 } else { text.len() as u64 };
            let time = (begins + (i64::try_from(place).expect("few messages") * 40).seconds()).to_string();
            let [id, agent, team, customer] = &head;
            add([id, agent, team, customer, role, &time, &text]);
            turns.push(json!({ "role": role, "text": text, "time": time }));
        }
        corpus.turns += turns.len() as u64;
        let [id, agent, team, customer] = head;
        let line = json!({ "id": id, "agent": agent, "team": team, "customer": customer, "turns": turns }).to_string();
        writeln!(out, "{line}").expect("target/ can be written");
        corpus.bytes += line.len() as u64 + 1;
        corpus.conversations += 1;
    }
    out.flush().expect("target/ can be written");
    drop(table);
    corpus
}

/// What an agent says: sometimes with something to find.
fn reply(words: &Words, dice: &mut Dice) -> String {
    let first = if dice.below(BAD_IN) == 0 { &words.bad } else { &words.good };
    message(first, &words.good, dice)
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
