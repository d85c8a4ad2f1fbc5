//! A baseline: findings that existed when it was written, matched by fingerprint and not by line.

use super::{BaselineState, Finding, Suppression, SuppressionKind, SuppressionStatus};
use std::collections::HashMap;

/// Equal findings of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The rule, for people; it is part of the fingerprint.
    pub rule: String,
    /// The file, from the baseline's folder on.
    pub path: String,
    /// The findings' fingerprint.
    pub fingerprint: String,
    /// How many.
    pub count: u32,
    /// The words, for people; private data is starred out.
    pub quote: String,
}

/// An appeal against a finding: somebody says that the machine is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appeal {
    /// The finding's fingerprint.
    pub fingerprint: String,
    /// The file, from the baseline's folder on; `None`: any.
    pub path: Option<String>,
    /// What has been decided.
    pub status: SuppressionStatus,
    /// Who appeals or has decided.
    pub by: String,
    /// When, `YYYY-MM-DD`.
    pub on: String,
    /// Why.
    pub reason: String,
}

/// A baseline that findings of a run are matched with.
#[derive(Debug, Default)]
pub struct Baseline {
    entries: Vec<Entry>,
    /// For each entry, how many of its findings the run has not found yet.
    left: Vec<u32>,
    /// For each entry, whether its file is gone: then a finding in another file may be the same, moved.
    moved: Vec<bool>,
    by_fingerprint: HashMap<String, Vec<usize>>,
    appeals: Vec<(Appeal, bool)>,
}

impl Baseline {
    /// A baseline of these entries; `is_gone` says whether the file at a path no longer exists.
    pub fn new(entries: Vec<Entry>, appeals: Vec<Appeal>, mut is_gone: impl FnMut(&str) -> bool) -> Self {
        let mut by_fingerprint: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, entry) in entries.iter().enumerate() {
            by_fingerprint.entry(entry.fingerprint.clone()).or_default().push(number);
        }
        Self {
            left: entries.iter().map(|entry| entry.count).collect(),
            moved: entries.iter().map(|entry| is_gone(&entry.path)).collect(),
            entries,
            by_fingerprint,
            appeals: appeals.into_iter().map(|appeal| (appeal, false)).collect(),
        }
    }

    /// Matches a finding in the file at `path`, and sets its state and suppression. Uses up an entry of the same file
    /// first, then one whose file is gone; a waived finding uses up none. Returns whether an entry was used up. A
    /// finding is also known if the baseline has all of `elsewhere` (paths and fingerprints).
    pub fn take(&mut self, finding: &mut Finding, path: &str, elsewhere: &[(String, String)]) -> bool {
        finding.baseline_state = Some(BaselineState::New);
        let names = std::iter::once(&finding.fingerprint).chain(&finding.former_fingerprints);
        let same = |appeal: &Appeal| {
            names.clone().any(|name| *name == appeal.fingerprint)
                && appeal.path.as_ref().is_none_or(|other| other == path)
        };
        let appeal = self.appeals.iter_mut().find(|(appeal, _)| same(appeal)).map(|(appeal, met)| {
            *met = true;
            Suppression {
                kind: SuppressionKind::Appeal,
                status: appeal.status,
                reason: Some(appeal.reason.clone()),
                owner: Some(appeal.by.clone()),
                date: Some(appeal.on.clone()),
            }
        });
        if finding.suppression.is_some() {
            return false;
        }
        finding.suppression = appeal;
        if !finding.counts() {
            return false;
        }
        let (left, moved, entries) = (&self.left, &self.moved, &self.entries);
        let candidates = || names.clone().filter_map(|name| self.by_fingerprint.get(name)).flatten().copied();
        let open = |number: &usize| left[*number] > 0;
        let entry = candidates().filter(open).find(|&number| entries[number].path == path);
        let entry = entry.or_else(|| candidates().filter(open).find(|&number| moved[number]));
        let listed = |(path, name): &(String, String)| {
            self.by_fingerprint.get(name).into_iter().flatten().any(|&number| entries[number].path == *path)
        };
        if entry.is_some() || (!elsewhere.is_empty() && elsewhere.iter().all(listed)) {
            finding.baseline_state = Some(BaselineState::Unchanged);
            finding.suppression = Some(Suppression::accepted(SuppressionKind::Baseline));
        }
        if let Some(number) = entry {
            self.left[number] -= 1;
        }
        entry.is_some()
    }

    /// The entries, each with how many of its findings were not found.
    pub fn entries(&self) -> impl Iterator<Item = (&Entry, u32)> {
        self.entries.iter().zip(self.left.iter().copied())
    }

    /// The appeals, each with whether its finding was found.
    pub fn appeals(&self) -> impl Iterator<Item = (&Appeal, bool)> {
        self.appeals.iter().map(|(appeal, met)| (appeal, *met))
    }
}
