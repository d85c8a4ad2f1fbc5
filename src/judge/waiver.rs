//! Waivers: findings that a team has accepted, matched by rule, place and words; and mistakes in waivers.

use super::digest::is_wide;
use super::options::{Options, Waiver, severity};
use super::trigger::Unknown;
use super::{Finding, Suppression, SuppressionKind};
use crate::conversation::{Conversation, WaiverComment};
use crate::language::fold_str;
use crate::rulebook::{Rule, Rulebook, Severity};
use crate::source::{Span, did_you_mean};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Mistakes in waivers, the baseline and appeals. Ids are as stable as those of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RemarkKind {
    /// A waiver that matches nothing any more.
    Unused,
    /// A waiver of the settings that has expired.
    Expired,
    /// A comment that does not say why.
    NoReason,
    /// A comment that names an unknown rule.
    UnknownRule,
    /// A comment that cannot be parsed.
    Unclear,
    /// An entry of the baseline, or an appeal, without a finding.
    Stale,
}

impl RemarkKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Unused, Self::Expired, Self::NoReason, Self::UnknownRule, Self::Unclear, Self::Stale];

    /// Its id, as a rule's.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Unused => "waiver/unused",
            Self::Expired => "waiver/expired",
            Self::NoReason => "waiver/no-reason",
            Self::UnknownRule => "waiver/unknown-rule",
            Self::Unclear => "waiver/unclear",
            Self::Stale => "baseline/stale",
        }
    }

    /// The default severity.
    pub const fn severity(self) -> Severity {
        Severity::Warning
    }
}

/// A mistake in a waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// What.
    pub kind: RemarkKind,
    /// How much it matters.
    pub severity: Severity,
    /// The rule that is named.
    pub name: String,
    /// A rule with a similar name.
    pub near: Option<String>,
    /// Where, in the conversation's chunk.
    pub span: Span,
}

/// Which waivers matched, and mistakes in them.
#[derive(Debug, Default)]
pub(super) struct Applied {
    /// Waivers of the settings that matched, by their numbers.
    pub used: Vec<usize>,
    /// Mistakes in comments.
    pub remarks: Vec<Remark>,
}

/// A comment and the rules that it names, each with whether it matched.
struct Allowance<'a> {
    comment: &'a WaiverComment,
    rules: Vec<(usize, bool)>,
}

/// Suppresses findings between templates that waivers cover. Returns the waivers of the settings that matched, by their
/// numbers.
pub fn waive(
    rulebook: &Rulebook,
    conversation: &Conversation,
    options: &Options,
    findings: &mut [Finding],
) -> Vec<usize> {
    apply(rulebook, conversation, options, findings, &[]).used
}

