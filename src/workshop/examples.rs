//! Runs the examples that every rule and cue carries.

use super::marks::{Marked, unmark};
use crate::conversation::{Chunk, Conversation, Metadata, Mode, Origin, Role, Turn, Value};
use crate::cue::{Lists, Scratch, raw::Cue};
use crate::judge::{Agreed, Clock, Filed, Finding, House, Options, judge, judge_together};
use crate::language::fold_str;
use crate::language::time::moment;
use crate::rulebook::{Pack, PackText, Rulebook, raw};
use crate::source::{Diagnostic, Span, Wording, wording};
use jiff::tz::{self, TimeZone};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The result of running examples.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Examples of rules that were run.
    pub rules: usize,
    /// Examples of cues that were run.
    pub cues: usize,
    /// Examples that failed, with their place in the pack.
    pub failures: Vec<Diagnostic>,
}

/// Runs the examples of these packs under `rulebook`.
pub fn test(rulebook: &Rulebook, files: &[PackText]) -> Outcome {
    let mut bench = Bench { rulebook, scratch: Scratch::thorough(), outcome: Outcome::default() };
    for file in files.iter().filter(|file| !file.path.ends_with("scenarios.toml")) {
        // A pack that does not load has been reported when the rulebook was made.
        let Ok(pack) = Pack::read(file.clone()) else { continue };
        for (name, rule) in &pack.rules {
            let id = pack.rule_id(name.get_ref());
            for (examples, offends) in [(&rule.bad, true), (&rule.good, false)] {
                for example in examples {
                    bench.rule(&pack, &id, rule, example.get_ref(), example.span(), offends);
                }
            }
        }
        for (name, cue) in &pack.cues {
            for (examples, expected) in [(&cue.yes, true), (&cue.no, false)] {
                for example in examples {
                    bench.cue(&pack, name.get_ref(), cue, example.get_ref(), example.span(), expected);
                }
            }
        }
    }
    bench.outcome
}

struct Bench<'a> {
    rulebook: &'a Rulebook,
    scratch: Scratch,
    outcome: Outcome,
}

