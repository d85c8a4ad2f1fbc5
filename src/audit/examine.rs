//! Makes a conversation's row, on any thread: judged once, attributed to agents, scored, and masked but for names.

use super::beside;
use super::frequent::complained;
use super::names::{self, PrivateRow};
use super::owners::Owners;
use super::row::{ConversationResult, Found, Invalid, Part};
use super::{Auditor, scorecard};
use crate::conversation::{Conversation, HiddenTurns, Role};
use crate::cue::{CueId, Scan, Scratch};
use crate::judge::{self, Finding, JITTER};
use crate::language::time::{moment, rfc3339};
use crate::rulebook::{Rule, Rulebook};
use crate::source::Span;
use foldhash::fast::RandomState;
use jiff::Zoned;
use jiff::tz::TimeZone;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Version of the rows.
pub(super) const SCHEMA: u8 = 1;
/// Longest quotation, in characters.
const QUOTE: usize = 200;
/// Characters kept on either side of it.
const AROUND: usize = 24;

impl Auditor<'_> {
    /// The row of a conversation; its `number` is left to the caller. Names are not masked here, because masking could
    /// merge two people: [`PrivateRow::public`] masks them, row after row in the order of the input.
    pub fn row(&self, mut conversation: Conversation, path: Option<&str>, scratch: &mut Scratch) -> PrivateRow {
        if let Some(name) = &conversation.scenario
            && let Some(scenario) = self.rulebook.scenario(name)
        {
            conversation.scenario = Some(scenario.id.clone());
        }
        let mut row = examine(self, &conversation, path, scratch);
        row.scores = scorecard::scores(self.cards, &row, &self.conditional);
        let call = self.rulebook.program.is_call(conversation.channel.as_deref());
        beside::tell(&mut row, &conversation, (call, self.zone), self.hide);
        PrivateRow { row, hidden: names::hidden(&conversation, self.hide) }
    }
}

/// Everything in the row but the scores, which are worked out from the row alone.
fn examine(
    auditor: &Auditor<'_>,
    conversation: &Conversation,
    path: Option<&str>,
    scratch: &mut Scratch,
) -> ConversationResult {
    let times = Times::of(conversation, auditor.zone);
    let mut row = header(auditor, conversation, path, &times);
    let Auditor { rulebook, options, .. } = auditor;
    let owners = Owners::of(conversation);
    let (verdict, asked) = judge::examine(rulebook, conversation, path, options, scratch, |scans, occasions| {
        row.parts = parts(rulebook, (conversation, &owners), occasions);
        let said = customer_said(conversation, scans);
        row.topics = auditor.topics.iter().filter(|(_, cue)| said(*cue)).map(|(name, _)| (*name).to_owned()).collect();
        let complains = |scan: &Scan| auditor.topics.iter().any(|&(_, cue)| scan.has(cue));
        let turns = conversation.turns.iter().zip(scans).map(|(turn, scan)| (turn, &**scan));
        let complaints = turns.filter(|(turn, scan)| turn.role == Role::Customer && complains(scan));
        let complaints = complaints.map(|(turn, scan)| (turn.text.as_str(), scan));
        let call = rulebook.program.is_call(conversation.channel.as_deref());
        row.words = complained(&auditor.vocabulary, auditor.hide, call, complaints);
        acts(auditor, (conversation, &owners), scans, &mut row);
        auditor.asks_human.is_some_and(said)
    });
    row.replies = verdict.replies as u64;
    row.invalid = invalid(conversation, verdict.replies, asked);
    let unknown: BTreeSet<usize> = verdict.not_evaluated.iter().map(|(rule, _)| *rule).collect();
    // A rule is a case or was not evaluated, never both: where it has a finding, it was.
    let found: BTreeSet<&str> = verdict.findings.iter().map(|finding| finding.rule.as_str()).collect();
    let unknown: BTreeSet<usize> =
        unknown.into_iter().filter(|&rule| !found.contains(rulebook.rules[rule].id.as_str())).collect();
    row.not_evaluated = unknown.into_iter().map(|rule| rulebook.rules[rule].id.clone()).collect();
    // What is nobody's case is in no rate, and has no findings that would be told beside it.
    let skipped = row.invalid.is_some_and(Invalid::is_skipped);
    for part in &mut row.parts {
        part.owed.retain(|rule| !row.not_evaluated.contains(rule));
    }
    let private = HiddenTurns::new(auditor.hide, conversation);
    let mut view = View { auditor, conversation, owners: &owners, private, turn: None, hidden: Vec::new() };
    row.findings = verdict
        .findings
        .iter()
        .filter(|finding| finding.counts() && !skipped)
        .map(|finding| view.found(finding, &times))
        .collect();
    row
}

