//! From a conversation to the row that an audit keeps of it: judged, attributed and scored, on any thread.

use super::beside;
use super::examine::examine;
use super::frequent::Vocabulary;
use super::{ConversationResult, RuleInfo, Scorecard, scorecard};
use crate::conversation::{Conversation, Hide, Role};
use crate::cue::Scratch;
use crate::judge::Options;
use crate::rulebook::Rulebook;
use crate::source::Span;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// What every thread of an audit needs.
pub struct Auditor<'a> {
    /// The rulebook.
    pub(super) rulebook: &'a Rulebook,
    /// How to judge.
    pub(super) options: &'a Options,
    /// Zone of times that state none, and of days.
    pub(super) zone: &'a TimeZone,
    /// The scorecards.
    cards: &'a [Scorecard],
    /// What is private.
    pub(super) hide: &'a dyn Hide,
    /// What the scorecards ask for.
    pub(super) acts: Vec<String>,
    /// Rules that are asked only under a condition.
    conditional: BTreeSet<String>,
    /// The dictionary, loaded once for all threads.
    pub(super) vocabulary: Vocabulary,
}

impl<'a> Auditor<'a> {
    /// An auditor by these rules, which these options ask, and these scorecards.
    pub fn new(
        (rulebook, options): (&'a Rulebook, &'a Options),
        zone: &'a TimeZone,
        (rules, cards): (&[RuleInfo], &'a [Scorecard]),
        hide: &'a dyn Hide,
    ) -> Self {
        let mut acts: Vec<String> = cards.iter().flat_map(Scorecard::cues).cloned().collect();
        acts.sort();
        acts.dedup();
        let conditional = rules.iter().filter(|rule| rule.conditional).map(|rule| rule.rule.clone()).collect();
        Self { rulebook, options, zone, cards, hide, acts, conditional, vocabulary: Vocabulary::default() }
    }

    /// What a thread works with. What no rule asks for is told only by a thorough look.
    pub fn scratch(&self) -> fn() -> Scratch {
        let program = &self.rulebook.program;
        let known = |act: &String| {
            program
                .cue(act)
                .is_none_or(|cue| program.looks_for(cue, Role::Agent) || program.looks_for(cue, Role::Customer))
        };
        if self.acts.iter().all(known) { Scratch::default } else { Scratch::thorough }
    }

    /// A name may hold a telephone number, too, and names stand in every report and in names of files.
    fn hide_names(&self, conversation: &mut Conversation) {
        let of_turns = conversation.turns.iter_mut().flat_map(|turn| [&mut turn.agent, &mut turn.name]);
        let names = [&mut conversation.agent, &mut conversation.team].into_iter().chain(of_turns);
        for name in names.flatten() {
            let hidden = self.hide.hidden(name);
            if !hidden.is_empty() {
                *name = self.hide.show(name, Span::new(0, name.len()), &hidden);
            }
        }
    }

    /// The row of a conversation; its number is for whoever counts.
    pub fn row(&self, mut conversation: Conversation, path: Option<&str>, scratch: &mut Scratch) -> ConversationResult {
        self.hide_names(&mut conversation);
        if let Some(name) = &conversation.scenario
            && let Some(scenario) = self.rulebook.scenario(name)
        {
            conversation.scenario = Some(scenario.id.clone());
        }
        let mut row = examine(self, &conversation, path, scratch);
        row.scores = scorecard::scores(self.cards, &row, &self.conditional);
        let call = self.rulebook.program.is_call(conversation.channel.as_deref());
        beside::tell(&mut row, &conversation, (call, self.zone), self.hide);
        row
    }
}
