//! A template with its file and settings: which family it belongs to, and which templates it is compared with.

use super::Options;
use super::digest::{Digest, language_of_tag};
use crate::conversation::Field;
use std::sync::Arc;

/// A template among others.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The input's path as given.
    pub path: Option<Arc<str>>,
    /// Which conversation of its file, from 0.
    pub number: usize,
    /// Whether its whole folder was read: otherwise a version that seems missing may just not have been read.
    pub whole: bool,
    /// Whether it is only a reference: no finding is reported on it.
    pub old: bool,
    /// What is compared with other templates.
    pub digest: Digest,
    /// How it was judged.
    pub options: Arc<Options>,
}

impl Filed {
    /// The key that all language versions of a template share, and whether it comes from their paths.
    pub(super) fn family(&self) -> Option<(String, bool)> {
        if let Some(original) = self.digest.text(Field::TranslationOf) {
            return Some((format!("id {original}"), false));
        }
        let path = self.path.as_deref().unwrap_or_default();
        let parts = path.split_inclusive(['/', '\\', '.', '_']);
        let starred = |part: &str| {
            let word = part.trim_end_matches(['/', '\\', '.', '_']);
            language_of_tag(word).map(|_| format!("*{}", &part[word.len()..]))
        };
        let general: String = parts.map(|part| starred(part).unwrap_or_else(|| part.to_owned())).collect();
        let id = self.digest.text(Field::Id);
        if general != path && (self.number == 0 || id.is_some()) {
            return Some((format!("path {general} {}", id.filter(|_| self.number > 0).unwrap_or_default()), true));
        }
        Some((format!("id {}", id?), false))
    }

    /// The names by which another template may call this one.
    fn is_called(&self, name: &str) -> bool {
        let path = self.path.as_deref().unwrap_or_default();
        let (name, trimmed) = (name.trim(), name.trim().trim_start_matches("./"));
        let by_path = !trimmed.is_empty()
            && path.strip_suffix(trimmed).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        let fields = [Field::Id, Field::Title, Field::Shortcode];
        by_path || fields.iter().any(|&field| self.digest.text(field).is_some_and(|own| own == name))
    }
}

impl Digest {
    pub(super) fn text(&self, field: Field) -> Option<&str> {
        self.all(field).next()
    }

    fn all(&self, field: Field) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(known, ..)| *known == field).map(|(_, value, _)| value.trim())
    }

    /// The values that templates of one group share; `None` if it does not state its scenario.
    pub(super) fn key(&self, by: &[Field]) -> Option<Vec<String>> {
        let value = |&field: &Field| match field {
            Field::Scenario => self.scenario.clone(),
            _ => Some(self.all(field).map(str::to_lowercase).collect::<Vec<_>>().join("|")),
        };
        by.iter().map(value).collect()
    }
}

/// Whether two templates are used in the same place: nothing stated means everywhere.
pub(super) fn meet(one: &Digest, other: &Digest) -> bool {
    [Field::Platform, Field::Shop].into_iter().all(|field| share(one, other, field))
}

/// Whether two templates have a value of a field in common; nothing stated means all.
fn share(one: &Digest, other: &Digest, field: Field) -> bool {
    let open = one.text(field).is_none() || other.text(field).is_none();
    open || one.all(field).any(|value| other.all(field).any(|there| value.eq_ignore_ascii_case(there)))
}

/// Whether two templates are alike on purpose (one is a variant or translation of the other), or never used together.
pub(super) fn deliberate(one: &Filed, other: &Filed) -> bool {
    let named = [Field::VariantOf, Field::TranslationOf].into_iter().any(|field| {
        let calls = |from: &Filed, to: &Filed| from.digest.all(field).any(|name| to.is_called(name));
        let both = one.digest.text(field).is_some() && one.digest.text(field) == other.digest.text(field);
        both || calls(one, other) || calls(other, one)
    });
    // One notice goes out in the app and by SMS in the same words.
    named || !meet(&one.digest, &other.digest) || !share(&one.digest, &other.digest, Field::Channel)
}
