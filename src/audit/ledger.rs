//! The promise ledger: every promise in many conversations, and whether later messages or contacts show it kept.
//!
//! It keeps facts, not text: the words of each promise and, for each conversation of a known customer or ticket, the
//! few words that show something was done. Memory grows with their number, not with the size of the input.

use super::contacts::{Contact, ContactMeans, is_incoming};
use crate::conversation::{Conversation, Kind, Role, Turn};
use crate::cue::native::promise::{Deadline, Who};
use crate::cue::{Lists, Program, Scan, Scratch};
use crate::judge::{
    Clock, Coverage, Facts, MOST_SIGNS, Moment, Outcome, Pledge, PledgeReader, Reach, Seen, Sign, SignKind, Way,
    rfc3339, settle,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// A customer or ticket with more conversations than this is a placeholder (guest, 0): they are not joined.
const MOST: usize = 2_000;

/// A promise and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The conversation's id.
    pub conversation: Option<String>,
    /// The turn, from 0.
    pub turn: usize,
    /// The agent who made it.
    pub agent: Option<String>,
    /// The words.
    pub quote: String,
    /// Who has to act.
    pub who: Who,
    /// The action.
    pub what: Option<String>,
    /// The means: call, chat and so on.
    pub channel: Option<String>,
    /// What must happen first.
    pub condition: Option<String>,
    /// How firm the time is.
    pub deadline: Deadline,
    /// When it was made.
    pub said_at: Option<String>,
    /// When it falls due.
    pub due_at: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// The words that show the outcome.
    pub evidence: Option<String>,
    /// When they were said.
    pub evidence_at: Option<String>,
    /// The conversation they stand in, if another one.
    pub evidence_conversation: Option<String>,
    /// Seconds by which it was late.
    pub late_by: Option<i64>,
    /// Whether it was to be done at once, within the chat.
    pub immediate: bool,
    /// The agent's team.
    pub team: Option<String>,
    /// The customer.
    pub customer: Option<String>,
    /// The ticket.
    pub ticket: Option<String>,
    /// The file.
    pub path: Option<String>,
    /// The moment that due times were compared with.
    #[serde(default)]
    pub as_of: String,
}

/// The facts of one conversation, made on any thread or on another machine.
#[derive(Debug, Serialize, Deserialize)]
pub struct Told {
    facts: Facts,
    about: About,
    /// Time of the last message.
    last: Option<i64>,
}

/// What conversations are joined by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Ticket(String),
    Customer(String),
}

#[derive(Debug, Serialize, Deserialize)]
struct About {
    id: Option<String>,
    path: Option<String>,
    team: Option<String>,
    customer: Option<String>,
    ticket: Option<String>,
    call: bool,
    /// Whether the customer rang.
    #[serde(default)]
    incoming: bool,
}

impl Told {
    /// Reads a conversation's facts. `scratch` must be a thorough one: the ledger needs cues that no rule may ask for.
    pub fn read(
        (reader, program): (&PledgeReader, &Program),
        conversation: &Conversation,
        path: Option<&str>,
        clock: &Clock,
        scratch: &mut Scratch,
    ) -> Self {
        let call = program.is_call(conversation.channel.as_deref());
        let mut scan = |turn: &Turn| {
            let text = if turn.kind == Kind::Text { turn.text.as_str() } else { "" };
            if call {
                return program.hear(scratch, text, turn.role, &Lists::new());
            }
            program.scan(scratch, text, turn.role, &Lists::new())
        };
        let scans: Vec<Arc<Scan>> = conversation.turns.iter().map(&mut scan).collect();
        let told = Self::new((reader, call), conversation, &scans, path, clock);
        for scan in scans {
            scratch.recycle(scan);
        }
        told
    }

    /// A conversation's facts, from scans that were made already.
    pub fn new(
        (reader, call): (&PledgeReader, bool),
        conversation: &Conversation,
        scans: &[Arc<Scan>],
        path: Option<&str>,
        clock: &Clock,
    ) -> Self {
        let named = |key: &str| conversation.meta.get(key).filter(|value| !value.is_empty()).cloned();
        let about = About {
            id: conversation.id.clone(),
            path: path.map(ToOwned::to_owned),
            team: conversation.team.clone(),
            customer: named("customer"),
            ticket: named("ticket"),
            call,
            incoming: call && conversation.channel.as_deref().is_some_and(is_incoming),
        };
        let spoken = conversation.turns.iter().rev().filter(|turn| turn.role != Role::System);
        let last = spoken.filter_map(|turn| clock.said(turn)).map(|said| said.timestamp().as_second()).next();
        let mut facts = reader.read(conversation, scans, Some(clock));
        // Without a customer or ticket no other conversation can refer to these signs, and there is no promise here
        // that needs them.
        if facts.pledges.is_empty() && about.customer.is_none() && about.ticket.is_none() {
            facts.signs.clear();
        }
        Self { facts, about, last }
    }
}

