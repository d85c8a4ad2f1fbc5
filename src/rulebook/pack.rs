//! Reading one pack: TOML to tables, entry by entry, so that one mistake does not hide the next.

use super::raw;
use crate::conversation::Lang;
use crate::source::{Diagnostic, Wording, did_you_mean, explained, wording};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// A pack's file.
#[derive(Clone, Debug)]
pub struct PackText {
    /// Path as shown to people; for the default rulebook, relative to `rules/`.
    pub path: Arc<str>,
    /// The TOML.
    pub text: Arc<str>,
}

impl PackText {
    /// A pack's file with this path and text.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

/// A pack whose tables have the right shape. What they refer to is checked when all packs are together.
#[derive(Debug)]
pub struct Pack {
    /// The file.
    pub file: PackText,
    /// First part of the rules' ids.
    pub name: String,
    /// Language of its cues.
    pub lang: Lang,
    /// Rules by name, with the place of the name.
    pub rules: Vec<(Spanned<String>, raw::Rule)>,
    /// Cues by name, with the place of the name.
    pub cues: Vec<(Spanned<String>, crate::cue::raw::Cue)>,
    /// Names of rules and cues whose tables have mistakes: those who refer to them have none.
    pub broken: Vec<String>,
}

/// Largest pack in bytes.
const LARGEST: usize = 8 << 20;

impl Pack {
    /// The id of a rule of this pack by its name there.
    pub fn rule_id(&self, name: &str) -> String {
        format!("{}/{name}", self.name)
    }

    /// Reads a pack.
    ///
    /// # Errors
    /// Every mistake found, sorted by place.
    pub fn read(file: PackText) -> Result<Self, Vec<Diagnostic>> {
        let (pack, errors) = Self::with_mistakes(file);
        if errors.is_empty() { Ok(pack) } else { Err(errors) }
    }

    /// Reads a pack as far as it can be read, and every mistake in it, sorted by place.
    #[expect(clippy::needless_pass_by_value, reason = "two shared texts, which the pack keeps")]
    pub fn with_mistakes(file: PackText) -> (Self, Vec<Diagnostic>) {
        let problem =
            |code, message: Wording| Diagnostic::error(code, message).path(&*file.path).text(file.text.clone());
        if file.text.len() > LARGEST {
            let message =
                wording!("the pack has {count} bytes; {limit} are allowed", count = file.text.len(), limit = LARGEST);
            let mistake = Diagnostic::error("pack/too-large", message).path(&*file.path);
            return (Self::empty(&file), vec![mistake]);
        }
        let (document, errors) = DeTable::parse_recoverable(&file.text);
        let mut errors: Vec<Diagnostic> = errors
            .iter()
            .map(|error| {
                problem("pack/syntax", Wording::Library(error.message().to_owned()))
                    .label(error.span().unwrap_or(0..0), wording!("here"))
            })
            .collect();
        let mut pack = Self::empty(&file);
        let lang = pack.lang;
        for (key, value) in document.into_inner() {
            let name = key.get_ref().to_string();
            match name.as_str() {
                "name" => pack.name = entry(&file, value, &mut errors).unwrap_or_default(),
                "lang" => pack.lang = entry(&file, value, &mut errors).unwrap_or(lang),
                "rule" => pack.rules = entries(&file, value, &mut errors, &mut pack.broken),
                "cue" => pack.cues = entries(&file, value, &mut errors, &mut pack.broken),
                _ => {
                    let mut error = problem("pack/unknown-key", wording!("“{name}” is not a key of a pack", name))
                        .label(key.span(), wording!("unknown"));
                    if let Some(near) = did_you_mean(&name, ["name", "lang", "rule", "cue"]) {
                        error = error.help(wording!("did you mean “{near}”?", near));
                    }
                    errors.push(error);
                }
            }
        }
        errors.sort_by_key(|error| error.labels.first().map(|label| label.span));
        (pack, errors)
    }

    /// Whether it has a rule of this id, right or wrong.
    pub fn names(&self, id: &str) -> bool {
        let own = self.rules.iter().map(|(name, _)| name.get_ref()).chain(&self.broken);
        own.into_iter().any(|name| self.rule_id(name) == id)
    }

    fn empty(file: &PackText) -> Self {
        let name = file.path.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".toml").to_owned();
        let lang = if file.path.contains("cues/en/") { Lang::En } else { Lang::Zh };
        Self { file: file.clone(), name, lang, rules: Vec::new(), cues: Vec::new(), broken: Vec::new() }
    }
}

/// Reads a table of tables, each entry by itself.
fn entries<T: DeserializeOwned>(
    file: &PackText,
    value: Spanned<DeValue>,
    errors: &mut Vec<Diagnostic>,
    broken: &mut Vec<String>,
) -> Vec<(Spanned<String>, T)> {
    let span = value.span();
    let DeValue::Table(table) = value.into_inner() else {
        let error = Diagnostic::error("pack/shape", wording!("expected a table of tables"))
            .path(&*file.path)
            .text(file.text.clone());
        errors.push(error.label(span, wording!("not a table")));
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, value) in table {
        let name = key.get_ref().to_string();
        let place = key.span();
        if !is_kebab(&name) {
            let message = wording!("“{name}” is not a name: lower-case words joined by hyphens", name);
            let error = Diagnostic::error("pack/bad-name", message).path(&*file.path).text(file.text.clone());
            errors.push(error.label(place.clone(), wording!("here")));
        }
        if let Some(entry) = entry(file, value, errors) {
            found.push((Spanned::new(place, name), entry));
        } else {
            broken.push(name);
        }
    }
    found
}

fn entry<T: DeserializeOwned>(file: &PackText, value: Spanned<DeValue>, errors: &mut Vec<Diagnostic>) -> Option<T> {
    let whole = value.span();
    match T::deserialize(ValueDeserializer::from(value)) {
        Ok(entry) => Some(entry),
        Err(error) => {
            let (message, help) = explained(error.message());
            let mut diagnostic = Diagnostic::error("pack/shape", message).path(&*file.path).text(file.text.clone());
            diagnostic = diagnostic.label(error.span().unwrap_or(whole), wording!("here"));
            diagnostic.help = help;
            errors.push(diagnostic);
            None
        }
    }
}

fn is_kebab(name: &str) -> bool {
    !name.is_empty()
        && name
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}
