//! What a conversation says about promises: the promises, and later words that show their outcome.

use super::channel::channel_name;
use super::clock::{Clock, rfc3339};
use super::deed::whole;
use super::means::{Means, means};
use crate::conversation::{Conversation, Kind, Role};
use crate::cue::native::promise::{Deadline, Promise, Who};
use crate::cue::{CueId, Program, Scan, ledger};
use crate::language::time::Mention;
use jiff::Zoned;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Seconds of silence after which a new talk begins.
const BREAK: i64 = 30 * 60;
/// Letters and digits, apart from greetings and holds, that make a turn substantial.
const SUBSTANCE: usize = 4;
/// Longest quotation of a sign, in characters.
const QUOTE: usize = 60;
/// Most signs kept of a conversation: the first ones, in order.
pub const MOST_SIGNS: usize = 64;

/// A moment, as a number to compare and as text to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Seconds since 1970.
    pub at: i64,
    /// RFC 3339.
    pub shown: String,
}

impl From<&Zoned> for Moment {
    fn from(moment: &Zoned) -> Self {
        Self { at: moment.timestamp().as_second(), shown: rfc3339(moment) }
    }
}

/// A promise with everything its outcome depends on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pledge {
    /// The turn, and the byte of its folded text after the promise.
    pub place: (usize, u32),
    /// Its first byte in the turn's folded text.
    pub start: u32,
    /// The message in the turn, if several stand there on lines of their own.
    #[serde(default)]
    pub part: usize,
    /// The agent who gave it.
    pub agent: Option<String>,
    /// The words.
    pub quote: String,
    /// Whose action.
    pub who: Who,
    /// What is to be done, as said, with its object.
    pub what: Option<String>,
    /// The words of the action alone, to recognise it later.
    #[serde(default)]
    pub action: Option<String>,
    /// The channel, as said.
    pub channel: Option<String>,
    /// What must happen first, as said.
    pub condition: Option<String>,
    /// Done within the chat.
    pub immediate: bool,
    /// Whether it is to look something up, so that what was found keeps it.
    #[serde(default)]
    pub looks: bool,
    /// How firm the time is.
    pub deadline: Deadline,
    /// How the customer will hear of it.
    pub means: Means,
    /// When it was given.
    pub said: Option<Moment>,
    /// When it falls due; `None` if that counts from a condition or is unknown. A stated hour counts from the message,
    /// whatever must happen first.
    pub due: Option<Moment>,
    /// The words of time, if they count from a condition.
    pub after: Option<Mention>,
}

/// What a later turn shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SignKind {
    /// The agent says something of substance.
    Return,
    /// The agent opens the talk, or resumes it after a silence.
    Contact,
    /// Somebody tried to reach the customer, and did not.
    Attempt,
    /// The agent says what was done or found.
    Report,
    /// The agent says what a look-up has shown.
    Found,
    /// The agent says that it was not or could not be done.
    Undone,
    /// The customer says that nobody got in touch.
    NoContact,
    /// The customer says that it was not done.
    NotDone,
    /// The customer says that somebody got in touch.
    Contacted,
    /// The customer says that somebody came, and that it was done.
    Visited,
    /// The customer says that it was done.
    Got,
    /// Somebody says that the condition has been met.
    Condition,
}

/// Evidence of a promise's outcome.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sign {
    /// What it shows.
    pub kind: SignKind,
    /// The turn, and the byte of its folded text.
    pub place: (usize, u32),
    /// The byte of the folded text after it.
    pub end: u32,
    /// The message in the turn, as of a promise.
    #[serde(default)]
    pub part: usize,
    /// When.
    pub at: Option<Moment>,
    /// If only the day is known, its last second: it may have been at any moment from `at` on.
    #[serde(default)]
    pub until: Option<i64>,
    /// Whether it follows a silence.
    pub after_break: bool,
    /// Whether the customer says, for the first time, that the promised time has passed: in a log without times, a
    /// second complaint may be about something promised before the first.
    #[serde(default)]
    pub lapsed: bool,
    /// Whether a report says what is under way, not what was done.
    #[serde(default)]
    pub underway: bool,
    /// The words around it.
    pub words: String,
    /// The folded words themselves, for comparison with the promise.
    pub matter: String,
}

/// Promises and signs of one conversation, in order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Facts {
    /// The promises.
    pub pledges: Vec<Pledge>,
    /// The signs.
    pub signs: Vec<Sign>,
}

/// Extracts facts from scans.
#[derive(Clone, Copy, Debug)]
pub struct PledgeReader<'a> {
    cues: &'a [Option<CueId>],
}

