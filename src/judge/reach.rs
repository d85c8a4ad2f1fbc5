//! How customers are reached, and from when to when the data would show it: what lies outside shows nothing.

use super::pledge::Moment;

/// How a customer was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In a chat, or by a letter that is in the data.
    Written,
    /// In a call.
    Call,
    /// By something of which somebody keeps a list: mail, text message, ticket, visit.
    Elsewhere,
    /// Not at all: the customer rang.
    Incoming,
}

impl Way {
    /// How the customer is reached in a conversation of the data.
    pub fn in_talk(call: bool) -> Self {
        if call { Self::Call } else { Self::Written }
    }
}

/// Ways to reach a customer that the data would show, each from its first moment to its last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Later chats.
    pub chats: Option<Reach>,
    /// Calls.
    pub calls: Option<Reach>,
    /// Mails, text messages, tickets.
    pub elsewhere: Option<Reach>,
    /// Whether this promise is the only one to that customer: what is said without a name is about it.
    pub alone: bool,
}

/// From when to when data reaches, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Its first moment.
    pub from: i64,
    /// Its last.
    pub until: i64,
}

impl Reach {
    /// A reach that holds this moment, too.
    pub fn with(reach: Option<Self>, at: i64) -> Option<Self> {
        let Self { from, until } = reach.unwrap_or(Self { from: at, until: at });
        Some(Self { from: from.min(at), until: until.max(at) })
    }

    /// What was promised at one moment for another: whether it would be seen in the data.
    pub(super) fn shows(reach: Option<Self>, said: Option<&Moment>, due: &Moment) -> bool {
        reach.is_some_and(|reach| reach.until > due.at && said.is_some_and(|said| reach.from <= said.at))
    }
}
