//! What was recognised in a turn, as one JSON line: cues with their words, promises with who, what and when.

use crate::conversation::{Conversation, HiddenTurns, Hide, Role, Turn};
use crate::cue::native::promise::{Deadline, Owner, Promise, Who};
use crate::cue::{ACTS, Lists, Program, Scan, Scratch};
use crate::judge::{Clock, channel_name, means, rfc3339};
use crate::source::Span;
use schemars::JsonSchema;
use serde::Serialize;
use std::cell::LazyCell;

/// What was recognised in one turn.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Acts {
    /// The conversation's id.
    pub conversation: Option<String>,
    /// The turn, from 0.
    pub turn: usize,
    /// Who says it.
    pub role: Role,
    /// The acts, by their places.
    pub cues: Vec<Act>,
    /// The promises, in order.
    pub promises: Vec<Told>,
}

/// An act with its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Act {
    /// Its cue.
    pub cue: &'static str,
    /// The words; what is private in them is hidden, unless it was asked for.
    pub quote: String,
    /// Their place in the turn's text, in UTF-8 bytes.
    pub span: Place,
}

/// A stretch of the turn's text, in UTF-8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Place {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A promise in the words of the turn.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Told {
    /// The words, as those of an act.
    pub quote: String,
    /// Their place.
    pub span: Place,
    /// Whose action.
    pub who: Who,
    /// Whether anybody can be held to it.
    pub owner: Owner,
    /// The verb.
    pub action: Option<String>,
    /// The means, by the one name that it has in the language of its words: `phone`, `电话`.
    pub channel: Option<String>,
    /// What must happen first.
    pub condition: Option<String>,
    /// Done within the chat.
    pub immediate: bool,
    /// How firm the time is.
    pub deadline: Deadline,
    /// When it is due, RFC 3339, where that can be known.
    pub due: Option<String>,
}

/// The acts of each turn, in order. Cues that no rule needs count, too, so the scratch is a thorough one.
pub fn acts(
    program: &Program,
    conversation: &Conversation,
    clock: &Clock,
    hide: &dyn Hide,
    scratch: &mut Scratch,
) -> Vec<Acts> {
    let id = conversation.id.as_ref().map(|id| hide.name(id));
    let private = HiddenTurns::new(hide, conversation);
    let call = program.is_call(conversation.channel.as_deref());
    let mut said = Vec::new();
    let of_turn = |(number, turn): (usize, &Turn)| {
        let scan = if call {
            program.hear(scratch, &turn.text, turn.role, &Lists::new())
        } else {
            program.scan(scratch, &turn.text, turn.role, &Lists::new())
        };
        let found = of_turn(program, &scan, turn, (id.as_deref(), number), clock, (hide, &private));
        said.push(Said::new(program, turn.role, &scan));
        scratch.recycle(scan);
        found
    };
    let mut all: Vec<Acts> = conversation.turns.iter().enumerate().map(of_turn).collect();
    if let Some(number) = told_by_answer(&said) {
        let text = conversation.turns[number].text.as_str();
        let (span, hidden) = (Span::new(0, text.len()), LazyCell::new(|| private.of(number)));
        let place = Place { start: span.start, end: span.end };
        let cues = &mut all[number].cues;
        let at = cues.partition_point(|act| act.span < place);
        cues.insert(at, Act { cue: COMPLAINT, quote: hide.show(text, span, &hidden), span: place });
    }
    all
}

/// What matters of a turn for whether it is a complaint.
pub(super) struct Said {
    role: Role,
    complains: bool,
    content: bool,
    answers: bool,
}

impl Said {
    pub fn new(program: &Program, role: Role, scan: &Scan) -> Self {
        let has = |cue| program.cue(cue).is_some_and(|cue| scan.has(cue));
        let customer = role == Role::Customer;
        Self {
            role,
            complains: customer && has(COMPLAINT),
            content: customer && has("all-well"),
            answers: role == Role::Agent && has("answers-complaint"),
        }
    }
}

/// Whether a customer complains in so many words.
pub(super) fn complains(said: &[Said]) -> bool {
    said.iter().any(|turn| turn.complains)
}

/// The turn with which a customer opens the conversation, if it is told to be a complaint by the reply alone: neither it
/// nor what else was written before the reply complains or is content, and the reply sounds as one to a complaint. A
/// reader hears it so, too. Later turns answer questions, and say nothing new by being short. Rules go by the customer's
/// own words, since no reply must make the duty that it is judged by.
pub(super) fn told_by_answer(said: &[Said]) -> Option<usize> {
    let opens = said.iter().position(|turn| turn.role == Role::Customer)?;
    let run = said[opens..].iter().take_while(|turn| turn.role == Role::Customer).count();
    let (customer, rest) = said[opens..].split_at(run);
    let plain = !customer.iter().any(|turn| turn.complains || turn.content);
    let answered = rest.iter().take_while(|turn| turn.role != Role::Customer).any(|turn| turn.answers);
    (plain && answered).then_some(opens)
}

fn of_turn(
    program: &Program,
    scan: &Scan,
    turn: &Turn,
    place: (Option<&str>, usize),
    clock: &Clock,
    (hide, private): (&dyn Hide, &HiddenTurns<'_>),
) -> Acts {
    let text = turn.text.as_str();
    let hidden = LazyCell::new(|| private.of(place.1));
    let due = |promise: &Promise| Some(rfc3339(&clock.due_of(promise, scan, &clock.said(turn)?)?));
    // The same channel as in the ledger.
    let channel = |promise: &Promise| promise.channel.or(means(scan, promise, program.ledger()).1);
    let span = |(start, end): (u32, u32)| {
        let span = scan.span(start, end, text);
        (hide.show(text, span, &hidden), Place { start: span.start, end: span.end })
    };
    let mut cues = Vec::new();
    for cue in ACTS {
        let Some(id) = program.cue(cue) else { continue };
        cues.extend(scan.hits(id).iter().map(|hit| {
            let (quote, span) = span((hit.start, hit.end));
            Act { cue, quote, span }
        }));
    }
    // A stable sort, so that acts at one place stay in the order of the list.
    cues.sort_by_key(|act: &Act| act.span);
    let words = |part: Option<(u32, u32)>| part.map(|part| span(part).0);
    let promises = scan.promises.iter().map(|promise| {
        let (quote, span) = span(promise.span);
        Told {
            quote,
            span,
            who: promise.who,
            owner: promise.owner,
            action: words(promise.action),
            channel: words(channel(promise)).as_deref().map(channel_name),
            condition: words(promise.condition),
            immediate: promise.immediate,
            deadline: promise.deadline,
            due: due(promise),
        }
    });
    let (conversation, number) = place;
    let conversation = conversation.map(str::to_owned);
    Acts { conversation, turn: number, role: turn.role, cues, promises: promises.collect() }
}

const COMPLAINT: &str = "complaint";
