//! Triggers: whether a rule applies to a reply, and what is unknown.

use super::case::Case;
use super::silence::Silence;
use crate::conversation::{Conversation, Field, Reply, Role};
use crate::cue::CueId;
use crate::language::{fold_str, is_han, is_letter};
use crate::rulebook::check::{Trigger, When};
use crate::source::word;
use serde::{Deserialize, Serialize};

/// Most words of a message that only answers a question.
const ANSWER: usize = 8;

/// Why a rule could not be evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unknown {
    /// Nothing says what the customer wants.
    NoCustomer,
    /// Nothing says who closed the chat.
    NoEnd,
    /// Nothing says what time it is.
    NoTime,
    /// Its messages have no times.
    NoTimes,
    /// Its clock runs backwards.
    NoOrder,
    /// Its messages do not say when they were over.
    NoEnds,
    /// Whether it is a chat or a letter is not known.
    NoChannel,
}

impl Unknown {
    /// Its message in `rules/language/ui.toml`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoCustomer => "unknown.no-customer",
            Self::NoEnd => "unknown.no-end",
            Self::NoTime => "unknown.no-time",
            Self::NoTimes => "unknown.no-times",
            Self::NoOrder => "unknown.no-order",
            Self::NoEnds => "unknown.no-ends",
            Self::NoChannel => "unknown.no-channel",
        }
    }

    /// A stable word for it.
    pub(super) fn word(self) -> &'static str {
        self.key().trim_start_matches("unknown.")
    }
}

/// Whether a rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Yes,
    No,
    Unknown(Unknown),
}

/// Whether a rule applies to a reply. An unknown trigger is recorded once per reply and counts as not met.
pub(super) fn asked(case: &Case, when: &When<CueId>, reply: &Reply, unknown: &mut Vec<Unknown>) -> bool {
    let held = held(case, when, reply);
    if held == Held::Yes {
        return true;
    }
    if let Held::Unknown(reason) = held {
        unknown.push(reason);
    }
    case.note(|| {
        let turn = case.judged(reply).next().unwrap_or(reply.turns.start);
        let at = case.whole(turn).at;
        if let Held::Unknown(reason) = held {
            return Silence::at(at, reason.word());
        }
        let find = |triggers: &[Trigger<CueId>], held: Held| {
            triggers
                .iter()
                .find(|trigger| one(case, trigger, reply) == held)
                .map(|trigger| vec![written(case, trigger)])
        };
        let silenced = find(&when.unless, Held::Yes).map(|found| ("unless", found));
        let (reason, triggers) = silenced
            .or_else(|| find(&when.all, Held::No).map(|found| ("all", found)))
            .unwrap_or_else(|| ("when", when.any.iter().map(|trigger| written(case, trigger)).collect()));
        Silence::at(at, reason).value("trigger", triggers.join(", "))
    });
    false
}

/// A trigger as packs write it.
pub(super) fn written(case: &Case, trigger: &Trigger<CueId>) -> String {
    let name = |cue: CueId| if cue == CueId::ANY { "any" } else { case.rulebook.program.name(cue) };
    let (key, value) = match trigger {
        Trigger::Customer(cue) => ("customer", name(*cue).to_owned()),
        Trigger::Reply(cue) => ("reply", name(*cue).to_owned()),
        Trigger::Earlier(cue) => ("earlier", name(*cue).to_owned()),
        Trigger::Ever(cue) => ("ever", name(*cue).to_owned()),
        Trigger::Answers(cue) => ("answers", name(*cue).to_owned()),
        Trigger::System(cue) => ("system", name(*cue).to_owned()),
        Trigger::After(role) => ("after", word(role)),
        Trigger::First(first) => ("first", first.to_string()),
        Trigger::ClosedBy(role) => ("closed-by", word(role)),
        Trigger::Owes(part) => ("owes", part.clone()),
        Trigger::Scenario(id) => ("scenario", id.clone()),
        Trigger::Channel(name) => ("channel", name.clone()),
    };
    format!("{key} = \"{value}\"")
}

/// Whether `when` holds for a reply.
pub(super) fn held(case: &Case, when: &When<CueId>, reply: &Reply) -> Held {
    // Asked first, because it is nearly always no, and that decides it whatever the others say.
    let any = any_held(case, when, reply);
    if any == Held::No || when.unless.iter().any(|trigger| one(case, trigger, reply) == Held::Yes) {
        return Held::No;
    }
    let mut all = Held::Yes;
    for trigger in &when.all {
        match one(case, trigger, reply) {
            Held::No => return Held::No,
            Held::Unknown(reason) => all = Held::Unknown(reason),
            Held::Yes => {}
        }
    }
    if any == Held::Yes { all } else { any }
}

