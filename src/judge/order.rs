//! `order`: offends when what must come first comes second.

use super::case::Case;
use super::offence::Offence;
use crate::cue::CueId;
use crate::rulebook::check::{Order, Within};

pub(super) fn ask(case: &Case, check: &Order<CueId>, out: &mut Vec<Offence>) {
    for reply in &case.replies {
        let places = |cues: &[CueId]| -> Vec<(usize, u32, u32)> {
            let of = |turn| case.hits(turn, cues).map(move |hit| (turn, hit.start, hit.end));
            case.judged(reply).flat_map(of).collect()
        };
        let (first, then) = (places(&check.first.0), places(&check.then.0));
        let unit = |&(turn, start, _): &(usize, u32, u32)| match check.within {
            Within::Clause => (turn, case.scans[turn].segments.clause(start as usize).0),
            Within::Sentence => (turn, case.scans[turn].segments.sentence(start as usize).0),
            Within::Turn => (turn, 0),
            Within::Reply | Within::Conversation | Within::Repository => (0, 0),
        };
        for place in &then {
            let mut same = first.iter().filter(|other| unit(other) == unit(place)).peekable();
            if same.peek().is_some() && same.all(|other| (other.0, other.1) > (place.0, place.1)) {
                out.push(Offence::new(place.0, place.1, place.2));
                break;
            }
        }
    }
}
