//! What all threads of an audit share: rules, scorecards, masking.

use super::frequent::Vocabulary;
use super::{RuleInfo, Scorecard, scorecard};
use crate::conversation::{Hide, Role};
use crate::cue::{ASKS_HUMAN, CueId, Scratch, TOPICS};
use crate::judge::Options;
use crate::rulebook::Rulebook;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// What all threads of an audit share.
pub struct Auditor<'a> {
    /// The rulebook.
    pub(super) rulebook: &'a Rulebook,
    /// How to judge.
    pub(super) options: &'a Options,
    /// Zone of times that state none, and of days.
    pub(super) zone: &'a TimeZone,
    /// The scorecards.
    pub(super) cards: &'a [Scorecard],
    /// Masks private data.
    pub(super) hide: &'a dyn Hide,
    /// Acts that the scorecards ask for, by name.
    pub(super) acts: Vec<(String, CueId)>,
    /// What a customer may complain about, by name.
    pub(super) topics: Vec<(&'static str, CueId)>,
    /// The cue for a customer who asks for a person.
    pub(super) asks_human: Option<CueId>,
    /// Rules with a condition, which may not apply to a conversation.
    pub(super) conditional: scorecard::RuleIds,
    /// The dictionary, loaded once for all threads.
    pub(super) vocabulary: Vocabulary,
}

impl<'a> Auditor<'a> {
    /// An auditor for this rulebook under these options, with these scorecards.
    pub fn new(
        (rulebook, options): (&'a Rulebook, &'a Options),
        zone: &'a TimeZone,
        (rules, cards): (&[RuleInfo], &'a [Scorecard]),
        hide: &'a dyn Hide,
    ) -> Self {
        let program = &rulebook.program;
        let acts: BTreeSet<&String> = cards.iter().flat_map(Scorecard::cues).collect();
        let acts = acts.into_iter().filter_map(|name| Some((name.clone(), program.cue(name)?))).collect();
        let topics = TOPICS.into_iter().filter_map(|name| Some((name, program.cue(name)?))).collect();
        let asks_human = program.cue(ASKS_HUMAN);
        let conditional = rules.iter().filter(|rule| rule.conditional).map(|rule| rule.rule.clone()).collect();
        let vocabulary = Vocabulary::default();
        Self { rulebook, options, zone, cards, hide, acts, topics, asks_human, conditional, vocabulary }
    }

    /// Makes a thread's scratch: a thorough one where the scorecards need cues that no rule asks for.
    pub fn scratch(&self) -> fn() -> Scratch {
        let program = &self.rulebook.program;
        let known =
            |&(_, cue): &(String, CueId)| program.looks_for(cue, Role::Agent) || program.looks_for(cue, Role::Customer);
        if self.acts.iter().all(known) { Scratch::default } else { Scratch::thorough }
    }
}
