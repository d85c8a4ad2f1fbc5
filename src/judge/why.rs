//! Why a rule was silent: what was found, which guard dropped it, and which condition was not met.

use super::case::Case;
use super::finding::Location;
use super::needs;
use super::options::{Options, Override};
use super::silence::{Silence, Values};
use super::stretch::Stretch;
use super::verdict::judge;
use super::{Finding, SuppressionKind};
use crate::conversation::{Conversation, Role};
use crate::cue::{CueId, Dropped, Hit, Scratch, Sum, Trace};
use crate::rulebook::{Check, Rule, Rulebook};
use crate::source::{Span, word};
use std::cell::RefCell;

/// A place in a turn and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Turn, from 0.
    pub turn: usize,
    /// UTF-8 bytes of the turn's text.
    pub span: Span,
    /// Place in the file; `None` where it cannot be mapped.
    pub location: Option<Location>,
}

/// What happened at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// A cue of the rule was hit.
    Hit,
    /// A part of one of the rule's cues was hit, but not the whole cue.
    Part,
    /// A cue of the rule would have been hit, had a guard not dropped it.
    Dropped,
    /// The rule was evaluated, and did not offend.
    Silent,
}

/// One step of the explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is about.
    pub at: Spot,
    /// What happened.
    pub seen: Sight,
    /// The cue, if it is about one.
    pub cue: Option<String>,
    /// For a drop or a silence: the guard or condition, as a stable word such as `negated`.
    pub reason: &'static str,
    /// Values for the sentence about it.
    pub values: Values,
    /// The words that decided it.
    pub by: Option<Spot>,
}

/// The answer to “why not?” for a rule and a conversation.
#[derive(Debug)]
pub struct Answer {
    /// What the rule did find.
    pub findings: Vec<Finding>,
    /// Why the rule does not apply to the conversation at all: `off`, `kind`.
    pub barred: Vec<(&'static str, Values)>,
    /// If nothing came close: what the rule needs.
    pub needs: Vec<(&'static str, Values)>,
    /// In the order of turns and places.
    pub steps: Vec<Step>,
}

/// Evaluates one rule on a conversation and records every reason for silence.
pub fn why_not(
    rulebook: &Rulebook,
    conversation: &Conversation,
    path: Option<&str>,
    options: &Options,
    rule: usize,
) -> Answer {
    let mut scratch = Scratch::explaining();
    // A rule that is off is explained as if it were on.
    let mut asking = options.clone();
    if !options.is_on(rule) {
        asking.overrides[rule] = Override::AsIs;
    }
    let mut dropped: Vec<Vec<Trace>> = Vec::new();
    let mut case = Case::new(rulebook, conversation, &asking, &mut scratch, |scratch| dropped.push(scratch.dropped()));
    case.notes = Some(RefCell::default());
    let asked = &rulebook.rules[rule];
    let mut barred = Vec::new();
    if !options.is_on(rule) {
        barred.push(("off", Vec::new()));
    }
    if !asked.is_for(conversation.mode) {
        barred.push(("kind", vec![("kind", word(conversation.mode))]));
    }
    let mut findings = case.verdict(rule..rule + 1, path).findings;
    let mut steps = steps(&case, asked, &dropped);
    if !asked.yields_to.is_empty() && !findings.is_empty() {
        let all = judge(rulebook, conversation, path, &asking, &mut Scratch::default()).findings;
        findings.retain(|finding| match all.iter().find_map(|told| yielded(told, finding)) {
            Some(to) => {
                steps.push(gives_way(finding, to));
                false
            }
            None => true,
        });
    }
    let nothing = findings.is_empty() && !steps.iter().any(|step| is_near(rulebook, asked, step));
    let needs = if nothing { needs::needs(&case, asked) } else { Vec::new() };
    // A step about a turn as a whole comes after steps about its words.
    let whole = |at: &Spot| at.span == whole_turn(&case, at.turn);
    steps.sort_by_key(|step| (step.at.turn, whole(&step.at), step.at.span.start, order(&step.seen)));
    steps.dedup();
    Answer { findings, barred, needs, steps }
}

/// Whether a step is about something that could have become a finding; single words of a promise could not.
fn is_near(rulebook: &Rulebook, rule: &Rule, step: &Step) -> bool {
    let program = &rulebook.program;
    let whole = step.values.iter().find(|(name, _)| *name == "whole").map(|(_, whole)| whole.as_str());
    let subjects = rule.check.subjects();
    let own = |name: &str| subjects.iter().any(|&cue| program.name(cue) == name);
    let part = |name: &str| subjects.iter().any(|&cue| program.name(cue) == name && !program.may_promise(cue));
    match step.seen {
        Sight::Hit => step.cue.as_deref().is_some_and(own),
        Sight::Dropped => whole.map_or_else(|| step.cue.as_deref().is_some_and(own), part),
        Sight::Silent => step.reason != "nothing",
        Sight::Part => false,
    }
}

/// The rule that a finding gave way to, if any.
fn yielded<'a>(told: &'a Finding, finding: &Finding) -> Option<&'a str> {
    let same = told.rule == finding.rule && (told.turn, told.span) == (finding.turn, finding.span);
    let given = told.suppression.as_ref().filter(|given| same && given.kind == SuppressionKind::SameWords)?;
    given.reason.as_deref()
}

fn gives_way(finding: &Finding, to: &str) -> Step {
    Step {
        at: Spot { turn: finding.turn, span: finding.span, location: finding.location },
        seen: Sight::Silent,
        cue: None,
        reason: "gives-way",
        values: vec![("rule", to.to_owned())],
        by: None,
    }
}

