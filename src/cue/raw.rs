//! A cue as written in TOML, not checked yet.

use crate::conversation::{Lang, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use toml::Spanned;

/// How a thing sounds.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cue {
    /// What it is, in a few words.
    pub about: Option<String>,
    /// Literal words, any script and width.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub phrases: Vec<Spanned<String>>,
    /// One sequence: words joined by `|`, `<gap:6>`, `<another-cue>`, `<start>`, `<end>`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub sequence: Vec<Spanned<String>>,
    /// Several sequences.
    #[serde(default)]
    #[schemars(with = "Vec<Vec<String>>")]
    pub sequences: Vec<Vec<Spanned<String>>>,
    /// How far a sequence may reach. Within a `clause`, `<end>` is the end of the clause.
    #[schemars(with = "Option<Reach>")]
    pub within: Option<Spanned<Reach>>,
    /// Regular expressions over the folded text of a sentence, for what the other forms cannot express.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub regex: Vec<Spanned<String>>,
    /// Whole sentences; a similar one is a hit.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub like: Vec<Spanned<String>>,
    /// How similar: Dice's coefficient of word pairs, 0.5 to 1. Default: 0.7.
    #[schemars(with = "Option<f64>")]
    pub alike: Option<Spanned<f64>>,
    /// Words that count for it and against it; enough points are a hit.
    pub weigh: Option<Weigh>,
    /// A run of the same kind of character.
    pub run: Option<Run>,
    /// A recogniser built into the engine.
    pub native: Option<Native>,
    /// For `native = "capitals"`: a hit must hold one of these words.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub holding: Vec<Spanned<String>>,
    /// Other cues; a hit of any of them is a hit.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub any: Vec<Spanned<String>>,
    /// Disguises of the phrases to see through.
    #[serde(default)]
    pub disguise: Vec<Disguise>,
    /// Look-alikes and surroundings that make it harmless.
    #[serde(default)]
    pub unless: Unless,
    /// `skip` (default) drops a hit behind a negator in its clause; `keep` does not.
    #[serde(default)]
    pub negated: Guard,
    /// `skip` (default) drops a hit inside a quotation; `keep` does not.
    #[serde(default)]
    pub quoted: Guard,
    /// Roles whose words count. Default: all.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// `true`: a hit must begin and end at a word boundary of the segmenter.
    #[serde(default)]
    pub words: bool,
    /// Texts it must hit, with marks ⟦ ⟧ around what is hit.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub yes: Vec<Spanned<String>>,
    /// Texts it must not hit.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub no: Vec<Spanned<String>>,
}

/// What makes a hit harmless. Every entry may be words or `<cue>`; `before` and `after` may end or begin with `<gap:N>`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unless {
    /// Longer words that contain the hit.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub covers: Vec<Spanned<String>>,
    /// Words right before it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub before: Vec<Spanned<String>>,
    /// Words right after it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub after: Vec<Spanned<String>>,
    /// Words anywhere in the same clause.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub clause: Vec<Spanned<String>>,
    /// Words anywhere in the same sentence.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub sentence: Vec<Spanned<String>>,
    /// A list of the settings (`brand.channels`): its entries near the hit make it harmless.
    #[schemars(with = "Option<String>")]
    pub config: Option<Spanned<String>>,
}

/// Words that count for and against, where no single word decides.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Weigh {
    /// Fewest points for a hit.
    #[schemars(with = "i32")]
    pub least: Spanned<i32>,
    /// The stretch of text whose points are summed.
    #[serde(default)]
    pub within: Extent,
    /// Another cue whose words count here as well, with their points there. Of cues that share one, only the cue with
    /// the most points over its `least` has a hit in a stretch.
    #[schemars(with = "Option<String>")]
    pub also: Option<Spanned<String>>,
    /// Points (1 to 100 for it, -1 to -100 against it) and the words that have them; each counts once in a stretch.
    #[schemars(with = "Vec<(i16, Vec<String>)>")]
    pub words: Vec<(Spanned<i16>, Vec<Spanned<String>>)>,
}

/// What happens to a hit in a doubtful context.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// Drop it.
    #[default]
    Skip,
    /// Keep it.
    Keep,
}

/// The stretch of text over which points are summed.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// The whole turn.
    #[default]
    Turn,
    /// Each sentence by itself.
    Sentence,
}

/// How far a sequence may reach.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// To the end of the sentence.
    #[default]
    Sentence,
    /// To the next comma.
    Clause,
}

/// A run of characters.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Run {
    /// The characters, folded (`!` stands for `！` too).
    pub chars: String,
    /// Shortest run, in characters.
    pub min: usize,
}

/// Recognisers built into the engine.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Native {
    /// A commitment to a future action, with who, what and when.
    Promise,
    /// A placeholder.
    Slot,
    /// A web address.
    Url,
    /// A mobile or landline number of a person.
    Phone,
    /// An identity number with a correct check digit: of the mainland (with a birth date), Hong Kong or Taiwan.
    IdNumber,
    /// A bank card number with an issuer's prefix and a correct Luhn digit.
    BankCard,
    /// An e-mail address.
    Email,
    /// A telephone number or e-mail address for the public: an office's, a shop's, a department's.
    OfficeContact,
    /// A word in capital letters.
    Capitals,
    /// A character that only Simplified Chinese writes.
    SimplifiedOnly,
    /// A character that only Traditional Chinese writes.
    TraditionalOnly,
}

impl Native {
    /// Whether its hits are, or may hold, an address or a placeholder.
    pub(super) fn may_be_skipped_text(self) -> bool {
        !matches!(self, Self::Promise | Self::Capitals | Self::SimplifiedOnly | Self::TraditionalOnly)
    }

    pub(super) fn is_promise(self) -> bool {
        self == Self::Promise
    }
}

/// Ways to disguise a phrase.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Disguise {
    /// Spaces, points, emoji or zero-width characters in between; repeated characters.
    Spaced,
    /// Characters that look alike (薇 for 微).
    Lookalike,
    /// One character written as its parts (木 + 目).
    Split,
    /// Han characters that sound alike: same syllables without tones, each character in its most common reading.
    Homophone,
}

/// A cue as one file defines it.
pub struct SourceCue {
    /// Its name.
    pub name: String,
    /// The language of the file.
    pub lang: Lang,
    /// The table.
    pub raw: Cue,
    /// Path of the file, as shown to people.
    pub path: Arc<str>,
    /// The file's text, for diagnostics.
    pub text: Arc<str>,
}

/// How the words of a class may be disguised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hiding {
    /// Characters in between, repeated or replaced by look-alikes.
    pub shape: bool,
    /// Replaced by homophones.
    pub sound: bool,
}

impl Hiding {
    pub fn of(ways: &[Disguise]) -> Self {
        let sound = ways.contains(&Disguise::Homophone);
        Self { shape: ways.len() > usize::from(sound), sound }
    }
}
