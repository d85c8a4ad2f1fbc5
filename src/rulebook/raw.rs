//! A pack as it is written: TOML tables, before anything in them is known to be right.

use super::{Safety, Severity};
use crate::conversation::{Lang, Mode, Role};
use crate::cue::raw::Cue;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A pack: rules, cues, or both.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pack {
    /// The pack's name: the part of a rule's id before the slash. Default: the file's name.
    pub name: Option<String>,
    /// Language of the pack's cues. Default: `zh`, or the folder's name below `cues/`.
    pub lang: Option<Lang>,
    /// What may not be said, what must be said.
    #[serde(default)]
    pub rule: BTreeMap<String, Rule>,
    /// How things sound.
    #[serde(default)]
    pub cue: BTreeMap<String, Cue>,
}

/// A text in the languages that messages are written in.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Localised {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// One rule: what is offended, and everything said about it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// `error`, `warning` or `advice`.
    pub severity: Severity,
    /// What is wrong, in one breath. `{quote}` stands for the words.
    pub message: Localised,
    /// What to write.
    pub help: Localised,
    /// Why it matters; shown by `rules explain` and `--verbose`.
    pub why: Localised,
    /// Exactly one verb.
    pub check: Check,
    /// What `help` can offer as text: an insertion or a replacement of the quote.
    #[serde(default)]
    pub suggest: Option<Suggest>,
    /// Kinds of text it is for. Default: all.
    #[serde(default)]
    pub kinds: Vec<Mode>,
    /// Languages it is for. Default: all.
    #[serde(default)]
    pub languages: Vec<Lang>,
    /// Former ids, which waivers and settings may still use.
    #[serde(default)]
    pub was: Vec<String>,
    /// Texts that offend; the offending words between ⟦ and ⟧, or no marks for the whole reply.
    #[schemars(with = "Vec<Example>")]
    pub bad: Vec<Spanned<Example>>,
    /// Texts that are fine.
    #[schemars(with = "Vec<Example>")]
    pub good: Vec<Spanned<Example>>,
}

/// A suggestion to show or apply.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Suggest {
    /// Text instead of the quote; empty takes it out.
    pub text: Localised,
    /// `safe`, `unsafe` or `ask`.
    pub fix: Safety,
}

/// The closed set of verbs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Offends when a hit is there.
    Forbid(Forbid),
    /// Offends when a worse wording is there; carries the better one.
    Prefer(Prefer),
    /// Offends when something owed is missing.
    Require(Require),
    /// Offends when a hit stands without any of its partners.
    Pair(Pair),
    /// Offends when hits come in the wrong order.
    Order(Order),
    /// Offends when there is too much or too little.
    Limit(Limit),
    /// Offends when two forms of one thing are mixed.
    Agree(Agree),
    /// Offends when something is said again.
    Repeat(Repeat),
    /// Offends when a gap between turns is too long.
    Pace(Pace),
    /// Offends when a placeholder is not as it should be.
    Slot(Slot),
}

/// A name or several.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Names {
    /// One.
    One(String),
    /// Any of these.
    Many(Vec<String>),
}

impl Names {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(name) => std::slice::from_ref(name).iter(),
            Self::Many(names) => names.iter(),
        }
        .map(String::as_str)
    }
}

/// What must hold before a rule is asked at all.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct When {
    /// Any one of these is enough. Empty: always.
    #[serde(default)]
    pub any: Vec<Trigger>,
    /// None of these may hold.
    #[serde(default)]
    pub unless: Vec<Trigger>,
}

/// One condition; exactly one key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Trigger {
    /// The customer's messages before the reply hold this cue; `any`: the customer said something.
    Customer(String),
    /// The reply holds this cue.
    Reply(String),
    /// The agent said this in an earlier reply.
    Earlier(String),
    /// The stated scenario owes this part (`rules/scenarios.toml`).
    Owes(String),
    /// The stated scenario is this one.
    Scenario(String),
}

/// How far a rule looks.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
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
}

/// Conditions on a promise's attributes; every one that is given must hold.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Where {
    /// `specific`, `vague` or `none`.
    pub deadline: Option<String>,
    /// `agent` or `other`.
    pub who: Option<String>,
    /// `named`, `implied` or `anonymous`.
    pub owner: Option<String>,
    /// Done within the chat (稍等, 马上为您查).
    pub immediate: Option<bool>,
    /// Whether it hangs on a condition (收到退货后).
    pub conditional: Option<bool>,
}

/// `forbid`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Forbid {
    /// Cue or cues.
    pub find: Names,
    /// Conditions on the hit.
    #[serde(default, rename = "where")]
    pub with: Where,
    /// What of the hit to underline: `deadline`. Default: all of it.
    pub label: Option<String>,
    /// Only under these conditions.
    #[serde(default)]
    pub when: When,
    /// Silent where one of these stands within the same sentence.
    #[serde(default)]
    pub unless_near: Vec<String>,
    /// Report only the first in a reply.
    #[serde(default)]
    pub once: bool,
}

