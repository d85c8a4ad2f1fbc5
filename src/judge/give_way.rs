//! Rules that give way: where two say the same of the same words, the more special one speaks alone.

use super::{Finding, Suppression, SuppressionKind};
use crate::rulebook::{Rule, Rulebook};

/// Findings looked at on either side: more never lie over one another in real text.
const NEIGHBOURS: usize = 16;

/// Suppresses a finding where a rule that its own gives way to reports the same words. One of them always counts, even
/// where two rules give way to each other.
pub(super) fn give_way(rulebook: &Rulebook, findings: &mut [Finding]) {
    if findings.len() < 2 {
        return;
    }
    for at in 0..findings.len() {
        let Some(rule) = of(rulebook, &findings[at]).filter(|rule| !rule.yields_to.is_empty()) else { continue };
        let own = &findings[at];
        let says_it = |other: &&Finding| {
            other.rule != own.rule
                && other.turn == own.turn
                && other.counts()
                && other.span.overlaps(own.span)
                && yields(rulebook, rule, other)
        };
        let (from, to) = (at.saturating_sub(NEIGHBOURS), findings.len().min(at + NEIGHBOURS));
        let Some(other) = findings[from..to].iter().find(says_it) else { continue };
        let by = Some(other.rule.clone());
        findings[at]
            .suppression
            .get_or_insert_with(|| Suppression { reason: by, ..Suppression::accepted(SuppressionKind::SameWords) });
    }
}

fn of<'a>(rulebook: &'a Rulebook, finding: &Finding) -> Option<&'a Rule> {
    let place = rulebook.rules.binary_search_by(|rule| rule.id.cmp(&finding.rule)).ok()?;
    Some(&rulebook.rules[place])
}

fn yields(rulebook: &Rulebook, rule: &Rule, to: &Finding) -> bool {
    of(rulebook, to).is_some_and(|other| rule.yields_to.iter().any(|name| other.answers_to(name)))
}
