//! The range a verb looks at: stretches of the agent's words that are compared or counted together.

use super::case::Case;
use super::stretch::Stretch;
use crate::conversation::{Kind, Role};
use crate::cue::{CueId, Hit};
use crate::language::is_letter;
use crate::rulebook::check::Within;
use crate::source::Span;
use std::collections::HashMap;

/// Stretches that are judged together.
pub(super) struct Scope {
    pub stretches: Vec<Stretch>,
    /// The reply whose triggers apply: its own, or the last one of a conversation.
    pub reply: usize,
    /// The first turn of it that is judged.
    pub judged: usize,
}

/// The agent's words, grouped by `within`, as far as something in them is judged. In a reply or a conversation, context
/// counts, but retracted messages do not.
pub(super) fn scopes(case: &Case, within: Within) -> Vec<Scope> {
    let mut found = Vec::new();
    if within == Within::Conversation {
        if let Some(last) = case.replies.iter().rposition(|reply| case.judged(reply).next().is_some()) {
            let said = (0..case.scans.len()).filter(|&turn| case.turn(turn).role == Role::Agent);
            by_speaker(case, said, last, &mut found);
        }
        return found;
    }
    for (number, reply) in case.replies.iter().enumerate() {
        if case.judged(reply).next().is_none() {
            continue;
        }
        if within == Within::Reply {
            by_speaker(case, case.said(reply), number, &mut found);
            continue;
        }
        for turn in case.judged(reply) {
            let mut one = |(start, end): (usize, usize)| {
                let stretches = vec![Stretch::new(turn, start, end)];
                found.push(Scope { stretches, reply: number, judged: turn });
            };
            match within {
                Within::Clause => case.scans[turn].segments.clauses().for_each(&mut one),
                Within::Sentence => case.scans[turn].segments.sentences().for_each(&mut one),
                _ => one((0, case.scans[turn].folded.text.len())),
            }
        }
    }
    found
}

/// A scope for each agent in these turns with something to judge: nobody answers for a colleague's words.
fn by_speaker(case: &Case, turns: impl Iterator<Item = usize>, reply: usize, found: &mut Vec<Scope>) {
    let turns: Vec<usize> = turns.collect();
    let speaker = |turn: &usize| case.turn(*turn).speaker();
    let mut add = |turns: &[usize]| {
        let judged = turns.iter().copied().find(|&turn| case.is_judged(turn));
        let stretches = || turns.iter().map(|&turn| case.whole_stretch(turn)).collect();
        found.extend(judged.map(|judged| Scope { stretches: stretches(), reply, judged }));
    };
    // Nearly always one agent speaks.
    if turns.windows(2).all(|pair| speaker(&pair[0]) == speaker(&pair[1])) {
        return add(&turns);
    }
    let (mut known, mut speakers): (HashMap<_, usize>, Vec<Vec<usize>>) = (HashMap::new(), Vec::new());
    for turn in turns {
        let place = *known.entry(speaker(&turn)).or_insert(speakers.len());
        if place == speakers.len() {
            speakers.push(Vec::new());
        }
        speakers[place].push(turn);
    }
    for turns in speakers {
        add(&turns);
    }
}

/// Letters and digits of a stretch outside the hits of these cues, counted up to `enough`. An image or a card counts as
/// enough.
pub(super) fn beside(case: &Case, stretch: Stretch, cues: &[CueId], enough: usize) -> usize {
    let Stretch { turn, start, end } = stretch;
    if case.turn(turn).kind != Kind::Text {
        return enough;
    }
    let mut known: Vec<(usize, usize)> =
        case.hits(turn, cues).map(|hit| (hit.start as usize, hit.end as usize)).collect();
    known.sort_unstable();
    let mut known = known.into_iter().peekable();
    let mut behind = 0;
    let mut outside = |at: usize| {
        while let Some((_, end)) = known.next_if(|&(start, _)| start <= at) {
            behind = behind.max(end);
        }
        at >= behind
    };
    let (start, end) = (start as usize, end as usize);
    let text = case.scans[turn].folded.text[start..end].char_indices();
    text.filter(|&(at, character)| outside(start + at) && is_letter(character)).take(enough).count()
}

impl Case<'_> {
    /// The whole text of a turn.
    pub fn whole_stretch(&self, turn: usize) -> Stretch {
        Stretch::new(turn, 0, self.scans[turn].folded.text.len())
    }

    /// A stretch in bytes of its turn's own text.
    pub fn span(&self, at: Stretch) -> Span {
        self.scans[at.turn].span(at.start, at.end, &self.turn(at.turn).text)
    }
}

impl Scope {
    /// Hits of any of these cues, in order of place for each cue.
    pub fn hits<'a>(&'a self, case: &'a Case, cues: &'a [CueId]) -> impl Iterator<Item = (usize, Hit)> + 'a {
        self.stretches.iter().flat_map(move |stretch| {
            let inside = |hit: &Hit| stretch.start <= hit.start && hit.end <= stretch.end;
            case.hits_over(stretch.turn, cues, stretch.start, stretch.end).filter(inside).map(|hit| (stretch.turn, hit))
        })
    }
}