/// Within a place, what was seen comes before the conclusion.
fn order(seen: &Sight) -> u8 {
    match seen {
        Sight::Part => 0,
        Sight::Hit => 1,
        Sight::Dropped => 2,
        Sight::Silent => 3,
    }
}

fn steps(case: &Case, rule: &Rule, dropped: &[Vec<Trace>]) -> Vec<Step> {
    let program = &case.rulebook.program;
    let mut steps = Vec::new();
    let subjects = rule.check.subjects();
    for cue in rule.check.cues() {
        for (turn, scan) in case.scans.iter().enumerate() {
            let seen = seen_of(case, cue, turn, &dropped[turn], None);
            if seen.is_empty() && subjects.contains(&cue) {
                let mut known = vec![cue];
                below(case, cue, turn, &dropped[turn], &mut known, &mut steps);
            }
            steps.extend(seen);
            if subjects.contains(&cue) && !case.is_judged(turn) {
                let role = case.turn(turn).role;
                let reason = if role == Role::Agent { "context" } else { "role" };
                let note =
                    |hit: &Hit| silent(case, Silence::at(Stretch::of(turn, *hit), reason).value("role", word(role)));
                steps.extend(scan.hits(cue).iter().map(note));
            }
        }
    }
    let notes = case.notes.as_ref().map(RefCell::take).unwrap_or_default();
    // Only steps about the rule's own cues count, not those about their parts.
    let told = |turn: usize, steps: &[Step]| {
        let own = |step: &&Step| step.at.turn == turn && step.values.iter().all(|(name, _)| *name != "whole");
        steps.iter().any(|step| own(&step))
    };
    if !subjects.is_empty() && !matches!(rule.check, Check::Require(_)) {
        let names: Vec<&str> = subjects.iter().map(|&cue| program.name(cue)).collect();
        for turn in (0..case.scans.len()).filter(|&turn| case.is_judged(turn)) {
            let noted = notes.iter().any(|note| note.at.turn == turn);
            if !noted && !told(turn, &steps) {
                let nothing = Silence::at(case.whole(turn).at, "nothing").value("cues", names.join(", "));
                steps.push(silent(case, nothing));
            }
        }
    }
    steps.extend(notes.into_iter().map(|note| silent(case, note)));
    steps
}

fn silent(case: &Case, note: Silence) -> Step {
    Step {
        at: spot(case, note.at),
        seen: Sight::Silent,
        cue: None,
        reason: note.reason,
        values: note.values,
        by: note.by.map(|by| spot(case, by)),
    }
}

/// Hits of a cue in a turn, and the candidates that its guards dropped there.
fn seen_of(case: &Case, cue: CueId, turn: usize, dropped: &[Trace], whole: Option<&str>) -> Vec<Step> {
    let scan = &case.scans[turn];
    let step = |start, end, seen, reason| Step {
        at: spot(case, Stretch { turn, start, end }),
        seen,
        cue: Some(case.rulebook.program.name(cue).to_owned()),
        reason,
        values: whole.map(|whole| ("whole", whole.to_owned())).into_iter().collect(),
        by: None,
    };
    let hit = if whole.is_some() { (Sight::Part, "part") } else { (Sight::Hit, "hit") };
    let program = &case.rulebook.program;
    let of = |place: &Hit| {
        let plain = step(place.start, place.end, hit.0.clone(), hit.1);
        match program.sum_at(cue, scan, place.start) {
            Some(sum) if plain.seen == Sight::Hit => Step { reason: "weighed", values: added_up(&sum), ..plain },
            _ => plain,
        }
    };
    let mut found: Vec<Step> = scan.hits(cue).iter().map(of).collect();
    // A guard of one part of a cue does not drop what another part still hits.
    let stands = |trace: &Trace| scan.hits(cue).iter().any(|hit| hit.start < trace.end && trace.start < hit.end);
    for trace in dropped.iter().filter(|trace| trace.cue == cue && !stands(trace)) {
        let by = trace.by.map(|(start, end)| spot(case, Stretch { turn, start, end }));
        // Covered by itself, such as an office's telephone number: there is no longer word.
        let itself = trace.dropped == Dropped::Covered && trace.by == Some((trace.start, trace.end));
        let reason = if itself { "itself" } else { trace.dropped.word() };
        found.push(Step { by, ..step(trace.start, trace.end, Sight::Dropped, reason) });
    }
    found
}

/// Most words of a sum that are named.
const NAMED: usize = 12;

/// The words that weigh most, and the total.
fn added_up(sum: &Sum) -> Values {
    let words: Vec<String> = sum.words.iter().take(NAMED).map(|(word, points)| format!("{word} {points:+}")).collect();
    let more = if sum.words.len() > NAMED { ", …" } else { "" };
    vec![("points", sum.points.to_string()), ("least", sum.least.to_string()), ("words", words.join(", ") + more)]
}

/// Steps about the parts of a cue, down to where something was seen.
fn below(case: &Case, cue: CueId, turn: usize, dropped: &[Trace], known: &mut Vec<CueId>, steps: &mut Vec<Step>) {
    let program = &case.rulebook.program;
    for part in program.made_of(cue) {
        if known.contains(&part) {
            continue;
        }
        known.push(part);
        let mut seen = seen_of(case, part, turn, dropped, Some(program.name(cue)));
        // A part ruled out for this side's words is irrelevant.
        seen.retain(|step| step.reason != Dropped::Role.word());
        if seen.is_empty() {
            below(case, part, turn, dropped, known, steps);
        }
        steps.extend(seen);
    }
}

fn whole_turn(case: &Case, turn: usize) -> Span {
    case.span(case.whole(turn).at)
}

fn spot(case: &Case, at: Stretch) -> Spot {
    let (turn, span) = (at.turn, case.span(at));
    Spot { turn, span, location: case.location(turn, span) }
}
