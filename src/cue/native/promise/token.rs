//! The words of a promise as tokens: hits of the cues of the grammar, in a row, the longest at each place.

use crate::cue::native::Ground;

/// The part that a word plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// “Will”: makes what follows future, even behind “already” or “if”.
    Future,
    /// “We will”: subject and future in one.
    WeWill,
    /// “Will be sent”: future and action in one.
    Passive,
    /// “Shall”, or a word that can also mark an object: a future only where nothing else governs the clause.
    Shall,
    /// “At once”: within the chat.
    Now,
    /// “Promptly”: quick, but used of the past, too.
    Prompt,
    /// “Soon”: a time to which nobody can be held.
    Soon,
    /// The writer's side.
    Agent,
    /// A named third party.
    Other,
    /// An unnamed third party.
    Anonymous,
    /// What will be acted on: the case, the refund, the parcel.
    Matter,
    /// “By”, “from”: the next word names who acts.
    By,
    /// The customer as subject.
    You,
    /// A request, thanks, advice: what follows is the customer's to do.
    Request,
    /// “Please hold.”
    Hold,
    /// Opens a condition.
    If,
    /// Opens something like a condition that is none: about, because, received.
    About,
    /// A step that our side takes first: “once the manager agrees”. Used only inside a promise.
    Wait,
    /// Closes a condition.
    After,
    /// “Then”, “at once”: behind a condition, it leads to the consequence.
    Then,
    /// “So that”: what follows is a purpose, not a promise.
    Purpose,
    /// “Already”, “just now”, “at the moment”.
    Done,
    /// “Can”, “may”: an offer.
    Able,
    /// “Usually”: a rule of the house.
    HouseRule,
    /// A word of price lists: a rule of the house, unless a future follows.
    Tariff,
    /// “Perhaps”, “whether”, “when”: nothing certain is said.
    Doubt,
    /// “It is expected that.”
    Expected,
    /// “For you”, “with you”, “to you”.
    ForYou,
    /// An action for a customer.
    Action,
    /// An action within the chat.
    Lookup,
    /// Something that happens to the order: arrives, is refunded.
    Outcome,
    /// A small favour in one word: “for you” and “look”.
    Favour,
    /// A favour that outlasts the chat: “for you” and “send”.
    Delivery,
    /// “Will” and “send” in one hit; the token is the verb alone.
    Deed,
    /// Telling or sending something to the customer.
    Contact,
    /// “You will get a call”: who calls is said behind, or not at all.
    Receive,
    /// Service in general, for no particular case.
    General,
    /// Directly behind a verb: it is done.
    Perfect,
    /// The means.
    Channel,
    /// Makes the clause a question.
    Question,
    /// “And”, “then”.
    Link,
    /// “It takes” (a length of time).
    Takes,
    /// “I go and”, “let me”: the writer starts to act.
    Go,
    /// “Send somebody”, “have somebody”: that person acts.
    Sends,
    /// “Is being sent”, “I'm sending”: present, or future with a time.
    UnderWay,
    /// “No”, “not”.
    Negator,
    /// A step that the house takes before it answers: checks, asks. Used only inside a condition.
    OurStep,
    /// A particle, or a word that leads on to the next clause. Used only at the end of a promise.
    Tail,
    /// “For a moment”: how long a look-up takes. Used only inside a promise.
    Moment,
    /// Before: what a length of time beside it counts back from. Looked for beside times only.
    Anchor,
}

/// A word in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
}

/// The cues of the kinds, in the order of `KINDS`.
pub(super) const NAMES: [&str; 50] = [
    "promise-future",
    "promise-we-will",
    "promise-shall",
    "promise-now",
    "promise-prompt",
    "promise-soon",
    "promise-agent",
    "promise-other",
    "promise-sends",
    "promise-anonymous",
    "promise-you",
    "promise-request",
    "hold",
    "promise-if",
    "promise-then",
    "promise-after",
    "promise-purpose",
    "promise-under-way",
    "promise-done",
    "promise-able",
    "promise-house-rule",
    "promise-tariff",
    "promise-doubt",
    "promise-expected",
    "promise-for-you",
    "promise-action",
    "promise-lookup",
    "promise-outcome",
    "promise-favour",
    "promise-contact",
    "promise-general",
    "promise-perfect",
    "promise-channel",
    "promise-question",
    "promise-link",
    "promise-takes",
    "promise-go",
    "negator",
    "promise-matter",
    "promise-by",
    "promise-delivery",
    "promise-deed",
    "promise-passive",
    "promise-receive",
    "promise-our-step",
    "promise-tail",
    "promise-moment",
    "promise-about",
    "promise-wait",
    "promise-anchor",
];

pub(super) const KINDS: [Kind; 50] = [
    Kind::Future,
    Kind::WeWill,
    Kind::Shall,
    Kind::Now,
    Kind::Prompt,
    Kind::Soon,
    Kind::Agent,
    Kind::Other,
    Kind::Sends,
    Kind::Anonymous,
    Kind::You,
    Kind::Request,
    Kind::Hold,
    Kind::If,
    Kind::Then,
    Kind::After,
    Kind::Purpose,
    Kind::UnderWay,
    Kind::Done,
    Kind::Able,
    Kind::HouseRule,
    Kind::Tariff,
    Kind::Doubt,
    Kind::Expected,
    Kind::ForYou,
    Kind::Action,
    Kind::Lookup,
    Kind::Outcome,
    Kind::Favour,
    Kind::Contact,
    Kind::General,
    Kind::Perfect,
    Kind::Channel,
    Kind::Question,
    Kind::Link,
    Kind::Takes,
    Kind::Go,
    Kind::Negator,
    Kind::Matter,
    Kind::By,
    Kind::Delivery,
    Kind::Deed,
    Kind::Passive,
    Kind::Receive,
    Kind::OurStep,
    Kind::Tail,
    Kind::Moment,
    Kind::About,
    Kind::Wait,
    Kind::Anchor,
];

/// The hits of a kind, including those that a longer token covers.
pub(super) fn hits<'a>(ground: &Ground<'a>, kind: Kind) -> &'a [(u32, u32)] {
    KINDS.iter().position(|&one| one == kind).map_or(&[], |index| ground.places[index])
}

/// Where the character begins that ends at this byte.
pub(super) fn last(text: &str, end: u32) -> u32 {
    text[..end as usize].char_indices().next_back().map_or(end, |(start, _)| start as u32)
}

/// The hits of all kinds in a row; of overlapping ones the first and longest stays.
pub(super) fn row(ground: &Ground) -> Vec<Token> {
    let total = ground.places[..KINDS.len()].iter().map(|places| places.len()).sum();
    let mut tokens = Vec::with_capacity(total);
    let apart = |kind: Kind| matches!(kind, Kind::OurStep | Kind::Tail | Kind::Moment | Kind::Wait | Kind::Anchor);
    let spoken = KINDS.into_iter().zip(&ground.places).filter(|&(kind, _)| !apart(kind));
    for (kind, places) in spoken {
        let token = |&(start, end): &(u32, u32)| match kind {
            Kind::Deed => Token { kind: Kind::Action, start: last(ground.text, end), end },
            _ => Token { kind, start, end },
        };
        tokens.extend(places.iter().map(token));
    }
    // The order of kinds breaks ties, so the sort must be stable.
    // “Send somebody round”: who acts comes first.
    tokens.sort_by_key(|token| (token.start, token.kind != Kind::Sends, std::cmp::Reverse(token.end)));
    let mut free = 0;
    tokens.retain(|token| {
        let keep = token.start >= free;
        if keep {
            free = token.end;
        }
        keep
    });
    tokens
}
