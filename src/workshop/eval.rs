//! Measures recognition: what cues and rules find, against what people marked.

use super::acts::{Said, complains, told_by_answer};
use super::labels::{Labelled, LabelledPromise, Labels};
use super::stats::{Counts, Score, Share, kappa, wilson};
use crate::conversation::{Mode, Role};
use crate::cue::{Lists, Scan, Scratch};
use crate::judge::{Options, judge};
use crate::rulebook::Rulebook;
use crate::source::{Span, word};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All measurements.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// Labelled replies.
    pub replies: usize,
    /// Presence of each label in a reply.
    pub presence: BTreeMap<&'static str, Score>,
    /// Marked words, by overlap, one to one.
    pub spans: BTreeMap<&'static str, Score>,
    /// Deadlines of promises that both found: the labelled class, then ours.
    pub deadlines: BTreeMap<String, BTreeMap<String, usize>>,
    /// How many of those have the right class.
    pub deadline: Option<Share>,
    /// How many of those have the right owner.
    pub who: Option<Share>,
    /// Each rule that occurs in the labels.
    pub rules: BTreeMap<String, Score>,
    /// All of these rules together.
    pub all_rules: Option<Score>,
    /// Our agreement with each rater: rater, label, κ; null if both always gave the same answer, which chance alone
    /// would explain.
    pub kappa: BTreeMap<String, BTreeMap<&'static str, Option<f64>>>,
    /// Where we and the labels disagree.
    pub disagreements: Vec<Disagreement>,
}

/// A place where we and the labels differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The reply.
    pub id: String,
    /// The label, or the id of a rule.
    pub label: String,
    /// `missed`, `extra`, or our answer.
    pub kind: String,
    /// The words it is about.
    pub text: String,
}

/// The labels that mark words, with the cue that finds each.
const CUES: [(&str, &str); 4] =
    [("apology", "apology"), ("empathy", "empathy"), ("next_step", "next-step"), ("promises", "promise")];

/// Scores a rulebook on labelled replies.
pub fn evaluate(rulebook: &Rulebook, items: &[Labelled]) -> Evaluation {
    let mut bench = Bench { rulebook, scratch: Scratch::thorough(), tally: Tally::default() };
    for item in items {
        bench.item(item);
    }
    bench.tally.finish(items.len())
}

#[derive(Default)]
struct Tally {
    presence: BTreeMap<&'static str, Counts>,
    spans: BTreeMap<&'static str, Counts>,
    deadlines: BTreeMap<String, BTreeMap<String, usize>>,
    deadline: (usize, usize),
    who: (usize, usize),
    rules: BTreeMap<String, Counts>,
    votes: BTreeMap<(String, &'static str), Vec<(bool, bool)>>,
    disagreements: Vec<Disagreement>,
}

struct Bench<'a> {
    rulebook: &'a Rulebook,
    scratch: Scratch,
    tally: Tally,
}