fn header(auditor: &Auditor<'_>, conversation: &Conversation, path: Option<&str>, times: &Times) -> ConversationResult {
    let first = times.all.iter().flatten().next();
    let last = times.all.iter().flatten().last();
    ConversationResult {
        schema: SCHEMA,
        path: path.map(ToOwned::to_owned),
        sheet: conversation.sheet().map(|name| auditor.hide.name(name)),
        line: Some(conversation.chunk.lines_before as u64 + 1),
        conversation: conversation.id.clone(),
        agent: conversation.agent.clone(),
        team: conversation.team.clone(),
        channel: conversation.channel.clone(),
        customer: conversation.meta.get("customer").cloned(),
        ticket: conversation.meta.get("ticket").cloned(),
        rating: conversation.meta.get("rating").map(|rating| auditor.hide.name(rating)),
        scenario: conversation.scenario.as_ref().map(|scenario| auditor.hide.name(scenario)),
        day: first.map(|at| at.with_time_zone(auditor.zone.clone()).date().to_string()),
        start: first.map(rfc3339),
        end: last.map(rfc3339),
        unreadable_times: times.missing(conversation),
        backward_times: times.backward(),
        turns: conversation.turns.len() as u64,
        rulebook: auditor.rulebook.hash.clone(),
        ..ConversationResult::default()
    }
}

/// When each turn was said, where that can be known.
struct Times {
    all: Vec<Option<Zoned>>,
}

impl Times {
    fn of(conversation: &Conversation, zone: &TimeZone) -> Self {
        let read = |time: &String| moment(time.trim(), zone).ok();
        Self { all: conversation.turns.iter().map(|turn| turn.time.as_ref().and_then(read)).collect() }
    }

    /// How many go back by more than a minute from one before them.
    fn backward(&self) -> u64 {
        let mut last = i64::MIN;
        let mut count = 0;
        for at in self.all.iter().flatten().map(|at| at.timestamp().as_second()) {
            count += u64::from(at < last.saturating_sub(JITTER));
            last = last.max(at);
        }
        count
    }

    /// How many are written but cannot be read.
    fn missing(&self, conversation: &Conversation) -> u64 {
        let turns = conversation.turns.iter().zip(&self.all);
        turns.filter(|(turn, at)| turn.time.is_some() && at.is_none()).count() as u64
    }
}

fn invalid(conversation: &Conversation, replies: usize, asked: bool) -> Option<Invalid> {
    let customer = conversation.turns.iter().any(|turn| turn.role == Role::Customer);
    match () {
        () if conversation.turns.is_empty() => Some(Invalid::Empty),
        () if replies == 0 && asked => Some(Invalid::NobodyCame),
        () if replies == 0 => Some(Invalid::NoAgent),
        () if !customer => Some(Invalid::NoCustomer),
        () => None,
    }
}

fn parts(
    rulebook: &Rulebook,
    (conversation, owners): (&Conversation, &Owners<'_>),
    occasions: &dyn Fn(&Rule) -> Option<Vec<usize>>,
) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut places: HashMap<Option<&String>, usize, RandomState> = HashMap::default();
    let mut last: Option<(Option<&String>, usize)> = None;
    let mut place = |parts: &mut Vec<Part>, turn: usize| {
        let agent = owners.get(turn);
        // Nearly always the same one.
        if let Some((_, place)) = last.filter(|(last, _)| last.map(std::ptr::from_ref) == agent.map(std::ptr::from_ref))
        {
            return place;
        }
        let place = *places.entry(agent).or_insert_with(|| {
            parts.push(Part { agent: agent.cloned(), ..Part::default() });
            parts.len() - 1
        });
        last = Some((agent, place));
        place
    };
    for (number, turn) in conversation.turns.iter().enumerate() {
        if turn.role == Role::Agent && !turn.context {
            let part = place(&mut parts, number);
            parts[part].turns += 1;
        }
    }
    for reply in crate::conversation::replies(conversation) {
        if let Some(turn) = reply.own_turns(conversation).next() {
            let part = place(&mut parts, turn);
            parts[part].replies += 1;
        }
    }
    for rule in &rulebook.rules {
        for turn in occasions(rule).into_iter().flatten() {
            let part = place(&mut parts, turn);
            if parts[part].owed.last() != Some(&rule.id) {
                parts[part].owed.push(rule.id.clone());
            }
        }
    }
    parts
}