/// Cues by their use; all of them are in [`crate::cue::LEDGER`], so that the scanner looks for them.
const PADDING: &[usize] = &[
    ledger("greeting"),
    ledger("hold"),
    ledger("acknowledge"),
    ledger("thanks"),
    ledger("closing"),
    ledger("filler"),
    ledger("emoticon"),
    ledger("opening"),
];
const REPORTS: &[usize] = &[ledger("done-step"), ledger("done"), PROGRESS];
const PROGRESS: usize = ledger("progress");
const CONDITION: usize = ledger("condition-met");
const LOOKS: usize = ledger("looks");
/// “I'll contact them for you right away” is done in the chat, too, as the rules have it.
const AT_ONCE: [usize; 3] = [ledger("looking-up"), ledger("at-once"), ledger("doing-now")];
const STANDING_OFFER: usize = ledger("standing-offer");
const LAPSE: usize = ledger("lapse");

impl<'a> PledgeReader<'a> {
    /// A reader for scans by this program.
    pub fn new(program: &'a Program) -> Self {
        Self { cues: program.ledger() }
    }

    /// Promises and signs of a conversation. Without a clock their times are unknown.
    pub fn read(&self, conversation: &Conversation, scans: &[Arc<Scan>], clock: Option<&Clock>) -> Facts {
        let mut facts = Facts::default();
        let mut last: Option<i64> = None;
        let mut spoken = false;
        let turns = conversation.turns.iter().zip(scans).enumerate();
        for (number, (turn, scan)) in turns {
            let said = clock.and_then(|clock| clock.said(turn));
            let at = said.as_ref().map(Moment::from);
            let words = turn.kind == Kind::Text && !turn.context;
            let silence = at.as_ref().zip(last).is_some_and(|(at, last)| at.at - last >= BREAK);
            let breaks: Vec<usize> = scan.folded.text.match_indices('\n').map(|(place, _)| place).collect();
            let (at, breaks) = (at.as_ref(), breaks.as_slice());
            let telling = Telling { reader: *self, text: &turn.text, scan, number, at, silence, breaks };
            match turn.role {
                Role::Agent if words => {
                    let awaited = facts.pledges.iter().any(|pledge| pledge.immediate);
                    telling.agent(silence || !spoken, awaited, &mut facts.signs);
                    let agent = turn.agent.as_ref().or(conversation.agent.as_ref());
                    for promise in &scan.promises {
                        if !self.near(scan, promise, STANDING_OFFER) {
                            let pledge = self.pledge(&telling, promise, agent, said.as_ref(), clock);
                            if !is_past(&pledge, clock) {
                                facts.pledges.push(pledge);
                            }
                        }
                    }
                }
                Role::Customer => telling.customer(&mut facts.signs),
                _ => {}
            }
            spoken |= matches!(turn.role, Role::Agent | Role::Customer | Role::Bot);
            // Messages of the platform do not end a silence.
            if turn.role != Role::System {
                last = at.map(|at| at.at).or(last);
            }
        }
        facts.signs.truncate(MOST_SIGNS);
        facts
    }

    fn pledge(
        &self,
        telling: &Telling<'_>,
        promise: &Promise,
        agent: Option<&String>,
        said: Option<&Zoned>,
        clock: Option<&Clock>,
    ) -> Pledge {
        let Telling { scan, text, .. } = *telling;
        let words = |(start, end): (u32, u32)| scan.span(start, end, text).of(text).trim().to_owned();
        let mention = clock.and_then(|clock| clock.mention(promise, scan));
        let due = clock.zip(said).and_then(|(clock, said)| clock.due_of(promise, scan, said));
        let waits = Clock::waits(promise, mention.as_ref());
        let (means, by) = means(scan, promise, self.cues);
        let begun = promise.immediate
            || promise.deadline != Deadline::Specific && AT_ONCE.iter().any(|&cue| self.within(scan, promise, cue));
        Pledge {
            place: (telling.number, promise.span.1),
            start: promise.span.0,
            part: telling.part(promise.span.0),
            agent: agent.cloned(),
            quote: words(promise.span),
            who: promise.who,
            what: promise.action.map(|action| whole(action, promise, &scan.folded.text)).map(words),
            action: promise.action.map(words),
            channel: promise.channel.or(by).map(words).as_deref().map(channel_name),
            condition: promise.condition.map(words),
            // Nobody rings or comes to a house within a chat.
            immediate: begun && !matches!(means, Means::Call | Means::Visit),
            looks: self.within(scan, promise, LOOKS),
            deadline: promise.deadline,
            means,
            said: said.map(Moment::from),
            due: due.as_ref().map(Moment::from),
            after: mention.filter(|_| waits),
        }
    }

    fn within(&self, scan: &Scan, promise: &Promise, cue: usize) -> bool {
        let hits = self.cues[cue].map(|cue| scan.hits(cue)).unwrap_or_default();
        hits.iter().any(|hit| hit.start < promise.span.1 && promise.span.0 < hit.end)
    }

    fn near(&self, scan: &Scan, promise: &Promise, cue: usize) -> bool {
        let (from, to) = scan.segments.sentence(promise.span.0 as usize);
        let hits = self.cues[cue].map(|cue| scan.hits(cue)).unwrap_or_default();
        hits.iter().any(|hit| from <= hit.start as usize && hit.end as usize <= to)
    }
}

