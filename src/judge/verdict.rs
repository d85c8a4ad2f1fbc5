//! Judges one conversation: evaluates every rule, and turns offences into findings.

use super::case::Case;
use super::digest::{Digest, digest};
use super::fingerprint::Fingerprints;
use super::offence::Offence;
use super::options::Options;
use super::silence::Silence;
use super::trigger::Unknown;
use super::{
    Finding, Remark, agree, forbid, give_way, keep, limit, meta, order, pace, pair, repeat, require, slot, waiver,
};
use crate::conversation::Conversation;
use crate::cue::{Scan, Scratch};
use crate::rulebook::{Check, Rule, Rulebook};
use crate::source::word;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// The result of judging a conversation.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Verdict {
    /// In order of turn, place, rule.
    pub findings: Vec<Finding>,
    /// Rules (by index) that could not be evaluated, and why; once per reply.
    pub not_evaluated: Vec<(usize, Unknown)>,
    /// Turns of the input, without those given as context.
    pub turns: usize,
    /// Replies that were judged.
    pub replies: usize,
    /// Waivers of the settings that matched, by their numbers.
    pub used_waivers: Vec<usize>,
    /// What is wrong with the waivers in the text.
    pub remarks: Vec<Remark>,
    /// What is compared with other templates, if a rule compares them.
    pub digest: Option<Digest>,
}

/// Judges a conversation.
pub fn judge(
    rulebook: &Rulebook,
    conversation: &Conversation,
    path: Option<&str>,
    options: &Options,
    scratch: &mut Scratch,
) -> Verdict {
    examine(rulebook, conversation, path, options, scratch, |_, _| ()).0
}

/// For a rule: the first turns of the replies it applied to, with its condition and place met; `None` for a rule that
/// always applies.
pub type Occasions<'a> = dyn Fn(&Rule) -> Option<Vec<usize>> + 'a;

/// Judges a conversation and gives `look` the scans of its turns and the occasions for each rule, so that nothing is
/// scanned twice.
pub fn examine<T>(
    rulebook: &Rulebook,
    conversation: &Conversation,
    path: Option<&str>,
    options: &Options,
    scratch: &mut Scratch,
    look: impl FnOnce(&[Arc<Scan>], &Occasions<'_>) -> T,
) -> (Verdict, T) {
    let case = Case::new(rulebook, conversation, options, scratch, |_| ());
    let mut verdict = case.verdict(0..rulebook.rules.len(), path);
    let seen = look(&case.scans, &|rule| require::occasions(&case, &rule.id, &rule.check));
    let applied = waiver::apply(rulebook, conversation, options, &mut verdict.findings, &verdict.not_evaluated);
    (verdict.used_waivers, verdict.remarks) = (applied.used, applied.remarks);
    give_way::give_way(rulebook, &mut verdict.findings);
    verdict.digest = digest(&case);
    for scan in case.scans {
        scratch.recycle(scan);
    }
    (verdict, seen)
}

impl Case<'_> {
    /// Evaluates these rules.
    pub fn verdict(&self, rules: Range<usize>, path: Option<&str>) -> Verdict {
        let book = &self.rulebook.rules;
        let judged = self.replies.iter().filter(|reply| self.judged(reply).next().is_some()).count();
        let turns = self.conversation.turns.iter().filter(|turn| !turn.context).count();
        let mut verdict = Verdict { turns, replies: judged, ..Verdict::default() };
        let mut offences: Vec<(usize, Offence)> = Vec::new();
        // Without an agent's words, only rules about bots have something to judge.
        for number in rules.filter(|&number| judged > 0 || book[number].check.is_asked_of_bots()) {
            self.ask(number, &book[number], &mut offences, &mut verdict.not_evaluated);
        }
        offences.sort_by(|(one, a), (other, b)| {
            let key = |offence: &Offence| (offence.at, offence.outside.as_ref().map(|beside| beside.0));
            (key(a), &book[*one].id).cmp(&(key(b), &book[*other].id))
        });
        let mut fingerprints = Fingerprints::default();
        for (number, offence) in offences {
            let rule = &book[number];
            let severity = self.options.severity(number, rule).unwrap_or(rule.severity);
            verdict.findings.push(offence.finding(self, rule, severity, path, &mut fingerprints));
        }
        verdict
    }

    fn ask(
        &self,
        number: usize,
        rule: &Rule,
        offences: &mut Vec<(usize, Offence)>,
        unknown: &mut Vec<(usize, Unknown)>,
    ) {
        let on = self.options.is_on(number);
        if !on || !rule.is_for(self.conversation.mode) || self.call && rule.written_only {
            return;
        }
        let mut out = Vec::new();
        let mut not = Vec::new();
        match &rule.check {
            Check::Forbid(check) => forbid::ask(self, check, &mut out, &mut not),
            Check::Prefer(check) => forbid::prefer(self, check, &mut out),
            Check::Require(check) => require::ask(self, check, &mut out, &mut not),
            Check::Pair(check) => pair::ask(self, check, &mut out, &mut not),
            Check::Order(check) => order::ask(self, check, &mut out),
            Check::Limit(check) => limit::ask(self, check, &mut out, &mut not),
            Check::Agree(check) => agree::ask(self, check, &mut out),
            Check::Repeat(check) => repeat::ask(self, check, &mut out),
            Check::Slot(check) => slot::ask(self, check, &mut out),
            Check::Keep(check) => keep::ask(self, check, &mut out, &mut not),
            Check::Pace(check) => pace::ask(self, &rule.id, check, &mut out, &mut not),
            Check::Meta(check) => meta::ask(self, check, &mut out, &mut not),
        }
        if out.is_empty() && not.is_empty() {
            return;
        }
        out.retain(|offence| {
            let lang = self.lang(offence.at.turn);
            let spoken = rule.languages.is_empty() || rule.languages.contains(&lang);
            if !spoken {
                self.note(|| Silence::at(offence.at, "language").value("lang", word(lang)));
            }
            spoken
        });
        offences.extend(out.into_iter().map(|offence| (number, offence)));
        unknown.extend(not.into_iter().map(|reason| (number, reason)));
    }
}
