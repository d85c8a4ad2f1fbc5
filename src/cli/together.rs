//! What templates have to say to one another, once all of them have been judged: digests in, findings out, each with
//! its conversation read again to be shown.

use super::check::Asked;
use super::context::Context;
use super::inputs;
use crate::conversation::read::{self, Record};
use crate::conversation::{Conversation, Mode, Role, Turn};
use crate::judge::{Digest, Filed, Finding, Options, judge_together};
use crate::report::Ui;
use std::path::Path;
use std::sync::Arc;

/// A digest and what it takes to show a finding about it.
pub(super) struct Kept {
    pub path: Option<Arc<str>>,
    pub number: usize,
    pub whole: bool,
    pub digest: Digest,
    pub options: Arc<Options>,
    pub context: Arc<Context>,
}

/// All digests of a run, in the order of the input.
#[derive(Default)]
pub(super) struct Together {
    kept: Vec<Kept>,
}

impl Together {
    pub(super) fn add(&mut self, kept: Vec<Kept>) {
        self.kept.extend(kept);
    }

    /// The findings, by conversation, in the order of the input.
    pub(super) fn judge(self, asked: &Asked) -> Vec<(Conversation, Vec<Finding>)> {
        // Texts under different settings are different repositories.
        let mut books: Vec<(Arc<Context>, Vec<Filed>)> = Vec::new();
        for Kept { path, number, whole, digest, options, context } in self.kept {
            let filed = Filed { path, number, whole, digest, options };
            match books.iter_mut().find(|(other, _)| Arc::ptr_eq(other, &context)) {
                Some((_, files)) => files.push(filed),
                None => books.push((context, vec![filed])),
            }
        }
        let mut found: Vec<(_, Vec<Finding>)> = Vec::new();
        for (context, files) in &books {
            for (file, finding) in judge_together(&context.rulebook, files) {
                let key = (files[file].path.clone(), files[file].number);
                match found.last_mut() {
                    Some((last, findings)) if *last == key => findings.push(finding),
                    _ => found.push((key, vec![finding])),
                }
            }
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut shelf = Shelf { asked, path: None, read: Vec::new() };
        found.into_iter().map(|((path, number), findings)| (shelf.take(path, number, &findings), findings)).collect()
    }
}

/// The conversations of the file that was asked for last.
struct Shelf<'a> {
    asked: &'a Asked,
    path: Option<Arc<str>>,
    read: Vec<(usize, Conversation)>,
}

impl Shelf<'_> {
    fn take(&mut self, path: Option<Arc<str>>, number: usize, findings: &[Finding]) -> Conversation {
        if path != self.path {
            self.read = path.as_deref().map(|path| self.open(Path::new(path))).unwrap_or_default();
            self.path = path;
        }
        match self.read.iter().find(|(other, _)| *other == number) {
            Some((_, conversation)) => conversation.clone(),
            None => stand_in(findings),
        }
    }

    fn open(&self, path: &Path) -> Vec<(usize, Conversation)> {
        let Ok(file) = inputs::open(path, Ui::default()) else { return Vec::new() };
        let extension = path.extension().and_then(|extension| extension.to_str());
        let mut all = Vec::new();
        match read::open(file, extension, &self.asked.read) {
            read::Input::Text(records) => {
                let conversations = records.into_iter().filter_map(conversation);
                all.extend(conversations.enumerate());
            }
            read::Input::Lines(mut batches) => {
                while let Some(batch) = batches.next_batch(1 << 20) {
                    let conversations = batch.conversations(&self.asked.read).filter_map(conversation);
                    all.extend(conversations.map(|conversation| (conversation.chunk.lines_before, conversation)));
                }
            }
        }
        for (_, conversation) in &mut all {
            self.asked.complete(conversation);
        }
        all
    }
}

fn conversation(record: Record) -> Option<Conversation> {
    match record {
        Record::Conversation(conversation) => Some(*conversation),
        Record::Failed(_) | Record::Notice(_) => None,
    }
}

/// For what cannot be read again (standard input, a file that has just gone): the words, without their surroundings.
fn stand_in(findings: &[Finding]) -> Conversation {
    let turns = findings.iter().map(|finding| finding.turn + 1).max().unwrap_or_default();
    let turns = (0..turns).map(|_| Turn::new(Role::Agent, "")).collect();
    Conversation { mode: Mode::Template, turns, ..Conversation::default() }
}
