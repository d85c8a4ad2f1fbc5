//! The closed enums of the model: roles, kinds of text, languages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who says a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The person who is served.
    Customer,
    /// The person who serves, and the only one who answers for the rules.
    #[default]
    Agent,
    /// An automatic responder.
    Bot,
    /// The platform: people joining, transfers, order cards.
    System,
}

/// What kind of text a conversation is; rules can differ by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A reply that has not been sent.
    #[default]
    Draft,
    /// A script to be filled in and reused.
    Template,
    /// A chat that has happened.
    Transcript,
}

/// A text's language. Rules that need the script of Chinese find it themselves; the input may just say `Zh`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    /// Chinese, either script.
    #[default]
    #[serde(alias = "zh-Hans", alias = "zh-Hant")]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Its name in data.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

/// The medium of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Words.
    #[default]
    Text,
    /// A picture; its text is a caption or a placeholder.
    Image,
    /// A voice message.
    Voice,
    /// An order or product card.
    Card,
    /// Withdrawn by its sender.
    Recalled,
}

/// How an agent's turn was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Typed by hand.
    Typed,
    /// Taken from a template.
    Canned,
    /// Sent by the system in the agent's name.
    Auto,
    /// Sent by a bot.
    Bot,
}

/// The language of `zh`, `zh-Hant`, `zh_CN`, `en-US`, …, without script or country.
pub(super) fn lang_of(tag: &str) -> Option<Lang> {
    let tag = tag.split(['-', '_']).next().unwrap_or_default();
    [("zh", Lang::Zh), ("en", Lang::En)]
        .into_iter()
        .find(|(name, _)| tag.eq_ignore_ascii_case(name))
        .map(|found| found.1)
}