/// `prefer`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Prefer {
    /// Worse wording -> better wording; both are literal.
    pub instead: BTreeMap<String, String>,
    /// `safe`, `unsafe` or `ask`.
    pub fix: Safety,
}

/// `require`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Require {
    /// Any of these cues pays the debt.
    pub find: Names,
    /// When it is owed.
    #[serde(default)]
    pub when: When,
    /// Where it must be, by kind of text.
    #[serde(default)]
    pub window: Window,
    /// Owed once per `episode` (default: it counts when an earlier reply paid it) or in every `reply`.
    #[serde(default)]
    pub once_per: OncePer,
}

/// Where a duty must be paid.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Window {
    /// In a transcript: within this many replies from the one that owes it, or at a fixed place.
    pub transcript: Option<Place>,
}

/// A place in a transcript.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum OncePer {
    /// Once while the customer's trouble lasts: an earlier reply that paid it counts.
    #[default]
    Episode,
    /// Anew in every reply.
    Reply,
}

/// `pair`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pair {
    /// What needs a partner.
    pub find: Names,
    /// Conditions on the hit.
    #[serde(default, rename = "where")]
    pub with: Where,
    /// Any of these is a partner.
    pub without: Vec<String>,
    /// How far a partner may stand.
    pub within: Within,
    /// Only under these conditions.
    #[serde(default)]
    pub when: When,
}

/// `order`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Order {
    /// What must come first, if both are there.
    pub first: Names,
    /// What must come after it.
    pub then: Names,
    /// How far apart they are compared.
    pub within: Within,
}

/// What `limit` measures.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Letters and digits that remain after `minus` is taken off.
    Residue,
    /// Han characters of a sentence.
    SentenceHan,
    /// Words of a sentence in a script with spaces.
    SentenceWords,
    /// Number of hits of `find`.
    Count,
}

/// `limit`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limit {
    /// What is measured.
    pub measure: Measure,
    /// Cues to count.
    pub find: Option<Names>,
    /// Cues that are taken off before measuring.
    #[serde(default)]
    pub minus: Vec<String>,
    /// Offends below.
    pub min: Option<usize>,
    /// Offends above.
    pub max: Option<usize>,
    /// Over what.
    pub over: Within,
    /// Only under these conditions.
    #[serde(default)]
    pub when: When,
}

/// `agree`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Agree {
    /// The forms that must not be mixed.
    pub forms: Vec<String>,
    /// Over what.
    pub over: Within,
}

/// `repeat`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Repeat {
    /// Likeness from which two sentences count as the same: 0 to 1, share of common character pairs (Dice).
    pub alike: f64,
    /// Shorter sentences are left alone (folded letters and digits).
    pub min_chars: usize,
    /// How often it must have been said to offend, 2 or more.
    pub times: usize,
    /// Sentences with one of these cues are left alone.
    #[serde(default)]
    pub except: Vec<String>,
}

/// `pace`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pace {
    /// `first` reply or `any`.
    pub nth: Nth,
    /// Longest gap in seconds between the customer's last message and the agent's answer.
    pub max_seconds: u32,
    /// No answer is owed after these.
    #[serde(default)]
    pub skip_after: Vec<String>,
}

/// Which replies `pace` looks at.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Nth {
    /// Only the first reply.
    First,
    /// Every reply but the first.
    Later,
    /// Every reply.
    Any,
}

/// What `slot` complains of.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum SlotProblem {
    /// A blank left in a draft.
    Unfilled,
    /// An opening without its closing, or the other way round.
    Unbalanced,
    /// Not among the declared variables of a template.
    Unknown,
}

/// `slot`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Slot {
    /// What is wrong with it.
    pub problem: SlotProblem,
}

/// A text that shows a rule at work.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Example {
    /// The agent's reply. Offending words between ⟦ and ⟧ in a bad example.
    pub reply: Option<String>,
    /// What the customer said before.
    pub customer: Option<String>,
    /// The scenario.
    pub scenario: Option<String>,
    /// The kind of text. Default: draft, or transcript when `turns` is given.
    pub kind: Option<Mode>,
    /// Language of the text; default: by its script.
    pub lang: Option<Lang>,
    /// Several messages, instead of `reply`.
    #[serde(default)]
    pub turns: Vec<ExampleTurn>,
    /// Who closed the chat.
    pub closed_by: Option<Role>,
    /// Declared slots of a template.
    pub slots: Option<Vec<String>>,
    /// What `--fix` makes of it.
    pub fixed: Option<String>,
}

/// A message of an example.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExampleTurn {
    /// Who.
    pub role: Role,
    /// What, with marks in a bad example.
    pub text: String,
    /// When.
    pub time: Option<String>,
}