/// Suppresses findings that waivers cover.
pub(super) fn apply(
    rulebook: &Rulebook,
    conversation: &Conversation,
    options: &Options,
    findings: &mut [Finding],
    unknown: &[(usize, Unknown)],
) -> Applied {
    let mut applied = Applied::default();
    if conversation.waivers.is_empty() && options.waivers.is_empty() {
        return applied;
    }
    let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
    for (name, _) in conversation.waivers.iter().flat_map(|comment| &comment.names) {
        let rules = || rulebook.rules.iter().enumerate().filter(|(_, rule)| rule.answers_to(name));
        named.entry(name).or_insert_with(|| rules().map(|(number, _)| number).collect());
    }
    let allowance = |comment: &'_ WaiverComment| {
        let rules = comment.names.iter().flat_map(|(name, _)| &named[name.as_str()]).map(|&number| (number, false));
        rules.collect::<BTreeMap<_, _>>().into_iter().collect()
    };
    let allowances = conversation.waivers.iter().map(|comment| Allowance { comment, rules: allowance(comment) });
    let (mut whole, mut lines): (Vec<_>, Vec<_>) = allowances.partition(|allowance| allowance.comment.lines.is_none());
    for finding in findings {
        let Ok(number) = rulebook.rules.binary_search_by(|rule| rule.id.cmp(&finding.rule)) else { continue };
        let (from, to) = place(conversation, finding);
        let mut use_up = |allowance: &mut Allowance| {
            let Ok(at) = allowance.rules.binary_search_by_key(&number, |(rule, _)| *rule) else { return };
            allowance.rules[at].1 = true;
            let reason = allowance.comment.reason.clone();
            let waived = || Suppression { reason, ..Suppression::accepted(SuppressionKind::Inline) };
            finding.suppression.get_or_insert_with(waived);
        };
        whole.iter_mut().for_each(&mut use_up);
        // Comments are in order of line: skip those that end before the finding.
        let first = lines.partition_point(|allowance| allowance.comment.lines.is_some_and(|lines| lines.end <= from));
        let here = |allowance: &&mut Allowance| allowance.comment.lines.is_some_and(|lines| lines.start < to);
        lines[first..].iter_mut().take_while(here).for_each(use_up);
        if finding.suppression.is_none()
            && let Some(waiver) = options.waivers.iter().find(|waiver| fits(waiver, &rulebook.rules[number], finding))
        {
            applied.used.push(waiver.number);
            finding.suppression = Some(Suppression {
                reason: Some(waiver.reason.clone()),
                owner: Some(waiver.owner.clone()),
                date: waiver.expires.clone(),
                ..Suppression::accepted(SuppressionKind::Config)
            });
        }
    }
    let asked = |number: usize| was_asked(number, &rulebook.rules[number], conversation, options, unknown);
    for Allowance { comment, rules } in whole.into_iter().chain(lines) {
        let needed = |number: &usize| rules.iter().any(|(rule, used)| rule == number && *used);
        let doubt = |name: &str| {
            let rules = &named[name];
            if rules.is_empty() {
                return Some(RemarkKind::UnknownRule);
            }
            (!rules.iter().any(needed) && rules.iter().all(|&number| asked(number))).then_some(RemarkKind::Unused)
        };
        look(comment, doubt, rulebook, options, &mut applied.remarks);
    }
    applied
}

fn fits(waiver: &Waiver, rule: &Rule, finding: &Finding) -> bool {
    let words = |quote: &String| fold_str(quote.trim()) == fold_str(finding.quote.trim());
    rule.answers_to(&waiver.rule) && waiver.quote.as_ref().is_none_or(words)
}

/// The place of a finding in the chunk. A finding about a whole text may be waived from anywhere in it, its end
/// included.
fn place(conversation: &Conversation, finding: &Finding) -> (usize, usize) {
    if let Some(outside) = finding.outside {
        return (outside.start, outside.end);
    }
    let Some(turn) = conversation.turns.get(finding.turn) else { return (0, 0) };
    let (start, end) = (turn.origin.chunk_offset(finding.span.start), turn.origin.chunk_offset(finding.span.end));
    let whole = finding.span.of(&turn.text).trim() == turn.text.trim();
    match start.zip(end) {
        Some((start, _)) if whole => (start.saturating_sub(1), usize::MAX),
        Some(place) => place,
        None => (0, 0),
    }
}

/// Reports mistakes in a comment; `doubt` makes the remark about one of its names.
fn look(
    comment: &WaiverComment,
    doubt: impl Fn(&str) -> Option<RemarkKind>,
    rulebook: &Rulebook,
    options: &Options,
    remarks: &mut Vec<Remark>,
) {
    let mut remark = |kind: RemarkKind, name: &str, span: Span| {
        let Some(severity) = severity(options.remarks.get(kind as usize), kind.severity()) else { return };
        let ids = rulebook.rules.iter().map(|rule| rule.id.as_str());
        let near = if kind == RemarkKind::UnknownRule { did_you_mean(name, ids) } else { None };
        remarks.push(Remark { kind, severity, name: name.to_owned(), near: near.map(ToOwned::to_owned), span });
    };
    if comment.names.is_empty() {
        return remark(RemarkKind::Unclear, "", comment.span);
    }
    if comment.reason.is_none() {
        remark(RemarkKind::NoReason, &comment.names[0].0, comment.span);
    }
    for (name, place) in &comment.names {
        if let Some(kind) = doubt(name) {
            remark(kind, name, *place);
        }
    }
}

/// Whether a rule was fully evaluated: only then can its waiver be unused.
fn was_asked(
    number: usize,
    rule: &Rule,
    conversation: &Conversation,
    options: &Options,
    unknown: &[(usize, Unknown)],
) -> bool {
    // Rules that compare templates run once all templates are known.
    !is_wide(rule)
        && options.is_on(number)
        && rule.is_for(conversation.mode)
        && !unknown.iter().any(|(other, _)| *other == number)
}