/// Whether its time had passed a day before it was said: that is told, not promised.
fn is_past(pledge: &Pledge, clock: Option<&Clock>) -> bool {
    let known = clock.zip(pledge.due.as_ref()).zip(pledge.said.as_ref());
    known.is_some_and(|((clock, due), said)| due.at < clock.day_of(said.at))
}

/// A turn searched for signs.
#[derive(Clone, Copy)]
struct Telling<'a> {
    reader: PledgeReader<'a>,
    text: &'a str,
    scan: &'a Scan,
    number: usize,
    at: Option<&'a Moment>,
    silence: bool,
    /// The ends of lines.
    breaks: &'a [usize],
}

impl Telling<'_> {
    /// `awaited`: something was to be done in the chat.
    fn agent(self, opens: bool, awaited: bool, out: &mut Vec<Sign>) {
        let whole = u32::try_from(self.scan.folded.text.len()).unwrap_or(u32::MAX);
        if self.substance() >= SUBSTANCE {
            out.push(self.sign(if opens { SignKind::Contact } else { SignKind::Return }, 0, whole));
        }
        self.each(REPORTS, SignKind::Report, out);
        if awaited {
            self.each(const { &[ledger("looked-up")] }, SignKind::Found, out);
            self.each(const { &[ledger("undone")] }, SignKind::Undone, out);
        }
        self.each(&[CONDITION], SignKind::Condition, out);
    }

    fn customer(self, out: &mut Vec<Sign>) {
        self.each(const { &[ledger("no-contact")] }, SignKind::NoContact, out);
        self.each(const { &[ledger("not-done")] }, SignKind::NotDone, out);
        self.each(const { &[ledger("contacted")] }, SignKind::Contacted, out);
        self.each(const { &[ledger("visited")] }, SignKind::Visited, out);
        self.each(const { &[ledger("got-it")] }, SignKind::Got, out);
        self.each(&[CONDITION], SignKind::Condition, out);
    }

    fn each(self, cues: &[usize], kind: SignKind, out: &mut Vec<Sign>) {
        for (name, cue) in cues.iter().filter_map(|&cue| Some((cue, self.reader.cues[cue]?))) {
            for hit in self.scan.hits(cue) {
                let mut sign = self.sign(kind, hit.start, hit.end);
                sign.underway = name == PROGRESS;
                sign.lapsed &= !out.iter().any(|earlier| earlier.lapsed && earlier.kind == kind);
                out.push(sign);
            }
        }
    }

    /// On which line of the turn a byte stands.
    fn part(self, at: u32) -> usize {
        self.breaks.partition_point(|&line| line < at as usize)
    }

    fn sign(self, kind: SignKind, start: u32, end: u32) -> Sign {
        let (from, to) = self.scan.segments.clause(start as usize);
        // A hit may end in a later clause than it begins.
        let to = if end as usize > to { self.scan.segments.clause(end as usize - 1).1 } else { to };
        let (from, to) = (from.min(start as usize), to.max(end as usize).min(self.scan.folded.text.len()));
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let around = self.scan.span(narrow(from), narrow(to), self.text).of(self.text).trim();
        let around = around.trim_end_matches([',', '\u{ff0c}', '\u{3001}']);
        let words = match around.char_indices().nth(QUOTE) {
            Some((cut, _)) => format!("{}…", &around[..cut]),
            None => around.to_owned(),
        };
        let matter = self.scan.folded.text.get(from..to).unwrap_or_default();
        let matter = matter.char_indices().nth(QUOTE).map_or(matter, |(cut, _)| &matter[..cut]);
        Sign {
            kind,
            place: (self.number, start),
            end,
            part: self.part(start),
            at: self.at.cloned(),
            until: None,
            after_break: self.silence,
            lapsed: matches!(kind, SignKind::NoContact | SignKind::NotDone)
                && self.reader.cues[LAPSE].is_some_and(|cue| !self.scan.hits(cue).is_empty()),
            underway: false,
            words,
            matter: matter.to_owned(),
        }
    }

    /// Letters and digits outside greetings, holds and promises, counted only as far as needed.
    fn substance(self) -> usize {
        let hits = PADDING.iter().filter_map(|&cue| self.reader.cues[cue]).flat_map(|cue| self.scan.hits(cue));
        let promises = self.scan.promises.iter().map(|promise| promise.span);
        // A heap, because mostly only the first places matter.
        let places = hits.map(|hit| (hit.start, hit.end)).chain(promises);
        let mut places: BinaryHeap<_> = places.map(|(start, end)| Reverse((start as usize, end as usize))).collect();
        let mut behind = 0;
        let letters = self.scan.folded.text.char_indices().filter(|&(at, letter)| {
            while let Some(&Reverse((_, end))) = places.peek().filter(|place| place.0.0 <= at) {
                behind = behind.max(end);
                places.pop();
            }
            at >= behind && letter.is_alphanumeric()
        });
        letters.take(SUBSTANCE).count()
    }
}
