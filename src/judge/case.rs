//! A conversation as rules see it: scanned once, with answers that are computed when first asked for.

use super::options::Options;
use super::silence::Silence;
use super::stamp;
use super::{Clock, Facts, Location, PledgeReader};
use crate::conversation::{Conversation, Kind, Lang, Reply, Role, Turn, replies};
use crate::cue::{CueId, CueMarks, Hit, Scan, Scratch};
use crate::language::{is_traditional, language_of};
use crate::rulebook::Rulebook;
use crate::source::{Places, Position, Span};
use foldhash::fast::RandomState;
use jiff::Zoned;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

/// A conversation as rules see it.
pub(super) struct Case<'a> {
    pub rulebook: &'a Rulebook,
    pub conversation: &'a Conversation,
    pub options: &'a Options,
    /// Whether it was spoken.
    pub call: bool,
    /// One for each turn.
    pub scans: Vec<Arc<Scan>>,
    /// Cues that occur in any turn, and in any of the agents' turns.
    marks: CueMarks,
    spoken: CueMarks,
    pub replies: Vec<Reply>,
    /// Converts places to lines and columns, from front to back.
    places: RefCell<Places<'a>>,
    /// Each turn's language, found when first asked for: a turn may be long and its findings many.
    langs: Vec<OnceCell<Lang>>,
    /// Whether each turn is in Traditional Chinese, likewise.
    traditional: Vec<OnceCell<bool>>,
    /// When each turn was said and whether that includes the time of day; parsed when first asked for.
    times: Vec<OnceCell<Option<(Zoned, bool)>>>,
    /// What it says about promises, read when the first rule asks.
    facts: OnceCell<Facts>,
    /// The first turn of each role with each cue, found when first asked for.
    firsts: RefCell<HashMap<(Role, CueId), Option<usize>, RandomState>>,
    /// Why rules stayed silent, if `why_not` asks.
    pub notes: Option<RefCell<Vec<Silence>>>,
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
        let scans: Vec<Arc<Scan>> = scans.collect();
        let (mut marks, mut spoken) = (CueMarks::default(), CueMarks::default());
        for (scan, turn) in scans.iter().zip(&conversation.turns) {
            marks.join(&scan.marks());
            if turn.role == Role::Agent {
                spoken.join(&scan.marks());
            }
        }
        let langs = vec![OnceCell::new(); conversation.turns.len()];
        let traditional = vec![OnceCell::new(); conversation.turns.len()];
        let times = vec![OnceCell::new(); conversation.turns.len()];
        let places = RefCell::new(conversation.chunk.places());
        let replies = replies(conversation);
        Self {
            rulebook,
            conversation,
            options,
            call,
            scans,
            marks,
            spoken,
            replies,
            places,
            langs,
            traditional,
            times,
            facts: OnceCell::new(),
            firsts: RefCell::default(),
            notes: None,
        }
    }
}

impl Case<'_> {
    /// Line and column of byte `at` of a turn's text in the file; `None` when the turn is not from a file.
    fn position(&self, turn: usize, at: usize) -> Option<Position> {
        let offset = self.turn(turn).origin.chunk_offset(at)?;
        Some(self.places.borrow_mut().position(offset))
    }

    /// A stretch's start and end in the file.
    pub fn location(&self, turn: usize, span: Span) -> Option<Location> {
        let (start, end) = (self.position(turn, span.start)?, self.position(turn, span.end)?);
        Some(Location { start, end })
    }

    /// Start and end in the file of a stretch of the chunk.
    pub fn place(&self, span: Span) -> Option<Location> {
        let mut places = self.places.borrow_mut();
        let mut at = |offset| places.position(offset);
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

    /// Whether a turn is in Traditional Chinese.
    pub fn is_traditional(&self, turn: usize) -> bool {
        *self.traditional[turn].get_or_init(|| is_traditional(&self.turn(turn).text))
    }

    /// When a turn was said, and whether that includes the time of day. Times without a zone all get the same one: only
    /// differences matter.
    pub fn time(&self, turn: usize) -> Option<&(Zoned, bool)> {
        let read = || stamp::read(self.call, self.turn(turn).time.as_deref()?);
        self.times[turn].get_or_init(read).as_ref()
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

    /// The turns of a reply that are judged: its side's own words, neither context nor retracted.
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

    /// The first turn of this role with a cue (`CueId::ANY`: with any text); cached, as every reply asks.
    pub fn first(&self, role: Role, cue: CueId) -> Option<usize> {
        if cue != CueId::ANY && !self.marks.may_hold(cue) {
            return None;
        }
        let find = || {
            let turns = &self.conversation.turns;
            let here = |&turn: &usize| turns[turn].role == role && (cue == CueId::ANY || self.scans[turn].has(cue));
            (0..turns.len()).find(here)
        };
        *self.firsts.borrow_mut().entry((role, cue)).or_insert_with(find)
    }

    /// Whether an agent may say any of these cues anywhere; rules out most rules at once.
    pub fn may_say(&self, cues: &[CueId]) -> bool {
        self.spoken.may_hold_any(cues)
    }

    /// Whether any of these cues may occur anywhere.
    pub fn may_hold(&self, cues: &[CueId]) -> bool {
        self.marks.may_hold_any(cues)
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
        self.may_hold(cues) && turns.into_iter().any(|turn| cues.iter().any(|&cue| self.scans[turn].has(cue)))
    }

    /// Records why a rule stayed silent, if `why_not` asks.
    pub fn note(&self, silence: impl FnOnce() -> Silence) {
        if let Some(notes) = &self.notes {
            notes.borrow_mut().push(silence());
        }
    }
}
