//! `agree`: offends when two forms of one thing are mixed.

use super::case::Case;
use super::offence::Offence;
use super::scope::scopes;
use super::silence::Silence;
use super::stretch::Stretch;
use crate::cue::{CueId, Hit};
use crate::rulebook::check::Agree;

pub(super) fn ask(case: &Case, check: &Agree<CueId>, out: &mut Vec<Offence>) {
    if check.of.is_some() {
        return;
    }
    let anywhere = |&&form: &&CueId| case.may_hold(&[form]) && case.scans.iter().any(|scan| scan.has(form));
    if case.notes.is_none() && check.forms.iter().filter(anywhere).nth(1).is_none() {
        return;
    }
    for scope in scopes(case, check.over) {
        let places = |form: &CueId| scope.hits(case, std::slice::from_ref(form)).collect::<Vec<_>>();
        let mut forms: Vec<Vec<(usize, Hit)>> =
            check.forms.iter().map(places).filter(|found| !found.is_empty()).collect();
        if forms.len() < 2 {
            if let Some((turn, hit)) = forms.first().and_then(|only| only.first()) {
                case.note(|| Silence::at(Stretch::of(*turn, *hit), "one-form"));
            }
            continue;
        }
        // The rarer form is the slip; among equals, the later one.
        forms.sort_by_key(|found| (found.len(), std::cmp::Reverse(found[0].0), std::cmp::Reverse(found[0].1.start)));
        let common = forms.pop().unwrap_or_default();
        let Some(&(turn, hit)) = forms[0].iter().find(|(turn, _)| case.is_judged(*turn)) else { continue };
        let (other_turn, other) = common[0];
        let other = Stretch::of(other_turn, other);
        let quote = case.span(other).of(&case.turn(other_turn).text);
        let mut offence = Offence::new(Stretch::of(turn, hit)).value("other", quote);
        offence.related.push(other);
        out.push(offence);
    }
}