impl Bench<'_> {
    fn rule(
        &mut self,
        pack: &Pack,
        id: &str,
        rule: &raw::Rule,
        example: &raw::Example,
        place: Range<usize>,
        offends: bool,
    ) {
        self.outcome.rules += 1;
        let (mut conversation, mut marks) = conversation(example);
        let findings = if example.templates.is_empty() {
            self.findings(id, &conversation, example)
        } else {
            conversation = Conversation::default();
            marks.clear();
            self.together(id, &example.templates, example, &mut marks)
        };
        let found: Vec<(usize, Span)> = findings.iter().map(|finding| (finding.turn, finding.span)).collect();
        let quotes: Vec<&str> = findings.iter().map(|finding| finding.quote.as_str()).collect();
        let problem = if !offends {
            (!found.is_empty())
                .then(|| wording!("this is to be fine, but {id} finds {places}", id, places = listed(&quotes)))
        } else if found.is_empty() {
            Some(wording!("this is to offend, but {id} finds nothing", id))
        } else if !marks.is_empty() && !same(&found, &marks) {
            Some(wording!("the marks are elsewhere: {id} finds {places}", id, places = listed(&quotes)))
        } else {
            self.fixed(id, rule, example, &conversation, &findings)
        };
        self.note(pack, problem, place);
    }

    fn findings(&mut self, id: &str, conversation: &Conversation, example: &raw::Example) -> Vec<Finding> {
        let options = options(example);
        let mut verdict = judge(self.rulebook, conversation, None, &options, &mut self.scratch);
        verdict.findings.retain(|finding| finding.rule == id);
        verdict.findings
    }

    /// Findings of templates that are compared; a finding's turn is then the number of its template.
    fn together(
        &mut self,
        id: &str,
        templates: &[raw::ExampleTemplate],
        example: &raw::Example,
        marks: &mut Vec<(usize, Span)>,
    ) -> Vec<Finding> {
        let options = Arc::new(options(example));
        let (mut files, mut numbers) = (Vec::new(), Vec::new());
        for (number, template) in templates.iter().enumerate() {
            let Marked { text, spans } = unmark(&template.text);
            marks.extend(spans.into_iter().map(|span| (number, span)));
            let mut conversation = Conversation::draft(text);
            let (chunk, metadata) = described(&template.metadata);
            conversation.chunk = Chunk::new([&conversation.chunk.text, chunk.as_str()].concat(), 0);
            conversation.describe(metadata);
            let path = template.path.clone().unwrap_or_else(|| format!("{}.md", number + 1));
            let verdict = judge(self.rulebook, &conversation, Some(&path), &options, &mut self.scratch);
            let Some(digest) = verdict.digest else { continue };
            let (path, options) = (Some(path.into()), options.clone());
            files.push(Filed { path, number: 0, whole: true, old: false, digest, options });
            numbers.push(number);
        }
        let found = judge_together(self.rulebook, &files);
        let found = found.into_iter().filter(|(_, finding)| finding.rule == id);
        found.map(|(file, finding)| Finding { turn: numbers[file], ..finding }).collect()
    }

    /// Checks that the fixed text is the expected one, with no finding of the rule left.
    fn fixed(
        &mut self,
        id: &str,
        rule: &raw::Rule,
        example: &raw::Example,
        conversation: &Conversation,
        findings: &[Finding],
    ) -> Option<Wording> {
        let applied = rule.suggest.as_ref().is_some_and(|suggest| suggest.fix != crate::rulebook::Safety::Ask);
        if !applied && example.fixed.is_none() {
            return None;
        }
        let mut fixed = conversation.clone();
        for finding in findings.iter().rev() {
            for edit in finding.fixes.iter().flat_map(|fix| fix.edits.iter().rev()) {
                fixed.turns[edit.turn].text.replace_range(edit.span.start..edit.span.end, &edit.text);
            }
        }
        let text = fixed.turns.last().map(|turn| turn.text.clone()).unwrap_or_default();
        if let Some(expected) = example.fixed.as_ref().filter(|expected| **expected != text) {
            return Some(wording!("the fix makes “{text}”, not “{expected}”", text, expected));
        }
        let left = self.findings(id, &fixed, example);
        (!left.is_empty()).then(|| {
            wording!("the fix makes “{text}”, and {id} still finds “{quote}”", text, id, quote = &left[0].quote)
        })
    }

    fn cue(&mut self, pack: &Pack, name: &str, cue: &Cue, example: &str, place: Range<usize>, expected: bool) {
        self.outcome.cues += 1;
        let Marked { text, spans } = unmark(example);
        let Some(id) = self.rulebook.program.cue(name) else { return };
        let role = cue.roles.first().copied().unwrap_or(Role::Agent);
        let scan = self.rulebook.program.scan(&mut self.scratch, &text, role, &Lists::new());
        let found: Vec<Span> = scan.hits(id).iter().map(|hit| scan.span(hit.start, hit.end, &text)).collect();
        let quotes: Vec<&str> = found.iter().map(|span| span.of(&text)).collect();
        let places = |spans: &[Span]| spans.iter().map(|&span| (0, span)).collect::<Vec<_>>();
        let problem = match (expected, found.is_empty()) {
            (true, true) => Some(wording!("the cue {name} is to be here, and is not found", name)),
            (true, false) if !spans.is_empty() && !same(&places(&found), &places(&spans)) => {
                Some(wording!("the marks are elsewhere: {name} is found at {places}", name, places = listed(&quotes)))
            }
            (false, false) => Some(wording!(
                "the cue {name} is not to be here, but is found at {places}",
                name,
                places = listed(&quotes)
            )),
            _ => None,
        };
        self.note(pack, problem, place);
    }

    fn note(&mut self, pack: &Pack, problem: Option<Wording>, place: Range<usize>) {
        let Some(problem) = problem else { return };
        let failure = Diagnostic::error("pack/example", problem).path(&*pack.file.path).text(pack.file.text.clone());
        self.outcome.failures.push(failure.label(place, wording!("this example")));
    }
}

