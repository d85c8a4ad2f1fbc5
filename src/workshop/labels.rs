//! Labelled replies as read from a file: one JSON object a line.

use crate::conversation::{Conversation, Lang, Mode, Role, Turn};
use crate::cue::native::promise::{Deadline, Who};
use crate::source::{Diagnostic, did_you_mean, wording};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A reply with the messages before it and its labels.
#[derive(Clone, Debug, Deserialize)]
#[serde(expecting = "a labelled reply")]
pub struct Labelled {
    /// Its name in lists of disagreements.
    #[serde(default)]
    pub id: String,
    /// Its language.
    pub lang: Option<Lang>,
    /// The messages; the run of agent messages at the end is what is labelled.
    pub turns: Vec<LabelledTurn>,
    /// The correct labels.
    #[serde(default)]
    pub labels: Labels,
    /// The labels of each of several raters, by name.
    #[serde(default)]
    pub raters: BTreeMap<String, Labels>,
    /// The one rule that this line is about.
    pub rule: Option<String>,
    /// Whether that rule should find something.
    pub expect: Option<Expect>,
    /// The scenario, when stated.
    pub scenario: Option<String>,
    /// Draft, template or transcript; default: transcript where a rule is asked of several replies, else draft.
    #[serde(alias = "kind")]
    pub mode: Option<Mode>,
}

/// A message.
#[derive(Clone, Debug, Deserialize)]
#[serde(expecting = "a message with role and text")]
pub struct LabelledTurn {
    /// Who.
    pub role: Role,
    /// What.
    pub text: String,
    /// When.
    pub time: Option<String>,
}

/// Labels of a reply. A missing label is not scored.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(expecting = "labels by their names")]
pub struct Labels {
    /// The customer complains: 0 or 1, `false` or `true`.
    #[serde(default, deserialize_with = "flag")]
    pub complaint: Option<bool>,
    /// Words that apologise.
    pub apology: Option<Vec<String>>,
    /// Words that show understanding.
    pub empathy: Option<Vec<String>>,
    /// Steps to come.
    pub next_step: Option<Vec<String>>,
    /// Promises.
    pub promises: Option<Vec<LabelledPromise>>,
    /// Ids of the rules that should find something.
    pub rules: Option<Vec<String>>,
    /// Everything else.
    #[serde(flatten)]
    pub others: BTreeMap<String, serde_json::Value>,
}

/// The labels that are scored.
const SCORED: [&str; 6] = ["complaint", "apology", "empathy", "next_step", "promises", "rules"];

/// Further labels by annotators, which no cue corresponds to.
const BESIDE: [&str; 4] = ["dismissive", "overpromise", "bare_refusal", "pii"];

/// Yes or no, as people write it.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "0 or 1")]
    enum Flag {
        Word(bool),
        Number(u8),
    }
    match Option::<Flag>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Flag::Word(yes)) => Ok(Some(yes)),
        Some(Flag::Number(number @ (0 | 1))) => Ok(Some(number == 1)),
        Some(Flag::Number(_)) => Err(serde::de::Error::custom("0 or 1")),
    }
}

impl Labels {
    /// Whether no scored label is given.
    fn is_empty(&self) -> bool {
        self.complaint.is_none()
            && [&self.apology, &self.empathy, &self.next_step, &self.rules].iter().all(|list| list.is_none())
            && self.promises.is_none()
    }

    /// All marked words.
    fn words(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.apology, &self.empathy, &self.next_step].into_iter().flatten().flatten();
        let promises = self.promises.iter().flatten().map(|promise| promise.span.as_str());
        lists.map(String::as_str).chain(promises)
    }
}

/// A promise as people marked it.
#[derive(Clone, Debug, Deserialize)]
#[serde(expecting = "a promise with span, deadline and who")]
pub struct LabelledPromise {
    /// Its words, character for character.
    pub span: String,
    /// How firm its time is.
    pub deadline: Option<Deadline>,
    /// Whose action it is.
    pub who: Option<Who>,
}

/// Whether a rule should find something: `true`, or a word for it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Expect {
    /// Yes or no.
    Flag(bool),
    /// 0 or 1.
    Number(u8),
    /// `bad`, `find`, `finding`, `offends`, `hit` or `yes`; every other word means no.
    Word(String),
}

