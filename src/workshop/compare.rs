//! Compares two rulebooks on the same texts: findings gained and lost, rule by rule.

use crate::conversation::Conversation;
use crate::judge::Finding;
use crate::rulebook::{Rulebook, Severity};
use crate::source::Span;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// What a changed rulebook changes.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Version of this format.
    pub schema: u32,
    /// Conversations that were judged by both.
    pub conversations: u64,
    /// Replies of the agents in them.
    pub replies: u64,
    /// Conversations with findings gained, lost or of another severity.
    pub touched: u64,
    /// Findings before and now, by severity.
    pub totals: BTreeMap<Severity, Totals>,
    /// Scores of agents' replies by each scorecard, before and now.
    pub scores: BTreeMap<String, Scores>,
    /// Only rules that differ.
    pub rules: BTreeMap<String, Shift>,
    /// Every rule's counts, until `finish`.
    #[serde(skip)]
    all: BTreeMap<String, Shift>,
    /// Former ids and their successors, both ways.
    #[serde(skip)]
    renamed: HashMap<String, String>,
    /// Most examples of each kind kept.
    #[serde(skip)]
    most: usize,
}

/// Findings before and now.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Totals {
    /// By the old rulebook.
    pub before: u64,
    /// By the new one.
    pub now: u64,
}

/// Scores of the same replies before and now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scores {
    /// Scores that both rulebooks give: one for each agent in a conversation.
    pub scored: u64,
    /// Scores that are higher now.
    pub up: u64,
    /// Scores that are lower now.
    pub down: u64,
    /// Mean score before and now, in per cent.
    pub before: f64,
    /// See `before`.
    pub now: f64,
    /// Scores that pass, before and now.
    pub passed_before: u64,
    /// See `passed_before`.
    pub passed_now: u64,
}

/// One score: hundredths of a per cent, and whether it passes.
pub type Marked = (i64, bool);

/// What happened to a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is in both.
    #[default]
    Kept,
    /// Only the new rulebook has it.
    Added,
    /// Only the old one had it.
    Removed,
}

/// How a rule's findings differ.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shift {
    /// Whether both rulebooks have it.
    pub fate: Fate,
    /// Its former id, if it was renamed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// Findings by the old rulebook.
    pub before: u64,
    /// Findings by the new one.
    pub now: u64,
    /// Findings only of the new one.
    pub gained: u64,
    /// Findings only of the old one.
    pub lost: u64,
    /// Findings of both whose severity changed.
    pub regraded: u64,
    /// The first few gained.
    pub gained_examples: Vec<Example>,
    /// The first few lost.
    pub lost_examples: Vec<Example>,
}

/// A finding of only one of the two.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Example {
    /// The input's path.
    pub path: Option<String>,
    /// Line of the file, from 1.
    pub line: Option<usize>,
    /// The conversation's id.
    pub conversation: Option<String>,
    /// Turn, from 0.
    pub turn: usize,
    /// How much it matters.
    pub severity: Severity,
    /// The words, in UTF-8 bytes of the turn's text.
    pub span: Span,
    /// The words themselves.
    pub quote: String,
    /// The turn's whole text.
    pub text: String,
    /// Its message.
    pub message: String,
    /// Its fingerprint.
    pub fingerprint: String,
}

impl Comparison {
    /// An empty comparison. `asked` says which rules count; `most` examples of each kind are kept.
    pub fn new(old: &Rulebook, new: &Rulebook, most: usize, asked: impl Fn(&str) -> bool) -> Self {
        let mut comparison = Self { schema: 1, most, ..Self::default() };
        for rule in new.rules.iter().filter(|rule| asked(&rule.id)) {
            let mut shift = Shift::default();
            if old.rules.iter().all(|other| other.id != rule.id) {
                shift.fate = Fate::Added;
                if let Some(was) = rule.was.iter().find(|was| old.rules.iter().any(|other| other.id == **was)) {
                    shift.fate = Fate::Kept;
                    shift.was = Some(was.clone());
                    comparison.renamed.insert(was.clone(), rule.id.clone());
                }
            }
            comparison.all.insert(rule.id.clone(), shift);
        }
        let gone = old.rules.iter().filter(|rule| asked(&rule.id) && !comparison.renamed.contains_key(&rule.id));
        for rule in gone.collect::<Vec<_>>() {
            let removed = || Shift { fate: Fate::Removed, ..Shift::default() };
            comparison.all.entry(rule.id.clone()).or_insert_with(removed);
        }
        comparison
    }

