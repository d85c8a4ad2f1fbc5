//! `slot`: offends when a placeholder is not as it should be.

use super::case::Case;
use super::offence::Offence;
use super::why::{Silence, word};
use crate::conversation::Mode;
use crate::cue::native::slot::{SlotHit, SlotKind};
use crate::rulebook::check::{Slot, SlotProblem};

pub(super) fn ask(case: &Case, check: &Slot, out: &mut Vec<Offence>) {
    for turn in (0..case.scans.len()).filter(|&turn| case.is_judged(turn)) {
        let scan = &case.scans[turn];
        for slot in &scan.slots {
            if !offends(case, check.problem, slot, &scan.folded.text) {
                let at = (turn, slot.span.start as u32, slot.span.end as u32);
                case.note(|| Silence::at(at, "slot-fine").value("problem", word(check.problem)));
                continue;
            }
            let name = slot.name.map_or("", |name| name.of(&scan.folded.text));
            out.push(Offence::new(turn, slot.span.start as u32, slot.span.end as u32).value("name", name));
        }
    }
}

fn offends(case: &Case, problem: SlotProblem, slot: &SlotHit, folded: &str) -> bool {
    match problem {
        // In a template a slot is what it is for, and a blank is a slot of another dialect.
        SlotProblem::Unfilled => {
            let drawn = || folded[slot.span.start..slot.span.end].bytes().all(|byte| byte == b'_');
            match case.conversation.mode {
                Mode::Template => false,
                // What was sent with a line to write on is a form, a quiz or a mask of the export.
                Mode::Transcript if drawn() => false,
                _ => matches!(slot.kind, SlotKind::Closed | SlotKind::Blank),
            }
        }
        SlotProblem::Unbalanced => matches!(slot.kind, SlotKind::Unopened | SlotKind::Unclosed),
        SlotProblem::Unknown => {
            let declared = case.conversation.slots.as_ref();
            let name = slot.name.map(|name| name.of(folded));
            let known =
                |declared: &Vec<String>, name: &str| declared.iter().any(|slot| slot.eq_ignore_ascii_case(name));
            slot.kind == SlotKind::Closed && declared.zip(name).is_some_and(|(declared, name)| !known(declared, name))
        }
    }
}