impl Expect {
    /// Whether the rule should find something.
    pub fn finds(&self) -> bool {
        match self {
            Self::Flag(flag) => *flag,
            Self::Number(number) => *number != 0,
            Self::Word(word) => {
                matches!(word.as_str(), "bad" | "find" | "finding" | "offends" | "hit" | "yes" | "fire")
            }
        }
    }
}

impl Labelled {
    /// Reads one line.
    ///
    /// # Errors
    /// The error of serde.
    pub fn read(line: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(line)
    }

    /// Why the reply cannot be scored; only with an error not at all. `rules` are those in force.
    pub fn doubts(&self, rules: &[&str]) -> Vec<Diagnostic> {
        let mut doubts = Vec::new();
        // A rule may report that nobody answered.
        if self.turns.is_empty() || self.rule.is_none() && self.turns.iter().all(|turn| turn.role != Role::Agent) {
            doubts.push(Diagnostic::error(
                "eval/no-reply",
                wording!("no message of an agent: there is nothing to score"),
            ));
        } else if self.labels.is_empty() && self.raters.is_empty() && (self.rule.is_none() || self.expect.is_none()) {
            let nothing = Diagnostic::error("eval/no-labels", wording!("nothing is labelled here"));
            doubts.push(nothing.help(wording!("`labels` may hold {names}", names = SCORED.join(", "))));
        }
        for rule in self.rule.iter().chain(self.labels.rules.iter().flatten()) {
            if !rules.contains(&rule.as_str()) {
                let unknown = Diagnostic::error("eval/unknown-rule", wording!("there is no rule “{rule}”", rule));
                doubts.push(match did_you_mean(rule, rules.iter().copied()) {
                    Some(near) => unknown.help(wording!("did you mean “{near}”?", near)),
                    None => unknown.help(wording!("rules of an industry or of your own are loaded with --pack")),
                });
            }
        }
        for labels in std::iter::once(&self.labels).chain(self.raters.values()) {
            for name in labels.others.keys().filter(|name| !BESIDE.contains(&name.as_str())) {
                let unknown =
                    Diagnostic::warning("eval/unknown-label", wording!("“{name}” is no label that is scored", name));
                doubts.push(match did_you_mean(name, SCORED) {
                    Some(near) => unknown.help(wording!("did you mean “{near}”?", near)),
                    None => unknown.help(wording!("`labels` may hold {names}", names = SCORED.join(", "))),
                });
            }
        }
        let reply: Vec<&str> = self.turns.iter().skip(self.reply()).map(|turn| turn.text.as_str()).collect();
        for words in self.labels.words().filter(|words| !reply.iter().any(|text| text.contains(words))) {
            let message = wording!("“{words}” does not stand in the reply: it counts as missed", words);
            let help = wording!("marked words are copied character for character");
            doubts.push(Diagnostic::warning("eval/not-in-reply", message).help(help));
        }
        doubts
    }

    /// The conversation, with everything before the labelled reply as context. `drafts`: whether the line's rule, if it
    /// has one, applies to drafts.
    pub fn conversation(&self, drafts: bool) -> Conversation {
        let chat = !drafts || self.is_chat();
        let mode = self.mode.unwrap_or(if chat { Mode::Transcript } else { Mode::Draft });
        let reply = if mode == Mode::Transcript { 0 } else { self.reply() };
        let turns = self.turns.iter().enumerate().map(|(index, turn)| Turn {
            time: turn.time.clone(),
            context: index < reply,
            ..Turn::new(turn.role, turn.text.as_str())
        });
        Conversation {
            id: Some(self.id.clone()),
            lang: self.lang,
            mode,
            scenario: self.scenario.clone(),
            turns: turns.collect(),
            ..Conversation::default()
        }
    }

    /// Whether the line's rule concerns a chat with several replies or messages of the platform.
    fn is_chat(&self) -> bool {
        let agent = |turn: &LabelledTurn| turn.role == Role::Agent;
        let runs = self.turns.chunk_by(|one, other| agent(one) == agent(other)).filter(|run| agent(&run[0])).count();
        let platform = self.turns.iter().any(|turn| matches!(turn.role, Role::Bot | Role::System));
        self.rule.is_some() && (runs > 1 || platform)
    }

    /// The first turn of the labelled reply.
    pub fn reply(&self) -> usize {
        let last = self.turns.iter().rposition(|turn| turn.role != Role::Agent);
        last.map_or(0, |last| last + 1).min(self.turns.len())
    }
}
