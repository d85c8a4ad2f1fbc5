//! What became of a promise: kept, late, broken, still open, or not to be told. Doubt always ends in `unknown`.

use super::about::{about, alike};
use super::clock::Clock;
use super::means::Means;
use super::pledge::{Moment, Pledge, Sign, SignKind};
use super::reach::{Coverage, Reach, Way};
use super::receipt;
use crate::cue::native::promise::{Deadline, Who};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Least seconds after a promise before words can be about its fulfilment.
const WHILE: i64 = 10 * 60;
/// Most turns behind a look-up in which any report still shows its result; later ones must be about it.
const NEAR: usize = 4;

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was kept in time.
    Kept,
    /// It was kept after it was due.
    Late,
    /// It was not kept, by the customer's own words or by the data that would show it.
    Broken,
    /// It is not due yet.
    Open,
    /// The data does not tell.
    Unknown,
}

/// A sign and its origin.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What was said.
    pub sign: &'a Sign,
    /// Whether it stands in the promise's own conversation.
    pub own: bool,
    /// Whether it is about the same ticket.
    pub same_ticket: bool,
    /// The channel by which the customer was reached.
    pub way: Way,
}

/// An outcome and what shows it.
#[derive(Clone, Copy, Debug)]
pub struct Settled<'a> {
    /// What became of it.
    pub outcome: Outcome,
    /// The evidence; `None` if it is that nothing was said.
    pub evidence: Option<Seen<'a>>,
    /// By how many seconds it was late.
    pub late_by: Option<i64>,
}

/// Settles a promise by the signs after it, in order. `due` is set if a condition that was seen starts it.
pub fn settle<'a>(
    pledge: &Pledge,
    seen: &[Seen<'a>],
    coverage: Coverage,
    clock: Option<&Clock>,
) -> (Settled<'a>, Option<Moment>) {
    let as_of = clock.map(|clock| clock.as_of.timestamp().as_second());
    if let Some(condition) = &pledge.condition {
        let met =
            seen.iter().position(|seen| seen.sign.kind == SignKind::Condition && alike(condition, &seen.sign.matter));
        let Some(met) = met else { return (waiting(pledge, seen), None) };
        let at = seen[met].sign.at.as_ref();
        let counted = pledge.after.as_ref().zip(at).zip(clock).and_then(|((mention, at), clock)| {
            let at = clock.moment(&at.shown)?;
            clock.due(mention, &at).as_ref().map(Moment::from)
        });
        // A stated hour no longer holds if the condition came true after it.
        let named = || pledge.due.clone().filter(|due| at.is_none_or(|at| at.at < due.at));
        let due = counted.or_else(named);
        let case = Case { pledge, due: due.as_ref(), as_of, coverage };
        return (case.settle(&seen[met + 1..]), due);
    }
    (Case { pledge, due: pledge.due.as_ref(), as_of, coverage }.settle(seen), pledge.due.clone())
}

/// A promise whose condition has not been seen to come true: only clear words that it was kept count.
fn waiting<'a>(pledge: &Pledge, seen: &[Seen<'a>]) -> Settled<'a> {
    let kept = seen.iter().find(|seen| seen.sign.kind == SignKind::Got && about(pledge, seen.sign));
    Settled {
        outcome: if kept.is_some() { Outcome::Kept } else { Outcome::Unknown },
        evidence: kept.copied(),
        late_by: None,
    }
}

struct Case<'p> {
    pledge: &'p Pledge,
    due: Option<&'p Moment>,
    as_of: Option<i64>,
    coverage: Coverage,
}

