//! One conversation before the judge: scans it, asks every rule, and turns offences into findings.

use super::digest::{Digest, digest};
use super::fingerprint::Fingerprints;
use super::house::House;
use super::offence::Offence;
use super::scope::Stretch;
use super::trigger::Unknown;
use super::why::{Silence, word};
use super::{
    Clock, Facts, Finding, Location, PledgeReader, Remark, Waiver, agree, forbid, keep, limit, meta, order, pace, pair,
    repeat, require, slot, waiver,
};
use crate::conversation::{Conversation, Kind, Lang, Reply, Role, Turn, replies};
use crate::cue::{CueId, Hit, Lists, Scan, Scratch};
use crate::language::language_of;
use crate::rulebook::{Check, Length, Rule, Rulebook, Severity};
use crate::source::{Places, Position, Span};
use serde::{Deserialize, Serialize};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// What the settings have to say about a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Override {
    /// Nothing.
    #[default]
    AsIs,
    /// It is switched off.
    Off,
    /// It matters more, or less.
    Severity(Severity),
}

/// How to judge.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Language of messages and help.
    pub locale: Lang,
    /// Language of the texts; `None`: told from each turn's script.
    pub lang: Option<Lang>,
    /// For each rule of the rulebook, in order; rules beyond the end are as they are.
    pub overrides: Vec<Override>,
    /// Lists of the settings that guards and rules name (`brand.channels`, `house.standard-phrases`), folded.
    pub lists: Lists,
    /// The time, where it is known: without it no deadline is compared with anything.
    pub clock: Option<Arc<Clock>>,
    /// Longest waits by rule and channel, where the settings have others than the rule.
    pub paces: BTreeMap<String, BTreeMap<String, Length>>,
    /// Waivers of the settings that hold for the text.
    pub waivers: Vec<Waiver>,
    /// For each [`RemarkKind`](super::RemarkKind), in order; kinds beyond the end are as they are.
    pub remarks: Vec<Override>,
    /// Variables that every template may use (`slots.declared`).
    pub declared_slots: Vec<String>,
    /// How placeholders are written, where the settings say so (`slots.dialect`).
    pub dialect: Option<String>,
    /// Every place counts, also where a rule tells of one a reply: for whoever leaves some of them out afterwards.
    pub each: bool,
    /// Facts that were agreed, what templates owe.
    pub house: Arc<House>,
}

/// What the judge has to say about a conversation.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Verdict {
    /// In order of turn, place, rule.
    pub findings: Vec<Finding>,
    /// Rules (by their place in the rulebook) that could not be asked, and why; once a reply.
    pub not_evaluated: Vec<(usize, Unknown)>,
    /// Replies that were judged.
    pub replies: usize,
    /// Waivers of the settings that were needed, by their numbers.
    pub used_waivers: Vec<usize>,
    /// What is wrong with the waivers in the text.
    pub remarks: Vec<Remark>,
    /// What a template has to say to others, where a rule asks for it.
    pub digest: Option<Digest>,
}

/// A conversation with everything that the rules look at.
pub(super) struct Case<'a> {
    pub rulebook: &'a Rulebook,
    pub conversation: &'a Conversation,
    pub options: &'a Options,
    /// Whether it was spoken.
    pub call: bool,
    /// One for each turn.
    pub scans: Vec<Arc<Scan>>,
    pub replies: Vec<Reply>,
    /// Places in the file, found one after another.
    places: RefCell<Places<'a>>,
    /// Each turn's language, found when first asked for: a turn may be long and its findings many.
    langs: Vec<OnceCell<Lang>>,
    /// What it says about promises, read when the first rule asks.
    facts: OnceCell<Facts>,
    /// What kept a rule silent, where somebody asks why not.
    pub notes: Option<RefCell<Vec<Silence>>>,
}

/// Judges a conversation.
pub fn judge(
    rulebook: &Rulebook,
    conversation: &Conversation,
    path: Option<&str>,
    options: &Options,
    scratch: &mut Scratch,
) -> Verdict {
    examine(rulebook, conversation, path, options, scratch, |_, _| ()).0
}

/// For a rule: the first turns of the replies in which it was asked, where its condition held and its place was
/// reached; `None` for a rule that is always asked.
pub type Occasions<'a> = dyn Fn(&Rule) -> Option<Vec<usize>> + 'a;

