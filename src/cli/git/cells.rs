//! Changes in a workbook, which has no lines: a template that was there before, word for word, is unchanged, whatever
//! its row.

use crate::cli::asked::Source;
use crate::conversation::read::{self, Reader, Record};
use crate::conversation::{Cell, Conversation};
use crate::judge::Finding;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// The templates of a workbook, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cells {
    all: Vec<Touched>,
    /// The index of the template in a cell, by sheet and name.
    places: HashMap<(Option<Arc<str>>, String), usize>,
}

/// What is new in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Touched {
    cell: Cell,
    /// Its words.
    words: bool,
    /// Its words or its metadata.
    anything: bool,
}

/// Whether this is a workbook, by its name.
pub(super) fn is_book(path: &Path) -> bool {
    let named = |extension: &std::ffi::OsStr| ["xlsx", "xlsm"].iter().any(|name| extension.eq_ignore_ascii_case(name));
    path.extension().is_some_and(named)
}

impl Cells {
    /// Compares a workbook with what it was; `None` where it cannot be read.
    pub(super) fn compare(before: &[u8], source: &Source, path: &Path) -> Option<Self> {
        let now = match &source.bytes {
            Some(bytes) => bytes.to_vec(),
            None => std::fs::read(path).ok()?,
        };
        let options = read::Options { verbose: false, ..(*source.read).clone() };
        let (mut words, mut all) = (Known::default(), Known::default());
        for conversation in conversations(before, path, &options) {
            words.add(said(&conversation));
            all.add(whole(&conversation));
        }
        let touched = conversations(&now, path, &options).map(|conversation| {
            let cell = conversation.turns.iter().find_map(|turn| turn.cell.as_deref().cloned())?;
            let new = !words.take(&said(&conversation));
            Some(Touched { cell, words: new, anything: !all.take(&whole(&conversation)) || new })
        });
        let all = touched.collect::<Option<Vec<_>>>()?;
        let places = all.iter().enumerate().rev().map(|(number, touched)| (place(&touched.cell), number)).collect();
        Some(Self { all, places })
    }

    /// Whether a finding is about something new.
    pub(super) fn touch(&self, conversation: &Conversation, finding: &Finding) -> bool {
        let Some(turn) = conversation.turns.get(finding.turn) else { return true };
        let number = turn.cell.as_deref().and_then(|cell| self.places.get(&place(cell)));
        let touched = number.map(|&number| &self.all[number]);
        let in_part = !finding.span.is_empty() && finding.span.of(&turn.text).trim() != turn.text.trim();
        touched.is_none_or(|touched| if in_part { touched.words } else { touched.anything })
    }

    /// Whether anything is new in the template of this number.
    pub(super) fn touch_template(&self, number: usize) -> bool {
        self.all.get(number).is_none_or(|touched| touched.anything)
    }
}

fn place(cell: &Cell) -> (Option<Arc<str>>, String) {
    (cell.sheet.clone(), cell.name.clone())
}

fn conversations<'a>(
    bytes: &'a [u8],
    path: &Path,
    options: &read::Options,
) -> impl Iterator<Item = Conversation> + use<'a> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    Reader::new(bytes, extension, options.clone()).filter_map(|record| match record {
        Record::Conversation(conversation) => Some(*conversation),
        Record::Failed(_) | Record::Notice(_) => None,
    })
}

/// The words of a template, and the sheet that it stands in.
fn said(conversation: &Conversation) -> String {
    let said = conversation.turns.iter().map(|turn| {
        let sheet = turn.cell.as_ref().and_then(|cell| cell.sheet.as_deref());
        (sheet, turn.text.as_str())
    });
    format!("{:?}", said.collect::<Vec<_>>())
}

/// Like [`said`], with metadata.
fn whole(conversation: &Conversation) -> String {
    let Conversation { scenario, lang, slots, metadata, meta, .. } = conversation;
    format!("{} {scenario:?} {lang:?} {slots:?} {metadata:?} {meta:?}", said(conversation))
}

/// Texts of the previous version, and how often each occurs.
#[derive(Default)]
struct Known(HashMap<String, usize>);

impl Known {
    fn add(&mut self, text: String) {
        *self.0.entry(text).or_default() += 1;
    }

    /// Takes one occurrence; `false` if none is left.
    fn take(&mut self, text: &str) -> bool {
        let left = self.0.get_mut(text).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    }
}
