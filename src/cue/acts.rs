//! Cues that are looked for whether or not a rule asks for them: the acts, which people want to see, and what the
//! promise ledger goes by.

/// The cues that say what a sentence does, in the order in which people list them.
pub const ACTS: [&str; 28] = [
    "complaint",
    "apology",
    "empathy",
    "greeting",
    "thanks",
    "closing",
    "acknowledge",
    "next-step",
    "promise",
    "refusal",
    "reason",
    "offer",
    "handover",
    "question",
    "hold",
    "request-info",
    "instruction",
    "done-step",
    "progress",
    "prospect",
    "emotion",
    "anger",
    "escalation",
    "failure",
    "waiting",
    "grievance",
    "wrap-up",
    "agent-closed",
];

/// The cues that the promise ledger goes by, besides the promises themselves: how the customer is to hear, and what
/// later words say about whether it happened.
pub const LEDGER: [&str; 26] = [
    "acknowledge",
    "closing",
    "condition-met",
    "contacted",
    "done",
    "done-step",
    "emoticon",
    "filler",
    "got-it",
    "greeting",
    "hold",
    "lapse",
    "means-call",
    "means-chat",
    "means-elsewhere",
    "means-here",
    "means-open",
    "means-visit",
    "no-contact",
    "not-done",
    "opening",
    "progress",
    "promise",
    "standing-offer",
    "thanks",
    "visited",
];

/// The place of a cue in [`LEDGER`].
///
/// # Panics
/// Where none has this name: while the program is built, since names are constants.
pub const fn ledger(name: &str) -> usize {
    let mut place = 0;
    while place < LEDGER.len() {
        let (known, name) = (LEDGER[place].as_bytes(), name.as_bytes());
        let mut same = 0;
        while same < known.len() && same < name.len() && known[same] == name[same] {
            same += 1;
        }
        if same == known.len() && same == name.len() {
            return place;
        }
        place += 1;
    }
    panic!("a name of the ledger")
}

/// The cues that say what customers complain of.
pub const TOPICS: [&str; 6] = ["aggrieved", "failure", "waiting", "grievance", "anger", "escalation"];

/// The cue that says that a customer wants to talk to a person.
pub const ASKS_HUMAN: &str = "asks-human";
