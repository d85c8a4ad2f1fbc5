//! From TOML to raw settings; all mistakes of a file are found at once.

use super::raw::Raw;
use crate::report::Ui;
use crate::source::{Diagnostic, Misnamed, Span, Wording};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// Largest settings file, in bytes.
const LARGEST: usize = 1 << 20;

/// A file of settings: its name and text, and the mistakes found in it so far.
pub(super) struct File<'a> {
    pub path: &'a Path,
    pub text: Arc<str>,
    pub ui: Ui,
    pub mistakes: Vec<Diagnostic>,
}

/// A step on the way from the top of the file to a value.
enum Step<'i> {
    Key(Spanned<std::borrow::Cow<'i, str>>),
    Item,
}

impl File<'_> {
    /// Reads the file; values with mistakes are left out, and the mistakes are in `mistakes`.
    pub(super) fn parse(&mut self) -> Raw {
        let text = self.text.clone();
        if text.len() > LARGEST {
            let message = self.ui.text("settings.too-large", &[("limit", &LARGEST.to_string())]);
            self.mistakes.push(Diagnostic::error("settings/too-large", message).path(self.shown()));
            return Raw::default();
        }
        let (root, errors) = DeTable::parse_recoverable(&text);
        for error in errors {
            let message = self.ui.text("settings.syntax", &[("message", error.message())]);
            self.mistake("settings/syntax", message, error.span().unwrap_or_default(), None);
        }
        let span = root.span();
        let mut path = Vec::new();
        let sound = self.prune(Spanned::new(span.clone(), DeValue::Table(root.into_inner())), &mut path);
        let Some(DeValue::Table(table)) = sound.map(Spanned::into_inner) else { return Raw::default() };
        match Raw::deserialize(Spanned::new(span, table).into_deserializer()) {
            Ok(raw) => raw,
            Err(error) => {
                let message = error.message().to_owned();
                self.mistake("settings/value", message, error.span().unwrap_or_default(), None);
                Raw::default()
            }
        }
    }

    /// Checks every value of the file on its own, so that one mistake does not hide another.
    fn prune<'i>(&mut self, value: Spanned<DeValue<'i>>, path: &mut Vec<Step<'i>>) -> Option<Spanned<DeValue<'i>>> {
        let span = value.span();
        let kept = match value.into_inner() {
            DeValue::Table(table) if !table.is_empty() => {
                let mut kept = DeTable::new();
                for (key, value) in table {
                    path.push(Step::Key(key.clone()));
                    if let Some(value) = self.prune(value, path) {
                        kept.insert(key, value);
                    }
                    path.pop();
                }
                // Every value in it was wrong, so the table goes, too.
                if kept.is_empty() {
                    return None;
                }
                DeValue::Table(kept)
            }
            DeValue::Array(array) if !array.is_empty() => {
                path.push(Step::Item);
                let kept: DeArray<'i> = array.into_iter().filter_map(|item| self.prune(item, path)).collect();
                path.pop();
                if kept.is_empty() {
                    return None;
                }
                DeValue::Array(kept)
            }
            leaf => {
                let alone = wrap(path, Spanned::new(span.clone(), leaf.clone()));
                if let Err(error) = Raw::deserialize(alone.into_deserializer()) {
                    self.refuse(&error, path, span);
                    return None;
                }
                leaf
            }
        };
        Some(Spanned::new(span, kept))
    }

    fn refuse(&mut self, error: &toml::de::Error, path: &[Step<'_>], value: std::ops::Range<usize>) {
        let place = error.span().unwrap_or(value);
        let key = path.iter().filter_map(Step::key).collect::<Vec<_>>().join(".");
        let Some(Misnamed { field, given, known }) = Misnamed::of(error.message()) else {
            let message = self.ui.text("settings.value", &[("key", &key), ("message", error.message())]);
            return self.mistake("settings/value", message, place, None);
        };
        let code = if field { "settings/unknown-key" } else { "settings/unknown-value" };
        // The same unknown key is reported once for each value below it.
        let span = Span::from(place.clone());
        if !self.mistakes.iter().any(|mistake| mistake.code == code && mistake.labels[0].span == span) {
            let help = self.ui.suggest(given, &known);
            let message = self.ui.text(&code.replace('/', "."), &[("key", &key), ("given", given)]);
            self.mistake(code, message, place, Some(help));
        }
    }

    /// Notes a mistake at a place of the file.
    pub(super) fn mistake(
        &mut self,
        code: &'static str,
        message: impl Into<Wording>,
        place: std::ops::Range<usize>,
        help: Option<String>,
    ) {
        let label =
            if code == "settings/unknown-key" { self.ui.text("settings.unknown-key-at", &[]) } else { String::new() };
        let mut mistake =
            Diagnostic::error(code, message).path(self.shown()).text(self.text.clone()).label(place, label);
        mistake.help = help.map(Into::into);
        self.mistakes.push(mistake);
    }

    /// The file's name, as shown to people.
    pub(super) fn shown(&self) -> String {
        self.path.display().to_string()
    }
}

impl Step<'_> {
    fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key.get_ref()),
            Self::Item => None,
        }
    }
}

/// A file that holds nothing but this value at this path.
fn wrap<'i>(path: &[Step<'i>], value: Spanned<DeValue<'i>>) -> Spanned<DeTable<'i>> {
    let span = value.span();
    let whole = path.iter().rev().fold(value, |value, step| {
        let span = value.span();
        let outer = match step {
            Step::Key(key) => DeValue::Table(std::iter::once((key.clone(), value)).collect()),
            Step::Item => DeValue::Array(std::iter::once(value).collect()),
        };
        Spanned::new(span, outer)
    });
    match whole.into_inner() {
        DeValue::Table(table) => Spanned::new(span, table),
        _ => Spanned::new(span, DeTable::new()),
    }
}
