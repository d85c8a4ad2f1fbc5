//! Placeholders in braces, and those that lack one.

use super::{Form, SlotKind, SlotWords, Step, head, is_name, name_run, name_run_before};
use crate::source::Span;

/// Longest content of single braces, in bytes.
const INSIDE: usize = 160;
/// Longest content of a tag, a comment or a placeholder with filters, in bytes.
const FILTERED: usize = 600;

/// At `{`.
pub(super) fn open(text: &str, at: usize, words: &SlotWords) -> Step {
    let count = run(text, at, b'{');
    let inside = at + count;
    let rest = &text[inside..];
    match count {
        1 if rest.starts_with('%') => return tag(text, at),
        1 if rest.starts_with('#') => {
            if let Some(length) = head(rest, FILTERED).find("#}") {
                return Step::hit(Span::new(at, inside + length + 2), SlotKind::Closed, None, Form::Comment);
            }
        }
        1 if rest.trim_start_matches([' ', '\n', '\r', '\t']).starts_with(['"', '\'', '{']) => {
            return Step::to(json_end(text, at));
        }
        2 if rest.starts_with("!--") => {
            if let Some(length) = head(rest, FILTERED).find("--}}") {
                return Step::hit(Span::new(at, inside + length + 4), SlotKind::Closed, None, Form::Comment);
            }
        }
        1..=3 => {}
        _ => return Step::to(inside),
    }
    let sign = text[..at].bytes().next_back().filter(|byte| matches!(byte, b'$' | b'#' | b'%'));
    let merge = count == 1 && rest.starts_with('!');
    let form = match (count, sign) {
        (2.., _) => Form::Mustache,
        _ if merge => Form::Merge,
        (_, Some(b'$')) => Form::Dollar,
        (_, Some(b'#')) => Form::Hash,
        (_, Some(_)) => Form::Percent,
        _ => Form::Brace,
    };
    let start = at - usize::from(sign.is_some());
    let inside = inside + usize::from(merge);
    let rest = &text[inside..];
    let length = if form == Form::Mustache {
        let window = head(rest, FILTERED);
        unquoted(window, |rest| rest.starts_with(['{', '}', '\n'])).unwrap_or(window.len())
    } else {
        let window = head(rest, INSIDE);
        window.find(['{', '}', '\n']).unwrap_or(window.len())
    };
    let closers = run(text, inside + length, b'}');
    let end = inside + length + closers;
    let content = &rest[..length];
    let plain = form == Form::Brace;
    if closers == 0 {
        let name = open_name(rest, plain, words);
        if name == 0 {
            return Step::to(inside);
        }
        let span = Span::new(inside, inside + name);
        return Step::hit(Span::new(start, span.end), SlotKind::Unclosed, Some(span), form);
    }
    let latex = text[..at].ends_with(['\\', '^', '_', '}']) && content.len() == 1;
    let named = match form {
        Form::Mustache => true,
        Form::Brace => !latex && is_plain(content, words),
        _ => content.starts_with(is_name),
    };
    if !named {
        return Step::to(end);
    }
    let kind = match closers.cmp(&count) {
        std::cmp::Ordering::Less => SlotKind::Unclosed,
        std::cmp::Ordering::Equal => SlotKind::Closed,
        std::cmp::Ordering::Greater => SlotKind::Unopened,
    };
    if form == Form::Mustache && is_tag(content) {
        return Step::hit(Span::new(start, end), kind, None, Form::Tag);
    }
    let (name, fallback) = parts(content, inside);
    let mut step = Step::hit(Span::new(start, end), kind, name, form);
    step.hit = step.hit.map(|hit| super::SlotHit { fallback, ..hit });
    step
}

/// At a `}` without an opening brace.
pub(super) fn close(text: &str, at: usize, words: &SlotWords) -> Step {
    let end = at + run(text, at, b'}');
    let before = text[..at].trim_end_matches(' ');
    let before = if at - before.len() > 1 { "" } else { before };
    let name = name_run_before(before, 40);
    let name = if end - at >= 2 && name.is_ascii() && name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name
    } else {
        // Of a sentence that runs into the brace, only the name belongs to it.
        name.char_indices().map(|(start, _)| &name[start..]).find(|rest| words.made_of_names(rest)).unwrap_or("")
    };
    // With a single brace, a name in mid-sentence is too little evidence.
    if name.is_empty() || (end - at == 1 && name_run_before(before, 40) != name) {
        return Step::to(end);
    }
    let span = Span::new(before.len() - name.len(), before.len());
    let form = if end - at >= 2 { Form::Mustache } else { Form::Brace };
    let mut step = Step::hit(Span::new(span.start, end), SlotKind::Unopened, Some(span), form);
    step.next = end;
    step
}

