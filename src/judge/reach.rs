//! Ways to reach customers, and the period the data covers for each: outside it, missing evidence shows nothing.

use super::pledge::Moment;

/// A way to reach a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In a chat, or by a letter that is in the data.
    Written,
    /// In a call.
    Call,
    /// By something that is recorded in a list: mail, text message, ticket, visit.
    Elsewhere,
    /// Not reached: the customer rang.
    Incoming,
}

impl Way {
    /// The way used in a conversation of the data.
    pub fn in_talk(call: bool) -> Self {
        if call { Self::Call } else { Self::Written }
    }
}

/// The ways that the data covers, each with its period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Later chats.
    pub chats: Option<Reach>,
    /// Calls.
    pub calls: Option<Reach>,
    /// Mails, text messages, tickets.
    pub elsewhere: Option<Reach>,
    /// Whether this is the only promise to that customer: words without an object are then about it.
    pub alone: bool,
}

/// A period of data, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Its first moment.
    pub from: i64,
    /// Its last.
    pub until: i64,
}

impl Reach {
    /// A period extended to this moment.
    pub fn with(reach: Option<Self>, at: i64) -> Option<Self> {
        let Self { from, until } = reach.unwrap_or(Self { from: at, until: at });
        Some(Self { from: from.min(at), until: until.max(at) })
    }

    /// Whether the data covers the whole time from promise to deadline.
    pub(super) fn shows(reach: Option<Self>, said: Option<&Moment>, due: &Moment) -> bool {
        reach.is_some_and(|reach| reach.until > due.at && said.is_some_and(|said| reach.from <= said.at))
    }
}