/// Whether `when` may hold for some reply: no, where the cues it needs stand nowhere.
pub(super) fn may_hold(case: &Case, when: &When<CueId>) -> bool {
    let may = |trigger: &Trigger<CueId>| match trigger {
        Trigger::Customer(cue)
        | Trigger::Reply(cue)
        | Trigger::Earlier(cue)
        | Trigger::Ever(cue)
        | Trigger::Answers(cue)
        | Trigger::System(cue) => *cue == CueId::ANY || case.may_hold(&[*cue]),
        Trigger::Owes(_) | Trigger::Scenario(_) => case.conversation.scenario.is_some(),
        Trigger::After(_) | Trigger::First(_) | Trigger::ClosedBy(_) | Trigger::Channel(_) => true,
    };
    (when.any.is_empty() || when.any.iter().any(may)) && when.all.iter().all(may)
}

/// Whether one of the triggers holds of which any is enough, if there are such.
fn any_held(case: &Case, when: &When<CueId>, reply: &Reply) -> Held {
    if when.any.is_empty() {
        return Held::Yes;
    }
    // A stated scenario overrides what the customer's words suggest, both ways.
    let by_scenario = |trigger: &&Trigger<CueId>| matches!(trigger, Trigger::Owes(_) | Trigger::Scenario(_));
    let stated = case.conversation.scenario.is_some() && when.any.iter().any(|trigger| by_scenario(&trigger));
    let mut answer = Held::No;
    for trigger in when.any.iter().filter(|trigger| !stated || by_scenario(trigger)) {
        match one(case, trigger, reply) {
            Held::Yes => return Held::Yes,
            Held::Unknown(reason) => answer = Held::Unknown(reason),
            Held::No => {}
        }
    }
    answer
}

fn one(case: &Case, trigger: &Trigger<CueId>, reply: &Reply) -> Held {
    let known = |holds: bool| if holds { Held::Yes } else { Held::No };
    let conversation = case.conversation;
    let turns = &conversation.turns;
    let before = |role: Role, cue: CueId| case.first(role, cue).is_some_and(|turn| turn < reply.turns.start);
    match trigger {
        Trigger::Customer(cue) => {
            // Nearly always; and of several messages, none before the reply is not unknown, but no.
            if *cue != CueId::ANY && turns.len() > 1 && !case.may_hold(&[*cue]) {
                return Held::No;
            }
            let mut answered = reply.answers(conversation).peekable();
            if answered.peek().is_none() {
                // A transcript that an agent opens has no customer yet; for a draft, the customer's words are just not
                // given.
                let silent = turns.len() > 1 || case.first(Role::Customer, CueId::ANY).is_some();
                return if silent { Held::No } else { Held::Unknown(Unknown::NoCustomer) };
            }
            known(*cue == CueId::ANY || case.any(answered, &[*cue]))
        }
        Trigger::Reply(cue) => known(case.any(case.said(reply), &[*cue])),
        Trigger::Earlier(cue) => known(before(Role::Agent, *cue)),
        Trigger::Ever(cue) => known(before(Role::Customer, *cue)),
        Trigger::Answers(cue) => {
            let Some(first) = reply.answers(conversation).next().filter(|_| case.may_say(&[*cue])) else {
                return Held::No;
            };
            let asked = turns[..first].iter().rposition(|turn| turn.role == Role::Agent);
            let words = || reply.answers(conversation).map(|turn| words(&turns[turn].text)).sum::<usize>();
            known(asked.is_some_and(|asked| case.scans[asked].has(*cue)) && words() <= ANSWER)
        }
        Trigger::System(cue) => known(case.first(Role::System, *cue).is_some()),
        Trigger::After(role) => known(before(*role, CueId::ANY)),
        Trigger::First(first) => known(before(Role::Agent, CueId::ANY) != *first),
        Trigger::ClosedBy(role) => match conversation.closed_by {
            Some(closed_by) => known(closed_by == *role),
            None => Held::Unknown(Unknown::NoEnd),
        },
        Trigger::Owes(part) => match &conversation.scenario {
            Some(id) => {
                let scenario = case.rulebook.scenario(id);
                known(scenario.is_some_and(|scenario| scenario.owes.contains(part)))
            }
            None => Held::No,
        },
        Trigger::Channel(name) => known(is_on(conversation, name)),
        Trigger::Scenario(id) => known(conversation.scenario.as_ref() == Some(id)),
    }
}

/// Whether a conversation is on this channel; a template may be for several.
pub(super) fn is_on(conversation: &Conversation, channel: &str) -> bool {
    let several = conversation.metadata.all(Field::Channel).iter().map(|value| &value.text);
    conversation.channel.iter().chain(several).any(|one| same(one, channel))
}

/// Whether two names are the same but for case and width.
fn same(one: &str, other: &str) -> bool {
    fold_str(one.trim()) == fold_str(other.trim())
}

/// Words of a text: Han characters, and runs of other letters and digits.
fn words(text: &str) -> usize {
    let mut inside = false;
    let begins = text.chars().filter(|&character| {
        let han = is_han(character);
        let before = std::mem::replace(&mut inside, !han && is_letter(character));
        han || inside && !before
    });
    begins.count()
}