fn tag(text: &str, at: usize) -> Step {
    let rest = &text[at..];
    let window = head(&rest[2..], FILTERED);
    let ends = |rest: &str| ["%}", "{%", "{{"].iter().any(|sign| rest.starts_with(sign));
    if let Some(length) = unquoted(window, ends).filter(|&length| window[length..].starts_with('%')) {
        let span = Span::new(at, at + 2 + length + 2);
        let content = &window[..length];
        // Help Scout's placeholders look like tags, without spaces and with a comma.
        let plain = content.split(',').next().is_some_and(|name| name.contains('.') && name.chars().all(is_name));
        if !plain {
            return Step::hit(span, SlotKind::Closed, None, Form::Tag);
        }
        let (name, fallback) = parts(content, at + 2);
        let mut step = Step::hit(span, SlotKind::Closed, name, Form::Percents);
        step.hit = step.hit.map(|hit| super::SlotHit { fallback, ..hit });
        return step;
    }
    let word = window.trim_start_matches(['-', ' ']);
    let name = if window.len() - word.len() > 2 { "" } else { name_run(word, 40) };
    let end = at + 2 + if name.is_empty() { 0 } else { window.len() - word.len() + name.len() };
    Step::hit(Span::new(at, end), SlotKind::Unclosed, None, Form::Tag)
}

/// The first place outside quotation marks at which `wanted` holds. A quotation begins behind a space or a sign and
/// ends on its line; an apostrophe begins none.
fn unquoted(window: &str, wanted: impl Fn(&str) -> bool) -> Option<usize> {
    let mut at = 0;
    while let Some(next) = window[at..].chars().next() {
        let rest = &window[at..];
        if wanted(rest) {
            return Some(at);
        }
        at += next.len_utf8();
        if !matches!(next, '"' | '\'') || window[..at - 1].ends_with(char::is_alphanumeric) {
            continue;
        }
        let line = window[at..].split('\n').next().unwrap_or_default();
        if let Some(length) = closing(line, next) {
            at += length + 1;
        }
    }
    None
}

/// Where a quotation ends. In Jinja a mark behind a backslash does not end it; in Liquid a backslash is a letter. It
/// counts as Jinja if another mark follows before the closing signs.
fn closing(line: &str, mark: char) -> Option<usize> {
    let first = line.find(mark)?;
    if !line[..first].ends_with('\\') {
        return Some(first);
    }
    let mut others = line.match_indices(mark).map(|(at, _)| at).filter(|&at| !line[..at].ends_with('\\'));
    let other = others.next().filter(|&at| !["}}", "%}"].iter().any(|sign| line[..at].contains(sign)));
    Some(other.unwrap_or(first))
}

/// Whether double braces hold a command, not a name: `{{#if x}}`, `{{/if}}`, `{{else}}`, `{{> part}}`.
fn is_tag(content: &str) -> bool {
    let content = content.trim_matches(['~', ' ']);
    content.starts_with(['#', '/', '^', '>', '!']) || content == "else" || content.starts_with("else ")
}

/// `{"a": {…}}` is data, not a placeholder: continue behind its closing brace.
fn json_end(text: &str, at: usize) -> usize {
    let mut depth = 0_usize;
    for (step, byte) in text.as_bytes()[at..].iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + step + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of the name behind an opening that is never closed.
fn open_name(rest: &str, plain: bool, words: &SlotWords) -> usize {
    let rest_of_name = rest.trim_start_matches(' ');
    let skipped = rest.len() - rest_of_name.len();
    let run = name_run(rest_of_name, 40);
    let latin = run.len() - run.trim_start_matches(|next: char| next.is_ascii()).len();
    let length = match words.longest_names(run).unwrap_or(0) {
        // One brace is too little evidence that the start of a sentence is a name.
        names if plain && names != run.len() => 0,
        names if plain => names,
        names => names.max(latin),
    };
    if length == 0 || skipped > 1 { 0 } else { skipped + length }
}

/// Whether `content` in single braces makes a placeholder: a name, a number, or words for what to fill in.
fn is_plain(content: &str, words: &SlotWords) -> bool {
    if words.is_inside(content) {
        return true;
    }
    let figures = !content.is_empty() && content.len() <= 2 && content.bytes().all(|byte| byte.is_ascii_digit());
    // PHP shops write `{$name}`.
    let content = content.strip_prefix('$').unwrap_or(content);
    let name = content.split('|').next().unwrap_or_default();
    let first = name.starts_with(|first: char| first.is_alphabetic() || first == '_');
    // Han in braces is more often an aside than a placeholder.
    let short =
        if name.is_ascii() { name.len() <= 40 } else { name.chars().count() <= 12 && words.ends_with_name(name) };
    figures || (first && short && name.chars().all(|character| is_name(character) || character == '-'))
}

/// The span of the name, and whether there is a fallback.
fn parts(content: &str, start: usize) -> (Option<Span>, bool) {
    let name = content.trim_start_matches([' ', '&', '~', '-', '$']);
    let skipped = content.len() - name.len();
    let end = name.find(['|', ',', ':', '?']).unwrap_or(name.len());
    let rest = &name[end..];
    let fallback = rest.contains("default") || rest.contains("fallback") || rest.starts_with("||") || {
        let value = name[end..].trim_start_matches(['|', ',', ':', '-', ' ']);
        // `{{name|there}}` has a fallback; `{{name | upcase}}`, with a space, a filter.
        end < name.len() && !value.is_empty() && !name[end..].starts_with("| ") && !name[..end].ends_with(' ')
    };
    let name = name[..end].trim_end();
    let span = Span::new(start + skipped, start + skipped + name.len());
    ((!name.is_empty()).then_some(span), fallback)
}

fn run(text: &str, at: usize, wanted: u8) -> usize {
    text.as_bytes()[at..].iter().take_while(|&&byte| byte == wanted).count()
}