impl Case<'_> {
    fn settle<'a>(&self, seen: &[Seen<'a>]) -> Settled<'a> {
        if self.pledge.immediate {
            return self.in_the_chat(seen);
        }
        let mut doubt = None;
        for (place, &sign) in seen.iter().enumerate() {
            if self.is_said_with(sign) {
                continue;
            }
            let received = || self.received(sign, &seen[..place]);
            let found = match self.pledge.means {
                Means::Deed => self.deed(sign).or_else(received),
                // A mail counts once the customer has it, whoever sent it.
                Means::Elsewhere => {
                    self.contact(sign).or_else(|| self.named(sign)).or_else(|| self.missing(sign)).or_else(received)
                }
                // “Not repaired” does not show that nobody came.
                Means::Visit => {
                    self.contact(sign).or_else(|| self.deed(sign).filter(|settled| settled.outcome != Outcome::Broken))
                }
                _ => self.contact(sign),
            };
            match found {
                // A contact known only by its day may precede the promise, so only clear evidence of keeping it counts.
                // Nor is it broken where somebody tried in time and did not get through.
                Some(found)
                    if found.outcome == Outcome::Unknown
                        && (sign.sign.until.is_some() || sign.sign.kind == SignKind::Attempt) =>
                {
                    doubt = doubt.or(Some(found));
                }
                Some(found) if found.outcome == Outcome::Kept => return found,
                Some(found) => return doubt.unwrap_or(found),
                None => {}
            }
        }
        let nothing = self.nothing(seen);
        if nothing.outcome == Outcome::Broken { doubt.unwrap_or(nothing) } else { nothing }
    }

    /// Whether the agent says it in the same message: what was done before shows nothing of what will be.
    fn is_said_with(&self, seen: Seen<'_>) -> bool {
        let Sign { place, part, .. } = seen.sign;
        seen.own && is_agents(seen.sign) && (place.0, *part) == (self.pledge.place.0, self.pledge.part)
    }

    /// "One moment, I'll check": kept once the agent says what was found or done. That they went on talking shows nothing.
    fn in_the_chat<'a>(&self, seen: &[Seen<'a>]) -> Settled<'a> {
        let undone: Vec<usize> = seen
            .iter()
            .filter(|seen| seen.own && seen.sign.kind == SignKind::Undone)
            .map(|seen| seen.sign.place.0)
            .collect();
        let near = |sign: &Sign| sign.place.0.saturating_sub(self.pledge.place.0) <= NEAR;
        let shown = |sign: &Sign| match sign.kind {
            SignKind::Report => self.pledge.looks && near(sign) || about(self.pledge, sign),
            SignKind::Found => self.pledge.looks,
            _ => false,
        };
        let kept =
            seen.iter().find(|seen| seen.own && shown(seen.sign) && undone.binary_search(&seen.sign.place.0).is_err());
        // A log that ends does not show that nobody came back.
        let unknown = Settled { outcome: Outcome::Unknown, evidence: None, late_by: None };
        kept.map_or(unknown, |seen| self.done(*seen))
    }

    /// The customer has what was promised, and says its name.
    fn named<'a>(&self, seen: Seen<'a>) -> Option<Settled<'a>> {
        let named = seen.sign.kind == SignKind::Got && alike(&self.pledge.quote, &seen.sign.matter);
        named.then(|| verdict(Outcome::Kept, seen))
    }

    /// “Got it” without an object. It is about this promise if that is the only one, was to send something, was given
    /// some time ago and is not overdue, and the agent has said nothing since that “got it” may answer.
    fn received<'a>(&self, seen: Seen<'a>, before: &[Seen<'_>]) -> Option<Settled<'a>> {
        let agents = |seen: &Seen<'_>| is_agents(seen.sign) && seen.sign.place.0 > self.pledge.place.0;
        let in_time = self.due.zip(seen.sign.at.as_ref()).is_none_or(|(due, at)| at.at <= due.at);
        let bare = seen.sign.kind == SignKind::Got
            && self.coverage.alone
            && seen.own
            && in_time
            && self.pledge.action.as_deref().is_some_and(receipt::is_sending)
            && self.later_by(seen).is_some_and(|seconds| seconds >= WHILE)
            && !before.iter().any(agents)
            && receipt::is_bare(&seen.sign.matter);
        bare.then(|| verdict(Outcome::Kept, seen))
    }

    /// The customer says that what was to be sent is not there.
    fn missing<'a>(&self, seen: Seen<'a>) -> Option<Settled<'a>> {
        let named = seen.sign.kind == SignKind::NotDone
            && receipt::same_thing(&self.pledge.quote, &seen.sign.matter) == Some(true);
        (named && self.is_overdue_at(seen)).then(|| verdict(Outcome::Broken, seen))
    }

    /// Whether it was after the promise and not after it fell due; of a day without an hour, whether it may have been.
    fn is_in_time(&self, seen: Seen<'_>) -> bool {
        let Some(at) = &seen.sign.at else { return false };
        let last = seen.sign.until.unwrap_or(at.at);
        self.pledge.said.as_ref().is_none_or(|said| said.at <= last) && self.due.is_none_or(|due| at.at <= due.at)
    }

    fn contact<'a>(&self, seen: Seen<'a>) -> Option<Settled<'a>> {
        let ours = self.pledge.who == Who::Agent;
        match seen.sign.kind {
            // A list may record that the customer rang: that is not our call.
            SignKind::Contact if seen.way == Way::Incoming && seen.sign.matter.is_empty() => None,
            // A colleague's call in time counts as the promised one; a later one may be another.
            SignKind::Contact
                if !ours
                    && !matches!(seen.way, Way::Written | Way::Incoming)
                    && !seen.own
                    && self.is_promised_way(seen) =>
            {
                Some(self.done(seen)).filter(|settled| settled.outcome == Outcome::Kept)
            }
            SignKind::Attempt if seen.way != Way::Incoming && self.is_promised_way(seen) && self.is_in_time(seen) => {
                Some(verdict(Outcome::Unknown, seen))
            }
            SignKind::NoContact if self.is_overdue_at(seen) => Some(verdict(Outcome::Broken, seen)),
            // A phone call is not a visit.
            SignKind::Contacted if self.pledge.means != Means::Visit => Some(verdict(Outcome::Kept, seen)),
            SignKind::Visited if matches!(self.pledge.means, Means::Visit | Means::Open) => {
                Some(verdict(Outcome::Kept, seen))
            }
            SignKind::Contact if ours && self.is_promised_way(seen) => Some(self.done(seen)),
            SignKind::Report if ours && self.is_promised_way(seen) && self.is_news(seen) => Some(self.done(seen)),
            SignKind::Return if ours && self.is_promised_way(seen) && seen.same_ticket && !seen.own => {
                Some(self.done(seen))
            }
            _ => None,
        }
    }

    fn deed<'a>(&self, seen: Seen<'a>) -> Option<Settled<'a>> {
        if !about(self.pledge, seen.sign) {
            return None;
        }
        match seen.sign.kind {
            SignKind::NotDone if self.is_overdue_at(seen) => Some(verdict(Outcome::Broken, seen)),
            SignKind::Got | SignKind::Visited => Some(verdict(Outcome::Kept, seen)),
            // A report says that it was done, not when: after the deadline it stays open whether it was in time.
            SignKind::Report => match self.done(seen).outcome {
                Outcome::Kept => Some(verdict(Outcome::Kept, seen)),
                _ => Some(verdict(Outcome::Unknown, seen)),
            },
            _ => None,
        }
    }

    /// In the talk in which the promise was given, a report only counts if it is of something done since: what the
    /// agent reads from the screen a moment later is not the promised call.
    fn is_news(&self, seen: Seen<'_>) -> bool {
        if !seen.own {
            // A customer who contacts us again may be asking about something else.
            return seen.same_ticket || alike(&self.pledge.quote, &seen.sign.matter);
        }
        seen.sign.after_break || self.later_by(seen).is_some_and(|seconds| seconds >= WHILE)
    }

    /// Whether the customer was reached by the promised channel: a line in a chat is not a call.
    fn is_promised_way(&self, seen: Seen<'_>) -> bool {
        match self.pledge.means {
            Means::Call => seen.way == Way::Call,
            Means::Elsewhere | Means::Visit => seen.way == Way::Elsewhere,
            Means::Chat | Means::Here | Means::Open | Means::Deed => true,
        }
    }

    fn later_by(&self, seen: Seen<'_>) -> Option<i64> {
        Some(seen.sign.at.as_ref()?.at - self.pledge.said.as_ref()?.at)
    }

    /// Whether a complaint can be about this promise: it was due or, without a known time, given a while ago.
    fn is_overdue_at(&self, seen: Seen<'_>) -> bool {
        match (self.due, &seen.sign.at) {
            (Some(due), Some(at)) => at.at > due.at,
            (Some(_), None) => self.says_so(seen),
            (None, None) => !seen.own || seen.sign.after_break || self.says_so(seen),
            (None, Some(_)) => !seen.own || seen.sign.after_break,
        }
    }

    /// In a log without times, the customer's own words must say that the promised time has passed.
    fn says_so(&self, seen: Seen<'_>) -> bool {
        self.pledge.deadline == Deadline::Specific && seen.sign.lapsed
    }

    fn done<'a>(&self, seen: Seen<'a>) -> Settled<'a> {
        if let (Some(at), Some(until)) = (&seen.sign.at, seen.sign.until) {
            return self.done_on_a_day(seen, at.at, until);
        }
        match (self.due, &seen.sign.at) {
            (Some(due), Some(at)) if at.at > due.at => {
                Settled { outcome: Outcome::Late, evidence: Some(seen), late_by: Some(at.at - due.at) }
            }
            (Some(_), None) if !self.pledge.immediate => verdict(Outcome::Unknown, seen),
            _ => verdict(Outcome::Kept, seen),
        }
    }

    /// Like [`done`](Self::done), for an unknown moment of a day: in time if the whole day was, late by an unknown time
    /// if none of it was.
    fn done_on_a_day<'a>(&self, seen: Seen<'a>, from: i64, until: i64) -> Settled<'a> {
        let since = self.pledge.said.as_ref().is_none_or(|said| said.at < from);
        verdict(
            match self.due {
                Some(due) if from > due.at => Outcome::Late,
                Some(due) if until > due.at => Outcome::Unknown,
                _ if since => Outcome::Kept,
                _ => Outcome::Unknown,
            },
            seen,
        )
    }

    /// The outcome without evidence.
    fn nothing<'a>(&self, seen: &[Seen<'_>]) -> Settled<'a> {
        let (Some(due), Some(as_of)) = (self.due, self.as_of) else {
            return Settled { outcome: Outcome::Unknown, evidence: None, late_by: None };
        };
        let Coverage { chats, calls, elsewhere, .. } = self.coverage;
        let shows = |reach| Reach::shows(reach, self.pledge.said.as_ref(), due);
        let shown = match self.pledge.means {
            Means::Call => shows(calls),
            Means::Elsewhere | Means::Visit => shows(elsewhere),
            // Anything the agent has said there since may have been the answer.
            Means::Here => shows(chats) && !seen.iter().any(|seen| is_agents(seen.sign)),
            // “I'll get back to you” does not have to happen in the chat.
            Means::Chat | Means::Open => shows(chats) && shows(calls) && shows(elsewhere),
            Means::Deed => false,
        };
        // A customer who rang in time may have been told then.
        let rang = seen.iter().any(|seen| {
            let at = seen.sign.at.as_ref();
            seen.way == Way::Incoming && is_agents(seen.sign) && at.is_none_or(|at| at.at <= due.at)
        });
        let ours = self.pledge.who == Who::Agent;
        let outcome = match due.at > as_of {
            true => Outcome::Open,
            false if shown && ours && !rang => Outcome::Broken,
            false => Outcome::Unknown,
        };
        Settled { outcome, evidence: None, late_by: None }
    }
}

fn verdict(outcome: Outcome, seen: Seen<'_>) -> Settled<'_> {
    Settled { outcome, evidence: Some(seen), late_by: None }
}

/// Whether a sign comes from the agent's side.
fn is_agents(sign: &Sign) -> bool {
    matches!(sign.kind, SignKind::Return | SignKind::Contact | SignKind::Report)
}
