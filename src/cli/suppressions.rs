//! Suppressions in a run: waivers of the settings, baselines and appeals. Marks the findings they cover and, at the
//! end, reports entries that matched nothing.

use super::args::Check;
use super::asked::Source;
use super::baselines::Held;
use super::context::Context;
use super::inputs::plain;
use super::remarks;
use super::run_scope::Reach;
use crate::conversation::{Chunk, Conversation};
use crate::judge::{Finding, Override, Remark, RemarkKind};
use crate::report::Masker;
use crate::report::Ui;
use crate::source::Span;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// The state of a run.
pub struct Accepted {
    contexts: Vec<One>,
    held: Vec<Held>,
    pub reach: Reach,
    today: Date,
}

/// The waivers and the baseline of one context.
struct One {
    context: Arc<Context>,
    used: BTreeSet<usize>,
    /// Rules that could not always be evaluated.
    unknown: HashSet<usize>,
    baseline: Option<usize>,
}

impl Accepted {
    /// For a run over `sources`.
    pub fn new(check: &Check, sources: &[Source], today: Date) -> Self {
        let mut new = Self { contexts: Vec::new(), held: Vec::new(), reach: Reach::new(check, sources), today };
        for source in sources {
            new.one(&source.context, check.write_baseline.then_some(check.force));
        }
        new
    }

    fn one(&mut self, context: &Arc<Context>, writing: Option<bool>) {
        if self.contexts.iter().any(|one| Arc::ptr_eq(&one.context, context)) {
            return;
        }
        let baseline = context.settings.baseline.value.as_ref().map(|path| {
            self.held.iter().position(|held| held.path == *path).unwrap_or_else(|| {
                self.held.push(Held::new(path.clone(), context.baseline.clone(), writing));
                self.held.len() - 1
            })
        });
        let one = One { context: context.clone(), used: BTreeSet::new(), unknown: HashSet::new(), baseline };
        self.contexts.push(one);
    }

    /// Whether anything here depends on the day.
    pub fn is_dated(&self) -> bool {
        self.contexts.iter().any(|one| one.context.settings.waivers.iter().any(|waiver| waiver.expires.is_some()))
    }

    /// Records an input that could not be read, wholly or in part.
    pub fn failed(&mut self, path: Option<&str>) {
        self.reach.failed.extend(path.and_then(|path| std::path::absolute(path).ok()).map(|path| plain(&path)));
    }

    /// Records which waivers of the settings matched, and which rules could not be evaluated.
    pub fn note(&mut self, context: &Arc<Context>, used: &[usize], unknown: impl Iterator<Item = usize>) {
        if let Some(one) = self.contexts.iter_mut().find(|one| Arc::ptr_eq(&one.context, context)) {
            one.used.extend(used);
            one.unknown.extend(unknown);
        }
    }

    /// Suppresses the findings in a file that its baseline covers. Text that is not in a file has none.
    pub fn take(&mut self, context: &Arc<Context>, path: Option<&str>, findings: &mut [Finding], masker: &Masker) {
        let Some(one) = self.contexts.iter().find(|one| Arc::ptr_eq(&one.context, context)) else { return };
        let Some(held) = one.baseline.map(|number| &mut self.held[number]) else { return };
        if let Some(path) = path.and_then(|path| std::path::absolute(path).ok()) {
            held.take(&plain(&path), findings, masker);
        }
    }

    /// Remarks on stale entries, file by file, in the order of their places.
    pub fn remarks(&self, ui: Ui) -> Vec<(Conversation, Vec<Finding>)> {
        let mut found = Vec::new();
        if self.reach.partial {
            return found;
        }
        for one in &self.contexts {
            let mut remarks: Vec<(&Arc<str>, String, Remark)> = Vec::new();
            let waivers = one.context.settings.waivers.iter().enumerate();
            for (kind, waiver) in waivers.filter_map(|(number, waiver)| Some((self.doubt(one, number)?, waiver))) {
                let Some(severity) = one.context.remark(kind) else { continue };
                let remark = Remark { kind, severity, name: waiver.rule.clone(), near: None, span: waiver.span };
                let path = waiver.file().map(super::context::shown).unwrap_or_default();
                remarks.push((&waiver.text, path, remark));
            }
            found.extend(gathered(remarks, ui));
        }
        for held in &self.held {
            let with = |one: &&One| one.baseline.is_some_and(|number| std::ptr::eq(&raw const self.held[number], held));
            let severity = self.contexts.iter().find(with).and_then(|one| one.context.remark(RemarkKind::Stale));
            let (Some(severity), Some(file)) = (severity, &held.file) else { continue };
            let stale = held.stale(&self.reach).into_iter().map(|(name, span): (String, Span)| {
                let remark = Remark { kind: RemarkKind::Stale, severity, name, near: None, span };
                (&file.text, super::context::shown(&held.path), remark)
            });
            found.extend(gathered(stale.collect(), ui));
        }
        found
    }

    /// Whether a waiver of the settings has expired or is unused.
    fn doubt(&self, one: &One, number: usize) -> Option<RemarkKind> {
        let waiver = &one.context.settings.waivers[number];
        let rules = &one.context.rulebook.rules;
        let mut reached = false;
        for (path, options, context) in &self.reach.files {
            if !Arc::ptr_eq(context, &one.context) || !waiver.fits(path) {
                continue;
            }
            let named = || rules.iter().enumerate().filter(|(_, rule)| rule.answers_to(&waiver.rule));
            let off = |number: usize| options.overrides.get(number) == Some(&Override::Off);
            if named().any(|(number, _)| off(number) || one.unknown.contains(&number)) {
                return None;
            }
            reached = true;
        }
        if waiver.is_over(self.today) {
            return reached.then_some(RemarkKind::Expired);
        }
        let whole = || waiver.reach().iter().all(|path| self.reach.covers(path));
        (!one.used.contains(&number) && whole()).then_some(RemarkKind::Unused)
    }

    /// Rewrites the baselines; returns a message about each.
    ///
    /// # Errors
    /// The first file that cannot be written.
    pub fn write(&self, ui: Ui) -> std::io::Result<Vec<String>> {
        self.held.iter().map(|held| held.write(&self.reach, ui)).collect()
    }
}

/// Remarks as findings, those of one file together.
fn gathered(remarks: Vec<(&Arc<str>, String, Remark)>, ui: Ui) -> Vec<(Conversation, Vec<Finding>)> {
    let mut files: Vec<(String, Chunk, Vec<Remark>)> = Vec::new();
    for (text, path, remark) in remarks {
        let at = files.iter().position(|(known, ..)| *known == path).unwrap_or_else(|| {
            files.push((path, Chunk::new(text.clone(), 0), Vec::new()));
            files.len() - 1
        });
        files[at].2.push(remark);
    }
    files.into_iter().map(|(path, chunk, remarks)| remarks::findings(&chunk, Some(&path), &remarks, ui)).collect()
}
