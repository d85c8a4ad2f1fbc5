//! Placeholders: filled by a machine (`{{name}}`), by a person (`[姓名]`, `XX元`, `____`), or left broken by either.

mod blank;
mod block;
mod brace;
mod bracket;
mod code;
mod expression;
mod stand_in;
mod words;

pub use expression::mended;
pub use words::{Dialect, SlotWords};

use crate::source::Span;
use serde::{Deserialize, Serialize};

/// One placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotHit {
    /// The whole placeholder, signs included.
    pub span: Span,
    /// Whole or broken.
    pub kind: SlotKind,
    /// Its name, without filters and fallbacks.
    pub name: Option<Span>,
    /// How it is written.
    pub form: Form,
    /// Whether it has a fallback for an unknown value.
    pub fallback: bool,
    /// Whether it is the name in the greeting right before it.
    pub greets: bool,
    /// Whether the systems that use this form know fallbacks.
    pub may_fall_back: bool,
}

/// Whether a placeholder is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// Opened and closed.
    Closed,
    /// Closed, but opened with too few signs or none: `{name}}`.
    Unopened,
    /// Opened, but closed with too few signs or none: `{{name}`.
    Unclosed,
    /// A blank: `____`, `XX元`, `Dear ,`.
    Blank,
}

/// How placeholders are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// `{{name}}`, `{{a.b | filter}}`, `{{{x}}}`, `#{{x}}`.
    Mustache,
    /// `{% … %}`, `{{#if x}}`: a command, with no value of its own.
    Tag,
    /// `{# … #}`, `{% comment %} … {% endcomment %}`: not shown to customers.
    Comment,
    /// `{%customer.name,fallback=there%}`.
    Percents,
    /// `{name}`, `{0}`.
    Brace,
    /// `${x}`.
    Dollar,
    /// `#{x}`.
    Hash,
    /// `#name#`.
    Hashes,
    /// `%{name,fallback:there}`.
    Percent,
    /// `{!Contact.Name}`.
    Merge,
    /// `<<name>>`.
    Angle,
    /// `%s`, `%(name)s`.
    Printf,
    /// `[姓名]`, `【姓名】`.
    Bracket,
    /// `____`.
    Underscore,
    /// `XX先生`, `X月X日`.
    Letters,
    /// Before a form of address, a word that stands for any name.
    StandIn,
    /// `Dear ,`.
    Salutation,
}

/// Every placeholder in folded `text`, in order.
pub fn find(text: &str, words: &SlotWords) -> Vec<SlotHit> {
    let mut found = whole_and_broken(text, words);
    stand_in::add(text, words, &mut found);
    block::match_up(text, &mut found, words);
    for slot in found.iter_mut().filter(|slot| slot.kind == SlotKind::Closed) {
        slot.greets = words.greets(text, slot);
        slot.may_fall_back = words.may_fall_back(text, slot);
    }
    found
}

fn whole_and_broken(text: &str, words: &SlotWords) -> Vec<SlotHit> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let Some(mut at) = bytes.iter().position(|&byte| TRIGGERS[usize::from(byte)]) else { return found };
    let code = code::spans(text);
    let mut code = code.iter().peekable();
    loop {
        while code.next_if(|span| span.end <= at).is_some() {}
        let step = if code.peek().is_some_and(|span| span.start <= at) {
            Step::to(code.next().map_or(at + 1, |span| span.end))
        } else {
            look(text, at, words)
        };
        found.extend(step.hit);
        let from = step.next.max(at + 1).min(bytes.len());
        let Some(next) = bytes[from..].iter().position(|&byte| TRIGGERS[usize::from(byte)]) else { return found };
        at = from + next;
    }
}

/// What was recognised, and where to continue.
#[derive(Debug)]
struct Step {
    hit: Option<SlotHit>,
    next: usize,
}

impl Step {
    /// Nothing; continue at `next`.
    fn to(next: usize) -> Self {
        Self { hit: None, next }
    }

    fn hit(span: Span, kind: SlotKind, name: Option<Span>, form: Form) -> Self {
        let hit = SlotHit { span, kind, name, form, fallback: false, greets: false, may_fall_back: false };
        Self { hit: Some(hit), next: span.end }
    }
}

/// The first bytes of every form. 0xE3 begins CJK punctuation (【), 0xC3 begins ×.
static TRIGGERS: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b"{}[]<%_x*,:#\xC3\xE3";
    let mut index = 0;
    while index < signs.len() {
        table[signs[index] as usize] = true;
        index += 1;
    }
    table
};

fn look(text: &str, at: usize, words: &SlotWords) -> Step {
    let rest = &text.as_bytes()[at..];
    match rest {
        [b'{', ..] => brace::open(text, at, words),
        [b'}', ..] => brace::close(text, at, words),
        [b'[', ..] | [0xE3, 0x80, 0x90, ..] => bracket::open(text, at, words),
        [b']', ..] | [0xE3, 0x80, 0x91, ..] => bracket::close(text, at, words),
        [b'<', b'<', ..] => bracket::angle(text, at),
        [b'%', ..] => blank::printf(text, at),
        [b'#', next, ..] if *next != b'{' => bracket::hashes(text, at, words),
        [b'_', b'_', ..] => blank::underscores(text, at, words),
        [b'x' | b'*', ..] | [0xC3, 0x97, ..] => blank::letters(text, at, words),
        [b',' | b':', ..] => blank::salutation(text, at, words),
        _ => Step::to(at + 1),
    }
}

/// Characters of a placeholder's name: letters, digits, `_`, `.` and Han.
fn is_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.')
}

/// The run of name characters at the start of `text`, at most `most` characters.
fn name_run(text: &str, most: usize) -> &str {
    let end = text.char_indices().take(most).take_while(|(_, character)| is_name(*character)).last();
    end.map_or("", |(at, character)| &text[..at + character.len_utf8()])
}

/// The run of name characters at the end of `text`, at most `most` characters.
fn name_run_before(text: &str, most: usize) -> &str {
    let start = text.char_indices().rev().take(most).take_while(|(_, character)| is_name(*character)).last();
    start.map_or("", |(at, _)| &text[at..])
}

/// The beginning of `text`: at most `most` bytes, cut between characters.
fn head(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

/// The end of `text`: at most `most` bytes, cut between characters.
fn tail(text: &str, most: usize) -> &str {
    let start = (text.len().saturating_sub(most)..=text.len()).find(|&start| text.is_char_boundary(start));
    &text[start.unwrap_or(text.len())..]
}

#[cfg(test)]
mod tests;