/// Judges a conversation and lets `look` see what was found in it, so that nothing is scanned twice: the scan of each
/// turn, and which rules there was occasion for.
pub fn examine<T>(
    rulebook: &Rulebook,
    conversation: &Conversation,
    path: Option<&str>,
    options: &Options,
    scratch: &mut Scratch,
    look: impl FnOnce(&[Arc<Scan>], &Occasions<'_>) -> T,
) -> (Verdict, T) {
    let case = Case::new(rulebook, conversation, options, scratch, |_| ());
    let mut verdict = case.verdict(0..rulebook.rules.len(), path);
    let seen = look(&case.scans, &|rule| require::occasions(&case, &rule.check));
    let applied = waiver::apply(rulebook, conversation, options, &mut verdict.findings, &verdict.not_evaluated);
    (verdict.used_waivers, verdict.remarks) = (applied.used, applied.remarks);
    verdict.digest = digest(&case);
    for scan in case.scans {
        scratch.recycle(scan);
    }
    (verdict, seen)
}

impl<'a> Case<'a> {
    /// Scans every turn; `scanned` is called after each.
    pub fn new(
        rulebook: &'a Rulebook,
        conversation: &'a Conversation,
        options: &'a Options,
        scratch: &mut Scratch,
        mut scanned: impl FnMut(&mut Scratch),
    ) -> Self {
        let call = rulebook.program.is_call(conversation.channel.as_deref());
        let scans = conversation.turns.iter().map(|turn| {
            let text = if turn.kind == Kind::Text { turn.text.as_str() } else { "" };
            let program = &rulebook.program;
            let scan = if call {
                program.hear(scratch, text, turn.role, &options.lists)
            } else {
                program.scan(scratch, text, turn.role, &options.lists)
            };
            scanned(scratch);
            scan
        });
        let scans = scans.collect();
        let langs = vec![OnceCell::new(); conversation.turns.len()];
        let places = RefCell::new(conversation.chunk.places());
        let replies = replies(conversation);
        Self {
            rulebook,
            conversation,
            options,
            call,
            scans,
            replies,
            places,
            langs,
            facts: OnceCell::new(),
            notes: None,
        }
    }
}

impl Case<'_> {
    /// Asks these rules.
    pub fn verdict(&self, rules: Range<usize>, path: Option<&str>) -> Verdict {
        let book = &self.rulebook.rules;
        let judged = self.replies.iter().filter(|reply| self.judged(reply).next().is_some()).count();
        let mut verdict = Verdict { replies: judged, ..Verdict::default() };
        let mut offences: Vec<(usize, Offence)> = Vec::new();
        // Where no agent says anything, only rules about bots have something to judge.
        for number in rules.filter(|&number| judged > 0 || book[number].check.is_asked_of_bots()) {
            self.ask(number, &book[number], &mut offences, &mut verdict.not_evaluated);
        }
        offences.sort_by(|(one, a), (other, b)| {
            let key = |offence: &Offence| (offence.place(), offence.outside.as_ref().map(|beside| beside.0));
            (key(a), &book[*one].id).cmp(&(key(b), &book[*other].id))
        });
        let mut fingerprints = Fingerprints::default();
        for (number, offence) in offences {
            let severity = match self.options.overrides.get(number) {
                Some(Override::Severity(severity)) => *severity,
                _ => book[number].severity,
            };
            verdict.findings.push(offence.finding(self, &book[number], severity, path, &mut fingerprints));
        }
        verdict
    }

    fn ask(
        &self,
        number: usize,
        rule: &Rule,
        offences: &mut Vec<(usize, Offence)>,
        unknown: &mut Vec<(usize, Unknown)>,
    ) {
        let off = self.options.overrides.get(number) == Some(&Override::Off);
        if off || !rule.is_for(self.conversation.mode) || self.call && rule.written_only {
            return;
        }
        let mut out = Vec::new();
        let mut not = Vec::new();
        match &rule.check {
            Check::Forbid(check) => forbid::ask(self, check, &mut out, &mut not),
            Check::Prefer(check) => forbid::prefer(self, check, &mut out),
            Check::Require(check) => require::ask(self, check, &mut out, &mut not),
            Check::Pair(check) => pair::ask(self, check, &mut out, &mut not),
            Check::Order(check) => order::ask(self, check, &mut out),
            Check::Limit(check) => limit::ask(self, check, &mut out, &mut not),
            Check::Agree(check) => agree::ask(self, check, &mut out),
            Check::Repeat(check) => repeat::ask(self, check, &mut out),
            Check::Slot(check) => slot::ask(self, check, &mut out),
            Check::Keep(check) => keep::ask(self, check, &mut out, &mut not),
            Check::Pace(check) => pace::ask(self, &rule.id, check, &mut out, &mut not),
            Check::Meta(check) => meta::ask(self, check, &mut out, &mut not),
        }
        if out.is_empty() && not.is_empty() {
            return;
        }
        out.retain(|offence| {
            let lang = self.lang(offence.turn);
            let spoken = rule.languages.is_empty() || rule.languages.contains(&lang);
            if !spoken {
                self.note(|| Silence::at(offence.place(), "language").value("lang", word(lang)));
            }
            spoken
        });
        offences.extend(out.into_iter().map(|offence| (number, offence)));
        unknown.extend(not.into_iter().map(|reason| (number, reason)));
    }

    /// Line and column of byte `at` of a turn's text in the file; `None` when the turn is not from a file.
    pub fn position(&self, turn: usize, at: usize) -> Option<Position> {
        let offset = self.turn(turn).origin.chunk_offset(at)?;
        let mut position = self.places.borrow_mut().position(offset);
        position.line += self.conversation.chunk.lines_before;
        Some(position)
    }

    /// Start and end in the file of a stretch of the chunk.
    pub fn place(&self, span: Span) -> Option<Location> {
        let mut places = self.places.borrow_mut();
        let mut at = |offset| {
            let mut position = places.position(offset);
            position.line += self.conversation.chunk.lines_before;
            position
        };
        (span.end <= self.conversation.chunk.text.len()).then(|| Location { start: at(span.start), end: at(span.end) })
    }

    pub fn turn(&self, turn: usize) -> &Turn {
        &self.conversation.turns[turn]
    }

    /// The language of a turn.
    pub fn lang(&self, turn: usize) -> Lang {
        *self.langs[turn].get_or_init(|| {
            let stated = self.options.lang.or(self.conversation.lang);
            stated.or_else(|| language_of(&self.turn(turn).text)).unwrap_or_default()
        })
    }

    /// What the conversation says about promises; `clock` is that of the options.
    pub fn facts(&self, clock: Option<&Clock>) -> &Facts {
        let reader = || PledgeReader::new(&self.rulebook.program);
        self.facts.get_or_init(|| reader().read(self.conversation, &self.scans, clock))
    }

    /// The turns of a reply, context included.
    pub fn said(&self, reply: &Reply) -> impl Iterator<Item = usize> {
        reply.own_turns(self.conversation)
    }

    /// The turns of a reply that are judged: its side's own words, not given as context, not taken back.
    pub fn judged(&self, reply: &Reply) -> impl Iterator<Item = usize> {
        reply.own_turns(self.conversation).filter(|&turn| self.is_said(turn))
    }

    pub fn is_judged(&self, turn: usize) -> bool {
        self.turn(turn).role == Role::Agent && self.is_said(turn)
    }

    fn is_said(&self, turn: usize) -> bool {
        let turn = self.turn(turn);
        !turn.context && turn.kind == Kind::Text
    }

    /// Hits of any of these cues in a turn.
    pub fn hits<'a>(&'a self, turn: usize, cues: &'a [CueId]) -> impl Iterator<Item = Hit> + 'a {
        cues.iter().flat_map(move |&cue| self.scans[turn].hits(cue).iter().copied())
    }

    /// Hits of any of these cues that overlap a stretch of a turn.
    pub fn hits_over<'a>(
        &'a self,
        turn: usize,
        cues: &'a [CueId],
        start: u32,
        end: u32,
    ) -> impl Iterator<Item = Hit> + 'a {
        cues.iter().flat_map(move |&cue| self.scans[turn].hits_over(cue, start, end).iter().copied())
    }

    /// Whether any of these cues stands in any of these turns.
    pub fn any(&self, turns: impl IntoIterator<Item = usize>, cues: &[CueId]) -> bool {
        turns.into_iter().any(|turn| cues.iter().any(|&cue| self.scans[turn].has(cue)))
    }

    /// Notes what kept a rule silent; does nothing where nobody asks.
    pub fn note(&self, silence: impl FnOnce() -> Silence) {
        if let Some(notes) = &self.notes {
            notes.borrow_mut().push(silence());
        }
    }

    /// All that a turn says.
    pub fn whole_stretch(&self, turn: usize) -> Stretch {
        Stretch { turn, start: 0, end: self.scans[turn].folded.text.len() as u32 }
    }

    /// An offence of the whole text of a turn.
    pub fn whole(&self, turn: usize) -> Offence {
        let text = &self.scans[turn].folded.text;
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().len().max(start);
        Offence::new(turn, start as u32, end as u32)
    }
}