/// The example's time, if it states one; its times are in UTC+8.
fn clock(example: &raw::Example) -> Option<Arc<Clock>> {
    let zone = TimeZone::fixed(tz::offset(8));
    let as_of = moment(example.as_of.as_ref()?, &zone).ok()?;
    Some(Arc::new(Clock::new(zone, as_of)))
}

/// An example's conversation, and the marks in it.
fn conversation(example: &raw::Example) -> (Conversation, Vec<(usize, Span)>) {
    let mut turns = Vec::new();
    let mut marks = Vec::new();
    if let Some(customer) = &example.customer {
        turns.push(Turn { context: true, ..Turn::new(Role::Customer, customer) });
    }
    let reply = example.reply.as_ref().map(|text| (Role::Agent, text, None, None));
    let told = example.turns.iter().map(|turn| (turn.role, &turn.text, turn.time.clone(), turn.end.clone()));
    for (role, text, time, end) in reply.into_iter().chain(told) {
        let Marked { text, spans } = unmark(text);
        marks.extend(spans.into_iter().map(|span| (turns.len(), span)));
        turns.push(Turn { time, end, origin: Origin::Unmapped, ..Turn::new(role, text) });
    }
    let usual = if example.turns.is_empty() { Mode::Draft } else { Mode::Transcript };
    let (chunk, metadata) = described(&example.metadata);
    let mut conversation = Conversation {
        mode: example.kind.unwrap_or(usual),
        scenario: example.scenario.clone(),
        closed_by: example.closed_by,
        slots: example.slots.clone(),
        channel: example.channel.clone(),
        chunk: Chunk::new(chunk, 0),
        turns,
        ..Conversation::default()
    };
    if !metadata.is_empty() {
        conversation.describe(metadata);
    }
    (conversation, marks)
}

/// Metadata as front matter would give it, and its text.
fn described(written: &BTreeMap<String, raw::OneOrMany>) -> (String, Metadata) {
    let (mut text, mut metadata) = (String::new(), Metadata::default());
    for (name, values) in written {
        let mut places = Vec::new();
        for value in values.all() {
            let start = text.len();
            text.push_str(&value);
            places.push(Value::new(value, Span::new(start, text.len())));
            text.push('\n');
        }
        metadata.put(name, places);
    }
    (text, metadata)
}

/// The options that an example asks for.
fn options(example: &raw::Example) -> Options {
    let table = |table: &BTreeMap<String, raw::OneOrMany>| {
        table.iter().map(|(name, values)| (name.clone(), values.all())).collect::<BTreeMap<_, _>>()
    };
    let config = &example.config;
    let facts = &config.facts;
    let facts = Agreed::new(&table(&facts.times), &table(&facts.amounts), &facts.phones, &facts.links);
    let house = House {
        // An example with an invalid fact fails, as it finds nothing.
        facts: facts.unwrap_or_default(),
        required: config.templates.required.clone(),
        languages: config.templates.languages.clone(),
    };
    let folded = |list: &[String]| list.iter().map(|entry| fold_str(entry)).collect();
    let lists = example.lists().into_iter().map(|(name, list)| (name, folded(list))).collect();
    Options { lang: example.lang, lists, clock: clock(example), house: Arc::new(house), ..Options::default() }
}

/// Whether the findings match the marks one to one, in order.
fn same(found: &[(usize, Span)], marks: &[(usize, Span)]) -> bool {
    found.len() == marks.len()
        && found.iter().zip(marks).all(|(one, other)| one.0 == other.0 && one.1.overlaps(other.1))
}

fn listed(quotes: &[&str]) -> String {
    quotes.iter().map(|quote| format!("“{quote}”")).collect::<Vec<_>>().join(", ")
}
