//! The words of a promise as tokens: hits of the cues that the grammar needs, in a row, the longest at each place.

use crate::cue::native::Ground;

/// What part a word plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Will: makes whatever follows a thing to come, even behind "already" or "if".
    Future,
    /// We will: subject and future in one.
    WeWill,
    /// Will be sent: future and deed in one.
    Passive,
    /// Shall: the future only where nothing else governs the clause.
    Shall,
    /// At once, within the chat.
    Now,
    /// Promptly: quick, but told of the past as well.
    Prompt,
    /// Soon: a time that nobody can be held to.
    Soon,
    /// The writer's side.
    Agent,
    /// A third party with a name.
    Other,
    /// A third party without one.
    Anonymous,
    /// A thing that something will be done with: the case, the refund, the parcel.
    Matter,
    /// By, from: the next word says whose hand it is in.
    By,
    /// The customer as the one who acts.
    You,
    /// Asking, thanking, advising: what follows is the customer's.
    Request,
    /// Please hold.
    Hold,
    /// Opens a condition.
    If,
    /// Opens what is no condition by itself: about, because, received.
    About,
    /// What our own side has to do first: "once the manager agrees". Looked for inside a promise only.
    Wait,
    /// Closes a condition.
    After,
    /// Then, at once: behind a condition it leads on to what is done.
    Then,
    /// So that: what follows is a purpose, not a promise.
    Purpose,
    /// Already, just now, at the moment.
    Done,
    /// Can, may: an offer.
    Able,
    /// Usually: a rule of the house.
    HouseRule,
    /// A word of price lists: a rule of the house unless something will be done.
    Tariff,
    /// Perhaps, whether, when: nothing is said for sure.
    Doubt,
    /// It is expected that.
    Expected,
    /// For you, with you, to you.
    ForYou,
    /// A thing done for a customer.
    Action,
    /// A thing done within the chat.
    Lookup,
    /// A thing that happens to the customer's order: arrives, is refunded.
    Outcome,
    /// A whole small favour: for you + look.
    Favour,
    /// A favour that takes more than this chat: for you + send.
    Delivery,
    /// Will + send: of the hit, the verb alone is the token.
    Deed,
    /// Telling or sending something to the customer.
    Contact,
    /// You will get a call: from whom is said behind, or not at all.
    Receive,
    /// Service in general, nobody's matter.
    General,
    /// Right behind a verb: it has been done.
    Perfect,
    /// The means.
    Channel,
    /// Makes a question of the clause.
    Question,
    /// And, then.
    Link,
    /// It takes (so long).
    Takes,
    /// I go and, let me: the writer sets about it.
    Go,
    /// Send somebody, have somebody: another one acts.
    Sends,
    /// Is being sent, I'm sending: the present, or with a time what is to come.
    UnderWay,
    /// No, not.
    Negator,
    /// What the house does before it answers: checks, asks. Looked for inside a condition only.
    OurStep,
    /// A particle, or a word that leads on to the next clause. Looked for at the end of a promise only.
    Tail,
    /// For a moment: how long a look-up takes. Looked for inside a promise only.
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

/// The cues behind the kinds, in the order of `KINDS`.
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

/// The hits of one kind, also of those that a longer word has swallowed.
pub(super) fn hits<'a>(ground: &Ground<'a>, kind: Kind) -> &'a [(u32, u32)] {
    KINDS.iter().position(|&one| one == kind).map_or(&[], |index| ground.places[index])
}

/// Where the character begins that ends at this byte.
pub(super) fn last(text: &str, end: u32) -> u32 {
    text[..end as usize].char_indices().next_back().map_or(end, |(start, _)| start as u32)
}

/// Puts the hits of all kinds in a row; where they overlap the first and longest stays.
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
    // "Send somebody round" says first of all who acts.
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
