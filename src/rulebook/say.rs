//! Words that a help suggests writing: in the language of the text, while the help is in the reader's.

use super::Pack;
use super::raw::{self, Localised, Replacement};
use super::yields::at;
use crate::source::{Diagnostic, wording};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// The place of the words in a help.
const PLACE: &str = "{say}";

/// A help with a place for words, and the words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Say {
    /// The help as written, with `{say}`.
    pub help: Localised,
    /// The words for `{say}`.
    pub words: Replacement,
}

/// The help without a text at hand, with words in its own language.
pub(super) fn spoken(raw: &raw::Rule) -> Localised {
    let Some(words) = &raw.say else { return raw.help.clone() };
    Localised { zh: raw.help.zh.replace(PLACE, &words.zh), en: raw.help.en.replace(PLACE, &words.en) }
}

/// Reports words that no help shows, or a `{say}` without words.
pub(super) fn misplaced(pack: &Pack, name: &Spanned<String>, raw: &raw::Rule, id: &str) -> Option<Diagnostic> {
    let held = [&raw.help.zh, &raw.help.en].map(|help| help.contains(PLACE));
    let message = match &raw.say {
        Some(_) if held != [true; 2] => {
            wording!("the rule “{id}” has `say`, which needs {place} in both texts of `help`", id, place = PLACE)
        }
        None if held != [false; 2] => {
            wording!("the help of the rule “{id}” has {place}, but the rule has no `say`", id, place = PLACE)
        }
        _ => return None,
    };
    Some(at(pack, name, "pack/unknown-value", message))
}
