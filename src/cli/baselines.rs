//! A baseline in a run: suppresses the findings it covers, and is rewritten without those that are gone.

use super::inputs::plain;
use super::run_scope::Reach;
use super::write;
use crate::judge::{Baseline, BaselineState, Entry, Finding, Suppression, SuppressionKind};
use crate::report::{Masker, Ui};
use crate::settings::BaselineFile;
use crate::source::Span;
use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Longest quotation of an entry, in characters.
const QUOTE: usize = 40;

/// A baseline in use.
pub struct Held {
    /// Its file.
    pub path: PathBuf,
    /// Its contents; `None` if it does not exist yet.
    pub file: Option<Arc<BaselineFile>>,
    folder: PathBuf,
    left: Baseline,
    /// Entries to write: those found again and, when growing, new ones.
    kept: BTreeMap<EntryKey, Kept>,
    write: Write,
    new: u32,
}

/// Whether a baseline is written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Write {
    No,
    /// With the entries that are still found.
    Shrink,
    /// With new entries, too.
    Grow,
}

/// The identity of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct EntryKey {
    path: String,
    rule: String,
    fingerprint: String,
}

/// How often an entry is found, and in which words.
#[derive(Clone, Debug)]
struct Kept {
    count: u32,
    quote: String,
}

impl Held {
    /// A baseline in this file. `writing`: it will be rewritten, and may grow if `true` or if the file is new.
    pub fn new(path: PathBuf, file: Option<Arc<BaselineFile>>, writing: Option<bool>) -> Self {
        let folder = plain(path.parent().unwrap_or(Path::new("")));
        let (entries, appeals) =
            file.as_ref().map(|file| (file.entries.clone(), file.appeals.clone())).unwrap_or_default();
        let left = Baseline::new(entries, appeals, |path| !folder.join(path).exists());
        let write = match writing {
            None => Write::No,
            Some(force) if force || file.is_none() => Write::Grow,
            Some(_) => Write::Shrink,
        };
        Self { path, file, folder, left, kept: BTreeMap::new(), write, new: 0 }
    }

    /// Suppresses the findings of the file at `path`, which is absolute, that the baseline covers.
    pub fn take(&mut self, path: &Path, findings: &mut [Finding], masker: &Masker) {
        let path = relative(&self.folder, path);
        for finding in findings {
            let other = |(path, name): &(String, String)| {
                let path = std::path::absolute(path).ok()?;
                Some((relative(&self.folder, &plain(&path)), name.clone()))
            };
            let elsewhere: Vec<_> = finding.told_elsewhere.iter().filter_map(other).collect();
            let own = self.left.take(finding, &path, &elsewhere);
            if self.write == Write::No {
                continue;
            }
            let known = finding.baseline_state == Some(BaselineState::Unchanged);
            let new = !known && finding.counts();
            self.new += u32::from(new);
            if new && self.write == Write::Grow {
                finding.suppression = Some(Suppression::accepted(SuppressionKind::Baseline));
            } else if !(known && own) {
                // An occurrence elsewhere keeps its entry there.
                continue;
            }
            let (rule, fingerprint) = (finding.rule.clone(), finding.fingerprint.clone());
            let key = EntryKey { path: path.clone(), rule, fingerprint };
            self.kept.entry(key).or_insert_with(|| Kept { count: 0, quote: quote(finding, masker) }).count += 1;
        }
    }

    /// Entries and appeals that the run covered but did not find: the rule and the place in the baseline's file.
    pub fn stale(&self, reach: &Reach) -> Vec<(String, Span)> {
        let Some(file) = &self.file else { return Vec::new() };
        let gone = |rule: &str, path: &str| {
            let path = plain(&self.folder.join(path));
            reach.covers(&path) && reach.asks(rule, &path)
        };
        let entries = self.left.entries().zip(&file.entry_places);
        // Entries about to be dropped are not reported.
        let entries =
            entries.filter(|((entry, left), _)| self.write == Write::No && *left > 0 && gone(&entry.rule, &entry.path));
        let entries = entries.map(|((entry, _), place)| (entry.rule.clone(), *place));
        let whole = reach.covers(&self.folder);
        let appeals = self.left.appeals().zip(&file.appeal_places).filter(|((appeal, met), _)| {
            !met && appeal.path.as_ref().map_or(whole, |path| reach.covers(&plain(&self.folder.join(path))))
        });
        entries.chain(appeals.map(|((appeal, _), place)| (appeal.fingerprint.clone(), *place))).collect()
    }

    /// Rewrites the file with what was found and what the run did not cover. Returns a message.
    pub fn write(&self, reach: &Reach, ui: Ui) -> io::Result<String> {
        let mut kept = self.kept.clone();
        let mut dropped = 0;
        for (entry, left) in self.left.entries().filter(|(_, left)| *left > 0) {
            let path = plain(&self.folder.join(&entry.path));
            if reach.covers(&path) && reach.asks(&entry.rule, &path) {
                dropped += left;
            } else {
                let Entry { path, rule, fingerprint, quote, .. } = entry.clone();
                let key = EntryKey { path, rule, fingerprint };
                kept.entry(key).or_insert(Kept { count: 0, quote }).count += left;
            }
        }
        let total: u32 = kept.values().map(|kept| kept.count).sum();
        let entry = |(EntryKey { path, rule, fingerprint }, Kept { count, quote })| Entry {
            rule,
            path,
            fingerprint,
            count,
            quote,
        };
        let entries: Vec<Entry> = kept.into_iter().map(entry).collect();
        match &self.file {
            Some(file) => {
                let text = file.with(&entries);
                if *text != *file.text {
                    write::replace(&self.path, text.as_bytes())?;
                }
            }
            None => write::create(&self.path, BaselineFile::new_text(&entries, ui).as_bytes())?,
        }
        let [total, dropped, new] = [total, dropped, self.new].map(|count| count.to_string());
        let path = super::context::shown(&self.path);
        let figures = [("path", &*path), ("total", &*total), ("dropped", &*dropped), ("new", &*new)];
        let refused = self.new > 0 && self.write != Write::Grow;
        Ok(ui.text(if refused { "baseline.refused" } else { "baseline.wrote" }, &figures))
    }
}

/// A finding's quotation for an entry: masked and shortened.
fn quote(finding: &Finding, masker: &Masker) -> String {
    let line = masker.mask(&finding.quote).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A path from `folder` on, with `/` on every system; both are absolute.
fn relative(folder: &Path, path: &Path) -> String {
    let mut up = 0;
    let rest = folder.ancestors().find_map(|above| {
        up += 1;
        path.strip_prefix(above).ok()
    });
    let Some(rest) = rest else { return path.display().to_string() };
    let names = rest.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    std::iter::repeat_n("..".into(), up - 1).chain(names).collect::<Vec<_>>().join("/")
}