/// All promises so far. Filled in the order of the input, closed at its end.
#[derive(Debug, Default)]
pub struct Ledger {
    told: Vec<Told>,
    /// Conversations by customer and by ticket, as indices into `told`.
    known: HashMap<Key, Vec<u32>>,
    /// Calls and tickets from `--contacts`.
    contacts: Vec<(Way, Sign)>,
    contacted: HashMap<Key, Vec<u32>>,
    /// From when to when there is any of each.
    chats: Option<Reach>,
    calls: Option<Reach>,
    elsewhere: Option<Reach>,
}

impl Ledger {
    /// A ledger that also knows these contacts.
    pub fn new(contacts: Vec<Contact>) -> Self {
        let mut ledger = Self::default();
        for (contact, number) in contacts.into_iter().zip(0..) {
            let keys = [contact.customer.clone().map(Key::Customer), contact.ticket.clone().map(Key::Ticket)];
            for key in keys.into_iter().flatten() {
                ledger.contacted.entry(key).or_default().push(number);
            }
            let at = contact.at.at;
            let way = match contact.means {
                ContactMeans::Call => {
                    ledger.calls = Reach::with(ledger.calls, at);
                    Way::Call
                }
                ContactMeans::Elsewhere => {
                    ledger.elsewhere = Reach::with(ledger.elsewhere, at);
                    Way::Elsewhere
                }
                ContactMeans::Chat => Way::Elsewhere,
                // Where calls come in nobody knows which went out.
                ContactMeans::Incoming => Way::Incoming,
            };
            ledger.contacts.push((way, contact.sign()));
        }
        ledger
    }

    /// Adds a conversation.
    pub fn add(&mut self, told: Told) {
        if let Some(last) = told.last {
            let about = &told.about;
            let reach = if about.call { &mut self.calls } else { &mut self.chats };
            if !about.incoming {
                *reach = Reach::with(*reach, last);
            }
        }
        if told.facts.pledges.is_empty() && told.facts.signs.is_empty() {
            return;
        }
        let number = u32::try_from(self.told.len()).unwrap_or(u32::MAX);
        for key in told.about.keys() {
            self.known.entry(key).or_default().push(number);
        }
        self.told.push(told);
    }