/// Whether the customer's messages hold a cue.
fn customer_said<'a>(conversation: &'a Conversation, scans: &'a [Arc<Scan>]) -> impl Fn(CueId) -> bool + 'a {
    move |cue| {
        let mut turns = conversation.turns.iter().zip(scans).filter(|(turn, _)| turn.role == Role::Customer);
        turns.any(|(_, scan)| scan.has(cue))
    }
}

/// Acts that the scorecards ask for, by who did them.
fn acts(
    auditor: &Auditor<'_>,
    (conversation, owners): (&Conversation, &Owners<'_>),
    scans: &[Arc<Scan>],
    row: &mut ConversationResult,
) {
    if auditor.acts.is_empty() {
        return;
    }
    let said = customer_said(conversation, scans);
    let parts = row.parts.iter().enumerate().map(|(place, part)| (part.agent.as_ref(), place));
    let parts: HashMap<Option<&String>, usize, RandomState> = parts.collect();
    let part_of: Vec<Option<usize>> =
        (0..conversation.turns.len()).map(|turn| parts.get(&owners.get(turn)).copied()).collect();
    for (act, cue) in &auditor.acts {
        if said(*cue) {
            row.customer_acts.push(act.clone());
        }
        for ((turn, scan), part) in conversation.turns.iter().zip(scans).zip(&part_of) {
            if turn.role == Role::Agent
                && scan.has(*cue)
                && let Some(part) = part.and_then(|place| row.parts.get_mut(place))
                && part.acts.last() != Some(act)
            {
                part.acts.push(act.clone());
            }
        }
    }
}

/// Shows the findings of one conversation; a turn is masked once for neighbouring findings.
struct View<'a> {
    auditor: &'a Auditor<'a>,
    conversation: &'a Conversation,
    owners: &'a Owners<'a>,
    private: HiddenTurns<'a>,
    turn: Option<usize>,
    hidden: Vec<Span>,
}

impl View<'_> {
    fn found(&mut self, finding: &Finding, times: &Times) -> Found {
        let turn = &self.conversation.turns[finding.turn];
        if self.turn != Some(finding.turn) {
            self.hidden = self.private.of(finding.turn);
            self.turn = Some(finding.turn);
        }
        let Span { start, end } = finding.span;
        let (before, quote, after) = around(&turn.text, start, end);
        let show = |from: usize, to: usize| self.auditor.hide.show(&turn.text, Span::new(from, to), &self.hidden);
        let mut shown = show(start, quote);
        let message = self.sentence(&finding.message, &finding.quote, &shown);
        let help = self.sentence(&finding.help, &finding.quote, &shown);
        if quote < end {
            shown.push('…');
        }
        let time = times.all[finding.turn].as_ref().map(rfc3339);
        Found {
            rule: finding.rule.clone(),
            severity: finding.severity,
            message,
            help,
            turn: finding.turn as u64,
            role: finding.role,
            agent: self.owners.get(finding.turn).cloned(),
            time: time.or_else(|| turn.time.as_ref().map(|time| self.auditor.hide.name(time))),
            start: start as u64,
            end: end as u64,
            before: show(before, start),
            quote: shown,
            after: show(end, after),
            customer_said: None,
            fingerprint: finding.fingerprint.clone(),
            review: None,
        }
    }

    /// Masks a sentence that may quote the words.
    fn sentence(&self, sentence: &str, quote: &str, shown: &str) -> String {
        if self.hidden.is_empty() {
            return sentence.to_owned();
        }
        let sentence = if quote.is_empty() { sentence.to_owned() } else { sentence.replace(quote, shown) };
        let hide = self.auditor.hide;
        hide.show(&sentence, Span::new(0, sentence.len()), &hide.hidden(&sentence))
    }
}

/// Offsets: where the words before begin, where the quotation is cut, and where the words behind end.
fn around(text: &str, start: usize, end: usize) -> (usize, usize, usize) {
    let before = text[..start].char_indices().rev().take(AROUND).last().map_or(start, |(at, _)| at);
    let quote = text[start..end].char_indices().nth(QUOTE).map_or(end, |(at, _)| start + at);
    let after = text[end..].char_indices().nth(AROUND).map_or(text.len(), |(at, _)| end + at);
    (before, quote, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_around_are_cut_between_characters() {
        let text = "您好😀尽快回复";
        let at = text.find('尽').unwrap();
        assert_eq!(around(text, at, at + 6), (0, at + 6, text.len()));
        let long = "很".repeat(500);
        let (before, quote, after) = around(&long, 300, 1200);
        assert_eq!((before, quote, after), (300 - 72, 900, 1200 + 72));
    }
}
