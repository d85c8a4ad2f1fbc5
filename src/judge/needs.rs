//! What a rule needs in order to find anything: the answer of `why_not` if nothing came close.

use super::case::Case;
use super::silence::Values;
use super::trigger::written;
use crate::conversation::Mode;
use crate::rulebook::check::{Trigger, Within};
use crate::rulebook::{Check, Rule};
use crate::source::word;

/// A sentence, by its key, and its values.
pub(super) type Said = (&'static str, Values);

/// What the rule looks for, in whose words, in which texts, and under which conditions.
pub(super) fn needs(case: &Case, rule: &Rule) -> Vec<Said> {
    let program = &case.rulebook.program;
    let names = |cues: &[_]| cues.iter().map(|&cue| program.name(cue)).collect::<Vec<_>>().join(", ");
    let cues = || ("cues", names(&rule.check.subjects()));
    let (reason, mut values) = match &rule.check {
        Check::Forbid(_) | Check::Prefer(_) => ("needs-said", vec![cues()]),
        Check::Pair(pair) => ("needs-alone", vec![cues(), ("without", names(&pair.without))]),
        Check::Require(_) => ("needs-missing", vec![cues()]),
        Check::Order(_) => ("needs-order", vec![cues()]),
        Check::Agree(agree) if agree.of.is_none() => ("needs-mixed", vec![cues()]),
        Check::Agree(_) => ("needs-templates", Vec::new()),
        Check::Repeat(repeat) if repeat.over == Some(Within::Repository) => ("needs-templates", Vec::new()),
        Check::Repeat(repeat) => ("needs-again", vec![("count", repeat.times.to_string())]),
        Check::Keep(_) => ("needs-promise", vec![cues()]),
        Check::Slot(slot) => ("needs-slot", vec![("problem", word(slot.problem))]),
        Check::Limit(_) => ("needs-amount", Vec::new()),
        Check::Pace(_) => ("needs-times", Vec::new()),
        Check::Meta(_) => ("needs-metadata", Vec::new()),
    };
    let kinds = [Mode::Draft, Mode::Template, Mode::Transcript].into_iter().filter(|&mode| rule.is_for(mode));
    let kinds = kinds.map(word).chain(rule.languages.iter().map(word)).collect::<Vec<_>>().join(", ");
    values.push(("kinds", kinds));
    let mut said = vec![(reason, values)];
    let listed = |triggers: &[Trigger<_>]| triggers.iter().map(|it| written(case, it)).collect::<Vec<_>>().join(", ");
    if let Some(when) = rule.check.when() {
        if !when.any.is_empty() {
            said.push(("needs-any", vec![("trigger", listed(&when.any))]));
        }
        if !when.all.is_empty() {
            said.push(("needs-all", vec![("trigger", listed(&when.all))]));
        }
    }
    said
}