    /// Decides the outcome of every promise, in the order of the input.
    pub fn close(&self, clock: &Clock) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (number, told) in self.told.iter().enumerate() {
            for pledge in &told.facts.pledges {
                entries.push(self.entry(number, told, pledge, clock));
            }
        }
        entries
    }

    fn entry(&self, number: usize, told: &Told, pledge: &Pledge, clock: &Clock) -> Entry {
        let mut later = self.later(number, told, pledge);
        // With `--as-of`, ignore evidence after that moment.
        let end = clock.asked.then(|| clock.as_of.timestamp().as_second());
        later.retain(|((when, _, _), _, _)| end.is_none_or(|end| when.is_none_or(|when| when <= end)));
        later.sort_by_key(|(when, _, _)| *when);
        let seen: Vec<Seen> = later.iter().map(|(_, seen, _)| *seen).collect();
        let about = &told.about;
        let keyed = !about.keys().is_empty() && self.is_whole(told);
        let goes_on = pledge
            .due
            .as_ref()
            .zip(told.last)
            .is_some_and(|(due, last)| last > due.at && end.is_none_or(|end| end > due.at));
        // A list is of whole days: what was promised on its first may be in it.
        let within = |reach: Option<Reach>| {
            let Reach { from, until } = reach?;
            Some(Reach { from: clock.day_of(from), until: end.map_or(until, |end| until.min(end)) })
        };
        // The promise itself is in the chats, so they have begun.
        let chats = self
            .chats
            .filter(|_| keyed)
            .map(|reach| reach.until)
            .max(told.last.filter(|_| goes_on && self.is_whole(told)));
        let coverage = Coverage {
            chats: chats.map(|until| Reach { from: i64::MIN, until: end.map_or(until, |end| until.min(end)) }),
            calls: within(self.calls.filter(|_| keyed)),
            elsewhere: within(self.elsewhere.filter(|_| keyed)),
            alone: self.is_alone(number, told),
        };
        let (settled, due) = settle(pledge, &seen, coverage, Some(clock));
        let from = settled.evidence.and_then(|evidence| {
            later
                .iter()
                .find(|(_, seen, _)| std::ptr::eq(seen.sign, evidence.sign))
                .and_then(|(_, _, from)| from.clone())
        });
        Entry {
            conversation: about.id.clone(),
            turn: pledge.place.0,
            agent: pledge.agent.clone(),
            quote: pledge.quote.clone(),
            who: pledge.who,
            what: pledge.what.clone(),
            channel: pledge.channel.clone(),
            condition: pledge.condition.clone(),
            deadline: pledge.deadline,
            said_at: pledge.said.as_ref().map(|said| said.shown.clone()),
            // The hour that was named, whether or not what had to come first has been seen.
            due_at: due.or_else(|| pledge.due.clone()).map(|due| due.shown),
            outcome: settled.outcome,
            evidence: settled.evidence.map(|seen| seen.sign.words.clone()),
            evidence_at: settled.evidence.and_then(|seen| seen.sign.at.as_ref()).map(|at| at.shown.clone()),
            evidence_conversation: from,
            late_by: settled.late_by,
            immediate: pledge.immediate,
            team: about.team.clone(),
            customer: about.customer.clone(),
            ticket: about.ticket.clone(),
            path: about.path.clone(),
            as_of: rfc3339(&clock.as_of),
        }
    }

    /// Whether all is known that was said with the customer: no key has too many conversations, and none of them is so long
    /// that only a part of its signs was kept.
    fn is_whole(&self, told: &Told) -> bool {
        let cut = |told: &Told| told.facts.signs.len() >= MOST_SIGNS;
        let others = |key: Key| self.known.get(&key).map(Vec::as_slice).unwrap_or_default();
        let whole = |known: &[u32]| known.len() <= MOST && !known.iter().any(|&other| cut(&self.told[other as usize]));
        !cut(told) && told.about.keys().into_iter().all(|key| whole(others(key)))
    }

    /// Whether the promise is the only one: no other lasting one in this conversation nor in the customer's others.
    fn is_alone(&self, number: usize, told: &Told) -> bool {
        let lasting = |told: &Told| told.facts.pledges.iter().filter(|pledge| !pledge.immediate).count();
        let others = |key: Key| {
            let known = self.known.get(&key).map(Vec::as_slice).unwrap_or_default();
            known.len() <= MOST
                && known.iter().all(|&other| other as usize == number || lasting(&self.told[other as usize]) == 0)
        };
        lasting(told) == 1 && told.about.keys().into_iter().all(others)
    }

    /// Signs after a promise, each with the conversation it is from: in the promise's own conversation by place,
    /// elsewhere by time.
    fn later<'a>(&'a self, number: usize, told: &'a Told, pledge: &Pledge) -> Vec<(When, Seen<'a>, Option<String>)> {
        let own = told.facts.signs.iter().filter(|sign| sign.place > pledge.place);
        let mut order = pledge.said.as_ref().map(|said| said.at);
        let mut found: Vec<(When, Seen, Option<String>)> = Vec::new();
        for sign in own {
            // A turn without a time takes that of the turn before it.
            order = sign.at.as_ref().map(|at| at.at).or(order);
            let seen = Seen { sign, own: true, same_ticket: true, way: told.about.way() };
            found.push(((order, 0, sign.place.0), seen, told.about.id.clone()));
        }
        let Some(said) = &pledge.said else { return found };
        for key in told.about.keys() {
            let same_ticket = matches!(key, Key::Ticket(_));
            let others = self.known.get(&key).filter(|others| others.len() <= MOST);
            for &other in others.map(Vec::as_slice).unwrap_or_default() {
                if other as usize == number {
                    continue;
                }
                let from = &self.told[other as usize];
                found.extend(after(&from.facts.signs, said).map(|(at, sign)| {
                    let when = (Some(at), other as usize + 1, sign.place.0);
                    let seen = Seen { sign, own: false, same_ticket, way: from.about.way() };
                    (when, seen, from.about.id.clone())
                }));
            }
        }
        // A key with very many names nobody in particular, such as "guest".
        let few = |key: &Key| self.known.get(key).is_none_or(|known| known.len() <= MOST);
        let lists = told.about.keys().into_iter().filter(few).filter_map(|key| self.contacted.get(&key));
        let contacts = lists.filter(|list| list.len() <= MOST).flatten();
        for &contact in contacts {
            let (way, sign) = &self.contacts[contact as usize];
            // On a day without an hour it may have been before.
            let sign = Some(sign).filter(|sign| sign.until.or(sign.at.as_ref().map(|at| at.at)) > Some(said.at));
            found.extend(sign.and_then(|sign| Some((sign.at.as_ref()?.at, sign))).map(|(at, sign)| {
                let seen = Seen { sign, own: false, same_ticket: true, way: *way };
                ((Some(at), usize::MAX, contact as usize), seen, None)
            }));
        }
        found
    }
}

/// Time, then conversation (the promise's own first, contacts last), then place in it.
type When = (Option<i64>, usize, usize);

fn after<'a>(signs: &'a [Sign], said: &Moment) -> impl Iterator<Item = (i64, &'a Sign)> {
    let from = said.at;
    signs.iter().filter_map(move |sign| sign.at.as_ref().filter(|at| at.at > from).map(|at| (at.at, sign)))
}

impl About {
    /// How the customer is reached in it.
    fn way(&self) -> Way {
        if self.incoming { Way::Incoming } else { Way::in_talk(self.call) }
    }

    /// The ticket before the customer, who may have several matters open.
    fn keys(&self) -> Vec<Key> {
        let ticket = self.ticket.clone().map(Key::Ticket);
        ticket.into_iter().chain(self.customer.clone().map(Key::Customer)).collect()
    }
}

impl Contact {
    fn sign(self) -> Sign {
        Sign {
            kind: if self.reached { SignKind::Contact } else { SignKind::Attempt },
            place: (0, 0),
            end: 0,
            at: Some(self.at),
            until: self.until,
            after_break: true,
            part: 0,
            lapsed: false,
            underway: false,
            words: self.shown,
            matter: String::new(),
        }
    }
}
