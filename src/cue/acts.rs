//! Cues that are looked for whether or not a rule asks for them: acts, which `replylint acts` lists, and what the
//! promise ledger needs.

/// The cues that say what a sentence does, in the order in which they are listed.
pub const ACTS: [&str; 29] = [
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
    "answers-complaint",
];

/// Cues that the promise ledger needs besides promises: by which means the customer will hear, and later words that
/// show whether it happened.
pub const LEDGER: [&str; 32] = [
    "acknowledge",
    "at-once",
    "closing",
    "condition-met",
    "contacted",
    "doing-now",
    "done",
    "done-step",
    "emoticon",
    "filler",
    "got-it",
    "greeting",
    "hold",
    "lapse",
    "looked-up",
    "looking-up",
    "looks",
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
    "undone",
    "visited",
];

/// The index of a cue in [`LEDGER`].
///
/// # Panics
/// If there is none of this name; it is called with constants only, at compile time.
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

/// The cue for a customer who wants to talk to a person.
pub const ASKS_HUMAN: &str = "asks-human";
