//! Applies returned review sheets to findings, cell by cell, so that no sheet erases what another one filled in.

use super::names::looks_like;
use super::row::{ConversationResult, FatalState, Found, Review};
use crate::language::fold_str;
use std::collections::{HashMap, HashSet};

/// Separates the reasons of several people in one cell.
const BETWEEN: &str = " | ";

/// One line of a returned sheet. Empty cells change nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Which of the returned sheets it stands in, from 0.
    pub sheet: usize,
    /// Line of the sheet, from 1.
    pub line: usize,
    /// The conversation's number in the audit, from 0.
    pub number: u64,
    /// The finding's fingerprint.
    pub fingerprint: String,
    /// Whether the agent objects.
    pub appeal: Option<bool>,
    /// Whether that is written under acceptance, where yes means no objection.
    pub by_acceptance: bool,
    /// Why.
    pub reason: String,
    /// Who decides.
    pub reviewer: String,
    /// What was decided.
    pub decision: Option<FatalState>,
    /// When, as the reviewer wrote it.
    pub when: String,
}

/// Something to report about a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A cell replaces an earlier answer: its column, the old text, the new text.
    Differs(&'static str, String, String),
    /// An agent decides on a finding of their own.
    OwnDecision,
}

/// Applies the answers for this row, in this order; decisions without a day get `today`. Returns how many answers
/// matched a finding, and what to report about which.
pub fn apply<'a>(
    row: &mut ConversationResult,
    answers: &'a [Answer],
    today: &str,
) -> (usize, Vec<(&'a Answer, Remark)>) {
    let (mut taken, mut remarks) = (0, Vec::new());
    let mut places = HashMap::new();
    for (place, found) in row.findings.iter().enumerate() {
        places.entry(found.fingerprint.clone()).or_insert(place);
    }
    for answer in answers.iter().filter(|answer| answer.number == row.number) {
        if let Some(&place) = places.get(&answer.fingerprint) {
            taken += 1;
            put(&mut row.findings[place], answer, today, &mut |remark| remarks.push((answer, remark)));
        }
    }
    (taken, remarks)
}

fn put(found: &mut Found, answer: &Answer, today: &str, say: &mut dyn FnMut(Remark)) {
    // Masked names can look alike; then reviewer and agent may be the same person, so the decision is refused.
    let own = |agent: &String| looks_like(&fold_str(agent.trim()), &fold_str(&answer.reviewer));
    let own = found.agent.as_ref().is_some_and(own);
    let decision = answer.decision.filter(|_| !own);
    if decision != answer.decision {
        say(Remark::OwnDecision);
        if answer.appeal.is_none() && answer.reason.is_empty() {
            return;
        }
    }
    let known = found.review.is_some();
    let review = found.review.get_or_insert_default();
    // With a reason, an agent's own decision is an objection, or a consent; it takes back nothing that was said before.
    let own_view = || Some(answer.decision.filter(|_| own && !known)? == FatalState::Dismissed);
    if let Some(appeal) = answer.appeal.or_else(own_view) {
        let accepted = known && review.is_accepted();
        if review.appeal && !appeal || accepted && appeal {
            let word = |objects: bool| if objects == answer.by_acceptance { "no" } else { "yes" }.to_owned();
            let column = if answer.by_acceptance { "accept" } else { "appeal" };
            say(Remark::Differs(column, word(review.appeal), word(appeal)));
        }
        review.appeal = appeal;
    }
    // Agent and reviewer share this column; both reasons are kept.
    let mut there: HashSet<String> = review.reason.split(BETWEEN).map(ToOwned::to_owned).collect();
    for reason in answer.reason.split(BETWEEN).map(str::trim).filter(|reason| !reason.is_empty()) {
        if there.insert(reason.to_owned()) {
            if !review.reason.is_empty() {
                review.reason.push_str(BETWEEN);
            }
            review.reason.push_str(reason);
        }
    }
    if let Some(decision) = decision {
        decide(review, decision, answer, today, say);
    } else if review.outcome == FatalState::Suspected && !own {
        for (cell, there) in [(&answer.reviewer, &mut review.reviewer), (&answer.when, &mut review.when)] {
            if !cell.is_empty() {
                cell.clone_into(there);
            }
        }
    }
    review.accepted = review.is_accepted();
}

fn decide(review: &mut Review, decision: FatalState, answer: &Answer, today: &str, say: &mut dyn FnMut(Remark)) {
    let before = std::mem::replace(&mut review.outcome, decision);
    let decided = before != FatalState::Suspected;
    let word = |decision| if decision == FatalState::Dismissed { "dismiss" } else { "uphold" }.to_owned();
    if decided && before != decision {
        say(Remark::Differs("final", word(before), word(decision)));
    }
    if decided && review.reviewer != answer.reviewer {
        say(Remark::Differs("reviewer", review.reviewer.clone(), answer.reviewer.clone()));
    }
    let same = decided && before == decision && review.reviewer == answer.reviewer;
    answer.reviewer.clone_into(&mut review.reviewer);
    if !answer.when.is_empty() {
        answer.when.clone_into(&mut review.when);
    } else if !same || review.when.is_empty() {
        today.clone_into(&mut review.when);
    }
}
