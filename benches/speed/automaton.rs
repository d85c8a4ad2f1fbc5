//! The lower bound: the rulebook's literals in a bare automaton, on the same texts.

use daachorse::CharwiseDoubleArrayAhoCorasick;
use replylint::Rulebook;
use serde::Deserialize;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

/// All literals of the default rulebook.
pub struct Automaton {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// How many.
    pub phrases: usize,
}

#[derive(Deserialize)]
struct Conversation<'a> {
    #[serde(borrow)]
    turns: Vec<Turn<'a>>,
}

#[derive(Deserialize)]
struct Turn<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

impl Automaton {
    /// Builds it.
    pub fn new() -> Self {
        // Compiled afresh: the stored form no longer has its literals.
        let loaded =
            Rulebook::load(&replylint::rulebook::builtin::sources()).unwrap_or_else(|errors| panic!("{}", errors[0]));
        let rulebook = loaded.rulebook;
        let literals: Vec<&str> = rulebook.program.literals().collect();
        let phrases = literals.len();
        let automaton = CharwiseDoubleArrayAhoCorasick::new(literals).expect("the rulebook has made one of these");
        Self { automaton, phrases }
    }

    /// Runs over every text of a file, a block at a time. Returns hits, and the time spent in the automaton alone.
    pub fn run(&self, file: &Path) -> (usize, Duration) {
        let mut reader = BufReader::new(File::open(file).expect("the corpus was written"));
        let (mut line, mut texts) = (String::new(), Vec::new());
        let (mut hits, mut time) = (0, Duration::ZERO);
        while reader.read_line(&mut line).expect("the corpus is text") > 0 {
            let conversation: Conversation = serde_json::from_str(&line).expect("the corpus is JSON");
            texts.extend(conversation.turns.into_iter().map(|turn| turn.text.into_owned()));
            if texts.len() >= 10_000 {
                time += self.search(&mut texts, &mut hits);
            }
            line.clear();
        }
        time += self.search(&mut texts, &mut hits);
        (hits, time)
    }

    fn search(&self, texts: &mut Vec<String>, hits: &mut usize) -> Duration {
        let started = Instant::now();
        *hits += texts.iter().map(|text| self.automaton.find_overlapping_iter(text).count()).sum::<usize>();
        texts.clear();
        started.elapsed()
    }
}
