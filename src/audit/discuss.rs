//! What machine and people each found in a conversation, rule by rule, and where they disagree.

use super::Found;
use super::people::{Human, Reference, Said};
use super::row::{ConversationResult, Part};
use std::collections::BTreeSet;

/// A disagreement to discuss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discussion {
    /// The conversation.
    pub conversation: String,
    /// The agent.
    pub agent: String,
    /// The rule; none where it is about passing.
    pub rule: Option<String>,
    /// The machine's words for it, if it found it.
    pub quote: String,
    /// The machine's decision: found, or, on passing, passed.
    pub machine: bool,
    /// Reviewers who decided yes.
    pub found: Vec<String>,
    /// Reviewers who decided no.
    pub not_found: Vec<String>,
}

/// Rules found in a conversation: by the machine, by the reference, and those on which people are divided.
pub(super) struct Decided {
    pub machine: BTreeSet<String>,
    pub people: BTreeSet<String>,
    pub divided: BTreeSet<String>,
}

/// Adds a discussion where some reviewer and the machine disagree on passing.
pub(super) fn on_passing(
    (row, part): (&ConversationResult, Option<&Part>),
    machine: bool,
    verdicts: &[(&Human, bool)],
) -> Option<Discussion> {
    let who = |wanted: bool| {
        verdicts.iter().filter(|(_, passed)| *passed == wanted).map(|(human, _)| human.reviewer.clone()).collect()
    };
    verdicts.iter().any(|(_, passed)| *passed != machine).then(|| Discussion {
        conversation: row.conversation.clone().unwrap_or_default(),
        agent: part.and_then(|part| part.agent.clone()).or_else(|| row.agent.clone()).unwrap_or_default(),
        rule: None,
        quote: String::new(),
        machine,
        found: who(true),
        not_found: who(false),
    })
}

/// What machine and people found in a conversation, `own` being the machine's findings of this case; none where nobody
/// whose word counts looked at rules. Disagreements go to `discussions`.
pub(super) fn decide(
    reference: &Reference,
    humans: &[Human],
    (row, part, own): (&ConversationResult, Option<&Part>, &[&Found]),
    discussions: &mut Vec<Discussion>,
) -> Option<Decided> {
    let looked: Vec<(&Human, &BTreeSet<String>)> =
        humans.iter().filter_map(|human| Some((human, human.rules.as_ref()?))).collect();
    let machine: BTreeSet<String> = own.iter().filter(|found| found.stands()).map(|found| found.rule.clone()).collect();
    let owner = || part.and_then(|part| part.agent.clone()).or_else(|| row.agent.clone());
    let mut decided = Decided { machine, people: BTreeSet::new(), divided: BTreeSet::new() };
    let named = looked.iter().flat_map(|(_, rules)| rules.iter());
    for rule in named.chain(&decided.machine).collect::<BTreeSet<_>>() {
        let votes = || looked.iter().map(|(human, rules)| (*human, rules.contains(rule)));
        let names = |wanted: bool| {
            votes().filter(|(_, found)| *found == wanted).map(|(human, _)| human.reviewer.clone()).collect::<Vec<_>>()
        };
        match reference.of(votes()) {
            Said::This(true) => {
                decided.people.insert(rule.clone());
            }
            Said::Divided => {
                decided.divided.insert(rule.clone());
            }
            Said::This(false) | Said::Nothing => {}
        }
        let machine = decided.machine.contains(rule);
        let (found, not_found) = (names(true), names(false));
        if (machine && !not_found.is_empty()) || (!machine && !found.is_empty()) {
            let words = own.iter().find(|found| found.rule == *rule);
            discussions.push(Discussion {
                conversation: row.conversation.clone().unwrap_or_default(),
                agent: words.and_then(|found| found.agent.clone()).or_else(owner).unwrap_or_default(),
                rule: Some(rule.clone()),
                quote: words.map(|found| found.quote.clone()).unwrap_or_default(),
                machine,
                found,
                not_found,
            });
        }
    }
    // A reviewer who looked and listed nothing has decided “no” on every rule.
    let counts = reference.of(looked.iter().map(|(human, _)| (*human, true))) != Said::Nothing;
    counts.then_some(decided)
}
