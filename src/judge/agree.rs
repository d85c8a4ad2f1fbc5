//! `agree`: offends when two forms of one thing are mixed.

use super::case::Case;
use super::offence::Offence;
use crate::cue::{CueId, Hit};
use crate::rulebook::check::{Agree, Within};

pub(super) fn ask(case: &Case, check: &Agree<CueId>, out: &mut Vec<Offence>) {
    if check.of.is_some() {
        return;
    }
    for unit in units(case, check.over) {
        let places = |&form: &CueId| -> Vec<(usize, Hit)> {
            let of = |&turn: &usize| case.scans[turn].hits(form).iter().map(move |&hit| (turn, hit));
            unit.iter().flat_map(of).collect()
        };
        let mut forms: Vec<Vec<(usize, Hit)>> =
            check.forms.iter().map(places).filter(|found| !found.is_empty()).collect();
        if forms.len() < 2 {
            continue;
        }
        // The rarer form is the slip; among equals, the later one.
        forms.sort_by_key(|found| (found.len(), std::cmp::Reverse(found[0].0), std::cmp::Reverse(found[0].1.start)));
        let common = forms.pop().unwrap_or_default();
        let Some(&(turn, hit)) = forms[0].iter().find(|(turn, _)| case.is_judged(*turn)) else { continue };
        let (other_turn, other) = common[0];
        let words = &case.scans[other_turn];
        let quote = words.span(other.start, other.end, &case.turn(other_turn).text).of(&case.turn(other_turn).text);
        let mut offence = Offence::new(turn, hit.start, hit.end).value("other", quote);
        offence.related.push((other_turn, other.start, other.end));
        out.push(offence);
    }
}

/// The sets of agent turns in which forms must agree.
fn units(case: &Case, over: Within) -> Vec<Vec<usize>> {
    let replies = case.replies.iter().filter(|reply| case.judged(reply).next().is_some());
    match over {
        Within::Repository => Vec::new(),
        Within::Conversation => vec![case.replies.iter().flat_map(|reply| case.said(reply)).collect()],
        Within::Reply => replies.map(|reply| case.said(reply).collect()).collect(),
        Within::Turn | Within::Sentence | Within::Clause => {
            replies.flat_map(|reply| case.judged(reply)).map(|turn| vec![turn]).collect()
        }
    }
}
