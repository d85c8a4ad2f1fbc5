//! `slot`: offends when a placeholder is not as it should be.

use super::case::Case;
use super::offence::Offence;
use crate::conversation::Mode;
use crate::rulebook::check::{Slot, SlotProblem};

pub(super) fn ask(case: &Case, check: &Slot, out: &mut Vec<Offence>) {
    let _ = (case, check, out, SlotProblem::Unfilled, Mode::Draft);
}
