//! The closed set of verbs: what a rule can do with cue hits. `C` is a cue: a name as written, a `CueId` once resolved.

pub use super::cue_names::Names;
use super::meta::{Meta, Of};
pub use super::pace::{Gauge, Nth, Pace};
pub use super::when::{Trigger, When};
use crate::conversation::{Field, Role};
use crate::cue::native::promise::{Deadline, Owner, Who};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The closed set of verbs.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub enum Check<C> {
    /// Offends when a hit is there.
    Forbid(Forbid<C>),
    /// Offends when a worse wording is there; carries the better one.
    Prefer(Prefer<C>),
    /// Offends when something owed is missing.
    Require(Require<C>),
    /// Offends when a hit stands without any of its partners.
    Pair(Pair<C>),
    /// Offends when hits come in the wrong order.
    Order(Order<C>),
    /// Offends when there is too much or too little.
    Limit(Limit<C>),
    /// Offends when two forms of one thing are mixed.
    Agree(Agree<C>),
    /// Offends when something is said again.
    Repeat(Repeat<C>),
    /// Offends when a placeholder is not as it should be.
    Slot(Slot),
    /// Offends when a promise was not kept, or its time has passed.
    Keep(Keep<C>),
    /// Offends when an answer comes too late, or never.
    Pace(Pace<C>),
    /// Offends when a template's metadata or facts are missing, stale, contradictory.
    Meta(Meta<C>),
}

impl<C> Check<C> {
    /// Whether it asks by which means promises are kept, and what later words show of them.
    pub fn reads_ledger(&self) -> bool {
        match self {
            Self::Keep(_) => true,
            Self::Forbid(check) => !check.unless_timed.is_empty(),
            _ => false,
        }
    }
}

/// How far a rule looks.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// Between commas.
    Clause,
    /// Up to the end of the sentence.
    Sentence,
    /// One message.
    Turn,
    /// A run of agent messages.
    Reply,
    /// Everything said.
    Conversation,
    /// All templates that are checked together.
    Repository,
}

/// Conditions on a promise's attributes; every one that is given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Where {
    /// How firm the time is.
    pub deadline: Option<Deadline>,
    /// Whose action it is.
    pub who: Option<Who>,
    /// Whether anybody can be held to it.
    pub owner: Option<Owner>,
    /// Done within the chat (稍等, 马上为您查).
    pub immediate: Option<bool>,
    /// Whether it hangs on a condition (收到退货后).
    pub conditional: Option<bool>,
}

/// What of a promise to underline.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Underline {
    /// The words of time.
    Deadline,
    /// The verb.
    Action,
}

/// `forbid`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Forbid<C> {
    /// Cue or cues.
    pub find: Names<C>,
    /// Conditions on the hit.
    #[serde(default, rename = "where")]
    pub with: Where,
    /// What of the hit to underline. Default: all of it.
    pub label: Option<Underline>,
    /// Only under these conditions.
    #[serde(default)]
    pub when: When<C>,
    /// Silent for hits in which one of these stands.
    #[serde(default)]
    pub unless_holding: Vec<C>,
    /// Silent where one of these stands within the same sentence.
    #[serde(default)]
    pub unless_near: Vec<C>,
    /// Silent where one of these stands in the reply or before it. A promised call, visit or message is not timed by what
    /// the agent promises by another means.
    #[serde(default)]
    pub unless_timed: Vec<C>,
    /// In a template: silent where a placeholder with one of these in its name stands within the same sentence.
    #[serde(default)]
    pub unless_slots: Vec<String>,
    /// Report only the first in a reply.
    #[serde(default)]
    pub once: bool,
}

/// `prefer`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Prefer<C> {
    /// The cue of the worse wordings.
    pub find: Names<C>,
    /// Worse wording, as the cue writes it -> better wording.
    pub instead: BTreeMap<String, String>,
    /// `safe`, `unsafe` or `ask`.
    pub fix: super::Safety,
}

/// `require`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Require<C> {
    /// Any of these cues pays the debt.
    pub find: Names<C>,
    /// In a template, a placeholder with one of these in its name pays it, too.
    #[serde(default)]
    pub slots: Vec<String>,
    /// Whose replies owe it: `agent` (default), `bot`. A bot's do where no agent speaks behind them.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// When it is owed.
    #[serde(default)]
    pub when: When<C>,
    /// Where it must be, by kind of text.
    #[serde(default)]
    pub window: Window,
    /// In a window of several replies, one that holds nothing but these cues (a greeting, “one moment”) does not count.
    #[serde(default)]
    pub minus: Vec<C>,
    /// Owed once per `episode` (default: it counts when an earlier reply paid it) or in every `reply`.
    #[serde(default)]
    pub once_per: OncePer,
}

