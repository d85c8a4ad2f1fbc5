//! The totals at the end of a run, which add up to its input.

use super::{Masker, Ui, sanitize_line};
use crate::conversation::{Conversation, Mode};
use crate::judge::{Finding, Fix, SuppressionKind, fix};
use crate::rulebook::{Safety, Severity};
use schemars::JsonSchema;
use serde::Serialize;

/// Most records of one kind kept one by one; the rest are grouped.
const KEPT: usize = 1000;
/// Most groups beyond those.
const GROUPS: usize = 50;

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Number of errors.
    pub error: u64,
    /// Number of warnings.
    pub warning: u64,
    /// Number of pieces of advice.
    pub advice: u64,
}

impl Counts {
    /// All of them.
    pub const fn total(self) -> u64 {
        self.error + self.warning + self.advice
    }

    /// Adds those of another part of the input.
    pub const fn merge(&mut self, other: Self) {
        let Self { error, warning, advice } = other;
        self.error += error;
        self.warning += warning;
        self.advice += advice;
    }
}

/// A part of the input that was skipped or failed, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Setback {
    /// The input; `null` for standard input.
    pub path: Option<String>,
    /// Line of the input, from 1.
    pub line: Option<usize>,
    /// The conversation's id, where it could be read.
    pub conversation: Option<String>,
    /// A stable name of the reason.
    pub reason: String,
    /// The reason in words.
    pub message: String,
    /// How many parts of the input this record stands for.
    pub count: u64,
}

/// Setbacks: the first thousand one by one, all of them counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setbacks {
    kept: Vec<Setback>,
    count: u64,
}

impl Setbacks {
    /// Adds one. Beyond the first thousand they are grouped by path and reason.
    pub fn push(&mut self, setback: Setback) {
        let setback = Setback { count: setback.count.max(1), ..setback };
        self.count += setback.count;
        if self.kept.len() < KEPT {
            self.kept.push(setback);
            return;
        }
        let alike = |kept: &&mut Setback| kept.path == setback.path && kept.reason == setback.reason;
        if let Some(kept) = self.kept[KEPT..].iter_mut().find(alike) {
            kept.count += setback.count;
        } else if self.kept.len() < KEPT + GROUPS {
            self.kept.push(setback);
        } else if let Some(last) = self.kept.last_mut() {
            last.count += setback.count;
        }
    }

    /// How many parts of the input.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The records; their counts add up to [`count`](Self::count).
    pub fn records(&self) -> std::slice::Iter<'_, Setback> {
        self.kept.iter()
    }
}

/// A rule that could not be asked, and why: never to be taken for clean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotEvaluated {
    /// The rule's id.
    pub rule: String,
    /// What was missing.
    pub reason: String,
    /// How often.
    pub count: u64,
}

/// How a file changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its contents changed.
    Changed,
    /// Its path changed.
    Renamed,
    /// It was deleted.
    Deleted,
}

/// A changed file, in a run over changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangedFile {
    /// How it changed.
    pub kind: ChangeKind,
    /// Its path as given.
    pub path: String,
    /// The path that it had before.
    pub former: Option<String>,
}

/// The totals of a run: `conversations` + `skipped` + `failed` is the whole input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Conversations that were judged.
    pub conversations: u64,
    /// Their turns.
    pub turns: u64,
    /// Their replies.
    pub replies: u64,
    /// Findings that count.
    pub findings: Counts,
    /// Findings that do not count: waived, in the baseline, dropped after an appeal, or covered by another finding.
    pub suppressed: u64,
    /// Those of them covered by another finding, which the summary does not mention.
    pub told: u64,
    /// Findings with a fix that may be applied safely.
    pub fixable: u64,
    /// Input that was left out on purpose.
    pub skipped: Setbacks,
    /// Input that could not be read.
    pub failed: Setbacks,
    /// Rules that could not be evaluated.
    pub not_evaluated: Vec<NotEvaluated>,
    /// The moment that deadlines were compared with, when a dated rule was on.
    pub as_of: Option<String>,
    /// The changed files, in a run over changes.
    pub changed: Option<Vec<ChangedFile>>,
    /// The resulting exit status.
    pub exit_status: u8,
}

impl Summary {
    /// Counts a conversation's findings. Findings in cells that cannot be edited, and in sent messages, are not
    /// fixable.
    pub fn add_findings(&mut self, conversation: &Conversation, findings: &[Finding]) {
        let sent = conversation.mode == Mode::Transcript;
        for finding in findings {
            if !finding.counts() {
                self.suppressed += 1;
                let told = finding.suppression.as_ref().is_some_and(|given| given.kind == SuppressionKind::SameWords);
                self.told += u64::from(told);
                continue;
            }
            match finding.severity {
                Severity::Error => self.findings.error += 1,
                Severity::Warning => self.findings.warning += 1,
                Severity::Advice => self.findings.advice += 1,
            }
            let held = |fix: &Fix| finding.cell.is_none() || fix::placed(conversation, fix).is_some();
            let safe = |fix: &Fix| fix.safety == Safety::Safe && held(fix);
            self.fixable += u64::from(!sent && finding.fixes.iter().any(safe));
        }
    }

