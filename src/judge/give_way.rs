//! Rules that give way: if two report the same words, only the more specific one counts.

use super::{Finding, Suppression, SuppressionKind};
use crate::rulebook::{Rule, Rulebook};

/// Most findings looked at on either side: real text never has more on top of one another.
const NEIGHBOURS: usize = 16;

/// Suppresses a finding if a rule that its own gives way to reports the same words. One of them always counts, even if
/// two rules give way to each other.
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
