//! Labelled replies as a file has them: one JSON object a line.

use crate::conversation::{Conversation, Lang, Mode, Role, Turn};
use crate::cue::native::promise::{Deadline, Who};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A reply with the messages before it and what people say about it.
#[derive(Clone, Debug, Deserialize)]
pub struct Labelled {
    /// Its name in lists of disagreements.
    #[serde(default)]
    pub id: String,
    /// Its language.
    pub lang: Option<Lang>,
    /// The messages; the run of agent messages at the end is what is labelled.
    pub turns: Vec<LabelledTurn>,
    /// What is right.
    #[serde(default)]
    pub labels: Labels,
    /// What each of several people said, by name.
    #[serde(default)]
    pub raters: BTreeMap<String, Labels>,
    /// The one rule that this line is about.
    pub rule: Option<String>,
    /// Whether that rule is to find something.
    pub expect: Option<Expect>,
    /// The scenario, when stated.
    pub scenario: Option<String>,
    /// Draft, template or transcript; default: transcript where a rule is asked of several replies, else draft.
    #[serde(alias = "kind")]
    pub mode: Option<Mode>,
}

/// A message.
#[derive(Clone, Debug, Deserialize)]
pub struct LabelledTurn {
    /// Who.
    pub role: Role,
    /// What.
    pub text: String,
    /// When.
    pub time: Option<String>,
}

/// What is said about a reply. What is missing is not scored.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Labels {
    /// The customer complains: 0 or 1.
    pub complaint: Option<u8>,
    /// Words that apologise.
    pub apology: Option<Vec<String>>,
    /// Words that show understanding.
    pub empathy: Option<Vec<String>>,
    /// Steps to come.
    pub next_step: Option<Vec<String>>,
    /// Promises.
    pub promises: Option<Vec<LabelledPromise>>,
    /// Ids of the rules that are to find something.
    pub rules: Option<Vec<String>>,
}

/// A promise as people marked it.
#[derive(Clone, Debug, Deserialize)]
pub struct LabelledPromise {
    /// Its words, character for character.
    pub span: String,
    /// How firm its time is.
    pub deadline: Option<Deadline>,
    /// Whose action it is.
    pub who: Option<Who>,
}

/// Whether a rule is to find something: `true`, or a word for it.
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
    /// Whether the rule is to find something.
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
    /// What serde says about it.
    pub fn read(line: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(line)
    }

    /// The conversation: what stands before the labelled reply is context. `drafts`: whether the rule that the line is
    /// about, if it is about one, is asked of drafts at all.
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

    /// Whether a rule is asked of a chat with several replies or the platform's own messages.
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
