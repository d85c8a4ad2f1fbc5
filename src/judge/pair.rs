//! `pair`: offends when a hit stands without any of its partners.

use super::case::Case;
use super::forbid::matches;
use super::offence::Offence;
use super::trigger::{Held, Unknown, held};
use crate::conversation::Reply;
use crate::cue::{CueId, Hit};
use crate::rulebook::check::{Pair, Within};

pub(super) fn ask(case: &Case, check: &Pair<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    for reply in &case.replies {
        let mut lonely = Vec::new();
        for turn in case.judged(reply) {
            let hits = case.hits(turn, &check.find.0).filter(|&hit| matches(case, turn, hit, &check.with));
            lonely.extend(hits.filter(|&hit| !accompanied(case, check, reply, turn, hit)).map(|hit| (turn, hit)));
        }
        // One refusal without a way out is one offence, however often it is said in a reply.
        let Some(&(turn, hit)) = lonely.first() else { continue };
        match held(case, &check.when, reply) {
            Held::Yes => out.push(Offence::new(turn, hit.start, hit.end)),
            Held::No => {}
            Held::Unknown(reason) => unknown.push(reason),
        }
    }
}

fn accompanied(case: &Case, check: &Pair<CueId>, reply: &Reply, turn: usize, hit: Hit) -> bool {
    let partner = |other: &Hit| other.end <= hit.start || other.start >= hit.end || other.cue != hit.cue;
    let inside = |(from, to): (usize, usize)| {
        case.hits(turn, &check.without)
            .filter(partner)
            .any(|other| from <= other.start as usize && other.end as usize <= to)
    };
    let segments = &case.scans[turn].segments;
    match check.within {
        Within::Clause => inside(segments.clause(hit.start as usize)),
        Within::Sentence => inside(segments.sentence(hit.start as usize)),
        Within::Turn => inside((0, usize::MAX)),
        Within::Reply => case.any(case.said(reply), &check.without),
        Within::Conversation | Within::Repository => case.any(0..case.scans.len(), &check.without),
    }
}