    /// Adds the totals of another part of the input.
    pub fn merge(&mut self, other: Self) {
        // Destructured, so that the compiler reports a forgotten field.
        let Self {
            conversations,
            turns,
            replies,
            findings,
            suppressed,
            told,
            fixable,
            skipped,
            failed,
            not_evaluated,
            as_of,
            changed,
            exit_status,
        } = other;
        self.conversations += conversations;
        self.turns += turns;
        self.replies += replies;
        self.findings.merge(findings);
        self.suppressed += suppressed;
        self.told += told;
        self.fixable += fixable;
        skipped.kept.into_iter().for_each(|setback| self.skipped.push(setback));
        failed.kept.into_iter().for_each(|setback| self.failed.push(setback));
        self.not_evaluated.extend(not_evaluated);
        self.as_of = self.as_of.take().or(as_of);
        if let Some(changed) = changed {
            self.changed.get_or_insert_default().extend(changed);
        }
        self.exit_status = self.exit_status.max(exit_status);
    }

    /// A copy with private data masked in everything that came from the input.
    pub(super) fn masked(&self, masker: &Masker) -> Self {
        let mut copy = self.clone();
        for setback in copy.skipped.kept.iter_mut().chain(&mut copy.failed.kept) {
            setback.message = masker.mask(&setback.message);
            setback.conversation = setback.conversation.as_deref().map(|id| masker.mask(id));
        }
        copy
    }

    /// The lines for people, for standard error. None if all went well, unless `verbose`.
    pub fn lines(&self, ui: Ui, verbose: bool) -> Vec<String> {
        let (skipped, failed) = (self.skipped.count(), self.failed.count());
        let missing: u64 = self.not_evaluated.iter().map(|rule| rule.count).sum();
        if self.findings.total() + skipped + failed == 0 && !verbose {
            return Vec::new();
        }
        let text = |key: &str, count: u64| ui.text(key, &[("count", &count.to_string())]);
        let conversations = self.conversations.to_string();
        let mut lines = Vec::new();
        if self.findings.total() == 0 {
            // If nothing could be read, nothing was found clean either.
            if self.conversations > 0 || failed == 0 {
                lines.push(ui.text("summary.clean", &[("conversations", &conversations)]));
            }
        } else {
            let Counts { error, warning, advice } = self.findings;
            let [error, warning, advice] = [error, warning, advice].map(|count| count.to_string());
            let counts = [("error", &*error), ("warning", &*warning), ("advice", &*advice)];
            let conversations = ("conversations", &*conversations);
            lines.push(ui.text("summary.findings", &[conversations, counts[0], counts[1], counts[2]]));
        }
        let figures = [
            ("summary.suppressed", self.suppressed - self.told),
            ("summary.fixable", self.fixable),
            ("summary.skipped", skipped),
            ("summary.failed", failed),
        ];
        lines.extend(figures.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| text(key, count)));
        if missing > 0 && verbose {
            lines.extend(self.not_evaluated.iter().map(|NotEvaluated { rule, reason, count }| {
                let count = count.to_string();
                let parameters = [("rule", &**rule), ("reason", &**reason), ("count", &*count)];
                sanitize_line(&ui.text("summary.not-evaluated-rule", &parameters)).into_owned()
            }));
        } else if missing > 0 {
            lines.push(text("summary.not-evaluated", missing));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setbacks_are_counted_whole_and_kept_bounded() {
        let mut setbacks = Setbacks::default();
        for line in 0..100_000 {
            let path = Some(format!("{}.jsonl", line % 3000));
            setbacks.push(Setback { path, line: Some(line), reason: "json".into(), ..Setback::default() });
        }
        assert_eq!(setbacks.count(), 100_000);
        assert_eq!(setbacks.records().map(|setback| setback.count).sum::<u64>(), 100_000);
        assert!(setbacks.records().count() <= KEPT + GROUPS);
    }

    #[test]
    fn clean_is_silent() {
        let ui = Ui::default();
        let mut summary = Summary { conversations: 3, ..Summary::default() };
        assert!(summary.lines(ui, false).is_empty());
        assert_eq!(summary.lines(ui, true), ["3 段对话，没有提醒"]);
        summary.findings.error = 1;
        let missing = NotEvaluated { rule: "pace/long-silence".into(), reason: "没有时间".into(), count: 2 };
        summary.not_evaluated.push(missing);
        let lines = ["3 段对话：必改 1，建议改 0，可选 0", "有 2 处缺条件未判，-v 看明细"];
        assert_eq!(summary.lines(ui, false), lines);
        assert_eq!(summary.lines(ui, true)[1], "未判 pace/long-silence：没有时间，2 处");
    }
}