    /// Adds both rulebooks' findings in a conversation.
    pub fn add(&mut self, conversation: &Conversation, replies: usize, old: &[Finding], new: &[Finding]) {
        self.conversations += 1;
        self.replies += replies as u64;
        let mut before: HashMap<Key, &Finding> = HashMap::new();
        for finding in old {
            let rule = self.renamed.get(&finding.rule).unwrap_or(&finding.rule);
            let Some(shift) = self.all.get_mut(rule) else { continue };
            shift.before += 1;
            self.totals.entry(finding.severity).or_default().before += 1;
            before.insert(Key::of(rule, finding, shift), finding);
        }
        let mut touched = false;
        for finding in new {
            let Some(shift) = self.all.get_mut(&finding.rule) else { continue };
            shift.now += 1;
            self.totals.entry(finding.severity).or_default().now += 1;
            match before.remove(&Key::of(&finding.rule, finding, shift)) {
                Some(same) if same.severity == finding.severity => {}
                Some(_) => {
                    shift.regraded += 1;
                    touched = true;
                }
                None => {
                    shift.gained += 1;
                    touched = true;
                    if shift.gained_examples.len() < self.most {
                        shift.gained_examples.push(Example::of(conversation, finding));
                    }
                }
            }
        }
        touched |= !before.is_empty();
        for finding in old {
            let rule = self.renamed.get(&finding.rule).unwrap_or(&finding.rule);
            let Some(shift) = self.all.get_mut(rule) else { continue };
            if before.remove(&Key::of(rule, finding, shift)).is_some() {
                shift.lost += 1;
                if shift.lost_examples.len() < self.most {
                    shift.lost_examples.push(Example::of(conversation, finding));
                }
            }
        }
        self.touched += u64::from(touched);
    }

    /// Adds the scores of an agent's replies in a conversation.
    #[allow(clippy::cast_precision_loss, reason = "a score has at most some thousand")]
    pub fn score(&mut self, card: &str, old: Marked, new: Marked) {
        let scores = self.scores.entry(card.to_owned()).or_default();
        scores.scored += 1;
        scores.up += u64::from(new.0 > old.0);
        scores.down += u64::from(new.0 < old.0);
        // Sums until `finish`; whole numbers, so that order does not matter.
        scores.before += old.0 as f64;
        scores.now += new.0 as f64;
        scores.passed_before += u64::from(old.1);
        scores.passed_now += u64::from(new.1);
    }

    /// Computes the results, once all conversations have been added.
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn finish(&mut self) {
        for scores in self.scores.values_mut() {
            let mean = |sum: f64| (sum / scores.scored as f64).round() / 100.0;
            (scores.before, scores.now) = (mean(scores.before), mean(scores.now));
        }
        let differs = |shift: &Shift| {
            shift.gained + shift.lost + shift.regraded > 0 || shift.fate != Fate::Kept || shift.was.is_some()
        };
        self.rules = std::mem::take(&mut self.all).into_iter().filter(|(_, shift)| differs(shift)).collect();
    }

    /// Whether any finding differs.
    pub fn differs(&self) -> bool {
        self.touched > 0
    }
}

/// The identity of a finding. The fingerprint includes the rule's id; for a renamed rule, the place counts.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Fingerprint(String),
    Place(String, usize, usize, usize),
}

impl Key {
    fn of(rule: &str, finding: &Finding, shift: &Shift) -> Self {
        match shift.was {
            None => Self::Fingerprint(finding.fingerprint.clone()),
            Some(_) => Self::Place(rule.to_owned(), finding.turn, finding.span.start, finding.span.end),
        }
    }
}

impl Example {
    fn of(conversation: &Conversation, finding: &Finding) -> Self {
        Self {
            path: finding.path.clone(),
            line: finding.location.map(|location| location.start.line),
            conversation: finding.conversation.clone(),
            turn: finding.turn,
            severity: finding.severity,
            span: finding.span,
            quote: finding.quote.clone(),
            text: conversation.turns[finding.turn].text.clone(),
            message: finding.message.clone(),
            fingerprint: finding.fingerprint.clone(),
        }
    }
}