impl Bench<'_> {
    fn item(&mut self, item: &Labelled) {
        let reply = item.reply();
        let program = &self.rulebook.program;
        let scans: Vec<Arc<Scan>> = item
            .turns
            .iter()
            .map(|turn| program.scan(&mut self.scratch, &turn.text, turn.role, &Lists::new()))
            .collect();
        let both = item.turns.iter().zip(&scans);
        let said: Vec<Said> = both.map(|(turn, scan)| Said::new(program, turn.role, scan)).collect();
        let complaint = complains(&said) || told_by_answer(&said).is_some();
        self.presence(item, "complaint", complaint, |labels| labels.complaint);
        for (label, cue) in CUES {
            let Some(cue) = program.cue(cue) else { continue };
            let mut found = Vec::new();
            for (turn, scan) in item.turns.iter().zip(&scans).enumerate().skip(reply).map(|(at, both)| (at, both.1)) {
                let text = &item.turns[turn].text;
                found.extend(scan.hits(cue).iter().map(|hit| (turn, scan.span(hit.start, hit.end, text))));
            }
            self.presence(item, label, !found.is_empty(), |labels| {
                marked(labels, label).map(|spans| !spans.is_empty())
            });
            if let Some(spans) = marked(&item.labels, label) {
                self.spans(item, label, &found, &spans, &scans);
            }
        }
        self.rules(item);
        for scan in scans {
            self.scratch.recycle(scan);
        }
    }

    fn presence(&mut self, item: &Labelled, label: &'static str, found: bool, right: impl Fn(&Labels) -> Option<bool>) {
        for (rater, labels) in &item.raters {
            if let Some(theirs) = right(labels) {
                self.tally.votes.entry((rater.clone(), label)).or_default().push((found, theirs));
            }
        }
        let Some(right) = right(&item.labels) else { return };
        self.tally.presence.entry(label).or_default().add(found, right);
        if found != right {
            let role = if label == "complaint" { Role::Customer } else { Role::Agent };
            let words: Vec<&str> =
                item.turns.iter().filter(|turn| turn.role == role).map(|turn| turn.text.as_str()).collect();
            self.note(item, &format!("{label} in reply"), if found { "extra" } else { "missed" }, words.join(" / "));
        }
    }

    fn spans(
        &mut self,
        item: &Labelled,
        label: &'static str,
        found: &[(usize, Span)],
        marked: &[&str],
        scans: &[Arc<Scan>],
    ) {
        let places = locate(item, marked);
        let mut taken = vec![false; found.len()];
        let mut counts = Counts::default();
        for (index, place) in places.iter().enumerate() {
            let partner = place.and_then(|(turn, span)| {
                (0..found.len()).find(|&at| !taken[at] && found[at].0 == turn && found[at].1.overlaps(span))
            });
            counts.add(partner.is_some(), true);
            match partner {
                Some(at) => {
                    taken[at] = true;
                    if label == "promises" {
                        self.promise(item, index, found[at], scans);
                    }
                }
                None => self.note(item, label, "missed", marked[index].to_owned()),
            }
        }
        for (at, &(turn, span)) in found.iter().enumerate() {
            if !taken[at] {
                counts.add(true, false);
                self.note(item, label, "extra", span.of(&item.turns[turn].text).to_owned());
            }
        }
        let sum = self.tally.spans.entry(label).or_default();
        sum.true_positives += counts.true_positives;
        sum.false_positives += counts.false_positives;
        sum.false_negatives += counts.false_negatives;
    }

    fn promise(&mut self, item: &Labelled, index: usize, (turn, span): (usize, Span), scans: &[Arc<Scan>]) {
        let text = &item.turns[turn].text;
        let promises = &scans[turn].promises;
        let Some(ours) = promises.iter().find(|ours| scans[turn].span(ours.span.0, ours.span.1, text) == span) else {
            return;
        };
        let Some(LabelledPromise { deadline, who, .. }) = item.labels.promises.as_ref().map(|all| &all[index]) else {
            return;
        };
        if let Some(right) = deadline {
            let names = (word(right), word(ours.deadline));
            *self.tally.deadlines.entry(names.0).or_default().entry(names.1).or_default() += 1;
            self.tally.deadline.1 += 1;
            if *right == ours.deadline {
                self.tally.deadline.0 += 1;
            } else {
                self.note(item, "deadline", &word(ours.deadline), span.of(text).to_owned());
            }
        }
        if let Some(right) = who {
            self.tally.who.0 += usize::from(*right == ours.who);
            self.tally.who.1 += 1;
        }
    }

    fn rules(&mut self, item: &Labelled) {
        let expected = item.rule.as_ref().zip(item.expect.as_ref());
        if expected.is_none() && item.labels.rules.is_none() {
            return;
        }
        let rule = item.rule.as_ref().and_then(|id| self.rulebook.rules.iter().find(|rule| rule.id == *id));
        let conversation = item.conversation(rule.is_none_or(|rule| rule.is_for(Mode::Draft)));
        let options = Options { lang: item.lang, ..Options::default() };
        let verdict = judge(self.rulebook, &conversation, None, &options, &mut self.scratch);
        let fires = |rule: &str| verdict.findings.iter().any(|finding| finding.rule == rule);
        let mut wanted: BTreeMap<String, bool> = BTreeMap::new();
        // A line about one rule is no evidence about others.
        if let Some(rules) = item.labels.rules.as_ref().filter(|_| expected.is_none()) {
            wanted.extend(verdict.findings.iter().map(|finding| (finding.rule.clone(), false)));
            wanted.extend(rules.iter().map(|rule| (rule.clone(), true)));
        }
        if let Some((rule, expect)) = expected {
            wanted.insert(rule.clone(), expect.finds());
        }
        for (rule, right) in wanted {
            let found = fires(&rule);
            self.tally.rules.entry(rule.clone()).or_default().add(found, right);
            if found != right {
                let text = item.turns.last().map(|turn| turn.text.clone()).unwrap_or_default();
                self.note(item, &rule, if found { "extra" } else { "missed" }, text);
            }
        }
    }

    fn note(&mut self, item: &Labelled, label: &str, kind: &str, text: String) {
        let (id, label, kind) = (item.id.clone(), label.to_owned(), kind.to_owned());
        self.tally.disagreements.push(Disagreement { id, label, kind, text });
    }
}

impl Tally {
    fn finish(self, replies: usize) -> Evaluation {
        let share = |(hits, total): (usize, usize)| wilson(hits, total);
        let mut agreement: BTreeMap<String, BTreeMap<&'static str, Option<f64>>> = BTreeMap::new();
        for ((rater, label), votes) in self.votes {
            agreement.entry(rater).or_default().insert(label, kappa(&votes));
        }
        let mut all = Counts::default();
        self.rules.values().for_each(|counts| all.merge(*counts));
        Evaluation {
            replies,
            all_rules: (!self.rules.is_empty()).then(|| all.score()),
            presence: self.presence.into_iter().map(|(label, counts)| (label, counts.score())).collect(),
            spans: self.spans.into_iter().map(|(label, counts)| (label, counts.score())).collect(),
            deadlines: self.deadlines,
            deadline: share(self.deadline),
            who: share(self.who),
            rules: self.rules.into_iter().map(|(rule, counts)| (rule, counts.score())).collect(),
            kappa: agreement,
            disagreements: self.disagreements,
        }
    }
}

/// The words that people marked for a label.
fn marked<'a>(labels: &'a Labels, label: &str) -> Option<Vec<&'a str>> {
    let words = |list: &'a Option<Vec<String>>| list.as_ref().map(|list| list.iter().map(String::as_str).collect());
    match label {
        "apology" => words(&labels.apology),
        "empathy" => words(&labels.empathy),
        "next_step" => words(&labels.next_step),
        _ => labels.promises.as_ref().map(|all| all.iter().map(|promise| promise.span.as_str()).collect()),
    }
}

/// The places of the marked words; repeated words are matched in order.
fn locate(item: &Labelled, marked: &[&str]) -> Vec<Option<(usize, Span)>> {
    let mut used: Vec<(usize, usize)> = Vec::new();
    let mut place = |words: &str| {
        for (turn, text) in item.turns.iter().map(|turn| &turn.text).enumerate().skip(item.reply()) {
            let free = text.match_indices(words).map(|(at, _)| at).find(|&at| !used.contains(&(turn, at)));
            if let Some(at) = free.filter(|_| !words.is_empty()) {
                used.push((turn, at));
                return Some((turn, Span::new(at, at + words.len())));
            }
        }
        None
    };
    marked.iter().map(|words| place(words)).collect()
}
