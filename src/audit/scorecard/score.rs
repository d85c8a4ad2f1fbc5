//! Computes scores from a row alone, so that a review changes them by the same arithmetic.

use super::{Effect, Grade, ItemKind, RuleIds, Scorecard, Section};
use crate::audit::{ConversationResult, Fatal, FatalState, Found, ItemResult, Own, Part, Points, Score};
use crate::conversation::Role;
use crate::language::{fold_str, segment};

impl Scorecard {
    /// The scores of all agents of a conversation. `conditional` are the rules that may not apply to it.
    pub fn scores(&self, row: &ConversationResult, conditional: &RuleIds) -> Vec<Score> {
        let own = Own::of(row);
        let scorer = |part: &Part| {
            let found = own.findings(part.agent.as_ref()).collect();
            Scorer { row, found, part, conditional }.score(self)
        };
        row.parts.iter().map(scorer).collect()
    }
}

struct Scorer<'a> {
    row: &'a ConversationResult,
    /// The agent's findings, with their places among all.
    found: Vec<(usize, &'a Found)>,
    part: &'a Part,
    conditional: &'a RuleIds,
}

impl Scorer<'_> {
    fn score(&self, card: &Scorecard) -> Score {
        let mut score = Score { scorecard: card.id.clone(), agent: self.part.agent.clone(), ..Score::default() };
        let (mut zero, mut fail) = (false, false);
        score.earned = card.base;
        score.possible = card.base;
        for section in &card.sections {
            self.section(section, &mut score);
            for item in &section.items {
                if let ItemKind::Fatal { effect, .. } = item.kind
                    && score.fatal.iter().any(|fatal| fatal.item == item.id && fatal.state == FatalState::Confirmed)
                {
                    zero |= effect == Effect::Zero;
                    fail = true;
                }
            }
        }
        score.earned = score.earned.max(Points::ZERO);
        let percent = score.possible.percent(score.earned + score.bonus).map(|percent| percent.min(Points::WHOLE));
        score.percent = if zero { percent.map(|_| Points::ZERO) } else { percent };
        score.passed = score.percent.map(|percent| percent >= card.pass && !fail);
        // A failed case gets no grade from the pass mark on, whatever its points.
        let open = |grade: &&Grade| !fail || grade.from < card.pass;
        let reached = |percent: Points| card.grades.iter().filter(open).find(|grade| percent >= grade.from);
        score.grade = score.percent.and_then(reached).map(|grade| grade.id.clone());
        score
    }

    fn section(&self, section: &Section, score: &mut Score) {
        let (mut earned, mut possible) = (Points::ZERO, Points::ZERO);
        for item in &section.items {
            let found = self.found(&item.rules);
            let hits = acts(self.row, &found);
            let cost =
                |points: Points| ItemResult { item: item.id.clone(), hits, points: -points, findings: found.clone() };
            let times = |points: Points| Points(points.0.saturating_mul(i64::try_from(hits).unwrap_or(i64::MAX)));
            match &item.kind {
                ItemKind::Points { points, per_hit } => {
                    if hits == 0 && !self.applies(&item.rules) {
                        score.not_applicable.push(item.id.clone());
                        continue;
                    }
                    let lost = times(*per_hit).min(*points);
                    possible += *points;
                    earned += *points - lost;
                    if hits > 0 {
                        score.items.push(cost(lost));
                    }
                }
                ItemKind::Deduct { deduct, most } => {
                    let lost = times(*deduct).min(most.unwrap_or(Points(i64::MAX)));
                    score.earned = score.earned - lost;
                    if hits > 0 {
                        score.items.push(cost(lost));
                    }
                }
                ItemKind::Bonus { bonus, cues, role } => {
                    let said = if *role == Role::Customer { &self.row.customer_acts } else { &self.part.acts };
                    if cues.iter().any(|cue| said.contains(cue)) {
                        score.bonus += *bonus;
                        let item = item.id.clone();
                        score.items.push(ItemResult { item, hits: 1, points: *bonus, findings: Vec::new() });
                    }
                }
                ItemKind::Human { points } => score.human += *points,
                ItemKind::Fatal { fatal, .. } => {
                    let all = self.all(&item.rules);
                    if !all.is_empty() {
                        let state = self.state(&all);
                        score.fatal.push(Fatal { item: item.id.clone(), kind: *fatal, state, findings: all });
                    }
                }
            }
        }
        if let (Some(weight), true) = (section.weight, possible > Points::ZERO) {
            let share = i128::from(earned.0) * i128::from(weight.0) / i128::from(possible.0);
            (earned, possible) = (Points(i64::try_from(share).unwrap_or(i64::MAX)), weight);
        }
        score.earned += earned;
        score.possible += possible;
    }

    /// Indices of the agent's findings by these rules, including dismissed ones.
    fn all(&self, rules: &[String]) -> Vec<u64> {
        let own = self.found.iter().filter(|(_, found)| rules.contains(&found.rule));
        own.map(|&(place, _)| place as u64).collect()
    }

    /// Like [`Self::all`], without dismissed ones.
    fn found(&self, rules: &[String]) -> Vec<u64> {
        let own = self.found.iter().filter(|(_, found)| rules.contains(&found.rule) && found.stands());
        own.map(|&(place, _)| place as u64).collect()
    }

    fn state(&self, places: &[u64]) -> FatalState {
        let of = |place: &u64| usize::try_from(*place).ok().map(|place| self.row.findings[place].state());
        let states: Vec<FatalState> = places.iter().filter_map(of).collect();
        if states.contains(&FatalState::Confirmed) {
            FatalState::Confirmed
        } else if states.iter().all(|state| *state == FatalState::Dismissed) {
            FatalState::Dismissed
        } else {
            FatalState::Suspected
        }
    }

    /// Whether any of these rules applied, so that an agent could earn the points.
    fn applies(&self, rules: &[String]) -> bool {
        let asked = |rule: &String| {
            if self.conditional.contains(rule) {
                self.part.owed.contains(rule)
            } else {
                self.part.turns > 0 && !self.row.not_evaluated.contains(rule)
            }
        };
        rules.iter().any(asked)
    }
}

/// How often an agent pays for these findings, in the order of their places. Who is told one act twice pays once: where
/// findings share words, or where one rule found several words of a sentence.
fn acts(row: &ConversationResult, places: &[u64]) -> u64 {
    let found = places.iter().filter_map(|&place| row.findings.get(usize::try_from(place).ok()?));
    let found: Vec<&Found> = found.collect();
    let told = |at: usize| {
        let before = found[at.saturating_sub(NEIGHBOURS)..at].iter();
        before.rev().any(|before| is_one_act(before, found[at]))
    };
    (0..found.len()).filter(|&at| !told(at)).count() as u64
}

/// Most findings before one that are compared with it.
const NEIGHBOURS: usize = 16;

fn is_one_act(first: &Found, second: &Found) -> bool {
    if first.turn != second.turn {
        return false;
    }
    if first.start < second.end && second.start < first.end {
        return true;
    }
    // Of the text between them, a row holds what is kept behind the first.
    let between = usize::try_from(second.start.saturating_sub(first.end)).ok().and_then(|end| first.after.get(..end));
    first.rule == second.rule && between.is_some_and(|text| !ends_sentence(text))
}

fn ends_sentence(text: &str) -> bool {
    // What follows it would be another sentence.
    segment(&(fold_str(text) + "(")).sentences().count() > 1
}
