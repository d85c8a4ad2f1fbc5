//! `keep`: offends when the conversation itself shows that a promise was not kept, or when its time has passed.

use super::case::Case;
use super::forbid;
use super::means::Means;
use super::offence::Offence;
use super::outcome::{Outcome, Seen, settle};
use super::pledge::{Facts, SignKind};
use super::reach::{Coverage, Way};
use super::stretch::Stretch;
use super::trigger::Unknown;
use crate::cue::CueId;
use crate::cue::native::promise::Who;
use crate::rulebook::check::{Keep, Kept};

pub(super) fn ask(case: &Case, check: &Keep<CueId>, out: &mut Vec<Offence>, unknown: &mut Vec<Unknown>) {
    let judged = |turn: usize| case.is_judged(turn);
    if !(0..case.scans.len()).any(|turn| judged(turn) && !case.scans[turn].promises.is_empty()) {
        return;
    }
    // The customer's words can show that a promise is overdue; without them, only a clock can.
    let clock = case.options.clock.as_deref();
    if clock.is_none() && check.outcome == Kept::Overdue {
        unknown.push(Unknown::NoTime);
        return;
    }
    let found = out.len();
    let Facts { pledges, signs } = case.facts(clock);
    for pledge in pledges {
        let turn = pledge.place.0;
        let mut hits = case.hits_over(turn, &check.find.0, pledge.start, pledge.place.1);
        let hit = hits.find(|hit| (hit.start, hit.end) == (pledge.start, pledge.place.1));
        let Some(hit) = hit else { continue };
        if !forbid::matches(case, turn, hit, &check.with) {
            continue;
        }
        let later: Vec<Seen> = signs
            .iter()
            .filter(|sign| sign.place > pledge.place)
            .map(|sign| Seen { sign, own: true, same_ticket: true, way: Way::in_talk(case.call) })
            .collect();
        let (settled, due) = settle(pledge, &later, Coverage::default(), clock);
        let offence = Offence::new(Stretch::of(turn, hit));
        match (check.outcome, settled.evidence) {
            (Kept::Broken, Some(seen)) if settled.outcome == Outcome::Broken => {
                let (turn, start) = seen.sign.place;
                if matches!(seen.sign.kind, SignKind::NoContact | SignKind::NotDone) {
                    let mut offence = offence.value("words", &seen.sign.words);
                    offence.related.push(Stretch { turn, start, end: seen.sign.end });
                    out.push(offence);
                }
            }
            (Kept::Overdue, None) if settled.outcome == Outcome::Unknown => {
                let contact = pledge.means != Means::Deed && !pledge.immediate && pledge.who == Who::Agent;
                if let Some(due) = due.filter(|_| contact) {
                    out.push(offence.value("due", due.shown.get(5..16).unwrap_or_default().replace('T', " ")));
                }
            }
            _ => {}
        }
    }
    if clock.is_none() && out.len() == found {
        unknown.push(Unknown::NoTime);
    }
}
