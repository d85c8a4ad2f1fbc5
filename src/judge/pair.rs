//! `pair`: offends on a hit without any of its partners.

use super::case::Case;
use super::forbid::{matches, quotation};
use super::offence::Offence;
use super::silence::Silence;
use super::stretch::Stretch;
use super::trigger::{Unknown, asked};
use crate::conversation::Reply;
use crate::cue::{CueId, Hit};
use crate::rulebook::check::{Pair, Within};

pub(super) fn ask(case: &Case, check: &Pair<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    if !case.may_say(&check.find.0) {
        return;
    }
    for reply in &case.replies {
        let mut lonely = Vec::new();
        for turn in case.judged(reply) {
            let hits = case.hits(turn, &check.find.0).filter(|&hit| matches(case, turn, hit, &check.with));
            lonely.extend(hits.filter(|&hit| !accompanied(case, check, reply, turn, hit)).map(|hit| (turn, hit)));
        }
        // Report one refusal without a way out once per reply, however often it is said.
        let Some(&(turn, hit)) = lonely.first() else { continue };
        if !asked(case, &check.when, reply, unknown) {
            continue;
        }
        let offence = |turn: usize, hit: Hit| Offence::new(quotation(case, turn, hit));
        out.push(offence(turn, hit));
        for &(turn, hit) in &lonely[1..] {
            if case.options.each {
                out.push(offence(turn, hit));
            }
            case.note(|| Silence::at(Stretch::of(turn, hit), "once"));
        }
    }
}

fn accompanied(case: &Case, check: &Pair<CueId>, reply: &Reply, turn: usize, hit: Hit) -> bool {
    let inside = |(from, to): (usize, usize)| {
        let partner = |other: &Hit| other.end <= hit.start || other.start >= hit.end || other.cue != hit.cue;
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        case.hits_over(turn, &check.without, narrow(from), narrow(to))
            .filter(partner)
            .find(|other| from <= other.start as usize && other.end as usize <= to)
            .map(|other| (turn, other))
    };
    let anywhere = |turns: Vec<usize>| {
        turns.into_iter().find_map(|turn| case.hits(turn, &check.without).next().map(|other| (turn, other)))
    };
    let segments = &case.scans[turn].segments;
    let partner = match check.within {
        Within::Clause => inside(segments.clause(hit.start as usize)),
        Within::Sentence => inside(segments.sentence(hit.start as usize)),
        Within::Turn => inside((0, usize::MAX)),
        Within::Reply => anywhere(case.said(reply).collect()),
        Within::Conversation | Within::Repository => anywhere((0..case.scans.len()).collect()),
    };
    if let Some((at, other)) = partner {
        case.note(|| {
            Silence::at(Stretch::of(turn, hit), "partner")
                .value("cue", case.rulebook.program.name(other.cue))
                .by(Some(Stretch::of(at, other)))
        });
    }
    partner.is_some()
}
