//! The answer to “why not?”: drawn for people, or one JSON record a conversation.

use super::view::View;
use super::{Masker, Ui, sanitize_line};
use crate::conversation::Conversation;
use crate::judge::{Answer, Finding, Sight, Spot, Step};
use crate::source::{Span, word};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// A conversation and the rule in question.
pub struct WhyView<'a> {
    rule: &'a str,
    path: Option<&'a str>,
    conversation: &'a Conversation,
    view: View<'a>,
    ui: Ui,
}

impl<'a> WhyView<'a> {
    /// A view of the answer about this rule.
    pub fn new(
        rule: &'a str,
        path: Option<&'a str>,
        conversation: &'a Conversation,
        masker: &'a Masker,
        ui: Ui,
    ) -> Self {
        Self { rule, path, conversation, view: View::new(conversation, masker), ui }
    }

    /// Each relevant turn, and below it what was seen and why it led to nothing.
    pub fn pretty(&mut self, out: &mut dyn Write, answer: &Answer) -> io::Result<()> {
        let found = if answer.findings.is_empty() { "why.none" } else { "why.some" };
        let count = answer.findings.len().to_string();
        let head = self.ui.text(found, &[("count", &count)]);
        writeln!(out, "{}: {head}", sanitize_line(self.rule))?;
        for (reason, values) in answer.barred.iter().chain(&answer.needs) {
            writeln!(out, "  {}", sanitize_line(&self.sentence(reason, values, None)))?;
        }
        let turns: BTreeSet<usize> = answer
            .steps
            .iter()
            .map(|step| step.at.turn)
            .chain(answer.findings.iter().map(|finding| finding.turn))
            .collect();
        for turn in turns {
            let text = self.view.text(turn);
            let role = self.role(turn);
            let shown = self.view.quote(turn, Span::new(0, text.len()));
            writeln!(out, "{}{role}: {}", sanitize_line(&self.place(turn, answer)), sanitize_line(&shown))?;
            for step in answer.steps.iter().filter(|step| step.at.turn == turn) {
                let word = self.word(seen(&step.seen));
                let line = [step.cue.clone().unwrap_or_default(), self.quoted(&step.at), self.explained(step)];
                let line: Vec<String> = line.into_iter().filter(|part| !part.is_empty()).collect();
                writeln!(out, "  {word} {}", sanitize_line(&line.join("  ")))?;
            }
            for finding in answer.findings.iter().filter(|finding| finding.turn == turn) {
                let message = self.view.sentence(&finding.message, finding);
                writeln!(out, "  {} {}", self.word("found"), sanitize_line(&message))?;
            }
        }
        Ok(())
    }

    /// One record.
    pub fn jsonl(&mut self, out: &mut dyn Write, answer: &Answer) -> io::Result<()> {
        let findings: Vec<Value> = answer.findings.iter().map(|finding| self.finding(finding)).collect();
        let mut said = |all: &[(&'static str, Vec<(&'static str, String)>)]| -> Vec<Value> {
            all.iter()
                .map(|(reason, values)| json!({ "reason": reason, "text": self.sentence(reason, values, None) }))
                .collect()
        };
        let (barred, needs) = (said(&answer.barred), said(&answer.needs));
        let steps: Vec<Value> = answer.steps.iter().map(|step| self.step(step)).collect();
        let id = self.conversation.id.as_deref().map(|id| self.view.plain(id));
        let path = self.path.map(|path| self.view.plain(path));
        let record = json!({
            "schema": 1, "kind": "why", "rule": self.rule, "path": path, "conversation": id,
            "findings": findings, "barred": barred, "needs": needs, "steps": steps,
        });
        serde_json::to_writer(&mut *out, &record).map_err(io::Error::from)?;
        writeln!(out)
    }

    fn finding(&mut self, finding: &Finding) -> Value {
        json!({
            "turn": finding.turn, "span": finding.span, "location": finding.location,
            "quote": self.view.finding_quote(finding), "message": self.view.sentence(&finding.message, finding),
            "fingerprint": finding.fingerprint,
        })
    }

    fn step(&mut self, step: &Step) -> Value {
        let by = step.by.as_ref().map(|by| self.spot(by));
        let mut record = self.spot(&step.at);
        let more = json!({
            "role": self.conversation.turns[step.at.turn].role,
            "seen": seen(&step.seen), "cue": step.cue, "reason": step.reason,
            "text": self.explained(step), "by": by,
        });
        if let (Some(record), Value::Object(more)) = (record.as_object_mut(), more) {
            record.extend(more);
        }
        record
    }

    fn spot(&mut self, spot: &Spot) -> Value {
        let quote = self.view.quote(spot.turn, spot.span);
        json!({ "turn": spot.turn, "span": spot.span, "location": spot.location, "quote": quote })
    }

    /// The explanation of a step; empty for a plain hit.
    fn explained(&mut self, step: &Step) -> String {
        if step.reason == "hit" { String::new() } else { self.sentence(step.reason, &step.values, step.by.as_ref()) }
    }

    fn sentence(&mut self, reason: &str, values: &[(&'static str, String)], by: Option<&Spot>) -> String {
        let by = by.map(|by| self.view.quote(by.turn, by.span)).unwrap_or_default();
        let values: Vec<(&str, String)> = values.iter().map(|(name, value)| (*name, self.view.plain(value))).collect();
        let mut given: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        given.push(("by", &by));
        self.ui.text(&format!("why.{reason}"), &given)
    }

    /// The words of a place in quotation marks; empty if it is the whole turn.
    fn quoted(&mut self, spot: &Spot) -> String {
        if spot.span.of(self.view.text(spot.turn)).trim() == self.view.text(spot.turn).trim() && spot.span.start == 0 {
            return String::new();
        }
        format!("\u{201c}{}\u{201d}", self.view.quote(spot.turn, spot.span))
    }

    fn role(&self, turn: usize) -> String {
        self.ui.text(&format!("role.{}", word(self.conversation.turns[turn].role)), &[])
    }

    /// The location of a turn: the first place mentioned in it.
    fn place(&self, turn: usize, answer: &Answer) -> String {
        let steps = answer.steps.iter().filter(|step| step.at.turn == turn).map(|step| step.at.location);
        let findings = answer.findings.iter().filter(|finding| finding.turn == turn).map(|finding| finding.location);
        let first = steps.chain(findings).flatten().map(|location| location.start.line).min();
        let mut parts: Vec<String> = self.path.map(|path| self.view.plain(path)).into_iter().collect();
        match (first, &self.conversation.id) {
            (Some(line), _) => parts.push(line.to_string()),
            (None, Some(id)) => parts.push(format!("{}#{}", self.view.plain(id), turn + 1)),
            (None, None) => {}
        }
        if parts.is_empty() { String::new() } else { parts.join(":") + ": " }
    }

    /// The word for what was seen, padded to the widest.
    fn word(&self, seen: &str) -> String {
        use unicode_width::UnicodeWidthStr;
        let word = self.ui.text(&format!("seen.{seen}"), &[]);
        let space = 8_usize.saturating_sub(word.width());
        word + &" ".repeat(space)
    }
}

fn seen(seen: &Sight) -> &'static str {
    match seen {
        Sight::Hit => "hit",
        Sight::Part => "part",
        Sight::Dropped => "dropped",
        Sight::Silent => "silent",
    }
}