/// Where a duty must be paid.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Window {
    /// In a transcript: within this many replies from the one that owes it, or at a fixed place.
    pub transcript: Option<Place>,
}

/// A place in a transcript.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In this reply or one of the following, this many in all.
    NextReplies(usize),
    /// In the first reply of a chat that a person opened.
    First,
    /// In the last reply of a chat that the agent closed.
    Last,
}

/// How often a duty is owed.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum OncePer {
    /// Once while the customer's trouble lasts: an earlier reply that paid it counts.
    #[default]
    Episode,
    /// The same, but what was said before the first occasion for it does not count: nobody takes up a threat that has not
    /// been made yet.
    Matter,
    /// Anew in every reply.
    Reply,
}

/// `pair`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Pair<C> {
    /// What needs a partner.
    pub find: Names<C>,
    /// Conditions on the hit.
    #[serde(default, rename = "where")]
    pub with: Where,
    /// Any of these is a partner.
    pub without: Vec<C>,
    /// How far a partner may stand.
    pub within: Within,
    /// Only under these conditions.
    #[serde(default)]
    pub when: When<C>,
}

/// `order`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Order<C> {
    /// What must come first, if both are there.
    pub first: Names<C>,
    /// What must come after it.
    pub then: Names<C>,
    /// How far apart they are compared.
    pub within: Within,
}

/// What `limit` measures.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Letters and digits that remain after `minus` is taken off.
    Residue,
    /// Han characters of a Chinese sentence; words, against `max-words`, of an English one.
    Sentence,
    /// Han characters of a sentence.
    SentenceHan,
    /// Words of a sentence in a script with spaces.
    SentenceWords,
    /// Number of hits of `find`.
    Count,
    /// Characters of the whole text, placeholders and all.
    Chars,
}

/// `limit`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Limit<C> {
    /// What is measured.
    pub measure: Measure,
    /// Cues to count.
    pub find: Option<Names<C>>,
    /// Cues that are taken off before measuring.
    #[serde(default)]
    pub minus: Vec<C>,
    /// Offends below.
    pub min: Option<usize>,
    /// Offends above.
    pub max: Option<usize>,
    /// Offends above, where `sentence` counts words.
    pub max_words: Option<usize>,
    /// Over what.
    pub over: Within,
    /// With `residue` in a transcript: silent where one of this many later replies has enough.
    #[serde(default)]
    pub follow_up: usize,
    /// Only under these conditions.
    #[serde(default)]
    pub when: When<C>,
}

/// `agree`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Agree<C> {
    /// The forms that must not be mixed.
    #[serde(default)]
    pub forms: Vec<C>,
    /// Instead of forms: what templates must say alike; with `over = "repository"`.
    pub of: Option<Of>,
    /// Cues of what is done: each is compared with its like.
    #[serde(default)]
    pub by: Vec<C>,
    /// Fields in which templates must be the same to be compared.
    #[serde(default)]
    pub group_by: Vec<Field>,
    /// Over what.
    pub over: Within,
}

/// `repeat`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Repeat<C> {
    /// Likeness from which two sentences count as the same: 0 to 1, share of common character pairs (Dice). Only words
    /// may have been added to one of them: with other words or numbers in their place it is another sentence.
    pub alike: f64,
    /// Shorter sentences are left alone (folded letters and digits).
    pub min_chars: usize,
    /// How often it must have been said to offend, 2 or more.
    #[serde(default = "twice")]
    pub times: usize,
    /// `conversation` (default): sentences; `repository`: templates, by common runs of three characters (Jaccard).
    pub over: Option<Within>,
    /// Sentences with one of these cues are left alone.
    #[serde(default)]
    pub except: Vec<C>,
    /// Words that make no difference between two sentences.
    #[serde(default)]
    pub minus: Vec<C>,
}

/// What `slot` complains of.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum SlotProblem {
    /// A blank left in a draft.
    Unfilled,
    /// An opening without its closing, or the other way round.
    Unbalanced,
    /// Not among the declared variables of a template.
    Unknown,
    /// Nothing to put where the name of the person who is greeted is not known.
    NoFallback,
    /// A variable that a template declares and does not use.
    Unused,
}

/// `slot`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Slot {
    /// What is wrong with it.
    pub problem: SlotProblem,
}

/// What `keep` complains of.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// The customer says that it was not kept.
    Broken,
    /// A contact was promised, its time has passed, and nothing shows it.
    Overdue,
}

/// `keep`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound = "C: Serialize + DeserializeOwned")]
pub struct Keep<C> {
    /// The cue of promises.
    pub find: Names<C>,
    /// Conditions on the promise.
    #[serde(default, rename = "where")]
    pub with: Where,
    /// What became of it.
    pub outcome: Kept,
}

const fn twice() -> usize {
    2
}
